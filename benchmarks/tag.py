"""Measure how fast newskit indexes and tags text, beside other engines, on one core.

    python benchmarks/tag.py                        on generated text
    python benchmarks/tag.py DATA                   on the news in a folder (see tag_text.py)
    python benchmarks/tag.py DATA --peers           beside re, pandas, flashtext, ahocorasick_rs and spaCy, where installed
    python benchmarks/tag.py --corpus FOLDER        a large corpus, as benchmarks/make_corpus.py makes one

All engines look for the same terms in the same text in one run: words and pairs of words of the text itself, whole
words in any case. Times are those of the processor, all threads together (on an idle machine: the clock's), the best
of some runs; MB are 10^6 bytes of UTF-8. An engine that takes too long for the whole text is measured on stories from
all over it, and the table says on how much. Only ratios compare from machine to machine; below 1.5 they say nothing.

`find` looks all rules up and counts the places; `nk.tag` gives them with their articles, to be counted and charted, in
no order. "In order" is `nk.tag` and what comes where all hits are listed: to put them in order by topic, day and
article. What earlier calls found is forgotten before each run, but for "one term edited": there the other terms are
known. "Made ready" is what comes once before: to read the codebook and work out what it asks for, and of a peer, to
build what it looks terms up in. "Cold" is the first call in a new process; the operating system may hold the files.
Steps on a large corpus are told by the clock and by the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from tag_peers import PEERS, Timed, timed, topics_for
from tag_text import MB, Terms, Text, cjk, codebook_text, english

import newskit as nk
import newskit.index
from newskit.codebook import Rule
from newskit.index import Index
from newskit.query import parse_query
from newskit.reading import PART_ROWS, PART_SIZE
from newskit.store import Store

TARGETS = {
    "index build, English": "30 MB/s",
    "index build, Korean and Japanese": "15 MB/s",
    "index on disk": "2x",
    "60": "5 ms",
    "1000": "30 ms",
    "20000": "300 ms",
    "rules": "+ 5 ms",
}


# --- what is measured: here alone the inside of newskit is known ----------------------------------------------


def build(text: Text) -> int:
    """Index some stories; give how many words they have."""
    return len(Index.build((title, body, "") for title, body in text.stories))


def made_ready(text: str) -> nk.Codebook:
    """Read a codebook, and work out what is to be looked up: nk.tag does that once, at its first call."""
    codebook = nk.Codebook.from_text(text)
    _ = sys.modules["newskit.tag"]._plan(codebook).many.table  # noqa: SLF001 - nk.tag is the verb
    return codebook


def find(corpus: nk.Corpus, codebook: nk.Codebook) -> int:
    """Look up all rules in all parts, as nk.tag does, and put nothing in order; give how many places they have."""
    forget_hits()
    found = sys.modules["newskit.tag"]._found(corpus.store, corpus.parts, codebook)  # noqa: SLF001 - as above
    return len(found.columns["article"])


def forget_hits() -> None:
    """Forget what each rule found in each part, as if all rules were new."""
    newskit.index._OPENED.forget_found()  # noqa: SLF001 - the one place that must know
    sys.modules["newskit.tag"]._found.cache_clear()  # noqa: SLF001 - nk.tag is the verb


def index_bytes(corpus: nk.Corpus) -> int:
    """How large the index of a corpus is on disk; 0 where none is kept there."""
    return sum(f.stat().st_size for f in (corpus.store.folder / "index").rglob("*") if f.is_file())


def first_rows(hits: nk.Hits, topic: str) -> int:
    """Show the first 50 hits of a topic in their context."""
    return len(nk.kwic(hits, topic, page=1))


def stored(text: Text, folder: Path) -> nk.Corpus:
    """Make a corpus of some stories, in parts as reading tables makes them."""
    store, articles = Store.create(folder), list(text.articles())
    size = min(PART_ROWS, int(len(articles) * PART_SIZE / text.size))
    for at in range(0, len(articles), size):
        store.write(f"{at:08}", articles[at : at + size], ())
    return nk.Corpus.open(folder)


# --- time and memory ----------------------------------------------------------------------------------------


def best(work: Callable[[], object], budget: float, before: Callable[[], object] = lambda: None) -> float:
    """Give the seconds of the fastest of up to 1,000 runs (1 where one takes longer than the budget, in seconds)."""
    times: list[float] = []
    while len(times) < 1_000 and (not times or sum(times) < budget):
        before()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def forget_peak() -> None:
    """Begin to measure the peak of memory anew, where the system can (Linux)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """Give the peak of memory since then, of this process, in MB."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# --- tables -------------------------------------------------------------------------------------------------


def table(*columns: str) -> None:
    """Begin a table."""
    print("\n| " + " | ".join(columns) + " |\n|---|" + "---:|" * (len(columns) - 1))


def line(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def index_rows(texts: dict[str, Text], budget: float) -> None:
    """Measure how fast text is indexed."""
    table("index build", "target", "MB/s", "million words/s", "text")
    for name, text in texts.items():
        words = build(text)
        spent = best(lambda text=text: build(text), budget)  # type: ignore[misc]
        speed, rate = text.size / MB / spent, words / 1e6 / spent
        told = f"{text.size / MB:.0f} MB: {text.origin}"
        line(name, TARGETS.get(f"index build, {name}", ""), f"{speed:.1f}", f"{rate:.2f}", told)


@dataclass(frozen=True)
class Tagged:
    """What newskit took for some terms: to find them, for nk.tag, and for nk.tag with all hits put in order."""

    terms: list[str]
    found: int
    find: float
    tag: float
    in_order: float


def tag_rows(corpus: nk.Corpus, text: Text, counts: list[int], budget: float) -> list[Tagged]:
    """Measure newskit on the text, index warm: terms, and rules on top of the fewest."""
    terms = Terms.of(text)
    table(
        "newskit, index warm",
        "target",
        "find",
        "nk.tag",
        "in order",
        "one term edited",
        "places",
        "made ready",
    )
    rows = [_tagged(corpus, terms.draw(count), budget) for count in counts]
    ruled = _tagged(corpus, rows[0].terms, budget, terms.rules())
    extra = (getattr(ruled, name) - getattr(rows[0], name) for name in ("find", "tag", "in_order"))
    places = f"{ruled.found - rows[0].found:,}"
    line(
        "ten Boolean and NEAR rules on top",
        TARGETS["rules"],
        *(f"+ {_ms(more)}" for more in extra),
        "",
        places,
        "",
    )
    size = index_bytes(corpus)
    line(
        "index on disk",
        TARGETS["index on disk"],
        f"{size / text.size:.2f}x" if size else "none kept",
        *[""] * 5,
    )
    return rows


def _tagged(corpus: nk.Corpus, terms: list[str], budget: float, rules: Sequence[str] = ()) -> Tagged:
    started = time.process_time()
    codebook = made_ready(codebook_text(terms, topics_for(len(terms)), rules))
    read = time.process_time() - started
    found = find(corpus, codebook)
    spent = best(lambda: find(corpus, codebook), budget)
    tagged = best(lambda: nk.tag(corpus, codebook), budget, before=forget_hits)
    in_order = best(lambda: nk.tag(corpus, codebook).places, budget, before=forget_hits)
    edited = cycle([*_edited(codebook)])
    again = best(lambda: nk.tag(corpus, next(edited)), budget)
    if not rules:
        line(
            f"{len(terms):,} terms",
            TARGETS.get(str(len(terms)), ""),
            _ms(spent),
            _ms(tagged),
            _ms(in_order),
            _ms(again),
            f"{found:,}",
            _ms(read),
        )
    return Tagged(terms, found, spent, tagged, in_order)


def _edited(codebook: nk.Codebook) -> Iterator[nk.Codebook]:
    """Give the codebook with another first term, some times over."""
    first, *others = codebook.topics
    for term in ("bridge", "harvest", "tunnel", "orchard", "railway", "lantern"):
        rule = Rule(term, parse_query(term))
        yield replace(codebook, topics=(replace(first, any=(rule, *first.any[1:])), *others))


def peer_rows(rows: list[Tagged], text: Text, budget: float) -> None:
    """Measure the peers on the same terms and text."""
    table(
        "terms",
        "engine",
        "find is faster",
        "nk.tag is faster",
        f"{text.size / MB:.0f} MB take",
        "MB/s",
        "places/MB",
        "measured on",
        "made ready",
    )
    for row in rows:
        for peer in PEERS:
            if peer.missing:
                line(f"{len(row.terms):,}", peer.name, *["not installed"] * 2, *[""] * 5)
            else:
                started = time.process_time()
                engine = peer.ready(row.terms)
                ready = time.process_time() - started
                _peer_line(row, peer.name, timed(engine, text.slice, text.size, budget), text.size, ready)


def _peer_line(row: Tagged, name: str, took: Timed, size: int, ready: float) -> None:
    all_of_it = took.rescaled(size)
    line(
        f"{len(row.terms):,}", name, f"{all_of_it / row.find:,.0f}x", f"{all_of_it / row.tag:,.1f}x", f"{all_of_it:,.2f} s",
        f"{took.size / MB / took.seconds:,.2f}", f"{took.found / took.size * MB:,.0f}",
        f"{took.size / MB:,.1f} MB, best of {took.runs}", _ms(ready),
    )  # fmt: skip


# --- a large corpus -----------------------------------------------------------------------------------------


def corpus_steps(folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give what an analyst does with a large corpus, step by step in one process."""
    held: dict[str, Any] = {}
    shipped = nk.Codebook.load("korea-japan")
    first, *others = shipped.topics
    rule = Rule("embassy OR consulate", parse_query("embassy OR consulate"))
    edited = replace(shipped, topics=(replace(first, any=(*first.any, rule)), *others))

    def opened() -> int:
        held["corpus"] = nk.Corpus.open(folder)
        return len(held["corpus"])

    def tagged(codebook: nk.Codebook) -> int:
        held["hits"] = nk.tag(held["corpus"], codebook)
        return len(held["hits"])

    yield "open the corpus, and its frame", opened
    yield "re-tag the shipped codebook, cold", lambda: tagged(shipped)
    yield "the same again", lambda: tagged(shipped)
    forget_hits()
    yield "re-tag the shipped codebook, all rules new", lambda: tagged(shipped)
    yield "one edited rule, warm", lambda: tagged(edited)
    yield "kwic of one topic, first 50 rows, cold", lambda: first_rows(held["hits"], first.name)
    yield "kwic of one topic, first 50 rows, warm", lambda: first_rows(held["hits"], first.name)


