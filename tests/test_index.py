"""The positional index: what it finds, and that a slow and obvious reading finds the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle, Rule, cut, written

from newskit import Article, Corpus
from newskit.errors import BadArgument
from newskit.index import FIELDS, Index, Search, index_of, matching_rows
from newskit.query import longer_phrases, parse_query


def found(query: str, *texts: str, codebook: tuple[str, ...] = ()) -> list[str]:
    """The matches in some bodies, as text."""
    articles = [("", text, "") for text in texts]
    index = Index.build(articles)
    search = Search(index, longer_phrases(map(parse_query, codebook)))
    at = index.places(search.spans(parse_query(query)))
    return [articles[r][f][a:b] for r, f, a, b in zip(at.row, at.field, at.start, at.end, strict=True)]


def test_longest_match_wins() -> None:
    assert found("印度", "印度尼西亚与印度", codebook=("印度", "印度尼西亚")) == ["印度"]
    assert found("印度尼西亚", "印度尼西亚与印度", codebook=("印度", "印度尼西亚")) == ["印度尼西亚"]
    assert found("印度*", "印度尼西亚与印度", codebook=("印度*", "印度尼西亚")) == ["印度", "印度"]


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
        q: index.places(Search(index).spans(parse_query(q)))
        for q in ("Seoul", "title: Seoul", "lead: lead", "lead: end", "caption: Seoul")
    }
    assert [FIELDS[f] for f in at["Seoul"].field] == ["title", "body", "caption"]
    assert [len(at[q].row) for q in ("title: Seoul", "lead: lead", "lead: end", "caption: Seoul")] == [
        1,
        1,
        0,
        1,
    ]
    for across in ("talks word", "talks NEAR/5 word", "end NEAR/9 Tokyo", "Seoul SAME/P talks word"):
        assert not len(Search(index).spans(parse_query(across))), across
    assert len(Search(index).spans(parse_query("Seoul NEAR/5 talks"))) == 1


def test_indexes_used_last_are_kept(
    make_corpus: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_corpus(Article(title="a", paragraphs=("b",))).store
    store.write("0002", [Article(title="c", paragraphs=("d",))], ())
    (key,) = set(store.parts()) - {"0002"}
    first, second = index_of(store, key), index_of(store, "0002")
    assert index_of(store, key) is first
    monkeypatch.setattr("newskit.index._KEPT_TOKENS", 0)
    assert index_of(store, "0002") is second
    assert index_of(store, key) is not first
    assert matching_rows(store, "0002", parse_query("d")) == store.texts("0002")["id"].tolist()


def test_index_of_nothing() -> None:
    for texts in ([], [("", "", "")], [("", "", ""), ("", "a", ""), ("", "", "")]):
        index = Index.build(texts)
        assert index.articles == len(texts)
        assert Search(index).rows(parse_query("a OR b*")).tolist() == ([1] if len(texts) == 3 else [])


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


def places(index: Index, rule: Rule, codebook: list[Rule]) -> list[tuple[int, int, int, int]]:
    longer = longer_phrases([parse_query(written(known)) for known in codebook])
    at = index.places(Search(index, longer).spans(parse_query(written(rule))))
    return list(zip(at.row.tolist(), at.field.tolist(), at.start.tolist(), at.end.tolist(), strict=True))


@settings(max_examples=600)
@given(CASES)
def test_index_agrees_with_the_oracle(case: tuple[Articles, list[Rule]]) -> None:
    articles, codebook = case
    index, oracle = Index.build(articles), Oracle(articles, codebook)
    for rule in codebook:
        slow = sorted((h.article, h.field, h.start, h.end) for h in oracle.find(rule))
        assert sorted(places(index, rule, codebook)) == slow, written(rule)


@settings(max_examples=300)
@given(WORLDS.flatmap(articles))
def test_texts_are_cut_as_the_oracle_cuts_them(articles: Articles) -> None:
    index = Index.build(articles)
    texts = [text for article in articles for text in article]
    for text, begin, end in zip(texts, index.bounds[:-1], index.bounds[1:], strict=True):
        words = [
            (index.types[t], s) for t, s in zip(index.token[begin:end], index.start[begin:end], strict=True)
        ]
        assert words == [(piece.text, piece.start) for piece in cut(text)]


@settings(max_examples=50)
@given(CASES, st.randoms())
def test_order_of_articles_changes_nothing(case: tuple[Articles, list[Rule]], chance: random.Random) -> None:
    articles, rule = case[0], case[1][0]
    order = list(range(len(articles)))
    chance.shuffle(order)
    there = places(Index.build(articles), rule, [])
    here = places(Index.build([articles[n] for n in order]), rule, [])
    assert sorted((order[row], *rest) for row, *rest in here) == sorted(there)


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_is_cut_and_any_query_ends(text: str, query: str) -> None:
    index = Index.build([("", text, text)])
    with suppress(BadArgument):
        at = index.places(Search(index).spans(parse_query(query)))
        assert all(0 <= a < b <= len(text) for a, b in zip(at.start, at.end, strict=True))


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [(f"Title {n}.", f"Plan B. in the U.S.\n\nS. Korea {n}", "B.") for n in range(20)]
    whole = Index.build(articles)
    monkeypatch.setattr("newskit.index.part._BATCH", 30)
    parts = Index.build(articles)
    assert whole.types == parts.types
    for name in ("token", "gap", "start", "bounds"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


@pytest.mark.parametrize("query", ["*a*a*a*a", "a*a*a*a*", "?" * 50 + "a*", "*" + "?" * 40])
def test_hostile_patterns_end_at_once(query: str) -> None:
    index = Index.build([("", " ".join(["a" * n for n in range(1, 2000)]), "a" * 1_000_000)])
    began = time.perf_counter()
    with suppress(BadArgument):
        Search(index).spans(parse_query(query))
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
