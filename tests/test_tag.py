"""Tagging: hits as evidence, what none: takes away, the cache, and words in context."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from oracle import FIELDS, Oracle, Place, Rule, written
from test_index import WORLDS, articles, rules
from test_index import Articles as Texts

import newskit as nk
from newskit import Article, Codebook, Corpus
from newskit.errors import BadArgument, CodebookError
from newskit.rules import example_lines
from newskit.store import Store
from newskit.tag import ordered

Maker = Callable[..., Corpus]

STORIES = (
    Article(
        title="Talks on Fukushima water",
        paragraphs=(
            "Forced\nlabor was not discussed. North Korea was.",
            "South Korea and Japan met; Korea pays.",
        ),
        captions=("The Fukushima plant",),
        outlet="The Test Herald",
        language="en",
        published=datetime(2023, 2, 14, 10, 12),
    ),
    Article(
        title="İstanbul and Fukushima",
        paragraphs=("강제징용을 둘러싼 대화.",),
        outlet="시험신문",
        language="ko",
        published=datetime(2023, 2, 13),
    ),
    Article(title="Undated", paragraphs=("印度尼西亚与印度 Fukushima",)),
)


def book(topics: str) -> Codebook:
    return Codebook.from_text("topics: {" + topics + "}", source="test.yaml")


def texts(hits: nk.Hits) -> list[str]:
    return hits.frame["text"].tolist()


@pytest.fixture
def corpus(make_corpus: Maker) -> Corpus:
    return make_corpus(*STORIES)


# In each of these texts some engine that was tried finds too much, too little, or the wrong characters.
CORRECTNESS = [
    ("a particle follows", "강제징용을 둘러싼", {"any": ["강제징용"]}, ["강제징용"]),
    ("inside other words", "북한일보, 한일시멘트", {"any": ["한일"]}, []),
    ("no spaces in Japanese", "徴用工問題", {"any": ["徴用工"]}, ["徴用工"]),
    ("no part of a word", "Vergrößern", {"any": ["ern"]}, []),
    ("offsets after İ", "İstanbul … Fukushima", {"any": ["Fukushima"]}, ["Fukushima"]),
    (
        "line wraps and hyphens",
        "forced\nlabor, forced-labor, forced labor",
        {"any": ["forced labor"]},
        ["forced\nlabor", "forced-labor", "forced labor"],
    ),
    ("dots belong to the word", "U.S.-Japan", {"any": ["U.S."]}, ["U.S."]),
    ("case matters", "us", {"any": ["=US"]}, []),
    ("excluded", "North Korea", {"any": ["Korea"], "none": ["North Korea"]}, []),
    ("longest match", "印度尼西亚", {"any": ["印度"]}, []),
]


@pytest.mark.parametrize(
    ("text", "topic", "right"), [row[1:] for row in CORRECTNESS], ids=[row[0] for row in CORRECTNESS]
)
def test_correctness_table(
    make_corpus: Maker, text: str, topic: dict[str, list[str]], right: list[str]
) -> None:
    codebook = book(f"asked: {json.dumps(topic)}, another: {{any: [印度尼西亚]}}")
    article = Article(title="", paragraphs=("It began.", text))
    hits = nk.tag(make_corpus(article), codebook).only("asked").frame
    assert hits["text"].tolist() == right
    assert [article.body[a:b] for a, b in zip(hits["start"], hits["end"], strict=True)] == right


def test_hits_are_evidence(corpus: Corpus) -> None:
    hits = nk.tag(corpus, book("labor: {any: [forced lab*r, 강제징용]}, Fukushima: {any: [Fukushima]}"))
    assert list(hits.frame.columns) == [
        *["article", "day", "outlet", "language", "topic", "rule", "field", "start", "end", "text"]
    ]
    for row in hits.frame.to_dict("records"):
        article = corpus.article(str(row["article"]))
        assert getattr(article, str(row["field"]))[row["start"] : row["end"]] == row["text"]
    dated = hits.frame.assign(day=hits.frame["day"].dt.strftime("%Y-%m-%d").fillna(""))
    shown = dated[["topic", "day", "field", "text"]].to_numpy().tolist()
    assert shown == [
        ["Fukushima", "2023-02-13", "title", "Fukushima"],
        ["Fukushima", "2023-02-14", "title", "Fukushima"],
        ["Fukushima", "2023-02-14", "caption", "Fukushima"],
        ["Fukushima", "", "body", "Fukushima"],
        ["labor", "2023-02-13", "body", "강제징용"],
        ["labor", "2023-02-14", "body", "Forced\nlabor"],
    ]
    assert "6 hits in 3 of 3 articles" in hits.how
    assert len(hits.only("labor")) == 2
    with pytest.raises(BadArgument, match="Did you mean 'labor'"):
        hits.only("labour")


def test_none_takes_hits_away_and_not_articles(corpus: Corpus) -> None:
    assert texts(nk.tag(corpus, book("K: {any: [Korea], none: [North Korea]}"))) == ["Korea", "Korea"]
    assert texts(nk.tag(corpus, book("K: {any: [South Korea], none: ['\"Korea and\"']}"))) == []
    assert texts(nk.tag(corpus, book("K: {any: [South Korea], none: ['\"and Japan\"']}"))) == ["South Korea"]
    assert texts(nk.tag(corpus, book("K: {any: [Korea NOT North Korea]}"))) == []
    assert texts(nk.tag(corpus, book("K: {any: [South Korea NEAR/6 met], none: [Japan]}"))) == []


def test_longest_match_counts_within_the_codebook(corpus: Corpus) -> None:
    assert texts(nk.tag(corpus, book("I: {any: [印度]}"))) == ["印度", "印度"]
    assert texts(nk.tag(corpus, book("I: {any: [印度]}, J: {any: [印度尼西亚]}"))) == ["印度", "印度尼西亚"]
    assert texts(nk.tag(corpus, book("I: {any: [印度], none: [印度尼西亚]}"))) == ["印度"]


def test_a_none_rule_counts_for_its_topic_and_what_is_counted_there(corpus: Corpus) -> None:
    """A parent's takes away what its children bring to it; theirs they keep."""
    nested = book(
        "Asia: {none: [North Korea], topics: {K: {any: [Korea], topics: {J: {any: [Japan], none: [met]}}}}}"
    )
    hits = nk.tag(corpus, nested)
    found = {t: texts(hits.only(t)) for t in ("Asia", "Asia > K", "Asia > K > J")}
    assert found == {
        "Asia": ["Korea", "Japan", "Korea"],
        "Asia > K": ["Korea", "Korea", "Japan", "Korea"],
        "Asia > K > J": ["Japan"],
    }


