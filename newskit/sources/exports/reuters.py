"""Reuters-21578 and files like it: one <REUTERS> an article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newskit.sources.exports.markup import xml_tree
from newskit.sources.exports.piece import CUT_OFF, Fields, Unread, decoded, fields, indented, pieces, place_of
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_ARTICLE = re.compile(r"<REUTERS\b")
_MARKS = re.compile(rb"<REUTERS\s(?:[A-Z]+=\"[^\"<>]{0,40}\"\s*){2,9}>")
_END = "</REUTERS>"
_SIGNED = re.compile(r"\bReuters?\W{0,3}$", re.IGNORECASE)


def opens(_name: str, head: bytes) -> bool:
    """Tell by the opening of its first article."""
    return _MARKS.search(head) is not None


def entries(stored: Stored) -> Iterator[Fields | Unread]:
    """Give each article; the last is Unread where the file was cut off inside it."""
    for part in pieces(decoded(stored), _ARTICLE):
        end = part.find(_END)
        yield _article(part[: end + len(_END)]) if end >= 0 else Unread(CUT_OFF)


def _article(markup: str) -> Fields | Unread:
    root = xml_tree(markup)
    if isinstance(root, Unread):
        return root
    text = _text(root, "BODY") or _unmarked(root)
    return fields(
        {
            "title": " ".join(_text(root, "TITLE").split()),
            "text": indented(_unsigned(text.rstrip())),
            "published": " ".join(_text(root, "DATE").split()).partition(".")[0],
            "outlet": "Reuters",
            "byline": " ".join(_text(root, "AUTHOR").split()),
            "agency": "Reuters",
            "dateline": place_of(_text(root, "DATELINE")),
        }
    )


def _unsigned(text: str) -> str:
    """Take off the agency's name, which ends each story on a line of its own."""
    start = text.rfind("\n") + 1
    return text[:start] if _SIGNED.fullmatch(text[start:].strip()) else text


def _text(root: etree._Element, name: str) -> str:
    found = next(root.iter(name), None)
    return "".join(str(text) for text in found.itertext()) if found is not None else ""


def _unmarked(root: etree._Element) -> str:
    """Give the text of an article whose parts are not marked: what stands in <TEXT> itself."""
    found = next(root.iter("TEXT"), None)
    return "\n".join([found.text or "", *(part.tail or "" for part in found)]) if found is not None else ""
