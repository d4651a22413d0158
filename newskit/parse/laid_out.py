"""What was taken from a page and what was left: each line that it shows, and the part it was taken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from lxml import etree

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse import is_html, parse, text_of_page
from newskit.parse.characters import bare, one_line
from newskit.parse.dates import read_moment
from newskit.parse.html.blocks import blocks_of
from newskit.parse.html.tree import read_tree
from newskit.parse.phrases import COPYRIGHT

__all__ = ["LaidOut", "Part", "laid_out"]

Part = Literal["title", "byline", "date", "caption", "body", "left out"]

MOST_LINES = 3_000
LONGEST_CREDIT = 200  # characters of a line that is there for its names or its date
LEAST_PIECE = 20  # letters of a line that is known as a piece of a paragraph
SEARCHED = 500_000  # letters of a story in which a piece is looked for
UNSEEN = "head script style noscript template svg select option iframe object".split()


@dataclass(frozen=True)
class LaidOut:
    """A page's lines, each with its part; the article, or why there is none."""

    article: Article | None
    why: str
    lines: tuple[tuple[Part, str], ...]

    @property
    def counts(self) -> dict[Part, int]:
        """Give the number of lines of each part."""
        return dict(Counter(part for part, _ in self.lines))


def laid_out(raw: bytes | str, url: str | None = None) -> LaidOut:
    r"""Parse a page and tell for each line that it shows what it was taken for.

    A page that is no article has all its lines left out. At most 3,000 lines are told.

    >>> page = "Home\n\nTalks go on\n\nBoth sides agreed on Monday to meet again in June."
    >>> [part for part, _ in laid_out(page).lines]
    ['left out', 'title', 'body']
    """
    try:
        article, why = parse(raw, url=url), ""
    except NotAnArticle as error:
        article, why = None, str(error)
    return LaidOut(article, why, tuple(_told(raw, article)))


def _told(raw: bytes | str, article: Article | None) -> Iterator[tuple[Part, str]]:
    try:
        lines = list(islice(_lines(raw), MOST_LINES))
    except NotAnArticle:  # of a page that cannot be read there is nothing to show
        return
    parts = _Parts(article) if article else None
    for line in lines:
        yield (parts.of(line) if parts else "left out", line)


def _lines(raw: bytes | str) -> Iterator[str]:
    """Give the lines that a reader sees."""
    text = text_of_page(raw).text
    if not is_html(text):
        yield from filter(None, map(one_line, text.splitlines()))
        return
    root = read_tree(text)
    etree.strip_elements(root, *UNSEEN, with_tail=False)
    yield from (block.text for block in blocks_of(root))


class _Parts:
    """What an article was made of, to know its pieces by; each paragraph and caption counts once."""

    def __init__(self, article: Article) -> None:
        self.title = bare(article.title)
        self.names = [bare(name) for name in (*article.byline, article.agency or "") if name]
        self.days = {moment.date() for moment in (article.published, article.updated) if moment}
        told: dict[Part, tuple[str, ...]] = {"body": article.paragraphs, "caption": article.captions}
        self.left = {part: Counter(bare(text) for text in texts) for part, texts in told.items()}
        self.joined = {part: "\n".join(left)[:SEARCHED] for part, left in self.left.items()}

    def of(self, line: str) -> Part:
        """Tell what a line was taken for."""
        key = bare(line)
        if key and key == self.title:
            return "title"
        if any(key in left for left in self.left.values()):
            return self._once(key)
        return self._credit(line, key) or self._piece(key) or "left out"

    def _once(self, key: str) -> Part:
        part = next((part for part, left in self.left.items() if left[key]), None)
        if part is None:
            return "left out"
        self.left[part][key] -= 1
        return part

    def _credit(self, line: str, key: str) -> Part | None:
        if len(line) > LONGEST_CREDIT or COPYRIGHT.search(line):
            return None
        if any(name in key for name in self.names):
            return "byline"
        moment = read_moment(line)
        return "date" if moment is not None and moment.value.date() in self.days else None

    def _piece(self, key: str) -> Part | None:
        """Know a line that the page breaks off within a paragraph."""
        if len(key) < LEAST_PIECE:
            return None
        return next((part for part, joined in self.joined.items() if key in joined), None)
