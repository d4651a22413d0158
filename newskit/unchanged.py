"""Unchanged: pages that an earlier reading went through and that lie there as they were, so that none is opened again.

pages.arrow    path, size and time of change of each such page: a cache, which may be deleted and comes back
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from newskit.cache import read_record, write_record
from newskit.sources import Input
from newskit.store import Store

__all__ = ["Unchanged", "state_of"]

_VERSION = "pages 1"
_SETTLED = 2_000_000_000  # nanoseconds: what changed less long ago may change again in one tick
_PARTS = b"parts"
_HALVES = re.compile("[\ud800-\udfff]")  # in a path that is no text, which no file of ours can hold

State = tuple[str, int, int]


class Unchanged:
    """The pages of earlier readings: path -> name, size and time of change; forgotten where a part of then is gone."""

    def __init__(self, store: Store, parts: Sequence[str]) -> None:
        self.store = store
        record = read_record(_VERSION, self._path)
        self.known: dict[str, State] = {}
        if record is not None and set(record.schema.metadata[_PARTS].decode().split()) <= set(parts):
            columns = record.to_pydict()
            states = zip(columns["name"], columns["size"], columns["changed"], strict=True)
            self.known = dict(zip(columns["path"], states, strict=True))
        self.grown = False

    @property
    def _path(self) -> Path:
        return self.store.folder / "pages.arrow"

    def holds(self, source: Input) -> bool:
        """Tell whether a page lies where an earlier reading found it, as it was."""
        known = self.known.get(_place(source))
        return known is not None and known == state_of(source)

    def note(self, source: Input, state: State | None) -> None:
        """Take up a page that was gone through; `state` is how it lay there before."""
        place = _place(source)
        if state is not None and not _HALVES.search(place):
            self.known[place] = state
            self.grown = True

    def save(self) -> None:
        """Keep what is known, after all of it was written; a folder that cannot be written to keeps nothing."""
        if not self.grown:
            return
        columns = dict(zip(("name", "size", "changed"), zip(*self.known.values(), strict=True), strict=True))
        told = {_PARTS: " ".join(self.store.parts())}
        record = pa.RecordBatch.from_pydict({"path": list(self.known), **columns})
        with suppress(OSError):
            write_record(record.replace_schema_metadata(told), _VERSION, self._path)


def state_of(source: Input) -> State | None:
    """Say how a file lies there: its name for a reader, size and time of change; None where that is not sure."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    sure = stat.S_ISREG(found.st_mode) and time.time_ns() - found.st_mtime_ns > _SETTLED
    return (source.name, found.st_size, found.st_mtime_ns) if sure else None


def _place(source: Input) -> str:
    return os.path.abspath(source.path)  # noqa: PTH100 - a link is a place of its own, and this is called often
