"""The faces of newskit in a notebook: the loader and the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newskit.codebook import Codebook
from newskit.corpus import Corpus
from newskit.view import View

if TYPE_CHECKING:
    import pandas as pd
    from ipywidgets import VBox

    from newskit.widgets.explorer import Explorer
    from newskit.widgets.loader import Loader
    from newskit.widgets.page import Output

__all__ = ["explore", "load", "show_parse", "show_table"]


def explore(corpus: Corpus, codebook: Codebook, view: View | None = None) -> Explorer:
    """Show the explorer: topics over time, the articles behind each point, and the export."""
    from newskit.widgets.explorer import Explorer  # noqa: PLC0415 - widgets take a second to import

    return Explorer(corpus, codebook, view)


def load(into: str | Path, paths: str | Path = "") -> Loader:
    """Show the loader: pages from a path or a small upload go into the corpus folder `into`."""
    from newskit.widgets.loader import Loader  # noqa: PLC0415 - widgets take a second to import

    return Loader(into, paths)


def show_parse(raw: bytes | str, url: str | None = None) -> VBox:
    """Show a page line by line: what was taken for title, byline, date, caption and body, and what was left out."""
    from newskit.widgets.parsed import parsed  # noqa: PLC0415 - widgets take a second to import

    return parsed(raw, url)


def show_table(frame: pd.DataFrame | pd.Series, caption: str = "") -> Output:
    """Show a frame as a table: text from the left, columns of numbers from the right, at most 1,000 rows to scroll through.

    What stands before a keyword (`pre` of `kwic`) ends beside it. Numbers have three decimals, or three digits where they
    are small; a cell shows 1,000 characters. The index of a frame is shown where it is named or no number. Above stand
    the `caption` and the number of rows.
    """
    from newskit.widgets.tabled import tabled  # noqa: PLC0415 - widgets take a second to import

    return tabled(frame, caption)
