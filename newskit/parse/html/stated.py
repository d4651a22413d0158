"""Where a page states its dates: in its head, around its headline, on elements named after a date, in its scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml import etree

from newskit.parse.characters import bare, one_line
from newskit.parse.dates import read_moment
from newskit.parse.html.metadata import Page, strings
from newskit.parse.html.tree import Element, elements, names_of, text_of, tokens_of

__all__ = ["Role", "Stated", "head_dates", "marked_dates", "near_dates", "script_dates", "told_dates"]

Role = Literal["published", "updated"]

LABEL = re.compile(
    r"(?P<updated>updat|uppdat|opp?dat|modif|a[kc]tuali[sz]|geändert|bijgewerkt|gewijzigd|mis à jour|aggiornat|atualizad|\bedited"
    r"|päivitetty|frissítve|módosít|güncelle|ενημερώθ|수정|更新|обновлен|изменен|оновлен|cập nhật)"
    r"|(?P<published>\bpubli|\bpubbl|gepubl|opubl|publikován|veröffentlicht|erstellt|\bposted|\bcreated|geplaatst|julkaistu|zveřejněn"
    r"|közzétéve|megjelent|yayın|δημοσ|입력|등록|송고|작성|公開|配信|掲載|发布|發布|發佈|опубл|đăng)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Stated:
    """A date as a page states it: its text, where it stands, how much that counts, and what it is the date of."""

    text: str
    origin: str
    weight: float
    role: Role = "published"


# --- in the head -------------------------------------------------------------------------------------------

UPDATED_NAME = re.compile(r"modif|updat|lastmod|revis|changed", re.IGNORECASE)
PUBLISHED_NAME = re.compile(
    r"publish(?!er)|pub[-_.:]?(?:date|time)|publication|issued|releas|display[-_]?date|post[-_]?date|upload[-_]?date"
    r"|creat(?:ed|ion)|date[-_.]?original|(?:^|[.:])(?:date|timestamp)$",
    re.IGNORECASE,
)


def head_dates(page: Page) -> Iterator[Stated]:
    """Give the dates of JSON-LD and of the meta tags; of several meta tags the first counts most.

    >>> from newskit.parse.html.metadata import read_page
    >>> from newskit.parse.html.tree import read_tree
    >>> page = '<meta property="article:published_time" content="2023-02-14">'
    >>> [*head_dates(read_page(read_tree(page), None))]
    [Stated(text='2023-02-14', origin='meta', weight=2, role='published')]
    """
    yield from (Stated(text, "json-ld", 3) for text in strings(page.node.get("datePublished")))
    yield from (Stated(text, "meta", 0.5 if n else 2) for n, text in enumerate(_metas(page, "published")))
    yield from (Stated(text, "json-ld", 1) for text in strings(page.node.get("dateCreated")))
    for node in page.nodes:
        weight = 2 if "Page" in str(node.get("@type")) else 1
        yield from (Stated(text, "json-ld", weight) for text in strings(node.get("datePublished")))
    yield from (Stated(text, "json-ld", 1, "updated") for text in strings(page.node.get("dateModified")))
    yield from (Stated(text, "meta", 1, "updated") for text in _metas(page, "updated"))


def _metas(page: Page, role: Role) -> Iterator[str]:
    for name in sorted(page.metas, key=lambda name: name != "article:published_time"):
        if _role_of(name) == role:
            yield from page.metas[name]


@lru_cache(maxsize=4096)
def _role_of(name: str) -> Role | None:
    if UPDATED_NAME.search(name):
        return "updated"
    return "published" if PUBLISHED_NAME.search(name) else None


# --- around the headline -----------------------------------------------------------------------------------

AFTER, BEFORE = 700, 300  # characters around a headline in which the date of its story stands
MOST_STEPS = 200  # texts
LONGEST_TEXT = 1_000
SHORT = 60  # characters: a longer text is prose that speaks of a date, unless it begins with one
CLOSE = 250
DATED = re.compile(r"(?:19|20)\d\d|(?<!\d)\d\d?[./-]\s?\d\d?[./-]\s?\d\d(?!\d)")
DAYLESS = 20  # characters of a month and a year, whose day stands in an element of its own
DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
SPAN = re.compile(r"(?<!\d)\d{1,2}\.?\s?[-–]\s?\d{1,2}\.?\s?[^\W\d_]{3}")
MARKED: dict[str, Role] = {"datepublished": "published", "datemodified": "updated"}
YEAR_FIRST = re.compile(r"\W{0,3}(?:19|20)\d\d\b")
CLOCK_FIRST = re.compile(r"\W{0,3}(?:at |um |à |klo? )?\d{1,2}\s?[:.h]\s?\d\d\b", re.IGNORECASE)
PASSED = frozenset("script style noscript template figure figcaption nav footer select".split())
UPDATED_WORDS = frozenset("updated update modified modify lastmod dtmodified changed revised".split())
PUBLISHED_WORDS = frozenset("published publish pubdate posted created issued".split())


@dataclass(frozen=True)
class Piece:
    """A text near a headline, the date in its element's attribute, and the characters between: negative before it."""

    element: Element
    text: str
    attribute: str
    distance: int

    @property
    def rank(self) -> int:
        """Order pieces: the date of a story stands behind its headline, or very close before it."""
        return self.distance if self.distance >= 0 else 100 - 5 * self.distance


