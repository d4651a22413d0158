"""Places of words, by one number each, which operators count with, or by text and word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from newskit.index.sorting import in_order

__all__ = [
    "NOWHERE",
    "WORD_BITS",
    "Bools",
    "Ints",
    "Letters",
    "Longs",
    "Places",
    "Spans",
    "Starts",
    "no_ints",
    "numbers_in",
]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Letters = NDArray[np.uint8]

WORD_BITS = 24  # of a place, that count the words of its text: a page has 10 million characters at most


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
class _Columns:
    """Columns of equal length, one row a place."""

    @classmethod
    def together(cls, many: Iterable[Self]) -> Self:
        """Put several one after the other."""
        every = [*many]
        parts = [one for one in every if len(one)] or every[:1]
        if len(parts) == 1:
            return parts[0]
        return cls(
            *(np.concatenate(column) for column in zip(*(vars(one).values() for one in parts), strict=True))
        )

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))

    def where(self, keep: Bools | Longs | slice) -> Self:
        """Keep some of the places, or put them in another order; of a slice, where they lie."""
        if isinstance(keep, np.ndarray) and keep.dtype == bool:
            keep = np.flatnonzero(keep)  # to look through it for each column takes four times as long
        return self._each(lambda column: column[keep])

    def copied(self) -> Self:
        """Give the same places by themselves, so that what they lay in can be forgotten."""
        return self._each(np.copy)

    def _each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Self:
        """Change each column; where places are one word, first and last words are one column, and stay so."""
        columns = vars(self).values()
        changed = {id(column): change(column) for column in columns}
        return type(self)(*(changed[id(column)] for column in columns))


@dataclass(frozen=True, eq=False)
class Places(_Columns):
    """Places by the number of their text, and their first and last word in it.

    Texts are numbered from part to part, three an article: title, body, captions. `cut` is how many characters at the
    end of the last word do not belong: a particle.
    """

    text: Ints
    first: Ints
    last: Ints
    cut: Letters

    @property
    def article(self) -> Ints:
        """The number of the article of each place, through all parts."""
        return self.text // np.int32(3)

    @property
    def field(self) -> Ints:
        """The number of the field of each place: see FIELDS."""
        return self.text - np.int32(3) * self.article  # % takes longer


@dataclass(frozen=True, eq=False)
class Starts(_Columns):
    """Where places begin, by the number of their first word (see Spans): of a phrase, that tells where they end."""

    first: Longs
    cut: Letters

    @classmethod
    def room(cls, size: int) -> Starts:
        """Make room for so many places, to be put there."""
        return cls(np.empty(size, np.int64), np.empty(size, np.uint8))

    def spans(self, words: int) -> Spans:
        """Tell where places of so many words end."""
        return Spans(self.first, self.first + (words - 1) if words > 1 else self.first, self.cut)

    def places(self, more: Ints) -> Places:
        """Tell the text and the words of places that have so many more words than one."""
        text, word = (self.first >> WORD_BITS).astype(np.int32), self.first.astype(np.int32)
        word &= np.int32((1 << WORD_BITS) - 1)
        return Places(text, word, word + more, self.cut)


@dataclass(frozen=True, eq=False)
class Spans(_Columns):
    """Places by their first and last word; in order, each once.

    A word is known by one number: that of its text, times 2**24, and its place there. So the order of words is that of
    their numbers, two words of a text are as far apart as their numbers, and words of two texts are farther apart than
    any rule reaches. `cut` is as in Places. Where all places are one word, `first` and `last` may be the same array: then
    what is done for one is not done again for the other.
    """

    first: Longs
    last: Longs
    cut: Letters

    @classmethod
    def of(cls, first: Longs, last: Longs, cut: Letters) -> Spans:
        """Put places in order, and each in once, with the fewest letters cut."""
        if (first[1:] > first[:-1]).all():
            return cls(first, last, cut)
        if last is first:
            first, cut = in_order([first, cut], in_runs=True)
            return cls(first, first, cut)
        first, size, cut = in_order([first, last - first, cut], in_runs=True)
        return cls(first, first + size, cut)

    @classmethod
    def union(cls, many: Iterable[Spans]) -> Spans:
        """All places of several."""
        parts = [spans for spans in many if len(spans)]
        if len(parts) < 2:
            return parts[0] if parts else NOWHERE
        first = np.concatenate([spans.first for spans in parts])
        single = all(spans.last is spans.first for spans in parts)
        last = first if single else np.concatenate([spans.last for spans in parts])
        return cls.of(first, last, np.concatenate([spans.cut for spans in parts]))

    @property
    def article(self) -> Longs:
        """The number of the article of each place, through all parts."""
        article: Longs = self.first // (3 << WORD_BITS)
        return article

    @property
    def places(self) -> Places:
        """The same by text, and the words of that text."""
        return Starts(self.first, self.cut).places((self.last - self.first).astype(np.int32))

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


NOWHERE = Spans(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8))
