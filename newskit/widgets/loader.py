"""The loader: pages from a path or a small upload go into a corpus folder, and each input has a fate that is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from newskit.corpus import Corpus
from newskit.errors import BadArgument, NewskitError, SourceError
from newskit.ledger import counts
from newskit.reading import Tally, reading
from newskit.sources import Found, Input, find
from newskit.widgets.page import Markup, join, message, page, show, style, table, text

__all__ = ["Loader"]

_LARGEST_UPLOAD = 8_000_000  # larger ones are lost on the way without a message
_REASONS_SHOWN = 20
_MEANING = {
    "article": "a story of its own",
    "copy of": "prints the story of another again: nk.copies(corpus)",
    "newer version of": "a later text of a story: nk.changes(corpus)",
    "same as": "an article that is there already, from another place",
    "set aside": "no article: the reasons are below, or in corpus.rejected",
    "in all": "nk.ledger(corpus) lists them one by one",
}


class Loader(widgets.VBox):  # type: ignore[misc]
    """Load pages into the corpus folder `into`. `corpus` is what is there now, or None where nothing is."""

    def __init__(self, into: str | Path, paths: str | Path = "") -> None:
        self.path = widgets.Text(description="Path", value=str(paths), layout=_wide())
        self.path.placeholder = "a folder, a file or a glob: my_pages/ or exports/*.csv"
        self.folder = widgets.Text(description="Into", value=str(into), layout=_wide())
        self.folder.placeholder = "the folder where the articles are kept"
        self.columns = widgets.Text(description="Columns", layout=_wide())
        self.columns.placeholder = "only if the guess is wrong: text=story_text, published=date"
        self.look_button = widgets.Button(
            description="Look", icon="search", tooltip="Show what is there, read nothing"
        )
        self.read_button = widgets.Button(description="Read", icon="play", button_style="primary")
        self.upload = widgets.FileUpload(
            multiple=True, description="Upload", tooltip="Small files, to 8 MB; give the path of larger ones"
        )
        self.bar = widgets.IntProgress(layout=_wide())
        self.status, self.plan, self.result = page(), page(), page()
        self.look_button.on_click(lambda _: self._look())
        self.read_button.on_click(lambda _: self._read(self.path.value))
        self.upload.observe(self._uploaded, names="value")
        buttons = widgets.HBox([self.look_button, self.read_button, self.upload])
        rows = [self.path, self.folder, self.columns, buttons, self.bar, self.status, self.plan, self.result]
        super().__init__([style(), *rows])
        self.add_class("nk")
        self.failed = ""
        self.bar.layout.visibility = "hidden"
        if str(paths):
            self._read(paths)
        elif self._stored() is not None:
            self._report()
        else:
            show(self.status, message(f"Nothing has been read into {self.into} yet.", "note"))

    @property
    def into(self) -> Path:
        """The corpus folder that pages go into."""
        if not self.folder.value.strip():
            msg = "No corpus folder is given. Write the name of a new folder, or of a corpus, into 'Into'."
            raise BadArgument(msg)
        return Path(self.folder.value.strip()).expanduser()

    @property
    def corpus(self) -> Corpus | None:
        """The corpus as it is now, or None where nothing has been read yet.

        Raises SourceError where what was asked last failed: a chart of something else would mislead.
        """
        if self.failed:
            raise SourceError(self.failed)
        return self._stored()

    def _stored(self) -> Corpus | None:
        corpus = Corpus.open(self.into) if (self.into / "articles").is_dir() else None
        return corpus if corpus is not None and corpus.parts else None

    def _look(self) -> None:
        with self._shown("Looking"):
            inputs = find(self._paths(self.path.value), self._columns())
            show(self.plan, _plan(inputs))
            show(self.status, message(f"{len(inputs):,} inputs found; nothing read yet.", "note"))

    def _read(self, paths: str | Path | Iterable[Path]) -> None:
        with self._shown("Reading"):
            wanted = self._paths(paths)
            show(self.plan, _plan(find(wanted, self._columns())))
            self.bar.layout.visibility = "visible"
            for tally in reading(wanted, self.into, self._columns()):
                self._progress(tally)
            show(self.status, message(f"{tally}.", "note"))
            self._report()

    def _paths(self, paths: str | Path | Iterable[Path]) -> str | Path | list[Path]:
        if not isinstance(paths, str | Path):
            return list(paths)
        if not str(paths).strip():
            msg = "No path is given. Write a folder, a file or a glob into 'Path', or upload a file."
            raise BadArgument(msg)
        return str(paths).strip()

    def _columns(self) -> dict[str, str] | None:
        pairs = [pair.partition("=") for pair in self.columns.value.split(",") if pair.strip()]
        for field, sign, _ in pairs:
            if not sign:
                msg = f"{field.strip()!r} in 'Columns' is no pair. Write field=column: text=story_text, published=date."
                raise BadArgument(msg)
        return {field.strip(): column.strip() for field, _, column in pairs} or None

    def _progress(self, tally: Tally) -> None:
        self.bar.max, self.bar.value = max(1, tally.total), tally.done
        show(self.status, message(f"{tally} …", "busy"))

    def _uploaded(self, change: dict[str, Any]) -> None:
        files = change["new"]
        if not files:
            return
        saved: list[Path] = []
        with self._shown("Saving the upload"):
            saved += [_save(file, self.into.with_name(self.into.name + "-uploads")) for file in files]
        self.upload.value = ()  # else the files would be saved inside the notebook
        if saved:
            self._read(saved)

    def _report(self) -> None:
        corpus = self._stored()
        if corpus is None:
            return
        found = counts(corpus)
        parts = [_fates(found, self.into), *_reasons(corpus.rejected, sum(found.values()))]
        show(self.result, join(parts) + Markup("<p>{}.</p>").format(corpus.how))

    @contextmanager
    def _shown(self, doing: str) -> Iterator[None]:
        """Show what is under way and what goes wrong; what was read before stays."""
        self.failed = ""
        for place, content in (
            (self.status, message(f"{doing} …", "busy")),
            (self.plan, text("")),
            (self.result, text("")),
        ):
            show(place, content)
        try:
            yield
        except (NewskitError, OSError) as error:
            self.failed = str(error)
            show(self.status, message(self.failed, "error"))
        finally:
            self.bar.layout.visibility = "hidden"


def _wide() -> widgets.Layout:
    return widgets.Layout(width="40rem", max_width="100%")


def _save(file: Any, folder: Path) -> Path:
    """Keep an uploaded file beside the corpus, under its own name, so that it can be read again."""
    if file["size"] > _LARGEST_UPLOAD:
        msg = f"{file['name']!r} has {file['size']:,} bytes; uploads end at 8 MB. Give its path instead."
        raise BadArgument(msg)
    folder.mkdir(parents=True, exist_ok=True)
    name, content = Path(Path(file["name"].replace("\\", "/")).name), bytes(file["content"])
    path = folder / name
    if path.exists() and path.read_bytes() != content:  # another file of that name came before
        path = folder / f"{name.stem}-{hashlib.sha256(content).hexdigest()[:8]}{name.suffix}"
    path.write_bytes(content)
    return path


def _fates(found: dict[str, int], into: Path) -> Markup:
    """Count what became of every input, and say what each fate means."""
    whole = found | {"in all": sum(found.values())}
    rows = [(fate, n, _MEANING[fate]) for fate, n in whole.items()]
    frame = pd.DataFrame(rows, columns=["what became of it", "inputs", "which is"])
    return table(frame, f"Everything ever read into {into}")


def _reasons(rejected: pd.DataFrame, inputs: int) -> Iterator[Markup]:
    """Count the reasons why inputs were set aside, the most frequent first, each with its first input."""
    if rejected.empty:
        return
    by_reason = rejected.groupby(["why", "stage"], dropna=False, as_index=False)
    reasons = by_reason.agg(inputs=("source", "size"), first=("source", "min"))
    reasons = reasons.sort_values(["inputs", "first"], ascending=[False, True])
    more = len(reasons) - _REASONS_SHOWN
    caption = f"Set aside: {len(rejected):,} of {inputs:,} inputs, by reason"
    if more > 0:
        caption += (
            f"; the {_REASONS_SHOWN} most frequent of {len(reasons):,} reasons, corpus.rejected has all"
        )
    shown = reasons.head(_REASONS_SHOWN)[["inputs", "why", "stage", "first"]]
    yield table(shown.rename(columns={"first": "the first of them"}), caption)


def _plan(inputs: Found) -> Markup:
    """Say what kinds of input there are, and which column of each table becomes what."""
    endings, tables = list[tuple[str, str]](), list[Input]()
    for source in inputs:
        endings.append((source.kind, source.path.suffix or "no ending"))
        tables += [source] if source.kind == "table" else []
    kinds = pd.DataFrame(endings, columns=["kind", "file"]).value_counts().sort_index()
    columns = pd.DataFrame(
        [(source.name, _mapping(source)) for source in tables], columns=["table", "field: column"]
    )
    found = table(kinds.reset_index(name="files"), f"What is there: {len(inputs):,} files")
    passed = [message(f"{n:,} {why} passed over", "note") for why, n in inputs.passed_over.items()]
    return join([found, *passed, *([table(columns, "How the columns of tables are read")] if tables else [])])


def _mapping(source: Input) -> str:
    pairs = source.mapping.items()
    return (
        ", ".join(f"{field}: {column}" for field, column in pairs)
        or "no column is known: give them in 'Columns'"
    )
