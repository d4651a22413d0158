"""Texts -> words, many texts at a time: what `words.WORD` finds one by one, found by numpy and Arrow for all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newskit.index.spans import Bools, Ints, Longs, no_ints
from newskit.words import SPECIAL, TITLES, WORD, Kind, kinds

__all__ = ["Cut", "Cuts", "characters", "cut"]

_LONGEST_LOCAL = 64  # letters before the @ of an address
_LAST_BYTE, _LAST_OF_ONE = 0xFF, 0x7F  # codes that fit into a byte, and those that UTF-8 writes as one
# Characters of several bytes a word or gap: where there are fewer, each moves what lies behind it.
_FEW = 0.25
_DOT, _WIDE_DOT = ord("."), ord("．")


@dataclass(frozen=True, eq=False)
class Cut:
    """Texts cut into words: gap, word, gap, word … gap, each different one kept once; and how many words each text has."""

    pieces: pa.DictionaryArray
    counts: Longs


@dataclass(frozen=True, eq=False)
class Cuts:
    """What was cut, put together: the different words and gaps, and which of them each gap and each word is."""

    strings: Sequence[str]
    gap: Ints
    word: Ints
    counts: Longs

    @cached_property
    def is_word(self) -> Bools:
        """Tell of each string whether it is a word; the others are gaps, and no string is both."""
        marked = np.zeros(len(self.strings), bool)
        marked[self.word] = True  # to count them takes five times as long
        return marked

    @classmethod
    def of(cls, many: Sequence[Cut]) -> Cuts:
        """Give each word and gap one number in all cuts."""
        if not many:
            return cls((), no_ints(), no_ints(), np.empty(0, np.int64))
        whole = pa.chunked_array([cut.pieces for cut in many]).unify_dictionaries()
        numbers = [chunk.indices.to_numpy() for chunk in whole.chunks]
        gap, word = (
            np.concatenate(some) for some in ([n[0:-1:2] for n in numbers], [n[1::2] for n in numbers])
        )
        strings = whole.chunk(0).dictionary.to_pylist()
        return cls(strings, gap, word, np.concatenate([cut.counts for cut in many]))


def cut(texts: Sequence[str]) -> Cut:
    """Cut texts into words.

    The gap before the first word of a text holds no more than what that text begins with.

    >>> found = Cuts.of([cut(["Talks go on.", "Both agreed"])])
    >>> [found.strings[n] for n in found.word], found.counts.tolist()
    (['Talks', 'go', 'on', 'Both', 'agreed'], [3, 2])
    """
    joined = "\n".join(texts)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    codes = _codes(joined)
    edges = _edges(joined, codes)
    counts = np.diff(np.searchsorted(edges[0::2], ends), prepend=0)
    return Cut(_pieces(joined, codes, edges), counts)


def characters(text: str) -> tuple[Longs, Longs]:
    """Give the characters of a text at which each word starts and ends.

    >>> [ends.tolist() for ends in characters("Talks go on.")]
    [[0, 6, 9], [5, 8, 11]]
    """
    edges = _edges(text, _codes(text))
    return edges[0::2], edges[1::2]


def _codes(text: str) -> NDArray[Any]:
    """Give the codes of the characters."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _edges(text: str, codes: NDArray[Any]) -> Longs:
    """Give where each word starts and ends, in turn."""
    kind = _kinds(codes)
    rare = _lines(text, np.flatnonzero(kind == Kind.RARE).tolist())
    for begin, end in rare:
        kind[begin:end] = Kind.BETWEEN
    holder = _holders(kind)
    breaks = _breaks(kind, holder)
    at = np.flatnonzero(holder[breaks] != Kind.BETWEEN)
    starts, ends = breaks[at], breaks.take(at + 1, mode="clip")
    if len(at) and at[-1] + 1 == len(breaks):
        ends[-1] = len(kind)
    edges = _with_specials(text, codes, starts, ends)
    others = [edge for line in rare for word in WORD.finditer(text, *line) for edge in word.span()]
    return np.sort(np.append(edges, others).astype(np.int64), kind="stable") if others else edges


def _kinds(codes: NDArray[Any]) -> NDArray[np.uint8]:
    """Give the kind of each character: bytes are translated in a tenth of the time that it takes to look numbers up."""
    table = kinds(int(codes.max(initial=0)) >> 16)
    far = np.flatnonzero(codes > _LAST_BYTE)
    kind = np.frombuffer(bytearray(codes.astype(np.uint8)).translate(table[: _LAST_BYTE + 1]), np.uint8)
    kind[far] = np.frombuffer(table, np.uint8)[codes[far]]
    return kind


def _lines(text: str, places: Sequence[int]) -> list[tuple[int, int]]:
    """Give the lines in which some places are, each once: no word goes from one to the next."""
    lines = [(0, 0)]
    for at in places:
        if at >= lines[-1][1]:
            end = text.find("\n", at)
            lines.append((text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)))
    return lines[1:]


