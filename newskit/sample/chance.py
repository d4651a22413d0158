"""Chance that gives the same choices everywhere: the demonstration corpus has the same bytes on any Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

__all__ = ["Chance"]

T = TypeVar("T")


class Chance:
    """Choices that depend on a seed alone.

    Only `random()` of the standard generator is used: its sequence is promised to stay, that of `choice`,
    `sample` and `shuffle` is not.

    >>> Chance("story 7").pick(["a", "b", "c"]) == Chance("story 7").pick(["a", "b", "c"])
    True
    """

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(int.from_bytes(seed.encode("utf-8"), "big")).random  # noqa: S311  no secret

    def below(self, share: float) -> bool:
        """Say yes in this share of the cases."""
        return self._draw() < share

    def whole(self, low: int, high: int) -> int:
        """Pick a whole number from low to high, both among them."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, of: Sequence[T]) -> T:
        """Pick one."""
        return of[int(self._draw() * len(of))]

    def some(self, of: Sequence[T], count: int) -> list[T]:
        """Pick several, none twice, in the order of picking; all of them where there are fewer."""
        left = list(of)
        return [left.pop(int(self._draw() * len(left))) for _ in range(min(count, len(left)))]

    def weighed(self, weights: Mapping[T, float]) -> T:
        """Pick a key in proportion to its weight."""
        total = 0.0
        for weight in weights.values():  # not sum(): its rounding changed in Python 3.12
            total += weight
        mark = self._draw() * total
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return key
