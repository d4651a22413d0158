"""The parser for HTML pages: one tree, read for its metadata, cleared of furniture, then read for its story."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.blocks import Block, blocks_of, chain
from newskit.parse.characters import one_line
from newskit.parse.dates import Moment, zone_note
from newskit.parse.furniture import SPARED, Caption, cut_furniture
from newskit.parse.headline import read_title
from newskit.parse.language import language_of
from newskit.parse.layouts import Layout, layout_for
from newskit.parse.metadata import Page, Value, canonical_url, read_page, section, site_names, stated_language
from newskit.parse.names import credit_at_end, outlet_name, read_dateline, writers_in
from newskit.parse.people import Byline, read_people
from newskit.parse.published import Dates, guessed_date, read_dates
from newskit.parse.region import story_blocks
from newskit.parse.sift import sift, size
from newskit.parse.tree import read_tree

__all__ = ["parse_html"]


def parse_html(
    text: str, url: str | None = None, source: str | None = None, sha: str | None = None
) -> Article:
    """Turn an HTML page into an Article.

    Raises NotAnArticle, with the reason, for pages that hold no story and for pages beyond the limits.

    >>> page = "<title>Talks go on - Gull</title><h1>Talks go on</h1><p>Both sides agreed on Monday to meet again in June.</p>"
    >>> parse_html(page).title
    'Talks go on'
    """
    root = read_tree(text)
    page = read_page(root, url)
    head = _read_head(page)
    body = _read_body(root, head)
    if body.told < LITTLE:
        others = (_read_body(read_tree(text), head, SPARED), _stated_body(body, page))
        body = next((other for other in others if other.told >= ENOUGH), body)
    _require_story(head, body, source)
    head = replace(head, dates=guessed_date(body.root, head.dates))
    return _article(head, body, (source, sha))


@dataclass(frozen=True)
class Body:
    """What was read of the story itself: the page's blocks, those of the story, and the captions."""

    root: HtmlElement
    blocks: tuple[Block, ...]
    story: tuple[Block, ...]
    captions: tuple[str, ...]
    origin: str = "page text"

    @property
    def told(self) -> int:
        """Give the length of the story, in Latin letters."""
        return sum(size(block.text) for block in self.story)


def _read_body(root: HtmlElement, head: Head, spared: frozenset[str] = frozenset()) -> Body:
    captions = cut_furniture(root, spared)
    blocks = blocks_of(root)
    found, region = story_blocks(blocks)
    title = head.title.text if head.title else ""
    story = sift(found, title, head.layout.furniture if head.layout else frozenset())
    return Body(root, blocks, tuple(story), _captions_of(captions, region))


def _stated_body(body: Body, page: Page) -> Body:
    """Take the text that JSON-LD states, on a page whose script would have filled the story in."""
    stated = page.node.get("articleBody")
    lines = html.unescape(stated[:LONGEST_STATED]).splitlines() if isinstance(stated, str) else []
    story = tuple(Block(one_line(line), body.root, 0) for line in lines if line.strip())
    return replace(body, story=story, origin="json-ld")


@dataclass(frozen=True)
class Head:
    """What the page states of its article."""

    page: Page
    layout: Layout | None
    title: Value | None
    outlet: Value | None
    byline: Byline
    dates: Dates


def _read_head(page: Page) -> Head:
    names = site_names(page)
    layout = layout_for(
        url=page.url or next(iter(page.meta("og:url")), None), site_name=names[0].text if names else None
    )
    outlet = _outlet(layout, names)
    name = outlet.text if outlet else None
    return Head(
        page, layout, read_title(page, name), outlet, read_people(page, name), read_dates(page, layout)
    )


def _outlet(layout: Layout | None, names: Sequence[Value]) -> Value | None:
    if layout is not None:
        return Value(layout.name, "layout")
    return Value(outlet_name(names[0].text), names[0].origin) if names else None


# --- what is no article ------------------------------------------------------------------------------------

GONE = re.compile(r"\b(?:404|403|410|50[0-4])\b|not found|no longer available|page (?:doesn.t|does not) exist|access denied|forbidden|"
                  r"nicht gefunden|introuvable|no encontrad|見つかりません|찾을 수 없|存在しません", re.IGNORECASE)  # fmt: skip
