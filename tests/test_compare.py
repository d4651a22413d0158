"""What changed between two taggings: which articles entered and left, by which rules, and both lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from worlds import Book, Stories, book_of, books, corpus_of, stories

import newskit as nk
from newskit import Article, Codebook, Corpus
from newskit.errors import BadArgument

Maker = Callable[..., Corpus]


def story(number: int, text: str) -> Article:
    published = datetime(2023, number, 1)
    return Article(title="", paragraphs=(text,), outlet="A", language="en", published=published)


STORIES = (
    story(1, "The ferry left. A boat stayed."),
    story(2, "The ferry met a ferry."),
    story(3, "A toy boat."),
    story(4, "A raft."),
)
OLD = Codebook.from_text("topics: {ships: {any: [ferry, boat]}, toys: {any: [toy]}}")
NEW = Codebook.from_text("topics: {toys: {any: [toy]}, ships: {any: [boat, raft], none: [toy boat]}}")


@pytest.fixture
def corpus(make_corpus: Maker) -> Corpus:
    return make_corpus(*STORIES)


@pytest.fixture
def change(corpus: Corpus) -> nk.Comparison:
    return nk.compare(nk.tag(corpus, OLD), nk.tag(corpus, NEW))


def test_each_topic_has_its_articles_before_and_after(change: nk.Comparison) -> None:
    assert change.table.to_dict("records") == [
        {"topic": "toys", "was": "toys", "before": 1, "after": 1, "entered": 0, "left": 0, "of": 4},
        {"topic": "ships", "was": "ships", "before": 3, "after": 2, "entered": 1, "left": 2, "of": 4},
    ]


def test_what_entered_and_left_is_told_by_rule(change: nk.Comparison) -> None:
    assert change.rules.to_numpy().tolist() == [
        ["ships", "entered", "raft", "after", 1, 1],
        ["ships", "left", "boat", "both", 1, 2],
        ["ships", "left", "ferry", "before", 1, 2],
    ]


def test_each_article_is_a_row_with_its_rules(change: nk.Comparison, corpus: Corpus) -> None:
    ids = corpus.frame["id"].tolist()
    rows = change.frame[["topic", "change", "article", "rules"]].to_numpy().tolist()
    assert rows == [
        ["ships", "entered", ids[3], ("raft",)],
        ["ships", "left", ids[1], ("ferry",)],
        ["ships", "left", ids[2], ("boat",)],
    ]


def test_both_lines_stand_in_one_series_and_open_their_evidence(change: nk.Comparison) -> None:
    series = change.series(per="month")
    assert series.topics == ("ships (before)", "ships (after)")
    assert series.frame["n"].tolist() == [1, 1, 1, 0, 1, 0, 0, 1]
    assert series.at("ships (before)", "2023-02").frame["text"].tolist() == ["ferry", "ferry"]
    assert series.at("ships (after)", "2023-01").frame["text"].tolist() == ["boat"]
    names = [trace.name for trace in nk.chart(series).data if trace.customdata is not None]
    assert names == ["ships (before)", "ships (after)"]
    assert OLD.digest in series.how
    assert NEW.digest in series.how


def test_how_says_what_changed(change: nk.Comparison) -> None:
    assert change.how.startswith("ships: 1 entered and 2 left, 3 before and 2 after of 4 articles; before: ")
    assert "toys" not in change.how.split("; before:")[0]


def test_the_same_book_changes_nothing(corpus: Corpus) -> None:
    hits = nk.tag(corpus, OLD)
    same = nk.compare(hits, nk.tag(corpus, OLD))
    assert same.frame.empty
    assert same.rules.empty
    assert same.how.startswith("the same articles in every topic")
    assert same.series(per="year").topics == (
        *("ships (before)", "ships (after)"),
        *("toys (before)", "toys (after)"),
    )


def test_a_new_name_for_the_same_rules_is_the_same_topic(corpus: Corpus) -> None:
    old = Codebook.from_text("topics: {sea: {topics: {ships: {any: [ferry, boat]}}}, toys: {any: [toy]}}")
    new = Codebook.from_text(
        "topics: {water: {topics: {vessels: {any: [boat, ferry]}}}, rafts: {any: [raft]}}"
    )
    change = nk.compare(nk.tag(corpus, old), nk.tag(corpus, new))
    table = change.table.astype(object).where(change.table.notna(), None)
    assert table[["topic", "was", "entered", "left"]].to_numpy().tolist() == [
        ["water", "sea", 0, 0],
        ["water > vessels", "sea > ships", 0, 0],
        ["rafts", None, 1, 0],
        ["toys", "toys", 0, 1],
    ]
    assert "'sea' is now 'water'" in change.how
    assert "only in the book after: rafts; only in the book before: toys" in change.how
    assert change.series("rafts", "toys", per="year").topics == ("rafts (after)", "toys (before)")


def test_a_topic_not_looked_at_is_not_compared(corpus: Corpus) -> None:
    change = nk.compare(nk.tag(corpus, OLD).only("toys"), nk.tag(corpus, NEW))
    assert change.table["topic"].tolist() == ["toys"]


def test_hits_of_other_articles_are_refused(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> None:
    hits = nk.tag(corpus, OLD)
    with pytest.raises(
        BadArgument, match=r"\(no filter\) and \(published from 2023-02-01\). Tag the same corpus"
    ):
        nk.compare(hits, nk.tag(corpus.between("2023-02", None), OLD))
    other = corpus_of([("ferry", 1)], tmp_path_factory.mktemp("other") / "corpus")
    with pytest.raises(BadArgument, match=r"different corpora: .*\(4 articles\) and .*\(1 articles\)"):
        nk.compare(hits, nk.tag(other, OLD))


def test_an_unknown_topic_is_answered(change: nk.Comparison) -> None:
    with pytest.raises(BadArgument, match=r"No topic 'ship' in this comparison\. Did you mean 'ships'"):
        change.series("ship")


def by_hand(old: pd.DataFrame, new: pd.DataFrame, topic: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """What entered and left a topic, from the frames of both hits."""
    olds, news = (frame[frame["topic"] == topic].groupby("article")["rule"].agg(set) for frame in (old, new))
    return {("entered", a, tuple(sorted(news[a]))) for a in set(news.index) - set(olds.index)} | {
        ("left", a, tuple(sorted(olds[a]))) for a in set(olds.index) - set(news.index)
    }


@settings(max_examples=100)
@given(stories(), books(), books())
def test_changes_are_those_of_the_frames_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, texts: Stories, old: Book, new: Book
) -> None:
    corpus = corpus_of(texts, tmp_path_factory.mktemp("world") / "corpus")
    before, after = (nk.tag(corpus, book_of(book)) for book in (old, new))
    change = nk.compare(before, after)
    rows = change.frame
    for topic in {topic.name for book in (before.codebook, after.codebook) for topic in book.topics}:
        if topic not in set(change.table["topic"]):
            continue  # it has another name now
        if change.table.set_index("topic")["was"].dropna().get(topic, topic) != topic:
            continue
        its = rows[rows["topic"] == topic]
        found = set(its[["change", "article", "rules"]].itertuples(index=False, name=None))
        assert found == by_hand(before.frame, after.frame, topic)
    table = change.table
    assert (table["before"] + table["entered"] - table["left"]).tolist() == table["after"].tolist()
    turned = {name: (any_[::-1], none[::-1]) for name, (any_, none) in reversed(new.items())}
    again = nk.compare(before, nk.tag(corpus, book_of(turned)))
    order = ["topic", "change", "article"]
    pd.testing.assert_frame_equal(
        again.frame.sort_values(order, ignore_index=True), rows.sort_values(order, ignore_index=True)
    )


@settings(max_examples=40)
@given(stories(), books(), books())
def test_lines_beside_each_other_are_those_of_each_tagging(
    tmp_path_factory: pytest.TempPathFactory, texts: Stories, old: Book, new: Book
) -> None:
    corpus = corpus_of([*texts, ("red", 0)], tmp_path_factory.mktemp("world") / "corpus")
    before, after = (nk.tag(corpus, book_of(book)) for book in (old, new))
    change = nk.compare(before, after)
    series = change.series(*(pair.name for pair in change.topics), per="week").frame
    for hits, side in ((before, "before"), (after, "after")):
        lines = nk.measure(hits, per="week").frame
        for topic, rows in lines.groupby("topic"):
            beside = series[series["topic"] == f"{topic} ({side})"]
            assert beside["n"].tolist() == rows["n"].tolist()
            assert beside["of"].tolist() == rows["of"].tolist()
    hits = change.beside(*(pair.name for pair in change.topics))
    assert len(hits.frame) == len(before) + len(after)
    assert hits.frame["topic"].is_monotonic_increasing
