"""Known: what was looked up in a part, so that it is looked up once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np

from newskit.index.spans import NOWHERE, Longs, Spans, ranges
from newskit.query import Phrase

__all__ = ["Known", "numbered"]


def numbered(phrases: Iterable[Phrase], numbers: dict[Phrase, int]) -> Longs:
    """Give each phrase its number in `numbers`, where a new one gets the next."""
    return np.array([numbers.setdefault(phrase, len(numbers)) for phrase in phrases], np.int64)


class Known:
    """The places of phrases in a part, one phrase after the other, and those of whole queries by their names.

    `numbers` says where a phrase stands in `begins` and `counts` (-1: not looked up here); all parts may share it.
    """

    def __init__(self, numbers: dict[Phrase, int] | None = None) -> None:
        self.numbers = {} if numbers is None else numbers
        self.begins = self.counts = np.empty(0, np.int64)
        self.spans = NOWHERE
        self.queries: dict[Hashable, Spans] = {}

    def __len__(self) -> int:
        """How many places are known."""
        return len(self.spans) + sum(map(len, self.queries.values()))

    def lacks(self, numbers: Longs) -> Longs:
        """Tell which of some phrases were not looked up: their places among these."""
        more = int(numbers.max(initial=-1)) + 1 - len(self.counts)
        if more > 0:
            self.begins = np.append(self.begins, np.zeros(more, np.int64))
            self.counts = np.append(self.counts, np.full(more, -1, np.int64))
        return np.flatnonzero(self.counts[numbers] < 0)

    def add(self, numbers: Longs, counts: Longs, spans: Spans) -> None:
        """Take up the places of some phrases, given one phrase after the other."""
        self.begins[numbers] = len(self.spans) + np.cumsum(counts) - counts
        self.counts[numbers] = counts
        self.spans = Spans.together([self.spans, spans])

    def places(self, numbers: Longs) -> tuple[Longs, Spans]:
        """Give the places of some phrases, and for each place whose it is: its place among these."""
        of, at = ranges(self.begins[numbers], self.counts[numbers])
        return of, self.spans.where(at)

    def __contains__(self, phrase: Phrase) -> bool:
        """Tell whether a phrase was looked up."""
        number = self.numbers.get(phrase, len(self.counts))
        return number < len(self.counts) and bool(self.counts[number] >= 0)

    def of(self, phrase: Phrase) -> Spans:
        """Give the places of one phrase that was looked up."""
        number = self.numbers[phrase]
        begin = self.begins[number]
        return self.spans.where(slice(begin, begin + self.counts[number]))
