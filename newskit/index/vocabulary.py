"""Vocabulary: the different words of a part, and which of them a word of a query means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
class Asked:
    """Words to resolve together: those that are looked up by their keys alone, in the order of these, and others.

    `plain` are the numbers of those: what they mean lies from the key in `low` to that in `high`. Another is given by
    its number, the word, whether it is the last of its phrase, and the only one.
    """

    plain: Ints
    low: NDArray[np.bytes_]
    high: NDArray[np.bytes_]
    others: tuple[tuple[int, Word, bool, bool], ...]

    @classmethod
    def of(cls, words: Iterable[tuple[Word, bool, bool]]) -> Asked:
        """Part the words, numbered as they come, by how they are looked up."""
        plain: dict[int, bytes] = {}
        heads: list[int] = []
        others = []
        for number, (word, last, alone) in enumerate(words):
            head = word.form.removesuffix("*")
            key = _key(head)
            if word.exact or PATTERN.search(head) or len(key) == _WIDTH or (last and _takes_particles(word)):
                others.append((number, word, last, alone))
            else:
                plain[number] = key
                heads += [number] if head != word.form else []
        keys = np.array(list(plain.values()), KEY)
        order = np.argsort(keys)
        numbers, low = np.array(list(plain), np.int32)[order], keys[order]
        high = np.where(np.isin(numbers, heads), _past(low), low)
        return cls(numbers, low, high, tuple(others))


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
        found = dict(self._with_particle(word, alone=alone)) if last and _takes_particles(word) else {}
        found |= dict.fromkeys(self._meant(word), 0)
        numbers = np.array(sorted(found), np.int32)
        return numbers, np.array([found[n] for n in sorted(found)], np.int32)

    def resolve_all(self, asked: Asked) -> Resolved:
        """Resolve many words."""
        first = np.searchsorted(self.keys, asked.low, "left")
        counts = np.zeros(len(asked.plain) + len(asked.others), np.int64)
        counts[asked.plain] = np.searchsorted(self.keys, asked.high, "right") - first
        found = {n: self.resolve(word, last=last, alone=alone) for n, word, last, alone in asked.others}
        for number, (types, _) in found.items():
            counts[number] = len(types)
        begins = np.append(0, np.cumsum(counts))
        resolved = Resolved(np.empty(begins[-1], np.int32), np.zeros(begins[-1], np.int32), begins)
        plain = counts[asked.plain]
        resolved.types[numbers_in(begins[asked.plain], plain)] = numbers_in(first, plain)
        for number, (types, cuts) in found.items():
            resolved.types[begins[number] : begins[number + 1]] = types
            resolved.cuts[begins[number] : begins[number + 1]] = cuts
        return resolved

    def _meant(self, word: Word) -> Iterator[int]:
        if word.wild:
            yield from (n for n, form in self._candidates(word) if glob(word.form, form))
            return
        form = fold(word.form)
        for n in self._between(form, form):
            if self.forms[n].as_py() == form and (
                not word.exact or exact(self.types[n].as_py()) == word.form
            ):
                yield n

    def _between(self, low: str, high: str) -> range:
        """Give the types whose forms lie from `low` to what begins with `high`, and perhaps some more."""
        first = np.searchsorted(self.keys, _key(low), "left")
        return range(int(first), int(np.searchsorted(self.keys, _key(high), "right")))

    def _beginning(self, head: str) -> range:
        """Give the types whose forms begin so, and perhaps some more."""
        low = np.array([_key(head)], KEY)
        first, past = np.searchsorted(self.keys, low, "left"), np.searchsorted(self.keys, _past(low), "right")
        return range(int(first[0]), int(past[0]))

    def _candidates(self, word: Word) -> Iterator[tuple[int, str]]:
        """Give the types that begin as a pattern does and hold its longest piece, each in the form it is compared in."""
        pieces = PATTERN.split(fold(word.form) if word.exact else word.form)
        near = self._beginning(pieces[0])
        forms = self.forms.slice(near.start, len(near))
        holding = np.flatnonzero(
            pc.match_substring(forms, max(pieces, key=len)).to_numpy(zero_copy_only=False)
        )
        for n in (near.start + int(i) for i in holding):
            form = exact(self.types[n].as_py()) if word.exact else self.forms[n].as_py()
            if len(form) <= _MAX_GLOB:
                yield n, form

    def _with_particle(self, word: Word, *, alone: bool) -> Iterator[tuple[int, int]]:
        """Give the types that are a word with a particle behind, and the length of that."""
        if word.wild:
            cuts = ((n, form, at) for n, form in self._candidates(word) for at in range(1, len(form)))
        else:
            forms = self._beginning(word.form)
            cuts = ((n, self.forms[n].as_py(), len(word.form)) for n in forms)
        for n, form, at in cuts:
            if inflected(form[:at], form, alone=alone) and glob(word.form, form[:at]):
                yield n, _written(self.types[n].as_py(), form[at:])


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
