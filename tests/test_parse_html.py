"""The parser for HTML pages. A new case is a pair of files in golden/html and needs no Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import tostring
from readability import Document
from readability.readability import Unparseable

from newskit.errors import NewskitError, NotAnArticle
from newskit.parse import is_html, parse
from newskit.parse.html import parse_html
from newskit.parse.html.judge import second_reading
from newskit.parse.html.tree import names_of, read_tree

GOLDEN = Path(__file__).parent / "golden" / "html"
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))
STORY = "<h1>Talks go on</h1><p>Both sides agreed on Monday to meet again in June.</p><p>Nobody was late.</p>"


@pytest.mark.parametrize("case", CASES)
def test_golden_pages(case: str) -> None:
    wanted = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))
    page = (GOLDEN / f"{case}.html").read_bytes()
    assert "nvented" in wanted["description"]
    if "error" in wanted:
        with pytest.raises(NewskitError) as caught:
            parse(page, url=wanted["url"], source="case.html")
        assert type(caught.value).__name__ == wanted["error"]
        assert wanted["why"] in str(caught.value)
        assert "case.html" in str(caught.value)
        return
    found = parse(page, url=wanted["url"]).as_dict()
    assert {key: found[key] for key in wanted["expect"]} == wanted["expect"]


def test_each_value_says_where_it_was_read() -> None:
    page = (GOLDEN / "wire_story.html").read_bytes()
    story = parse(page, source="a/b.html")
    assert story.origin["title"] == story.origin["published"] == story.origin["byline"] == "json-ld"
    assert story.origin["outlet"] == "meta"
    assert story.origin["dateline"] == story.origin["agency"] == "page text"
    assert story.source == "a/b.html"
    assert len(story.sha or "") == 32


@pytest.mark.parametrize("depth", [250, 300, 1000])
def test_deep_pages_lose_nothing(depth: int) -> None:
    assert parse_html("<div>" * depth + STORY + "</div>" * depth).paragraphs[-1] == "Nobody was late."


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<div>" * 5000 + STORY, "2,048 deep"),
        (STORY + "<br>" * 100_001, "tags"),
        ("<p " + " ".join(f"a{n}" for n in range(3000)) + ">" + STORY, "3,001 attributes"),
        (STORY + "x" * 10_000_001, "newskit reads up to 10,000,000"),
    ],
)
def test_pages_beyond_the_limits(page: str, why: str) -> None:
    with pytest.raises(NotAnArticle, match=why):
        parse(page)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (bytes(10_000), "no text"),
        (bytes(range(256)) * 40, "no text"),
    ],
)
def test_bytes_that_are_no_page(raw: bytes, why: str) -> None:
    with pytest.raises(NotAnArticle, match=f"x.html: .*{why}"):
        parse(raw, source="x.html")


def test_unreadable_characters_are_noted() -> None:
    story = parse(
        b'<meta charset="utf-8">' + STORY.encode() + b"<p>Ports \xff agreed on the fares for the summer.</p>"
    )
    assert story.notes[-1] == "1 characters not readable as utf-8 (chosen by label in the page)"


def test_html_is_told_from_pasted_text() -> None:
    assert is_html(STORY)
    assert not is_html("Is 3 < 4?\n\nThe <b> tag makes letters bold, he said, and a < b is no tag.")


def test_control_characters_leave_no_trace() -> None:
    story = parse(STORY.replace("Talks", "T\x00a\u200blks").replace("June", "Ju\u00adne\ud800"))
    assert story.title == "Talks go on"
    assert story.paragraphs[0].endswith("again in June.")


def test_tags_in_text_stay_text() -> None:
    payload = "<img src=x onerror=alert(1)>"
    story = parse(STORY.replace("Talks go on", payload.replace("<", "&lt;")))
    assert story.title == payload


def test_day_in_the_url_that_differs_is_noted() -> None:
    page = '<meta property="article:published_time" content="2023-02-15T00:10:00Z">' + STORY
    assert "date in the URL differs: 2023-02-10" in parse(page, url="https://gull.example/2023/02/10/x").notes


DOUBTED = (GOLDEN / "widened_story.html").read_text(encoding="utf-8")


def test_readability_settles_what_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    appendix = "Letters to the pier wardens"
    story = parse_html(DOUBTED)
    assert appendix not in story.body
    assert story.origin["paragraphs"] == "page text, by readability"
    monkeypatch.setattr(Document, "summary", unparseable)
    assert appendix in parse_html(DOUBTED).body


def unparseable(*_: object, **__: object) -> str:
    raise Unparseable("invented")


def test_second_reading_leaves_the_tree_as_it_is() -> None:
    root = read_tree(DOUBTED)
    before = tostring(root)
    assert second_reading(root)
    assert tostring(root) == before


@pytest.mark.parametrize("page", ["<div>" * 300 + STORY, "<p>a</p>" * 10_001])
def test_readability_is_spared_large_pages(page: str) -> None:
    assert second_reading(read_tree(page)) == ()


def test_guess_of_a_bare_year_is_no_date() -> None:
    assert parse_html(STORY + "<footer><p>Copyright 2023 The Gull</p></footer>").published is None


def test_canonical_address_and_breadcrumb_are_read_before_the_page_is_cut() -> None:
    head = '<link rel="canonical" href="https://gull.example/harbor/talks">'
    trail = '<ol class="breadcrumbs"><li><a href="/">Home</a><li><a href="/n">News</a><li><a href="/h">Harbor</a><li>Talks go on</ol>'
    story = parse_html(head + trail + STORY)
    assert (story.url, story.section) == ("https://gull.example/harbor/talks", "Harbor")
    assert story.origin["section"] == "page text"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<div class=share>", "</div>", "<table><tr><td>", "<a href=x>", "</a>", "<br>",
                                 "<script type='application/ld+json'>{", "]", "</script>", "Both sides agreed to meet again in June. ",
                                 "<h1>", "<article>", "<!--", "-->", "&#0;", "\x00", "<time datetime=2023>", "<li>"]), max_size=40))  # fmt: skip
def test_any_soup_ends_as_an_article_or_a_reason(pieces: list[str]) -> None:
    try:
        story = parse_html("".join(pieces) or " ")
    except NotAnArticle:
        return
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in story.paragraphs)


def test_a_headline_that_readers_do_not_see_is_noted() -> None:
    node = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "How to mend a lighthouse lamp"}</script>'
    seen = "<h1>Want the light back? Two towns share the bill</h1>"
    body = "<p>Both sides agreed on Monday to meet again in June, and to share the bill of the lamp.</p>"
    story = parse_html(f"{node}{seen}{body}")
    assert story.title == "How to mend a lighthouse lamp"
    assert story.notes == (
        "title stated in json-ld; the heading on the page reads 'Want the light back? Two towns share the bill'",
    )


def test_no_more_of_a_class_is_remembered_than_is_looked_at() -> None:
    element = read_tree(f'<p class="{"ad " * 5000}" id="{"x" * 5000}">Talks go on</p>').find(".//p")
    assert element is not None
    assert [len(name) for name in names_of(element)] == [500, 100]
