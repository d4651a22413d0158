"""Cache: what can be made again from the parts of a corpus, one Arrow record a file, looked at where it lies."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

__all__ = ["read_record", "write_record"]

_VERSION = b"newskit"


def write_record(record: pa.RecordBatch, version: str, path: Path) -> None:
    """Write a record under a temporary name, then rename it; OSError where the folder cannot be written to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    record = record.replace_schema_metadata({**(record.schema.metadata or {}), _VERSION: version})
    try:
        with pa.OSFile(str(new), "wb") as file, pa.ipc.new_file(file, record.schema) as writer:
            writer.write_batch(record)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def read_record(version: str, path: Path) -> pa.RecordBatch | None:
    """Open a record where it lies; None where there is none, or one of another version, or a damaged one."""
    try:
        with path.open("rb") as file:  # Arrow's own map reads all pages at once
            table = pa.ipc.open_file(pa.py_buffer(mmap(file.fileno(), 0, access=ACCESS_READ)))
        if table.schema.metadata.get(_VERSION) != version.encode():
            return None
        return table.get_batch(0)
    except (OSError, ValueError, AttributeError):  # mmap and Arrow call what they cannot read a wrong value
        return None
