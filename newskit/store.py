"""The folder of part files: what is kept, under which names, and how it is written.

    articles/part-<key>.parquet    one row an article, without its text
    text/part-<key>.parquet        id, title, paragraphs, captions, in the same order
    set_aside/part-<key>.parquet   what came in and became no new article, with its fate and the reason
    raw/part-<key>.parquet         what came in, as it was, where a reader asked to keep it
    catalog.arrow, pages.arrow, index/, versions/, copies/     caches: may be deleted at any time, and come back

A part is immutable and named by the parser's version and its content ("5-0a1b…"), so reading the same input twice
writes the same name. The articles file is written last: a part is there when that file is, and the listing is the
manifest. A part that was read again is named "6-2c3d…-for-5-0a1b…": it takes the place of the other as it appears.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newskit.article import Article
from newskit.errors import CorpusError
from newskit.parts import (
    ARTICLE_COLUMNS,
    SCHEMAS,
    Beside,
    Fate,
    article_of,
    article_row,
    current,
    followed,
    outdated,
    raw_of,
    raw_row,
    replaced,
    text_row,
)
from newskit.sources import Raw

__all__ = ["ARTICLE_COLUMNS", "Beside", "Fate", "Store"]

_LEFT = 3_600  # seconds after which a file that was not renamed is nobody's work
# Rows that are read together: fetching those of a few articles then reads little else.
_GROUPS = {"articles": 1_000, "text": 50}
_BESIDE = b"newskit"  # where a part says in its fates what it keeps beside them
_RAW_GROUP = 1_000_000  # bytes of raw pages that are packed, and read, together


@dataclass(frozen=True)
class Store:
    """A corpus folder; every write is to a temporary name, fsynced, then renamed."""

    folder: Path

    @classmethod
    def create(cls, folder: str | Path) -> Store:
        """Make the folder where it is missing, and open it."""
        store = cls(Path(os.path.realpath(Path(folder).expanduser())))
        if store.folder.is_dir() and any(store.folder.iterdir()) and not (store.folder / "articles").is_dir():
            msg = (
                f"{str(folder)!r} holds other files and is no newskit corpus. "
                "Name a new or empty folder for the corpus."
            )
            raise CorpusError(msg)
        try:
            for name in ("text", "set_aside", "articles"):
                (store.folder / name).mkdir(parents=True, exist_ok=True)
            store._sweep()
        except OSError as error:
            msg = (
                f"Cannot make a corpus in {str(folder)!r}: {error.strerror}. Name a folder you may write to."
            )
            raise CorpusError(msg) from error
        return store

    def _sweep(self) -> None:
        """Remove what a killed process left half written; younger files may be another's work."""
        for left in self.folder.glob("*/.new-*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()
        self.tidy()

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """Open a folder that holds a corpus; CorpusError where it holds none."""
        store = cls(Path(os.path.realpath(Path(folder).expanduser())))
        if not (store.folder / "articles").is_dir():
            state = "does not exist" if not store.folder.exists() else "is no folder"
            state = "holds no newskit corpus" if store.folder.is_dir() else state
            msg = f"{str(folder)!r} {state}. Make one with nk.read(paths, into={str(folder)!r})."
            raise CorpusError(msg)
        return store

    @property
    def about(self) -> str:
        """What somebody wrote of the corpus in its about.txt: one line, at most 200 characters; empty where nothing."""
        path = self.folder / "about.txt"
        return path.read_text(encoding="utf-8")[:200].splitlines()[0].strip() if path.exists() else ""

    def describe(self, about: str) -> None:
        """Write one line on what the corpus is; it stands first wherever the corpus says what it is."""
        if self.about != about:
            (self.folder / "about.txt").write_text(f"{about}\n", encoding="utf-8")

    def parts(self) -> tuple[str, ...]:
        """Give the keys of all parts, in the order of their names; those that were read again are left out."""
        return current(self._keys())

    def _keys(self) -> list[str]:
        return sorted(p.stem.removeprefix("part-") for p in (self.folder / "articles").glob("part-*.parquet"))

    def tidy(self) -> None:
        """Delete the parts in whose place others are; a file that is held open (Windows) stays for the next time."""
        with suppress(OSError):
            for key in outdated(self._keys()):
                self._delete(key)

    def _delete(self, key: str) -> None:
        """Delete all files of a part, the articles last: what is left by a kill is then deleted the next time."""
        for kind in ("index", "copies"):
            self.path(kind, key).with_suffix(".arrow").unlink(missing_ok=True)
        for kind in ("raw", "text", "set_aside", "articles"):
            self.path(kind, key).unlink(missing_ok=True)

    def path(self, kind: str, key: str) -> Path:
        """Give the file of one part: kind is "articles", "text", "set_aside", "raw" or "index"."""
        return self.folder / kind / f"part-{key}.parquet"

    def write(
        self, key: str, articles: Sequence[Article], fates: Iterable[Fate], beside: Beside | None = None
    ) -> None:
        """Write one part: what came in, text and fates first, the articles last."""
        beside = beside or Beside()
        if beside.raws:
            _save(
                pa.Table.from_pylist([raw_row(r) for r in beside.raws], SCHEMAS["raw"]), self.path("raw", key)
            )
        _save(pa.Table.from_pylist([text_row(a) for a in articles], SCHEMAS["text"]), self.path("text", key))
        told = json.dumps(
            {"inputs": dict(beside.inputs), "renamed": dict(beside.renamed), "read": beside.read}
        )
        settled = pa.Table.from_pylist([vars(f) for f in fates], SCHEMAS["set_aside"])
        _save(settled.replace_schema_metadata({_BESIDE: told}), self.path("set_aside", key))
        _save(
            pa.Table.from_pylist(
                [article_row(a) | {"read": beside.read} for a in articles], SCHEMAS["articles"]
            ),
            self.path("articles", key),
        )

    def beside(self, key: str) -> Beside:
        """Give what a part keeps beside its articles, without what came in: that is given by `raws`."""
        path = self.path("set_aside", key)
        try:
            told = (pq.read_schema(path).metadata or {}).get(_BESIDE)
        except (OSError, pa.ArrowInvalid) as error:
            raise self._damaged(path, error) from error
        return Beside(**json.loads(told)) if told else Beside()

    def keeps_raw(self, key: str) -> bool:
        """Tell whether what came in was kept in a part."""
        return self.path("raw", key).exists()

    def raws(self, key: str) -> list[Raw]:
        """Give what came in of a part, where it was kept."""
        rows = self._table(self.path("raw", key)).to_pylist() if self.keeps_raw(key) else []
        return [raw_of(row) for row in rows]

    def raw(self, source: str, sha: str) -> Raw | None:
        """Give one page or row as it came in; None where it was not kept."""
        keys = [key for key in self.parts() if self.keeps_raw(key)]
        sql = "SELECT * FROM parts WHERE source = ? AND sha = ? LIMIT 1"
        rows = self._query("raw", sql, [source, sha], keys).to_pylist() if keys else []
        return raw_of(rows[0]) if rows else None

    def settled(self, key: str) -> tuple[list[tuple[str, Article]], list[Fate]]:
        """Give all of a part: articles with the ids they are stored under, and fates."""
        rows, texts, fates = (
            self._table(self.path(kind, key)).to_pylist() for kind in ("articles", "text", "set_aside")
        )
        articles = [(row["id"], article_of(row | text)) for row, text in zip(rows, texts, strict=True)]
        return articles, [Fate(**row) for row in fates]

    def renamed(self) -> dict[str, str]:
        """Give the ids that articles had before they were read again, and those they have now."""
        again = [key for key in self.parts() if replaced(key)]
        return followed({old: new for key in again for old, new in self.beside(key).renamed.items()})

    def texts(self, key: str) -> pd.DataFrame:
        """Give id, title, body and caption of a part's articles, paragraphs joined by an empty line."""
        table = self._table(self.path("text", key))
        body, caption = (pc.binary_join(table[name], "\n\n") for name in ("paragraphs", "captions"))
        columns = {"id": table["id"], "title": table["title"], "body": body, "caption": caption}
        frame: pd.DataFrame = pa.table(columns).to_pandas()
        return frame

    def query(
        self,
        kind: str,
        sql: str,
        values: Sequence[Any] = (),
        keys: Sequence[str] | None = None,
        kept: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Run SQL over the parts of a kind, all or those of `keys`, which the SQL calls `parts`.

        Beside its columns a row has `part`, the key of its part, and `row`, its number in there.
        `kept` is a table that the SQL calls so. A part of text or fates whose articles were never written is not there yet, and is passed over.
        """
        table = self._query(kind, sql, values, self.parts() if keys is None else keys, kept)
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
        return frame

    def rows(self, sql: str, values: Sequence[Any], keys: Sequence[str]) -> pd.DataFrame:
        """Run SQL over the articles as `query` does, and give names as categories: a fraction of the memory."""
        table = self._query("articles", sql, values, keys)
        for name in set(_NAMES).intersection(table.column_names):
            place = table.column_names.index(name)
            table = table.set_column(place, name, table[name].dictionary_encode())
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
        del table
        pa.default_memory_pool().release_unused()  # a tenth of what a million articles take
        return frame

    def read_articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Give whole articles by the ids they are stored under, in the order asked; one that is not here is left out."""
        wanted = "SELECT * FROM parts WHERE id IN (SELECT unnest(?)) ORDER BY part"
        rows = self._query("articles", wanted, [list(ids)], self.parts()).to_pylist()
        found: dict[str, Article] = {}
        for part, here in groupby(rows, itemgetter("part")):
            of_part = list(here)
            texts = self.some("text", part, [row["row"] for row in of_part], SCHEMAS["text"].names)
            found |= {row["id"]: article_of(row | text) for row, text in zip(of_part, texts, strict=True)}
        return {i: found[i] for i in ids if i in found}

    def _query(
        self,
        kind: str,
        sql: str,
        values: Sequence[Any],
        keys: Sequence[str],
        kept: pd.DataFrame | None = None,
    ) -> pa.Table:
        files = [str(self.path(kind, key)) for key in keys]
        with duckdb.connect() as base:
            try:
                # A part of an earlier version may lack a column: the empty table has them all.
                base.register("no_parts", SCHEMAS[kind].empty_table())
                if kept is not None:
                    base.register("kept", kept)
                view = "SELECT *, NULL::VARCHAR AS part, NULL::BIGINT AS row FROM no_parts"
                if files:
                    stored = base.from_parquet(files, union_by_name=True, filename=True, file_row_number=True)
                    stored.create_view("stored")
                    view += (
                        f" UNION ALL BY NAME SELECT *, {_PART} AS part, file_row_number AS row FROM stored"
                    )
                base.execute(f"CREATE VIEW parts AS {view}")
                return base.sql(sql, params=list(values)).to_arrow_table()
            except (duckdb.IOException, duckdb.InvalidInputException) as error:
                self._require_there(keys)
                msg = f"The corpus in {str(self.folder)!r} is damaged: {error}. Run `newskit check {self.folder}`."
                raise CorpusError(msg) from error

    def columns(self, kind: str, key: str, names: Sequence[str], repeated: Sequence[str] = ()) -> pa.Table:
        """Give columns of all rows of a part; the `repeated` ones hold few different texts."""
        path = self.path(kind, key)
        try:
            # One thread: several take more memory, and less time only where the files are not at hand.
            return pq.read_table(
                path, columns=list(names), read_dictionary=list(repeated), use_threads=False, pre_buffer=False
            )
        except (OSError, pa.ArrowInvalid) as error:
            raise self._damaged(path, error) from error

    def some(self, kind: str, key: str, rows: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        """Give columns of some rows of a part, in the order asked, reading little else."""
        path = self.path(kind, key)
        try:
            about, ends = _metadata(path)
            group = np.searchsorted(ends, rows, "right")
            groups = np.unique(group)
            with pq.ParquetFile(path, metadata=about, memory_map=True) as file:
                table = file.read_row_groups(groups.tolist(), columns=list(columns), use_threads=False)
        except (OSError, pa.ArrowInvalid) as error:
            raise self._damaged(path, error) from error
        sizes = np.diff(ends, prepend=0)
        begins = np.cumsum(sizes[groups]) - sizes[groups]
        at = begins[np.searchsorted(groups, group)] + np.asarray(rows) - (ends - sizes)[group]
        found: list[dict[str, Any]] = table.take(pa.array(at, pa.int64())).to_pylist()
        return found

    def some_texts(self, key: str, rows: Sequence[int]) -> dict[int, tuple[str, str, str]]:
        """Give title, body and caption of some articles of a part by their rows."""
        found = self.some("text", key, rows, ("title", "paragraphs", "captions"))
        return {
            row: (text["title"], "\n\n".join(text["paragraphs"]), "\n\n".join(text["captions"]))
            for row, text in zip(rows, found, strict=True)
        }

    def check(self, key: str) -> None:
        """Read all files of a part; CorpusError where one is damaged, or articles and texts differ."""
        self._table(self.path("set_aside", key))
        ids = [self._table(self.path(kind, key))["id"].to_pylist() for kind in ("articles", "text")]
        if ids[0] != ids[1]:
            msg = f"Part {key} in {str(self.folder)!r} is damaged: its articles and texts differ. Read its pages again."
            raise CorpusError(msg)
        self.raws(key)

    def _table(self, path: Path) -> pa.Table:
        try:
            return pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise self._damaged(path, error) from error

    def _require_there(self, keys: Sequence[str]) -> None:
        """Raise CorpusError where parts were read again since a corpus was opened."""
        if not set(keys) <= set(self.parts()):
            msg = (
                f"The corpus in {str(self.folder)!r} was read again meanwhile: open it again, "
                f"nk.Corpus.open({str(self.folder)!r})."
            )
            raise CorpusError(msg)

    def _damaged(self, path: Path, error: Exception) -> CorpusError:
        self._require_there([path.stem.removeprefix("part-")])
        return CorpusError(f"{str(path)!r} cannot be read: {error}. Run `newskit check {self.folder}`.")


_PART = "parse_filename(filename, true)[6:]"  # "part-<key>" without its first five letters
_NAMES = ("part", "outlet", "language", "section", "agency")


@lru_cache(maxsize=256)
def _metadata(path: Path) -> tuple[pq.FileMetaData, NDArray[np.int64]]:
    """Read where the rows of a part lie, and the row behind the last of each group: a part never changes."""
    about = pq.read_metadata(path)
    return about, np.cumsum([about.row_group(n).num_rows for n in range(about.num_row_groups)])


def _save(table: pa.Table, path: Path) -> None:
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("xb") as file:
            pq.write_table(
                table,
                file,
                row_group_size=_group(table, path.parent.name),
                write_statistics=path.parent.name != "text",  # nobody asks for texts from A to B
                compression="zstd" if "data" in table.column_names else "snappy",
            )
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        msg = f"Cannot write {str(path)!r}: {error.strerror}. What was read before is kept; make room and read again."
        raise CorpusError(msg) from error
    finally:
        new.unlink(missing_ok=True)


def _group(table: pa.Table, kind: str) -> int | None:
    """Say how many rows are packed together: few where some are looked at alone."""
    if kind == "raw":
        return max(1, int(table.num_rows * _RAW_GROUP / max(1, table.nbytes)))
    return _GROUPS.get(kind)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; where the system cannot (Windows) there is nothing to do."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
