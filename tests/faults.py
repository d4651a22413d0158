"""Kills, full disks and many at once: what a corpus folder must survive.

    python tests/faults.py --kills 1000 --seconds 60        what `make torture` runs; tests/test_faults.py runs less

Every story is invented. A process that imported newskit once is copied for each reading and each look (os.fork), so
that a kill costs a tenth of a second; in the copy, pages are parsed at home and not by processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq

import newskit as nk
from newskit import outcome, reading, rereading, store
from newskit.errors import CorpusError
from newskit.workers import elsewhere

CODEBOOK = "topics: {harbour: {any: [harbour*]}, talks: {any: [talks, (ministers OR envoys) NEAR/9 met]}}"
PLACES = ("Osan", "Mirae", "Kitahama", "Dorun", "Selvik", "Aramo", "Tessel")
OPENED = 2.0  # seconds in which a corpus opens after a kill


class Here:
    """Runs functions where they are called: the seam that a Dask client takes, too."""

    @dataclass
    class Done:
        """What was run."""

        value: Any

        def result(self) -> Any:
            """Give what came out."""
            return self.value

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Done:
        """Run a function at once."""
        return self.Done(fn(*args))


def write_inputs(folder: Path, pages: int = 24, rows: int = 60, first: int = 0) -> Path:
    """Write pages and a table: articles, some twice, some that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(first, first + pages):
        place, day = PLACES[n % len(PLACES)], 1 + n % 27
        text = (
            f"Ministers of {place} met for round {n} of the talks\n\nPublished 2023-03-{day:02} 10:12\n\n"
            f"Ministers met in {place} on Monday for round {n} of the talks on the harbour, and agreed to meet again.\n\n"
            f"Nobody of the {n + 3} envoys was late, the hosts said, and the harbour stayed open all day.\n"
        )
        _put(folder / f"{n:04}.txt", text if n % 6 else "")
        if n % 5 == 0:
            _put(folder / f"{n:04}-again.txt", text)
    lines = [
        {
            "title": f"Harbour report {n}",
            "text": f"The harbour had {n} ships.",
            "date": f"2023-04-{1 + n % 28:02}",
        }
        for n in range(first, first + rows)
    ]
    torn = ["{torn", json.dumps({"title": "", "text": ""})]
    text = "\n".join([*map(json.dumps, lines), *torn])
    _put(folder / f"table{first}.jsonl", text)
    return folder


def _put(path: Path, text: str) -> None:
    """Write a file whole: half of one, read by another process, would be another page."""
    new = path.with_name(f".{path.name}")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def read(inputs: Path, corpus: Path, *, keep_raw: bool = False) -> None:
    """Read, in parts of a few pages each."""
    with patch.multiple(reading, PART_PAGES=5, PART_ROWS=200), elsewhere(Here()):
        nk.read(inputs, into=corpus, keep_raw=keep_raw)


def state(corpus: Path) -> str:
    """Tell all that a chart of a corpus rests on, as text; raise where anything is damaged."""
    began = time.monotonic()
    held = nk.Corpus.open(corpus)
    frame = held.frame
    took = time.monotonic() - began
    assert took < OPENED, f"opened in {took:.1f} s"
    for key in held.parts:
        held.store.check(key)
    assert frame["id"].is_unique, "an article is there twice"
    hits = nk.tag(held, nk.Codebook.from_text(CODEBOOK))
    numbers = nk.measure(hits, per="day", copies="all").frame.to_csv() if len(held) else "nothing to count"
    return "\n".join([frame.to_csv(), str(held.fates), hits.frame.to_csv(), numbers])


