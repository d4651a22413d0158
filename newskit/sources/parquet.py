"""Tables in Parquet: read in batches of a few rows, and only the columns that are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newskit.errors import SourceError
from newskit.sources.columns import Row, Table
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, seekable

__all__ = ["opens", "table"]

_BATCH = 64  # few, because one short page of a dictionary can stand for 10 MB in every row
_LARGE = 50_000_000  # bytes of a batch that is taken row by row
_BUFFER = 1 << 20
_NAMES_LIMIT = 100_000_000  # bytes of the names and places of columns at the end of a file
_BROKEN = (
    pa.ArrowException,
    OSError,
    ValueError,
    OverflowError,
    LookupError,
)  # LookupError: a zone that is none
_ZEROS = r"\.0+(Z?)$"


class _Unreadable:
    """Stands for a cell whose value is none that can be."""


_UNREADABLE = _Unreadable()


def opens(_name: str, head: bytes) -> bool:
    """Tell Parquet by its first bytes."""
    return head.startswith((b"PAR1", b"PARE"))


def table(stored: Stored) -> Table:
    """Read the names of the columns; raises SourceError where the file is cut off, damaged or locked."""
    if stored.head.startswith(b"PARE"):
        raise SourceError("a Parquet table that is encrypted; write it again without encryption")
    with _opened(stored) as file:
        columns = tuple(dict.fromkeys(file.schema_arrow.names))
    picked = partial(_rows, stored)
    return Table(stored.name, columns, picked(columns), picked)


@contextmanager
def _opened(stored: Stored) -> Iterator[pq.ParquetFile]:
    with seekable(stored) as stream:
        try:
            file = pq.ParquetFile(
                stream,
                buffer_size=_BUFFER,
                pre_buffer=False,
                thrift_string_size_limit=_NAMES_LIMIT,
                thrift_container_size_limit=_NAMES_LIMIT // 100,
            )
            columns = file.schema_arrow.names
        except _BROKEN as error:
            why = (
                f"this Parquet table is damaged or cut off ({_first_line(error)}); download or write it again"
            )
            raise SourceError(why) from error
        if not columns:
            raise SourceError("a Parquet table without columns")
        yield file


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]


def _rows(stored: Stored, columns: tuple[str, ...]) -> Iterator[Row | Refused]:
    """Give the rows group by group: a group that is damaged costs its own rows, told as one."""
    with _opened(stored) as file:
        first, budget = 1, [stored.most]
        for group in range(file.num_row_groups):
            done, last = 0, first + file.metadata.row_group(group).num_rows - 1
            try:
                for done, item in enumerate(_group(file, group, columns, budget), 1):
                    yield _row(stored.name, first + done - 1, item)
            except _BROKEN as error:
                why = f"rows {first + done} to {last} are damaged ({_first_line(error)}); download or write it again"
                yield Refused(f"{stored.name}#{first + done}", why)
            first = last + 1


def _group(
    file: pq.ParquetFile, group: int, columns: tuple[str, ...], budget: list[int]
) -> Iterator[dict[str, Any]]:
    batches = file.iter_batches(_BATCH, row_groups=[group], columns=list(columns), use_threads=False)
    for batch in batches:
        names = batch.schema.names
        arrays = {name: _decoded(batch.column(names.index(name))) for name in columns}  # of two, the first
        size = sum(array.nbytes for array in arrays.values())
        budget[0] -= size
        if budget[0] < 0:
            raise SourceError(
                "unpacks to over 200 times its size, which no text does; look at it with another program"
            )
        step = 1 if size > _LARGE else _BATCH
        for start in range(0, batch.num_rows, step):
            cells = {name: _cells(array.slice(start, step)) for name, array in arrays.items()}
            yield from (dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True))


def _decoded(column: pa.Array[Any]) -> pa.Array[Any]:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _row(name: str, number: int, cells: dict[str, Any]) -> Row | Refused:
    if wrong := [column for column, cell in cells.items() if isinstance(cell, _Unreadable)]:
        return Refused(f"{name}#{number}", f"the value in {wrong[0]!r} of this row cannot be read")
    if sum(len(cell) for cell in cells.values() if isinstance(cell, str | bytes)) > PAGE_LIMIT:
        return Refused(f"{name}#{number}", "this row is longer than 10 MB, which no article is")
    return Row(number, cells)


def _cells(column: pa.Array[Any]) -> list[Any]:
    """Give the values of a column; moments as ISO text, with their zone where they have one."""
    try:
        return cast(list[Any], _plain(column).to_pylist())
    except _BROKEN:
        return [_cell(value) for value in column]


def _cell(value: pa.Scalar[Any]) -> Any:
    try:
        return value.as_py()
    except UnicodeDecodeError:
        if isinstance(value, pa.BinaryScalar):
            return value.as_buffer().to_pybytes().decode("utf-8", "replace")
        names = isinstance(value, pa.ListScalar) and not pa.types.is_nested(value.type.value_type)
        return [_cell(one) for one in value.values] if names else _UNREADABLE
    except _BROKEN:
        return _UNREADABLE


def _plain(column: pa.Array[Any]) -> pa.Array[Any]:
    """Write moments as ISO text: in their own zone with its offset where that zone is known, else in UTC."""
    if not pa.types.is_temporal(column.type) or pa.types.is_duration(column.type):
        return column
    if getattr(column.type, "tz", None):
        with suppress(*_BROKEN):
            seconds = column.cast(pa.timestamp("s", column.type.tz), safe=False)
            return pc.strftime(seconds, "%Y-%m-%dT%H:%M:%S%z")
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    texts = pc.replace_substring_regex(column.cast(pa.string()), _ZEROS, r"\1")
    return pc.replace_substring_regex(texts, "^<value (.*)>$", r"\1")  # of a moment beyond all years: no tag
