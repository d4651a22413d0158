"""Pages that were fetched, as they came: one file each, a line that says what it is and then the bytes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from newskit.errors import CorpusError
from newskit.sources.raw import digest

__all__ = ["Page", "load", "path_of", "save"]


@dataclass(frozen=True)
class Page:
    """A page as it came, unpacked: `url` is where it was found in the end, `type` its Content-Type."""

    url: str
    type: str
    body: bytes


def path_of(folder: Path, address: str) -> Path:
    """Give the file that keeps the page of an address."""
    return folder / f"{digest(address.encode('utf-8', 'replace'))}.page"


def save(folder: Path, address: str, page: Page) -> None:
    """Write a page under a temporary name, then rename it; CorpusError where the folder cannot be written to."""
    told = {"address": address, "url": page.url, "type": page.type, "sha": digest(page.body)}
    told["fetched"] = datetime.now(UTC).isoformat(timespec="seconds")
    path = path_of(folder, address)
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with new.open("xb") as file:
            file.write(json.dumps(told).encode() + b"\n" + page.body)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        msg = f"Cannot write {str(path)!r}: {error.strerror}. What was fetched before is kept; make room and read again."
        raise CorpusError(msg) from error
    finally:
        new.unlink(missing_ok=True)


def load(folder: Path, address: str) -> Page | None:
    """Read the page of an address; None where none is kept, or a damaged one."""
    try:
        head, _, body = path_of(folder, address).read_bytes().partition(b"\n")
        told = json.loads(head)
        whole = told["address"] == address and told["sha"] == digest(body)
        return Page(told["url"], told["type"], body) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
