"""Gzip in many members, as web archives are packed: a broken member costs itself, and the next one is found."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from newskit.errors import SourceError

__all__ = ["Break", "Piece", "Seam", "members", "plain"]

MAGIC = b"\x1f\x8b\x08"
_CHUNK = 1 << 13  # packed; gzip packs at most 1,032 times, so one piece stays under 9 MB
_KEPT = 12_000_000  # packed bytes of one member that are kept to look for the next one from
_TRIED = 4_096  # packed bytes that show how a member begins
_TRIES = 100_000  # places that only look like the beginning of a member


@dataclass(frozen=True)
class Seam:
    """Here a member of a gzip file begins, at this byte of the file; or a file that is not packed."""

    at: int
    packed: bool = True


@dataclass(frozen=True)
class Break:
    """Here the data breaks off: what comes next does not belong to what came before. `at` is where it broke."""

    at: int
    why: str


Piece = bytes | Seam | Break


def plain(stream: BinaryIO) -> Iterator[Piece]:
    """Give what is not packed, piece by piece."""
    yield Seam(0, packed=False)
    while piece := stream.read(1 << 16):
        yield piece


def members(stream: BinaryIO, begins: bytes) -> Iterator[Piece]:
    """Unpack member by member; after a broken one go on with the next whose content starts with `begins`.

    A member is whole where the next Seam, or the end, follows it without a Break: its checksum was right.
    """
    kept = _Kept(stream)
    while kept.has(1):
        if kept.data.startswith(MAGIC):
            broken = yield from _member(kept)
        else:
            yield Seam(kept.at)
            broken = Break(kept.at, "no record begins here, as one should; those after it are read")
        if broken:
            yield from _found_again(kept, begins, broken)


def _member(kept: _Kept) -> Generator[Piece, None, Break | None]:
    """Unpack one member and drop it; where it breaks, keep it all and return the Break."""
    inflater, used, start = zlib.decompressobj(31), 0, kept.at
    yield Seam(start)
    while not inflater.eof:
        kept.has(used + _CHUNK)
        chunk = bytes(kept.data[used : used + _CHUNK])
        if not chunk:
            return Break(start, "the file ends in the middle of a record; what comes before it is read")
        before = inflater.copy() if used else zlib.decompressobj(31)
        try:
            piece = inflater.decompress(chunk)
        except zlib.error:
            yield from _up_to_damage(before, chunk)
            return Break(start, "a damaged record; those after it are read")
        if piece:
            yield piece
        used += len(chunk) - len(inflater.unused_data)
        if used > _KEPT:
            kept.drop(used)
            used = 0
    kept.drop(used)
    return None


def _up_to_damage(inflater: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Unpack a damaged chunk byte by byte: a file that is packed as a whole has records in it before the damage."""
    with suppress(zlib.error):
        for at in range(len(chunk)):
            if piece := inflater.decompress(chunk[at : at + 1]):
                yield piece


def _found_again(kept: _Kept, begins: bytes, broken: Break) -> Iterator[Piece]:
    """Go on to the next member that can be read; zeros between members are padding and no damage."""
    held, after = False, 1
    while kept.has(after + len(MAGIC)):
        at = kept.data.find(MAGIC, after)
        skipped = at if at >= 0 else len(kept.data) - len(MAGIC) + 1
        held = held or kept.data.count(0, 0, skipped) < skipped
        kept.drop(skipped)
        if at >= 0 and _begins(kept, begins):
            break
        after = 1 if at >= 0 else 0
    else:
        held = held or kept.data.count(0) < len(kept.data)
        kept.drop(len(kept.data))
    if held:
        yield broken


def _begins(kept: _Kept, begins: bytes) -> bool:
    """Tell whether a member can be unpacked here, and is of the right kind: MAGIC also comes about by chance."""
    kept.tries += 1
    if kept.tries > _TRIES:
        raise SourceError("damaged throughout; download or make it again")
    kept.has(_TRIED)
    try:
        return zlib.decompressobj(31).decompress(bytes(kept.data[:_TRIED]), len(begins)) == begins
    except zlib.error:
        return False


class _Kept:
    """The packed bytes from byte `at` of the file on, as far as they were needed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.data = bytearray()
        self.at = self.tries = 0

    def has(self, size: int) -> bool:
        """Read until there are so many bytes; False where the file ends before."""
        while len(self.data) < size and (more := self._stream.read(1 << 16)):
            self.data += more
        return len(self.data) >= size

    def drop(self, size: int) -> None:
        """Let go of the first bytes."""
        del self.data[:size]
        self.at += size
