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
from newskit.index import Index, Search, Whole
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
        ("ATL3(a)", AtLeast(3, A)),
        ("atl3(a)", AtLeast(3, A)),
        ("a but NOT b", Not(A, B)),
        # as keyboards, word processors and web pages write it
        ("（a ＯＲ b）　AND　c", And((Or((A, B)), C))),
        ("ｔｉｔｌｅ：（a OR b） AND ＡＴＬＥＡＳＴ／３ c", And((Field("title", Or((A, B))), AtLeast(3, C)))),
        ("„a“ OR ”b” OR ＂c＂ OR „d”", Or((A, B, C, D))),
        ("„a b“～５", Or((Near(A, B, 6, ordered=True), Near(B, A, 4, ordered=True)))),
        ("\ufeffa OR\u200b b\u200b OR c\u2060", Or((A, B, C))),
        ("a\xa0OR\u3000b\x0bOR\tc\0OR d", Or((A, B, C, D))),
        ("(a OR b)\u200bAND\u200e c", And((Or((A, B)), C))),
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
        ("日韓＊", ["日", "韓*"], [Gap.JOINED]),
        ("econom＊", ["econom*"], []),
        ('"econom＊"', ["econom*"], []),
        ("mobili？ed", ["mobili?ed"], []),
        ('"何？ （OR）"', ["何", "or"], [Gap.SENTENCE]),
        ("2:30", ["2", "30"], [Gap.MARK]),
        ("COVID:19", ["covid", "19"], [Gap.MARK]),
        ("Q&A", ["q", "a"], [Gap.MARK]),
        ("$5 billion", ["5", "billion"], [Gap.SPACE]),
        ("cheese w/ wine", ["cheese", "w", "wine"], [Gap.SPACE, Gap.PUNCT]),
        ("PREMIER", ["premier"], []),
        ("OU football", ["ou", "football"], [Gap.SPACE]),
        ("SEOUL ET AL", ["seoul", "et", "al"], [Gap.SPACE, Gap.SPACE]),
        ("2019～2023", ["2019", "2023"], [Gap.SPACE]),
        ("North ANDES", ["north", "andes"], [Gap.SPACE]),
        ("*タイ*", ["*タ", "イ*"], [Gap.JOINED]),
        ("6자회담", ["6", "자회담"], [Gap.JOINED]),
        ("lab*r mobili?ed", ["lab*r", "mobili?ed"], [Gap.SPACE]),
        ('"bread and butter"', ["bread", "and", "butter"], [Gap.SPACE, Gap.SPACE]),
        ("AP/Reuters", ["ap", "reuters"], [Gap.MARK]),
        ('"near/5"', ["near", "5"], [Gap.MARK]),
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
        ("NEAR", "'NEAR' without its reach. Write NEAR/5 instead"),
        ("a ADJ", "Write something after ADJ"),
        ("a AND (b OR hd=", "Write something after hd="),
        ("a w/seg b", "'title: (a AND b) OR body: (a AND b)'"),
        ("a NOT W/5 b", "Write a under any:, and 'a W/5 b' under none:"),
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
        ("Japan or not Korea", "'or' in small letters is a word of the phrase. Write OR instead"),
        ("Seoul not w/5 Tokyo", "Write NOT"),
        ('"a b" and "c d"', "'and' in small letters is a word of the phrase. Write '\"a b\" AND \"c d\"'."),
        ("a NEAR/0 b", "from 1 to 10,000"),
        ("tilte:a", "Did you mean 'title:'?"),
        ('a "b c"', "Write AND or OR between them"),
        ("日本(韓国)", "Write AND or OR between them"),
        ("!denial", "Write NOT instead"),
        ("media_id:1 AND climate", "Unknown field 'media_id:'. A rule does not choose outlets"),
        ("tags_id_media:34412234", "A rule does not choose outlets"),
        ("publish_date:2020", "A rule does not choose days"),
        ("stories_id:7", "Unknown field 'stories_id:'"),
        ("a+", "signs are not looked for, and every a would be found. Write a word that stands beside it"),
        ("C++", "'C++': signs are not looked for"),
        ('"C#" OR b', "'C#': signs are not looked for"),
        ("$5*", "'$5*': signs are not looked for, and every 5"),
        ("(climate OR G20", "A '(' is not closed"),
        ("(climate OR 2019", "A '(' is not closed"),
        ("(climate OR b1", "A '(' is not closed"),
        ("(a OR b AND", "Write something after AND"),
        ("hlp=(a OR b)", "Unknown field 'hlp=('. Write '(title: a OR lead: a)'"),
        ('hlp="a b"', "Unknown field 'hlp='. Write '(title: a OR lead: a)'"),
        ("rst=(sfnyt OR sfwp)", "Unknown field 'rst=('. A rule does not choose outlets"),
        ("language:(en OR es)", "A rule does not choose languages"),
        ("ｌａｎｇｕａｇｅ：（en OR es）", "A rule does not choose languages"),
        ("Seoul) AND (Tokyo", "A ')' too many at character 6"),
        ("(Seoul)) AND (Tokyo", "A ')' too many at character 8"),
        ("a (b OR c)", "Write AND or OR between them"),
        ("a NEAR/5 (b AND c)", "Write 'a NEAR/5 b AND a NEAR/5 c'"),
        ('"a b c"~5', "has not two words"),
        ("日?韓", "Write 'a PRE/2 b'"),
        ("日本*政府", "Write '日本 PRE/5 政府' for up to four characters between"),
        ("日* 韓*", "Write '日 PRE/5 韓*'"),
        ('"日本*政府*首相"', "Write '日本 PRE/5 政府 PRE/5 首相'"),
        ("コロナ *ワクチン", "Write 'コロナ PRE/5 ワクチン'"),
        ("*韓", "a wildcard can only be a * behind them"),
        ("a*b*c*d*e*", "at most 4 in a word"),
        ("a " * 100, "At most 60 are read"),
        ("a OR " * 50_000 + "a", "At most 100,000 are read"),
        ("a" * 30_000, "A word of 30,000 letters"),
        ("a AND (" + "word " * 200 + "km/h)", "put them in quotes"),
        ("title: " * 100 + "a", "nests deeper"),
        ("(" * 5000 + "a", "A '(' is not closed"),
    ],
)
def test_errors_say_what_to_write_instead(text: str, says: str) -> None:
    with pytest.raises(BadArgument) as error:
        parse_query(text)
    assert says in str(error.value)
    for remedy in remedies(str(error.value)):
        parse_query(remedy)


