"""Vocabulary: the different words of a part, and which of them a word of a query means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.index.spans import Ints, numbers_in
from newskit.query import Word
from newskit.words import PATTERN, exact, fold, glob, inflected, script

__all__ = ["KEY", "Asked", "Resolved", "Vocabulary"]

KEY = "S24"  # bytes of a form that numpy looks it up by; forms that share them lie side by side
_WIDTH = 24
_MAX_GLOB = 100  # a longer run of letters is no word that a pattern means
_LAST = b"\xff"


@dataclass(frozen=True, eq=False)
class _Condition:
    """What else a form must fulfil that lies where a word is looked up, given by its number among those asked for.

    `last` says that it is the last word of its phrase, `alone` that it is the only one: see `particles`.
    """

    number: int
    word: Word
    last: bool
    alone: bool


@dataclass(frozen=True, eq=False)
class Asked:
    """Words to look up together: what each may mean lies from the key in `low` to that in `high`, both included.

    `order` says in which order the keys of the words are sorted: so they are looked up fastest.
    """

    low: NDArray[np.bytes_]
    high: NDArray[np.bytes_]
    order: NDArray[np.int64]
    conditions: tuple[_Condition, ...]

    @classmethod
    def of(cls, words: Iterable[tuple[Word, bool, bool]]) -> Asked:
        """Tell where to look, for each word given with whether it is the last of its phrase, and the only one."""
        low: list[bytes] = []
        heads: list[int] = []
        conditions = []
        for number, (word, last, alone) in enumerate(words):
            takes_particles = last and _takes_particles(word)
            head = PATTERN.split(fold(word.form) if word.exact else word.form)[0]
            key = _key(head)
            low.append(key)
            if takes_particles or word.wild:
                heads.append(number)
            if (
                word.exact
                or takes_particles
                or len(key) == _WIDTH
                or PATTERN.search(word.form.removesuffix("*"))
            ):
                conditions.append(_Condition(number, word, last, alone))
        keys = np.array(low, KEY)
        high = keys.copy()
        high[heads] = _past(keys[heads])
        return cls(keys, high, np.argsort(keys), tuple(conditions))


@dataclass(frozen=True, eq=False)
class Resolved:
    """The types of many words, one word after the other, and the letters of each that are a particle.

    `begins` says where the types of each word begin, and at the end how many there are.
    """

    types: Ints
    cuts: Ints
    begins: NDArray[np.int64]

    @cached_property
    def bounds(self) -> tuple[Ints, NDArray[np.uint32]]:
        """The first type of each word, and how many there are; 0 where they are no neighbours or have particles."""
        first, counts = self.begins[:-1], np.diff(self.begins)
        low, width = np.zeros(len(counts), np.int32), np.zeros(len(counts), np.uint32)
        some = np.flatnonzero(counts)
        low[some] = self.types[first[some]]
        neighbours = self.types[first[some] + counts[some] - 1] + 1 - low[some] == counts[some]
        neighbours &= (np.maximum.reduceat(self.cuts, first[some]) == 0) if len(some) else True
        width[some[neighbours]] = counts[some[neighbours]]
        return low, width

    def expanded(self, words: Ints) -> tuple[NDArray[np.int64], Ints, Ints]:
        """Give the types of some words, each with the place of its word among these, and its particle."""
        starts, counts = self.begins[words], self.begins[words + 1] - self.begins[words]
        at = numbers_in(starts, counts)
        return np.repeat(np.arange(len(words)), counts), self.types[at], self.cuts[at]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The different words of a part, as written and folded, in the order of the folded forms.

    So what a word or the beginning of a word means are neighbours, found by halving: nothing is loaded.
    """

    types: pa.LargeStringArray
    forms: pa.LargeStringArray
    keys: NDArray[np.bytes_]

    @classmethod
    def of(cls, words: Iterable[str]) -> tuple[Vocabulary, Ints]:
        """Order some different words; give the place of each in that order, too."""
        types = pa.array(list(words), pa.large_string())
        forms = pa.array([fold(word) for word in types.to_pylist()], pa.large_string())
        order = pc.sort_indices(
            pa.table({"form": forms, "type": types}),
            sort_keys=[("form", "ascending"), ("type", "ascending")],
        ).to_numpy()
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        types, forms = types.take(pa.array(order)), forms.take(pa.array(order))
        keys = np.array([form.encode()[:_WIDTH] for form in forms.to_pylist()], KEY)
        return cls(types, forms, keys), places

    def __len__(self) -> int:
        return len(self.types)

    def resolve(self, word: Word, *, last: bool, alone: bool = False) -> tuple[Ints, Ints]:
        """Find the types of a word, and how many characters of each are a particle.

        Only the last word of a phrase may have one, and only where its case is not fixed by `=`; a single
        syllable that is `alone`, the one word of its phrase, takes fewer.
        """
        resolved = self.resolve_all(Asked.of([(word, last, alone)]))
        return resolved.types, resolved.cuts

    def resolve_all(self, asked: Asked) -> Resolved:
        """Resolve many words."""
        first, counts = np.zeros((2, len(asked.low)), np.int64)
        first[asked.order] = np.searchsorted(self.keys, asked.low[asked.order], "left")
        counts[asked.order] = np.searchsorted(self.keys, asked.high[asked.order], "right")
        counts -= first
        found = {}
        for one in asked.conditions:
            near = range(first[one.number], first[one.number] + counts[one.number])
            found[one.number] = sorted(self._fitting(near, one).items())
            first[one.number], counts[one.number] = 0, len(found[one.number])
        begins = np.append(0, np.cumsum(counts))
        types, cuts = numbers_in(first, counts).astype(np.int32), np.zeros(begins[-1], np.int32)
        for number, pairs in found.items():
            here = slice(begins[number], begins[number + 1])
            types[here], cuts[here] = np.array(pairs, np.int32).reshape(-1, 2).T
        return Resolved(types, cuts, begins)

    def _fitting(self, near: range, asked: _Condition) -> dict[int, int]:
        """Give those of some types that a word means, each with how many of its characters are a particle."""
        word, takes_particles = asked.word, asked.last and _takes_particles(asked.word)
        if word.wild:
            forms = self._candidates(near, word)
            found = self._with_particle(forms, word) if takes_particles else {}
            return found | {n: 0 for n, form in forms.items() if glob(word.form, form)}
        forms = dict(zip(near, self.forms.slice(near.start, len(near)).to_pylist(), strict=True))
        if takes_particles:
            return {n: cut for n, form in forms.items() if (cut := self._cut(n, form, asked)) >= 0}
        same = fold(word.form)
        return {
            n: 0
            for n, form in forms.items()
            if form == same and (not word.exact or exact(self.types[n].as_py()) == word.form)
        }

    def _candidates(self, near: range, word: Word) -> dict[int, str]:
        """Give those of some types that hold the longest piece of a pattern, each in the form it is compared in."""
        pieces = PATTERN.split(fold(word.form) if word.exact else word.form)
        forms = self.forms.slice(near.start, len(near))
        holding = pc.match_substring(forms, max(pieces, key=len)).to_numpy(zero_copy_only=False)
        there = np.flatnonzero(holding)
        written = self.types.slice(near.start, len(near)) if word.exact else forms
        compared = written.take(pa.array(there)).to_pylist()
        pairs = zip(
            (near.start + there).tolist(), map(exact, compared) if word.exact else compared, strict=True
        )
        return {n: form for n, form in pairs if len(form) <= _MAX_GLOB}

    def _cut(self, n: int, form: str, asked: _Condition) -> int:
        """Count the characters of the particle that a type has behind a Hangul word; -1 where it is another word."""
        word = asked.word.form
        if form == word:
            return 0
        return (
            _written(self.types[n].as_py(), form[len(word) :])
            if inflected(word, form, alone=asked.alone)
            else -1
        )

    def _with_particle(self, forms: Mapping[int, str], word: Word) -> dict[int, int]:
        """Give the types whose beginning fits a pattern and is a word with a particle behind, and the length of that."""
        return {
            n: _written(self.types[n].as_py(), form[at:])
            for n, form in forms.items()
            for at in range(1, len(form))
            if inflected(form[:at], form) and glob(word.form, form[:at])
        }


def _takes_particles(word: Word) -> bool:
    return not word.exact and script(word.form) == "hangul" and not word.form.endswith("*")


def _written(word: str, particle: str) -> int:
    """Count the characters of a particle at the end of a word as written: decomposed ones have more."""
    sizes = range(len(particle), len(word))
    return next((size for size in sizes if exact(word[-size:]) == particle), 0)


def _key(form: str) -> bytes:
    return form.encode("utf-8", "surrogatepass")[:_WIDTH]


def _past(keys: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Give for each key one behind all that begin so."""
    return np.array([key + _LAST * (_WIDTH - len(key)) for key in keys.tolist()], KEY)
