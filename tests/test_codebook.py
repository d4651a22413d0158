"""Codebook files: what is read, and that every mistake has its file, line, topic and remedy."""

from __future__ import annotations

import json
import tarfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newskit as nk
from newskit import Article, Corpus
from newskit.codebook import Codebook
from newskit.errors import BadArgument, CodebookError
from newskit.index import Index, Search, Spans, Whole
from newskit.query import parse_query

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
    with pytest.raises(
        BadArgument, match=r"'no' is in korea-japan\.yaml, but not among .* here: forced labor"
    ):
        book.only("forced labor").only("no")


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
        ('topics:\n  a:\n    any:\n    - "a b" OR c\n', "line 4, topic 'a': not YAML"),
        ("topics:\n  a:\n    any:\n    - *x\n", "line 4: anchors (&) and aliases (*) are not read"),
        ("topics:\n  a: &x\n    any: [y]\n", "line 2: anchors"),
        ("topics:\n  a:\n    <<: {any: [x]}\n", "line 3: merge keys"),
        ("topics: !!python/object/apply:os.system ['x']\n", "line 1: tags"),
        ("topics:\n\ta: x\n", "line 2: not YAML"),
        ("topics: {a: {any: [x]}}\n---\ntopics: {}\n", "line 2: not YAML: a second document"),
        ("topics: {a: {any: ['\x07']}}\n", "line 1: the character U+0007 (a control character)"),
        ("[" * 5000, "line 1: nested deeper"),
        ("topics:\n  a:\n    any:\n" + "    - x\n" * 250_001, "more than 250,000 entries"),
        ("topics:\n  a:\n    any:\n    - ''\n", "line 4, topic 'a': The rule is empty"),
        ("topics:\n  a:\n    any:\n    - x\n    - (y OR z\n", "line 5, topic 'a': A '(' is not closed"),
        ("topics:\n  a:\n    any:\n    - x NEER/5 y\n", "line 4, topic 'a': Unknown operator 'NEER/5'"),
        ("topics:\n  a:\n    any:\n    - '*'\n", "line 4, topic 'a': The wildcard '*' stands alone"),
        (
            "topics:\n  a:\n    any:\n    - x OR t*\n",
            "line 4, topic 'a': the rule 'x OR t*' matches nearly every",
        ),
        ("topics:\n  a:\n    none:\n    - x\n", "line 3, topic 'a': there is no 'any:'"),
        (
            "topics:\n  a:\n    regex: (x+)+$\n",
            "line 3, topic 'a': unknown entry 'regex:'. Regular expressions are not",
        ),
        # topics under topics
        ("topics:\n  a > b: {about: x}\n", "line 2, topic 'a > b': there is no 'any:'"),
        (
            "topics:\n  a:\n    topics: {b: {any: [x]}}\n  a > b: {any: [y]}\n",
            "'a > b' stands already in line 3",
        ),
        ("topics:\n  'a > ': {any: [x]}\n", "line 2: a name is missing beside '>' in 'a >'"),
        ("topics:\n  'a > > b': {any: [x]}\n", "a name is missing beside '>'"),
        (
            "topics:\n  a:\n    any: [x]\n    b:\n      any: [y]\n",
            "A topic under this one stands under 'topics:'",
        ),
        ("topics:\n  a:\n    topics: {}\n", "topic 'a': there is no 'any:'"),
        (
            "topics:\n  a:\n    topics: [x]\n",
            "line 3, topic 'a': a mapping ('name: …') belongs here, not a list",
        ),
        # what is read as a dictionary of quanteda
        (
            "a:\n- x\n- y AND z\n",
            "line 3, topic 'a': 'AND' in 'y AND z': this was read as a quanteda dictionary",
        ),
        ("topcis:\n  a:\n    rules: [x]\n", "line 1: unknown entry 'topcis:'. Did you mean 'topics'?"),
        ("topcis:\n  a:\n    any: [x]\n", "line 1: unknown entry 'topcis:'. Did you mean 'topics'?"),
        ("a:\n- x\n- '*'\n", "line 3, topic 'a': The wildcard '*' stands alone"),
        ("a:\n- x\n- y: [z]\n", "line 3, topic 'a': text belongs here, not a mapping"),
        ("a: [x]\na: [y]\n", "line 2, topic 'a': 'a' stands already in line 1"),
        ("a: [x]\nb:\n", "line 2, topic 'b': the category is empty"),
        # the line of what is wrong, not of what stands behind it
        (
            "emotion:\n  a:\n    any: [x]\n",
            "line 1: unknown entry 'emotion:'. A topic stands under 'topics:'",
        ),
        (
            "a: {any: [x]}\n",
            "line 1: unknown entry 'a:'. A topic stands under 'topics:'. Write 'topics:' above",
        ),
        (
            "topics:\n  a:\n    Any:\n    - x\n",
            "line 3, topic 'a': unknown entry 'Any:'. Did you mean 'any'?",
        ),
        ("topics:\n  a:\n    any:\n\n  b: {any: [x]}\n", "line 3, topic 'a': a list of rules belongs here"),
        # names that are ours
        (
            "topics:\n  a: {any: [x]}\n  none: [y]\n",
            "line 3: 'none:' stands where the name of a topic belongs",
        ),
        ("topics:\n  any:\n  - x\n", "line 2: 'any:' stands where the name of a topic belongs"),
        ("topics:\n  a:\n    topics: {About: {any: [x]}}\n", "line 3, topic 'a': 'About:' stands where"),
        ("topics:\n  a:\n    any:\n    - $5*\n", "line 4, topic 'a': '$5*': signs are not looked for"),
        (
            "topics：\n",
            "line 1: a mapping ('name: …') belongs here, not text. Write ':' in place of the full-width",
        ),
        ("topics:\n  a:\n    any: [x\n    - y\n", "A bracket is not closed"),
        ("topics:\n  a:\n    any:\n    - 'it's x'\n", "needs quotes around all of it"),
    ],
    ids=range(60),
)
def test_mistakes_are_named(text: str, says: str) -> None:
    with pytest.raises(CodebookError) as error:
        Codebook.from_text(text, source="k.yaml")
    assert says in str(error.value)
    assert str(error.value).startswith("k.yaml")