# What would be misread, the whole rule that the error says to write instead, and what that means.
MISREAD: list[tuple[str, str, object]] = [
    ("climate AND !b", "climate AND NOT b", Not(Phrase((Word("climate"),)), B)),
    ("a !b", "a NOT b", Not(A, B)),
    ("a ! b", "a NOT b", Not(A, B)),
    ("a -b", "a NOT b", Not(A, B)),
    ("+a +b", "a AND b", And((A, B))),
    ("+a -b", "a NOT b", Not(A, B)),
    ("a || b", "a OR b", Or((A, B))),
    ("a|b", "a OR b", Or((A, B))),
    ("a||b | c", "a OR b OR c", Or((A, B, C))),
    ("a && b&&c", "a AND b AND c", And((A, B, C))),
    ('"a" || b', '"a" OR b', Or((A, B))),
    ('"a" but not "b"', '"a" NOT "b"', Not(A, B)),
    ('"a" but not b', '"a" NOT b', Not(A, B)),
    ('(a) WITHIN 7 "b"', '(a) NEAR/7 "b"', Near(A, B, 7)),
    ("(a) NEAR/ 7 (b)", "(a) NEAR/7 (b)", Near(A, B, 7)),
    ('a w/ 7 "b"', 'a NEAR/7 "b"', Near(A, B, 7)),
    ('"a" % "b"', '"a" PRE/2 "b"', Near(A, B, 2, ordered=True)),
    ('"a" ODER "b"', '"a" OR "b"', Or((A, B))),
    ('"a" ANDb', '"a" AND b', And((A, B))),
    ('"a" +b', '"a" AND b', And((A, B))),
    ('"a" and "b" and "c"', '"a" AND "b" AND "c"', And((A, B, C))),
    ("(a OR b) -c", "(a OR b) NOT c", Not(Or((A, B)), C)),
    ("(a OR b) not c", "(a OR b) NOT c", Not(Or((A, B)), C)),
    ("a and (b OR c)", "a AND (b OR c)", And((A, Or((B, C))))),
    ("(a OR b) near (c OR d)", "(a OR b) NEAR/5 (c OR d)", Near(Or((A, B)), Or((C, D)), 5)),
    ("a And b", "a AND b", And((A, B))),
    ("a or b or c", "a OR b OR c", Or((A, B, C))),
    ("a and not b", "a AND NOT b", Not(A, B)),
    ("a but not b", "a NOT b", Not(A, B)),
    ("a ODER b", "a OR b", Or((A, B))),
    ("a OU b", "a OR b", Or((A, B))),
    ("a UND b", "a AND b", And((A, B))),
    ("a ET b", "a AND b", And((A, B))),
    ("a ANDb", "a AND b", And((A, B))),
    ("xa ORb", "xa OR b", Or((Phrase((Word("xa"),)), B))),
    ("aOR b", "a OR b", Or((A, B))),
    ("a NEAR b", "a NEAR/5 b", Near(A, B, 5)),
    ("a NEAR 7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a NEAR/ 7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a NEAR/ b", "a NEAR/5 b", Near(A, B, 5)),
    ("a NEAR/7b", "a NEAR/7 b", Near(A, B, 7)),
    ("a NEAR/-7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a w/ 7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a WITHIN 7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a WITHIN/7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a NEER/7 b", "a NEAR/7 b", Near(A, B, 7)),
    ("a PRE b", "a PRE/5 b", Near(A, B, 5, ordered=True)),
    ("a PRE7 b", "a PRE/7 b", Near(A, B, 7, ordered=True)),
    ("a ONEAR7 b", "a PRE/7 b", Near(A, B, 7, ordered=True)),
    ("a ADJ 7 b", "a PRE/7 b", Near(A, B, 7, ordered=True)),
    ("a adj b", "a PRE/1 b", Near(A, B, 1, ordered=True)),
    ("a % b", "a PRE/2 b", Near(A, B, 2, ordered=True)),
    ("a SAME/PARA b", "a SAME/P b", Same(A, B, "P")),
    ("ATLEAST 7 a", "ATLEAST/7 a", AtLeast(7, A)),
    ("a/N30/b", "a NEAR/30 b", Near(A, B, 30)),
    ("a /N30/b", "a NEAR/30 b", Near(A, B, 30)),
    ("a/F50/", "lead: a", Field("lead", A)),
    ("HEADLINE (a OR b)", "title: (a OR b)", Field("title", Or((A, B)))),
    ("body (a)", "body: (a)", Field("body", A)),
    ("labor!", "labor*", Phrase((Word("labor*"),))),
    ("engineer$3", "engineer*", Phrase((Word("engineer*"),))),
    ("labor~ OR a", "labor* OR a", Or((Phrase((Word("labor*"),)), A))),
    ("a^2", "a", A),
    ("50%", "50 percent", Phrase((Word("50"), Word("percent")), (Gap.SPACE,))),
    ('a OR "50%"', "a OR 50 percent", Or((A, Phrase((Word("50"), Word("percent")), (Gap.SPACE,))))),
    ("= US", "=US", Phrase((Word("US", exact=True),))),
    ("a OR ＝ US", "a OR =US", Or((A, Phrase((Word("US", exact=True),))))),
    ('="US"', "=US", Phrase((Word("US", exact=True),))),
    ('="A B"', "=A =B", Phrase((Word("A", exact=True), Word("B", exact=True)), (Gap.SPACE,))),
    ('"labor"*', '"labor*"', Phrase((Word("labor*"),))),
    ("U.S.*", "U.S.", Phrase((Word("u.s"),))),
    ("d'or and b", "d’or AND b", And((Phrase((Word("d"), Word("or")), (Gap.SPACE,)), B))),
]
TO_QUOTE = ["Bosnia and Herzegovina", "km/h", "A/S", "Japan: the island", "Lehrer:innen", "d'or and azure", "!a b",
            "trial ET error", "a NEAR b", "x|y", "labor!", "wc>500", r"\bforced\b", "media_id:1"]  # fmt: skip


