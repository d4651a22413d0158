"""Unchanged: pages that an earlier reading went through and that lie there as they were, so that none is opened again.

pages.arrow    a digest of path, size and time of change of each such page: a cache, which may be deleted and comes back
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from newskit.cache import read_record, write_record
from newskit.seen import Seen, digest_of
from newskit.sources import Input
from newskit.store import Store

__all__ = ["Unchanged", "state_of"]

_VERSION = "pages 2"
_SETTLED = 2_000_000_000  # nanoseconds: what changed less long ago may change again in one tick
_PARTS = b"parts"


class Unchanged:
    """The pages that earlier readings went through, each as it lay there; forgotten where a part of then is gone."""

    def __init__(self, store: Store, parts: Sequence[str]) -> None:
        self.store = store
        record = read_record(_VERSION, self._path)
        told = record is not None and set(record.schema.metadata[_PARTS].decode().split()) <= set(parts)
        self.known = Seen(memoryview(record["pages"][0].as_buffer()) if record is not None and told else b"")
        self.grown = False

    @property
    def _path(self) -> Path:
        return self.store.folder / "pages.arrow"

    def holds(self, source: Input) -> bool:
        """Tell whether a page lies where an earlier reading found it, as it was."""
        state = state_of(source)
        return state is not None and state in self.known

    def note(self, state: bytes | None) -> None:
        """Take up a page that was gone through; `state` is how it lay there before."""
        if state is not None:
            self.known.add(state)
            self.grown = True

    def save(self) -> None:
        """Keep what is known, after all of it was written; a folder that cannot be written to keeps nothing."""
        if not self.grown:
            return
        told = {_PARTS: " ".join(self.store.parts())}
        record = pa.RecordBatch.from_pydict({"pages": [bytes(self.known)]})
        with suppress(OSError):
            write_record(record.replace_schema_metadata(told), _VERSION, self._path)


def state_of(source: Input) -> bytes | None:
    """Give a digest of how a file lies there: path, name for a reader, size and time of change; None where not sure."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    sure = stat.S_ISREG(found.st_mode) and time.time_ns() - found.st_mtime_ns > _SETTLED
    place = os.path.abspath(source.path)  # noqa: PTH100 - a link is a place of its own, and this is called often
    return digest_of(f"{place}\0{source.name}\0{found.st_size}\0{found.st_mtime_ns}") if sure else None