def _holders(kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give each mark the kind of the character that it is part of; none where there is none."""
    marks = kind == Kind.MARK
    if not marks.any():
        return kind
    last = np.maximum.accumulate(np.where(marks, -1, np.arange(len(kind))))
    held = np.where(last >= 0, kind[last], Kind.BETWEEN)
    held[marks & (held == Kind.HANGUL)] = Kind.BETWEEN
    return held.astype(np.uint8)


def _breaks(kind: NDArray[np.uint8], holder: NDArray[np.uint8]) -> Longs:
    """Give where a word starts, or ends and no other starts: there the kind is another; and each sign is a word."""
    breaks = kind == Kind.SIGN
    breaks[1:] |= holder[1:] != holder[:-1]
    breaks[:1] |= holder[:1] != Kind.BETWEEN
    return np.flatnonzero(breaks)


def _with_specials(text: str, codes: NDArray[Any], starts: Longs, ends: Longs) -> Longs:
    """Join to words what is more than letters (U.S., Gen., addresses): in `ends` the first word ends where that does."""
    keep, until = np.ones(len(starts), bool), 0
    others: list[int] = []
    # The same memory: from it Python takes single numbers in half of the time.
    start, end = starts.data, ends.data
    for n in _suspects(codes, starts, ends):
        found = SPECIAL.match(text, start[n]) if start[n] >= until else None
        if found is None:
            continue
        end_of_special, past = found.end(), n + 1
        while found is not None:
            dropped, until = past, found.end()
            # There are a few: to look for the last by halving takes ten times as long.
            while past < len(start) and start[past] < until:
                past += 1
            keep[dropped:past] = False
            # Where it ended within letters, what is left of them are words, too.
            found = _word_in(text, until, end[past - 1])
            if found is not None:
                others += found.span()
        end[n] = end_of_special
    kept = np.flatnonzero(keep)
    edges = np.empty(2 * len(kept), np.int64)
    edges[0::2], edges[1::2] = starts[kept], ends[kept]
    return np.sort(np.append(edges, np.array(others, np.int64)), kind="stable") if others else edges


def _word_in(text: str, begin: int, end: int) -> re.Match[str] | None:
    """Find the first word that begins in a stretch of text; it may end behind that."""
    found = WORD.search(text, begin) if begin < end else None
    return found if found is not None and found.start() < end else None


def _suspects(codes: NDArray[Any], starts: Longs, ends: Longs) -> list[int]:
    """Give the words that such a one may begin with, in order: before a dot, a colon, or an @ soon behind."""
    behind = codes.take(ends, mode="clip")  # the last word of all has itself behind, which is none of these
    dotted = np.flatnonzero((behind == _DOT) | (behind == _WIDE_DOT))
    looks = _looks(codes, starts[dotted], ends[dotted])
    dotted = dotted[(ends[dotted] - starts[dotted] == 1) | _is_among(_DOTTED, looks)]
    colons = np.flatnonzero(behind == ord(":"))
    colons = colons[_is_among(_SCHEMES, _looks(codes, starts[colons], ends[colons]))]
    found = {*dotted.tolist(), *colons.tolist()}
    for at in np.flatnonzero(codes == ord("@")).tolist():
        found.update(range(*np.searchsorted(starts, [at - _LONGEST_LOCAL, at]).tolist()))
    return sorted(found)


def _looks(codes: NDArray[Any], starts: Longs, ends: Longs) -> Longs:
    """Give for each word its length, first and last letter as one number: few words look like a title."""
    first, last = (codes.take(at).astype(np.int64) for at in (starts, ends - 1))
    looks: Longs = (ends - starts) << 42 | first << 21 | last
    return looks


def _looks_of(words: Sequence[str]) -> Longs:
    text, ends = "".join(words), np.cumsum([*map(len, words)])
    return np.unique(_looks(_codes(text), np.append(0, ends[:-1]), ends))


def _is_among(few: Longs, numbers: Longs) -> Bools:
    """Tell of each number whether it is one of a few, in order: np.isin would sort all."""
    there: Bools = few.take(np.searchsorted(few, numbers), mode="clip") == numbers
    return there


_DOTTED, _SCHEMES = _looks_of((*TITLES, "www")), _looks_of(("http", "https"))


def _pieces(text: str, codes: NDArray[Any], edges: Longs) -> pa.DictionaryArray:
    """Take words and gaps out of the text as it is: Arrow finds the different ones."""
    offsets = np.empty(len(edges) + 2, np.int64)
    offsets[0], offsets[1:-1], offsets[-1] = 0, edges, len(codes)
    if codes.dtype != np.uint8:
        offsets = _in_bytes(codes, offsets)
    data = text.encode("utf-8", "surrogatepass")
    pieces = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    return pieces.dictionary_encode()


def _in_bytes(codes: NDArray[Any], offsets: Longs) -> Longs:
    """Give the bytes of UTF-8 at which some characters begin, in order up to the end."""
    wide = np.flatnonzero(codes > _LAST_OF_ONE)
    if len(wide) > _FEW * len(offsets):
        begins = np.zeros(len(codes) + 1, np.int32)
        np.cumsum(_more_bytes(codes) + np.uint8(1), out=begins[1:])
        return begins.take(offsets).astype(np.int64)
    behind = np.searchsorted(offsets, wide, "right")
    more = np.bincount(np.repeat(behind, _more_bytes(codes[wide])), minlength=len(offsets))
    return offsets + np.cumsum(more)


def _more_bytes(codes: NDArray[Any]) -> NDArray[np.uint8]:
    """Give how many bytes more than one each character takes in UTF-8."""
    return (codes > _LAST_OF_ONE).astype(np.uint8) + (codes > 0x7FF) + (codes > 0xFFFF)
