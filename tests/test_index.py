"""The positional index: what it finds, and that a slow and obvious reading finds the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from finding import Texts, places
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle, Rule, cut, written

from newskit import Article, Corpus
from newskit.errors import BadArgument
from newskit.index import (
    FIELDS,
    Index,
    Many,
    Search,
    Spans,
    Whole,
    _Opened,
    characters,
    forget,
    index_of,
    wholes,
)
from newskit.index.cutting import Cuts
from newskit.index.cutting import cut as cut_at_once
from newskit.index.known import numbered
from newskit.index.spans import Starts
from newskit.query import longer_phrases, parse_query, phrases
from newskit.words import WORD


def found(query: str, *texts: str, codebook: tuple[str, ...] = ()) -> list[str]:
    """The matches in some bodies, as text."""
    articles = [("", text, "") for text in texts]
    index = Index.build(articles)
    search = Search(Whole.of(index), longer_phrases(map(parse_query, codebook)))
    at = places(search, query, articles)
    return [articles[row][field][start:end] for row, field, start, end in at]


def test_longest_match_wins() -> None:
    assert found("印度", "印度尼西亚与印度", codebook=("印度", "印度尼西亚")) == ["印度"]
    assert found("印度尼西亚", "印度尼西亚与印度", codebook=("印度", "印度尼西亚")) == ["印度尼西亚"]
    assert found("印度*", "印度尼西亚与印度", codebook=("印度*", "印度尼西亚")) == ["印度", "印度"]
    assert found("国民", "アメリカ国民と国民", codebook=("国民", "*リカ国民")) == ["国民"]
    assert found("*リカ国民", "アメリカ国民と国民", codebook=("国民", "*リカ国民")) == ["リカ国民"]


@pytest.mark.parametrize(
    ("query", "text", "right"),
    [
        ("forced labor", "Forced Labor", ["Forced Labor"]),
        ("forced labor", "forced\u00a0labor, forced  labor, forced\r\nlabor", 3),
        ("forced labor", "forced\n\nlabor; forced. Labor; forced, labor", 0),
        ("forced-labor", "forced labor", 1),
        ("forced lab*r", "forced labour, forced labors", ["forced labour"]),
        ("mobili?ed", "mobilised mobilized mobilied", ["mobilised", "mobilized"]),
        ("*징용", "강제징용 조선인징용은", ["강제징용", "조선인징용"]),
        ("강제*", "강제징용 강제동원을", ["강제징용", "강제동원을"]),
        ("한일", "한일은 한일에서는 한일로부터 한일관계 한일를", ["한일", "한일", "한일"]),
        ("위안부", "위안부를 위안부을", ["위안부"]),
        ("피해자", "피해자들이 피해자들은 피해자단체", ["피해자", "피해자"]),
        ("피해", "피해자 피해를", ["피해"]),
        ("도쿄", "도쿄서 도쿄타워", ["도쿄"]),
        ("=한일", "한일은 한일", ["한일"]),
        ("한일 OR 한일*", "한일은", ["한일은"]),
        ("*들", "사람들들", ["사람들들"]),
        ("강제 징용", "강제 징용에 대한", ["강제 징용"]),
        ("한·일", "한·일 한 일 한일", ["한·일"]),
        ("日韓", "毎日、日韓関係。訪日韓国人", 2),
        ("3.11", "3.11 3 11 311", ["3.11"]),
        ("U.S.", "U.S. u.s. U.S.A. the us; the U.S", ["U.S.", "u.s.", "U.S"]),
        ("S. Korea", "S. Korea, S.Korea, U.S. Korea", ["S. Korea", "S.Korea"]),
        ("Korea", "Korea's Koreas", ["Korea"]),
        ("workers rights", "workers' rights, workers’ rights", 2),
        ("nhk", "ＮＨＫ", ["ＮＨＫ"]),
        ("=US", "US us Us", ["US"]),
        ("BTS", "BTS는", ["BTS"]),
        ("G7", "G7 정상회의", ["G7"]),
        ("Washington, D.C.", "Washington, D.C. Washington D.C.", ["Washington, D.C."]),
        ("a AND b", "a c b a", ["a", "b", "a"]),
        ("a NOT b", "a c b a", []),
        ("a NEAR/2 b", "a x b x x a", ["a x b"]),
        ("a PRE/5 b", "b a", []),
        ("a NEAR/5 b", "a a b b", ["a b"]),
        ("a SAME/S b", "A x. B y a b.", ["B", "a", "b"]),
        ("日 SAME/S 韓", "日本。韓国！日韓", ["日", "韓"]),
        ("b, c SAME/S a", "A b. C d", []),
        ("a SAME/P b", "a x. b y.\n\na z", ["a", "b"]),
        ("ATLEAST/3 a", "a a", []),
        ("ATLEAST/2 a", "a a", ["a", "a"]),
        ('"a b"~1', "a x b", ["a x b"]),
        ('"a b"~1', "a x x b", []),
    ],
)
def test_matches(query: str, text: str, right: list[str] | int) -> None:
    hits = found(query, text)
    assert (len(hits) if isinstance(right, int) else hits) == right


def test_fields() -> None:
    articles = [("Seoul talks", "word " * 59 + "lead end. Seoul", "Tokyo\n\nSeoul")]
    index = Index.build(articles)
    at = {
        q: Search(Whole.of(index)).spans(parse_query(q)).places
        for q in ("Seoul", "title: Seoul", "lead: lead", "lead: end", "caption: Seoul")
    }
    assert [FIELDS[f] for f in at["Seoul"].field] == ["title", "body", "caption"]
    assert [len(at[q].article) for q in ("title: Seoul", "lead: lead", "lead: end", "caption: Seoul")] == [
        1,
        1,
        0,
        1,
    ]
    for across in ("talks word", "talks NEAR/5 word", "end NEAR/9 Tokyo", "Seoul SAME/P talks word"):
        assert not len(Search(Whole.of(index)).spans(parse_query(across))), across
    assert len(Search(Whole.of(index)).spans(parse_query("Seoul NEAR/5 talks"))) == 1


def test_indexes_used_last_stay_open(
    make_corpus: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_corpus(Article(title="a", paragraphs=("b",))).store
    store.write("0002", [Article(title="c", paragraphs=("d",))], ())
    (key,) = set(store.parts()) - {"0002"}
    first, second = index_of(store, key), index_of(store, "0002")
    assert index_of(store, key) is first
    monkeypatch.setattr("newskit.index._MOST_OPEN", 1)
    assert index_of(store, key) is first  # it was open, and is closed now
    assert index_of(store, "0002") is not second
    assert index_of(store, key) is not first
    assert Search(*wholes(store, ("0002",), (1,))).articles(parse_query("d")).tolist() == [0]


def test_index_file_comes_back(make_corpus: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, empty, damaged, of another version: it is made again, and finds the same."""
    store = make_corpus(Article(title="강제징용을", paragraphs=("Seoul talks", "U.S. talks"))).store
    (key,) = store.parts()
    path = store.path("index", key).with_suffix(".arrow")

    def rows() -> list[list[tuple[int, int]]]:
        monkeypatch.setattr("newskit.index._OPENED", _Opened())
        search = Search(*wholes(store, (key,), (1,)))
        found = (search.spans(parse_query(q)).places for q in ("talks", "강제징용", "U.S. talks", "s*"))
        return [list(zip(at.field.tolist(), at.first.tolist(), strict=True)) for at in found]

    right = rows()
    whole = path.read_bytes()
    assert right == [[(1, 1), (1, 3)], [(0, 0)], [(1, 2)], [(1, 0)]]
    for damaged in (
        b"",
        b"ARROW1",
        whole[: len(whole) // 2],
        whole.replace(b"newskit", b"NEWSKIT"),
    ):
        path.write_bytes(damaged)
        assert rows() == right
        assert path.read_bytes() == whole
    path.unlink()
    monkeypatch.setattr("newskit.index.write_index", full)
    assert rows() == right
    assert not path.exists()


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_what_was_found_is_forgotten_once_it_is_too_much(
    make_corpus: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_corpus(Article(title="a b a", paragraphs=("a",))).store
    (key,) = store.parts()
    monkeypatch.setattr("newskit.index._OPENED", _Opened())
    for most, kept in ((3, 3), (2, 0)):
        monkeypatch.setattr("newskit.index._MOST_FOUND", most)
        Search(*wholes(store, (key,), (1,))).spans(parse_query("a"))
        forget()
        assert len(wholes(store, (key,), (1,))[0].parts[0].known) == kept


def test_what_is_interrupted_was_not_found(
    make_corpus: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_corpus(Article(title="a b a", paragraphs=("b a",))).store
    monkeypatch.setattr("newskit.index._OPENED", _Opened())
    (whole,) = wholes(store, store.parts(), (1,))
    assert len(Search(whole).spans(parse_query("b"))) == 2

    together, calls = Starts.together, iter(range(3))

    def interrupted(many: list[Starts]) -> Starts:
        if next(calls):  # first what was found is put together, then it is put to what is known
            raise KeyboardInterrupt
        return together(many)

    search = Search(whole)
    with monkeypatch.context() as patched:
        patched.setattr("newskit.index.known.Starts.together", interrupted)
        with pytest.raises(KeyboardInterrupt):
            search.spans(parse_query("a"))
    assert next(calls) == 2
    at = Search(whole).spans(parse_query("a")).places
    assert list(zip(at.field.tolist(), at.first.tolist(), strict=True)) == [(0, 0), (0, 2), (1, 1)]


def test_index_of_nothing() -> None:
    for texts in ([], [("", "", "")], [("", "", ""), ("", "a", ""), ("", "", "")]):
        index = Index.build(texts)
        assert index.articles == len(texts)
        assert Search(Whole.of(index)).articles(parse_query("a OR b*")).tolist() == (
            [1] if len(texts) == 3 else []
        )


STEMS = ("강제징용", "한일", "위안부", "경기")
ENDINGS = ("", "은", "는", "를", "로", "으로", "에서는", "들", "들은", "들를", "도", "라며", "인", "관계")
WORDS = {
    "latin": [
        "forced",
        "Forced",
        "labor",
        "labour",
        "a",
        "b",
        "a",
        "b",
        "A",
        "B",
        "la\u00adbor",
        "e\u0301",
        "b\u0301",
        *("كتب", "كَتَبْ", "كتـب"),
    ],
    "dotted": [
        *[
            "U.S.",
            "u.s",
            "U.S",
            "S. Korea",
            "S.",
            "B.C",
            "us",
            "US",
            "ＵＳ",
            "3",
            "11",
            "K-pop",
            "İst",
            "_",
            "St.",
        ],
        *["a@us.example", "www.us.example/3", "https://us.example/us?b=11."],
    ],
    "hangul": [
        *[stem + ending for stem in STEMS for ending in ENDINGS],
        *[
            "징용",
            "한",
            "일",
            "일은",
            "일까지",
            "한으로",
            "한을",
            *("이란", "이란은", "한일’이란", "한일”이란", "한일)도", "한일]이란", "한일’이란은"),
            "US",
            "한\u00ad일",
            "\u1112\u1161\u11ab\u110b\u1175\u11af\u110b\u1173\u11ab",
        ],
    ],
    "characters": [
        "日",
        "韓",
        "日韓",
        "印度尼西亚",
        "印度",
        "ー",
        "カナ",
        "日\n韓",
        "a",
        "日\ufe00",
        "ｶﾅ",
        "カ\u3099",
        *("カ", "ナ", "ナカナ", "カナダ", "カー", "らーカナ", "カ\u00adナ", "ナダ日"),
    ],
}
GAPS = [
    *[" "] * 9,
    *[
        "",
        "\n",
        "-",
        "·",
        ".",
        ". ",
        ", ",
        "。",
        "\n\n",
        "\n \n",
        "’",
        "' ",
        '." ',
        " – ",
        "–",
        "\u3000",
        "?",
        "! ",
    ],
    *["”", ")", "’)", "]", "・"],
    *["ㆍ", "ʼ", "\u00ad", "-\n", "(", ") "],
]
TERMS = {
    "latin": [
        "forced labor",
        "lab*r",
        "labo?r",
        "forced",
        "a",
        "b",
        "a b",
        "*a*",
        "b, a",
        "=Forced",
        "=a* b",
        "é",
        "كتب",
        "كَتب",
    ],
    "dotted": [
        "U.S.",
        "=US",
        "us",
        "S. Korea",
        "3.11",
        "K-pop",
        "ist",
        "B.C.",
        "u?",
        "=U.S.",
        "a@us.example",
        "St.",
    ],
    "hangul": [
        *[
            "강제징용",
            "징용",
            "*징용",
            "강제*",
            "한·일",
            "한일",
            "=한일",
            "한 일",
            "US",
            "위안부",
            "경기",
            "위?부",
            "강제징용 한일",
            "일",
            "한",
            *("이란", "이란*", "한일, 이란", "도", "까?", "*지"),
        ],
    ],
    "characters": [
        "日",
        "韓",
        "日韓",
        "日韓*",
        "印度",
        "印度尼西亚",
        "カナ",
        "日, 韓",
        "a",
        "印度尼西亚 印度",
        "ガ",
        *("*カナ", "カナ*", "*カナ*", "ナ", "*ナ", "カナダ", "ナダ日", "*ダ日", "日カ", "らーカ"),
    ],
}
PREFIXES = st.sampled_from(["title", "lead", "body", "caption"])
Articles = list[tuple[str, str, str]]


def articles(world: str) -> st.SearchStrategy[Articles]:
    """Short texts; some bodies begin with so many words that the lead ends within them."""
    piece = st.tuples(st.sampled_from(WORDS[world]), st.sampled_from(GAPS)).map("".join)
    text = st.lists(piece, max_size=12).map("".join)
    opening = st.sampled_from([0, 0, 0, *range(54, 61)]).map("x ".__mul__)
    body = st.tuples(opening, text).map("".join)
    return st.lists(st.tuples(text, body, text), min_size=1, max_size=4)


def rules(world: str) -> st.SearchStrategy[Rule]:
    """Rules of every operator and field, in each other as far as the language lets them."""
    just, terms = st.just, st.sampled_from(TERMS[world])
    words = st.sampled_from([term for term in TERMS[world] if term.isalnum()])
    sloppy = st.tuples(just("~"), st.integers(1, 4), st.tuples(words, words).map(" ".join))
    if world == "characters":  # there a word of two characters is a phrase
        sloppy = st.tuples(just("~"), st.integers(1, 4), st.sampled_from(["日 韓", "韓 a"]))
    placed = st.recursive(
        st.one_of(terms, terms, sloppy),
        lambda q: st.one_of(
            st.tuples(just("OR"), q, q),
            st.tuples(st.sampled_from(["NEAR", "PRE"]), st.integers(1, 6), q, q),
            st.tuples(just("SAME"), st.sampled_from("SP"), q, q),
            st.tuples(PREFIXES, q),
        ),
        max_leaves=4,
    )
    return st.recursive(
        placed,
        lambda q: st.one_of(
            st.tuples(st.sampled_from(["AND", "OR", "NOT"]), q, q),
            st.tuples(just("ATLEAST"), st.integers(1, 3), q),
            st.tuples(PREFIXES, q),
        ),
        max_leaves=3,
    )


WORLDS = st.sampled_from(sorted(WORDS))
CASES = WORLDS.flatmap(lambda w: st.tuples(articles(w), st.lists(rules(w), min_size=1, max_size=3)))


def places_of(texts: Texts, rule: Rule, codebook: list[Rule]) -> list[tuple[int, int, int, int]]:
    longer = longer_phrases([parse_query(written(known)) for known in codebook])
    return places(Search(Whole.of(Index.build(texts)), longer), written(rule), texts)


@settings(max_examples=600)
@given(CASES)
def test_index_agrees_with_the_oracle(case: tuple[Articles, list[Rule]]) -> None:
    articles, codebook = case
    oracle = Oracle(articles, codebook)
    for rule in codebook:
        slow = sorted((h.article, h.field, h.start, h.end) for h in oracle.find(rule))
        assert sorted(places_of(articles, rule, codebook)) == slow, written(rule)


@settings(max_examples=300)
@given(CASES)
def test_many_phrases_are_found_like_each(case: tuple[Articles, list[Rule]]) -> None:
    articles, rules = case
    index = Index.build(articles)
    many = Many(tuple(dict.fromkeys(p for rule in rules for p in phrases(parse_query(written(rule))))))
    together = Search(Whole.of(index))
    together.whole.learn(many, numbered(many.phrases, together.whole.numbers))
    for phrase in many.phrases:
        one, all_ = Search(Whole.of(index)).spans(phrase), together.spans(phrase)
        assert [c.tolist() for c in (one.first, one.last, one.cut)] == [
            c.tolist() for c in (all_.first, all_.last, all_.cut)
        ]


@pytest.mark.parametrize("at_once", [5, 130_000])
def test_phrases_that_begin_with_one_word_share_its_places(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They want other words beside it, at other distances, before it and behind."""
    monkeypatch.setattr("newskit.index.finding._AT_ONCE", at_once)
    index = Index.build(
        [
            ("", "a rare b. b rare a; a x rare, rare x b a b; rare a x " * n + "a b x " * 40, "")
            for n in (3, 1, 0)
        ]
    )
    asked = [
        "rare a",
        "a rare",
        "rare b",
        "b rare",
        "rare x",
        "x rare",
        "rare x b",
        "rare a x",
        "a x rare",
        "rare x a",
    ]
    queries = [parse_query(f'"{words}"') for words in asked]
    together = Search(Whole.of(index)).answers(dict(enumerate(queries)))
    alone = [Search(Whole.of(index)).spans(query) for query in queries]
    assert [spans.first.tolist() for spans in together] == [spans.first.tolist() for spans in alone]
    assert [len(spans) for spans in together] == [8, 4, 4, 4, 4, 4, 4, 4, 4, 0]


SPANS = st.tuples(st.integers(0, 1 << 46), st.integers(0, 1 << 20), st.integers(0, 3))


@given(st.lists(SPANS | st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))))
def test_places_are_in_order_each_once_with_the_fewest_letters_cut(rows: list[tuple[int, int, int]]) -> None:
    """Whether all of a place fits into one word of the processor or does not."""
    first, size, cut = np.array(rows, np.int64).reshape(-1, 3).T
    spans = Spans.of(first, first + size, cut.astype(np.uint8))
    fewest: dict[tuple[int, int], int] = {}
    for begin, length, letters in rows:
        place = begin, begin + length
        fewest[place] = min(letters, fewest.get(place, letters))
    found = zip(spans.first.tolist(), spans.last.tolist(), spans.cut.tolist(), strict=True)
    assert list(found) == [(*place, fewest[place]) for place in sorted(fewest)]


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 20]), min_size=1), st.data())
def test_the_text_of_a_word_is_found_behind_empty_ones(sizes: list[int], data: st.DataObject) -> None:
    index = Index.build([("", "a " * size, "") for size in sizes])
    words = [(3 * row + 1, word) for row, size in enumerate(sizes) for word in range(size)]
    asked = data.draw(st.lists(st.integers(0, len(words) - 1))) if words else []
    found = (column.tolist() for column in index.words(np.array(asked, np.int32)))
    assert list(zip(*found, strict=True)) == [words[position] for position in asked]


@settings(max_examples=300)
@given(CASES)
def test_articles_are_found_where_their_places_are(case: tuple[Articles, list[Rule]]) -> None:
    articles, rules = case
    search = Search(Whole.of(Index.build(articles)))
    asked = [parse_query(written(rule)) for rule in rules]
    for query in [*asked, *(phrase for rule in asked for phrase in phrases(rule))]:
        at = search.spans(query)
        assert sorted(set(search.articles(query).tolist())) == sorted(set(at.article.tolist()))


@settings(max_examples=300)
@given(WORLDS.flatmap(articles))
def test_texts_are_cut_as_the_oracle_cuts_them(articles: Articles) -> None:
    texts = [text for article in articles for text in article]
    found = Cuts.of([cut_at_once(texts)])
    ends = np.cumsum(found.counts)
    for text, begin, end in zip(texts, ends - found.counts, ends, strict=True):
        words = [found.strings[n] for n in found.word[begin:end]]
        assert list(zip(words, characters(text)[0], strict=True)) == [(p.text, p.start) for p in cut(text)]


@settings(max_examples=50)
@given(CASES, st.randoms())
def test_order_of_articles_changes_nothing(case: tuple[Articles, list[Rule]], chance: random.Random) -> None:
    articles, rule = case[0], case[1][0]
    order = list(range(len(articles)))
    chance.shuffle(order)
    there = places_of(articles, rule, [])
    here = places_of([articles[n] for n in order], rule, [])
    assert sorted((order[row], *rest) for row, *rest in here) == sorted(there)


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_is_cut_and_any_query_ends(text: str, query: str) -> None:
    index = Index.build([("", text, text)])
    with suppress(BadArgument):
        at = places(Search(Whole.of(index)), query, [("", text, text)])
        assert all(0 <= start < end <= len(text) for _, _, start, end in at)


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [(f"Title {n}.", f"Plan B. in the U.S.\n\nS. Korea {n}", "B.") for n in range(20)]
    whole = Index.build(articles)
    monkeypatch.setattr("newskit.index.part._BATCH", 30)
    parts = Index.build(articles)
    assert whole.vocabulary.types == parts.vocabulary.types
    for name in ("begins", "postings", "gap", "bounds", "sentences", "paragraphs"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


PIECES = st.sampled_from(
    [
        *"U.S. Gen. e.g. a.b.cd U.Sam Kim Mr. St.Pe Messrs. vs. Vs. A a . ． U．S． U.S.2 3.11 - ' _".split(),
        *"www.a.coméx.y kim.lee@a.example @ a@b.c http:// https://a.b/c?d www.".split(),
        *"한국 韓国 か々ー ｶ ㆍ é ß 😀".split(),
        *("\u0301", "a\xadb", "\xad", "\u200d", "\ufe0f", "\uff9e", "\u3099", "\U000e0100", "\U00020000"),
        *(" ", "\n", "x" * 63),
    ]
)


@settings(max_examples=1000)
@given(st.lists(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=12)), max_size=4))
def test_many_texts_are_cut_like_one(texts: list[str]) -> None:
    found = Cuts.of([cut_at_once(texts)])
    pieces = WORD.split("\n".join(texts))
    assert [found.strings[n] for n in found.word] == pieces[1::2]
    assert [found.strings[n] for n in found.gap] == pieces[0:-1:2]
    assert found.counts.tolist() == [len(WORD.findall(text)) for text in texts]
    for text in texts:
        assert [ends.tolist() for ends in characters(text)] == [
            [word.span()[side] for word in WORD.finditer(text)] for side in (0, 1)
        ]


@pytest.mark.parametrize("query", ["*a*a*a*a", "a*a*a*a*", "?" * 50 + "a*", "*" + "?" * 40])
def test_hostile_patterns_end_at_once(query: str) -> None:
    index = Index.build([("", " ".join(["a" * n for n in range(1, 2000)]), "a" * 1_000_000)])
    began = time.perf_counter()
    with suppress(BadArgument):
        Search(Whole.of(index)).spans(parse_query(query))
    assert time.perf_counter() - began < 2


def test_hostile_texts_are_cut_in_time() -> None:
    began = time.perf_counter()
    for text in (
        "a." * 200_000,
        "." * 400_000,
        '."' * 200_000,
        "\n " * 200_000,
        "'" * 400_000,
        "é" + "\u0301" * 400_000,
        "日\u3099" * 200_000,
    ):
        Index.build([("", text, "")])
    assert time.perf_counter() - began < 10
