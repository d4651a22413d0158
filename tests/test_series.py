"""Real series of tens of thousands of items: every input has a fate, and all faces of a number agree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import newskit as nk
from newskit.export import _points

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def events(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> nk.Corpus:
    series = shared / "data/corpora/current_events_2010_2019.jsonl.gz"
    return nk.read(series, into=tmp_path_factory.mktemp("events") / "corpus")


@pytest.fixture(scope="module")
def headlines(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> nk.Corpus:
    series = shared / "data/corpora/kcna_headlines_1997_2014/derived_headlines.csv.gz"
    return nk.read(series, into=tmp_path_factory.mktemp("headlines") / "corpus")


def test_items_that_share_the_url_of_their_day_all_come_in(events: nk.Corpus) -> None:
    assert events.fates == {"article": 52_996, "newer version of": 0, "same as": 0, "set aside": 0}


def test_every_headline_has_a_fate(headlines: nk.Corpus) -> None:
    assert sum(headlines.fates.values()) == 114_641


def test_fukushima_peaks_in_the_month_of_the_accident(events: nk.Corpus) -> None:
    coverage = nk.measure(nk.tag(events, nk.Codebook.load("korea-japan")).only("Fukushima"))
    highest = coverage.frame.sort_values("n", ascending=False)["period"].dt.strftime("%Y-%m")
    assert list(highest[:2]) == ["2011-03", "2011-04"]


KCNA = "codebook: KCNA\nversion: 1\ntopics:\n  Japan: {any: ['Japan*']}\n  the States: {any: ['=US OR U.S. OR \"United States\"']}\n"


@pytest.mark.parametrize("series", ["events", "headlines"])
def test_chart_csv_table_and_evidence_agree_to_the_article(
    series: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    corpus: nk.Corpus = request.getfixturevalue(series)
    kcna = nk.Codebook.from_text(KCNA, "kcna.yaml")
    codebook = nk.Codebook.load("korea-japan") if series == "events" else kcna
    coverage = nk.measure(nk.tag(corpus, codebook), per="quarter")
    _points(coverage, tmp_path)
    csv = pd.read_csv(tmp_path / "points.csv").set_index(["topic", "period"])
    drawn = {
        tuple(key): y
        for t in nk.chart(coverage, "count").data
        if t.customdata is not None
        for key, y in zip(t.customdata, t.y, strict=True)
    }
    table = coverage.table.set_index("period")
    for row in coverage.frame.itertuples():
        period = f"{row.period:%Y-%m-%d}"
        behind = coverage.at(row.topic, row.period).frame["article"].nunique()
        assert behind == row.n == csv.loc[(row.topic, period), "n"] == drawn[row.topic, "all", period]
        assert table.loc[coverage.label(row.period), row.topic].startswith(f"{row.n:,} / {row.of:,} ")


def test_the_parts_of_a_whole_add_up(headlines: nk.Corpus) -> None:
    """Volume doubles in 2010/11: counts show it, and each share has its own denominator."""
    hits = nk.tag(headlines, nk.Codebook.from_text(KCNA, "kcna.yaml"))
    by_language = (
        nk.measure(hits, per="year", by="language").frame.groupby(["topic", "period"])[["n", "of"]].sum()
    )
    whole = nk.measure(hits, per="year").frame.set_index(["topic", "period"])[["n", "of"]]
    assert (by_language.astype(int) == whole.reindex(by_language.index).astype(int)).all(axis=None)


@pytest.mark.parametrize("per", ["day", "week", "month", "quarter", "year"])
def test_no_period_loses_an_article(events: nk.Corpus, per: str, codebook: nk.Codebook) -> None:
    hits = nk.tag(events, codebook)
    assert nk.measure(hits, per=per, copies="all").volume["of"].sum() == 52_996  # type: ignore[arg-type]
    once = nk.measure(hits, per=per)  # type: ignore[arg-type]
    copies = (~nk.copies(events)["first"]).sum()  # all of them are dated
    assert once.volume["of"].sum() + copies == 52_996
    assert once.passed_over.startswith(f"{copies} copies are counted once")
