"""A raw page -> an Article: HTML and pasted text, told apart by what they hold; rows through `record`.

`html/` holds what reads a tree, `text/` what reads pasted lines, and the modules beside them what both need: `decode`
and `characters`, `dates`, `names`, `language`, `phrases` (the words around articles) and `layouts` (outlets).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from newskit.article import Article
from newskit.errors import BadArgument, NotAnArticle
from newskit.parse.decode import Decoded, decode
from newskit.parse.html import parse_html
from newskit.parse.html.tree import LARGEST
from newskit.parse.record import record
from newskit.parse.second_look import second_look
from newskit.parse.text import parse_text

__all__ = ["PARSER_VERSION", "is_html", "parse", "record", "second_look", "text_of_page"]

PARSER_VERSION = 5
"""Raised whenever the same bytes may give another Article."""

MARKUP = re.compile(
    r"</?(?:html|head|body|meta|title|div|p|article|main|section|span|table|td|br|h[1-3]|ul|li|a)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
PLACE = re.compile(r"https?://\S{1,2000}|\S[^\n]{0,300}\.(?:html?|txt|mht(?:ml)?|pdf|xml|json|csv)")
HALVES = re.compile("[\ud800-\udfff]")  # of a character: left where bytes were once decoded badly
FORMATS = (
    (b"%PDF-", "a PDF file: copy its text, or save the page as HTML"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"PK\x03\x04", "a ZIP archive or Office file"),
    (b"\x1f\x8b", "compressed by gzip"),
)


def parse(raw: bytes | str, url: str | None = None, source: str | None = None) -> Article:
    r"""Turn a page, HTML or pasted text, into an Article.

    `url` is where the page came from and `source` which file; both are optional and kept. Raises NotAnArticle,
    with the reason, for what holds no story: lists of links, consent walls, error pages, bytes that are no text.
    BadArgument for what is neither bytes nor text.

    >>> parse("Talks go on\n\nBoth sides agreed on Monday to meet again in June. (Yonhap)").agency
    'Yonhap'
    """
    page = text_of_page(raw, f"{source}: " if source else "")
    read = parse_html if is_html(page.text) else parse_text
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "replace")
    article = read(page.text, url=url, source=source, sha=hashlib.sha256(data).hexdigest()[:32])
    if not page.replaced:
        return article
    note = f"{page.replaced:,} characters not readable as {page.encoding} (chosen by {page.decided_by})"
    return replace(article, notes=(*article.notes, note))


def text_of_page(raw: bytes | str, where: str = "") -> Decoded:
    """Read the bytes of a page as text; NotAnArticle where they are none, or too many."""
    if not isinstance(raw, bytes | str):
        msg = f"A page is given by what it holds, bytes or text, not as {type(raw).__name__}: path.read_bytes()."  # type: ignore[unreachable]
        raise BadArgument(msg)
    if isinstance(raw, str) and PLACE.fullmatch(raw.strip()):
        msg = f"{raw.strip()[:80]!r} is where a page is, not a page: save it, and give Path(…).read_bytes()."
        raise NotAnArticle(msg)
    _require_text(raw if isinstance(raw, bytes) else raw.encode("utf-8", "replace"), where)
    if isinstance(raw, bytes):
        return decode(raw)
    text, lost = HALVES.subn("", raw)
    return Decoded(text, "text", "the caller", lost)


def is_html(text: str) -> bool:
    """Tell HTML from pasted text by its tags.

    >>> is_html("<p>Talks<br>go on</p>"), is_html("Talks <b>go</b> on")
    (True, False)
    """
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype", "<html", "<head", "<?xml")) and "<" in head[1:]:
        return True
    return len(MARKUP.findall(text[:200_000])) >= 3


def _require_text(data: bytes, where: str) -> None:
    if not data or data.isspace():
        raise NotAnArticle(f"{where}the page is empty")
    if len(data) > LARGEST:
        raise NotAnArticle(
            f"{where}the page has {len(data):,} bytes; newskit reads up to {LARGEST:,}. Split it, or cut its scripts"
        )
    for magic, kind in FORMATS:
        if data.startswith(magic):
            raise NotAnArticle(f"{where}the page is {kind}")
    if _is_binary(data[:65_536]):
        raise NotAnArticle(f"{where}the bytes are no text in any encoding that newskit knows")


def _is_binary(sample: bytes) -> bool:
    """Tell bytes that are no text: many control characters, and not the zeros of UTF-16."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_zero(sample):
        return False
    control = len(sample) - len(
        sample.translate(None, bytes(c for c in range(32) if c not in b"\t\n\r\f\x0b\x1b\x0e\x0f"))
    )
    return control > 0.02 * len(sample)


def _every_other_zero(sample: bytes) -> bool:
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    return max(zeros) > 0.15 * len(sample) and min(zeros) < 0.02 * len(sample)
