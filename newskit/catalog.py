"""Catalog: what the articles of a corpus are found and counted by, in order; a cache, looked at where it lies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.cache import read_record, write_record
from newskit.store import Store
from newskit.versions import VERSIONS_VERSION, versions_of

__all__ = ["Catalog", "catalog_of"]

VERSION = 1  # raise it whenever a catalog is put together in another way
_NAMES = ("outlet", "language", "section", "agency")
_READ = ("id", "day", "published", *_NAMES)
_COUNTS = b"counts"

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Catalog:
    """All articles of some parts, each once and in its latest version, by day and id, undated ones last.

    `record` has one row an article: id, part (number in `parts`), row (in that part), day, published, and outlet,
    language, section and agency as dictionaries. `sizes` are the rows of each part, `inputs` how many different
    pages and rows all of these came from.
    """

    parts: tuple[str, ...]
    record: pa.RecordBatch
    sizes: tuple[int, ...]
    inputs: int

    def __len__(self) -> int:
        return int(self.record.num_rows)

    @cached_property
    def begins(self) -> NDArray[np.int64]:
        """Where the rows of each part begin, one part after the other."""
        sizes = np.array(self.sizes, np.int64)
        return np.cumsum(sizes) - sizes

    @cached_property
    def stored(self) -> Ints:
        """The place of each article among the rows of all parts, one part after the other."""
        return self.begins.astype(np.int32)[self._ints("part")] + self._ints("row")

    @cached_property
    def day(self) -> NDArray[np.datetime64]:
        """The day of each article; NaT where it is undated."""
        days = self.record.column("day").to_numpy(zero_copy_only=False)
        return np.asarray(days, "datetime64[D]")

    def names(self, column: str) -> list[str]:
        """Give the different outlets, languages, sections or agencies."""
        return [str(name) for name in self.record.column(column).dictionary.to_pylist()]

    def codes(self, column: str) -> Ints:
        """Give the number of each article's outlet, language, section or agency in `names`; -1 where it has none."""
        return _codes(self.record.column(column))

    def where(self, places: NDArray[np.int64]) -> tuple[Ints, Ints]:
        """Give the part (its number in `parts`) and the row in it of some articles, by their places."""
        return self._ints("part")[places], self._ints("row")[places]

    def days(self, places: NDArray[np.int64]) -> list[pd.Timestamp | None]:
        """Give the day of some articles; None where one is undated."""
        return [None if np.isnat(day) else pd.Timestamp(day) for day in self.day[places]]

    def named(self, column: str, places: NDArray[np.int64]) -> list[str | None]:
        """Give the outlet, language, section or agency of some articles; None where one has none."""
        named: list[str | None] = self.record.column(column).take(pa.array(places, pa.int64())).to_pylist()
        return named

    def texts(self, column: str, places: Sequence[int] | NDArray[np.integer]) -> pd.Series:
        """Give the id or the instant of publication of some articles, by their places."""
        return pd.Series(self.record.column(column).take(pa.array(places, pa.int64())), dtype="str")

    def frame(self, places: NDArray[np.int64] | None = None) -> pd.DataFrame:
        """Give all articles, or some by their places: part, row, day, outlet, language, section, agency."""
        record = self.record.select(["part", "row", "day", *_NAMES])
        record = record if places is None else record.take(pa.array(places, pa.int64()))
        columns: dict[str, object] = {
            "part": _named(record.column("part").to_numpy(), self.parts),
            "row": record.column("row").to_numpy(),
            "day": record.column("day").to_numpy(zero_copy_only=False).astype("datetime64[s]"),
        }
        columns |= {name: _named(_codes(record.column(name)), self.names(name)) for name in _NAMES}
        return pd.DataFrame(columns)

    def _ints(self, column: str) -> Ints:
        ints: Ints = self.record.column(column).to_numpy()
        return ints


def _codes(column: pa.DictionaryArray) -> Ints:
    codes: Ints = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes


def _named(codes: Ints, names: Sequence[str]) -> pd.Categorical[Any]:
    return pd.Categorical.from_codes(
        codes, dtype=pd.CategoricalDtype(pd.Series(names, dtype="str")), validate=False
    )


@lru_cache(maxsize=4)
def catalog_of(store: Store, parts: tuple[str, ...]) -> Catalog:
    """Give the catalog of some parts, from its file; one that is missing or of other parts is made again."""
    version = hashlib.sha256(
        "\n".join([f"catalog {VERSION} {VERSIONS_VERSION}", *parts]).encode()
    ).hexdigest()
    path = store.folder / "catalog.arrow"
    record = read_record(version, path)
    if record is None:
        record = _made(store, parts)
        with suppress(OSError):  # a folder that cannot be written to can still be looked at
            write_record(record, version, path)
            record = read_record(version, path) or record
    counts = json.loads(record.schema.metadata[_COUNTS])
    return Catalog(parts, record, tuple(counts["sizes"]), counts["inputs"])


def _made(store: Store, parts: tuple[str, ...]) -> pa.RecordBatch:
    tables = [_read(store, key, number) for number, key in enumerate(parts)]
    sizes = list(map(len, tables))
    table = pa.concat_tables([_EMPTY, *tables]).unify_dictionaries()
    del tables
    table, again = _once(store, parts, table)
    older = pa.array(versions_of(store, parts).older, pa.string())
    table = table.filter(pc.invert(pc.is_in(table["id"], older))) if len(older) else table
    order = pc.sort_indices(table, [("day", "ascending"), ("id", "ascending")])  # without a day: at the end
    table = table.take(order).combine_chunks()
    counts = {_COUNTS: json.dumps({"sizes": sizes, "inputs": sum(sizes) - again})}
    batches = table.replace_schema_metadata(counts).to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema.with_metadata(counts))


def _read(store: Store, key: str, number: int) -> pa.Table:
    table = store.columns("articles", key, _READ, _NAMES)
    pa.default_memory_pool().release_unused()
    part, row = np.full(len(table), number, np.int32), np.arange(len(table), dtype=np.int32)
    return table.append_column("part", pa.array(part)).append_column("row", pa.array(row)).cast(_EMPTY.schema)


def _once(store: Store, parts: tuple[str, ...], table: pa.Table) -> tuple[pa.Table, int]:
    """Keep one row an article, and count the rows whose input is there twice.

    Two processes that did not see each other store the same input, or the same article, twice.
    """
    if pc.count_distinct(table["id"]).as_py() == len(table):
        return table, 0
    sql = """SELECT id, part, row, source, sha FROM parts
             WHERE id IN (SELECT id FROM parts GROUP BY id HAVING count(*) > 1) ORDER BY id, source, sha, part, row"""
    twice = store.query("articles", sql, keys=parts)
    later = twice[twice["id"].duplicated()]
    begins = np.cumsum(np.bincount(table["part"].to_numpy(), minlength=len(parts)))
    begins = np.append(0, begins[:-1])
    number = {key: n for n, key in enumerate(parts)}
    dropped = begins[later["part"].map(number).to_numpy(np.int64)] + later["row"].to_numpy(np.int64)
    kept = np.ones(len(table), bool)
    kept[dropped] = False
    return table.filter(pa.array(kept)), int(twice.duplicated(["source", "sha"]).sum())


_EMPTY = pa.schema(
    [
        ("id", pa.string()),
        ("day", pa.date32()),
        ("published", pa.string()),
        *((name, pa.dictionary(pa.int32(), pa.string())) for name in _NAMES),
        ("part", pa.int32()),
        ("row", pa.int32()),
    ]
).empty_table()
