"""MHTML: a page that a browser saved whole, as a mail of many parts; the page is read, its pictures are passed by."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from newskit.errors import SourceError
from newskit.sources.answers import in_utf8
from newskit.sources.raw import PAGE_LIMIT, Raw, Stored, digest
from newskit.sources.warc_records import fields_of

__all__ = ["opens", "raws"]

_HEAD_LIMIT = 65_536
_CODED_LIMIT = 3 * PAGE_LIMIT + 1_000  # quoted-printable makes up to three bytes of one
_LINE = 1 << 20
_NESTS_LIMIT = 20
_MAIL = re.compile(rb"(?im)^(?:mime-version|content-type|from|subject|snapshot-content-location)[ \t]*:")
_MULTIPART = re.compile(rb"(?i)content-type[ \t]*:[ \t]*multipart/related")
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": binascii.a2b_base64,
    "quoted-printable": binascii.a2b_qp,
}
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
_ADDRESS = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
_LARGE = "larger than 10 MB, which no news page is"


@dataclass(frozen=True)
class _Part:
    """One part of the mail that is a page; `whole` says that its end was found."""

    fields: Mapping[str, str]
    body: bytes
    whole: bool


def opens(name: str, head: bytes) -> bool:
    """Tell a mail of related parts by its header; one that lacks it by its name."""
    start = head.lstrip()
    if name.endswith((".mht", ".mhtml")) and start[:1] != b"<":
        return True
    return _MAIL.match(start) is not None and _MULTIPART.search(start) is not None


def raws(stored: Stored) -> Iterator[Raw]:
    """Give the page with the address it was saved from.

    SourceError where no part is a page, or where the page is cut off, damaged or over 10 MB.
    """
    with stored.open() as stream:
        fields = _header(stream)
        parts = list(_pages(stream, fields))
    if not parts:
        raise SourceError("no part of this MHTML file is a page; save the page again")
    page = parts[-1]
    data = _decoded(page)
    if not page.whole and not data.rstrip().lower().endswith((b"</html>", b"</body>")):
        raise SourceError("cut off before its page ends; save the page again")
    address = page.fields.get("content-location") or fields.get("snapshot-content-location", "")
    url = address if _ADDRESS.fullmatch(address) else None
    yield Raw(stored.name, in_utf8(data, page.fields.get("content-type", "")), sha=digest(data), url=url)


def _header(stream: BinaryIO, first: bytes = b"") -> dict[str, str]:
    """Read header lines up to the empty line; empty ones before them do not count."""
    lines, size = [first], 0
    while (line := stream.readline(_LINE)) and (line.strip() or size == len(first) == 0):
        lines.append(line)
        size += len(line.strip())
        if size > _HEAD_LIMIT:
            raise SourceError("the header of this MHTML file cannot be read; save the page again")
    return fields_of(b"".join(lines))


def _pages(stream: BinaryIO, fields: Mapping[str, str]) -> Iterator[_Part]:
    """Give the first part that is HTML, and before it those that are text; a mail of one part is that part."""
    kind = _kind(fields)
    if not kind.startswith("multipart/"):
        yield from [_part(stream, fields, set())[0]] if kind in _PAGES else []
        return
    bounds = _bounds(fields)
    first = _to_first(stream, bounds)
    while first is not None:
        fields = _header(stream, first)
        bounds |= _bounds(fields) if len(bounds) < _NESTS_LIMIT else set()
        part, goes_on = _part(stream, fields, bounds)
        if _kind(fields) in _PAGES and part.body.strip():
            yield part
        if not goes_on or (_kind(fields) in _PAGES[:2] and part.body.strip()):
            return
        first = b""


def _to_first(stream: BinaryIO, bounds: set[bytes]) -> bytes | None:
    """Go on to the first part; a mail may not tell its boundary, or leave it out. Gives what was read of the part."""
    while line := stream.readline(_LINE):
        if not bounds and line.startswith(b"--"):
            bounds.add(line.strip())
        if line.strip() in bounds:
            return b""
        if line.lower().startswith((b"content-type:", b"content-location:")):
            return line
    return None


def _part(stream: BinaryIO, fields: Mapping[str, str], bounds: set[bytes]) -> tuple[_Part, bool]:
    """Read a part up to a boundary, and tell whether another one follows; only a page is kept."""
    lines: list[bytes] = []
    size, page = 0, _kind(fields) in _PAGES
    ends = {bound + b"--" for bound in bounds}
    while line := stream.readline(_LINE):
        if line.startswith(b"--") and (bare := line.strip()) in bounds | ends:
            return _Part(fields, _without_last_end(b"".join(lines)), whole=True), bare in bounds or len(
                bounds
            ) > 1
        if page:
            lines.append(line)
            size += len(line)
            if size > _CODED_LIMIT:
                raise SourceError(_LARGE)
    return _Part(fields, b"".join(lines), whole=not bounds), False


def _without_last_end(body: bytes) -> bytes:
    """Leave out the line end before a boundary, which belongs to the boundary."""
    return body.removesuffix(b"\n").removesuffix(b"\r")


def _kind(fields: Mapping[str, str]) -> str:
    return fields.get("content-type", "").split(";")[0].strip().lower()


def _bounds(fields: Mapping[str, str]) -> set[bytes]:
    found = _BOUNDARY.search(fields.get("content-type", ""))
    return {b"--" + (found[1] or found[2]).encode()} if found else set()


def _decoded(part: _Part) -> bytes:
    """Take the coding of mails off."""
    coding = part.fields.get("content-transfer-encoding", "").lower()
    try:
        data = _CODINGS.get(coding, bytes)(part.body)
    except binascii.Error as error:
        raise SourceError("the page in this MHTML file is damaged; save the page again") from error
    if len(data) > PAGE_LIMIT:
        raise SourceError(_LARGE)
    return data
