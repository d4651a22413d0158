"""The parser for pasted pages: what "select all, copy" gives, or any part of it.

Stages, each small: lines are classified by themselves (`lines`), the run of prose is found (`zones`), what stands
around the headline is read (`heading`), and what stands inside the run is sifted (`body`). Here they are put
together, and what is no article is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.body import Sifted, sift
from newskit.parse.dates import Moment, moment_in_url, zone_note
from newskit.parse.heading import Heading, read_heading
from newskit.parse.language import language_of
from newskit.parse.layouts import Layout, layout_for
from newskit.parse.lines import Kind, classified, word_count
from newskit.parse.names import credit_at_end, read_dateline, writers_in
from newskit.parse.outlets import outlet_in
from newskit.parse.zones import Zones, zones_of

__all__ = ["parse_text"]

_MOST = 5_000_000
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
    text = text[:_MOST]
    layout = layout_for(text=text, url=url)
    lines = classified(text, layout.furniture if layout else frozenset(), layout.order if layout else None)
    zones = zones_of(lines)
    heading = read_heading(zones, layout)
    sifted = sift(zones, heading.title)
    _require_article(zones, sifted, source)
    draft = _Draft(heading, sifted, layout)
    outlet = layout.name if layout else outlet_in(lines)
    return draft.article(outlet, url, source, sha)


@dataclass
class _Draft:
    """The stages' findings on their way into an Article, with where each was read."""

    heading: Heading
    sifted: Sifted
    layout: Layout | None
    origin: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def article(self, outlet: str | None, url: str | None, source: str | None, sha: str | None) -> Article:
        heading, paragraphs = self.heading, self.sifted.paragraphs
        title = heading.title.text if heading.title else ""
        published = self.moment(heading.published) or (moment_in_url(url) if url else None)
        updated = self.moment(heading.updated)
        agency, dateline = self.wire()
        byline = heading.byline or writers_in(paragraphs[0])
        captions = tuple(dict.fromkeys((*heading.captions, *self.sifted.captions)))
        language = language_of(" ".join(paragraphs), self.layout.language if self.layout else None)
        if not title:
            self.notes.append("no headline found")
        read = {
            "title": title, "paragraphs": paragraphs, "captions": captions, "section": heading.section, "byline": byline,
            "agency": agency, "dateline": dateline, "published": published, "updated": updated, "language": language,
        }  # fmt: skip
        self.origin.update({key: "page text" for key, value in read.items() if value})
        if published is not None and heading.published is None:
            self.origin["published"] = published.origin
        if outlet:
            self.origin["outlet"] = "layout" if self.layout else "page text"
        if url:
            self.origin["url"] = "url"
        return Article(
            title=title,
            paragraphs=paragraphs,
            captions=captions,
            url=url,
            outlet=outlet,
            section=heading.section,
            language=language,
            byline=byline,
            agency=agency,
            dateline=dateline,
            published=published.value if published else None,
            updated=updated.value if updated else None,
            precision=published.precision if published else None,
            origin=self.origin,
            notes=tuple(dict.fromkeys(self.notes)),
            source=source,
            sha=sha,
        )

    def moment(self, found: Moment | None) -> Moment | None:
        if found is not None:
            self.notes.extend(found.notes)
            if found.assumed:
                self.notes.append(zone_note(found.assumed))
        return found

    def wire(self) -> tuple[str | None, str | None]:
        """Give agency and dateline: from the byline, the first paragraph, the end of the last."""
        place, opened = read_dateline(self.sifted.paragraphs[0])
        closed = credit_at_end(self.sifted.paragraphs[-1])
        return self.heading.agency or opened or closed, place


# --- what is no article -----------------------------------------------------------------------------------

_WALL = re.compile(
    r"\bcookies?\b|\bconsent\b|personal data|\bjavascript\b|unsupported browser|your browser|page (?:was )?not found|access denied|"
    r"captcha|not a robot|unusual traffic|einwilligung|personenbezogene|données personnelles|datos personales|"
    r"쿠키|자바스크립트|クッキー|お使いのブラウザ",
    re.IGNORECASE,
)
_WALL_WORDS = 250


def _require_article(zones: Zones, sifted: Sifted, source: str | None) -> None:
    where = f" in {source}" if source else ""
    lines = (*zones.head, *zones.body, *zones.tail)
    if not lines:
        raise NotAnArticle(f"The text{where} is empty. Copy the page again, headline to end.")
    words = sum(word_count(paragraph) for paragraph in sifted.paragraphs)
    if words < _FEWEST_WORDS or _is_foot(zones, words) or _is_list(zones):
        raise NotAnArticle(
            f"No story{where}: {len(lines)} lines, of which none is prose or each stands alone, as in a list of "
            f"links; it begins {lines[0].text[:40]!r}. Open one story and copy that page."
        )
    walls = sum(word_count(p) for p in sifted.paragraphs if _WALL.search(p))
    if words < _WALL_WORDS and 2 * walls > words:
        raise NotAnArticle(
            f"A consent wall or an error page{where}: {sifted.paragraphs[0][:60]!r}. "
            f"Accept it in the browser and copy the page again."
        )


def _is_foot(zones: Zones, words: int) -> bool:
    """Tell whether the only prose stands below the page's copyright line."""
    return words < _FOOT_WORDS and any(line.kind is Kind.LEGAL for line in zones.head)


def _is_list(zones: Zones) -> bool:
    """Tell a list of teasers: several short paragraphs, no two of which follow each other."""
    at = [i for i, line in enumerate(zones.body) if line.kind is Kind.PROSE]
    alone = all(after - i > 1 for i, after in pairwise(at))
    return len(at) >= _TEASERS and alone and sum(zones.body[i].words for i in at) < _TEASER_WORDS * len(at)


_FOOT_WORDS = 40
_TEASERS = 4
_TEASER_WORDS = 25
