"""Which part of a page is the story: the element that holds its paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from newskit.parse.html.blocks import Block, chain
from newskit.parse.html.tree import Element, sum_up

__all__ = ["Region", "story_region"]

SHORTEST = 25  # letters of a paragraph that counts
CLAUSE = re.compile(r"[,，、،;；。]")
LEAF_TAGS = frozenset("p li td th pre blockquote h1 h2 h3 h4 h5 h6 dd dt".split())


@dataclass(frozen=True)
class Weights:
    """What was counted for every element: its score, the text below it, and how much of that is links and prose."""

    score: Mapping[Element, float]
    text: Counter[Element] = field(default_factory=Counter)
    linked: Counter[Element] = field(default_factory=Counter)
    prose: Counter[Element] = field(default_factory=Counter)


def is_prose(block: Block) -> bool:
    """Tell whether a block reads like a paragraph of a story."""
    return block.size >= SHORTEST and block.link_share < 0.5 and not block.is_heading


@dataclass(frozen=True)
class Region:
    """The blocks of a story, the element that holds most of them, and the share that the best element alone holds."""

    blocks: tuple[Block, ...] = ()
    element: Element | None = None
    core: float = 1.0


def story_region(blocks: tuple[Block, ...]) -> Region:
    """Choose the story's blocks."""
    weights = _weighed(blocks)
    if not weights.score:
        return Region()
    best = _best(weights)
    widened = _widened(best, weights)
    regions = {widened, *_segments(widened, weights)}
    chosen = [not regions.isdisjoint(chain(block.element)) for block in blocks]
    taken = tuple(block for block, is_in in zip(blocks, _with_subheads(blocks, chosen), strict=True) if is_in)
    return Region(taken, widened, weights.prose[best] / max(1, weights.prose[widened]))


def _with_subheads(blocks: Sequence[Block], chosen: Sequence[bool]) -> list[bool]:
    """Take the headings that stand between the pieces of a story too, right above a piece."""
    first = chosen.index(True)
    return [
        is_in or (i > first and following and block.is_heading and block.link_share < 0.5)
        for i, (block, is_in, following) in enumerate(zip(blocks, chosen, [*chosen[1:], False], strict=True))
    ]


def _weighed(blocks: Sequence[Block]) -> Weights:
    weights = Weights(_scores(blocks))
    for block in blocks:
        weights.text[block.element] += len(block.text)
        weights.linked[block.element] += block.linked
        weights.prose[block.element] += len(block.text) if is_prose(block) else 0
    sum_up(weights.text, weights.linked, weights.prose)
    return weights


def _scores(blocks: Sequence[Block]) -> Mapping[Element, float]:
    """Give the points of paragraphs to what they stand in, and half of them to what that stands in."""
    scores: dict[Element, float] = defaultdict(float)
    for block in filter(is_prose, blocks):
        points = 1 + len(CLAUSE.findall(block.text)) + min(len(block.text) / 100, 3)
        points *= 0.3 if block.element.tag == "li" else 1
        hosts = islice(chain(block.element), 1 if block.element.tag in LEAF_TAGS else 0, None)
        for share, host in zip((1.0, 0.5), hosts, strict=False):
            scores[host] += points * share
    return scores


def _best(weights: Weights) -> Element:
    """Take the element of the best score; one that the page calls the article's body, if it comes near."""
    worth = {e: score * weights.prose[e] / max(1, weights.text[e]) for e, score in weights.score.items()}
    best = max(worth, key=lambda e: worth[e])
    named = [e for e in worth if "articlebody" in (e.get("itemprop") or "").lower()]
    named_best = max(named, key=lambda e: worth[e], default=best)
    return named_best if worth[named_best] > 0.3 * worth[best] else best


def _widened(region: Element, weights: Weights) -> Element:
    """Climb while the parent adds much prose and little else: a story split over several elements."""
    best = region
    least = 0.1
    for parent in region.iterancestors():
        if parent.tag in ("body", "html"):
            break
        if best.tag == "article":
            least = 0.5
        more, around = weights.prose[parent] - weights.prose[best], weights.text[parent] - weights.text[best]
        links = weights.linked[parent] - weights.linked[best]
        if more > least * weights.prose[best] and more > 0.6 * around and links < 0.2 * around:
            best = parent
    return best


def _segments(region: Element, weights: Weights) -> list[Element]:
    """Find the other pieces of a story that is split over elements of one kind, in one article or main."""
    frame = next((e for e in region.iterancestors("article", "main")), None)
    kind = (region.tag, region.get("class"))
    if frame is None or kind[1] is None:
        return []
    return [e for e in frame.iter(str(region.tag))
            if (e.tag, e.get("class")) == kind and weights.prose[e] > 0.6 * weights.text[e]]  # fmt: skip
