"""The story of a page: furniture cut away, its region found, its blocks sifted; read again where that is in doubt."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from newskit.parse.characters import one_line, size
from newskit.parse.html.blocks import Block, blocks_of, chain
from newskit.parse.html.furniture import SPARED, Caption, cut_furniture
from newskit.parse.html.judge import is_doubtful, overrules, second_reading
from newskit.parse.html.pictures import captions_among, worded
from newskit.parse.html.region import story_region
from newskit.parse.html.run import is_sentence
from newskit.parse.html.sift import sift
from newskit.parse.html.tree import Element, read_tree

__all__ = ["Known", "Story", "read_story"]

LITTLE = 120  # letters of a story: below, a page is read again
ENOUGH = 250  # what another reading must bring then
FAR_MORE = 2  # times what the page shows: the rest of the story is behind a script or a wall
LONGEST_STATED = 200_000
MARKED_UP = re.compile(r"</?(?:p|br|div|html|h[2-4]|ul)\b[^<>]{0,200}>", re.IGNORECASE)
JUDGED = "page text, by readability"


@dataclass(frozen=True)
class Known:
    """What the head of a page says that helps to read its story: title, the outlet's furniture, JSON-LD's text."""

    title: str
    furniture: frozenset[str]
    stated: str


@dataclass(frozen=True)
class Story:
    """What was read of the story itself: the page's blocks, those of the story, and the captions."""

    root: Element
    around: tuple[Block, ...]
    blocks: tuple[Block, ...]
    captions: tuple[str, ...] = ()
    is_doubtful: bool = False
    origin: str = "page text"

    @property
    def told(self) -> int:
        """Give the length of the story, in Latin letters."""
        return sum(block.size for block in self.blocks)


def read_story(root: Element, text: str, known: Known) -> Story:
    """Read the story of a page, whose tree loses its furniture; `text` is the page as it came.

    Where nearly nothing is found, the page is read once more with less cut away, then by readability, then from JSON-LD;
    from JSON-LD too where that states far more than the page shows.
    """
    story = _own(root, known)
    if story.told < LITTLE:
        others = (reading(story, text, known) for reading in (_with_less_cut, _judged_whole, _stated))
        return next((other for other in others if other.told >= ENOUGH), story)
    enough = ENOUGH + FAR_MORE * story.told
    if size(known.stated) > enough and (stated := _stated(story, text, known)).told > enough:
        return stated
    return _judged(story, known) if story.is_doubtful else story


def _own(root: Element, known: Known, spared: frozenset[str] = frozenset()) -> Story:
    captions = cut_furniture(root, spared)
    around = blocks_of(root)
    region = story_region(around)
    pictured = captions_among(region.blocks)
    story = _sifted(region.blocks, known, pictured)
    told = (*_captions_of(captions, region.element), *worded(pictured, story))
    return Story(root, around, story, tuple(dict.fromkeys(told)), is_doubtful(region.core))


def _sifted(blocks: Sequence[Block], known: Known, captions: Sequence[Block]) -> tuple[Block, ...]:
    left_out = frozenset(captions)
    left = [block for block in blocks if block not in left_out]
    return tuple(sift(left, known.title, known.furniture))


def _second(root: Element, known: Known) -> tuple[Block, ...]:
    blocks = second_reading(root)
    return _sifted(blocks, known, captions_among(blocks))


def _prose(blocks: Sequence[Block]) -> int:
    return sum(block.size for block in blocks if is_sentence(block))


def _judged(story: Story, known: Known) -> Story:
    """Let readability settle a doubt on what furniture was cut from."""
    second = _second(story.root, known)
    if not overrules(_prose(story.blocks), _prose(second)):
        return story
    return replace(story, blocks=second, origin=JUDGED)


def _with_less_cut(_story: Story, text: str, known: Known) -> Story:
    return _own(read_tree(text), known, SPARED)


def _judged_whole(_story: Story, text: str, known: Known) -> Story:
    """Take what readability finds on the page: it knows other names of furniture."""
    root = read_tree(text)
    etree.strip_elements(root, "footer", "title", with_tail=False)
    return Story(root, blocks_of(root), _second(root, known), origin=JUDGED)


def _stated(story: Story, _text: str, known: Known) -> Story:
    """Take the text that JSON-LD states, on a page whose script would have filled the story in."""
    stated = html.unescape(known.stated[:LONGEST_STATED])
    if MARKED_UP.search(stated):
        root = read_tree(stated)
        etree.strip_elements(root, "head", "script", "style", with_tail=False)
        return replace(story, blocks=_sifted(blocks_of(root), known, ()), origin="json-ld")
    lines = (one_line(line) for line in stated.splitlines())
    return replace(
        story, blocks=tuple(Block(line, story.root, 0) for line in lines if line), origin="json-ld"
    )


def _captions_of(captions: Sequence[Caption], region: Element | None) -> tuple[str, ...]:
    """Keep the captions of pictures in and right above the story, each once."""
    if region is None:
        return ()
    frame = next((e for e in chain(region) if e.tag in ("article", "main")), None)
    if frame is None:
        frame = next((e for e in region.iterancestors() if e.tag != "body"), region)
    kept = (c.text for c in captions if frame in chain(c.place))
    return tuple(dict.fromkeys(kept))
