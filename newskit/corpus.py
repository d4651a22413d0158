"""Corpus: a set of articles in a folder, and a filter on it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.article import Article
from newskit.catalog import Catalog, catalog_of
from newskit.errors import BadArgument, nearest, require
from newskit.index import Search, forget, parts_alone
from newskit.query import Query, parse_query
from newskit.store import ARTICLE_COLUMNS, Store
from newskit.versions import versions_of

__all__ = ["Corpus", "Filter", "as_day", "as_period"]

_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?|[ -]?Q[1-4])?")


@dataclass(frozen=True)
class Filter:
    """One condition on articles: what it asks for, the same in words, and which articles of the catalog it lets through."""

    asked: tuple[str, ...]
    words: str
    kept: NDArray[np.bool_] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Corpus:
    """A set of articles in a folder, and a filter on it.

    It is what lay in the folder when it was opened: what is read later, it does not see until opened again. Of a story
    that was edited the latest version counts (see `changes`); `article(id)` gives the older ones, too.
    `frame` has one row an article: id, url, outlet, section, language, title, byline (list), agency,
    dateline, published and updated (ISO 8601 text, with its offset where the zone is known), precision,
    day (datetime64; NaT where undated), notes (list), source, sha. Its text stays on disk: `article(id)`.
    """

    store: Store
    parts: tuple[str, ...]
    filters: tuple[Filter, ...] = ()

    @classmethod
    def open(cls, folder: str | Path) -> Corpus:
        """Open a corpus folder; CorpusError where it holds none."""
        store = Store.open(folder)
        return cls(store, store.parts())

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an article that passes the filters, ordered by day and id; undated ones last."""
        kept = self.rows[["part", "row"]].astype({"part": "str"}).assign(place=np.arange(len(self)))
        sql = f"SELECT {', '.join(ARTICLE_COLUMNS)} FROM parts JOIN kept USING (part, row) ORDER BY place"
        return self.store.query("articles", sql, keys=self.parts, kept=kept)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What articles are counted by, in the order of `frame`; twenty bytes an article.

        Columns: part and row (in that part), day, and as categories outlet, language, section, agency.
        """
        return self.catalog.frame(self._places if self.filters else None)

    @property
    def catalog(self) -> Catalog:
        """What all articles of the folder are found by, whatever the filters."""
        return catalog_of(self.store, self.parts)

    def labels(self, articles: NDArray[np.integer]) -> pd.DataFrame:
        """Give what names some articles, by their places in `frame`: id, day, published, outlet, language."""
        at = self._places[articles]
        rows = self.catalog.frame(at)[["day", "outlet", "language"]]
        return rows.assign(id=self.catalog.texts("id", at), published=self.catalog.texts("published", at))

    def about(self, articles: NDArray[np.integer], read: Sequence[str] = ("title", "url")) -> pd.DataFrame:
        """Give what is told of some articles, by their places in `frame`, one row each.

        Columns: id, day, outlet, section, agency, language, and those `read` for it; None where it is not known.
        """
        at = self._places[articles]
        part, row = self.where(articles)
        written: list[dict[str, str | None]] = [{}] * len(at)
        for number in np.unique(part):
            here = np.flatnonzero(part == number)
            found = self.store.some("articles", self.parts[number], row[here].tolist(), read)
            for n, told in zip(here, found, strict=True):
                written[n] = told
        columns: dict[str, list[Any]] = {"id": self.ids(articles), "day": self.catalog.days(at)}
        columns |= {
            name: self.catalog.named(name, at) for name in ("outlet", "section", "agency", "language")
        }
        columns |= {name: [told[name] for told in written] for name in read}
        return pd.DataFrame(columns, dtype=object)

    def where(self, articles: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Give the part (its place in `parts`) and the row in it of some articles, by their places in `frame`."""
        return self.catalog.where(self._places[articles])

    def ids(self, articles: NDArray[np.integer]) -> list[str]:
        """Give the ids of some articles, by their places in `frame`."""
        return self.catalog.texts("id", self._places[articles]).tolist()

    def numbers_in(self, part: str) -> NDArray[np.int32]:
        """Give the place in `frame` of each article of a part; -1 for one that no filter lets through."""
        number = self.parts.index(part)
        begin = self.catalog.begins[number]
        return self.numbers[begin : begin + self.catalog.sizes[number]]

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """The place in the catalog of each article that passes the filters."""
        return np.flatnonzero(
            np.logical_and.reduce([np.ones(len(self.catalog), bool), *(f.kept for f in self.filters)])
        )

    @cached_property
    def numbers(self) -> NDArray[np.int32]:
        """The place in `frame` of each stored article, one part after the other; -1 for one that is left out."""
        numbers = np.full(sum(self.catalog.sizes), -1, np.int32)
        numbers[self.catalog.stored[self._places]] = np.arange(len(self), dtype=np.int32)
        return numbers

    def __len__(self) -> int:
        return len(self._places)

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
        day = self.catalog.day
        sides = (
            [Filter(("from", str(first)), f"published from {first}", day >= np.datetime64(first))]
            if first
            else []
        )
        sides += (
            [Filter(("to", str(last)), f"published to {last}", day <= np.datetime64(last))] if last else []
        )
        return replace(self, filters=(*self.filters, *sides))

    def outlets(self, *names: str) -> Corpus:
        """Keep the articles of these outlets; BadArgument names the nearest where one is unknown."""
        return self._keep(self._one_of("outlet", names))

    def languages(self, *codes: str) -> Corpus:
        """Keep the articles in these languages (BCP 47: "en", "ko", "ja")."""
        return self._keep(self._one_of("language", codes))

    def undated(self) -> Corpus:
        """Keep the articles without a day: no chart over time can count them."""
        return self._keep(Filter(("undated",), "undated", np.isnat(self.catalog.day)))

    def matching(self, query: str) -> Corpus:
        """Keep the articles that a query matches, in the syntax of codebook rules."""
        require(query, str, "Write matching('forced labor'), for example.")
        wanted = parse_query(query)
        kept = _matching(self.catalog, self.store, wanted)
        return self._keep(Filter(("matching", query), f"matching {query}", kept))

    def article(self, id: str) -> Article:  # noqa: A002 - the column's own name
        """Give one whole article by its id, or by the one it had before it was read again."""
        found = self.store.read_articles([id]) or self.store.read_articles([self.store.renamed().get(id, id)])
        if not found:
            msg = (
                f"No article {id!r} in {str(self.store.folder)!r}. Ids stand in the column `id` of `.frame`."
            )
            raise BadArgument(msg)
        return next(iter(found.values()))

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Give whole articles by their ids, in the order asked."""
        return self.store.read_articles(list(ids))

    def raw(self, id: str) -> bytes | None:  # noqa: A002 - the column's own name
        """Give the page that an article was read from, as it came in; of a row, its fields as JSON.

        None where it was read without keep_raw=True.
        """
        article = self.article(id)
        raw = self.store.raw(article.source or "", article.sha or "")
        if raw is None or raw.fields is None:
            return raw.data if raw else None
        return json.dumps(dict(raw.fields), ensure_ascii=False).encode("utf-8", "replace")

    @property
    def rejected(self) -> pd.DataFrame:
        """What was set aside, and why.

        Columns: source, why, stage (opening, parsing, limits or fault; see `Fate`; missing where an earlier version read),
        sha, and the name and path of the file it stood in (input, path).
        """
        left = self._left_over[self._left_over["fate"] == "set aside"]
        return left[["source", "why", "stage", "sha", "input", "path"]].reset_index(drop=True)

    @cached_property
    def fates(self) -> dict[str, int]:
        """Count what became of every input ever read: article, newer version of, same as (another), set aside. They add up."""
        counts = self._left_over["fate"].value_counts()
        articles, newer = len(self.catalog), len(versions_of(self.store, self.parts).older)
        return {
            "article": articles,
            "newer version of": newer,
            "same as": int(counts.get("same as", 0)) + self.catalog.inputs - articles - newer,
            "set aside": int(counts.get("set aside", 0)),
        }

    @cached_property
    def _left_over(self) -> pd.DataFrame:
        """One row an input that is no article, with its last fate: it may have come in since, or by another process."""
        sql = """SELECT source, sha, min(fate) AS fate, any_value(why) AS why, any_value(input) AS input, any_value(path) AS path,
                 any_value(stage) AS stage
                 FROM parts GROUP BY source, sha ORDER BY source, sha"""  # "same as" comes before "set aside"
        rows = self._query("set_aside", sql)
        # An address that could not be had has no digest; whatever came from there later takes its place.
        rows = rows[(rows["sha"] != "") | ~rows["source"].duplicated(keep=False)].reset_index(drop=True)
        sql = "SELECT DISTINCT source, unnest([sha, '']) AS sha, true AS came_in FROM parts WHERE source IN (SELECT unnest(?))"
        came_in = rows.merge(
            self._query("articles", sql, [rows["source"].tolist()]), on=["source", "sha"], how="left"
        )["came_in"]
        return rows[came_in.isna()]

    @property
    def digest(self) -> str:
        """Digest of what is in the corpus and of its filters: the same articles, the same digest."""
        filters = [" ".join(f.asked) for f in self.filters]
        return hashlib.sha256("\n".join([*self.parts, *filters]).encode()).hexdigest()[:12]

    @property
    def how(self) -> str:
        """Say how the corpus came to be: how many inputs, what became of them, which filter, which days."""
        return "; ".join(
            [
                *filter(None, [self.store.about]),
                self._counted(),
                *self._remarks(),
                *(f.words for f in self.filters),
                *self._span(),
            ]
        )

    def _keep(self, condition: Filter) -> Corpus:
        return replace(self, filters=(*self.filters, condition))

    def _query(self, kind: str, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        return self.store.query(kind, sql, values, self.parts)

    def _one_of(self, column: str, wanted: tuple[str, ...]) -> Filter:
        if not wanted:
            msg = (
                f"No {column} is named. Name one or more, as they stand in the column `{column}` of `.frame`."
            )
            raise BadArgument(msg)
        known = self.catalog.names(column)
        names = sorted(known)
        for name in wanted:
            if name not in names:
                msg = f"No {column} {name!r} in {str(self.store.folder)!r}.{nearest(name, names)} There are: "
                raise BadArgument(msg + (", ".join(names[:20]) or "none") + ".")
        chosen = np.array([*(name in wanted for name in known), False])  # the last: without one
        kept = chosen[self.catalog.codes(column)]
        return Filter((column, *wanted), f"{column} " + " or ".join(wanted), kept)

    def _counted(self) -> str:
        total, kept = self.fates["article"], len(self)
        outlets = self.rows["outlet"].nunique()
        of = f" of {total:,}" if self.filters else ""
        return f"{kept:,}{of} article{'s' * (total != 1)} of {outlets:,} outlet{'s' * (outlets != 1)}"

    def _remarks(self) -> list[str]:
        newer = self.fates["newer version of"]
        counts = {
            "is a newer version of another" if newer == 1 else "are newer versions of others": newer,
            "the same as one that is there": self.fates["same as"],
            "set aside": self.fates["set aside"],
        }
        counts["undated"] = int(self.rows["day"].isna().sum())
        return [f"{n:,} {what}" for what, n in counts.items() if n]

    def _span(self) -> list[str]:
        days = self.rows["day"].dropna()
        return [f"published {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"] if len(days) else []


@lru_cache(maxsize=8)
def _matching(catalog: Catalog, store: Store, wanted: Query) -> NDArray[np.bool_]:
    """Tell which articles a query matches; the places themselves are not remembered, a common word has millions."""
    stored = np.zeros(sum(catalog.sizes), bool)
    for part in parts_alone(store, catalog.parts, catalog.sizes):
        stored[Search(part).articles(wanted)] = True
    forget()
    return stored[catalog.stored]


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
        return pd.Period(value.replace(" ", "") if _ISO.fullmatch(value) else "no date")
    except (TypeError, ValueError) as error:
        msg = f"{value!r} is no date. Write a year, quarter, month or day: '2023', '2023 Q1', '2023-02', '2023-02-14'."
        raise BadArgument(msg) from error
