"""Spelling: what other systems and slips of the hand write that means something else here, and what to write instead.

The spellings that mean the same are read by the grammar. These are refused with a remedy, never looked for as
words: Factiva's `labor$2`, Nexis' `labor!` and `HLEAD(...)`, Lucene's `labor~` and `!labor`, a regular expression,
an operator that lacks its space. A table holds them, each with what stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from newskit.errors import BadArgument, nearest
from newskit.query.nodes import FIELDS

__all__ = ["Slip", "check_signs", "check_words", "small_operator", "unknown_name"]

MAX_LETTERS = 300

Write = str | Callable[[re.Match[str]], str]


class Slip(BadArgument):
    """A piece of a rule that would be misread, and what to write in its place.

    `instead` is what was probably meant, `literally` the same letters as text, both for the whole piece; `word` is
    the part of `instead` that is new. `start` and `end` say where in the rule the piece stands.
    """

    def __init__(self, says: str, instead: str = "", literally: str = "", word: str = "") -> None:
        super().__init__(says)
        self.instead, self.literally, self.word = instead, literally, word
        self.start = self.end = 0

    def at(self, start: int, end: int) -> Slip:
        """Say where in the rule the piece stands."""
        self.start, self.end = start, end
        return self


class Elsewhere(NamedTuple):
    """What stands in rules of another system, what it is there, and what to write here, where that can be told."""

    pattern: re.Pattern[str]
    says: str
    write: Write | None


_REACH = {"W": "NEAR", "WITHIN": "NEAR", "ONEAR": "PRE", "ADJ": "PRE"}
_SIGNS = {"|": " OR ", "||": " OR ", "&&": " AND ", "!": " NOT ", "-": " NOT ", "+": " AND "}
_SPOKEN = {"ODER": "OR", "OU": "OR", "UND": "AND", "ET": "AND", "NICHT": "NOT", "SAUF": "NOT"}
_KNOWN = "There are AND, OR, NOT, NEAR/5, PRE/5, SAME/S, SAME/P and ATLEAST/3."
_UNKNOWN = "Unknown operator {0!r}."
_GLUED = "{0!r}: an operator stands between spaces."
_SMALL_JOIN = "{0!r} in small letters is a word of the phrase."


def _operator(found: re.Match[str]) -> str:
    name, number = (next((group for group in found.groups()[at::2] if group), "") for at in (0, 1))
    name = name.upper()
    return f" {_REACH.get(name, name)}/{number or (3 if name == 'ATLEAST' else 5)} "


def _sign(found: re.Match[str]) -> str:
    return "" if found[1] == "+" and not found.start() else _SIGNS[found[1]]


def _joined(found: re.Match[str]) -> str:
    return found[0].split()[-1].upper()


def _nearest_operator(found: re.Match[str]) -> str:
    if found[1] and len(found[1]) < 3:  # A/S, km/h
        return found[0]
    number = found[2] if found[2] and found[2].isdigit() else "5"
    known = (f"NEAR/{number}", f"PRE/{number}", f"ADJ/{number}", f"ATLEAST/{number}", "SAME/S", "SAME/P")
    close = nearest(found[0].upper(), known)
    return close.split("'")[1] if close else found[0]


_PREFIX = re.compile(r"(?<!\S)([A-Za-z_]{2,18})[:=](?!/)(\d?)")
_B, _E = r"(?<!\S)", r"(?!\S)"
_NAMED = r"O?NEAR|PRE|ADJ|WITHIN|ATLEAST"

_TABLE: tuple[Elsewhere, ...] = tuple(
    Elsewhere(re.compile(pattern), says, write)
    for pattern, says, write in (
        (
            r"^([^/]*[^/\s])/[fF]\d+/$",
            "{0!r}: the first words of an article are its lead, always 60.",
            r"lead: \1",
        ),
        (r" ?/[nN](\d+)/ ?", _GLUED, r" NEAR/\1 "),
        (
            r"(?<!\S)((?:[^\W\d_]\.){2,})\*",
            "{0!r}: a * cannot follow a full stop; U.S. finds U.S.-led, too.",
            r"\1",
        ),
        (
            rf"{_B}\S*?(?:\\|\.[*+]|\[[^\]\s]+\][*+?])\S*|{_B}/\S+/{_E}",
            "{0!r}: regular expressions are not read. Write * for any letters, ? for one (lab*r).",
            None,
        ),
        (
            rf"{_B}(?:[\[{{]\S*|\S*[\]}}]){_E}",
            "{0!r}: brackets of this kind are not read. Group with ( and ).",
            None,
        ),
        (rf"{_B}([^\W_]+)!{_E}", "{0!r}: any ending, which is ! in Nexis, is a * here.", r"\1*"),
        (rf"{_B}([^\W_]+)\$\d?{_E}", "{0!r}: an ending of some letters, $ in Factiva, is a * here.", r"\1*"),
        (rf"{_B}(\S+)\^[\d.]+{_E}", "{0!r}: a rule matches or does not; no word weighs more.", r"\1"),
        (
            rf"{_B}([^\W_]+)~[\d.]{{0,3}}{_E}",
            "{0!r}: what is spelled alike is not looked for; a * is any ending.",
            r"\1*",
        ),
        (
            rf"{_B}(?i:w?/seg){_E}",
            "{0!r}: for one section, write 'title: (a AND b) OR body: (a AND b)'.",
            None,
        ),
        (
            rf"{_B}(?i:wc|length)[<>=]\S*",
            "{0!r}: a rule asks what an article says, not how long it is.",
            None,
        ),
        (
            rf" ?{_B}(?:(?i:({_NAMED}|W))/ ?-?(\d{{1,9}})|({_NAMED}) ?-?(\d{{1,9}})) ?(?=\S|$)",
            _UNKNOWN,
            _operator,
        ),
        (
            rf" ?{_B}(?:(O?NEAR|PRE|ATLEAST)()/?|(?i:({_NAMED}))()/){_E} ?",
            "Operator {0!r} without its reach.",
            _operator,
        ),
        (
            rf"{_B}(?:([A-Za-z]{{1,9}})/(\d{{1,9}}|[A-Za-z])|(?i:same)/\S*){_E}",
            f"{_UNKNOWN} {_KNOWN}",
            _nearest_operator,
        ),
        (r" ?(\|\|?|&&) ?", _UNKNOWN, _sign),
        (rf" ?{_B}(!) ", _UNKNOWN, _sign),
        (rf" ?{_B}([+!-])(?=[^\W\d_])", _UNKNOWN, _sign),
        (rf"(?<=\S )(?i:but not|and|or|not){_E}", _SMALL_JOIN, _joined),
        (r"(?<=\S )(?i:adj)(?= \S)", _SMALL_JOIN, "PRE/1"),
        (r"(?<=\S )(AND|OR|NOT)(?=[a-z])", _GLUED, r"\1 "),
        (r"(?<=[a-z])(AND|OR|NOT)(?= \S)", _GLUED, r" \1"),
        (
            rf"(?<=\S )({'|'.join(_SPOKEN)})(?= \S)(?! (?i:al)\b)",
            "{0!r} in capitals looks like an operator; these are English.",
            lambda found: _SPOKEN[found[0]],
        ),
        (r"(?<=\S )%(?= \S)", "{0!r} is no operator; 'a PRE/2 b' has any word between the two.", "PRE/2"),
        (rf"{_B}= (?=\S)", "'=' stands before a word without a space.", "="),
    )
)
_SUSPECT = re.compile(r"[^\w\s.,*?'’·-]|(?<!\S)-|\.[*+]|[A-Z]{2}|\b(?i:and|or|not|adj)\b|_\w*[:=]")

_NAMES = {
    name: says
    for names, says in (
        ("hl head heading headlines ti", "Did you mean 'title:'?"),
        ("lp lead leadpara", "The first paragraphs are not marked; 'lead:' is the first 60 words."),
        ("hlp hlead", "Write '(title: a OR lead: a)'; the lead is here the first 60 words."),
        ("text td content", "Did you mean 'body:'?"),
        ("art graphic", "Did you mean 'caption:'?"),
        ("by byline author", "Bylines are not searched."),
        ("la lang language", "A rule does not choose languages; corpus.languages('en') does."),
        (
            "rst sn source publication pub media_id media_name domain canonical_domain tags_id_media",
            "A rule does not choose outlets; corpus.outlets('…') does.",
        ),
        ("date pd publish_date publication_date publish_day", "A rule does not choose days; corpus.between('2019', '2023') does."),
        ("allcaps caps", "Write =US for exactly this case."),
        ("nocaps singular plural", "Write the forms that are meant, as in 'aid NOT =AIDS'."),
    )
    for name in names.split()
}  # fmt: skip
_SMALL = {"near": "NEAR/5", "same": "SAME/P"}
_UNSEARCHED = frozenset("+#%$€£¥₩&@＋＃％＄＆＠")


def check_words(words: Sequence[str]) -> None:
    """Refuse words without quotes that look like an operator or a field, rather than look for them as words."""
    phrase = " ".join(words)
    if longest := next((word for word in words if len(word) > MAX_LETTERS), ""):
        raise BadArgument(
            f"A word of {len(longest):,} letters: {longest[:40]!r} … At most {MAX_LETTERS} are read; put a space between words."
        )
    if not _SUSPECT.search(phrase):
        return
    for name in _prefixes(phrase):
        raise Slip(unknown_name(*name), literally=f'"{phrase}"')
    for elsewhere in _TABLE:
        if found := elsewhere.pattern.search(phrase):
            raise _slip(elsewhere, found)


def _prefixes(phrase: str) -> Iterator[tuple[str, str]]:
    for found in _PREFIX.finditer(phrase):
        if not found[2] or found[1].lower() in _NAMES or "_" in found[1]:  # 2:30 and the like are text
            yield found[1], found[0].rstrip("0123456789")


def _slip(elsewhere: Elsewhere, found: re.Match[str]) -> Slip:
    pattern, says, write = elsewhere
    phrase, instead, word = found.string, "", ""
    if write is not None:
        word = " ".join((found.expand(write) if isinstance(write, str) else write(found)).split())
        instead = " ".join(pattern.sub(write, phrase).split())
    if instead == phrase:
        instead = word = ""
    return Slip(says.format(_whole_words(found)), instead, f'"{phrase}"', word)


def _whole_words(found: re.Match[str]) -> str:
    """Give what was found with the rest of the words that it begins and ends in."""
    shown = found[0].strip()
    start = found.start() + found[0].index(shown)
    before, after = found.string[:start], found.string[start + len(shown) :]
    whole = before[before.rfind(" ") + 1 :] + shown + after.split(" ", 1)[0]
    return whole if len(whole) < 80 else f"{whole[:80]} …"


def check_signs(text: str, form: str) -> None:
    """Refuse a letter or number with a sign beside it: signs are not looked for, and each C would be C++."""
    bare = form.strip("*?")
    if not (len(bare) == 1 or bare.isdecimal()) or _UNSEARCHED.isdisjoint(text):
        return
    says = f"{text.strip()!r}: signs are not looked for, and every {bare} would be found."
    if form.isdecimal() and not {"%", "％"}.isdisjoint(text):
        raise Slip(says, f"{bare} percent", word=f"{bare} percent")
    raise Slip(f"{says} Write a word that stands beside it, too, as a phrase.")


def unknown_name(name: str, written: str) -> str:
    """Say what to write instead of a field of another system, such as `hlp=` or `HLEAD(`."""
    hint = _NAMES.get(name.lower(), "")
    hint = f" {hint}" if hint else nearest(f"{name}:", [f"{field}:" for field in FIELDS])
    return f"Unknown field {written!r}.{hint} There are title:, lead:, body: and caption:."


def small_operator(word: str) -> str:
    """Give the operator that a word in small letters is meant as where none but an operator can stand."""
    return _SMALL.get(word.lower(), "")
