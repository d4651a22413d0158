"""Nearby: words and phrases that stand out in the articles of a topic, and are in none of its rules.

`terms` reads words from an index, `counts` counts them inside and outside a topic, `known` tells what is in the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from newskit.codebook import Codebook, Rule, Topic
from newskit.errors import BadArgument
from newskit.nearby.counts import Sides, counted_phrases, counted_words, keyness, outstanding
from newskit.nearby.known import Known, overlapping
from newskit.query import Phrase, parse_query
from newskit.rules import example_lines
from newskit.tag import Hits, tag

__all__ = ["keyness", "nearby"]

LEAST = 15.13
"""A score that chance alone exceeds for one word in 10,000 (chi-squared, one degree of freedom)."""

_FEWEST = 3  # articles of the topic: in fewer, a word says little
_PART = 3.84  # a word of a phrase need stand out by itself only as one in twenty does by chance
_MOST = 1_000
_NEARLY_ALL = 0.9
_COLUMNS = ["language", "term", "n", "of", "n_elsewhere", "of_elsewhere", "score", "example"]


def nearby(hits: Hits, topic: str, most: int = 20) -> pd.DataFrame:
    """Find words and two-word phrases that stand out in the articles of a topic and are in none of its rules.

    Suggestions to look at: nothing is added to the codebook. Columns: language, term, n of `of` (articles of the topic
    with it), n_elsewhere of of_elsewhere (all other articles), score, example ("pre [match] post"); per language the
    `most` with the highest scores, where 15.13 or more. Each language is compared within itself. A term can be
    written as a rule as it stands, and n and n_elsewhere are the articles that such a rule finds.

    The score is the keyness of `keyness`. A Korean word counts without its particle, a run of two to eight Kanji or
    of Katakana as a word. A phrase is shown where at least half of the topic's articles with either of its words
    have the phrase, and in the place of a word that hardly stands without it. Terms are looked for in at most
    20,000 articles of the topic and 20,000 others in each language, spread over the days, and counted in all.

    >>> from newskit import sample
    >>> hits = tag(sample(), Codebook.from_text("topics: {water: {any: [treated water]}}"))
    >>> nearby(hits, "water", most=2)[["term", "n", "of", "n_elsewhere", "of_elsewhere"]].to_numpy().tolist()
    [['release', 22, 22, 17, 486], ['plant', 22, 22, 28, 486]]
    """
    if not 1 <= most <= _MOST:
        raise BadArgument(f"most={most!r} is not between 1 and {_MOST:,}. Write 20, for example.")
    its = hits.only(topic)
    sides = Sides(hits.corpus, its.articles)
    candidates = _candidates(sides, _known(hits.codebook, topic))
    few = candidates.groupby("language", sort=False).head(3 * most + 20)
    rows = pd.DataFrame([*_checked(its, sides, few)], columns=["written", *_COLUMNS[:-1], "hits"])
    rows = _not_only_in(rows[(rows["score"] >= LEAST) & (rows["n"] >= _FEWEST)], candidates)
    rows = rows.sort_values(["of", "language", "score", "term"], ascending=[False, True, False, True])
    best = rows.groupby("language", sort=False).head(most).reset_index(drop=True)
    lines = example_lines(best["hits"].tolist(), 1) if len(best) else []
    frame = best.assign(example=[line[0] for line in lines])[_COLUMNS]
    return frame.astype(dict.fromkeys(["language", "term", "example"], "str"))


def _known(codebook: Codebook, topic: str) -> Known:
    under = [each for each in codebook.counted if topic in each.path]
    return Known(rule for each in under for rule in (*each.any, *each.none))


def _candidates(sides: Sides, known: Known) -> pd.DataFrame:
    """Give words and phrases that stand out, the highest scores first: language, term, left, right, score."""
    words = counted_words(sides, _FEWEST)
    parts = words[words["score"] >= _PART]
    phrases = _telling(counted_phrases(sides, sorted(set(parts["term"])), _FEWEST), parts)
    words = words[words["score"] >= LEAST]
    held = {term: known.holds(term) for term in {*words["term"], *phrases["left"], *phrases["right"]}}
    words = words[~words["term"].map(held).astype(bool)]
    left, right = (phrases[side].map(held).astype(bool) for side in ("left", "right"))
    phrases = phrases[~(left & right)]
    both = pd.concat([words, phrases])[["language", "term", "left", "right", "score"]]
    return both.sort_values(["score", "term"], ascending=[False, True], ignore_index=True)


def _telling(phrases: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Keep the phrases that stand out, and that at least half of the articles with one of their words have."""
    n = words.set_index(["language", "term"])["n"]
    left, right = (
        n.reindex(pd.MultiIndex.from_frame(phrases[["language", side]]), fill_value=0).to_numpy()
        for side in ("left", "right")
    )
    often = (np.minimum(left, right) > 0) & (2 * phrases["n"] >= np.maximum(left, right))
    telling: pd.DataFrame = phrases[often & (phrases["score"] >= LEAST)]
    return telling


def _not_only_in(rows: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Leave out the words that one of the phrases has in nearly all of their articles."""
    parts = candidates.set_index(["language", "term"])[["left", "right"]]
    in_phrase: dict[tuple[str, str], int] = {}
    for language, written, n in rows[["language", "written", "n"]].itertuples(index=False):
        for part in parts.loc[(language, written)].dropna():
            in_phrase[language, part] = max(n, in_phrase.get((language, part), 0))
    keys = zip(rows["language"], rows["written"], rows["n"], strict=True)
    kept = [in_phrase.get((language, written), 0) < _NEARLY_ALL * n for language, written, n in keys]
    return rows.loc[np.array(kept, bool)]


def _checked(its: Hits, sides: Sides, candidates: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Ask for each candidate as a rule would, and leave out those that the topic's rules have found already."""
    of, of_elsewhere = sides.sizes(np.ones(len(its.corpus), bool))
    for term, languages in candidates.groupby("term", sort=False)["language"]:
        rule = _rule(str(term))
        hits = tag(its.corpus, Codebook("nearby", "1", (Topic("nearby", "", (rule,)),)))
        new = hits.found[sides.topical[hits.found["article"]]]
        if overlapping(new, its.found).all():
            continue
        n, n_elsewhere = sides.sizes(sides.among(hits.articles))
        scores = outstanding(*(side.astype(float) for side in (n, of, n_elsewhere, of_elsewhere)))
        for language in languages:
            at = sides.languages.index(language)
            here = replace(hits, found=new[sides.language[new["article"]] == at])
            yield (
                term,
                language,
                rule.text,
                n[at],
                of[at],
                n_elsewhere[at],
                of_elsewhere[at],
                scores[at],
                here,
            )


def _rule(term: str) -> Rule:
    """Write a term as a rule: in quotes where a word of it would mean something there."""
    try:
        query = parse_query(term)
    except BadArgument:
        query = None
    text = term if isinstance(query, Phrase) else f'"{term}"'
    return Rule(text, parse_query(text))