@pytest.mark.parametrize(
    ("kept", "count"),
    [
        ("A > K: {any: [Korea]}, A > L: {any: [Korea]}", 3),
        ("A > K: {any: [Korea], none: [North Korea]}, A > L: {any: [Korea]}", 3),
        ("A > K: {any: [Korea], none: [North Korea]}, A > L: {any: [Korea], none: [South Korea]}", 3),
        ("A > K: {any: [Korea], none: [North Korea]}, A > L: {any: [Korea], none: [Korea was]}", 2),
        ("A: {any: [Korea], none: [North Korea]}, A > L: {any: [Korea], none: [South Korea]}", 2),
        ("A: {any: [Korea]}, A > L: {any: [Korea], none: [South Korea]}", 3),
    ],
)
def test_a_rule_of_several_topics_counts_once_above_them(corpus: Corpus, kept: str, count: int) -> None:
    """It counts there where one of them keeps it."""
    hits = nk.tag(corpus, book(kept)).only("A")
    assert (len(hits), texts(hits)) == (count, ["Korea"] * count)


def test_what_overlaps_is_found_once(corpus: Corpus) -> None:
    korea = "(Korea OR South Korea OR North Korea)"
    assert len(nk.tag(corpus, book(f"K: {{any: ['ATLEAST/3 {korea}']}}"))) == 5
    assert len(nk.tag(corpus, book(f"K: {{any: ['ATLEAST/4 {korea}']}}"))) == 0


