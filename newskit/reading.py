"""Reading: pages, rows and archives go into a corpus folder, and each input gets its one fate."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from newskit.article import Article
from newskit.corpus import Corpus
from newskit.errors import BadArgument, CorpusError
from newskit.index import index_of
from newskit.outcome import columns_of, outcome, set_aside
from newskit.parse import PARSER_VERSION, second_look
from newskit.parts import key_of
from newskit.seen import Ids, Seen, digest_of
from newskit.sources import Found, Input, PassedOver, Raw, Refused, Web, find, is_address
from newskit.store import Beside, Fate, Store
from newskit.unchanged import Unchanged, state_of
from newskit.workers import Stopped, map_batches

__all__ = [
    "Pending",
    "Reader",
    "Tally",
    "batches",
    "read",
    "reading",
    "retrying",
    "told_of",
]

Paths = str | Path | Iterable[str | Path]

# A part is written when it holds 500 pages, or rows of a table that are so many or so large: a page takes far longer
# to parse, and what was parsed since the last part is lost when the process is killed.
PART_PAGES, PART_ROWS, PART_SIZE = 500, 100_000, 64_000_000
_RAWS_A_REPORT = 50
_BATCH, _BATCH_BYTES = 64, 2_000_000  # pages and rows, and bytes of them, that one process parses at a time


@dataclass(frozen=True)
class Tally:
    """How far a reading is: inputs done and in all, and what became of the pages and rows in them.

    `articles`, `same_as`, `set_aside`, `already` (read by an earlier call) and `kept` (could not be read again, and
    stays as it was) add up to `seen`. `passed_over` says which files were not taken for inputs at all: why, and how many.
    """

    done: int
    total: int
    articles: int = 0
    same_as: int = 0
    set_aside: int = 0
    already: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)
    kept: int = 0

    @property
    def seen(self) -> int:
        """All pages and rows so far."""
        return self.articles + self.same_as + self.set_aside + self.already + self.kept

    def __str__(self) -> str:
        kept = f", {self.kept:,} kept as they were, for they could not be read again" if self.kept else ""
        passed = "".join(f"; {n:,} {why} passed over" for why, n in self.passed_over.items())
        return (
            f"{self.seen:,} pages and rows seen: {self.articles:,} new articles, {self.same_as:,} the same as one "
            f"that is there, {self.set_aside:,} set aside, {self.already:,} read before{kept}{passed}"
        )


def read(
    paths: Paths,
    into: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    *,
    fetch: bool = False,
    keep_raw: bool = False,
) -> Corpus:
    """Read pages, tables and archives into a corpus folder; what is there already is not read again.

    `paths` are files, folders or globs. `columns` maps the fields of Article (and "text") to the columns of
    a table where the usual names do not fit: {"text": "story_text", "published": "date"}. Without `into`
    the corpus lies in a temporary folder that goes with the process. A bad page is set aside and counted
    (`corpus.rejected`); a path that does not exist raises SourceError. Pages are parsed in processes of their own, on all
    cores, each within limits of time and memory (`newskit.workers.elsewhere` takes them to a Dask cluster). Addresses among the paths, or in a file of addresses, are fetched with
    `fetch=True` alone. With `keep_raw` the pages and rows that are read now are kept in the corpus as they came in,
    compressed: `corpus.raw(id)` gives them back, and a later parser can read them again.
    """
    folder = Path(into) if into is not None else _temporary()
    for _ in reading(paths, folder, columns, fetch=fetch, keep_raw=keep_raw):
        pass
    return Corpus.open(folder)


def reading(
    paths: Paths,
    into: str | Path,
    columns: Mapping[str, str] | None = None,
    *,
    fetch: bool = False,
    keep_raw: bool = False,
) -> Iterator[Tally]:
    """Read as read() does, and give a Tally every so often; the last one is complete."""
    inputs = find(paths, columns, Web.of_corpus(into, fetch=fetch))
    _require_apart(inputs, Path(os.path.realpath(Path(into).expanduser())))
    store = Store.create(into)
    unchanged = Unchanged(store, store.parts())
    fresh = inputs.without(unchanged.holds)
    reader = Reader(store, store.parts() if fresh else (), keep_raw=keep_raw)
    for source in fresh:
        reader.require_same_columns(source)
    there = len(inputs) - len(fresh)
    reader.pass_by(there)
    for tally in _steps(reader, fresh, unchanged):
        passed_over = Counter(tally.passed_over) + Counter(inputs.passed_over)
        yield replace(tally, passed_over=dict(passed_over), done=tally.done + there, total=len(inputs))
    unchanged.save()


def retrying(folder: str | Path, *, fetch: bool = False) -> Iterator[Tally]:
    """Read again what was set aside, for instance after an update; give a Tally every so often.

    What comes in now counts as an article from then on. A file that is gone stays set aside, and so does an address
    without `fetch`.
    """
    corpus = Corpus.open(folder)
    aside = corpus.rejected
    reader = Reader(corpus.store, corpus.store.parts())
    again = zip(aside["source"], aside["sha"], strict=True)
    for source, sha in again:
        if sha or fetch:  # an address has no digest
            reader.known.discard(_pair(source, sha))
    files = aside[["input", "path"]].dropna().drop_duplicates().to_numpy()
    web = Web.of_corpus(folder, fetch=fetch)
    inputs = [
        Input(Path(path), name, reader.columns_before(name), web)
        for name, path in files
        if Path(path).exists() or (fetch and is_address(name))
    ]
    yield from _steps(reader, inputs)


def _steps(
    reader: Reader, inputs: Found | Sequence[Input], pages: Unchanged | None = None
) -> Iterator[Tally]:
    sent: deque[Pending] = deque()
    found = map_batches(outcome, batches(_fresh(reader, inputs, pages), sent))
    try:
        for fate in found:
            pending = sent.popleft()
            reader.settle(pending, fate)
            if reader.seen % _RAWS_A_REPORT == 0:
                yield reader.tally(pending.done, len(inputs))
    except (KeyboardInterrupt, GeneratorExit):  # stopped by hand: what was parsed is kept
        if not sys.is_finalizing():  # threads have stopped by then, and Arrow would wait for them for ever
            reader.write()
        raise
    finally:
        found.close()
    reader.write()
    yield reader.tally(len(inputs), len(inputs))


@dataclass(frozen=True)
class Pending:
    """A page or row that waits to be parsed, the input that it stands in, and how many inputs were done before."""

    raw: Raw | Refused
    source: Input
    done: int


P = TypeVar("P", bound=Pending)


def _fresh(reader: Reader, inputs: Iterable[Input], pages: Unchanged | None) -> Iterator[Pending]:
    """Give the pages and rows that no earlier reading settled; count what archives hold beside them."""
    for done, source in enumerate(inputs):
        state = state_of(source)
        found: list[Raw | Refused | PassedOver] = []
        for raw in source.raws():
            found = [*found[:1], raw]
            if isinstance(raw, PassedOver):
                reader.passed_over.update(raw.counts)
            elif reader.is_new(raw):
                yield Pending(raw, source, done)
        if pages is not None and [raw.source for raw in found if isinstance(raw, Raw)] == [source.name]:
            pages.note(state)


def batches(pending: Iterable[P], sent: deque[P]) -> Iterator[list[Raw | Refused]]:
    """Put together what a process parses at a time: enough to keep it busy, little enough to be tried again."""
    batch: list[Raw | Refused] = []
    size = 0
    for one in pending:
        sent.append(one)
        batch.append(one.raw)
        if isinstance(one.raw, Raw):  # a page from the web was waited for: it goes on at once
            size += _BATCH_BYTES if is_address(one.raw.source) else one.raw.size
        if len(batch) == _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Reader:
    """Gives each page and row its one fate, and writes a part when enough have come together."""

    def __init__(self, store: Store, parts: Sequence[str], *, keep_raw: bool = False) -> None:
        self.store, self.parts, self.keep_raw = store, parts, keep_raw
        self.known, self.ids = _known(store, parts)
        self.counts: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()
        self.seen, self.weight = 0, 0.0
        self.articles: list[tuple[Article, Input]] = []
        self.fates: list[Fate] = []
        self.raws: list[Raw] = []
        self.inputs: dict[str, str] = {}

    def columns_before(self, name: str) -> dict[str, str]:
        """Give field -> column of a table as an earlier reading took them; empty where there was none."""
        sql = "SELECT origin FROM parts WHERE starts_with(source, ?) LIMIT 100"
        origins = self.store.query("articles", sql, [f"{name}#"])["origin"] if self.parts else ()
        return {pair[0]: pair[1] for origin in origins for pair in columns_of(json.loads(origin))}

    def require_same_columns(self, source: Input) -> None:
        """Refuse a table that was read with other columns before: each of its rows would come in again."""
        for name, column in self.columns_before(source.name).items() if source.mapping else ():
            now = source.mapping.get(name)
            if now != column:
                msg = (
                    f"{source.name} was read into this corpus with {name} in the column {column!r}, now it is {now!r}: "
                    f"its rows would come in twice. Name a new folder, or give columns={{{name!r}: {column!r}}}."
                )
                raise CorpusError(msg)

    def pass_by(self, pages: int) -> None:
        """Count pages that lie there as an earlier reading settled them."""
        self.seen += pages
        self.counts["already"] += pages

    def is_new(self, raw: Raw | Refused) -> bool:
        """Tell whether no earlier reading settled a page or row."""
        pair = _pair(raw.source, raw.sha)
        if pair in self.known:
            self.seen += 1
            self.counts["already"] += 1
            return False
        self.known.add(pair)
        return True

    def settle(self, pending: Pending, found: Article | Fate | Stopped) -> None:
        """Give a page or row its fate."""
        self.seen += 1
        raw = pending.raw
        if isinstance(found, Stopped):
            found = set_aside(raw, "limits", found.why)
        self.give(found, pending.source)
        self.inputs[pending.source.name] = _place(pending.source)
        if self.keep_raw and isinstance(raw, Raw):
            self.raws.append(raw)
        self.weight += _weight(raw, kept=self.keep_raw)
        if self.weight >= 1:
            self.write()

    def write(self) -> None:
        """Write what has come together as one part, named by what is in it."""
        articles = self.looked_at_together()
        self.fates = [replace(fate, of=self.ids.get(fate.of)) for fate in self.fates]
        if articles or self.fates:
            settled: list[Article | Fate] = [*articles, *self.fates]
            key = key_of(PARSER_VERSION, told_of(settled))
            # To the microsecond: what was read first stands in an earlier part, or in an earlier row of it.
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            self.store.write(key, articles, self.fates, Beside(self.raws, self.inputs, read=now))
            index_of(self.store, key)  # so that the first chart need not wait for it
        self.articles, self.fates, self.raws, self.inputs, self.weight = [], [], [], {}, 0.0

    def tally(self, done: int, total: int) -> Tally:
        """Say how far the reading is."""
        c = self.counts
        fates = c["article"], c["same as"], c["set aside"], c["already"]
        return Tally(done, total, *fates, dict(self.passed_over), c["kept"])

    def give(self, outcome: Article | Fate, source: Input) -> None:
        """Take an article, or what else became of a page or row, into the next part."""
        if isinstance(outcome, Article) and outcome.id in self.ids:
            outcome = Fate(outcome.source or "", outcome.sha or "", "same as", of=outcome.id)
        if isinstance(outcome, Article):
            self.ids[outcome.id] = outcome.id
            self.articles.append((outcome, source))
            self.counts["article"] += 1
        else:
            shown = os.fsencode(_place(source)).decode("utf-8", "replace")  # a name need not be text
            self.fates.append(replace(outcome, input=source.name, path=shown))
            self.counts[outcome.fate] += 1

    def looked_at_together(self) -> list[Article]:
        """Leave out what pages of one outlet share; what then is the same as another is no article of its own."""
        pairs, self.articles = self.articles, []
        for (article, source), looked in zip(pairs, second_look([a for a, _ in pairs]), strict=True):
            if looked.id != article.id and looked.id in self.ids:
                self.counts["article"] -= 1
                self.ids[article.id] = self.ids.get(looked.id) or looked.id
                self.give(Fate(looked.source or "", looked.sha or "", "same as", of=looked.id), source)
            else:
                self.ids[article.id] = self.ids[looked.id] = looked.id
                self.articles.append((looked, source))
        return [article for article, _ in self.articles]


def _place(source: Input) -> str:
    return os.path.realpath(source.path)  # `Path.resolve` raises where links go round


def _weight(raw: Raw | Refused, *, kept: bool) -> float:
    """Tell how much of a part a page or row fills; a page by its size only where it is kept."""
    page = isinstance(raw, Raw) and raw.fields is None
    size = raw.size if isinstance(raw, Raw) and (kept or not page) else 0
    return max(1 / (PART_PAGES if page else PART_ROWS), size / PART_SIZE)


def _require_apart(inputs: Found, corpus: Path) -> None:
    """Refuse to read a corpus folder into itself; it keeps what is fetched for it."""
    inside = inputs.files.inside(corpus)
    if inside is not None:
        msg = f"{inside!r} lies in the corpus folder itself. Keep pages and corpus in folders of their own."
        raise BadArgument(msg)


def told_of(settled: Iterable[Article | Fate]) -> str:
    """Tell what a part is named by: its inputs and their fates.

    Another process may have settled the same inputs in another way, so the fate is a part of the name.
    """
    return "\x1e".join(sorted(f"{x.source}\x1f{x.sha}\x1f{_fate(x)}" for x in settled))


def _fate(settled: Article | Fate) -> str:
    return settled.id if isinstance(settled, Article) else f"{settled.fate} {settled.of}"


def _known(store: Store, parts: Sequence[str]) -> tuple[Seen, Ids]:
    """Give the inputs that parts settled, and the ids of their articles; read part by part, for they may be many.

    Both are of the same parts: what another process writes meanwhile is in neither.
    """
    inputs, ids = Seen(), Ids()
    for key in parts:
        articles = store.columns("articles", key, ("source", "sha", "id"))
        for rows in (articles, store.columns("set_aside", key, ("source", "sha"))):
            for source, sha in zip(rows["source"].to_pylist(), rows["sha"].to_pylist(), strict=True):
                inputs.add(_pair(source, sha))
        for name in articles["id"].to_pylist():
            ids[name] = name
    return inputs, ids


def _pair(source: str, sha: str) -> bytes:
    return digest_of(f"{source}\0{sha}")


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="newskit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
