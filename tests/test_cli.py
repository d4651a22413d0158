"""The command line: exit status, one clear sentence, no traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import plotly.io as pio
import pytest

from newskit.cli import _environment, _parser, main

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    rows = [
        {
            "title": f"Story {n}",
            "text": "Water at Fukushima." if n % 2 else "Weather.",
            "date": f"2023-0{n}-01",
            "outlet": "A",
        }
        for n in range(1, 5)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(
        "codebook: Small\nversion: 1\ntopics:\n  Fukushima:\n    any: [Fukushima]\n", encoding="utf-8"
    )
    return path


def run(arguments: Sequence[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_read_says_what_became_of_every_input(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(["read", table, "--into", tmp_path / "c"], capsys)
    assert status == 0
    assert "4 new articles" in out
    assert "4 inputs in all" in out
    (tmp_path / "noise.txt").write_bytes(b"\x00\xff" * 50)
    status, out, _ = run(["read", table, tmp_path / "noise.txt", "--into", tmp_path / "c"], capsys)
    assert status == 1
    assert "4 read before" in out
    assert "set aside 1 x" in out
    assert "0 copy of\n" in out
    assert "nk.copies" not in out  # where there are none, nothing is said of them


def test_read_says_what_is_a_later_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(2):
        row = {"title": "Ships", "text": f"{n} ships came.", "url": "https://gull.example/a"}
        (tmp_path / f"{n}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    status, out, _ = run(
        ["read", tmp_path / "0.jsonl", tmp_path / "1.jsonl", "--into", tmp_path / "c"], capsys
    )
    assert status == 0
    assert "1 newer version of: nk.changes(corpus) shows" in out
    assert "2 inputs in all" in run(["check", tmp_path / "c"], capsys)[1]


def test_read_can_say_first_what_it_would_do(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html><p>Ships came.")
    (tmp_path / ".hidden").touch()
    status, out, _ = run(["read", tmp_path, "--list"], capsys)
    assert status == 0
    kinds = [line.split()[0] for line in out.splitlines()]
    assert (kinds.count("page"), kinds.count("table")) == (1, 1)
    assert "published=" in out
    assert "2 inputs: 1 page, 1 table" in out
    assert "1 hidden files passed over" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", table.name, "page.html"]


def test_parse_writes_one_json_object_a_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "noise.txt").write_bytes(b"\x00\xff" * 50)
    status, out, _ = run(["parse", table, tmp_path / "noise.txt", "--json"], capsys)
    *articles, left = map(json.loads, out.splitlines())
    assert status == 1
    assert [a["day"] for a in articles] == ["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"]
    assert sorted(left) == ["set_aside", "source", "why"]


@pytest.mark.browser
def test_chart_exports_what_the_coverage_holds(
    table: Path, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["read", table, "--into", tmp_path / "c"], capsys)
    status, out, _ = run(
        ["chart", tmp_path / "c", small, "--per", "quarter", "--out", tmp_path / "out"], capsys
    )
    assert status == 0
    assert "Fukushima: 2 of 4 articles" in out
    points = pd.read_csv(tmp_path / "out" / "points.csv")
    assert points[["n", "of"]].to_numpy().tolist() == [[2, 3], [0, 1]]


def test_without_a_browser_the_rest_is_written_and_said_in_a_sentence(
    table: Path,
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise RuntimeError("Kaleido requires Google Chrome to be installed.")

    monkeypatch.setattr(pio, "write_images", missing)
    run(["read", table, "--into", tmp_path / "c"], capsys)
    status, out, err = run(["chart", tmp_path / "c", small, "--out", tmp_path / "out"], capsys)
    assert status == 1
    assert "points.csv" in out
    assert err.startswith("newskit: chart.png and chart.svg were not written")
    assert len(err.splitlines()) == 1


def test_check_finds_a_damaged_part(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["read", table, "--into", tmp_path / "c"], capsys)
    assert run(["check", tmp_path / "c"], capsys)[0] == 0
    for kind in ("text", "articles"):
        (part,) = (tmp_path / "c" / kind).iterdir()
        part.write_bytes(b"broken")
        status, out, _ = run(["check", tmp_path / "c"], capsys)
        assert status == 1
        assert "1 parts, 1 of them damaged" in out
        assert f"{kind}/part-" in out


WRONG_CALLS = [
    (["read", "nowhere", "--into", "c"], "nowhere"),
    (["read", "empty", "--into", "c"], "empty"),
    (["read", "items.jsonl", "--into", "full"], "holds other files"),
    (["read", "items.jsonl", "--into", "c", "--columns", "text=nonsense"], "nonsense"),
    (["chart", "nowhere", "small.yaml", "--out", "o"], "does not exist"),
    (["chart", "there", "smal.yaml", "--out", "o"], "smal.yaml"),
    (["chart", "there", "typo.yaml", "--out", "o"], "typo.yaml"),
    (["chart", "there", "small.yaml", "--topics", "Fukushina", "--out", "o"], "Did you mean 'Fukushima'"),
    (["chart", "there", "small.yaml", "--since", "2031", "--out", "o"], "none is published from 2031-01-01"),
    (["chart", "there", "small.yaml", "--since", "soon", "--out", "o"], "is no date"),
    (["chart", "there", "small.yaml", "--per", "fortnight", "--out", "o"], "Choose one of day"),
    (["run", "nowhere.ipynb", "--out", "o"], "No notebook"),
    (["lab", "--folder", "nowhere"], "No folder"),
    (["check", "nowhere"], "does not exist"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG_CALLS, ids=[" ".join(a) for a, _ in WRONG_CALLS])
def test_a_wrong_call_gets_one_clear_sentence(
    arguments: list[str],
    says: str,
    table: Path,
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").touch()
    (tmp_path / "typo.yaml").write_text(
        "codebook: X\nversion: 1\ntopics:\n  a:\n    any: ['(b OR c']\n", encoding="utf-8"
    )
    assert small.exists()
    run(["read", table, "--into", "there"], capsys)
    status, _, err = run(arguments, capsys)
    assert status == 2
    assert says in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) <= 3


def test_an_unknown_option_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["read", "x", "--into", "y", "--fast"])
    assert stop.value.code == 2
    assert "--fast" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("processor", "slow"),
    [
        ("vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\n", True),
        ("AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD", True),  # as Windows tells
        ("vendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 25\n", False),
        ("vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 25\n", False),
        ("arm", False),
    ],
)
def test_the_lab_sorts_fast(processor: str, *, slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES", raising=False)
    assert ("NPY_DISABLE_CPU_FEATURES" in _environment(processor)) == slow
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "")
    assert _environment(processor)["NPY_DISABLE_CPU_FEATURES"] == ""


def test_every_command_stands_in_the_readme() -> None:
    (commands,) = (action for action in _parser()._actions if action.dest != "version" and action.choices)
    for name in commands.choices or ():
        assert re.search(rf"newskit {name}\b", README), f"newskit {name} is not in README.md"