@dataclass(frozen=True)
class Near:
    """A date near a headline, and what its label says of it."""

    stated: Stated
    piece: Piece
    label: Role | None

    @property
    def order(self) -> tuple[bool, int]:
        """Sort what is labelled before what is not, and the nearer before the farther."""
        return self.label is None, self.piece.rank

    @property
    def shape(self) -> tuple[str, ...]:
        """Describe how it stands on the page, to tell the dates of a list."""
        return self.stated.origin, *_shape(self.piece.element)


def near_dates(page: Page) -> list[Stated]:
    """Give the dates around the headline. The one labelled as publication counts, else the nearest; others hardly."""
    found = next((near for near in map(_dates_around, _headlines(page)[:3]) if near), [])
    published = [near for near in found if near.label == "published"]
    published += [near for near in found if near.label is None and not _named_update(near.piece.element)]
    # Where only one date is shown, themes call its element "updated" although no label does.
    published = published or [near for near in found if near.label != "updated"]
    published.sort(key=lambda near: near.order)
    first = [_weighed(near) for near in published if near.piece is published[0].piece]
    later = [replace(near.stated, weight=1) for near in published if near.piece is not published[0].piece]
    updates = [replace(near.stated, role="updated") for near in found if near not in published]
    return [*first, *later, *updates]


def _dates_around(heading: Element) -> list[Near]:
    before = [*_around(heading, backward=True)][::-1]
    return _without_lists([*_near([*before, *_around(heading, backward=False)])])


def _without_lists(found: Sequence[Near]) -> list[Near]:
    """Leave out dates that recur in the same shape: those of a list of teasers or comments."""
    listed = _listed((near.shape, near.stated.text) for near in found)
    return [near for near in found if near.shape not in listed]


def _listed(shaped: Iterable[tuple[tuple[str, ...], str]]) -> set[tuple[str, ...]]:
    """Give the shapes in which three different dates stand or more."""
    texts: dict[tuple[str, ...], set[str]] = {}
    for shape, text in shaped:
        texts.setdefault(shape, set()).add(text)
    return {shape for shape, dates in texts.items() if len(dates) >= 3}


def _shape(element: Element) -> tuple[str, str, str]:
    parent = element.getparent()
    holder = "" if parent is None else str(parent.tag)
    return str(element.tag), element.get("class") or "", holder


def _weighed(near: Near) -> Stated:
    """Let a close date count most, and what is shown count more than the attribute behind it."""
    close = near.piece.rank <= CLOSE and len(near.stated.text) <= SHORT
    marked = near.label == "published" or near.stated.origin == "time" or _is_dated(near.piece.element)
    weight = 3 if close else 2.5 if marked else 1.9
    return replace(near.stated, weight=weight - 0.25 * (near.stated.origin == "time"))


def _near(pieces: Sequence[Piece]) -> Iterator[Near]:
    for n, piece in enumerate(pieces):
        if not (piece.attribute or DATED.search(piece.text)):
            continue
        label = MARKED.get((piece.element.get("itemprop") or "").lower()) or _label_before(pieces, n)
        shown = [(text, role) for text, role in _labelled(_joined(pieces, n), label) if _is_dating(text)]
        found = [(Stated(text[: 2 * SHORT], "page text", 1), role) for text, role in shown]
        if piece.attribute:
            found.append((Stated(piece.attribute, "time", 1), _label(piece.text) or label))
        yield from (
            Near(stated, piece, role) for stated, role in found if read_moment(stated.text) is not None
        )


