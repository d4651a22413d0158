"""Counts: in how many articles a term stands, inside a topic and elsewhere, language by language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newskit.corpus import Corpus
from newskit.index import Index, index_of
from newskit.nearby.terms import terms_of
from newskit.words import script

__all__ = ["Sides", "counted_phrases", "counted_words", "keyness", "outstanding"]

_UNSTATED = "(not stated)"
_TIMES = 1.5  # more frequent than elsewhere
_MOST_LOOKED_AT = 20_000  # articles of a side and language

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def keyness(n: Floats, of: Floats, n_elsewhere: Floats, of_elsewhere: Floats) -> Floats:
    """Give the log-likelihood ratio G² of a word in two sets of articles; negative where it is rarer in the first.

    The table of four: articles with the word and without it, in the topic and elsewhere; G² = 2 Σ O ln(O / E)
    (Dunning 1993, Computational Linguistics 19:61-74). As keyness: Rayson and Garside 2000, Workshop on Comparing
    Corpora, 1-6. Articles are counted, not occurrences, so that one article with fifty does not make a word
    stand out. Chosen over log-odds with a prior (Monroe, Colaresi and Quinn 2008): a word that is nowhere else
    needs no prior, whose size would decide the order, and a word that is everywhere scores near 0 without a list.

    >>> keyness(*(np.array([x], float) for x in (10, 20, 5, 80))).round(3).tolist()
    [19.409]
    """
    cells = np.array([[n, of - n], [n_elsewhere, of_elsewhere - n_elsewhere]])
    expected = cells.sum(axis=0) * cells.sum(axis=1)[:, np.newaxis] / np.maximum(1, of + of_elsewhere)
    there = cells > 0
    terms = cells * np.log(np.divide(cells, expected, out=np.ones_like(cells), where=there))
    more = n * of_elsewhere >= n_elsewhere * of
    score: Floats = 2 * np.maximum(0, terms.sum(axis=(0, 1))) * np.where(more, 1, -1)
    return score


def outstanding(n: Floats, of: Floats, n_elsewhere: Floats, of_elsewhere: Floats) -> Floats:
    """Give the keyness of what is half as frequent again as elsewhere, or more; 0 for all else.

    Articles of a topic may be longer than others, and then have a little more of every word.
    """
    enough = n * of_elsewhere >= _TIMES * n_elsewhere * of
    return np.where(enough, keyness(n, of, n_elsewhere, of_elsewhere), 0.0)


@dataclass(frozen=True, eq=False)
class Sides:
    """A corpus in two: the articles of a topic (by their places in `corpus.frame`) and all others.

    Words are looked for in at most 20,000 articles of each side in each language, spread evenly over the days:
    time and memory are bounded. How often one stands where is then counted in all.
    """

    corpus: Corpus
    articles: Longs

    @cached_property
    def languages(self) -> list[str]:
        """The languages; that of an article that states none is "(not stated)"."""
        return [*self.corpus.rows["language"].cat.categories, _UNSTATED]

    @cached_property
    def language(self) -> Longs:
        """The number of the language of each article."""
        codes = self.corpus.rows["language"].cat.codes.to_numpy().astype(np.int64)
        return np.where(codes < 0, len(self.languages) - 1, codes)

    @cached_property
    def topical(self) -> Bools:
        """Whether each article is of the topic."""
        topical = np.zeros(len(self.corpus), bool)
        topical[self.articles] = True
        return topical

    @cached_property
    def group(self) -> Longs:
        """The group of each article: twice the number of its language, and one more where it is of the topic."""
        return 2 * self.language + self.topical

    @cached_property
    def looked_at(self) -> Bools:
        """Whether words are looked for in each article."""
        order = np.argsort(self.group, kind="stable")
        sizes = np.bincount(self.group, minlength=2 * len(self.languages))
        place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        looked_at = np.zeros(len(order), bool)
        looked_at[order] = place % np.maximum(1, -(-sizes // _MOST_LOOKED_AT))[self.group[order]] == 0
        return looked_at

    def sizes(self, kept: Bools) -> tuple[Longs, Longs]:
        """Count the kept articles of each language: of the topic, and others."""
        inside, outside = (
            np.bincount(self.language[kept & side], minlength=len(self.languages))
            for side in (self.topical, ~self.topical)
        )
        return inside, outside

    def among(self, articles: Longs) -> Bools:
        """Mark some articles."""
        marked = np.zeros(len(self.corpus), bool)
        marked[articles] = True
        return marked

    def groups(self, articles: Longs) -> Longs:
        """Give the group of some articles; 0 for -1, which is none."""
        groups = np.zeros(len(articles), np.int64)
        groups[articles >= 0] = self.group[articles[articles >= 0]]
        return groups

    def parts(self) -> Iterator[tuple[Index, Longs]]:
        """Give the index of each part, and for each row its article; -1 where no words are looked for."""
        for part in self.corpus.parts:
            index = index_of(self.corpus.store, part)
            article = self.corpus.numbers_in(part).astype(np.int64)
            article[article >= 0] = np.where(self.looked_at[article[article >= 0]], article[article >= 0], -1)
            yield index, article


def counted_words(sides: Sides, fewest: int) -> pd.DataFrame:
    """Count the words that stand in at least so many articles of the topic: language, term, left, right, n, score."""
    inside = _summed([_words(sides, index, article, None) for index, article in sides.parts()])
    inside = inside[inside["n"] >= fewest]
    wanted = pa.array(sorted(set(inside["term"])), pa.large_string())
    outside = _summed([_words(sides, index, article, wanted) for index, article in sides.parts()])
    return _scored(sides, inside, outside).assign(left=None, right=None)


def counted_phrases(sides: Sides, words: list[str], fewest: int) -> pd.DataFrame:
    """Count the phrases of two of some words: language, term, left, right, n, score."""
    wanted = pa.array(words, pa.large_string())
    counts = _summed([_phrases(sides, index, article, wanted) for index, article in sides.parts()])
    inside = counts[counts["topical"] & (counts["n"] >= fewest)]
    return _scored(sides, inside, counts[~counts["topical"]])


def _words(sides: Sides, index: Index, article: Longs, wanted: pa.LargeStringArray | None) -> pd.DataFrame:
    """Count the words of a part: all of the topic's articles, or the wanted ones of all others."""
    kept = article >= 0
    kept[kept] = sides.topical[article[kept]] == (wanted is None)
    terms = terms_of(index, kept)
    names, name, row = terms.names, terms.name, terms.row
    if wanted is not None:
        place = _places(names, wanted)[name]
        names, name, row = wanted, place[place >= 0], row[place >= 0]
    name, language, n = _articles_with(name, row, sides.groups(article) // 2)
    return pd.DataFrame({"language": language, "term": _strings(names, name), "n": n}).astype({"term": "str"})


def _phrases(sides: Sides, index: Index, article: Longs, wanted: pa.LargeStringArray) -> pd.DataFrame:
    """Count the phrases of a part that two of the wanted words make."""
    terms = terms_of(index, article >= 0)
    place, many = _places(terms.names, wanted)[terms.name], max(1, len(wanted))
    second = np.flatnonzero(terms.behind & (place >= 0))
    second = second[place[second - 1] >= 0]
    groups = sides.groups(article)
    pair, group, n = _articles_with(place[second - 1] * many + place[second], terms.row[second], groups)
    left, right = (_strings(wanted, number) for number in (pair // many, pair % many))
    term = [_joined(a, b) for a, b in zip(left, right, strict=True)]
    columns = {"language": group // 2, "topical": group % 2 == 1, "term": term, "left": left, "right": right}
    return pd.DataFrame(columns | {"n": n}).astype(dict.fromkeys(["term", "left", "right"], "str"))


def _articles_with(name: Longs, row: NDArray[np.int32], group: Longs) -> tuple[Longs, Longs, Longs]:
    """Count the articles of each group with a name: name, group, number."""
    rows, groups = max(1, len(group)), int(group.max(initial=0)) + 1
    once = _runs(name * rows + row)[0]
    both, n = _runs(once // rows * groups + group[once % rows])
    return both // groups, both % groups, n


def _runs(numbers: Longs) -> tuple[Longs, Longs]:
    """Give the different numbers, and how often each is there: by sorting, a tenth of the time of hashing."""
    numbers = np.sort(numbers)
    begins = np.flatnonzero(np.append(np.ones(min(1, len(numbers)), bool), numbers[1:] != numbers[:-1]))
    return numbers[begins], np.diff(np.append(begins, len(numbers)))


def _places(names: pa.LargeStringArray, wanted: pa.LargeStringArray) -> Longs:
    """Give the place of each name among those that are wanted, or -1."""
    return np.asarray(pc.fill_null(pc.index_in(names, value_set=wanted), -1).to_numpy().astype(np.int64))


def _strings(names: pa.LargeStringArray, numbers: Longs) -> list[str]:
    strings: list[str] = names.take(pa.array(numbers)).to_pylist()
    return strings


def _joined(left: str, right: str) -> str:
    """Write a phrase: without a space where there is none in its language."""
    return f"{left}{right}" if "character" in (script(left), script(right)) else f"{left} {right}"


def _summed(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Add up the counts of all parts."""
    counts = pd.concat(parts)
    keys = [name for name in counts if name != "n"]
    return counts.groupby(keys)["n"].sum().reset_index()


def _scored(sides: Sides, inside: pd.DataFrame, outside: pd.DataFrame) -> pd.DataFrame:
    """Compare the counts of the topic with those of all other articles in the same language."""
    keys = ["language", "term"]
    both = inside.merge(outside[[*keys, "n"]], on=keys, how="left", suffixes=("", "_elsewhere"))
    language = both["language"].to_numpy(np.int64)
    n, elsewhere = both["n"].to_numpy(float), both["n_elsewhere"].fillna(0).to_numpy(float)
    of, of_elsewhere = (side[language].astype(float) for side in sides.sizes(sides.looked_at))
    names = np.array(sides.languages, object)[language]
    score = outstanding(n, of, elsewhere, of_elsewhere)
    return both.assign(language=names, score=score).drop(columns="n_elsewhere")
