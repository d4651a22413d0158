"""The text of an RTF document: its paragraphs and table cells, and which are bold. Pictures and styles are passed over."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from newskit.errors import SourceError

__all__ = ["Cell", "cells"]

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_UNSEEN = frozenset(
    b"fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf object "
    b"themedata colorschememapping listtable listoverridetable generator fldinst xmlnstbl rsidtbl datastore "
    b"latentstyles filetbl revtbl bkmkstart bkmkend footnote".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"tab": " "}
_SIGNS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_DEEPEST = 500


@dataclass(frozen=True)
class Cell:
    """The paragraphs of one cell, or the running text between tables; `ends_row` closes a row of cells."""

    lines: tuple[tuple[str, bool], ...]
    in_table: bool = False
    ends_row: bool = False


@dataclass(frozen=True)
class _State:
    unseen: bool = False
    bold: bool = False
    skip: int = 1  # how many letters stand in for one of Unicode, for programs that know none


@dataclass
class _Text:
    """The text while it is read."""

    codec: str = "cp1252"
    state: _State = _State()
    outer: list[_State] = field(default_factory=list)
    lines: list[tuple[str, bool]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    bold: bool | None = None
    high: int = 0
    to_skip: int = 0

    def write(self, text: str) -> None:
        """Take text that is seen; a line is bold where its first letters are."""
        self._settle()
        if not self.state.unseen and text:
            if self.bold is None and text.strip():
                self.bold = self.state.bold
            self.parts.append(text)

    def write_byte(self, value: int) -> None:
        """Take one byte of the old encoding; two may be one letter."""
        if self.to_skip:
            self.to_skip -= 1
        elif not self.state.unseen:
            self.raw.append(value)

    def write_letter(self, number: int) -> None:
        """Take one letter of Unicode, which may come in two halves."""
        code = number % 65_536
        if 0xD800 <= code < 0xDC00:
            self.high = code
        else:
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00 if self.high else 0xFFFD
            self.high = 0
            self.write(chr(code))
        self.to_skip = self.state.skip

    def _settle(self) -> None:
        if self.raw:
            text = bytes(self.raw).decode(self.codec, "replace")
            self.raw.clear()
            self.write(text)

    def end_line(self) -> None:
        self._settle()
        text = " ".join("".join(self.parts).split())
        if text:
            self.lines.append((text, bool(self.bold)))
        self.parts, self.bold = [], None

    def end_cell(self) -> tuple[tuple[str, bool], ...]:
        self.end_line()
        lines, self.lines = tuple(self.lines), []
        return lines

    def open(self) -> None:
        """Begin a group; raise SourceError for more in each other than any document has."""
        if len(self.outer) >= _DEEPEST:
            raise SourceError(
                f"a rich text document with over {_DEEPEST} groups in each other; save it as plain text"
            )
        self.outer.append(self.state)

    def close(self) -> None:
        self._settle()
        if self.outer:
            self.state = self.outer.pop()


def cells(data: bytes) -> Iterator[Cell]:
    r"""Give the cells of a document in order, and the text between tables as cells that are in none.

    >>> [
    ...     cell.lines
    ...     for cell in cells(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\b Ships\b0\par Caf\'e9 \u8212?\par}")
    ... ]
    [(('Ships', True), ('Café —', False))]
    """
    text = _Text()
    place = 0
    while found := _TOKEN.match(data, place):
        place = found.end()
        if (word := found["word"]) is not None:
            number = int(found["number"]) if found["number"] is not None else None
            if word == b"bin":
                place += max(0, number or 0)
            elif word in (b"cell", b"nestcell"):
                yield Cell(text.end_cell(), in_table=True)
            elif word in (b"row", b"nestrow"):
                yield Cell(text.end_cell(), in_table=True, ends_row=True)
            else:
                if word == b"trowd" and (text.lines or text.parts):
                    yield Cell(text.end_cell())
                _control(text, word, number)
        else:
            _plain(text, found)
    yield Cell(text.end_cell())


def _plain(text: _Text, found: re.Match[bytes]) -> None:
    """Take what is no control word."""
    if found["hex"] is not None:
        text.write_byte(int(found["hex"], 16))
    elif found["brace"] is not None:
        text.open() if found["brace"] == b"{" else text.close()
    elif found["sign"] is not None:
        _sign(text, found["sign"])
    elif found["text"] is not None:
        run = found["text"]
        kept = run[text.to_skip :]
        text.to_skip = max(0, text.to_skip - len(run))
        text.write(kept.decode(text.codec, "replace"))


def _sign(text: _Text, sign: bytes) -> None:
    if sign == b"*":
        text.state = replace(text.state, unseen=True)
    elif sign in (b"\\", b"{", b"}"):
        text.write(sign.decode("ascii"))
    elif sign in (b"~", b"_"):
        text.write(" " if sign == b"~" else "-")
    elif sign in (b"\n", b"\r"):
        text.end_line()


def _control(text: _Text, word: bytes, number: int | None) -> None:
    if word in _UNSEEN:
        text.state = replace(text.state, unseen=True)
    elif word == b"b":
        text.state = replace(text.state, bold=number != 0)
    elif word in (b"plain", b"pard"):
        text.state = replace(text.state, bold=text.state.bold and word == b"pard")
    elif word == b"uc":
        text.state = replace(text.state, skip=min(max(number or 0, 0), 10))
    elif word == b"u" and number is not None:
        text.write_letter(number)
    elif word == b"ansicpg" and number is not None:
        text.codec = _codec(number)
    elif word in _SIGNS:
        text.write(_SIGNS[word])
    elif word in _BREAKS and not text.state.unseen:
        text.write(" ") if word == b"tab" else text.end_line()


def _codec(page: int) -> str:
    try:
        return codecs.lookup("utf-8" if page == 65_001 else f"cp{page}").name
    except LookupError:
        return "cp1252"