def copied(work: Callable[[], object]) -> int:
    """Begin work in a copy of this process; give its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - the copy must end here, whatever happens
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def done(pid: int) -> bool:
    """Wait for a copy; tell whether it came to its end. Fails where it failed."""
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a copy failed: see above"
    return not os.WIFSIGNALED(status)


def told(corpus: Path, out: Path) -> str:
    """Give the state of a corpus, looked at in a copy."""
    done(copied(lambda: out.write_text(state(corpus), encoding="utf-8")))
    return out.read_text(encoding="utf-8")


# --- kills ------------------------------------------------------------------------------------------------------


def kills(folder: Path, number: int, seed: int) -> Counter[str]:
    """Kill readings at random moments and go on, over and over; each corpus must end as one that nobody disturbed."""
    chance = random.Random(seed)
    inputs = write_inputs(folder / "inputs")
    for name in ("0-first", "0012-second", "z-last"):  # one story, edited; no time tells which is the latest
        row = {"title": "The pier", "text": f"The pier is open, {name}.", "url": "https://gull.example/pier"}
        _put(inputs / f"{name}.jsonl", json.dumps(row))
    began = time.monotonic()
    done(copied(lambda: read(inputs, folder / "right")))
    longest = time.monotonic() - began
    right = told(folder / "right", folder / "state")
    counts = Counter[str]()
    corpus = folder / "corpus-0"
    while counts["kills"] < number:
        pid = copied(lambda corpus=corpus: read(inputs, corpus))  # type: ignore[misc]
        time.sleep(chance.uniform(0, longest))
        os.kill(pid, signal.SIGKILL)
        if done(pid):
            assert told(corpus, folder / "state") == right, f"{corpus} differs from an undisturbed run"
            counts["corpora"] += 1
            corpus = folder / f"corpus-{counts['corpora']}"
            continue
        counts["kills"] += 1
        if (corpus / "articles").is_dir():
            done(copied(lambda corpus=corpus: _looked_at(corpus, folder / "right")))  # type: ignore[misc]
            counts["looks"] += 1
    done(copied(lambda: read(inputs, corpus)))
    assert told(corpus, folder / "state") == right, f"{corpus} differs from an undisturbed run"
    return counts


def _looked_at(corpus: Path, right: Path) -> None:
    """Look at a corpus whose reading was killed: whole articles of the right ones, each once."""
    state(corpus)
    ids, rights = (
        set(nk.Corpus.open(where).store.query("articles", "SELECT id FROM parts")["id"])
        for where in (corpus, right)
    )
    assert ids <= rights, "an article is there that should not be"


# --- writes that fail -------------------------------------------------------------------------------------------


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def nth_fails(what: str, n: int) -> Iterator[Counter[str]]:
    """Let the n-th fsync, rename or write fail; give the count of calls."""
    owner, name = {"fsync": (store.os, "fsync"), "rename": (Path, "replace"), "write": (pq, "write_table")}[
        what
    ]
    real, calls = getattr(owner, name), Counter[str]()

    def counted(*args: Any, **more: Any) -> Any:
        calls[what] += 1
        if calls[what] == n:
            if what == "write":
                args[1].write(b"PAR1 and no more")
            _full()
        return real(*args, **more)

    with patch.object(owner, name, counted):
        yield calls


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let writes fail once so many bytes were written: what still fits is written."""
    real, left = pq.write_table, [size]

    def bounded(table: Any, file: Any, **more: Any) -> None:
        begin = file.tell()
        real(table, file, **more)
        left[0] -= file.tell() - begin
        if left[0] < 0:
            file.truncate(max(0, file.tell() + left[0]))
            _full()

    with patch.object(pq, "write_table", bounded):
        yield


def failing_writes(folder: Path) -> Counter[str]:
    """Let each fsync, rename and write of a small run fail in turn: the old state stays, and the next run mends it."""
    inputs, counts = write_inputs(folder / "inputs", pages=8, rows=20), Counter[str]()
    read(inputs, folder / "right")
    right = state(folder / "right")
    for what in ("fsync", "rename", "write"):
        n = 0
        while True:
            n += 1
            corpus = folder / f"{what}-{n}"
            with nth_fails(what, n) as calls:
                _tried(inputs, corpus)
            if calls[what] < n:
                break
            _mended(inputs, corpus, right)
            counts[what] += 1
    return counts


