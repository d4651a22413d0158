"""The blocks of a story -> its paragraphs: what pages print above, between and below them is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from newskit.parse.characters import bare, ends_sentence
from newskit.parse.dates import read_moment
from newskit.parse.html.blocks import Block, chain
from newskit.parse.html.run import Kind, Run, is_sentence, kind_of, run_of
from newskit.parse.html.tree import Element, sum_up
from newskit.parse.names import is_byline
from newskit.parse.phrases import BOX, CAPTION, COPYRIGHT, FURNITURE, LINK_OPENING, NEXT, PROMO

__all__ = ["is_pointer", "sift"]

TEXT_TAGS = frozenset("p li tr td th pre blockquote dd dt".split())
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# The address of the writer and the mark of the end, alone or together, below a wire story.
CONTACT = re.compile(r"^(?:[\w.+-]{1,64}@[\w.-]{1,80}\s?){0,3}(?:\((?:END|끝)\)|끝|<끝>)?$", re.IGNORECASE)
LINKED = {"p": 0.8, "li": 0.3}  # share of links up to which a line beside the paragraphs is one of them
REFRAIN = 4  # times; what is said as often, as in a recipe or a timetable, is meant
QUOTED = 40  # letters; a quote that says less may come twice by chance
MOST_QUOTES = 200  # each is looked for in the whole story
REPORTED = re.compile(r"^\W*(?:additional )?(?:reporting|writing|editing) by\b", re.IGNORECASE)
# A credit or a sign-off stands alone below a story and belongs to it.
SIGNED = re.compile(r"^[(（\[【—–-].{2,60}[)）\]】]?$")


def sift(blocks: Sequence[Block], title: str, furniture: frozenset[str] = frozenset()) -> list[Block]:
    """Leave out what is no paragraph of the story.

    Stages: what repeats the headline; boxes of other stories; lines of links, of sharing and of selling; lines
    unlike the paragraphs; what these say already; the lines above the first
    paragraph and below the last one; repeated blocks. `furniture` are lines that this outlet prints and that are
    never part of a story.
    """
    kept = _without_title(blocks, bare(title))
    kept = [block for block in kept if block.text not in furniture and not CONTACT.match(block.text)]
    run = run_of(kept)
    kept = _without_boxes(kept)
    subheads = set(_subheads(kept, run))
    kept = _without_lists(kept, subheads)
    kept = [block for block in kept if block in subheads or not is_aside(block)]
    kept = _without_quotes(_without_strays(kept, run), run)
    return _once(_trimmed(kept, Counter(kind_of(block.element) for block in subheads)))


def is_aside(block: Block) -> bool:
    """Tell whether a block is nobody's sentence: a link to elsewhere, a button, a promotion, a copyright, a label."""
    length = block.size
    if block.element.tag not in TEXT_TAGS and not ends_sentence(block.text) and _is_label(block.text, length):
        return True
    return is_pointer(block) or (length < 200 and COPYRIGHT.search(block.text) is not None)


def is_pointer(block: Block) -> bool:
    """Tell whether a block leads elsewhere: a link, a button, a promotion."""
    length = block.size
    if block.link_share > 0.8 and length < 200:
        return block.link_share > 0.95 or not ends_sentence(block.text)
    if block.element.tag == "li" and block.link_share > 0.5 and not is_sentence(block):
        return True
    if length < 80 and FURNITURE.match(block.text):
        return True
    if block.link_share > 0.4 and length < 250 and LINK_OPENING.match(block.text):
        return True
    return length < 250 and PROMO.search(block.text) is not None


def _is_label(text: str, length: int) -> bool:
    """Tell whether a line outside paragraphs is a date, or a picture's credit."""
    return (length < 80 and is_dated(text)) or (length < 200 and CAPTION.search(text) is not None)


def _without_title(blocks: Sequence[Block], title: str) -> list[Block]:
    longest = 2 * len(title) + 20
    below = [block for block in blocks if block.element.tag != "h1"]
    return [block for block in below if len(block.text) > longest or block.bare != title]


def _without_lists(blocks: list[Block], subheads: Collection[Block]) -> list[Block]:
    """Leave out the words of furniture above a list of links, together with the list."""
    kept: list[Block] = []
    dropping = False
    for block in blocks:
        if _is_marker(block):
            dropping = True
        elif dropping and (is_sentence(block) or block in subheads):
            dropping = False
        if not dropping:
            kept.append(block)
    return kept


