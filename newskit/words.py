"""What a word is, in any script, and what may stand between the words of a phrase.

Word runs are words, split where the script changes; digits stay with the letters beside them. Han and Kana
have no spaces: every character is a word, but a term begins and ends where a run of Katakana does. A Hangul run
is a word, to which a particle may be attached; a particle by itself, right behind a closing quotation mark, is
none. "U.S.", "S." in "S. Korea" and "Gen." are words with their dot; an address of e-mail, or of the web with its
http:// or www., is one word, so that www.korea.example names no country. What has no width (a soft hyphen) parts
no word. Accents count: cafe is not café; the vowel marks and the tatweel of Arabic do not. Positions are those of
the raw text: nothing is folded before it is cut into words.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from itertools import product

__all__ = [
    "LEGAL",
    "PATTERN",
    "QUERY_WORD",
    "SPECIAL",
    "TITLES",
    "WORD",
    "Gap",
    "Kind",
    "closes",
    "exact",
    "fold",
    "gap_of",
    "glob",
    "inflected",
    "is_katakana",
    "is_particle",
    "kinds",
    "particles",
    "script",
]


class Gap(IntEnum):
    """What stands before a word; from SENTENCE on, something ends there."""

    JOINED = 0
    SPACE = 1
    RUN = 2
    """Nothing, within a run of Katakana: known of a text alone, see `is_katakana`."""
    MARK = 3
    PARTICLE = 4
    """A closing quotation mark or bracket, and a particle behind: known of a text alone, see `closes`."""
    PUNCT = 5
    SENTENCE = 6
    PARAGRAPH = 7
    ARTICLE = 8


def _legal(*gaps: Gap) -> int:
    return sum(1 << gap for gap in gaps)


LEGAL: tuple[int, ...] = (
    *[_legal(Gap.JOINED, Gap.SPACE, Gap.RUN)] * 3,
    *[_legal(Gap.MARK, Gap.PARTICLE)] * 2,
    *[_legal(Gap.MARK, Gap.PARTICLE, Gap.PUNCT, Gap.SENTENCE)] * 4,
)
"""For each gap of a query, the set of gaps (as bits: seven, none beyond a sentence's end) that the text may have there."""

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_VOICED = "\u3099\u309a\uff9e\uff9f"
_HANGUL = "\u1100-\u11ff\u3131-\u318c\u318e\ua960-\ua97f\uac00-\ud7a3\ud7b0-\ud7ff\uffa0-\uffdc"
_MARKS = "".join(
    c for c in map(chr, range(0x300, 0xFE30)) if unicodedata.category(c)[0] == "M" and c not in _VOICED
)
_SOFT = "\xad\u200c\u200d\u2060\ufeff"  # seen by nobody, inside words
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # they choose a glyph of one and the same character
_SIGNS = "\u318d\u02bc"  # letters by name alone: the middle dot of Korean keyboards (한ㆍ일), an apostrophe
_CASED = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\uff21-\uff3a\uff41-\uff5a"
TITLES = tuple(
    "Adm Amb Apr Aug Capt Cmdr Co Col Corp Dec Dr Feb Gen Gov Inc Jan Jul Jun Lt Ltd Maj Mar Messrs Mr Mrs Ms"
    " Mt Nov Oct Pres Prof Rep Rev Sen Sep Sept Sgt St vs".split()
)
"""Words that end with a dot, titles and the like: so no sentence ends there."""
_DOTTED = rf"[{_CASED}](?:[.．][{_CASED}])+[.．]?(?![^\W_])|[A-Z]\.(?=\s|\Z|[A-Z][a-z])|(?:{'|'.join(TITLES)})\.(?=\s|\Z|[A-Z][a-z])"
_LETTER = rf"[^\W_{_HAN}{_KANA}{_HANGUL}{_SIGNS}]"
_LABEL = "[A-Za-z0-9-]{1,63}"
_ADDRESS = rf"(?:https?://|www\.)[!#-&*-;=?-Z_a-z~]*[A-Za-z0-9/]|[A-Za-z0-9][A-Za-z0-9.+_-]{{0,63}}@{_LABEL}(?:\.{_LABEL}){{1,8}}"


def _pattern(wild: str) -> re.Pattern[str]:
    """Compile the pattern of one word; `wild` are the signs that count as letters in a query."""
    case = r"(?:(?<!\S)=)?" if wild else ""
    star, sign = (f"[{wild}]*", f"{case}[{wild}]*") if wild else ("", "")
    hangul, letter = f"[{_HANGUL}{wild}]", _LETTER
    more = f"(?:{letter}|[{wild}])" if wild else letter
    spelled = (
        rf"{sign}[{_HANGUL}]{hangul}*+(?:[{_SOFT}]+{hangul}++)*+",
        rf"{sign}[{_HAN}{_KANA}][{_VOICED}{_MARKS}{_SELECTORS}]*{star}",
        rf"{case}(?:{_ADDRESS}){star}",
        rf"{case}(?:{_DOTTED})",
        rf"{sign}{letter}{more}*+(?:[{_MARKS}]++{more}*+|[{_SOFT}]+{more}++)*+",
        *([f"[{wild}]+"] if wild else []),
    )
    if not wild:  # most words of most texts; the rest would find the same, in twice the time
        spelled = (r"[A-Za-z0-9]++(?=[ ,\n])", *spelled)
    return re.compile(f"({'|'.join(spelled)})")


WORD = _pattern("")
"""One word of a text; `WORD.split(text)` gives gap, word, gap, word ... gap."""
QUERY_WORD = _pattern("*?")
"""One word of a query, where `*` and `?` are letters and `=` asks for the exact case."""
PATTERN = re.compile(r"[*?]")
SPECIAL = re.compile(f"{_ADDRESS}|{_DOTTED}")
"""A word of more than letters: an address, or one with a dot in it or behind it."""


class Kind(IntEnum):
    """What a character is to the words around it."""

    BETWEEN = 0
    LETTER = 1
    HANGUL = 2
    SIGN = 3
    """Han and Kana: each a word by itself."""
    MARK = 4
    """An accent or a vowel sign: part of the letter or sign before it."""
    RARE = 5
    """A voiced mark of Kana, or what is not seen: what it is part of depends on more than its neighbour."""


@lru_cache
def kinds(last: int = 16) -> bytes:
    """Give the Kind of every character, by its code, up to the last of a plane (0 to 16, of 65,536 characters each).

    A plane takes a hundredth of a second, once, and nearly all texts need the first alone.

    >>> [Kind(kinds()[ord(c)]).name for c in "a7 _한韓か"]
    ['LETTER', 'LETTER', 'BETWEEN', 'BETWEEN', 'HANGUL', 'SIGN', 'SIGN']
    """
    return b"".join(map(_kinds_in, range(last + 1)))


@lru_cache
def _kinds_in(plane: int) -> bytes:
    codes = range(plane << 16, plane + 1 << 16)
    characters = "".join(map(chr, codes))
    table = bytearray(len(characters))
    for kind, pattern in (
        (Kind.LETTER, _LETTER),
        (Kind.HANGUL, f"[{_HANGUL}]"),
        (Kind.SIGN, f"[{_HAN}{_KANA}]"),
        (Kind.MARK, f"[{_MARKS}]"),
        (Kind.RARE, f"[{_VOICED}{_SOFT}\U000e0100-\U000e01ef]"),
    ):
        for run in re.finditer(f"(?:{pattern})+", characters):
            table[run.start() : run.end()] = bytes([kind]) * len(run[0])
    return bytes(table)


_HAN_KANA = re.compile(f"[{_HAN}{_KANA}]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL_ANY = re.compile(f"[{_HANGUL}]")
_UNSEEN = re.compile(f"[{_SOFT}{_SELECTORS}]+")
# Vowel marks, signs of the Quran and tatweel; a hamza or madda above or below makes another letter.
_POINTS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]+"
)


