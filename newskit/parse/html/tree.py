"""The text of a page -> one lxml tree, or the reason why there is none; and how text is read from its elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml import etree

from newskit.errors import NotAnArticle
from newskit.parse.characters import one_line

__all__ = [
    "LARGEST",
    "Element",
    "cut",
    "elements",
    "holders",
    "names_of",
    "read_tree",
    "sum_up",
    "text_of",
    "tokens_of",
    "words_of",
]

# Plain elements of lxml.etree: those of lxml.html cost a call into Python each time that one is met.
Element = etree._Element  # noqa: SLF001 - its public type

LARGEST = 10_000_000  # bytes or characters of a page; real pages: 99 % under 0.74 million
MOST_TAGS = 100_000  # real pages: 99 % under 5,700
MOST_ATTRIBUTES = 2_000  # of one tag; libxml2 takes quadratic time over them

TAG = re.compile(r"<[A-Za-z]")
LONG_TAG = 8_000  # characters; a shorter one holds no such number
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# What no article is written with, and what lxml refuses or cuts at; tab and line ends stay.
UNPRINTED = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
NONCHARACTERS = ("\ufffe", "\uffff")
ABOUT_OTHERS = frozenset(
    "has with without no not is non hide show overflow category tag type status format".split()
)
CUT = "cut-by-newskit"
STRING = etree.XPath("string()", smart_strings=False)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def read_tree(text: str) -> Element:
    """Parse a page once, within limits.

    Raises NotAnArticle for a page that is too large, has too many tags or attributes, or is nested
    deeper than libxml2 reads: it would lose the text below without a word.
    """
    _check_size(text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_printed(text), parser)
    except etree.LxmlError as error:
        raise NotAnArticle(
            f"the page holds no markup that can be read ({error}); is it saved whole?"
        ) from error
    if root is None:
        raise NotAnArticle("the page holds no markup that can be read; is it saved whole?")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise NotAnArticle("the page nests its tags more than 2,048 deep: what lies below would be lost")
    return root


def _printed(text: str) -> bytes:
    for character in NONCHARACTERS:
        text = text.replace(character, "")
    return text.encode("utf-8", "ignore").translate(None, UNPRINTED)


def _check_size(text: str) -> None:
    if len(text) > LARGEST:
        raise NotAnArticle(f"the page has {len(text):,} characters; newskit reads up to {LARGEST:,}")
    if text.count("<") > MOST_TAGS and (tags := len(TAG.findall(text))) > MOST_TAGS:
        raise NotAnArticle(f"the page has {tags:,} tags; newskit reads up to {MOST_TAGS:,}")
    for tag in _long_tags(text):
        attributes = len(QUOTED.sub("", tag).split())
        if attributes > MOST_ATTRIBUTES:
            raise NotAnArticle(
                f"a tag has {attributes:,} attributes; newskit reads up to {MOST_ATTRIBUTES:,}"
            )


def _long_tags(text: str) -> Iterator[str]:
    """Give the tags of more than LONG_TAG characters, and some others: a look at one place in so many meets each."""
    for at in range(LONG_TAG, len(text), LONG_TAG):
        start = text.rfind("<", at - LONG_TAG, at)
        if start >= 0 and text[start + 1].isalpha():
            end = text.find("<", at)
            yield text[start : end if end >= 0 else None].partition(">")[0]


def elements(root: Element, *tags: str) -> Iterator[Element]:
    """Walk the elements of these tags (of any tag without one) in document order."""
    return root.iter(*tags) if tags else root.iter(etree.Element)


def text_of(element: Element) -> str:
    """Read all text of an element as one line."""
    return one_line(STRING(element))


def holders(found: Iterable[Element]) -> dict[Element, None]:
    """Give elements and all around them, outermost first.

    Each is met once, however deep: pages nest 2,000 elements around 20,000 lines.
    """
    known: dict[Element, None] = {}
    for element in found:
        met = []
        above: Element | None = element
        while above is not None and above not in known:
            met.append(above)
            above = above.getparent()
        known |= dict.fromkeys(reversed(met))
    return known


def sum_up(*counts: Counter[Element]) -> None:
    """Count for every element what was counted for those in it, too."""
    for element in reversed(holders([element for count in counts for element in count])):
        parent = element.getparent()
        if parent is not None:
            for count in counts:
                count[parent] += count[element]


def cut(root: Element, found: Iterable[Element]) -> None:
    """Cut elements out of a tree; the text behind them stays."""
    for element in found:
        element.tag = CUT
    etree.strip_elements(root, CUT, with_tail=False)


def names_of(element: Element) -> tuple[str, str]:
    """Give class and id of an element, as much of them as is looked at: what is remembered must be bounded."""
    return (element.get("class") or "")[:500], (element.get("id") or "")[:100]


def words_of(element: Element) -> frozenset[str]:
    """Split class and id of an element into lower-case words: `shareBar_top` is share, bar, top."""
    return _words(*names_of(element))


@lru_cache(maxsize=16_384)
def _words(classes: str, name: str) -> frozenset[str]:
    return frozenset[str]().union(*tokens_of(classes, name))


@lru_cache(maxsize=16_384)
def tokens_of(classes: str, name: str) -> tuple[frozenset[str], ...]:
    """Give the words of each class, and of the id.

    `has-sidebar` and `no-ads` say what an element is not, `tag-trade` what a story is about, `sm:hidden` what
    a thing is at another width: they are left out.
    """
    found = map(_words_of_token, f"{classes} {name}".split())
    return tuple(words for words in found if words is not None)


@lru_cache(maxsize=16_384)
def _words_of_token(token: str) -> frozenset[str] | None:
    if _is_about_others(token):
        return None
    spaced = token.replace("-", " ").replace("_", " ")
    if spaced.islower() and spaced.replace(" ", "").isalpha():
        return frozenset(spaced.split())
    return frozenset(word.lower() for word in WORD.findall(token))


def _is_about_others(token: str) -> bool:
    first, hyphen, _ = token.replace("_", "-").partition("-")
    return (bool(hyphen) and first.lower() in ABOUT_OTHERS) or ":" in token or "[" in token or "]" in token
