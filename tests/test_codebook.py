"""Codebook files: what is read, and that every mistake has its file, line, topic and remedy."""

from __future__ import annotations

import json
import tarfile
import time
from pathlib import Path

import pytest

from newskit.codebook import Codebook
from newskit.errors import BadArgument, CodebookError
from newskit.index import Index, Search, Spans

GOOD = """\
# a comment
codebook: Korea and Japan
version: 3
topics:
  forced labor:
    about: Compensation for
      wartime labor
    any:
      - '"forced lab*r"'
      - (conscript* OR mobili?ed) NEAR/5
        (labor* OR worker*)   # continues
      - 강제징용
    none:
      - '"modern forced labor"'
  no:
    any: [no, 012, 2023-02-14, 1e3, "yes"]
"""


def test_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "kj.yaml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    book = Codebook.load(path)
    assert (book.name, book.version, book.source) == ("Korea and Japan", "3", "kj.yaml")
    first, second = book.topics
    assert (first.name, first.about) == ("forced labor", "Compensation for wartime labor")
    assert [rule.line for rule in (*first.any, *first.none)] == [9, 10, 12, 14]
    assert first.any[1].text == "(conscript* OR mobili?ed) NEAR/5 (labor* OR worker*)"
    assert [rule.text for rule in second.any] == ["no", "012", "2023-02-14", "1e3", "yes"]
    assert book.frame["kind"].tolist() == ["any"] * 3 + ["none"] + ["any"] * 5
    assert "2 topics (forced labor, no) with 8 rules and 1 rule for what is not meant" in book.how
    assert book.digest in repr(book)


def test_digest_is_of_what_matters() -> None:
    book = Codebook.from_text(GOOD)
    same = (
        GOOD.replace("# a comment", "# another")
        .replace("version: 3", "version: 4")
        .replace("wartime", "war-time")
    )
    topics = "topics: {no: {any: ['yes', 1e3, 2023-02-14, 012, no]}, forced labor: {any: [강제징용, "
    moved = (
        topics
        + "'\"forced lab*r\"', (conscript* OR mobili?ed) NEAR/5 (labor* OR worker*)], none: ['\"modern forced labor\"']}}"
    )
    assert book.digest == Codebook.from_text(same).digest == Codebook.from_text(moved).digest
    assert book.digest != Codebook.from_text(GOOD.replace("강제징용", "징용")).digest
    assert book.digest != Codebook.from_text(GOOD.replace("  no:", "  yes:")).digest
    assert book.digest == book.only("no").digest  # what is looked at does not change the book


def test_only_and_unknown_topics() -> None:
    book = Codebook.from_text(GOOD, source="korea-japan.yaml")
    assert [topic.name for topic in book.only("no", "forced labor").topics] == ["forced labor", "no"]
    with pytest.raises(BadArgument) as error:
        book.only("forced labour")
    assert str(error.value) == "No topic 'forced labour' in korea-japan.yaml. Did you mean 'forced labor'?"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "k.yaml is empty. Write 'topics:'"),
        ("# only a comment\n", "k.yaml is empty"),
        ("- a\n- b\n", "line 1: a mapping ('name: …') belongs here, not a list"),
        ("a text", "line 1: a mapping ('name: …') belongs here, not text"),
        ("codebook: x\n", "line 1: there is no 'topics:'"),
        ("topic:\n  a: {any: [x]}\n", "Did you mean 'topics'?"),
        ("topics:\n", "a mapping ('name: …') belongs here, not nothing"),
        ("topics: {}\n", "line 1: there is no topic"),
        ("topics:\n- a\n", "line 2: a mapping ('name: …') belongs here, not a list"),
        ("topics:\n  a:\n  - x\n", "line 3, topic 'a': its rules are given as a list. Put 'any:' before"),
        ("topics:\n  a:\n    about: x\n", "topic 'a': there is no 'any:'"),
        ("topics:\n  a:\n    any: x\n", "line 3, topic 'a': a list of rules belongs here, not text"),
        ("topics:\n  a:\n    any: []\n", "line 3, topic 'a': there is no rule"),
        (
            "topics:\n  a:\n    any:\n    - x\n    nome: [y]\n",
            "line 5, topic 'a': unknown entry 'nome:'. Did you mean 'none'?",
        ),
        (
            "topics:\n  a:\n    any:\n    - x\n  a:\n    any: [y]\n",
            "line 5, topic 'a': 'a' stands already in line 2",
        ),
        (
            "topics:\n  a:\n    any:\n    - x\n    - y\n    - x\n",
            "line 6, topic 'a': the rule 'x' stands already in line 4",
        ),
        (
            "topics:\n  a:\n    any:\n    - x\n    - y AND\n",
            "line 5, topic 'a': The rule ends after an operator",
        ),
        (
            "topics:\n  a:\n    any:\n    - title: x\n",
            "line 4, topic 'a': text belongs here, not a mapping. Put quotes",
        ),
        ('topics:\n  a:\n    any:\n    - "a b" OR c\n', "line 4: not YAML"),
        ("topics:\n  a:\n    any:\n    - *x\n", "line 4: anchors (&) and aliases (*) are not read"),
        ("topics:\n  a: &x\n    any: [y]\n", "line 2: anchors"),
        ("topics:\n  a:\n    <<: {any: [x]}\n", "line 3: merge keys"),
        ("topics: !!python/object/apply:os.system ['x']\n", "line 1: tags"),
        ("topics:\n\ta: x\n", "line 2: not YAML"),
        ("topics: {a: {any: [x]}}\n---\ntopics: {}\n", "line 2: not YAML: a second document"),
        ("topics: {a: {any: ['\x07']}}\n", "k.yaml: not YAML"),
        ("[" * 5000, "line 1: nested deeper"),
        ("topics:\n  a:\n    any:\n" + "    - x\n" * 100_001, "more than 100,000 entries"),
    ],
    ids=range(28),
)
def test_mistakes_are_named(text: str, says: str) -> None:
    with pytest.raises(CodebookError) as error:
        Codebook.from_text(text, source="k.yaml")
    assert says in str(error.value)
    assert str(error.value).startswith("k.yaml")