def _label_before(pieces: Sequence[Piece], n: int) -> Role | None:
    before = pieces[n - 1].text[-30:] if n else ""
    return None if DATED.search(before) else _label(before)


def _is_dating(text: str) -> bool:
    """Tell a text that dates a story from prose that speaks of a date, and from a span of days."""
    return DATED.search(text if len(text) <= SHORT else text[:14]) is not None and SPAN.search(text) is None


def _joined(pieces: Sequence[Piece], n: int) -> str:
    """Join the parts of a date that stand in elements of their own: day and month before a year, the clock behind."""
    text = pieces[n].text
    if YEAR_FIRST.match(text) or (len(text) <= DAYLESS and not DAY.search(text)):
        text = " ".join([*(p.text for p in pieces[max(0, n - 2) : n] if len(p.text) <= 12), text])
    if n + 1 < len(pieces) and CLOCK_FIRST.match(pieces[n + 1].text):
        text = f"{text} {pieces[n + 1].text[:20]}"
    return text


def _labelled(text: str, label: Role | None) -> list[tuple[str, Role | None]]:
    """Cut a text before each label in it: "Posted 3 May, updated 4 May" holds two dates."""
    marks = list(LABEL.finditer(text))
    starts = [0, *(mark.start() for mark in marks)]
    roles = [label, *(_label(mark[0]) for mark in marks)]
    parts = [(text[a:b], role) for a, b, role in zip(starts, [*starts[1:], len(text)], roles, strict=True)]
    if len(parts) == 2 and roles == [None, "published"] and not DATED.search(parts[1][0]):
        return [(text, "published")]  # as in German, where the verb stands last
    return parts


def _label(text: str) -> Role | None:
    mark = LABEL.search(text)
    return None if mark is None else "updated" if mark["updated"] else "published"


def _named_update(element: Element) -> bool:
    words = _words(element) | _words(element.getparent())
    return not words.isdisjoint(UPDATED_WORDS) and words.isdisjoint(PUBLISHED_WORDS)


def _words(element: Element | None) -> frozenset[str]:
    if element is None:
        return frozenset()
    return frozenset[str]().union(*tokens_of(*names_of(element)))


def _headlines(page: Page) -> list[Element]:
    """Give the headings that the page's titles repeat, the longest first; the first h1 where there is none."""
    titles = [*page.meta("og:title", "twitter:title"), *strings(page.node.get("headline"))]
    titles = [bare(text) for text in (*titles, *map(text_of, islice(elements(page.root, "title"), 1)))]
    headings = [e for tag in ("h1", "h2", "h3") for e in islice(elements(page.root, tag), 20)]
    texts = {e: bare(text_of(e)) for e in headings}
    agreeing = [e for e in headings if any(_repeats(texts[e], title) for title in titles)]
    return sorted(agreeing, key=lambda e: (texts[e] not in titles, -len(texts[e]))) or [
        e for e in headings[:1] if e.tag == "h1"
    ]


def _repeats(heading: str, title: str) -> bool:
    """Tell whether a heading makes up half of a title or more, or begins as a title does that was cut short."""
    shorter, longer = sorted((heading, title), key=len)
    return len(shorter) > 0.5 * len(longer) and (shorter in longer or shorter[:25] == longer[:25])


def _around(heading: Element, *, backward: bool) -> Iterator[Piece]:
    """Walk from a headline and give the texts on the way, the nearest first."""
    distance, furthest = (-1, -BEFORE) if backward else (0, AFTER)
    for element, raw, attribute in islice(_texts_from(heading, backward=backward), MOST_STEPS):
        text = one_line(raw[:LONGEST_TEXT])
        if text or attribute:
            yield Piece(element, text, attribute, distance)
        distance += -len(text) if backward else len(text)
        if abs(distance) > abs(furthest):
            return


_Text = tuple[Element, str, str]  # the element that holds it, the text, the date in the element's attribute


def _texts_from(start: Element, *, backward: bool) -> Iterator[_Text]:
    for inner in (start, *start.iterancestors()):
        parent = inner.getparent()
        if not backward and parent is not None:
            yield parent, inner.tail or "", ""
        for sibling in inner.itersiblings(preceding=backward):
            yield from _texts_in(sibling, backward=backward)
        if backward and parent is not None:
            yield parent, parent.text or "", ""


