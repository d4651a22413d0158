"""Zip archives: members are read in place and bounded; nothing is ever extracted."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from newskit.errors import SourceError
from newskit.sources.folders import is_hidden, saved_parts
from newskit.sources.raw import Refused, Stored, legacy_encoding

__all__ = ["DAMAGE", "members", "opens"]

# What reading a broken gzip or zip stream raises, as found by trying.
DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
    struct.error,
    ValueError,
    OverflowError,
)

_DOCUMENTS = {
    "word/": "a Word document (.docx); save it as plain text or as a web page",
    "xl/": "an Excel workbook (.xlsx); save it as .csv",
    "ppt/": "a presentation",
    "META-INF/": "an e-book or a program",
    "datapackage.json": "a web archive (WACZ), which is not read yet",
}
_MEMBERS_LIMIT = 500_000


def opens(name: str, head: bytes) -> bool:
    """Tell a zip archive by its first bytes; one that is damaged there, by its name."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or (name.endswith(".zip") and head[:1] != b"<")


def members(stored: Stored) -> Iterator[Stored | Refused]:
    """Give each file in the archive, or why it is not read; hidden files and parts of saved pages are passed over.

    Raises SourceError where the archive itself cannot be read.
    """
    with stored.opener() as stream, _archive(stream) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        if what := _document([info.filename for info in files]):
            raise SourceError(f"not an archive of pages: {what}")
        if not files:
            raise SourceError("this zip archive is empty")
        yield from _members(stored.name, archive, files[:_MEMBERS_LIMIT])


def _archive(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except DAMAGE as error:
        raise SourceError(f"this zip archive is damaged ({error}); download or make it again") from error


def _members(name: str, archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> Iterator[Stored | Refused]:
    names = [_usual_name(info) for info in files]
    parts = saved_parts([PurePosixPath(inner) for inner in names])
    seen: Counter[str] = Counter()
    for inner, info in zip(names, files, strict=True):
        if is_hidden(PurePosixPath(inner)) or PurePosixPath(inner) in parts:
            continue
        seen[inner] += 1
        label = f"{name}!{inner}" + (f" ({seen[inner]})" if seen[inner] > 1 else "")
        why = _unwanted(inner, info)
        opener = partial(_open, archive, info)
        yield Refused(label, why) if why else Stored(label, info.compress_size, opener)


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    return cast(BinaryIO, archive.open(info))


def _document(names: list[str]) -> str:
    """Recognise documents that are zip archives inside."""
    inside = {start: any(name.startswith(start) for name in names) for start in _DOCUMENTS}
    if "[Content_Types].xml" not in names and "mimetype" not in names and not inside["datapackage.json"]:
        return ""
    return next(
        (what for start, what in _DOCUMENTS.items() if inside[start]), "an Office document; save it as text"
    )


def _usual_name(info: zipfile.ZipInfo) -> str:
    """Give the member's name; one that is not marked as UTF-8 is often Korean or Japanese all the same."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
        return raw.decode("utf-8")
    except UnicodeEncodeError:
        return info.filename
    except UnicodeDecodeError:
        usual = legacy_encoding(raw)
        return info.filename if usual == "cp1252" else raw.decode(usual, "replace")


def _unwanted(name: str, info: zipfile.ZipInfo) -> str:
    """Say why a member is not to be read; empty for one that is."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "its name leads out of the archive; this archive was made to do harm or by a faulty program"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file"
    if info.flag_bits & 0x1:
        return "it needs a password; unpack the archive and read the folder"
    if path.suffix.lower() == ".zip":
        return "an archive in an archive; unpack it and read the folder"
    return ""
