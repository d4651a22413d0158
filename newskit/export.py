"""Write what is seen to files: the chart, its numbers, the evidence and the method, together."""

from __future__ import annotations

import re
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import plotly
import plotly.graph_objects as go
from choreographer.errors import BrowserFailedError, ChromeNotFoundError
from markupsafe import Markup

from newskit.chart import Show, chart, on_paper
from newskit.corpus import Corpus
from newskit.errors import ExportError
from newskit.kwic import kwic
from newskit.measure import ENOUGH, Coverage

__all__ = ["NotWritten", "export", "method"]

_WIDTH = 1200
_MOST_ROWS, _LONGEST_CELL = 1_048_575, 32_767  # of a spreadsheet
_TOO_LONG = (
    "points.xlsx was not written: {:,} rows are more than a spreadsheet holds. points.csv has them all."
)
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


# What is put into it is escaped: Markup.format does that.
_PAGE = Markup("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{topics}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }}
td, th {{ padding: .1rem .6rem; text-align: right; border: 1px solid #ccc }}
pre {{ white-space: pre-wrap }}
</style>
<h1>{topics}</h1>
<p>{summary}</p>
<figure aria-label="{topics} over time">{drawing}</figure>
<details><summary>The numbers</summary>{table}</details>
<pre>{method}</pre>
</html>
""")


class NotWritten(UserWarning):
    """An export wrote everything but this."""


def export(what: Coverage | Corpus, path: str | Path, show: Show = "share") -> list[Path]:
    """Write chart, data, evidence and method into a folder, and give the paths written.

    Of a Coverage: chart.html (stands alone, offline), points.csv and points.xlsx (the rows of its frame),
    evidence.csv (one row a hit behind the points), method.md, chart.png and chart.svg. The pictures need Chrome
    or Chromium: without it the rest is written and a NotWritten warning says how to get it. Of a Corpus:
    articles.csv (the rows of its frame) and set_aside.csv.
    """
    folder = Path(path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(what, Corpus):
            return [_csv(what.frame, folder / "articles.csv"), _csv(what.rejected, folder / "set_aside.csv")]
        figure = on_paper(chart(what, show=show))
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
    return _METHOD.format_map({name: _as_text(value) for name, value in values.items()})


def _as_text(value: str) -> str:
    """Escape Markdown: a name of an outlet must not become a link, a picture or a tag."""
    return re.sub(r"([\\`*_\[\]<>!|#])", r"\\\1", value)


def _points(coverage: Coverage, folder: Path) -> list[Path]:
    path = folder / "points.xlsx"
    frame = coverage.frame.assign(period=coverage.frame["period"].dt.strftime("%Y-%m-%d"))
    written = [_csv(frame, folder / "points.csv")]
    if len(frame) > _MOST_ROWS:
        warnings.warn(_TOO_LONG.format(len(frame)), NotWritten, stacklevel=4)
        return written
    lines = [line[:_LONGEST_CELL] for line in method(coverage).split("\n\n")]
    # Text stays text: a topic named =1+1 must not become a formula, nor a URL a live link.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, sheet_name="points", index=False)
        pd.DataFrame({"method": lines}).to_excel(book, sheet_name="method", index=False)
    return [*written, path]


def _evidence(coverage: Coverage, folder: Path) -> Path:
    articles = coverage.hits.corpus.frame.set_index("id")[["title", "url", "source"]]
    return _csv(kwic(coverage.evidence).join(articles, on="article"), folder / "evidence.csv")


def _csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table that Excel opens as UTF-8, with an apostrophe before text that it would run as a formula."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    safe = frame.assign(**{name: frame[name].astype("object").map(_inert) for name in texts})
    safe.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def _inert(value: object) -> object:
    if isinstance(value, list | np.ndarray):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@"} else value


def _method(coverage: Coverage, folder: Path) -> Path:
    path = folder / "method.md"
    path.write_text(method(coverage), encoding="utf-8")
    return path


def _page(coverage: Coverage, figure: go.Figure, folder: Path) -> Path:
    path = folder / "chart.html"
    drawing = plotly.io.to_html(
        figure, full_html=False, include_plotlyjs=True, config={"showSendToCloud": False}
    )
    numbers = coverage.frame.assign(period=coverage.frame["period"].dt.strftime("%Y-%m-%d"))
    page = _PAGE.format(
        topics=", ".join(coverage.topics),
        summary=coverage.summary,
        drawing=Markup(drawing),  # noqa: S704 - made by plotly, names in it escaped by chart()
        table=Markup(numbers.to_html(index=False)),  # noqa: S704 - pandas escapes
        method=method(coverage),
    )
    path.write_text(page, encoding="utf-8")
    return path


def _images(figure: go.Figure, folder: Path) -> list[Path]:
    paths = [folder / "chart.png", folder / "chart.svg"]
    try:
        plotly.io.write_images([figure] * 2, paths, width=_WIDTH, height=figure.layout.height, scale=[2, 1])
    except (BrowserFailedError, ChromeNotFoundError, RuntimeError) as error:
        warnings.warn(f"{_NO_CHROME} ({type(error).__name__})", NotWritten, stacklevel=3)
        return []
    return paths
