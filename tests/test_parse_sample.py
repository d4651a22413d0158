"""The parser on the demonstration pages, whose truth is known: every field of every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse import parse
from newskit.parse.phrases import OPENING_NOTE
from newskit.sample.write import files, truth

PAGES = [row for row in truth() if "#" not in row["source"]]
STORIES = [row for row in PAGES if row["fate"] == "article"]
OTHERS = [row for row in PAGES if row["fate"] == "set aside"]
# Editorials: as a pasted page they name no writer anywhere, so none can be read.
UNSIGNED = {
    "shiraho-shimpo/pasted/2019-08-27-0210.txt",
    "shiraho-shimpo/pasted/2024-02-23-0729.txt",
}


@pytest.fixture(scope="module")
def read() -> dict[str, Article]:
    return {row["source"]: parse(files()[row["source"]], source=row["source"]) for row in STORIES}


def paragraphs(row: dict[str, Any]) -> tuple[str, ...]:
    """The credit stays at the end of the last paragraph, where the page prints it."""
    *told, last = row["paragraphs"]
    return (*told, f"{last} {row['credit']}".strip())


def clock(row: dict[str, Any], moment: str) -> str | None:
    """A pasted page of an outlet without a layout says no zone: its time stays naive."""
    return row[moment][:16] if row[moment] and row["shape"] == "pasted" else row[moment]


def shown(row: dict[str, Any], article: Article, moment: str) -> str | None:
    found = getattr(article, moment)
    return found and found.isoformat()[: 16 if row["shape"] == "pasted" else None]


Pair = Callable[[dict[str, Any], Article], tuple[object, object]]
FIELDS: dict[str, Pair] = {
    "title": lambda row, article: (article.title, row["title"]),
    "day": lambda row, article: (article.day and article.day.isoformat(), row["day"]),
    "published": lambda row, article: (shown(row, article, "published"), clock(row, "published")),
    "updated": lambda row, article: (shown(row, article, "updated"), clock(row, "updated")),
    "outlet": lambda row, article: (article.outlet, row["outlet"]),
    "language": lambda row, article: (article.language, row["language"]),
    "section": lambda row, article: (article.section, row["section"]),
    "byline": lambda row, article: (
        list(article.byline),
        [] if row["source"] in UNSIGNED else row["byline"],
    ),
    "agency": lambda row, article: (article.agency, row["agency"]),
    "dateline": lambda row, article: (article.dateline, row["dateline"]),
    "captions": lambda row, article: (len(article.captions), len(row["captions"])),
    "paragraphs": lambda row, article: (article.paragraphs, paragraphs(row)),
    # A pasted page carries no address; that it is read where one stands is the point here.
    "url": lambda row, article: (article.url, None if row["shape"] == "pasted" else row["url"]),
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_page_is_read_as_it_was_written(field: str, read: dict[str, Article]) -> None:
    pairs = {row["source"]: FIELDS[field](row, read[row["source"]]) for row in STORIES}
    assert {source: pair for source, pair in pairs.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row["source"])
def test_what_is_no_article_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(NotAnArticle, match=row["source"]):
        parse(files()[row["source"]], source=row["source"])


@pytest.mark.parametrize("source", sorted(UNSIGNED))
def test_unsigned_pages_name_nobody(source: str) -> None:
    row = next(row for row in STORIES if row["source"] == source)
    assert not any(name in files()[source].decode() for name in row["byline"])


def test_no_whole_story_is_taken_for_an_opening(read: dict[str, Article]) -> None:
    """Pages that offer a newsletter or a subscription hold their stories whole."""
    assert not [source for source, article in read.items() if OPENING_NOTE in article.notes]
