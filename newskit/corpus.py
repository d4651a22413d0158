"""Corpus: a set of articles in a folder, and a filter on it; read() puts pages in."""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from newskit.article import Article
from newskit.errors import BadArgument, NotAnArticle, nearest
from newskit.index import matching_rows
from newskit.parse import PARSER_VERSION, parse, record
from newskit.query import parse_query
from newskit.sources import Raw, Refused, find
from newskit.store import ARTICLE_COLUMNS, Fate, Store

__all__ = ["Corpus", "Filter", "Tally", "as_day", "as_period", "outcome", "read", "reading"]

Paths = str | Path | Iterable[str | Path]

# A part is written when it weighs 20,000 rows of a table, or 500 pages: a page takes far longer to parse,
# and what was parsed since the last part is lost when the process is killed.
_PART, _PAGE, _ROW = 20_000, 40, 1
_RAWS_A_REPORT = 50
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?|[ -]?Q[1-4])?")


@dataclass(frozen=True)
class Filter:
    """One condition on articles: SQL over their columns, its values, and the same in words."""

    sql: str
    values: tuple[Any, ...]
    words: str


@dataclass(frozen=True)
class Corpus:
    """A set of articles in a folder, and a filter on it.

    `frame` has one row an article: id, url, outlet, section, language, title, byline (list), agency,
    dateline, published and updated (ISO 8601 text, with its offset where the zone is known), precision,
    day (datetime64; NaT where undated), notes (list), source, sha. Its text stays on disk: `article(id)`.
    """

    store: Store
    filters: tuple[Filter, ...] = ()

    @classmethod
    def open(cls, folder: str | Path) -> Corpus:
        """Open a corpus folder; CorpusError where it holds none."""
        return cls(Store.open(folder))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an article that passes the filters, ordered by day and id; undated ones last."""
        where = " AND ".join(f.sql for f in self.filters) or "true"
        values = [value for f in self.filters for value in f.values]
        columns = ", ".join(ARTICLE_COLUMNS)
        return self.store.query(
            "articles", f"SELECT {columns} FROM parts WHERE {where} ORDER BY day, id", values
        )

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"<Corpus {self.store.folder.name!r}: {self.how}>"

    def between(self, since: str | date | None, until: str | date | None) -> Corpus:
        """Keep the articles published from `since` to `until`, both included; None leaves a side open.

        A year or a month stands for all its days: between("2019", "2020-06"). Undated articles are left out.
        """
        first, last = as_day(since, end=False), as_day(until, end=True)
        if first and last and first > last:
            msg = f"Nothing lies between {first} and {last}: the first day is after the last. Swap the two."
            raise BadArgument(msg)
        sides = [Filter("day >= ?", (first,), f"published from {first}")] if first else []
        sides += [Filter("day <= ?", (last,), f"published to {last}")] if last else []
        return Corpus(self.store, (*self.filters, *sides))

    def outlets(self, *names: str) -> Corpus:
        """Keep the articles of these outlets; BadArgument names the nearest where one is unknown."""
        return self._keep(self._one_of("outlet", names))

    def languages(self, *codes: str) -> Corpus:
        """Keep the articles in these languages (BCP 47: "en", "ko", "ja")."""
        return self._keep(self._one_of("language", codes))

    def undated(self) -> Corpus:
        """Keep the articles without a day: no chart over time can count them."""
        return self._keep(Filter("day IS NULL", (), "undated"))

    def matching(self, query: str) -> Corpus:
        """Keep the articles that a query matches, in the syntax of codebook rules."""
        wanted = parse_query(query)
        ids = [i for key in self.store.parts() for i in matching_rows(self.store, key, wanted)]
        return self._keep(Filter("id IN (SELECT unnest(?))", (ids,), f"matching {query}"))

    def article(self, id: str) -> Article:  # noqa: A002 - the column's own name
        """Give one whole article by its id."""
        found = self.store.read_articles([id])
        if not found:
            msg = (
                f"No article {id!r} in {str(self.store.folder)!r}. Ids stand in the column `id` of `.frame`."
            )
            raise BadArgument(msg)
        return found[id]

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Give whole articles by their ids, in the order asked."""
        return self.store.read_articles(list(ids))

    @property
    def rejected(self) -> pd.DataFrame:
        """What was set aside, and why: source, why, sha."""
        sql = "SELECT source, why, sha FROM parts WHERE fate = 'set aside' ORDER BY source"
        return self.store.query("set_aside", sql)

    @cached_property
    def fates(self) -> dict[str, int]:
        """Count what became of every input ever read: article, same as (another), set aside. They add up."""
        rows = self.store.query("set_aside", "SELECT fate, count(*) AS inputs FROM parts GROUP BY fate")
        counts = dict(zip(rows["fate"], rows["inputs"].astype(int), strict=True))
        stored = self.store.query("articles", "SELECT count(*) AS n FROM parts")["n"].iloc[0]
        return {
            "article": int(stored),
            "same as": counts.get("same as", 0),
            "set aside": counts.get("set aside", 0),
        }

    @property
    def digest(self) -> str:
        """Digest of what is in the corpus and of its filters: the same articles, the same digest."""
        filters = [f"{f.sql} {f.values}" for f in self.filters]
        return hashlib.sha256("\n".join([*self.store.parts(), *filters]).encode()).hexdigest()[:12]

    @property
    def how(self) -> str:
        """Say how the corpus came to be: how many inputs, what became of them, which filter, which days."""
        return "; ".join(
            [self._counted(), *self._left_over(), *(f.words for f in self.filters), *self._span()]
        )

    def _keep(self, condition: Filter) -> Corpus:
        return Corpus(self.store, (*self.filters, condition))

    def _one_of(self, column: str, wanted: tuple[str, ...]) -> Filter:
        known = self.store.query(
            "articles", f"SELECT DISTINCT {column} AS v FROM parts WHERE {column} IS NOT NULL"
        )
        names = sorted(known["v"])
        for name in wanted:
            if name not in names:
                msg = f"No {column} {name!r} in {str(self.store.folder)!r}.{nearest(name, names)} There are: "
                raise BadArgument(msg + (", ".join(names[:20]) or "none") + ".")
        return Filter(f"{column} IN (SELECT unnest(?))", (list(wanted),), f"{column} " + " or ".join(wanted))

    def _counted(self) -> str:
        total, kept = self.fates["article"], len(self.frame)
        outlets = self.frame["outlet"].nunique()
        of = f" of {total:,}" if self.filters else ""
        return f"{kept:,}{of} article{'s' * (total != 1)} of {outlets:,} outlet{'s' * (outlets != 1)}"

    def _left_over(self) -> list[str]:
        counts = {
            "the same as one that is there": self.fates["same as"],
            "set aside": self.fates["set aside"],
        }
        counts["undated"] = int(self.frame["day"].isna().sum())
        return [f"{n:,} {what}" for what, n in counts.items() if n]

    def _span(self) -> list[str]:
        days = self.frame["day"].dropna()
        return [f"published {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"] if len(days) else []