def _texts_in(element: Element, *, backward: bool) -> Iterator[_Text]:
    """Give the texts of an element and its tail in order; without recursion, for pages are nested deep."""
    waiting: list[Element | _Text] = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            yield item
            continue
        parts: list[Element | _Text] = []
        if item.tag not in PASSED:
            text, attribute = item.text, _attribute(item)
            parts += [(item, text or "", attribute)] if attribute or (text and not text.isspace()) else []
            parts += item
        tail, parent = item.tail, item.getparent()
        if parent is not None and tail and not tail.isspace():
            parts.append((parent, tail, ""))
        waiting += parts if backward else reversed(parts)


def _attribute(element: Element) -> str:
    """Read the machine-readable date of an element."""
    if element.tag == "time":
        return element.get("datetime") or ""
    is_date = (element.get("itemprop") or "").startswith("date")
    return (element.get("content") or element.get("datetime") or "") if is_date else ""


# --- anywhere on the page ----------------------------------------------------------------------------------

LONGEST = 120
MOST_PLACES = 50
DATE_WORDS = PUBLISHED_WORDS | frozenset(
    "date dates datetime time timestamp publication postdate byline dateline meta info regdate dtime".split()
)
LIKE_DATE = re.compile(
    "ate|ime|ubl|osted|reated|ssued|yline|eta|nfo", re.IGNORECASE
)  # a part of each of these
IN_SCRIPT = re.compile(
    r"pub(?:lish(?:ed|ing)?|lication)?_?(?:date|time|at|on|d)\\?[\"']?\s?[:=]\s?\\?[\"']([^\"'\\]{8,40})",
    re.IGNORECASE,
)
LONGEST_SCRIPT = 500_000


def marked_dates(page: Page) -> list[Stated]:
    """Give the dates of elements named after one, wherever they stand: weak, for teasers and comments have them too."""
    dated = (pair for element in elements(page.root) if (pair := (element, _date_text(element)))[1])
    found = [(_shape(element), element, text) for element, text in islice(dated, MOST_PLACES)]
    listed = _listed((shape, text) for shape, _, text in found)
    return [_marked(element, text) for shape, element, text in found if shape not in listed]


TOLD = etree.XPath(
    "//text()[(contains(., '19') or contains(., '20')) and string-length(.) < 300 and not(parent::script or parent::style)]"
)
MOST_LINES = 500


def told_dates(page: Page) -> list[Stated]:
    """Give the dates that a line of the page calls those of its publication or update, wherever it stands: weak."""
    texts = (text for text in islice(TOLD(page.root), MOST_LINES) if DATED.search(text))
    lines = [(_shape(text.getparent()), one_line(text)) for text in texts]
    dates = (one for one in lines if len(one[1]) <= SHORT and read_moment(one[1]) is not None)
    listed = _listed(dates)
    parts = (part for shape, line in lines if shape not in listed for part in _labelled(line, None))
    return [Stated(text, "page text", 1.4, role) for text, role in parts if role and DATED.search(text)]


def _marked(element: Element, text: str) -> Stated:
    marked, before = MARKED.get((element.get("itemprop") or "").lower()), element.getprevious()
    label = _label(text_of(element)[:40]) or (_label(text_of(before)[-30:]) if before is not None else None)
    role = label or marked or ("updated" if _named_update(element) else "published")
    origin = "time" if element.tag == "time" else "page text"
    return Stated(text, origin, 1.4 if marked == "published" else 1, role)


def _date_text(element: Element) -> str:
    """Give the date of an element that is named after one; nothing for any other."""
    attribute = _attribute(element)
    if not attribute and not _is_dated(element):
        return ""
    text = attribute or text_of(element)
    return text if len(text) <= LONGEST and any(c.isdigit() for c in text) else ""


def _is_dated(element: Element) -> bool:
    return element.tag == "time" or _is_date_name(*names_of(element))


@lru_cache(maxsize=16_384)
def _is_date_name(classes: str, name: str) -> bool:
    if not LIKE_DATE.search(f"{classes} {name}"):
        return False
    return any(not token.isdisjoint(DATE_WORDS) for token in tokens_of(classes, name))


def script_dates(page: Page) -> list[Stated]:
    """Give the dates of publication in the data of scripts, the first few of each."""
    texts = ((script.text or "")[:LONGEST_SCRIPT] for script in elements(page.root, "script"))
    found = (match[1] for text in texts for match in islice(IN_SCRIPT.finditer(text), MOST_PLACES))
    return [Stated(text, "script", 1.4) for text in islice(found, MOST_PLACES)]
