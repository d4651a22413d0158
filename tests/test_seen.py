"""What was gone through is remembered in a few bytes of each page, and nothing is taken for what it is not."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.reading import Reader
from newskit.seen import Ids, Seen, digest_of
from newskit.sources import Refused, find
from newskit.store import Store

PAGES = 4_000
NAMES = st.sampled_from(["a", "b", "a\0b", "", "\udcff", "기사"])


@given(st.lists(st.tuples(st.booleans(), NAMES)))
def test_seen_is_a_set(steps: list[tuple[bool, str]]) -> None:
    seen, expected = Seen(), set[str]()
    for comes, name in steps:
        (seen.add if comes else seen.discard)(digest_of(name))
        (expected.add if comes else expected.discard)(name)
        assert {one for one in ("a", "b", "a\0b", "", "\udcff", "기사") if digest_of(one) in seen} == expected
    assert len(bytes(seen)) == 16 * len(expected)
    assert bytes(Seen(bytes(seen))) == bytes(seen)


@given(st.lists(st.tuples(NAMES, st.one_of(st.none(), NAMES))))
def test_ids_lead_as_a_dictionary_does(steps: list[tuple[str, str | None]]) -> None:
    ids, expected = Ids(), dict[str, str]()
    for parsed, kept in steps:
        if kept is None:
            ids.pop(parsed)
            expected.pop(parsed, None)
        else:
            ids[parsed] = expected[parsed] = kept
        assert all((one in ids, ids.get(one)) == (one in expected, expected.get(one)) for one, _ in steps)


def bytes_a_page(work: Callable[[], object]) -> float:
    """Give how many bytes of each page are held after some work on all of them."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / PAGES * bool(kept)
    finally:
        tracemalloc.stop()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for n in range(PAGES):
        path = tmp_path / "pages" / f"{n // 500:04}" / f"{n:07}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "pages"


def test_what_was_found_takes_few_bytes_a_page(pages: Path) -> None:
    find(pages)  # what is set up once does not count
    assert bytes_a_page(lambda: find(pages)) < 40


def test_what_was_read_takes_few_bytes_a_page(tmp_path: Path) -> None:
    reader = Reader(Store.create(tmp_path / "corpus"), ())

    def settle() -> bool:
        for n in range(PAGES):
            name = f"{n:016x}"
            reader.ids[name] = name
            assert reader.is_new(Refused(f"pages/{n // 500:04}/{n:07}.html", "", name * 2))
        return True

    assert bytes_a_page(settle) < 60