def test_files_that_cannot_be_codebooks(tmp_path: Path) -> None:
    wrong = {
        "latin.yaml": (b"topics:\n  a:\n    any:\n    - caf\xe9\n", "latin.yaml, line 4: not UTF-8 text"),
        "large.yaml": (b"#" * 10_000_001, "large.yaml is larger than 10 MB"),
    }
    for name, (raw, says) in wrong.items():
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(CodebookError) as error:
            Codebook.load(tmp_path / name)
        assert says in str(error.value)
    with pytest.raises(CodebookError, match=r"there is no such file\. Did you mean 'korea-japan'"):
        Codebook.load("korea_japan")


def test_shipped_codebook() -> None:
    book = Codebook.load("korea-japan")
    names = [
        "bilateral ties",
        "forced labor",
        "Fukushima",
        "export curbs",
        "comfort women",
        "security cooperation",
    ]
    assert [topic.name for topic in book.topics] == names
    assert all(topic.about for topic in book.topics)


def test_hostile_codebooks(shared: Path, tmp_path: Path) -> None:
    with tarfile.open(shared / "data/hostile/hostile.tar.gz") as tar:
        expected = json.load(tar.extractfile("dev/expectations.json") or pytest.fail("no expectations"))
        for case in (c for c in expected if c["cls"] == "codebook"):
            member = tar.extractfile("dev/" + case["path"]) or pytest.fail(case["path"])
            path = tmp_path / Path(case["path"]).name
            path.write_bytes(member.read())
            began = time.perf_counter()
            outcome, said = "article", path.name
            try:
                Codebook.load(path)
            except CodebookError as error:
                outcome, said = "refuse", str(error)
            assert path.name in said
            assert time.perf_counter() - began < case["max_s"]
            # A codebook of regular expressions is refused, harmful or not: there are none in newskit.
            assert outcome == ("refuse" if "regex:" in path.read_text("utf-8-sig") else case["outcome"]), (
                path.name
            )


GOLDEN = Path(__file__).parent / "golden/codebook/korea-japan.tsv"
SENTENCES = [line.split("\t") for line in GOLDEN.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("topics", "sentence"), SENTENCES, ids=[sentence[:30] for _, sentence in SENTENCES])
def test_shipped_codebook_on_invented_sentences(topics: str, sentence: str) -> None:
    book = Codebook.load("korea-japan")
    search = Search(Index.build([("", sentence, "")]), book.longer)
    found = set()
    for topic in book.topics:
        unwanted = Spans.union(search.spans(rule.query) for rule in topic.none)
        spans = Spans.union(search.spans(rule.query) for rule in topic.any)
        if (~spans.overlapping(unwanted)).any():
            found.add(topic.name)
    assert found == set(topics.split(";")) - {"-"}
