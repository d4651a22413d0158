"""Values: what a cell of a table says, as one reads it."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from numbers import Integral, Real

import numpy as np
import pandas as pd

__all__ = ["told"]

_LONG = 10_000  # whole numbers from here on are set apart by thousands: 2023 is a year
_SMALL, _LARGE = 0.001, 1e15  # beyond them three digits are given, not three decimals


def told(value: object) -> str:
    """Write a value as one reads it; a missing one is empty, several stand with commas.

    >>> [
    ...     told(value)
    ...     for value in (12345, 2023, 0.4761, 0.00031, None, ["Kim", "Sato"], pd.Timestamp("2023-03-16"))
    ... ]
    ['12,345', '2023', '0.476', '0.00031', '', 'Kim, Sato', '2023-03-16']
    """
    match value:
        case np.ndarray():
            return ", ".join(map(_one, value.ravel().tolist()))
        case list() | tuple():
            return ", ".join(map(_one, value))
        case set() | frozenset():
            return ", ".join(sorted(map(_one, value)))
    return _one(value)


def _one(value: object) -> str:
    if not pd.api.types.is_scalar(value) or isinstance(value, str | bool | np.bool_):
        return str(value)
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    match value:
        case Integral():
            return f"{value:,}" if abs(value) >= _LONG else f"{value}"  # type: ignore[operator]
        case Real() | Decimal():
            has_decimals = value == 0 or _SMALL <= abs(float(value)) < _LARGE
            return f"{value:,.3f}" if has_decimals else f"{value:.3g}"
        case datetime():
            is_day = value.tzinfo is None and value.time() == time()
            return f"{value:%Y-%m-%d}" if is_day else str(value)
    return str(value)
