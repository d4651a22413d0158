"""The records of a WARC file, one after another; a damaged one costs itself, and the next one is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newskit.sources.gzipped import Break, Piece, Seam
from newskit.sources.raw import PAGE_LIMIT

__all__ = ["BEGINS", "Broken", "Record", "fields_of", "head_ends", "records"]

BEGINS = b"WARC/"
_BLOCK_LIMIT = PAGE_LIMIT + 65_536  # a page and its HTTP headers
_HEAD_LIMIT = 65_536
_SHOWN = 16_384  # of a block that is too large, so much is kept to tell what it is
_NEXT = re.compile(rb"(?<=\n)WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[A-Za-z])")
_LOOK_BACK = 32  # bytes at the end of a search that may be the beginning of _NEXT
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)
_PACKED_AS_ONE = (
    "damaged somewhere before here: the file is packed as a whole and not record by record, so pages before here may "
    "hold wrong letters, and records after it cannot be unpacked; get the file again"
)
_BLANK = re.compile(rb"[\r\n\0]+")
_ENDS = re.compile(rb"\r\n\r\n|.{0,8}?WARC/\d", re.DOTALL)  # one damaged byte here must not cost a record


@dataclass(frozen=True)
class Record:
    """One record: its header fields by their names in lower case, and its block; of one too large, the beginning."""

    fields: Mapping[str, str]
    block: bytes
    whole: bool = True


@dataclass(frozen=True)
class Broken:
    """A place where something cannot be read: "byte 815" of the file, "byte 815+4711" after unpacking from 815 on."""

    place: str
    why: str


def records(pieces: Iterator[Piece]) -> Iterator[Record | Broken]:
    """Give each whole record, and for each place where something is damaged, one Broken.

    A file is read in runs: data that hangs together and begins where a record does. A packed file mostly has one run
    a record; one that is not packed, or packed as a whole, is one run.
    """
    source = _Pieces(pieces)
    while source.peek() is not None:
        yield from _of_run(_Run(source))


def fields_of(head: bytes) -> dict[str, str]:
    r"""Read header lines "Name: value", as WARC and HTTP have them; of a name that comes twice, the last.

    >>> fields_of(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 7")
    {'warc-type': 'response', 'content-length': '7'}
    """
    return {
        name.decode("latin-1").lower(): " ".join(value.decode("utf-8", "replace").split())
        for name, value in _FIELD.findall(head)
    }


def head_ends(data: bytes | bytearray) -> tuple[int, int]:
    r"""Find the empty line after a header: where it begins and ends; (-1, -1) where there is none.

    >>> head_ends(b"a: b\r\n\r\nShips came.")
    (6, 8)
    """
    for line in (b"\r\n\r\n", b"\n\n"):
        if (at := data.find(line, 0, _HEAD_LIMIT)) >= 0:
            return at + len(line) // 2, at + len(line)
    return -1, -1


def _of_run(run: _Run) -> Iterator[Record | Broken]:
    while run.skip_blank():
        one = _record(run)
        if isinstance(one, Record):
            if not run.skip_blank() and run.broken:  # it ends where the data breaks: its checksum is wrong
                break
            run.given += 1
            yield one
        elif run.to_next() or not run.broken:
            yield one
    if run.broken and run.given:
        yield Broken(run.place, _PACKED_AS_ONE)
    elif run.broken:
        yield Broken(f"byte {run.broken.at}", run.broken.why)


def _record(run: _Run) -> Record | Broken:
    """Read the record that begins here, and leave the run behind it; a broken one is left where it is."""
    if not run.has(len(BEGINS)) or not run.data.startswith(BEGINS):
        return Broken(run.place, "no record begins here, as one should")
    run.has(_HEAD_LIMIT)
    ends, begin = head_ends(run.data)
    fields = fields_of(bytes(run.data[: max(ends, 0)]))
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return Broken(run.place, "a record whose header cannot be read")
    if int(length) > _BLOCK_LIMIT:
        return _large(run, fields, begin, int(length))
    end = begin + int(length)
    run.has(end + _LOOK_BACK)
    if len(run.data) < end:
        return Broken(run.place, "a record that is cut off")
    if (after := run.data[end : end + _LOOK_BACK]).strip() and not _ENDS.match(after):
        return Broken(run.place, "a record that is shorter or longer than it says")
    block = bytes(run.data[begin:end])
    run.drop(end)
    return Record(fields, block)


def _large(run: _Run, fields: Mapping[str, str], begin: int, left: int) -> Record | Broken:
    """Skip a block without keeping it, unless another record begins in it: then its length is not true."""
    run.has(begin + _SHOWN)
    place, shown = run.place, bytes(run.data[begin : begin + min(_SHOWN, left)])
    run.drop(begin)
    while left:
        run.has(1 << 16)
        if found := _NEXT.search(run.data, 0, min(len(run.data), left)):
            run.drop(found.start() - 1)
            return Broken(place, "a record that is shorter or longer than it says")
        step = min(left, len(run.data) - (0 if run.ended or left <= len(run.data) else _LOOK_BACK))
        if not step:
            return Broken(place, "a record that is cut off")
        run.drop(step)
        left -= step
    return Record(fields, shown, whole=False)


class _Pieces:
    """The pieces of a file, with a look at the next one."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._next: Piece | None = next(pieces, None)
        self.seam = Seam(0)  # the last one passed

    def peek(self) -> Piece | None:
        return self._next

    def take(self) -> Piece | None:
        piece, self._next = self._next, next(self._pieces, None)
        if isinstance(piece, Seam):
            self.seam = piece
        return piece


class _Run:
    """Data that hangs together, from where a record begins: up to a break, or the seam before the next record."""

    def __init__(self, source: _Pieces) -> None:
        while isinstance(source.peek(), Seam):
            source.take()
        self._source, self._seam, self._dropped = source, source.seam, 0
        self.data = bytearray()
        self.ended = False
        self.given = 0  # records that were whole
        self.broken: Break | None = None

    @property
    def place(self) -> str:
        """Where the data begins now."""
        if not self._seam.packed:
            return f"byte {self._dropped}"
        return f"byte {self._seam.at}" + (f"+{self._dropped}" if self._dropped else "")

    def has(self, size: int) -> bool:
        """Read until there are so many bytes; False where the run ends before."""
        while len(self.data) < size and self._more():
            pass
        return len(self.data) >= size

    def drop(self, size: int) -> None:
        """Let go of the first bytes."""
        del self.data[:size]
        self._dropped += size

    def skip_blank(self) -> bool:
        """Go on to what is no line end; False where nothing more comes."""
        while self.has(1):
            if blank := _BLANK.match(self.data):
                self.drop(blank.end())
            if self.data:
                return True
        return False

    def to_next(self) -> bool:
        """Go on to where the next record begins; False where the run has no other."""
        while not (found := _NEXT.search(self.data)):
            self.drop(max(0, len(self.data) - _LOOK_BACK))
            if not self._more():
                self.drop(len(self.data))
                return False
        self.drop(found.start())
        return True

    def _more(self) -> bool:
        while not self.ended:
            piece = self._source.peek()
            if isinstance(piece, bytes):
                self.data += piece
                self._source.take()
                return True
            self._source.take()
            self.broken = piece if isinstance(piece, Break) else None
            after = self._source.peek()
            goes_on = isinstance(after, bytes) and not after.startswith(BEGINS)
            self.ended = not isinstance(piece, Seam) or not (goes_on or isinstance(after, Seam))
        return False
