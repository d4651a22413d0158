"""Single pages: HTML and pasted text; whatever is no text is refused by what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newskit.errors import SourceError
from newskit.sources.raw import PAGE_LIMIT, Raw, Stored, page_bytes

__all__ = ["is_html", "opens", "raws"]

_PICKLES = (b"\x80\x02c", b"\x80\x03c", b"\x80\x04\x95", b"\x80\x05\x95")
_SIGNS = (
    (b"%PDF-", "a PDF; save it as text, or save the page itself"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls); save it as text or .csv"),
    (b"{\\rtf", "a rich text document (.rtf); save it as plain text"),
    (b"Rar!", "a RAR archive; unpack it and read the folder"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it and read the folder"),
    (b"BZh", "packed with bzip2; unpack it first"),
    (b"\xfd7zXZ\x00", "packed with xz; unpack it first"),
    *((sign, "a Python pickle, which can run programs; write it as .csv") for sign in _PICKLES),
    (b"SQLite format 3\x00", "an SQLite database; export its table as .csv"),
    (b"bplist00", "a Safari web archive or property list; save the page as HTML"),
    (
        b"filedesc:",
        "a web archive of the old kind (ARC); write it as WARC, for instance with `warcio recompress`",
    ),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
_SAVED_LIMIT = 200_000_000  # bytes of a page with its pictures
_OPEN = b";base64,"
_WRITTEN_IN = re.compile(rb";base64,[A-Za-z0-9+/=]+")
_RESOURCES = {
    ".js": "a script",
    ".css": "a style sheet",
    ".svg": "an SVG image",
    ".ico": "an icon",
    ".py": "a program",
    ".ipynb": "a notebook",
    ".yaml": "a YAML file, perhaps a codebook",
    ".yml": "a YAML file, perhaps a codebook",
    ".toml": "a settings file",
}
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\f\x0b\x0e\x0f\x1b")) + b"\x7f"


def opens(_name: str, _head: bytes) -> bool:
    """Take whatever no other kind takes."""
    return True


def is_html(head: bytes) -> bool:
    """Tell HTML by how it starts, whatever its name says."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:512].lower()
    return start.startswith(b"<") and any(mark in start for mark in (b"<!doctype html", b"<html", b"<head"))


def raws(stored: Stored) -> Iterator[Raw]:
    """Give the page; raises SourceError where it is no text, empty, or over 10 MB without the pictures in it."""
    if stranger := _stranger(stored.plain_name, stored.head):
        raise SourceError(stranger)
    with stored.open() as stream:
        large = is_html(stored.head) and len(stream.read(PAGE_LIMIT + 1)) > PAGE_LIMIT
    yield Raw(stored.name, _without_pictures(stored) if large else page_bytes(stored))


def _without_pictures(stored: Stored) -> bytes:
    """Read a page that is saved as one file (SingleFile), and leave out the pictures and fonts written into it."""
    kept, size, rest, read = [], 0, b"", 0
    with stored.open() as stream:
        while size <= PAGE_LIMIT and read <= _SAVED_LIMIT and (piece := stream.read(1 << 20)):
            read += len(piece)
            rest = _WRITTEN_IN.sub(b";base64,", rest + piece)
            kept.append(rest[: -len(_OPEN)])  # what remains may be a picture that goes on in the next piece
            rest = rest[-len(_OPEN) :]
            size += len(kept[-1])
    if size + len(rest) > PAGE_LIMIT or read > _SAVED_LIMIT:
        raise SourceError(
            "larger than 10 MB even without pictures, which no news page is; split it, one file a page"
        )
    return b"".join((*kept, rest))


def _stranger(name: str, head: bytes) -> str:
    """Say what a file is that cannot be a page; empty for one that can."""
    for sign, what in _SIGNS:
        if head.startswith(sign):
            return f"not a page: {what}"
    for ending, what in _RESOURCES.items():
        if name.endswith(ending):
            return f"not a page: {what}"
    if head[4:8] == b"ftyp" or head[8:12] == b"WEBP" or _is_binary(head):
        return "not a page: these bytes are no text (an image, a film, a program file, or something damaged)"
    return ""


def _is_binary(head: bytes) -> bool:
    """Tell bytes that are no text in any encoding: many control characters, or zeros other than UTF-16's."""
    if not head:
        return False
    zeros = head.count(0) / len(head)
    controls = (len(head) - len(head.translate(None, _CONTROLS))) / len(head)
    lopsided = abs(head[::2].count(0) - head[1::2].count(0)) > 0.3 * len(head)
    wide = lopsided or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not wide and (controls > 0.04 or zeros > 0.3)
