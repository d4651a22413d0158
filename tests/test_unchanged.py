"""Pages that lie there as they were are not opened again; whatever is not sure is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from newskit import sources
from newskit.corpus import Corpus
from newskit.reading import Tally, read, reading
from newskit.workers import elsewhere

STORY = "Harbour talks {n}\n\nThe ministers of two invented towns met {n} times and agreed on a bridge over the river.\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "more").mkdir(parents=True)
    for n in range(4):
        put(folder / ("more" if n % 2 else ".") / f"{n}.txt", STORY.format(n=n))
    put(folder / "rows.jsonl", '{"title": "A row", "text": "A row tells of talks in a harbour."}\n')
    return folder


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    with elsewhere(ThreadPoolExecutor(1)):
        yield


def put(path: Path, text: str, ago: float = 60) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - ago,) * 2)


def read_again(pages: Path, corpus: Path) -> tuple[Tally, int]:
    """Read again; give the tally, and how many files were opened."""
    with patch.object(sources, "_opened", wraps=sources._opened) as opened:
        *_, tally = reading(pages, corpus)
    return tally, len({call.args[0] for call in opened.call_args_list})


def test_only_what_is_no_page_is_opened_again(pages: Path, tmp_path: Path) -> None:
    fates = read(pages, into=tmp_path / "corpus").fates
    tally, opened = read_again(pages, tmp_path / "corpus")
    assert (tally.already, tally.seen, tally.articles, opened) == (5, 5, 0, 1)
    assert (tally.done, tally.total) == (5, 5)
    assert Corpus.open(tmp_path / "corpus").fates == fates


@pytest.mark.parametrize("ago", [30, -30])
def test_a_page_that_was_changed_is_read(pages: Path, tmp_path: Path, ago: float) -> None:
    read(pages, into=tmp_path / "corpus")
    put(pages / "0.txt", STORY.format(n=7), ago)  # of the same size
    tally, _ = read_again(pages, tmp_path / "corpus")
    assert (tally.articles, tally.already) == (1, 4)


def test_what_changed_a_moment_ago_is_looked_at_again(pages: Path, tmp_path: Path) -> None:
    """It may change once more within one tick of the clock."""
    put(pages / "0.txt", STORY.format(n=8), ago=0)
    read(pages, into=tmp_path / "corpus")
    assert read_again(pages, tmp_path / "corpus")[1] == 2


@pytest.mark.parametrize("harm", [b"torn", b""])
def test_a_cache_that_is_damaged_or_gone_costs_time_alone(pages: Path, tmp_path: Path, harm: bytes) -> None:
    read(pages, into=tmp_path / "corpus")
    (tmp_path / "corpus" / "pages.arrow").write_bytes(harm)
    tally, opened = read_again(pages, tmp_path / "corpus")
    assert (tally.already, tally.articles, opened) == (5, 0, 5)
    assert read_again(pages, tmp_path / "corpus")[1] == 1


def test_where_a_part_is_gone_its_pages_are_read_again(pages: Path, tmp_path: Path) -> None:
    corpus = read(pages, into=tmp_path / "corpus")
    (key,) = corpus.parts
    corpus.store.path("articles", key).unlink()
    tally, _ = read_again(pages, tmp_path / "corpus")
    assert (tally.articles, tally.already) == (5, 0)


def test_a_page_under_another_name_is_looked_at(pages: Path, tmp_path: Path) -> None:
    """The same file named from its own folder has another name for a reader."""
    read(pages, into=tmp_path / "corpus")
    tally, _ = read_again(pages / "more", tmp_path / "corpus")
    assert (tally.same_as, tally.already, tally.articles) == (2, 0, 0)
    assert read_again(pages, tmp_path / "corpus")[0].already == 5


def test_what_a_killed_reading_saw_is_read(pages: Path, tmp_path: Path) -> None:
    """Nothing is remembered of a reading that did not end."""
    steps = reading(pages, tmp_path / "corpus")
    with (
        patch("newskit.reading.Reader.write", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        list(steps)
    tally, _ = read_again(pages, tmp_path / "corpus")
    assert (tally.articles, tally.already) == (5, 0)


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_page_whose_name_is_no_text_is_known_like_others(pages: Path, tmp_path: Path) -> None:
    os.rename(pages / "0.txt", os.fsencode(pages) + b"/\xff.txt")  # noqa: PTH104 - bytes
    read(pages, into=tmp_path / "corpus")
    assert read_again(pages, tmp_path / "corpus")[1] == 1
