"""Whole: many parts of a corpus as one, so that an operator is a step for all of them and not for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from newskit.index.finding import find_all
from newskit.index.known import Known, numbered
from newskit.index.many import Many, edges, plain
from newskit.index.part import Index
from newskit.index.spans import WORD_BITS, Ints, Longs, Places, Spans, Starts
from newskit.query import Phrase

__all__ = ["Part", "Whole"]


_MOST_TOGETHER = 4_000_000  # places of all phrases: operators take 300 MB for them


@dataclass(frozen=True, eq=False)
class Part:
    """A part among others, with so many articles; `begin` is the number of the first of them.

    `index` opens it to look up phrases, `heads` to look at nothing but where its sentences and paragraphs begin.
    """

    begin: int
    articles: int
    index: Callable[[], Index]
    heads: Callable[[], Index]
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, eq=False)
class Whole:
    """Some parts as one: where the phrases stand that were looked up in them.

    `numbers` says by which number each phrase is known (see `Known`), and `answers` what was found for whole queries,
    by theirs. `apart` are the parts one by one, where they were searched so.
    """

    parts: tuple[Part, ...]
    numbers: dict[Phrase, int] = field(default_factory=dict)
    answers: dict[int, Spans] = field(default_factory=dict)
    apart: list[Whole] = field(default_factory=list)

    @classmethod
    def of(cls, index: Index) -> Whole:
        """Make one part that is at hand a whole."""
        return cls((Part(0, index.articles, lambda: index, lambda: index),))

    def __len__(self) -> int:
        """How many places are remembered of whole queries."""
        return sum(map(len, self.answers.values())) + sum(map(len, self.apart))

    @property
    def begin(self) -> int:
        """The number of the first article."""
        return self.parts[0].begin

    @property
    def end(self) -> int:
        """The number behind that of the last article."""
        return self.parts[-1].begin + self.parts[-1].articles

    def bounded(self, numbers: Longs) -> Sequence[Whole]:
        """Give all as one, or each part by itself where phrases that were looked up have too many places for memory."""
        if sum(int(part.known.counts[numbers].sum()) for part in self.parts) <= _MOST_TOGETHER:
            return [self]
        if not self.apart:
            self.apart.extend(Whole((part,), self.numbers) for part in self.parts)
        return self.apart

    def learn(self, many: Many, numbers: Longs) -> None:
        """Look up many phrases together in each part where they are not known yet; `numbers` are theirs."""
        for part in self.parts:
            new = part.known.lacks(numbers)
            if len(new):
                part.known.add(numbers[new], *find_all(part.index(), many.some(tuple(new.tolist()))))

    def places(self, numbers: Longs, kinds: Ints, more: Ints) -> tuple[Ints, Places]:
        """Give the places of some known phrases, part by part, as they lie there; and of each the kind of its phrase.

        `more` is how many words each phrase has behind its first.
        """
        counts = [part.known.counts[numbers] for part in self.parts]
        ends = np.cumsum([0, *(int(of_part.sum()) for of_part in counts)]).tolist()
        found, lying = Starts.room(ends[-1]), [np.empty((2, 0), np.int32)]
        for part, of_part, *here in zip(self.parts, counts, ends, ends[1:], strict=False):
            order = part.known.in_order(numbers)
            lying.append(np.repeat([kinds[order], more[order]], of_part[order], axis=1))
            part.known.put(numbers[order], 3 * part.begin, found.where(slice(*here)))
        found_kinds, found_more = np.concatenate(lying, axis=1)
        return found_kinds, found.places(found_more)

    def each(self, phrases: Sequence[Phrase]) -> list[Spans]:
        """Find the places of each of some phrases, in order."""
        numbers = numbered(phrases, self.numbers)
        self.learn(Many(tuple(phrases)), numbers)
        of_parts = [part.known.each(numbers, 3 * part.begin) for part in self.parts]
        together = map(Starts.together, zip(*of_parts, strict=True))
        return [starts.spans(len(phrase.words)) for phrase, starts in zip(phrases, together, strict=True)]

    def around(self, words: Longs, unit: str) -> tuple[Longs, Longs]:
        """Give the first and the last word of the sentence ("S") or paragraph ("P") of each word; they are in order."""
        low, high = words.copy(), words.copy()
        begins = [3 * part.begin << WORD_BITS for part in self.parts]
        ends = np.searchsorted(words, [*begins[1:], np.iinfo(np.int64).max]).tolist()
        for part, begin, *here in zip(self.parts, begins, (0, *ends), ends, strict=False):
            if here[0] < here[1]:
                some = slice(*here)
                ahead, behind = part.heads().around(words[some] - begin, unit)
                low[some] -= ahead
                high[some] += behind
        return low, high

    def articles(self, phrase: Phrase) -> Longs:
        """Find the articles of a single word as the indexes list it, for there may be millions of its places."""
        found, (before, _) = [np.empty(0, np.int64)], edges(phrase)
        for part in self.parts:
            index = part.index()
            kinds, _ = index.vocabulary.resolve(plain(phrase.words[0]), last=True, alone=True)
            found.append(part.begin + index.rows(kinds, before))
        return np.concatenate(found)
