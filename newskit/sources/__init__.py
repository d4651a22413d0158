"""A path -> raw pages and rows: what a user holds, read but not yet understood.

One module a kind. A kind of single pages gives `raws(stored)`, a kind of tables gives `table(stored)`, a kind of
archives gives `members(stored)`; each tells by `opens(name, head)` whether a file is its own. A crawl is an archive
whose pages have addresses and no names: it gives `raws(stored)`, too, and may lie in another archive. Adding a format
is adding a module and its name to the line of its kind below: the first that opens a file reads it.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, cast

from newskit.errors import BadArgument, SourceError
from newskit.sources import archives, files, markdown, mhtml, records, tables, tar, warc
from newskit.sources.columns import Table, check_fields, read, settle
from newskit.sources.folders import listed
from newskit.sources.raw import PassedOver, Raw, Refused, Stored

__all__ = ["Found", "Input", "Kind", "PassedOver", "Raw", "Refused", "find"]

Kind = Literal["page", "table", "archive"]
_BROKEN: tuple[type[Exception], ...] = (SourceError, *archives.DAMAGE)


class _Opens(Protocol):
    def opens(self, name: str, head: bytes, /) -> bool: ...


class _Pages(_Opens, Protocol):
    def raws(self, stored: Stored, /) -> Iterator[Raw | Refused]: ...


class _Tables(_Opens, Protocol):
    def table(self, stored: Stored, /) -> Table: ...


class _Archives(_Opens, Protocol):
    def members(self, stored: Stored, /) -> Iterator[Stored | Refused]: ...


ARCHIVES: tuple[_Archives, ...] = (archives, tar)
CRAWLS: tuple[_Pages, ...] = (warc,)
TABLES: tuple[_Tables, ...] = (records, tables)
PAGES: tuple[_Pages, ...] = (markdown, mhtml, files)


@dataclass(frozen=True)
class Input:
    """One file that a user holds: a page, a table or an archive.

    `name` is what a reader sees of the path; `columns` is what the user said of a table's columns.
    """

    path: Path
    name: str
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def kind(self) -> Kind:
        """What it is, by content first and by name second; what cannot be opened counts as a page."""
        try:
            return _kind(self._stored)
        except _BROKEN:
            return "page"

    @cached_property
    def mapping(self) -> Mapping[str, str]:
        """Field -> column, as the table will be read; of an archive, that of its first table. Empty for pages.

        Raises BadArgument for a column given by the user that is not there.
        """
        try:
            table = _first_table(self._stored)
            return settle(table, self.columns) if table else {}
        except BadArgument:
            raise
        except _BROKEN:
            return {}

    def raws(self) -> Iterator[Raw | Refused]:
        """Give every page or row, and for what could not be read, why; never raises for what is in a file."""
        yield from _raws(self._stored, self.columns)

    @property
    def _stored(self) -> Stored:
        try:
            packed = self.path.stat().st_size
        except OSError:
            packed = 0
        return Stored(self.name, packed, partial(_opened, self.path))


class Found(list[Input]):
    """The inputs found, and in `passed_over` how many files were not taken for inputs, by why."""

    passed_over: Mapping[str, int]


def find(paths: str | Path | Iterable[str | Path], columns: Mapping[str, str] | None = None) -> Found:
    """Find the inputs under files, folders and patterns, sorted by path, each once.

    `columns` says which column of a table is which field, {"text": "story_text", "published": "date"}, and wins over
    the guess. Hidden files, and the parts of pages that a browser saved complete, are passed over and counted.
    Raises SourceError for a path that is missing or empty, BadArgument for a wrong field or column.
    """
    given = dict(columns or {})
    check_fields(given)
    there = listed(paths)
    found = Found(Input(path, name, given) for path, name in there.names.items())
    found.passed_over = {why: n for why, n in there.passed_over.items() if n}
    if given and not [one for one in found if one.mapping]:
        raise BadArgument(
            f"columns={given!r} was given, but none of the {len(found)} files found is a table."
        )
    return found


def _opened(path: Path) -> BinaryIO:
    """Open a file; a pipe or a device is refused before it is touched, for it may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(
            "a folder that cannot be read" if path.is_dir() else "a pipe or a device, not a file"
        )
    return cast(BinaryIO, path.open("rb"))


def _kind(stored: Stored) -> Kind:
    if _archive(stored) or _crawl(stored):
        return "archive"
    return "table" if _table(stored) else "page"


def _archive(stored: Stored) -> _Archives | None:
    return next((kind for kind in ARCHIVES if kind.opens(stored.plain_name, stored.head)), None)


def _crawl(stored: Stored) -> _Pages | None:
    return next((kind for kind in CRAWLS if kind.opens(stored.plain_name, stored.head)), None)


def _table(stored: Stored) -> _Tables | None:
    if files.is_html(stored.head) or not stored.head or _crawl(stored):
        return None
    return next((kind for kind in TABLES if kind.opens(stored.plain_name, stored.head)), None)


def _first_table(stored: Stored) -> Table | None:
    if archive := _archive(stored):
        inner = (one for one in archive.members(stored) if isinstance(one, Stored))
        stored, kind = next(((one, _table(one)) for one in inner if _table(one)), (stored, None))
    else:
        kind = _table(stored)
    return kind.table(stored) if kind else None


def _raws(stored: Stored, given: Mapping[str, str]) -> Iterator[Raw | Refused]:
    """Read one file; whatever is wrong with it becomes a Refused that says so, after what could be read."""
    count = 0
    try:
        for one in _read(stored, given):
            count += 1
            yield one
    except (SourceError, BadArgument) as error:
        yield Refused(stored.name, str(error))
    except archives.DAMAGE as error:
        yield Refused(stored.name, _damage(error, count))


def _damage(error: Exception, count: int) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot be read: {error.strerror}"
    return f"damaged after {count} items ({str(error) or type(error).__name__}); download or make it again"


def _read(stored: Stored, given: Mapping[str, str]) -> Iterator[Raw | Refused]:
    if archive := _archive(stored):
        for member in archive.members(stored):
            yield from (member,) if isinstance(member, Refused) else _raws_of_member(member, given)
    elif crawl := _crawl(stored):
        yield from crawl.raws(stored)
    elif kind := _table(stored):
        yield from read(kind.table(stored), given)
    else:
        page = next(kind for kind in PAGES if kind.opens(stored.plain_name, stored.head))
        yield from page.raws(stored)


def _raws_of_member(member: Stored, given: Mapping[str, str]) -> Iterator[Raw | Refused]:
    try:
        nested = _archive(member)
    except _BROKEN:
        nested = None
    if nested:
        yield Refused(member.name, "an archive in an archive; unpack it and read the folder")
    else:
        yield from _raws(member, given)
