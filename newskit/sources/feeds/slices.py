"""The text of a feed, cut into its items as it streams by: a broken or endless item costs itself and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["ITEMS", "Root", "Slice", "find_root", "first_element", "slices"]

ITEMS = {
    "rss": "item",
    "rdf": "item",
    "channel": "item",
    "feed": "entry",
    "urlset": "url",
    "sitemapindex": "sitemap",
}
"""Name of the root -> name of its items, both in lower case."""

LARGEST = 30_000_000  # characters of one item: twice a text of 10 MB, and what stands around it
_HEAD = 1_000_000  # characters before the first item that are looked at
_MARK = 80  # characters; a mark that a chunk cuts in two is no longer
_ASIDE = re.compile(r"[\s\ufeff\0]+|<\?")
_ROOT = re.compile(rf"<(?:([\w.-]{{1,40}}):)?({'|'.join(ITEMS)})(?=[\s/>])", re.IGNORECASE)
_SPACE_NAME = re.compile(r"""\sxmlns:([\w.-]{1,40})\s*=\s*["']([^"'<>]{1,300})["']""")
_OWN_SPACES = re.compile(
    r"purl\.org/(?:rss|atom|net/rss)|/2005/atom|netscape\.com/rdf|schemas/sitemap/", re.IGNORECASE
)
_END_OF_DOCTYPE = re.compile(r"\]\s*>")
_CLOSE = {"<![CDATA[": "]]>", "<!--": "-->"}


@dataclass(frozen=True)
class Root:
    """The first element of a feed: its name in lower case, its prefix, and where it starts in the text."""

    name: str
    prefix: str
    start: int


@dataclass(frozen=True)
class Slice:
    """A part of a feed. "head" comes first, once; of a "large" item the text is left out; "cut" is the last."""

    kind: Literal["head", "item", "large", "cut"]
    text: str = ""


def find_root(text: str) -> Root | None:
    """Find the root of a feed behind declaration, comments and DOCTYPE; None where another element comes first.

    >>> find_root('<?xml version="1.0"?><!-- <feed> --><rss version="2.0">').name
    'rss'
    >>> find_root("<html><rss>") is None
    True
    """
    place = first_element(text)
    found = _ROOT.match(text, place)
    return Root(found[2].lower(), found[1] or "", place) if found else None


def first_element(text: str) -> int:
    """Give the place of the first element; the length of the text where none has come."""
    place = 0
    while (after := _after_aside(text, place)) > place:
        place = after
    return place


def _after_aside(text: str, place: int) -> int:
    """Skip spaces, or one declaration, comment or DOCTYPE; give the same place where none stands there."""
    space = _ASIDE.match(text, place)
    if space and space[0] != "<?":
        return space.end()
    if space:
        return _behind(text, "?>", place)
    if text.startswith("<!--", place):
        return _behind(text, "-->", place)
    if text[place : place + 9].upper() == "<!DOCTYPE":
        return _after_doctype(text, place)
    return place


def _behind(text: str, mark: str, place: int) -> int:
    end = text.find(mark, place)
    return end + len(mark) if end >= 0 else len(text)


def _after_doctype(text: str, place: int) -> int:
    end, subset = text.find(">", place), text.find("[", place)
    if subset < 0 or 0 <= end < subset:
        return _behind(text, ">", place)
    close = _END_OF_DOCTYPE.search(text, subset)
    return close.end() if close else len(text)


def slices(chunks: Iterator[str], root: Root) -> Iterator[Slice]:
    """Cut a feed into what stands before its items, and its items; a feed that ends too early ends with "cut".

    Comments and CDATA are stepped over. An item that is not closed before the next one opens ends there.
    """
    yield from _Slicer(chunks, root).run()


@dataclass
class _Slicer:
    chunks: Iterator[str]
    root: Root
    text: str = ""
    place: int = 0  # up to here the text was looked at
    start: int = -1  # of the item that is open
    headed: bool = False
    large: bool = False
    ended: bool = False
    closing: str = ""  # what ends the comment or CDATA that is open
    mark: re.Pattern[str] = field(init=False)

    def run(self) -> Iterator[Slice]:
        self._more()
        self.mark = _marks(self.text, self.root)
        while True:
            yield from self._found()
            if not self._more():
                break
        yield from self._last()

    def _found(self) -> Iterator[Slice]:
        """Give what is complete in the text at hand."""
        while self._step_over() and (mark := self.mark.search(self.text, self.place)):
            if mark[0] in _CLOSE:
                self.closing, self.place = _CLOSE[mark[0]], mark.end()
                continue
            end = self.text.find(">", mark.end()) + 1
            if not end:
                self.place = mark.start()
                return
            self.place = end
            yield from self._tag(mark, end)
        if not self.closing:
            self.place = max(self.place, len(self.text) - _MARK)

    def _step_over(self) -> bool:
        """Leave the open comment or CDATA; False where its end has not come yet."""
        if self.closing:
            end = self.text.find(self.closing, self.place)
            if end < 0:
                self.place = max(self.place, len(self.text) - 2)
                return False
            self.place, self.closing = end + 3, ""
        return True

    def _tag(self, mark: re.Match[str], end: int) -> Iterator[Slice]:
        closes, name = mark[1], mark[2]
        if name.rpartition(":")[2].lower() == self.root.name:
            self.ended = bool(closes)
        elif closes:
            yield from self._close(end)
        else:
            yield from self._close(mark.start())
            yield from self._head(mark.start())
            self.start = mark.start()
            if self.text[end - 2] == "/":
                yield from self._close(end)

    def _head(self, end: int) -> Iterator[Slice]:
        if not self.headed:
            self.headed = True
            yield Slice("head", self.text[min(self.root.start, end) : end])

    def _close(self, end: int) -> Iterator[Slice]:
        if self.start >= 0:
            large = self.large or end - self.start > LARGEST
            yield Slice("large") if large else Slice("item", self.text[self.start : end])
        self.start, self.large = -1, False

    def _more(self) -> bool:
        chunk = next(self.chunks, "")
        self._forget()
        self.text += chunk
        return bool(chunk)

    def _forget(self) -> None:
        """Drop what was given out, the middle of an item that is too large, and a head beyond all measure."""
        if self.start >= 0 and self.place - self.start > LARGEST:
            self.large, self.start = True, 0
            self.text, self.place = self.text[self.place :], 0
        elif self.start >= 0:
            self.text, self.place, self.start = self.text[self.start :], self.place - self.start, 0
        elif self.headed or self.place > self.root.start + _HEAD:
            kept = 0 if self.headed else self.root.start + _HEAD
            self.text = self.text[:kept] + self.text[self.place :]
            self.place = kept

    def _last(self) -> Iterator[Slice]:
        yield from self._head(len(self.text) if self.start < 0 else self.start)
        if self.start >= 0:
            yield Slice("cut", "in the middle of an item")
        elif self.closing or not self.ended:
            yield Slice("cut", "before it is closed")


def _marks(text: str, root: Root) -> re.Pattern[str]:
    """Build what is looked for: items and the root under the prefixes of a feed, comments and CDATA."""
    tag = text[root.start : text.find(">", root.start) + 1 or None][:_HEAD]
    own = {name for name, space in _SPACE_NAME.findall(tag) if _OWN_SPACES.search(space)} | {root.prefix}
    prefixes = "|".join(re.escape(name) for name in sorted(own) if name)
    prefix = f"(?:(?:{prefixes}):)?" if prefixes else ""
    names = f"{prefix}(?:{ITEMS[root.name]}|{root.name})"
    return re.compile(rf"<!\[CDATA\[|<!--|<(/?)({names})(?=[\s/>])", re.IGNORECASE)
