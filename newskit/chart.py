"""Draw a Coverage: lines with their intervals, and under them how many articles there were."""

from __future__ import annotations

import textwrap
from functools import cache
from html import escape
from typing import Any, Literal

import pandas as pd
import plotly
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from newskit.errors import BadArgument, nearest
from newskit.measure import Coverage

__all__ = ["COLORS", "Show", "chart", "on_paper", "undrawn"]

Show = Literal["share", "count"]

# Okabe and Ito (2008): told apart with the common colour blindnesses. Yellow is left out: too faint on white.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down")
_INK = "#757575"  # legible on a white page and on a dark one
_GRID = "rgba(128,128,128,0.25)"
_FONTS = "system-ui, 'Noto Sans', 'Noto Sans CJK KR', 'Noto Sans CJK JP', sans-serif"
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_HEAD, _FOOT = 60, 40  # pixels above and below the panels: legend, dates
_LINE = 14  # pixels of a line of the caption
_MOST_GROUPS = 12
_MOST_TOPICS = 42  # colours and markers times dashes: more could not be told apart
_MOST_MARKERS = 150  # with more points than this a line is drawn without markers


def chart(coverage: Coverage, show: Show = "share", *, caption: bool = True) -> go.Figure:
    """Draw each topic over time, a panel a group, and below each panel a strip with the number of articles.

    `show="share"` draws the share of articles with its 95 % interval, "count" the number. A period without
    articles breaks the line; a hollow marker has too few articles to say much. Each point carries
    (topic, group, first day of the period) as its customdata. The caption is `coverage.how`. At most
    12 groups are drawn, the largest, and 42 topics; undrawn() says what is left out.
    """
    if show not in ("share", "count"):
        msg = (
            f"show={show!r} is not known.{nearest(str(show), ('share', 'count'))} Choose 'share' or 'count'."
        )
        raise BadArgument(msg)
    groups = coverage.groups[:_MOST_GROUPS]
    _keep_at_home()
    figure = _panels(groups, grouped=coverage.by is not None)
    for position, group in enumerate(groups):
        _draw_group(figure, coverage, group, show, position)
    lines = _caption(coverage) if caption else []
    _axes(figure, len(groups), show, foot=_FOOT + _LINE * len(lines))
    # A little room below zero: a point on the very edge cannot be clicked.
    top = max(coverage.frame["high" if show == "share" else "n"].max(), 0.01)
    figure.update_yaxes(range=[-0.04 * top, 1.04 * top], selector={"matches": "y"})
    if lines:
        _write_below(figure, lines)
    return figure


def on_paper(figure: go.Figure) -> go.Figure:
    """Give a copy in dark ink on a white page, for files."""
    paper = go.Figure(figure)
    paper.update_layout(paper_bgcolor="white", plot_bgcolor="white", font_color="#222222")
    return paper


@cache
def _keep_at_home() -> None:
    """Take off the button of plotly 7 that uploads a chart to a cloud, whatever shows a chart of ours."""
    for renderer in (plotly.io.renderers[name] for name in plotly.io.renderers):
        if hasattr(renderer, "config"):
            renderer.config = {**(renderer.config or {}), "showSendToCloud": False}


def _panels(groups: tuple[str, ...], *, grouped: bool) -> go.Figure:
    """Lay out a panel and a strip for each group, one under the other, on one axis of time."""
    titles = [title for group in groups for title in (plain(group) if grouped else "", "")]
    return make_subplots(
        rows=2 * len(groups),
        cols=1,
        shared_xaxes=True,
        row_heights=[0.8, 0.2] * len(groups),
        vertical_spacing=0.08 if len(groups) == 1 else 0.16 / len(groups),
        subplot_titles=titles,
    )


