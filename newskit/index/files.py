"""The index of a part as a file: Arrow's own format, so that it is looked at where it lies and never loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newskit.cache import read_record, write_record
from newskit.index.part import Index
from newskit.index.vocabulary import KEY, Vocabulary

__all__ = ["INDEX_VERSION", "read_index", "write_index"]

INDEX_VERSION = 4  # raise it whenever texts are cut, folded or told apart in another way
_VERSION = f"index {INDEX_VERSION}"
_ARRAYS = ("kinds", "begins", "postings", "gap", "bounds", "nearly", "sentences", "paragraphs")


def write_index(index: Index, path: Path) -> None:
    """Write an index; OSError where the folder cannot be written to."""
    write_record(_batch(index), _VERSION, path)


def read_index(path: Path) -> Index | None:
    """Open an index where it lies; None where there is none, or one of another version, or a damaged one."""
    record = read_record(_VERSION, path)
    if record is None:
        return None
    columns = {name: record.column(name).values for name in record.schema.names}
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
    return pa.RecordBatch.from_pydict(rows)


def _keys(column: Any) -> NDArray[np.bytes_]:
    return np.frombuffer(column.buffers()[1], KEY, len(column), column.offset * np.dtype(KEY).itemsize)
