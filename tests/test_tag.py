"""Tagging: hits as evidence, what none: takes away, the cache, and words in context."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import newskit as nk
from newskit import Article, Codebook, Corpus
from newskit.errors import BadArgument, CorpusError
from newskit.store import Store

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
        ["Fukushima", "2023-02-14", "caption", "Fukushima"],
        ["Fukushima", "2023-02-14", "title", "Fukushima"],
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
    assert texts(nk.tag(corpus, book("K: {any: [Korea NOT North Korea]}"))) == []
    assert texts(nk.tag(corpus, book("K: {any: [South Korea NEAR/6 met], none: [Japan]}"))) == []


def test_longest_match_counts_within_the_codebook(corpus: Corpus) -> None:
    assert texts(nk.tag(corpus, book("I: {any: [印度]}"))) == ["印度", "印度"]
    assert texts(nk.tag(corpus, book("I: {any: [印度]}, J: {any: [印度尼西亚]}"))) == ["印度", "印度尼西亚"]
    assert texts(nk.tag(corpus, book("I: {any: [印度], none: [印度尼西亚]}"))) == ["印度"]


def test_filters_apply_after_the_cache(corpus: Corpus) -> None:
    fukushima = book("F: {any: [Fukushima]}")
    assert len(nk.tag(corpus.languages("ko"), fukushima)) == 1
    assert len(nk.tag(corpus, fukushima)) == 4
    assert len(nk.tag(corpus.undated(), fukushima)) == 1


def test_cache_is_used_and_comes_back(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    fukushima = book("F: {any: [Fukushima]}")
    first = nk.tag(corpus, fukushima).frame
    files = list((corpus.store.folder / "hits").rglob("*.parquet"))
    assert files
    with monkeypatch.context() as patch:
        patch.setattr(
            sys.modules["newskit.tag"], "_tag_part", lambda *_: pytest.fail("the cache was not used")
        )
        pd.testing.assert_frame_equal(nk.tag(corpus, fukushima).frame, first)
    for damage in (b"", b"PAR1 no parquet"):
        files[0].write_bytes(damage)
        pd.testing.assert_frame_equal(nk.tag(corpus, fukushima).frame, first)
    files[0].unlink()
    pd.testing.assert_frame_equal(nk.tag(corpus, fukushima).frame, first)


def test_a_folder_that_cannot_be_written_to(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise CorpusError(28, "No space left on device")

    monkeypatch.setattr(Store, "write_hits", full)
    assert len(nk.tag(corpus, book("F: {any: [Fukushima]}"))) == 4


def test_order_changes_nothing(make_corpus: Maker, tmp_path: Path) -> None:
    rules = "F: {any: [Fukushima, water]}, K: {any: [Korea, Japan]}"
    turned = "K: {any: [Japan, Korea]}, F: {any: [water, Fukushima]}"
    first = nk.tag(make_corpus(*STORIES), book(rules)).frame
    store = Store.create(tmp_path / "turned")
    for number, story in enumerate(reversed(STORIES)):
        store.write(f"{number:04}", [story], ())
    pd.testing.assert_frame_equal(nk.tag(Corpus.open(store.folder), book(turned)).frame, first)


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
