"""Compare: what changed between two taggings of one corpus, as after an edit of the codebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.codebook import Codebook, Rule, Topic
from newskit.errors import BadArgument, nearest
from newskit.measure import Coverage, Per, measure
from newskit.tag import Hits

__all__ = ["Comparison", "Pair", "compare"]

_MOST_NAMED = 12
_CHANGES = ("entered", "left")
_WRITTEN = np.array(["before", "after", "both"], object)

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """One topic by its names in both codebooks; None where it is not."""

    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        """The name it has now, or had last."""
        return self.after or self.before or ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Which articles entered each topic and which left it, from one tagging to another of the same articles.

    `table` has one row a topic: topic, was (its name before; missing where it is new), before and after (articles),
    entered, left, of (articles in all).

    `rules` has one row a topic, change and rule: topic, change ("entered", "left"), rule, written ("before", "after",
    "both": where the rule stands for this topic), articles, of (all that entered, or left). What entered is told by the
    rules that find it now, what left by those that found it before. Where such a rule is written in "both", a `none`
    rule or a longer term of the same book made the difference.

    `frame` has one row a topic and article, ordered by topic, change and day: topic, change, article (id), day, outlet,
    language, rules (a tuple: as in `rules`).
    """

    before: Hits
    after: Hits
    topics: tuple[Pair, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a topic, with its articles before and after."""
        sides = [self._per_topic(keys) for keys in (self._before, self._after, *self._changed)]
        counts = dict(zip(("before", "after", *_CHANGES), sides, strict=True))
        was = pd.Series([pair.before for pair in self.topics], dtype="str")
        return pd.DataFrame({"topic": self._names(), "was": was, **counts, "of": len(self.after.corpus)})

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row a topic, change and rule."""
        entered, left = (
            self._by_rule(change, *found) for change, found in zip(_CHANGES, self._found, strict=True)
        )
        rows = pd.concat([entered, left], ignore_index=True)
        columns = ["place", "change", "articles", "rule"]
        rows = rows.sort_values(columns, ascending=[True, True, False, True], ignore_index=True)
        return rows[["topic", "change", "rule", "written", "articles", "of"]]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a topic and article that entered it or left it."""
        parts = [self._articles(change, *found) for change, found in zip(_CHANGES, self._found, strict=True)]
        rows = pd.concat(parts, ignore_index=True)
        rows = rows.sort_values(["place", "change", "at"], ignore_index=True)
        named = self.after.corpus.labels(rows["at"].to_numpy())
        named = named.rename(columns={"id": "article"}).astype({"outlet": "str", "language": "str"})
        joined = pd.concat([rows, named], axis="columns")
        return joined[["topic", "change", "article", "day", "outlet", "language", "rules"]]

    def beside(self, *topics: str) -> Hits:
        """Put the hits of both taggings beside each other: those of each topic as "x (before)" and as "x (after)".

        Without a name: all topics that changed, or all where none did. To be measured and charted; its codebook says
        what was asked, and is not one to tag with.
        """
        pairs = self._chosen(topics)
        sides = (self.before, self.after)
        named = {
            (n, name): f"{name} ({('before', 'after')[n]})"
            for pair in pairs
            for n, name in enumerate((pair.before, pair.after))
            if name is not None
        }
        kinds = tuple(sorted(_renamed_kinds(sides, named)))
        numbers = {kind: number for number, kind in enumerate(kinds)}
        found = [_renumbered(side, n, named, numbers) for n, side in enumerate(sides)]
        return Hits(self.after.corpus, _book_of(sides, named), kinds, pd.concat(found, ignore_index=True))

    def series(self, *topics: str, per: Per = "month") -> Coverage:
        """Measure the old and the new line of some topics, those of `beside`: a chart shows them together."""
        return measure(self.beside(*topics), per)

    @property
    def how(self) -> str:
        """Say what was compared, and what changed."""
        changed = self.table[(self.table["entered"] > 0) | (self.table["left"] > 0)]
        lines = [_line(row) for row in changed.head(_MOST_NAMED).itertuples()]
        more = [f"and {len(changed) - _MOST_NAMED:,} more topics"] if len(changed) > _MOST_NAMED else []
        return "; ".join(
            [
                *(lines or ["the same articles in every topic"]),
                *more,
                *self._other_names(),
                f"before: {self.before.codebook.how}",
                f"after: {self.after.codebook.how}",
                self.after.corpus.how,
            ]
        )

    def __repr__(self) -> str:
        return f"<Comparison: {self.how}>"

    @cached_property
    def _before(self) -> Longs:
        return self._once(self.before, [pair.before for pair in self.topics])

    @cached_property
    def _after(self) -> Longs:
        return self._once(self.after, [pair.after for pair in self.topics])

    @cached_property
    def _changed(self) -> tuple[Longs, Longs]:
        """Give the topics and articles that entered and that left, as keys in order."""
        return (
            np.setdiff1d(self._after, self._before, assume_unique=True),
            np.setdiff1d(self._before, self._after, assume_unique=True),
        )

    @cached_property
    def _found(self) -> tuple[tuple[Longs, Longs], tuple[Longs, Longs]]:
        """Give for what entered and what left the key and the kind of each rule that finds or found it, once."""
        entered, left = self._changed
        return (
            self._rules_behind(self.after, [pair.after for pair in self.topics], entered),
            self._rules_behind(self.before, [pair.before for pair in self.topics], left),
        )

    def _rules_behind(self, hits: Hits, names: list[str | None], changed: Longs) -> tuple[Longs, Longs]:
        keys, kinds = self._keys(hits, names)
        there = np.isin(keys, changed)
        many = max(1, len(hits.kinds))
        both = np.unique(keys[there] * many + kinds[there])
        return both // many, both % many

    def _once(self, hits: Hits, names: list[str | None]) -> Longs:
        """Give each of these topics and article with a hit of it as a number (see `_keys`), in order."""
        topic, article = hits.pairs(names)
        return topic * self._articles_in_all + article

    def _keys(self, hits: Hits, names: list[str | None]) -> tuple[Longs, Longs]:
        """Give each hit of these topics as a number, topic * articles + article, and its kind."""
        places = {name: place for place, name in enumerate(names) if name is not None}
        of_kind = np.array([places.get(topic, -1) for topic, _ in hits.kinds], np.int64)
        kinds = hits.found["kind"].to_numpy().astype(np.int64)
        topic = of_kind[kinds]
        keys = topic * self._articles_in_all + hits.found["article"].to_numpy()
        return keys[topic >= 0], kinds[topic >= 0]

    @property
    def _articles_in_all(self) -> int:
        return max(1, len(self.after.corpus))

    def _per_topic(self, keys: Longs) -> Longs:
        return np.bincount(keys // self._articles_in_all, minlength=len(self.topics))

    def _names(self) -> pd.Series:
        return pd.Series([pair.name for pair in self.topics], dtype="str")

    def _by_rule(self, change: str, keys: Longs, kinds: Longs) -> pd.DataFrame:
        hits = self.after if change == "entered" else self.before
        counts = np.bincount(kinds, minlength=len(hits.kinds))
        there = np.flatnonzero(counts)
        place = np.zeros(len(hits.kinds), np.int64)
        place[kinds] = keys // self._articles_in_all
        place = place[there]
        totals = self._per_topic(self._changed[_CHANGES.index(change)])
        return pd.DataFrame(
            {
                "place": place,
                "topic": self._names().iloc[place].to_numpy(),
                "change": change,
                "rule": pd.Series([hits.kinds[n][1] for n in there], dtype="str"),
                "written": [
                    self._written(self.topics[p], hits.kinds[n][1]) for p, n in zip(place, there, strict=True)
                ],
                "articles": counts[there],
                "of": totals[place],
            }
        )

    def _written(self, pair: Pair, rule: str) -> str:
        before = pair.before is not None and rule in self._rules_of[0].get(pair.before, ())
        after = pair.after is not None and rule in self._rules_of[1].get(pair.after, ())
        return "both" if before and after else "before" if before else "after"

    @cached_property
    def _rules_of(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        before, after = (_rules_of(hits) for hits in (self.before, self.after))
        return before, after

    def _articles(self, change: str, keys: Longs, kinds: Longs) -> pd.DataFrame:
        hits = self.after if change == "entered" else self.before
        edges = np.flatnonzero(np.diff(keys)) + 1
        names = np.array([rule for _, rule in hits.kinds], object)[kinds]
        firsts = keys[np.append(0, edges)] if len(keys) else keys
        place = firsts // self._articles_in_all
        return pd.DataFrame(
            {
                "place": place,
                "topic": self._names().iloc[place].to_numpy(),
                "change": change,
                "at": firsts % self._articles_in_all,
                "rules": pd.Series(
                    [tuple(group) for group in np.split(names, edges)] if len(keys) else [], dtype="object"
                ),
            }
        )

    def _chosen(self, topics: tuple[str, ...]) -> list[Pair]:
        known = {pair.name: pair for pair in self.topics}
        for topic in topics:
            if topic not in known:
                msg = f"No topic {topic!r} in this comparison.{nearest(topic, known)} There are: {', '.join(known)}."
                raise BadArgument(msg)
        if topics:
            return [pair for name, pair in known.items() if name in topics]
        changed = (self.table[["entered", "left"]].sum(axis="columns") > 0).tolist()
        return [pair for pair, its in zip(self.topics, changed, strict=True) if its] or list(self.topics)

    def _other_names(self) -> Iterator[str]:
        added = [pair.name for pair in self.topics if pair.before is None]
        removed = [pair.name for pair in self.topics if pair.after is None]
        both = [pair for pair in self.topics if pair.before and pair.after]
        renamed = [f"{pair.before!r} is now {pair.after!r}" for pair in both if pair.before != pair.after]
        yield from renamed[:_MOST_NAMED]
        for names, what in ((added, "only in the book after"), (removed, "only in the book before")):
            if names:
                yield f"{what}: {', '.join(names[:_MOST_NAMED])}"


def compare(before: Hits, after: Hits) -> Comparison:
    """Find what changed from one tagging to another: which articles entered each topic, which left, by which rules.

    Topics are compared by their names; one that has another name and the very same rules is the same topic. A topic
    that only one of the two codebooks has is there with all its articles. One that a book has and that was not
    looked at (`only`) is not compared. BadArgument where the two are not of the same articles.

    >>> from newskit import sample, tag
    >>> books = [
    ...     Codebook.from_text(f"topics: {{water: {{any: [{rule}]}}}}") for rule in ("water", "treated water")
    ... ]
    >>> change = compare(*(tag(sample(), book) for book in books))
    >>> change.rules.to_numpy().tolist()
    [['water', 'left', 'water', 'before', 32, 32]]
    """
    _check(before, after)
    return Comparison(before, after, _pairs(before.codebook, after.codebook))


def _check(before: Hits, after: Hits) -> None:
    one, other = before.corpus, after.corpus
    if one.digest == other.digest:
        return
    if one.parts != other.parts:
        folders = " and ".join(f"{str(c.store.folder)!r} ({len(c):,} articles)" for c in (one, other))
        msg = f"The two taggings are of different corpora: {folders}."
    else:
        filters = " and ".join(
            f"({', '.join(f.words for f in c.filters) or 'no filter'})" for c in (one, other)
        )
        msg = f"The two taggings are of differently filtered articles: {filters}."
    raise BadArgument(f"{msg} Tag the same corpus with both codebooks: nk.tag(corpus, book).")


def _pairs(before: Codebook, after: Codebook) -> tuple[Pair, ...]:
    """Put the topics of two books together: in the order of the later one, what is gone at the end."""
    olds, news = ([topic.name for topic in book.topics] for book in (before, after))
    shared = set(olds) & set(news)
    gone = [name for name in olds if name not in {topic.name for topic in after.all_topics}]
    new = [name for name in news if name not in {topic.name for topic in before.all_topics}]
    was = {name: name for name in shared} | _renamed(before, gone, after, new)
    pairs = [Pair(was.get(name), name) for name in news if name in was or name in new]
    return (*pairs, *(Pair(name, None) for name in gone if name not in was.values()))


def _renamed(before: Codebook, gone: list[str], after: Codebook, new: list[str]) -> dict[str, str]:
    """Find for new topics the one that is gone and had the same rules; by name where there are several."""
    waiting: dict[object, list[str]] = {}
    for name in sorted(gone, reverse=True):
        waiting.setdefault(_rules_in(before, name), []).append(name)
    same = ((name, waiting.get(_rules_in(after, name))) for name in sorted(new))
    return {name: olds.pop() for name, olds in same if olds}


def _rules_in(book: Codebook, name: str) -> object:
    """Give what a topic asks for, and those under it: the same for the same rules."""
    under = [topic for topic in book.counted if name in topic.path]
    return frozenset((frozenset(topic.any), frozenset(topic.none)) for topic in under)


def _rules_of(hits: Hits) -> dict[str, set[str]]:
    rules: dict[str, set[str]] = {}
    for topic in hits.codebook.counted:
        for name in topic.path:
            rules.setdefault(name, set()).update(rule.text for rule in topic.any)
    return rules


Sides = tuple[Hits, Hits]
Named = dict[tuple[int, str], str]


def _renamed_kinds(sides: Sides, named: Named) -> set[tuple[str, str]]:
    return {
        (named[n, topic], rule)
        for n, side in enumerate(sides)
        for topic, rule in side.kinds
        if (n, topic) in named
    }


def _renumbered(hits: Hits, side: int, named: Named, numbers: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Give what was found on one side with the kinds of both."""
    kinds = [numbers.get((named.get((side, topic), ""), rule), -1) for topic, rule in hits.kinds]
    kind = np.array(kinds, np.int32)[hits.found["kind"].to_numpy()]
    found: pd.DataFrame = hits.found.assign(kind=kind)[kind >= 0]
    return found


def _book_of(sides: Sides, named: Named) -> Codebook:
    """Write down what stands side by side as a codebook of its own: it says so."""
    old, new = (side.codebook for side in sides)
    topics = tuple(
        replace(_flat(sides[n].codebook, name), name=shown, line=line)
        for line, ((n, name), shown) in enumerate(named.items(), start=1)
    )
    return Codebook(
        name=_beside(old.name, new.name),
        version=_beside(old.version, new.version),
        topics=topics,
        source=_beside(old.source, new.source),
        notes=(f"before: digest {old.digest}, after: digest {new.digest}",),
    )


def _flat(book: Codebook, name: str) -> Topic:
    """Give a topic with all the rules that count for it, also of those under it."""
    under = [topic for topic in book.counted if name in topic.path]
    any_: dict[Rule, None] = dict.fromkeys(rule for topic in under for rule in topic.any)
    none: dict[Rule, None] = dict.fromkeys(rule for topic in under for rule in topic.none)
    return replace(book.topic(name), any=tuple(any_), none=tuple(none))


def _beside(old: str, new: str) -> str:
    return old if old == new else f"{old} beside {new}"


def _line(row: object) -> str:
    topic, before, after, entered, left, of = (
        getattr(row, name) for name in ("topic", "before", "after", "entered", "left", "of")
    )
    return f"{topic}: {entered:,} entered and {left:,} left, {before:,} before and {after:,} after of {of:,} articles"
