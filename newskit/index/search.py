"""Search: the places that a query asks for, in one part or in many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from newskit.index.many import edges
from newskit.index.part import FIELDS, NO_GAP
from newskit.index.spans import NOWHERE, WORD_BITS, Bools, Longs, Spans
from newskit.index.whole import Whole
from newskit.query import And, AtLeast, Field, Near, Not, Or, Phrase, Query, Same, phrases

__all__ = ["Search"]

_FAR_MORE = 4  # times: then it pays to look only at what the rarer side is near
_LEAD = 60  # words
_NEVER = np.iinfo(np.int64).max


class Search:
    """Finds queries in the parts of a corpus; each phrase is looked up once.

    `longer` names for a phrase those that take its place where they match (see `longer_phrases`).
    """

    def __init__(self, whole: Whole, longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None) -> None:
        self.whole = whole
        self.longer = longer or {}
        self.phrases: dict[Phrase, Spans] = {}
        self.inner: dict[tuple[Query, tuple[str, ...]], Spans] = {}

    def spans(self, query: Query, fields: tuple[str, ...] = ()) -> Spans:
        """Find all places of a query, or those that lie in all of the fields."""
        self._look_up([query])
        return self._found(query, fields)

    def answers(self, asked: Mapping[int, Query]) -> list[Spans]:
        """Find all places of each of some queries, once: a number names a query and what it gives way to."""
        known = self.whole.answers
        new = {key: query for key, query in asked.items() if key not in known}
        self._look_up(new.values())
        known.update({key: self._found(query).copied() for key, query in new.items()})
        return [known[key] for key in asked]

    def _look_up(self, queries: Iterable[Query]) -> None:
        """Look up the phrases of some queries together, and those that take their place."""
        asked = dict.fromkeys(phrase for query in queries for phrase in phrases(query))
        asked |= dict.fromkeys(other for phrase in asked for other in self.longer.get(phrase, ()))
        new = tuple(phrase for phrase in asked if phrase not in self.phrases)
        if new:
            self.phrases.update(zip(new, self.whole.each(new), strict=True))

    def _found(self, query: Query, fields: tuple[str, ...] = ()) -> Spans:
        key = query, fields
        if key not in self.inner:  # many rules hold the same phrases and brackets
            self.inner[key] = self._joined(query, fields)
        return self.inner[key]

    def _joined(self, query: Query, fields: tuple[str, ...]) -> Spans:
        match query:
            case Phrase():
                return _in_fields(self._longest(query), fields)
            case Or(parts):
                return Spans.union(self._found(part, fields) for part in parts)
            case And(parts):
                return self._all_in_article([self._found(part, fields) for part in parts])
            case Not(part, without):
                return self._without(self._found(part, fields), self._found(without, fields))
            case Field(name, part):
                return self._found(part, (*fields, name))
            case Near(left, right, within, ordered):
                return _near(self._found(left, fields), self._found(right, fields), within, ordered=ordered)
            case Same(left, right, unit):
                return self._same(self._found(left, fields), self._found(right, fields), unit)
            case AtLeast(times, part):
                return self._at_least(self._found(part, fields), times)

    def articles(self, query: Query) -> Longs:
        """Find the articles that a query matches, by their numbers through all parts."""
        match query:
            case Phrase((_,)) if edges(query)[1] == NO_GAP and query not in self.longer:
                return self.whole.articles(query)
            case _:
                return np.unique(self.spans(query).article)

    def _longest(self, phrase: Phrase) -> Spans:
        spans = self.phrases[phrase]
        for other in self.longer.get(phrase, ()):
            spans = spans.where(~spans.within(self.phrases[other]))
        return spans

    def _all_in_article(self, parts: list[Spans]) -> Spans:
        rows = [self._rows(part) for part in parts]
        common = np.logical_and.reduce([self._marked(of_part) for of_part in rows])
        return Spans.union(part.where(common[its]) for part, its in zip(parts, rows, strict=True))

    def _without(self, spans: Spans, unwanted: Spans) -> Spans:
        return spans.where(~self._in_articles_of(unwanted, spans))

    def _at_least(self, spans: Spans, times: int) -> Spans:
        """Keep what stands in articles where it is found so often; what overlaps is found once."""
        reach = np.maximum.accumulate(np.append(np.int64(-1), spans.last[:-1]))[: len(spans)]
        rows = self._rows(spans)
        apart = rows[spans.first > reach]
        # They are in order: what lies so many places on is of the same article, or that has fewer.
        last = apart[times - 1 :]
        return spans.where(self._marked(last[last == apart[: len(last)]])[rows])

    def _in_articles_of(self, others: Spans, spans: Spans) -> Bools:
        """Tell of each place whether one of the others is in its article."""
        return self._marked(self._rows(others))[self._rows(spans)]

    def _marked(self, rows: Longs) -> Bools:
        """Tell of each article searched whether it is one of some."""
        marked = np.zeros(self.whole.end - self.whole.begin, bool)
        marked[rows] = True
        return marked

    def _rows(self, spans: Spans) -> Longs:
        """Give the article of each place, among those searched."""
        return spans.article - self.whole.begin

    def _same(self, left: Spans, right: Spans, unit: str) -> Spans:
        """Keep what lies in one sentence or paragraph, and what of the other side lies in the same."""
        few, more = sorted((left, right), key=len)
        few = few.where(self._in_articles_of(more, few))
        low, high = self.whole.around(few.first, unit)
        inside = few.last <= high
        few, low, high = few.where(inside), low[inside], high[inside]
        if not len(few):
            return NOWHERE
        if len(more) > _FAR_MORE * len(few):
            more = more.starting_in(low, high)
        of = np.searchsorted(low, more.first, "right") - 1
        more = more.where((of >= 0) & (more.last <= high[of]))
        after = np.append(more.first, _NEVER)[np.searchsorted(more.first, low)]
        return Spans.union((few.where(after <= high), more))


def _in_fields(spans: Spans, fields: tuple[str, ...]) -> Spans:
    for field in fields:
        spans = spans.where(_inside(spans, field))
    return spans


def _inside(spans: Spans, field: str) -> Bools:
    """Tell of each place whether it lies in a field (title, lead, body, caption)."""
    text = spans.first >> WORD_BITS
    if field != "lead":
        return np.asarray(text % len(FIELDS) == FIELDS.index(field))
    return np.asarray(
        (text % len(FIELDS) == FIELDS.index("body")) & (spans.last - (text << WORD_BITS) < _LEAD)
    )


def _near(left: Spans, right: Spans, within: int, *, ordered: bool) -> Spans:
    if ordered:
        return _before(left, right, within)
    if left.last is left.first and right.last is right.first:
        few, more = sorted((left, right), key=len)
        return _beside(few, more, within)
    return Spans.union((_before(left, right, within), _before(right, left, within)))


def _beside(few: Spans, more: Spans, within: int) -> Spans:
    """Pair words that are one word each as `_before` does, in both directions: one look tells of both."""
    if len(more) > _FAR_MORE * len(few):
        more = more.starting_in(few.first - within, few.first + within)
    if not len(few) or not len(more):
        return NOWHERE
    word, other = few.first, more.first
    after = np.searchsorted(other, word, "right")
    before = after - 1 - (other.take(after - 1, mode="clip") == word)  # a word is not before itself
    last = np.flatnonzero(np.append(after[1:] != after[:-1], after[-1:] < len(other)))
    first = np.flatnonzero(np.append(before[:1] >= 0, before[1:] != before[:-1]))
    after, before = after[last], before[first]
    ahead = Spans(word[last], other[after], more.cut[after])
    behind = Spans(other[before], word[first], few.cut[first])
    return Spans.union(pairs.where(pairs.last - pairs.first <= within) for pairs in (ahead, behind))


def _before(left: Spans, right: Spans, within: int) -> Spans:
    """Pair each `left` with the next `right`, where it is the `left` next before that, in the same text."""
    left, right = _in_reach(left, right, within)
    if not len(left) or not len(right):
        return NOWHERE
    left = left.by_end()
    mine, after = _neighbours(left.last, right.first)
    near = np.flatnonzero(right.first[after] - left.last[mine] <= within)
    mine, after = mine[near], after[near]
    return Spans.of(left.first[mine], right.last[after], right.cut[after])


def _neighbours(left: Longs, right: Longs) -> tuple[Longs, Longs]:
    """Give the places of each `left` and `right` with neither between them; both are in order, and the fewer are looked up."""
    if len(left) < len(right):
        after = np.searchsorted(right, left, "right")
        # Of those before the same `right` the last; those behind all of them have none.
        last = np.flatnonzero(np.append(after[1:] != after[:-1], after[-1:] < len(right)))
        return last, after[last]
    before = np.searchsorted(left, right) - 1
    first = np.flatnonzero(np.append(before[:1] >= 0, before[1:] != before[:-1]))
    return before[first], first


def _in_reach(left: Spans, right: Spans, within: int) -> tuple[Spans, Spans]:
    """Leave out of the longer side what no place of the other can reach: that is most of it."""
    if len(right) > _FAR_MORE * len(left):
        return left, right.starting_in(left.last + 1, left.last + within)
    if len(left) > _FAR_MORE * len(right):
        longest = int((left.last - left.first).max()) + within
        return left.starting_in(right.first - longest, right.first - 1), right
    return left, right