def full_disks(folder: Path, sizes: int = 20) -> Counter[str]:
    """Let the disk be full at some sizes: the old state stays, and the next run mends it."""
    inputs = write_inputs(folder / "inputs", pages=8, rows=20)
    read(inputs, folder / "right")
    right = state(folder / "right")
    whole = sum(f.stat().st_size for f in (folder / "right").rglob("part-*.parquet"))
    for n in range(sizes):
        corpus = folder / f"full-{n}"
        with disk_of(whole * n // sizes):
            _tried(inputs, corpus)
        _mended(inputs, corpus, right)
    return Counter(sizes=sizes)


def _tried(inputs: Path, corpus: Path) -> None:
    try:
        read(inputs, corpus)
    except CorpusError as error:
        if "No space left" not in str(error):
            raise


def _mended(inputs: Path, corpus: Path, right: str) -> None:
    state(corpus)
    read(inputs, corpus)
    assert state(corpus) == right, f"{corpus} differs from an undisturbed run"
    assert not list(corpus.rglob("*.tmp")), "something temporary stays"


# --- read again by a later parser -----------------------------------------------------------------------------------

READ_PAGE, READ_ROW = outcome.parse, outcome.record


def _later_page(*args: Any, **more: Any) -> nk.Article:
    return _later(READ_PAGE(*args, **more))


def _later_row(*args: Any, **more: Any) -> nk.Article:
    return _later(READ_ROW(*args, **more))


def _later(article: nk.Article) -> nk.Article:
    """Read as a later parser might: each story has another text, and some are none."""
    if "3" in article.title[-1:]:
        raise nk.NotAnArticle("no news")
    return replace(article, paragraphs=(*article.paragraphs, "The harbour was read again."))


@contextmanager
def later_parser(version: int = 99) -> Iterator[None]:
    """Let a later version of the parser read."""
    with (
        patch.object(reading, "PARSER_VERSION", version),
        patch.multiple(outcome, parse=_later_page, record=_later_row),
        patch.object(rereading, "PARSER_VERSION", version),
    ):
        yield


def read_again(corpus: Path) -> reading.Tally:
    """Read again what an earlier parser read, by a later one."""
    with later_parser(), elsewhere(Here()):
        *_, tally = rereading.rereading(corpus)
    return tally


@contextmanager
def nth_step_kills(n: int) -> Iterator[Counter[str]]:
    """Let the n-th write, fsync, rename or deletion be the last thing that this process does; count them."""
    calls = Counter[str]()

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **more: Any) -> Any:
            calls["steps"] += 1
            if calls["steps"] == n:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        return step

    steps = [(store.os, "fsync"), (Path, "replace"), (Path, "unlink"), (pq, "write_table")]
    with ExitStack() as patches:
        for owner, name in steps:
            patches.enter_context(patch.object(owner, name, counted(getattr(owner, name))))
        yield calls


def killed_rereadings(folder: Path, *, keep_raw: bool, every: int = 1) -> Counter[str]:
    """Kill a rereading before each of its steps: each part is the old or the new, and the next rereading mends it."""
    inputs, counts = write_inputs(folder / "inputs", pages=8, rows=8), Counter[str]()
    done(copied(lambda: read(inputs, folder / "old", keep_raw=keep_raw)))
    old = told(folder / "old", folder / "state")
    shutil.copytree(folder / "old", folder / "right")
    done(copied(lambda: read_again(folder / "right")))
    right = told(folder / "right", folder / "state")
    assert old != right
    n, whole = 1 - every, False
    while not whole:
        n += every
        corpus = folder / f"killed-{n}"
        shutil.copytree(folder / "old", corpus)
        whole = done(copied(lambda corpus=corpus, n=n: _killed(corpus, n)))  # type: ignore[misc]
        done(copied(lambda corpus=corpus: _whole(corpus, folder)))  # type: ignore[misc]
        done(copied(lambda corpus=corpus: read_again(corpus)))  # type: ignore[misc]
        assert told(corpus, folder / "state") == right, f"{corpus} differs from an undisturbed run"
        names = [sorted(p.name for p in where.rglob("part-*")) for where in (corpus, folder / "right")]
        assert names[0] == names[1], f"{corpus} holds files of parts that are gone"
        shutil.rmtree(corpus)
        counts["kills"] += not whole
    return counts


