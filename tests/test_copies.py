"""Wire copies: what is a family, what is none, and numbers that count a story once."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit import Article, Codebook, Corpus, copies, measure, sample, tag
from newskit.copies.families import _families
from newskit.copies.pairs import OFTEN, WINDOW
from newskit.copies.shingles import shingles
from newskit.index import Index
from newskit.sample import truth
from newskit.store import Store

MakeCorpus = Callable[..., Corpus]
NOON = datetime(2023, 3, 30, 12, tzinfo=UTC)


def prose(seed: int, words: int = 120) -> str:
    """Write words that no other seed writes."""
    return " ".join(f"w{seed}x{n}" for n in range(words))


def told(text: str, outlet: str = "A", days: float = 0, **more: object) -> Article:
    article = Article(
        title="A headline", paragraphs=(text,), outlet=outlet, language="en",
        published=NOON + timedelta(days=days), precision="minute",
    )  # fmt: skip
    return replace(article, **more)


def families(corpus: Corpus) -> set[frozenset[str]]:
    found = copies(corpus)
    return {frozenset(members) for _, members in found.groupby("family")["article"]}


def write(folder: Path, parts: Sequence[Sequence[Article]]) -> Corpus:
    store = Store.create(folder)
    for articles in parts:
        store.write(str(abs(hash(tuple(a.id for a in articles)))), articles, ())
    return Corpus.open(folder)


# Families


def test_a_cut_copy_with_other_furniture_is_found_and_said_what_it_keeps(make_corpus: MakeCorpus) -> None:
    first = told(prose(1, 200), "Wire", agency="Yonhap")
    cut = told(f"{prose(1, 80)} {prose(2, 20)}", "B", 1, title="Another headline")
    found = copies(make_corpus(first, cut, told(prose(3), "C"))).set_index("article")
    assert list(found.index) == [first.id, cut.id]
    assert found["first"].tolist() == [True, False]
    assert found["agency"].tolist() == ["Yonhap", "Yonhap"]
    assert found.loc[cut.id, "kept"] == pytest.approx(0.4, abs=0.06)
    assert found.loc[cut.id, "own"] == pytest.approx(0.2, abs=0.06)


@pytest.mark.parametrize(
    ("one", "other"),
    [("통신사가 전한 제{}회 회의 소식", "회의"), ("第{}回の会議に関する報道", "会議")],
    ids=["Korean", "Japanese"],
)
def test_copies_are_found_where_words_have_no_spaces_or_particles(
    make_corpus: MakeCorpus, one: str, other: str
) -> None:
    chance = random.Random(1)
    text = "。 ".join(one.format(chance.randrange(10**6)) + chr(0xAC00 + n) for n in range(30))
    cut = text[: len(text) // 2]
    assert len(families(make_corpus(told(text), told(cut, "B", 1), told(other * 30, "C")))) == 1


def test_a_chain_does_not_melt_into_one_family(make_corpus: MakeCorpus) -> None:
    """Each story has half of the one before it; none comes in by way of a third."""
    pieces = [prose(n, 60) for n in range(7)]
    chain = [told(f"{a} {b}", outlet, n / 10) for n, ((a, b), outlet) in enumerate(zip(itertools.pairwise(pieces), "ABCDEF", strict=True))]  # fmt: skip
    assert sorted(map(len, families(make_corpus(*chain)))) == [2, 2, 2]


def test_what_an_outlet_prints_all_the_time_makes_no_copies(make_corpus: MakeCorpus) -> None:
    form = prose(0, 60)
    reports = [told(f"{form} {prose(n, 50)}", "A", n / 3 - 15) for n in range(1, OFTEN + 5)]
    other = told(f"{form} {prose(99, 50)}", "B", -13)
    assert not families(make_corpus(*reports, other))


def test_a_form_filled_in_again_by_one_outlet_is_no_copy(make_corpus: MakeCorpus) -> None:
    first, again = (told(f"{prose(0, 60)} {prose(n, 20)}", "A", n) for n in (1, 2))
    assert not families(make_corpus(first, again))
    assert len(families(make_corpus(first, replace(again, outlet="B")))) == 1


def test_an_update_of_a_brief_is_no_copy(make_corpus: MakeCorpus) -> None:
    brief = "the death toll of the boat accident off the coast of the island climbs to {} with {} people still missing as divers go on searching"
    assert not families(make_corpus(told(brief.format(41, 15)), told(brief.format(44, 5), "B", 1)))


def test_a_flash_is_no_first_carrier_of_every_long_story_with_its_sentence(make_corpus: MakeCorpus) -> None:
    flash = told(prose(1, 30), "A")
    long = [told(f"{prose(1, 30)} {prose(n, 600)}", outlet, 0.1) for n, outlet in enumerate("BC", 2)]
    assert not families(make_corpus(flash, *long))


def test_headlines_without_text_are_copies_only_where_they_are_the_same(make_corpus: MakeCorpus) -> None:
    title = "Two ports agree on ferry fares after long talks"
    items = [Article(title=t, paragraphs=(), outlet=o, published=NOON) for t, o in
             [(title, "A"), (title.upper(), "B"), (title + " again", "C"), ("Morning news", "A"), ("Morning news", "B")]]  # fmt: skip
    assert [set(f) for f in families(make_corpus(*items))] == [{items[0].id, items[1].id}]


def test_the_agency_itself_is_first_on_a_tie_and_a_time_goes_before_a_mere_day(
    make_corpus: MakeCorpus,
) -> None:
    text = prose(1)
    agency = told(text, "Yonhap News Agency", agency="Yonhap")
    paper, daily = (
        told(text, "A", agency="Yonhap"),
        told(text, "B", published=datetime(2023, 3, 30), precision="day"),
    )
    found = copies(make_corpus(paper, daily, agency))
    assert found["article"].tolist() == [agency.id, paper.id, daily.id]
    assert found["agency"].tolist() == ["Yonhap"] * 3


def test_a_story_printed_again_after_the_window_is_a_story_of_its_own(make_corpus: MakeCorpus) -> None:
    text = prose(1)
    corpus = make_corpus(
        told(text), told(text, "B", WINDOW), told(text, "C", WINDOW + 1), told(text, "D", WINDOW + 2)
    )
    assert sorted(map(len, families(corpus))) == [2, 2]


def test_undated_articles_are_compared_among_themselves(make_corpus: MakeCorpus) -> None:
    undated = [told(prose(1), outlet, published=None, precision=None) for outlet in "AB"]
    dated = told(prose(1), "C")
    assert families(make_corpus(*undated, dated)) == {frozenset(a.id for a in undated)}


def test_an_empty_corpus_has_no_families(tmp_path: Path) -> None:
    assert copies(Corpus.open(Store.create(tmp_path).folder)).empty


# Laws

TEXTS = st.integers(0, 3).map(lambda n: prose(n, 40)) | st.lists(
    st.sampled_from(["the", "port", "fare", "가나", "다라", "港", "湾", "U.S."]), min_size=20, max_size=60
).map(" ".join)
ARTICLES = st.lists(
    st.builds(told, TEXTS, st.sampled_from("ABC"), st.integers(0, 40).map(lambda n: n / 2)), max_size=14, unique_by=lambda a: a.id
)  # fmt: skip


@settings(max_examples=20)
@given(ARTICLES, st.randoms(use_true_random=False))
def test_no_order_of_parts_and_articles_changes_families_and_adding_is_as_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article], chance: random.Random
) -> None:
    whole = copies(write(tmp_path_factory.mktemp("whole"), [articles]))
    mixed = chance.sample(articles, len(articles))
    at = sorted(chance.choices(range(len(mixed) + 1), k=2))
    folder = tmp_path_factory.mktemp("parts")
    for part in (mixed[: at[0]], mixed[at[0] : at[1]], mixed[at[1] :]):
        if part:
            found = copies(write(folder, [part]))
    if articles:
        assert found.equals(whole)
        shutil.rmtree(folder / "copies")
        _families.cache_clear()
        assert copies(Corpus.open(folder)).equals(whole)


@settings(max_examples=30)
@given(
    st.lists(st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=6), min_size=20, max_size=50),
    st.floats(0, WINDOW),
)  # fmt: skip
def test_a_verbatim_copy_of_20_words_is_always_found(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], days: float
) -> None:
    pair = [
        told(" ".join(["ab", *words, *["cd"] * 19]), "A"),
        told(" ".join(["ab", *words, *["cd"] * 19]), "B", days),
    ]
    assert len(families(write(tmp_path_factory.mktemp("corpus"), [pair]))) == 1


@settings(max_examples=20)
@given(st.lists(st.integers(20, 90), min_size=2, max_size=8))
def test_texts_without_a_common_word_are_never_copies(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    stories = [told(prose(n, size), "ABCD"[n % 4]) for n, size in enumerate(sizes)]
    assert copies(write(tmp_path_factory.mktemp("corpus"), [stories])).empty


@given(st.lists(TEXTS, max_size=6), TEXTS)
def test_shingles_of_a_text_do_not_depend_on_its_neighbours(others: list[str], text: str) -> None:
    alone = shingles(Index.build([("A headline", text, "")]))
    among = shingles(Index.build([*[("T", t, "c") for t in others], ("A headline", text, "")]))
    assert among.hashes[among.begins[-2] :].tolist() == alone.hashes.tolist()


# What is kept


def test_damaged_or_unwritable_caches_change_nothing(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(told(prose(1)), told(prose(1), "B", 1))
    was = copies(corpus)
    for path in (corpus.store.folder / "copies").iterdir():
        path.write_bytes(path.read_bytes()[:40])
    _families.cache_clear()
    assert copies(corpus).equals(was)
    shutil.rmtree(corpus.store.folder / "copies")
    (corpus.store.folder / "copies").write_text("in the way", encoding="utf-8")
    _families.cache_clear()
    assert copies(corpus).equals(was)


# Measure


@pytest.fixture
def printed(make_corpus: MakeCorpus) -> Corpus:
    """A wire story in January, its longer copies in two papers, one of them in February; and a story by itself."""
    text = prose(1)
    return make_corpus(
        told(text, "Wire", 0, agency="Wire", published=datetime(2023, 1, 30, tzinfo=UTC)),
        told(f"{text} Fukushima.", "A", published=datetime(2023, 1, 31, tzinfo=UTC)),
        told(f"{text} Fukushima.", "B", published=datetime(2023, 2, 1, tzinfo=UTC)),
        told(f"{prose(2)} Fukushima.", "B", published=datetime(2023, 2, 2, tzinfo=UTC)),
    )


def numbers(corpus: Corpus, codebook: Codebook, kind: str) -> list[tuple[int, int]]:
    frame = measure(tag(corpus, codebook).only("Fukushima"), copies=kind).frame  # type: ignore[arg-type]
    return list(frame[["n", "of"]].itertuples(index=False, name=None))


def test_once_counts_a_story_where_it_first_appears(printed: Corpus, codebook: Codebook) -> None:
    assert numbers(printed, codebook, "all") == [(1, 2), (2, 2)]
    assert numbers(printed, codebook, "once") == [(0, 1), (1, 1)]  # the first carrier does not name the topic
    how = measure(tag(printed, codebook)).how
    assert "2 copies are counted once with the first of their family (1 family)" in how


def test_once_counts_the_first_that_the_filter_lets_through(printed: Corpus, codebook: Codebook) -> None:
    assert numbers(printed.outlets("A", "B"), codebook, "once") == [(1, 1), (1, 1)]
    assert numbers(printed.between("2023-02", None), codebook, "once") == [(2, 2)]


def test_own_leaves_out_what_prints_an_agency(printed: Corpus, codebook: Codebook) -> None:
    assert numbers(printed, codebook, "own") == [(0, 1), (1, 1)]  # the agency's own story is its own
    assert numbers(printed.outlets("A", "B"), codebook, "own") == [(1, 1)]
    assert "2 found to print an agency's story" in measure(tag(printed, codebook), copies="own").how


def test_all_points_open_what_they_count(printed: Corpus, codebook: Codebook) -> None:
    coverage = measure(tag(printed, codebook), by="outlet")
    for row in coverage.frame[coverage.frame["of"] > 0].itertuples():
        assert coverage.at(row.topic, row.period, row.group).frame["article"].nunique() == row.n


# The demonstration corpus


def test_the_copies_planted_in_the_demonstration_are_found_and_no_others(tmp_path: Path) -> None:
    corpus = sample(tmp_path)
    by_source = {
        source.split("pages/", 1)[-1]: i
        for source, i in corpus.frame[["source", "id"]].itertuples(index=False)
    }
    planted: dict[str, set[str]] = {}
    for row in truth():
        article = by_source.get(row["source"])
        if article:
            read_again = row["source"].replace("-read-again", "")
            planted.setdefault(row["family"] or read_again, set()).add(article)
    assert families(corpus) == {frozenset(members) for members in planted.values() if len(members) > 1}
