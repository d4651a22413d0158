"""Tar archives, packed with gzip or not: read once from front to back; nothing is ever extracted."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import BinaryIO, Self, cast

from newskit.errors import SourceError
from newskit.sources.archives import DAMAGE, MEMBERS_LIMIT, NESTED, Names, leads_out
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, legacy_encoding

__all__ = ["members", "opens"]

_EXTRA_LIMIT = 1_000_000  # bytes of a long name or of extended fields
_EXTRAS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)  # fmt: skip
_CHUNK = 1 << 20
_DAMAGED_LIMIT = 100_000
_DAMAGED = (
    "damaged: {:,} blocks from here on belong to no file that can be told; the files after them are read"
)


def opens(name: str, head: bytes) -> bool:
    """Tell a tar archive by the mark in its first header; an old or damaged one by its name."""
    return head[257:262] == b"ustar" or (name.endswith((".tar", ".tgz")) and head[:1] != b"<")


def members(stored: Stored) -> Iterator[Stored | Refused]:
    """Give each file in the archive, or why it is not read; hidden files and parts of saved pages are counted.

    A damaged header is refused, and the next one is looked for. Tar has no index: the archive is gone through once
    for its names and once for its files, and a member over 10 MB is found again from the front whenever it is opened.
    """
    damaged: list[int] = []
    inside = list(_names(stored, damaged))
    if not inside:
        raise SourceError("this tar archive is empty or damaged; download or make it again")
    names = Names(stored.name, inside)
    files = ((archive, info) for archive, info in _infos(stored, []) if not info.isdir())
    for archive, info in islice(files, MEMBERS_LIMIT):
        if label := names.label(_usual_name(info)):
            why = leads_out(info.name) or _unwanted(info)
            yield Refused(label, why) if why else _member(stored, archive, info, label)
    names.passed["members over the limit of 500,000"] = max(0, len(inside) - MEMBERS_LIMIT)
    yield from names.passed_over()
    if damaged:
        yield Refused(f"{stored.name}!header {damaged[0]}", _DAMAGED.format(len(damaged)))


def _names(stored: Stored, damaged: list[int]) -> Iterator[str]:
    """Give the names of all files, as far as the archive can be read: where it ends is told when they are read."""
    with suppress(SourceError, *DAMAGE):
        for _, info in _infos(stored, damaged):
            if not info.isdir():
                yield _usual_name(info)


def _infos(stored: Stored, damaged: list[int]) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Give what stands in the archive; `damaged` takes the numbers of headers that are none."""
    told = _checking(damaged)
    with (
        stored.open() as stream,
        tarfile.open(fileobj=stream, mode="r|", tarinfo=told, ignore_zeros=True) as archive,
    ):
        while info := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # it would keep them all
            yield archive, info


def _checking(damaged: list[int]) -> type[tarfile.TarInfo]:
    """Make a reader of headers that says which are damaged; tarfile by itself passes over them, or ends there."""

    class Checked(tarfile.TarInfo):
        read = 0

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            Checked.read += 1
            try:
                info = super().frombuf(buf, encoding, errors)
                if info.size < 0 or (info.type in _EXTRAS and info.size > _EXTRA_LIMIT):
                    raise tarfile.InvalidHeaderError("a size that cannot be")  # type: ignore[attr-defined]
            except tarfile.HeaderError:
                if buf.count(0) < len(buf):
                    damaged.append(Checked.read)
                if len(damaged) > _DAMAGED_LIMIT:
                    raise SourceError("damaged throughout; download or make it again") from None
                raise
            return info

    return Checked


def _member(stored: Stored, archive: tarfile.TarFile, info: tarfile.TarInfo, label: str) -> Stored:
    file = archive.extractfile(info) if info.size <= PAGE_LIMIT else None
    if file is None:
        return Stored(label, info.size, partial(_again, stored, info.offset_data, info.size))
    return Stored(label, info.size, partial(io.BytesIO, file.read()))


def _again(stored: Stored, start: int, size: int) -> BinaryIO:
    """Open a member anew, from the front of the archive."""
    stream = stored.open()
    while start and (passed := len(stream.read(min(start, _CHUNK)))):
        start -= passed
    return cast(BinaryIO, io.BufferedReader(_Part(stream, size)))


class _Part(io.RawIOBase):
    """The next bytes of a stream, and no more of it."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._stream.read(min(len(view), self._left))
        if self._left and view and not data:
            raise EOFError("the archive ends in the middle of this file")
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _usual_name(info: tarfile.TarInfo) -> str:
    """Give the member's name; one that is not UTF-8 is often Korean or Japanese."""
    try:
        info.name.encode()
    except UnicodeEncodeError:
        raw = info.name.encode("utf-8", "surrogateescape")
        return raw.decode(legacy_encoding(raw), "replace")
    return info.name


def _unwanted(info: tarfile.TarInfo) -> str:
    """Say why a member is not to be read; empty for one that is."""
    if info.issym() or info.islnk():
        return "a link, not a file"
    if not info.isreg() or info.issparse():
        return "a device, a pipe or a file with holes, which no page is"
    if info.name.lower().endswith((".zip", ".tar", ".tgz", ".tar.gz")):
        return NESTED
    return ""
