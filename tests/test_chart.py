"""The chart: what it draws is what the coverage holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from newskit import Article, Codebook, Corpus, chart, measure, tag
from newskit.chart import on_paper
from newskit.errors import BadArgument
from newskit.measure import Coverage

NASTY = "<b>Times</b> & <a href='javascript:alert(1)'>Co"


@pytest.fixture
def coverage(make_corpus: Callable[..., Corpus], codebook: Codebook) -> Coverage:
    days = [(2023, 1, 5), (2023, 1, 6), (2023, 4, 1)]
    articles = [
        Article(title=f"{n}", paragraphs=("Fukushima." * (n % 2),), outlet=NASTY, published=datetime(*day))
        for n, day in enumerate(days)
    ]
    return measure(tag(make_corpus(*articles), codebook), by="outlet")


def lines(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.customdata is not None]


def test_each_topic_has_a_line_whose_points_are_the_numbers(coverage: Coverage) -> None:
    for show, column in (("share", "share"), ("count", "n")):
        for trace in lines(chart(coverage, show)):  # type: ignore[arg-type]
            topic = trace.customdata[0][0]
            rows = coverage.frame[coverage.frame["topic"] == topic]
            drawn = [None if v is None else float(v) for v in trace.y]
            assert drawn == [None if pd.isna(v) else float(v) for v in rows[column]]
            assert not trace.connectgaps


def test_points_name_topic_group_and_period(coverage: Coverage) -> None:
    first = lines(chart(coverage))[0].customdata[0]
    assert tuple(first) == ("forced labor", NASTY, "2023-01-01")


def test_text_from_pages_is_escaped(coverage: Coverage) -> None:
    figure = chart(coverage)
    shown = [trace.text for trace in lines(figure)] + [a.text for a in figure.layout.annotations]
    flat = " ".join(t if isinstance(t, str) else " ".join(t) for t in shown)
    assert "&lt;b&gt;Times" in flat
    assert "<a href" not in flat


def test_topics_differ_without_colour(coverage: Coverage) -> None:
    cues = {
        (trace.line.dash, trace.marker.symbol[0].removesuffix("-open")) for trace in lines(chart(coverage))
    }
    assert len(cues) == len(coverage.topics)


def test_few_articles_have_a_hollow_marker(coverage: Coverage) -> None:
    assert all(s.endswith("-open") for s in lines(chart(coverage))[0].marker.symbol)


def test_a_gap_is_shaded_in_panel_and_strip(coverage: Coverage) -> None:
    shapes = chart(coverage).layout.shapes
    assert [(shape.xref, shape.yref) for shape in shapes] == [("x", "y domain"), ("x2", "y2 domain")]
    assert {shape.path for shape in shapes} == {"M2023-01-17,0V1H2023-03-16V0Z"}  # February and March


def test_many_points_are_drawn_at_once_and_none_is_lost(
    make_corpus: Callable[..., Corpus], codebook: Codebook
) -> None:
    """A line without markers shows nothing of a point between two gaps."""
    days = (datetime(2000, 1, 1) + timedelta(days=3 * n) for n in range(1500))
    articles = [
        Article(title=f"{n}", paragraphs=("Fukushima.",), published=day) for n, day in enumerate(days)
    ]
    figure = chart(measure(tag(make_corpus(*articles), codebook), per="day"))
    assert set(lines(figure)[0].marker.size[::3]) == {5}
    assert len(figure.layout.shapes) == 2


def test_the_caption_is_the_how(coverage: Coverage) -> None:
    caption = chart(coverage).layout.annotations[-1].text.replace("<br>", " ")
    assert coverage.how[1:40] in caption


def test_the_caption_has_room_for_each_line(coverage: Coverage) -> None:
    bare, figure = chart(coverage, caption=False).layout, chart(coverage).layout
    lines = 1 + figure.annotations[-1].text.count("<br>")
    room = figure.margin.b - bare.margin.b
    assert room >= 13 * lines  # plotly sets 10 px type 1.3 times as high
    assert figure.height - bare.height == room


def test_a_file_is_dark_on_white(coverage: Coverage) -> None:
    figure = chart(coverage)
    assert on_paper(figure).layout.paper_bgcolor == "white"
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_a_wrong_show_is_answered(coverage: Coverage) -> None:
    with pytest.raises(BadArgument, match="Choose 'share' or 'count'"):
        chart(coverage, "percent")  # type: ignore[arg-type]


def test_two_topics_of_a_large_book_never_look_the_same(make_corpus: Callable[..., Corpus]) -> None:
    """The first and the 43rd of 43 topics would have one colour, marker and dash by their places in the book."""
    book = Codebook.from_text("topics:\n" + "".join(f"  t{n:02}: {{any: [word{n}]}}\n" for n in range(43)))
    corpus = make_corpus(Article(title="x", paragraphs=("word0 word42",), published=datetime(2023, 1, 1)))
    drawn = lines(chart(measure(tag(corpus, book).only("t00", "t42"))))
    assert len({(t.line.color, t.line.dash) for t in drawn}) == 2


def test_a_topic_keeps_its_colour(make_corpus: Callable[..., Corpus], codebook: Codebook) -> None:
    corpus = make_corpus(Article(title="x", paragraphs=("Fukushima",), published=datetime(2023, 1, 1)))
    both, alone = (
        lines(chart(measure(hits)))[-1]
        for hits in (tag(corpus, codebook), tag(corpus, codebook).only("Fukushima"))
    )
    assert both.line.color == alone.line.color
