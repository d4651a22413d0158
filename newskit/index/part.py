"""Index: where every word of a part stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.index.cutting import Cut, Cuts, cut
from newskit.index.spans import WORD_BITS, Bools, Ints, Longs
from newskit.index.vocabulary import KEY, Vocabulary
from newskit.words import Gap, closes, gap_of, is_particle

__all__ = ["FIELDS", "NO_GAP", "Index"]

FIELDS: Final = ("title", "body", "caption")
NO_GAP: Final = 255  # for "any may stand there"
_STEP = 3  # bits: `nearly` has the text of each 8th word
_STEPS = 4  # texts that are stepped over one by one
_CLOSES = 16  # added to the gap of a closing quotation mark or bracket, until what follows is known
_HANGUL = ("가", "힣")
_KATAKANA = (("ァ", "ヿ"), ("ㇰ", "ㇿ"))  # forms have no half width
_LONG_VOWEL = ("ー", "ー")
_LOWER = 1 << 16  # types that differ in their lower 16 bits
_BATCH = 1 << 19  # characters cut into words at a time: as many as the caches of a processor hold


@dataclass(frozen=True, eq=False)
class Index:
    """The words of the texts of one part, in order: title, body and captions of each article in turn.

    `kinds` holds the type of the word at each position, and `postings` the positions of each type, one type after the
    other; `begins` says where each begins. For each position `gap` says what stands before it. `bounds` holds the first position of each text, and their
    number at the end; `nearly` has the number of the text that each 8th word stands in; `sentences` and `paragraphs` the positions where one starts.
    """

    vocabulary: Vocabulary
    kinds: Ints
    begins: Longs
    postings: Ints
    gap: NDArray[np.uint8]
    bounds: Ints
    nearly: Ints
    sentences: Ints
    paragraphs: Ints

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str, str]]) -> Index:
        """Build the index of some articles, each given as title, body and captions."""
        builder = _Builder()
        for article in texts:
            builder.add(article)
        return builder.index()

    def __len__(self) -> int:
        return len(self.postings)

    def __repr__(self) -> str:
        return f"<Index: {self.articles:,} articles, {len(self):,} words, {len(self.vocabulary):,} different>"

    @property
    def articles(self) -> int:
        """How many articles were indexed."""
        return len(self.bounds) // 3

    def positions(self, kind: int) -> Ints:
        """All positions of a type, in order."""
        return self.postings[self.begins[kind] : self.begins[kind + 1]]

    def words(self, positions: Ints) -> tuple[Ints, Ints]:
        """Give for each position the number of its text (3 * row of the article + number of the field), and which word of that it is.

        To look up a word nearby, and go on from there where texts begin between, takes a fifth of the time of halving;
        to compare numbers of one size, and to "clip", spares numpy a copy.
        """
        ends = self.bounds[1:]
        text: Ints = self.nearly.take(positions >> _STEP, mode="clip")
        behind = np.flatnonzero(ends.take(text, mode="clip") <= positions)
        steps = 0
        while len(behind) and steps < _STEPS:
            text[behind] += 1
            behind = behind[ends[text[behind]] <= positions[behind]]
            steps += 1
        if len(behind):  # many empty texts lie between
            text[behind] = np.searchsorted(self.bounds, positions[behind], "right") - 1
        return text, positions - self.bounds.take(text, mode="clip")

    def around(self, words: Longs, unit: str) -> tuple[Longs, Longs]:
        """Tell how many words the sentence ("S") or paragraph ("P") of each word has before it, and how many behind."""
        heads = self.sentences if unit == "S" else self.paragraphs
        position = self.bounds[words >> WORD_BITS] + (words & (1 << WORD_BITS) - 1)
        number = np.searchsorted(heads, position.astype(np.int32), "right")
        following = heads[np.minimum(number, len(heads) - 1)]
        behind = np.where(number < len(heads), following, len(self)) - 1 - position
        return position - heads[number - 1], behind

    def rows(self, kinds: Ints, edge: int) -> Longs:
        """Give the rows of the articles in which words of some types stand, but not behind the gap `edge`."""
        marked, begins = np.zeros(self.articles, bool), self.bounds[::3]
        for kind in kinds.tolist():
            at = self.positions(kind)
            at = at if edge == NO_GAP else at[self.gap[at] != edge]
            if len(at) > len(begins):  # to look up the fewer among the more, both in order
                marked |= np.diff(np.searchsorted(at, begins)) > 0
            else:
                marked[np.searchsorted(begins, at, "right") - 1] = True
        return np.flatnonzero(marked)


class _Builder:
    """Cuts texts into words as they come, and puts together what was cut."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.size = 0
        self.cuts: list[Cut] = []

    def add(self, article: tuple[str, str, str]) -> None:
        self.waiting.extend(article)
        self.size += sum(map(len, article))
        if self.size >= _BATCH:
            self._cut()

    def index(self) -> Index:
        self._cut()
        cuts = Cuts.of(self.cuts)
        vocabulary, token = _types(cuts)
        bounds = np.append(0, np.cumsum(cuts.counts)).astype(np.int32)
        begins, postings = _postings(token, len(vocabulary))
        gap = _gaps(cuts)
        _keep_particles(gap, token, vocabulary)
        _settle(gap, _is_lower(vocabulary)[token], bounds)
        _join_katakana(gap, begins, postings, vocabulary)
        heads = (np.flatnonzero(gap >= least).astype(np.int32) for least in (Gap.SENTENCE, Gap.PARAGRAPH))
        nearly = np.repeat(np.arange(len(bounds) - 1, dtype=np.int32), np.diff(-(-bounds >> _STEP)))
        return Index(vocabulary, token, begins, postings, gap, bounds, nearly, *heads)

    def _cut(self) -> None:
        if self.waiting:
            self.cuts.append(cut(self.waiting))
        self.waiting, self.size = [], 0


