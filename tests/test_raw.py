"""Raw pages are kept on demand, and what an earlier parser read is read again: from them, or from its files."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from faults import Here, later_parser, nth_fails
from hypothesis import given
from hypothesis import strategies as st

import newskit.reading
from newskit import Corpus, rereading
from newskit import parse as parse_page
from newskit.cli import main
from newskit.errors import CorpusError
from newskit.parts import current, key_of, outdated, parser_of
from newskit.reading import Tally, read, reading, retrying
from newskit.rereading import KEPT
from newskit.sources import Input
from newskit.store import Store
from newskit.workers import elsewhere

STORY = """Ships of {place} came in number {n}

Published 2023-03-{n:02} 10:12

Ships came into the harbour of {place} on Monday, and {n} of them stayed, the port office said in a statement.

Nobody was late, the office said, and the harbour of {place} stayed open all day for {n} visitors.
"""
PLACES = ("Osan", "Mirae", "Kitahama", "Dorun")
AGAIN = "The harbour was read again."  # what the later parser of faults.py adds to each story


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Four stories, one of them twice, a table, an archive of two stories, and a page that is none."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for n, place in enumerate(PLACES, 4):
        (folder / f"{n}.txt").write_text(STORY.format(place=place, n=n), encoding="utf-8")
    (folder / "4-again.txt").write_text(STORY.format(place="Osan", n=4), encoding="utf-8")
    (folder / "none.html").write_text("<html><body><a href=x>Home</a><p>Menu</p></body></html>")
    rows = [{"title": f"Report {n}", "text": f"A report of {n} ships.", "date": "2023-01-01"} for n in (8, 9)]
    (folder / "table.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        for n in (10, 11):
            archive.writestr(f"{n}.txt", STORY.format(place="Selvik", n=n))
    return folder


def read_here(pages: Path, corpus: Path, *, keep_raw: bool = False) -> Corpus:
    with elsewhere(Here()):
        return read(pages, corpus, keep_raw=keep_raw)


def seen(corpus: Path) -> tuple[dict[str, int], dict[str, str]]:
    """Give the fates in a corpus, and the source of each article by its id."""
    held = Corpus.open(corpus)
    return held.fates, held.frame.set_index("id")["source"].to_dict()


def read_again(corpus: Path, version: int = 99) -> Tally:
    with later_parser(version), elsewhere(Here()):
        *_, tally = rereading.rereading(corpus)
    return tally


def texts(corpus: Corpus) -> dict[str, str]:
    """Give the text of each article by the last part of its source."""
    return {Path(a.source or "").name: a.body for a in corpus.articles(corpus.frame["id"].tolist()).values()}


# --- what is kept -----------------------------------------------------------------------------------------------


def test_pages_and_rows_come_back_as_they_came_in(pages: Path, tmp_path: Path) -> None:
    corpus = read_here(pages, tmp_path / "corpus", keep_raw=True)
    raws = {Path(source).name: corpus.raw(i) for i, source in corpus.frame[["id", "source"]].to_numpy()}
    assert raws["5.txt"] == (pages / "5.txt").read_bytes()
    assert raws["more.zip!10.txt"] == STORY.format(place="Selvik", n=10).encode()
    assert json.loads(raws["table.jsonl#1"] or b"")["text"] == "A report of 8 ships."
    (aside,) = corpus.rejected.itertuples()
    kept = corpus.store.raw(aside.source, aside.sha)
    assert kept is not None
    assert kept.data == (pages / "none.html").read_bytes()


def test_without_being_asked_nothing_raw_is_kept(pages: Path, tmp_path: Path) -> None:
    corpus = read_here(pages, tmp_path / "corpus")
    assert corpus.raw(corpus.frame["id"].iloc[0]) is None
    assert not (tmp_path / "corpus" / "raw").exists()


def test_one_page_of_many_is_fetched_alone(tmp_path: Path) -> None:
    """Row groups are small: of 40 pages of 100 kB each, a few are unpacked for one."""
    (tmp_path / "pages").mkdir()
    for n in range(40):
        noise = "".join(f"{k * (n + 7) % 9973} " for k in range(20_000))
        page = STORY.format(place="Osan", n=n % 20 + 1) + f"<!-- {noise} -->"
        (tmp_path / "pages" / f"{n}.txt").write_text(page, encoding="utf-8")
    store = read_here(tmp_path / "pages", tmp_path / "corpus", keep_raw=True).store
    (key,) = store.parts()
    packed = pq.ParquetFile(store.path("raw", key))
    assert packed.num_row_groups > 3
    assert packed.metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_command_line_keeps_raw_pages(pages: Path, tmp_path: Path) -> None:
    main(["read", str(pages), "--into", str(tmp_path / "corpus"), "--keep-raw"])
    corpus = Corpus.open(tmp_path / "corpus")
    assert all(map(corpus.raw, corpus.frame["id"]))


# --- names of parts ---------------------------------------------------------------------------------------------

versions = st.integers(1, 10**6)


@given(versions, st.text(max_size=9), st.none() | st.text("0123456789abcdef", min_size=8, max_size=24))
def test_a_key_says_its_parser(version: int, told: str, before: str | None) -> None:
    assert parser_of(key_of(version, told, before)) == version


@given(st.lists(versions, min_size=1, max_size=6, unique=True))
def test_of_a_chain_the_last_counts_and_the_earliest_goes_first(chain: list[int]) -> None:
    keys = ["0" * 24]
    for version in chain:
        keys.append(key_of(version, "x", keys[-1]))
    assert current(keys) == (keys[-1],)
    assert outdated(reversed(keys)) == keys[:-1]
    for n in range(len(keys)):  # wherever the deletion is stopped
        assert current(keys[n:]) == (keys[-1],)


def test_of_two_in_one_place_one_counts() -> None:
    one, other = (key_of(6, text, "a") for text in "xy")
    assert current(["a", one, other, "b"]) == (min(one, other), "b")
    assert outdated(["a", one, other]) == ["a", max(one, other)]


# --- read again -------------------------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["from files", "from what was kept"])
def keep_raw(request: pytest.FixtureRequest) -> bool:
    """Whether raw pages are kept."""
    return bool(request.param)


def test_all_is_read_again_and_in_place(pages: Path, tmp_path: Path, *, keep_raw: bool) -> None:
    before = read_here(pages, tmp_path / "corpus", keep_raw=keep_raw)
    names = texts(before).keys()
    fates, ids = seen(tmp_path / "corpus")
    if keep_raw:
        for path in pages.iterdir():
            path.unlink()
    tally = read_again(tmp_path / "corpus")
    after = Corpus.open(tmp_path / "corpus")
    assert (tally.articles, tally.same_as, tally.set_aside, tally.kept) == (8, 1, 1, 0)
    assert after.fates == fates
    assert texts(after).keys() == names
    assert all(body.endswith(AGAIN) for body in texts(after).values())
    assert [parser_of(key) for key in after.parts] == [99] * len(after.parts)
    for kind in ("articles", "text", "set_aside", *(["raw"] if keep_raw else [])):
        assert len(list((tmp_path / "corpus" / kind).iterdir())) == len(after.parts)
    assert {after.article(i).source for i in ids} == set(ids.values())  # by the ids of before
    same = after.store.query("set_aside", "SELECT of FROM parts WHERE fate = 'same as'")["of"]
    assert set(same) <= set(after.frame["id"])
    assert read_again(tmp_path / "corpus").seen == 0
    assert list(reading(pages, tmp_path / "corpus"))[-1].articles == 0 if not keep_raw else True


def test_ids_lead_through_several_parsers(pages: Path, tmp_path: Path) -> None:
    read_here(pages, tmp_path / "corpus", keep_raw=True)
    _, ids = seen(tmp_path / "corpus")
    for version in (97, 98, 99):
        read_again(tmp_path / "corpus", version)
    after = Corpus.open(tmp_path / "corpus")
    assert {i: after.article(i).source for i in ids} == ids
    assert len(list((tmp_path / "corpus" / "articles").iterdir())) == len(after.parts)


def test_a_page_that_is_gone_or_changed_keeps_its_article(pages: Path, tmp_path: Path) -> None:
    fates = read_here(pages, tmp_path / "corpus").fates
    (pages / "5.txt").unlink()
    (pages / "6.txt").write_text("Another story altogether.\n", encoding="utf-8")
    tally = read_again(tmp_path / "corpus")
    assert tally.kept == 2
    assert "2 kept as they were" in str(tally)
    after = Corpus.open(tmp_path / "corpus")
    assert after.fates == fates
    old = {name for name, body in texts(after).items() if not body.endswith(AGAIN)}
    noted = after.frame[[KEPT in notes for notes in after.frame["notes"]]]
    assert old == {"5.txt", "6.txt"} == {Path(source).name for source in noted["source"]}


def test_where_nothing_can_be_read_again_nothing_changes(pages: Path, tmp_path: Path) -> None:
    before = read_here(pages, tmp_path / "corpus")
    pages.rename(tmp_path / "elsewhere")
    tally = read_again(tmp_path / "corpus")
    assert (tally.kept, tally.set_aside) == (9, 1)
    assert Corpus.open(tmp_path / "corpus").digest == before.digest
    (tmp_path / "elsewhere").rename(pages)
    assert read_again(tmp_path / "corpus").kept == 0  # the disk is there again


def test_a_part_of_before_keeps_its_articles(pages: Path, tmp_path: Path) -> None:
    """An earlier version kept no paths of articles, and named no parser."""
    corpus = read_here(pages, tmp_path / "corpus")
    (key,) = corpus.parts
    store = corpus.store
    for kind in ("articles", "text", "set_aside"):
        store.path(kind, key).rename(store.path(kind, "0" * 24))
    fates = pq.read_table(store.path("set_aside", "0" * 24)).replace_schema_metadata(None)
    pq.write_table(fates.drop_columns(["stage"]), store.path("set_aside", "0" * 24))
    assert parser_of("0" * 24) is None
    aside = Corpus.open(store.folder).rejected
    assert aside["stage"].isna().all()
    (line,) = rereading.about_older(store, store.parts())
    assert line.startswith("8 articles in 1 part were read by an earlier parser: where their pages lie")
    assert read_again(store.folder).kept == 9
    assert store.parts() == ("0" * 24,)


def test_what_two_parts_hold_is_one_input_ever_after(pages: Path, tmp_path: Path) -> None:
    """What was set aside by one part came in with another, by a retry."""
    with pytest.MonkeyPatch.context() as faulty:
        faulty.setattr("newskit.outcome.parse", _broken)
        before = read_here(pages, tmp_path / "corpus")
    assert before.fates == {"article": 2, "newer version of": 0, "same as": 0, "set aside": 8}
    list(retrying(tmp_path / "corpus"))
    retried = Corpus.open(tmp_path / "corpus")
    assert (retried.fates, len(retried.parts)) == (
        {"article": 8, "newer version of": 0, "same as": 1, "set aside": 1},
        2,
    )
    read_again(tmp_path / "corpus")
    after = Corpus.open(tmp_path / "corpus")
    assert after.fates == retried.fates
    assert after.frame["source"].is_unique


def _broken(*_: object, **__: object) -> None:
    raise RecursionError("too deep")


@pytest.fixture
def in_parts(tmp_path: Path) -> Path:
    """A corpus of several parts of three pages each, which come from one archive."""
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(14, 25):
            archive.writestr(f"{n}.txt", STORY.format(place=PLACES[n % 4], n=n))
    with patch.object(newskit.reading, "PART_PAGES", 3):
        read_here(path, tmp_path / "corpus")
    return tmp_path / "corpus"


def test_parts_of_one_archive_are_read_again_together(in_parts: Path, tmp_path: Path) -> None:
    parts = Store.open(in_parts).parts()
    assert len(parts) == 4
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for n in range(14, 25):  # one is gone
            if n != 20:
                archive.writestr(f"{n}.txt", STORY.format(place=PLACES[n % 4], n=n))
    with patch.object(Input, "raws", autospec=True, side_effect=Input.raws) as opened:
        tally = read_again(in_parts)
    assert opened.call_count == 1
    assert (tally.done, tally.kept) == (4, 1)
    old = {name for name, body in texts(Corpus.open(in_parts)).items() if not body.endswith(AGAIN)}
    assert old == {"pages.zip!20.txt"}
    assert len(Store.open(in_parts).parts()) == 4


def test_two_that_read_again_at_once_make_what_one_makes(in_parts: Path, tmp_path: Path) -> None:
    shutil.copytree(in_parts, tmp_path / "alone")
    read_again(tmp_path / "alone")
    with later_parser(), elsewhere(Here()):
        two = [rereading.rereading(in_parts) for _ in range(2)]
        for _ in range(9):
            for one in two:
                next(one, None)
    assert seen(in_parts) == seen(tmp_path / "alone")
    assert Store.open(in_parts).parts() == Store.open(tmp_path / "alone").parts()


def test_what_was_the_same_as_an_article_that_stays_does_so(pages: Path, tmp_path: Path) -> None:
    """The article's page is gone; another page of the same story must not become a second article."""
    fates = read_here(pages, tmp_path / "corpus").fates
    (pages / "4-again.txt").unlink()  # read before 4.txt, so this one is the article
    assert read_again(tmp_path / "corpus").kept == 2
    assert Corpus.open(tmp_path / "corpus").fates == fates


