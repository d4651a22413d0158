"""The rows of tables and lists on a pasted page: short lines that are the story, where most hold a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newskit.parse.text.lines import Kind, Line

__all__ = ["with_rows"]

_FEWEST = 5  # by so many lines those with a number outweigh the others
_WORDS = 4  # fewer are an age ("8 min ago") or the month of an archive, unless the number comes first
_LOOKED_AT = 1000
_DIGIT = re.compile(r"\d")
_NUMBER_FIRST = re.compile(r"\W?\d\S{0,9} \S+ \S+|https?://\S")
_RANKED = re.compile(r"(?P<rank>\d{1,2})[.)]?\s\D+")
_OPEN = (Kind.SHORT, Kind.CAPTION, Kind.PROSE)


def with_rows(lines: Sequence[Line]) -> tuple[Line, ...]:
    r"""Call the short lines of tables and lists rows.

    >>> from newskit.parse.text.lines import classified
    >>> table = "Boat Points Wins\n" + "\n".join(f"{n} Blue Heron {n * 7} 5" for n in range(1, 7))
    >>> {line.kind.name for line in with_rows(classified(table).lines)}
    {'ROW'}
    """
    told = list(lines)
    for first, last in _stretches(lines):
        for i in range(first - _has_heads(lines, first), last):
            told[i] = replace(lines[i], kind=Kind.ROW) if lines[i].kind is Kind.SHORT else lines[i]
    return tuple(told)


def _stretches(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Find where short lines with a number follow each other and outweigh the others."""
    start = last = best = run = 0
    for i, worth in enumerate([*map(_worth, lines), -len(lines)]):
        run += worth
        if run > best:
            best, last = run, i + 1
        if run < 0:
            if best >= _FEWEST and not _is_ranking(lines[start:last]):
                yield start, last
            best, run, start = 0, 0, i + 1


def _worth(line: Line) -> int:
    if line.kind not in _OPEN:
        return -line.number - 1  # whatever came before, a stretch ends here
    if _DIGIT.search(line.text[:_LOOKED_AT]) is None:
        return -1
    if line.kind is not Kind.SHORT:
        return -1 if line.text.endswith(("...", "…")) else 0
    return 1 if line.words >= _WORDS or _NUMBER_FIRST.match(line.text) else -1


def _is_ranking(lines: Sequence[Line]) -> bool:
    """Tell a list of the stories most read: one, two, three, each with a headline and no other number."""
    ranks = [int(match["rank"]) for line in lines if (match := _RANKED.fullmatch(line.text[:_LOOKED_AT]))]
    return 2 * len(ranks) > len(lines) and ranks == list(range(1, len(ranks) + 1))


def _has_heads(lines: Sequence[Line], first: int) -> bool:
    """Tell whether the heads of columns stand right above the first row."""
    return first > 0 and lines[first - 1].kind is Kind.SHORT and not lines[first].above