WALL = re.compile(r"cookie|consent|privacy|einwilligung|datenschutz|captcha|are you a robot|not a robot|verify you are human|"
                  r"enable javascript|javascript aktivieren|adblock|checking your browser", re.IGNORECASE)  # fmt: skip
LONGEST_STATED = 200_000
LITTLE, ENOUGH = (
    120,
    250,
)  # letters of a story below which a page is read again, and what the second reading must bring
SHORT = 500  # letters; below, an error page or a wall is as long as a story


def _require_story(head: Head, body: Body, source: str | None) -> None:
    reason = _reason(head, body)
    if reason:
        where = f" in {source}" if source else ""
        raise NotAnArticle(f"{reason}{where}; open the page to see, or save it again")


def _reason(head: Head, body: Body) -> str | None:
    """Say why a page is no article; None where it is one."""
    told, blocks, story = body.told, body.blocks, body.story
    title = head.title.text if head.title else ""
    if told < 20:
        return "a page of links without a story" if len(blocks) > 20 else "a page without text"
    if told >= SHORT:
        return None
    if GONE.search(title) and (told < 200 or head.dates.published is None):
        return f"an error page, {title[:60]!r}"
    if WALL.search(title) or (
        head.dates.published is None and sum(bool(WALL.search(b.text)) for b in story) * 2 >= len(story)
    ):
        return "a consent or robot wall"
    linked, around = sum(b.linked for b in blocks), sum(len(b.text) for b in blocks)
    if head.dates.published is None and not head.page.node and linked > 0.6 * around and linked > 3 * told:
        return "a page of links without a story"
    return None


# --- the article -------------------------------------------------------------------------------------------


def _captions_of(captions: Sequence[Caption], region: HtmlElement | None) -> tuple[str, ...]:
    """Keep the captions of pictures in and right above the story, each once."""
    if region is None:
        return ()
    frame = next((e for e in chain(region) if e.tag in ("article", "main")), None)
    if frame is None:
        frame = next((e for e in region.iterancestors() if e.tag != "body"), region)
    kept = (c.text for c in captions if frame in chain(c.place))
    return tuple(dict.fromkeys(kept))


@dataclass
class _Notes:
    """Where each field was read, and what to doubt: filled while the article is put together."""

    origin: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def value(self, name: str, found: Value | None) -> str | None:
        if found is not None:
            self.origin[name] = found.origin
        return found.text if found else None

    def moment(self, name: str, found: Moment | None) -> Moment | None:
        if found is not None:
            self.origin[name] = found.origin
            if name == "published":
                self.notes += found.notes
                if found.assumed:
                    self.notes.append(zone_note(found.assumed))
        return found


def _article(head: Head, body: Body, came: tuple[str | None, str | None]) -> Article:
    paragraphs = tuple(block.text for block in body.story)
    kept = _Notes(notes=list(head.dates.notes))
    published, updated = (
        kept.moment("published", head.dates.published),
        kept.moment("updated", head.dates.updated),
    )
    place, wired = read_dateline(paragraphs[0])
    persons, agency = _credits(head.byline, paragraphs, wired, kept)
    title = kept.value("title", head.title) or ""
    return Article(
        title=title,
        paragraphs=paragraphs,
        captions=body.captions,
        url=kept.value("url", canonical_url(head.page)),
        outlet=kept.value("outlet", head.outlet),
        section=kept.value("section", section(head.page)),
        language=language_of(f"{title}\n{' '.join(paragraphs)[:2000]}", stated_language(head.page)),
        byline=persons,
        agency=agency,
        dateline=kept.value("dateline", Value(place, "page text") if place else None),
        published=published.value if published else None,
        updated=updated.value if updated else None,
        precision=published.precision if published else None,
        origin={"paragraphs": body.origin} | kept.origin,
        notes=tuple(dict.fromkeys(kept.notes if title else [*kept.notes, "no title found"])),
        source=came[0],
        sha=came[1],
    )


def _credits(
    byline: Byline, paragraphs: tuple[str, ...], wired: str | None, kept: _Notes
) -> tuple[tuple[str, ...], str | None]:
    """Give persons and agency: as the page states them, else from the edges of the text."""
    persons = byline.persons or writers_in(paragraphs[0])
    agency = byline.agency or wired or credit_at_end(paragraphs[-1])
    if persons:
        kept.origin["byline"] = byline.origin if byline.persons else "page text"
    if agency:
        kept.origin["agency"] = byline.origin or "page text" if byline.agency else "page text"
    return persons, agency