# What YAML reads otherwise than it was meant: what the error says, and the text with what it says to write.
LAYOUT = [
    ("- Seoul\n     - Tokyo", ("line 5, topic 'ties': not YAML: expected <block end>, but found '<block sequence start>'."
     " It is indented by 5 spaces, line 4 by 6."), "- Seoul\n      - Tokyo"),
    ("- Seoul\n   about: x", ("line 5, topic 'ties': not YAML: expected <block end>, but found '<block mapping start>'."
     " It is indented by 3 spaces, line 3 by 4."), "- Seoul\n    about: x"),
    ("- Seoul\n        about: x", ("line 5, topic 'ties': not YAML: mapping values are not allowed here. 'about:' is"
     " indented so far"), "- Seoul\n    about: x"),
    ("- Seoul\n  trade\n    any: [x]", "Line 5 lacks its colon. Write 'trade:'", "- Seoul\n  trade:\n    any: [x]"),
    ("- Seoul\n  trade：\n    any: [x]", "Line 5 has a full-width colon", "- Seoul\n  trade: \n    any: [x]"),
    ("- Seoul\n    about： x\n    none: [y]", "Line 5 has a full-width colon", "- Seoul\n    about:  x\n    none: [y]"),
    ("- Seoul\n    about: x: y", ("line 5, topic 'ties': not YAML: mapping values are not allowed here. A text with"
     " quotation marks, a colon or a leading sign needs quotes around all of it. Write 'x: y'."), "- Seoul\n    about: 'x: y'"),
    ("- Seoul\n      -Tokyo\n      - x", "Line 5 has no space behind its '-'", "- Seoul\n      - Tokyo\n      - x"),
    ('- "a b" OR c', "Write '\"a b\" OR c'.", "- '\"a b\" OR c'"),
    ("- x\n      - * OR a", ("line 5, topic 'ties': not YAML: expected alphabetic or numeric character, but found ' '. A text"
     " with quotation marks, a colon or a leading sign needs quotes around all of it. Write '* OR a'."), None),
    ("- @seoul", "Write '@seoul'.", "- '@seoul'"),
    ("- #MeToo", "# begins a comment, so that '#MeToo' is not read. Write '#MeToo'.", "- '#MeToo'"),
    ("- climate #strike OR tariff", "'#strike OR tariff' is not read. Write 'climate #strike OR tariff', or a space",
     "- 'climate #strike OR tariff'"),
    ("- climate #strike OR tariff", "or a space behind the # if it is a comment", "- climate # strike OR tariff"),
    ("- Bosnia and Herzegovina", "write '\"Bosnia and Herzegovina\"', with both pairs of quotes",
     "- '\"Bosnia and Herzegovina\"'"),
    ("- km/h", "write '\"km/h\"', with both pairs of quotes", "- '\"km/h\"'"),
    ("- Japan: the island", "write '\"Japan: the island\"', with both pairs of quotes", "- '\"Japan: the island\"'"),
    ("- title: x", "Put quotes around all of it: 'title: x'.", "- 'title: x'"),
    ("- hl: x", "line 4, topic 'ties': Unknown field 'hl:'. Did you mean 'title:'?", "- 'title: x'"),
    ("- a -b", "Write 'a NOT b'.", "- 'a NOT b'"),
    ("- Seoul\x0bTokyo", "line 4, topic 'ties': the character U+000B (a control character) cannot be read", "- SeoulTokyo"),
    ("- Seoul\n\xa0 trade:\n    any: [x]", "line 5: U+00A0 (no-break space) is no space to YAML",
     "- Seoul\n  trade:\n    any: [x]"),
    ("- Seoul\n\u3000trade: {any: [x]}", "line 5: U+3000 (ideographic space)", "- Seoul\n  trade: {any: [x]}"),
    ("- Seoul\n    none:\xa0\n    - x", "line 5, topic 'ties': U+00A0", "- Seoul\n    none: \n    - x"),
    ("- Seoul\n      -\xa0Tokyo", "line 5, topic 'ties': U+00A0", "- Seoul\n      - Tokyo"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "says", "instead"), LAYOUT, ids=range(len(LAYOUT)))
