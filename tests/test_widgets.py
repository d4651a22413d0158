"""The loader and the explorer, driven as Python objects: no kernel, no browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import plotly.io as pio
import pytest

from newskit import Article, Codebook, Corpus, View, explore, load
from newskit.errors import SourceError
from newskit.widgets.explorer import Explorer
from newskit.widgets.loader import Loader


@pytest.fixture
def corpus(make_corpus: Callable[..., Corpus]) -> Corpus:
    texts = [
        f"Water {'and more of it ' * 20} at Fukushima {'and so on ' * 20}.",
        "Forced labor talks.",
        "Weather.",
        "後の福島の海。",
    ]
    return make_corpus(
        *(
            Article(
                title=f"Story {n}",
                paragraphs=(text,),
                outlet="AB"[n % 2],
                language="en",
                published=datetime(2023, 1 + n, 3),
            )
            for n, text in enumerate(texts)
        ),
        Article(title="No day", paragraphs=("Fukushima.",), outlet="A"),
    )


@pytest.fixture
def explorer(corpus: Corpus, codebook: Codebook) -> Explorer:
    return explore(corpus, codebook, View(topics=("Fukushima",)))


def figure(explorer: Explorer) -> object:
    (shown,) = explorer.chart_place.children
    return shown


def test_a_control_changes_the_view_and_all_that_is_shown(explorer: Explorer) -> None:
    explorer.controls["topics"].value = ("forced labor",)
    explorer.controls["per"].value = "year"
    assert explorer.view == View(topics=("forced labor",), per="year")
    assert "forced labor: 1 of 4 articles" in explorer.summary.value
    assert "1 / 4 (25.0%)" in explorer.numbers.value
    assert "per=&#34;year&#34;" in explorer.code.value


def test_setting_the_view_sets_the_controls(explorer: Explorer) -> None:
    explorer.view = View(topics=("forced labor",), since="2023-02", outlets=("B",), show="count")
    assert explorer.controls["topics"].value == ("forced labor",)
    assert explorer.controls["since"].value.isoformat() == "2023-02-01"
    assert explorer.controls["outlets"].value == ("B",)


def test_chart_table_and_evidence_agree_to_the_article(explorer: Explorer) -> None:
    for trace in (t for t in figure(explorer).data if t.customdata is not None):  # type: ignore[attr-defined]
        for (topic, group, period), share in zip(trace.customdata, trace.y, strict=True):
            explorer.open_point(topic, group, period)
            frame = explorer.coverage.frame  # type: ignore[union-attr]
            (row,) = frame[(frame["topic"] == topic) & (frame["period"] == period)].to_dict("records")
            assert len(explorer.evidence.ids) == row["n"]
            assert share == row["share"]


def test_a_click_opens_the_articles_with_marks_and_rule(explorer: Explorer) -> None:
    (line,) = (t for t in figure(explorer).data if t.customdata is not None)  # type: ignore[attr-defined]
    line._dispatch_on_click(SimpleNamespace(point_inds=[0]), None)
    assert "at <mark>Fukushima</mark> and" in explorer.evidence.list.value
    assert "in body, by rule Fukushima" in explorer.evidence.list.value
    assert "articles 1 to 1 of 1" in explorer.evidence.heading.value


def test_points_open_from_the_keyboard(explorer: Explorer) -> None:
    explorer.point["period"].value = "2023-04-01"
    assert "<mark>福島</mark>" in explorer.evidence.list.value


def test_a_redraw_keeps_no_old_figure(explorer: Explorer) -> None:
    old = figure(explorer)
    explorer.controls["show"].value = "count"
    assert old.comm is None  # type: ignore[attr-defined]
    assert len(explorer.chart_place.children) == 1


def test_the_state_of_a_figure_is_what_it_shows(explorer: Explorer) -> None:
    shown = figure(explorer)
    shown.data[0].name = "changed"  # type: ignore[attr-defined]
    assert shown.get_state()["_widget_data"][0]["name"] == "changed"  # type: ignore[attr-defined]
    assert shown._config["showSendToCloud"] is False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("control", "value", "says"),
    [
        ("search", '"unbalanced', "quot"),
        ("since", datetime(2031, 1, 1).date(), "none is published from 2031-01-01"),
    ],
)
def test_errors_appear_in_the_explorer_and_the_chart_stays(
    explorer: Explorer, control: str, value: object, says: str
) -> None:
    before = figure(explorer)
    explorer.controls[control].value = value
    assert 'role="alert"' in explorer.status.value
    assert says in explorer.status.value
    assert figure(explorer) is before
    assert "nk-stale" in explorer.chart_place._dom_classes  # and does not look as if it were the answer


def test_a_topic_that_does_not_exist_is_answered(corpus: Corpus, codebook: Codebook) -> None:
    explorer = explore(corpus, codebook, View(topics=("Fukushima",)))
    explorer.view = View(topics=("forced labour",))
    assert "Did you mean" in explorer.status.value


def test_a_fault_of_ours_is_shown_too(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newskit.widgets.explorer.chart", lambda *_, **__: 1 / 0)
    explorer.controls["per"].value = "day"
    assert "fault in newskit" in explorer.status.value


def test_the_export_button_writes_and_says_what(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pio, "write_images", _no_chrome)
    explorer.folder.value = str(tmp_path / "out")
    explorer.export_button.click()
    assert "points.csv" in explorer.exported.value
    assert "apt-get install chromium" in explorer.exported.value
    assert (tmp_path / "out" / "method.md").exists()


def _no_chrome(*_: object, **__: object) -> None:
    raise RuntimeError("Kaleido requires Google Chrome")


def test_evidence_turns_its_pages(make_corpus: Callable[..., Corpus], codebook: Codebook) -> None:
    articles = [
        Article(title=f"{n:02}", paragraphs=("Fukushima.",), published=datetime(2023, 1, 3))
        for n in range(23)
    ]
    explorer = explore(make_corpus(*articles), codebook, View(topics=("Fukushima",)))
    explorer.open_point("Fukushima", None, "2023-01-03" if explorer.view.per == "day" else "2023-01-01")
    assert "1 to 10 of 23" in explorer.evidence.heading.value
    explorer.evidence.forth.click()
    explorer.evidence.forth.click()
    assert "21 to 23 of 23" in explorer.evidence.heading.value
    assert explorer.evidence.forth.disabled
    assert not explorer.evidence.back.disabled


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "items.csv").write_text(
        "headline,story_text,day\nOne,A text about Fukushima.,2023-01-05\n", encoding="utf-8"
    )
    (folder / "noise.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    return folder


def test_the_loader_reads_and_accounts_for_every_input(pages: Path, tmp_path: Path) -> None:
    loader = load(tmp_path / "corpus", pages)
    assert loader.corpus is not None
    assert len(loader.corpus) == 1
    assert "Set aside: 1 of 2 inputs, by reason" in loader.result.value
    assert "noise.txt" in loader.result.value
    assert re.search(r"in all</td><td[^>]*>2</td>", loader.result.value)
    for fate in ("copy of", "newer version of", "same as"):
        assert re.search(rf"{fate}</td><td[^>]*>0</td>", loader.result.value)


def test_the_loader_counts_the_reasons_and_says_how_many_it_leaves_out(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"page-{number}.txt").write_text(f"<b>{number}</b>\nHome\n", encoding="utf-8")
        (tmp_path / f"empty-{number}.txt").touch()
    loader = load(tmp_path / "corpus", tmp_path)
    shown = loader.result.value
    assert "Set aside: 50 of 50 inputs, by reason; the 20 most frequent of 26 reasons" in shown
    counted = [int(n) for n in re.findall(r'<tr><td class="nk-right">(\d+)</td>', shown)]
    assert counted == [25] + [1] * 19
    assert "<b>" not in shown


def test_the_loader_shows_how_columns_are_read_before_it_reads(pages: Path, tmp_path: Path) -> None:
    loader = load(tmp_path / "corpus")
    loader.path.value = str(pages)
    loader.look_button.click()
    assert "title: headline, text: story_text" in loader.plan.value
    assert loader.corpus is None


def test_the_loader_answers_in_place_and_loses_nothing(pages: Path, tmp_path: Path) -> None:
    loader = load(tmp_path / "corpus", pages)
    for path, columns, says in (
        ("", "", "No path is given"),
        (str(tmp_path / "nowhere"), "", "nowhere"),
        (str(pages), "text", "is no pair"),
        (str(pages), "text=nonsense", "nonsense"),
    ):
        loader.path.value, loader.columns.value = path, columns
        loader.read_button.click()
        assert says in loader.status.value
        assert 'role="alert"' in loader.status.value
        with pytest.raises(SourceError, match=says):  # no chart of something else in the cells below
            _ = loader.corpus
    loader.path.value, loader.columns.value = str(pages), ""
    loader.read_button.click()
    assert "2 read before" in loader.status.value
    assert len(loader.corpus or ()) == 1


def test_the_corpus_folder_is_shown_and_can_be_changed(pages: Path, tmp_path: Path) -> None:
    loader = load(tmp_path / "one", pages)
    loader.folder.value = str(tmp_path / "two")
    loader.read_button.click()
    assert (loader.corpus or Corpus.open(tmp_path)).store.folder == tmp_path / "two"
    loader.folder.value = " "
    loader.read_button.click()
    assert "No corpus folder is given" in loader.status.value


def test_a_failing_disk_is_said_in_the_loader(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newskit.store.os.fsync", full)
    assert "No space left on device" in load(tmp_path / "corpus", pages).status.value


def test_the_loader_says_what_it_passed_over(pages: Path, tmp_path: Path) -> None:
    (pages / ".DS_Store").touch()
    assert "passed over" in load(tmp_path / "corpus", pages).plan.value


def test_a_small_upload_is_kept_and_leaves_the_notebook(tmp_path: Path) -> None:
    loader = load(tmp_path / "corpus")
    content = b"title,text\nOne,Text of one.\n"
    loader.upload.value = (
        {
            "name": "../x.csv",
            "type": "text/csv",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": datetime(2023, 1, 1),
        },
    )
    assert loader.upload.value == ()
    assert (tmp_path / "corpus-uploads" / "x.csv").read_bytes() == content
    assert len(loader.corpus or ()) == 1


def test_two_uploads_of_one_name_are_both_kept(tmp_path: Path) -> None:
    loader = load(tmp_path / "corpus")
    for content in (b"title,text\nOne,Text of one.\n", b"title,text\nTwo,Text of two.\n"):
        file = {
            "name": "x.csv",
            "type": "",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": datetime(2023, 1, 1),
        }
        loader.upload.value = (file,)
    assert len(list((tmp_path / "corpus-uploads").iterdir())) == len(loader.corpus or ()) == 2


def test_a_large_upload_is_refused_with_the_way_out(tmp_path: Path) -> None:
    loader: Loader = load(tmp_path / "corpus")
    file = {
        "name": "big.zip",
        "type": "",
        "size": 9_000_000,
        "content": memoryview(b""),
        "last_modified": datetime(2023, 1, 1),
    }
    loader.upload.value = (file,)
    assert "Give its path instead" in loader.status.value
