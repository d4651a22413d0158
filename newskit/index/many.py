"""Many phrases looked up at once: what `Search` does for one, by numpy for all, so that 20,000 cost little more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from newskit.index.part import Index
from newskit.index.spans import Bools, Ints, Longs, Spans, no_ints, ranges
from newskit.index.vocabulary import Asked, Resolved
from newskit.query import Phrase, Word
from newskit.words import LEGAL, Gap, is_katakana, script

__all__ = ["Many", "find_all"]

_AT_ONCE = 4_000_000  # candidates looked at together: 100 MB
_FEW = 100  # lists that are always looked into one by one
_WORTH = 20  # words looked up in a list for it to be worth a step of its own
_ANY = 255  # no gap: any may stand there
_TO_TURN = 80  # words looked up for as long as it takes to turn the index round, for each of its words

_Row = tuple[int, list[int], list[int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class _Group:
    """Phrases of one length: their numbers, and a row for each of the words they ask for and the gaps between.

    `edges` are the gaps that may not stand before the first word and behind the last: there a term would begin or
    end within what a reader takes for one word.
    """

    numbers: Ints
    words: Ints
    gaps: NDArray[np.uint8]
    edges: NDArray[np.uint8]

    @classmethod
    def of(cls, rows: Sequence[_Row], size: int) -> _Group:
        """Put together some phrases of a length."""
        numbers, words, gaps, edges = zip(*rows, strict=True)
        between = np.array(gaps, np.uint8).reshape(len(rows), size - 1)
        return cls(np.array(numbers, np.int32), np.array(words, np.int32), between, np.array(edges, np.uint8))

    def where(self, rows: Longs) -> _Group:
        """Keep some of the phrases."""
        return _Group(self.numbers[rows], self.words[rows], self.gaps[rows], self.edges[rows])


@dataclass(frozen=True, eq=False)
class Many:
    """Phrases that are looked up together, in any index: made once."""

    phrases: tuple[Phrase, ...]
    asked: Asked
    groups: tuple[_Group, ...]

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> Many:
        """Give each different word that some different phrases ask for a number."""
        phrases = tuple(phrases)
        known: dict[tuple[Word, bool, bool], int] = {}
        by_size: dict[int, list[_Row]] = {}
        for number, phrase in enumerate(phrases):
            size = len(phrase.words)
            keys = [(_plain(word), n == size - 1, size == 1) for n, word in enumerate(phrase.words)]
            words = [known.setdefault(key, len(known)) for key in keys]
            gaps = [LEGAL[gap] for gap in phrase.gaps]
            by_size.setdefault(size, []).append((number, words, gaps, _edges(phrase)))
        groups = tuple(_Group.of(rows, size) for size, rows in by_size.items())
        return cls(phrases, Asked.of(known), groups)


def _plain(word: Word) -> Word:
    """Give what stands at one place: a `*` beside a Han or Kana sign says that it may lie within a run."""
    return Word(word.form.strip("*"), word.exact) if script(word.form) == "character" else word


def _edges(phrase: Phrase) -> tuple[int, int]:
    """Give the gaps that may not stand before a phrase and behind it."""
    first, last = phrase.words[0].form, phrase.words[-1].form
    before = Gap.RUN if is_katakana(first) else Gap.PARTICLE if script(first) == "hangul" else _ANY
    behind = Gap.RUN if is_katakana(last.lstrip("*")) and not last.endswith("*") else _ANY
    return int(before), int(behind)


def find_all(index: Index, many: Many) -> tuple[Ints, Spans]:
    """Find all places of all phrases: for each place the number of its phrase; not in order."""
    finder = _Finder(index, index.vocabulary.resolve_all(many.asked))
    found = [part for group in many.groups for part in _in_turn(finder, group)]
    numbers = np.concatenate([no_ints(), *(number for number, _ in found)])
    return numbers, Spans.together([spans for _, spans in found])


def _in_turn(finder: _Finder, group: _Group) -> Iterable[tuple[Ints, Spans]]:
    """Find the phrases of a group, as many at a time as memory is meant for."""
    rare, frequency = finder.rarest(group.words)
    turn = np.cumsum(frequency) // _AT_ONCE
    for n in np.unique(turn):
        rows = np.flatnonzero((turn == n) & (frequency > 0))
        yield finder.find(group.where(rows), rare[rows])


class _Finder:
    """Finds phrases in an index, words resolved."""

    def __init__(self, index: Index, resolved: Resolved) -> None:
        self.index, self.resolved = index, resolved
        each = index.begins[resolved.types + 1] - index.begins[resolved.types]
        self.frequency = np.append(0, np.cumsum(each))[resolved.begins]

    def rarest(self, words: Ints) -> tuple[Longs, Longs]:
        """Give for each phrase which of its words is the rarest, and how often that occurs."""
        frequency = (self.frequency[1:] - self.frequency[:-1])[words]
        rare = frequency.argmin(axis=1)
        return rare, frequency[np.arange(len(words)), rare]

    def find(self, group: _Group, rare: Longs) -> tuple[Ints, Spans]:
        """Start from the rarest word of each, then check gaps and the other words."""
        size = group.words.shape[1]
        row, at, cut = self._occurrences(group.words[np.arange(len(rare)), rare])
        first = at - rare[row].astype(np.int32)
        row, first, cut = _kept((first >= 0) & (first + size <= len(self.index)), row, first, cut)
        row, first, cut = _kept(self._between_edges(group.edges, row, first, size), row, first, cut)
        for n in range(1, size):
            legal = group.gaps[row, n - 1] >> self.index.gap[first + n] & 1 == 1
            row, first, cut = _kept(legal, row, first, cut)
        for n in range(size):
            there, cuts = self._stand(group.words[row, n], first + np.int32(n), rare[row] == n)
            cut = np.where(rare[row] == n, cut, cuts) if n == size - 1 else cut
            row, first, cut = _kept(there, row, first, cut)
        return group.numbers[row], Spans(first, first + np.int32(size - 1), cut)

    def _between_edges(self, edges: NDArray[np.uint8], row: Longs, first: Ints, size: int) -> Bools:
        """Tell whether phrases of a size may begin and end at some places."""
        gap, free = self.index.gap, np.ones(len(first), bool)
        if (edges[:, 0] != _ANY).any():
            free &= gap[first] != edges[row, 0]
        if (edges[:, 1] != _ANY).any():
            behind = first + np.int32(size)
            free &= (gap[np.minimum(behind, len(gap) - 1)] != edges[row, 1]) | (behind == len(gap))
        return free

    def _occurrences(self, words: Ints) -> tuple[Longs, Ints, Ints]:
        """Give all places of some words: which of them, the position, and the letters of its particle."""
        row, kind, cut = self.resolved.expanded(words)
        begins = self.index.begins
        of, at = ranges(begins[kind], begins[kind + 1] - begins[kind])
        return row[of], self.index.postings[at], cut[of]

    def _stand(self, words: Ints, at: Ints, known: Bools) -> tuple[Bools, Ints]:
        """Tell whether each word stands at each position, and the letters of its particle; not where it is known."""
        asked = np.flatnonzero(~known)
        there, cuts = known.copy(), np.zeros(len(words), np.int32)
        pair, kind, cut = self.resolved.expanded(words[asked])
        found = self._is_at(kind, at[asked[pair]])
        there[asked[pair[found]]] = True
        cuts[asked[pair[found]]] = cut[found]
        return there, cuts

    @cached_property
    def _kind_at(self) -> Ints:
        """The type of every word: takes a while to make, and four bytes a word."""
        kinds = np.empty(len(self.index), np.int32)
        begins = self.index.begins
        kinds[self.index.postings] = np.repeat(np.arange(len(begins) - 1, dtype=np.int32), np.diff(begins))
        return kinds

    def _is_at(self, kind: Ints, wanted: Ints) -> Bools:
        """Tell whether a word of each type stands at each position."""
        if len(wanted) * _TO_TURN > len(self.index):
            return np.asarray(self._kind_at[wanted] == kind)
        return self._is_found(kind, wanted)

    def _is_found(self, kind: Ints, wanted: Ints) -> Bools:
        """Tell the same by halving lists of positions: list by list where they are few, else all in step."""
        edges = np.flatnonzero(np.diff(kind, prepend=-1))
        if len(edges) > _FEW and _WORTH * len(edges) > len(kind):
            return self._found_in_step(kind, wanted)
        found = np.zeros(len(kind), bool)
        for begin, end in pairwise([*edges.tolist(), len(kind)]):
            positions = self.index.positions(int(kind[begin]))
            at = np.searchsorted(positions, wanted[begin:end])
            found[begin:end] = positions[np.minimum(at, len(positions) - 1)] == wanted[begin:end]
        return found

    def _found_in_step(self, kind: Ints, wanted: Ints) -> Bools:
        postings = self.index.postings
        low, end = self.index.begins[kind], self.index.begins[kind + 1]
        high = end.copy()
        while len(low) and (low < high).any():
            middle = (low + high) >> 1
            less = postings[np.minimum(middle, len(postings) - 1)] < wanted
            less &= low < high
            low = np.where(less, middle + 1, low)
            high = np.where(less, high, np.minimum(middle, high))
        found = low < end
        found[found] = postings[low[found]] == wanted[found]
        return found


def _kept(keep: Bools, row: Longs, first: Ints, cut: Ints) -> tuple[Longs, Ints, Ints]:
    return (row, first, cut) if keep.all() else (row[keep], first[keep], cut[keep])
