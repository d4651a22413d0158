"""Words: what an analyst of English, Korean and Japanese news takes for the same word, and what not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_index import found

from newskit.index.vocabulary import Vocabulary
from newskit.query import Word
from newskit.words import WORD, exact, fold, inflected, particles, script

# What it is about, a text, a term, and all that the term finds there: its texts, or how many where they are alike.
ROWS = [
    ("possessive", "Japan's Japan’s Japanʼs Japan‘s JAPAN'S Japans", "Japan", 5),
    ("plural possessive", "the workers' rights, the workers’ rights", "workers rights", 2),
    ("possessive as written", "Japan's, Japan’s; Japans", "Japan's", ["Japan's", "Japan’s"]),
    ("hyphen", "co-operate co‐operate co‑operate co–operate co operate cooperate", "co-operate", 5),
    ("hyphen is no letter", "co-operate cooperate", "cooperate", ["cooperate"]),
    ("hyphen at a line's end", "forced-\nlabor, forced-\n  labor", "forced labor", 2),
    ("dash between clauses", "forced - labor, forced — labor, forced--labor", "forced labor", []),
    ("soft hyphen", "Fuku\u00adshima, forced\u00ad labor", "Fukushima OR forced labor", 2),
    ("soft hyphen in the term", "Fukushima", "Fuku\u00adshima", 1),
    ("zero width", "\ufeffFuku\u2060shima\u200b", "Fukushima", ["Fuku\u2060shima"]),
    ("spaces", "forced\u00a0labor forced\u2009labor forced\u3000labor forced\u200blabor", "forced labor", 4),
    ("curly quotes", "“forced labor” ‘forced labor’ «forced labor» „forced labor“", "forced labor", 4),
    ("quote within a phrase", "“forced” labor", "forced labor", []),
    ("full width", "ＷＴＯ ｗｔｏ WTO", "WTO", 3),
    ("full width, case as written", "ＷＴＯ ｗｔｏ WTO", "=WTO", ["ＷＴＯ", "WTO"]),
    ("ligature", "the ﬁnance minister", "finance", ["ﬁnance"]),
    ("half-width kana", "ｶﾞｽ ガス カ\u3099ス", "ガス", 3),
    ("half-width long vowel", "ｺｰﾋｰ コーヒー コヒ", "コーヒー", ["ｺｰﾋｰ", "コーヒー"]),
    ("iteration mark", "人々の日々、日日", "日々", ["日々"]),
    ("no spaces", "在日本の日本人", "日本", 2),
    ("wrapped in the middle", "日\n本と強制\n労働", "日本 OR 強制労働", 2),
    ("across a comma", "毎日、韓国", "日韓", []),
    ("middle dot, Japanese", "日・韓 日･韓 日·韓 日韓", "日・韓", 3),
    ("middle dot, Korean", "한·일 한ㆍ일 한・일 한‧일 한.일 한/일 한일 한-일", "한·일", 6),
    ("no middle dot", "한·일 한일", "한일", ["한일"]),
    ("middle dots with a particle", "한·미·일은 한·미·일의 한·미·일본", "한·미·일", 2),
    ("a single syllable by itself", "한은 미만 일까지 한·일은", "미 OR 일 OR 한·일", ["일", "한·일"]),
    ("names with a dot", "ドナルド・トランプ ドナルド＝トランプ", "ドナルド・トランプ", 2),
    ("Katakana, a word by itself", "タイ、在タイ日本人のタイは、タイ・バンコク", "タイ", 4),
    ("Katakana, inside a run", "タイトルのスタイル、リタイアしたアメリカ人", "タイ OR メリ OR カ人", []),
    ("Katakana, half-width", "ﾀｲ ﾀｲﾄﾙ ﾀｲﾌﾟ", "タイ", ["ﾀｲ"]),
    ("Katakana, half-width with a voiced mark", "ﾌﾟﾄﾞﾝ ﾌﾟﾄﾞ", "プド", ["ﾌﾟﾄﾞ"]),
    ("Katakana, small signs of Ainu", "シㇽ シ", "シ", 1),
    ("Katakana, a long vowel", "タイーの、タイーー、タイ", "タイ", ["タイ"]),
    ("Katakana behind a long vowel of Hiragana", "らーめんとねーータイで、マーータイ", "タイ", 1),
    ("Katakana, iteration marks", "バナヽ、バナ", "バナ", 1),
    ("Katakana, a joiner within", "タイ\u2060トル", "タイ OR トル", []),
    ("Katakana, a title's end", "タイ\n\nトルコ", "タイ OR トルコ", 2),
    ("Katakana, the end of the text", "在タイ", "タイ", 1),
    ("Katakana, open behind", "タイトル スタイル タイ", "タイ*", ["タイ", "タイ"]),
    ("Katakana, open before", "タイトル スタイ タイ", "*タイ", ["タイ", "タイ"]),
    ("Katakana, open", "タイトル スタイル タイ", "*タイ*", 3),
    ("Katakana, open before, the vaccine", "新型コロナワクチンとワクチンパスポート", "*ワクチン", 1),
    ("Katakana, open behind, the vaccine", "新型コロナワクチンとワクチンパスポート", "ワクチン*", 1),
    ("Katakana, one sign", "ミャンマーのマ行、マ", "マ", 2),
    ("Katakana, then Han", "ホワイト国から、非ホワイト国民、オフホワイト国", "ホワイト国", 2),
    ("Han, then Katakana", "日本サッカーと日本サッカ", "日本サッカ", 1),
    ("Katakana with spaces", "ドナルドトランプ ドナルド トランプス", "ドナルド トランプ", 1),
    ("Han and Hiragana stay", "徴用工問題、さいたま市", "徴用工 OR たま", 2),
    ("Hanja and Hangul", "日 정부 日정부는 일본 정부", "日 정부", ["日 정부", "日정부"]),
    ("Hanja before Hangul", "北은 北한 강제징용(徵用)", "北", 2),
    ("Hanja in brackets", "강제징용(徵用)을", "강제징용", ["강제징용"]),
    ("letters before a particle", "BTS는 G7은 K팝의", "BTS OR G7 OR K팝", 3),
    ("decomposed Hangul", "\u1112\u1161\u11ab\u110b\u1175\u11af\u110b\u1173\u11ab", "한일", 1),
    ("number and Hangul", "9조를 19조", "9조", 1),
    ("variation selector", "葛\U000e0100飾 葛\ufe00飾 葛飾", "葛飾", 3),
    ("compatibility ideograph", "\ufa19社", "神社", 1),
    ("number and letter", "G7 Ｇ７ G7's G77 G-7", "G7", ["G7", "Ｇ７", "G7"]),
    ("number with a dot", "3.1 Movement; 3·1 movement; 3.11 movement; 31 movement", "3.1 movement", 2),
    ("number with a dot, Korean", "3·1운동 3.1운동은 3ㆍ1운동 31운동", "3·1운동", 3),
    ("number with a comma", "10,000 10000", "10,000", ["10,000"]),
    ("hyphen and number", "COVID-19 Covid 19 COVID‑19's COVID19", "COVID-19", 3),
    ("hyphen, not a plural", "F-35 F-35A F-35s", "F-35", ["F-35"]),
    ("ampersand", "AT&T AT & T", "AT&T", ["AT&T"]),
    ("dotted letters", "U.N. U.N u.n. U.N.-led U.N.'s UN", "U.N.", 5),
    ("dotted letters, longer ones", "U.N.S.C. U.N.", "U.N.", ["U.N."]),
    ("dotted letters with a dash", "U.S.-Japan U.S.–Japan U.S. Japan", "U.S. Japan", 3),
    ("dotted letters, case as written", "U.S. u.s.", "=U.S.", ["U.S."]),
    ("title", "St. Petersburg St Petersburg St.Petersburg", "St. Petersburg", 3),
    ("e-mail", "kim@korea.example, write to Korea", "Korea", ["Korea"]),
    ("web", "https://korea.example/korea?q=korea (www.korea.example/a-korea.html) Korea", "Korea", ["Korea"]),
    ("e-mail itself", "write to kim@korea.example.", "kim@korea.example", ["kim@korea.example"]),
    ("site as a name", "Korea.com korea_times #Korea @Korea", "Korea", 4),
    ("address before a particle", "kim@korea.example은 한일은", "한일", ["한일"]),
    ("accent", "café cafe\u0301 CAFÉ cafe", "café", 3),
    ("accent in the term", "café", "cafe\u0301", 1),
    ("macron", "Tōkyō To\u0304kyo\u0304 Tokyo", "Tōkyō", 2),
    ("sharp s", "Straße STRASSE strasse", "straße", 3),
    ("dotted capital I", "İstanbul istanbul ISTANBUL ıstanbul", "istanbul", 3),
    ("Cyrillic", "Москва МОСКВА Москвы", "москва", 2),
    ("Cyrillic with a mark", "Йод И\u0306од", "йод", 2),
    ("Greek", "Ἑλλάς ΕΛΛΆΣ", "ελλάς", 1),
    ("Arabic", "اليابان، واليابان", "اليابان", 1),
    ("Arabic, vowel marks", "كَتَبَ كتب كِتَابٌ", "كتب", ["كَتَبَ", "كتب"]),
    ("Arabic, vowel marks in the term", "كتب", "كَتَبَ", 1),
    ("Arabic, tatweel", "اليــابان", "اليابان", ["اليــابان"]),
    ("Arabic, a hamza counts", "أمل امل ا\u0654مل", "أمل", ["أمل", "ا\u0654مل"]),
    ("Arabic, tatweel alone", "ـ ـــ", "ـ", ["ـ"]),
    ("Thai, a word by itself", "ญี่ปุ่น ในญี่ปุ่นและ", "ญี่ปุ่น", 1),
    ("Thai, inside a run", "ญี่ปุ่น ในญี่ปุ่นและ", "*ญี่ปุ่น*", 2),
    ("Devanagari", "जापान और जापानी", "जापान", ["जापान"]),
    ("Persian with a joiner", "می\u200cشود", "میشود", 1),
    ("quoted with a particle", "‘강제징용’을 “강제징용”이라고 강제징용이라며", "강제징용", 3),
    (
        "particle of what is quoted",
        "‘혐한’이란 “혐한”이란 '혐한'이란 「혐한」이란 혐한(嫌韓)이란",
        "이란",
        [],
    ),
    (
        "the word, not the particle",
        "“혐한” 이란 ‘이란’은 [속보]이란 <속보>이란 ‘혐한’·이란 ‘혐한’, 이란",
        "이란",
        6,
    ),
    ("quoted at the beginning", "'이란'은 \n\n”이란", "이란", 2),
    ("word with its own particle", "‘혐한’이란은 “혐한”이란에서", "이란", 2),
    ("particle in a phrase", "“강제징용”이라는 말", '"강제징용)이라는 말"', 1),
    (
        "false friends of a particle",
        "강화도 광양만 울릉도 사이다 강화는 광양만의 울릉에 사이에",
        "강화 OR 광양 OR 울릉 OR 사이",
        ["강화", "울릉", "사이"],
    ),
    ("sentence end without space", "한일은 강제징용.한일은", "한일", 2),
]


@pytest.mark.parametrize(("text", "term", "right"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row(text: str, term: str, right: list[str] | int) -> None:
    hits = found(term, text)
    assert (len(hits) if isinstance(right, int) else hits) == right


@given(
    st.lists(
        st.sampled_from([*"ابكـأ", *map(chr, range(0x600, 0x700)), *map(chr, range(0xFE70, 0xFF00)), "́"])
    )
)
def test_arabic_is_folded_once_and_for_all(letters: list[str]) -> None:
    for word in WORD.findall("".join(letters)):
        assert fold(word) == fold(fold(word)) != ""


@given(st.text(max_size=80))
def test_words_and_gaps_are_the_text(text: str) -> None:
    pieces = WORD.split(text)
    assert "".join(pieces) == text
    assert all(word and exact(word) and fold(word) == fold(fold(word)) for word in pieces[1::2])


ANY_CASE = st.sampled_from(["Korea", "İstanbul", "Straße", "ΣΊΣΥΦΟΣ", "ＮＨＫ", "É", "Й", "ǅ"])


@given(ANY_CASE)
def test_case_is_folded_once_and_for_all(word: str) -> None:
    assert fold(word.lower()) == fold(word) == fold(fold(word).upper())


def test_hostile_words_are_cut_in_time() -> None:
    began = time.perf_counter()
    for piece in (
        "www.",
        "http://",
        "a@",
        "a@a.",
        "a-",
        "a.b-",
        "a\u00ad",
        "한\u00ad",
        "e\u0301",
        "a" * 64 + ".",
    ):
        assert "".join(WORD.split(piece * 100_000)) == piece * 100_000
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("word", "yes", "no"),
    [
        ("위안부", "를 는 가 와 로 로부터 들 들은 들에게도 에게서 인데 다 로선 였다 라며 엔 까진", "을 은 이 과 으로 으로선 들를 자 인"),
        ("강제징용", "을 은 이 과 으로 으로부터 이라고 이라는 이었다 에선 으로도", "를 는 가 와 로 라고 였다 측 적"),
        ("서울", "로 로부터 에서도 까지는 만의 들로", "으로 으로부터 발 행"),
        ("경기", "가 에서 의", "도 장"),
        ("보고", "를", "서 서를"),
        ("中", "", "은 는"),
        ("US", "", "은 는"),
    ],
)  # fmt: skip
def test_what_may_follow_a_word(word: str, yes: str, no: str) -> None:
    assert [end for end in yes.split() if not inflected(word, word + end)] == []
    assert [end for end in no.split() if inflected(word, word + end)] == []


def test_a_single_syllable_alone_takes_less() -> None:
    """한은 is a bank and 미만 means under, but the last word of 한·미·일은 is 일."""
    for ending in ("은", "의", "도", "만", "과"):
        assert ending in particles("일")
        assert ending not in particles("일", alone=True)
    assert {"에", "이", "을", "에서", "으로", "까지"} <= particles("집", alone=True) < particles("집")
    assert particles("한국", alone=True) == particles("한국")


def test_particles_are_few_and_short() -> None:
    for word in ("서", "국", "울"):
        assert len(particles(word)) < 2_000
        assert all(0 < len(ending) < 9 and script(ending) == "hangul" for ending in particles(word))


@pytest.mark.parametrize(
    ("query", "cuts"),
    [
        ("한일", {"한일": 0, "한일은": 1, "한일에서는": 3, "\u1112\u1161\u11ab\u110b\u1175\u11af\u110b\u1173\u11af": 3}),
        ("?일", {"한일": 0, "한일은": 1, "한일에서는": 3, "\u1112\u1161\u11ab\u110b\u1175\u11af\u110b\u1173\u11af": 3}),
        ("한일*", None),
        ("경기", {"경기에": 1}),
    ],
)  # fmt: skip
def test_particles_are_cut_from_the_word(query: str, cuts: dict[str, int] | None) -> None:
    types = ("한일", "한일은", "한일에서는", "한일를", "한일전", "경기도", "경기에")
    types = (*types, "\u1112\u1161\u11ab\u110b\u1175\u11af\u110b\u1173\u11af")  # 한일을, decomposed
    vocabulary, _ = Vocabulary.of(types)
    numbers, cut = vocabulary.resolve(Word(query), last=True)
    resolved = {vocabulary.types[n].as_py(): c for n, c in zip(numbers.tolist(), cut.tolist(), strict=True)}
    whole = {word: 0 for word in types if fold(word).startswith("한일")}
    assert resolved == (whole if cuts is None else cuts)
    assert not any(vocabulary.resolve(Word(query), last=False)[1])


def test_many_terms_are_resolved_at_once() -> None:
    syllables = [chr(code) for code in range(0xAC00, 0xD7A3, 28)]
    types = tuple(a + b + end for a in syllables for b in syllables[:100] for end in ("", "에서"))
    vocabulary, _ = Vocabulary.of(types)
    began = time.perf_counter()
    for word in types[:20_000:2]:
        assert len(vocabulary.resolve(Word(word), last=True)[0]) == 2
    assert time.perf_counter() - began < 5
