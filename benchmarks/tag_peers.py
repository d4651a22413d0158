"""Other engines that look for many terms in text, each used as its documentation says: whole words, in any case."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

import pandas as pd

Find = Callable[[Sequence[str]], int]
"""Looks through stories, and gives how many places it found (pandas: stories)."""


@dataclass(frozen=True)
class Peer:
    """An engine: its name, the module that it needs, and how it is made ready for terms."""

    name: str
    module: str
    ready: Callable[[Sequence[str]], Find]

    @property
    def missing(self) -> bool:
        """Whether it is not installed."""
        try:
            import_module(self.module)
        except ImportError:
            return True
        return False


def topics_for(terms: int) -> int:
    """Deal terms out to six topics, or to one for every fifty."""
    return min(terms, max(6, terms // 50))


def _alternation(terms: Sequence[str]) -> str:
    return rf"\b(?:{'|'.join(re.escape(t) for t in sorted(terms, key=len, reverse=True))})\b"


def by_re(terms: Sequence[str]) -> Find:
    """Look by one regular expression of all terms."""
    pattern = re.compile(_alternation(terms), re.IGNORECASE)
    return lambda stories: sum(1 for story in stories for _ in pattern.finditer(story))


def by_pandas(terms: Sequence[str]) -> Find:
    """Ask of each story and topic whether one of its terms occurs."""
    topics = topics_for(len(terms))
    patterns = [_alternation(terms[n::topics]) for n in range(topics)]

    def find(stories: Sequence[str]) -> int:
        column = pd.Series(stories)
        return sum(int(column.str.contains(p, case=False, regex=True).sum()) for p in patterns)

    return find


def by_flashtext(terms: Sequence[str]) -> Find:
    """Look by flashtext."""
    keywords = import_module("flashtext").KeywordProcessor(case_sensitive=False)
    keywords.add_keywords_from_list(list(terms))
    return lambda stories: sum(len(keywords.extract_keywords(story, span_info=True)) for story in stories)


def by_ahocorasick(terms: Sequence[str]) -> Find:
    """Look by ahocorasick_rs in lower case, the longest first; whether it is a whole word is asked of each place."""
    module = import_module("ahocorasick_rs")
    automaton = module.AhoCorasick([t.lower() for t in terms], matchkind=module.MatchKind.LeftmostLongest)

    def whole(story: str, start: int, end: int) -> bool:
        return not (story[start - 1 : start].isalnum() or story[end : end + 1].isalnum())

    def find(stories: Sequence[str]) -> int:
        lower = [story.lower() for story in stories]
        return sum(whole(s, at[1], at[2]) for s in lower for at in automaton.find_matches_as_indexes(s))

    return find


def by_spacy(terms: Sequence[str]) -> Find:
    """Look by spaCy's PhraseMatcher, behind its tokenizer alone."""
    nlp = import_module("spacy").blank("en")
    matcher = import_module("spacy.matcher").PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("terms", list(map(nlp.make_doc, terms)))
    return lambda stories: sum(len(matcher(nlp.make_doc(story))) for story in stories)


PEERS = (
    Peer("re alternation", "re", by_re),
    Peer("pandas str.contains per topic", "pandas", by_pandas),
    Peer("flashtext", "flashtext", by_flashtext),
    Peer("ahocorasick_rs", "ahocorasick_rs", by_ahocorasick),
    Peer("spaCy PhraseMatcher", "spacy", by_spacy),
)


@dataclass(frozen=True)
class Timed:
    """What an engine took of the processor, best of `runs`, on so many bytes of text, and what it found there."""

    seconds: float
    size: int
    found: int
    runs: int = 1

    def rescaled(self, size: int) -> float:
        """Give the seconds that so many bytes take at the same speed."""
        return self.seconds * size / self.size


def timed(find: Find, slices: Callable[[int], list[str]], whole: int, budget: float) -> Timed:
    """Time an engine on 0.1 MB, then on as much text as fits into `budget` seconds, at most `whole` bytes."""
    first = _once(find, slices(100_000))
    size = min(whole, int(budget / max(first.seconds, 1e-6) * first.size))
    if size < 2 * first.size:
        return first
    stories, best = slices(size), first
    for run in range(1, 4):
        now = _once(find, stories)
        best = Timed(min(now.seconds, best.seconds) if run > 1 else now.seconds, now.size, now.found, run)
        if now.seconds * (run + 1) > budget:
            break
    return best


def _once(find: Find, stories: Sequence[str]) -> Timed:
    size = sum(len(story.encode()) for story in stories)
    started = time.process_time()
    found = find(stories)
    return Timed(time.process_time() - started, size, found)
