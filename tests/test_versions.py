"""Versions of a story: known by its address, put in order, only the latest counted; and what was edited in them."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit import Article, Codebook, Corpus, changes, copies, measure, read, tag
from newskit.changes import _edited, sentences
from newskit.store import Beside, Fate, Store
from newskit.versions import ADDRESSED, versions_of

TEN, NOON = "2023-02-14T10:00:00+09:00", "2023-02-14T12:00:00+09:00"


def version(text: str, **more: object) -> Article:
    """Make a version of one story, each from a page of its own."""
    story = Article(title="Ships came", paragraphs=tuple(text.split("\n")), url="https://www.gull.example/a")
    return replace(story, **{"source": f"{text}.html", "sha": text, **more})  # type: ignore[arg-type]


def stated(text: str, time: str | None, **more: object) -> Article:
    moment = datetime.fromisoformat(time) if time else None
    return version(text, **{"published": moment, "precision": "minute", **more})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Corpus]:
    """Write each argument as a part of a new corpus, in this order."""
    numbers = itertools.count()
    base = tmp_path_factory.mktemp("corpora")

    def made(*parts: Sequence[Article], fates: Sequence[Fate] = ()) -> Corpus:
        store = Store.create(base / str(next(numbers)))
        for n, articles in enumerate(parts):
            store.write(
                f"{9 - n}", articles, [] if n else fates, Beside(read=f"2024-01-01T00:00:0{n}.000000+00:00")
            )
        return Corpus.open(store.folder)

    return made


def latest(corpus: Corpus) -> list[str]:
    """Give the texts that count."""
    return [corpus.article(i).body for i in corpus.frame["id"]]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.Gull.example/News/A.html", "gull.example/News/A.html"),
        ("HTTP://gull.example/News/A.html#top", "gull.example/News/A.html"),
        ("//gull.example/a/", "gull.example/a"),
        ("gull.example/a", "gull.example/a"),
        ("www.gull.example/a", "gull.example/a"),
        ("https://gull.example/a?utm_source=x&utm_medium=y", "gull.example/a"),
        ("https://gull.example/a/?fbclid=1#b", "gull.example/a"),
        ("https://gull.example/a?id=1&utm_source=x&page=2&GCLID=3", "gull.example/a?&id=1&page=2"),
        ("https://gull.example/a?fbclid2=1", "gull.example/a?&fbclid2=1"),
        ("https://gull.example/?p=17", "gull.example?&p=17"),
        ("https://gull.example/wwwa/www.html", "gull.example/wwwa/www.html"),
        ("https://gull.example:8080/a", "gull.example:8080/a"),
        ("https://신문.example/기사/1", "신문.example/기사/1"),
        ("https://gull.example", None),
        ("https://www.gull.example/", None),
        ("https://gull.example/?utm_source=x#top", None),
        ("gull.example", None),
        ("mailto:desk@gull.example", None),
        ("file:///home/a.html", None),
        ("urn:uuid:1/2", None),
        ("no address", None),
        ("", None),
    ],
)
def test_address_of_a_story(url: str, address: str | None) -> None:
    found = duckdb.execute(
        f"WITH parts AS (SELECT ? AS url) SELECT address FROM {ADDRESSED}", [url]
    ).fetchall()
    assert found == ([(address,)] if address else [])


def test_the_latest_counts_and_the_older_stay(fresh: Callable[..., Corpus]) -> None:
    first, second = stated("Two ships came.", TEN), stated("Three ships came.", NOON)
    corpus = fresh([second, first])
    assert latest(corpus) == ["Three ships came."]
    assert len(corpus) == len(corpus.rows) == 1
    assert corpus.fates == {"article": 1, "newer version of": 1, "same as": 0, "set aside": 0}
    assert "1 article of 0 outlets; 1 is a newer version of another" in corpus.how
    assert corpus.article(first.id).body == "Two ships came."
    hits = tag(corpus, Codebook.from_text("topics: {ships: {any: [ships]}, two: {any: [two]}}"))
    points = measure(hits, per="day", copies="all").frame.set_index("topic")[["n", "of"]]
    assert points.loc["ships"].tolist() == [1, 1]
    assert points.loc["two"].tolist() == [0, 1]


def test_filters_apply_to_the_latest_version(fresh: Callable[..., Corpus]) -> None:
    corpus = fresh(
        [stated("Two ships came.", TEN)], [stated("Three ships came.", "2023-02-15T10:00:00+09:00")]
    )
    assert len(corpus.between("2023-02-14", "2023-02-14")) == 0
    assert len(corpus.matching("two")) == 0
    assert len(corpus.matching("three")) == 1
    assert changes(corpus.between("2023-02-14", "2023-02-14")).empty
    assert set(changes(corpus.between("2023-02-15", None))["change"]) == {"cut", "added"}


def test_an_edited_article_is_no_wire_copy(fresh: Callable[..., Corpus]) -> None:
    words = " ".join(f"The harbour had {n} ships at noon and {n + 1} boats at night." for n in range(20))
    first, second = stated(words, TEN), stated(f"{words}\nThree more came.", NOON)
    other = replace(
        stated(words, TEN), url="https://heron.example/b", outlet="The Heron", sha="b", source="b"
    )
    assert copies(fresh([first, second])).empty
    assert set(copies(fresh([first, second, other]))["article"]) == {second.id, other.id}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (stated("A.", TEN), stated("B.", NOON)),
        (stated("A.", NOON), stated("B.", TEN, updated=datetime.fromisoformat("2023-02-14T12:01:00+09:00"))),
        (stated("A.", "2023-02-14T12:00:00+09:00"), stated("B.", "2023-02-14T04:00:00+00:00")),
        (stated("A.", "2023-02-14T02:59:00"), stated("B.", NOON)),  # without a zone: as it stands
        (stated("A.", "2023-02-14T00:00:00", precision="day"), stated("B.", "2023-02-15T09:00:00")),
        (stated("A.", "2023-02-14T12:00:00", notes=("an excerpt: so it says",)), stated("B.", None)),
        (stated("A.", "2023-02-15T12:00:00", notes=("x", "no text: title only")), stated("B.", TEN)),
    ],
)
def test_what_the_versions_say_decides_in_whatever_order_they_were_read(
    older: Article, newer: Article, fresh: Callable[..., Corpus]
) -> None:
    orders = ([older], [newer]), ([newer], [older]), ([older, newer],), ([newer, older],)
    assert [latest(fresh(*parts)) for parts in orders] == [["B."]] * 4


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (stated("A.", NOON), stated("B.", NOON)),
        (stated("B.", NOON), stated("A.", NOON)),
        (stated("A.", NOON), stated("B.", None)),
        (stated("B.", None), stated("A.", NOON)),
        (stated("A.", "2023-02-14T00:00:00", precision="day"), stated("B.", "2023-02-14T12:00:00")),
        (stated("A.", "2023-02-14T12:00:00"), stated("B.", "2023-02-14T00:00:00", precision="day")),
    ],
)
def test_where_they_do_not_say_the_last_that_was_read_counts(
    first: Article, second: Article, fresh: Callable[..., Corpus]
) -> None:
    assert latest(fresh([first, second])) == latest(fresh([first], [second])) == [second.body]


TIMES = st.sampled_from(
    [f"2023-02-1{d}T{h:02}:00:00{z}" for d in (4, 5) for h in (0, 9) for z in ("", "+09:00", "Z")]
)


@settings(max_examples=15)
@given(times=st.lists(TIMES, min_size=2, max_size=4), data=st.data())
def test_the_order_of_reading_does_not_matter_where_times_differ(
    times: list[str], data: st.DataObject, fresh: Callable[..., Corpus]
) -> None:
    instants = {_as_utc(time): time for time in times}
    story = [stated(f"{n}.", time) for n, time in enumerate(instants.values())]
    shuffled = data.draw(st.permutations(story))
    cut = data.draw(st.integers(0, len(story)))
    corpus = fresh(*filter(None, (shuffled[:cut], shuffled[cut:])))
    last = max(story, key=lambda article: _as_utc(article.published.isoformat()))  # type: ignore[union-attr]
    assert latest(corpus) == [last.body]
    assert sum(corpus.fates.values()) == len(story)


def _as_utc(time: str) -> float:
    moment = datetime.fromisoformat(time)
    return (moment if moment.tzinfo else datetime.fromisoformat(f"{time}+00:00")).timestamp()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=9, unique=True))
def test_a_table_that_lists_many_items_under_one_address_makes_no_versions(
    fresh: Callable[..., Corpus], rows: list[tuple[int, int]]
) -> None:
    items = [
        stated(f"{n}.", TEN, url=f"https://gull.example/{url}", source=f"day.csv#{n}")
        for url, n in dict(rows).items()
    ]
    again = [
        stated(f"{n} again.", NOON, url=f"https://gull.example/{url}", source=f"day.csv#{n + 10}")
        for url, n in dict(rows).items()
    ]
    page = stated("A page.", NOON, url="https://gull.example/0")
    corpus = fresh(items, again, [page])
    assert len(corpus) == corpus.fates["article"] == len(items) + len(again) + 1
    assert changes(corpus).empty


def test_what_a_table_lists_is_known_from_what_was_there_before(fresh: Callable[..., Corpus]) -> None:
    """The second item of the table was read from a page first, and so is no article of the table's."""
    page, item = stated("A page.", TEN), stated("An item.", NOON, source="day.csv#1")
    same = Fate("day.csv#2", "x", "same as", of=page.id)
    assert len(fresh([page, item], fates=[same])) == 2
    assert len(fresh([page, item])) == 1