def _draw_group(figure: go.Figure, coverage: Coverage, group: str, show: Show, position: int) -> None:
    row, places = 2 * position + 1, _places(coverage)
    frame = coverage.frame[coverage.frame["group"] == group]
    for topic in coverage.topics[:_MOST_TOPICS]:
        number = places[topic]
        rows = frame[frame["topic"] == topic]
        if show == "share":
            figure.add_trace(_band(rows, topic, number), row=row, col=1)
        figure.add_trace(_line(coverage, rows, number, show, legend=position == 0), row=row, col=1)
    volume = frame[frame["topic"] == coverage.topics[0]]
    figure.add_trace(_strip(coverage, volume), row=row + 1, col=1)
    figure.layout.shapes += tuple(_gaps(coverage, volume, row))


def _places(coverage: Coverage) -> dict[str, int]:
    """Give each topic its place in the codebook: it keeps its colour whatever else is chosen.

    In a book with more topics than can be told apart, the place among those chosen: no two may look the same.
    """
    topics = sorted(coverage.hits.codebook.all_topics, key=lambda topic: (topic.line, topic.name))
    names = [topic.name for topic in topics] if len(topics) <= _MOST_TOPICS else coverage.topics
    return {name: place for place, name in enumerate(names)}


def _line(coverage: Coverage, rows: pd.DataFrame, number: int, show: Show, *, legend: bool) -> go.Scatter:
    topic = rows["topic"].iloc[0]
    color, shape = COLORS[number % len(COLORS)], _MARKERS[number % len(_MARKERS)]
    values = rows["share"] if show == "share" else rows["n"]
    return go.Scatter(
        x=rows["period"],
        y=[None if pd.isna(v) else v for v in values],
        name=plain(topic),
        legendgroup=topic,
        showlegend=legend,
        mode="lines+markers",
        connectgaps=False,
        cliponaxis=False,  # half of a marker at zero would be cut off
        line={"color": color, "width": 2, "dash": _DASHES[number % len(_DASHES)]},
        marker={"size": _sizes(rows), "symbol": [shape if ok else f"{shape}-open" for ok in rows["enough"]]},
        customdata=[
            (topic, group, f"{period:%Y-%m-%d}")
            for group, period in zip(rows["group"], rows["period"], strict=True)
        ],
        text=[_hover(coverage, row) for _, row in rows.iterrows()],
        hovertemplate="%{text}<extra></extra>",
    )


def _sizes(rows: pd.DataFrame) -> list[int]:
    """Give the size of each marker: with many points only those that no line reaches are drawn."""
    if len(rows) <= _MOST_MARKERS:
        return [7] * len(rows)
    there = rows["of"] > 0
    alone = there & ~there.shift(1, fill_value=False) & ~there.shift(-1, fill_value=False)
    return [5 if only else 0 for only in alone]


def _hover(coverage: Coverage, row: pd.Series) -> str:
    group = f" in {plain(row['group'])}" if coverage.by else ""
    head = f"<b>{plain(row['topic'])}</b>{group}<br>{coverage.label(row['period'])}: "
    if not row["of"]:
        return head + "no articles"
    few = "" if row["enough"] else f"<br>only {row['of']} articles: too few to say much"
    interval = f"95 % interval {row['low']:.1%} to {row['high']:.1%}"
    return f"{head}{row['n']:,} of {row['of']:,} articles<br>{row['share']:.1%}, {interval}{few}"


def _band(rows: pd.DataFrame, topic: str, number: int) -> go.Scatter:
    """Draw the interval as one outline for each run without a gap: a fill between two lines would bridge gaps."""
    x: list[object] = []
    y: list[object] = []
    for run in _runs(rows):
        x += [*run["period"], *run["period"][::-1], None]
        y += [*run["high"], *run["low"][::-1], None]
    color = COLORS[number % len(COLORS)]
    return go.Scatter(
        x=x,
        y=y,
        fill="toself",
        fillcolor=f"rgba{(*_rgb(color), 0.12)}",
        line={"width": 0},
        mode="lines",
        legendgroup=topic,
        showlegend=False,
        hoverinfo="skip",
    )


def _runs(rows: pd.DataFrame, *, empty: bool = False) -> list[pd.DataFrame]:
    """Give the stretches of periods that have articles, or those that are empty."""
    wanted = (rows["of"] == 0) == empty
    number = wanted.ne(wanted.shift()).cumsum()
    return [run for _, run in rows[wanted].groupby(number[wanted])]


