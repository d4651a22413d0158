"""Corpus: a set of articles in a folder, and a filter on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.article import Article
from newskit.errors import BadArgument, nearest, require
from newskit.index import matching_rows
from newskit.query import parse_query
from newskit.store import ARTICLE_COLUMNS, Store

__all__ = ["Corpus", "Filter", "as_day", "as_period"]

_NOBODY = np.empty(0, np.int64)
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

    It is what lay in the folder when it was opened: what is read later, it does not see until opened again.
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
        return self._query("articles", *self._selected(", ".join(ARTICLE_COLUMNS)))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What articles are found and counted by, in the order of `frame`; a hundred bytes an article.

        Columns: id, part and row (in that part), day, published, and as categories outlet, language, section, agency.
        """
        columns = "id, part, row::INTEGER AS row, day, published, outlet, language, section, agency"
        return self.store.rows(*self._selected(columns), self.parts)

    def numbers(self, part: str, articles: int) -> NDArray[np.int32]:
        """Give the place in `frame` of each article of a part; -1 for one that no filter lets through."""
        numbers = np.full(articles, -1, np.int32)
        here = self._by_part.get(part, _NOBODY)
        numbers[self.rows["row"].to_numpy()[here]] = here
        return numbers

    @cached_property
    def _by_part(self) -> dict[str, NDArray[np.int64]]:
        codes = self.rows["part"].cat.codes.to_numpy()
        return {part: np.flatnonzero(codes == n) for n, part in enumerate(self.rows["part"].cat.categories)}

    def _selected(self, columns: str) -> tuple[str, list[Any]]:
        """Write the SQL for columns of the articles that pass the filters, and its values."""
        where = " AND ".join(f.sql for f in self.filters) or "true"
        # One row an id; to look for it where none is there twice takes as long as all else.
        once = (
            "QUALIFY row_number() OVER (PARTITION BY id ORDER BY source, sha) = 1" if self._is_twice else ""
        )
        values = [value for f in self.filters for value in f.values]
        return f"SELECT {columns} FROM parts WHERE {where} {once} ORDER BY day, id", values

    def __len__(self) -> int:
        return len(self.rows)

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
        return replace(self, filters=(*self.filters, *sides))

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
        require(query, str, "Write matching('forced labor'), for example.")
        wanted = parse_query(query)
        ids = [i for key in self.parts for i in matching_rows(self.store, key, wanted)]
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
        """What was set aside, and why: source, why, sha, and the name and path of the file it stood in (input, path)."""
        left = self._left_over[self._left_over["fate"] == "set aside"]
        return left[["source", "why", "sha", "input", "path"]].reset_index(drop=True)

    @cached_property
    def fates(self) -> dict[str, int]:
        """Count what became of every input ever read: article, same as (another), set aside. They add up."""
        counts = self._left_over["fate"].value_counts()
        _, inputs, ids = self._stored
        return {
            "article": ids,
            "same as": int(counts.get("same as", 0)) + inputs - ids,
            "set aside": int(counts.get("set aside", 0)),
        }

    @cached_property
    def _stored(self) -> tuple[int, int, int]:
        """Count the rows stored, the inputs they came from, and the articles they are.

        Two processes that did not see each other store the same input, or the same article, twice.
        """
        sql = "SELECT count(*), count(DISTINCT {'source': source, 'sha': sha}), count(DISTINCT id) FROM parts"
        rows, inputs, ids = self._query("articles", sql).iloc[0]
        return int(rows), int(inputs), int(ids)

    @property
    def _is_twice(self) -> bool:
        rows, _, ids = self._stored
        return rows > ids

    @cached_property
    def _left_over(self) -> pd.DataFrame:
        """One row an input that is no article, with its last fate: what was set aside may have come in since."""
        sql = """SELECT source, sha, min(fate) AS fate, any_value(why) AS why, any_value(input) AS input, any_value(path) AS path
                 FROM parts GROUP BY source, sha ORDER BY source, sha"""  # "same as" comes before "set aside"
        rows = self._query("set_aside", sql)
        aside = rows.loc[rows["fate"] == "set aside", "source"]
        sql = "SELECT DISTINCT source, sha, true AS came_in FROM parts WHERE source IN (SELECT unnest(?))"
        came_in = rows.merge(
            self._query("articles", sql, [aside.tolist()]), on=["source", "sha"], how="left"
        )["came_in"]
        return rows[came_in.isna() | (rows["fate"] != "set aside")]

    @property
    def digest(self) -> str:
        """Digest of what is in the corpus and of its filters: the same articles, the same digest."""
        filters = [f"{f.sql} {f.values}" for f in self.filters]
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
        known = self._query(
            "articles", f"SELECT DISTINCT {column} AS v FROM parts WHERE {column} IS NOT NULL"
        )
        names = sorted(known["v"])
        for name in wanted:
            if name not in names:
                msg = f"No {column} {name!r} in {str(self.store.folder)!r}.{nearest(name, names)} There are: "
                raise BadArgument(msg + (", ".join(names[:20]) or "none") + ".")
        return Filter(f"{column} IN (SELECT unnest(?))", (list(wanted),), f"{column} " + " or ".join(wanted))

    def _counted(self) -> str:
        total, kept = self.fates["article"], len(self)
        outlets = self.rows["outlet"].nunique()
        of = f" of {total:,}" if self.filters else ""
        return f"{kept:,}{of} article{'s' * (total != 1)} of {outlets:,} outlet{'s' * (outlets != 1)}"

    def _remarks(self) -> list[str]:
        counts = {
            "the same as one that is there": self.fates["same as"],
            "set aside": self.fates["set aside"],
        }
        counts["undated"] = int(self.rows["day"].isna().sum())
        return [f"{n:,} {what}" for what, n in counts.items() if n]

    def _span(self) -> list[str]:
        days = self.rows["day"].dropna()
        return [f"published {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"] if len(days) else []


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
