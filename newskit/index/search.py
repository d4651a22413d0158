"""Search: the places of an index that a query asks for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from newskit.index.part import Index
from newskit.index.spans import NOWHERE, Bools, Ints, Spans, no_ints
from newskit.query import And, AtLeast, Field, Near, Not, Or, Phrase, Query, Same, Word
from newskit.words import LEGAL

__all__ = ["Search"]

_MANY_TYPES = 16  # of a word: to look into each costs more than to put them together


class Search:
    """Finds queries in an index; each phrase is looked up once.

    `longer` names for a phrase those that take its place where they match (see `longer_phrases`); `found` holds
    what was looked up before, and takes up what is looked up now.
    """

    def __init__(
        self,
        index: Index,
        longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None,
        found: dict[Phrase, Spans] | None = None,
    ) -> None:
        self.index = index
        self.longer = longer or {}
        self.found = {} if found is None else found
        self._words: dict[tuple[Word, bool, bool], _Occurrences] = {}

    def spans(self, query: Query, fields: tuple[str, ...] = ()) -> Spans:
        """Find all places of a query, or those that lie in all of the fields."""
        match query:
            case Phrase():
                return self._in_fields(self._longest(query), fields)
            case Or(parts):
                return Spans.union(self.spans(part, fields) for part in parts)
            case And(parts):
                return self._all_in_article([self.spans(part, fields) for part in parts])
            case Not(part, without):
                return self._without(self.spans(part, fields), self.spans(without, fields))
            case Field(name, part):
                return self.spans(part, (*fields, name))
            case Near(left, right, within, ordered):
                return self._near(
                    self.spans(left, fields), self.spans(right, fields), within, ordered=ordered
                )
            case Same(left, right, unit):
                return self._same(self.spans(left, fields), self.spans(right, fields), unit)
            case AtLeast(times, part):
                return self._at_least(self.spans(part, fields), times)

    def rows(self, query: Query) -> NDArray[np.int64]:
        """Find the rows of the articles that a query matches."""
        return np.unique(self.index.row_of(self.spans(query)))

    def _in_fields(self, spans: Spans, fields: tuple[str, ...]) -> Spans:
        for field in fields:
            spans = spans.where(self.index.inside(spans, field))
        return spans

    def _longest(self, phrase: Phrase) -> Spans:
        spans = self._phrase(phrase)
        for other in self.longer.get(phrase, ()):
            spans = spans.where(~spans.within(self._phrase(other)))
        return spans

    def _phrase(self, phrase: Phrase) -> Spans:
        if phrase not in self.found:
            self.found[phrase] = self._look_up(phrase)
        return self.found[phrase]

    def _look_up(self, phrase: Phrase) -> Spans:
        """Start from the rarest word, then check the gaps around it and the words behind them."""
        index, size = self.index, len(phrase.words)
        words = [self._word(word, last=n == size - 1, alone=size == 1) for n, word in enumerate(phrase.words)]
        rarest = min(range(size), key=lambda n: words[n].number)
        at, cut = words[rarest].all()
        first, cut = _where((at >= rarest) & (at - rarest + size <= len(index)), at - np.int32(rarest), cut)
        for n, gap in enumerate(phrase.gaps, start=1):
            first, cut = _where(LEGAL[gap] >> index.gap[first + n].astype(np.int64) & 1 == 1, first, cut)
        for n in sorted(range(size), key=lambda n: words[n].number):
            if n != rarest:
                there, cuts = words[n].among(first + np.int32(n))
                first, cut = _where(there, first, cuts if n == size - 1 else cut)
        return Spans(first, first + np.int32(size - 1), cut)

    def _word(self, word: Word, *, last: bool, alone: bool) -> _Occurrences:
        known = (word, last, alone)
        if known not in self._words:
            types, cuts = self.index.vocabulary.resolve(word, last=last, alone=alone)
            self._words[known] = _Occurrences(self.index, types, cuts)
        return self._words[known]

    def _all_in_article(self, parts: list[Spans]) -> Spans:
        rows = [self.index.row_of(part) for part in parts]
        common = rows[0]
        for other in rows[1:]:
            common = np.intersect1d(common, other)
        return Spans.union(part.where(np.isin(row, common)) for part, row in zip(parts, rows, strict=True))

    def _without(self, spans: Spans, unwanted: Spans) -> Spans:
        return spans.where(~np.isin(self.index.row_of(spans), self.index.row_of(unwanted)))

    def _near(self, left: Spans, right: Spans, within: int, *, ordered: bool) -> Spans:
        there = self._before(left, right, within)
        return there if ordered else Spans.union((there, self._before(right, left, within)))

    def _before(self, left: Spans, right: Spans, within: int) -> Spans:
        """Pair each `left` with the next `right`, where it is the `left` next before that, in the same text."""
        if not len(left) or not len(right):
            return NOWHERE
        order = np.lexsort((left.first, left.last))
        left = Spans(left.first[order], left.last[order], left.cut[order])
        after = np.searchsorted(right.first, left.last, "right")
        before = np.searchsorted(left.last, right.first, "left") - 1
        mine = np.arange(len(left))
        paired = after < len(right)
        after[~paired] = 0
        paired &= (before[after] == mine) & (right.first[after] - left.last <= within)
        paired &= self.index.text_of(left.first) == self.index.text_of(right.first[after])
        return Spans.of(left.first[paired], right.last[after[paired]], right.cut[after[paired]])

    def _same(self, left: Spans, right: Spans, unit: str) -> Spans:
        of = self.index.unit_of
        sides = [side.where(of(side.first, unit) == of(side.last, unit)) for side in (left, right)]
        units = [of(side.first, unit) for side in sides]
        return Spans.union(
            side.where(np.isin(its, other))
            for side, its, other in zip(sides, units, units[::-1], strict=True)
        )

    def _at_least(self, spans: Spans, times: int) -> Spans:
        rows = self.index.row_of(spans)
        counts = np.bincount(rows, minlength=self.index.articles)
        return spans.where(counts[rows] >= times)


class _Occurrences:
    """Where a word occurs: the positions of all types that it means."""

    def __init__(self, index: Index, types: Ints, cuts: Ints) -> None:
        self.index, self.types, self.cuts = index, types, cuts
        self.number = index.frequency(types)

    def all(self) -> tuple[Ints, Ints]:
        """Give the positions in order, and how many characters of each word are a particle."""
        slices = [self.index.positions(kind) for kind in self.types.tolist()]
        if len(slices) == 1:
            return slices[0], np.full(len(slices[0]), self.cuts[0], np.int32)
        if not slices:
            return no_ints(), no_ints()
        positions = np.concatenate(slices)
        order = np.argsort(positions)
        return positions[order], np.repeat(self.cuts, [len(part) for part in slices])[order]

    def among(self, wanted: Ints) -> tuple[Bools, Ints]:
        """Tell which positions are among its own, and the particle of each."""
        if len(self.types) > _MANY_TYPES:
            positions, cuts = self.all()
            at, there = _looked_up(positions, wanted)
            return there, cuts[at]
        found, cut = np.zeros(len(wanted), bool), np.zeros(len(wanted), np.int32)
        for kind, particle in zip(self.types.tolist(), self.cuts.tolist(), strict=True):
            _, there = _looked_up(self.index.positions(kind), wanted)
            found |= there
            cut[there] = particle
        return found, cut


def _looked_up(positions: Ints, wanted: Ints) -> tuple[NDArray[np.int64], Bools]:
    """Give the place of each wanted position among some, and tell whether it is one of them."""
    at = np.searchsorted(positions, wanted)
    at[at == len(positions)] = 0
    return at, (positions[at] == wanted)


def _where(keep: Bools, first: Ints, cut: Ints) -> tuple[Ints, Ints]:
    return first[keep], cut[keep]
