"""What was taken from a page and what was left, line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit import show_parse
from newskit.errors import NewskitError
from newskit.parse import parse
from newskit.parse.laid_out import laid_out
from newskit.widgets.parsed import page_markup

GOLDEN = Path(__file__).parent / "golden"
PAGES = sorted(p for kind in ("html", "text") for p in (GOLDEN / kind).iterdir() if p.suffix != ".json")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_paragraph_is_seen_as_body(path: Path) -> None:
    page, url = (
        path.read_bytes(),
        json.loads(path.with_suffix(".json").read_text(encoding="utf-8")).get("url"),
    )
    laid = laid_out(page, url)
    if laid.article is None or laid.article.origin["paragraphs"] in ("json-ld", "summary in the head"):
        assert "body" not in laid.counts
        return
    told = "".join("".join(line.split()) for part, line in laid.lines if part == "body")
    assert all("".join(p.split()) in told for p in laid.article.paragraphs)
    assert sum(part == "body" for part, _ in laid.lines) >= len(laid.article.paragraphs)


def test_a_page_that_is_no_article_says_why() -> None:
    laid = laid_out("Home\nNews\nSport")
    assert laid.article is None
    assert laid.why.startswith("No story")
    assert laid.counts == {"left out": 3}


def test_bytes_that_are_no_text_show_no_lines() -> None:
    assert laid_out(b"\x89PNG\r\n\x1a\n").lines == ()


def test_a_line_that_comes_again_counts_once() -> None:
    told = [
        f"The ferry to pier {n} left on Monday with {n}7 sheep and a dog on board, the office said."
        for n in "1234"
    ]
    page = "<h1>Talks go on</h1>" + "".join(f"<p>{line}</p>" for line in (*told, told[0]))
    assert [part for part, _ in laid_out(page).lines] == ["title", *["body"] * 4, "left out"]


@given(st.text(max_size=300))
def test_any_text_is_laid_out(text: str) -> None:
    laid = laid_out(text)
    try:
        parse(text)
    except NewskitError:
        assert laid.article is None
        assert laid.counts.keys() <= {"left out"}


HOSTILE = "Talks <img src=x onerror=alert(1)> go on\n\nBoth sides <script>alert(1)</script> agreed on Monday to meet again in June."


def test_text_of_the_page_is_shown_as_text() -> None:
    markup = page_markup(laid_out(HOSTILE))
    assert "<img" not in markup
    assert "<script" not in markup
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markup


def test_parts_are_named_in_words() -> None:
    shown = (
        show_parse("Home\n\nTalks go on\n\nBoth sides agreed on Monday to meet again in June.")
        .children[1]
        .value
    )
    assert '<span class="nk-part">body</span>' in shown
    assert '<span class="nk-part">left out</span>' in shown
    assert "not on the page" in shown


def test_many_lines_left_out_are_folded_away() -> None:
    menu = "\n".join(f"Menu {n}" for n in range(20))
    shown = page_markup(
        laid_out(f"{menu}\n\nTalks go on\n\nBoth sides agreed on Monday to meet again in June.")
    )
    assert "<details><summary>20 lines left out: Menu 0 …</summary>" in shown
