"""The benchmarks run, and the corpora they are run on are what their makers say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import newskit as nk

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))

from make_corpus import Recipe, Writer, make, rules, spelled  # noqa: E402 - benchmarks are no package
from tag_peers import PEERS, timed  # noqa: E402
from tag_text import Terms, Text, codebook_text, english  # noqa: E402

SMALL = Recipe(articles=50, part=20, about=500)
STORIES = (("Ties thaw", "Talks on the ties went on. The Ties, they said!"), ("Weather", "Rain."))


def run(script: str, *arguments: str | Path) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> nk.Corpus:
    folder = tmp_path_factory.mktemp("made") / "corpus"
    make(folder, SMALL)
    return nk.Corpus.open(folder)


# A generated corpus


def test_corpus_has_its_articles_in_parts_of_the_size_asked(made):
    assert len(made) == 50
    assert sorted(len(made.store.texts(key)) for key in made.parts) == [10, 20, 20]


def test_corpus_is_the_same_for_the_same_seed_and_another_for_another(made, tmp_path):
    make(tmp_path / "again", SMALL)
    make(tmp_path / "other", Recipe(articles=50, part=20, about=500, seed=2))
    again, other = (nk.Corpus.open(tmp_path / name) for name in ("again", "other"))
    assert again.parts == made.parts
    assert again.frame.equals(made.frame)
    assert not set(other.frame["id"]) & set(made.frame["id"])


def test_corpus_that_was_stopped_is_completed_and_one_that_is_there_left_alone(made, tmp_path):
    make(tmp_path / "corpus", Recipe(articles=20, part=20, about=500))
    fewer = set(nk.Corpus.open(tmp_path / "corpus").parts)
    make(tmp_path / "corpus", SMALL)
    assert fewer < set(nk.Corpus.open(tmp_path / "corpus").parts) == set(made.parts)
    assert make(tmp_path / "corpus", SMALL) == 0


def test_corpus_spans_ten_years_three_languages_and_several_outlets():
    frame = [(a.day, a.language, a.outlet) for a in Writer(Recipe(0), 0).articles(1000)]
    days = [day for day, *_ in frame if day]
    assert {language for _, language, _ in frame} == {"en", "ko", "ja"}
    assert 40 < len({outlet for *_, outlet in frame}) <= 50
    assert (min(days).year, max(days).year) == (2014, 2023)
    assert 0 < len(frame) - len(days) < 40


def test_article_holds_about_as_much_text_as_stated():
    articles = list(Writer(Recipe(0), 0).articles(1000))
    mean = sum(len(f"{a.title}{a.body}{a.caption}".encode()) for a in articles) / 1000
    assert 3400 < mean < 4200


def test_terms_of_the_codebook_come_at_the_stated_rate():
    codebook = nk.Codebook.load("korea-japan")
    shares = {about: _share_tagged(Recipe(0, terms=0, about=about), codebook) for about in (0, 300)}
    assert shares[0] == 0
    assert shares[300] == pytest.approx(0.3, abs=0.06)


def _share_tagged(recipe, codebook):
    from tempfile import TemporaryDirectory

    from newskit.store import Store

    with TemporaryDirectory() as folder:
        Store.create(folder).write("one", list(Writer(recipe, 0).articles(500)), ())
        corpus = nk.Corpus.open(folder)
        return nk.tag(corpus, codebook).frame["article"].nunique() / len(corpus)


def test_rule_is_spelled_as_it_finds(make_corpus):
    chance = np.random.default_rng(1)
    everything = [r for topics in rules().values() for topic in topics for r in topic]
    texts = [f"{spelled(r.query, chance)}." for r in everything]
    articles = [nk.Article(title=str(n), paragraphs=(text,)) for n, text in enumerate(texts)]
    hits = nk.tag(make_corpus(*articles), nk.Codebook.load("korea-japan")).frame
    found = set(zip(hits["article"], hits["rule"], strict=True))
    missed = [
        (r.text, t)
        for r, a, t in zip(everything, articles, texts, strict=True)
        if (a.id, r.text) not in found
    ]
    assert not missed


# Text and terms


def test_text_is_generated_where_no_data_is_given():
    text = english(None, 30_000)
    assert 30_000 <= text.size < 60_000
    assert text.origin == "generated"


def test_text_is_as_large_as_asked_where_the_data_is_smaller(tmp_path):
    folder = tmp_path / "wikinews_en_2019_2020"
    folder.mkdir()
    (folder / "one.csv").write_text("title,text\nTies,Talks went on.\n", encoding="utf-8")
    text = english(tmp_path, 100)
    assert set(text.stories) == {("Ties", "Talks went on.")}
    assert 100 <= text.size < 125
    assert text.origin == "0 MB of DATA, then again"


@pytest.fixture(scope="module")
def text() -> Text:
    return english(None, 4_000_000)


def test_terms_are_drawn_from_the_text_half_of_them_pairs(text):
    drawn = Terms.of(text).draw(60)
    joined = "\n".join(text.whole).lower()
    assert len(drawn) == len(set(drawn)) == 60
    assert sum(" " in term for term in drawn) == 30
    assert all(term in joined for term in drawn)


def test_terms_and_rules_make_a_codebook(text):
    terms = Terms.of(text)
    book = nk.Codebook.from_text(codebook_text(terms.draw(60), 6, terms.rules()))
    assert [len(topic.any) for topic in book.topics] == [10, 10, 10, 10, 10, 10, 10]


# Engines


@pytest.mark.parametrize("peer", PEERS, ids=lambda p: p.name)
def test_peer_finds_whole_words_in_any_case(peer):
    if peer.missing:
        pytest.skip(f"{peer.name} is not installed")
    took = timed(peer.ready(["ties", "talks on", "rai"]), lambda _: Text(STORIES, "").whole, 1, 0.1)
    assert took.found == (2 if peer.module == "pandas" else 4)  # pandas counts stories


# The whole


def test_benchmark_prints_a_row_for_each_target_and_peer():
    printed = run("tag.py", "--size", "4", "--terms", "60", "--budget", "0.01", "--peers")
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    names = [row[0].removeprefix("| ") for row in rows]
    for name in (
        "English",
        "Korean and Japanese",
        "60 terms",
        "ten Boolean and NEAR rules on top",
        "index on disk",
    ):
        assert name in names
    assert {row[1] for row in rows} >= {peer.name for peer in PEERS}


def test_benchmark_measures_a_corpus_in_a_process_of_its_own(made):
    printed = run("tag.py", "--corpus", made.store.folder)
    assert "| re-tag the shipped codebook, cold |" in printed
    assert "| kwic of one topic, first 50 rows, warm |" in printed
    assert "stopped" not in printed


def test_maker_says_what_it_made(tmp_path):
    assert run("make_corpus.py", "30", tmp_path / "c", "--part", "20").endswith("2 parts\n")


# What a large corpus answers


def test_every_step_is_timed(tmp_path):
    make(tmp_path / "corpus", Recipe(articles=200, part=100, about=500))
    table = run("corpus.py", tmp_path / "corpus", "--copies")
    rows = [line for line in table.splitlines() if line.startswith("| ") and " ms |" in line]
    assert len(rows) == 6
    assert "stopped" not in table
    assert "copies |" in table


def test_generated_pages_are_read_and_known_again():
    table = run("corpus.py", "--ingest", "30")
    assert table.splitlines()[-1].startswith("| 30 |")