def test_hits_of_some_articles(corpus: Corpus) -> None:
    hits = nk.tag(corpus, book("F: {any: [Fukushima]}"))
    some = hits.of(np.array([0]), "only the first")
    assert (len(some), "only the first" in some.how) == (1, True)
    for wrong in (["5cb92e4f"], [True, False, False]):
        with pytest.raises(BadArgument, match="whole numbers"):
            hits.of(np.array(wrong), "wrong")


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (
            lambda hits: nk.tag(hits.corpus, "my.yaml"),
            r"Codebook is wanted, not the str 'my.yaml'. Write .*Codebook.load",
        ),
        (lambda hits: nk.tag("folder", hits.codebook), "Corpus.open"),
        (lambda hits: nk.kwic(hits.corpus), "nk.tag"),
        (lambda hits: nk.kwic(hits, page="1"), "first page is 1"),
        (lambda hits: nk.kwic(hits, page=0), "first page is 1"),
        (lambda hits: nk.kwic(hits, width="60"), "width"),
        (lambda hits: nk.kwic(hits, sort="left"), "pre, keyword, post"),
        (lambda hits: hits.corpus.matching(None), "matching"),
    ],
)
def test_a_wrong_argument_is_named(corpus: Corpus, call: Callable[[nk.Hits], object], instead: str) -> None:
    hits = nk.tag(corpus, book("F: {any: [Fukushima]}"))
    with pytest.raises(BadArgument, match=instead):
        call(hits)


def test_filters_apply_to_what_is_found(corpus: Corpus) -> None:
    fukushima = book("F: {any: [Fukushima]}")
    assert len(nk.tag(corpus.languages("ko"), fukushima)) == 1
    assert len(nk.tag(corpus, fukushima)) == 4
    assert len(nk.tag(corpus.undated(), fukushima)) == 1


def test_order_changes_nothing(make_corpus: Maker, tmp_path: Path) -> None:
    rules = "F: {any: [Fukushima, water]}, K: {any: [Korea, Japan]}"
    turned = "K: {any: [Japan, Korea]}, F: {any: [water, Fukushima]}"
    first = nk.tag(make_corpus(*STORIES), book(rules)).frame
    store = Store.create(tmp_path / "turned")
    for number, story in enumerate(reversed(STORIES)):
        store.write(f"{number:04}", [story], ())
    pd.testing.assert_frame_equal(nk.tag(Corpus.open(store.folder), book(turned)).frame, first)


Topics = dict[str, tuple[list[Rule], list[Rule]]]

NAMES = [("a", "b", "c"), ("a", "a > b", "a > c"), ("a", "a > b", "a > b > c"), ("b", "a > b", "a")]


@st.composite
def topics(draw: st.DrawFn, world: str) -> Topics:
    """Draw topics beside and under one another, some of which have a rule in common."""
    names = draw(st.sampled_from(NAMES))[: draw(st.integers(1, 3))]
    any_ = st.lists(rules(world), min_size=1, max_size=2, unique=True)
    none = st.lists(rules(world), max_size=2, unique=True)
    made = {name: (draw(any_), draw(none)) for name in names}
    common = made[names[0]][0][0]
    for has, _ in made.values():
        if common not in has and draw(st.booleans()):
            has.append(common)
    return made


def hits_of(oracle: Oracle, made: Topics) -> Iterator[tuple[str, Rule, Place]]:
    """Give each topic with its hits and those of the topics under it, without what a none rule on the way takes away."""
    for topic, (any_, _) in made.items():
        names = topic.split(" > ")
        for size in range(len(names), 0, -1):
            above = [" > ".join(names[:n]) for n in range(size, len(names) + 1)]
            none = [rule for name in above if name in made for rule in made[name][1]]
            for rule, places in oracle.topic(any_, none).items():
                yield from ((above[0], rule, place) for place in places)


def as_book(made: Topics, chance: random.Random | None = None) -> Codebook:
    """Write a codebook, with topics and rules in any order where there is chance."""
    named = [(name, {"any": [*map(written, a)], "none": [*map(written, b)]}) for name, (a, b) in made.items()]
    if chance:
        named = [(name, {k: chance.sample(v, len(v)) for k, v in lists.items()}) for name, lists in named]
        chance.shuffle(named)
    topics = {name: {key: many for key, many in lists.items() if many} for name, lists in named}
    try:
        return Codebook.from_text(json.dumps({"topics": topics}, ensure_ascii=False), source="made.yaml")
    except CodebookError as error:
        if "matches nearly every text" not in str(error):  # a rule of its own, tested with codebooks
            raise
        reject()