def test_a_fault_of_the_later_parser_costs_no_article(pages: Path, tmp_path: Path) -> None:
    fates = read_here(pages, tmp_path / "corpus").fates
    with later_parser(), patch.object(newskit.outcome, "parse", _broken), elsewhere(Here()):
        *_, tally = rereading.rereading(tmp_path / "corpus")
    assert (tally.articles, tally.kept) == (2, 7)  # the rows of the table are not read by it
    assert Corpus.open(tmp_path / "corpus").fates == fates


def test_a_reader_of_before_is_told_to_open_again(pages: Path, tmp_path: Path) -> None:
    before = read_here(pages, tmp_path / "corpus")
    read_again(tmp_path / "corpus")
    for look in (lambda: before.frame, lambda: before.fates, lambda: before.matching("harbour")):
        with pytest.raises(CorpusError, match=r"was read again meanwhile: open it again, nk.Corpus.open"):
            look()
    with pytest.raises(CorpusError, match="was read again meanwhile"):
        before.store.some_texts(before.parts[0], [0])


def test_the_command_line_says_what_is_older(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = str(tmp_path / "corpus")
    read_here(pages, tmp_path / "corpus")
    main(["check", corpus])
    assert "earlier parser" not in capsys.readouterr().out
    monkeypatch.setattr("newskit.rereading.PARSER_VERSION", 99)
    main(["check", corpus])
    assert f"8 articles in 1 part were read by an earlier parser: newskit retry {corpus} --older" in (
        capsys.readouterr().out
    )
    assert main(["retry", corpus, "--older"]) == 1  # one page was set aside
    out = capsys.readouterr().out
    assert out.startswith("10 pages and rows seen: 8 new articles, 1 the same as")
    assert "earlier parser" not in out


@pytest.mark.parametrize("what", ["fsync", "rename", "write"])
def test_a_write_that_fails_leaves_the_old_part_or_the_new(pages: Path, tmp_path: Path, what: str) -> None:
    old = texts(read_here(pages, tmp_path / "old", keep_raw=True))
    for n in range(1, 13, 3):
        corpus = tmp_path / f"corpus-{n}"
        shutil.copytree(tmp_path / "old", corpus)
        with nth_fails(what, n) as calls, suppress(CorpusError):
            read_again(corpus)
        now = texts(Corpus.open(corpus))
        assert now == old or (now.keys() == old.keys() and all(t.endswith(AGAIN) for t in now.values()))
        read_again(corpus)
        assert all(t.endswith(AGAIN) for t in texts(Corpus.open(corpus)).values())
        assert not list(corpus.rglob("*.tmp"))
        if calls[what] < n:
            return
    pytest.fail("it writes more often than was tried")


# --- stages -----------------------------------------------------------------------------------------------------


def test_what_is_set_aside_says_how_far_it_came(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pages / "torn.jsonl").write_text('{"title": "T", "text": "A text."}\n{torn', encoding="utf-8")
    (pages / "large.txt").write_text(STORY.format(place="large", n=1), encoding="utf-8")
    (pages / "broken.txt").write_text(STORY.format(place="broken", n=2), encoding="utf-8")

    def parse(data: bytes, url: str | None = None) -> object:
        if b"of large" in data:
            raise MemoryError
        if b"of broken" in data:
            raise RecursionError("too deep")
        return parse_page(data, url=url)

    monkeypatch.setattr("newskit.outcome.parse", parse)
    rejected = read_here(pages, tmp_path / "corpus").rejected
    assert {Path(r.source).name: r.stage for r in rejected.itertuples()} == {
        "torn.jsonl#2": "opening",
        "none.html": "parsing",
        "large.txt": "limits",
        "broken.txt": "fault",
    }
