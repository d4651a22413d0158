"""Vocabulary: the different words of a part, and which of them a word of a query means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.index.spans import Ints
from newskit.query import Word
from newskit.words import PATTERN, exact, fold, glob, inflected, script

__all__ = ["KEY", "Vocabulary"]

KEY = "S24"  # bytes of a form that numpy looks it up by; forms that share them lie side by side
_WIDTH = 24
_MAX_GLOB = 100  # a longer run of letters is no word that a pattern means
_LAST = b"\xff"


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
        found = dict(self._with_particle(word, alone=alone)) if last and self._takes_particles(word) else {}
        found |= dict.fromkeys(self._meant(word), 0)
        numbers = np.array(sorted(found), np.int32)
        return numbers, np.array([found[n] for n in sorted(found)], np.int32)

    @staticmethod
    def _takes_particles(word: Word) -> bool:
        return not word.exact and script(word.form) == "hangul" and not word.form.endswith("*")

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
        first = np.searchsorted(self.keys, _key(head), "left")
        past = np.array(_key(head) + _LAST * (_WIDTH - len(_key(head))), KEY)
        return range(int(first), int(np.searchsorted(self.keys, past, "right")))

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


def _written(word: str, particle: str) -> int:
    """Count the characters of a particle at the end of a word as written: decomposed ones have more."""
    sizes = range(len(particle), len(word))
    return next((size for size in sizes if exact(word[-size:]) == particle), 0)


def _key(form: str) -> bytes:
    return form.encode("utf-8", "surrogatepass")[:_WIDTH]
