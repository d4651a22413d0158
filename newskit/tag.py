"""Tag: where each rule of a codebook matches in a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.catalog import catalog_of
from newskit.codebook import Codebook, Rule, Topic
from newskit.corpus import Corpus
from newskit.errors import BadArgument, require
from newskit.index import (
    FIELDS,
    NOWHERE,
    Many,
    Places,
    Search,
    Spans,
    characters,
    forget,
    in_order,
    name_of,
    numbers_of,
    wholes,
)
from newskit.query import Phrase, Query, phrases
from newskit.store import Store

__all__ = ["Hits", "Passage", "located", "ordered", "tag"]

_PLACES = {
    "article": np.int32,
    "kind": np.int32,
    "field": np.int8,
    "first": np.int32,
    "last": np.int32,
    "cut": np.uint8,
}
_LABELS = ["article", "day", "published", "outlet", "language", "topic", "rule", "field"]
_HITS = ["article", "day", "outlet", "language", "topic", "rule", "field", "start", "end", "text"]

Kind = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where each rule matched, in the articles of a corpus under its filter.

    `frame` has one row a hit, ordered by topic, day, article, field and start: article (id), day, outlet,
    language, topic, rule, field ("title", "body", "caption"), start and end (characters), text. For the
    article of a row, `article.field[start:end] == text`. Two rules that match at one place are two rows.

    `limits` say in words which articles were kept of those found.

    `found` says the same by words, in no order: article (its place in `corpus.frame`), kind (a topic and a rule, in
    `kinds`), field (0, 1, 2), first and last (words of that field), cut (letters of a particle). `places` are these in
    the order of `frame`: they are put so where hits are first listed, for counting needs no order. No text was read for
    either; `frame` reads that of all its articles. Neither is to be written to; where what was found is `in_order`, both
    are one.
    """

    corpus: Corpus
    codebook: Codebook
    kinds: tuple[Kind, ...]
    found: pd.DataFrame
    limits: tuple[str, ...] = ()
    in_order: bool = False

    @cached_property
    def places(self) -> pd.DataFrame:
        """What was found, in order."""
        if self.in_order:
            return self.found
        return ordered({str(name): column.to_numpy() for name, column in self.found.items()}, self.kinds)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a hit, with its text."""
        start, end, text = (np.zeros(len(self), kind) for kind in (np.int64, np.int64, object))
        for passage in located(self):
            start[passage.hits], end[passage.hits] = passage.start, passage.end
            text[passage.hits] = [passage.text[a:b] for a, b in zip(passage.start, passage.end, strict=True)]
        return self.labels.assign(start=start, end=end, text=pd.Series(text, dtype="str"))[_HITS]

    @cached_property
    def labels(self) -> pd.DataFrame:
        """One row a hit, in the same order, without its text: article, day, published, outlet, language, topic, rule, field."""
        articles = self.corpus.labels(self.places["article"].to_numpy()).rename(columns={"id": "article"})
        named = articles.assign(
            topic=self._named(0), rule=self._named(1), field=np.array(FIELDS)[self.places["field"]]
        )
        return named[_LABELS].astype(dict.fromkeys(["outlet", "language", "topic", "rule", "field"], "str"))

    def only(self, *topics: str) -> Hits:
        """Keep the hits of some topics; BadArgument names the nearest where one is unknown."""
        codebook = self.codebook.only(*topics)
        chosen = np.array([topic in topics for topic, _ in self.kinds], bool)
        return replace(self, codebook=codebook, found=self.found[chosen[self.found["kind"]]])

    def of(self, articles: NDArray[np.int64], called: str) -> Hits:
        """Keep the hits of some articles, given by their places in `corpus.frame`; `called` says in words which."""
        if not np.issubdtype(np.asarray(articles).dtype, np.integer):
            raise BadArgument(
                "Hits.of() takes articles by their places in corpus.frame, whole numbers, not ids or truth values."
                " Write hits.of(np.flatnonzero(corpus.frame['id'].isin(ids)), 'what they are')."
            )
        kept = self.found["article"].isin(articles)
        return replace(self, found=self.found[kept], limits=(*self.limits, called))

    def some(self, first: int, until: int) -> Hits:
        """Keep the hits from one place in the order to another."""
        return replace(self.listed, found=self.places.iloc[first:until])

    @property
    def listed(self) -> Hits:
        """The same hits, in order: what is kept of them stays so."""
        return replace(self, found=self.places, in_order=True)

    @property
    def articles(self) -> NDArray[np.int64]:
        """The articles with a hit, by their places in `corpus.frame`: by day."""
        return np.unique(self.found["article"].to_numpy())

    def pairs(self, topics: Sequence[str | None]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give each topic (its place in `topics`) and article (its place in `corpus.frame`) with a hit of it, once."""
        number = {topic: n for n, topic in enumerate(topics)}
        of_kind = np.array([number.get(topic, -1) for topic, _ in self.kinds], np.int64)
        topic, size = of_kind[self.found["kind"]], max(1, len(self.corpus))
        pair = (topic * size + self.found["article"].to_numpy())[topic >= 0]
        pair.sort()  # np.unique looks each up: that takes four times as long
        pair = pair[np.diff(pair, prepend=-1) > 0]
        return pair // size, pair % size

    @property
    def mentions(self) -> pd.DataFrame:
        """One row a topic and article with a hit of it: topic, article (its place in `corpus.frame`)."""
        topics = sorted({topic for topic, _ in self.kinds})
        topic, article = self.pairs(topics)
        return pd.DataFrame({"topic": np.array(topics, object)[topic], "article": article})

    @property
    def how(self) -> str:
        """Say what was found, and by which codebook."""
        hits = len(self)
        found = (
            f"{hits:,} hit{'s' * (hits != 1)} in {len(self.articles):,} of {len(self.corpus):,} articles"
            " (title, body and captions)"
        )
        return "; ".join([found, *self.limits, self.codebook.how])

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        return f"<Hits: {self.how}>"

    def _named(self, which: int) -> NDArray[np.object_]:
        names = np.array([kind[which] for kind in self.kinds], object)
        return names[self.places["kind"]]


