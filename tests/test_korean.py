"""The particle rule against a morphological analyser, on headlines that stand beside the checkout.

Counted are the occurrences of a Hangul word that begins with a term and is longer. The word is **right** where
the analyser (kiwipiepy) cuts it exactly at the term's end, takes the term for a noun or several (names, numbers and
prefixes among them), and all that follows for particles (J*), the plural (들/XSN) or the copula with its endings
(VCP, E*). It is **found** where the rule says so. Precision is right and found of found, recall right and found of
right. One thing is read otherwise than by the analyser: 서 that it cuts off and calls a noun or a verb is the short
form of 에서 that headlines use (전국서). Its guesses at unknown words, such as one noun 말레이서, stay as they are.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newskit import Codebook
from newskit.query import phrases
from newskit.words import WORD, inflected, script

NAMED = """
    한일 한국 일본 미국 중국 북한 러시아 대만 이란 독일 영국 유럽 서울 도쿄 부산 청와대 정부 국회 대통령 총리 장관 외교부
    국방부 여당 야당 민주당 독도 과거사 피해자 배상 윤석열 문재인 박근혜 트럼프 바이든 김정은 아베 시진핑 삼성 현대차 검찰 경찰
    법원 대법원 기업 노조 교사 학생 학교 코로나 백신 경제 안보 외교 미사일 회담 재단 원전 방사능 불매운동
    """.split()
NOMINAL = ("NNG", "NNP", "NNB", "NR", "NP", "XPN", "XSN", "XR", "MM", "SL", "SN")

Token = Any
Cut = tuple[str, int, list[Token]]  # a word, where it starts, and what the analyser makes of it


@dataclass(frozen=True)
class Score:
    """How the rule and the analyser agree on the words that begin with some terms."""

    found: Counter[str]
    right: Counter[str]

    @property
    def precision(self) -> float:
        return (self.found & self.right).total() / self.found.total()

    @property
    def recall(self) -> float:
        return (self.found & self.right).total() / self.right.total()

    def __str__(self) -> str:
        wrong, missed = self.found - self.right, self.right - self.found
        return (
            f"precision {self.precision:.3f} of {self.found.total()}, recall {self.recall:.3f} of"
            f" {self.right.total()}; wrong: {wrong.most_common(30)}; missed: {missed.most_common(30)}"
        )


@pytest.fixture(scope="module")
def cuts(shared: Path) -> list[Cut]:
    kiwi = pytest.importorskip("kiwipiepy").Kiwi(num_workers=1)
    with (shared / "data/corpora/klue_ynat_yonhap_ko/ynat_dev_as_test.csv").open(encoding="utf-8") as rows:
        titles = [row["input_text"] for row in csv.DictReader(rows)]
    return [
        (word[0], word.start(), [t for t in tokens if t.start < word.end() and t.end > word.start()])
        for title, tokens in zip(titles, kiwi.tokenize(titles), strict=True)
        for word in WORD.finditer(title)
        if script(word[0]) == "hangul"
    ]


def is_right(term: str, start: int, tokens: list[Token]) -> bool:
    end = start + len(term)
    inside, after = [t for t in tokens if t.start < end], [t for t in tokens if t.start >= end]
    if not inside or not after or inside[0].start != start or inside[-1].end != end:
        return False
    if not all(t.tag in NOMINAL for t in inside):
        return False
    if len(after) == 1 and after[0].form == "서":
        return True
    if (after[0].form, after[0].tag) == ("들", "XSN"):
        after = after[1:]
    return all(t.tag == "VCP" or t.tag[0] in "JE" or t.tag.startswith("Z_") for t in after)


def score(terms: Collection[str], cuts: list[Cut], *, alone: bool = True) -> Score:
    found, right = Counter[str](), Counter[str]()
    for word, start, tokens in cuts:
        for term in (word[:n] for n in range(1, len(word))):
            if term in terms:
                pair = f"{term}+{word[len(term) :]}"
                found[pair] += inflected(term, word, alone=alone)
                right[pair] += is_right(term, start, tokens)
    return Score(found, right)


def codebook_terms() -> Iterator[str]:
    """Single words; a wildcard at their end is left out, to see what it would have to find without."""
    for topic in Codebook.load("korea-japan").topics:
        for rule in (*topic.any, *topic.none):
            for phrase in phrases(rule.query):
                form = phrase.words[-1].form.rstrip("*")
                if script(form) == "hangul" and "*" not in form:
                    yield form


def nouns(cuts: list[Cut], least: int) -> Counter[str]:
    """What the analyser takes for a noun at the beginning of a word, so many times or more."""
    heads = Counter(
        tokens[0].form
        for _, start, tokens in cuts
        if tokens and tokens[0].start == start and tokens[0].tag in ("NNG", "NNP")
    )
    return Counter({noun: n for noun, n in heads.items() if n >= least and script(noun) == "hangul"})


def test_terms_of_the_codebook_and_frequent_names(cuts: list[Cut]) -> None:
    reached = score({t for t in (*codebook_terms(), *NAMED) if len(t) > 1}, cuts)
    assert reached.right.total() > 250
    assert reached.precision >= 0.97, reached
    assert reached.recall >= 0.97, reached


def test_every_noun_of_the_headlines(cuts: list[Cut]) -> None:
    reached = score({noun for noun in nouns(cuts, 3) if len(noun) > 1}, cuts)
    assert reached.right.total() > 2_500
    assert reached.precision >= 0.96, reached
    assert reached.recall >= 0.98, reached


def test_single_syllables_alone(cuts: list[Cut]) -> None:
    """Precise, at the price of a third of what is right; with all particles most of what is found is wrong."""
    terms = {noun for noun in nouns(cuts, 3) if len(noun) == 1}
    reached = score(terms, cuts)
    assert reached.right.total() > 500
    assert reached.precision >= 0.93, reached
    assert reached.recall >= 0.55, reached
    assert score(terms, cuts, alone=False).precision < 0.6


@pytest.mark.parametrize("ending", ["인", "자", "선", "측", "적", "하고"])
def test_endings_left_out_make_other_words_as_often(cuts: list[Cut], ending: str) -> None:
    """Each, counted as if it were a particle: fewer than two in three would be right."""
    terms = {noun for noun in nouns(cuts, 3) if len(noun) > 1}
    after = [(w[: -len(ending)], start, tokens) for w, start, tokens in cuts if w.endswith(ending)]
    right = [is_right(term, start, tokens) for term, start, tokens in after if term in terms]
    assert sum(right) <= len(right) * 2 / 3
