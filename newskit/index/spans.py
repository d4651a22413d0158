"""Spans: places of words in all parts, and the same by article, field and word of that field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "WORD_BITS", "Bools", "Ints", "Longs", "Places", "Spans", "no_ints", "numbers_in"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

WORD_BITS = 24  # of a place, that count the words of its text: a page has 10 million characters at most
_BITS = 63  # of a number that is never negative


def numbers_in(starts: Longs, counts: Longs) -> Longs:
    """Give the numbers of many ranges, one range after the other.

    >>> numbers_in(np.array([5, 20]), np.array([3, 2])).tolist()
    [5, 6, 7, 20, 21]
    """
    before = np.cumsum(counts) - counts
    numbers = np.repeat(starts - before, counts)
    numbers += np.arange(len(numbers))
    return numbers


def no_ints() -> Ints:
    """Give an array without numbers."""
    return np.empty(0, np.int32)


@dataclass(frozen=True, eq=False)
class Spans:
    """Places by their first and last word; in order, each once.

    A word is known by one number: that of its text, times 2**24, and its place there. Texts are numbered from part to
    part, three an article: title, body, captions. So the order of words is that of their numbers, two words of a text
    are as far apart as their numbers, and words of two texts are farther apart than any rule reaches.

    `cut` is how many characters at the end of the last word do not belong: a particle.
    """

    first: Longs
    last: Longs
    cut: Ints

    @classmethod
    def of(cls, first: Longs, last: Longs, cut: Ints) -> Spans:
        """Put places in order, and each in once, with the fewest letters cut."""
        size = last - first
        bits, few = (int(column.max(initial=0)).bit_length() for column in (size, cut))
        if int(first.max(initial=0)).bit_length() + bits + few > _BITS:
            order = np.lexsort((cut, last, first))
            return _each_once(cls(first[order], last[order], cut[order]))
        # All in one number: to sort that takes a tenth of the time that it takes to sort by several.
        place = (first << bits | size) << few | cut
        place.sort()
        first, size = place >> (bits + few), place >> few & ((1 << bits) - 1)
        cut = (place & ((1 << few) - 1)).astype(np.int32)
        return _each_once(cls(first, first + size, cut))

    @classmethod
    def empty(cls, size: int) -> Spans:
        """Make room for places."""
        return cls(np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int32))

    @classmethod
    def union(cls, many: Iterable[Spans]) -> Spans:
        """All places of several."""
        parts = [spans for spans in many if len(spans)]
        together = cls.together(parts)
        return cls.of(*_columns(together)) if len(parts) > 1 else together

    @classmethod
    def together(cls, many: Iterable[Spans]) -> Spans:
        """Put several one after the other: not in order, nor each once."""
        parts = [spans for spans in many if len(spans)]
        if len(parts) < 2:
            return parts[0] if parts else NOWHERE
        return cls(*(np.concatenate(column) for column in zip(*map(_columns, parts), strict=True)))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def article(self) -> Longs:
        """The number of the article of each place, through all parts."""
        article: Longs = (self.first >> WORD_BITS) // 3
        return article

    @property
    def places(self) -> Places:
        """The same by article, field, and the words of that field."""
        text = (self.first >> WORD_BITS).astype(np.int32)
        start = text.astype(np.int64) << WORD_BITS
        first, last = (self.first - start).astype(np.int32), (self.last - start).astype(np.int32)
        return Places(text // np.int32(3), text % np.int32(3), first, last, self.cut)

    def where(self, keep: Bools | NDArray[np.int64] | slice) -> Spans:
        """Keep some of the places, or put them in another order."""
        return Spans(self.first[keep], self.last[keep], self.cut[keep])

    def by_end(self) -> Spans:
        """Put the places in the order of their last words."""
        in_order = bool((self.last[1:] >= self.last[:-1]).all())
        return self if in_order else self.where(np.argsort(self.last, kind="stable"))

    def starting_in(self, low: Longs, high: Longs) -> Spans:
        """Keep the places that start in one of some stretches, each given by its first and last word."""
        begin, end = np.searchsorted(self.first, low, "left"), np.searchsorted(self.first, high, "right")
        if (begin[1:] < begin[:-1]).any():
            order = np.argsort(begin)
            begin, end = begin[order], end[order]
        begin = np.maximum(begin, np.maximum.accumulate(np.append(0, end[:-1])))  # where two overlap, once
        return self.where(numbers_in(begin, np.maximum(end - begin, 0)))

    def overlapping(self, others: Spans) -> Bools:
        """Tell of each place whether it shares a word with one of the others."""
        reach = np.maximum.accumulate(np.append(np.int64(-1), others.last))
        return reach[np.searchsorted(others.first, self.last, "right")] >= self.first

    def within(self, others: Spans) -> Bools:
        """Tell of each place whether it lies inside one of the others."""
        reach = np.maximum.accumulate(np.append(np.int64(-1), others.last))
        return reach[np.searchsorted(others.first, self.first, "right")] >= self.last


def _each_once(spans: Spans) -> Spans:
    """Of neighbours that are the same keep the first."""
    same = (spans.first[1:] == spans.first[:-1]) & (spans.last[1:] == spans.last[:-1])
    return spans.where(np.append(True, ~same)) if same.any() else spans


def _columns(spans: Spans) -> tuple[Longs, Longs, Ints]:
    return spans.first, spans.last, spans.cut


NOWHERE = Spans.empty(0)


@dataclass(frozen=True, eq=False)
class Places:
    """Places by the numbers of articles and fields (see FIELDS), and the first and last word of that field.

    `cut` is as in Spans.
    """

    article: Ints
    field: Ints
    first: Ints
    last: Ints
    cut: Ints
