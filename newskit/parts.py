"""A part of a corpus: its name, its columns and its rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

import pyarrow as pa

from newskit.article import Article
from newskit.sources import Raw

__all__ = [
    "ARTICLE_COLUMNS",
    "SCHEMAS",
    "Beside",
    "Fate",
    "article_of",
    "article_row",
    "current",
    "followed",
    "key_of",
    "last",
    "outdated",
    "own",
    "parser_of",
    "raw_of",
    "raw_row",
    "replaced",
    "text_row",
]

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
        ("read", pa.string()),  # when its part was read, UTC; parts of earlier versions do not say
    ]
)
_TEXT = pa.schema([("id", pa.string()), ("title", pa.string()), ("paragraphs", _WORDS), ("captions", _WORDS)])
_FATES = pa.schema(
    [(name, pa.string()) for name in ("source", "sha", "fate", "of", "why", "input", "path", "stage")]
)
_RAW = pa.schema(
    [
        *[(name, pa.string()) for name in ("source", "sha", "fields", "columns", "url")],
        ("data", pa.large_binary()),
    ]
)
_KEY = re.compile(
    r"((\d+)-[0-9a-f]{24})(?:-for-(.+))?"
)  # a key, the parser's version, the part in whose place it is
SCHEMAS = {"articles": _ARTICLES, "text": _TEXT, "set_aside": _FATES, "raw": _RAW}

ARTICLE_COLUMNS = tuple(name for name in _ARTICLES.names if name not in ("origin", "read"))


@dataclass(frozen=True)
class Fate:
    """What became of an input that is no new article: "same as" the article `of`, or "set aside" and why.

    `input` and `path` are the name and the path of the file it stood in, to read it again. `stage` says how far what
    was set aside came: "opening" (a file, or a member or line of it, could not be read), "parsing" (it holds no
    article), "limits" (of time or memory), "fault" (of the parser).
    """

    source: str
    sha: str
    fate: str
    of: str | None = None
    why: str | None = None
    input: str | None = None
    path: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Beside:
    """What a part keeps beside articles and fates.

    `raws` is what came in, as it was; `inputs` the files that it stood in, name -> path; `renamed` the ids that articles
    had before they were read again, and those they have now; `read` when it was read (ISO 8601, UTC).
    """

    raws: Sequence[Raw] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    read: str | None = None


def key_of(parser: int, told: str, instead_of: str | None = None) -> str:
    """Name a part by the parser's version and a digest of what is in it, and by the part whose place it takes.

    >>> key_of(6, "a page", "5-000000000000000000000000-for-000000000000000000000000")
    '6-9a8eeff1d0bc6b9b7acf170b-for-5-000000000000000000000000'
    """
    key = f"{parser}-{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:24]}"
    return key if instead_of is None else f"{key}-for-{own(instead_of)}"


def parser_of(key: str) -> int | None:
    """Tell which version of the parser read a part; None where its name does not say.

    >>> parser_of("5-000000000000000000000000"), parser_of("000000000000000000000000")
    (5, None)
    """
    named = _KEY.fullmatch(key)
    return int(named[2]) if named else None


def own(key: str) -> str:
    """Give a key without the part in whose place it is."""
    named = _KEY.fullmatch(key)
    return named[1] if named else key


def replaced(key: str) -> str | None:
    """Give the key, without what that replaced, of the part in whose place a part is."""
    named = _KEY.fullmatch(key)
    return named[3] if named else None


def current(keys: Iterable[str]) -> tuple[str, ...]:
    """Leave out the parts in whose place others are; of two that took the place of one, the first counts.

    >>> current(["a", "b", "5-000000000000000000000000-for-a"])
    ('5-000000000000000000000000-for-a', 'b')
    """
    there = sorted(keys)
    first: dict[str | None, str] = {}
    for key in there:
        first.setdefault(replaced(key), key)
    return tuple(
        key
        for key in there
        if own(key) not in first and (replaced(key) is None or first[replaced(key)] == key)
    )


def outdated(keys: Iterable[str]) -> list[str]:
    """Give the parts in whose place others are, the earliest first.

    An earlier one would be there again, were the part deleted that took its place.
    """
    named = {own(key): key for key in keys}
    before = {name: {replaced(key)} - {None} for name, key in named.items()}
    there = set(current(named.values()))
    order = TopologicalSorter(before).static_order()
    return [named[name] for name in order if name in named and named[name] not in there]


def followed(renamed: Mapping[str, str]) -> dict[str, str]:
    """Lead each id to the last one, where what it leads to was renamed, too.

    >>> followed({"a": "b", "b": "c"})
    {'a': 'c', 'b': 'c'}
    """
    return {old: last(new, renamed) for old, new in renamed.items()}


def last(name: str, renamed: Mapping[str, str]) -> str:
    """Follow an id to the last one that it leads to."""
    seen: set[str] = set()
    while name in renamed and name not in seen:
        seen.add(name)
        name = renamed[name]
    return name


def text_row(article: Article) -> dict[str, Any]:
    """Give the row of an article in text/."""
    return {
        "id": article.id,
        "title": article.title,
        "paragraphs": list(article.paragraphs),
        "captions": list(article.captions),
    }


def raw_row(raw: Raw) -> dict[str, Any]:
    """Give the row of a page or row in raw/."""
    packed = {name: json.dumps(dict(getattr(raw, name) or {})) for name in ("fields", "columns")}
    row = {"source": raw.source, "sha": raw.sha, "data": raw.data, "url": raw.url}
    return row | {name: text if getattr(raw, name) is not None else None for name, text in packed.items()}


def raw_of(row: dict[str, Any]) -> Raw:
    """Build a page or row from its row in raw/."""
    fields, columns = (json.loads(row[name]) if row[name] else None for name in ("fields", "columns"))
    return Raw(row["source"], row["data"] or b"", fields, row["sha"], columns, row["url"])


def article_row(article: Article) -> dict[str, Any]:
    """Give the row of an article in articles/."""
    row = {name: value for name, value in article.as_dict().items() if name in SCHEMAS["articles"].names}
    return row | {"day": article.day, "origin": json.dumps(dict(article.origin), ensure_ascii=False)}


def article_of(row: dict[str, Any]) -> Article:
    """Build an article from a row of articles and one of text."""
    values = {name: row[name] for name in _PLAIN}
    values |= {name: tuple(row[name]) for name in _LISTS}
    values |= {name: datetime.fromisoformat(row[name]) if row[name] else None for name in _TIMES}
    return Article(origin=json.loads(row["origin"]), **values)


_PLAIN = ("title", "url", "outlet", "section", "language", "agency", "dateline", "precision", "source", "sha")
_LISTS = ("byline", "notes", "paragraphs", "captions")
_TIMES = ("published", "updated")