def tag(corpus: Corpus, codebook: Codebook) -> Hits:
    """Find every place in a corpus where a rule of a codebook matches.

    Title, body and captions are searched, and no phrase crosses from one into another. A hit that a `none`
    rule of its topic overlaps is left out. What is found for a topic counts for those above it, too.
    """
    require(corpus, Corpus, "Write nk.tag(nk.Corpus.open(folder), codebook).")
    require(codebook, Codebook, "Write nk.tag(corpus, nk.Codebook.load(path)).")
    found = _found(corpus.store, corpus.parts, codebook)
    columns = {**found.columns, "article": corpus.numbers[found.columns["article"]]}
    kept = columns["article"] >= 0
    columns = columns if kept.all() else {name: column[kept] for name, column in columns.items()}
    return Hits(corpus, codebook, found.kinds, pd.DataFrame(columns, copy=False))


@dataclass(frozen=True, eq=False)
class _Found:
    """What was found in all parts: the kinds of hits, and their columns as in `Hits.found`.

    `article` is the place among all that is stored, one part after the other: whatever is filtered, it stays the same.
    """

    kinds: tuple[Kind, ...]
    columns: dict[str, NDArray[Any]]


@lru_cache(maxsize=2)
def _found(store: Store, parts: tuple[str, ...], codebook: Codebook) -> _Found:
    """Find all hits, whatever the filter; those of the last two codebooks are remembered."""
    plan, found = _plan(codebook), []
    for whole in wholes(store, parts, catalog_of(store, parts).sizes):
        whole.learn(plan.many, plan.numbers)
        found += [_tagged(Search(some, plan.longer), plan) for some in whole.bounded(plan.numbers)]
        forget()
    columns = found[0] if len(found) == 1 else _joined(found)
    for column in columns.values():
        column.flags.writeable = False  # all taggings by one codebook share them
    return _Found(plan.kinds, columns)


