"""Texts -> words, many texts at a time: what `words.WORD` finds one by one, found by numpy and Arrow for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newskit.index.spans import Bools, Ints, Longs
from newskit.words import SPECIAL, WORD, Kind, kinds

__all__ = ["Cut", "characters", "cut"]

_LONGEST_TITLE = 6  # letters of a word that may have a dot behind it: Messrs.
_LONGEST_LOCAL = 64  # letters before the @ of an address
_DOTS = (ord("."), ord("．"))


@dataclass(frozen=True, eq=False)
class Cut:
    """Texts cut into words: what each word and the gap before it is, by number, and how many words each text has."""

    strings: Sequence[str]
    gap: Ints
    word: Ints
    counts: Longs


def cut(texts: Sequence[str]) -> Cut:
    """Cut texts into words.

    `strings` are the different words and gaps; `gap` and `word` say for each word in turn which of them stands
    before it and which it is. The gap before the first word of a text holds no more than what that text begins with.

    >>> found = cut(["Talks go on.", "Both agreed"])
    >>> [found.strings[n] for n in found.word], found.counts.tolist()
    (['Talks', 'go', 'on', 'Both', 'agreed'], [3, 2])
    """
    joined = "\n".join(texts)
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    codes = _codes(joined)
    edges = _edges(joined, codes)
    numbers, strings = _numbered(joined, codes, edges)
    starts = edges[0::2]
    counts = np.bincount(np.searchsorted(begins, starts, "right") - 1, minlength=len(texts))
    return Cut(strings, numbers[0:-1:2], numbers[1::2], counts)


def characters(text: str) -> tuple[Longs, Longs]:
    """Give the characters of a text at which each word starts and ends.

    >>> [ends.tolist() for ends in characters("Talks go on.")]
    [[0, 6, 9], [5, 8, 11]]
    """
    edges = np.array([edge for word in WORD.finditer(text) for edge in word.span()], np.int64)
    return edges[0::2], edges[1::2]


def _codes(text: str) -> NDArray[Any]:
    """Give the codes of the characters."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _edges(text: str, codes: NDArray[Any]) -> Longs:
    """Give where each word starts and ends, in turn."""
    kind = _table()[codes]
    if (kind == Kind.RARE).any():
        return np.array([edge for word in WORD.finditer(text) for edge in word.span()], np.int64)
    holder = _holders(kind)
    starting, inside = _starts(kind, holder)
    breaks = np.flatnonzero(starting | ~inside)
    at = np.flatnonzero(starting[breaks])
    starts = breaks[at]
    ends = np.append(breaks, len(kind))[at + 1]
    return _with_specials(text, codes, starts, ends)


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint8]:
    return np.frombuffer(kinds(), np.uint8)


def _holders(kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give each mark the kind of the character that it is part of; none where there is none."""
    marks = kind == Kind.MARK
    if not marks.any():
        return kind
    last = np.maximum.accumulate(np.where(marks, -1, np.arange(len(kind))))
    held = np.where(last >= 0, kind[last], Kind.BETWEEN)
    held[marks & (held == Kind.HANGUL)] = Kind.BETWEEN
    return held.astype(np.uint8)


def _starts(kind: NDArray[np.uint8], holder: NDArray[np.uint8]) -> tuple[Bools, Bools]:
    """Tell of each character whether a word starts there, and whether it is of a word."""
    before = np.append(np.uint8(Kind.BETWEEN), holder[:-1])
    starting = (kind == Kind.SIGN) | (((kind == Kind.LETTER) | (kind == Kind.HANGUL)) & (before != kind))
    return starting, holder != Kind.BETWEEN


def _with_specials(text: str, codes: NDArray[Any], starts: Longs, ends: Longs) -> Longs:
    """Join to words what is more than letters: U.S., Gen., addresses."""
    keep = np.ones(len(starts), bool)
    joined: list[int] = []
    until = 0
    for n in _suspects(codes, starts, ends):
        found = SPECIAL.match(text, int(starts[n])) if starts[n] >= until else None
        if found is None:
            continue
        while found is not None:
            joined += found.span()
            until = found.end()
            past = int(np.searchsorted(starts, until))
            keep[n:past] = False
            # Where it ended within letters, what is left of them are words, too.
            left = int(ends[past - 1])
            found = WORD.search(text, until) if until < left else None
            found = found if found is not None and found.start() < left else None
    edges = np.empty(2 * int(keep.sum()), np.int64)
    edges[0::2], edges[1::2] = starts[keep], ends[keep]
    return np.sort(np.append(edges, np.array(joined, np.int64)), kind="stable")


def _suspects(codes: NDArray[Any], starts: Longs, ends: Longs) -> list[int]:
    """Give the words that such a one may begin with, in order: before a dot, a colon, or an @ soon behind."""
    behind = np.append(codes, 0)[ends]
    length = ends - starts
    first = codes[starts] if len(starts) else starts
    capital = (first >= ord("A")) & (first <= ord("Z"))
    short = (length <= 2) | (capital & (length <= _LONGEST_TITLE))  # "vs." has no capital
    dotted = np.isin(behind, _DOTS) & (short | ((first == ord("w")) & (length == 3)))
    addressed = (behind == ord(":")) & (first == ord("h")) & ((length == 4) | (length == 5))
    found = set(np.flatnonzero(dotted | addressed).tolist())
    for at in np.flatnonzero(codes == ord("@")).tolist():
        found.update(range(*np.searchsorted(starts, [at - _LONGEST_LOCAL, at]).tolist()))
    return sorted(found)


def _numbered(text: str, codes: NDArray[Any], edges: Longs) -> tuple[Ints, list[str]]:
    """Give each word and gap the number of its string: Arrow finds the different ones in the text as it is."""
    offsets = np.empty(len(edges) + 2, np.int64)
    offsets[0], offsets[1:-1], offsets[-1] = 0, edges, len(codes)
    if codes.dtype != np.uint8:
        offsets = np.append(0, np.cumsum(_bytes(codes), dtype=np.int64))[offsets]
    data = text.encode("utf-8", "surrogatepass")
    pieces = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    coded = pieces.dictionary_encode()
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()


def _bytes(codes: NDArray[Any]) -> NDArray[np.uint8]:
    """Give how many bytes each character takes in UTF-8."""
    return 1 + (codes > 0x7F).astype(np.uint8) + (codes > 0x7FF) + (codes > 0xFFFF)
