"""Families: the articles that print one story, put together from pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

import numpy as np
import pandas as pd

from newskit.copies.finding import VERSION, Found, find, is_agency, load, save
from newskit.copies.shingles import Longs
from newskit.corpus import Corpus
from newskit.store import Store
from newskit.versions import VERSIONS_VERSION

__all__ = ["Families", "families_of"]


@dataclass(frozen=True, eq=False)
class Families:
    """All families of a corpus folder.

    `frame` has one row a member, those of a family together and in order of time: family (id of the first carrier),
    number (of the family), article, agency (of the family), kept, own, first. `stored` says where each member is
    stored: member (row in `frame`), part, row; several times where it was stored twice.
    """

    frame: pd.DataFrame
    stored: pd.DataFrame

    def places(self, rows: pd.DataFrame) -> Longs:
        """Give the row in `frame` of each article of `corpus.rows`; -1 for one that is of no family."""
        begins, sizes, table = self._table
        parts = rows["part"].cat.categories
        begin, size = (of.reindex(parts, fill_value=0).to_numpy() for of in (begins, sizes))
        found = np.full(len(rows), -1, np.int64)
        code, row = rows["part"].cat.codes.to_numpy(), rows["row"].to_numpy()
        known = np.flatnonzero(row < size[code])
        found[known] = table[begin[code[known]] + row[known]]
        return found

    @cached_property
    def _table(self) -> tuple[pd.Series, pd.Series, Longs]:
        """Put the members of all parts into one table by row: where each part begins in it, its size, the table."""
        sizes = self.stored.groupby("part")["row"].max().astype(np.int64) + 1
        begins = sizes.cumsum() - sizes
        table = np.full(int(sizes.sum()), -1, np.int64)
        at = self.stored["part"].map(begins).to_numpy(np.int64) + self.stored["row"].to_numpy(np.int64)
        table[at] = self.stored["member"]
        return begins, sizes, table


def families_of(corpus: Corpus) -> Families:
    """Find the families of a corpus folder, whatever the filter; from what is kept in the folder where it is known."""
    return _families(corpus.store, corpus.parts)


@lru_cache(maxsize=4)
def _families(store: Store, parts: tuple[str, ...]) -> Families:
    key = sha256("\n".join([VERSION, str(VERSIONS_VERSION), *parts]).encode()).hexdigest()
    path = store.folder / "copies" / "families.parquet"
    told, kept = load(path)
    if kept is None or told != key:
        kept = _members(find(store, parts))
        save(kept, path, key)
    members = kept.drop_duplicates("member").drop(columns=["member", "part", "row"])
    return Families(members.reset_index(drop=True), kept[["member", "part", "row"]])


def first_carriers(pairs: pd.DataFrame) -> dict[int, int]:
    """Give each copy the first carrier of its story: an earlier article that is itself no copy, the most alike of them.

    So all of a family are alike to its first carrier, and none comes in by way of a third; `pairs` has later, earlier
    (numbers in order of time) and share.

    >>> chain = pd.DataFrame({"later": [1, 2], "earlier": [0, 1], "share": [0.4, 0.4]})
    >>> first_carriers(chain)
    {1: 0}
    """
    carriers: dict[int, int] = {}
    order = pairs.sort_values(["later", "share", "earlier"], ascending=[True, False, True])
    for later, earlier in order[["later", "earlier"]].itertuples(index=False, name=None):
        if later not in carriers and earlier not in carriers:
            carriers[later] = earlier
    return carriers


def _members(found: Found) -> pd.DataFrame:
    """Give the members of all families, each once for every place where it is stored."""
    carriers = first_carriers(found.pairs)
    members = np.array(sorted({*carriers, *carriers.values()}), np.int64)
    frame = pd.DataFrame({"later": members, "earlier": [carriers.get(n, n) for n in members.tolist()]})
    frame = frame.merge(found.pairs[["later", "earlier", "kept", "own"]], how="left")
    frame = frame.sort_values(["earlier", "later"], ignore_index=True)
    first = frame["later"] == frame["earlier"]
    ids = found.articles["id"].to_numpy(object)
    named = pd.DataFrame(
        {
            "member": np.arange(len(frame)),
            "family": pd.array(ids[frame["earlier"]], "str"),
            "number": pd.factorize(frame["earlier"])[0],
            "article": pd.array(ids[frame["later"]], "str"),
            "agency": _agencies(found.articles.iloc[frame["later"]], frame["earlier"].to_numpy()),
            "kept": frame["kept"].fillna(1.0),
            "own": frame["own"].fillna(0.0),
            "first": first,
        }
    )
    stored = found.stored.rename(columns={"id": "article"}).astype({"article": "str", "part": "str"})
    return named.merge(stored, on="article", how="left").sort_values(
        ["member", "part", "row"], ignore_index=True
    )


def _agencies(articles: pd.DataFrame, family: Longs) -> pd.Series:
    """Give the agency of each family: the first that a member credits, or else its first carrier, if that is one."""
    credit = articles["agency"].astype("str").reset_index(drop=True)
    outlet = articles["outlet"].astype("str").reset_index(drop=True)
    agencies = credit.groupby(family).transform("first")
    first = outlet.groupby(family).transform(lambda names: names.iloc[0])
    known = {name for name in first.dropna().unique() if is_agency(name)}
    return agencies.fillna(first.where(first.isin(known)).astype("str"))