def test_what_an_error_says_to_write_loads(rules: str, says: str, instead: str | None) -> None:
    form = "topics:\n  ties:\n    any:\n      {}\n"
    with pytest.raises(CodebookError) as error:
        Codebook.from_text(form.format(rules), source="k.yaml")
    assert says in str(error.value)
    if instead:
        assert Codebook.from_text(form.format(instead)).topics[0].any


def test_comments_and_signs_that_are_meant_stay() -> None:
    text = (
        "topics:\n  a: #x\n    any: # y\n    - b # c\n    - 'd #e'\n    - f#g\n    - h ##\n    about: x #y\n"
    )
    assert [rule.text for rule in Codebook.from_text(text).topics[0].any] == ["b", "d #e", "f#g", "h"]


def test_spaces_of_all_kinds_stand_in_text() -> None:
    text = (
        "topics:\n  a:\n    about: |\n      \u3000x\xa0y\n    any:\n    - \xa0Seoul\u3000OR\xa0Tokyo\ufeff\n"
    )
    (topic,) = Codebook.from_text("\ufeff" + text).topics
    assert (topic.about, topic.any[0].text) == ("x y", "Seoul OR Tokyo\ufeff")
    assert topic.any[0].query == parse_query("Seoul OR Tokyo")


def test_rules_that_mean_the_same_are_named() -> None:
    text = "topics:\n  a:\n    any:\n    - Seoul\n    - seoul\n    - '\"Seoul\"'\n    - =Seoul\n  b: {any: [seoul]}\n"
    book = Codebook.from_text(text)
    assert book.notes == (
        (
            "rules that mean the same as one before them: 'seoul' in line 5 as 'Seoul' in line 4,"
            " '\"Seoul\"' in line 6 as 'Seoul' in line 4"
        ),
    )
    assert book.notes[0] in book.how
    assert len(book.topics[0].any) == 4


def test_rules_that_take_away_all_that_they_find_are_named() -> None:
    text = "topics:\n  a:\n    any: [x, Seoul]\n    none:\n    - y\n    - '\"seoul\"'\n  b: {any: [y], none: [x]}\n"
    book = Codebook.from_text(text)
    assert book.notes == (
        "rules under none: that take away all that the same rule finds: '\"seoul\"' in line 6 as 'Seoul' in line 3",
    )
    assert book.notes[0] in book.how


def test_patterns_without_words_are_left_out_of_dictionaries() -> None:
    text = "affect:\n- (like)\n- ':)'\n- 😀\n- kind\n- ':D'\n- ^_^\n- 50%\n- a\n- it's*\nsad: [':(']\n"
    book = Codebook.from_text(text)
    assert [rule.text for rule in book.topics[0].any] == ["kind", "a", "it's*"]
    assert book.topics[1].any == ()
    assert (
        "patterns without words left out: 7 ((like) in line 2, :) in line 3, 😀 in line 4, :D in line 6,"
        in book.how
    )


