"""The syntax of rules: what is read, how it binds, and what an error tells the writer."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from finding import places
from hypothesis import given
from hypothesis import strategies as st

from newskit.errors import BadArgument
from newskit.index import Index, Search
from newskit.query import (
    And,
    AtLeast,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Same,
    Word,
    longer_phrases,
    matches_everything,
    parse_query,
)
from newskit.words import Gap, glob

A, B, C, D = (Phrase((Word(x),)) for x in "abcd")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("(((a)))", A),
        ("a AND b AND c", And((A, B, C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a AND b NOT c AND d", And((Not(And((A, B)), C), D))),
        ("a AND NOT b", Not(A, B)),
        ("a NOT (b OR c)", Not(A, Or((B, C)))),
        ("a AND b NEAR/5 c", And((A, Near(B, C, 5)))),
        ("a NEAR/5 b NEAR/3 c", Near(Near(A, B, 5), C, 3)),
        ("a PRE/2 b", Near(A, B, 2, ordered=True)),
        ("a SAME/S b", Same(A, B, "S")),
        ("title: a AND b", And((Field("title", A), B))),
        ("Title:(a AND b)", Field("title", And((A, B)))),
        ("lead:body: a", Field("lead", Field("body", A))),
        ("ATLEAST/3 a OR b", Or((AtLeast(3, A), B))),
        # Nexis
        ("a w/5 b", Near(A, B, 5)),
        ("a /5 b", Near(A, B, 5)),
        ("a near/5 b", Near(A, B, 5)),
        ("a pre/3 b", Near(A, B, 3, ordered=True)),
        ("a onear/3 b", Near(A, B, 3, ordered=True)),
        ("a w/s b", Same(A, B, "S")),
        ("a /s b", Same(A, B, "S")),
        ("a w/sent b", Same(A, B, "S")),
        ("a W/P b", Same(A, B, "P")),
        ("a /p b", Same(A, B, "P")),
        ("a w/para b", Same(A, B, "P")),
        ("atleast3(a)", AtLeast(3, A)),
        ("a ANDNOT b", Not(A, B)),
        ("a BUT NOT b", Not(A, B)),
        ("HEADLINE(a AND b)", Field("title", And((A, B)))),
        ("headline(a) AND body(b)", And((Field("title", A), Field("body", B)))),
        # Factiva
        ("a adj5 b", Near(A, B, 5, ordered=True)),
        ("a ADJ b", Near(A, B, 1, ordered=True)),
        ("a near5 b", Near(A, B, 5)),
        ("a /N30/ b", Near(A, B, 30)),
        ("a SAME b", Same(A, B, "P")),
        ("atleast3 a", AtLeast(3, A)),
        ("hd=a AND b", And((Field("title", A), B))),
        ("hd=(a OR b)", Field("title", Or((A, B)))),
        # Media Cloud, and all of them
        ('title:"a"', Field("title", A)),
        ("a W/5 b", Near(A, B, 5)),
        ("a ADJ/5 b", Near(A, B, 5, ordered=True)),
        ("a ADJ5 b", Near(A, B, 5, ordered=True)),
        ("a NEAR5 b", Near(A, B, 5)),
        ("a W/S b", Same(A, B, "S")),
        ("ATLEAST3 (a)", AtLeast(3, A)),
        ('"a b"~5', Or((Near(A, B, 6, ordered=True), Near(B, A, 4, ordered=True)))),
    ],
)
def test_operators(text: str, query: object) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "words", "gaps"),
    [
        ("forced labor", ["forced", "labor"], [Gap.SPACE]),
        ('"Forced\n Labor"', ["forced", "labor"], [Gap.SPACE]),
        ("“forced labor”", ["forced", "labor"], [Gap.SPACE]),
        ("forced-labor", ["forced", "labor"], [Gap.SPACE]),
        ("U.S.-Japan", ["u.s", "japan"], [Gap.SPACE]),
        ("3.11", ["3", "11"], [Gap.MARK]),
        ("한·일", ["한", "일"], [Gap.MARK]),
        ("徴用工", ["徴", "用", "工"], [Gap.JOINED, Gap.JOINED]),
        ("日韓*", ["日", "韓*"], [Gap.JOINED]),
        ("6자회담", ["6", "자회담"], [Gap.JOINED]),
        ("lab*r mobili?ed", ["lab*r", "mobili?ed"], [Gap.SPACE]),
        ('"bread and butter"', ["bread", "and", "butter"], [Gap.SPACE, Gap.SPACE]),
        ("AP/Reuters", ["ap", "reuters"], [Gap.MARK]),
        ('"near/5"', ["near", "5"], [Gap.MARK]),
        ("2:30", ["2", "30"], [Gap.MARK]),
        ("E=mc2", ["e", "mc2"], [Gap.MARK]),
        ("Johnson & Johnson", ["johnson", "johnson"], [Gap.PUNCT]),
    ],
)
def test_phrases(text: str, words: list[str], gaps: list[Gap]) -> None:
    phrase = parse_query(text)
    assert isinstance(phrase, Phrase)
    assert ([word.form for word in phrase.words], list(phrase.gaps)) == (words, gaps)


def test_exact_case() -> None:
    assert parse_query("=US =U.S.") == Phrase((Word("US", exact=True), Word("U.S", exact=True)), (Gap.SPACE,))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The rule is empty"),
        (" ", "Write a word or a phrase"),
        ("...", "holds no word"),
        ("()", "Nothing stands before ')'"),
        ("(a OR b", "A '(' is not closed"),
        ("(a AND (b)", "Write ')'"),
        ("a OR b)", "A ')' too many at character 7"),
        ('"a b', "quotation mark is not closed"),
        ("*", "wildcard '*' stands alone"),
        ("a ?? b", "wildcard '??' stands alone"),
        ("NOT a", "Write 'A NOT B'"),
        ("a OR NOT b", "Write 'A NOT B'"),
        ("AND a", "before AND at character 1"),
        ("a AND", "Write something after AND"),
        ("a AND OR b", "before OR"),
        ("a NEAR/5", "Write something after NEAR/5"),
        ("title:", "Write something after title:"),
        ("a NEAR b", "'NEAR' without its reach. Write NEAR/5"),
        ("a ADJ", "Write something after ADJ"),
        ("a AND (b OR hd=", "Write something after hd="),
        ("a w/seg b", "'title: (a AND b) OR body: (a AND b)'"),
        ("a NOT W/5 b", "Write a under any:, and 'a W/5 b' under none:"),
        ("boeing 747/N30/british", "as in 'a NEAR/30 b'"),
        ("toyota/F50/", "Write 'lead: a'"),
        ("president % clinton", "Write 'a PRE/2 b'"),
        ("labor!", "write labor*"),
        ("engineer$3", "write engineer*"),
        ("labor~", "Write labor*"),
        ("labor^2", "Write labor."),
        ("wc>500", "not how long it is"),
        ("[a OR b] AND c", "Group with ( and )"),
        ("a OR {b}", "Group with ( and )"),
        (r"\bforced\b", "regular expressions are not read"),
        ("lab.*r", "Write * for any letters"),
        ("/lab[ou]+r/", "regular expressions are not read"),
        ("hl=a", "Did you mean 'title:'?"),
        ("lp=a", "'lead:' is the first 60 words"),
        ("hlp=a", "Write '(title: a OR lead: a)'"),
        ("HLEAD(a AND b)", "Write '(title: a OR lead: a)'"),
        ("a OR LEAD(b)", "'lead:' is the first 60 words"),
        ("ALLCAPS(us)", "Write =US"),
        ("language:en", "corpus.languages('en')"),
        ("rst=kherald", "corpus.outlets("),
        ("PUBLICATION(x)", "corpus.outlets("),
        ("Japan and Korea", "'and' in small letters is a word of the phrase. Write AND"),
        ("Japan And Korea", 'put the phrase in quotes: "Japan And Korea"'),
        ("forced labor or coercion", "Write OR"),
        ("spies not lies", "Write NOT"),
        ("Seoul not w/5 Tokyo", "Write NOT"),
        ('"a b" and "c d"', "'and' in small letters is a word at character 7"),
        ("(a OR b) not c", "Write NOT to join"),
        ("a and (b OR c)", "Write AND to join"),
        ("(a OR b) near (c OR d)", "Write NEAR/5 to join"),
        ("a NEER/5 b", "Did you mean 'NEAR/5'?"),
        ("a WITHIN/5 b", "Unknown operator 'WITHIN/5'"),
        ("a NEAR/0 b", "from 1 to 10,000"),
        ("a -b", "Write NOT instead"),
        ("a || b", "Write OR instead"),
        ("tilte:a", "Did you mean 'title:'?"),
        ('a "b c"', "Write AND or OR between them"),
        ("a (b OR c)", "Write AND or OR between them"),
        ("a NEAR/5 (b AND c)", "Write 'a NEAR/5 b AND a NEAR/5 c'"),
        ('"a b c"~5', "has not two words"),
        ("日?韓", "Write 'a PRE/2 b'"),
        ("*韓", "a wildcard can only be a * behind them"),
        ("a*b*c*d*e*", "at most 4 in a word"),
        ("a " * 100, "At most 60 are read"),
        ("a" * 30_000, "At most 20,000 are read"),
        ("title: " * 100 + "a", "nests deeper"),
        ("(" * 5000 + "a", "A '(' is not closed"),
    ],
)
def test_errors_say_what_to_write_instead(text: str, says: str) -> None:
    with pytest.raises(BadArgument) as error:
        parse_query(text)
    assert says in str(error.value)


def test_many_combinations_are_never_multiplied_out() -> None:
    """A hundred words near a hundred near a hundred: a million combinations, and three lists to look up."""
    many = [" OR ".join(f"word{side}{n}" for n in range(100)) for side in "abc"]
    query = parse_query(" NEAR/5 ".join(f"({one})" for one in many))
    index = Index.build([("", "So worda7 was wordb99 and wordc0. Worda8 was not.", "")])
    began = time.perf_counter()
    assert len(Search(index).spans(query)) == 1
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (" OR ".join(f"*a{n}*" for n in range(100)), "100 words begin with a wildcard"),
        (" OR ".join(f"a*b{n}" for n in range(100)), "at most 50 are read"),
        (" NEAR/5 ".join(["a"] * 1900), "nests deeper than 60"),
        ("a AND " * 3000 + "a (", "No operator between"),
        ("NOT " * 4000, "NOT needs something"),
        ("((a OR " * 2500 + "a", "A '(' is not closed"),
    ],
    ids=range(6),
)
def test_too_much_is_refused_at_once(text: str, says: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadArgument) as error:
        parse_query(text)
    assert says in str(error.value)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("a*", "a*"),
        ("*a*", "*a*"),
        ("Seoul OR t*", "t*"),
        ("title: (e* OR Seoul) NOT Tokyo", "e*"),
        ("a* AND b*", "a*"),
        ("ATLEAST/2 a*", "a*"),
        ("a* AND Seoul", None),
        ("vitamin b*", None),
        ("a* NEAR/2 vitamin", None),
        ("ab*", None),
        ("한*", None),
        ("日*", None),
        ("a?", None),
    ],
)
def test_what_matches_everything(text: str, wide: str | None) -> None:
    found = matches_everything(parse_query(text))
    assert (found.words[0].form if found else None) == wide


@given(
    st.lists(
        st.sampled_from(["a", "Seoul", "lab*r", "한일", "日韓*", "=US", "U.S.", "same", "3.11"]), min_size=1
    )
)
def test_words_in_sequence_mean_what_the_grammar_makes_of_them(words: list[str]) -> None:
    """Words alone do not go through the grammar; in parentheses they do."""
    text = " ".join(words)
    assert parse_query(text) == parse_query(f"({text})")


@given(st.text(alphabet='ab*?="()/:~ \nANDORT5韓징.', max_size=40))
def test_any_text_is_a_query_or_a_clear_error(text: str) -> None:
    said = "."
    try:
        parse_query(text)
    except BadArgument as error:
        said = str(error)
    assert said.endswith((".", '"'))


def test_longer_phrases_of_a_codebook() -> None:
    india, indonesia, star = (parse_query(text) for text in ("印度", "印度尼西亚", "印度*"))
    latin = [parse_query("Korea"), parse_query("North Korea")]
    assert longer_phrases([india, indonesia, star, *latin]) == {india: (indonesia,)}
    long = [parse_query("日韓FTA"), parse_query("日本")]
    found = longer_phrases([parse_query("a AND 日"), parse_query("日韓FTA NOT 日本")])
    assert {short: set(many) for short, many in found.items()} == {parse_query("日"): set(long)}


@given(st.text(alphabet="ab*?", max_size=8), st.text(alphabet="ab", max_size=8))
def test_glob_is_what_it_says(pattern: str, word: str) -> None:
    def slow(pattern: str, word: str) -> bool:
        if not pattern:
            return not word
        if pattern[0] == "*":
            return any(slow(pattern[1:], word[n:]) for n in range(len(word) + 1))
        return bool(word) and pattern[0] in ("?", word[0]) and slow(pattern[1:], word[1:])

    assert glob(pattern, word) == slow(pattern, word)


PAGE = Path(__file__).parent.parent / "docs" / "queries.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| `")
]
FOUND = [row for row in ROWS if len(row) == 3]
REFUSED = [row for row in ROWS if len(row) == 2]


def fields(cell: str) -> tuple[str, str, str]:
    """Title, body and captions of a cell: `Title: … Body: … Caption: …`; without these, it is a body."""
    texts = dict.fromkeys(("Title", "Body", "Caption"), "")
    _, *pieces = re.split(
        r"(?:^| )(Title|Body|Caption): ", cell if cell.startswith(tuple(texts)) else f"Body: {cell}"
    )
    texts.update(zip(pieces[::2], pieces[1::2], strict=True))
    title, body, caption = texts.values()
    return title, body, caption


def evidence(rule: str, article: tuple[str, str, str]) -> list[str]:
    query = parse_query(rule)
    index = Index.build([article])
    at = places(Search(index, longer_phrases([query])), rule, [article])
    return sorted(article[field][start:end] for _, field, start, end in at)


@pytest.mark.parametrize(
    ("rule", "found", "missed"), FOUND, ids=[f"{n} {row[0]}" for n, row in enumerate(FOUND)]
)
def test_each_row_of_the_page_on_queries(rule: str, found: str, missed: str) -> None:
    found, missed = (cell.replace("<br>", "\n") for cell in (found, missed))
    bold = sorted(re.findall(r"\*\*(.+?)\*\*", found, re.DOTALL))
    assert bold
    assert evidence(rule.strip("`"), fields(found.replace("**", ""))) == bold
    assert "**" not in missed
    assert evidence(rule.strip("`"), fields(missed)) == []


@pytest.mark.parametrize(("rule", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_each_refusal_of_the_page_on_queries(rule: str, says: str) -> None:
    with pytest.raises(BadArgument) as error:
        parse_query(rule.strip("`"))
    assert says in str(error.value)


def test_the_page_on_queries_has_rows() -> None:
    assert (len(FOUND), len(REFUSED)) == (51, 20)
