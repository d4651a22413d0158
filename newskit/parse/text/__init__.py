"""The parser for pasted pages: what "select all, copy" gives, or any part of it.

Stages, each small: lines are classified by themselves (`lines`) and by their like (`rows`), the run of prose is
found (`zones`), what stands around the headline is read (`heading`, and `outlets` at the foot), and what stands
inside the run is sifted (`sift`). Here they are put together, and what is no article is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.characters import size, tidy
from newskit.parse.dates import moment_in_url, zone_note
from newskit.parse.language import language_of
from newskit.parse.layouts import Layout, layout_for
from newskit.parse.names import credit_at_end, names_outlet, read_dateline, writers_in
from newskit.parse.phrases import OPENING, OPENING_NOTE, PAYWALL, WALL
from newskit.parse.text.heading import Heading, read_heading
from newskit.parse.text.lines import Kind, Page, classified, word_count
from newskit.parse.text.outlets import outlet_in
from newskit.parse.text.rows import with_rows
from newskit.parse.text.seam import seam_in
from newskit.parse.text.sift import Sifted, sift
from newskit.parse.text.zones import Zones, zones_of

__all__ = ["parse_text"]

_FEWEST_WORDS = 8


def parse_text(
    text: str, url: str | None = None, source: str | None = None, sha: str | None = None
) -> Article:
    r"""Turn a pasted page into an Article.

    Raises NotAnArticle for lists of links, consent walls, error pages and empty text.

    >>> story = parse_text(
    ...     "Talks go on\n\nSEOUL -- Both sides agreed on Monday to meet again in June. (Yonhap)"
    ... )
    >>> story.title, story.dateline, story.agency
    ('Talks go on', 'SEOUL', 'Yonhap')
    """
    text, twice = _once(text)
    layout, page = _first_page(text, url)
    zones = zones_of(page.lines)
    heading = read_heading(zones, layout)
    sifted = sift(zones, heading.line, heading.byline)
    _require_article(zones, sifted, source)
    outlet = layout.name if layout else outlet_in(page.lines)
    story = replace(_story(heading, sifted, layout), outlet=outlet, url=url, source=source, sha=sha)
    if outlet:
        story = replace(
            story, byline=tuple(name for name in story.byline if not names_outlet(name, [outlet]))
        )
    if url and story.published is None and (day := moment_in_url(url)):
        story = replace(story, published=day.value, precision=day.precision)
    notes = (*twice, *page.notes, *_notes(heading), *_doubts(zones, story))
    return replace(story, origin=_origin(story, heading, layout), notes=tuple(dict.fromkeys(notes)))


def _once(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Give a text that was pasted twice once, with a note.

    >>> _once("Talks go on\nBoth sides agreed.\n\nTalks go on\nBoth sides agreed.")
    ('Talks go on\nBoth sides agreed.\n', ('the text stands twice in the page: it was read once',))
    """
    rows = text.splitlines()
    filled = [i for i, row in enumerate(rows) if row.strip()]
    half = len(filled) // 2
    told = [rows[i].strip() for i in filled]
    if half < 2 or len(filled) % 2 or told[:half] != told[half:]:
        return text, ()
    return "\n".join(rows[: filled[half]]), ("the text stands twice in the page: it was read once",)


_MOST_PAGES = 5


def _first_page(text: str, url: str | None) -> tuple[Layout | None, Page]:
    """Classify the lines of the first of the pages that a text holds, with a note on the second."""
    layout, page = _classified(text, url)
    note: tuple[str, ...] = ()
    for _ in range(_MOST_PAGES):
        seam = seam_in(page.lines)
        if seam is None:
            break
        text = "\n".join(tidy(text).split("\n")[: seam.begins])
        layout, page = _classified(text, url)
        note = (_SECOND.format(line=seam.headline.number + 1, text=seam.headline.text[:80]),)
    return layout, replace(page, notes=(*page.notes, *note))


_SECOND = (
    "the text seems to hold a second page, headed {text!r} in line {line:,}: only the first was read; "
    "paste each page into a file of its own"
)


def _classified(text: str, url: str | None) -> tuple[Layout | None, Page]:
    layout = layout_for(text=text, url=url)
    page = classified(text, layout.furniture if layout else frozenset(), layout.order if layout else None)
    return layout, replace(page, lines=with_rows(page.lines))


