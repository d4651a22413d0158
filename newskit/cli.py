"""The command line: newskit lab, parse, read, chart, run, check, retry, sample."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

import newskit as nk
from newskit.errors import BadArgument, NewskitError
from newskit.ledger import counts
from newskit.outcome import outcome
from newskit.reading import Tally, reading, retrying
from newskit.rereading import about_older, rereading
from newskit.sources import Found, Web, find
from newskit.store import Fate, Store

__all__ = ["main"]

_FINE, _LEFT_OVER, _WRONG_CALL = 0, 1, 2
_TABLES_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 where all went well, 1 where something was set aside or differs, 2 for a wrong call."""
    parser = _parser()
    known, rest = parser.parse_known_args(arguments)
    if rest and known.command is not _lab:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    known.rest = rest
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _say  # type: ignore[assignment]
            return int(known.command(known))
    except NewskitError as error:
        print(f"newskit: {error}", file=sys.stderr)
        return _WRONG_CALL
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FINE
    except KeyboardInterrupt:
        kept = "; what was parsed so far is kept" if known.command in (_read, _retry) else ""
        print(f"newskit: stopped{kept}", file=sys.stderr)
        return 130


def _say(warning: Warning | str, *_: object) -> None:
    """Show a warning as the sentence it is, without the line of code that gave it."""
    print(f"newskit: {warning}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newskit", description="From pages as they come to a chart that can be defended."
    )
    parser.add_argument("--version", action="version", version=f"newskit {version('newskit')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open JupyterLab on notebooks/; other options go to jupyter lab")
    lab.add_argument(
        "--folder", type=Path, default=Path("notebooks"), help="the folder to open (default: notebooks)"
    )
    lab.set_defaults(command=_lab)

    parse = commands.add_parser("parse", help="show what is taken from pages, tables and archives")
    parse.add_argument("paths", nargs="+", metavar="FILE")
    parse.add_argument("--json", action="store_true", help="one JSON object a line")
    parse.set_defaults(command=_parse)

    _add_read(commands)
    _add_chart(commands)

    run = commands.add_parser("run", help="run a notebook from top to bottom and keep what it exports")
    run.add_argument("notebook", type=Path)
    run.add_argument("-p", dest="parameters", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    run.add_argument("--out", required=True, type=Path, metavar="DIR")
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="count what became of every input, and look at every part")
    check.add_argument("corpus", metavar="CORPUS")
    check.set_defaults(command=_check)

    retry = commands.add_parser("retry", help="read again what was set aside, for instance after an update")
    retry.add_argument("corpus", metavar="CORPUS")
    retry.add_argument("--fetch", action="store_true", help="ask again for addresses that could not be had")
    retry.add_argument(
        "--older", action="store_true", help="read again what an earlier parser read, not what was set aside"
    )
    retry.set_defaults(command=_retry)

    sample = commands.add_parser("sample", help="write the invented pages of the demonstration into a folder")
    sample.add_argument("folder", metavar="DIR")
    sample.set_defaults(command=_sample)
    return parser


def _add_read(commands: Any) -> None:
    read = commands.add_parser("read", help="read pages, tables and archives into a corpus folder")
    read.add_argument("paths", nargs="+", metavar="PATH")
    what = read.add_mutually_exclusive_group(required=True)
    what.add_argument("--into", metavar="CORPUS")
    what.add_argument("--list", action="store_true", help="say how each path would be read, and read nothing")
    read.add_argument(
        "--columns",
        type=_pairs,
        nargs="+",
        default=[],
        metavar="FIELD=COLUMN",
        help="text=story_text published=date",
    )
    read.add_argument(
        "--fetch", action="store_true", help="fetch the addresses among the paths or in a file of them"
    )
    read.add_argument(
        "--keep-raw", action="store_true", help="keep what is read as it came in, compressed, in the corpus"
    )
    read.set_defaults(command=_read)


