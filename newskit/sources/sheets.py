"""The XML inside an Excel workbook: its strings, its styles of dates, and the rows of a sheet, as streams."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from lxml import etree

from newskit.errors import SourceError

__all__ = ["Book", "Line", "Number", "date_styles", "rows_of", "strings_of", "tree_of"]

_WIDTH, _LENGTH = 16_384, 1_048_576  # columns and rows of the largest sheet that Excel can hold
_STRINGS_LIMIT = 400_000_000  # characters
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = {
    *range(14, 23),
    *range(27, 37),
    *range(45, 48),
    *range(50, 59),
}  # formats of dates that have no code
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms])[^\]]*\]', re.IGNORECASE)


class Number(str):
    """A number as it is written in the sheet: told from a text of digits."""

    __slots__ = ()


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets refer to: strings by their place, and which styles show a date."""

    strings: Sequence[str] = ()
    dates: frozenset[str] = frozenset()
    epoch: int = 1900


@dataclass
class Line:
    """One row of a sheet: its number there, its cells from the first column on, and what is wrong with it."""

    number: int
    cells: list[str] = field(default_factory=list)
    broken: str = ""

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not self.broken and not any(cell and not cell.isspace() for cell in self.cells)


def tree_of(data: bytes) -> etree._Element:
    """Read a small part whole; raises SourceError where it is damaged."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.LxmlError as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> SourceError:
    return SourceError(f"this workbook is damaged ({error}); open it in Excel and save it again")


def _elements(stream: BinaryIO, *tags: str) -> Iterator[etree._Element]:
    """Give the elements of these names as they end."""
    try:
        for _, element in etree.iterparse(
            stream, tag=tags, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        ):
            yield element
    except etree.LxmlError as error:
        raise _damaged(error) from error


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def strings_of(stream: BinaryIO) -> list[str]:
    """Read the strings that cells point to; raises SourceError where they are over 400 million characters."""
    strings, size = [], 0
    for element in _elements(stream, "{*}si"):
        strings.append(_shown(element))
        size += len(strings[-1])
        if size > _STRINGS_LIMIT:
            raise SourceError("over 400 MB of text in one workbook; save it as .csv")
        _forget(element)
    return strings


def _shown(element: etree._Element) -> str:
    """Give the text of a string without its readings (furigana), which Japanese workbooks hold beside it."""
    runs = (run for run in element.iter("{*}t") if not str(_parent_tag(run)).endswith("}rPh"))
    return _unescaped("".join(run.text or "" for run in runs))


def _parent_tag(element: etree._Element) -> object:
    parent = element.getparent()
    return "" if parent is None else parent.tag


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def date_styles(styles: etree._Element) -> frozenset[str]:
    """Tell which styles of cells show a date, by the place that cells name them with."""
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter("{*}numFmt")}
    formats = next(styles.iter("{*}cellXfs"), ())
    shown = (one.get("numFmtId", "") for one in formats)
    return frozenset(str(place) for place, number in enumerate(shown) if _is_date(number, codes.get(number)))


def _is_date(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number[:9]) in _DATES
    letters = _NO_LETTERS.sub("", code).casefold()
    return letters != "general" and any(letter in letters for letter in "ymdhs")


def rows_of(stream: BinaryIO, book: Book) -> Iterator[Line]:
    """Give the rows of a sheet as they come, each with its number there.

    Raises SourceError where it is damaged, or has more rows than Excel can hold.
    """
    line, count = Line(1), 0
    for element in _elements(stream, "{*}row", "{*}c"):
        if str(element.tag).endswith("row"):
            count += 1
            if count > _LENGTH:
                raise SourceError(
                    f"over {_LENGTH:,} rows in one sheet, more than Excel can hold; save it as .csv"
                )
            said = element.get("r", "")
            line.number = int(said) if said.isdecimal() and len(said) < 10 else line.number
            yield line
            line = Line(line.number + 1)
        else:
            _take(line, element, book)
        _forget(element)


def _take(line: Line, element: etree._Element, book: Book) -> None:
    """Put one cell into its place; one that cannot be read breaks its row."""
    place = _column(element.get("r", ""), len(line.cells))
    if place >= _WIDTH:
        line.broken = "more columns than Excel can hold"
        return
    line.cells.extend([""] * (place + 1 - len(line.cells)))
    try:
        line.cells[place] = _value(element, book)
    except (ValueError, IndexError):
        line.broken = f"the cell {element.get('r', '')[:12]!r} points to a string that is not there"


def _column(name: str, after: int) -> int:
    """Give the column of a cell such as AB12, from 0; the next one where it does not say.

    >>> _column("A1", 5), _column("AB12", 5), _column("", 5)
    (0, 27, 5)
    """
    number = 0
    for letter in name[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1 if number else after


def _value(cell: etree._Element, book: Book) -> str:
    """Give what a cell shows as text; a formula by its stored value, nothing for an error of a formula."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _shown(cell)
    text = next((part.text for part in cell if str(part.tag).endswith("}v")), None) or ""
    if kind == "s":
        return book.strings[_place(text)]
    if kind == "n":
        return _number(text, cell.get("s", "0"), book)
    if kind == "b":
        return "true" if text == "1" else "false"
    return "" if kind == "e" else _unescaped(text)


def _place(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(text[:20])
    return int(text)


def _number(text: str, style: str, book: Book) -> str:
    moment = _moment(text, book.epoch) if text and style in book.dates else None
    return moment or (Number(_spelled_out(text)) if text else "")


def _spelled_out(text: str) -> str:
    """Write a whole number of up to 15 digits without an exponent or ".0"; leave others as they are.

    >>> _spelled_out("2.0230214E7"), _spelled_out("1.10010120230214E+23"), _spelled_out("0.50")
    ('20230214', '1.10010120230214E+23', '0.50')
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if (
        not value.is_finite()
        or value.adjusted() > 14
        or value.adjusted() < 0
        or value != value.to_integral_value()
    ):
        return text
    return str(int(value))


def _moment(text: str, epoch: int) -> str | None:
    """Give the day, the time or both that a number of days stands for; None where it can stand for none.

    >>> [_moment(text, 1900) for text in ("44971", "44971.425", "0.5", "text")], _moment("43509", 1904)
    (['2023-02-14', '2023-02-14T10:12:00', '12:00:00', None], '2023-02-14')
    """
    try:
        days = float(text)
    except ValueError:
        return None
    if not 0 <= days < 2_950_000:
        return None
    # Excel counts a 29 February 1900 that never was.
    first = datetime(1904, 1, 1) if epoch == 1904 else datetime(1899, 12, 30 if days >= 60 else 31)
    moment = first + timedelta(seconds=round(days * 86_400))
    if days < 1 and epoch == 1900:
        return moment.time().isoformat()
    return moment.isoformat() if moment.time() != moment.min.time() else moment.date().isoformat()
