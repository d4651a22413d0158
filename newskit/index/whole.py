"""Whole: the parts of a corpus as one, so that an operator is a step for all of them and not for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from newskit.index.known import Known, numbered
from newskit.index.many import Many, find_all
from newskit.index.part import Index
from newskit.index.spans import WORD_BITS, Ints, Longs, Places, Spans, numbers_in
from newskit.query import Phrase, Word

__all__ = ["Whole"]


@dataclass(frozen=True, eq=False)
class Whole:
    """Some parts as one: where the phrases stand that were looked up in them.

    `articles` says how many each part has; `index` opens that of a part to look up phrases, `heads` to look at nothing
    but where its sentences and paragraphs begin. `numbers` says by which number each phrase is known (see `Known`), and
    `answers` what was found for whole queries, by theirs.
    """

    articles: tuple[int, ...]
    index: Callable[[int], Index]
    heads: Callable[[int], Index]
    known: Sequence[Known]
    numbers: dict[Phrase, int]
    answers: dict[int, Spans] = field(default_factory=dict)

    @classmethod
    def of(cls, *parts: Index) -> Whole:
        """Put together parts that are at hand."""
        opened = parts.__getitem__
        return cls(tuple(part.articles for part in parts), opened, opened, [Known() for _ in parts], {})

    def __len__(self) -> int:
        """How many places are known of whole queries."""
        return sum(map(len, self.answers.values()))

    @property
    def begins(self) -> Longs:
        """The number of the first article of each part, and behind the last."""
        return np.cumsum((0, *self.articles))

    def learn(self, many: Many, numbers: Longs) -> None:
        """Look up many phrases together in each part where they are not known yet; `numbers` are theirs."""
        for part, known in enumerate(self.known):
            new = known.lacks(numbers)
            if len(new):
                known.add(numbers[new], *find_all(self.index(part), many.some(tuple(new.tolist()))))

    def places(self, numbers: Longs) -> tuple[Ints, Places]:
        """Give the places of some known phrases, part by part, and for each place whose it is: its place among these."""
        counts = [known.counts[numbers] for known in self.known]
        ends = np.cumsum([0, *(int(of_part.sum()) for of_part in counts)]).tolist()
        found = Places.empty(ends[-1])
        for known, begin, *here in zip(self.known, self.begins, ends, ends[1:], strict=False):
            known.put(numbers, 3 * int(begin), found.where(slice(*here)))
        mine = np.arange(len(numbers), dtype=np.int32)
        return np.concatenate([mine[:0], *(np.repeat(mine, of_part) for of_part in counts)]), found

    def each(self, phrases: Sequence[Phrase]) -> list[Spans]:
        """Find the places of each of some phrases, in order."""
        numbers = numbered(phrases, self.numbers)
        self.learn(Many(tuple(phrases)), numbers)
        counts = np.array([known.counts[numbers] for known in self.known])
        _, found = self.places(numbers)
        begins = np.cumsum(counts).reshape(counts.shape) - counts
        by_phrase = found.where(numbers_in(begins.T.ravel(), counts.T.ravel())).spans
        ends = np.cumsum(counts.sum(axis=0)).tolist()
        return [by_phrase.where(slice(begin, end)) for begin, end in zip((0, *ends), ends, strict=False)]

    def around(self, words: Longs, unit: str) -> tuple[Longs, Longs]:
        """Give the first and the last word of the sentence ("S") or paragraph ("P") of each word; they are in order."""
        low, high = words.copy(), words.copy()
        begins = 3 * self.begins << WORD_BITS
        ends = np.searchsorted(words, begins)
        for part in np.flatnonzero(np.diff(ends)).tolist():
            here = slice(ends[part], ends[part + 1])
            ahead, behind = self.heads(part).around(words[here] - begins[part], unit)
            low[here] -= ahead
            high[here] += behind
        return low, high

    def rows(self, word: Word) -> Longs:
        """Find the articles of a word as the indexes list it, for there may be millions of its places."""
        found = [np.empty(0, np.int64)]
        for part, begin in enumerate(self.begins[:-1]):
            index = self.index(part)
            kinds, _ = index.vocabulary.resolve(word, last=True, alone=True)
            found.append(begin + index.rows(kinds))
        return np.concatenate(found)
