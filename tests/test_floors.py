"""What the parser reaches on pages whose truth is known: benchmarks/parse.py measures it, and its floors only rise."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from newskit import parse

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "parse.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = spec_from_file_location("benchmark_of_parse", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missed(benchmark: ModuleType, cases: object) -> list[str]:
    sets = benchmark.by_set(cases)
    rows = {name: benchmark.measured(pages, benchmark.by_newskit) for name, pages in sets.items()}
    return [line for name, row in rows.items() for line in benchmark.below(name, row)]


def test_own_pages_keep_their_floors(benchmark: ModuleType) -> None:
    assert missed(benchmark, benchmark.own_cases()) == []


def test_labelled_pages_keep_their_floors(benchmark: ModuleType, shared: Path) -> None:
    assert missed(benchmark, benchmark.labelled_cases(shared / "data")) == []


def test_a_worse_reader_breaks_the_floors(benchmark: ModuleType) -> None:
    cases = benchmark.by_set(benchmark.own_cases())["golden html"]
    row = benchmark.measured(cases, lambda _case: benchmark.Reading())
    assert any("F1 0.000" in line for line in benchmark.below("golden html", row))


def test_floors_only_rise(benchmark: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"html": {"F1": 0.9}}), encoding="utf-8")
    monkeypatch.setattr(benchmark, "FLOORS", floors)
    benchmark.lift({"html": {"F1": 0.8, "title": 0.5559}})
    assert benchmark.floors() == {"html": {"F1": 0.9, "title": 0.555}}
    assert benchmark.below("html", {"F1": 0.8, "title": 0.6}) == ["html: F1 0.800, floor 0.900"]


@pytest.mark.parametrize(
    ("found", "score"),
    [("a b c d e", 1.0), ("a b c d", 2 / 3), ("", 0.0), ("a b c d e x", 0.8), ("v w x y z", 0.0)],
)
def test_bodies_are_scored_by_shingles_of_four_words(benchmark: ModuleType, found: str, score: float) -> None:
    case = benchmark.Case("html", "", body="A b. C d e")
    assert benchmark.body_f1(case, found) == pytest.approx(score)


def test_pages_are_read_by_the_parser_of_this_checkout(benchmark: ModuleType) -> None:
    case = benchmark.Case(
        "text", "Talks go on\n\nBoth sides agreed on Monday to meet again in June. (Yonhap)"
    )
    found = benchmark.by_newskit(case)
    assert found.title == parse(case.page).title == "Talks go on"
    assert not found.refused
