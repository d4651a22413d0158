"""Rules: what each rule of a codebook finds, and what only it finds; to check a dictionary term by term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.codebook import Codebook, Rule, Topic
from newskit.errors import BadArgument
from newskit.kwic import kwic
from newskit.tag import Hits, tag

__all__ = ["by_rule", "example_lines"]

_COLUMNS = ["topic", "kind", "rule", "line", "hits", "articles", "alone", "of", "share", "examples"]
_MOST_EXAMPLES = 100

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Count:
    """A rule of a topic: the hits it finds or takes away, and the articles that depend on it alone."""

    topic: str
    kind: str
    rule: Rule
    hits: Hits
    alone: int
    of: int


def by_rule(hits: Hits, examples: int = 3) -> pd.DataFrame:
    """Count what each rule of each topic finds, and what only it finds; a rule without any hit is a row with 0.

    Columns: topic, kind ("any", "none"), rule, line, hits, articles, alone, of, share (articles / of), examples.

    "any": `articles` have a hit of the rule, `alone` are those that no other rule of the topic finds, `of` are the
    articles of the topic. "none": `hits` are what would count for the topic if this rule were not there, `articles`
    those they stand in, `alone` those that would come in, `of` the articles the topic would have; counted in all
    articles of the corpus. A topic above others has their rules, too. `examples` are lines (pre [match] post) of
    different articles, spread over the days.

    >>> from newskit import sample
    >>> rules = by_rule(
    ...     tag(sample(), Codebook.from_text("topics: {water: {any: [water], none: [hot water]}}"))
    ... )
    >>> rules[["kind", "rule", "articles", "alone", "of"]].to_numpy().tolist()
    [['any', 'water', 50, 50, 50], ['none', 'hot water', 4, 4, 54]]
    """
    if not 0 <= examples <= _MOST_EXAMPLES:
        msg = f"examples={examples!r} is not between 0 and {_MOST_EXAMPLES}. Write 3, for example."
        raise BadArgument(msg)
    counts = [*_found(hits), *_taken(hits)]
    places = {topic.name: place for place, topic in enumerate(hits.codebook.topics)}
    counts.sort(key=lambda count: (places[count.topic], count.kind, count.rule.line))
    lines = example_lines([count.hits for count in counts], examples)
    rows = [(*_row(count), its) for count, its in zip(counts, lines, strict=True)]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.astype({"topic": "str", "kind": "str", "rule": "str", "share": float, "examples": object})


def example_lines(many: list[Hits], number: int, width: int = 50) -> list[tuple[str, ...]]:
    """Show some hits of each, in different articles from the first day to the last: "pre [match] post".

    The texts of all of them are read at once.
    """
    chosen = [_spread(hits.places, number) for hits in many]
    if not sum(map(len, chosen)):
        return [()] * len(many)
    found = pd.concat(chosen, ignore_index=True).assign(kind=0)
    shown = kwic(Hits(many[0].corpus, many[0].codebook, (("", ""),), found, in_order=True), width=width)
    lines = [f"{line.pre} [{line.keyword}] {line.post}".strip() for line in shown.itertuples()]
    ends = np.cumsum([len(its) for its in chosen]).tolist()
    return [tuple(lines[end - len(its) : end]) for its, end in zip(chosen, ends, strict=True)]


def _spread(places: pd.DataFrame, number: int) -> pd.DataFrame:
    """Choose places of different articles, as far apart in time as there are."""
    firsts = np.unique(places["article"].to_numpy(), return_index=True)[1]
    few = min(number, len(firsts))
    return places.iloc[firsts[np.linspace(0, len(firsts) - 1, few).round().astype(np.int64)]]


def _row(count: _Count) -> tuple[object, ...]:
    articles = len(count.hits.articles)
    share = articles / count.of if count.of else np.nan
    rule = count.rule
    return (
        count.topic,
        count.kind,
        rule.text,
        rule.line,
        len(count.hits),
        articles,
        count.alone,
        count.of,
        share,
    )


def _rules(codebook: Codebook, topic: str) -> dict[str, Rule]:
    """Give the rules under any: that count for a topic, its own first."""
    under = [each for each in codebook.counted if topic in each.path]
    rules: dict[str, Rule] = {}
    for each in under:
        for rule in each.any:
            rules.setdefault(rule.text, rule)
    return rules


def _found(hits: Hits) -> Iterator[_Count]:
    """Count for each rule under any: what it finds."""
    hits = hits.listed  # once, and not the hits of each rule
    kind = hits.found["kind"].to_numpy()
    by_kind = np.argsort(kind, kind="stable")
    edges = np.searchsorted(kind[by_kind], np.arange(len(hits.kinds) + 1))
    numbers = {kind: number for number, kind in enumerate(hits.kinds)}
    articles, alone = hits.mentions["topic"].value_counts(), _alone(hits)
    for topic in hits.codebook.topics:
        for text, rule in _rules(hits.codebook, topic.name).items():
            n = numbers[topic.name, text]
            its = replace(hits, found=hits.found.iloc[by_kind[edges[n] : edges[n + 1]]])
            yield _Count(topic.name, "any", rule, its, int(alone[n]), int(articles.get(topic.name, 0)))


def _alone(hits: Hits) -> Longs:
    """Count for each kind the articles in which no other rule of its topic has a hit."""
    articles, kinds = max(1, len(hits.corpus)), max(1, len(hits.kinds))
    kind = hits.found["kind"].to_numpy().astype(np.int64)
    once = np.unique(kind * articles + hits.found["article"].to_numpy())
    kind, article = once // articles, once % articles
    topic = np.unique([name for name, _ in hits.kinds] or [""], return_inverse=True)[1].reshape(-1)
    _, place, times = np.unique(topic[kind] * articles + article, return_inverse=True, return_counts=True)
    return np.bincount(kind[times[place] == 1], minlength=kinds)


def _taken(hits: Hits) -> Iterator[_Count]:
    """Count for each rule under none: what would count if it were not there, by tagging without it."""
    book = hits.codebook
    everywhere = tag(hits.corpus, book)
    looked_at = {topic.name for topic in book.topics}
    for topic in book.counted:
        for rule in topic.none:
            without = tag(hits.corpus, _without(book, topic, rule))
            for name in topic.path:
                if name in looked_at:
                    yield _count_taken(name, rule, without.only(name), everywhere.only(name))


def _without(book: Codebook, topic: Topic, rule: Rule) -> Codebook:
    """Write a codebook without one of the rules under none: of a topic."""
    less = replace(topic, none=tuple(other for other in topic.none if other is not rule))
    topics, others = (
        tuple(less if each is topic else each for each in some) for some in (book.topics, book.others)
    )
    return replace(book, topics=topics, others=others)


def _count_taken(name: str, rule: Rule, without: Hits, now: Hits) -> _Count:
    new = without.found[~_marked(without).isin(_marked(now))]
    alone = np.setdiff1d(without.articles, now.articles)
    return _Count(name, "none", rule, replace(without, found=new), len(alone), len(without.articles))


def _marked(hits: Hits) -> pd.Index:
    """Name each hit by its place and its rule."""
    rules = np.array([rule for _, rule in hits.kinds], object)[hits.found["kind"]]
    return pd.MultiIndex.from_frame(hits.found[["article", "field", "first", "last"]].assign(rule=rules))
