"""Topics that stand in the same articles: counted as by hand over the hits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from worlds import Book, Stories, book_of, books, corpus_of, stories

from newskit import Codebook, tag
from newskit.errors import BadArgument
from newskit.measure import wilson
from newskit.tag import Hits
from newskit.together import together


def articles_of(hits: Hits) -> dict[str, set[str]]:
    """Give the articles of each topic by the frame of evidence."""
    rows = hits.frame[["topic", "article"]].itertuples(index=False)
    found: dict[str, set[str]] = {topic.name: set() for topic in hits.codebook.topics}
    for topic, article in rows:
        found[topic].add(article)
    return found


@settings(max_examples=40)
@given(texts=stories(), topics=books())
def test_counts_are_those_of_the_hits(
    tmp_path_factory: pytest.TempPathFactory, texts: Stories, topics: Book
) -> None:
    hits = tag(corpus_of(texts, tmp_path_factory.mktemp("corpus")), book_of(topics))
    by_hand = articles_of(hits)
    pairs = together(hits)
    names = [topic.name for topic in hits.codebook.topics]
    assert list(zip(pairs["topic"], pairs["other"], strict=True)) == [
        (a, b) for a in names for b in names if a != b
    ]
    assert pairs["n"].tolist() == [len(by_hand[a] & by_hand[b]) for a in names for b in names if a != b]
    assert pairs["of"].tolist() == [len(by_hand[a]) for a in names for b in names if a != b]
    sides = pairs.pivot_table(index="topic", columns="other", values="n", observed=True)
    assert sides.equals(sides.T.rename_axis(index="topic", columns="other"))

    there = pairs["of"] > 0
    shown = pairs[there]
    assert shown["share"].tolist() == [n / of for n, of in zip(shown["n"], shown["of"], strict=True)]
    assert ((shown["low"] >= 0) & (shown["low"] <= shown["share"])).all()
    assert ((shown["share"] <= shown["high"]) & (shown["high"] <= 1)).all()
    assert pairs.loc[~there, ["share", "low", "high"]].isna().all(axis=None)
    assert (pairs.loc[~there, "n"] == 0).all()


def test_one_case_by_hand(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts: Stories = [("red blue", 0), ("red", 1), ("blue", None), ("red blue red", None), ("green", 2)]
    book = Codebook.from_text("topics: {R: {any: [red]}, B: {any: [blue]}, none of it: {any: [black]}}")
    hits = tag(corpus_of(texts, tmp_path_factory.mktemp("corpus")), book)
    pairs = together(hits)
    assert pairs[["topic", "other", "n", "of"]].to_numpy().tolist() == [
        ["R", "B", 2, 3],
        ["R", "none of it", 0, 3],
        ["B", "R", 2, 3],
        ["B", "none of it", 0, 3],
        ["none of it", "R", 0, 0],
        ["none of it", "B", 0, 0],
    ]
    low, high = wilson(pairs["n"][:1], pairs["of"][:1])
    assert (pairs["low"][0], pairs["high"][0]) == (low[0], high[0])


def test_a_topic_alone_stands_with_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    hits = tag(corpus_of([("red", 0)], tmp_path_factory.mktemp("corpus")), book_of({"A": (["red"], [])}))
    assert together(hits).empty
    assert list(together(hits)) == ["topic", "other", "n", "of", "share", "low", "high"]


def test_what_is_no_hits_is_refused() -> None:
    with pytest.raises(BadArgument, match=r"nk.together\(nk.tag"):
        together("hits")  # type: ignore[arg-type]
