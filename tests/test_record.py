"""Rows of tables, and front matter, turned into articles."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.errors import NotAnArticle
from newskit.parse.fragment import plain, read_fragment
from newskit.parse.record import record


def test_full_row() -> None:
    story = record(
        {
            "title": "Two coasts look for light",
            "text": "PORT ELLERY -- Envoys met on Tuesday.\n\nThey meet again in June. (Yonhap)",
            "published": "Mar 5, 2024 - 21:40",
            "outlet": "Korea Herald",
            "byline": "By Han Seo-yun",
            "section": "National",
            "language": "EN",
            "url": "https://example.org/1",
            "captions": "The pier at dawn.",
        },
        source="rows.csv#1",
        sha="0" * 32,
    )
    assert story.outlet == "The Korea Herald"
    assert story.published is not None
    assert story.published.isoformat() == "2024-03-05T21:40:00+09:00"
    assert (story.agency, story.dateline, story.byline) == ("Yonhap", "PORT ELLERY", ("Han Seo-yun",))
    assert (story.language, story.section, story.captions) == ("en", "National", ("The pier at dawn.",))
    assert story.notes == ("time zone assumed Asia/Seoul from the outlet",)
    assert (story.source, story.sha) == ("rows.csv#1", "0" * 32)
    assert {story.origin[key] for key in ("title", "paragraphs", "published", "outlet", "byline")} == {
        "column"
    }
    assert (story.origin["agency"], story.origin["dateline"]) == ("page text", "page text")


def test_title_alone_is_an_article() -> None:
    story = record({"title": "Talks go on", "text": "  ", "published": "1997-01-01"})
    assert (story.paragraphs, story.notes) == ((), ("no text: title only",))
    assert story.day is not None


def test_text_alone_is_an_article() -> None:
    assert record({"text": "Talks were held."}).notes == ("no title",)


def test_what_the_source_says_is_a_note() -> None:
    story = record(
        {"title": "Talks go on", "text": "They met.", "note": "an excerpt: half of it\n\nlink lost\n"}
    )
    assert story.notes == ("an excerpt: half of it", "link lost")
    assert "note" not in story.origin
    assert record({"title": "Talks go on", "note": "a headline"}).notes == (
        "a headline",
        "no text: title only",
    )


@pytest.mark.parametrize(
    "fields", [{}, {"title": " ", "text": ""}, {"outlet": "X", "published": "2020-01-01"}]
)
def test_nothing_to_read(fields: dict[str, str]) -> None:
    with pytest.raises(NotAnArticle, match=r"rows\.csv#7"):
        record(fields, source="rows.csv#7")


def test_dates() -> None:
    assert record({"title": "a", "published": "02/03/2023"}).notes[0] == "date ambiguous: 02/03/2023"
    unread = record({"title": "a", "published": "yesterday"})
    assert unread.published is None
    assert unread.notes[0] == "published date not read: 'yesterday'"
    in_url = record({"title": "a", "url": "https://example.org/2023/02/14/a"})
    assert in_url.day is not None
    assert (in_url.day.isoformat(), in_url.origin["published"], in_url.precision) == (
        "2023-02-14",
        "url",
        "day",
    )


def test_outlet_of_the_host() -> None:
    story = record({"title": "a", "url": "https://www.koreaherald.com/view.php?ud=1"})
    assert (story.outlet, story.origin["outlet"]) == ("The Korea Herald", "url")


def test_agency_column() -> None:
    assert record({"title": "a", "agency": "聯合ニュース"}).agency == "Yonhap"
    assert record({"title": "a", "agency": "Gull Wire"}).agency == "Gull Wire"


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("Talks were\nheld.\n\nThey go on.", ("Talks were held.", "They go on.")),
        ("Talks were held.\nThey go on.", ("Talks were held.", "They go on.")),
        ("<p>Talks &amp; tea</p><p>go on</p>", ("Talks & tea", "go on")),
        ("Talks<br>go<br/>on", ("Talks", "go", "on")),
        ("　会談　", ("会談",)),
        ("<p>Talks were\nheld.</p>", ("Talks were held.",)),
        ("<p>Talks <p>go<p>on", ("Talks", "go", "on")),
        ("a <b>bold</b> word\n\nand more", ("a bold word", "and more")),
        ("<b>Talks</b>\ngo on", ("Talks", "go on")),
        ("<p>Talks<script>alert('x')</script><style>p {}</style><!-- <p>no --></p>", ("Talks",)),
        ("<img src='data:," + "a" * 5000 + "' alt='a > b'>Talks", ("Talks",)),
        ("<table><tr><td>Ships</td><td>7</td></tr><tr><td>Sheep</td></tr></table>", ("Ships 7", "Sheep")),
        (
            "(서울=연합뉴스) 배가 왔다. <AP=연합뉴스> <KBS>",
            ("(서울=연합뉴스) 배가 왔다. <AP=연합뉴스> <KBS>",),
        ),
        ("<p>배가 왔다. <AP=연합뉴스></p>", ("배가 왔다. <AP=연합뉴스>",)),
        ("<P CLASS=x>Talks<O:P></O:P></P>", ("Talks",)),
        ("<p></p>", ()),
        ("5 < 6 and 7 > 6", ("5 < 6 and 7 > 6",)),
        ("", ()),
    ],
)
def test_paragraphs(text: str, paragraphs: tuple[str, ...]) -> None:
    assert read_fragment(text).paragraphs == paragraphs


def test_captions_in_the_text_are_captions() -> None:
    text = "<figure><img src=x onerror=alert(1)><figcaption>The <b>pier</b>.</figcaption></figure><p>Ships came.</p>"
    story = record({"title": "a", "text": text, "captions": "The pier."})
    assert (story.captions, story.paragraphs) == (("The pier.",), ("Ships came.",))


def test_an_address_keeps_its_ampersands() -> None:
    assert record({"title": "a", "url": "https://example.org/?a=1&amp;b=2&copy=3"}).url == (
        "https://example.org/?a=1&b=2&copy=3"
    )


def test_a_line_keeps_what_is_no_tag() -> None:
    assert plain("<KBS> ships <b>came</b><br>in &lt;fog&gt;") == "<KBS> ships came in <fog>"


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * 5_000 + "Ships came.",
        "<p " + " ".join(f"a{n}='x'" for n in range(100_000)) + ">Ships came.",
        "<b>" * 200_000 + "Ships came.",
        "<a " * 300_000 + ">Ships came.",
        "<a b='" * 300_000 + "Ships came.</a>",
        "Ships came.<p><!--" * 100_000,
        "&lt;" * 500_000 + "Ships came.<p>",
    ],
)
def test_hostile_markup_costs_no_time(text: str) -> None:
    started = time.monotonic()
    assert "Ships came." in " ".join(read_fragment(text).paragraphs)
    assert time.monotonic() - started < 5


KEYS = st.sampled_from(
    [
        "title",
        "text",
        "published",
        "updated",
        "outlet",
        "url",
        "byline",
        "language",
        "section",
        "agency",
        "note",
    ]
)


@given(st.dictionaries(KEYS, st.text(max_size=60)))
def test_any_row_is_an_article_or_none(fields: dict[str, str]) -> None:
    try:
        story = record(fields)
    except NotAnArticle:
        return
    assert story.title or story.paragraphs


def test_rows_are_read_quickly() -> None:
    rows = [
        {"title": f"Talks number {n} go on in the harbor", "published": f"2001-0{n % 9 + 1}-03"}
        for n in range(2000)
    ]
    started = time.process_time()
    assert sum(len(record(row).title) > 0 for row in rows) == 2000
    assert time.process_time() - started < 1.0
