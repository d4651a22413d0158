"""The one door for text to the screen: whatever comes in is shown as text."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

import newskit as nk
from newskit.errors import BadArgument
from newskit.widgets.evidence import article_markup
from newskit.widgets.page import Output, link, marked, message, page, show, table, text
from newskit.widgets.shown import Match, Shown

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><b onmouseover=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "</style><script>alert(1)</script>",
    "<button data-commandlinker-command='x'>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "&lt;script&gt;",
    "<math><mi xlink:href='javascript:alert(1)'>",
]
OURS = {"article", "h5", "p", "ul", "li", "span", "mark", "details", "summary", "div", "em", "a"}


def tags(markup: str) -> set[str]:
    return {name.lower() for name in re.findall(r"<\s*/?\s*([^\s>/]+)", markup)}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_article_shows_hostile_text_as_text(payload: str) -> None:
    article = Shown(
        "id", payload, f"before {payload} after", payload, outlet=payload, url=payload,
        section=payload, agency=payload, language=payload, matches=(Match("body", 0, 6, payload),),
    )  # fmt: skip
    markup = str(article_markup(article, [article]))
    assert tags(markup) <= OURS
    assert not re.search(r"<[^>]*\son\w+=(?![^<]*&)", markup.replace(str(article.language), ""))


@given(st.text(), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4))
def test_marks_change_nothing_but_the_marks(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(a, b) for a, b in ((min(s), max(s)) for s in spans) if b <= len(text)]
    markup = marked(text, inside)
    assert markup.replace("<mark>", "").replace("</mark>", "").unescape() == marked(text, []).unescape()
    assert tags(str(markup)) <= {"mark"}


def test_marks_stand_where_the_match_is() -> None:
    assert marked("강제징용을 둘러싼", [(0, 4)]) == "<mark>강제징용</mark>을 둘러싼"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x",
        "http://[",
        "",
        None,
    ],
)
def test_only_the_web_is_linked(url: str | None) -> None:
    assert link(url, "open") == ""


def test_a_link_leaks_no_referrer() -> None:
    assert 'rel="noopener noreferrer nofollow"' in link("https://example.org/?a=1&b='", "open")


def test_plain_text_is_refused_at_the_door() -> None:
    with pytest.raises(TypeError, match="escape it with text"):
        show(page(), "<b>bold</b>")  # type: ignore[arg-type]


def test_a_table_is_bounded_and_says_so() -> None:
    markup = table(pd.DataFrame({"<b>": ["<i>"] * 1001}), "Numbers.")
    assert markup.count("<tr>") == 1001
    assert "The first 1,000 of 1,001 rows" in markup
    assert "<i>" not in markup


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_table_in_a_cell_shows_hostile_text_as_text(payload: str) -> None:
    frame = pd.DataFrame({payload: [payload, [payload, 1]]}, index=pd.Index([payload, "b"], name=payload))
    shown = nk.show_table(frame, payload)._repr_html_()
    _, style, markup = re.split(r"</?style>", shown, maxsplit=2)
    assert style.lstrip().startswith(".nk")
    written = [*fragment_fromstring(markup).iter()]
    assert {element.tag for element in written} == {*"div table caption thead tr th tbody td".split()}
    assert {name for e in written for name in e.attrib} == {
        "class",
        "tabindex",
        "role",
        "aria-label",
        "scope",
    }
    assert [e.text for e in written if e.tag in {"th", "td"}] == [
        *[payload] * 4, "b", f"{payload}, 1",
    ]  # fmt: skip


def test_a_table_in_a_cell_is_read_from_the_left_but_for_numbers_and_what_leads_to_a_keyword() -> None:
    frame = pd.DataFrame(
        {
            "outlet": ["Gull"],
            "pre": ["the"],
            "keyword": ["ferry"],
            "n": [1204],
            "share": [0.4761],
            "enough": [True],
        }
    )
    cells = re.findall(r'<td class="([^"]*)">([^<]*)</td>', nk.show_table(frame).content)
    assert cells == [
        ("", "Gull"),
        ("nk-right", "the"),
        ("", "ferry"),
        ("nk-right", "1204"),
        ("nk-right", "0.476"),
        ("", "True"),
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        (["Kim", "Sato"], "Kim, Sato"),
        ((), ""),
        ({"b", "a"}, "a, b"),
        (np.array(["Kim", None, 0.5], object), "Kim, , 0.500"),
        (np.array([]), ""),
        (pd.Series([1, 2]), text(str(pd.Series([1, 2])))),
        (True, "True"),
        (np.int64(12345), "12,345"),
        (2023, "2023"),
        (Decimal("1234.5"), "1,234.500"),
        (0.00031, "0.00031"),
        (-0.2, "-0.200"),
        (0.0, "0.000"),
        (1e20, "1e+20"),
        (float("inf"), "inf"),
        (pd.NA, ""),
        (pd.Timestamp("2024-04-26 12:00").tz_localize("Africa/Cairo"), "2024-04-26 12:00:00+03:00"),
        (pd.Timestamp("2023-03-16"), "2023-03-16"),
        (pd.Timestamp("2023-03-16 09:30", tz="Asia/Seoul"), "2023-03-16 09:30:00+09:00"),
        ("x" * 1_001, "x" * 1_000 + "<em> … 1 more character</em>"),
    ],
)
def test_a_value_is_written_as_one_reads_it(value: object, told: str) -> None:
    markup = nk.show_table(pd.DataFrame({"a": pd.Series([value], dtype=object)})).content
    assert f'<td class="">{told}</td>' in markup


def test_an_index_is_shown_where_it_says_more_than_a_number() -> None:
    numbered = pd.DataFrame({"a": ["x", "y"]}, index=[7, 3])
    for frame, heads in [
        (numbered, ["a"]),
        (numbered.rename_axis("year"), ["year", "a"]),
        (numbered.T, ["", "7", "3"]),
        (numbered["a"], ["", "a"]),
        (pd.Series(["x", "y"], name="a"), ["a"]),
        (numbered.rename(columns={"a": ("a", "", "b")}), ["a / b"]),
        (numbered.assign(b="z").set_index(["b", "a"], drop=False), ["b", "a", "a", "b"]),
    ]:
        markup = nk.show_table(frame).content
        assert re.findall(r"<th[^>]*>([^<]*)</th>", markup) == heads
        rows = f"{len(frame)} row" + "s" * (len(frame) != 1)
        assert f"<caption>{rows}.</caption>" in markup


def test_days_and_times_stay_in_one_line() -> None:
    frame = pd.DataFrame(
        {"day": pd.to_datetime(["2023-03-16"]), "published": ["2023-03-16T09:30"], "title": ["Ferry"]}
    )
    cells = re.findall(r'<td class="([^"]*)">', nk.show_table(frame).content)
    assert cells == ["nk-day", "nk-day", ""]


def test_what_no_page_shows_is_written_as_text() -> None:
    """Where HTML is not shown, in a terminal and in a page without it."""
    frame = pd.DataFrame({"title": ["Ferry " * 50] * 100})
    plain = repr(nk.show_table(frame))
    assert "Ferry" in plain
    assert "[100 rows x 1 columns]" in plain
    assert len(plain) < 1_000


def test_what_a_cell_shows_is_escaped_on_the_way_out_too() -> None:
    assert "<b>" not in Output("<b>", "")._repr_html_()  # type: ignore[arg-type]


def test_every_frame_of_newskit_is_shown() -> None:
    corpus = nk.sample()
    hits = nk.tag(corpus, nk.Codebook.load("korea-japan"))
    coverage = nk.measure(hits)
    frames = [
        corpus.frame, corpus.rejected, nk.ledger(corpus), nk.copies(corpus), nk.changes(corpus), hits.frame,
        nk.kwic(hits), nk.by_rule(hits), nk.nearby(hits, "Fukushima"), nk.together(hits), coverage.frame,
        nk.compare(hits, hits).rules,
    ]  # fmt: skip
    for frame in frames:
        markup = nk.show_table(frame).content
        assert markup.count("<tr>") == 1 + min(len(frame), 1000)
        assert (f"of {len(frame):,} rows are shown" in markup) == (len(frame) > 1000)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(BadArgument, match="show_table"):
        nk.show_table("my.csv")  # type: ignore[arg-type]


def test_messages_are_spoken() -> None:
    assert 'role="alert"' in message("No topic", "error")
    assert 'role="status"' in message("Reading", "busy")