@dataclass(frozen=True)
class Tally:
    """How far a reading is: inputs done and in all, and what became of the pages and rows in them.

    `articles`, `same_as`, `set_aside` and `already` (read by an earlier call) add up to `seen`.
    """

    done: int
    total: int
    articles: int = 0
    same_as: int = 0
    set_aside: int = 0
    already: int = 0

    @property
    def seen(self) -> int:
        """All pages and rows so far."""
        return self.articles + self.same_as + self.set_aside + self.already

    def __str__(self) -> str:
        return (
            f"{self.seen:,} pages and rows seen: {self.articles:,} new articles, {self.same_as:,} the same as one "
            f"that is there, {self.set_aside:,} set aside, {self.already:,} read before"
        )


def read(paths: Paths, into: str | Path | None = None, columns: Mapping[str, str] | None = None) -> Corpus:
    """Read pages, tables and archives into a corpus folder; what is there already is not read again.

    `paths` are files, folders or globs. `columns` maps the fields of Article (and "text") to the columns of
    a table where the usual names do not fit: {"text": "story_text", "published": "date"}. Without `into`
    the corpus lies in a temporary folder that goes with the process. A bad page is set aside and counted
    (`corpus.rejected`); a path that does not exist raises SourceError.
    """
    folder = Path(into) if into is not None else _temporary()
    for _ in reading(paths, folder, columns):
        pass
    return Corpus.open(folder)


