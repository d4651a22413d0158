"""Make a corpus folder of N invented articles, as large as a benchmark needs it; the same seed, the same corpus.

    python benchmarks/make_corpus.py 100000 OUT
    python benchmarks/make_corpus.py 1000000 OUT --processes 2     3.8 GB of text, 50 parts

An article holds about 3.8 kB of text (600 English words) in a dozen paragraphs; 75 % are English, 15 % Korean, 10 %
Japanese; fifty outlets, ten years, one in a hundred undated. Words are drawn by a Zipf-Mandelbrot law from
an invented vocabulary (English: 250,000 words). Two rates are stated and kept: of a thousand words, `--terms` are
terms of the shipped codebook (the more rules name a term, the oftener it comes), and of a thousand articles, `--about`
hold three sentences that each spell out one whole rule of one topic.

A part holds 20,000 articles, as when tables are read; `--part 500` gives parts as when pages are read.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newskit import Article, Codebook, Corpus
from newskit.codebook import Rule
from newskit.query import And, AtLeast, Field, Near, Not, Or, Phrase, Query, Same, phrases
from newskit.store import Store
from newskit.words import Gap, script

_TOWNS = (
    "Meridian",
    "Capital",
    "Lakeside",
    "Eastport",
    "Granite Hill",
    "Westmark",
    "Old Bridge",
    "Fairhaven",
    "Pine Ridge",
)
_ENGLISH = (
    "Harbor Ledger",
    *(f"{town} {kind}" for kind in ("Post", "Dispatch", "Courier", "Observer") for town in _TOWNS),
)
_KOREAN = ("남산일보", "한밭신문", "동문일보", "서강경제", "가람뉴스", "솔빛일보", "두물신문")
_JAPANESE = ("湾岸新聞", "白峰日報", "東台新聞", "川辺通信", "港北時報", "若葉新聞")
# Each with its language and the hours of its zone.
OUTLETS = (
    *((name, "en", (-5, 0, 9)[n % 3]) for n, name in enumerate(_ENGLISH)),
    *((name, "ko", 9) for name in _KOREAN),
    *((name, "ja", 9) for name in _JAPANESE),
)
# In each language the outlets print by Zipf's law: the second half as much as the first, the third a third.
_PRINTED = ((0.75, len(_ENGLISH)), (0.15, len(_KOREAN)), (0.1, len(_JAPANESE)))
SHARES = tuple(
    share / (n + 1) / sum(1 / (rank + 1) for rank in range(size))
    for share, size in _PRINTED
    for n in range(size)
)
FIRST_DAY, DAYS = datetime(2014, 1, 1), 3652
LANGUAGES = ("en", "ko", "ja")
WORDS = {"en": 590, "ko": 320, "ja": 370}  # of an article of 3.8 kB
TYPES = {"en": 250_000, "ko": 120_000, "ja": 40_000}
BATCH = 1000  # articles made at a time
UNDATED, CAPTIONED = 0.01, 0.3

Numbers = NDArray[np.int64]
Strings = NDArray[np.object_]


@dataclass(frozen=True)
class Recipe:
    """What the corpus is made from: with the same recipe comes the same corpus."""

    articles: int
    seed: int = 1
    terms: float = 2.0
    about: float = 20.0
    part: int = 20_000

    def sizes(self) -> list[int]:
        """How many articles each part holds."""
        whole, rest = divmod(self.articles, self.part)
        return [self.part] * whole + [rest] * (rest > 0)

    def key(self, number: int, size: int) -> str:
        """Name a part by what it is made from: a larger corpus begins with the parts of a smaller one."""
        made_from = f"{self.seed} {self.terms} {self.about} {size} {number}"
        return hashlib.sha256(made_from.encode()).hexdigest()[:24]


# --- vocabulary ---------------------------------------------------------------------------------------------

_COMMON = (
    "the of to and in a for on is that said by with it as at was from he be has are have not its will his an which"
    " but or this they who after been would were had one their about more than new first last also out up people"
    " when there two into year years over all some other time can before could week month government minister"
    " official officials told statement country president state party talks court ruling plan report police group"
)
_PARTICLES = {
    "ko": "은 는 이 가 을 를 의 에 에서 도 로 과".split(),
    "ja": "は が を の に で と も へ や".split(),
}
_SYLLABLES = {
    "en": [
        a + b + c
        for a in "b c d f g h l m n p r s t v w st tr pl".split()
        for b in "aeiou"
        for c in ("", "", "n")
    ],
    "ko": [
        chr(0xAC00 + 588 * a + 28 * b + c)
        for a in range(0, 19, 2)
        for b in range(0, 20, 3)
        for c in (0, 4, 8, 21)
    ],
    "ja": [*map(chr, range(0x4E00, 0x9FA0, 15)), *map(chr, range(0x30A2, 0x30F0))],
}


@dataclass(frozen=True)
class Tongue:
    """The words of a language in four spellings (inside a sentence, first, before a comma, last), one after the other.

    `law` holds the added shares of the words; those of `terms` come from the shipped codebook and have a law of
    their own.
    """

    spellings: Strings
    law: NDArray[np.float64]
    terms_law: NDArray[np.float64]
    space: str

    @property
    def types(self) -> int:
        """How many words and terms there are."""
        return len(self.spellings) // 4


@cache
def tongue(language: str) -> Tongue:
    """Make the vocabulary of a language; the same in every run."""
    words, terms = _words(language), terms_of(language)
    space, comma, stop = (" ", ", ", ". ") if language != "ja" else ("", "、", "。")
    plain = [*words, *terms]
    first = [w[0].upper() + w[1:] for w in plain]
    spelled = [*plain, *first, *(w + comma.strip() for w in plain), *(w + stop.strip() for w in plain)]
    return Tongue(np.array(spelled, dtype=object), _law(len(words)), _law(len(terms)), space)


def _law(size: int) -> NDArray[np.float64]:
    """Add up the shares of words by rank, after Zipf and Mandelbrot: 1 / (rank + 2.7) ** 1.15."""
    shares = 1 / (np.arange(size) + 2.7) ** 1.15
    return np.asarray(np.cumsum(shares) / shares.sum())


def _words(language: str) -> list[str]:
    """Invent words: the frequent ones are short, as in any language."""
    chance = np.random.default_rng([7, LANGUAGES.index(language)])
    syllables, wanted = _SYLLABLES[language], TYPES[language]
    found = dict.fromkeys(_COMMON.split() if language == "en" else ())
    while len(found) < wanted:
        size = 1 + int(np.log10(len(found) + 1) * 0.6 + chance.random())
        found[
            _word(language, "".join(syllables[i] for i in chance.integers(len(syllables), size=size)), chance)
        ] = None
    return list(found)


def _word(language: str, stem: str, chance: np.random.Generator) -> str:
    if language == "en":
        return stem if chance.random() < 0.85 else stem.capitalize()
    particles = _PARTICLES[language]
    return stem + (particles[int(chance.integers(len(particles)))] if chance.random() < 0.7 else "")


# --- the shipped codebook -----------------------------------------------------------------------------------


@cache
def rules() -> dict[str, list[list[Rule]]]:
    """Give the rules of each topic of the shipped codebook, by the language that they are written in."""
    topics = Codebook.load("korea-japan").topics
    return {code: [[r for r in t.any if _language(r.query) == code] for t in topics] for code in LANGUAGES}


@cache
def terms_of(language: str) -> list[str]:
    """List the terms that rules of a language name, those of most rules first."""
    named = Counter(
        _plain(phrase) for topic in rules()[language] for r in topic for phrase in phrases(r.query)
    )
    return [term for term, _ in named.most_common()]


def _language(query: Query) -> str:
    kinds = {script("".join(w.form for w in phrase.words)) for phrase in phrases(query)}
    return "ko" if "hangul" in kinds else "ja" if "character" in kinds else "en"


def _plain(phrase: Phrase) -> str:
    """Spell a phrase as a text would: without signs for any letter."""
    words = [word.form.replace("*", "").replace("?", "s") for word in phrase.words]
    gaps = [_BETWEEN.get(gap, "" if script(words[0]) == "character" else " ") for gap in phrase.gaps]
    named = [w.capitalize() if w in _NAMES else w for w in words]
    return "".join(word + gap for word, gap in zip(named, [*gaps, ""], strict=True))


_BETWEEN = {Gap.MARK: "·"}
_NAMES = {"japan", "korea", "south", "north", "tokyo", "seoul", "fukushima"}


def spelled(query: Query, chance: np.random.Generator) -> str:
    """Write words that a rule finds, with the nearest place for each side of NEAR and SAME."""
    match query:
        case Phrase():
            return _plain(query)
        case Or(parts):
            return spelled(parts[int(chance.integers(len(parts)))], chance)
        case And(parts):
            return " ".join(spelled(part, chance) for part in parts)
        case Near(left, right) | Same(left, right):
            return f"{spelled(left, chance)} {spelled(right, chance)}"
        case Not(part) | Field(_, part):
            return spelled(part, chance)
        case AtLeast(times, part):
            return " ".join([spelled(part, chance)] * times)


# --- articles -----------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """Writes the articles of one part, a batch at a time."""

    recipe: Recipe
    number: int
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Begin at the same place for the same part."""
        self.chance = np.random.default_rng([self.recipe.seed, self.number])

    def articles(self, size: int) -> Iterator[Article]:
        """Give so many articles."""
        for done in range(0, size, BATCH):
            yield from self._batch(done, min(BATCH, size - done))

    def _batch(self, done: int, size: int) -> Iterator[Article]:
        outlets = self.chance.choice(len(OUTLETS), p=SHARES, size=size)
        texts = {code: self._texts(code, int((outlets_of(outlets) == code).sum())) for code in LANGUAGES}
        minutes = self.chance.integers(DAYS * 1440, size=size)
        undated = self.chance.random(size) < UNDATED
        for n, outlet in enumerate(outlets):
            name, code, hours = OUTLETS[outlet]
            title, paragraphs, captions = next(texts[code])
            zone = timezone(timedelta(hours=hours))
            moment = (FIRST_DAY + timedelta(minutes=int(minutes[n]))).replace(tzinfo=zone)
            place = f"{self.number}-{done + n}"
            yield Article(
                title=title,
                paragraphs=paragraphs,
                captions=captions,
                url=f"https://{outlet}.outlet.example/story/{place}",
                outlet=name,
                section=("politics", "world", "business", "society")[n % 4],
                language=code,
                agency="Northgate Wire" if n % 5 == 0 else None,
                published=None if undated[n] else moment,
                precision=None if undated[n] else "minute",
                origin={"title": "column", "published": "column", "paragraphs": "column"},
                source=f"made.csv#{place}",
                sha=hashlib.sha256(place.encode()).hexdigest(),
            )

    def _texts(self, code: str, size: int) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Write title, paragraphs and captions of so many articles in a language."""
        words, lengths = tongue(code), self._lengths(code, size)
        spellings, breaks = self._prose(words, int(lengths.sum()) + 40 * size)
        at = 0
        for length, captioned in zip(lengths, self.chance.random(size) < CAPTIONED, strict=True):
            first = int(np.searchsorted(breaks, at + 8))
            title_end, body = at + 8, breaks[first : int(np.searchsorted(breaks, at + 8 + length)) + 1]
            title = words.space.join(spellings[at:title_end]).rstrip(".,。、")
            ends = [title_end, *(int(b) for b in body if b > title_end)]
            paragraphs = [words.space.join(spellings[a:b]) for a, b in pairwise(ends)]
            caption = (words.space.join(spellings[title_end : title_end + 15]),) if captioned else ()
            yield title, tuple(self._about(code, paragraphs)), caption
            at = ends[-1] if len(body) else title_end

    def _lengths(self, code: str, size: int) -> Numbers:
        drawn = self.chance.gamma(4.0, WORDS[code] / 4, size)
        return np.clip(drawn, 60, 6 * WORDS[code]).astype(np.int64)

    def _prose(self, words: Tongue, size: int) -> tuple[list[str], Numbers]:
        """Draw words and cut them into sentences; give them spelled, and where paragraphs end."""
        ranks = np.searchsorted(words.law, self.chance.random(size))
        terms = np.flatnonzero(self.chance.random(size) < self.recipe.terms / 1000)
        ranks[terms] = len(words.law) + np.searchsorted(words.terms_law, self.chance.random(len(terms)))
        ends = np.cumsum(self.chance.integers(8, 36, size=size // 8))
        ends = ends[ends < size]
        spelling = np.where(self.chance.random(size) < 0.05, 2, 0)
        spelling[ends - 1], spelling[ends] = 3, 1
        return words.spellings[ranks + spelling * words.types].tolist(), ends[1::2]

    def _about(self, code: str, paragraphs: list[str]) -> list[str]:
        """Put three sentences of one topic into some of the articles."""
        if self.chance.random() >= self.recipe.about / 1000:
            return paragraphs
        topics = [topic for topic in rules()[code] if topic]
        topic = topics[int(self.chance.integers(len(topics)))]
        for _ in range(3):
            rule = topic[int(self.chance.integers(len(topic)))]
            place = int(self.chance.integers(len(paragraphs))) if paragraphs else 0
            paragraphs.insert(place, f"{spelled(rule.query, self.chance)}.")
        return paragraphs


def outlets_of(numbers: Numbers) -> NDArray[np.str_]:
    """Give the language of each outlet."""
    return np.array([code for _, code, _ in OUTLETS])[numbers]


# --- parts --------------------------------------------------------------------------------------------------


def write_part(folder: Path, recipe: Recipe, number: int, size: int) -> int:
    """Write one part, unless it is there; give how many bytes of text were written."""
    store, key = Store.create(folder), recipe.key(number, size)
    if store.path("articles", key).exists():
        return 0
    articles = list(Writer(recipe, number).articles(size))
    store.write(key, articles, ())
    return sum(len(text.encode()) for a in articles for text in (a.title, a.body, a.caption))


def make(folder: Path, recipe: Recipe, processes: int = 1) -> int:
    """Write all parts of a corpus that are not there; give how many bytes of text were written."""
    Store.create(folder).describe(f"{recipe.articles:,} invented articles for a benchmark")
    work = list(enumerate(recipe.sizes()))
    if processes == 1:
        return sum(write_part(folder, recipe, number, size) for number, size in work)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = [pool.submit(write_part, folder, recipe, number, size) for number, size in work]
        return sum(_told(n, len(waiting), done.result()) for n, done in enumerate(waiting, 1))


def _told(number: int, total: int, size: int) -> int:
    print(f"\rpart {number} of {total}", end="" if number < total else "\n", file=sys.stderr, flush=True)
    return size


def main() -> int:
    """Make the corpus and say what it is."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("articles", type=int, help="how many")
    ask.add_argument("out", type=Path, help="the corpus folder, new or one that this command made")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--terms", type=float, default=2.0, help="of a thousand words (default: 2)")
    ask.add_argument("--about", type=float, default=20.0, help="of a thousand articles (default: 20)")
    ask.add_argument("--part", type=int, default=20_000, help="articles a part (default: 20,000)")
    ask.add_argument("--processes", type=int, default=1)
    told = ask.parse_args()
    started = time.perf_counter()
    size = make(told.out, Recipe(told.articles, told.seed, told.terms, told.about, told.part), told.processes)
    spent = time.perf_counter() - started
    print(f"{told.articles:,} articles, {size / 1e6:,.0f} MB of text written in {spent:,.0f} s")
    print(len(Corpus.open(told.out).parts), "parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