def script(word: str) -> str:
    """Tell how a word is matched: "character" (Han, Kana), "hangul", or "letters"."""
    if word.isascii():
        return "letters"
    if _HAN_KANA.search(word):
        return "character"
    return "hangul" if _HANGUL_ANY.search(word) else "letters"


def is_katakana(word: str) -> bool:
    """Tell whether a word begins with a Katakana sign: each of these is a word by itself.

    >>> is_katakana("タ"), is_katakana("ｶﾞ"), is_katakana("か"), is_katakana("日")
    (True, True, False, False)
    """
    return _KATAKANA.match(word) is not None


def exact(word: str) -> str:
    """Give the form of a word in which only case still matters.

    Width, what is not seen, the vowel marks and the tatweel of Arabic, and the last dot do not.
    """
    if word.isascii():
        return word.rstrip(".")
    form = unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).rstrip(".")
    return _unpointed(form) if _POINTS.search(form) else form


def _unpointed(form: str) -> str:
    """Leave out what Arabic may be written without, unless that is all there is."""
    return unicodedata.normalize("NFC", _POINTS.sub("", form)) or form


def fold(word: str) -> str:
    """Give the form under which a word is looked up.

    >>> fold("U.S."), fold("ＮＨＫ"), fold("İstanbul"), fold("Vergrößern")
    ('u.s', 'nhk', 'istanbul', 'vergrössern')
    """
    form = exact(word)
    return form.lower() if form.isascii() else form.casefold().replace("i\u0307", "i")