def _types(cuts: Cuts) -> tuple[Vocabulary, Ints]:
    """Order the different words, and give the type of each word."""
    there = np.flatnonzero(cuts.is_word)
    vocabulary, places = Vocabulary.of(cuts.strings[n] for n in there.tolist())
    kinds = np.zeros(len(cuts.strings), np.int32)
    kinds[there] = places
    return vocabulary, kinds[cuts.word]


def _gaps(cuts: Cuts) -> NDArray[np.uint8]:
    """Tell the class of each gap: there are few different ones, except in a hostile text."""
    there = np.flatnonzero(~cuts.is_word)
    strings = (cuts.strings[n] for n in there.tolist())
    classes = np.zeros(len(cuts.strings), np.uint8)
    classes[there] = [int(gap_of(between)) + _CLOSES * closes(between) for between in strings]
    return classes[cuts.gap]


def _keep_particles(gap: NDArray[np.uint8], token: Ints, vocabulary: Vocabulary) -> None:
    """Tell where a particle follows right behind a closing sign; any other word takes that for what it is."""
    closed = np.flatnonzero(gap >= _CLOSES)
    gap[closed] -= _CLOSES
    hangul = _beginning(vocabulary, *_HANGUL)
    closed = closed[(token[closed] >= hangul.start) & (token[closed] < hangul.stop)]
    kinds, of = np.unique(token[closed], return_inverse=True)
    particle = np.array([is_particle(vocabulary.forms[kind].as_py()) for kind in kinds.tolist()], bool)
    gap[closed[particle[of]]] = Gap.PARTICLE


def _join_katakana(gap: NDArray[np.uint8], begins: Longs, postings: Ints, vocabulary: Vocabulary) -> None:
    """Tell which Katakana signs continue a run: what begins with a long vowel is none yet (らーメン)."""
    ranges = (_beginning(vocabulary, *ends) for ends in (*_KATAKANA, _LONG_VOWEL))
    *some, long = (postings[begins[kinds.start] : begins[kinds.stop]] for kinds in ranges)
    if not any(map(len, some)):
        return
    sign, vowel = np.zeros((2, len(gap)), bool)
    sign[np.concatenate(some)] = vowel[long] = True
    signs = np.flatnonzero(sign)
    nth = np.arange(len(signs))
    joined = (gap[signs] == Gap.JOINED) & (np.diff(signs, prepend=-2) == 1)
    run = np.maximum.accumulate(np.where(joined, 0, nth))
    letter = np.maximum.accumulate(np.where(vowel[signs], -1, nth))
    continued = joined[1:] & (letter[:-1] >= run[1:])
    gap[signs[1:][continued]] = Gap.RUN


def _beginning(vocabulary: Vocabulary, first: str, last: str) -> range:
    """Give the types whose forms begin with a character from the first to the last."""
    low, high = np.array([first.encode(), last.encode() + b"\xff"], KEY)
    return range(*np.searchsorted(vocabulary.keys, [low, high]).tolist())


def _settle(gap: NDArray[np.uint8], lower: Bools, bounds: Ints) -> None:
    """Tell gaps by what follows too: no sentence begins with a small letter, and each text begins a paragraph."""
    gap[(gap == Gap.SENTENCE) & lower] = Gap.PUNCT  # "approx. five", '"Why?" he asked'
    gap[bounds[:-1][np.diff(bounds) > 0]] = Gap.PARAGRAPH
    articles = bounds[:-1:3]
    gap[articles[articles < len(gap)]] = Gap.ARTICLE


def _is_lower(vocabulary: Vocabulary) -> Bools:
    first = pc.utf8_slice_codeunits(vocabulary.types, 0, 1).to_pylist()
    return np.fromiter((letter.islower() for letter in first), bool, len(first))


def _postings(token: Ints, types: int) -> tuple[Longs, Ints]:
    """List the positions of each type, and where each list begins: in order of the lower bits, then of the others.

    numpy sorts 16 bits by counting. To sort larger numbers takes half of that time at best, and on processors where it
    is slow (AMD Zen 4) more than twice.
    """
    postings = np.argsort(token.astype(np.uint16), kind="stable").astype(np.int32)
    if types > _LOWER:
        higher = (token >> 16).astype(np.uint16)[postings]
        postings = postings[np.argsort(higher, kind="stable")]
    begins = np.append(0, np.cumsum(np.bincount(token, minlength=types)))
    return begins, postings
