"""When a page was published and updated: the dates it states, from the surest place to the least sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

import lxml.html
from lxml import etree

from newskit.parse.dates import Moment, moment_in_url, read_moment
from newskit.parse.html.metadata import Page, Value, strings
from newskit.parse.html.tree import Element, text_of, tokens_of, words_of
from newskit.parse.layouts import Layout

__all__ = ["Dates", "guessed_date", "read_dates"]

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
UPDATE_LABEL = re.compile(
    r"updat|modif|aktualisiert|geändert|mis à jour|actualizad|aggiornat|atualizad|수정|更新|обновлен",
    re.IGNORECASE,
)
MOST_PLACES = 100
PUBLISH_LABEL = re.compile(
    r"publish|publié|publicad|pubblicat|veröffentlicht|erstellt|posted|created|입력|등록|송고|작성|公開|配信|掲載|опубликован",
    re.IGNORECASE,
)
LONGEST = 120
LONGEST_GUESSED = 200_000  # characters of text; htmldate slows down beyond
NAMED = etree.XPath("//*[self::time or @class or @id or @itemprop]")


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
    updated = next((m for m in read(_updated(page)) if published is None or _no_earlier(m, published)), None)
    unread = [f"date not read: {text!r}" for text in dict.fromkeys(refused[:5])]
    if published is not None and published.origin in ("json-ld", "meta"):
        unread = []
    return Dates(published, updated, (*unread, *_doubts(published, page)))


def guessed_date(root: Element, dates: Dates) -> Dates:
    """Ask htmldate for the day of a page that states none, and say so: it is right four times out of five."""
    if dates.published is not None or len(text_of(root)) > LONGEST_GUESSED:
        return dates
    from htmldate import find_date  # noqa: PLC0415 - takes a third of a second, and few pages need it

    found = find_date(lxml.html.fromstring(etree.tostring(root)), original_date=True, outputformat="%Y-%m-%d")
    moment = read_moment(found) if found else None
    if moment is None or (moment.value.month, moment.value.day) == (1, 1):
        return (
            dates  # 1 January is what it answers where only a year stands on the page, as in a copyright line
        )
    return Dates(
        replace(moment, origin="guessed"),
        dates.updated,
        (*dates.notes, f"date guessed from the page by htmldate: {found}"),
    )


def _doubts(published: Moment | None, page: Page) -> tuple[str, ...]:
    stated = moment_in_url(page.url) if page.url else None
    if published is None or stated is None or stated.value.date() == published.value.date():
        return ()
    return (f"date in the URL differs: {stated.value.date().isoformat()}",)


# --- where dates stand -------------------------------------------------------------------------------------


def _published(page: Page) -> Iterator[Value]:
    yield from (
        Value(t, "json-ld") for key in ("datePublished", "dateCreated") for t in strings(page.node.get(key))
    )
    yield from (Value(t, "meta") for t in page.meta(*PUBLISHED))
    for node in page.nodes:
        yield from (Value(t, "json-ld") for t in strings(node.get("datePublished")))
    places = [(element, text) for element, text in _places(page.root) if not _is_update(element)]
    yield from (Value(t, "time") for element, t in places if element.tag == "time")
    yield from (Value(t, "page text") for element, t in places if element.tag != "time")


def _updated(page: Page) -> Iterator[Value]:
    stated = [
        *(Value(t, "json-ld") for t in strings(page.node.get("dateModified"))),
        *(Value(t, "meta") for t in page.meta(*UPDATED)),
    ]
    yield from stated
    if not stated:
        yield from (Value(t, "time") for element, t in _places(page.root) if _is_update(element))


def _places(root: Element) -> Iterator[tuple[Element, str]]:
    """Give the elements that are named after a date, with their machine-readable or their own short text."""
    found = (pair for element in NAMED(root) if (pair := (element, _date_text(element)))[1])
    return islice(found, MOST_PLACES)


def _date_text(element: Element) -> str:
    marked = element.get("itemprop") or ""
    if (
        element.tag != "time"
        and not marked.startswith("date")
        and not _is_date_name(element.get("class") or "", element.get("id") or "")
    ):
        return ""
    text = element.get("datetime") or (element.get("content") if marked else None) or text_of(element)
    return text if len(text) <= LONGEST and any(c.isdigit() for c in text) else ""


@lru_cache(maxsize=8192)
def _is_date_name(classes: str, name: str) -> bool:
    return any(not token.isdisjoint(DATE_WORDS) for token in tokens_of(classes, name))


def _is_update(element: Element) -> bool:
    """Tell the date of an update by the label before it, else by how the element is named."""
    label = _label(element)
    if UPDATE_LABEL.search(label) or PUBLISH_LABEL.search(label):
        return PUBLISH_LABEL.search(label) is None
    marked = (element.get("itemprop") or "").lower() == "datemodified"
    return marked or not words_of(element).isdisjoint(UPDATED_WORDS)


def _label(element: Element) -> str:
    """Read the words in front of a date: its own first ones, and the end of what stands before it."""
    before, parent = element.getprevious(), element.getparent()
    label = text_of(element)[:40]
    if before is not None:
        return f"{text_of(before)[-30:]} {(before.tail or '')[-30:]} {label}"
    return f"{(parent.text or '')[-30:]} {label}" if parent is not None else label


# --- which of them to believe ------------------------------------------------------------------------------


def _surest(moments: Iterator[Moment], page: Page) -> Moment | None:
    """Take the first moment; a later one of the same day instead where only that states the time, or the zone."""
    found: list[Moment] = []
    for moment in moments:
        found.append(moment)
        if _is_instant(moment) and _same_day(moment, found[0]):
            return moment
    stated = moment_in_url(page.url) if page.url else None
    found += [stated] if stated is not None else []
    timed = (moment for moment in found if moment.precision == "minute" and _same_day(moment, found[0]))
    return next(timed, found[0] if found else None)


def _is_instant(moment: Moment) -> bool:
    return moment.precision == "minute" and moment.value.tzinfo is not None and moment.assumed is None


def _same_day(moment: Moment, first: Moment) -> bool:
    if moment.value.date() == first.value.date():
        return True
    return first.precision == "minute" and abs(_plain(moment.value) - _plain(first.value)) < timedelta(
        minutes=2
    )


def _plain(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _no_earlier(moment: Moment, published: Moment) -> bool:
    return _plain(moment.value) >= _plain(published.value)
