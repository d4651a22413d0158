"""The catalog: the same articles as the parts have, the same filters as pandas, whatever became of its file."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit import Article, Codebook, Corpus, tag
from newskit.catalog import catalog_of
from newskit.store import ARTICLE_COLUMNS, Beside, Store
from newskit.versions import _versions, versions_of

WORDS = ["red", "blue", "green"]
OUTLETS = ["A", "B", "신문"]
LANGUAGES = ["en", "ko"]
ZONES = [None, UTC, datetime.fromisoformat("2023-01-01T00:00+09:00").tzinfo]
FIRST = datetime(2023, 1, 1, 12)

Parts = list[list[Article]]
Step = tuple[str, tuple[str | None, ...]]

articles = st.builds(
    Article,
    title=st.sampled_from(["One", "Two", "Red three"]),
    paragraphs=st.lists(st.sampled_from(WORDS), max_size=2).map(lambda words: (" ".join(words),)),
    url=st.none() | st.sampled_from(["https://gull.example/1", "https://gull.example/2"]),
    outlet=st.none() | st.sampled_from(OUTLETS),
    section=st.none() | st.sampled_from(["World", "Sport"]),
    language=st.none() | st.sampled_from(LANGUAGES),
    agency=st.none() | st.just("Yonhap"),
    published=st.none()
    | st.builds(
        lambda hours, zone: (FIRST + timedelta(hours=hours)).replace(tzinfo=zone),
        st.integers(0, 1_000),
        st.sampled_from(ZONES),
    ),
    source=st.none() | st.sampled_from(["a.html", "b.html"]),
)


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    """Draw a few parts, some empty; an article may be in several, from the same page or from another one."""
    drawn = [*draw(st.lists(articles, max_size=8)), *_REPEATED]
    known = [replace(a, sha=a.id) for a in {a.id: a for a in drawn}.values()]
    again = [replace(a, source="again.html") for a in known]
    of_a_part = st.lists(st.sampled_from([*known, *again]), max_size=6, unique_by=lambda a: a.id)
    return draw(st.lists(of_a_part, max_size=4))


_REPEATED = (
    Article(title="One", paragraphs=("red blue",), url="https://gull.example/3", outlet="A", source="c.html"),
    Article(title="One", paragraphs=("green",), url="https://gull.example/3", outlet="A", source="d.html"),
)

between = st.tuples(st.integers(0, 45), st.integers(0, 45)).map(sorted)
steps: st.SearchStrategy[Step] = st.one_of(
    st.just(("undated", ())),
    between.map(lambda days: ("between", tuple(str((FIRST + timedelta(days=n)).date()) for n in days))),
    st.sampled_from([("between", ("2023-01", None)), ("between", (None, "2023-01-20"))]),
    st.sampled_from([("matching", (query,)) for query in ("red", "red AND blue", "title:red")]),
    st.lists(st.sampled_from(OUTLETS), min_size=1, unique=True).map(lambda names: ("outlets", tuple(names))),
    st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True).map(lambda codes: ("languages", tuple(codes))),
)  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Parts], Corpus]:
    """Write parts into a new corpus folder, the later ones read later."""
    numbers, base = itertools.count(), tmp_path_factory.mktemp("corpora")

    def write(some: Parts) -> Corpus:
        store = Store.create(base / str(next(numbers)))
        for n, of_part in enumerate(some):
            store.write(f"{n}", of_part, [], Beside(read=f"2024-01-0{n + 1}T00:00:00.000000+00:00"))
        return Corpus.open(store.folder)

    return write


def stored(corpus: Corpus) -> pd.DataFrame:
    """All rows of all parts by pandas alone: what is in each file, and the texts beside it."""
    tables: list[pd.DataFrame] = [
        pd.concat([pq.read_table(corpus.store.path(kind, key)).to_pandas() for kind in ("articles", "text")], axis=1)
        .pipe(lambda both: both.loc[:, ~both.columns.duplicated()])
        .assign(part=key, row=lambda rows: np.arange(len(rows)))
        for key in corpus.parts
    ]  # fmt: skip
    empty = pd.DataFrame(columns=[*ARTICLE_COLUMNS, "paragraphs", "part", "row"], dtype=object)
    return pd.concat([empty, *tables], ignore_index=True)


def expected(corpus: Corpus) -> pd.DataFrame:
    """What the catalog must say: each article once, without older versions, by day and id, undated ones last."""
    rows = stored(corpus).sort_values(["id", "source", "sha", "part", "row"]).drop_duplicates("id")
    rows = rows[~rows["id"].isin(versions_of(corpus.store, corpus.parts).older)]
    rows["day"] = pd.to_datetime(rows["day"])
    rows = rows.sort_values(["day", "id"])
    return rows.reset_index(drop=True)


def plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as plain values, a missing one as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(n): list(v) if isinstance(v, np.ndarray) else v for n, v in row.items()} for row in rows]


def keeps(step: Step, rows: pd.DataFrame) -> pd.Series[bool]:
    """Do a filter in pandas."""
    name, asked = step
    if name == "undated":
        return rows["day"].isna()
    if name == "between":
        since, until = asked
        from_, to = pd.Timestamp(since or "1900"), pd.Period(until or "2200").end_time
        return (rows["day"] >= from_) & (rows["day"] <= to)
    if name == "matching":
        text = rows["title"].str.lower() + " " + rows["paragraphs"].map(" ".join)
        searched = rows["title"].str.lower() if asked[0] == "title:red" else text
        wanted = ("red", "blue") if asked[0] == "red AND blue" else ("red",)
        return searched.map(lambda words: set(wanted) <= set(words.split())).astype(bool)
    return rows[{"outlets": "outlet", "languages": "language"}[name]].isin(asked)


def under(corpus: Corpus, some: list[Step]) -> Corpus:
    """Filter a corpus; an outlet or a language that it does not know is not asked for."""
    for name, asked in some:
        known = {"outlets": "outlet", "languages": "language"}.get(name)
        if known is None or set(asked) <= set(corpus.catalog.names(known)):
            corpus = getattr(corpus, name)(*asked)
    return corpus


def asked_for(corpus: Corpus, some: list[Step]) -> list[Step]:
    """Give the filters that `under` sets."""
    known = {"outlets": "outlet", "languages": "language"}
    return [s for s in some if s[0] not in known or set(s[1]) <= set(corpus.catalog.names(known[s[0]]))]


@settings(max_examples=12)
@given(some=parts())
def test_it_says_what_the_parts_say(written: Callable[[Parts], Corpus], some: Parts) -> None:
    corpus = written(some)
    wanted = expected(corpus)
    assert plain(corpus.frame) == plain(wanted[list(ARTICLE_COLUMNS)])
    columns = ["part", "row", "day", "outlet", "language", "section", "agency"]
    assert plain(corpus.rows[columns]) == plain(wanted[columns])
    rows = stored(corpus)
    fates = corpus.fates
    assert fates["article"] == len(wanted) == len(corpus)
    assert fates["article"] + fates["newer version of"] == rows["id"].nunique()
    assert fates["same as"] == len(rows.drop_duplicates(["id", "source", "sha"])) - rows["id"].nunique()


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_rows_of_an_article_the_same_stays_in_whatever_part_it_is(
    written: Callable[[Parts], Corpus], first: int
) -> None:
    article = Article(title="One", paragraphs=("red",), outlet="A", source="a.html", sha="1")
    rows = [article, replace(article, source="b.html", sha="2")]
    corpus = written([[rows[first]], [rows[1 - first]]])
    assert corpus.frame["source"].tolist() == ["a.html"]
    assert corpus.rows["part"].tolist() == [str(first)]
    assert corpus.fates == {"article": 1, "newer version of": 0, "same as": 1, "set aside": 0}


@settings(max_examples=20)
@given(some=parts(), filters=st.lists(steps, max_size=3), order=st.randoms(use_true_random=False))
def test_filters_keep_what_they_keep_in_pandas_in_any_order(
    written: Callable[[Parts], Corpus], some: Parts, filters: list[Step], order: Random
) -> None:
    whole = written(some)
    wanted = expected(whole)
    for step in asked_for(whole, filters):
        wanted = wanted[keeps(step, wanted)]
    corpus = under(whole, filters)
    other = list(filters)
    order.shuffle(other)
    ids = wanted["id"].tolist()
    assert corpus.frame["id"].tolist() == ids
    assert under(whole, other).frame["id"].tolist() == ids
    assert len(corpus) == len(corpus.rows) == len(ids)


@settings(max_examples=12)
@given(some=parts(), filters=st.lists(steps, max_size=2), data=st.data())
def test_articles_are_named_as_in_the_frame(
    written: Callable[[Parts], Corpus], some: Parts, filters: list[Step], data: st.DataObject
) -> None:
    corpus = under(written(some), filters)
    frame, size = corpus.frame, len(corpus)
    place = st.integers(0, size - 1) if size else st.nothing()
    at = np.array(data.draw(st.lists(place, max_size=6) if size else st.just([])), np.int64)
    shown = frame.iloc[at].reset_index(drop=True)
    assert corpus.ids(at) == shown["id"].tolist()
    labels, about = corpus.labels(at), corpus.about(at)
    for told in (labels, about):
        assert plain(told) == plain(shown[list(told.columns)])
    assert set(labels) == {"id", "day", "published", "outlet", "language"}
    assert set(about) == {"id", "title", "day", "outlet", "section", "agency", "language", "url"}

    place_of = {key: n for n, key in enumerate(zip(corpus.rows["part"], corpus.rows["row"], strict=True))}
    for part in corpus.parts:
        rows = pq.read_metadata(corpus.store.path("articles", part)).num_rows
        assert corpus.numbers_in(part).tolist() == [place_of.get((part, row), -1) for row in range(rows)]


@settings(max_examples=10)
@given(some=parts(), filters=st.lists(steps, min_size=1, max_size=2))
def test_hits_under_a_filter_are_those_of_its_articles(
    written: Callable[[Parts], Corpus], some: Parts, filters: list[Step]
) -> None:
    book = Codebook.from_text("topics: {warm: {any: [red]}, cold: {any: [blue, green]}}")
    whole = written(some)
    corpus = under(whole, filters)
    hits = tag(whole, book).frame
    kept = hits[hits["article"].isin(corpus.frame["id"])]
    assert plain(tag(corpus, book).frame) == plain(kept.reset_index(drop=True))


# --- its file ----------------------------------------------------------------------------------------------

SOME = [
    [Article(title=f"Story {n}", paragraphs=("red",), outlet="A", published=FIRST, url=f"https://gull.example/{n}")
     for n in range(3)],
    [Article(title="Undated", paragraphs=("blue",), language="ko")],
]  # fmt: skip


def opened(folder: Path) -> list[dict[str, object]]:
    """Open a corpus as another process does, which remembers nothing."""
    catalog_of.cache_clear()
    _versions.cache_clear()
    return plain(Corpus.open(folder).frame)


@pytest.fixture
def kept(written: Callable[[Parts], Corpus]) -> tuple[Path, list[dict[str, object]]]:
    """Give the file of a catalog, and what the corpus says."""
    folder = written(SOME).store.folder
    said = opened(folder)
    assert len(said) == 4
    return folder / "catalog.arrow", said


def test_a_file_that_is_there_is_taken(kept: tuple[Path, list[dict[str, object]]]) -> None:
    path, said = kept
    before = path.stat()
    assert opened(path.parent) == said
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_missing_file_comes_back(kept: tuple[Path, list[dict[str, object]]]) -> None:
    path, said = kept
    before = path.read_bytes()
    path.unlink()
    assert opened(path.parent) == said
    assert path.read_bytes() == before


def test_a_torn_file_is_made_again(kept: tuple[Path, list[dict[str, object]]]) -> None:
    path, said = kept
    whole = path.read_bytes()
    cuts = [0, 1, 8, len(whole) // 3, len(whole) // 2, len(whole) - 8, len(whole) - 1]
    for torn in (
        *(whole[:cut] for cut in cuts),
        bytes(len(whole)),
        b"no arrow",
        whole[: len(whole) // 2] * 2,
    ):
        path.unlink()
        path.write_bytes(torn)
        assert opened(path.parent) == said
        assert path.read_bytes() == whole


def test_the_file_of_other_parts_is_not_taken(
    kept: tuple[Path, list[dict[str, object]]], written: Callable[[Parts], Corpus]
) -> None:
    path, _ = kept
    other = written([[Article(title="Another", paragraphs=())]]).store.folder
    said = opened(other)
    (other / "catalog.arrow").unlink()
    (other / "catalog.arrow").write_bytes(path.read_bytes())
    Store.open(other).path("articles", "0").rename(Store.open(other).path("articles", "9"))
    Store.open(other).path("text", "0").rename(Store.open(other).path("text", "9"))
    assert opened(other) == said


def test_a_folder_that_cannot_be_written_to_can_be_looked_at(
    kept: tuple[Path, list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = kept
    path.unlink()

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("newskit.catalog.write_record", refused)
    assert opened(path.parent) == said
    assert not path.exists()
    monkeypatch.undo()
    path.mkdir()  # a folder where the file should be: it cannot be read, nor replaced
    assert opened(path.parent) == said
    assert list(path.parent.glob(".new-*")) == []


# --- rows that are packed together -------------------------------------------------------------------------

EDGES = [0, 99, 100, 101, 999, 1000, 1204]


@pytest.fixture(scope="module")
def long(written: Callable[[Parts], Corpus]) -> Corpus:
    """A part of more articles than are packed together, and one of a single article."""
    rows = [
        Article(
            title=f"Story {n}", paragraphs=(f"red {n}", "end"), captions=(f"C {n}",),
            outlet=None if n % 7 == 0 else f"Outlet {n % 1_100}", published=FIRST + timedelta(days=n % 400),
        )
        for n in range(1_205)
    ]  # fmt: skip
    return written([rows, [Article(title="Alone", paragraphs=("blue",), outlet="Outlet 1")]])


@pytest.mark.parametrize("rows", [EDGES, EDGES[::-1], [1_000, 999, 1_000, 0], [1_204], []])
def test_rows_are_found_at_the_edges_of_what_is_packed_together(long: Corpus, rows: list[int]) -> None:
    titles = [f"Story {n}" for n in rows]
    assert [told["title"] for told in long.store.some("articles", "0", rows, ["title"])] == titles
    texts = {n: (f"Story {n}", f"red {n}\n\nend", f"C {n}") for n in rows}
    assert long.store.some_texts("0", rows) == texts


def test_names_are_the_same_ones_in_all_packs(long: Corpus) -> None:
    wanted = expected(long)
    assert long.rows["outlet"].astype(object).where(long.rows["outlet"].notna(), None).tolist() == (
        wanted["outlet"].astype(object).where(wanted["outlet"].notna(), None).tolist()
    )
    for name, articles in (("Outlet 1", 3), ("Outlet 50", 2), ("Outlet 1098", 1)):
        ids = wanted.loc[wanted["outlet"] == name, "id"].tolist()
        assert long.outlets(name).frame["id"].tolist() == ids
        assert len(ids) == articles
    assert len(long.between(date(2023, 1, 2), date(2023, 1, 2))) == 4
