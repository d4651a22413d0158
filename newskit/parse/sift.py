"""The blocks of a story -> its paragraphs: what pages print above, between and below them is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from newskit.parse.blocks import Block
from newskit.parse.dates import read_moment
from newskit.parse.headline import bare
from newskit.parse.phrases import CAPTION, COPYRIGHT, FURNITURE, NEXT, PROMO
from newskit.parse.region import WIDE

__all__ = ["sift"]

ENDED = re.compile(
    r"[.!?。！？…‥।][\"'”’»«“)\]）」』\s]*(?:[(（\[【][^()（）\[\]【】]{2,60}[)）\]】]\s*[.。]?)?\s*$"
)
BY = re.compile(r"^\W*(?:by|von|par|por|text|autor|author|written by|story by)\b.{0,80}$", re.IGNORECASE)
# A credit, a sign-off or an end mark stands alone below a story and belongs to it.
SIGNED = re.compile(r"^[(（\[【—–-].{2,60}[)）\]】]?$|^(?:\(END\)|끝|■)$")


def sift(blocks: Sequence[Block], title: str) -> list[Block]:
    """Leave out what is no paragraph of the story.

    Stages: what repeats the headline; lines of links, of sharing and of selling; other stories that follow;
    the lines above the first paragraph and below the last one; repeated blocks.
    """
    kept = [block for block in blocks if not _repeats_title(block, title)]
    kept = _without_lists(kept)
    kept = [block for block in kept if not is_aside(block)]
    kept = _until_next(kept)
    return _once(_trimmed(kept))


def size(text: str) -> int:
    """Measure a text in Latin letters: a sign of an Eastern script says as much as two."""
    return len(text) + len(WIDE.findall(text))


def is_sentence(block: Block) -> bool:
    """Tell whether a block is prose: long, or ended like a sentence and not a mere link."""
    length = size(block.text)
    if block.link_share > 0.8:
        return length > 200
    return length >= 140 or (length >= 30 and ENDED.search(block.text[-120:]) is not None)


def is_aside(block: Block) -> bool:
    """Tell whether a block is nobody's sentence: a link to elsewhere, a button, a promotion, a copyright."""
    length = size(block.text)
    if block.link_share > 0.8 and length < 200:
        return block.link_share > 0.95 or not ENDED.search(block.text[-120:])
    if length < 200 and CAPTION.search(block.text) and not ENDED.search(block.text[-120:]):
        return True
    if length < 80 and FURNITURE.match(block.text):
        return True
    if length < 250 and PROMO.search(block.text):
        return True
    return length < 200 and COPYRIGHT.search(block.text) is not None


def _repeats_title(block: Block, title: str) -> bool:
    return block.element.tag == "h1" or (bool(title) and bare(block.text) == bare(title))


def _without_lists(blocks: list[Block]) -> list[Block]:
    """Leave out the words of furniture above a list of links, together with the list."""
    kept: list[Block] = []
    dropping = False
    for block in blocks:
        if size(block.text) < 80 and NEXT.match(block.text):
            dropping = True
        elif dropping and is_sentence(block):
            dropping = False
        if not dropping:
            kept.append(block)
    return kept


def _until_next(blocks: list[Block]) -> list[Block]:
    return blocks


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Cut the lines above the first sentence and below the last one.

    A line that stands among the paragraphs, in the same element, is one of them; a credit at the end too.
    """
    told = [i for i, block in enumerate(blocks) if is_sentence(block)]
    if not told:
        return blocks
    first, last = told[0], told[-1]
    hosts = {blocks[i].element.getparent() for i in told if blocks[i].element.tag == "p"}
    above = [block for block in blocks[:first] if _among(block, hosts)]
    below = [
        block
        for i, block in enumerate(blocks[last + 1 :])
        if _among(block, hosts) or (i == 0 and SIGNED.match(block.text))
    ]
    return [*above, *blocks[first : last + 1], *below]


def _among(block: Block, hosts: set[HtmlElement | None]) -> bool:
    if block.element.tag != "p" or block.element.getparent() not in hosts or block.link_share > 0.3:
        return False
    return not (is_dated(block.text) or BY.match(block.text))


def _once(blocks: list[Block]) -> list[Block]:
    """Leave out what was said before in the same words, if it is long enough to be no chance."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        key = bare(block.text)
        if len(key) < 20 or key not in seen:
            kept.append(block)
        seen.add(key)
    return kept


def is_dated(text: str) -> bool:
    """Tell whether a short line is a date, with little else."""
    return any(c.isdigit() for c in text) and len(text) < 80 and read_moment(text) is not None
