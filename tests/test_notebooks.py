"""The notebooks run headless from the command line and leave their exports; on their own pages, too."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest

from newskit.cli import main

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
EXPORTS = {
    "01_load_articles.ipynb": {"articles.csv", "set_aside.csv"},
    "02_topics_over_time.ipynb": {
        "chart.png",
        "chart.svg",
        "chart.html",
        "points.csv",
        "points.xlsx",
        "evidence.csv",
        "method.md",
    },
    "03_evidence.ipynb": {"chart.png", "points.csv", "evidence.csv", "method.md"},
    "04_codebook.ipynb": {"chart.png", "points.csv", "evidence.csv", "method.md"},
}


@pytest.mark.browser
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_headless_and_leaves_its_exports(notebook: Path, tmp_path: Path) -> None:
    status = main(["run", str(notebook), "-p", f"into={tmp_path / 'corpus'}", "--out", str(tmp_path / "out")])
    assert status == 0
    assert EXPORTS[notebook.name] <= {path.name for path in (tmp_path / "out").iterdir()}
    ran = nbformat.read(tmp_path / "out" / notebook.name, as_version=4)
    assert "widgets" not in ran.metadata


@pytest.mark.browser
def test_a_notebook_runs_on_pages_of_ones_own(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "items.csv").write_text(
        "title,text,date\n" + "".join(f"Story {n},Water at Fukushima.,2023-0{n}-01\n" for n in range(1, 4)),
        encoding="utf-8",
    )
    given = ["-p", f"pages={pages}", "-p", f"into={tmp_path / 'corpus'}", "-p", "per=year"]
    assert main(["run", str(NOTEBOOKS[1]), *given, "--out", str(tmp_path / "out")]) == 0
    points = pd.read_csv(tmp_path / "out" / "points.csv").set_index("topic")
    assert points.loc["Fukushima", ["n", "of"]].tolist() == [3, 3]


def test_the_first_notebook_runs_where_nothing_was_copied_changed_or_doubtful(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("title,text,date\nA,A pier at dawn.,2023-01-02\n", encoding="utf-8")
    given = ["-p", f"pages={tmp_path / 'items.csv'}", "-p", f"into={tmp_path / 'corpus'}"]
    assert main(["run", str(NOTEBOOKS[0]), *given, "--out", str(tmp_path / "out")]) == 0
    assert len(pd.read_csv(tmp_path / "out" / "articles.csv")) == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_pages_that_are_not_there_end_the_run(
    notebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never a chart of the demonstration in the place of one's own."""
    given = ["-p", f"pages={tmp_path / 'nowhere'}", "-p", f"into={tmp_path / 'corpus'}"]
    assert main(["run", str(notebook), *given, "--out", str(tmp_path / "out")]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.csv"))


def test_an_unknown_parameter_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(NOTEBOOKS[1]), "-p", "page=x", "--out", str(tmp_path)]) == 2
    assert "Did you mean 'pages'" in capsys.readouterr().err