def _strip(coverage: Coverage, rows: pd.DataFrame) -> go.Bar:
    text = [
        f"{coverage.label(p)}: {of:,} articles" if of else f"{coverage.label(p)}: no articles"
        for p, of in zip(rows["period"], rows["of"], strict=True)
    ]
    return go.Bar(
        x=rows["period"],
        y=rows["of"],
        marker={"color": "rgba(128,128,128,0.55)", "line": {"width": 0}},
        name="articles in all",
        showlegend=False,
        text=None,
        hovertext=text,
        hoverinfo="text",
    )


def _axes(figure: go.Figure, panels: int, show: Show, foot: int) -> None:
    figure.update_xaxes(
        showgrid=False, linecolor=_GRID, ticks="outside", tickcolor=_GRID, hoverformat="%Y-%m-%d"
    )
    figure.update_annotations(x=0, xanchor="left")
    figure.update_yaxes(gridcolor=_GRID, zeroline=False, rangemode="tozero", nticks=5)
    unit, form = ("share of articles", ".0%") if show == "share" else ("articles", ",d")
    for row in range(1, 2 * panels, 2):
        figure.update_yaxes(title_text=unit, tickformat=form, matches="y", row=row, col=1)
        figure.update_yaxes(title_text="in all", nticks=2, showgrid=False, row=row + 1, col=1)
    plot = 330 if panels == 1 else 230 * panels
    figure.update_layout(
        height=_HEAD + plot + foot,
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _INK, "size": 13, "family": _FONTS},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1 + 22 / plot, "x": 0},
        hoverlabel={"align": "left"},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": _INK, "activecolor": COLORS[0]},
        bargap=0.1,
        margin={"l": 70, "r": 20, "t": _HEAD, "b": foot},
    )


def _gaps(coverage: Coverage, volume: pd.DataFrame, row: int) -> list[dict[str, Any]]:
    """Shade the periods in which a group has no article: a gap must not look like low attention.

    One outline for all of them, in the panel and in its strip: a shape for each takes minutes with many.
    """
    half = pd.Timedelta(days=_DAYS[coverage.per] / 2)  # a bar of the strip stands around the first day
    path = "".join(
        f"M{run['period'].iloc[0] - half:%Y-%m-%d},0V1H{run['period'].iloc[-1] + half:%Y-%m-%d}V0Z"
        for run in _runs(volume, empty=True)
    )
    shape = {
        "type": "path",
        "path": path,
        "fillcolor": _GRID,
        "opacity": 0.5,
        "line": {"width": 0},
        "layer": "below",
    }
    axes = ("" if row == 1 else str(row), str(row + 1))  # plotly's first axis has no number
    return [shape | {"xref": f"x{axis}", "yref": f"y{axis} domain"} for axis in axes if path]


def undrawn(coverage: Coverage) -> list[str]:
    """Say which groups and topics a chart of a coverage leaves out; nothing where all are drawn."""
    drawn = (
        (coverage.groups, _MOST_GROUPS, "groups", "the largest"),
        (coverage.topics, _MOST_TOPICS, "topics", "the first"),
    )
    return [
        f"{most} of {len(all_):,} {what} drawn, {which}"
        for all_, most, what, which in drawn
        if len(all_) > most
    ]


def _caption(coverage: Coverage) -> list[str]:
    """Say how it was measured and what is left out, in lines."""
    text = "; ".join([coverage.how, *undrawn(coverage)])
    return textwrap.wrap(text[0].upper() + text[1:] + ".", 150)


def _write_below(figure: go.Figure, lines: list[str]) -> None:
    figure.add_annotation(
        text="<br>".join(map(plain, lines)),
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        yshift=-38,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        font_size=10,
    )


def plain(text: str) -> str:
    """Escape text for plotly, which reads tags in titles, labels and hover text.

    >>> plain("a <b>bold</b> & claim")
    'a &lt;b&gt;bold&lt;/b&gt; &amp; claim'
    """
    return escape(str(text), quote=False)


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
