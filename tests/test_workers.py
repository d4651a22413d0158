"""Workers: what hangs, breaks down or takes too much memory costs one item, and the rest goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newskit import workers
from newskit.errors import LayoutError, WorkerError
from newskit.workers import Stopped, map_batches


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "SECONDS", 1)


def hang_on_zero(item: int) -> int:
    """Never come back from 0."""
    while item == 0:
        time.sleep(0.01)
    return item


def break_down_on_zero(item: int) -> int:
    """Bring the process down on 0."""
    return item or os._exit(3)


def fill_memory_on_zero(item: int) -> int:
    """Ask for 3 GB on 0."""
    return item or len(bytearray(3 << 30))


def print_it(item: int) -> int:
    """Print to where replies go."""
    sys.stdout.write("no reply")
    sys.stdout.flush()
    os.write(1, b"\x00" * 100)
    return item


def refuse_zero(item: int) -> int:
    """Raise on 0 what newskit raises on purpose."""
    if not item:
        raise LayoutError("no layout")
    return item


def process_of(_: int) -> int:
    """Tell the process."""
    time.sleep(0.05)
    return os.getpid()


@pytest.mark.parametrize(
    ("fn", "why"),
    [
        (hang_on_zero, "more than 1 seconds"),
        (break_down_on_zero, "broke down"),
        pytest.param(
            fill_memory_on_zero,
            "want of memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory"),
        ),
    ],
)
def test_one_item_is_stopped_and_all_others_come_back_in_order(fn, why: str) -> None:
    results = list(map_batches(fn, [[1, 2], [3, 0, 4], [5], [0]]))
    stopped = [result for result in results if isinstance(result, Stopped)]
    assert [result for result in results if not isinstance(result, Stopped)] == [1, 2, 3, 4, 5]
    assert [n for n, result in enumerate(results) if isinstance(result, Stopped)] == [3, 6]
    assert all(why in one.why for one in stopped)


def test_what_is_printed_is_no_reply() -> None:
    assert list(map_batches(print_it, [[1, 2], [3]])) == [1, 2, 3]


def test_an_error_raised_on_purpose_comes_through() -> None:
    results = map_batches(refuse_zero, [[1], [0]])
    with pytest.raises(LayoutError, match="no layout"):
        list(results)


def test_nothing_is_sent_far_ahead_of_what_is_taken() -> None:
    taken: list[int] = []

    def batches() -> Iterator[list[int]]:
        for n in range(1_000):
            taken.append(n)
            yield [n]

    results = map_batches(print_it, batches())
    assert next(results) == 0
    results.close()
    assert len(taken) < 200


def test_one_process_stays_for_the_next_call_and_no_other() -> None:
    first = set(map_batches(process_of, [[n] for n in range(20)]))
    again = set(map_batches(process_of, [[0]]))
    assert again <= first
    assert os.getpid() not in first
    (spare,) = workers._SPARE
    others = first - {spare.process.pid}
    assert not [pid for pid in others if _is_running(pid)]


def test_a_client_takes_the_place_of_the_processes() -> None:
    with ThreadPoolExecutor(2) as client:
        assert set(map_batches(process_of, [[1], [2]], client)) == {os.getpid()}


def test_a_process_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SPARE", [])
    monkeypatch.setattr(workers, "_COMMAND", "raise SystemExit(1)")
    with pytest.raises(WorkerError, match="Run this in a terminal"):
        list(map_batches(print_it, [[1]]))


def test_a_script_without_a_guard_is_run_once(tmp_path: Path) -> None:
    """With multiprocessing, each process would run it again."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("Ships came\n\nTwo ships came into the harbour on Monday.\n")
    script = tmp_path / "script.py"
    script.write_text("import newskit as nk\nprint('run')\nprint(len(nk.read('pages', into='corpus')))\n")
    told = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    assert told.stdout.split() == ["run", "1"]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