def _killed(corpus: Path, n: int) -> None:
    with nth_step_kills(n):
        read_again(corpus)


def _whole(corpus: Path, folder: Path) -> None:
    """Look at a corpus between old and new: each input once, each article one of the old or the new ones."""
    state(corpus)
    held, old, right = (nk.Corpus.open(one) for one in (corpus, folder / "old", folder / "right"))
    assert sum(held.fates.values()) == sum(old.fates.values()) == sum(right.fates.values())
    assert held.frame["source"].is_unique, "an input is there as two articles"
    assert set(held.frame["id"]) <= {*old.frame["id"], *right.frame["id"]}


# --- many at once -----------------------------------------------------------------------------------------------


def many_at_once(folder: Path, seconds: float) -> Counter[str]:
    """Let two writers read the same growing folder into one corpus, and a reader look at it all the while."""
    inputs, corpus = write_inputs(folder / "inputs", pages=6, rows=6), folder / "corpus"
    read(inputs, corpus)
    end = time.monotonic() + seconds
    others = [copied(lambda: _reads_until(end, inputs, corpus)) for _ in range(2)]
    others.append(copied(lambda: _looks_until(end, corpus)))
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        write_inputs(inputs, pages=3, rows=3, first=100 * rounds)
        time.sleep(0.3)
    for pid in others:
        assert done(pid)
    done(copied(lambda: read(inputs, corpus)))
    done(copied(lambda: read(inputs, folder / "right")))
    both = [folder / "articles-there", folder / "articles-right"]
    for where, out in zip((corpus, folder / "right"), both, strict=True):
        done(copied(lambda where=where, out=out: out.write_text(_articles(where))))  # type: ignore[misc]
    assert both[0].read_text() == both[1].read_text(), "other articles than one reader alone"
    return Counter(rounds=rounds)


def _articles(corpus: Path) -> str:
    return "\n".join(sorted(nk.Corpus.open(corpus).frame["id"]))


def _reads_until(end: float, inputs: Path, corpus: Path) -> None:
    while time.monotonic() < end:
        read(inputs, corpus)


def _looks_until(end: float, corpus: Path) -> None:
    before = 0
    while time.monotonic() < end:
        state(corpus)
        now = len(nk.Corpus.open(corpus))
        assert now >= before, "articles went away"
        before = now


def main() -> int:
    """Do it all, and say how often."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, help="a new folder to work in")
    ask.add_argument("--kills", type=int, default=1_000)
    ask.add_argument("--seconds", type=float, default=60, help="of two writers and a reader (default: 60)")
    ask.add_argument("--seed", type=int, default=1)
    known = ask.parse_args()
    print("kills:", dict(kills(known.folder / "kills", known.kills, known.seed)), flush=True)
    for keep in (False, True):
        again = killed_rereadings(
            known.folder / f"again-{keep:d}", keep_raw=keep, every=1 if known.kills >= 1_000 else 9
        )
        print(f"killed rereadings, {'raw pages kept' if keep else 'from files'}:", dict(again), flush=True)
    print("many at once:", dict(many_at_once(known.folder / "many", known.seconds)), flush=True)
    print("failing writes:", dict(failing_writes(known.folder / "writes")), flush=True)
    print("full disks:", dict(full_disks(known.folder / "disks")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