NESTED = """\
topics:
  history > comfort women:
    any: [comfort women]
  trade:
    any: [export curbs]
  history:
    about: What was before 1945
    any: [colonial rule]
    none: [colonial rule of Rome]
    topics:
      war:
        topics:
          forced labor:
            any: [forced lab*r, Hashima]
            none: [modern forced lab*r]
"""


def test_topics_stand_under_topics() -> None:
    book = Codebook.from_text(NESTED)
    names = ["history", "history > comfort women", "history > war", "history > war > forced labor", "trade"]
    assert [topic.name for topic in book.topics] == names
    assert [len(topic.any) for topic in book.topics] == [1, 1, 0, 2, 1]
    assert book.topics[0].about == "What was before 1945"
    history = book.only("history")
    assert history.frame["rule"].tolist() == [
        "colonial rule",
        "colonial rule of Rome",
        "comfort women",
        "forced lab*r",
        "Hashima",
        "modern forced lab*r",
    ]
    assert "1 of 5 topics (history) with 4 rules and 2 rules for what is not meant" in history.how
    assert history.digest == book.digest


def test_both_ways_to_nest_are_one() -> None:
    flat = "topics: {a > b > c: {any: [x]}, a > b: {any: [y]}, d: {any: [z]}}"
    deep = "topics: {a: {topics: {b: {any: [y], topics: {c: {any: [x]}}}}}, d: {any: [z]}}"
    assert Codebook.from_text(flat).topics == Codebook.from_text(deep).topics
    assert Codebook.from_text(flat).digest == Codebook.from_text(deep).digest


def test_a_topic_counts_what_those_under_it_match(make_corpus: Callable[..., Corpus]) -> None:
    stories = [
        "Forced labor and Hashima were discussed.",  # two rules of one topic, in one article
        "Modern forced labor is another matter.",  # taken away
        "Of colonial rule, and of comfort women.",  # the topic above and one under it
        "The colonial rule of Rome, and export curbs.",
    ]
    corpus = make_corpus(
        *(
            Article(title=f"Story {n}", paragraphs=(s,), published=datetime(2023, 2, 14))
            for n, s in enumerate(stories)
        )
    )
    hits = nk.tag(corpus, Codebook.from_text(NESTED))
    found = hits.frame.groupby("topic")["article"].nunique().to_dict()
    assert found == {
        "history": 2,
        "history > comfort women": 1,
        "history > war": 1,
        "history > war > forced labor": 1,
        "trade": 1,
    }
    above = hits.only("history").frame
    assert sorted(above["text"]) == ["Forced labor", "Hashima", "colonial rule", "comfort women"]
    assert sorted(above["rule"]) == ["Hashima", "colonial rule", "comfort women", "forced lab*r"]
    coverage = nk.measure(hits, per="day")
    assert coverage.frame.set_index("topic")["n"].to_dict() == found
    assert len(coverage.at("history", "2023-02-14")) == 4


def test_the_same_rule_above_and_below_is_one_hit(make_corpus: Callable[..., Corpus]) -> None:
    book = Codebook.from_text("topics: {a: {any: [sheep]}, a > b: {any: [sheep]}}")
    hits = nk.tag(make_corpus(Article(title="Sheep", paragraphs=("No more.",))), book)
    assert hits.frame[["topic", "text"]].to_numpy().tolist() == [["a", "Sheep"], ["a > b", "Sheep"]]


QUANTEDA = """\
# as quanteda::as.yaml() writes it, with the categories of an invented dictionary
ECONOMY:
  __: [econom*, interest rate*]
  trade:
    - export curb*
    - food and drug
    - US
    - 3.5 percent
  work: lab?r
NO:
  - bread
  - bread
  - 日韓*
"""


def test_dictionaries_of_quanteda(tmp_path: Path) -> None:
    path = tmp_path / "invented.yml"
    path.write_text(QUANTEDA, encoding="utf-8")
    book = Codebook.load(path)
    rules = {topic.name: [rule.text for rule in topic.any] for topic in book.topics}
    assert rules == {
        "ECONOMY": ["econom*", "interest rate*"],
        "ECONOMY > trade": ["export curb*", '"food and drug"', '"US"', '"3.5 percent"'],
        "ECONOMY > work": ["lab?r"],
        "NO": ["bread", "日韓*"],
    }
    assert (book.name, book.topics[3].line, book.topics[1].any[0].line) == ("invented", 10, 5)
    assert "invented.yml, digest" in book.how
    assert "; read as a quanteda dictionary: each category is a topic, each pattern a rule; " in book.how
    assert "patterns that stand twice in a category: 1)" in book.how