def _add_chart(commands: Any) -> None:
    chart = commands.add_parser(
        "chart", help="tag, measure and export a chart with its data, evidence and method"
    )
    chart.add_argument("corpus", metavar="CORPUS")
    chart.add_argument("codebook", metavar="CODEBOOK", nargs="?", default="korea-japan")
    chart.add_argument("--topics", nargs="+", default=[], metavar="TOPIC")
    chart.add_argument("--since", help="a year, month or day: 2023, 2023-02, 2023-02-14")
    chart.add_argument("--until", help="the same; included")
    chart.add_argument("--outlets", nargs="+", default=[], metavar="NAME")
    chart.add_argument("--languages", nargs="+", default=[], metavar="CODE")
    chart.add_argument("--per", default="month", help="day, week, month, quarter or year (default: month)")
    chart.add_argument("--by", help="a panel for each outlet, language or section")
    chart.add_argument("--show", default="share", help="share or count (default: share)")
    chart.add_argument(
        "--copies",
        default="once",
        help="once: a story counts once; all: each copy counts; own: without agency copy (default: once)",
    )
    chart.add_argument("--search", default="", metavar="QUERY")
    chart.add_argument("--out", required=True, metavar="DIR")
    chart.set_defaults(command=_chart)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        msg = f"{text!r} is no pair NAME=VALUE"
        raise argparse.ArgumentTypeError(msg)
    return name, value


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read one pair, or several with commas between them."""
    return [_pair(pair) for pair in re.split(r",(?=\w+=)", text)]


def _lab(known: argparse.Namespace) -> int:
    if not known.folder.is_dir():
        msg = f"No folder {str(known.folder)!r} here. Go to the folder that holds notebooks/, or name one: newskit lab --folder DIR."
        raise BadArgument(msg)
    print("Preparing the demonstration corpus …", flush=True)
    print(f"Ready: {nk.sample().how}.", flush=True)
    os.execve(  # noqa: S606 - no shell is wanted
        sys.executable,
        [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={known.folder.resolve()}", *known.rest],
        _environment(_processor()),
    )


def _environment(processor: str) -> dict[str, str]:
    """Give what JupyterLab and its kernels find set: our settings of Jupyter, and fast sorting.

    On AMD's Zen 4 (of family 25, as Zen 3, which has no AVX-512) numpy sorts with AVX-512 in five times the time that
    it takes with AVX2 (github.com/numpy/x86-simd-sort/issues/6); newskit sorts much. numpy knows these names from 2.4
    on. What the user has set stays.
    """
    ours = str(Path(__file__).parent / "lab")
    paths = os.pathsep.join(filter(None, [ours, os.environ.get("JUPYTER_CONFIG_PATH")]))
    slow = "AuthenticAMD" in processor and re.search(r"family\s*:?\s*25\b", processor, re.IGNORECASE)
    fast = {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL"} if slow else {}
    return fast | os.environ | {"JUPYTER_CONFIG_PATH": paths}


def _processor() -> str:
    """Give what the system tells of its processor: Linux in a file, others in a word."""
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")[:1_000]
    except OSError:
        return platform.processor()


def _parse(known: argparse.Namespace) -> int:
    left_over = 0
    for source in find(known.paths):
        for raw in source.raws():
            result = outcome(raw)
            left_over += isinstance(result, Fate)
            print(_as_json(result) if known.json else _as_text(result))
    return _LEFT_OVER if left_over else _FINE


def _as_json(result: nk.Article | Fate) -> str:
    if isinstance(result, Fate):
        return json.dumps({"source": result.source, "set_aside": True, "why": result.why}, ensure_ascii=False)
    return json.dumps(result.as_dict(), ensure_ascii=False)


def _as_text(result: nk.Article | Fate) -> str:
    if isinstance(result, Fate):
        return f"{result.source}\n  set aside: {result.why}\n"
    fields = {name: value for name, value in result.as_dict().items() if value not in (None, [], {}, "")}
    fields["paragraphs"] = f"{len(result.paragraphs)}, from {result.body[:60]!r} to {result.body[-40:]!r}"
    return f"{result.source}\n" + "".join(f"  {name}: {value}\n" for name, value in fields.items())


def _read(known: argparse.Namespace) -> int:
    columns = dict(chain.from_iterable(known.columns)) or None
    inputs = find(known.paths, columns, Web.of_corpus(known.into or "", fetch=known.fetch))
    if known.list:
        return _list(inputs)
    for source in [source for source in inputs if source.kind == "table"][:_TABLES_SHOWN]:
        print(f"{source.name}: " + ", ".join(f"{field}={column}" for field, column in source.mapping.items()))
    steps = reading(known.paths, known.into, columns, fetch=known.fetch, keep_raw=known.keep_raw)
    return _with_progress(steps, known.into)


def _list(inputs: Found) -> int:
    """Say of each input what it is taken for, and of tables which column becomes what."""
    kinds = Counter[str]()
    for source in inputs:
        kinds[source.kind] += 1
        columns = ", ".join(f"{field}={column}" for field, column in source.mapping.items())
        print(f"{source.kind:<9} {source.name}{': ' if columns else ''}{columns}")
    print(f"{len(inputs):,} inputs: {', '.join(f'{n:,} {kind}' for kind, n in sorted(kinds.items()))}")
    for why, number in inputs.passed_over.items():
        print(f"  {number:,} {why} passed over")
    return _FINE


def _retry(known: argparse.Namespace) -> int:
    steps = rereading(known.corpus) if known.older else retrying(known.corpus, fetch=known.fetch)
    return _with_progress(steps, known.corpus)


def _with_progress(steps: Iterator[Tally], folder: str) -> int:
    with tqdm(unit=" inputs", disable=not sys.stderr.isatty()) as bar:
        for tally in steps:
            bar.total = tally.total
            bar.update(tally.done - bar.n)
            bar.set_postfix(articles=tally.articles, same_as=tally.same_as, set_aside=tally.set_aside)
    print(f"{tally}.")
    corpus = nk.Corpus.open(folder)
    _print_fates(corpus)
    return _LEFT_OVER if tally.set_aside or tally.kept else _FINE


_LISTED = {
    "copy of": "nk.copies(corpus) shows what each keeps",
    "newer version of": "nk.changes(corpus) shows what was added and cut",
}


def _print_fates(corpus: nk.Corpus) -> None:
    print(f"In {corpus.store.folder} now: {corpus.how}")
    fates = counts(corpus)  # finds the copies, so that the first chart need not wait for them
    for fate, count in fates.items():
        print(f"  {count:>9,} {fate}{f': {_LISTED[fate]}' if count and fate in _LISTED else ''}")
    print(f"  {sum(fates.values()):>9,} inputs in all: nk.ledger(corpus) lists them")
    reasons = corpus.rejected["why"].value_counts()
    for why, count in list(reasons.items())[:10]:
        print(f"  set aside {count:,} x {why}")
    for line in about_older(corpus.store, corpus.parts):
        print(f"  {line}")


def _chart(known: argparse.Namespace) -> int:
    corpus, codebook = nk.Corpus.open(known.corpus), nk.Codebook.load(known.codebook)
    view = nk.View(
        topics=tuple(known.topics),
        outlets=tuple(known.outlets),
        languages=tuple(known.languages),
        since=known.since,
        until=known.until,
        per=known.per,
        show=known.show,
        by=known.by,
        copies=known.copies,
        search=known.search,
    )
    coverage = view.coverage(corpus, codebook)
    paths = nk.export(coverage, known.out, known.show)
    print(coverage.summary.replace(". ", ".\n"))
    print(f"Written to {known.out}: {', '.join(path.name for path in paths)}")
    return _FINE if len(paths) == _ALL_EXPORTS else _LEFT_OVER


_ALL_EXPORTS = 7


def _run(known: argparse.Namespace) -> int:
    """Run a notebook in a process of its own; its `out` parameter is where it exports to."""
    import papermill  # noqa: PLC0415 - slow to import, and only this command needs it
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    if not known.notebook.is_file():
        msg = f"No notebook {str(known.notebook)!r}. See `ls notebooks`."
        raise BadArgument(msg)
    out = known.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    parameters = {name: _value(text) for name, text in known.parameters} | {"out": str(out)}
    _check_parameters(known.notebook, parameters)
    try:
        papermill.execute_notebook(
            str(known.notebook),
            str(out / known.notebook.name),
            parameters,
            progress_bar=sys.stderr.isatty(),
            store_widget_state=False,
        )
    except PapermillExecutionError as error:
        print(f"newskit: {known.notebook} stopped: {error.evalue}", file=sys.stderr)
        return _LEFT_OVER
    print(f"Written to {out}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return _FINE


def _value(text: str) -> Any:
    """Read a parameter as JSON where it is a number, a truth value, null or a list; else it is text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, dict | str) else value


