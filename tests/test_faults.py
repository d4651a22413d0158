"""A corpus folder survives kills, full disks and many at once (see faults.py; `make torture` does it at length)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from newskit import Corpus, reading
from newskit.reading import read
from newskit.store import Store

FAULTS = Path(__file__).with_name("faults.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_nothing_is_lost_doubled_or_half_written(tmp_path: Path) -> None:
    command = [sys.executable, str(FAULTS), str(tmp_path / "work"), "--kills", "100", "--seconds", "8"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "kills",
        "killed rereadings, from files",
        "killed rereadings, raw pages kept",
        "many at once",
        "failing writes",
        "full disks",
    ]


def write_pages(folder: Path, count: int) -> None:
    folder.mkdir()
    for n in range(count):
        told = f"Two ships came into the harbour of Osan on Monday, number {n} said."
        (folder / f"{n}.txt").write_text(f"Ships came, report {n}\n\n{told}\n", encoding="utf-8")


def test_a_part_that_another_process_wrote_meanwhile_stays(tmp_path: Path) -> None:
    """Another process settles the same inputs while this one looks what is there."""
    write_pages(tmp_path / "pages", 3)
    known = reading._known

    def slowly(store: Store, *parts: object) -> object:
        found = known(store, *parts)
        with patch.object(reading, "_known", known):
            read(tmp_path / "pages", into=store.folder)
        return found

    with patch.object(reading, "_known", slowly):
        corpus = read(tmp_path / "pages", into=tmp_path / "corpus")
    assert len(corpus) == len(Corpus.open(tmp_path / "corpus")) == 3


def test_what_a_killed_reading_left_half_written_is_swept(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "corpus")
    old, new = (store.folder / "articles" / f".new-{name}.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    Store.create(tmp_path / "corpus")
    assert not old.exists()
    assert new.exists()  # another process may be writing it


def test_a_reading_that_a_script_leaves_open_does_not_hold_it(tmp_path: Path) -> None:
    """What is not yet written when Python ends is read the next time."""
    write_pages(tmp_path / "pages", 60)
    script = (
        "import sys; from newskit.reading import reading; left = reading(*sys.argv[1:]); print(next(left))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "pages"), str(tmp_path / "corpus")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "50 new articles" in done.stdout
    assert len(read(tmp_path / "pages", into=tmp_path / "corpus")) == 60
