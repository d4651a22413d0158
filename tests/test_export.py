"""The export: chart, data, evidence and method, which agree with each other and with the coverage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import plotly.io as pio
import pytest
from openpyxl import load_workbook

from newskit import Article, Codebook, Corpus, export, measure, tag
from newskit.errors import ExportError
from newskit.export import NotWritten, method
from newskit.measure import Coverage

FORMULA = "=HYPERLINK(1)"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def coverage(make_corpus: Callable[..., Corpus], codebook: Codebook) -> Coverage:
    return measure(
        tag(
            make_corpus(
                Article(
                    title=FORMULA,
                    paragraphs=("Water at Fukushima.",),
                    outlet=FORMULA,
                    published=datetime(2023, 1, 5),
                ),
                Article(
                    title=SCRIPT,
                    paragraphs=(f"{SCRIPT} 후쿠시마 오염수",),
                    outlet=SCRIPT,
                    published=datetime(2023, 3, 5),
                ),
            ),
            codebook,
        ),
        by="outlet",
    )


@pytest.fixture
def no_chrome(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise RuntimeError("Kaleido requires Google Chrome to be installed.")

    monkeypatch.setattr(pio, "write_images", missing)


@pytest.mark.usefixtures("no_chrome")
def test_without_chrome_all_else_is_written_and_the_message_says_how_to_get_it(
    coverage: Coverage, tmp_path: Path
) -> None:
    with pytest.warns(
        NotWritten, match=r"chart.png and chart.svg were not written.*apt-get install chromium"
    ):
        paths = export(coverage, tmp_path / "out")
    assert [p.name for p in paths] == ["chart.html", "points.csv", "points.xlsx", "evidence.csv", "method.md"]
    assert all(p.stat().st_size for p in paths)


@pytest.mark.browser
def test_pictures_are_pictures(coverage: Coverage, tmp_path: Path) -> None:
    export(coverage, tmp_path)
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert "forced labor" in (tmp_path / "chart.svg").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_chrome")
@pytest.mark.filterwarnings("ignore::newskit.export.NotWritten")
def test_csv_xlsx_and_coverage_are_the_same_numbers(coverage: Coverage, tmp_path: Path) -> None:
    export(coverage, tmp_path)
    want = coverage.frame.reset_index(drop=True)
    for frame in (
        pd.read_csv(tmp_path / "points.csv"),
        pd.read_excel(tmp_path / "points.xlsx", sheet_name="points"),
    ):
        assert frame["of"].tolist() == want["of"].tolist()
        for name in ("n", "share", "low", "high"):
            pd.testing.assert_series_equal(
                frame[name].astype("float"), want[name].astype("float"), check_names=False
            )


@pytest.mark.usefixtures("no_chrome")
@pytest.mark.filterwarnings("ignore::newskit.export.NotWritten")
def test_evidence_holds_a_row_a_hit(coverage: Coverage, tmp_path: Path) -> None:
    export(coverage, tmp_path)
    rows = pd.read_csv(tmp_path / "evidence.csv")
    assert len(rows) == len(coverage.evidence.frame) == 2
    assert set(rows["keyword"]) == {"Fukushima", "후쿠시마"}


@pytest.mark.usefixtures("no_chrome")
@pytest.mark.filterwarnings("ignore::newskit.export.NotWritten")
def test_no_cell_runs_as_a_formula(coverage: Coverage, tmp_path: Path) -> None:
    export(coverage, tmp_path)
    text = (tmp_path / "evidence.csv").read_text(encoding="utf-8-sig") + (tmp_path / "points.csv").read_text(
        encoding="utf-8-sig"
    )
    assert ",=" not in text
    assert "'=HYPERLINK" in text
    cells = [cell for row in load_workbook(tmp_path / "points.xlsx")["points"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.usefixtures("no_chrome")
@pytest.mark.filterwarnings("ignore::newskit.export.NotWritten")
def test_the_page_escapes_what_came_from_pages_and_asks_no_host(coverage: Coverage, tmp_path: Path) -> None:
    export(coverage, tmp_path)
    page = (tmp_path / "chart.html").read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "<script src=" not in page
    assert '"showSendToCloud": false' in page


def test_the_method_says_what_is_needed_to_defend_a_number(coverage: Coverage) -> None:
    text = method(coverage)
    for needed in (
        "Wilson",
        "codebook Small version 1",
        coverage.hits.codebook.digest[:12],
        "set aside",
        "To cite",
        "n / of",
    ):
        assert needed in text
    assert SCRIPT not in text


def test_a_folder_that_cannot_be_written_is_named(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="Cannot write to"):
        export(coverage, tmp_path / "file" / "out")


def test_markdown_of_a_page_stays_text(make_corpus: Callable[..., Corpus], codebook: Codebook) -> None:
    picture = "![x](https://tracker.example/p.png)"
    corpus = make_corpus(
        Article(title="T", paragraphs=("Fukushima",), outlet=picture, published=datetime(2023, 1, 1))
    )
    assert picture not in method(measure(tag(corpus.outlets(picture), codebook)))


def test_a_corpus_is_exported_as_inert_tables(make_corpus: Callable[..., Corpus], tmp_path: Path) -> None:
    corpus = make_corpus(Article(title=FORMULA, paragraphs=(), outlet=FORMULA, byline=("A. Kim", "B. Sato")))
    articles, left = export(corpus, tmp_path)
    row = pd.read_csv(articles).iloc[0]
    assert (row["title"], row["byline"]) == (f"'{FORMULA}", "A. Kim; B. Sato")
    assert list(pd.read_csv(left).columns) == ["source", "why", "stage", "sha", "input", "path"]


@pytest.mark.usefixtures("no_chrome")
@pytest.mark.filterwarnings("ignore:chart.png:newskit.export.NotWritten")
def test_more_rows_than_a_spreadsheet_holds_leave_it_out(
    coverage: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(export.__globals__, "_MOST_ROWS", 3)
    with pytest.warns(NotWritten, match=r"points\.xlsx was not written"):
        names = [path.name for path in export(coverage, tmp_path)]
    assert "points.xlsx" not in names
    assert "points.csv" in names
