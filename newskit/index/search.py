"""Search: the places of an index that a query asks for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from newskit.index.known import Known, numbered
from newskit.index.many import Many, find_all
from newskit.index.part import Index
from newskit.index.spans import NOWHERE, Bools, Ints, Longs, Spans
from newskit.query import And, AtLeast, Field, Joined, Near, Not, Or, Phrase, Query, Same

__all__ = ["Search"]

_FAR_MORE = 4  # times: then it pays to look only at what the rarer side is near


class Search:
    """Finds queries in an index; each phrase is looked up once.

    `longer` names for a phrase those that take its place where they match (see `longer_phrases`); `known` holds
    what was looked up before, and takes up what is looked up now.
    """

    def __init__(
        self,
        index: Index,
        longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None,
        known: Known | None = None,
    ) -> None:
        self.index = index
        self.longer = longer or {}
        self.known = Known() if known is None else known
        self.inner: dict[tuple[Query, tuple[str, ...]], Spans] = {}

    def spans(self, query: Query, fields: tuple[str, ...] = ()) -> Spans:
        """Find all places of a query, or those that lie in all of the fields."""
        if isinstance(query, Phrase):
            return self._in_fields(self._longest(query), fields)
        key = query, fields
        if key not in self.inner:  # many rules hold the same brackets
            self.inner[key] = self._joined(query, fields)
        return self.inner[key]

    def _joined(self, query: Joined, fields: tuple[str, ...]) -> Spans:
        """Find all places of what an operator joins."""
        match query:
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

    def remembered(self, key: Hashable, query: Query) -> Spans:
        """Find all places of a query, once: `key` names it, with the longer phrases that it gives way to."""
        if key not in self.known.queries:
            self.known.queries[key] = self.spans(query)
        return self.known.queries[key]

    def rows(self, query: Query) -> NDArray[np.int64]:
        """Find the rows of the articles that a query matches."""
        marked = np.zeros(self.index.articles, bool)
        for first in self._first_words(query):
            marked[self.index.text_of(first) // np.int32(3)] = True
        return np.flatnonzero(marked)

    def _first_words(self, query: Query) -> Iterable[Ints]:
        """Give where the places of a query begin; of a plain word as the index lists them, for there may be millions."""
        match query:
            case Phrase((word,)) if word.form.isascii() and query not in self.longer:
                kinds, _ = self.index.vocabulary.resolve(word, last=True, alone=True)
                return map(self.index.positions, kinds.tolist())
            case _:
                return [self.spans(query).first]

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
        if phrase not in self.known:
            self.learn(Many((phrase,)), numbered([phrase], self.known.numbers))
        return self.known.of(phrase)

    def learn(self, many: Many, numbers: Longs) -> None:
        """Look up many phrases together, those that are not known yet; `numbers` are theirs (see `Known`)."""
        new = self.known.lacks(numbers)
        if len(new):
            counts, spans = find_all(self.index, many.some(tuple(new.tolist())))
            self.known.add(numbers[new], counts, spans)

    def _all_in_article(self, parts: list[Spans]) -> Spans:
        rows = [self.index.row_of(part) for part in parts]
        common = np.logical_and.reduce([_marked(row, self.index.articles) for row in rows])
        return Spans.union(part.where(common[row]) for part, row in zip(parts, rows, strict=True))

    def _without(self, spans: Spans, unwanted: Spans) -> Spans:
        there = _marked(self.index.row_of(unwanted), self.index.articles)
        return spans.where(~there[self.index.row_of(spans)])

    def _near(self, left: Spans, right: Spans, within: int, *, ordered: bool) -> Spans:
        there = self._before(left, right, within)
        return there if ordered else Spans.union((there, self._before(right, left, within)))

    def _before(self, left: Spans, right: Spans, within: int) -> Spans:
        """Pair each `left` with the next `right`, where it is the `left` next before that, in the same text."""
        left, right = self._in_reach(left, right, within)
        if not len(left) or not len(right):
            return NOWHERE
        left = left.by_end()
        after = np.searchsorted(right.first, left.last, "right")
        before = np.searchsorted(left.last, right.first, "left") - 1
        mine = np.arange(len(left))
        paired = after < len(right)
        after[~paired] = 0
        paired &= (before[after] == mine) & (right.first[after] - left.last <= within)
        paired &= self.index.text_of(left.first) == self.index.text_of(right.first[after])
        return Spans.of(left.first[paired], right.last[after[paired]], right.cut[after[paired]])

    def _in_reach(self, left: Spans, right: Spans, within: int) -> tuple[Spans, Spans]:
        """Leave out of the longer side what no place of the other can reach: that is most of it."""
        if len(right) > _FAR_MORE * len(left):
            return left, right.starting_in(left.last + 1, left.last + within)
        if len(left) > _FAR_MORE * len(right):
            longest = int((left.last - left.first).max()) + within
            return left.starting_in(right.first - longest, right.first - 1), right
        return left, right

    def _same(self, left: Spans, right: Spans, unit: str) -> Spans:
        few, more = sorted((left, right), key=len)
        if len(more) > _FAR_MORE * len(few):
            more = more.starting_in(*self.index.ends_of(self.index.unit_of(few.first, unit), unit))
        sides = [self._whole(side, unit) for side in (few, more)]
        units = [self.index.unit_of(side.first, unit) for side in sides]
        size = len(self.index.heads(unit))
        return Spans.union(
            side.where(_marked(other, size)[its])
            for side, its, other in zip(sides, units, units[::-1], strict=True)
        )

    def _whole(self, spans: Spans, unit: str) -> Spans:
        """Keep what lies in one sentence or paragraph: a single word does."""
        of = self.index.unit_of
        if (spans.first == spans.last).all():
            return spans
        return spans.where(of(spans.first, unit) == of(spans.last, unit))

    def _at_least(self, spans: Spans, times: int) -> Spans:
        """Keep what stands in articles where it is found so often; what overlaps is found once."""
        rows = self.index.row_of(spans)
        reach = np.maximum.accumulate(np.append(np.int32(-1), spans.last[:-1])) if len(spans) else spans.last
        counts = np.bincount(rows[spans.first > reach], minlength=self.index.articles)
        return spans.where(counts[rows] >= times)


def _marked(numbers: Ints, size: int) -> Bools:
    """Tell of each number below a size whether it is among some."""
    marked = np.zeros(size, bool)
    marked[numbers] = True
    return marked
