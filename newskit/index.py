"""Index: where every word of a part stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newskit.query import And, AtLeast, Field, Near, Not, Or, Phrase, Query, Same, Word
from newskit.store import Store
from newskit.words import LEGAL, PATTERN, WORD, Gap, exact, fold, gap_of, glob, particles, script

__all__ = ["FIELDS", "Index", "Places", "Search", "Spans", "index_of", "matching_rows"]

FIELDS: Final = ("title", "body", "caption")
LEAD_WORDS: Final = 60
_BATCH = 1 << 20  # characters cut into words at a time
_MAX_GLOB = 100  # a longer run of letters is no word that a pattern means
_KEPT_TOKENS = 30_000_000  # indexes kept in memory, about 13 bytes a token

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


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
        """Put places in order, and each in once."""
        order = np.lexsort((cut, last, first))
        first, last, cut = first[order], last[order], cut[order]
        new = np.ones(len(first), bool)
        new[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
        return cls(first[new], last[new], cut[new])

    @classmethod
    def union(cls, many: Iterable[Spans]) -> Spans:
        """All places of several."""
        parts = list(many) or [_NOWHERE]
        return (
            parts[0] if len(parts) == 1 else cls.of(*(np.concatenate(c) for c in zip(*map(_columns, parts), strict=True)))
        )

    def __len__(self) -> int:
        return len(self.first)

    def where(self, keep: Bools) -> Spans:
        """Keep some of the places."""
        return Spans(self.first[keep], self.last[keep], self.cut[keep])

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


_NONE = np.empty(0, np.int32)
_NOWHERE = Spans(_NONE, _NONE, _NONE)


@dataclass(frozen=True, eq=False)
class Places:
    """The same places as rows of articles, numbers of fields (see FIELDS) and characters of their text."""

    row: NDArray[np.int64]
    field: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Index:
    """The words of the texts of one part, in order: title, body and captions of each article in turn.

    For each word: its type, the Gap before it, the character of its field it starts at. `bounds` holds the
    first word of each text, and their number at the end.
    """

    types: tuple[str, ...]
    token: Ints
    gap: NDArray[np.uint8]
    start: Ints
    bounds: Ints

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str, str]]) -> Index:
        """Build the index of some articles, each given as title, body and captions."""
        cutter = _Cutter()
        for article in texts:
            cutter.add(article)
        return cutter.index()

    def __len__(self) -> int:
        return len(self.token)

    def __repr__(self) -> str:
        return f"<Index: {self.articles:,} articles, {len(self):,} words, {len(self.types):,} different>"

    @property
    def articles(self) -> int:
        """How many articles were indexed."""
        return len(self.bounds) // 3

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The different words, to look terms up in."""
        return Vocabulary(self.types)

    @cached_property
    def postings(self) -> tuple[Ints, NDArray[np.int64]]:
        """All positions, ordered by type, and where each type begins among them."""
        keys = self.token.astype(np.int64) << 32 | np.arange(len(self.token))
        keys.sort()
        counts = np.bincount(self.token, minlength=len(self.types))
        return (keys & 0xFFFFFFFF).astype(np.int32), np.append(0, np.cumsum(counts))

    @cached_property
    def units(self) -> Mapping[str, Ints]:
        """The number of the sentence ("S") and of the paragraph ("P") each word is in."""
        starts = {"S": Gap.SENTENCE, "P": Gap.PARAGRAPH}
        return {unit: np.cumsum(self.gap >= least, dtype=np.int32) for unit, least in starts.items()}

    def positions(self, types: Ints) -> Ints:
        """All positions of some types, not in order."""
        order, begins = self.postings
        parts = [order[begins[t] : begins[t + 1]] for t in types]
        return np.concatenate(parts) if parts else _NONE

    def frequency(self, types: Ints) -> int:
        """How often some types occur, together."""
        begins = self.postings[1]
        return int((begins[types + 1] - begins[types]).sum())

    def text_of(self, position: Ints) -> NDArray[np.int64]:
        """Give the number of the text each word stands in: 3 * row of the article + number of the field."""
        return np.searchsorted(self.bounds, position, "right") - 1

    def row_of(self, spans: Spans) -> NDArray[np.int64]:
        """Give the row of the article of each place."""
        return self.text_of(spans.first) // 3

    def inside(self, spans: Spans, field: str) -> Bools:
        """Tell of each place whether it lies in a field (title, lead, body, caption)."""
        text = self.text_of(spans.first)
        if field != "lead":
            return np.asarray(text % 3 == FIELDS.index(field))
        return np.asarray((text % 3 == FIELDS.index("body")) & (spans.last - self.bounds[text] < LEAD_WORDS))

    def places(self, spans: Spans) -> Places:
        """Translate word positions into rows, fields and characters."""
        text = self.text_of(spans.first)
        lengths = np.fromiter((len(self.types[t]) for t in self.token[spans.last]), np.int64, len(spans))
        end = self.start[spans.last] + lengths - spans.cut
        return Places(text // 3, text % 3, self.start[spans.first].astype(np.int64), end)


class _Cutter:
    """Cuts texts into words, many at a time: the loop over words then runs inside `re` and numpy."""

    def __init__(self) -> None:
        self.types: defaultdict[str, int] = defaultdict()
        self.types.default_factory = self.types.__len__
        self.gaps = _Gaps()
        self.waiting: list[str] = []
        self.size = 0
        self.columns: list[tuple[Ints, NDArray[np.uint8], Ints]] = []
        self.counts: list[NDArray[np.int64]] = []

    def add(self, article: tuple[str, str, str]) -> None:
        self.waiting.extend(article)
        self.size += sum(map(len, article))
        if self.size >= _BATCH:
            self._cut()

    def _cut(self) -> None:
        pieces = WORD.split("\n".join(self.waiting))
        begins = np.cumsum([0, *(len(text) + 1 for text in self.waiting)])
        number = len(pieces) // 2
        ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
        start = ends[0:-1:2]
        token = np.fromiter(map(self.types.__getitem__, pieces[1::2]), np.int32, number)
        gap = np.fromiter(map(self.gaps.__getitem__, pieces[0:-1:2]), np.uint8, number)
        text = np.searchsorted(begins, start, "right") - 1
        self.columns.append((token, gap, (start - begins[text]).astype(np.int32)))
        self.counts.append(np.bincount(text, minlength=len(self.waiting)))
        self.waiting, self.size = [], 0

    def index(self) -> Index:
        self._cut()
        token, gap, start = (np.concatenate(column) for column in zip(*self.columns, strict=True))
        bounds = np.append(0, np.cumsum(np.concatenate(self.counts))).astype(np.int32)
        types = tuple(self.types)
        lower = np.fromiter((t[0].islower() for t in types), bool, len(types))
        gap[(gap == Gap.SENTENCE) & lower[token]] = Gap.PUNCT  # "approx. five", '"Why?" he asked'
        heads = bounds[:-1][np.diff(bounds) > 0]
        gap[heads] = Gap.PARAGRAPH
        gap[bounds[:-1:3][bounds[:-1:3] < len(gap)]] = Gap.ARTICLE
        return Index(types, token, gap, start, bounds)


class _Gaps(dict[str, int]):
    """The class of every gap seen: there are few different ones, except in a hostile text."""

    def __missing__(self, between: str) -> int:
        gap = int(gap_of(between))
        if len(between) < 50:
            self[between] = gap
        return gap


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The different words of a part, as written, by type."""

    types: tuple[str, ...]

    @cached_property
    def folded(self) -> dict[str, list[int]]:
        """The types of each folded form."""
        return self._by(fold)

    @cached_property
    def written(self) -> dict[str, list[int]]:
        """The types of each form in which only width and a last dot do not matter."""
        return self._by(exact)

    @cached_property
    def _sorted(self) -> dict[bool, list[str]]:
        return {False: sorted(self.folded), True: sorted(self.written)}

    def _by(self, form: Callable[[str], str]) -> dict[str, list[int]]:
        forms: dict[str, list[int]] = {}
        for number, word in enumerate(self.types):
            forms.setdefault(form(word), []).append(number)
        return forms

    def resolve(self, word: Word, *, last: bool) -> tuple[Ints, Ints]:
        """Find the types of a word, and how many characters of each are a particle.

        Only the last word of a phrase may have one, and only where its case is not fixed by `=`.
        """
        found: dict[int, int] = {}
        forms = self.written if word.exact else self.folded
        for form in self._forms(word):
            found.update((t, 0) for t in forms.get(form, ()))
        if last and not word.exact and script(word.form) == "hangul":
            for form, particle in self._with_particle(word):
                for number in forms.get(form, ()):
                    found.setdefault(number, len(particle) if self.types[number].endswith(particle) else 0)
        numbers = np.array(sorted(found), np.int32)
        return numbers, np.array([found[n] for n in sorted(found)], np.int32)

    def _forms(self, word: Word) -> list[str]:
        if not word.wild:
            return [word.form]
        return [form for form in self._candidates(word) if glob(word.form, form)]

    def _candidates(self, word: Word) -> list[str]:
        """Narrow the forms down to those that begin as the pattern does and hold its longest piece."""
        forms, pieces = self._sorted[word.exact], PATTERN.split(word.form)
        head, longest = pieces[0], max(pieces, key=len)
        low, high = bisect_left(forms, head), bisect_left(forms, head + "\U0010ffff") if head else len(forms)
        return [form for form in forms[low:high] if longest in form and len(form) <= _MAX_GLOB]

    def _with_particle(self, word: Word) -> list[tuple[str, str]]:
        if not word.wild:
            return [(word.form + particle, particle) for particle in particles(word.form)]
        if word.form.endswith("*"):
            return []
        cuts = ((form, form[at:]) for form in self._candidates(word) for at in range(1, len(form)))
        return [(f, p) for f, p in cuts if p in particles(f[: -len(p)]) and glob(word.form, f[: -len(p)])]


class Search:
    """Finds queries in an index; each phrase is looked up once.

    `longer` names for a phrase those that take its place where they match (see `longer_phrases`).
    """

    def __init__(self, index: Index, longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None) -> None:
        self.index = index
        self.longer = longer or {}
        self._known: dict[Phrase, Spans] = {}

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
        if phrase not in self._known:
            self._known[phrase] = self._look_up(phrase)
        return self._known[phrase]

    def _look_up(self, phrase: Phrase) -> Spans:
        """Start from the rarest word, then check the words around it and the gaps between."""
        index, size = self.index, len(phrase.words)
        resolved = [index.vocabulary.resolve(w, last=n == size - 1) for n, w in enumerate(phrase.words)]
        rarest = min(range(size), key=lambda n: index.frequency(resolved[n][0]))
        first = index.positions(resolved[rarest][0]) - np.int32(rarest)
        first = first[(first >= 0) & (first + size <= len(index))]
        for n, gap in enumerate(phrase.gaps, start=1):
            first = first[(LEGAL[gap] >> index.gap[first + n].astype(np.int64)) & 1 == 1]
        for n in range(size):
            if n != rarest:
                first = first[np.isin(index.token[first + n], resolved[n][0])]
        types, cuts = resolved[-1]
        last = (first + (size - 1)).astype(np.int32)
        cut = cuts[np.searchsorted(types, index.token[last])] if len(last) else _NONE
        return Spans.of(first, last, cut)

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
            return _NOWHERE
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
        of = self.index.units[unit]
        left, right = (side.where(of[side.first] == of[side.last]) for side in (left, right))
        both = np.intersect1d(of[left.first], of[right.first])
        return Spans.union(side.where(np.isin(of[side.first], both)) for side in (left, right))

    def _at_least(self, spans: Spans, times: int) -> Spans:
        rows = self.index.row_of(spans)
        counts = np.bincount(rows, minlength=self.index.articles)
        return spans.where(counts[rows] >= times)


class _Kept:
    """The indexes used last, as long as they are not too large together; parts never change."""

    def __init__(self) -> None:
        self.indexes: OrderedDict[tuple[str, str], Index] = OrderedDict()

    def get(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name not in self.indexes:
            texts = store.texts(key)
            self.indexes[name] = Index.build(
                zip(texts["title"], texts["body"], texts["caption"], strict=True)
            )
        self.indexes.move_to_end(name)
        while len(self.indexes) > 1 and sum(map(len, self.indexes.values())) > _KEPT_TOKENS:
            self.indexes.popitem(last=False)
        return self.indexes[name]


_KEPT = _Kept()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part; those used last are kept in memory."""
    return _KEPT.get(store, key)


def matching_rows(store: Store, key: str, query: Query) -> list[str]:
    """Give the ids of the articles of a part that a query matches."""
    rows = Search(index_of(store, key)).rows(query)
    return [str(i) for i in store.texts(key)["id"].iloc[rows]]
