"""Factiva's XML (PPSResponse): every field under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newskit.sources.exports.markup import xml_tree
from newskit.sources.exports.piece import CUT_OFF, Fields, Stated, Unread, decoded, fields, indented, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_ARTICLE = re.compile(r"<ppsarticle\b(?!\w)", re.IGNORECASE)
_COUNT = re.compile(r"<ppsarticleResultSet\b[^<>]{0,200}\bcount=[\"'](\d{1,7})[\"']", re.IGNORECASE)
_TEXT = ("leadparagraph", "tailparagraphs")


def opens(_name: str, head: bytes) -> bool:
    """Tell by the names of its first elements."""
    return b"<ppsarticle" in head.lower()


def entries(stored: Stored) -> Iterator[Fields | Unread | Stated]:
    """Give each article, after how many the file says there are."""
    text = decoded(stored)
    if count := _COUNT.search(text[:10_000]):
        yield Stated(int(count[1]))
    for part in pieces(text, _ARTICLE):
        end = part.find("</ppsarticle>")
        yield _article(part[: end + len("</ppsarticle>")]) if end >= 0 else Unread(CUT_OFF)


def _article(markup: str) -> Fields | Unread:
    root = xml_tree(markup)
    if isinstance(root, Unread):
        return root
    parts: dict[str, list[etree._Element]] = {}
    for one in root.iter(etree.Element):
        parts.setdefault(_name(one), []).append(one)

    def line(*names: str) -> str:
        found = next((parts[name][0] for name in names if name in parts), None)
        return " ".join(_text(found).split()) if found is not None else ""

    return fields(
        {
            "title": line("headline"),
            "text": [text for name in _TEXT for one in parts.get(name, ()) for text in _paragraphs(one)],
            "published": line("publicationdate"),
            "outlet": line("sourcename"),
            "section": line("sectionname"),
            "language": line("baselanguage"),
            "byline": "; ".join(text for text in (line("byline"), line("credit")) if text),
            "captions": [text for one in parts.get("artwork", ()) for text in _paragraphs(one)],
        }
    )


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _paragraphs(element: etree._Element) -> list[str]:
    marked = [one for one in element.iter(etree.Element) if _name(one) == "paragraph"]
    if not marked:
        return indented(_text(element))
    return [
        text
        for one in marked
        for text in (indented(_text(one)) if one.get("display") == "Fixed" else [_text(one)])
    ]
