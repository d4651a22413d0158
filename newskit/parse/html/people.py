"""Who wrote a story, as its page states it: persons, and the agency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newskit.parse.characters import bare
from newskit.parse.html.metadata import Page, site_names, strings
from newskit.parse.html.tree import elements, text_of, words_of
from newskit.parse.names import read_byline

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
    "authors",
    "creator",
)
BYLINE_WORDS = frozenset("byline author authors writer reporter journalist autor autore auteur".split())
ASIDE_WORDS = frozenset(
    "bio related comment comments follow image avatar photo more social date time".split()
)


@dataclass(frozen=True)
class Byline:
    """Persons and agency, and where they were read."""

    persons: tuple[str, ...] = ()
    agency: str | None = None
    origin: str = ""


def read_people(page: Page, outlet: str | None) -> Byline:
    """Read the byline from JSON-LD, then meta tags, then the page: the first place that names a person."""
    outlets = {bare(value.text) for value in site_names(page)} | {bare(outlet or "")}
    agency = None
    for texts, origin in _places(page):
        persons: list[str] = []
        for text in texts:
            if bare(text) in outlets:
                continue
            found, credited = read_byline(text)
            agency = agency or credited
            persons += [person for person in found if person not in persons and bare(person) not in outlets]
        if persons:
            return Byline(tuple(persons), agency, origin)
    return Byline((), agency, "page text" if agency else "")


def _places(page: Page) -> Iterator[tuple[list[str], str]]:
    yield _linked(page.node.get("author")), "json-ld"
    yield _linked(page.node.get("creator")), "json-ld"
    yield [t for t in page.meta(*AUTHOR_METAS) if not t.startswith(("http", "/"))], "meta"
    yield _marked(page), "page text"


def _linked(value: Any) -> list[str]:
    persons = value if isinstance(value, list) else [value]
    names = [name for person in persons[:MOST] for name in strings(person, "name") or _full_name(person)]
    return [name for name in names if len(name) <= LONGEST and not name.startswith("http")]


def _full_name(person: Any) -> list[str]:
    parts = (
        [*strings(person, "givenName"), *strings(person, "familyName")] if isinstance(person, dict) else []
    )
    return [" ".join(parts)] if parts else []


def _marked(page: Page) -> list[str]:
    """Read the elements that the page itself marks as author, the surest mark first."""
    by_mark: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for element in elements(page.root):
        rank = _rank(element)
        text = text_of(element) if rank is not None else ""
        if rank is not None and 0 < len(text) <= LONGEST and text not in by_mark[rank]:
            by_mark[rank].append(text)
    return next(
        (
            texts[:1] if rank == 2 else texts[:6]
            for rank, texts in by_mark.items()
            if any(read_byline(t)[0] for t in texts)
        ),
        [],
    )


def _rank(element: Any) -> int | None:
    if element.tag in ("body", "html", "meta", "link", "script", "img", "svg", "figure", "time"):
        return None
    if (
        re.search(r"\bauthor\b", element.get("itemprop") or "")
        or "author" in (element.get("rel") or "").split()
    ):
        return 0
    words = words_of(element)
    if words.isdisjoint(BYLINE_WORDS) or not words.isdisjoint(ASIDE_WORDS):
        return None
    return 1 if "name" in words else 2
