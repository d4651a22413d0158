"""Known: which words stand in the rules of a topic already, and which places they cover."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.codebook import Rule
from newskit.query import Phrase, Word, phrases
from newskit.words import fold, glob, inflected, script

__all__ = ["Known", "overlapping"]

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Known:
    """The words that stand in some rules; of Japanese, the terms.

    >>> from newskit.codebook import Codebook
    >>> rules = Codebook.from_text("topics: {t: {any: ['forced lab*r', 강제징용, 韓国外相]}}").topics[0].any
    >>> [Known(rules).holds(word) for word in ("labour", "강제징용을", "外相", "韓国外相会談", "court")]
    [True, True, True, False, False]
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        asked = {phrase for rule in rules for phrase in phrases(rule.query)}
        self.terms = {_written(phrase) for phrase in asked if _of_characters(phrase)}
        words = {word for phrase in asked if not _of_characters(phrase) for word in phrase.words}
        self.plain = {fold(word.form) for word in words if not word.wild}
        self.wild = [fold(word.form) for word in words if word.wild]
        self.hangul = [form for form in self.plain if script(form) == "hangul"]

    def holds(self, word: str) -> bool:
        """Tell whether a word stands in a rule, or a pattern of one fits it.

        A run of Kanji that is longer than a term does not: 韓国大法院 says more than 韓国.
        """
        if script(word) == "character":
            return any(word in term for term in self.terms)
        return (
            word in self.plain
            or any(glob(pattern, word) for pattern in self.wild)
            or (script(word) == "hangul" and any(inflected(form, word) for form in self.hangul))
        )


def overlapping(these: pd.DataFrame, others: pd.DataFrame) -> Bools:
    """Tell of each place (as in `Hits.found`) whether it shares a word with one of the others."""
    first, last = _ends(these)
    their_first, their_last = _ends(others)
    order = np.argsort(their_first, kind="stable")
    reach = np.maximum.accumulate(np.append(-1, their_last[order]))
    return np.asarray(reach[np.searchsorted(their_first[order], last, "right")] >= first)


def _ends(places: pd.DataFrame) -> tuple[Longs, Longs]:
    """Give the first and the last word of each place as numbers: those of one text lie together."""
    text = (places["article"].to_numpy().astype(np.int64) << 34) + (
        places["field"].to_numpy().astype(np.int64) << 32
    )
    return text + places["first"].to_numpy(), text + places["last"].to_numpy()


def _of_characters(phrase: Phrase) -> bool:
    return all(script(word.form) == "character" for word in phrase.words)


def _written(phrase: Phrase) -> str:
    return "".join(_letters(word) for word in phrase.words)


def _letters(word: Word) -> str:
    return fold(word.form).replace("*", "").replace("?", "")
