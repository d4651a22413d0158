"""HTML and XML of one article as an lxml tree within limits, and its text as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from newskit.sources.exports.piece import ARTICLE_LIMIT, Unread

__all__ = ["CENTRED", "class_of", "html_tree", "line_of", "paragraphs", "xml_tree"]

_TAGS = 100_000
_LONG_TAG = re.compile(r"<[^<>]{50000}")
_PARAGRAPH, _LINE = "\x02", "\x03"
_BLOCKS = frozenset(
    "p div td th tr table li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article aside header footer blockquote pre "
    "center paragraph".split()
)
_UNSEEN = frozenset(("script", "style", "noscript", "select", "option"))
_SPACE = re.compile(r"[ \t\r\n]+")
_BROKEN = re.compile(rf"{_LINE}(?:[\s\xa0]*{_LINE})+")
_ENDS = (*".!?…:。！？", *'”"»」』）)')
CENTRED = re.compile(r"\.(c\d{1,4}) \{ ?text-align: center")


def html_tree(markup: str) -> etree._Element | Unread:
    """Parse the HTML of one article; Unread where it is larger or fuller of tags than any article is."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    return _tree(markup, parser)


def xml_tree(markup: str) -> etree._Element | Unread:
    """Parse the XML of one article, whatever of it can be read; no entity is looked up."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    return _tree(markup, parser)


def _tree(markup: str, parser: etree.HTMLParser | etree.XMLParser) -> etree._Element | Unread:
    if len(markup) > ARTICLE_LIMIT:
        return Unread("larger than 10 MB, which no article is")
    if markup.count("<") > _TAGS or _LONG_TAG.search(markup):
        return Unread(f"more than {_TAGS:,} tags, or one of 50,000 letters, which no article has")
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        return Unread(f"its markup cannot be read: {error}")
    return Unread("nothing in it") if cast("object", root) is None else root


def class_of(element: etree._Element) -> str:
    """Give the classes of an element in lower case."""
    return (element.get("class") or "").lower()


def line_of(element: etree._Element | None) -> str:
    """Give the text of an element as one line; empty for none."""
    return " ".join(paragraphs(element)) if element is not None else ""


def paragraphs(element: etree._Element) -> list[str]:
    """Give the text of an element as paragraphs.

    Blocks and empty lines part them; a single <br> does where a sentence ends there, or the next line is indented,
    for many programs break long lines with it. The cells of a table row stay together.

    >>> root = html_tree("<p>A list:<br>&nbsp;<br>Ships<br>and boats.<br>More</p><p>Last.</p>")
    >>> paragraphs(root)
    ['A list:', 'Ships and boats.', 'More', 'Last.']
    """
    found: list[str] = []
    for block in "".join(_running(element)).split(_PARAGRAPH):
        for part in _BROKEN.split(block):
            found += _of_lines(part.split(_LINE))
    return [joined for text in found if (joined := " ".join(text.split()))]


def _of_lines(lines: list[str]) -> Iterator[str]:
    taken = lines[0]
    for line in lines[1:]:
        if taken.rstrip().endswith(_ENDS) or line.startswith("\u3000"):
            yield taken
            taken = line
        else:
            taken = f"{taken} {line}"
    yield taken


def _running(element: etree._Element) -> Iterator[str]:
    """Give the text of an element piece by piece, with marks where blocks and lines end."""
    cells = unseen = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        name = node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
        inner = node is not element
        step = 1 if event == "start" else -1
        cells += step * (inner and name in ("td", "th"))
        unseen += step * (name in _UNSEEN)
        if name == "br" and event == "start":
            yield _LINE
        elif name in _BLOCKS:
            yield " " if cells or name in ("td", "th") else _PARAGRAPH
        text = node.text if event == "start" else node.tail if inner else None
        if text and not unseen:
            yield _SPACE.sub(" ", text.replace(_PARAGRAPH, "").replace(_LINE, ""))
