"""Sorting: rows by several keys as one number each, for numpy sorts numbers, not rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_order"]

_BITS = 63  # of a number that is never negative


def in_order(keys: Sequence[NDArray[Any]], *, in_runs: bool = False) -> list[NDArray[Any]]:
    """Sort rows by some keys of whole numbers from 0 on, and keep of those that differ in the last alone the first.

    All in one number is sorted in a tenth of the time that numpy takes to order by several. Where rows lie `in_runs`,
    a few that are in order by themselves, to merge those takes a third of sorting.

    >>> [key.tolist() for key in in_order([np.array([7, 2, 7]), np.array([1, 0, 0]), np.array([0, 5, 0])])]
    [[2, 7, 7], [0, 0, 1], [5, 0, 0]]
    """
    bits = [int(key.max(initial=0)).bit_length() for key in keys]
    if sum(bits) > _BITS:
        order = np.lexsort(keys[::-1])
        keys = [key[order] for key in keys]
        same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys[:-1]])
        return [key[np.append(True, ~same)] for key in keys]
    number = _packed(keys, bits)
    number.sort(kind="stable" if in_runs else None)
    place = number >> bits[-1] if bits[-1] else number
    same = place[1:] == place[:-1]
    return _unpacked(number[np.append(True, ~same)] if same.any() else number, keys, bits)


def _packed(keys: Sequence[NDArray[Any]], bits: Sequence[int]) -> NDArray[np.int64]:
    """Put some keys of so many bits into one number, the first foremost."""
    number = keys[0].astype(np.int64)
    for key, size in zip(keys[1:], bits[1:], strict=True):
        if size:
            number <<= size  # in place: to make room for as many numbers takes longer than to count with them
            number |= key
    return number


def _unpacked(
    number: NDArray[np.int64], keys: Sequence[NDArray[Any]], bits: Sequence[int]
) -> list[NDArray[Any]]:
    """Take keys out of a number again, each in its type; the number is used up."""
    found = []
    for key, size in zip(keys[:0:-1], bits[:0:-1], strict=True):
        if size:
            taken = number.astype(key.dtype)
            taken &= key.dtype.type((1 << size) - 1)
            number >>= size
        else:
            taken = np.zeros(len(number), key.dtype)
        found.append(taken)
    return [number.astype(keys[0].dtype, copy=False), *found[::-1]]
