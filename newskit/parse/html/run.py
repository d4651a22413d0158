"""The run of a story: the kind of block that most of it is told in, and the boxes that stand between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newskit.parse.characters import ends_sentence
from newskit.parse.html.blocks import Block, chain
from newskit.parse.html.tree import Element, holders

__all__ = ["Kind", "Run", "is_sentence", "kind_of", "run_of"]

MUCH = 0.4  # of what the commonest kind tells: a kind that tells as much belongs to the run
MOST = 0.6  # of a story: where the run tells less, it says nothing about the rest

Kind = tuple[str, str | None, str, str | None]


def is_sentence(block: Block) -> bool:
    """Tell whether a block is prose: long, or ended like a sentence and not a mere link."""
    length = block.size
    if block.link_share > 0.8:
        return length > 200
    return length >= 140 or (length >= 30 and ends_sentence(block.text))


@dataclass(frozen=True)
class Run:
    """The kinds of block of a run, the elements around its blocks, and whether it tells most of the story."""

    kinds: frozenset[Kind]
    around: frozenset[Element]
    is_most: bool

    def holds(self, block: Block) -> bool:
        """Tell whether a block is of the run."""
        return kind_of(block.element) in self.kinds

    def box_of(self, block: Block) -> Element | None:
        """Give the outermost element around a block that holds nothing of the run; None for bare text beside it."""
        box = None
        for element in chain(block.element):
            if element in self.around:
                break
            box = element
        return box


def kind_of(element: Element) -> Kind:
    """Name what an element is, and what it stands in, by tag and class."""
    parent = element.getparent()
    above = ("", None) if parent is None else (str(parent.tag), parent.get("class"))
    return (str(element.tag), element.get("class"), *above)


def run_of(blocks: Sequence[Block]) -> Run:
    """Find the run of a story by how much each kind of block tells.

    >>> from newskit.parse.html.blocks import blocks_of
    >>> from newskit.parse.html.tree import read_tree
    >>> page = "<p>Both sides agreed to meet again in June.</p><div>Live</div><p>Nobody was late, the hosts of the talks said.</p>"
    >>> blocks = blocks_of(read_tree(page))
    >>> [run_of(blocks).holds(block) for block in blocks]
    [True, False, True]
    """
    told: Counter[Kind] = Counter()
    for text, block in {block.text: block for block in blocks if is_sentence(block)}.items():
        told[kind_of(block.element)] += len(text)
    least = MUCH * max(told.values(), default=0)
    kinds = frozenset(kind for kind, much in told.items() if much > least)
    is_most = sum(told[kind] for kind in kinds) > MOST * told.total()
    parents = (block.element.getparent() for block in blocks if kind_of(block.element) in kinds)
    around = frozenset(holders(parent for parent in parents if parent is not None))
    return Run(kinds, around, is_most)
