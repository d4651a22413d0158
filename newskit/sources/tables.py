"""Tables with separators: .csv and .tsv, whatever their separator, quotes and encoding."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Literal

from newskit.errors import SourceError
from newskit.sources.columns import Row, Table, guess
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, encoding_of, lines_of

__all__ = ["opens", "table", "unique_names"]

_SAMPLE = 65_536


@dataclass(frozen=True)
class _Dialect:
    separator: str
    quoted: bool = True
    escape: str | None = None


_DIALECTS = (
    _Dialect(","),
    _Dialect("\t"),
    _Dialect(";"),
    _Dialect("|"),
    _Dialect("\t", quoted=False),
    _Dialect(",", escape="\\"),
    _Dialect("\t", escape="\\"),
)


def opens(name: str, _head: bytes) -> bool:
    """Tell whether this is a table with separators; only its name can say so."""
    return name.endswith((".csv", ".tsv", ".tab"))


def table(stored: Stored) -> Table:
    """Read the header, and the rows as they come; raises SourceError where there is no header."""
    csv.field_size_limit(PAGE_LIMIT)
    encoding = encoding_of(stored)
    lines = _Lines(lines_of(stored, encoding))
    dialect = _dialect(lines.sample())
    records = _records(lines, dialect)
    header = next((record for record in records if not record.blank), None)
    if header is None or header.broken:
        raise SourceError("no header line; the first line must name the columns")
    columns = unique_names(header.cells)
    return Table(stored.name, columns, _rows(stored.name, columns, records))


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Strip the names of the columns, and number those that stand twice."""
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(cells, 1):
        name = cell.replace("\0", "").strip().lstrip("\ufeff") or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _rows(name: str, columns: tuple[str, ...], records: Iterator[_Record]) -> Iterator[Row | Refused]:
    """Give the rows; lines of one cell are pieces of a text that was broken up, and a run of them is one refusal."""
    width = len(columns)
    filled = enumerate((record for record in records if not record.blank), 1)
    for are_pieces, run in groupby(filled, lambda pair: len(pair[1].cells) == 1 < width):
        if are_pieces:
            yield _pieces(name, width, run)
            continue
        for number, record in run:
            if why := record.broken or _misfit(record.cells, width):
                yield Refused(f"{name}#{number}", f"line {record.line}: {why}")
            else:
                yield Row(number, dict(zip(columns, record.cells, strict=False)))


def _pieces(name: str, width: int, run: Iterator[tuple[int, _Record]]) -> Refused:
    number, first = next(run)
    last = deque(run, maxlen=1)
    lines = f"lines {first.line} to {last[0][1].line}" if last else f"line {first.line}"
    why = f"1 cell where the header has {width}; put quotation marks around texts with line breaks"
    return Refused(f"{name}#{number}", f"{lines}: {why}")


def _misfit(cells: list[str], width: int) -> str:
    if any(cells[width:]):
        return f"{len(cells)} cells where the header has {width}; put quotation marks around texts with separators"
    return ""


@dataclass(frozen=True)
class _Record:
    """The cells of one row, the line it starts on, and what is wrong with it, if anything."""

    cells: list[str]
    line: int
    broken: str = ""

    @property
    def blank(self) -> bool:
        return not self.broken and not any(cell.strip() for cell in self.cells)


class _Lines:
    """Lines that can be taken back, and that end early for a row which never closes its quotation mark."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self.line = 1
        self.starved = False

    def sample(self) -> str:
        """Look at the beginning without taking it."""
        size, first = 0, []
        while size < _SAMPLE and (line := next(self._lines, "")):
            first.append(line)
            size += len(line)
        self._back.extend(first)
        return "".join(first)[: 4 * _SAMPLE]

    def start(self) -> int:
        """Begin a row: what was taken before is settled. Gives the number of its first line."""
        self.line += len(self._taken)
        self._taken, self._size, self.starved = [], 0, False
        return self.line

    def give_back(self) -> bool:
        """Give back all but the first line of the row, to be read anew; False where there was none."""
        self._back.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return bool(self._taken)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines, "")
        self._taken += [line] if line else []
        self._size += len(line)
        if not line or self._size >= PAGE_LIMIT:
            self.starved = True
            raise StopIteration
        return line


def _reader(lines: Iterable[str], dialect: _Dialect) -> Iterator[list[str]]:
    mark = '"' if dialect.quoted else None
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    return csv.reader(
        lines, delimiter=dialect.separator, quotechar=mark, quoting=quoting, escapechar=dialect.escape
    )


def _records(lines: _Lines, dialect: _Dialect) -> Iterator[_Record]:
    """Give one record a row; where a quotation mark is never closed, one line is lost and not the rest."""
    reader = _reader(lines, dialect)
    while True:
        line = lines.start()
        try:
            cells, broken = next(reader, []), ""
        except csv.Error as error:
            cells, broken = [], str(error)
        if lines.starved:
            broken = "a quotation mark is opened and never closed, or the row is longer than 10 MB"
        if broken:
            reader = _reader(lines, dialect)
            if not lines.give_back():
                return
        yield _Record([] if broken else cells, line, broken)


def _dialect(sample: str) -> _Dialect:
    """Choose the separator and quotes under which the names of columns are known and the rows are even."""
    fitting = [d for d in _DIALECTS if d.separator in sample and (not d.escape or '\\"' in sample)]
    return max(fitting, key=lambda dialect: _fit(sample, dialect), default=_DIALECTS[0])


def _fit(sample: str, dialect: _Dialect) -> tuple[bool, float, int]:
    try:
        rows = [row for row in islice(_reader(sample.splitlines(keepends=True), dialect), 200) if row]
    except csv.Error:
        return False, 0.0, 0
    if not rows or len(rows[0]) < 2:
        return False, 0.0, 0
    known = guess(rows[0])
    even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return "title" in known or "text" in known, round(even, 2), len(rows[0])