@given(
    st.lists(
        st.sampled_from(["and", "not", "US", "econom*", "lab?r", "=xy", "near5", "w/5", "3.11", "AP", "a-b"]),
        min_size=1,
        max_size=20,  # a phrase of more than 60 words is refused
    )
)
def test_a_pattern_of_quanteda_is_always_a_phrase(words: list[str]) -> None:
    pattern = " ".join(words)
    (rule,) = Codebook.from_text(json.dumps({"a": [pattern]})).topics[0].any
    assert rule.query == parse_query(f'"{pattern}"') == parse_query(rule.text)


def test_globs_match_as_in_quanteda() -> None:
    """`*` any letters or none, `?` exactly one, case does not matter, words with spaces between are a phrase."""
    search = Search(
        Whole.of(
            Index.build(
                [("", "Economy, ECONOMIES; labor labour laber. Interest rates, interest in rates.", "")]
            )
        )
    )
    spans = {
        rule.text: len(search.spans(rule.query))
        for rule in Codebook.from_text("a: [econom*, lab?r, interest rate*, rate]").topics[0].any
    }
    assert spans == {"econom*": 2, "lab?r": 2, "interest rate*": 1, "rate": 0}


def listed(terms: list[str], between: str = "") -> str:
    return "topics:\n  a:\n    any:\n" + between + "".join(f"    - {term}\n" for term in terms)


def test_a_hundred_thousand_terms_load() -> None:
    terms = [f"{chr(97 + n % 26)}bc{n} word{n % 7}*" for n in range(100_000)]
    began = time.process_time()
    book = Codebook.from_text(listed(terms))
    assert time.process_time() - began < 20  # work that grows with the square would take minutes
    assert [rule.text for rule in book.topics[0].any] == terms
    assert book.topics[0].any[-1].line == 100_003


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_long_lists_keep_their_lines(ending: str) -> None:
    terms = [f"word{n}" for n in range(100)]
    text = listed([*terms, "'x y'", *terms[:1]]).replace("\n", ending)
    with pytest.raises(CodebookError, match="line 105, topic 'a': the rule 'word0' stands already in line 4"):
        Codebook.from_text(text)


def test_what_only_looks_like_a_long_list_is_text() -> None:
    lines = "".join(f"      - word{n}\n" for n in range(100))
    for sign in ("|", ">", ""):
        book = Codebook.from_text(
            f"topics:\n  a:\n    about: {sign}{'x' * (not sign)}\n{lines}    any: [x]\n"
        )
        assert book.topics[0].about.endswith("- word98 - word99")
    (first, *_, last) = (
        Codebook.from_text(listed([*(f"word{n}" for n in range(100)), "so it\n      goes on"])).topics[0].any
    )
    assert (first.text, last.text) == ("word0", "so it goes on")


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
            began = time.process_time()
            outcome, said = "article", path.name
            try:
                Codebook.load(path)
            except CodebookError as error:
                outcome, said = "refuse", str(error)
            assert path.name in said
            assert time.process_time() - began < case["max_s"]
            # A codebook of regular expressions is refused, harmful or not: there are none in newskit.
            assert outcome == ("refuse" if "regex:" in path.read_text("utf-8-sig") else case["outcome"]), (
                path.name
            )


GOLDEN = Path(__file__).parent / "golden/codebook/korea-japan.tsv"
SENTENCES = [line.split("\t") for line in GOLDEN.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("topics", "sentence"), SENTENCES, ids=[sentence[:30] for _, sentence in SENTENCES])
def test_shipped_codebook_on_invented_sentences(topics: str, sentence: str) -> None:
    book = Codebook.load("korea-japan")
    search = Search(Whole.of(Index.build([("", sentence, "")])), book.longer)
    found = set()
    for topic in book.topics:
        unwanted = Spans.union(search.spans(rule.query) for rule in topic.none)
        spans = Spans.union(search.spans(rule.query) for rule in topic.any)
        if (~spans.overlapping(unwanted)).any():
            found.add(topic.name)
    assert found == set(topics.split(";")) - {"-"}
