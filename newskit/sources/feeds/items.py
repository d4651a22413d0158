"""One item of a feed or news sitemap, as the fields of an article."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urljoin

from newskit.sources.feeds.mend import Element, declared, inner

__all__ = [
    "EXCERPT",
    "Feed",
    "article_fields",
    "feed_of",
    "joined",
    "linked",
    "once_escaped",
    "says_something",
]

EXCERPT = "an excerpt: the feed holds only the item's summary"
DATED_BY_CHANGE = "no date of publication: the date of the item's last change stands for it"

# What a namespace is called here, by a part of its address: feeds spell the same one in several ways.
_KNOWN = (
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("itunes", "itunes"),
    ("schemas/sitemap-news", "news"),
    ("feedburner", "feedburner"),
    ("w3.org/1999/xhtml", "xhtml"),
    ("purl.org/rss/1.0/modules/", "?"),
    ("/2005/atom", ""),
    ("purl.org/atom/", ""),
    ("purl.org/rss", ""),
    ("purl.org/net/rss", ""),
    ("netscape.com/rdf", ""),
    ("schemas/sitemap/", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu", ""),
)
_FULL = ("content:encoded", "content", "xhtml:body", "xhtml:div", "body", "fullitem", "content:items")
_SHORT = (
    *(
        "description",
        "summary",
        "dc:description",
        "dc:abstract",
        "itunes:summary",
        "media:description",
        "abstract",
    ),
    *("media:text", "itunes:subtitle", "tagline"),
)
_TITLE = ("title", "dc:title", "media:title", "news:title", "itunes:title")
_PUBLISHED = (
    *(
        "pubdate",
        "published",
        "issued",
        "dc:date",
        "dc:issued",
        "dc:created",
        "created",
        "news:publication_date",
    ),
    *("date", "dc:available"),
)
_UPDATED = ("updated", "modified", "dc:modified", "lastmod", "lastbuilddate")
_SECTION = ("category", "dc:subject", "media:category", "itunes:category", "section")
_BYLINE = ("dc:creator", "author", "dc:author", "itunes:author", "creator", "dc:contributor")
_LANGUAGE = ("dc:language", "language", "news:language")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_GROUPS = ("media:group", "media:content", "news:news", "news:publication")
_TYPES = (
    "text",
    "html",
    "xhtml",
    "text/plain",
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/xml",
)
_LONGEST = 1_000  # characters of what is said of the feed, for each item carries it
_TAG = re.compile(r"<[^<>]*>")
_TWICE = re.compile(
    r"&lt;/?(?:p|br|div|a|b|i|em|strong|span|img|ul|ol|li|h[1-6]|table|blockquote|figure)(?:\s[^<>&]*)?/?&gt;"
    r"|&amp;(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});|&lt;(?:p|div|a|img|span)\s",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")
_BLANKS = re.compile(r"[\s\x00-\x20]+")


@dataclass(frozen=True)
class Feed:
    """What a feed says of all its items; `base` is what their links are relative to."""

    outlet: str = ""
    language: str = ""
    byline: str = ""
    base: str = ""
    spaces: str = ""


def _name(element: Element) -> str:
    return _key(str(element.tag))


@lru_cache(maxsize=1024)
def _key(tag: str) -> str:
    """Give the name of an element with our prefix: "title", "dc:creator"; "?:x" in a namespace of others."""
    space, _, name = tag.rpartition("}")
    if not space:
        return name.lower()
    space = space.lower()
    known = next((prefix for part, prefix in _KNOWN if part in space), "?")
    return f"{known}:{name}".lower() if known else name.lower()


@dataclass(frozen=True)
class _Item:
    """The elements of an item, or of a feed itself, by their names."""

    element: Element

    @cached_property
    def parts(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for part in _members(self.element, 3):
            found.setdefault(_name(part), []).append(part)
        return found

    def all(self, *keys: str) -> Iterator[Element]:
        for key in keys:
            yield from self.parts.get(key, ())

    def first(self, *keys: str) -> str:
        """Give the first of these that says something, as HTML or text."""
        return next((text for part in self.all(*keys) if says_something(text := _value(part))), "")

    def line(self, *keys: str) -> str:
        return " ".join(self.first(*keys).split())


def _members(element: Element, depth: int) -> Iterator[Element]:
    """Give the elements in an item, and those in the groups that only hold them together."""
    for part in element.iterchildren("*"):
        yield part
        if depth and _name(part) in _GROUPS:
            yield from _members(part, depth - 1)


def says_something(text: str) -> bool:
    """Tell whether anything is left of HTML without its tags.

    >>> says_something('<p><img src="x"></p>'), says_something("<p>Ships</p>")
    (False, True)
    """
    return any(letter.isalnum() for letter in (_TAG.sub("", text) if "<" in text else text))


def once_escaped(text: str) -> str:
    """Undo that HTML was escaped twice.

    >>> once_escaped("&lt;p&gt;Ships &amp;amp; sheep&lt;/p&gt;")
    '<p>Ships &amp; sheep</p>'
    """
    return html.unescape(text) if "&" in text and "<" not in text and _TWICE.search(text) else text


def _value(part: Element) -> str:
    """Give what an element holds as HTML or text; empty for what is no text, or stands elsewhere."""
    kind = (part.get("type") or "").partition(";")[0].strip().lower()
    if kind and "/" in kind and kind not in _TYPES:
        return ""
    if part.get("mode", "").lower() == "base64":
        return _decoded("".join(part.itertext()))
    text = inner(part).strip()
    return html.escape(text, quote=False) if kind == "text" and not len(part) else once_escaped(text)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def feed_of(head: Element | None, root: str) -> Feed:
    """Read what stands before the items: of RSS in its channel, of Atom in the root itself."""
    if head is None:
        return Feed(spaces=declared({}))
    channel = next((one for one in head.iterchildren("*") if _name(one) == "channel"), head)
    about = _Item(channel)
    spaces = {
        prefix or "": space for prefix, space in (head.nsmap | channel.nsmap).items() if prefix != "xml"
    }
    link = next(_links(about), "") if root != "urlset" else ""
    own = joined(head.get(f"{_XML}base", ""), channel.get(f"{_XML}base", ""))
    return Feed(
        outlet=about.line("title", "dc:title")[:_LONGEST],
        language=(about.line(*_LANGUAGE) or channel.get(f"{_XML}lang") or head.get(f"{_XML}lang") or "")[
            :_LONGEST
        ],
        byline="; ".join(_persons(about, "author"))[:_LONGEST] if root == "feed" else "",
        base=(own if linked(own) else joined(link, own))[:_LONGEST],
        spaces=declared(spaces),
    )


def article_fields(element: Element, feed: Feed) -> dict[str, str]:
    """Turn an item into the fields of an article, only those that it has; with neither title nor text, none.

    A text that is only the item's summary, a link that is no web address, and a date that stands for another
    are told in "note".
    """
    item = _Item(element)
    full, short = item.first(*_FULL), item.first(*_SHORT)
    outlet, language = _outlet(item), item.line(*_LANGUAGE) or element.get(f"{_XML}lang", "")
    published, updated = item.line(*_PUBLISHED), item.line(*_UPDATED)
    url, strange = _url(item, feed)
    title = _title(item, outlet)
    if not title and not full and not short:
        return {}
    notes = (
        EXCERPT if short and not full else "",
        DATED_BY_CHANGE if updated and not published else "",
        f"link left out: {strange[:80]!r}" if strange and not url else "",
    )
    fields = {
        "title": title,
        "text": full or short,
        "url": url,
        "published": published or updated,
        "updated": updated,
        "outlet": outlet or feed.outlet,
        "section": _section(item),
        "language": language or feed.language,
        "byline": "; ".join(dict.fromkeys(_persons(item, *_BYLINE))) or feed.byline,
        "captions": _captions(item, full or short)
        if full or short != item.first("media:description")
        else "",
        "note": "\n".join(note for note in notes if note),
    }
    return {name: text for name, text in fields.items() if text and not text.isspace()}


def _title(item: _Item, outlet: str) -> str:
    """Give the headline; aggregators write the outlet behind it, "Ships came - The Gull", and name it beside."""
    title = item.line(*_TITLE)
    ending = f" - {outlet}"
    return title.removesuffix(ending) if outlet and len(title) > len(ending) else title


def _outlet(item: _Item) -> str:
    """Give the outlet that an item itself names."""
    for source in item.all("source"):
        title = next((part for part in source.iterchildren("*") if _name(part) == "title"), source)
        name = " ".join(_value(title).split()) if title is not source or not len(source) else ""
        if name and not linked(name):
            return name
    return item.line("news:name") or item.line("dc:publisher")


def _section(item: _Item) -> str:
    for part in item.all(*_SECTION):
        name = part.get("label") or _value(part) or part.get("term") or part.get("text") or ""
        if says_something(name):
            return " ".join(name.split())
    return ""


def _persons(item: _Item, *keys: str) -> Iterator[str]:
    """Give the names of those who wrote it, from the first of these that has any; addresses are no names."""
    for key in keys:
        found = [name for part in item.all(key) for name in _names(part) if name]
        if found:
            yield from found
            return


def _names(part: Element) -> Iterator[str]:
    if len(part):
        yield from (_value(name) for name in part.iterchildren("*") if _name(name) == "name")
        return
    bare = _ADDRESS.sub("", html.unescape(_value(part)).removeprefix("mailto:"))
    yield " ".join(bare.strip(" \t\r\n()<>,;").split())


def _captions(item: _Item, text: str) -> str:
    found = (_value(part) for part in item.all("media:description"))
    return "\n\n".join(caption for caption in found if says_something(caption) and caption != text)


def _url(item: _Item, feed: Feed) -> tuple[str, str]:
    """Give the address of the story as a web address, and what stood there else."""
    strange = ""
    for link in (*(_text(part) for part in item.all("feedburner:origlink")), *_links(item)):
        whole = joined(feed.base, link)
        if linked(whole):
            return whole, ""
        strange = strange or link
    return "", strange


def _links(item: _Item) -> Iterator[str]:
    """Give the addresses of an item, the likeliest first, each joined to the xml:base around it."""
    links = list(item.all("link"))
    for part in links:
        if not part.get("href") and _text(part):
            yield _based(part, _text(part))
    ranked = sorted((part for part in links if part.get("href")), key=_rank)
    yield from (_based(part, part.get("href", "")) for part in ranked if _rank(part) < _NEVER)
    yield from (_based(part, _text(part)) for part in item.all("loc"))
    for part in item.all("guid", "id", "dc:identifier"):
        if part.get("ispermalink", part.get("isPermaLink", "")).lower() != "false" and linked(_text(part)):
            yield _text(part)
    yield from (
        value for name, value in item.element.items() if name.rpartition("}")[2] in ("about", "href", "HREF")
    )


_NEVER = 9


def _rank(link: Element) -> int:
    """Put the page of a story before its other forms; a link to something else is none of it."""
    rel = (link.get("rel") or "alternate").lower()
    if rel != "alternate":
        return _NEVER
    return 0 if "html" in (link.get("type") or "html") else 1


def _text(part: Element) -> str:
    return _BLANKS.sub("", "".join(part.itertext()))


def _based(part: Element, link: str) -> str:
    """Join a link to every xml:base around it within its item."""
    around: Element | None = part
    while around is not None and not linked(link):
        link = joined(around.get(f"{_XML}base", ""), link)
        around = around.getparent()
    return link


def joined(base: str, link: str) -> str:
    """Join a link to its base; what cannot be joined stays as it is.

    >>> joined("https://example.org/a/", "b"), joined("http://[", "b")
    ('https://example.org/a/b', 'b')
    """
    link = _BLANKS.sub("", link)
    try:
        return urljoin(base.strip(), link) if base else link
    except ValueError:
        return link


def linked(url: str) -> bool:
    """Tell a web address."""
    return url[:8].lower().startswith(("http://", "https://")) and len(url) > 8
