"""Per rule: what it finds, what only it finds, and what a `none` rule takes away."""

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
    return Article(title="", paragraphs=(text,), outlet="A", published=datetime(2023, 1, number))


STORIES = (
    story(1, "The ferry left. A boat stayed."),
    story(2, "The ferry met a ferry."),
    story(3, "A toy boat."),
    story(4, "A boat, and a toy boat."),
    story(5, "The sea."),
)
BOAT = Codebook.from_text("""
topics:
  travel:
    topics:
      ships:
        any: [ferry, boat, raft]
        none: [toy boat, paper boat]
""")


@pytest.fixture
def rules(make_corpus: Maker) -> pd.DataFrame:
    return nk.by_rule(nk.tag(make_corpus(*STORIES), BOAT)).set_index(["topic", "rule"])


def test_each_rule_is_a_row_with_its_denominator(rules: pd.DataFrame) -> None:
    numbers = rules.loc["travel > ships"][["kind", "hits", "articles", "alone", "of"]]
    assert numbers.to_dict("index") == {
        "ferry": {"kind": "any", "hits": 3, "articles": 2, "alone": 1, "of": 3},
        "boat": {"kind": "any", "hits": 2, "articles": 2, "alone": 1, "of": 3},
        "raft": {"kind": "any", "hits": 0, "articles": 0, "alone": 0, "of": 3},
        "toy boat": {"kind": "none", "hits": 2, "articles": 2, "alone": 1, "of": 4},
        "paper boat": {"kind": "none", "hits": 0, "articles": 0, "alone": 0, "of": 3},
    }
    assert rules.loc[("travel > ships", "ferry"), "share"] == pytest.approx(2 / 3)


def test_a_topic_above_others_has_their_rules(rules: pd.DataFrame) -> None:
    columns = ["kind", "line", "hits", "articles", "alone", "of"]
    assert rules.loc["travel"][columns].equals(rules.loc["travel > ships"][columns])


def test_examples_are_lines_of_different_articles(rules: pd.DataFrame) -> None:
    examples = rules.loc["travel > ships"]["examples"]
    assert examples["ferry"] == ("The [ferry] left. A boat stayed.", "The [ferry] met a ferry.")
    assert examples["raft"] == ()
    assert examples["toy boat"] == ("A toy [boat] .", "A boat, and a toy [boat] .")


def test_examples_are_spread_over_the_days(make_corpus: Maker) -> None:
    corpus = make_corpus(*(story(n, f"Ferry of day {n}.") for n in range(1, 8)))
    hits = nk.tag(corpus, Codebook.from_text("topics: {ships: {any: [ferry]}}"))
    (lines,) = nk.by_rule(hits)["examples"]
    assert [line.split()[-1] for line in lines] == ["1.", "4.", "7."]
    assert nk.by_rule(hits, examples=0)["examples"].tolist() == [()]
    with pytest.raises(BadArgument, match="examples=-1 is not between 0 and 100"):
        nk.by_rule(hits, examples=-1)


def test_a_corpus_without_articles_has_rules_without_hits(make_corpus: Maker) -> None:
    rules = nk.by_rule(nk.tag(make_corpus(), BOAT))
    assert len(rules) == 10
    assert rules["share"].isna().all()


def test_a_longer_term_of_another_topic_takes_its_place_here_too(make_corpus: Maker) -> None:
    """What a `none` rule takes away is found as the whole codebook finds it."""
    corpus = make_corpus(story(1, "印度尼西亚"), story(2, "印度"))
    book = Codebook.from_text(
        "topics: {India: {any: [印度], none: [印度尼]}, Indonesia: {any: [印度尼西亚]}}"
    )
    rules = nk.by_rule(nk.tag(corpus, book)).set_index(["topic", "rule"])
    assert rules.loc[("India", "印度"), "articles"] == 1
    assert rules.loc[("India", "印度尼"), "hits"] == 0


@settings(max_examples=60)
@given(stories(), books())
def test_numbers_are_those_of_the_hits(
    tmp_path_factory: pytest.TempPathFactory, texts: Stories, topics: Book
) -> None:
    hits = nk.tag(corpus_of(texts, tmp_path_factory.mktemp("world") / "corpus"), book_of(topics))
    frame = hits.frame
    for row in nk.by_rule(hits, examples=1).itertuples():
        mine = frame[(frame["topic"] == row.topic) & (frame["rule"] == row.rule)]
        if row.kind == "none":
            continue
        others = frame[(frame["topic"] == row.topic) & (frame["rule"] != row.rule)]
        assert row.hits == len(mine)
        assert row.articles == mine["article"].nunique()
        assert row.alone == len(set(mine["article"]) - set(others["article"]))
        assert row.of == frame.loc[frame["topic"] == row.topic, "article"].nunique()
        assert len(row.examples) == min(1, row.articles)


@settings(max_examples=60)
@given(stories(), books())
def test_a_none_rule_counts_the_articles_that_come_in_without_it(
    tmp_path_factory: pytest.TempPathFactory, texts: Stories, topics: Book
) -> None:
    corpus = corpus_of(texts, tmp_path_factory.mktemp("world") / "corpus")
    hits = nk.tag(corpus, book_of(topics))
    rules = nk.by_rule(hits, examples=0)
    alone = rules[rules["kind"] == "none"].set_index(["topic", "line", "rule"])["alone"]
    for name, (any_, none) in topics.items():
        for rule in none:
            line = next(r.line for r in hits.codebook.topic(name).none if r.text == rule)
            without = topics | {name: (any_, [other for other in none if other != rule])}
            changed = nk.compare(hits, nk.tag(corpus, book_of(without))).table.set_index("topic")
            for above in hits.codebook.topic(name).path:
                assert alone[above, line, rule] == changed.loc[above, "entered"]