@settings(max_examples=80)
@given(WORLDS.flatmap(lambda world: st.tuples(articles(world), topics(world))), st.randoms())
def test_hits_are_those_of_the_oracle(case: tuple[Texts, Topics], chance: random.Random) -> None:
    """In one part or in many, few or all at once, in any order of articles, rules and topics; the hits are the text there."""
    texts, made = case
    stories = [
        Article(title=title, paragraphs=(body,), captions=(caption,), url=f"https://a.example/{n}")
        for n, (title, body, caption) in enumerate(texts)
    ]
    codebook = [rule for any_, none in made.values() for rule in (*any_, *none)]
    oracle = Oracle([(s.title, s.body, s.caption) for s in stories], codebook)
    slow = {
        (topic, written(rule), stories[p.article].id, FIELDS[p.field], p.start, p.end)
        for topic, rule, p in hits_of(oracle, made)
    }
    with TemporaryDirectory() as folder:
        whole = tagged(Path(folder) / "whole", [stories], as_book(made))
        turned = [[story] for story in chance.sample(stories, len(stories))]
        with (
            patch("newskit.index._TOGETHER", chance.choice([1, 2, 250_000])),
            patch("newskit.index.whole._MOST_TOGETHER", chance.choice([0, 1, 4_000_000])),
        ):
            parts = tagged(Path(folder) / "parts", turned, as_book(made, chance))
    pd.testing.assert_frame_equal(whole, parts)
    columns = ["topic", "rule", "article", "field", "start", "end"]
    found = list(whole[columns].itertuples(index=False, name=None))
    assert len(found) == len(set(found))
    assert set(found) == slow
    by_id = {story.id: story for story in stories}
    assert all(getattr(by_id[h.article], h.field)[h.start : h.end] == h.text for h in whole.itertuples())


def tagged(folder: Path, parts: list[list[Article]], codebook: Codebook) -> pd.DataFrame:
    store = Store.create(folder)
    for number, stories in enumerate(parts):
        store.write(f"{number:04}", stories, ())
    hits = nk.tag(Corpus.open(folder), codebook)
    assert len(hits) == len(hits.frame)
    return hits.frame


PLACES = st.lists(st.tuples(*(st.integers(0, most) for most in (2, 3, 2, 4, 6, 1))), max_size=12)


@given(PLACES, st.sampled_from([0, 1 << 27]))
def test_hits_are_in_order_each_once(rows: list[tuple[int, ...]], far: int) -> None:
    """Whether place and number fit into one word of the processor, or do not: many articles, and long ones.

    Of those that differ in the letters cut alone, that with the fewest is kept.
    """
    rows = [
        (kind, article * (1 + far), field, first * (1 + far), (first + more) * (1 + far), cut)
        for kind, article, field, first, more, cut in rows
    ]
    names, topics = ("kind", "article", "field", "first", "last", "cut"), ["a", "b", "b"]
    kinds = tuple(zip(topics, "xyz", strict=True))
    found = ordered(
        {name: np.array([row[n] for row in rows], np.int32) for n, name in enumerate(names)}, kinds
    )
    once = {
        (topics[k], a, f, first, last, k): cut for k, a, f, first, last, cut in sorted(rows, reverse=True)
    }
    in_order = ["article", "field", "first", "last", "kind", "cut"]
    assert [
        (topics[row.kind], *(getattr(row, name) for name in in_order)) for row in found.itertuples()
    ] == sorted((*place, cut) for place, cut in once.items())


def test_in_which_order_hits_were_found_changes_nothing() -> None:
    hits, fewer = (nk.tag(nk.sample(), Codebook.load("korea-japan").only(*some)) for some in CHOSEN)
    turned = replace(hits, found=hits.found.sample(frac=1, random_state=7))
    assert not turned.found["article"].is_monotonic_increasing
    for one, other in zip(shown(hits, fewer), shown(turned, fewer), strict=True):
        pd.testing.assert_frame_equal(other, one)


CHOSEN = (("bilateral ties", "forced labor"), ("forced labor",))


def shown(hits: nk.Hits, fewer: nk.Hits) -> Iterator[pd.DataFrame]:
    """Give all that is told of hits."""
    compared, coverage = nk.compare(fewer, hits), nk.measure(hits, by="outlet")
    yield from (hits.frame, hits.labels, hits.mentions, hits.only(CHOSEN[1][0]).frame)
    yield from (nk.kwic(hits), nk.kwic(hits, sort="post", page=2), nk.kwic(hits, CHOSEN[1][0], page=1))
    yield from (compared.frame, compared.rules, compared.table, compared.beside().frame)
    yield from (nk.by_rule(hits), nk.nearby(hits, CHOSEN[1][0]), nk.together(hits), coverage.frame)
    yield from (coverage.evidence.frame, pd.DataFrame(example_lines([hits, fewer], 9)))