def run_corpus(folder: Path) -> None:
    """Do the steps, and print each as a line of JSON."""
    for name, step in corpus_steps(folder):
        forget_peak()
        started, spent = time.perf_counter(), time.process_time()
        rows = step()
        took = {"clock": time.perf_counter() - started, "processor": time.process_time() - spent}
        told = {"step": name, **took, "rows": rows, "peak": peak_mb()}
        print(json.dumps(told), flush=True)


def corpus_rows(folder: Path) -> None:
    """Measure a large corpus in a new process."""
    table(f"corpus {folder.name}", "time", "of the processor", "peak memory of the process", "rows")
    command = [sys.executable, __file__, "--corpus", str(folder), "--here"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for told in map(json.loads, process.stdout or ()):
            line(
                told["step"],
                _ms(told["clock"]),
                _ms(told["processor"]),
                f"{told['peak']:,.0f} MB",
                f"{told['rows']:,}",
            )
    if process.returncode:
        line("stopped", f"exit status {process.returncode}", "", "", "")
    corpus = nk.Corpus.open(folder)
    size = index_bytes(corpus)
    line(
        "index on disk", f"{size / MB:,.0f} MB" if size else "none kept", "", "", f"{len(corpus.parts)} parts"
    )


def main() -> int:
    """Print the tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", nargs="?", type=Path, help="a folder with news (default: text is generated)")
    ask.add_argument("--peers", action="store_true", help="measure other engines beside newskit")
    ask.add_argument("--corpus", type=Path, help="measure this corpus folder instead")
    ask.add_argument(
        "--size", type=float, default=58, help="MB of English text (default: 58); a fifth of it of CJK"
    )
    ask.add_argument(
        "--terms", type=int, nargs="+", default=[60, 1000, 20_000], help="how many are looked for"
    )
    ask.add_argument(
        "--budget", type=float, default=10, help="seconds for the runs of one figure (default: 10)"
    )
    ask.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    told = ask.parse_args()
    if told.here:
        run_corpus(told.corpus)
        return 0
    print(f"Python {platform.python_version()}, {platform.machine()}, numpy {np.__version__}", end="")
    print("".join(f", without {names}" for names in [os.environ.get("NPY_DISABLE_CPU_FEATURES")] if names))
    if told.corpus:
        corpus_rows(told.corpus)
        return 0
    texts = {
        "English": english(told.data, int(told.size * MB)),
        "Korean and Japanese": cjk(told.data, int(told.size * MB / 5)),
    }
    index_rows(texts, told.budget)
    text = texts["English"]
    with tempfile.TemporaryDirectory() as folder:
        rows = tag_rows(stored(text, Path(folder) / "corpus"), text, told.terms, told.budget)
    if told.peers:
        peer_rows(rows, text, told.budget)
    return 0


if __name__ == "__main__":
    sys.exit(main())
