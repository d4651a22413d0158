"""The ledger: every input ever read has one row and one fate, and the numbers add up."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit import Article, Corpus, copies, ledger, read
from newskit.ledger import counts
from newskit.store import Beside, Fate, Store

TEXT = " ".join(f"The harbour of Osan had {n} ships at noon and {n + 1} boats at night." for n in range(12))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    """Make a new corpus folder."""
    numbers, base = itertools.count(), tmp_path_factory.mktemp("corpora")
    return lambda: Store.create(base / str(next(numbers)))


def test_each_fate_says_of_what_and_why(tmp_path: Path) -> None:
    rows = [
        {
            "title": "Ships",
            "text": TEXT,
            "outlet": "The Gull",
            "url": "https://gull.example/a",
            "date": "2023-01-01",
        },
        {
            "title": "Ships",
            "text": TEXT,
            "outlet": "The Heron",
            "url": "https://heron.example/b",
            "date": "2023-01-02",
        },
        {
            "title": "Talks",
            "text": "Talks.",
            "outlet": "The Gull",
            "url": "https://gull.example/c",
            "date": "2023-01-01",
        },
        {"title": "", "text": ""},
    ]
    later = [
        {**rows[2], "text": "Talks ended."},
        rows[0],
    ]
    for name, some in (("1.jsonl", rows), ("2.jsonl", later)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, some)), encoding="utf-8")
    corpus = read([tmp_path / "1.jsonl", tmp_path / "2.jsonl"], into=tmp_path / "corpus")
    found = ledger(corpus)
    assert found[["source", "fate"]].to_numpy().tolist() == [
        ["1.jsonl#1", "article"],
        ["1.jsonl#2", "copy of"],
        ["1.jsonl#3", "article"],
        ["1.jsonl#4", "set aside"],
        ["2.jsonl#1", "newer version of"],
        ["2.jsonl#2", "same as"],
    ]
    first, copied, talks, aside, newer, same = (
        found.astype(object).where(found.notna(), None).to_dict("records")
    )
    assert copied["of"] == same["of"] == first["article"]
    assert newer["of"] == talks["article"]
    assert corpus.article(newer["article"]).body == "Talks ended."
    assert same["article"] is aside["article"] is first["of"] is None
    assert "nothing in 'title' and 'text'" in aside["why"]
    assert counts(corpus) == {
        "article": 2,
        "copy of": 1,
        "newer version of": 1,
        "same as": 1,
        "set aside": 1,
    }
    assert len(ledger(corpus.outlets("The Heron"))) == 6


def test_an_empty_corpus_has_an_empty_ledger(fresh: Callable[[], Store]) -> None:
    corpus = Corpus.open(fresh().folder)
    assert ledger(corpus).columns.tolist() == ["source", "fate", "of", "article", "why", "stage"]
    assert len(ledger(corpus)) == sum(counts(corpus).values()) == 0


def test_where_an_input_was_set_aside_is_taken_over_if_the_corpus_knows_it(
    fresh: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = fresh()
    store.write("a", [], [Fate("a.html", "a", "set aside", why="no text")])
    corpus = Corpus.open(store.folder)
    assert ledger(corpus)["stage"].isna().all()
    query = Store.query
    monkeypatch.setattr(Store, "query", lambda *a, **k: query(*a, **k).assign(stage="parse"))
    assert ledger(corpus)["stage"].tolist() == ["parse"]


ARTICLES = st.builds(
    lambda outlet, place, text, day: Article(
        title="Ships",
        paragraphs=(text,),
        outlet=outlet,
        url=f"https://{outlet}.example/{place}",
        published=datetime(2023, 1, day),
    ),
    st.sampled_from(["gull", "heron"]),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from([TEXT, f"{TEXT} And more came.", "Talks.", "Talks ended."]),
    st.integers(1, 3),
)
INPUTS = st.tuples(
    st.sampled_from(["p1.html", "p2.html", "z.zip!p.html", "t.csv#1", "t.csv#2", "u.csv#1"]),
    st.sampled_from("xyz"),
    st.one_of(ARTICLES, st.sampled_from(["same as", "set aside"])),
)


@settings(max_examples=20)
@given(parts=st.lists(st.lists(INPUTS, max_size=5), max_size=4))
def test_whatever_came_in_has_one_row_and_the_numbers_add_up(
    parts: list[list[tuple[str, str, Article | str]]], fresh: Callable[[], Store]
) -> None:
    """Also what two processes stored twice, and what was set aside before it came in."""
    store = fresh()
    settled: dict[tuple[str, str], Article] = {}  # what an input holds is told by its bytes
    inputs = set()
    for n, part in enumerate(parts):
        articles, fates = {}, []
        for source, sha, what in part:
            inputs.add((source, sha))
            if isinstance(what, Article):
                article = settled.setdefault((source, sha), _from(what, source, sha))
                articles[source, sha] = article
            else:
                of = next((a.id for a in settled.values()), None) if what == "same as" else None
                fates.append(Fate(source, sha, what, of=of, why="no text" if what == "set aside" else None))
        store.write(
            str(n), list(articles.values()), fates, Beside(read=f"2024-01-01T00:00:0{n}.000000+00:00")
        )
    corpus = Corpus.open(store.folder)
    found = ledger(corpus)
    assert len(found) == len(inputs)
    assert not found["fate"].isna().any()
    told = counts(corpus)
    assert {fate: n for fate, n in told.items() if n} == found["fate"].value_counts().to_dict()
    assert sum(corpus.fates.values()) == len(inputs)
    assert len(corpus) == corpus.fates["article"] == told["article"] + told["copy of"]
    holds = set(found["article"].dropna())
    assert holds == {article.id for article in settled.values()}
    assert set(found.loc[found["fate"].isin(["copy of", "newer version of"]), "of"]) <= holds
    later = copies(corpus).query("~first")["article"]
    newer = found.loc[found["fate"] == "newer version of", "article"]
    assert told["copy of"] == len(set(later) - set(newer))


def _from(article: Article, source: str, sha: str) -> Article:
    return replace(article, source=source, sha=sha)
