"""Tables of JSON: one object a line, an array of objects, or columns as pandas writes them."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from newskit.errors import SourceError
from newskit.sources.columns import Row, Table, guess
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, encoding_of, lines_of

__all__ = ["members", "opens", "table", "text_of", "why_unread"]

_LINES = (".jsonl", ".ndjson", ".jsonlines")
_OTHERS = (".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".csv", ".tsv", ".tab", ".xml", ".js")
_WHOLE_LIMIT = 256_000_000
_PEEK = 100
_SPACE = " \t\r\n\ufeff\x1e"
_TOO_LONG = ValueError("the line is longer than 10 MB")
# Numbers stay as they are written: an id of 25 digits must not become a float.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: None, strict=False)


def opens(name: str, head: bytes) -> bool:
    """Tell whether this is JSON, by its name, or by its first letters where the name says nothing."""
    if name.endswith((".json", *_LINES)):
        return True
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not name.endswith(_OTHERS) and start.startswith((b'{"', b'[{"'))


def table(stored: Stored) -> Table:
    """Read rows as they come; the columns are the keys of the first hundred. Raises SourceError for no rows."""
    found = _by_line(stored) if _is_lines(stored) else _whole(stored)
    first = list(islice(found, _PEEK))
    columns: dict[str, None] = {}
    for row in first:
        columns.update(dict.fromkeys(row.cells if isinstance(row, Row) else ()))
    if not columns:
        raise SourceError(first[0].why if first and isinstance(first[0], Refused) else "no objects in it")
    return Table(stored.name, tuple(columns), chain(first, found))


def _is_lines(stored: Stored) -> bool:
    """Tell one object a line from one value over the whole file."""
    if stored.plain_name.endswith(_LINES):
        return True
    first, _, rest = stored.head.lstrip().partition(b"\n")
    return bool(rest.strip()) and isinstance(_decoded(first.decode("utf-8", "replace")), dict)


def _decoded(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return error


def _by_line(stored: Stored) -> Iterator[Row | Refused]:
    for number, line in enumerate(lines_of(stored, encoding_of(stored)), 1):
        if text := line.strip(_SPACE):
            yield _row(stored.name, number, _decoded(text) if len(line) < PAGE_LIMIT else _TOO_LONG)


def _row(name: str, number: int, value: Any) -> Row | Refused:
    if isinstance(value, dict):
        return Row(number, value)
    return Refused(
        f"{name}#{number}", why_unread(value) if isinstance(value, Exception) else "not an object: {…}"
    )


def why_unread(error: Exception) -> str:
    """Say why a value is no JSON, and where."""
    if isinstance(error, RecursionError):
        return "not readable JSON: nested too deep"
    if isinstance(error, json.JSONDecodeError):
        return f"not readable JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    return f"not readable JSON: {error}"


def _whole(stored: Stored) -> Iterator[Row | Refused]:
    for number, value in enumerate(_values(text_of(stored)), 1):
        yield _row(stored.name, number, value)


def text_of(stored: Stored) -> str:
    """Read one JSON value whole; raise SourceError where it is larger than 256 MB."""
    with stored.open() as stream:
        data = stream.read(_WHOLE_LIMIT + 1)
    if len(data) > _WHOLE_LIMIT:
        raise SourceError("larger than 256 MB as one JSON value; write it with one object a line (.jsonl)")
    return data.decode(encoding_of(stored), "replace")


def members(text: str) -> Iterator[tuple[str, Any]]:
    """Give what an object holds, key by key, and each element of an array alone; an error comes last, under its key.

    >>> [key for key, _ in members('{"title": "A feed", "items": [{"id": 1}, {"id": 2}, {"i')]
    ['title', 'items', 'items', 'items']
    """
    place = _skip(text, _skip(text, 0) + 1)
    while place < len(text) and text[place] != "}":
        key, place = _next(text, place)
        place = _skip(text, place)
        if not isinstance(key, str) or text[place : place + 1] != ":":
            yield (
                "",
                key if isinstance(key, Exception) else json.JSONDecodeError("Expecting ':'", text, place),
            )
            return
        place = _skip(text, place + 1)
        if text[place : place + 1] == "[":
            place = yield from _under(key, _elements(text, place + 1))
        else:
            value, place = _next(text, place)
            yield key, value
        place = _skip(text, place)
        place = _skip(text, place + 1) if text[place : place + 1] == "," else place


def _under(key: str, values: Generator[Any, None, int]) -> Generator[tuple[str, Any], None, int]:
    while True:
        try:
            value = next(values)
        except StopIteration as end:
            return int(end.value)
        yield key, value


def _values(text: str) -> Iterator[Any]:
    """Give the objects of a text: elements of its array, or what its object holds; an error ends it."""
    place = _skip(text, 0)
    while place < len(text):
        if text[place] == "[":
            place = yield from _elements(text, place + 1)
        else:
            value, place = _next(text, place)
            yield from _rows_in(value) if isinstance(value, dict) else (value,)
        place = _skip(text, place)


def _elements(text: str, place: int) -> Generator[Any, None, int]:
    """Give the elements of an array one by one, and at last where it ends: a broken one keeps those before it."""
    place = _skip(text, place)
    while place < len(text) and text[place] != "]":
        value, place = _next(text, place)
        yield value
        if isinstance(value, Exception):
            return place
        place = _skip(text, place)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif place < len(text) and text[place] != "]":
            yield json.JSONDecodeError("Expecting ',' between two objects", text, place)
            return len(text)
    if place >= len(text):
        yield ValueError("the file ends before the array does; the objects before this were read")
    return place + 1


def _next(text: str, place: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError) as error:
        return error, len(text)


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place


def _rows_in(value: dict[str, Any]) -> list[Any]:
    """Find the rows in one object: columns of pandas, objects by their ids, an array inside, or itself."""
    parts = list(value.values())
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return [_zipped(value["columns"], row) for row in value["data"]]
    if _known(value) and parts and all(isinstance(part, dict) for part in parts):
        return [{name: column.get(key) for name, column in value.items()} for key in parts[0]]
    if _known(value) and parts and all(isinstance(part, list) for part in parts):
        return [_zipped(list(value), row) for row in zip(*parts, strict=False)]
    if parts and all(isinstance(part, dict) and _known(part) for part in parts):
        return parts
    if "text" in guess(value):
        return [value]
    return max(_arrays(value, 3), key=len, default=[value])


def _zipped(names: list[Any], row: Any) -> Any:
    return dict(zip(map(str, names), row, strict=False)) if isinstance(row, list | tuple) else row


def _known(value: Mapping[str, Any]) -> bool:
    names = guess(value)
    return "title" in names or "text" in names


def _arrays(value: dict[str, Any], depth: int) -> Iterator[list[Any]]:
    """Give every array of objects, down to three objects deep: {"response": {"docs": [{…}]}}."""
    for part in value.values():
        if isinstance(part, list) and part and isinstance(part[0], dict):
            yield part
        elif isinstance(part, dict) and depth > 1:
            yield from _arrays(part, depth - 1)
