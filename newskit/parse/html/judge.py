"""The second opinion: readability-lxml reads a page again where newskit's own reading of it is in doubt.

newskit chooses the region of a page itself: over the labelled sets that is more exact, and costs half as much. The
choice is a close call where the story was found in one element and then widened by some more text around it, which
may be the rest of the story or an appendix. There, and where no story was found, readability scores the same tree by
other rules; its answer is sifted like newskit's own, and `overrules` says which of the two stands.
"""

from __future__ import annotations

import logging

import lxml.html
from lxml import etree
from readability import Document
from readability.readability import Unparseable

from newskit.errors import NotAnArticle
from newskit.parse.html.blocks import Block, blocks_of
from newskit.parse.html.tree import Element, read_tree

__all__ = ["is_doubtful", "overrules", "second_reading"]

# It logs what it cannot read with a traceback; here that is an answer like any other.
logging.getLogger("readability").addHandler(logging.NullHandler())

WIDENED = (0.03, 0.3)  # share of a story by which it was widened: less is no matter, more is its other half
KEPT = 0.7  # of the prose of a widened story: what keeps less has lost the story
MOST_ELEMENTS = 10_000  # readability writes out every div whole, once for each div around it
DEEPEST = 150


def is_doubtful(core: float) -> bool:
    """Tell whether a story is in doubt; `core` is the share of it that stands in the element it was found in.

    >>> is_doubtful(1.0), is_doubtful(0.8)
    (False, True)
    """
    least, most = WIDENED
    return least < 1 - core < most


def second_reading(root: Element) -> tuple[Block, ...]:
    """Give the blocks that readability takes for the story; none where it finds none, or where the page is too large.

    The tree stays as it is. Call it from one thread only.
    """
    if not _is_moderate(root):
        return ()
    try:
        return blocks_of(read_tree(Document(_handed(root)).summary(html_partial=True)))
    except (Unparseable, NotAnArticle):
        return ()


def overrules(own: int, second: int) -> bool:
    """Tell whether the second reading stands instead of the own one; both are given by the length of their prose.

    >>> overrules(own=4000, second=3500), overrules(own=4000, second=1500)
    (True, False)
    """
    return KEPT * own < second < own


def _handed(root: Element) -> lxml.html.HtmlElement:
    """Copy a tree into the kind of elements that readability works on."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml.html.document_fromstring(etree.tostring(root, encoding="utf-8", method="html"), parser=parser)


def _is_moderate(root: Element) -> bool:
    deepest = depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest, count = max(deepest, depth), count + 1
    return deepest <= DEEPEST and count <= 2 * MOST_ELEMENTS
