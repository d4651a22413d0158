"""The folder of part files: what is kept, under which names, and how it is written.

    articles/part-<key>.parquet    one row an article, without its text
    text/part-<key>.parquet        id, title, paragraphs, captions, in the same order
    set_aside/part-<key>.parquet   what came in and became no new article, with its fate and the reason
    index/, copies/                caches: may be deleted at any time, and come back

A part is immutable and named by its content, so reading the same input twice writes the same name. The
articles file is written last: a part is there when that file is, and the listing is the manifest.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newskit.article import Article
from newskit.errors import CorpusError

__all__ = ["ARTICLE_COLUMNS", "Fate", "Store"]

_LEFT = 3_600  # seconds after which a file that was not renamed is nobody's work
# Rows that are read together: fetching those of a few articles then reads little else.
_GROUPS = {"articles": 1_000, "text": 100}
_WORDS = pa.list_(pa.string())
_ARTICLES = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("outlet", pa.string()),
        ("section", pa.string()),
        ("language", pa.string()),
        ("title", pa.string()),
        ("byline", _WORDS),
        ("agency", pa.string()),
        ("dateline", pa.string()),
        (
            "published",
            pa.string(),
        ),  # ISO 8601 text: zones may differ from row to row, and a naive time stays naive
        ("updated", pa.string()),
        ("precision", pa.string()),
        ("day", pa.date32()),
        ("notes", _WORDS),
        ("origin", pa.string()),
        ("source", pa.string()),
        ("sha", pa.string()),
    ]
)
_TEXT = pa.schema([("id", pa.string()), ("title", pa.string()), ("paragraphs", _WORDS), ("captions", _WORDS)])
_FATES = pa.schema([(name, pa.string()) for name in ("source", "sha", "fate", "of", "why", "input", "path")])

ARTICLE_COLUMNS = tuple(name for name in _ARTICLES.names if name != "origin")


@dataclass(frozen=True)
class Fate:
    """What became of an input that is no new article: "same as" the article `of`, or "set aside" and why.

    `input` and `path` are the name and the path of the file it stood in, to read it again.
    """

    source: str
    sha: str
    fate: str
    of: str | None = None
    why: str | None = None
    input: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Store:
    """A corpus folder; every write is to a temporary name, fsynced, then renamed."""

    folder: Path

    @classmethod
    def create(cls, folder: str | Path) -> Store:
        """Make the folder where it is missing, and open it."""
        store = cls(Path(folder).expanduser().resolve())
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

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """Open a folder that holds a corpus; CorpusError where it holds none."""
        store = cls(Path(folder).expanduser().resolve())
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
        """Give the keys of all parts, in the order of their names."""
        return tuple(
            sorted(p.stem.removeprefix("part-") for p in (self.folder / "articles").glob("part-*.parquet"))
        )

    def path(self, kind: str, key: str) -> Path:
        """Give the file of one part: kind is "articles", "text", "set_aside" or "index"."""
        return self.folder / kind / f"part-{key}.parquet"

    def write(self, key: str, articles: Sequence[Article], fates: Iterable[Fate]) -> None:
        """Write one part: text and fates first, the articles last."""
        _save(pa.Table.from_pylist([_text_row(a) for a in articles], _TEXT), self.path("text", key))
        _save(pa.Table.from_pylist([vars(f) for f in fates], _FATES), self.path("set_aside", key))
        _save(
            pa.Table.from_pylist([_article_row(a) for a in articles], _ARTICLES), self.path("articles", key)
        )

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
        wanted = "SELECT * FROM parts WHERE id IN (SELECT unnest(?))"
        rows, texts = (
            {row["id"]: row for row in self._query(kind, wanted, [list(ids)], self.parts()).to_pylist()}
            for kind in ("articles", "text")
        )
        return {i: _article(rows[i] | texts[i]) for i in ids if i in rows}

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
                base.register("no_parts", _SCHEMAS[kind].empty_table())
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
                msg = f"The corpus in {str(self.folder)!r} is damaged: {error}. Run `newskit check {self.folder}`."
                raise CorpusError(msg) from error

    def some(self, kind: str, key: str, rows: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        """Give columns of some rows of a part, in the order asked, reading little else."""
        path = self.path(kind, key)
        try:
            about = _metadata(path)
            ends = np.cumsum([about.row_group(n).num_rows for n in range(about.num_row_groups)])
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

    def _table(self, path: Path) -> pa.Table:
        try:
            return pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise self._damaged(path, error) from error

    def _damaged(self, path: Path, error: Exception) -> CorpusError:
        return CorpusError(f"{str(path)!r} cannot be read: {error}. Run `newskit check {self.folder}`.")


_PART = "parse_filename(filename, true)[6:]"  # "part-<key>" without its first five letters
_NAMES = ("part", "outlet", "language", "section", "agency")
_SCHEMAS = {"articles": _ARTICLES, "text": _TEXT, "set_aside": _FATES}


@lru_cache(maxsize=256)
def _metadata(path: Path) -> pq.FileMetaData:
    """Read where the rows of a part lie: a part never changes."""
    return pq.read_metadata(path)


def _save(table: pa.Table, path: Path) -> None:
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("xb") as file:
            pq.write_table(table, file, row_group_size=_GROUPS.get(path.parent.name))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        msg = f"Cannot write {str(path)!r}: {error.strerror}. What was read before is kept; make room and read again."
        raise CorpusError(msg) from error
    finally:
        new.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; where the system cannot (Windows) there is nothing to do."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _text_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "paragraphs": list(article.paragraphs),
        "captions": list(article.captions),
    }


def _article_row(article: Article) -> dict[str, Any]:
    row = {name: value for name, value in article.as_dict().items() if name in _ARTICLES.names}
    return row | {"day": article.day, "origin": json.dumps(dict(article.origin), ensure_ascii=False)}


def _article(row: dict[str, Any]) -> Article:
    """Build an article from a row of articles and one of text."""
    values = {name: row[name] for name in _PLAIN}
    values |= {name: tuple(row[name]) for name in _LISTS}
    values |= {name: datetime.fromisoformat(row[name]) if row[name] else None for name in _TIMES}
    return Article(origin=json.loads(row["origin"]), **values)


_PLAIN = ("title", "url", "outlet", "section", "language", "agency", "dateline", "precision", "source", "sha")
_LISTS = ("byline", "notes", "paragraphs", "captions")
_TIMES = ("published", "updated")