def test_items_of_two_files_and_a_file_that_was_edited_are_readings(fresh: Callable[..., Corpus]) -> None:
    one = stated("A.", TEN, source="monday.xml#3", sha="a")
    assert latest(fresh([one, stated("B.", NOON, source="tuesday.xml#5", sha="b")])) == ["B."]
    assert latest(fresh([one, stated("B.", NOON, source="monday.xml#3", sha="b")])) == ["B."]
    crawl = [
        stated(t, time, source=f"c.warc!https://gull.example/a{t}") for t, time in (("A.", TEN), ("B.", NOON))
    ]
    assert latest(fresh(crawl)) == ["B."]


def test_one_input_settled_in_two_ways_is_no_version(fresh: Callable[..., Corpus]) -> None:
    corpus = fresh(
        [stated("A.", TEN, source="a.html", sha="a")], [stated("B.", TEN, source="a.html", sha="a")]
    )
    assert versions_of(corpus.store, corpus.parts).frame.empty


def test_a_cache_that_is_missing_damaged_or_cannot_be_written_changes_nothing(
    fresh: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = fresh([stated("A.", TEN), stated("B.", NOON)])
    found = versions_of(corpus.store, corpus.parts).frame
    (cache,) = (corpus.store.folder / "versions").iterdir()

    def again() -> bool:
        versions_of.__globals__["_versions"].cache_clear()
        return versions_of(corpus.store, corpus.parts).frame.equals(found)

    assert again()  # as it was kept
    cache.write_bytes(b"torn")
    assert again()
    shutil.rmtree(cache.parent)
    monkeypatch.setattr("newskit.versions.write_record", _refuse)
    assert again()
    assert not cache.exists()
    monkeypatch.undo()
    assert again()
    assert cache.exists()
    corpus.store.write("later", [stated("C.", "2023-02-16T10:00:00+09:00")], [])
    assert latest(Corpus.open(corpus.store.folder)) == ["C."]


def _refuse(*_: object) -> None:
    raise PermissionError


def test_parts_of_earlier_versions_do_not_say_when_they_were_read(
    make_corpus: Callable[..., Corpus],
) -> None:
    corpus = make_corpus(stated("A.", NOON))
    corpus.store.write("0", [stated("B.", NOON)], [], Beside(read="2024-01-01T00:00:00.000000+00:00"))
    assert latest(Corpus.open(corpus.store.folder)) == ["B."]
    assert "read" not in corpus.frame


def test_pages_read_again_later(tmp_path: Path) -> None:
    """As a user does: the same page saved on two days, with no time on it; the parts do not tell which came first."""
    for n, ships in enumerate(("Two", "Three", "Four")):
        row = {"title": "Ships came", "text": f"{ships} ships came.", "url": "https://gull.example/a"}
        (tmp_path / f"{9 - n}.jsonl").write_text(json.dumps(row), encoding="utf-8")
        corpus = read(tmp_path / f"{9 - n}.jsonl", into=tmp_path / "corpus")
        assert latest(corpus) == [f"{ships} ships came."]
    assert corpus.fates == {"article": 1, "newer version of": 2, "same as": 0, "set aside": 0}
    found = changes(corpus)
    assert found[["change", "sentence"]].to_numpy().tolist() == [
        ["cut", "Two ships came."],
        ["added", "Three ships came."],
        ["cut", "Three ships came."],
        ["added", "Four ships came."],
    ]
    assert (found["from_read"] < found["to_read"]).all()
    assert found["from_stated"].isna().all()


# What was edited


def test_changes_say_what_where_and_between_which_versions(fresh: Callable[..., Corpus]) -> None:
    first = stated("One. Two.\nThree. Four.", TEN, captions=("A boat.",))
    second = stated(
        "One. Three.\nTwo and a half. Four.", NOON, captions=("A ship.",), title="More ships came"
    )
    found = changes(fresh([second, first]))
    assert found[["change", "field", "paragraph", "sentence"]].astype(object).fillna(
        ""
    ).to_numpy().tolist() == [
        ["headline", "title", "", "Ships came → More ships came"],
        ["cut", "body", 1, "Two."],
        ["added", "body", 2, "Two and a half."],
        ["cut", "caption", 1, "A boat."],
        ["added", "caption", 1, "A ship."],
    ]
    row = found.iloc[0]
    assert (row["story"], row["from"], row["to"]) == (second.id, first.id, second.id)
    assert (row["from_stated"], row["to_stated"]) == (TEN, NOON)
    assert (row["url"], row["title"]) == (second.url, "More ships came")


def test_a_sentence_that_only_moved_is_neither_added_nor_cut(fresh: Callable[..., Corpus]) -> None:
    found = changes(fresh([stated("One.\nTwo.\nThree.\nThree.", TEN), stated("Three.\nOne.\nTwo.", NOON)]))
    assert found[["change", "paragraph", "sentence"]].to_numpy().tolist() == [
        ["moved", 1, "Three."],
        ["cut", 4, "Three."],
    ]


def test_newest_stories_come_first_and_each_step_is_shown(fresh: Callable[..., Corpus]) -> None:
    stories = [
        stated(f"{story} {n}.", f"2023-0{month}-01T0{n}:00:00", url=f"https://gull.example/{story}")
        for story, month in (("March", 3), ("May", 5), ("April", 4))
        for n in range(3)
    ]
    undated = [version(f"Undated {n}.", url="https://gull.example/u") for n in range(2)]
    found = changes(fresh([*stories, *undated]))
    added = found.loc[found["change"] == "added", "sentence"].tolist()
    assert added == ["May 1.", "May 2.", "April 1.", "April 2.", "March 1.", "March 2.", "Undated 1."]


def test_an_excerpt_is_not_compared_with_the_whole(fresh: Callable[..., Corpus]) -> None:
    corpus = fresh(
        [stated("One.", NOON, notes=("an excerpt: the feed holds no more",)), stated("One. Two.", TEN)]
    )
    assert latest(corpus) == ["One. Two."]
    assert changes(corpus).empty


def test_without_versions_the_frame_is_empty_and_has_its_columns(fresh: Callable[..., Corpus]) -> None:
    found = changes(fresh([stated("A.", TEN)]))
    assert len(found) == 0
    assert {"story", "from", "to", "change", "sentence", "paragraph"} <= set(found)
    assert changes(fresh([])).empty


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said no. “Never!” Then he left.", ["He said no.", "“Never!”", "Then he left."]),
        (
            "Dr. Kim paid 3.5 dollars at www.a.example. No?",
            ["Dr. Kim paid 3.5 dollars at www.a.example.", "No?"],
        ),
        ("회담은 끝났다. 그는 “다시 만난다”고 말했다.", ["회담은 끝났다.", "그는 “다시 만난다”고 말했다."]),
        (
            "会談は終わった。首相は「再び会う。」と述べた。",
            ["会談は終わった。", "首相は「再び会う。」", "と述べた。"],
        ),
        ("No end", ["No end"]),
        ("Wait... what", ["Wait...", "what"]),
        ("  ", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@given(st.text(st.sampled_from("aB1 .!?。」\"'\n가日\u00ad")))
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


LINES = st.lists(st.sampled_from("abcdef"), max_size=12)


@pytest.mark.parametrize("steps", [0, 10**9])
@given(old=LINES, new=LINES)
def test_what_stays_is_the_same_on_both_sides(steps: int, old: list[str], new: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["newskit.changes"], "_MOST_STEPS", steps)
        cut, added = _edited(old, new)
    left = [s for n, s in enumerate(old) if n not in cut]
    kept = [s for n, s in enumerate(new) if n not in added]
    assert left == kept or (not steps and Counter(left) == Counter(kept))
    assert not steps or len(left) == len(kept)


def test_hostile_pages_are_compared_in_bounded_time() -> None:
    old, new = ["a"] * 60_000, ["a", "b"] * 30_000
    assert len(_edited(old, new)[1]) == 30_000
