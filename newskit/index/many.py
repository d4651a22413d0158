"""Many phrases as a few arrays, so that they can be looked up together, whatever the part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from newskit.index.part import NO_GAP
from newskit.index.spans import Ints, Longs
from newskit.index.vocabulary import Asked
from newskit.query import Phrase, Word
from newskit.words import LEGAL, Gap, is_katakana, script

__all__ = ["Group", "Many", "edges", "plain"]


@dataclass(frozen=True, eq=False)
class _Rows:
    """What becomes a group, one phrase after the other: lists in a list would cost more than all else."""

    numbers: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Group:
    """Phrases that are looked up together: their numbers, their sizes, and a row for each of their words and gaps.

    `places` says where in the phrase each of the words stands; a phrase that is shorter than others has its last word
    again, which is not asked for. `edges` are the gaps that may not stand before the first word and behind the last:
    there a term would begin or end within what a reader takes for one word.
    """

    numbers: Ints
    sizes: Ints
    words: Ints
    places: Ints
    gaps: NDArray[np.uint8]
    edges: NDArray[np.uint8]

    @classmethod
    def of(cls, rows: _Rows) -> Group:
        """Put together some phrases."""
        numbers, sizes = np.array(rows.numbers, np.int32), np.array(rows.sizes, np.int32)[:, np.newaxis]
        places = np.minimum(np.arange(sizes.max(initial=0), dtype=np.int32), sizes - np.int32(1))
        begins = np.cumsum(sizes, axis=0) - sizes
        words = np.array(rows.words, np.int32)[begins + places]
        gaps = np.full(words.shape, NO_GAP, np.uint8)[:, 1:]
        gaps[places[:, 1:] > places[:, :-1]] = rows.gaps
        edges = np.array(rows.edges, np.uint8).reshape(-1, 2)
        return cls(numbers, sizes[:, 0], words, places, gaps, edges)

    def where(self, rows: Longs, order: Longs) -> Group:
        """Keep some of the phrases, and put the words of each in an order, those that are there again last."""
        words, places = (np.take_along_axis(each[rows], order, 1) for each in (self.words, self.places))
        return Group(self.numbers[rows], self.sizes[rows], words, places, self.gaps[rows], self.edges[rows])

    def turn(self, begin: int, end: int) -> Group:
        """Give some phrases that are neighbours, the first as long as any of them."""
        few, longest = slice(begin, end), int(self.sizes[begin])
        return Group(
            self.numbers[few],
            self.sizes[few],
            self.words[few, :longest],
            self.places[few, :longest],
            self.gaps[few, : longest - 1],
            self.edges[few],
        )


@dataclass(frozen=True, eq=False)
class _Table:
    """Some phrases as numbers: the different words they ask for, and those of one word apart from longer ones."""

    asked: Asked
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, phrases: Sequence[Phrase]) -> _Table:
        """Give each different word that some different phrases ask for a number."""
        known: dict[tuple[Word, bool, bool], int] = {}
        single, longer = _Rows(), _Rows()
        for number, phrase in enumerate(phrases):
            size = len(phrase.words)
            rows = single if size == 1 else longer
            rows.numbers.append(number)
            rows.sizes.append(size)
            keys = ((plain(word), n == size - 1, size == 1) for n, word in enumerate(phrase.words))
            rows.words.extend(known.setdefault(key, len(known)) for key in keys)
            rows.gaps.extend(LEGAL[gap] for gap in phrase.gaps)
            rows.edges.extend(edges(phrase))
        return cls(Asked.of(known), (Group.of(single), Group.of(longer)))


@dataclass(frozen=True, eq=False)
class Many:
    """Different phrases that are looked up together, in one index after the other."""

    phrases: tuple[Phrase, ...]

    @cached_property
    def table(self) -> _Table:
        """The phrases as numbers: made once, where they are looked up at all."""
        return _Table.of(self.phrases)

    def some(self, chosen: tuple[int, ...]) -> Many:
        """Keep the phrases at some places; what the last part asked for is not made again."""
        return self if len(chosen) == len(self.phrases) else _some(self, chosen)


@lru_cache(maxsize=1)
def _some(many: Many, chosen: tuple[int, ...]) -> Many:
    return Many(tuple(many.phrases[n] for n in chosen))


def plain(word: Word) -> Word:
    """Give what stands at one place: a `*` beside a Han or Kana sign says that it may lie within a run."""
    return Word(word.form.strip("*"), word.exact) if script(word.form) == "character" else word


def edges(phrase: Phrase) -> tuple[int, int]:
    """Give the gaps that may not stand before a phrase and behind it."""
    first, last = phrase.words[0].form, phrase.words[-1].form
    if first.isascii() and last.isascii():
        return NO_GAP, NO_GAP
    before = Gap.RUN if is_katakana(first) else Gap.PARTICLE if script(first) == "hangul" else NO_GAP
    behind = Gap.RUN if is_katakana(last.lstrip("*")) and not last.endswith("*") else NO_GAP
    return int(before), int(behind)