def said(text: str) -> str:
    with pytest.raises(BadArgument) as error:
        parse_query(text)
    return str(error.value)


@pytest.mark.parametrize(("text", "instead", "query"), MISREAD)
def test_the_rule_that_an_error_says_to_write_means_what_was_meant(
    text: str, instead: str, query: object
) -> None:
    assert f"Write '{instead}'." in said(text)
    assert parse_query(instead) == query


@pytest.mark.parametrize("text", TO_QUOTE)
@pytest.mark.parametrize("around", ["{}", "sheep AND ({} OR wool)"])
def test_what_is_text_is_written_in_quotes(text: str, around: str) -> None:
    literally = around.format(f'"{text}"').replace("'", "’")
    assert f"write '{literally}', with both pairs of quotes" in said(around.format(text))
    assert parse_query(literally) == parse_query(around.format(f'"{text}"'))


def remedies(message: str) -> list[str]:
    return [found for found in re.findall(r"[Ww]rite '([^']*)'", message) if re.search(r"\w", found)]


PIECES = ["a", "b c", "AND", "OR", "NOT", "(", ")", '"', "and", "or", "not", "but", "!", "-", "+", "|", "&&", "NEAR",
          "NEAR/", "PRE", "WITHIN", "5", "/5", "/", "W/", "w/p", "ADJ", "ATLEAST", "SAME/", "title", ":", "=", "hlp=", "*", "?",
          "%", "$", "~", "^2", "[", "]", ".*", "ODER", "ET", "U.S.", "日", "한일", "，", "（", "＂", "\u200b", "'", " ", " "]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["", " "]))
