"""The captions that stand between the paragraphs of a story and that no tag or name tells from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from newskit.parse.html.blocks import Block, chain
from newskit.parse.html.run import Run, is_sentence, run_of
from newskit.parse.html.sift import is_dated, is_pointer
from newskit.parse.html.tree import Element, text_of
from newskit.parse.names import is_byline
from newskit.parse.phrases import CAPTION

__all__ = ["captions_among", "worded"]

PICTURES = ("img", "picture", "amp-img", "figure")
LONGEST = 300  # letters of what stands with a picture; more is a section that has a picture
SHORTEST = 15  # of a caption worth keeping
MOST = 200  # captions; each is looked for in the whole story
CREDITS = ("©", "ⓒ")
TEXT = frozenset("ul ol table blockquote h2 h3 h4".split())  # what is text though a picture stands in it


def captions_among(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Find the captions: little text in one box with a picture, unlike the paragraphs; a credit line below a picture.

    >>> from newskit.parse.html.blocks import blocks_of
    >>> from newskit.parse.html.tree import read_tree
    >>> page = "<p>Both sides agreed to meet again in June.</p><div><img src=a><div>The old pier</div></div>"
    >>> [caption.text for caption in captions_among(blocks_of(read_tree(page)))]
    ['The old pier']
    """
    run = run_of(blocks)
    if not run.is_most:
        return ()
    boxed = _boxed(blocks, run)
    return tuple(block for block in _open_to_doubt(blocks, run) if _is_caption(block, run, boxed))


def worded(captions: Sequence[Block], paragraphs: Sequence[Block]) -> tuple[str, ...]:
    """Give those that say something of their picture: not the teasers, names and pull quotes that stand with one."""
    told = " ".join(block.bare for block in paragraphs)
    beside = Counter(block.element.getparent() for block in captions)
    return tuple(
        block.text
        for block in captions[:MOST]
        if (CAPTION.search(block.text) or beside[block.element.getparent()] == 1)
        and block.size >= SHORTEST
        and not (block.is_heading or is_pointer(block) or is_dated(block.text) or is_byline(block.text))
        and not block.text.startswith(CREDITS)
        and block.bare not in told
    )


def _open_to_doubt(blocks: Sequence[Block], run: Run) -> Iterator[Block]:
    """Give what may be a caption; a sentence above the first paragraph is more likely the standfirst."""
    begun = False
    for block in blocks:
        begun = begun or run.holds(block)
        if begun or not is_sentence(block) or CAPTION.search(block.text):
            yield block


def _boxed(blocks: Sequence[Block], run: Run) -> Counter[Element]:
    """Measure the text in every box beside the run."""
    letters: Counter[Element] = Counter()
    for block in blocks:
        for element in chain(block.element):
            if element in run.around:
                break
            letters[element] += block.size
    return letters


def _is_caption(block: Block, run: Run, boxed: Counter[Element]) -> bool:
    if run.holds(block):
        return _is_below_picture(block)
    box = run.box_of(block)
    if box is None or box.tag in TEXT or boxed[box] >= LONGEST or not _holds_picture(box):
        return _is_below_picture(block)
    return box.tag != "p" or not is_sentence(block) or CAPTION.search(block.text) is not None


def _is_below_picture(block: Block) -> bool:
    """Tell whether a line that credits a picture stands right below one."""
    before = block.element.getprevious()
    if before is None or block.size >= LONGEST or not (before.tag in PICTURES or _holds_picture(before)):
        return False
    return CAPTION.search(block.text) is not None and not text_of(before)


def _holds_picture(element: Element) -> bool:
    return next(element.iter(*PICTURES), None) is not None
