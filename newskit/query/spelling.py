"""Spelling: what other systems write that means something else here, and what to write instead.

The spellings that mean the same are read by the grammar. These are refused with a remedy, never looked for as
words: Factiva's `labor$2`, Nexis' `labor!` and `HLEAD(...)`, Lucene's `labor~`, a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newskit.errors import BadArgument, nearest
from newskit.query.nodes import FIELDS

__all__ = ["check_words", "small_operator", "unknown_name"]

_BARE = {"NEAR": "NEAR/5", "PRE": "PRE/5", "ONEAR": "PRE/5", "ATLEAST": "ATLEAST/3"}
_LITERALLY = "To look for these letters as text, put them in quotes."
_OPERATORS = "There are AND, OR, NOT, NEAR/5, PRE/5, SAME/S, SAME/P and ATLEAST/3."
_KNOWN = ("NEAR/5", "PRE/5", "SAME/S", "SAME/P", "ATLEAST/3", "W/5", "ADJ/5")

_OPERATOR = re.compile(r"[A-Za-z]{1,9}/(?:\d{1,9}|[A-Za-z])|O?(?:NEAR|PRE)\d+")
_SIGNS = {"|": "OR", "||": "OR", "&&": "AND", "!": "NOT"}
_GLUED = {"+": "AND", "-": "NOT"}
_PREFIX = re.compile(r"([A-Za-z_]{2,18})[:=](?=[^\d/]|$)")

# What stands in a word of another system, and what to write here; `stem` is what stands before it.
_ELSEWHERE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), says)
    for pattern, says in (
        (
            r"()[^/]*/[fF]\d+/.*",
            "{word!r}: the first words of an article are its lead, always 60. Write 'lead: a'.",
        ),
        (r"()[^/]*/[nN]\d+/.*", "{word!r}: put spaces around the operator, as in 'a NEAR/30 b'."),
        (
            r"().*(?:\\|\.[*+]|\[[^\]]+\][*+?]).*|/.+/",
            "{word!r}: regular expressions are not read. Write * for any letters, ? for one (lab*r).",
        ),
        (r"()(?:[\[{].*|.*[\]}])", "{word!r}: brackets of this kind are not read. Group with ( and )."),
        (r"([^\W_]+)!", "{word!r}: for any ending, which is ! in Nexis, write {stem}*."),
        (r"([^\W_]+)\$\d?", "{word!r}: for an ending of some letters, which is $ in Factiva, write {stem}*."),
        (r"(.+)\^[\d.]+", "{word!r}: a rule matches or does not; no word weighs more. Write {stem}."),
        (
            r"([^\W_]+)~[\d.]*",
            "{word!r}: what is spelled alike is not looked for. Write {stem}*, or each spelling.",
        ),
        (r"()(?i:w?/seg)", "{word!r}: for one section, write 'title: (a AND b) OR body: (a AND b)'."),
        (r"()(?i:wc|length)[<>=].*", "{word!r}: a rule asks what an article says, not how long it is."),
    )
)

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
            "rst sn source publication pub media_id media_name domain canonical_domain",
            "A rule does not choose outlets; corpus.outlets('…') does.",
        ),
        ("date pd publish_date publication_date", "A rule does not choose days; corpus.between('2019', '2023') does."),
        ("allcaps caps", "Write =US for exactly this case."),
        ("nocaps singular plural", "Write the forms that are meant, as in 'aid NOT =AIDS'."),
    )
    for name in names.split()
}  # fmt: skip
_SMALL = {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR/5", "same": "SAME/P", "adj": "PRE/1"}


def check_words(words: Sequence[str]) -> None:
    """Refuse words without quotes that look like an operator or a field, rather than look for them as words."""
    for word in words:
        _check_word(word)
    for word in words[1:]:
        if word.lower() in ("and", "or", "not"):
            phrase = " ".join(words)
            raise BadArgument(
                f"{word!r} in small letters is a word of the phrase. Write {word.upper()} to join what stands"
                f' beside it, or put the phrase in quotes: "{phrase[:80]}".'
            )
        if word == "%":
            raise BadArgument(
                "'%' is no operator. Write 'a PRE/2 b' for any word between two, or use quotes."
            )


def _check_word(word: str) -> None:
    if not word.isalnum() or word in _BARE or word[-1].isdigit():
        for pattern, says in _ELSEWHERE:
            if found := pattern.fullmatch(word):
                raise BadArgument(f"{says.format(word=word, stem=found[1])} {_LITERALLY}")
        _check_operator(word)
        if prefix := _PREFIX.match(word):
            raise BadArgument(unknown_name(prefix[1], prefix[0]))


def _check_operator(word: str) -> None:
    if _OPERATOR.fullmatch(word):
        hint = nearest(word.upper(), _KNOWN)
        raise BadArgument(f"Unknown operator {word!r}.{hint} {_OPERATORS} {_LITERALLY}")
    if word in _BARE:
        raise BadArgument(f"Operator {word!r} without its reach. Write {_BARE[word]}, or put it in quotes.")
    sign = _SIGNS.get(word) or (_GLUED.get(word[0]) if word[1:2].isalpha() else None)
    if sign:
        raise BadArgument(f"Unknown operator {word!r}. Write {sign} instead, or put it in quotes.")


def unknown_name(name: str, written: str) -> str:
    """Say what to write instead of a field of another system, such as `hlp=` or `HLEAD(`."""
    hint = _NAMES.get(name.lower(), "")
    hint = f" {hint}" if hint else nearest(f"{name}:", [f"{field}:" for field in FIELDS])
    return f"Unknown field {written!r}.{hint} There are title:, lead:, body: and caption:. {_LITERALLY}"


def small_operator(word: str) -> str:
    """Give the operator that a word in small letters may have been meant as; empty where there is none."""
    return _SMALL.get(word.lower(), "")
