"""The faces of newskit in a notebook: the loader and the explorer."""

from __future__ import annotations

from pathlib import Path

from newskit.codebook import Codebook
from newskit.corpus import Corpus
from newskit.view import View
from newskit.widgets.explorer import Explorer
from newskit.widgets.loader import Loader

__all__ = ["Explorer", "Loader", "explore", "load"]


def explore(corpus: Corpus, codebook: Codebook, view: View | None = None) -> Explorer:
    """Show the explorer: topics over time, the articles behind each point, and the export."""
    return Explorer(corpus, codebook, view)


def load(into: str | Path, paths: str | Path = "") -> Loader:
    """Show the loader: pages from a path or a small upload go into the corpus folder `into`."""
    return Loader(into, paths)
