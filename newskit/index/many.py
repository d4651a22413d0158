"""Many phrases looked up in a part at once, by numpy for all of them, so that 20,000 cost little more than one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from newskit.index.part import Index
from newskit.index.spans import Bools, Ints, Longs, Places, numbers_in
from newskit.index.vocabulary import Asked, Resolved
from newskit.query import Phrase, Word
from newskit.words import LEGAL, Gap, is_katakana, script

__all__ = ["Many", "find_all"]

_FEW = 16  # types of a word whose lists are looked through one after the other
_AT_ONCE = 200_000  # candidates looked at together: as many as the caches of a processor hold
_ROW, _FIRST = 40, 8  # bits below the row of a phrase and below the first word of its place
_ANY = 255  # no gap: any may stand there

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, eq=False)
class _Rows:
    """What becomes a group, one phrase after the other: lists in a list would cost more than all else."""

    numbers: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Group:
    """Phrases of one length: their numbers, and a row for each of the words they ask for and the gaps between.

    `places` says where in the phrase each of the words stands. `edges` are the gaps that may not stand before the first word and behind the last: there a term would begin or
    end within what a reader takes for one word.
    """

    numbers: Ints
    words: Ints
    places: Ints
    gaps: NDArray[np.uint8]
    edges: NDArray[np.uint8]

    @classmethod
    def of(cls, size: int, rows: _Rows) -> _Group:
        """Put together some phrases of a length."""
        words = np.array(rows.words, np.int32).reshape(-1, size)
        gaps = np.array(rows.gaps, np.uint8).reshape(len(words), size - 1)
        edges = np.array(rows.edges, np.uint8).reshape(-1, 2)
        places = np.broadcast_to(np.arange(size, dtype=np.int32), words.shape)
        return cls(np.array(rows.numbers, np.int32), words, places, gaps, edges)

    def where(self, rows: Longs, order: Longs) -> _Group:
        """Keep some of the phrases, and put the words of each in an order."""
        words, places = (np.take_along_axis(each[rows], order, 1) for each in (self.words, self.places))
        return _Group(self.numbers[rows], words, places, self.gaps[rows], self.edges[rows])


@dataclass(frozen=True, eq=False)
class _Table:
    """Some phrases as numbers: how many words each has, the different words they ask for, and groups by length."""

    sizes: Ints
    asked: Asked
    groups: tuple[_Group, ...]

    @classmethod
    def of(cls, phrases: Sequence[Phrase]) -> _Table:
        """Give each different word that some different phrases ask for a number."""
        known: dict[tuple[Word, bool, bool], int] = {}
        by_size: dict[int, _Rows] = defaultdict(_Rows)
        for number, phrase in enumerate(phrases):
            size = len(phrase.words)
            rows = by_size[size]
            rows.numbers.append(number)
            keys = ((_plain(word), n == size - 1, size == 1) for n, word in enumerate(phrase.words))
            rows.words.extend(known.setdefault(key, len(known)) for key in keys)
            rows.gaps.extend(LEGAL[gap] for gap in phrase.gaps)
            rows.edges.extend(_edges(phrase))
        groups = tuple(_Group.of(size, rows) for size, rows in by_size.items())
        return cls(np.array([len(phrase.words) for phrase in phrases], np.int32), Asked.of(known), groups)


@dataclass(frozen=True, eq=False)
class Many:
    """Different phrases that are looked up together, in one index after the other."""

    phrases: tuple[Phrase, ...]

    @cached_property
    def table(self) -> _Table:
        """The phrases as numbers: made once, where they are looked up at all."""
        return _Table.of(self.phrases)

    def some(self, chosen: tuple[int, ...]) -> Many:
        """Keep the phrases at some places; what the last part asked for is not made again."""
        return self if len(chosen) == len(self.phrases) else _some(self, chosen)


@lru_cache(maxsize=1)
def _some(many: Many, chosen: tuple[int, ...]) -> Many:
    return Many(tuple(many.phrases[n] for n in chosen))


def _plain(word: Word) -> Word:
    """Give what stands at one place: a `*` beside a Han or Kana sign says that it may lie within a run."""
    return Word(word.form.strip("*"), word.exact) if script(word.form) == "character" else word


def _edges(phrase: Phrase) -> tuple[int, int]:
    """Give the gaps that may not stand before a phrase and behind it."""
    first, last = phrase.words[0].form, phrase.words[-1].form
    if first.isascii() and last.isascii():
        return _ANY, _ANY
    before = Gap.RUN if is_katakana(first) else Gap.PARTICLE if script(first) == "hangul" else _ANY
    behind = Gap.RUN if is_katakana(last.lstrip("*")) and not last.endswith("*") else _ANY
    return int(before), int(behind)


def find_all(index: Index, many: Many) -> tuple[Longs, Longs, Places]:
    """Find all places of all phrases: where those of each phrase begin, how many it has, and the places of each in order."""
    table = many.table
    finder = _Finder(index, index.vocabulary.resolve_all(table.asked))
    found = [finder.find(some) for group in table.groups for some in finder.in_turn(group)]
    begins, counts = np.zeros((2, len(many.phrases)), np.int64)
    if found:
        numbers, sizes = (
            np.concatenate([getattr(one, name) for one in found]) for name in ("numbers", "counts")
        )
        begins[numbers], counts[numbers] = np.cumsum(sizes) - sizes, sizes
    return begins, counts, Places.together([Places.empty(0), *(one.places for one in found)])


@dataclass(frozen=True, eq=False)
class _Found:
    """What was found of some phrases, given by their numbers: how many places each has, and the places."""

    numbers: Ints
    counts: Longs
    places: Places


class _Finder:
    """Finds phrases in an index, words resolved."""

    def __init__(self, index: Index, resolved: Resolved) -> None:
        self.index, self.resolved = index, resolved
        each = index.begins[resolved.types + 1] - index.begins[resolved.types]
        self.frequency = np.diff(np.append(0, np.cumsum(each))[resolved.begins])

    def in_turn(self, group: _Group) -> Iterable[_Group]:
        """Give the phrases whose words all occur, each from its rarest word on, as many at a time as caches hold."""
        frequency = self.frequency[group.words]
        order = np.argsort(frequency, axis=1, kind="stable")
        candidates = frequency.min(axis=1)
        rows = np.flatnonzero(candidates)
        # What is read for one word serves the next phrase that has it.
        rows = rows[np.argsort(group.words[rows, order[rows, 0]])]
        turn = np.cumsum(candidates[rows]) // _AT_ONCE
        for some in np.split(rows, np.flatnonzero(np.diff(turn)) + 1) if len(rows) else ():
            yield group.where(some, order[some])

    def find(self, group: _Group) -> _Found:
        """Start from the first word of each in turn, then check the other words and the gaps."""
        size = group.words.shape[1]
        row, at, cut = self._occurrences(group.words[:, 0])
        first = at - _each(group.places[:, 0], row)
        if len(first) and (first.min() < 0 or first.max() + size > len(self.index)):
            row, first, cut = _kept((first >= 0) & (first + size <= len(self.index)), row, first, cut)
        for n in range(1, size):
            there, cuts = self._stand(group.words[:, n], row, first + _each(group.places[:, n], row))
            row, first, cut = _kept(there, row, first, cut + cuts)  # only the last word of a phrase has any
        row, first, cut = _kept(self._between_edges(group.edges, row, first, size), row, first, cut)
        for n in range(1, size):
            legal = _each(group.gaps[:, n - 1], row) >> self.index.gap[first + n] & 1 == 1
            row, first, cut = _kept(legal, row, first, cut)
        return self._found(group, row, first, cut)

    def _found(self, group: _Group, row: Longs, first: Ints, cut: Ints) -> _Found:
        """Put the places of each phrase in order."""
        # All three in one number: to sort those takes a tenth of the time that it takes to sort by several.
        places = row << _ROW | first.astype(np.int64) << _FIRST | cut
        places.sort()
        text, word = self.index.words(places >> _FIRST & 0xFFFFFFFF)
        last = word + np.int32(group.words.shape[1] - 1)
        found = Places(text, word, last, (places & 0xFF).astype(np.int32))
        return _Found(group.numbers, _counts(row, len(group.numbers)), found)

    def _between_edges(self, edges: NDArray[np.uint8], row: Longs, first: Ints, size: int) -> Bools:
        """Tell whether phrases of a size may begin and end at some places."""
        gap, free = self.index.gap, np.ones(len(first), bool)
        if (edges[:, 0] != _ANY).any():
            free &= gap[first] != _each(edges[:, 0], row)
        if (edges[:, 1] != _ANY).any():
            behind = first + np.int32(size)
            free &= (gap[np.minimum(behind, len(gap) - 1)] != _each(edges[:, 1], row)) | (behind == len(gap))
        return free

    def _occurrences(self, words: Ints) -> tuple[Longs, Ints, Ints]:
        """Give all places of some words: which of them, the position, and the letters of its particle."""
        row, kind, cut = self.resolved.expanded(words)
        begins = self.index.begins[kind]
        counts = self.index.begins[kind + 1] - begins
        at = self.index.postings[numbers_in(begins, counts)]
        return np.repeat(row, counts), at, np.repeat(cut, counts)

    def _stand(self, words: Ints, row: Longs, at: Ints) -> tuple[Bools, Ints]:
        """Tell whether the word of each row stands at each position, and the letters of its particle."""
        if len(words) == 1 and self.resolved.begins[words[0] + 1] - self.resolved.begins[words[0]] <= _FEW:
            return self._is_listed(words, at)
        low, width = (bounds[words] for bounds in self.resolved.bounds)
        kinds = self.index.kinds[at]
        # What lies below the first is a large number.
        there = (kinds - _each(low, row)).view(np.uint32) < _each(width, row)
        cuts = np.zeros(len(row), np.int32)
        if width.all():
            return there, cuts
        asked = np.flatnonzero(_each(width == 0, row))
        of, kind, cut = self.resolved.expanded(words[row[asked]])
        found = kinds[asked[of]] == kind
        there[asked[of[found]]] = True
        cuts[asked[of[found]]] = cut[found]
        return there, cuts

    def _is_listed(self, words: Ints, at: Ints) -> tuple[Bools, Ints]:
        """Tell the same of one word by its lists: they lie together in the file, what stands at each position far apart."""
        there, cuts = np.zeros(len(at), bool), np.zeros(len(at), np.int32)
        _, kinds, letters = self.resolved.expanded(words)
        for kind, cut in zip(kinds.tolist(), letters.tolist(), strict=True):
            listed = self.index.positions(kind)
            here = listed[np.minimum(np.searchsorted(listed, at), len(listed) - 1)] == at
            there |= here
            cuts[here] = cut
        return there, cuts


def _each(values: NDArray[T], row: Longs) -> NDArray[T]:
    """Give the value of each row; rows are in order, and to repeat values takes a fifth of looking them up."""
    return np.repeat(values, _counts(row, len(values)))


def _counts(row: Longs, rows: int) -> Longs:
    """Count how often each row comes; they are in order."""
    return np.diff(np.searchsorted(row, np.arange(rows + 1)))


def _kept(keep: Bools, row: Longs, first: Ints, cut: Ints) -> tuple[Longs, Ints, Ints]:
    if keep.all():
        return row, first, cut
    kept = np.flatnonzero(keep)
    return row[kept], first[kept], cut[kept]