def reading(paths: Paths, into: str | Path, columns: Mapping[str, str] | None = None) -> Iterator[Tally]:
    """Read as read() does, and give a Tally every so often; the last one is complete."""
    inputs = find(paths, columns)
    reader = _Reader(Store.create(into))
    try:
        for done, source in enumerate(inputs):
            for raw in source.raws():
                reader.take(raw)
                if reader.seen % _RAWS_A_REPORT == 0:
                    yield reader.tally(done, len(inputs))
    except (KeyboardInterrupt, GeneratorExit):  # stopped by hand: what was parsed is kept
        reader.write()
        raise
    reader.write()
    yield reader.tally(len(inputs), len(inputs))


def as_day(value: str | date | None, *, end: bool) -> date | None:
    """Read a year, a month or a day as its first day, or as its last.

    >>> as_day("2023-02", end=True)
    datetime.date(2023, 2, 28)
    """
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    period = as_period(value)
    return (period.end_time if end else period.start_time).date()


def as_period(value: str) -> pd.Period:
    """Read a year, a quarter, a month or a day as what it spans; BadArgument for any other spelling.

    pandas reads more, and 02/03/2023 as 3 February: nothing is guessed here.

    >>> as_period("2023-02").end_time.day
    28
    """
    try:
        return pd.Period(value if _ISO.fullmatch(value) else "no date")
    except ValueError as error:
        msg = f"{value!r} is no date. Write a year, a month or a day: '2023', '2023-02' or '2023-02-14'."
        raise BadArgument(msg) from error


class _Reader:
    """Gives each page and row its one fate, and writes a part when enough have come together."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known = _known_inputs(store)
        self.ids = set(store.query("articles", "SELECT id FROM parts")["id"])
        self.counts: Counter[str] = Counter()
        self.seen = self.weight = 0
        self.articles: list[Article] = []
        self.fates: list[Fate] = []

    def take(self, raw: Raw | Refused) -> None:
        """Settle one input, unless an earlier reading did."""
        self.seen += 1
        if (raw.source, raw.sha) in self.known:
            self.counts["already"] += 1
            return
        self.known.add((raw.source, raw.sha))
        self._settle(outcome(raw))
        self.weight += _PAGE if isinstance(raw, Raw) and raw.fields is None else _ROW
        if self.weight >= _PART:
            self.write()

    def write(self) -> None:
        """Write what has come together as one part, named by what is in it."""
        if self.articles or self.fates:
            settled: list[Article | Fate] = [*self.articles, *self.fates]
            inputs = sorted(f"{x.source}\x1f{x.sha}" for x in settled)
            digest = hashlib.sha256("\x1e".join([str(PARSER_VERSION), *inputs]).encode("utf-8", "replace"))
            self.store.write(digest.hexdigest()[:24], self.articles, self.fates)
        self.articles, self.fates, self.weight = [], [], 0

    def tally(self, done: int, total: int) -> Tally:
        """Say how far the reading is."""
        c = self.counts
        return Tally(done, total, c["article"], c["same as"], c["set aside"], c["already"])

    def _settle(self, outcome: Article | Fate) -> None:
        if isinstance(outcome, Article) and outcome.id in self.ids:
            outcome = Fate(outcome.source or "", outcome.sha or "", "same as", of=outcome.id)
        if isinstance(outcome, Article):
            self.ids.add(outcome.id)
            self.articles.append(outcome)
            self.counts["article"] += 1
        else:
            self.fates.append(outcome)
            self.counts[outcome.fate] += 1


def outcome(raw: Raw | Refused) -> Article | Fate:
    """Parse one input; what is no article is set aside with the reason."""
    if isinstance(raw, Refused):
        return Fate(raw.source, raw.sha, "set aside", why=raw.why)
    try:
        if raw.fields is not None:
            return record(raw.fields, source=raw.source, sha=raw.sha)
        return replace(parse(raw.data, source=raw.source), sha=raw.sha)
    except NotAnArticle as error:
        return Fate(raw.source, raw.sha, "set aside", why=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of the parser costs one page, never the reading
        why = f"the parser failed ({type(error).__name__}: {error}): please report this page"
        return Fate(raw.source, raw.sha, "set aside", why=why[:300])


def _known_inputs(store: Store) -> set[tuple[str, str]]:
    rows = [store.query(kind, "SELECT source, sha FROM parts") for kind in ("articles", "set_aside")]
    return {pair for frame in rows for pair in zip(frame["source"], frame["sha"], strict=True)}


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="newskit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
