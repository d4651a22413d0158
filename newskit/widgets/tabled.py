"""Tabled: a frame as a table that one can read: text from the left, numbers and what stands before a keyword from the right."""

from __future__ import annotations

import pandas as pd

from newskit.errors import require
from newskit.widgets.page import Output, table

__all__ = ["tabled"]


def tabled(frame: pd.DataFrame | pd.Series, caption: str) -> Output:
    """Write a frame as `show_table` shows it."""
    shown = frame.to_frame() if isinstance(frame, pd.Series) else frame
    require(shown, pd.DataFrame, "Write nk.show_table(nk.kwic(hits)), or another frame.")
    rows = f"{len(shown):,} row{'s' * (len(shown) != 1)}"
    return Output(table(_with_index(shown), f"{caption}: {rows}." if caption else f"{rows}."), repr(shown))


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Make the index columns, where it says more than which row it is."""
    index = frame.index
    if index.names == [None] and pd.api.types.is_integer_dtype(index.dtype):
        return frame
    named = frame.rename_axis(index=["" if name is None else str(name) for name in index.names])
    return named.reset_index(allow_duplicates=True)
