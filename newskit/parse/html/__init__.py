"""The parser for HTML pages: one tree, read for its metadata, cleared of furniture, then read for its story.

Stages: the page becomes a `tree`; its head is read for `metadata`, `title`, `people` and the date `published`. The
`story` is read from what is left after `furniture` was cut: as `blocks`, of which one `region` is the story. Its
`run` of paragraphs tells what `pictures` stand between; `sift` keeps the paragraphs, and readability is the `judge`
where they are in doubt. The `verdict` refuses what is no article. Here they are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.dates import Moment, zone_note
from newskit.parse.html.metadata import (
    Page,
    Value,
    canonical_url,
    read_page,
    section,
    site_names,
    stated_language,
)
from newskit.parse.html.people import Byline, read_people
from newskit.parse.html.published import Dates, guessed_date, read_dates
from newskit.parse.html.story import Known, Story, read_story
from newskit.parse.html.title import read_title, title_doubts
from newskit.parse.html.tree import read_tree
from newskit.parse.html.verdict import doubts, refusal, summarized
from newskit.parse.language import language_of
from newskit.parse.layouts import Layout, layout_for
from newskit.parse.names import credit_at_end, outlet_name, read_dateline, writers_in

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
    story = summarized(page, head.dates.published, read_story(root, text, _known(head)))
    reason = refusal(page, head.title.text if head.title else "", head.dates.published, story)
    if reason:
        where = f" in {source}" if source else ""
        raise NotAnArticle(f"{reason}{where}; open the page to see, or save it again")
    head = replace(head, dates=guessed_date(story.root, head.dates))
    return _article(head, story, (source, sha))


@dataclass(frozen=True)
class Head:
    """What the page states of its article."""

    page: Page
    layout: Layout | None
    title: Value | None
    outlet: Value | None
    byline: Byline
    dates: Dates
    url: Value | None
    section: Value | None
    doubts: tuple[str, ...]


def _read_head(page: Page) -> Head:
    names = site_names(page)
    layout = layout_for(
        url=page.url or next(iter(page.meta("og:url")), None), site_name=names[0].text if names else None
    )
    outlet = _outlet(layout, names)
    name = outlet.text if outlet else None
    people, dates = read_people(page, name), read_dates(page, layout)
    title = read_title(page, name)
    url, doubted = canonical_url(page), title_doubts(page, title)
    return Head(page, layout, title, outlet, people, dates, url, section(page), doubted)


def _known(head: Head) -> Known:
    stated = head.page.node.get("articleBody")
    return Known(
        head.title.text if head.title else "",
        head.layout.furniture if head.layout else frozenset(),
        stated if isinstance(stated, str) else "",
    )


def _outlet(layout: Layout | None, names: Sequence[Value]) -> Value | None:
    if layout is not None:
        return Value(layout.name, "layout")
    return Value(outlet_name(names[0].text), names[0].origin) if names else None


# --- the article -------------------------------------------------------------------------------------------


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


def _article(head: Head, story: Story, came: tuple[str | None, str | None]) -> Article:
    paragraphs = tuple(block.text for block in story.blocks)
    kept = _Notes(notes=[*head.doubts, *head.dates.notes, *doubts(head.page, story)])
    published, updated = (
        kept.moment("published", head.dates.published),
        kept.moment("updated", head.dates.updated),
    )
    place, wired = read_dateline(paragraphs[0])
    persons, agency = _credits(head.byline, paragraphs, wired, kept)
    title = kept.value("title", head.title) or ""
    language = language_of(f"{title}\n{' '.join(paragraphs)[:2000]}", stated_language(head.page))
    return Article(
        title=title,
        paragraphs=paragraphs,
        captions=story.captions,
        url=kept.value("url", head.url),
        outlet=kept.value("outlet", head.outlet),
        section=kept.value("section", head.section),
        language=kept.value("language", Value(language, "page text") if language else None),
        byline=persons,
        agency=agency,
        dateline=kept.value("dateline", Value(place, "page text") if place else None),
        published=published.value if published else None,
        updated=updated.value if updated else None,
        precision=published.precision if published else None,
        origin={"paragraphs": story.origin} | kept.origin,
        notes=tuple(dict.fromkeys(kept.notes if title else [*kept.notes, "no title found"])),
        source=came[0],
        sha=came[1],
    )


def _credits(
    byline: Byline, paragraphs: tuple[str, ...], wired: str | None, kept: _Notes
) -> tuple[tuple[str, ...], str | None]:
    """Give persons and agency: as the page states them, else from the edges of the text."""
    persons = byline.persons or writers_in(paragraphs)
    agency = byline.agency or wired or credit_at_end(paragraphs[-1])
    if persons:
        kept.origin["byline"] = byline.origin if byline.persons else "page text"
    if agency:
        kept.origin["agency"] = byline.origin or "page text" if byline.agency else "page text"
    return persons, agency