_BREAK = r"(?:\r\n|\r(?!\n)|[\n\x0b\x0c\x85\u2028])"
_BLANK_LINE = re.compile(rf"{_BREAK}[ \t\xa0\u3000\u200b]*{_BREAK}|\u2029")
_INVISIBLE = re.compile(f"[{_SOFT}{_SELECTORS}\u200b\u200e\u200f]+")
_HYPHEN = "-\u2010-\u2015\u2212\ufe58\ufe63\uff0d~\u301c\uff5e"
_THIN = re.compile(rf"\s*|[{_HYPHEN}](?:{_BREAK}\s*)?|['’‘ʼ´`＇]\s*")
_CLOSING = "\"'”’»)\\]）」』】〉》"
_SENTENCE_END = re.compile(rf"[.!?…‥．][{_CLOSING}]*\s|[。！？｡]")


def gap_of(between: str) -> Gap:
    r"""Classify what stands between two words.

    SPACE is white space with at most one line break, one hyphen or dash without spaces, an apostrophe;
    MARK is punctuation without white space (3.11, 한·일); PUNCT is punctuation with it.

    >>> [gap_of(g).name for g in ("", " ", "-", "·", ", ", '." ', "\n\n")]
    ['JOINED', 'SPACE', 'SPACE', 'MARK', 'PUNCT', 'SENTENCE', 'PARAGRAPH']
    """
    if not between or _UNSEEN.fullmatch(between):
        return Gap.JOINED
    if _BLANK_LINE.search(between):
        return Gap.PARAGRAPH
    if _THIN.fullmatch(_INVISIBLE.sub("", between)):
        return Gap.SPACE
    if _SENTENCE_END.search(between):
        return Gap.SENTENCE
    return Gap.PUNCT if any(map(str.isspace, between)) else Gap.MARK


_CLOSED = re.compile("[\"'”’»」』〉》)）]{1,3}")


def closes(between: str) -> bool:
    """Tell whether what stands between two words is closing quotation marks or brackets and no more.

    What may be a particle is one there: ‘혐한’이란 does not name Iran. Square and angle brackets are left out,
    for headlines begin behind them: [속보]이란.

    >>> closes("’"), closes("”)"), closes("’ "), closes("]")
    (True, True, False, False)
    """
    return _CLOSED.fullmatch(between) is not None


# Particles (josa), plural and copula: what may follow a noun without making it another word. Chosen by counting,
# see tests/test_korean.py. Left out is what makes another word as often as not: -인 (일본인), -자 (피해자),
# -하고 (중단하고), -측, -적, -발, -산.
_AFTER_CONSONANT = (
    "은 이 을 과 이나 이란 이랑 이며 이고 이야 이야말로 이나마 은커녕 이든 이든지 이라 이라는 이라고 이라며 "
    "이라면 이라서 이라도 이라던 이라니 이다 이던 이면 이지만 이므로 이냐 이니까 이어서 이었다 이었던 이었고 이었으며"
).split()
_AFTER_VOWEL = (
    "는 가 를 와 나 다 란 랑 며 야말로 나마 는커녕 든지 라는 라고 라며 라서 라도 라던 라니 지만 므로 냐 여서 였다 였던 "
    "였고 였으며"
).split()
_COPULA = "인가 인데 인지 일까 임을 입니다 입니까 였나".split()
_FOCUS = tuple(
    head + tail
    for head, *tails in map(
        str.split,
        (
            "까지 는 도 의 만 라도",
            "부터 는 도 의 라도",
            "보다 는 도",
            "처럼 은 도 만",
            "만 은 이 을 의 도 으로 으로는 으로도 이라도",
            "뿐 만 이 이다 인 이었다 이라는",
            "조차 도 는",
            "마저 도 는",
        ),
    )
    for tail in ("", *tails)
)
_ANY = (
    *_FOCUS,
    *"의 도 서 커녕 밖에 밖에는 마다 같이 대로 만큼 만큼은 만큼도 만큼의 만큼이나 에다 에다가 에서나".split(),
    *"엔 에선 에겐 에게선 한텐 께선 까진 부턴 보단 에게로".split(),  # 는 run into what is before it
)
_CASE = "에 에서 에게 에게서 한테 한테서 께 께서".split()
_DIRECTION = "로 로서 로써 로부터".split()
_CONTINUED = ("", *_FOCUS, *"는 도 의 라도 야 야말로 나마 든 든지 커녕 는커녕".split())
_ANYWHERE = (*_ANY, *_COPULA, *(a + b for a, b in product(_CASE, _CONTINUED)))
_TO = (*(a + b for a, b in product(_DIRECTION, _CONTINUED)), "로선", "로썬")
_PLURAL, _L = "들", 8  # ㄹ, the one consonant after which 로 stands as after a vowel

