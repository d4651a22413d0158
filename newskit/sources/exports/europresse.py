"""Europresse (Eureka, CEDROM-SNi), saved as HTML: the pages of before 2013, and those with <article>."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newskit.sources.exports.markup import class_of, html_tree, line_of, paragraphs
from newskit.sources.exports.piece import CUT_OFF, Fields, Unread, date_of, decoded, fields, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_MARKS = (b"docpublicationname", b"cedrom-sni.com", b"europresse.com")
_OLD = re.compile(r"<span class=[\"']?DocPublicationName\b", re.IGNORECASE)
_NEW = re.compile(r"<article\b", re.IGNORECASE)
_OLD_END = re.compile(r"(?:Num[ée]ro de document|Document number)\s?:|news·\d{8}·", re.IGNORECASE)
_BYLINE = re.compile(r"^(?P<byline>[^<>]{1,200})<br\s?/?>\s*<p>\s*</p>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_RIGHTS = re.compile(r"<b>\s{0,4}<i>\s{0,4}(?:©|&copy;)", re.IGNORECASE)
_DAYS = frozenset(
    "lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miércoles jueves viernes sábado domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica".split()
)


def opens(_name: str, head: bytes) -> bool:
    """Tell by the class of an outlet's name, or by the name spaces of the company."""
    start = head.lower()
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and any(mark in start for mark in _MARKS)


def entries(stored: Stored) -> Iterator[Fields | Unread]:
    """Give each article; the last is Unread where the file was cut off inside it."""
    text = decoded(stored)
    if _NEW.search(text):
        for part in pieces(text, _NEW):
            end = part.lower().find("</article")
            yield _new(part[:end]) if end >= 0 else Unread(CUT_OFF)
        return
    for part in pieces(text, _OLD):
        yield _old(part) if _OLD_END.search(part) else Unread(CUT_OFF)


def _new(markup: str) -> Fields | Unread:
    root = html_tree(markup)
    if isinstance(root, Unread):
        return root
    title = _first(root, "titrearticlevisu")
    section, published = _header(line_of(_first(root, "docheader")))
    body = root.find(".//section")
    return fields(
        {
            "title": line_of(title),
            "text": paragraphs(body) if body is not None else [],
            "published": published,
            "outlet": line_of(_first(root, "docpublicationname")),
            "section": section,
            "byline": _byline(root),
            "captions": _captions(root),
        }
    )


def _first(root: etree._Element, name: str) -> etree._Element | None:
    return next((one for one in root.iter(etree.Element) if name in class_of(one)), None)


def _byline(root: etree._Element) -> str:
    """Give the line that stands below the title in the header; it has no class of its own."""
    named = _first(root, "sm-margin-bottomnews")
    head = root.find(".//header")
    titles = [one for one in head if class_of(one) == "titrearticle"] if head is not None else []
    below = titles[0].itersiblings() if titles else ()
    return line_of(named) or next((text for one in below if (text := line_of(one))), "")


def _captions(root: etree._Element) -> list[str]:
    aside = root.find(".//aside")
    for one in aside if aside is not None else ():
        first, *rest = paragraphs(one) or [""]
        if first.casefold().startswith(("illustration", "photo")):
            below = first.partition(":")[2].strip()
            return [below, *rest]
    return []


def _old(markup: str) -> Fields | Unread:
    """Read an article whose parts only line breaks keep apart: outlet, header, title, perhaps an author, text."""
    root = html_tree(_RIGHTS.split(markup, maxsplit=1)[0])
    if isinstance(root, Unread):
        return root
    section, published = _header(
        " ".join(line_of(one) for one in root.iter("span") if class_of(one) == "docheader")
    )
    title = _first(root, "titrearticlevisu")
    byline, text = _below_title(_RIGHTS.split(markup, maxsplit=1)[0])
    body = html_tree(text) if text.strip() else None
    return fields(
        {
            "title": line_of(title),
            "text": paragraphs(body) if body is not None and not isinstance(body, Unread) else [],
            "published": published,
            "outlet": re.sub(r",? no\. ?\d{1,6}$", "", line_of(_first(root, "docpublicationname"))),
            "section": section,
            "byline": byline,
        }
    )


def _below_title(markup: str) -> tuple[str, str]:
    """Give byline and text, which follow the title after an empty line."""
    start = re.search(r"class=[\"']?TitreArticleVisu", markup, re.IGNORECASE)
    end = start and re.compile(r"</span>\s{0,4}<br\s?/?>\s{0,4}<br\s?/?>", re.IGNORECASE).search(
        markup, start.end()
    )
    below = markup[end.end() :] if end else ""
    found = _BYLINE.match(below)
    return (" ".join(found["byline"].split()), below[found.end() :]) if found else ("", below)


def _header(text: str) -> tuple[str, str]:
    """Part "Politique, mardi 14 mars 2006, p. 16" into the section and the date."""
    text = " ".join(text.split())
    first, _, rest = text.partition(",")
    word = first.split(" ")[0].casefold()
    if rest and not any(letter.isdigit() for letter in first) and word not in _DAYS:
        return first.strip(), date_of(rest.strip())
    return "", date_of(text)
