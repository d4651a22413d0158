"""A path -> raw pages and rows: what a user holds, read but not yet understood.

One module a format, which tells by `opens(name, head)` whether a file is its own. Pages, and files of many articles
whose fields are known, give `raws(stored)`; tables, whose columns must be guessed, `table(stored)`; archives
`members(stored)`. Adding a format is adding a module and a line to FORMATS below.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from io import BytesIO
from itertools import compress
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, cast

from newskit.errors import BadArgument, SourceError
from newskit.sources import (
    archives,
    exports,
    feeds,
    files,
    gdelt,
    markdown,
    mhtml,
    parquet,
    records,
    tables,
    tar,
    warc,
    web,
    workbooks,
)
from newskit.sources.columns import Table, check_fields, read, settle
from newskit.sources.folders import Files, listed
from newskit.sources.raw import PassedOver, Raw, Refused, Stored, printable
from newskit.sources.web import Address, Web, is_address

__all__ = ["Found", "Input", "Kind", "PassedOver", "Raw", "Refused", "Web", "find", "is_address"]

Kind = Literal["page", "feed", "table", "export", "archive", "crawl", "addresses"]
_BROKEN: tuple[type[Exception], ...] = (SourceError, *archives.DAMAGE)


class _Opens(Protocol):
    def opens(self, name: str, head: bytes, /) -> bool: ...


class _Articles(_Opens, Protocol):
    def raws(self, stored: Stored, /) -> Iterator[Raw | Refused]: ...


class _Rows(_Opens, Protocol):
    def table(self, stored: Stored, /) -> Table: ...


class _Members(_Opens, Protocol):
    def members(self, stored: Stored, /) -> Iterator[Stored | Refused]: ...


_Format = _Articles | _Rows | _Members

# The first that opens a file reads it. A Word document and a workbook are zip archives inside; what only its name tells
# stands behind what its content tells; `files` takes the rest.
FORMATS: tuple[tuple[Kind, _Format], ...] = (
    ("export", exports),
    ("table", workbooks),
    ("archive", archives),
    ("archive", tar),
    ("crawl", warc),
    ("feed", feeds),
    ("addresses", web),
    ("table", parquet),
    ("table", gdelt),
    ("table", records),
    ("table", tables),
    ("page", markdown),
    ("page", mhtml),
    ("page", files),
)


@dataclass(frozen=True)
class Input:
    """One file that a user holds: a page, a table, an archive or whatever else FORMATS names; or one address.

    `name` is what a reader sees of the path, or the address; `columns` is what the user said of a table's columns;
    `web` is where the pages of addresses come from.
    """

    path: Path
    name: str
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    web: Web | None = field(default=None, hash=False)

    @cached_property
    def kind(self) -> Kind:
        """What it is, by content first and by name second; what cannot be opened counts as a page."""
        return _kind_or_page(self._stored)

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
        for one in _raws(self._stored, self.columns):
            yield _fetched(self.web, one) if self.web and isinstance(one, Address) else one

    @property
    def _stored(self) -> Stored:
        if is_address(self.name):
            line = self.name.encode()
            return Stored(self.name, len(line), lambda: BytesIO(line))
        try:
            packed = self.path.stat().st_size
        except OSError:
            packed = 0
        return Stored(self.name, packed, partial(_opened, self.path))


@dataclass(frozen=True)
class Found:
    """The inputs found, each made as it is asked for; and in `passed_over`, the files that are none, counted by why."""

    files: Files
    addresses: Sequence[str]
    columns: Mapping[str, str]
    web: Web | None

    @property
    def passed_over(self) -> Mapping[str, int]:
        """How many files were not taken for inputs, by why."""
        return {why: n for why, n in self.files.passed_over.items() if n}

    def __len__(self) -> int:
        return len(self.files) + len(self.addresses)

    def __iter__(self) -> Iterator[Input]:
        for path, name in self.files:
            yield Input(Path(path), name, self.columns, self.web)
        if self.web is not None:
            yield from (Input(self.web.path(one), one, web=self.web) for one in self.addresses)

    def __getitem__(self, place: int) -> Input:
        return list(self)[place]

    def without(self, held: Callable[[Input], bool]) -> Found:
        """Leave some of the inputs out."""
        rest = bytes(not held(one) for one in self)
        files = Files(compress(self.files, rest), self.files.passed_over)
        return replace(self, files=files, addresses=list(compress(self.addresses, rest[len(self.files) :])))


def find(
    paths: str | Path | Iterable[str | Path],
    columns: Mapping[str, str] | None = None,
    web: Web | None = None,
) -> Found:
    """Find the inputs under files, folders and patterns, sorted by path, each once; behind them the addresses.

    `columns` says which column of a table is which field, {"text": "story_text", "published": "date"}, and wins over
    the guess. Hidden files, and the parts of pages that a browser saved complete, are passed over and counted.
    Raises SourceError for a path that is missing or empty and for an address where `web` may not fetch, BadArgument for
    a wrong field or column.
    """
    given = dict(columns or {})
    check_fields(given)
    asked = [paths] if isinstance(paths, str | Path) else list(paths)
    addresses = [one for one in asked if isinstance(one, str) and is_address(one)]
    others = [one for one in asked if not (isinstance(one, str) and is_address(one))]
    there = listed(others) if others or not addresses else Files()
    found = Found(there, _given(addresses, web), given, web)
    # Each is looked at, for a column may be missing in any.
    if given and not sum(bool(one.mapping) for one in found):
        raise BadArgument(
            f"columns={given!r} was given, but none of the {len(found)} files found is a table."
        )
    return found


def _given(addresses: Sequence[str], web: Web | None) -> list[str]:
    """Give each address once, if it may be fetched."""
    given = list(dict.fromkeys(map(printable, addresses)))
    if given and (web is None or not web.fetch):
        raise SourceError(
            f"{given[0]!r} is an address, and newskit fetches nothing unless asked. Write fetch=True "
            "(newskit read --fetch), or save the page and give its file."
        )
    return given


def _opened(path: Path) -> BinaryIO:
    """Open a file; a pipe or a device is refused before it is touched, for it may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(
            "a folder that cannot be read" if path.is_dir() else "a pipe or a device, not a file"
        )
    return cast(BinaryIO, path.open("rb"))