def _story(heading: Heading, sifted: Sifted, layout: Layout | None) -> Article:
    """Put together what the page itself says of the story."""
    paragraphs, published, updated = sifted.paragraphs, heading.published, heading.updated
    place, opened = read_dateline(paragraphs[0])
    return Article(
        title=heading.title,
        paragraphs=paragraphs,
        captions=tuple(dict.fromkeys((*heading.captions, *sifted.captions))),
        section=heading.section,
        language=language_of(" ".join(paragraphs), layout.language if layout else None),
        byline=heading.byline or writers_in(paragraphs),
        agency=heading.agency or opened or credit_at_end(paragraphs[-1]),
        dateline=place or heading.place,
        published=published.value if published else None,
        updated=updated.value if updated else None,
        precision=published.precision if published else None,
    )


_OF_THE_PAGE = (
    "title",
    "paragraphs",
    "captions",
    "section",
    "language",
    "byline",
    "agency",
    "dateline",
    "published",
    "updated",
)


def _origin(story: Article, heading: Heading, layout: Layout | None) -> dict[str, str]:
    """Say of every field that has a value where it was read."""
    origin = {key: "page text" for key in _OF_THE_PAGE if getattr(story, key)}
    if story.published and heading.published is None:
        origin["published"] = "url"
    if story.outlet:
        origin["outlet"] = "layout" if layout else "page text"
    return origin | ({"url": "given"} if story.url else {})


_LOOKED_BELOW = 3


def _doubts(zones: Zones, story: Article) -> Iterator[str]:
    """Say where the page may hold only the opening of its story."""
    near = (*zones.body, *zones.tail[:_LOOKED_BELOW])
    if size(story.body) < OPENING and any(
        4 <= line.words <= 40 and PAYWALL.search(line.text) for line in near
    ):
        yield OPENING_NOTE


def _notes(heading: Heading) -> Iterator[str]:
    for moment in filter(None, (heading.published, heading.updated)):
        yield from moment.notes
        if moment.assumed:
            yield zone_note(moment.assumed)
    if heading.published is not None and heading.published is heading.updated:
        yield "published date missing: the date of an update stands for it"
    if heading.line is None:
        yield "no headline found"


# --- what is no article -----------------------------------------------------------------------------------

_WALL_WORDS = 250


def _require_article(zones: Zones, sifted: Sifted, source: str | None) -> None:
    where = f" in {source}" if source else ""
    lines = (*zones.head, *zones.body, *zones.tail)
    if not lines:
        raise NotAnArticle(f"The text{where} is empty. Copy the page again, headline to end.")
    words = sum(word_count(paragraph) for paragraph in sifted.paragraphs)
    if words < _FEWEST_WORDS or _is_foot(zones, words) or _is_list(zones):
        raise NotAnArticle(
            f"No story{where}: the {len(lines)} lines hold no paragraphs that follow each other, as in a list of links; "
            f"the first is {lines[0].text[:40]!r}. Open one story and copy that page."
        )
    walls = sum(word_count(p) for p in sifted.paragraphs if WALL.search(p))
    if words < _WALL_WORDS and 2 * walls > words:
        raise NotAnArticle(
            f"A consent wall or an error page{where}: {sifted.paragraphs[0][:60]!r}. "
            f"Accept it in the browser and copy the page again."
        )


def _is_foot(zones: Zones, words: int) -> bool:
    """Tell whether the only prose stands below the page's copyright line."""
    return words < _FOOT_WORDS and any(line.kind is Kind.LEGAL for line in zones.head)


def _is_list(zones: Zones) -> bool:
    """Tell a list of teasers: several short paragraphs on the page, no two of which follow each other."""
    lines = (*zones.head, *zones.body, *zones.tail)
    at = [i for i, line in enumerate(lines) if line.kind is Kind.PROSE]
    alone = all(after - i > 1 for i, after in pairwise(at))
    short = all(line.words <= _TEASER_WORDS for line in zones.body if line.kind is Kind.PROSE)
    return len(at) >= _TEASERS and alone and short


_FOOT_WORDS = 40
_TEASERS = 4
_TEASER_WORDS = 25
