"""Feeds: RSS, RDF, Atom and JSON Feed, and the sitemaps of news; each item is the fields of an article.

Read as a stream and within limits: `slices` cuts the text into items, `mend` parses each alone, `items` says what
its elements are. Nothing is fetched, no entity is expanded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from newskit.errors import SourceError
from newskit.sources.archives import DAMAGE
from newskit.sources.feeds import json_feed
from newskit.sources.feeds.items import Feed, article_fields, feed_of
from newskit.sources.feeds.mend import declared, read_xml
from newskit.sources.feeds.slices import Root, Slice, find_root, first_element, slices
from newskit.sources.raw import PAGE_LIMIT, Raw, Refused, Stored, encoding_of

__all__ = ["opens", "raws"]

_BROKEN: tuple[type[Exception], ...] = (SourceError, *DAMAGE)
_CHUNK = 1 << 16  # a stream that breaks costs no more than this
_START = 1 << 20
_ASIDE = len("<!DOCTYPE")  # where the head ends in less, it may become what stands before an element
_NAMES = (".rss", ".atom", ".rdf", ".xml")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_.:-]{2,30})["']""")
_MARKS32 = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
)
# What a label means to browsers.
_MEANT = {
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
}
_MEANT |= {"iso8859-1": "cp1252", "ascii": "cp1252", "gbk": "gb18030"}
_SITEMAPS = {"urlset": "addresses", "sitemapindex": "sitemaps"}


def opens(name: str, head: bytes) -> bool:
    """Tell a feed by its first element, or by the version of JSON Feed in it; by its name where none comes in
    the head: a DOCTYPE may be long.
    """
    if json_feed.opens(name, head):
        return True
    text = head.replace(b"\0", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xff\xfe \t\r\n")
    if not text.startswith("<"):
        return False
    root = find_root(text)
    if root is None:
        return name.endswith(_NAMES) and first_element(text) > len(text) - _ASIDE
    return _is_feed(root, text.lower())


def _is_feed(root: Root, text: str) -> bool:
    """Tell the RDF of RSS from all other RDF, and the channels and feeds of news from those of other things."""
    return {
        "rdf": "/rss" in text or "netscape.com/rdf" in text or "<item" in text,
        "feed": "atom" in text or "<entry" in text,
        "channel": "<item" in text,
    }.get(root.name, True)


def raws(stored: Stored) -> Iterator[Raw | Refused]:
    """Give each item as fields; an item without title and text is refused alone, and what is cut off once.

    Raises SourceError for what is no feed after all.
    """
    if json_feed.opens(stored.plain_name, stored.head):
        yield from json_feed.raws(stored)
        return
    chunks = _chunks(stored)
    start = _start(chunks)
    root = find_root(start)
    if root is None:
        raise SourceError(
            "no element of a feed in its first million characters; is it a page? Then name it .html"
        )
    yield from (
        _sitemap(stored, _all(start, chunks), root)
        if root.name in _SITEMAPS
        else _items(stored, _all(start, chunks), root)
    )


def _start(chunks: Iterator[str]) -> str:
    """Read until the first element has come: a DOCTYPE before it may be long."""
    text = ""
    for chunk in chunks:
        text += chunk
        if find_root(text) or len(text) > _START:
            break
    return text


def _all(start: str, rest: Iterator[str]) -> Iterator[str]:
    yield start
    yield from rest


def _items(stored: Stored, chunks: Iterator[str], root: Root) -> Iterator[Raw | Refused]:
    feed, number, cut = Feed(), 0, False
    for one in slices(chunks, root):
        if one.kind == "head":
            feed = _feed(one, root)
        else:
            number += one.kind != "cut" or one.text.startswith("in ")
            cut = cut or one.kind == "cut"
            yield (
                _raw(f"{stored.name}#{number}", one, feed) if one.kind != "cut" else _cut(stored, one, number)
            )
    if not number and not cut:
        yield Refused(stored.name, "a feed without items; there is nothing in it to read")


def _feed(head: Slice, root: Root) -> Feed:
    """Read what stands before the items; where it is beyond reading, the items come without it."""
    try:
        return feed_of(read_xml(head.text, declared({})), root.name)
    except SourceError:
        return feed_of(None, root.name)


def _cut(stored: Stored, one: Slice, number: int) -> Refused:
    where = f"{stored.name}#{number}" if one.text.startswith("in ") else stored.name
    return Refused(where, f"the feed ends {one.text}: the items before this were read; download it again")


def _raw(source: str, one: Slice, feed: Feed) -> Raw | Refused:
    """Read one item within what the feed declares."""
    if one.kind == "large":
        return Refused(
            source, "an item of over 30 million characters, which no news story is; it was left out"
        )
    try:
        element = read_xml(one.text, feed.spaces)
    except SourceError as error:
        return Refused(source, f"this item {error}")
    fields = article_fields(element, feed) if element is not None else {}
    if not fields:
        return Refused(source, "an item without title, description and content")
    if len(fields.get("text", "")) > PAGE_LIMIT:
        return Refused(source, "an item with a text of over 10 MB, which no news story is; it was left out")
    return Raw(source, fields=fields)


def _sitemap(stored: Stored, chunks: Iterator[str], root: Root) -> Iterator[Raw | Refused]:
    """Give the headlines of a news sitemap; addresses alone are counted, and refused together."""
    feed, number, bare = Feed(), 0, 0
    for one in slices(chunks, root):
        if one.kind == "head":
            feed = _feed(one, root)
        elif one.kind == "cut":
            yield _cut(stored, one, number + 1)
        else:
            number += 1
            read = _raw(f"{stored.name}#{number}", one, feed)
            bare += isinstance(read, Refused)
            if isinstance(read, Raw):
                yield read
    if bare or not number:
        yield Refused(stored.name, _addresses(root, bare, number))


def _addresses(root: Root, bare: int, number: int) -> str:
    if bare < number:
        return f"{bare:,} of the {number:,} addresses in this news sitemap come without a headline; save those pages and read them"
    what = "a sitemap index" if root.name == "sitemapindex" else "a sitemap"
    next_step = (
        "read those sitemaps" if root.name == "sitemapindex" else "save the pages behind them and read those"
    )
    return f"{what}: {number:,} {_SITEMAPS[root.name]} and no article in it; {next_step}"


def _chunks(stored: Stored) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(_encoding(stored))("replace")
    with stored.open() as stream:
        while data := stream.read1(_CHUNK):  # type: ignore[attr-defined]
            if text := decoder.decode(data):
                yield text
    if text := decoder.decode(b"", True):
        yield text


def _encoding(stored: Stored) -> str:
    """Decide by mark, then UTF-8 where it is that, whatever is declared; then as declared, then by the letters."""
    for mark, wide in _MARKS32:
        if stored.head.startswith(mark):
            return wide
    try:
        found = encoding_of(stored)
    except _BROKEN:
        found = "utf-8"
    declared = _declared(stored.head)
    if found.startswith("utf-16") or (found.startswith("utf-8") and not declared.startswith("iso2022")):
        return found
    return found if not declared or declared.startswith("utf") else declared


def _declared(head: bytes) -> str:
    """Name the codec that an XML declaration asks for; empty where nobody knows it."""
    label = _DECLARED.search(head)
    name = label[1].decode("ascii").lower() if label else ""
    try:
        codec = codecs.lookup(name) if name else None
    except LookupError:
        return ""
    if codec is None or not codec._is_text_encoding:  # noqa: SLF001 - base64 is a codec too
        return ""
    return _MEANT.get(name) or _MEANT.get(codec.name) or codec.name
