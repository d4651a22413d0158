"""JSON Feed 1.0 and 1.1: each item is the fields of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from newskit.sources.columns import as_text
from newskit.sources.feeds.items import DATED_BY_CHANGE, EXCERPT, joined, linked, once_escaped, says_something
from newskit.sources.raw import PAGE_LIMIT, Raw, Refused, Stored
from newskit.sources.records import members, text_of, why_unread

__all__ = ["opens", "raws"]

_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_ITEMS = re.compile(rb'"items"\s*:\s*\[')
_CONTENT = re.compile(rb'"content_(?:html|text)"\s*:')
_LINES = (".jsonl", ".ndjson", ".jsonlines")


def opens(name: str, head: bytes) -> bool:
    """Tell a JSON Feed by its version, or, where the keys were sorted, by the names that only its items have."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") or name.endswith(_LINES):
        return False
    return bool(_VERSION.search(head) or (_ITEMS.search(head) and _CONTENT.search(head)))


def raws(stored: Stored) -> Iterator[Raw | Refused]:
    """Give each item as fields; of a feed that is cut off, those before the cut."""
    text = text_of(stored)
    feed = {key: value for key, value in members(text) if key not in ("items", "")}
    number = 0
    for key, value in members(text):
        if key == "items" or isinstance(value, Exception):
            number += 1
            yield _raw(f"{stored.name}#{number}", value, feed)
    if not number:
        yield Refused(stored.name, "a feed without items; there is nothing in it to read")


def _raw(source: str, item: Any, feed: Mapping[str, Any]) -> Raw | Refused:
    if isinstance(item, Exception):
        return Refused(source, why_unread(item))
    if not isinstance(item, dict):
        return Refused(source, "not an item of a JSON Feed: {…}")
    fields = {name: text for name, text in _fields(item, feed).items() if text and not text.isspace()}
    if "title" not in fields and "text" not in fields:
        return Refused(source, "an item without title, content and summary")
    if len(fields.get("text", "")) > PAGE_LIMIT:
        return Refused(source, "an item with a text of over 10 MB, which no news story is; it was left out")
    return Raw(source, fields=fields)


def _fields(item: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, str]:
    cells = {key: once_escaped(as_text(item.get(key))) for key in _TEXTS}
    full = next((text for text in (cells["content_html"], cells["content_text"]) if says_something(text)), "")
    short = "" if full else cells["summary"]
    published, updated = cells["date_published"], cells["date_modified"]
    notes = (EXCERPT if short else "", DATED_BY_CHANGE if updated and not published else "")
    return {
        "title": cells["title"],
        "text": full or short,
        "url": _url(cells, as_text(feed.get("home_page_url"))),
        "published": published or updated,
        "updated": updated,
        "outlet": as_text(feed.get("title")),
        "section": as_text(_first(item.get("tags"))),
        "language": cells["language"] or as_text(feed.get("language")),
        "byline": _byline(item) or _byline(feed),
        "note": "\n".join(note for note in notes if note),
    }


_TEXTS = (
    *("title", "content_html", "content_text", "summary", "date_published", "date_modified", "language"),
    *("url", "external_url", "id"),
)


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else values


def _byline(about: Mapping[str, Any]) -> str:
    """Name the authors: a list of version 1.1, the one of 1.0, or the list that `members` has taken apart."""
    stated = about.get("authors") or about.get("author")
    return as_text(stated) if isinstance(stated, list | dict | str) else ""


def _url(cells: Mapping[str, str], home: str) -> str:
    whole = (joined(home, cells[key]) for key in ("url", "external_url") if cells[key])
    return next((url for url in (*whole, cells["id"]) if linked(url)), "")
