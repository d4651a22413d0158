"""Coverage: numbers with their denominators, gaps that are no zeros, and the evidence behind each point."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit import Article, Codebook, Corpus, measure, tag
from newskit.errors import BadArgument
from newskit.measure import wilson

MakeCorpus = Callable[..., Corpus]


def story(
    number: int, day: str | None, text: str = "Nothing here.", outlet: str = "A", **_: object
) -> Article:
    published = datetime.fromisoformat(day) if day else None
    return Article(
        title=f"Story {number}", paragraphs=(text,), outlet=outlet, language="en", published=published
    )


STORIES = (
    story(1, "2023-01-05", "The Fukushima plant."),
    story(2, "2023-01-20"),
    story(3, "2023-03-01", "Forced labor and Fukushima."),
    story(4, "2023-03-31", "Water at Fukushima.", outlet="B"),
    story(5, None, "Fukushima without a date."),
)


def test_a_period_without_articles_is_a_gap_and_never_a_zero(
    make_corpus: MakeCorpus, codebook: Codebook
) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook), per="month")
    rows = coverage.frame[coverage.frame["topic"] == "Fukushima"].set_index("period")
    assert list(rows["of"]) == [2, 0, 2]
    assert list(rows["n"].astype("object").where(rows["n"].notna(), None)) == [1, None, 2]
    assert rows[["share", "low", "high"]].iloc[1].isna().all()
    assert coverage.gaps == ["2023-02"]


def test_a_topic_without_hits_is_zero_where_there_are_articles(
    make_corpus: MakeCorpus, codebook: Codebook
) -> None:
    coverage = measure(tag(make_corpus(story(1, "2023-01-05")), codebook))
    assert list(coverage.frame["n"]) == [0, 0]
    assert list(coverage.frame["share"]) == [0, 0]


def test_groups_have_their_own_denominators(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook).only("Fukushima"), per="year", by="outlet")
    numbers = coverage.frame.set_index("group")[["n", "of"]]
    assert numbers.loc["A"].tolist() == [2, 3]
    assert numbers.loc["B"].tolist() == [1, 1]
    assert coverage.groups == ("A", "B")


def test_undated_articles_are_in_no_period_and_said(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook), per="year")
    assert coverage.frame["of"].max() == 4
    assert "1 undated article is in no year" in coverage.how


def test_every_point_opens_as_many_articles_as_it_counts(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook), by="outlet")
    for row in coverage.frame.itertuples():
        behind = coverage.at(row.topic, row.period, row.group)
        assert behind.frame["article"].nunique() == (0 if pd.isna(row.n) else row.n)


@pytest.mark.parametrize(
    "name", ["2023-03", "2023-03-14", pd.Timestamp("2023-03-31"), datetime(2023, 3, 1).date()]
)
def test_a_period_is_named_by_any_of_its_days(make_corpus: MakeCorpus, codebook: Codebook, name: str) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook))
    assert coverage.at("Fukushima", name).frame["article"].nunique() == 2


@pytest.mark.parametrize("per", ["day", "week", "month", "quarter", "year"])
def test_a_period_is_named_by_its_own_label(make_corpus: MakeCorpus, codebook: Codebook, per: str) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook), per=per)  # type: ignore[arg-type]
    for row in coverage.frame.itertuples():
        behind = coverage.at(row.topic, coverage.label(row.period)).frame["article"].nunique()
        assert behind == (0 if pd.isna(row.n) else row.n)


def test_a_name_of_several_periods_or_of_none_here_is_answered(
    make_corpus: MakeCorpus, codebook: Codebook
) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook))
    with pytest.raises(BadArgument, match="spans several months, from 2023-01 to 2023-12"):
        coverage.at("Fukushima", "2023")
    with pytest.raises(
        BadArgument, match="No month '2030-01' in this coverage, which goes from 2023-01 to 2023-03"
    ):
        coverage.at("Fukushima", "2030-01")


def test_any_name_of_a_topic_stands_in_the_table(make_corpus: MakeCorpus) -> None:
    book = Codebook.from_text("topics: {period: {any: [Fukushima]}, group: {any: [labor]}}")
    coverage = measure(tag(make_corpus(*STORIES), book), by="outlet", per="year")
    assert list(coverage.table.columns) == ["period", "group", "period", "group"]


def test_an_outlet_not_stated_is_a_group_of_its_own(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    stories = [story(n, "2023-01-05", outlet=outlet) for n, outlet in enumerate(["not stated", None])]  # type: ignore[arg-type]
    assert measure(tag(make_corpus(*stories), codebook), by="outlet").groups == ("(not stated)", "not stated")


def test_weeks_start_on_monday_and_quarters_by_the_calendar(
    make_corpus: MakeCorpus, codebook: Codebook
) -> None:
    hits = tag(make_corpus(*STORIES), codebook)
    assert measure(hits, per="week").periods[0] == pd.Timestamp("2023-01-02")
    assert measure(hits, per="quarter").periods[0] == pd.Timestamp("2023-01-01")


def test_own_leaves_agency_copy_out(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    wire = Article(title="Wire", paragraphs=("Fukushima.",), agency="Yonhap", published=datetime(2023, 1, 6))
    coverage = measure(tag(make_corpus(STORIES[0], wire), codebook), copies="own")
    assert coverage.frame["of"].tolist() == [1, 1]
    assert "1 article credited to an agency" in coverage.how


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"per": "months"}, "Did you mean 'month'"),
        ({"by": "outlets"}, "Did you mean 'outlet'"),
        ({"copies": "twice"}, "Choose one of once, all, own"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(
    make_corpus: MakeCorpus, codebook: Codebook, arguments: dict[str, str], says: str
) -> None:
    hits = tag(make_corpus(*STORIES), codebook)
    with pytest.raises(BadArgument, match=says):
        measure(hits, **arguments)  # type: ignore[arg-type]


def test_nothing_to_count_is_said(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    hits = tag(make_corpus(story(1, None)), codebook)
    with pytest.raises(BadArgument, match="all are undated"):
        measure(hits)


def test_unknown_topic_period_and_group_are_named(make_corpus: MakeCorpus, codebook: Codebook) -> None:
    coverage = measure(tag(make_corpus(*STORIES), codebook))
    with pytest.raises(BadArgument, match="Did you mean 'Fukushima'"):
        coverage.at("Fukushina", "2023-01")
    with pytest.raises(BadArgument, match="is no date"):
        coverage.at("Fukushima", "soon")
    with pytest.raises(BadArgument, match="No group 'C'"):
        coverage.at("Fukushima", "2023-01", "C")


@pytest.mark.parametrize("per", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize(
    "days", [("0001-01-01",), ("1969-12-31", "1970-01-01"), ("9999-12-20", "9999-12-31"), ("1677-01-01",)]
)
def test_any_day_of_the_calendar_has_a_period_with_a_name(
    make_corpus: MakeCorpus, codebook: Codebook, days: tuple[str, ...], per: str
) -> None:
    stories = [story(n, day, "Fukushima.") for n, day in enumerate(days)]
    coverage = measure(tag(make_corpus(*stories), codebook).only("Fukushima"), per=per)  # type: ignore[arg-type]
    assert coverage.frame["of"].sum() == len(days)
    for day in days:
        label = coverage.label(pd.Period(day, {"week": "W-SUN"}.get(per, per[0].upper())).start_time)
        assert coverage.at("Fukushima", label).frame["day"].isin(pd.to_datetime(list(days))).all()
        assert pd.Timestamp(day) in set(coverage.at("Fukushima", day).frame["day"])
        assert label.removeprefix("week of ")[:4].isdecimal()


def test_days_of_a_hundred_centuries_are_refused_before_they_take_memory(
    make_corpus: MakeCorpus, codebook: Codebook
) -> None:
    hits = tag(make_corpus(story(1, "0001-01-01"), story(2, "1969-12-31"), story(3, "9999-12-31")), codebook)
    measure(hits, per="year")
    tracemalloc.start()
    with pytest.raises(BadArgument, match="2 topics x 1 groups x 3652059 days are too many"):
        measure(hits, per="day")
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
    coverage = measure(hits, per="year")
    assert coverage.frame["of"].sum() == 6
    assert coverage.gaps == ["0002 to 1968", "1970 to 9998"]


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(of: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, of))
    low, high = wilson(pd.Series([n]), pd.Series([of]))
    assert 0 <= low[0] <= n / of + 1e-12
    assert n / of - 1e-12 <= high[0] <= 1


def test_the_interval_covers_what_it_says() -> None:
    """Wilson's interval at (30, .05) holds the truth 93 to 97 times in a hundred; the usual one does 78 times."""
    draws = pd.Series(np.random.default_rng(0).binomial(30, 0.05, 20_000))
    low, high = wilson(draws, pd.Series(30, index=draws.index))
    assert 0.93 < ((low <= 0.05) & (high >= 0.05)).mean() < 0.97


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.sampled_from("AB")), min_size=1, max_size=30)
)
def test_groups_and_periods_add_up_to_the_whole(
    tmp_path_factory: pytest.TempPathFactory, codebook: Codebook, items: list[tuple[int, bool, str]]
) -> None:
    from newskit.store import Store

    first = datetime(2022, 1, 1)
    articles = [
        Article(
            title=f"{number}", paragraphs=("Fukushima" if hit else "Other",), outlet=outlet,
            published=first + timedelta(days=days),
        )
        for number, (days, hit, outlet) in enumerate(items)
    ]  # fmt: skip
    store = Store.create(tmp_path_factory.mktemp("corpus"))
    store.write("a", articles, [])
    coverage = measure(tag(Corpus.open(store.folder), codebook).only("Fukushima"), per="week", by="outlet")
    assert coverage.frame["of"].sum() == len(items)
    assert coverage.frame["n"].sum() == sum(hit for _, hit, _ in items)
