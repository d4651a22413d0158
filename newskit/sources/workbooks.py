"""Excel workbooks (.xlsx, .xlsm): the rows of the first sheet with a header that is known, read where they lie.

Nothing is computed or followed: of a formula the stored value is taken. The XML is read with lxml as a stream,
because libraries for workbooks build whole parts in memory and raise whatever a damaged one makes them stumble over.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, cast

from lxml import etree

from newskit.errors import SourceError
from newskit.sources.archives import DAMAGE
from newskit.sources.columns import Row, Table, guess
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, seekable
from newskit.sources.sheets import Book, Line, Number, date_styles, rows_of, strings_of, tree_of
from newskit.sources.tables import unique_names

__all__ = ["opens", "table"]

_NAMES = (".xlsx", ".xlsm", ".xltx", ".xltm")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OWN = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
_LOOKED_AT = 20  # rows in which a header may stand below a title
_IDS = re.compile(r"(?:\bids?|[a-z]Id|_id|code|식별자|번호|코드|番号|コード)\W*$", re.IGNORECASE)
_DIGITS = 15  # that Excel keeps of a number


def opens(name: str, head: bytes) -> bool:
    """Tell a workbook by the first names in its zip archive; one that is locked, by its own name."""
    if head.startswith(_OLE):
        return name.endswith(_NAMES)
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    inside = first.startswith(_OWN) and b"xl/" in head and b"word/" not in head
    return head.startswith(_ZIP) and (inside or name.endswith(_NAMES))


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str


@dataclass(frozen=True)
class _Header:
    """Where the rows stand: the sheet, the number of its row with the names of the columns, and these."""

    sheet: _Sheet
    number: int
    columns: tuple[str, ...]


def table(stored: Stored) -> Table:
    """Find the sheet and its header; raises SourceError where the workbook is locked, damaged or without rows."""
    if stored.head.startswith(_OLE):
        raise SourceError(
            "locked with a password, or an old .xls; open it and save it as .xlsx without a password"
        )
    with _opened(stored) as parts:
        header = _header(parts, _book(parts))
    return Table(stored.name, header.columns, _rows(stored, header))


class _Parts:
    """The parts of a workbook by name; each is measured as it is read, as any packed file is."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name, self._archive = name, archive
        self._infos = {info.filename.lstrip("/").casefold(): info for info in archive.infolist()}

    def open(self, part: str) -> BinaryIO | None:
        """Open a part; None where there is none of that name."""
        info = self._infos.get(part.casefold())
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise SourceError("locked with a password; save it without one")
        opener = partial(self._archive.open, info)
        return Stored(f"{self._name}!{part}", info.compress_size, lambda: cast(BinaryIO, opener())).open()

    def tree(self, part: str) -> etree._Element | None:
        """Read a small part whole."""
        stream = self.open(part)
        if stream is None:
            return None
        with stream:
            data = stream.read(PAGE_LIMIT + 1)
        if len(data) > PAGE_LIMIT:
            raise SourceError(f"damaged or made to do harm: over 10 MB in {part!r}; save it as .csv")
        return tree_of(data)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Give what a part refers to, by its key: the last word of the kind, and the name of the part."""
        folder, file = posixpath.split(part)
        tree = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            one.get("Id", ""): (
                posixpath.basename(one.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
            )
            for one in (() if tree is None else tree.iter("{*}Relationship"))
        }

    @property
    def workbook(self) -> str:
        """The name of the part that lists the sheets."""
        named = (part for kind, part in self.related("").values() if kind == "officeDocument")
        return next(named, "xl/workbook.xml")


@contextmanager
def _opened(stored: Stored) -> Iterator[_Parts]:
    with seekable(stored) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except DAMAGE as error:
            raise SourceError(
                f"this workbook is damaged or cut off ({error}); download or save it again"
            ) from error
        with archive:
            yield _Parts(stored.name, archive)


def _book(parts: _Parts) -> Book:
    related = dict(parts.related(parts.workbook).values())
    styles = parts.tree(related["styles"]) if "styles" in related else None
    stream = parts.open(related["sharedStrings"]) if "sharedStrings" in related else None
    strings: list[str] = []
    if stream is not None:
        with stream:
            strings = strings_of(stream)
    return Book(strings, date_styles(styles) if styles is not None else frozenset(), _epoch(parts))


def _epoch(parts: _Parts) -> int:
    """Give the year that the workbook counts days from: 1900, or 1904 as old ones of the Macintosh do."""
    tree = parts.tree(parts.workbook)
    settings = () if tree is None else tree.iter("{*}workbookPr")
    return 1904 if any(one.get("date1904") in ("1", "true") for one in settings) else 1900


def _sheets(parts: _Parts) -> list[_Sheet]:
    """List the sheets with cells, in their order."""
    if parts.workbook.endswith(".bin"):
        raise SourceError("a binary Excel workbook (.xlsb); save it as .xlsx")
    tree, related = parts.tree(parts.workbook), parts.related(parts.workbook)
    if tree is None:
        raise SourceError("no workbook in it; it is damaged, or another kind of file: save it as .csv")
    found = []
    for sheet in tree.iter("{*}sheet"):
        key = next((value for name, value in sheet.items() if str(name).endswith("}id")), "")
        kind, part = related.get(str(key), ("", ""))
        if kind == "worksheet":
            found.append(_Sheet(sheet.get("name", "")[:100], part))
    return found


def _lines(parts: _Parts, sheet: _Sheet, book: Book) -> Iterator[Line]:
    """Give the rows of a sheet that are not blank."""
    stream = parts.open(sheet.part)
    if stream is not None:
        with stream:
            yield from (line for line in rows_of(stream, book) if not line.blank)


def _header(parts: _Parts, book: Book) -> _Header:
    """Find the first header that names a title or a text; else the first row there is."""
    fallback = None
    for sheet in _sheets(parts):
        for place, line in enumerate(islice(_lines(parts, sheet, book), _LOOKED_AT)):
            fallback = fallback or (sheet, line)
            if _is_header(line.cells, place):
                return _Header(sheet, line.number, unique_names(line.cells))
    if fallback is None:
        raise SourceError("no rows in this workbook")
    return _Header(fallback[0], fallback[1].number, unique_names(fallback[1].cells))


def _is_header(cells: list[str], place: int) -> bool:
    """Tell names of columns; below the first row two must be known, for a text may read "text"."""
    known = guess(cells)
    return ("title" in known or "text" in known) and (place == 0 or len(known) > 1)


def _rows(stored: Stored, header: _Header) -> Iterator[Row | Refused]:
    """Give the rows below the header; at last say what else stands in the workbook."""
    with _opened(stored) as parts:
        book, number, above = _book(parts), 0, 0
        ids = [column for column in header.columns if _IDS.search(column)]
        for line in _lines(parts, header.sheet, book):
            above += line.number < header.number
            if line.number > header.number:
                number += 1
                yield _row(stored.name, number, line, (header.columns, ids))
        if above:
            yield Refused(
                f"{stored.name}#sheet {header.sheet.name}", f"rows above the header, not read: {above:,}"
            )
        for sheet in _sheets(parts):
            if sheet != header.sheet and (count := sum(1 for _ in _lines(parts, sheet, book))):
                why = f"rows of another sheet, not read: {count:,}; save it as a file of its own if they are articles"
                yield Refused(f"{stored.name}#sheet {sheet.name}", why)


def _row(name: str, number: int, line: Line, names: tuple[tuple[str, ...], list[str]]) -> Row | Refused:
    columns, ids = names
    if line.broken:
        return Refused(f"{name}#{number}", f"row {line.number}: {line.broken}")
    cells = dict(zip(columns, line.cells, strict=False))
    notes = [_rounded(column, cell) for column in ids if isinstance(cell := cells.get(column), Number)]
    if beyond := sum(1 for cell in line.cells[len(columns) :] if cell):
        notes.append(f"cells beyond the last column with a name, left out: {beyond}")
    return Row(number, cells, tuple(filter(None, notes)))


def _rounded(column: str, cell: str) -> str:
    """Warn of an id that the workbook holds as a number with as many digits as a number can keep."""
    digits = re.sub(r"[eE].*|\D", "", cell).strip("0")
    if len(digits) < _DIGITS and "E" not in cell.upper():
        return ""
    return f"{column!r} is a number in the workbook, of which Excel keeps {_DIGITS} digits: {cell}"
