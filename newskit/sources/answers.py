"""What a server answered, as web archives keep it: headers and body, chunks and packing taken off."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from newskit.errors import SourceError
from newskit.sources.raw import PAGE_LIMIT
from newskit.sources.warc_records import fields_of, head_ends

__all__ = ["Answer", "answer", "body_of", "in_utf8"]

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_OWN_LABEL = re.compile(rb"charset\s*=|encoding\s*=", re.IGNORECASE)
# The encodings of the old web, each as browsers read it; other labels say nothing that the page does not show.
_CODECS = {
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jis_2004",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "windows-1251": "cp1251",
}


@dataclass(frozen=True)
class Answer:
    """The status of an answer, its headers by their names in lower case, and its body as it was sent."""

    status: int
    fields: Mapping[str, str]
    body: bytes


def answer(block: bytes) -> Answer | None:
    r"""Part the block of a response record into status, headers and body; None for what is no answer of HTTP.

    >>> answer(b"HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\nGone.").status
    404
    """
    status = _STATUS.match(block)
    ends, begin = head_ends(block)
    if not status or ends < 0:
        return None
    return Answer(int(status[1]), fields_of(block[:ends]), block[begin:])


def body_of(told: Answer) -> bytes:
    """Give the body as the browser showed it; SourceError where it is damaged, too large, or packed otherwise."""
    body = told.body
    if "chunked" in told.fields.get("transfer-encoding", "").lower():
        body = _joined(body)
    for packing in reversed(told.fields.get("content-encoding", "").lower().replace(" ", "").split(",")[:3]):
        body = _unpacked(body, packing)
    if len(body) > PAGE_LIMIT:
        raise SourceError("larger than 10 MB, which no news page is")
    return body


def _joined(body: bytes) -> bytes:
    """Join chunks; where none begins the body, the crawler has joined them, whatever the header says."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        at = size.end() + int(size[1], 16)
        if at == size.end():
            return b"".join(parts)
        parts.append(body[size.end() : at])
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    if parts and (at > len(body) + 2 or body[at:].strip()):
        raise SourceError("a page whose chunks are damaged or cut off")
    return b"".join(parts) or body


def _unpacked(body: bytes, packing: str) -> bytes:
    """Take one packing off; a body that does not begin like it was kept unpacked by the crawler."""
    if packing in ("gzip", "x-gzip"):
        return _inflated(body, 31) if body.startswith(b"\x1f\x8b") else body
    if packing == "deflate":
        return _inflated(body, 15 if body[:1] == b"\x78" else -15)
    if packing in ("br", "zstd") and not body.lstrip()[:1] == b"<":
        raise SourceError(f"a page packed as {packing!r}, which newskit does not read; save the page itself")
    return body


def _inflated(body: bytes, window: int) -> bytes:
    inflater = zlib.decompressobj(window)
    try:
        data = inflater.decompress(body, PAGE_LIMIT + 1)
    except zlib.error as error:
        raise SourceError("a page whose packing is damaged") from error
    if not inflater.eof and len(data) <= PAGE_LIMIT:
        raise SourceError("a page whose packing is cut off")
    return data


def in_utf8(page: bytes, content_type: str) -> bytes:
    """Write a page in UTF-8 where only the Content-Type that came with it tells its encoding.

    >>> in_utf8("한국".encode("euc-kr"), "text/html; charset=EUC-KR").decode()
    '한국'
    """
    label = _CHARSET.search(content_type)
    codec = _CODECS.get(label[1].lower()) if label else None
    if not codec or page.isascii() or _OWN_LABEL.search(page[:4096]):
        return page
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return page.decode(codec).encode("utf-8")
        except UnicodeDecodeError:
            return page
    return page
