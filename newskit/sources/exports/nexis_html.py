"""Nexis and LexisNexis Academic, saved as HTML: each article between two comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newskit.sources.exports.markup import CENTRED, class_of, html_tree, paragraphs
from newskit.sources.exports.nexis import Block, article, field_of, labelled
from newskit.sources.exports.piece import CUT_OFF, Fields, Stated, Unread, decoded, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_ARTICLE = re.compile(r"<DOCFULL>\s{0,4}-->", re.IGNORECASE)
_END = "</DOCFULL>"
_COUNT = re.compile(r"<META\s[^<>]{0,200}\bDOCUMENTS=[\"']?(\d{1,7})", re.IGNORECASE)
_LABELS = re.compile(r"^[^\W\d_]{2}[\w /’'-]{0,28}:\s?$")


def opens(_name: str, head: bytes) -> bool:
    """Tell by the comment around each article, or by the <meta> that counts the documents."""
    start = head.lower()
    return b"<docfull>" in start or (b"<meta topic=" in start and b" documents=" in start)


def entries(stored: Stored) -> Iterator[Fields | Unread | Stated]:
    """Give each article, after how many the file says there are."""
    text = decoded(stored)
    if count := _COUNT.search(text[:20_000]):
        yield Stated(int(count[1]))
    centred = frozenset(CENTRED.findall(text[:20_000]))
    for part in pieces(text, _ARTICLE):
        end = part.upper().find(_END)
        body = part[part.find(">", len("<DOCFULL>")) + 1 : end]
        yield _article(body, centred) if end >= 0 else Unread(CUT_OFF)


def _article(markup: str, centred: frozenset[str]) -> Fields | Unread:
    root = html_tree(re.sub(r"<!--[^<>]{0,60}$", "", markup))
    if isinstance(root, Unread):
        return root
    body = root.find("body")
    return article(_block(one, centred) for one in _parts(root if body is None else body))


def _parts(body: etree._Element) -> Iterator[etree._Element]:
    """Give the parts of a page: those of a part that was left open are its own."""
    for one in body:
        if one.tag == "div" and one.find("div") is not None:
            yield from _parts(one)
        else:
            yield one


def _block(part: etree._Element, centred: frozenset[str]) -> Block:
    texts = paragraphs(part)
    if not texts:
        return Block(())
    first = next((one for one in part.iter("span") if "".join(one.itertext()).strip()), None)
    said = " ".join("".join(str(text) for text in first.itertext()).split()) if first is not None else ""
    if _LABELS.match(said) and (said.isupper() or field_of(said.rstrip(": ")) is not None):
        texts = _without(texts, said)
        return Block(texts, said.rstrip(": "))
    if len(texts) == 1 and (known := labelled(texts[0])) and known[0].isupper():
        return Block([known[1]], known[0])
    return Block(texts, centred=bool(centred.intersection(class_of(part).split())))


def _without(texts: list[str], label: str) -> list[str]:
    first = texts[0].removeprefix(label).strip()
    return [first, *texts[1:]] if first else texts[1:]
