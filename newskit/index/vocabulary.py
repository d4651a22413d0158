"""Vocabulary: the different words of a part, and which of them a word of a query means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from newskit.index.spans import Ints
from newskit.query import Word
from newskit.words import PATTERN, exact, fold, glob, inflected, script

__all__ = ["Vocabulary"]

_MAX_GLOB = 100  # a longer run of letters is no word that a pattern means


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The different words of a part, as written, by type."""

    types: tuple[str, ...]

    @cached_property
    def folded(self) -> dict[str, list[int]]:
        """The types of each folded form."""
        return self._by(fold)

    @cached_property
    def written(self) -> dict[str, list[int]]:
        """The types of each form in which only width and a last dot do not matter."""
        return self._by(exact)

    @cached_property
    def _sorted(self) -> dict[bool, list[str]]:
        return {False: sorted(self.folded), True: sorted(self.written)}

    def _by(self, form: Callable[[str], str]) -> dict[str, list[int]]:
        forms: dict[str, list[int]] = {}
        for number, word in enumerate(self.types):
            forms.setdefault(form(word), []).append(number)
        return forms

    def resolve(self, word: Word, *, last: bool, alone: bool = False) -> tuple[Ints, Ints]:
        """Find the types of a word, and how many characters of each are a particle.

        Only the last word of a phrase may have one, and only where its case is not fixed by `=`; a single
        syllable that is `alone`, the one word of its phrase, takes fewer.
        """
        found: dict[int, int] = {}
        forms = self.written if word.exact else self.folded
        for form in self._forms(word):
            found.update((t, 0) for t in forms.get(form, ()))
        if last and not word.exact and script(word.form) == "hangul":
            for form, particle in self._with_particle(word, alone=alone):
                for number in forms.get(form, ()):
                    found.setdefault(number, _written(self.types[number], particle))
        numbers = np.array(sorted(found), np.int32)
        return numbers, np.array([found[n] for n in sorted(found)], np.int32)

    def _forms(self, word: Word) -> list[str]:
        if not word.wild:
            return [word.form]
        return [form for form in self._candidates(word) if glob(word.form, form)]

    def _candidates(self, word: Word) -> list[str]:
        """Narrow the forms down to those that begin as the pattern does and hold its longest piece."""
        pieces = PATTERN.split(word.form)
        longest = max(pieces, key=len)
        forms = self._beginning(pieces[0], exact=word.exact)
        return [form for form in forms if longest in form and len(form) <= _MAX_GLOB]

    def _beginning(self, head: str, *, exact: bool) -> list[str]:
        forms = self._sorted[exact]
        return forms[bisect_left(forms, head) : bisect_left(forms, head + "\U0010ffff")] if head else forms

    def _with_particle(self, word: Word, *, alone: bool) -> list[tuple[str, str]]:
        """List the forms that are the word and a particle; few begin with it, so each of those is looked at."""
        if not word.wild:
            stem, size = word.form, len(word.form)
            forms = self._beginning(stem, exact=False)
            return [(form, form[size:]) for form in forms if inflected(stem, form, alone=alone)]
        if word.form.endswith("*"):
            return []
        cuts = ((form, form[:at]) for form in self._candidates(word) for at in range(1, len(form)))
        return [
            (form, form[len(stem) :])
            for form, stem in cuts
            if inflected(stem, form, alone=alone) and glob(word.form, stem)
        ]


def _written(word: str, particle: str) -> int:
    """Count the characters of a particle at the end of a word as written: decomposed ones have more."""
    sizes = range(len(particle), len(word))
    return next((size for size in sizes if exact(word[-size:]) == particle), 0)
