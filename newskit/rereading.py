"""Rereading: what an earlier version of the parser read is read again, part by part, each replaced at one moment.

A page comes from what was kept of it (`keep_raw`), else from its file. One that is gone or was changed since keeps the
article that it had, with a note.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from newskit.article import Article
from newskit.index import index_of
from newskit.outcome import outcome, set_aside
from newskit.parse import PARSER_VERSION
from newskit.parts import followed, key_of, last, parser_of
from newskit.reading import Pending, Reader, Tally, batches, told_of
from newskit.sources import Input, PassedOver, Raw
from newskit.store import Beside, Fate, Store
from newskit.workers import Stopped, map_batches

__all__ = ["KEPT", "about_older", "older", "rereading"]

KEPT = "as an earlier parser read it: the page could not be read again"

_Pair = tuple[str, str]  # source and digest of a page or row
_Results = dict[_Pair, tuple[Article | Fate, Input]]
_RANK = {"set aside": 0, "same as": 1, "article": 2}


def older(parts: Iterable[str]) -> list[str]:
    """Give the parts that an earlier parser read.

    A part whose name says no version is of an earlier one; one of a later version is not.

    >>> older(["000000000000000000000000", "99-000000000000000000000000"])
    ['000000000000000000000000']
    """
    return [key for key in parts if (parser_of(key) or 0) < PARSER_VERSION]


def about_older(store: Store, parts: Sequence[str]) -> list[str]:
    """Say how many articles of some parts an earlier parser read, and what to do; nothing where there are none."""
    keys = older(parts)
    again = [key for key in keys if store.keeps_raw(key) or store.beside(key).inputs]
    sides = {
        f"newskit retry {store.folder} --older reads them again": again,
        "where their pages lie was not kept, so read these into a new corpus": sorted({*keys} - {*again}),
    }
    return [line for then, some in sides.items() if (line := _older(store, some, then))]


def _older(store: Store, keys: Sequence[str], then: str) -> str:
    count = int(store.query("articles", "SELECT count(*) AS n FROM parts", keys=keys)["n"].iloc[0])
    parts = f"{len(keys):,} part{'s' * (len(keys) != 1)}"
    return f"{count:,} articles in {parts} were read by an earlier parser: {then}" if count else ""


def rereading(folder: str | Path) -> Iterator[Tally]:
    """Read again what an earlier parser read; give a Tally after each part, counted in parts.

    An article whose text is now another has another id; `store.renamed()` leads from the old one to the new. What
    was stopped by a limit or a fault now, and was an article, stays one. A part of which nothing can be read again
    stays as it is.
    """
    store = Store.create(Store.open(folder).folder)
    again = _Again(store, _first_written_first(store, older(store.parts())))
    sent: deque[_Sent] = deque()
    found = map_batches(outcome, batches(again.pages(), sent))
    try:
        for fate in found:
            for key in again.take(sent.popleft(), fate):
                again.replace_part(key)
                yield again.tally()
    finally:
        found.close()
    for key in again.left():
        again.replace_part(key)
    yield again.tally()


def _first_written_first(store: Store, keys: Sequence[str]) -> list[str]:
    """Put parts in an order in which what is the same as an article comes after it."""
    return sorted(keys, key=lambda key: (store.path("articles", key).stat().st_mtime_ns, key))


@dataclass(frozen=True)
class _Sent(Pending):
    """A page or row that waits to be parsed again, and the parts that hold it."""

    keys: tuple[str, ...]


class _Again:
    """Reads parts again: what waits for the rest of its part, and what is known of all others."""

    def __init__(self, store: Store, keys: Sequence[str]) -> None:
        self.store, self.keys = store, keys
        self.reader = Reader(store, store.parts())
        self.inputs = {key: _inputs(store, key) for key in keys}
        self.results: dict[str, _Results] = {key: {} for key in keys}
        self.ends: deque[tuple[int, str]] = deque()  # after how many pages a part has all that there is
        self.pages_sent, self.taken, self.done = 0, 0, 0
        self.wanted, self.missing = _wanted(store, [key for key in keys if not store.keeps_raw(key)])
        self.known = _Known(store)

    def pages(self) -> Iterator[_Sent]:
        """Give every page and row of the parts that is still there, from each file at once for all parts."""
        files: set[tuple[str, str]] = set()
        for key in self.keys:
            if self.store.keeps_raw(key):
                yield from self._counted(_kept(self.store.raws(key), key, self.inputs[key]))
            else:
                fresh = [pair for pair in self.inputs[key].items() if pair not in files]
                files.update(fresh)
                yield from self._counted(self._of_files(fresh))
            self.ends.append((self.pages_sent, key))

    def _counted(self, pages: Iterable[_Sent]) -> Iterator[_Sent]:
        for page in pages:
            self.pages_sent += 1
            yield page

    def _of_files(self, files: Iterable[tuple[str, str]]) -> Iterator[_Sent]:
        for name, path in files:
            source = Input(Path(path), name)
            if source.mapping:
                source = replace(source, columns=self.reader.columns_before(name))
            for raw in source.raws() if source.path.exists() else ():
                keys = None if isinstance(raw, PassedOver) else self.wanted.pop((raw.source, raw.sha), None)
                if keys:
                    yield _Sent(raw, source, 0, tuple(keys))

    def take(self, sent: _Sent, found: Article | Fate | Stopped) -> list[str]:
        """Take what became of a page; give the parts that now have all that there is."""
        self.taken += 1
        if isinstance(found, Stopped):
            found = set_aside(sent.raw, "limits", found.why)
        pair = sent.raw.source, sent.raw.sha
        for key in sent.keys:
            self.results[key][pair] = found, sent.source
            self.missing[key] -= 1
        full = [key for key in sent.keys if self.missing[key] == 0]
        while self.ends and self.ends[0][0] <= self.taken:
            full.append(self.ends.popleft()[1])
        return [key for key in dict.fromkeys(full) if key in self.results]

    def left(self) -> list[str]:
        """Give the parts that wait for pages which did not come."""
        return [key for key in self.keys if key in self.results]

    def tally(self) -> Tally:
        """Say how far the reading is: in parts."""
        return self.reader.tally(self.done, len(self.keys))

    def replace_part(self, key: str) -> None:
        """Write what was read again in the place of a part; one of which no article came again stays."""
        results = self.results.pop(key)
        self.done += 1
        if key not in self.store.parts():  # another process was faster
            return
        articles, fates = self.store.settled(key)
        if any((a.source, a.sha) in results for _, a in articles) or (not articles and results):
            _Part(self, key, results).write(articles, fates)
            self.store.tidy()
        else:
            self.known.kept.update(name for name, _ in articles)
            self.count([article for _, article in articles], fates)

    def count(self, kept: Sequence[Article], fates: Sequence[Fate]) -> None:
        """Count what stays as it was."""
        aside = sum(fate.fate == "set aside" for fate in fates)
        self.reader.counts["set aside"] += aside
        self.reader.counts["kept"] += len(kept) + len(fates) - aside


class _Part:
    """One part that is read again: which of its articles and fates stay, and what becomes of the others."""

    def __init__(self, again: _Again, key: str, results: _Results) -> None:
        self.again, self.key, self.results = again, key, results
        self.reader, self.known = again.reader, again.known

    def write(self, articles: Sequence[tuple[str, Article]], fates: Sequence[Fate]) -> None:
        """Write a part that takes the place of this one."""
        for name, _ in articles:
            self.known.leave(name, self.reader)
        kept = [article for _, article in articles if self._stays(article)]
        self.known.kept.update(article.id for article in kept)
        for article in kept:
            self.reader.ids[article.id] = article.id
        stay = [fate for fate in fates if self._stays(fate)]
        self.again.count(kept, stay)
        self._give([article for _, article in articles if not self._stays(article)])
        self._give([fate for fate in fates if not self._stays(fate)])
        fresh = self.reader.looked_at_together()
        renamed = self._renamed(articles, [*fresh, *kept])
        self.known.rename(renamed)
        settled = [*map(_noted, kept), *fresh], [self._led(fate) for fate in (*stay, *self.reader.fates)]
        self._save(*settled, renamed)
        self.reader.articles, self.reader.fates = [], []

    def _stays(self, old: Article | Fate) -> bool:
        """Tell whether something stays as it was: it did not come again, or came to grief where it had not before."""
        if _pair(old) not in self.results:
            return True
        new, _ = self.results[_pair(old)]
        if isinstance(new, Fate) and new.stage in ("limits", "fault"):
            return _fate(old) != "set aside"
        return isinstance(old, Fate) and old.of in self.known.kept

    def _give(self, olds: Sequence[Article | Fate]) -> None:
        for old in olds:
            if self.known.is_held(old, self.key):
                self.reader.counts["already"] += 1
            else:
                self.reader.give(*self.results[_pair(old)])

    def _renamed(self, olds: Sequence[tuple[str, Article]], news: Sequence[Article]) -> dict[str, str]:
        """Give the ids of old articles that are others now; what holds no article any more leads nowhere."""
        now = {_pair(fate): self.reader.ids.get(fate.of) for fate in self.reader.fates}
        now |= {_pair(article): article.id for article in news}
        return {name: new for name, old in olds if (new := now.get(_pair(old))) and new != name}

    def _led(self, fate: Fate) -> Fate:
        """Lead a fate to the article as it is called now."""
        of = self.reader.ids.get(fate.of) or fate.of
        return replace(fate, of=last(of, self.known.renamed) if of else None)

    def _save(self, articles: Sequence[Article], fates: Sequence[Fate], renamed: Mapping[str, str]) -> None:
        store = self.again.store
        beside = store.beside(self.key)
        before = followed({**beside.renamed, **renamed})
        there = set(renamed.values())
        now = {old: new for old, new in before.items() if new != old and old not in there}
        key = key_of(PARSER_VERSION, told_of([*articles, *fates]), self.key)
        store.write(
            key, articles, fates, Beside(store.raws(self.key), self.again.inputs[self.key], now, beside.read)
        )
        index_of(store, key)  # so that the first chart need not wait for it
        self.known.moved([*articles, *fates], self.key, key)


class _Known:
    """What the parts hold: the inputs and articles that more than one has, ids of before, and what stays as it was."""

    def __init__(self, store: Store) -> None:
        parts = store.parts()
        count = "SELECT id, count(*) AS n FROM parts GROUP BY id HAVING count(*) > 1"
        twice = store.query("articles", count, keys=parts)
        noted = store.query("articles", "SELECT id FROM parts WHERE list_contains(notes, ?)", [KEPT], parts)
        self.shared: dict[str, int] = dict(zip(twice["id"], twice["n"], strict=True))
        self.kept: set[str] = set(noted["id"])
        self.renamed = store.renamed()
        self.holders = _holders(store, parts)

    def leave(self, name: str, reader: Reader) -> None:
        """Forget an article of a part that is read again, unless another part has it, too."""
        self.shared[name] = self.shared.get(name, 1) - 1
        if self.shared[name] < 1:
            reader.ids.pop(name)
            self.kept.discard(name)

    def is_held(self, old: Article | Fate, key: str) -> bool:
        """Tell whether another part holds an input, and made at least as much of it: then that one is read."""
        others = self.holders.get(_pair(old), {})
        return any(rank >= _RANK[_fate(old)] for part, rank in others.items() if part != key)

    def moved(self, settled: Iterable[Article | Fate], before: str, now: str) -> None:
        """Take note of the part that took the place of another."""
        for parts in self.holders.values():
            parts.pop(before, None)
        for one in settled:
            if _pair(one) in self.holders:
                self.holders[_pair(one)][now] = _RANK[_fate(one)]

    def rename(self, renamed: Mapping[str, str]) -> None:
        """Take note of ids that changed."""
        self.renamed.update(renamed)
        for now in set(renamed.values()):
            self.renamed.pop(now, None)


def _holders(store: Store, parts: Sequence[str]) -> dict[_Pair, dict[str, int]]:
    """Give the inputs that more than one part holds, with those parts and what they made of them."""
    articles = store.query("articles", "SELECT source, sha, part FROM parts", keys=parts)
    fates = store.query("set_aside", "SELECT source, sha, part, fate FROM parts", keys=parts)
    rows = pd.concat([articles.assign(fate="article"), fates], ignore_index=True)
    rows = rows[rows.duplicated(["source", "sha"], keep=False)]
    found: dict[_Pair, dict[str, int]] = defaultdict(dict)
    for source, sha, part, fate in zip(*(rows[name] for name in rows), strict=True):
        found[source, sha][part] = _RANK[fate]
    return dict(found)


def _inputs(store: Store, key: str) -> dict[str, str]:
    """Give the files that stood behind a part, name -> path; of a part of an earlier version, those of its fates."""
    sql = "SELECT DISTINCT input, path FROM parts WHERE path IS NOT NULL AND input IS NOT NULL ORDER BY input"
    rows = store.query("set_aside", sql, keys=[key])
    return {**dict(zip(rows["input"], rows["path"], strict=True)), **store.beside(key).inputs}


def _wanted(store: Store, keys: Sequence[str]) -> tuple[dict[_Pair, list[str]], Counter[str]]:
    """Give the pages and rows of some parts, each with its parts, and how many each part has."""
    wanted: dict[_Pair, list[str]] = defaultdict(list)
    missing = Counter[str]()
    for kind in ("articles", "set_aside"):
        rows = store.query(kind, "SELECT source, sha, part FROM parts WHERE source IS NOT NULL", keys=keys)
        for source, sha, part in rows.itertuples(index=False):
            wanted[source, sha].append(part)
            missing[part] += 1
    return wanted, missing


def _kept(raws: Iterable[Raw], key: str, inputs: Mapping[str, str]) -> Iterator[_Sent]:
    """Give what was kept of a part, each with the file that it stood in: the one whose name its own begins with."""
    for raw in raws:
        name = max((name for name in inputs if raw.source.startswith(name)), key=len, default=raw.source)
        yield _Sent(raw, Input(Path(inputs.get(name, name)), name), 0, (key,))


def _pair(settled: Article | Fate) -> _Pair:
    return settled.source or "", settled.sha or ""


def _fate(settled: Article | Fate) -> str:
    return settled.fate if isinstance(settled, Fate) else "article"


def _noted(article: Article) -> Article:
    return article if KEPT in article.notes else replace(article, notes=(*article.notes, KEPT))
