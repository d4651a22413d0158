"""The index of a part as a file: Arrow's own format, so that it is looked at where it lies and never loaded."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newskit.index.part import Index
from newskit.index.vocabulary import KEY, Vocabulary

__all__ = ["INDEX_VERSION", "read_index", "write_index"]

INDEX_VERSION = 3  # raise it whenever texts are cut, folded or told apart in another way
_VERSION = b"newskit index"
_ARRAYS = ("kinds", "begins", "postings", "gap", "bounds", "sentences", "paragraphs")


def write_index(index: Index, path: Path) -> None:
    """Write an index under a temporary name, then rename it; OSError where the folder cannot be written to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    batch = _batch(index)
    try:
        with pa.OSFile(str(new), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def read_index(path: Path) -> Index | None:
    """Open an index where it lies; None where there is none, or one of another version, or a damaged one."""
    try:
        with path.open("rb") as file:  # Arrow's own map reads all pages at once
            table = pa.ipc.open_file(pa.py_buffer(mmap(file.fileno(), 0, access=ACCESS_READ)))
        if table.schema.metadata.get(_VERSION) != str(INDEX_VERSION).encode():
            return None
        batch = table.get_batch(0)
    except (OSError, ValueError, AttributeError):  # mmap and Arrow call what they cannot read a wrong value
        return None
    columns = {name: batch.column(name).values for name in batch.schema.names}
    vocabulary = Vocabulary(columns["types"], columns["forms"], _keys(columns["keys"]))
    return Index(vocabulary, *(columns[name].to_numpy() for name in _ARRAYS))


def _batch(index: Index) -> pa.RecordBatch:
    """Put everything into one row of lists: they have lengths of their own."""
    words = index.vocabulary
    keys = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(words.keys.itemsize), len(words), [None, pa.py_buffer(words.keys)]
    )
    columns = {"types": words.types, "forms": words.forms, "keys": keys}
    columns |= {name: pa.array(getattr(index, name)) for name in _ARRAYS}
    rows = {
        name: pa.LargeListArray.from_arrays(pa.array([0, len(c)], pa.int64()), c)
        for name, c in columns.items()
    }
    batch = pa.RecordBatch.from_pydict(rows)
    return batch.replace_schema_metadata({_VERSION: str(INDEX_VERSION)})


def _keys(column: Any) -> NDArray[np.bytes_]:
    return np.frombuffer(column.buffers()[1], KEY, len(column), column.offset * np.dtype(KEY).itemsize)
