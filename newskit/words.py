"""What a word is, in any script, and what may stand between the words of a phrase.

Word runs are words, split where the script changes; digits stay with the letters beside them. Han and Kana
have no spaces: every character is a word. A Hangul run is a word, to which a particle may be attached.
"U.S.", "S." in "S. Korea" and "Gen." are words with their dot. Positions are those of the raw text: nothing
is folded before it is cut into words.
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
    "WORD",
    "Gap",
    "exact",
    "fold",
    "gap_of",
    "glob",
    "particles",
    "script",
]


class Gap(IntEnum):
    """What stands before a word; from SENTENCE on, something ends there."""

    JOINED = 0
    SPACE = 1
    MARK = 2
    PUNCT = 3
    SENTENCE = 4
    PARAGRAPH = 5
    ARTICLE = 6


def _legal(*gaps: Gap) -> int:
    return sum(1 << gap for gap in gaps)


LEGAL: tuple[int, ...] = (
    *[_legal(Gap.JOINED, Gap.SPACE)] * 2,
    _legal(Gap.MARK),
    *[_legal(Gap.MARK, Gap.PUNCT, Gap.SENTENCE)] * 4,
)
"""For each gap of a query, the set of gaps (as bits) that the text may have there."""

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_VOICED = "\u3099\u309a\uff9e\uff9f"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7a3\ud7b0-\ud7ff\uffa0-\uffdc"
_MARKS = "".join(
    c for c in map(chr, range(0x300, 0xFE30)) if unicodedata.category(c)[0] == "M" and c not in _VOICED
)
_CASED = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\uff21-\uff3a\uff41-\uff5a"
_TITLES = (
    "Adm|Amb|Apr|Aug|Capt|Cmdr|Co|Col|Corp|Dec|Dr|Feb|Gen|Gov|Inc|Jan|Jul|Jun|Lt|Ltd|Maj|Mar|Messrs|Mr|Mrs|Ms|"
    "Mt|Nov|Oct|Pres|Prof|Rep|Rev|Sen|Sept?|Sgt|St|vs"
)
_DOTTED = (
    rf"[{_CASED}](?:[.．][{_CASED}])+[.．]?(?![^\W_])|[A-Z]\.(?=\s|\Z|[A-Z][a-z])|(?:{_TITLES})\.(?=\s|\Z)"
)
_OTHER = rf"[^\W_{_HAN}{_KANA}{_HANGUL}]"


def _pattern(wild: str) -> re.Pattern[str]:
    """Compile the pattern of one word; `wild` are the signs that count as letters in a query."""
    case = r"(?:(?<!\S)=)?" if wild else ""
    star, sign = (f"[{wild}]*", f"{case}[{wild}]*") if wild else ("", "")
    spelled = (
        rf"{case}(?:{_DOTTED})",
        rf"{sign}[{_HAN}{_KANA}][{_VOICED}{_MARKS}]*{star}",
        rf"{sign}[{_HANGUL}][{_HANGUL}{wild}]*",
        rf"{sign}{_OTHER}(?:{_OTHER}|[{wild}{_MARKS}])*",
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

_HAN_KANA = re.compile(f"[{_HAN}{_KANA}]")
_HANGUL_ANY = re.compile(f"[{_HANGUL}]")


def script(word: str) -> str:
    """Tell how a word is matched: "character" (Han, Kana), "hangul", or "letters"."""
    if _HAN_KANA.search(word):
        return "character"
    return "hangul" if _HANGUL_ANY.search(word) else "letters"


def exact(word: str) -> str:
    """Give the form of a word in which only case still matters: width and the last dot do not."""
    if word.isascii():
        return word.rstrip(".")
    return unicodedata.normalize("NFKC", word).rstrip(".")


def fold(word: str) -> str:
    """Give the form under which a word is looked up.

    >>> fold("U.S."), fold("ＮＨＫ"), fold("İstanbul"), fold("Vergrößern")
    ('u.s', 'nhk', 'istanbul', 'vergrössern')
    """
    form = exact(word)
    return form.lower() if form.isascii() else form.casefold().replace("i\u0307", "i")


_BREAK = r"(?:\r\n|\r(?!\n)|[\n\x0b\x0c\x85\u2028])"
_BLANK_LINE = re.compile(rf"{_BREAK}[ \t\xa0\u3000\u200b]*{_BREAK}|\u2029")
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u2060\ufeff]+")
_HYPHEN = "-\u2010-\u2015\u2212\ufe58\ufe63\uff0d~\u301c\uff5e"
_THIN = re.compile(rf"\s*|[{_HYPHEN}](?:{_BREAK}\s*)?|['’ʼ＇]\s*")
_CLOSING = "\"'”’»)\\]）」』】〉》"
_SENTENCE_END = re.compile(rf"[.!?…‥．][{_CLOSING}]*\s|[。！？｡]")


def gap_of(between: str) -> Gap:
    r"""Classify what stands between two words.

    SPACE is white space with at most one line break, one hyphen or dash without spaces, an apostrophe;
    MARK is punctuation without white space (3.11, 한·일); PUNCT is punctuation with it.

    >>> [gap_of(g).name for g in ("", " ", "-", "·", ", ", '." ', "\n\n")]
    ['JOINED', 'SPACE', 'SPACE', 'MARK', 'PUNCT', 'SENTENCE', 'PARAGRAPH']
    """
    if not between:
        return Gap.JOINED
    if _BLANK_LINE.search(between):
        return Gap.PARAGRAPH
    if _THIN.fullmatch(_INVISIBLE.sub("", between)):
        return Gap.SPACE
    if _SENTENCE_END.search(between):
        return Gap.SENTENCE
    return Gap.PUNCT if any(map(str.isspace, between)) else Gap.MARK


# Particles (josa): after a consonant, after a vowel, after either; those that another may follow (_CASE, _TO).
# Left out are those that make another word as often as not (-자, -다, -인: 피해자 is no form of 피해).
_AFTER_CONSONANT = (
    "은 이 을 과 이나 이란 이라 이라는 이라고 이라며 이랑 이며 이야 이다 이라도 이든지 이지만".split()
)
_AFTER_VOWEL = "는 가 를 와 나 란 라는 라고 라며 랑 며 라도 든지 지만".split()
_ANY = "의 도 만 서 뿐 께 커녕 밖에 마저 조차 마다 같이 처럼 만큼 대로 보다 하고 까지 부터 만의 만은 만이 만을 뿐만 보다는 "
_ANY += "보다도 까지의 까지는 까지도 까지만 부터의 부터는 부터도 마저도 조차도 처럼은 처럼도 만큼은 만큼의 만큼이나 하고는 하고도"
_CASE = "에 에서 에게 에게서 한테 한테서 께서".split()
_DIRECTION = "로 로서 로써 로부터".split()
_CONTINUED = " 는 도 만 의 나 까지 부터 까지도 라도 만은 만이 만을 만의 조차 마저 조차도 마저도 보다 보다는 뿐 뿐만".split(
    " "
)
_ANYWHERE = tuple(_ANY.split()) + tuple(a + b for a, b in product(_CASE, _CONTINUED))
_TO = tuple(a + b for a, b in product(_DIRECTION, _CONTINUED))
_PLURAL, _L = "들", 8  # ㄹ, the one consonant after which 로 stands as after a vowel


@lru_cache(maxsize=64)
def _particles_after(final: int) -> tuple[str, ...]:
    own = _AFTER_CONSONANT if final else _AFTER_VOWEL
    pairs = tuple(("과" if final else "와") + b for b in ("는", "도", "의", "만"))
    to = tuple("으" + p for p in _TO) if final not in (0, _L) else _TO
    return tuple(dict.fromkeys((*own, *_ANYWHERE, *pairs, *to)))


@lru_cache(maxsize=64)
def _endings_after(final: int) -> tuple[str, ...]:
    return (*_particles_after(final), _PLURAL, *(_PLURAL + particle for particle in _particles_after(_L)))


def particles(word: str) -> tuple[str, ...]:
    """List the particles that grammar allows after a Hangul word, also after its plural: its last sound decides.

    >>> "를" in particles("위안부"), "을" in particles("위안부"), "으로부터" in particles("강제징용")
    (True, False, True)
    """
    final = ord(word[-1]) - 0xAC00
    return _endings_after(final % 28) if 0 <= final < 11172 else ()


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
