"""Factiva, saved as HTML: a table of labelled fields an article, or its head as lines and then its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newskit.sources.exports.factiva import ENDS, code_of, from_head, from_labels
from newskit.sources.exports.markup import class_of, html_tree, line_of, paragraphs
from newskit.sources.exports.piece import CUT_OFF, Fields, Unread, decoded, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_ARTICLE = re.compile(r"<div\b[^<>]{0,200}\bclass=[\"']?article \w{2,3}Article\b", re.IGNORECASE)
_ID = re.compile(r"[A-Z0-9]{4,12}\d{8}[a-z0-9]{9}\b")
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def opens(_name: str, head: bytes) -> bool:
    """Tell by the title of the page, or by the class of an article in it."""
    return b"<title>factiva</title>" in head.lower() or _ARTICLE.search(head.decode("latin-1")) is not None


def entries(stored: Stored) -> Iterator[Fields | Unread]:
    """Give each article; the last is Unread where the file was cut off inside it."""
    text = decoded(stored)
    parts = list(pieces(text, _ARTICLE))
    for place, part in enumerate(parts, 1):
        whole = place < len(parts) or _ID.search(part[part.find(">") :]) or _END.search(part)
        yield _article(part) if whole else Unread(CUT_OFF)


def _article(markup: str) -> Fields | Unread:
    root = html_tree(markup)
    if isinstance(root, Unread):
        return root
    article = next((one for one in root.iter("div") if "article" in class_of(one)), root)
    labelled = [row for row in article.iter("tr") if len(row) == 2 and code_of(line_of(row[0]))]
    if labelled:
        return from_labels({code_of(line_of(row[0])): paragraphs(row[1]) for row in reversed(labelled)})
    return _of_lines(article)


def _of_lines(article: etree._Element) -> Fields | Unread:
    title = next(
        (one for one in article.iter() if "headline" in class_of(one) or one.get("id") == "hd"), None
    )
    before, after = _around(article, title)
    classed = [one for one in article.iter("p") if "articleparagraph" in class_of(one)]
    body = [text for one in classed for text in paragraphs(one)]
    if not classed:
        body = [text for one in article.iter("p") for text in paragraphs(one)]
        body = body[: next((place for place, text in enumerate(body) if ENDS.match(text)), len(body))]
    return from_head(line_of(title), " ".join(before), after, body)


def _around(article: etree._Element, title: etree._Element | None) -> tuple[list[str], list[str]]:
    """Give the lines above the title and below it, which are the <div> that hold no other."""
    above: list[str] = []
    below: list[str] = []
    lines = above if title is not None else below
    for one in article.iter("div", "span", "b"):
        if one is title:
            lines = below
        elif one.tag == "div" and one.find(".//div") is None and one.find(".//p") is None:
            lines += [] if title is not None and title in one.iter() else [line_of(one)]
    return [line for line in above if line], [line for line in below if line]