def _tagged(search: Search, plan: _Plan) -> dict[str, NDArray[Any]]:
    """Find the hits in some parts."""
    plain_kinds, plain = search.whole.places(plan.plain, plan.plain_kinds, plan.plain_more)
    found = [*_hits(search, plan)]
    kinds = np.repeat(np.array([one.kind for one in plan.others], np.int32), [*map(len, found)])
    at = Places.together([plain, Spans.together([NOWHERE, *found]).places])
    return {
        "article": at.article,
        "kind": np.concatenate([plain_kinds, kinds]),
        "field": at.field.astype(np.int8),
        "first": at.first,
        "last": at.last,
        "cut": at.cut,
    }


def _joined(found: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Put the columns of several one after the other, in the types of `Hits.found`."""
    return {
        name: np.concatenate([np.empty(0, kind), *(part[name] for part in found)], dtype=kind)
        for name, kind in _PLACES.items()
    }


@dataclass(frozen=True, eq=False)
class _Sought:
    """A rule to look for, and a name that no rule with other hits has."""

    query: Query
    name: int

    @classmethod
    def of(cls, rule: Rule, codebook: Codebook) -> _Sought:
        longer = ((p, codebook.longer[p]) for p in phrases(rule.query) if p in codebook.longer)
        return cls(rule.query, name_of((rule.query, *longer)))


# The rules under `none:` that take away in a topic, from there up to where hits count.
_None = tuple[_Sought, ...]


@dataclass(frozen=True, eq=False)
class _Counted:
    """A rule whose hits count as a kind, and the rules that take hits away from it there.

    Where topics under one have the same rule, its hits count once, and are taken away where each of them says so.
    """

    kind: int
    rule: _Sought
    nones: tuple[_None, ...]


@dataclass(frozen=True, eq=False)
class _Plan:
    """What to look for in every part, and as which kind its hits count.

    All phrases are looked up together. Most rules are a phrase and no more: `plain` has the numbers of these (see
    `numbers_of`), `plain_kinds` what each counts as, and `plain_more` how many words it has behind its first.
    """

    longer: Mapping[Phrase, tuple[Phrase, ...]]
    kinds: tuple[Kind, ...]
    many: Many
    numbers: NDArray[np.int64]
    plain: NDArray[np.int64]
    plain_kinds: NDArray[np.int32]
    plain_more: NDArray[np.int32]
    others: tuple[_Counted, ...]

    @classmethod
    def of(cls, codebook: Codebook) -> _Plan:
        counting = _counting(codebook)
        many = Many(tuple(_phrases(codebook)))
        numbers = numbers_of(many.phrases)
        known = dict(zip(many.phrases, numbers.tolist(), strict=True))
        plain, others = [], []
        for kind, (rule, nones) in enumerate(counting.values()):
            if isinstance(rule.query, Phrase) and not nones and rule.query not in codebook.longer:
                plain.append((known[rule.query], kind, len(rule.query.words) - 1))
            else:
                others.append(_Counted(kind, _Sought.of(rule, codebook), nones))
        alone, kinds, more = np.array(plain, np.int64).reshape(-1, 3).T.copy()
        return cls(
            longer=codebook.longer,
            kinds=tuple(counting),
            many=many,
            numbers=numbers,
            plain=alone,
            plain_kinds=kinds.astype(np.int32),
            plain_more=more.astype(np.int32),
            others=tuple(others),
        )


@lru_cache(maxsize=2)
def _plan(codebook: Codebook) -> _Plan:
    return _Plan.of(codebook)


def _counting(codebook: Codebook) -> dict[Kind, tuple[Rule, tuple[_None, ...]]]:
    """Give the kinds of hits in order, each with its rule, and what takes away in each topic that has it.

    Where nothing takes away in one of these, none does.
    """
    chosen = {topic.name for topic in codebook.topics}
    none = {t.name: tuple(_Sought.of(rule, codebook) for rule in t.none) for t in codebook.all_topics}
    rules: dict[Kind, Rule] = {}
    nones: dict[Kind, dict[_None, None]] = {}
    for topic in codebook.counted:
        for name in (name for name in topic.path if name in chosen):
            without = _none_of(topic, name, none)
            for rule in topic.any:
                kind = name, rule.text
                rules.setdefault(kind, rule)
                nones.setdefault(kind, {})[without] = None
    return {kind: (rules[kind], () if () in nones[kind] else tuple(nones[kind])) for kind in sorted(rules)}


def _none_of(topic: Topic, name: str, none: Mapping[str, _None]) -> _None:
    """Give the rules that take away from a topic's hits where they count for `name`: its own, and those up to there."""
    path = topic.path[: topic.path.index(name) + 1]
    return tuple(rule for above in path for rule in none.get(above, ()))


def _phrases(codebook: Codebook) -> dict[Phrase, None]:
    """Give the different phrases of all rules, and the longer ones that take their place."""
    rules = (rule for topic in codebook.all_topics for rule in (*topic.any, *topic.none))
    asked = dict.fromkeys(phrase for rule in rules for phrase in phrases(rule.query))
    longer = (other for phrase in asked for other in codebook.longer.get(phrase, ()))
    return asked | dict.fromkeys(longer)


def _hits(search: Search, plan: _Plan) -> Iterator[Spans]:
    """Find the places of each rule that is more than a phrase, without those that a `none` rule overlaps."""
    asked = {one.name: one.query for counted in plan.others for one in (counted.rule, *chain(*counted.nones))}
    answers = dict(zip(asked, search.answers(asked), strict=True))
    for counted in plan.others:
        spans = answers[counted.rule.name]
        unwanted = [Spans.union(answers[rule.name] for rule in none) for none in counted.nones]
        if unwanted and all(map(len, unwanted)):
            spans = spans.where(~np.logical_and.reduce([spans.overlapping(these) for these in unwanted]))
        yield spans


def ordered(columns: Mapping[str, NDArray[Any]], kinds: tuple[Kind, ...]) -> pd.DataFrame:
    """Put hits in order, each once: by topic, article, field, first word; then last word and rule.

    The kinds are in order.
    """
    topic, begins = _topics(kinds)
    kind, first = columns["kind"], columns["first"]
    rule = np.arange(len(kinds), dtype=np.int32) - begins[topic]
    size = columns["last"] - first
    keys = topic[kind], columns["article"], columns["field"], first, size, rule[kind], columns["cut"]
    topic, article, field, first, size, rule, cut = in_order(keys)
    found = (article, begins[topic] + rule, field, first, first + size, cut)
    return pd.DataFrame(dict(zip(_PLACES, found, strict=True)), copy=False)


@lru_cache(maxsize=2)
def _topics(kinds: tuple[Kind, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give each kind the number of its topic, and each topic the first of its kinds."""
    new = np.array([a != b for (a, _), (b, _) in pairwise(kinds)], bool)
    begins = np.append(0, np.flatnonzero(new) + 1).astype(np.int32)
    return np.append(0, np.cumsum(new)).astype(np.int32)[: len(kinds)], begins


@dataclass(frozen=True, eq=False)
class Passage:
    """Hits in one text: their rows in `places`, the text, and the characters where each starts and ends.

    `article` are the texts of its article: title, body, caption.
    """

    hits: NDArray[np.int64]
    text: str
    article: tuple[str, str, str]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def located(hits: Hits) -> Iterator[Passage]:
    """Read the texts that hits stand in, part by part, and find the characters of each hit."""
    places = {name: column.to_numpy() for name, column in hits.places.items()}
    field, (parts, row) = places["field"], hits.corpus.where(places["article"])
    for part in np.unique(parts):
        here = np.flatnonzero(parts == part)
        texts = hits.corpus.store.some_texts(hits.corpus.parts[part], np.unique(row[here]).tolist())
        text = row[here] * len(FIELDS) + field[here]
        order = np.argsort(text, kind="stable")
        for group in np.split(here[order], np.flatnonzero(np.diff(text[order])) + 1):
            article = texts[int(row[group[0]])]
            whole = article[int(field[group[0]])]
            starts, ends = characters(whole)
            end = ends[places["last"][group]] - places["cut"][group]
            yield Passage(group, whole, article, starts[places["first"][group]], end)
