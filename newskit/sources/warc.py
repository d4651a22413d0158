"""WARC files: the pages that a crawl got, each with its address; all else in them is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from newskit.errors import SourceError
from newskit.sources.answers import Answer, answer, body_of, in_utf8
from newskit.sources.files import is_html
from newskit.sources.gzipped import Piece, members, plain
from newskit.sources.raw import BOMB, PassedOver, Raw, Refused, Stored, digest, printable
from newskit.sources.warc_records import BEGINS, Broken, Record, records

__all__ = ["opens", "raws"]

_TOLD = 1_000  # damaged places that are told one by one; more are counted
_MOST = 20_000  # damaged places of a file that is read on
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
_OTHERS = (
    (re.compile("image/"), "pictures"),
    (re.compile("(audio|video)/"), "sound and film"),
    (re.compile(r".*(css|javascript|ecmascript|font|wasm)"), "scripts, styles and fonts"),
    (re.compile(r".*(json|xml|csv)"), "data (JSON, XML, CSV)"),
    (re.compile(r"application/pdf"), "PDF files"),
)
_TYPES = {
    "warcinfo": "records about the crawl",
    "request": "requests",
    "metadata": "metadata records",
    "revisit": "revisits (the page is the one got before)",
    "continuation": "continued records",
}
_ADDRESS = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


def opens(name: str, head: bytes) -> bool:
    """Tell a WARC file by its first bytes; one that is damaged there, by its name."""
    return head.startswith(BEGINS) or (name.endswith(".warc") and head[:1] != b"<")


def raws(stored: Stored) -> Iterator[Raw | Refused]:
    """Give each page got with status 200, then how many records of what kind are none.

    A record that is damaged, cut off, or a page over 10 MB is refused, and the next one is read. Named by its
    address, "crawl.warc.gz!https://example.org/a", with " (2)" where it was got again.
    """
    passed, seen, broken = Counter[str](), Counter[int](), 0
    for one in records(_pieces(stored)):
        if isinstance(one, Broken):
            broken += 1
            if broken > _MOST:
                raise SourceError("damaged throughout; download or make it again")
            if broken <= _TOLD:
                yield Refused(f"{stored.name}!{one.place}", one.why)
            continue
        told = _told(one)
        if isinstance(told, Answer):
            yield _page(one, told, _label(stored.name, one.fields.get("warc-target-uri", ""), seen))
        else:
            passed[told] += 1
    if broken > _TOLD:
        passed["damaged places"] = broken - _TOLD
    if passed:
        yield PassedOver.of(stored.name, passed)
    elif not broken and not seen:
        raise SourceError("this web archive is empty")


def _pieces(stored: Stored) -> Iterator[Piece]:
    """Read the file as a stream, as long as it is no bomb."""
    with stored.opener() as stream:
        start = stream.read(2)
    packed = start == b"\x1f\x8b" or (stored.name.lower().endswith(".gz") and start != BEGINS[:2])
    given = 0
    with stored.opener() as stream:
        for piece in members(stream, BEGINS) if packed else plain(stream):
            given += len(piece) if isinstance(piece, bytes) else 0
            if given > stored.most:
                raise SourceError(BOMB)
            yield piece


def _label(name: str, address: str, seen: Counter[int]) -> str:
    """Name a record; only the hash of an address is kept, for there may be millions."""
    shown = printable(address.strip("<>")[:500]) or "record without address"
    seen[hash(shown)] += 1
    often = seen[hash(shown)]
    return f"{name}!{shown}" + (f" ({often})" if often > 1 else "")


def _told(record: Record) -> Answer | str:
    """Give what a record tells of a page; or what it is instead, as it is counted."""
    kind = record.fields.get("warc-type", "").lower()
    if kind == "response":
        told = answer(record.block)
    elif kind in ("resource", "conversion"):
        told = Answer(200, {"content-type": record.fields.get("content-type", "")}, record.block)
    else:
        return _TYPES.get(kind, "records of unknown kind")
    if told is None:
        return "answers that are not of the web (DNS, FTP)"
    return _other(told, record.fields.get("warc-target-uri", "").strip("<> ")) or told


def _page(record: Record, told: Answer, label: str) -> Raw | Refused:
    if not record.whole:
        return Refused(label, "larger than 10 MB, which no news page is")
    try:
        body = body_of(told)
    except SourceError as error:
        return Refused(label, str(error))
    if not body.strip():
        return Refused(label, "the page is empty")
    url = _ADDRESS.fullmatch(record.fields.get("warc-target-uri", "").strip("<> "))
    page = in_utf8(body, told.fields.get("content-type", ""))
    return Raw(label, page, sha=digest(body), url=url and url[0])


def _other(told: Answer, address: str) -> str:
    """Say what an answer is that holds no page; empty for a page."""
    if told.status != 200:
        group = {3: "redirects", 4: "pages not there (status 4xx)", 5: "errors of a server (status 5xx)"}
        return group.get(told.status // 100, "answers without a whole page (status 1xx, 2xx)")
    kind = told.fields.get("content-type", "").split(";")[0].strip().lower()
    if re.match(r"[a-z-]{2,20}:", address) and not re.match(r"(https?|file|ftp):", address, re.IGNORECASE):
        return "notes of the crawler on pages (urn:, metadata:)"
    if address.split("?", maxsplit=1)[0].lower().endswith("/robots.txt"):
        return "robots.txt files"
    if kind in _PAGES or (not kind and is_html(told.body[:8192])):
        return ""
    return next((what for pattern, what in _OTHERS if pattern.match(kind)), "files of other kinds")
