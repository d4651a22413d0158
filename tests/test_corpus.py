"""The corpus: what goes in has one fate, reading again reads nothing twice, filters say what they keep."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from newskit import Article, Codebook, Corpus, kwic, measure, read, tag
from newskit.errors import BadArgument, CorpusError, SourceError
from newskit.reading import reading, retrying
from newskit.store import Store
from newskit.workers import elsewhere

PAGE = """Menu
Home
News
Sport

Harbour reopens after the storm

By Mina Kim
Published : Feb 14, 2023 - 10:12

The harbour reopened on Tuesday after two days of repairs, the port office said in a statement.

Ferries run again from the north pier, and the fish market opens on Wednesday morning as usual.

Copyright (c) 2023 The Invented Times. All rights reserved.
"""


def write_rows(path: Path, *rows: dict[str, str | None]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a page, the same page under another name, a table, and bytes that are no text."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text(PAGE, encoding="utf-8")
    (folder / "b.txt").write_text(PAGE, encoding="utf-8")
    (folder / "c.html").write_bytes(bytes(range(256)) * 8)
    write_rows(
        folder / "d.jsonl",
        {"title": "One", "text": "A text.", "date": "2023-01-01", "outlet": "A"},
        {"title": "Two", "text": "A text.", "date": None, "outlet": "B"},
    )
    return folder


def test_every_input_has_one_fate_and_they_add_up(pages: Path, tmp_path: Path) -> None:
    corpus = read(pages, into=tmp_path / "corpus")
    assert corpus.fates == {"article": 3, "newer version of": 0, "same as": 1, "set aside": 1}
    assert list(corpus.rejected["source"].map(lambda s: Path(s).name)) == ["c.html"]
    assert "1 set aside" in repr(corpus)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_go_round_are_set_aside(pages: Path, tmp_path: Path) -> None:
    (pages / "e.html").symlink_to("f.html")
    (pages / "f.html").symlink_to("e.html")
    corpus = read(pages, into=tmp_path / "corpus")
    assert corpus.fates == {"article": 3, "newer version of": 0, "same as": 1, "set aside": 3}
    assert list(corpus.rejected["source"].map(lambda s: Path(s).name)) == ["c.html", "e.html", "f.html"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_names_that_are_no_text_cost_nothing(pages: Path, tmp_path: Path) -> None:
    for name, text in (
        (b"\xff.txt", PAGE),
        (b"\xff.html", ""),
        (b"\xfe.txt", PAGE.replace("harbour", "bridge")),
    ):
        (pages / os.fsdecode(name)).write_text(text, encoding="utf-8")
    corpus = read(pages, into=tmp_path / "corpus")
    assert corpus.fates == {"article": 4, "newer version of": 0, "same as": 2, "set aside": 2}
    assert list(corpus.rejected["input"]) == ["pages/c.html", "pages/\ufffd.html"]


def test_reading_again_reads_only_what_is_new(pages: Path, tmp_path: Path) -> None:
    read(pages, into=tmp_path / "corpus")
    parts = Corpus.open(tmp_path / "corpus").store.parts()
    last = list(reading(pages, tmp_path / "corpus"))[-1]
    assert (last.articles, last.already, last.seen) == (0, 5, 5)
    assert Corpus.open(tmp_path / "corpus").store.parts() == parts

    (pages / "e.txt").write_text(PAGE.replace("harbour", "bridge"), encoding="utf-8")
    last = list(reading(pages, tmp_path / "corpus"))[-1]
    assert (last.articles, last.already) == (1, 5)


def test_a_reading_stopped_by_hand_keeps_what_was_parsed(tmp_path: Path) -> None:
    rows = [{"title": f"Story {n}", "text": "A text.", "date": "2023-01-01"} for n in range(200)]
    steps = reading(write_rows(tmp_path / "x.jsonl", *rows), tmp_path / "corpus")
    next(steps)
    steps.close()
    assert Corpus.open(tmp_path / "corpus").fates["article"] == 50
    last = list(reading(tmp_path / "x.jsonl", tmp_path / "corpus"))[-1]
    assert (last.articles, last.already) == (150, 50)


def test_what_was_set_aside_can_be_read_again(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as faulty:
        faulty.setattr("newskit.outcome.parse", _broken)
        before = read_here(pages, tmp_path / "corpus")
    assert before.fates == {"article": 2, "newer version of": 0, "same as": 0, "set aside": 3}
    last = list(retrying(tmp_path / "corpus"))[-1]
    assert (last.articles, last.same_as, last.set_aside) == (1, 1, 1)
    after = Corpus.open(tmp_path / "corpus")
    assert after.fates == read(pages, into=tmp_path / "undisturbed").fates
    assert [Path(path).name for path in after.rejected["path"]] == ["c.html"]
    (pages / "c.html").unlink()
    assert list(retrying(tmp_path / "corpus"))[-1].seen == 0
    assert Corpus.open(tmp_path / "corpus").fates == after.fates


def test_a_torn_line_that_was_mended_comes_in(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "x.jsonl", {"headline_of_it": "One", "body_of_it": "A text."})
    path.write_text(path.read_text(encoding="utf-8") + "\n{torn", encoding="utf-8")
    columns = {"title": "headline_of_it", "text": "body_of_it"}
    assert read(path, into=tmp_path / "corpus", columns=columns).fates == {
        "article": 1,
        "newer version of": 0,
        "same as": 0,
        "set aside": 1,
    }
    path.write_text(
        path.read_text(encoding="utf-8").replace("{torn", json.dumps({"headline_of_it": "Two"})),
        encoding="utf-8",
    )
    assert list(retrying(tmp_path / "corpus"))[-1].articles == 1  # in the columns that were given


def test_items_that_share_a_url_are_articles_of_their_own(tmp_path: Path) -> None:
    url = "https://example.org/2010_January_1"
    rows = [{"title": None, "text": f"Event {n}.", "date": "2010-01-01", "url": url} for n in range(5)]
    corpus = read(write_rows(tmp_path / "events.jsonl", *rows), into=tmp_path / "corpus")
    assert corpus.fates == {"article": 5, "newer version of": 0, "same as": 0, "set aside": 0}


def test_a_fault_of_the_parser_costs_one_page(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newskit.outcome.parse", _broken)
    corpus = read_here(pages, tmp_path / "corpus")
    assert corpus.fates["article"] == 2
    assert corpus.rejected["why"].str.contains("RecursionError").sum() >= 1


def read_here(paths: Path, into: Path) -> Corpus:
    """Read without processes of their own, so that a fault can be put into the parser."""
    with elsewhere(ThreadPoolExecutor(1)):
        return read(paths, into=into)


def _broken(*_: object, **__: object) -> Article:
    raise RecursionError("too deep")


def test_columns_can_be_given(tmp_path: Path) -> None:
    rows = {"story_text": "A text.", "when_it_was": "2023-01-01", "t": "T"}
    path = write_rows(tmp_path / "x.jsonl", rows)
    columns = {"text": "story_text", "published": "when_it_was", "title": "t"}
    corpus = read(path, into=tmp_path / "corpus", columns=columns)
    assert corpus.frame["day"].dt.strftime("%Y-%m-%d").tolist() == ["2023-01-01"]


def test_a_table_is_not_read_again_with_other_columns(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "x.jsonl",
        {"title": "T", "text": "A guess.", "story_text": "A text.", "date": "2023-01-01"},
    )
    corpus = read(path, into=tmp_path / "corpus")
    assert corpus.article(corpus.frame["id"].iloc[0]).origin["paragraphs"] == "column text"
    with pytest.raises(CorpusError, match=r"text in the column 'text', now it is 'story_text'.*new folder"):
        read(path, into=tmp_path / "corpus", columns={"text": "story_text"})
    assert read(path, into=tmp_path / "corpus", columns={"text": "text"}).fates["article"] == 1


def test_two_processes_that_read_the_same_count_it_once(tmp_path: Path, codebook: Codebook) -> None:
    rows = [{"title": f"Story {n}", "text": "Fukushima.", "date": "2023-01-01"} for n in range(40)]
    write_rows(tmp_path / "x.jsonl", *rows)
    write_rows(tmp_path / "y.jsonl", *rows[:20])
    store = Store.create(tmp_path / "corpus")
    for name, key in (
        ("x.jsonl", "a"),
        ("y.jsonl", "b"),
    ):  # as two writers leave it that did not see each other
        other = read(tmp_path / name)
        (part,) = other.parts
        for kind in ("articles", "text", "set_aside"):
            shutil.copy(other.store.path(kind, part), store.path(kind, key))
    corpus = Corpus.open(store.folder)
    assert corpus.fates == {"article": 40, "newer version of": 0, "same as": 20, "set aside": 0}
    coverage = measure(tag(corpus, codebook), per="day")
    assert coverage.frame["of"].tolist() == [40, 40]
    assert coverage.at("Fukushima", "2023-01-01").frame["article"].nunique() == 40
    assert len(kwic(coverage.evidence)) == 40


def test_a_corpus_is_what_was_there_when_it_was_opened(tmp_path: Path) -> None:
    first = read(write_rows(tmp_path / "x.jsonl", {"title": "One", "text": "1"}), into=tmp_path / "corpus")
    digest = first.digest
    second = read(write_rows(tmp_path / "y.jsonl", {"title": "Two", "text": "2"}), into=tmp_path / "corpus")
    assert (len(first), first.fates["article"], first.digest) == (1, 1, digest)
    assert (len(second), second.fates["article"]) == (2, 2)
    assert second.digest != digest


def test_a_missing_path_says_so_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        read(tmp_path / "nowhere", into=tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def test_without_a_folder_the_corpus_is_temporary(pages: Path) -> None:
    assert len(read(pages)) == 3


@pytest.fixture
def corpus(make_corpus: Callable[..., Corpus]) -> Corpus:
    return make_corpus(
        Article(
            title="Tokyo",
            paragraphs=("Talks in Tokyo.",),
            outlet="A",
            language="en",
            published=datetime(2019, 7, 1),
        ),
        Article(
            title="Seoul",
            paragraphs=("Talks in Seoul.",),
            outlet="B",
            language="ko",
            published=datetime(2020, 2, 29),
        ),
        Article(title="Nowhere", paragraphs=("No day.",), outlet="A", language="en"),
    )


@pytest.mark.parametrize(
    ("since", "until", "titles"),
    [
        ("2019", "2019", ["Tokyo"]),
        ("2019-07", "2020-02", ["Tokyo", "Seoul"]),
        (None, "2019-07-01", ["Tokyo"]),
        ("2019-07-02", None, ["Seoul"]),
        (datetime(2020, 2, 29).date(), None, ["Seoul"]),
    ],
)
def test_between_takes_years_months_and_days(
    corpus: Corpus, since: str, until: str, titles: list[str]
) -> None:
    assert list(corpus.between(since, until).frame["title"]) == titles


def test_filters_narrow_and_say_so(corpus: Corpus) -> None:
    assert list(corpus.outlets("A").frame["title"]) == ["Tokyo", "Nowhere"]
    assert list(corpus.languages("ko").frame["title"]) == ["Seoul"]
    assert list(corpus.undated().frame["title"]) == ["Nowhere"]
    assert list(corpus.matching('"talks in tokyo" OR title:Nowhere').frame["title"]) == ["Tokyo", "Nowhere"]
    assert "1 of 3 articles" in corpus.outlets("A").between("2019", None).how
    assert len(corpus) == 3


def test_filters_with_wrong_words_help(corpus: Corpus) -> None:
    with pytest.raises(BadArgument, match="There are: A, B"):
        corpus.outlets("C")
    for ambiguous in ("yesterday", "02/03/2023", "today", "2023-02-30"):
        with pytest.raises(BadArgument, match="is no date"):
            corpus.between(ambiguous, None)
    with pytest.raises(BadArgument, match="Swap the two"):
        corpus.between("2020", "2019")
    with pytest.raises(BadArgument, match="No article 'x'"):
        corpus.article("x")


def test_the_digest_changes_with_articles_and_filters(corpus: Corpus) -> None:
    assert corpus.digest == Corpus.open(corpus.store.folder).digest
    assert corpus.digest != corpus.outlets("A").digest


def test_opening_a_missing_corpus_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="Make one with"):
        Corpus.open(tmp_path / "none")


FOOT = "Letters of our readers to the port office about the stories of this month"


def write_story(folder: Path, name: str, number: int, foot: str = FOOT) -> None:
    told = PAGE.replace("two days", f"{number} days").replace("north pier", f"pier {number}")
    told = told.replace("as usual.\n", f"as usual.\n\n{foot}\n").replace(
        "after the storm", f"after storm {number}"
    )
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(told, encoding="utf-8")


def test_a_line_that_an_outlets_pages_share_is_left_out_with_a_note(tmp_path: Path) -> None:
    for number in range(3, 8):
        write_story(tmp_path / "pages", f"{number}", number)
    corpus = read(tmp_path / "pages", into=tmp_path / "corpus")
    bodies = [corpus.article(id_).body for id_ in corpus.frame["id"]]
    assert len(bodies) == 5
    assert not any(FOOT in body for body in bodies)
    assert all(FOOT[:60] in " ".join(notes) for notes in corpus.frame["notes"])


def test_pages_that_differ_in_such_a_line_alone_are_one_article(tmp_path: Path) -> None:
    for number in range(3, 8):
        write_story(tmp_path / "pages", f"{number}", number)
    write_story(tmp_path / "pages", "9", 7, foot="")
    write_story(tmp_path / "pages", "a", 4)
    *_, tally = reading(tmp_path / "pages", tmp_path / "corpus")
    assert (tally.articles, tally.same_as, tally.seen) == (5, 2, 7)
    corpus = Corpus.open(tmp_path / "corpus")
    same = corpus.store.query("set_aside", "SELECT of FROM parts WHERE fate = 'same as'")["of"]
    assert len(same) == 2
    assert set(same) <= set(corpus.frame["id"])
    assert len(corpus.frame) == 5
