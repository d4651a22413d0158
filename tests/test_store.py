"""The store: parts are written whole, found by their listing, and give back what went in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit import Article
from newskit.errors import CorpusError
from newskit.store import Fate, Store

SEOUL = timezone(timedelta(hours=9))
WHOLE = Article(
    title="Talks",
    paragraphs=("First.", "Second."),
    captions=("A picture.",),
    url="https://example.org/1",
    outlet="The Example",
    section="National",
    language="en",
    byline=("Kim Mina", "Yamada Taro"),
    agency="Yonhap",
    dateline="SEOUL",
    published=datetime(2023, 2, 14, 10, 12, tzinfo=SEOUL),
    updated=datetime(2023, 2, 14, 11, 0, tzinfo=SEOUL),
    precision="minute",
    origin={"title": "h1"},
    notes=("a note",),
    source="a.html",
    sha="00",
)
BARE = Article(title="Bare", paragraphs=())

words = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=20)


def test_articles_come_back_whole_and_in_the_order_asked(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE, BARE], [])
    assert list(store.read_articles([BARE.id, WHOLE.id, "unknown"]).values()) == [BARE, WHOLE]


def test_texts_join_paragraphs_by_an_empty_line(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE], [])
    assert store.texts("a").iloc[0].to_dict() == {
        "id": WHOLE.id,
        "title": "Talks",
        "body": WHOLE.body,
        "caption": WHOLE.caption,
    }


@given(st.lists(st.tuples(words, st.lists(words, max_size=3)), max_size=5))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, list[str]]]
) -> None:
    store = Store.create(tmp_path_factory.mktemp("store"))
    articles = [Article(title=title, paragraphs=tuple(paragraphs)) for title, paragraphs in texts]
    store.write("a", articles, [])
    assert store.read_articles([a.id for a in articles]) == {a.id: a for a in articles}


def test_a_part_is_there_when_its_articles_are(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE], [Fate("x", "1", "set aside", why="no text")])
    store.path("articles", "a").unlink()  # as if killed before the last of the three files
    assert store.parts() == ()
    assert store.query("set_aside", "SELECT * FROM parts").empty


def test_a_part_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE], [Fate("x", "1", "set aside", why="no text")])
    path = store.path("set_aside", "a")
    pq.write_table(pq.read_table(path).drop_columns(["path"]), path)
    assert store.query("set_aside", "SELECT source, path FROM parts")["path"].isna().all()


def test_nothing_temporary_stays(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE], [])
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["part-a.parquet"] * 3


def test_a_failed_write_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path)
    store.write("a", [WHOLE], [])
    monkeypatch.setattr("newskit.store.os.fsync", _disk_full)
    with pytest.raises(CorpusError, match=r"Cannot write .*disk full.*read again"):
        store.write("b", [BARE], [])
    assert store.parts() == ("a",)
    assert not list(tmp_path.rglob("*.tmp"))


def _disk_full(_handle: int) -> None:
    raise OSError(28, "disk full")


def test_opening_what_is_no_corpus_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no newskit corpus. Make one with nk.read"):
        Store.open(tmp_path)
    with pytest.raises(CorpusError, match="does not exist"):
        Store.open(tmp_path / "missing")


def test_a_folder_of_other_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(CorpusError, match="holds other files"):
        Store.create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_damaged_part_is_named(make_corpus: Callable[..., object], tmp_path: Path) -> None:
    make_corpus(WHOLE)
    store = Store.open(tmp_path / "corpus")
    (key,) = store.parts()
    store.path("text", key).write_bytes(b"not parquet")
    with pytest.raises(CorpusError, match=rf"part-{key}.parquet.*cannot be read"):
        store.check(key)
