"""Write what is seen to files: the chart, its numbers, the evidence and the method, together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from choreographer.errors import BrowserFailedError, ChromeNotFoundError

from newskit.chart import Show, chart, on_paper
from newskit.errors import ExportError
from newskit.measure import ENOUGH, Coverage
from newskit.tag import kwic

__all__ = ["ImagesMissing", "export", "method"]

_WIDTH = 1200
_CITED = ("newskit", "pandas", "plotly", "lxml", "readability-lxml")
_NO_CHROME = (
    "chart.png and chart.svg were not written: they need Chrome or Chromium, and none was found. Install one "
    "(Debian: apt-get install chromium; or run plotly_get_chrome) and export again. All other files are there."
)


_METHOD = """\
# Method

**Corpus.** {corpus}. What became of every input: {fates}. Digest {digest}.

**Filter.** {filter}.

**Codebook.** {codebook}.

**Numbers.** n counts the articles in which at least one rule of a topic matches in title, body or caption; `of` counts
all articles of the same {cell} under the same filter; share is n / of. low and high bound the 95 % Wilson score
interval. `enough` is false where `of` is under {enough}. A {per} without articles has no numbers: a gap, not a zero.

**In full.** {how}.

**Gaps.** {gaps}.

**Evidence.** evidence.csv has one row a match, with text from the pages. In both CSV files a cell that a spreadsheet
would run as a formula starts with an apostrophe.

**Versions.** {versions}.

**To cite.** Coverage measured with newskit {newskit}; codebook {name}; corpus {digest}, {articles} articles.
"""


class ImagesMissing(UserWarning):
    """An export wrote everything but the pictures."""


def export(what: Coverage, path: str | Path, show: Show = "share") -> list[Path]:
    """Write chart, data, evidence and method into a folder, and give the paths written.

    chart.html (stands alone, offline), points.csv and points.xlsx (the rows of `what.frame`), evidence.csv
    (one row a hit behind the points), method.md, chart.png and chart.svg. The pictures need Chrome or
    Chromium: without it the rest is written and an ImagesMissing warning says how to get it.
    """
    folder = Path(path).expanduser()
    figure = on_paper(chart(what, show=show))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = [
            _page(what, figure, folder),
            *_points(what, folder),
            _evidence(what, folder),
            _method(what, folder),
        ]
    except OSError as error:
        msg = f"Cannot write to {str(folder)!r}: {error.strerror}. Name a folder you may write to."
        raise ExportError(msg) from error
    return data + _images(figure, folder)


def method(coverage: Coverage) -> str:
    """Write the method of a coverage as Markdown: what was counted, of what, by which rules and versions."""
    corpus, codebook = coverage.hits.corpus, coverage.hits.codebook
    values = {
        "corpus": corpus.how,
        "fates": ", ".join(f"{n:,} {fate}" for fate, n in corpus.fates.items()),
        "digest": corpus.digest,
        "filter": "; ".join(f.words for f in corpus.filters) or "none: the whole corpus",
        "codebook": codebook.how,
        "cell": f"{coverage.per} and {coverage.by}" if coverage.by else coverage.per,
        "per": coverage.per,
        "enough": str(ENOUGH),
        "how": coverage.how,
        "gaps": ", ".join(coverage.gaps) or "none",
        "versions": ", ".join(f"{name} {version(name)}" for name in _CITED),
        "newskit": version("newskit"),
        "name": f"{codebook.name} version {codebook.version} ({codebook.digest[:12]})",
        "articles": f"{len(corpus):,}",
    }
    return _METHOD.format_map({name: escape(value, quote=False) for name, value in values.items()})


def _points(coverage: Coverage, folder: Path) -> list[Path]:
    csv, xlsx = folder / "points.csv", folder / "points.xlsx"
    frame = coverage.frame.assign(period=coverage.frame["period"].dt.strftime("%Y-%m-%d"))
    _inert(frame, ["topic", "group"]).to_csv(csv, index=False, encoding="utf-8-sig")
    # Text stays text: a topic named =1+1 must not become a formula, nor a URL a live link.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(xlsx, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, sheet_name="points", index=False)
        pd.DataFrame({"method": method(coverage).split("\n\n")}).to_excel(
            book, sheet_name="method", index=False
        )
    return [csv, xlsx]


def _evidence(coverage: Coverage, folder: Path) -> Path:
    path = folder / "evidence.csv"
    articles = coverage.hits.corpus.frame.set_index("id")[["title", "url", "source"]]
    rows = kwic(coverage.evidence).join(articles, on="article")
    text = list(rows.columns.difference(["article", "published"]))
    _inert(rows, text).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def _inert(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    safe = frame.copy()
    for name in columns:
        safe[name] = frame[name].astype("object").map(_inert_cell)
    return safe


def _inert_cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@"} else value


def _method(coverage: Coverage, folder: Path) -> Path:
    path = folder / "method.md"
    path.write_text(method(coverage), encoding="utf-8")
    return path


def _page(coverage: Coverage, figure: go.Figure, folder: Path) -> Path:
    path = folder / "chart.html"
    drawing = pio.to_html(figure, full_html=False, include_plotlyjs=True, config={"showSendToCloud": False})
    topics = escape(", ".join(coverage.topics))
    table = coverage.frame.assign(period=coverage.frame["period"].dt.strftime("%Y-%m-%d")).to_html(
        index=False
    )
    path.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{topics}</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{padding:.1rem .6rem;text-align:right;border:1px solid #ccc}</style>"
        f"<h1>{topics}</h1><p>{escape(coverage.summary)}</p><figure aria-label='{topics} over time'>{drawing}</figure>"
        f"<details><summary>The numbers</summary>{table}</details><pre style='white-space:pre-wrap'>"
        f"{method(coverage)}</pre></html>",
        encoding="utf-8",
    )
    return path


def _images(figure: go.Figure, folder: Path) -> list[Path]:
    paths = [folder / "chart.png", folder / "chart.svg"]
    try:
        pio.write_images([figure] * 2, paths, width=_WIDTH, height=figure.layout.height, scale=[2, 1])
    except (ChromeNotFoundError, BrowserFailedError, RuntimeError) as error:
        warnings.warn(f"{_NO_CHROME} ({type(error).__name__})", ImagesMissing, stacklevel=3)
        return []
    return paths
