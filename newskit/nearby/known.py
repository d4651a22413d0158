"""Known: which words and phrases stand in the rules of a topic already."""

from __future__ import annotations

from collections.abc import Iterable

from newskit.codebook import Rule
from newskit.query import Phrase, Word, phrases
from newskit.words import fold, glob, inflected, script

__all__ = ["Known"]


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


def _of_characters(phrase: Phrase) -> bool:
    return all(script(word.form) == "character" for word in phrase.words)


def _written(phrase: Phrase) -> str:
    return "".join(_letters(word) for word in phrase.words)


def _letters(word: Word) -> str:
    return fold(word.form).replace("*", "").replace("?", "")
