"""The demonstration corpus: some 800 invented articles of five invented outlets, written as pages to be read.

The events in it are public and real, from events.csv; every outlet, agency, reporter, quotation and sentence is
invented, and each page says so.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

from platformdirs import user_cache_path

from newskit.corpus import Corpus
from newskit.parse import PARSER_VERSION
from newskit.reading import read
from newskit.sample.write import files, truth

__all__ = ["sample", "sample_pages", "truth"]


def sample(folder: str | Path | None = None) -> Corpus:
    """Give the demonstration corpus: invented articles on real events, read from invented pages.

    Its pages and the corpus lie in `folder`, or else in the user's cache; what is there already is not made again.
    """
    home = _home(folder)
    corpus = read(sample_pages(home / "pages"), into=home / "corpus")
    corpus.store.describe("invented articles of a demonstration")
    return corpus


def sample_pages(folder: str | Path | None = None) -> Path:
    """Write the pages of the demonstration corpus into a folder, and return the folder.

    The same files with the same bytes each time: pasted text and saved HTML, one folder an outlet, a JSON lines
    and a CSV export, and what is there a second time: a web archive and a feed. Without a folder they go to the user's cache.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(found.name for found in sample_pages(folder).iterdir())[:2]
    ['hangang-courier', 'kallang-fortnightly']
    """
    folder = Path(folder) if folder is not None else _home(None) / "pages"
    for source, data in files().items():
        page = folder / source
        if not page.exists() or page.read_bytes() != data:
            _put(page, data)
    return folder


def _home(folder: str | Path | None) -> Path:
    """Give the place of the corpus: in the cache it is named by what is in it, so that an old one is never taken."""
    if folder is not None:
        return Path(folder)
    content = hashlib.sha256(b"".join(files().values())).hexdigest()[:12]
    return user_cache_path("newskit") / f"sample-{content}-{PARSER_VERSION}"


def _put(page: Path, data: bytes) -> None:
    """Write a page whole or not at all: another process may be reading the folder."""
    page.parent.mkdir(parents=True, exist_ok=True)
    new = page.with_name(f".{page.name}.{uuid4().hex}")
    new.write_bytes(data)
    new.replace(page)
