"""Known: the phrases that were looked up in a part, so that each is looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from newskit.index.spans import WORD_BITS, Longs, Starts, numbers_in
from newskit.query import Phrase

__all__ = ["Known", "numbered"]


def numbered(phrases: Iterable[Phrase], numbers: dict[Phrase, int]) -> Longs:
    """Give each phrase its number in `numbers`, where a new one gets the next."""
    return np.array([numbers.setdefault(phrase, len(numbers)) for phrase in phrases], np.int64)


class Known:
    """The places of phrases in a part, those of each together.

    A phrase is known by its number (see `numbered`), the same in all parts: `begins` and `counts` say where its places
    are (-1: not looked up here).
    """

    def __init__(self) -> None:
        self.begins = self.counts = np.empty(0, np.int64)
        self.found = Starts.room(0)

    def forget(self) -> None:
        """Forget all: phrases must be looked up again."""
        self.begins = self.counts = np.empty(0, np.int64)
        self.found = Starts.room(0)

    def __len__(self) -> int:
        """How many places are known."""
        return len(self.found)

    def lacks(self, numbers: Longs) -> Longs:
        """Tell which of some phrases were not looked up: their places among these."""
        more = int(numbers.max(initial=-1)) + 1 - len(self.counts)
        if more > 0:
            self.begins = np.append(self.begins, np.zeros(more, np.int64))
            self.counts = np.append(self.counts, np.full(more, -1, np.int64))
        return np.flatnonzero(self.counts[numbers] < 0)

    def add(self, numbers: Longs, begins: Longs, counts: Longs, found: Starts) -> None:
        """Take up the places of some phrases: where those of each begin among these, and how many there are."""
        before = len(self.found)
        self.found = Starts.together([self.found, found])
        self.begins[numbers] = before + begins
        self.counts[numbers] = counts  # last: who is interrupted before has looked nothing up

    def each(self, numbers: Longs, texts: int) -> Iterator[Starts]:
        """Give the places of each of some phrases, behind so many `texts`."""
        for begin, count in zip(self.begins[numbers].tolist(), self.counts[numbers].tolist(), strict=True):
            here = slice(begin, begin + count)
            yield Starts(self.found.first[here] + (texts << WORD_BITS), self.found.cut[here])

    def in_order(self, numbers: Longs) -> Longs:
        """Give the order in which the places of some phrases lie; one that has none lies before what begins there."""
        return np.argsort(2 * self.begins[numbers] + (self.counts[numbers] > 0))

    def put(self, numbers: Longs, texts: int, into: Starts) -> None:
        """Put the places of some phrases into a room for them, one phrase after the other, behind so many `texts`."""
        begins, counts = self.begins[numbers], self.counts[numbers]
        if (begins[1:] == begins[:-1] + counts[:-1]).all():
            begin = int(begins[:1].sum())
            for column, room in zip(vars(self.found).values(), vars(into).values(), strict=True):
                room[:] = column[begin : begin + len(room)]
        else:
            at = numbers_in(begins, counts)
            for column, room in zip(vars(self.found).values(), vars(into).values(), strict=True):
                np.take(column, at, out=room, mode="clip")  # "raise" would copy
        np.add(into.first, texts << WORD_BITS, out=into.first)
