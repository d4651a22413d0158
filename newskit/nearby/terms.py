"""Terms: the words of a part as an analyst would write them in a rule, read from its index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.index import Index
from newskit.words import Gap, inflected

__all__ = ["Terms", "stem", "terms_of"]

_LONGEST_RUN = 8  # characters of Kanji or Katakana: a longer run is no word
_LETTERS, _HANGUL, _KANJI, _KATAKANA = 1, 2, 3, 4
# A word has a letter and is longer than one; addresses are no words, nor are numbers. The mark of a long vowel and
# the mark of repetition belong to no script of their own.
_CLASSES = (
    (_LETTERS, r"^[^@/]*\p{L}[^@/]*$"),
    (0, r"^.$|^www\.|^\p{Hiragana}"),
    (_HANGUL, r"^\p{Hangul}{2}"),
    (_KANJI, r"^[\p{Han}々〇]"),
    (_KATAKANA, r"^[\p{Katakana}ー]"),
)

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Terms:
    """The words of some articles of a part, in the order of the texts.

    `names` are the different ones, folded; `name` and `row` say for each word in turn which it is and in which
    row it stands, `behind` whether it stands right behind the one before, as in a phrase.
    """

    names: pa.LargeStringArray
    name: Longs
    row: Ints
    behind: Bools


def terms_of(index: Index, rows: Bools) -> Terms:
    """Read the words of some articles of an index.

    A Korean word counts without its particle; in Japanese, a run of two to eight Kanji or Katakana counts as a word,
    for no space tells where one ends. Chinese has no Kana between its words: of a sentence without punctuation
    nothing is taken. Numbers, single letters and addresses are no words.
    """
    at = np.flatnonzero(np.repeat(rows, np.diff(index.bounds[::3])))
    token = _tokens(index)[at]
    names, of_type, classes = _names(index, token)
    kind = classes[token]
    words = np.flatnonzero((kind == _LETTERS) | (kind == _HANGUL))
    runs = _runs(index, at, token, kind)
    first = np.concatenate([at[words], at[runs.first]])
    last = np.concatenate([at[words], at[runs.last]])
    name = np.concatenate([of_type[token[words]], runs.name + len(names)])
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    row = np.repeat(np.arange(index.articles, dtype=np.int32), np.diff(index.bounds[::3]))[first]
    return Terms(pa.concat_arrays([names, runs.names]), name[order], row, _behind(index, first, last))


@lru_cache(maxsize=1 << 18)
def stem(form: str) -> str:
    """Take the particle off a Hangul word: the shortest noun of two syllables or more that it may be a form of.

    >>> stem("강제징용을"), stem("일본에서는"), stem("경기도")
    ('강제징용', '일본', '경기도')
    """
    return next((form[:n] for n in range(2, len(form)) if inflected(form[:n], form)), form)


@dataclass(frozen=True, eq=False)
class _Runs:
    names: pa.LargeStringArray
    name: Longs
    first: Longs
    last: Longs


def _tokens(index: Index) -> Ints:
    """Give the type of the word at each position."""
    token = np.empty(len(index), np.int32)
    types = np.arange(len(index.vocabulary), dtype=np.int32)
    token[index.postings] = np.repeat(types, np.diff(index.begins))
    return token


def _names(index: Index, token: Ints) -> tuple[pa.LargeStringArray, Longs, Bytes]:
    """Give the names of the words that are there, which of them each type has, and the class of each type."""
    there = np.flatnonzero(np.bincount(token, minlength=len(index.vocabulary)))
    forms = index.vocabulary.forms.take(pa.array(there))
    classes, of_type = np.zeros(len(index.vocabulary), np.uint8), np.zeros(len(index.vocabulary), np.int64)
    classes[there] = _classes(forms)
    hangul = classes[there] == _HANGUL
    if hangul.any():
        stems = [stem(form) for form in forms.filter(pa.array(hangul)).to_pylist()]
        forms = pc.replace_with_mask(forms, pa.array(hangul), pa.array(stems, forms.type))
    coded = forms.dictionary_encode()
    of_type[there] = coded.indices.to_numpy()
    return coded.dictionary, of_type, classes


def _classes(forms: pa.LargeStringArray) -> Bytes:
    classes = np.zeros(len(forms), np.uint8)
    for number, pattern in _CLASSES:
        classes[pc.match_substring_regex(forms, pattern).to_numpy(zero_copy_only=False)] = number
    return classes


def _runs(index: Index, at: Longs, token: Ints, kind: Bytes) -> _Runs:
    """Find the runs of Kanji, and of Katakana, that count as words."""
    sign = np.flatnonzero(kind >= _KANJI)
    joined = np.isin(index.gap[at[sign]], (Gap.JOINED, Gap.RUN))
    joined[:1] = False
    joined[1:] &= (np.diff(sign) == 1) & (np.diff(at[sign]) == 1) & (np.diff(kind[sign]) == 0)
    begins = np.flatnonzero(~joined)
    sizes = np.diff(np.append(begins, len(sign)))
    good = (sizes >= 2) & (sizes <= _LONGEST_RUN)
    begins, sizes = begins[good], sizes[good]
    characters = np.repeat(begins - np.append(0, np.cumsum(sizes))[:-1], sizes) + np.arange(sizes.sum())
    coded = _together(index.vocabulary.forms.take(pa.array(token[sign[characters]])), sizes)
    first, last = sign[begins], sign[begins + sizes - 1]
    return _Runs(coded.dictionary, coded.indices.to_numpy().astype(np.int64), first, last)


def _together(characters: pa.LargeStringArray, sizes: Longs) -> pa.DictionaryArray:
    """Join characters that follow each other to words of given sizes: their bytes stand side by side already."""
    if not len(sizes):
        return pa.array([], pa.large_string()).dictionary_encode()
    _, offsets, data = characters.buffers()
    edges = np.frombuffer(offsets, np.int64, len(characters) + 1)[np.append(0, np.cumsum(sizes))]
    words = pa.LargeStringArray.from_buffers(len(sizes), pa.py_buffer(edges.copy()), data)
    return words.dictionary_encode()


def _behind(index: Index, first: Longs, last: Longs) -> Bools:
    behind = np.asarray(index.gap[first] <= Gap.SPACE)
    behind[:1] = False
    behind[1:] &= first[1:] == last[:-1] + 1
    return behind
