"""When a page was published and updated: the dates it states, from the surest place to the least sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lxml.html import HtmlElement

from newskit.parse.dates import Moment, moment_in_url, read_moment
from newskit.parse.layouts import Layout
from newskit.parse.metadata import Page, Value, strings
from newskit.parse.tree import elements, text_of, words_of

__all__ = ["Dates", "read_dates"]

PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished", "date_published",
    "publishdate", "publish-date", "publish_date", "pubdate", "published-date", "published_time", "publication_date", "article.published", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "iso-8601-publish-date", "rnews:datepublished", "dc.date.issued", "dcterms.created",
    "dcterms.issued", "dcterms.date", "dc.date", "dc.date.created", "dc.created", "article_date_original", "originalpublicationdate", "article:post_date", "date",
    "displaydate", "release_date", "creation_date", "created", "timestamp", "rbpubdate", "vr:published_time", "search.pubdate", "bt:pubdate", "dcsext.articlefirstpublished",
    "shareaholic:article_published_time", "datecreated", "uploaddate", "weibo: article:create_at", "last-published", "eomportal-lastupdate",
)  # fmt: skip
UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "date_modified", "lastmod", "dcterms.modified", "dc.date.modified", "article:updated",
    "article.updated", "last-modified", "lastmodified", "article_date_updated", "og:article:modified_time", "revision_date", "modified", "iso-8601-last-modified-date",
)  # fmt: skip
UPDATED_WORDS = frozenset("updated update modified modify lastmod dtmodified changed revised".split())
DATE_WORDS = frozenset(
    "date dates datetime time timestamp published publish publication pubdate posted postdate created byline dateline meta info regdate dtime issued pub".split()
)
UPDATE_LABEL = re.compile(r"updat|modif|aktualisiert|geändert|mis à jour|actualizad|aggiornat|atualizad|수정|更新|обновлен", re.IGNORECASE)
MOST_PLACES = 400


@dataclass(frozen=True)
class Dates:
    """The moments of publication and of the last update, and what to doubt about them."""

    published: Moment | None
    updated: Moment | None
    notes: tuple[str, ...] = ()


def read_dates(page: Page, layout: Layout | None) -> Dates:
    """Read the date of publication, and the time and zone from another place where the first gives only the day."""
    zone, order = (layout.zone, layout.order) if layout else (None, None)
    refused: list[str] = []

    def read(values: Iterable[Value]) -> Iterator[Moment]:
        for value in values:
            moment = read_moment(value.text, zone, order)
            if moment is not None:
                yield replace(moment, origin=value.origin)
            elif any(c.isdigit() for c in value.text) and value.origin in ("json-ld", "meta"):
                refused.append(value.text[:40])

    published = _surest(read(_published(page)), page)
    updated = next((m for m in read(_updated(page)) if published is None or _later(m, published)), None)
    notes = [f"date not read: {text!r}" for text in dict.fromkeys(refused)] if published is None or published.origin not in ("json-ld", "meta") else []
    return Dates(published, updated, tuple(notes))


# --- where dates stand -------------------------------------------------------------------------------------


def _published(page: Page) -> Iterator[Value]:
    yield from (Value(t, "json-ld") for key in ("datePublished", "dateCreated") for t in strings(page.node.get(key)))
    yield from (Value(t, "meta") for t in page.meta(*PUBLISHED))
    for node in page.nodes:
        yield from (Value(t, "json-ld") for t in strings(node.get("datePublished")))
    places = list(_places(page.root))
    yield from (Value(t, "time") for element, t in places if element.tag == "time" and not _is_update(element))
    yield from (Value(t, "page text") for element, t in places if element.tag != "time" and not _is_update(element))


def _updated(page: Page) -> Iterator[Value]:
    yield from (Value(t, "json-ld") for t in strings(page.node.get("dateModified")))
    yield from (Value(t, "meta") for t in page.meta(*UPDATED))
    yield from (Value(t, "time") for element, t in _places(page.root) if _is_update(element))


def _places(root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Give the elements that are named after a date, with their machine-readable or their own short text."""
    seen = 0
    for element in elements(root):
        stated = element.get("datetime") or (element.get("content") if element.get("itemprop") else None)
        named = element.tag == "time" or (element.get("itemprop") or "").startswith("date")
        if not named and words_of(element).isdisjoint(DATE_WORDS):
            continue
        text = stated or text_of(element)
        if text and len(text) <= 120 and any(c.isdigit() for c in text):
            yield element, text
            seen += 1
        if seen >= MOST_PLACES:
            return


def _is_update(element: HtmlElement) -> bool:
    if not words_of(element).isdisjoint(UPDATED_WORDS) or (element.get("itemprop") or "").lower() == "datemodified":
        return True
    before = element.getprevious()
    label = str(element.text_content())[:40] + (str(before.text_content())[-30:] if before is not None else "") + ((before.tail if before is not None else element.getparent().text) or "")[-30:]
    return UPDATE_LABEL.search(label) is not None


# --- which of them to believe ------------------------------------------------------------------------------


def _surest(moments: Iterator[Moment], page: Page) -> Moment | None:
    """Take the first moment; a later one of the same day instead where only that states the time, or the zone."""
    found = list(moments)
    stated = moment_in_url(page.url) if page.url else None
    if stated is not None:
        found.append(stated)
    if not found:
        return None
    first = found[0]
    for wanted in (_is_instant, _is_timed):
        exact = next((m for m in found if wanted(m) and _same_day(m, first)), None)
        if exact is not None:
            return exact
    return first


def _is_instant(moment: Moment) -> bool:
    return moment.precision == "minute" and moment.value.tzinfo is not None and moment.assumed is None


def _is_timed(moment: Moment) -> bool:
    return moment.precision == "minute"


def _same_day(moment: Moment, first: Moment) -> bool:
    if moment.value.date() == first.value.date():
        return True
    return first.precision == "minute" and abs(_plain(moment.value) - _plain(first.value)) < timedelta(minutes=2)


def _plain(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _later(moment: Moment, published: Moment) -> bool:
    return _plain(moment.value) > _plain(published.value) + timedelta(seconds=59)
