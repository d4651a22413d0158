"""Pairs: which articles of some days are copies of which, by the share of shingles that they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.copies.shingles import Hashes, Longs
from newskit.index.spans import numbers_in

__all__ = ["LEAST", "PAIRS_VERSION", "WINDOW", "Sets", "pairs"]

PAIRS_VERSION = 1  # raise it whenever other pairs are found among the same shingles
WINDOW = 5
"""Days within which a story is printed again."""
LEAST = 0.3
"""Share of the shingles of the shorter article that both must have."""
SLIGHT = 0.1
"""Share of the shingles of the longer: a news flash is no copy of each long story that has its sentence."""
ENOUGH = 10
"""Kept shingles that both must have, which is a passage of some 25 words; with fewer, nearly all of the shorter."""
NEARLY = 0.9
"""Share that texts too short for that must have in common: in 30 words, another name or number makes another story."""
WITHIN, WITHIN_LONGER = 0.95, 0.5
"""The same shares for two stories of one outlet: what differs by a name there is a form filled in again, no copy."""
OFTEN = 8
"""Articles of one outlet in a month: what stands in more of them is its furniture, or its column's."""
EVERYWHERE = 300
"""Articles of a month: what stands in more of them, of whatever outlets, is an agency's furniture."""

_HALF = np.uint64(32)
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sets:
    """The shingles of some articles in order of time: of one article after the other, and how many each has.

    `day` is the number of a day (all the same where undated), `outlet` the number of an outlet, -1 where none is
    stated, and `late` says which articles are looked at: the others are there to be copied.
    """

    hashes: Hashes
    counts: Longs
    day: Longs
    outlet: Longs
    late: Bools

    @property
    def article(self) -> Longs:
        """The article of each hash."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def some(self, articles: Longs) -> tuple[Longs, Hashes]:
        """Give the hashes of some articles, which may come twice: the place of the article among these, and the hash."""
        begins = np.append(0, np.cumsum(self.counts))[articles]
        counts = self.counts[articles]
        of, at = np.repeat(np.arange(len(articles)), counts), numbers_in(begins, counts)
        return of, self.hashes[at]


def pairs(sets: Sets) -> pd.DataFrame:
    """Find the pairs of a late article and an earlier one of the days before it that are copies.

    Columns: later and earlier (places in `sets`), share (of the shingles of the shorter that both have, furniture left
    out), kept (share of the earlier's shingles that the later has), own (share of the later's that the earlier has not).
    """
    groups = _Groups(sets)
    rest = sets.counts - np.bincount(groups.article[groups.furniture], minlength=len(sets.counts))
    column = (2 * rest < sets.counts) & (
        rest < ENOUGH
    )  # hardly more than furniture: a copy if nothing differs
    few = _similar(groups.without(column), sets, rest)
    same = _same(sets, np.flatnonzero(column & (sets.counts > 1)))
    found = pd.concat([few, same], ignore_index=True)
    return found.join(_shares(sets, found["later"].to_numpy(), found["earlier"].to_numpy()))


class _Groups:
    """All hashes in order, those of one kind together and in order of time; and which of them are furniture."""

    def __init__(self, sets: Sets) -> None:
        packed = sets.hashes.astype(np.uint64) << _HALF | sets.article.astype(np.uint64)
        packed.sort()
        self.kind = (packed >> _HALF).astype(np.uint32)
        self.article = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
        heads = (
            np.flatnonzero(np.append(True, self.kind[1:] != self.kind[:-1]))
            if len(packed)
            else np.empty(0, int)
        )
        sizes = np.diff(heads, append=len(packed))
        size = np.repeat(sizes, sizes)
        self.furniture = (size > EVERYWHERE) | self._of_one_outlet(np.flatnonzero(size > OFTEN), sets.outlet)

    def _of_one_outlet(self, frequent: Longs, outlet: Longs) -> Bools:
        """Tell which hashes stand in many articles of one outlet; `frequent` are those that may."""
        named = frequent[outlet[self.article[frequent]] >= 0]
        keys = self.kind[named].astype(np.int64) << 31 | outlet[self.article[named]]
        different, counts = np.unique(keys, return_counts=True)
        often = np.unique(different[counts > OFTEN] >> 31).astype(np.uint32)
        found = np.zeros(len(self.kind), bool)
        found[frequent] = np.isin(self.kind[frequent], often)
        return found

    def without(self, articles: Bools) -> tuple[Hashes, Longs]:
        """Give kind and article of what is no furniture, and of none of these articles."""
        left = ~self.furniture & ~articles[self.article]
        return self.kind[left], self.article[left]


def _together(kind: NDArray[np.unsignedinteger], article: Longs, sets: Sets) -> Iterator[tuple[Longs, Longs]]:
    """Give the articles of each pair of neighbours of one kind, then of those two apart, and so on: later, earlier."""
    at = np.arange(len(kind))
    for apart in range(1, EVERYWHERE):
        at = at[at >= apart]
        before = at - apart
        near = kind[at] == kind[before]
        near &= (
            sets.day[article[at]] - sets.day[article[before]] <= WINDOW
        )  # who is nearer in order is nearer in time
        at = at[near]
        if not len(at):
            return
        late = at[sets.late[article[at]]]
        yield article[late], article[late - apart]


def _similar(left: tuple[Hashes, Longs], sets: Sets, rest: Longs) -> pd.DataFrame:
    """Find the pairs that have enough in common."""
    keys = [later << 32 | earlier for later, earlier in _together(*left, sets)]
    different, shared = np.unique(np.concatenate(keys or [np.empty(0, np.int64)]), return_counts=True)
    later, earlier = different >> 32, different & 0xFFFFFFFF
    shorter, longer = (f(rest[later], rest[earlier]) for f in (np.minimum, np.maximum))
    within = sets.outlet[later] == sets.outlet[earlier]
    enough = (shared >= np.where(within, WITHIN, LEAST) * shorter) & (
        shared >= np.where(within, WITHIN_LONGER, SLIGHT) * longer
    )
    enough &= (shared >= ENOUGH) | (shared >= NEARLY * shorter)
    found = pd.DataFrame({"later": later, "earlier": earlier, "share": shared / np.maximum(shorter, 1)})
    similar: pd.DataFrame = found[enough]
    return similar


def _same(sets: Sets, articles: Longs) -> pd.DataFrame:
    """Find the pairs among some articles that have all shingles in common."""
    ends = np.cumsum(sets.counts)
    texts = [sets.hashes[ends[n] - sets.counts[n] : ends[n]].tobytes() for n in articles.tolist()]
    kind = np.array([int.from_bytes(blake2b(t, digest_size=8).digest(), "little") for t in texts], np.uint64)
    order = np.argsort(kind, kind="stable")
    found = list(_together(kind[order], articles[order], sets))
    later, earlier = (
        (np.concatenate([side, *some]) for side, some in zip(_NOBODY, zip(*found, strict=True), strict=True))
        if found
        else _NOBODY
    )
    return pd.DataFrame({"later": later, "earlier": earlier, "share": 1.0})


_NOBODY = (np.empty(0, np.int64), np.empty(0, np.int64))


def _shares(sets: Sets, later: Longs, earlier: Longs) -> pd.DataFrame:
    """Give how much of the earlier article the later one keeps, and how much of it is its own."""
    both = np.zeros(len(later))
    for first in range(0, len(later), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        ours, theirs = (
            of.astype(np.uint64) << _HALF | hashes
            for of, hashes in map(sets.some, (later[some], earlier[some]))
        )
        common = np.intersect1d(ours, theirs, assume_unique=True)
        both[some] = np.bincount((common >> _HALF).astype(np.int64), minlength=len(later[some]))
    return pd.DataFrame({"kept": both / sets.counts[earlier], "own": 1 - both / sets.counts[later]})


_AT_ONCE = 10_000
