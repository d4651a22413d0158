"""Finding: where many phrases stand in a part, by numpy for all of them, so that 20,000 cost little more than one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from newskit.index.many import Group, Many
from newskit.index.part import NO_GAP, Index
from newskit.index.spans import WORD_BITS, Bools, Ints, Longs, Starts, numbers_in
from newskit.index.vocabulary import Resolved

__all__ = ["find_all"]

_FEW = 16  # types of a word whose lists are looked through one after the other
_AT_ONCE = 130_000  # candidates looked at together: as many as the caches of a processor hold
_MOST_ALONE = 0.8  # of the phrases: where more of them share no place, to deal places out costs more than to read them again
_ROW, _FIRST = 40, 8  # bits below the row of a phrase and below the first word of its place
_NEVER = np.iinfo(np.int64).max
_ALL = slice(None)

T = TypeVar("T", bound=np.generic)


def find_all(index: Index, many: Many) -> tuple[Longs, Longs, Starts]:
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
    return begins, counts, Starts.together([Starts.room(0), *(one.starts for one in found)])


@dataclass(frozen=True, eq=False)
class _Found:
    """What was found of some phrases, given by their numbers: how many places each has, and where these begin."""

    numbers: Ints
    counts: Longs
    starts: Starts


class _Finder:
    """Finds phrases in an index, words resolved."""

    def __init__(self, index: Index, resolved: Resolved) -> None:
        self.index, self.resolved = index, resolved
        each = index.begins[resolved.types + 1] - index.begins[resolved.types]
        self.frequency = np.diff(np.append(0, np.cumsum(each))[resolved.begins])

    def in_turn(self, group: Group) -> Iterable[Group]:
        """Give the phrases whose words all occur, each from its rarest word on, as many at a time as caches hold."""
        frequency = self.frequency[group.words]
        candidates = frequency.min(axis=1, initial=_NEVER)
        again = np.arange(group.words.shape[1]) >= group.sizes[:, np.newaxis]
        order = np.argsort(np.where(again, _NEVER, frequency), axis=1, kind="stable")
        rows = np.flatnonzero(candidates)
        if not len(rows):
            return
        # The longest first; and what is read for one phrase serves the next that has the same word there.
        words, places = (
            np.take_along_axis(each[rows], order[rows, :2], 1) for each in (group.words, group.places)
        )
        rows = rows[np.lexsort((*places.T, words[:, 0], -group.sizes[rows]))]
        found = group.where(rows, order[rows])
        turn = np.cumsum(candidates[rows]) // _AT_ONCE
        ends = [*(np.flatnonzero(np.diff(turn)) + 1).tolist(), len(rows)]
        for begin, end in zip((0, *ends), ends, strict=False):
            yield found.turn(begin, end)

    def find(self, group: Group) -> _Found:
        """Find all places of some phrases."""
        single = group.words.shape[1] == 1
        row, first, cut = self._occurrences(group.words[:, 0]) if single else self._followed(group)
        return self._found(group, *_kept(self._between_edges(group, row, first), _ALL, row, first, cut))

    def _followed(self, group: Group) -> tuple[Longs, Ints, Ints]:
        """Find where the words of a phrase stand as it says, and what is between them is what it allows."""
        row, at, cut = self._beside(group)
        first = at - _each(group.places[:, 0], row)
        row, first, cut = _kept(self._has_room(first, _each(group.sizes, row)), _ALL, row, first, cut)
        for n in range(2, group.words.shape[1]):
            longer, here = _longer(group, row, n)
            at = first[here] + _each(group.places[:longer, n], row[here])
            there, cuts = self._stand(group.words[:longer, n], row[here], self.index.kinds[at])
            cut[here] = np.maximum(cut[here], cuts)  # that of the last word
            row, first, cut = _kept(there, here, row, first, cut)
        for n in range(1, group.words.shape[1]):
            longer, here = _longer(group, row, n)
            gap = self.index.gap.take(first[here] + np.int32(n), mode="clip")
            there = _each(group.gaps[:longer, n - 1], row[here]) >> gap & 1 == 1
            row, first, cut = _kept(there, here, row, first, cut)
        return row, first, cut

    def _beside(self, group: Group) -> tuple[Longs, Ints, Ints]:
        """Find where the rarest word of each phrase has the next rarest where that belongs.

        Neighbours may have the same word, and want another at the same place: both are read once.
        """
        words, away = group.words[:, 0], group.places[:, 1] - group.places[:, 0]
        new = np.append(True, (words[1:] != words[:-1]) | (away[1:] != away[:-1]))
        new |= np.count_nonzero(new) > _MOST_ALONE * len(new)
        once = np.flatnonzero(new)
        row, at, cut = self._occurrences(words[once])
        beside = at + _each(away[once], row)
        if len(words) == 1 and self._has_few_types(group.words[:, 1]):
            there, cuts = self._is_listed(group.words[:, 1], beside)
            return _kept(there, _ALL, row, at, np.maximum(cut, cuts))
        # What lies outside of the part is found to have no room there.
        kinds = self.index.kinds.take(beside, mode="clip")
        shared = len(once) < len(words)
        if shared:
            row, which = _dealt_out(row, np.cumsum(new) - 1)
            kinds = kinds[which]
        there, cuts = self._stand(group.words[:, 1], row, kinds)
        kept = np.flatnonzero(there)
        read = which[kept] if shared else kept
        return row[kept], at[read], np.maximum(cut[read], cuts[kept])

    def _has_room(self, first: Ints, size: Ints) -> Bools:
        """Tell whether so many words from the first on lie in the part."""
        return (first >= 0) & (first + size <= len(self.index))

    def _found(self, group: Group, row: Longs, first: Ints, cut: Ints) -> _Found:
        """Put the places of each phrase in order."""
        # All three in one number: to sort those takes a tenth of the time that it takes to sort by several.
        places = row << _ROW | first.astype(np.int64) << _FIRST | cut
        places.sort(kind="stable")
        text, word = self.index.words((places >> _FIRST).astype(np.int32))  # its lower bits
        starts = Starts(text.astype(np.int64) << WORD_BITS | word, (places & 0xFF).astype(np.uint8))
        return _Found(group.numbers, _counts(row, len(group.numbers)), starts)

    def _between_edges(self, group: Group, row: Longs, first: Ints) -> Bools:
        """Tell whether phrases may begin and end at some places."""
        gap, free, (before, behind) = self.index.gap, np.ones(len(first), bool), group.edges.T
        if (before != NO_GAP).any():
            free &= gap[first] != _each(before, row)
        if (behind != NO_GAP).any():
            next_ = first + _each(group.sizes, row)
            free &= (gap[np.minimum(next_, len(gap) - 1)] != _each(behind, row)) | (next_ == len(gap))
        return free

    def _occurrences(self, words: Ints) -> tuple[Longs, Ints, Ints]:
        """Give all places of some words: which of them, the position, and the letters of its particle."""
        row, kind, cut = self.resolved.expanded(words)
        begins = self.index.begins[kind]
        counts = self.index.begins[kind + 1] - begins
        at = self.index.postings[numbers_in(begins, counts)]
        return np.repeat(row, counts), at, np.repeat(cut, counts)

    def _stand(self, words: Ints, row: Longs, kinds: Ints) -> tuple[Bools, Ints]:
        """Tell whether some types are those of the word of each row, and the letters of its particle."""
        low, width = (bounds[words] for bounds in self.resolved.bounds)
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

    def _has_few_types(self, words: Ints) -> bool:
        return bool(self.resolved.begins[words[0] + 1] - self.resolved.begins[words[0]] <= _FEW)

    def _is_listed(self, words: Ints, at: Ints) -> tuple[Bools, Ints]:
        """Tell whether one word stands at each position, and the letters of its particle, by its lists.

        They lie together in the file; what stands at each position lies far apart.
        """
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


def _dealt_out(row: Longs, mine: Longs) -> tuple[Longs, Longs]:
    """Give what stands in some rows to all who share it, each given by the row that is theirs: whose, and where it stood."""
    counts = _counts(row, int(mine[-1]) + 1)
    begins = np.cumsum(counts) - counts
    return np.repeat(np.arange(len(mine)), counts[mine]), numbers_in(begins[mine], counts[mine])


def _longer(group: Group, row: Longs, n: int) -> tuple[int, slice]:
    """Tell how many phrases have more than n words, and where their places are: they come first."""
    longer = int(np.count_nonzero(group.sizes > n))
    return longer, slice(int(np.searchsorted(row, longer)))


def _kept(keep: Bools, here: slice, row: Longs, first: Ints, cut: Ints) -> tuple[Longs, Ints, Ints]:
    """Keep some of what is here, and all that is not."""
    if keep.all():
        return row, first, cut
    every = np.ones(len(row), bool)
    every[here] = keep
    kept = np.flatnonzero(every)
    return row[kept], first[kept], cut[kept]
