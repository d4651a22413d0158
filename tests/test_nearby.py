"""What is near: words and phrases that stand out in a topic's articles, with counts that a rule would find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import newskit as nk
from newskit import Article, Codebook, Corpus
from newskit.errors import BadArgument
from newskit.index import Index
from newskit.nearby import counts
from newskit.nearby.counts import keyness, outstanding
from newskit.nearby.known import overlapping
from newskit.nearby.terms import terms_of

Maker = Callable[..., Corpus]


def story(number: int, text: str, language: str | None = "en") -> Article:
    published = datetime(2023, 1, 1 + number % 28)
    title = f"{number}"
    return Article(title=title, paragraphs=(text,), outlet="A", language=language, published=published)


def world(*pairs: tuple[str, int, str]) -> list[Article]:
    """So many stories of a text, in a language."""
    texts = [(text, language) for text, times, language in pairs for _ in range(times)]
    return [story(number, text, language) for number, (text, language) in enumerate(texts)]


def score(n: float, of: float, n_elsewhere: float, of_elsewhere: float) -> float:
    return float(keyness(*(np.array([x], float) for x in (n, of, n_elsewhere, of_elsewhere)))[0])


def near(corpus: Corpus, topics: str, topic: str = "t", most: int = 20) -> pd.DataFrame:
    return nk.nearby(nk.tag(corpus, Codebook.from_text(f"topics: {{{topics}}}")), topic, most)


# The score


def test_keyness_is_the_likelihood_ratio_of_the_table_of_four() -> None:
    """By hand: expected are 3, 17, 12, 68 of the first, 0.5, 9.5, 4.5, 85.5 of the second."""
    first = 2 * (10 * log(10 / 3) + 10 * log(10 / 17) + 5 * log(5 / 12) + 75 * log(75 / 68))
    assert score(10, 20, 5, 80) == pytest.approx(first)
    second = 2 * (5 * log(5 / 0.5) + 5 * log(5 / 9.5) + 90 * log(90 / 85.5))
    assert score(5, 10, 0, 90) == pytest.approx(second)


@given(*[st.integers(1, 1000)] * 2, *[st.floats(0, 1)] * 2)
def test_keyness_is_zero_where_shares_are_equal_and_turns_with_the_sides(
    of: int, of_elsewhere: int, share: float, share_elsewhere: float
) -> None:
    n, n_elsewhere = round(share * of), round(share_elsewhere * of_elsewhere)
    there, back = score(n, of, n_elsewhere, of_elsewhere), score(n_elsewhere, of_elsewhere, n, of)
    assert abs(there) == pytest.approx(abs(back), abs=1e-6)
    if n * of_elsewhere == n_elsewhere * of:
        assert there == pytest.approx(0, abs=1e-6)
    else:
        assert (there >= 0) == (n * of_elsewhere > n_elsewhere * of)


def test_a_little_more_of_a_common_word_does_not_stand_out() -> None:
    numbers = [np.array([x], float) for x in (700, 1000, 60_000, 100_000)]
    assert keyness(*numbers)[0] > 15.13
    assert outstanding(*numbers)[0] == 0


# Words


def words(text: str) -> list[str]:
    terms = terms_of(Index.build([("", text, "")]), np.ones(1, bool))
    return [terms.names[number].as_py() for number in terms.name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The U.S. pays 3 won, a lot.", ["the", "u.s", "pays", "won", "lot"]),
        ("See www.paper.example or write to a.b@paper.example", ["see", "or", "write", "to"]),
        ("강제징용을 둘러싼 일본에서의 대화, 경기도", ["강제징용", "둘러싼", "일본", "대화", "경기도"]),
        ("元徴用工の訴訟", ["元徴用工", "訴訟"]),
        ("レーダー照射、時々", ["レーダー", "照射", "時々"]),
        ("ＧＳＯＭＩＡ破棄", ["gsomia", "破棄"]),
        ("一二三四五六七八九の国", []),
    ],
)
def test_words_are_those_of_a_rule(text: str, found: list[str]) -> None:
    assert words(text) == found


# What is near


def test_a_word_that_stands_out_is_shown_with_counts_and_an_example(make_corpus: Maker) -> None:
    corpus = make_corpus(
        *world(("Ferry to the harbor", 8, "en"), ("Ferry tale", 2, "en"), ("Bus to the city", 39, "en")),
        story(50, "The harbor sleeps"),
    )
    found = near(corpus, "t: {any: [ferry]}")
    assert list(found.columns) == [
        *("language", "term", "n", "of", "n_elsewhere", "of_elsewhere", "score", "example"),
    ]
    (row,) = found.to_dict("records")
    assert row | {"score": 0} == {
        "language": "en", "term": "harbor", "n": 8, "of": 10, "n_elsewhere": 1, "of_elsewhere": 40, "score": 0,
        "example": "Ferry to the [harbor]",
    }  # fmt: skip
    assert row["score"] == pytest.approx(score(8, 10, 1, 40))


def test_what_is_in_a_rule_is_not_suggested(make_corpus: Maker) -> None:
    corpus = make_corpus(*world(("Wooden ferries. Harbor. Sank.", 9, "en"), ("A bus, a city", 60, "en")))
    assert set(near(corpus, "t: {any: [ferries]}")["term"]) == {"wooden", "harbor", "sank"}
    rules = "t: {any: ['ferr* SAME/S wood*', ferries], none: [harbor bus]}"
    assert set(near(corpus, rules)["term"]) == {"sank"}
    nested = "t: {topics: {s: {any: [ferries]}, u: {any: [sank, wooden]}}}"
    assert set(near(corpus, nested)["term"]) == {"harbor"}
    assert set(near(corpus, nested, "t > s")["term"]) == {"wooden", "harbor", "sank"}


def test_a_longer_run_is_suggested_where_no_rule_found_it(make_corpus: Maker) -> None:
    """徴用工問題 is found by 徴用工; 韓国 stands in a rule, but 韓国大法院 says more."""
    corpus = make_corpus(*world(("徴用工問題は韓国大法院、外相", 9, "ja"), ("都市と港の祭り", 60, "ja")))
    rules = "t: {any: [徴用工, 韓国外相 NEAR/5 日]}"
    assert set(near(corpus, rules)["term"]) == {"韓国大法院"}


def test_a_phrase_stands_in_the_place_of_its_words(make_corpus: Maker) -> None:
    corpus = make_corpus(
        *world(
            ("Ferry. Supreme harbor. Left", 9, "en"),
            ("Ferry left", 3, "en"),
            ("The bus left", 60, "en"),
        )
    )
    assert near(corpus, "t: {any: [ferry]}")["term"].tolist() == ["supreme harbor"]


def test_each_language_is_compared_within_itself(make_corpus: Maker) -> None:
    """후쿠시마 is in every Korean article of the topic and in no English one: elsewhere is Korean, too."""
    corpus = make_corpus(
        *world(
            ("Ferry. Harbor.", 9, "en"), ("A bus", 30, "en"),
            ("연락선은 항구에서 떠났다", 9, "ko"), ("항구의 버스", 30, "ko"),
            ("連絡船は港湾を出た", 9, "ja"), ("バスの都市", 30, "ja"),
            ("Ferry. Port.", 9, None), ("A bus", 30, None),
        )
    )  # fmt: skip
    found = near(corpus, "t: {any: [ferry, 연락선, 連絡船]}")
    assert found.groupby("language")["term"].agg(set).to_dict() == {
        "en": {"harbor"},
        "ko": {"떠났다"},
        "ja": {"港湾"},
        "(not stated)": {"port"},
    }
    assert found[["of", "of_elsewhere"]].drop_duplicates().to_numpy().tolist() == [[9, 30]]


def test_a_corpus_all_of_the_topic_or_without_it_has_nothing_near(make_corpus: Maker) -> None:
    corpus = make_corpus(*world(("Ferry to the harbor", 9, "en")))
    assert near(corpus, "t: {any: [ferry]}").empty
    assert near(corpus, "t: {any: [raft]}").empty
    assert near(corpus.matching("raft"), "t: {any: [ferry]}").empty
    assert near(make_corpus(), "t: {any: [raft]}").empty


def test_a_corpus_of_few_articles_has_nothing_near(make_corpus: Maker) -> None:
    few = world(("Ferry to the harbor", 1, "en"), ("A ferry sank", 1, "en"), ("No ferry today", 1, "en"))
    for corpus in (make_corpus(few[0]), make_corpus(*few), make_corpus(*few, *world(("Sun", 1, "en")))):
        assert near(corpus, "t: {any: [ferry]}").empty


def test_unknown_topics_and_numbers_are_answered(make_corpus: Maker) -> None:
    corpus = make_corpus(*world(("Ferry", 1, "en")))
    with pytest.raises(BadArgument, match="Did you mean 'ships'"):
        near(corpus, "ships: {any: [ferry]}", "ship")
    with pytest.raises(BadArgument, match="most=0 is not between 1 and 1,000"):
        near(corpus, "t: {any: [ferry]}", most=0)


@pytest.fixture(scope="module")
def sample() -> Corpus:
    return nk.sample()


@pytest.mark.parametrize("looked_at", [20_000, 30])
def test_counts_are_those_of_a_rule_even_where_few_articles_are_looked_at(
    sample: Corpus, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(counts, "_MOST_LOOKED_AT", looked_at)
    hits = nk.tag(sample, Codebook.load("korea-japan")).only("forced labor")
    found = nk.nearby(hits, "forced labor", most=8)
    assert set(found["language"]) == {"en", "ko", "ja"}
    languages, topic = sample.rows["language"].to_numpy(), set(hits.articles.tolist())
    for row in found.itertuples():
        alone = nk.tag(sample, Codebook.from_text(f"topics: {{near: {{any: ['{row.term}']}}}}"))
        its = {a for a in alone.articles.tolist() if languages[a] == row.language}
        assert (row.n, row.n_elsewhere) == (len(its & topic), len(its - topic))
        assert row.score == pytest.approx(score(row.n, row.of, row.n_elsewhere, row.of_elsewhere))
        assert "[" in row.example


def test_parts_change_nothing(sample: Corpus, make_corpus: Maker) -> None:
    ids = sample.frame["id"].tolist()
    articles = list(sample.articles(ids).values())
    make_corpus(*articles[::2])
    parts = make_corpus(*articles[1::2])
    assert len(parts.parts) == 2
    book = Codebook.load("korea-japan")
    one, two = (nk.nearby(nk.tag(corpus, book), "Fukushima") for corpus in (sample, parts))
    pd.testing.assert_frame_equal(one, two)


def test_overlapping_places_share_a_word() -> None:
    columns = ["article", "field", "first", "last"]
    these = pd.DataFrame([(0, 1, 2, 3), (0, 2, 2, 3), (1, 1, 0, 0), (0, 1, 9, 9)], columns=columns)
    others = pd.DataFrame([(0, 1, 3, 5), (1, 1, 1, 4), (0, 1, 0, 9)], columns=columns)
    assert overlapping(these, others.iloc[:2]).tolist() == [True, False, False, False]
    assert overlapping(these, others).tolist() == [True, False, False, True]
    assert overlapping(these, others.iloc[:0]).tolist() == [False] * 4
    assert overlapping(these.iloc[:0], others).dtype == np.bool_
