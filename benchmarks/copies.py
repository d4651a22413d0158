"""Measure how well copies are told, on real stories with edits of known depth, and how long it takes.

    python benchmarks/copies.py DATA                precision and recall; DATA is a folder of real inputs
    python benchmarks/copies.py --speed CORPUS      time and memory; CORPUS is made by make_corpus.py

How the set is labelled: by how it is made, nobody judged it. Real stories of 100 words or more, no two with the same
text, are the originals. Of each, four copies are printed by other outlets within five days: all, 80, 60 and 40 % of
the sentences kept (the first always; of every second copy the end is cut, of the others sentences anywhere; of every
third the paragraphs change places), under another story's headline, with three furniture lines of the printing outlet.
Copies and original are one family. All others are not: what is found beyond is counted as wrong, even where two real
stories do print the same. Hard negatives are part of it: the originals of one collection fall on a few days; agency
stories of KCNA, which fill in forms, are spread over six outlets, as if each form were another paper's; and real items of
`current_events` on the same subjects stand beside them. Korean stories are put together from real headlines of one
section, as no free collection of whole Korean stories is at hand.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from newskit import Article, Corpus, copies
from newskit.index import index_of
from newskit.store import Store

DEPTHS = (1.0, 0.8, 0.6, 0.4)
PRINTING = ("Morning Gull", "Tern News", "Harbor Post", "Reed Daily")
OUTLETS = ("Agency A", "Paper B", "Paper C", "Paper D", "Paper E", "Paper F")
FURNITURE = {
    "en": (
        "Read more stories like this in {} every morning, and tell us what you think of them.",
        "Sign up here for the evening letter of {}, with all that happened in the day.",
        "This story was first printed in the paper edition of {} and is for subscribers only.",
    ),
    "ko": ("{} 아침 소식을 매일 받아 보시려면 여기에서 신청해 주십시오.", "이 기사는 {} 지면에 먼저 실렸으며 독자를 위한 것입니다.", "{} 앱을 내려받아 더 많은 소식을 읽어 보십시오."),
    "ja": ("{}の朝のニュースレターをご希望の方はこちらからお申し込みください。", "この記事は{}の紙面に先に掲載されたものです。", "{}のアプリをダウンロードして、もっと多くのニュースをお読みください。"),
}  # fmt: skip
FIRST = datetime(2019, 3, 28, 8)
Truth = dict[str, tuple[int, float]]


@dataclass(frozen=True)
class Real:
    """One real story: language, collection, headline, sentences."""

    language: str
    collection: str
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences in one line."""
        return " ".join(self.sentences)


def sentences(text: str, language: str) -> tuple[str, ...]:
    """Cut a text into sentences, roughly."""
    parts = re.split(r"(?<=[。！？])" if language == "ja" else r"(?<=[.!?][\"”)]|.[.!?])\s+|\n+|, ,", text)
    return tuple(part.strip() for part in parts if len(part.strip()) > 1)


def rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Read a table, gzipped or not."""
    csv.field_size_limit(10**7)
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter)


def reals(data: Path) -> Iterator[Real]:
    """Give the real stories of all collections."""
    corpora = data / "corpora"
    for row in rows(corpora / "kcna_headlines_1997_2014" / "derived_KCNA_2011.csv.gz"):
        yield Real(row["language"], "kcna", row["title"], sentences(row["story"], "en"))
    for year in (2019, 2020):
        for row in rows(corpora / "wikinews_en_2019_2020" / f"wikinews_{year}.csv"):
            yield Real("en", "wikinews", row["title"], sentences(row["text"], "en"))
    for line in (data / "pages" / "fundus" / "truth.jsonl").open(encoding="utf-8"):
        page = json.loads(line)
        text = "\n".join(page["body"]) if isinstance(page["body"], list) else str(page["body"] or "")
        language = (page["languages"] or ["en"])[0]
        yield Real(language, "pages", page["title"] or "", sentences(text, language))
    for row in rows(corpora / "jawikinews" / "cleaned-data.tsv.gz", "\t"):
        text = re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", row["article"])
        yield Real("ja", "jawikinews", row["headline"].replace(" ", ""), sentences(text, "ja"))
    yield from korean(corpora / "klue_ynat_yonhap_ko" / "ynat_dev_as_test.csv")


def korean(path: Path) -> Iterator[Real]:
    """Put real Yonhap headlines of one section together, sixteen a story."""
    sections: dict[str, list[str]] = {}
    for row in rows(path):
        sections.setdefault(row["predefined_news_category"], []).append(row["input_text"])
    for titles in sections.values():
        for at in range(0, len(titles) - 17, 17):
            yield Real("ko", "klue", titles[at], tuple(titles[at + 1 : at + 17]))


def long_enough(story: Real) -> bool:
    """Tell whether a story has 100 words, or 200 characters."""
    if story.language in ("ja", "zh"):
        return len(story.text) >= 200
    return len(story.text.split()) >= 100 and len(story.sentences) >= 3


def article(story: Real, told: tuple[str, ...], outlet: str, when: datetime, number: int) -> Article:
    """Print sentences as an article, three a paragraph."""
    space = "" if story.language == "ja" else " "
    paragraphs = tuple(space.join(told[at : at + 3]) for at in range(0, len(told), 3))
    return Article(
        title=story.title, paragraphs=paragraphs, outlet=outlet, language=story.language,
        published=when, precision="minute", url=f"https://outlet.example/{number}",
    )  # fmt: skip


def printed(story: Real, depth: float, title: str, chance: random.Random) -> tuple[Real, tuple[str, ...]]:
    """Edit a story: keep some of its sentences, change places of paragraphs, give it another headline."""
    size = max(1, round(depth * len(story.sentences)))
    kept = list(range(len(story.sentences)))[:size]
    if chance.random() < 0.5:
        kept = [0, *sorted(chance.sample(range(1, len(story.sentences)), size - 1))]
    told = [story.sentences[n] for n in kept]
    if chance.random() < 0.33:
        blocks = [told[at : at + 3] for at in range(0, len(told), 3)]
        chance.shuffle(blocks)
        told = list(itertools.chain(*blocks))
    return replace(story, title=title), tuple(told)


def labelled(stories: list[Real], chance: random.Random) -> tuple[list[Article], Truth]:
    """Print originals and copies; the truth says by id which original an article is from, and at which depth."""
    made: list[Article] = []
    truth: Truth = {}
    number = itertools.count()
    for family, story in enumerate(stories):
        when = FIRST + timedelta(days=family % 12, minutes=chance.randrange(600))
        first = article(story, story.sentences, OUTLETS[family % len(OUTLETS)], when, next(number))
        made.append(first)
        truth[first.id] = (family, 0.0)
        for depth, outlet in zip(DEPTHS, PRINTING, strict=True):
            edited, told = printed(story, depth, chance.choice(stories).title, chance)
            lines = FURNITURE.get(story.language, FURNITURE["en"])
            later = when + timedelta(minutes=chance.randrange(10, 5 * 1440 - 700))
            copy = article(edited, told, outlet, later, next(number))
            copy = replace(copy, paragraphs=(*copy.paragraphs, *(line.format(outlet) for line in lines)))
            made.append(copy)
            truth[copy.id] = (family, depth)
    return made, truth


def beside(data: Path) -> Iterator[Article]:
    """Give real items of three years, none of them a copy of an original."""
    with gzip.open(data / "corpora" / "current_events_2010_2019.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["date"] >= "2017":
                yield Article(
                    title=row["title"] or "", paragraphs=(row["text"],), outlet=row["outlet"], language="en",
                    published=datetime.fromisoformat(row["date"]), precision="day", url=f"{row['url']}#{row['id']}",
                )  # fmt: skip


def scores(corpus: Corpus, truth: Truth, collections: dict[int, str]) -> None:
    """Print recall by depth and collection, and precision over all pairs within families."""
    found = copies(corpus)
    family = dict(zip(found["article"], found["family"], strict=True))
    origin = {number: i for i, (number, depth) in truth.items() if depth == 0}
    told = pd.DataFrame(
        [
            (collections[number], depth, family.get(i, i) == family.get(origin[number], origin[number]))
            for i, (number, depth) in truth.items()
            if depth
        ],
        columns=["collection", "depth", "found"],
    )
    print(
        told.pivot_table(index="collection", columns="depth", values="found", margins=True)
        .round(3)
        .to_string()
    )
    right, wrong = 0, []
    for _, members in found.groupby("family"):
        for pair in itertools.combinations(members["article"], 2):
            one, other = (truth.get(i, (i, 0))[0] for i in pair)
            right += one == other
            wrong += [pair] if one != other else []
    print(f"precision {right / (right + len(wrong)):.4f}: {right:,} pairs right, {len(wrong):,} wrong")
    kinds = pd.Series(
        [" + ".join(sorted(collections.get(truth.get(i, (-1, 0))[0], "beside") for i in p)) for p in wrong]
    )
    for kind, n in kinds.value_counts().items():
        print(f"  wrong: {n:,} {kind}")
    for one, other in wrong[:: max(1, len(wrong) // 8)]:
        both = [corpus.article(i) for i in (one, other)]
        print("  ", " | ".join(f"{a.outlet}: {a.body[:90]!r}" for a in both))


def quality(data: Path, most: int) -> None:
    """Make the labelled set, find the copies in it, and print how well."""
    chance = random.Random(1)
    some: dict[str, dict[str, Real]] = {}
    for story in reals(data):
        if long_enough(story):
            some.setdefault(story.collection, {}).setdefault(story.text, story)
    chosen = [
        story
        for stories in some.values()
        for story in chance.sample(list(stories.values()), min(most, len(stories)))
    ]
    chosen.sort(key=lambda story: (story.collection, story.title))  # those of one form fall on the same days
    articles, truth = labelled(chosen, chance)
    others = list(beside(data))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(folder)
        store.write("labelled", articles, ())
        store.write("beside", others, ())
        corpus = Corpus.open(folder)
        print(
            f"{len(chosen):,} originals, {len(truth) - len(chosen):,} copies, {len(others):,} items beside them"
        )
        scores(corpus, truth, {n: s.collection for n, s in enumerate(chosen)})


def speed(folder: Path) -> None:
    """Time the families of a corpus from nothing, and again when 1,000 copies have been read into it."""
    corpus = Corpus.open(folder)
    for key in corpus.parts:
        index_of(corpus.store, key)
    shutil.rmtree(folder / "copies", ignore_errors=True)
    _timed("from nothing", corpus)
    drawn = random.Random(2).sample(range(len(corpus)), 1200)
    rows = corpus.rows.iloc[sorted(drawn)]
    ids = rows["id"][rows["day"].notna().to_numpy()].tolist()[:1000]
    cut = [
        replace(a, outlet="Copying Post", url=f"https://copying.example/{a.id}", paragraphs=a.paragraphs[: (2 * len(a.paragraphs) + 2) // 3])
        for a in corpus.articles(ids).values()
    ]  # fmt: skip
    corpus.store.write("copies-for-a-benchmark", cut, ())
    try:
        more = Corpus.open(folder)
        index_of(more.store, "copies-for-a-benchmark")
        found = _timed(f"{len(cut):,} articles more", more)
        print(f"  {len(found) - found['family'].nunique():,} copies found of {len(cut):,} that are there")
        _timed("again", more)
    finally:
        for kind in ("articles", "text", "set_aside"):
            corpus.store.path(kind, "copies-for-a-benchmark").unlink()


def _timed(what: str, corpus: Corpus) -> pd.DataFrame:
    started = time.perf_counter()
    found = copies(corpus)
    spent, most = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {len(corpus):,} articles in {spent:.1f} s, at most {most:,.0f} MB so far", flush=True)
    return found


def main() -> int:
    """Run what is asked for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=Path, nargs="?", help="a folder of real inputs")
    ask.add_argument("--most", type=int, default=800, help="originals of each collection (default: 800)")
    ask.add_argument("--speed", type=Path, metavar="CORPUS")
    told = ask.parse_args()
    if told.speed:
        speed(told.speed)
    if told.data:
        quality(told.data, told.most)
    return 0


if __name__ == "__main__":
    sys.exit(main())
