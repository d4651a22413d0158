"""Single pages: HTML and pasted text; whatever is no text is refused by what it is."""

from __future__ import annotations

from collections.abc import Iterator

from newskit.errors import SourceError
from newskit.sources.raw import Raw, Stored, page_bytes

__all__ = ["is_html", "opens", "raws"]

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
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it first"),
    (b"PAR1", "a Parquet table; write it as .csv or .jsonl"),
    (b"SQLite format 3\x00", "an SQLite database; export its table as .csv"),
    (b"bplist00", "a Safari web archive or property list; save the page as HTML"),
    (b"WARC/", "a web archive (WARC), which is not read yet"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
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
    """Give the page; raises SourceError where it is no text, empty, or over 10 MB."""
    if stranger := _stranger(stored.plain_name, stored.head):
        raise SourceError(stranger)
    yield Raw(stored.name, page_bytes(stored))


def _stranger(name: str, head: bytes) -> str:
    """Say what a file is that cannot be a page; empty for one that can."""
    for sign, what in _SIGNS:
        if head.startswith(sign):
            return f"not a page: {what}"
    if head[257:262] == b"ustar":
        return "not a page: a tar archive; unpack it and read the folder"
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
