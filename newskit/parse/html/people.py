"""Who wrote a story, as its page states it: persons, and the agency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from newskit.parse.characters import one_line
from newskit.parse.html.metadata import Node, Page, strings
from newskit.parse.html.title import outlet_names
from newskit.parse.html.tree import words_of
from newskit.parse.names import is_byline, lone_name, names_outlet, read_byline

__all__ = ["Byline", "read_people"]

LONGEST = 200
MOST = 50
AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "cxenseparse:author",
    "og:author",
    "article:author_name",
    "articleauthor",
    "authors",
    "creator",
)
BYLINE_WORD = re.compile(
    r"^(?:byline|authors?|writer|reporter|journalist|auto(?:r|ren?)|auteurs?)$|author$|byline$"
)
ASIDE_WORDS = frozenset(
    "bio related comment comments follow image avatar photo more copyright caption".split()
)
# Attributes that may mark an author, found by libxml2: to read every class of a page in Python costs more.
# Most names hold none of the first parts: the others are not looked for in them.
_NAMED = (
    "contains(., 'ut') and (contains(., 'uthor') or contains(., 'utor') or contains(., 'uteur'))"
    " or contains(., 'line') and (contains(., 'yline') or contains(., 'yLine'))"
    " or contains(., 'er') and (contains(., 'riter') or contains(., 'eporter')) or contains(., 'ournalist')"
)
MARKED = etree.XPath(
    f"//h1 | //@itemprop[contains(., 'author')]/.. | //@rel[contains(., 'author')]/.. | //@class[{_NAMED}]/.. | "
    f"//@id[{_NAMED}]/.. | //a/@href[contains(., '/aut')]/.."
)
AUTHOR_PAGE = re.compile(r"/(?:authors?|auth?or(?:in|en|es|i)?|auteurs?)/", re.IGNORECASE)
BELOW = etree.XPath(
    "(//h1)[last()]/following::text()[normalize-space()][not(ancestor::script or ancestor::style)][position() <= 80]"
)
NO_MARK = frozenset("body html meta link script img svg figure time".split())


@dataclass(frozen=True)
class Byline:
    """Persons and agency, and where they were read."""

    persons: tuple[str, ...] = ()
    agency: str | None = None
    origin: str = ""


def read_people(page: Page, outlet: str | None) -> Byline:
    """Read the byline from JSON-LD, then meta tags, then the page: the first place that names a person."""
    outlets = outlet_names(page, outlet)
    agency = None
    for byline in _places(page):
        persons = tuple(person for person in byline.persons if not names_outlet(person, outlets))
        agency = agency or byline.agency
        if persons:
            return Byline(persons, agency, byline.origin)
    return Byline((), agency, "page text" if agency else "")


def _places(page: Page) -> Iterator[Byline]:
    yield _together((_of_node(item) for item in _linked(page, "author")), "json-ld")
    yield _together((_of_node(item) for item in _linked(page, "creator")), "json-ld")
    for name in AUTHOR_METAS:
        texts = [text for text in page.meta(name) if not text.startswith(("http", "/"))]
        yield _together((_of_text(text) for text in texts), "meta")
    yield replace(_marked(page), origin="page text")
    yield replace(_said(page), origin="page text")


def _together(bylines: Iterator[Byline], origin: str) -> Byline:
    persons: dict[str, None] = {}
    agency = None
    for byline in bylines:
        persons |= dict.fromkeys(byline.persons)
        agency = agency or byline.agency
    return Byline(tuple(persons), agency, origin)


def _of_text(text: str) -> Byline:
    return Byline(*read_byline(text)) if len(text) <= LONGEST else Byline()


# --- JSON-LD -----------------------------------------------------------------------------------------------


def _linked(page: Page, key: str) -> list[Any]:
    """Give the authors of the article; one that stands elsewhere in the page is fetched by its @id."""
    value = page.node.get(key)
    people = value if isinstance(value, list) else [value]
    return [_fetched(page.nodes, person) for person in people[:MOST]]


def _fetched(nodes: Sequence[Node], person: Any) -> Any:
    if not isinstance(person, dict) or "name" in person or "@id" not in person:
        return person
    return next((node for node in nodes if node.get("@id") == person["@id"] and "name" in node), person)


def _of_node(person: Any) -> Byline:
    """Read one author; an organization is at best an agency, and a person may have a single name."""
    names = strings(person, "name") or _full_name(person)
    kind = str(person.get("@type")) if isinstance(person, Mapping) else ""
    byline = _together((_of_text(name) for name in names if not name.startswith("http")), "")
    if "Organization" in kind:
        return replace(byline, persons=())
    lone = tuple(name for name in names if "erson" in kind and lone_name(name))
    return byline if byline.persons or byline.agency else replace(byline, persons=lone)


def _full_name(person: Any) -> list[str]:
    parts = (
        [*strings(person, "givenName"), *strings(person, "familyName")] if isinstance(person, Mapping) else []
    )
    return [" ".join(parts)] if parts else []


# --- marks in the page -------------------------------------------------------------------------------------


def _marked(page: Page) -> Byline:
    """Read the first element below the heading that the page marks as author; else a link to an author's page.

    What else is marked within the same small box belongs to it; marks elsewhere are those of other stories.
    """
    below = False
    marks: dict[tuple[bool, bool], list[Any]] = {}
    for element in MARKED(page.root):
        below = below or element.tag == "h1"
        sure = _is_mark(element)
        if sure or AUTHOR_PAGE.search(element.get("href") or ""):
            marks.setdefault((not below, not sure), []).append(element)
    for _, group in sorted(marks.items()):
        first = next((element for element in group if _named(element)), None)
        if first is not None:
            return _together(_innermost(group, first), "")
    return Byline()


def _innermost(group: Sequence[Any], first: Any) -> Iterator[Byline]:
    """Read the marks around the first one; of two within each other, the inner one."""
    near = _box(first)
    named = {element: byline for element in group if element in near and (byline := _named(element))}
    outer = {above for element in named for above in element.iterancestors()}
    return (byline for element, byline in named.items() if element not in outer)


def _said(page: Page) -> Byline:
    """Read the line below the heading that says of itself that it is a byline: "By Han Seo-yun"."""
    for text in BELOW(page.root):
        line = one_line(text[:LONGEST])
        if is_byline(line):
            element = text.getparent().getparent() if text.is_tail else text.getparent()
            around = (holder for holder in (element, element.getparent()) if holder is not None)
            byline = next((found for holder in around if (found := _named(holder))), None)
            if byline is not None:
                return byline
    return Byline()


def _is_mark(element: Any) -> bool:
    if element.tag in NO_MARK:
        return False
    if (
        re.search(r"\bauthor\b", element.get("itemprop") or "")
        or "author" in (element.get("rel") or "").split()
    ):
        return True
    words = words_of(element)
    marked = any(BYLINE_WORD.search(word) for word in words)
    return marked and words.isdisjoint(ASIDE_WORDS)


def _named(element: Any) -> Byline | None:
    """Read a byline whose parts have tags of their own; first and last name may have one each too."""
    lines = _lines(element)
    bylines = (_of_text(text) for text in (lines, lines.replace("\n", " ")) if text)
    return next((byline for byline in bylines if byline.persons or byline.agency), None)


def _lines(element: Any) -> str:
    """Give the text of an element, each piece that has a tag of its own on its own line; empty where it is long."""
    pieces: list[str] = []
    room = LONGEST
    for text in element.itertext():
        piece = one_line(text)
        room -= len(piece) + 1 if piece else 0
        if room < 0:
            return ""
        pieces += [piece] if piece else []
    return "\n".join(pieces)


def _box(element: Any) -> set[Any]:
    """Give the elements of the largest box around an element that holds little else."""
    box = element
    while (parent := box.getparent()) is not None and _lines(parent):
        box = parent
    return set(box.iter(etree.Element))
