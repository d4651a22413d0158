"""The files of the demonstration corpus, and the truth about each page of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from newskit.sample.crawled import announced, rss, web_archive
from newskit.sample.desk import stories
from newskit.sample.exports import csv_table, json_lines
from newskit.sample.markup import markup, style
from newskit.sample.pasted import paste
from newskit.sample.story import HERE, Story

__all__ = ["files", "truth"]

BROKEN_LINE = 17
CRAWLED = 6  # pages of an outlet that a web archive holds, too
IN_FEED = 4  # stories of an outlet that its feed holds, too
WEB_ARCHIVE = "sumida-observer/web-archive.warc"
FEED = "kallang-fortnightly/feed.xml"
NO_ARTICLE = {  # what lies between the pages and is none, and why
    "hangang-courier/pasted/links.txt": "a list of links",
    "hangang-courier/html/index.html": "a list of links",
    "sumida-observer/html/consent.html": "a consent wall",
    "sumida-observer/html/not-found.html": "an error page",
    "shiraho-shimpo/html/broken.html": "bytes that are no text",
    "neutinamu-ilbo/pasted/empty.txt": "an empty file",
}
MADE = {
    "shiraho-shimpo/html/broken.html": b"".join(hashlib.sha256(bytes([n])).digest() for n in range(64)),
    "neutinamu-ilbo/pasted/empty.txt": b"",
}
OLD_ENCODINGS = {"ko": "cp949", "ja": "cp932"}  # a few pages of an outlet still come in these


@cache
def files() -> dict[str, bytes]:
    """Give path -> bytes of all files of the demonstration corpus.

    >>> "kallang-fortnightly/export.jsonl" in files()
    True
    """
    pages = {source: _bytes(story) for source, story in _sources() if "#" not in source}
    exports = {
        "kallang-fortnightly/export.jsonl": json_lines(_of_shape("jsonl"), BROKEN_LINE).encode(),
        "neutinamu-ilbo/export.csv": csv_table(_of_shape("csv")).encode(),
        WEB_ARCHIVE: web_archive((story, pages[source]) for source, story in _crawled()),
        FEED: rss(_in_feed()).encode(),
    }
    return pages | exports | _no_articles()


@cache
def truth() -> tuple[dict[str, Any], ...]:
    """Say of every page and row what a reader of it should find.

    Keys: source (path in the folder, with #row for a row, !address for a page of the web archive), fate ("article",
    "same as" or "set aside"), why (of a page set aside), of (the source that it is the same as), shape, title, day, published, updated (ISO with offset; None where the page shows none), outlet,
    language, section, byline, agency, dateline, paragraphs, credit (what stands
    behind the last of them), captions, topics (what it is about), mentions
    (topics that it only touches), family (key of the agency text that it prints), url.

    >>> sorted({row["fate"] for row in truth()})
    ['article', 'same as', 'set aside']
    """
    rows = [_truth(source, story) for source, story in _sources()]
    torn = f"kallang-fortnightly/export.jsonl#{BROKEN_LINE}"
    reasons = NO_ARTICLE | {torn: "a torn line"}
    return (
        *rows,
        *({"source": source, "fate": "same as", "of": of} for source, of in _again()),
        *({"source": source, "fate": "set aside", "why": why} for source, why in reasons.items()),
    )


@cache
def _all() -> tuple[Story, ...]:
    return stories()


def _of_shape(shape: str) -> list[Story]:
    return [story for story in _all() if story.shape == shape]


@cache
def _sources() -> tuple[tuple[str, Story], ...]:
    return (*_loose(), *_rows(), (f"{FEED}#1", _in_feed()[-1]))


def _loose() -> Iterator[tuple[str, Story]]:
    seen: set[int] = set()
    for story in _all():
        if story.shape not in ("pasted", "html"):
            continue
        day = f"{story.published:%Y-%m-%d}" if story.dated else "undated"
        again = "-read-again" if story.number in seen else ""
        seen.add(story.number)
        suffix = "txt" if story.shape == "pasted" else "html"
        yield f"{story.outlet.slug}/{story.shape}/{day}-{story.number:04}{again}.{suffix}", story


def _rows() -> Iterator[tuple[str, Story]]:
    for row, story in enumerate(_of_shape("csv"), 1):
        yield f"neutinamu-ilbo/export.csv#{row}", story
    for row, story in enumerate(_of_shape("jsonl"), 1):
        yield f"kallang-fortnightly/export.jsonl#{row + (row >= BROKEN_LINE)}", story


def _crawled() -> list[tuple[str, Story]]:
    """Give the latest saved pages of an outlet, which a web archive holds as well."""
    saved = [(source, story) for source, story in _loose() if source.startswith("sumida-observer/html/2024")]
    return saved[-CRAWLED:]


def _in_feed() -> list[Story]:
    """Give the latest stories of an outlet, and behind them one that nothing else holds."""
    latest = _of_shape("jsonl")[-IN_FEED:]
    return [*latest, announced(latest[-1], max(story.number for story in _all()) + 1)]


def _again() -> Iterator[tuple[str, str]]:
    """Give what lies in a second file, and where it is read first."""
    for source, story in _crawled():
        yield f"{WEB_ARCHIVE}!{story.url}", source
    rows = {story.number: source for source, story in _rows()}
    for item, story in enumerate(reversed(_in_feed()), 1):
        if story.shape != "feed":
            yield f"{FEED}#{item}", rows[story.number]


def _bytes(story: Story) -> bytes:
    old = OLD_ENCODINGS.get(story.outlet.language)
    text = paste(story) if story.shape == "pasted" else markup(story)
    if not old or story.number % 25:
        return text.encode("utf-8")
    label = {"cp949": "euc-kr", "cp932": "shift_jis"}[old]
    return text.replace('<meta charset="utf-8">', f'<meta charset="{label}">').encode(old)


def _no_articles() -> dict[str, bytes]:
    pages = HERE / "texts" / "no_article"
    found = {source: (pages / Path(source).name).read_bytes() for source in NO_ARTICLE if source not in MADE}
    return found | MADE


def _truth(source: str, story: Story) -> dict[str, Any]:
    page = "#" not in source
    shown = story.published.isoformat() if story.dated else None
    return {
        "source": source,
        "fate": "article",
        "shape": f"html {style(story)}" if story.shape == "html" else story.shape,
        "title": story.title,
        "day": shown[:10] if shown else None,
        "published": shown,
        "updated": _updated(story),
        "outlet": story.outlet.name,
        "language": story.outlet.language,
        "section": story.section,
        "byline": list(story.byline),
        "agency": story.agency,
        "dateline": story.dateline,
        "paragraphs": list(story.paragraphs),
        "credit": story.credit.strip() if page else "",
        "captions": [story.caption] if story.caption and page else [],
        "topics": list(story.topics),
        "mentions": list(story.mentions),
        "family": story.family,
        "url": story.url,
    }


def _updated(story: Story) -> str | None:
    """Say what the page shows: an English pasted page has an updated time always, a bare time element has none."""
    shown = story.updated
    if story.shape == "pasted" and story.outlet.language == "en" and story.dated:
        shown = story.updated or story.published
    if story.shape == "csv" or (story.shape == "html" and style(story) == "time"):
        shown = None
    return shown.isoformat() if shown else None
