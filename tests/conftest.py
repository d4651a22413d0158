"""What many tests share."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from lab import browser, lab, open_notebook  # noqa: F401 - fixtures

from newskit import Article, Codebook, Corpus
from newskit.store import Fate, Store

ROOT = Path(__file__).parent.parent

# A test is never timed, and where a change is judged it is judged by the same cases each time.
settings.register_profile("newskit", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("newskit")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs beside the checkout; a user has none, and the test is skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("no ../shared beside this checkout")
    return folder


@pytest.fixture
def make_corpus(tmp_path: Path) -> Callable[..., Corpus]:
    """Write articles straight into a new corpus folder."""

    def made(*articles: Article, fates: Sequence[Fate] = ()) -> Corpus:
        store = Store.create(tmp_path / "corpus")
        key = hashlib.sha256("".join(a.id for a in articles).encode()).hexdigest()[:8]
        store.write(key, articles, fates)
        return Corpus.open(store.folder)

    return made


@pytest.fixture(scope="session")
def codebook(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    """Give a small codebook of two topics."""
    path = tmp_path_factory.mktemp("codebooks") / "small.yaml"
    path.write_text(
        "codebook: Small\nversion: 1\ntopics:\n"
        "  forced labor:\n    any: ['\"forced lab*r\"', 강제징용, 徴用工]\n"
        "  Fukushima:\n    any: [Fukushima, 후쿠시마, 福島]\n",
        encoding="utf-8",
    )
    return Codebook.load(path)
