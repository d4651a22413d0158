"""Zip archives, WACZ among them: members are read in place and bounded; nothing is ever extracted."""

from __future__ import annotations

import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from newskit.errors import SourceError
from newskit.sources.folders import is_hidden, saved_parts
from newskit.sources.raw import PassedOver, Refused, Stored, legacy_encoding, printable

__all__ = ["DAMAGE", "MEMBERS_LIMIT", "NESTED", "Names", "leads_out", "members", "opens"]

# What reading a broken gzip, zip or tar stream raises, as found by trying.
DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
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
}
_WARCS = (".warc", ".warc.gz")
MEMBERS_LIMIT = 500_000
NESTED = "an archive in an archive; unpack it and read the folder"


def opens(name: str, head: bytes) -> bool:
    """Tell a zip archive by its first bytes; one that is damaged there, by its name."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or (name.endswith(".zip") and head[:1] != b"<")


def members(stored: Stored) -> Iterator[Stored | Refused]:
    """Give each file in the archive, or why it is not read; hidden files and parts of saved pages are counted.

    Of a web archive (WACZ: what was crawled lies in archive/, beside indexes and logs) the WARC files are given.
    Raises SourceError where the archive itself cannot be read.
    """
    with stored.opener() as stream, _archive(stream) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        if what := _document([info.filename for info in files]):
            raise SourceError(f"not an archive of pages: {what}")
        if not files:
            raise SourceError("this zip archive is empty")
        yield from _members(stored.name, archive, files)


def _archive(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except DAMAGE as error:
        raise SourceError(f"this zip archive is damaged ({error}); download or make it again") from error


def _members(name: str, archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> Iterator[Stored | Refused]:
    inside = [_usual_name(info) for info in files]
    names, wacz = Names(name, inside), _is_wacz(inside)
    for inner, info in list(zip(inside, files, strict=True))[:MEMBERS_LIMIT]:
        if wacz and not _is_warc(inner):
            names.passed["parts of a web archive that hold no pages (indexes, logs)"] += 1
        elif label := names.label(inner):
            why = leads_out(inner) or _unwanted(inner, info)
            opener = partial(_open, archive, info)
            yield Refused(label, why) if why else Stored(label, info.compress_size, opener)
    names.passed["members over the limit of 500,000"] = max(0, len(files) - MEMBERS_LIMIT)
    yield from names.passed_over()


class Names:
    """The names of an archive's members as a reader sees them, and how many were passed over, by why."""

    def __init__(self, archive: str, known: Iterable[str] = ()) -> None:
        self._archive = archive
        self._parts = saved_parts([PurePosixPath(inner) for inner in known])
        self._seen: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()

    def label(self, inner: str) -> str:
        """Name a member, "pages.zip!a/b.html", the second of a name with " (2)"; empty where it is passed over."""
        path = PurePosixPath(inner)
        if is_hidden(path) or path in self._parts:
            self.passed["hidden files" if is_hidden(path) else "parts of saved pages"] += 1
            return ""
        self._seen[inner] += 1
        often = self._seen[inner]
        return f"{self._archive}!{printable(inner)}" + (f" ({often})" if often > 1 else "")

    def passed_over(self) -> Iterator[PassedOver]:
        """Give one line on all that was passed over, if anything was."""
        if counts := {what: n for what, n in self.passed.items() if n}:
            yield PassedOver.of(self._archive, counts)


def _is_wacz(names: list[str]) -> bool:
    return "datapackage.json" in names and any(_is_warc(name) for name in names)


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.lower().endswith(_WARCS)


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    return cast(BinaryIO, archive.open(info))


def _document(names: list[str]) -> str:
    """Recognise documents that are zip archives inside."""
    inside = {start: any(name.startswith(start) for name in names) for start in _DOCUMENTS}
    if "[Content_Types].xml" not in names and "mimetype" not in names:
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


def leads_out(name: str) -> str:
    """Say what is wrong with a member whose name leads out of its archive; empty for a good one.

    >>> bool(leads_out("../../a.html")), bool(leads_out("a/b.html"))
    (True, False)
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "its name leads out of the archive; this archive was made to do harm or by a faulty program"
    return ""


def _unwanted(name: str, info: zipfile.ZipInfo) -> str:
    """Say why a member is not to be read; empty for one that is."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file"
    if info.flag_bits & 0x1:
        return "it needs a password; unpack the archive and read the folder"
    if name.lower().endswith(".zip"):
        return NESTED
    return ""