# A noun and what looks like a particle, yet another word: 경기 is no part of 경기도.
_OTHER_WORDS = frozenset(
    """
    경기도 강원도 충청도 충북도 충남도 전라도 전북도 전남도 경상도 경북도 경남도 제주도 황해도 평안도 함경도 학년도
    내년도 공매도 다각도 만족도 신뢰도 선호도 인지도 완성도 난이도 지지도 호감도 밀집도 아시아나 차이나 코리아나 멕시코만
    페르시아만 광양만 진주만 아산만 순천만 영일만 발해만 통킹만 벵골만 이천만 사천만 강화도 울릉도 거제도 연평도 백령도
    흑산도 영종도 여의도 소록도 거문도 욕지도 안면도 한산도 대마도 제부도 가덕도 추자도 월미도 의존도 이해도 충성도
    집중도 중요도 사이다 기시다 가나다 고양이 을지로 강남대로 올림픽대로 세종대로 성명서 의정서 진술서 탄원서 활주로
    교차로 원자로 대체로 교과서 보고서 계획서 신청서 동의서 제안서 합의서 협약서 계약서 확인서 증명서 진단서 설명서
    소개서 추천서 의견서 건의서 요청서 청구서 사직서 안내서 평가서 답변서 판결서 서약서 연구서 의향서 경찰서 소방서
    세무서
    """.split()
)

# A single syllable is the beginning of too many words: alone, it takes no more than these.
_ALONE = frozenset("에 이 을 를".split())
_ALONE_LONGER = tuple("에 으로 까지 부터 보다 처럼 께 한테 조차 마저".split())


@lru_cache(maxsize=64)
def _endings_of_one(final: int) -> frozenset[str]:
    own = _AFTER_CONSONANT if final else _AFTER_VOWEL
    pairs = tuple(("과" if final else "와") + b for b in ("는", "도", "의", "만", "만은"))
    to = (*("으" + p for p in _TO), "으론") if final not in (0, _L) else _TO
    return frozenset((*own, *_ANYWHERE, *pairs, *to))


@lru_cache(maxsize=64)
def _endings(final: int) -> frozenset[str]:
    return _endings_of_one(final) | {_PLURAL} | {_PLURAL + ending for ending in _endings_of_one(_L)}


@lru_cache(maxsize=64)
def _endings_alone(final: int) -> frozenset[str]:
    return frozenset(
        e for e in _endings(final) if e in _ALONE or (len(e) > 1 and e.startswith(_ALONE_LONGER))
    )


def particles(word: str, *, alone: bool = False) -> frozenset[str]:
    """List what may follow a Hangul word, also after its plural: its last sound decides.

    `alone` says that no other word of a phrase stands before it: a single syllable then takes fewer.

    >>> "를" in particles("위안부"), "을" in particles("위안부"), "으로부터" in particles("강제징용")
    (True, False, True)
    >>> "은" in particles("한"), "은" in particles("한", alone=True)
    (True, False)
    """
    final = ord(word[-1]) - 0xAC00
    if not 0 <= final < 11172:
        return frozenset()
    return (_endings_alone if alone and len(word) == 1 else _endings)(final % 28)


@lru_cache(maxsize=1)
def _all_particles() -> frozenset[str]:
    return frozenset().union(*map(_endings, range(28)))


def is_particle(form: str) -> bool:
    """Tell whether a form may be a particle, whatever stands before it.

    >>> is_particle("이란"), is_particle("이라는"), is_particle("이란은")
    (True, True, False)
    """
    return form in _all_particles()


def inflected(word: str, form: str, *, alone: bool = False) -> bool:
    """Tell whether a form is a Hangul word with what may follow it, and no word of its own.

    >>> inflected("경기", "경기에서도"), inflected("경기", "경기도"), inflected("한일", "한일시멘트")
    (True, False, False)
    """
    return (
        form.startswith(word)
        and form[len(word) :] in particles(word, alone=alone)
        and form not in _OTHER_WORDS
        and form[: len(word) + 1] not in _OTHER_WORDS  # 광양 is no part of 광양만의 either
    )


@lru_cache(maxsize=1 << 16)  # parts have most of their words in common
def glob(pattern: str, word: str) -> bool:
    """Tell whether a word fits a pattern of letters, `*` (any letters) and `?` (exactly one).

    Takes at most len(pattern) * len(word) steps, whatever the pattern.

    >>> glob("lab*r", "labour"), glob("mobili?ed", "mobilised"), glob("lab*r", "labors")
    (True, True, False)
    """
    at = here = 0
    star, resume = -1, 0
    while here < len(word):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", word[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")
