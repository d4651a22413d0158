"""A tree -> its blocks: the runs of text that a reader sees as paragraphs, headings, items, rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from newskit.parse.characters import bare, ends_sentence, one_line, size
from newskit.parse.html.tree import Element

__all__ = ["Block", "blocks_of", "chain"]

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark nobr q rp rt ruby s samp small span strike "
    "strong sub sup time tt u var wbr label o:p".split()
)
CELLS = frozenset(("td", "th"))


@dataclass(frozen=True)
class Block:
    """A run of text, the block element it stands in, and how many of its characters are links."""

    text: str
    element: Element
    linked: int

    @cached_property
    def size(self) -> int:
        """Give the length of the text in Latin letters."""
        return size(self.text)

    @cached_property
    def bare(self) -> str:
        """Give the text without case, spaces and punctuation."""
        return bare(self.text)

    @property
    def link_share(self) -> float:
        """Give the share of the text that is links."""
        return min(1.0, self.linked / len(self.text))

    @property
    def is_heading(self) -> bool:
        """Tell whether the block is a heading."""
        return self.element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


class _Walk:
    """The state of one walk over a tree: the open block elements, and the text since the last edge."""

    def __init__(self, root: Element) -> None:
        self.blocks: list[Block] = []
        self.open: list[Element] = [root]
        self.text: list[str] = []
        self.linked = 0
        self.in_links = 0
        self.breaks = 0

    def add(self, text: str | None) -> None:
        if not text or (not self.text and text.isspace()):
            return
        if self.in_links:
            self.linked += len(text.strip())
        if self.breaks and not text.isspace():
            if self.breaks > 1 or ends_sentence("".join(self.text[-3:])):
                self.flush()
            self.breaks = 0
        self.text.append(text)

    def flush(self) -> None:
        """End the block that is being read."""
        raw = "".join(self.text)
        if raw and not raw.isspace() and (text := one_line(raw)):
            self.blocks.append(Block(text, self.open[-1], self.linked))
        self.text.clear()
        self.linked = self.breaks = 0

    def start(self, element: Element) -> None:
        if element.tag == "br":
            self.breaks += 1
            self.text.append(" ")
        elif element.tag in CELLS:
            self.text.append(" ")
        elif element.tag not in INLINE:
            self.flush()
            self.open.append(element)
        if element.tag == "a":
            self.in_links += 1
        self.add(element.text)

    def end(self, element: Element) -> None:
        if element.tag == "a":
            self.in_links -= 1
        elif element.tag not in INLINE and element.tag != "br" and element.tag not in CELLS:
            self.flush()
            self.open.pop()


def blocks_of(root: Element) -> tuple[Block, ...]:
    """Cut the text below an element into blocks, in reading order.

    Two line breaks, or one after the end of a sentence, part a paragraph; the cells of a row stay together.
    """
    walk = _Walk(root)
    walk.add(root.text)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element is root:
            continue
        if event == "start":
            walk.start(element)
        else:
            walk.end(element)
            walk.add(element.tail)
    walk.flush()
    return tuple(walk.blocks)


def chain(element: Element) -> Iterator[Element]:
    """Give an element and its ancestors, innermost first."""
    yield element
    yield from element.iterancestors()
