"""The view: plain data, and a line of code that gives the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

import newskit as nk
from newskit import Article, Codebook, Corpus, View

VIEWS = [
    View(),
    View(topics=("Fukushima",), since="2023", until="2023-02-14"),
    View(per="year", by="outlet", show="count", copies="all"),
    View(outlets=('He said "no"',), languages=("en",), per="day"),
    View(search='"the plant" OR text'),
]


@pytest.fixture
def corpus(make_corpus: Callable[..., Corpus]) -> Corpus:
    return make_corpus(
        Article(
            title="1",
            paragraphs=("The plant at Fukushima.",),
            outlet='He said "no"',
            language="en",
            published=datetime(2023, 2, 1),
        ),
        Article(
            title="2", paragraphs=("Other text.",), outlet="B", language="en", published=datetime(2023, 2, 2)
        ),
    )


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_its_code_gives_the_same_chart(view: View, corpus: Corpus, codebook: Codebook) -> None:
    again = eval(view.code(), {"nk": nk, "corpus": corpus, "codebook": codebook})
    assert again.to_json() == view.chart(corpus, codebook).to_json()


def test_a_single_name_is_a_choice_of_one() -> None:
    assert View(topics="Fukushima", outlets=["A"]) == View(topics=("Fukushima",), outlets=("A",))  # type: ignore[arg-type]


def test_it_is_plain_data() -> None:
    assert View(topics=("a",)) == View(topics=("a",))
    assert len({View(), View(per="day")}) == 2
