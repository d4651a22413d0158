"""Shingles: the text of each article of a part as a set of numbers, by which copies are told.

A shingle is a run of five words, or of ten characters where no spaces stand between words. Each is hashed from the
folded forms of its words, as the index of the part holds them: no text is read. Of each three in a row the smallest
hash is kept (winnowing: Schleimer, Wilkerson, Aiken 2003), which is one in two. Which are kept is told by the words
around them alone, so a run of nine words that two texts share leaves one in both, and the same text the same set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.cache import read_record, write_record
from newskit.index import Index, index_of
from newskit.index.spans import numbers_in
from newskit.store import Store
from newskit.words import Kind, kinds

__all__ = ["SHINGLES_VERSION", "Hashes", "Longs", "Shingles", "shingles", "shingles_of"]

SHINGLES_VERSION = 1  # raise it whenever other shingles are made of the same text
SPAN, CHARACTERS = 5, 10
WINNOWED = 3
SHORTEST, HEADLINE = 20, 6
"""Words of a body below which a headline and it are compared as a whole; and below which nothing is compared. A
character is half a word."""

_VERSION = f"shingles {SHINGLES_VERSION}"
_AT_ONCE = 1 << 20  # words hashed at a time
_NONE = np.uint32(0xFFFFFFFF)
_NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)

Hashes = NDArray[np.uint32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shingles:
    """The kept hashes of each article of a part, one article after the other, sorted; `begins` says where each begins.

    An article too short for shingles has one hash, of its headline and body as a whole; a headline of a few words none.
    """

    hashes: Hashes
    begins: Longs

    def of(self, rows: Longs) -> tuple[Hashes, Longs]:
        """Give the hashes of some articles, one after the other, and how many each has."""
        counts = self.begins[rows + 1] - self.begins[rows]
        return self.hashes[numbers_in(self.begins[rows], counts)], counts


def shingles_of(store: Store, key: str) -> Shingles:
    """Give the shingles of a part, from its file; one that is missing, older or damaged is made again."""
    path = store.path("copies", key).with_suffix(".arrow")
    found = _read(path)
    if found is None:
        found = shingles(index_of(store, key))
        with suppress(OSError):  # a folder that cannot be written to can still be looked at
            _write(found, path)
            found = _read(path) or found
    return found


def shingles(index: Index) -> Shingles:
    """Make the shingles of all articles of a part."""
    words = _Words(index)
    made = [words.sets(first, last) for first, last in _batches(index)]
    if not made:
        return Shingles(np.empty(0, np.uint32), np.zeros(index.articles + 1, np.int64))
    hashes, counts = (np.concatenate(some) for some in zip(*made, strict=True))
    return Shingles(hashes, np.append(0, np.cumsum(counts)))


def _batches(index: Index) -> Iterator[tuple[int, int]]:
    """Part the articles so that about a million words are hashed at a time."""
    ends = index.bounds[3::3].astype(np.int64)
    first = 0
    while first < index.articles:
        limit = int(index.bounds[3 * first]) + _AT_ONCE
        last = max(first + 1, int(np.searchsorted(ends, limit, "right")))
        yield first, last
        first = last


class _Words:
    """The words of a part as numbers."""

    def __init__(self, index: Index) -> None:
        self.index = index
        forms = index.vocabulary.forms
        self.codes = pd.util.hash_array(forms.to_numpy(zero_copy_only=False), categorize=False)
        self.sign = _signs(forms)

    def sets(self, first: int, last: int) -> tuple[Hashes, Longs]:
        """Give the hashes of the articles from `first` to before `last`, and how many each has."""
        bounds = self.index.bounds[3 * first : 3 * last + 1].astype(np.int64)
        types = self.index.kinds[bounds[0] : bounds[-1]]
        codes, sign = self.codes[types], self.sign[types]
        bounds -= bounds[0]
        weight = np.append(0, np.cumsum(np.where(sign, 0.5, 1.0)))[bounds]
        long = weight[2::3] - weight[1::3] >= SHORTEST
        kept = _kept(_hashes(codes, sign, bounds, long))
        at = np.flatnonzero(kept != _NONE)
        rows = np.searchsorted(bounds[::3], at, "right") - 1
        whole = np.flatnonzero(~long & (weight[2::3] - weight[:-1:3] >= HEADLINE))
        alone = [_whole(codes[bounds[3 * row] : bounds[3 * row + 2]]) for row in whole.tolist()]
        rows, hashes = np.append(rows, whole), np.append(kept[at], np.array(alone, np.uint32))
        packed = rows.astype(np.uint64) << np.uint64(32) | hashes
        packed.sort()  # np.unique takes five times as long
        packed = packed[np.flatnonzero(np.diff(packed, prepend=_NOTHING))]
        counts = np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=last - first)
        return packed.astype(np.uint32), counts


def _signs(forms: pa.Array) -> NDArray[np.bool_]:
    """Tell which words are characters of a script without spaces."""
    first = "".join(letter or " " for letter in pc.utf8_slice_codeunits(forms, 0, 1).to_pylist())
    codes = np.frombuffer(first.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.asarray(np.frombuffer(kinds(), np.uint8)[codes] == Kind.SIGN)


def _hashes(
    codes: NDArray[np.uint64], sign: NDArray[np.bool_], bounds: Longs, long: NDArray[np.bool_]
) -> Hashes:
    """Hash the shingle that begins at each word; _NONE where none lies whole within the body of a long article."""
    five = codes.copy()
    for ahead in range(1, SPAN):
        five *= _STEP
        five[:-ahead] += codes[ahead:]
    ten = five * _STEP ** np.uint64(SPAN)
    ten[:-SPAN] += five[SPAN:]
    mixed = np.where(sign, ten, five)
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX
    hashes = np.minimum((mixed >> np.uint64(32)).astype(np.uint32), _NONE - np.uint32(1))
    ends = np.zeros(len(bounds) - 1, np.int64)  # of titles and captions: nothing in them is looked at
    ends[1::3] = np.where(long, bounds[2::3], 0)
    past = np.arange(len(codes)) + np.where(sign, CHARACTERS, SPAN)
    hashes[past > np.repeat(ends, np.diff(bounds))] = _NONE
    return hashes


def _kept(hashes: Hashes) -> Hashes:
    """Keep the hashes that are the smallest of some three in a row; the others become _NONE.

    Three with an end of the body among them do not count: so the first half of a text keeps nothing that the whole
    does not. Between two bodies stand four words or more without a hash, so no three reach from one into the other.
    """
    if len(hashes) < WINNOWED:
        return np.full(len(hashes), _NONE)
    three = (hashes[:-2], hashes[1:-1], hashes[2:])
    smallest = np.minimum.reduce(three)
    smallest[np.maximum.reduce(three) == _NONE] = _NONE
    chosen = np.zeros(len(hashes), bool)
    for ahead, some in enumerate(three):
        chosen[ahead : ahead + len(smallest)] |= some == smallest
    return np.where(chosen, hashes, _NONE)


def _whole(codes: NDArray[np.uint64]) -> int:
    return int.from_bytes(blake2b(codes.tobytes(), digest_size=4).digest(), "little")


def _write(made: Shingles, path: Path) -> None:
    sets = pa.LargeListArray.from_arrays(pa.array(made.begins), pa.array(made.hashes))
    write_record(pa.RecordBatch.from_pydict({"shingles": sets}), _VERSION, path)


def _read(path: Path) -> Shingles | None:
    record = read_record(_VERSION, path)
    if record is None:
        return None
    sets = record.column("shingles")
    return Shingles(sets.values.to_numpy(), sets.offsets.to_numpy())
