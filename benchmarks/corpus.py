"""Measure how fast a large corpus answers: what an analyst does with it, step by step, each step 25 times.

    python benchmarks/make_corpus.py 1000000 OUT
    python benchmarks/corpus.py OUT                 opens, charts, evidence, search; each in one process, as a notebook
    python benchmarks/corpus.py OUT --copies        also how long the families of copies take, from nothing
    python benchmarks/corpus.py --ingest 100000     pages of HTML through the whole pipeline, and read again

The corpus is opened anew in each of the 25 runs; its catalog and indexes lie on disk, as reading leaves them, and the
operating system may hold the files. p50 and p95 are over the runs, the first included. Memory is the peak of the process that did
all of it, imports included (JupyterLab's own is another process).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from make_corpus import Recipe, Writer

import newskit as nk
from newskit.catalog import catalog_of
from newskit.widgets.evidence import Evidence

RUNS = 25
SINCE, UNTIL = "2016", "2021-06"


@dataclass(frozen=True)
class Step:
    """Something an analyst does: what it is, what it should take at most, and the work."""

    name: str
    target: str
    work: Callable[[], object]


def steps(folder: Path) -> Iterator[Step]:
    """Give the steps, in the order an analyst does them."""
    yield Step("open the corpus", "500 ms", lambda: _opened(folder))
    corpus, book = nk.Corpus.open(folder), nk.Codebook.load("korea-japan")
    hits, topic = nk.tag(corpus, book), book.topics[0].name
    yield Step(
        f"topics per week by outlet, {SINCE} to {UNTIL}: filter, tag, measure",
        "100 ms",
        lambda: nk.measure(nk.tag(corpus.between(SINCE, UNTIL), book), per="week", by="outlet", copies="all"),
    )
    yield Step("share per month, with its denominator", "100 ms", lambda: nk.measure(hits, copies="all"))
    yield Step("co-occurrence of topics", "100 ms", lambda: nk.together(hits))
    point, shown = _busiest(nk.measure(hits, copies="all"), topic), Evidence()
    yield Step("20 articles behind a point, with marked text", "50 ms", lambda: _look(shown, point))
    queries = iter([*_queries(corpus)])
    yield Step(
        "search of a word or phrase, each a new one", "150 ms", lambda: len(corpus.matching(next(queries)))
    )


def _busiest(coverage: nk.Coverage, topic: str) -> nk.Hits:
    rows = coverage.frame[coverage.frame["topic"] == topic]
    return coverage.at(topic, rows.loc[rows["n"].astype(float).idxmax(), "period"])


def _look(shown: Evidence, point: nk.Hits) -> None:
    """Show two pages of the evidence: ten articles each."""
    shown.open(point, "a point")
    shown.forth.click()


def _queries(corpus: nk.Corpus) -> Iterator[str]:
    """Give words and phrases of two words that stand in headlines, in turn; no word that one in fifty begins with."""
    told = corpus.about(np.linspace(0, len(corpus) - 1, 8 * RUNS).astype(int))
    titles = [title.split() for title in told["title"]]
    pairs = [words[:2] for words in titles if len(words) > 1 and all(map(str.isalpha, words[:2]))]
    often = Counter(first for first, _ in pairs)
    rare = [(first, second) for first, second in pairs if often[first] < len(pairs) / 50]
    for n, (first, second) in enumerate(rare):
        yield f'"{first} {second}"' if n % 2 else f'"{first}"'


def _opened(folder: Path) -> int:
    catalog_of.cache_clear()
    return len(nk.Corpus.open(folder))


def run(folder: Path) -> None:
    """Do the steps, and print each as a line of JSON."""
    for step in steps(folder):
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            step.work()
            times.append(time.perf_counter() - started)
        p50, p95 = (float(np.percentile(times, q)) for q in (50, 95))
        told = {
            "step": step.name,
            "target": step.target,
            "p50": p50,
            "p95": p95,
            "first": times[0],
            "peak": _peak_mb(),
        }
        print(json.dumps(told), flush=True)


def _peak_mb() -> float:
    """Give the peak of memory of this process so far, in MB."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# --- pages through the whole pipeline -----------------------------------------------------------------------


def ingest(sizes: list[int]) -> None:
    """Read pages of HTML into a corpus, and read them again; print each size as a row."""
    table("pages of HTML", "pages/s and core", "parser alone", "peak: this process", "a worker", "read again")
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            pages, corpus = Path(scratch, f"pages-{size}"), Path(scratch, f"corpus-{size}")
            write_pages(size, pages)
            alone = _alone(pages)
            took, peak, worker = _in_own_process(pages, corpus)
            again, *_ = _in_own_process(pages, corpus)
            speed = size / took / (os.cpu_count() or 1)
            line(
                f"{size:,}",
                f"{speed:,.1f}",
                f"{alone:,.1f}",
                f"{peak:,.0f} MB",
                f"{worker:,.0f} MB",
                f"{again:,.1f} s",
            )
            shutil.rmtree(pages)


