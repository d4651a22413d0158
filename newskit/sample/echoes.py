"""How much of a story was written before: stories that are no copies must not look like copies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

__all__ = ["Echoes"]

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
RUN = 5  # words in a row, and characters where no spaces stand between words


class Echoes:
    """The runs of five words of all stories so far.

    >>> echoes = Echoes()
    >>> echoes.keep(["The committee will take up the matter again next week."])
    >>> echoes.share(["The committee will take up the matter again next week."])
    1.0
    >>> echoes.share(["Tickets for the final sold out within an hour."])
    0.0
    """

    def __init__(self) -> None:
        self._heard: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._sizes: list[int] = []

    def share(self, paragraphs: Iterable[str]) -> float:
        """Give the largest share of runs in common with one earlier story, of the shorter of the two."""
        runs = _runs(paragraphs)
        common = Counter(number for run in runs for number in self._heard.get(run, ()))
        return max((n / min(len(runs), self._sizes[number]) for number, n in common.items()), default=0.0)

    def keep(self, paragraphs: Iterable[str]) -> None:
        """Add a story."""
        runs = _runs(paragraphs)
        for run in sorted(runs):
            self._heard[run].append(len(self._sizes))
        self._sizes.append(len(runs))


def _runs(paragraphs: Iterable[str]) -> set[tuple[str, ...]]:
    words = [found.lower() for found in WORD.findall(" ".join(paragraphs))]
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