@pytest.mark.parametrize("stories", [(), (replace(STORIES[0], title="", paragraphs=(), captions=()),)])
def test_nothing_to_tag(make_corpus: Maker, stories: tuple[Article, ...]) -> None:
    hits = nk.tag(make_corpus(*stories), book("F: {any: [Fukushima]}"))
    assert len(hits) == len(nk.kwic(hits)) == 0
    hits = nk.tag(
        make_corpus(replace(STORIES[0], title="", paragraphs=(), captions=())), book("F: {any: [F]}")
    )
    assert len(hits) == len(nk.kwic(hits)) == 0


def test_kwic(corpus: Corpus) -> None:
    hits = nk.tag(corpus, book("labor: {any: [forced lab*r, 강제징용]}, K: {any: [South Korea]}"))
    words = nk.kwic(hits, "labor", width=18)
    assert list(words.columns) == [
        "article",
        "published",
        "outlet",
        "topic",
        "rule",
        "field",
        "pre",
        "keyword",
        "post",
    ]
    assert words[["pre", "keyword", "post"]].to_numpy().tolist() == [
        ["", "강제징용", "을 둘러싼 대화."],
        ["", "Forced labor", "was not discussed."],
    ]
    assert words["published"].str[:10].tolist() == ["2023-02-13", "2023-02-14"]
    around = nk.kwic(hits, "K", width=12).iloc[0]
    assert (around["pre"], around["keyword"], around["post"]) == (
        "h Korea was.",
        "South Korea",
        "and Japan me",
    )
    assert len(nk.kwic(hits)) == 3
    assert nk.kwic(hits, sort="keyword")["keyword"].tolist() == ["Forced labor", "South Korea", "강제징용"]
    assert nk.kwic(hits, sort="post")["post"].str[:3].tolist() == ["and", "was", "을 둘"]
    pages = [nk.kwic(hits, page=n) for n in (1, 2)]
    pd.testing.assert_frame_equal(pages[0], nk.kwic(hits))
    assert len(pages[1]) == 0
    with pytest.raises(BadArgument, match="Did you mean 'labor'"):
        nk.kwic(hits, "labour")
    with pytest.raises(BadArgument, match="width"):
        nk.kwic(hits, width=-1)


def test_seed_page(shared: Path) -> None:
    corpus = nk.read(shared / "data/seed")
    hits = nk.tag(corpus, Codebook.load("korea-japan"))
    assert set(hits.frame["topic"]) == {"bilateral ties", "forced labor", "Fukushima"}
    menus = book("North Korea: {any: [North Korea]}, China: {any: [China]}, film: {any: [film]}")
    assert texts(nk.tag(corpus, menus)) == []


def test_current_events(shared: Path, tmp_path: Path) -> None:
    path = shared / "data/corpora/current_events_2010_2019.jsonl.gz"
    with (
        gzip.open(path, "rt", encoding="utf-8") as items,
        (tmp_path / "some.jsonl").open("w", encoding="utf-8") as some,
    ):
        some.writelines(line for line in items if "ukushima" in line or '"date": "2011-03' in line)
    corpus = nk.read(tmp_path / "some.jsonl", into=tmp_path / "corpus")
    hits = nk.tag(corpus, Codebook.load("korea-japan").only("Fukushima"))
    months = hits.frame.drop_duplicates("article")["day"].dt.strftime("%Y-%m").value_counts()
    assert months.head(3).to_dict() == {"2011-03": 71, "2011-04": 28, "2011-05": 9}


def test_a_topic_has_the_same_hits_alone_and_in_its_book(make_corpus: Maker) -> None:
    """印度 gives way to 印度尼西亚 of another topic, whichever of the two is looked at, and by one digest."""
    corpus = make_corpus(Article(title="", paragraphs=("印度和印度尼西亚",), published=datetime(2023, 1, 1)))
    whole = Codebook.from_text("topics: {India: {any: [印度]}, Indonesia: {any: [印度尼西亚]}}")
    alone = whole.only("India")
    assert alone.digest == whole.digest
    assert (
        list(nk.tag(corpus, alone).frame["start"])
        == list(nk.tag(corpus, whole).only("India").frame["start"])
        == [0]
    )
