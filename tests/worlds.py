"""Small invented corpora and codebooks, for laws on what is counted."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from newskit import Article, Codebook, Corpus
from newskit.store import Store

__all__ = ["Book", "Stories", "book_of", "books", "corpus_of", "stories"]

Stories = list[tuple[str, int | None]]
Book = dict[str, tuple[list[str], list[str]]]

WORDS = ["red", "blue", "green", "black", "dark red", "dark blue"]
RULES = [*WORDS, "dark", "red OR green", "red AND blue", "black NOT green", "red NEAR/2 blue"]
NAMES = ["A", "A > B", "A > B > D", "C"]


def stories() -> st.SearchStrategy[Stories]:
    """Texts of few words, each with the number of its day; some are undated."""
    text = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
    return st.lists(st.tuples(text, st.none() | st.integers(0, 90)), min_size=1, max_size=12)


def books() -> st.SearchStrategy[Book]:
    """Topics, some under others, with rules under any: and under none:."""
    rules = st.lists(st.sampled_from(RULES), max_size=3, unique=True)
    topic = st.tuples(rules.filter(bool), rules)
    return st.dictionaries(st.sampled_from(NAMES), topic, min_size=1)


def corpus_of(texts: Stories, folder: Path) -> Corpus:
    """Write stories into a new corpus, in two parts."""
    first = datetime(2023, 1, 1)
    articles = [
        Article(
            title=f"Story {number}",
            paragraphs=(text,),
            language="en",
            outlet="A",
            published=None if day is None else first + timedelta(days=day),
        )
        for number, (text, day) in enumerate(texts)
    ]
    store = Store.create(folder)
    for half in (articles[::2], articles[1::2]):
        key = hashlib.sha256("".join(a.id for a in half).encode()).hexdigest()[:8]
        store.write(key, half, [])
    return Corpus.open(store.folder)


def book_of(topics: Book) -> Codebook:
    """Write a codebook."""
    lines = ["topics:"]
    for name, (any_, none) in topics.items():
        lines += [f"  {name}:", f"    any: {any_}", *([f"    none: {none}"] if none else [])]
    return Codebook.from_text("\n".join(lines))
