"""Reader: turns the text of a rule into a query, or says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, VisitError

from newskit.errors import BadArgument
from newskit.query.explain import explain
from newskit.query.nodes import (
    FIELDS,
    And,
    AtLeast,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Same,
    Word,
    parts,
    phrases,
)
from newskit.query.spelling import Slip, check_signs, check_words
from newskit.query.typed import as_meant
from newskit.words import PATTERN, QUERY_WORD, exact, fold, gap_of, is_katakana, script

__all__ = ["parse_query"]

MAX_LENGTH, MAX_DEPTH, MAX_STARS, MAX_WORDS, MAX_WIDE = 100_000, 60, 4, 60, 50
_SHORT, _TRIES = 600, 6  # a rule is written anew in an error where it is short, in so many steps
_SPECIAL = re.compile(r'[()"/:=~\d]|\b(?:AND|OR|NOT|ANDNOT|BUTNOT|SAME|ADJ)\b')  # more than words in sequence
_UNIT = re.compile(r"/(?:S|P|SENT|PARA)$|^SAME$")
_STAR_BETWEEN = re.compile(r"(?<=[^\s*])\s*\*+\s*(?=[^\s*])")


@lru_cache(maxsize=4096)
def parse_query(text: str) -> Query:
    """Read a rule, such as `forced lab*r AND (Seoul OR Tokyo) NOT title: film`.

    Words side by side are a phrase, quoted or not. AND, OR and NOT are operators in capitals only; NEAR/5,
    PRE/5, SAME/S, SAME/P and ATLEAST/3 in either. `title:` and its like bind what follows directly. Spellings of
    Factiva, Nexis and Lucene that mean the same are read: `w/5`, `adj5`, `/s`, `hd=`, `"a b"~5`. Raises
    BadArgument saying what to write instead.

    >>> parse_query("forced labor")
    Phrase(words=(Word(form='forced', exact=False), Word(form='labor', exact=False)), gaps=(<Gap.SPACE: 1>,))
    >>> parse_query("Seoul AND")
    Traceback (most recent call last):
    ...
    newskit.errors.BadArgument: The rule ends after an operator: 'Seoul AND'. Write something after AND.
    """
    if not as_meant(text).strip():
        raise BadArgument("The rule is empty. Write a word or a phrase, such as 'forced labor'.")
    if len(text) > MAX_LENGTH:
        raise BadArgument(
            f"The rule is {len(text):,} characters long: {text[:40]!r} … At most {MAX_LENGTH:,} are read;"
            " write several rules instead, one a line."
        )
    text = as_meant(text)
    try:
        return _read(text)
    except Slip as slip:
        raise BadArgument(_with_remedy(slip, text)) from None


def _read(text: str) -> Query:
    try:
        query = _parse(text)
    except UnexpectedInput as wrong:
        raise _explain(wrong, text) from None
    except VisitError as wrong:
        raise wrong.orig_exc from None
    _check_size(query)
    return query


def _parse(text: str) -> Query:
    if _SPECIAL.search(text):
        return cast("Query", _grammar().parse(text))  # the builder has made nodes of the tree
    try:
        return _Builder().phrase(text.split())
    except Slip as slip:
        raise slip.at(0, len(text)) from None


def _explain(wrong: UnexpectedInput, text: str) -> BadArgument:
    pieces: list[Token] = []
    with suppress(UnexpectedCharacters):  # a quotation mark that is not closed ends the pieces
        pieces.extend(_grammar().lex(text))
    return explain(wrong, text, pieces)


def _with_remedy(slip: Slip, text: str) -> str:
    """Say what is wrong and what to write: the whole rule, where it is one that is read."""
    says = str(slip)
    if instead := _mended(text, slip):
        says += f" Write '{instead}'."
    elif slip.word:
        says += f" Write {_quotable(slip.word)} instead."
    if slip.literally and len(text) > _SHORT:
        says += " To look for these letters as text, put them in quotes."
    elif literally := _mended(text, slip, literally=True):
        says += f" To look for these letters as text, write '{literally}', with both pairs of quotes."
    return says


def _mended(text: str, slip: Slip, *, literally: bool = False) -> str:
    """Give a rule with what is to stand in place of a slip, and of those that then come to light."""
    for _ in range(_TRIES if len(text) <= _SHORT else 0):
        piece = slip.literally if literally else slip.instead
        if not piece:
            return ""
        text = text[: slip.start] + piece + text[slip.end :]
        try:
            _read(text)
        except Slip as another:
            slip = another
        except BadArgument:
            return ""
        else:
            return _quotable(text)
    return ""


def _quotable(text: str) -> str:
    """Write a rule so that it can stand in the quotes of Python and YAML: a round apostrophe is read as a straight one."""
    return " ".join(text.split()).replace("'", "’")


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    grammar = Path(__file__).with_name("query.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Builder(), maybe_placeholders=False)


class _Builder(Transformer[Token, Query]):
    """Make the nodes of a query out of what the grammar finds."""

    def either(self, parts: list[Query]) -> Query:
        return Or(tuple(parts))

    @v_args(inline=True)
    def and_(self, left: Query, right: Query) -> Query:
        return And((*left.parts, right) if isinstance(left, And) else (left, right))

    @v_args(inline=True)
    def not_(self, part: Query, without: Query) -> Query:
        return Not(part, without)

    @v_args(inline=True)
    def near(self, left: Query, operator: Token, right: Query) -> Query:
        for side in (left, right):
            _check_side(side, operator)
        name = operator.upper()
        if unit := _UNIT.search(name):
            return Same(left, right, "S" if unit[0].startswith("/S") else "P")
        within = 1 if name == "ADJ" else _count(operator)
        return Near(left, right, within, ordered=name.startswith(("PRE", "ADJ", "ONEAR")))

    @v_args(inline=True)
    def field(self, name: Token, part: Query) -> Query:
        known = name.rstrip(":=").lower()
        return Field(
            next((f for f in FIELDS if f == known), "title"), part
        )  # hd= and HEADLINE( are the title

    @v_args(inline=True)
    def at_least(self, operator: Token, part: Query) -> Query:
        return AtLeast(_count(operator), part)

    def phrase(self, words: Sequence[str]) -> Query:
        try:
            check_words([str(word) for word in words])
            return _phrase(" ".join(words))
        except Slip as slip:
            raise _placed(slip, words[0], words[-1]) from None

    @v_args(inline=True)
    def quoted(self, text: Token) -> Query:
        try:
            return _phrase(text[1:-1])
        except Slip as slip:
            raise _placed(slip, text, text) from None

    @v_args(inline=True)
    def sloppy(self, text: Token) -> Query:
        quoted, _, slop = text.rpartition("~")
        phrase, moves = _phrase(quoted[1:-1]), int(slop[:6])
        if len(phrase.words) != 2:
            raise BadArgument(f"{text} has not two words. Write 'a NEAR/{moves} b NEAR/{moves} c' instead.")
        left, right = (Phrase((word,)) for word in phrase.words)
        there = Near(left, right, moves + 1, ordered=True)
        return Or((there, Near(right, left, moves - 1, ordered=True))) if moves > 1 else there


def _placed(slip: Slip, first: str, last: str) -> Slip:
    """Say where in the rule the pieces stand in which a slip was found; words alone are the whole rule."""
    if isinstance(first, Token) and isinstance(last, Token):
        return slip.at(first.start_pos or 0, last.end_pos or 0)
    return slip


def _phrase(text: str) -> Phrase:
    pieces = QUERY_WORD.split(text)
    words = tuple(_word(piece, text) for piece in pieces[1::2])
    _check_stars(words, text)
    if not words:
        raise BadArgument(f"{text.strip()!r} holds no word. Write at least one letter or digit.")
    if len(words) == 1:
        check_signs(text, words[0].form)
    if len(words) > MAX_WORDS:
        raise BadArgument(f"A phrase of {len(words)} words: {text[:40]!r} … At most {MAX_WORDS} are read.")
    return Phrase(words, tuple(gap_of(piece) for piece in pieces[2:-1:2]))


def _check_stars(words: Sequence[Word], text: str) -> None:
    """Refuse a `*` beside Han or Kana where it would say nothing."""
    signs = [word.form if script(word.form) == "character" else "" for word in words]
    if any(form.endswith("*") for form in signs[:-1]) or any(form.startswith("*") for form in signs[1:]):
        instead = _STAR_BETWEEN.sub(" PRE/5 ", text.strip())
        raise BadArgument(
            f"{text.strip()!r}: Han and Kana are matched by the character, so no * is read between them."
            f" Write {instead!r} for up to four characters between."
        )
    if signs and signs[0].startswith("*") and not is_katakana(signs[0].strip("*")):
        raise BadArgument(
            f"{text.strip()!r}: Han and Hiragana are found wherever they stand, so a wildcard can only be a * behind them"
            f" (日韓*). Write {text.strip().lstrip('*')!r}."
        )


def _word(piece: str, text: str) -> Word:
    form = piece.removeprefix("=")
    if not form.strip("*?"):
        raise BadArgument(
            f"The wildcard {form!r} stands alone in {text.strip()!r}."
            " Put a letter beside it (lab*r), or write 'a PRE/2 b' for any word between two."
        )
    if form.count("*") > MAX_STARS:
        raise BadArgument(f"Too many * in {form!r}. Write at most {MAX_STARS} in a word.")
    if script(form) == "character" and "?" in form:
        raise BadArgument(
            f"{form!r}: Han and Kana are matched by the character, so no ? is read beside them."
            " Write 'a PRE/2 b' for any character between two."
        )
    return Word(exact(form), exact=True) if piece.startswith("=") else Word(fold(form))


def _check_side(side: Query, operator: str) -> None:
    waiting = [side]
    while waiting:
        node = waiting.pop()
        if isinstance(node, And | Not | AtLeast):
            raise BadArgument(
                f"{operator} joins places, not articles: beside it stand words, phrases and OR."
                f" Write 'a {operator} b AND a {operator} c' instead of 'a {operator} (b AND c)'."
            )
        if not isinstance(node, Near | Same):  # what these join was looked at when they were made
            waiting.extend(parts(node))


def _count(operator: str) -> int:
    number = int(re.sub(r"\D", "", operator)[:9])
    if not 1 <= number <= 10_000:
        raise BadArgument(f"{operator}: the number must be from 1 to 10,000.")
    return number


def _check_size(query: Query) -> None:
    wide = [word.form for phrase in phrases(query) for word in phrase.words if _is_wide(word)]
    if len(wide) > MAX_WIDE:
        raise BadArgument(
            f"{len(wide)} words begin with a wildcard or with fewer than three letters before it ({wide[0]}, {wide[1]} …);"
            f" at most {MAX_WIDE} are read. Write more of each word, or several rules."
        )
    level: list[Query] = [query]
    for _ in range(MAX_DEPTH):
        level = [part for node in level for part in parts(node)]
        if not level:
            return
    raise BadArgument(f"The rule nests deeper than {MAX_DEPTH} operators. Write several rules instead.")


def _is_wide(word: Word) -> bool:
    return word.wild and script(word.form) == "letters" and len(PATTERN.split(word.form, maxsplit=1)[0]) < 3