def _check_parameters(notebook: Path, given: dict[str, Any]) -> None:
    import papermill  # noqa: PLC0415

    known = papermill.inspect_notebook(str(notebook))
    for name in given:
        if name not in known:
            msg = f"No parameter {name!r} in {notebook}.{nk.errors.nearest(name, known)} There are: {', '.join(known)}."
            raise BadArgument(msg)


def _check(known: argparse.Namespace) -> int:
    store = Store.open(known.corpus)
    wrong = {key: why for key in store.parts() if (why := _damage(store, key))}
    for why in wrong.values():
        print(why)
    _print_fates(nk.Corpus(store, tuple(key for key in store.parts() if key not in wrong)))
    print(f"{len(store.parts()):,} parts, {len(wrong)} of them damaged")
    return _LEFT_OVER if wrong else _FINE


def _damage(store: Store, key: str) -> str | None:
    """Say what is wrong with a part; None where nothing is."""
    try:
        store.check(key)
    except NewskitError as error:
        return str(error)
    return None


def _sample(known: argparse.Namespace) -> int:
    folder = nk.sample_pages(known.folder)
    print(
        f"Invented pages for a demonstration written to {folder}. Read them: newskit read {folder} --into CORPUS"
    )
    return _FINE


if __name__ == "__main__":
    sys.exit(main())