def _kind(stored: Stored) -> Kind:
    return _format(stored)[0]


def _kind_or_page(stored: Stored) -> Kind:
    try:
        return _kind(stored)
    except _BROKEN:
        return "page"


def _fetched(web: Web, address: Address) -> Raw | Refused:
    """Give the page of an address; a feed or a table that lies there is no page, and goes on changing."""
    page = web.page(address.source)
    if isinstance(page, Raw):
        kind = _kind_or_page(Stored(page.source, page.size, lambda: BytesIO(page.data)))
        if kind != "page":
            return Refused(page.source, f"not a page (kind: {kind}); save it, and give its file", page.sha)
    return page


def _format(stored: Stored) -> tuple[Kind, _Format]:
    """Find the first format that opens a file; an empty file, or HTML under a table's name, is no table."""
    no_table = not stored.head or files.is_html(stored.head)
    return next(
        (kind, form)
        for kind, form in FORMATS
        if not (no_table and kind == "table") and form.opens(stored.plain_name, stored.head)
    )


def _first_table(stored: Stored) -> Table | None:
    kind, form = _format(stored)
    if kind == "archive":
        inner = (one for one in cast(_Members, form).members(stored) if isinstance(one, Stored))
        return next((table for one in inner if (table := _as_table(one))), None)
    return _as_table(stored)


def _as_table(stored: Stored) -> Table | None:
    kind, form = _format(stored)
    return cast(_Rows, form).table(stored) if kind == "table" else None


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
    kind, form = _format(stored)
    if kind == "archive":
        for member in cast(_Members, form).members(stored):
            yield from (member,) if isinstance(member, Refused) else _raws_of_member(member, given)
    elif kind == "table":
        yield from read(cast(_Rows, form).table(stored), given)
    else:
        yield from cast(_Articles, form).raws(stored)


def _raws_of_member(member: Stored, given: Mapping[str, str]) -> Iterator[Raw | Refused]:
    try:
        nested = _kind(member) == "archive"
    except _BROKEN:
        nested = False
    if nested:
        yield Refused(member.name, archives.NESTED)
    else:
        yield from _raws(member, given)
