"""The faces of newskit in a notebook: the loader and the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newskit.codebook import Codebook
from newskit.corpus import Corpus
from newskit.view import View

if TYPE_CHECKING:
    from newskit.widgets.explorer import Explorer
    from newskit.widgets.loader import Loader

__all__ = ["explore", "load"]


def explore(corpus: Corpus, codebook: Codebook, view: View | None = None) -> Explorer:
    """Show the explorer: topics over time, the articles behind each point, and the export."""
    from newskit.widgets.explorer import Explorer  # noqa: PLC0415 - widgets take a second to import

    return Explorer(corpus, codebook, view)


def load(into: str | Path, paths: str | Path = "") -> Loader:
    """Show the loader: pages from a path or a small upload go into the corpus folder `into`."""
    from newskit.widgets.loader import Loader  # noqa: PLC0415 - widgets take a second to import

    return Loader(into, paths)
