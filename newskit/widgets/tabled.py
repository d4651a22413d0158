"""Tabled: a frame as a table that one can read: text from the left, numbers and what stands before a keyword from the right."""

from __future__ import annotations

import pandas as pd

from newskit.errors import require
from newskit.widgets.page import MOST_ROWS, Output, table

__all__ = ["tabled"]


def tabled(frame: pd.DataFrame | pd.Series, caption: str) -> Output:
    """Write a frame as `show_table` shows it."""
    shown = frame.to_frame() if isinstance(frame, pd.Series) else frame
    require(shown, pd.DataFrame, "Write nk.show_table(nk.kwic(hits)), or the .frame of what you have.")
    plain = shown.to_string(max_rows=10, max_cols=10, max_colwidth=40, show_dimensions=True)
    rows = "" if len(shown) > MOST_ROWS else f"{len(shown):,} row{'s' * (len(shown) != 1)}."
    above = ": ".join(filter(None, [caption, rows]))
    return Output(table(_with_index(shown) if _says_more(frame) else shown, above), plain)


def _says_more(frame: pd.DataFrame | pd.Series) -> bool:
    """Tell whether the index says more than which row it is: of a Series it is half of what there is."""
    index = frame.index
    if index.names != [None] or not pd.api.types.is_integer_dtype(index.dtype):
        return True
    return isinstance(frame, pd.Series) and not isinstance(index, pd.RangeIndex)


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    named = frame.rename_axis(index=["" if name is None else str(name) for name in frame.index.names])
    return named.reset_index(allow_duplicates=True)