def _without_boxes(blocks: list[Block]) -> list[Block]:
    """Leave out the boxes that a marker of other stories heads, with all that stands in them."""
    markers = [block for block in blocks if _is_marker(block)]
    if not markers:
        return blocks
    number, letters = Counter(block.element for block in blocks), Counter[Element]()
    for block in blocks:
        letters[block.element] += len(block.text)
    most = 0.25 * letters.total()
    sum_up(number, letters)
    around = (_box_of(marker, number) for marker in markers)
    boxes = {box for box in around if box is not None and letters[box] < most}
    return [block for block in blocks if boxes.isdisjoint(chain(block.element))] if boxes else blocks


def _is_marker(block: Block) -> bool:
    return block.size < 80 and (NEXT.match(block.text) or BOX.match(block.text)) is not None


def _box_of(marker: Block, number: Mapping[Element, int]) -> Element | None:
    """Find the innermost element around a marker that holds more blocks than it."""
    return next((element for element in marker.element.iterancestors() if number[element] > 1), None)


def _subheads(blocks: Sequence[Block], run: Run) -> Iterator[Block]:
    """Give the headings right above paragraphs of the run, in the same element: also one that is a link heads them."""
    for block, following in pairwise(blocks):
        beside = block.element.getparent() is following.element.getparent()
        if block.is_heading and beside and run.holds(following) and is_sentence(following):
            yield block


def _without_strays(blocks: list[Block], run: Run) -> list[Block]:
    """Leave out the lines that stand in no element for text, where the story is told in paragraphs.

    They are numbers, names and labels of what stands in between.
    """
    if not run.is_most or any(kind[0] != "p" for kind in run.kinds):
        return blocks
    return [block for block in blocks if not _is_stray(block, run)]


def _is_stray(block: Block, run: Run) -> bool:
    if block.element.tag in TEXT_TAGS or block.is_heading or is_sentence(block):
        return False
    return block.element not in run.around and not SIGNED.match(block.text)


def _without_quotes(blocks: list[Block], run: Run) -> list[Block]:
    """Leave out what stands apart from the paragraphs and says again what they say: pull quotes."""
    apart = [b for b in blocks if not (run.holds(b) or b.is_heading or b.size < QUOTED)]
    whole = " ".join(block.bare for block in blocks)
    quotes = {block for block in apart[:MOST_QUOTES] if whole.count(block.bare) > 1}
    return [block for block in blocks if block not in quotes]


def _trimmed(blocks: list[Block], subheads: Counter[Kind]) -> list[Block]:
    """Cut the lines above the first sentence and below the last one.

    A line that stands among the paragraphs, in the same element, is one of them; a credit at the end too.
    """
    told = [i for i, block in enumerate(blocks) if is_sentence(block) and not REPORTED.match(block.text)]
    if not told:
        return blocks
    first, last = told[0], told[-1]
    hosts = {blocks[i].element.getparent() for i in told if blocks[i].element.tag == "p"}
    above = [
        block
        for i, block in enumerate(blocks[:first], 1)
        if _among(block, hosts) or (i == first and subheads[kind_of(block.element)] > 1)
    ]
    plain = [i for i, block in enumerate(blocks) if _among(block, hosts) and block.link_share < 0.3]
    until = max([last, *plain])
    below = [
        block
        for i, block in enumerate(blocks[last + 1 :], last + 1)
        if (i <= until and _among(block, hosts)) or (i == last + 1 and SIGNED.match(block.text))
    ]
    return [*above, *blocks[first : last + 1], *below]


def _among(block: Block, hosts: set[Element | None]) -> bool:
    """Tell whether a line is a paragraph, or an item of a list, beside the story's paragraphs."""
    tag, beside = block.element.tag, block.element.getparent()
    if tag == "li" and beside is not None:
        beside = beside.getparent()
    if tag not in LINKED or beside not in hosts or block.link_share > LINKED[tag]:
        return False
    return not (is_dated(block.text) or is_byline(block.text))


def _once(blocks: list[Block]) -> list[Block]:
    """Leave out what was said before in the same words, if it is long enough to be no chance and no refrain."""
    times = Counter(block.bare for block in blocks)
    seen: set[str] = set()
    kept = []
    for block in blocks:
        key = block.bare
        if key not in seen or len(key) < 20 or block.element.tag in ("li", "tr") or times[key] >= REFRAIN:
            kept.append(block)
        seen.add(key)
    return kept


def is_dated(text: str) -> bool:
    """Tell whether a short line is a date, with little else."""
    return (
        YEAR.search(text) is not None
        and not ends_sentence(text)
        and len(text) < 80
        and read_moment(text) is not None
    )
