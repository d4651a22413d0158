"""Spans: places of a part by their words, and the same by article, field and character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "Bools", "Ints", "Longs", "Places", "Spans", "no_ints", "ranges"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]


def ranges(starts: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """Give the numbers of many ranges one after the other: of which range each is, and the number.

    >>> of, number = ranges(np.array([5, 20]), np.array([3, 2]))
    >>> of.tolist(), number.tolist()
    ([0, 0, 0, 1, 1], [5, 6, 7, 20, 21])
    """
    of = np.repeat(np.arange(len(starts)), counts)
    before = np.cumsum(counts) - counts
    return of, np.arange(len(of)) + (starts - before)[of]


def no_ints() -> Ints:
    """Give an array without numbers."""
    return np.empty(0, np.int32)


@dataclass(frozen=True, eq=False)
class Spans:
    """Places of a part, by the positions of their first and last word; in order, each once.

    `cut` is how many characters at the end of the last word do not belong: a particle.
    """

    first: Ints
    last: Ints
    cut: Ints

    @classmethod
    def of(cls, first: Ints, last: Ints, cut: Ints) -> Spans:
        """Put places in order, and each in once, with the fewest letters cut."""
        # All in one number, quickly sorted: no place is as long as 16 million words, no particle as 256 letters.
        place = first.astype(np.int64) << 32 | (last - first).astype(np.int64) << 8 | cut
        place.sort()
        if len(place) > 1 and not (new := place[1:] >> 8 != place[:-1] >> 8).all():
            place = place[np.append(True, new)]
        first, cut = (place >> 32).astype(np.int32), (place & 0xFF).astype(np.int32)
        return cls(first, first + (place >> 8 & 0xFFFFFF).astype(np.int32), cut)

    @classmethod
    def union(cls, many: Iterable[Spans]) -> Spans:
        """All places of several."""
        parts = [spans for spans in many if len(spans)]
        if len(parts) < 2:
            return parts[0] if parts else NOWHERE
        return cls.of(*(np.concatenate(column) for column in zip(*map(_columns, parts), strict=True)))

    @classmethod
    def together(cls, many: Iterable[Spans]) -> Spans:
        """Put several one after the other: not in order, nor each once."""
        return cls(*(np.concatenate(column) for column in zip(*map(_columns, (NOWHERE, *many)), strict=True)))

    def __len__(self) -> int:
        return len(self.first)

    def where(self, keep: Bools | NDArray[np.int64] | slice) -> Spans:
        """Keep some of the places, or put them in another order."""
        return Spans(self.first[keep], self.last[keep], self.cut[keep])

    def by_end(self) -> Spans:
        """Put the places in the order of their last words."""
        in_order = bool((self.last[1:] >= self.last[:-1]).all())
        return self if in_order else self.where(np.argsort(self.last, kind="stable"))

    def starting_in(self, low: Ints | Longs, high: Ints | Longs) -> Spans:
        """Keep the places that start in one of some stretches, each given by its first and last word."""
        begin, end = np.searchsorted(self.first, low, "left"), np.searchsorted(self.first, high, "right")
        if (begin[1:] < begin[:-1]).any():
            order = np.argsort(begin)
            begin, end = begin[order], end[order]
        begin = np.maximum(begin, np.maximum.accumulate(np.append(0, end[:-1])))  # where two overlap, once
        return self.where(ranges(begin, np.maximum(end - begin, 0))[1])

    def overlapping(self, others: Spans) -> Bools:
        """Tell of each place whether it shares a word with one of the others."""
        reach = np.maximum.accumulate(np.append(np.int32(-1), others.last))
        return reach[np.searchsorted(others.first, self.last, "right")] >= self.first

    def within(self, others: Spans) -> Bools:
        """Tell of each place whether it lies inside one of the others."""
        reach = np.maximum.accumulate(np.append(np.int32(-1), others.last))
        return reach[np.searchsorted(others.first, self.first, "right")] >= self.last


def _columns(spans: Spans) -> tuple[Ints, Ints, Ints]:
    return spans.first, spans.last, spans.cut


NOWHERE = Spans(no_ints(), no_ints(), no_ints())


@dataclass(frozen=True, eq=False)
class Places:
    """The same places as rows of articles, numbers of fields (see FIELDS), and first and last word of that field.

    `cut` is as in Spans.
    """

    row: Ints
    field: Ints
    first: Ints
    last: Ints
    cut: Ints