def test_every_rule_that_an_error_says_to_write_is_read(pieces: list[str], between: str) -> None:
    message = ""
    try:
        parse_query(between.join(pieces))
    except BadArgument as error:
        message = str(error)
    for remedy in remedies(message):
        parse_query(remedy)


def test_many_combinations_are_never_multiplied_out() -> None:
    """A hundred words near a hundred near a hundred: a million combinations, and three lists to look up."""
    many = [" OR ".join(f"word{side}{n}" for n in range(100)) for side in "abc"]
    query = parse_query(" NEAR/5 ".join(f"({one})" for one in many))
    index = Index.build([("", "So worda7 was wordb99 and wordc0. Worda8 was not.", "")])
    began = time.perf_counter()
    assert len(Search(Whole.of(index)).spans(query)) == 1
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


def test_thousands_of_terms_are_one_rule() -> None:
    terms = [f"word{n} more" for n in range(5_000)]
    began = time.process_time()
    query = parse_query(" OR ".join(terms))
    assert time.process_time() - began < 1
    assert isinstance(query, Or)
    assert len(query.parts) == 5_000


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
        st.sampled_from(["a", "Seoul", "lab*r", "한일", "日韓", "=US", "U.S.", "same", "3.11"]), min_size=1
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
    at = places(Search(Whole.of(index), longer_phrases([query])), rule, [article])
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
    assert (len(FOUND), len(REFUSED)) == (62, 29)
