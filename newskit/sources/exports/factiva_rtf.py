"""Factiva as RTF: a table of labelled fields an article, or its head as lines and then its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newskit.errors import SourceError
from newskit.sources.exports.factiva import ENDS, WORDS, code_of, from_head, from_labels
from newskit.sources.exports.piece import CUT_OFF, Fields, Stated, Unread, export_bytes
from newskit.sources.exports.rtf import Cell, cells
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_STRANGER = "not a page: a rich text document (.rtf) that is no export of Factiva; save it as plain text"
_LIMIT = 20_000_000  # bytes: 100 articles, the most of one download, are about 2 MB
_Line = tuple[str, bool]


def opens(_name: str, head: bytes) -> bool:
    """Take rich text, which says late what it holds; what is no export of Factiva is refused when it is read."""
    return head.startswith(b"{\\rtf")


def entries(stored: Stored) -> Iterator[Fields | Unread | Stated]:
    """Give each article; raises SourceError for a document of any other kind."""
    found = list(cells(export_bytes(stored, _LIMIT)))
    rows = list(_rows(found))
    if any(code_of(label) in ("HD", "LP", "AN") for label, _texts in rows):
        yield from _labelled(rows)
        return
    lines = [line for cell in found for line in cell.lines]
    if any(ENDS.match(text) for text, _bold in lines) and any(WORDS.match(text) for text, _bold in lines):
        yield from _of_lines(lines)
        return
    raise SourceError(_STRANGER)


def _rows(found: Iterable[Cell]) -> Iterator[tuple[str, list[str]]]:
    """Give the rows of two cells: a label, and the paragraphs beside it."""
    row: list[Cell] = []
    for cell in found:
        if not cell.in_table:
            continue
        if not cell.ends_row:
            row.append(cell)
            continue
        if len(row) == 2 and row[0].lines:
            yield row[0].lines[0][0], [text for text, _bold in row[1].lines]
        row = []
    if row and row[0].lines:
        yield row[0].lines[0][0], []  # the file ends inside this row


def _labelled(rows: Iterable[tuple[str, list[str]]]) -> Iterator[Fields | Unread]:
    """Give an article up to each accession number; a second headline begins another, too."""
    values: dict[str, list[str]] = {}
    for label, texts in rows:
        code = code_of(label)
        if code == "HD" and "HD" in values:
            yield Unread("it has no accession number (AN) at its end; export it again")
            values = {}
        values.setdefault(code, texts)
        if code == "AN":
            yield from_labels(values)
            values = {}
    if values:
        yield Unread(CUT_OFF)


def _of_lines(lines: list[_Line]) -> Iterator[Fields | Unread]:
    """Give an article up to each line "Document …"; what stands behind the last is the account of the search."""
    taken: list[_Line] = []
    for line in lines:
        if ENDS.match(line[0]):
            yield _article(taken)
            taken = []
        else:
            taken.append(line)
    if any(WORDS.match(text) for text, _bold in taken):
        yield Unread(CUT_OFF)


def _article(lines: list[_Line]) -> Fields | Unread:
    counted = next((place for place, (text, _bold) in enumerate(lines) if WORDS.match(text)), None)
    if counted is None:
        return Unread("no line with its number of words, which parts its head from its text")
    start, end = _title(lines, counted)
    head_end = _head_end(lines, counted)
    texts = [text for text, _bold in lines]
    above = texts[start - 1] if start else ""
    return from_head(" ".join(texts[start:end]), above, texts[end:head_end], texts[head_end:])


def _title(lines: list[_Line], counted: int) -> tuple[int, int]:
    """Give where the title begins and ends: the last run of bold lines above the number of words, else the first."""
    end = next((place for place in range(counted, 0, -1) if lines[place - 1][1]), 0)
    start = end
    while start and lines[start - 1][1]:
        start -= 1
    return (start, end) if end else (0, min(1, counted))


def _head_end(lines: list[_Line], counted: int) -> int:
    """Give where the head ends: behind the copyright, which is its last line; at most a dozen lines below."""
    for place in range(counted, min(len(lines), counted + 12)):
        text = lines[place][0].casefold()
        if text.startswith(("copyright", "(c)", "©", "all rights")):
            return place + 1
    return min(len(lines), counted + 3)