def write_pages(size: int, folder: Path) -> None:
    """Write invented stories as pages with the menus, scripts and links that news pages have."""
    for number, article in enumerate(Writer(Recipe(size), 0).articles(size)):
        path = folder / f"{number // 1000:04}" / f"{number:07}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_page(article, number), encoding="utf-8")


def _page(article: nk.Article, number: int) -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    linked = {
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": str(article.published or ""),
    }
    links = "".join(f'<li><a href="/section/{n}">Section {n} of the paper</a></li>' for n in range(80))
    others = "".join(f'<div class="card"><a href="/story/{n}">Another story {n}</a></div>' for n in range(40))
    script = "<script>" + "window.dataLayer=window.dataLayer||[];" * 250 + "</script>"
    return _PAGE.format(
        language=article.language, title=escape(article.title), outlet=escape(article.outlet or ""), number=number,
        linked=json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c"), links=links, others=others, script=script, body=body,
    )  # fmt: skip


_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} - {outlet}</title>
<link rel="canonical" href="https://news.example/{number}"><meta property="og:site_name" content="{outlet}">
<script type="application/ld+json">{linked}</script>{script}</head><body><header><nav><ul>{links}</ul></nav></header>
<main><article><h1>{title}</h1>{body}</article></main><aside>{others}</aside><footer><ul>{links}</ul></footer></body></html>"""


def _alone(pages: Path) -> float:
    """Give how many pages a second the parser reads by itself, of the first few hundred."""
    some = [path.read_bytes() for path in sorted(pages.rglob("*.html"))[:300]]
    nk.parse(some[0])
    started = time.process_time()
    for page in some:
        with suppress(nk.NotAnArticle):
            nk.parse(page)
    return len(some) / (time.process_time() - started)


def _in_own_process(pages: Path, corpus: Path) -> tuple[float, float, float]:
    """Read, and give the seconds, the peak of memory of the process that reads, and that of its largest worker."""
    command = [sys.executable, __file__, str(pages), "--read-into", str(corpus)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return told["seconds"], told["peak"], told["worker"]


def read_here(pages: Path, corpus: Path) -> None:
    """Read, and print what it took as a line of JSON."""
    started = time.perf_counter()
    nk.read(pages, into=corpus)
    seconds = time.perf_counter() - started
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )
    print(json.dumps({"seconds": seconds, "peak": _peak_mb(), "worker": worker}))


# --- tables -------------------------------------------------------------------------------------------------


def table(*columns: str) -> None:
    """Begin a table."""
    print("\n| " + " | ".join(columns) + " |\n|---|" + "---:|" * (len(columns) - 1), flush=True)


def line(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def answers(folder: Path) -> None:
    """Measure the steps in a process of their own, and print them."""
    corpus = nk.Corpus.open(folder)
    table(
        f"{len(corpus):,} articles, {corpus.rows['outlet'].nunique()} outlets",
        "target",
        "p50",
        "p95",
        "the first time",
        "peak memory so far",
    )
    command = [sys.executable, __file__, str(folder), "--here"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for told in map(json.loads, process.stdout or ()):
            times = (f"{told[name] * 1000:,.0f} ms" for name in ("p50", "p95", "first"))
            line(told["step"], told["target"], *times, f"{told['peak']:,.0f} MB")
    if process.returncode:
        line("stopped", f"exit status {process.returncode}")


def copies(folder: Path) -> None:
    """Measure how long the families of copies take, from nothing."""
    shutil.rmtree(folder / "copies", ignore_errors=True)
    corpus = nk.Corpus.open(folder)
    table("copies", "time", "peak memory")
    for name in ("from nothing", "again"):
        started = time.perf_counter()
        found = nk.copies(corpus)
        took = time.perf_counter() - started
        line(f"{name}: {int((~found['first']).sum()):,} copies", f"{took:,.1f} s", f"{_peak_mb():,.0f} MB")


def main() -> int:
    """Print the tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?", type=Path, help="a corpus folder")
    ask.add_argument("--copies", action="store_true", help="find the families of copies, too")
    ask.add_argument(
        "--ingest", type=int, nargs="+", metavar="N", help="read so many generated pages instead"
    )
    ask.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    ask.add_argument("--read-into", type=Path, help=argparse.SUPPRESS)
    told = ask.parse_args()
    if told.here:
        run(told.folder)
    elif told.read_into:
        read_here(told.folder, told.read_into)
    else:
        print(
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, newskit {nk.__file__}"
        )
        if told.ingest:
            ingest(told.ingest)
        if told.folder:
            answers(told.folder)
            if told.copies:
                copies(told.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
