"""Explain: what the grammar stumbled over, in plain words, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lark import Token, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from newskit.errors import BadArgument
from newskit.query.spelling import Slip, check_words, small_operator, unknown_name

__all__ = ["explain", "shown"]

_GROUP = "x"  # stands for a group or a phrase in quotes
_NAMED = {"title": "title", "headline": "title", "body": "body", "caption": "caption"}
_OPERATORS = ("_AND", "_OR", "_NOT", "PROXIMITY", "ATLEAST")


def shown(text: str) -> str:
    """Give a rule as an error shows it."""
    return text.strip() if len(text) < 120 else text[:120] + " …"


def explain(wrong: UnexpectedInput, text: str, pieces: Sequence[Token]) -> BadArgument:
    """Make the error for a rule; `pieces` are those it is made of, as far as they can be told."""
    if isinstance(wrong, UnexpectedCharacters):
        return BadArgument(
            f'A quotation mark is not closed: {shown(text)!r}. Close the phrase with a second ".'
        )
    if not isinstance(wrong, UnexpectedToken):
        return BadArgument(f"The rule cannot be read: {shown(text)!r}.")
    if wrong.token.type == "$END":
        return _at_the_end(text, pieces)
    at = next((n for n, piece in enumerate(pieces) if piece.start_pos == wrong.token.start_pos), len(pieces))
    return _at(wrong.token, pieces, at, text)


def _at_the_end(text: str, before: Sequence[Token]) -> BadArgument:
    last = before[-1]
    if last.type in (*_OPERATORS, "FIELD"):
        kind = "a field name" if last.endswith((":", "=")) else "an operator"
        return BadArgument(f"The rule ends after {kind}: {shown(text)!r}. Write something after {last}.")
    return BadArgument(f"A '(' is not closed: {shown(text)!r}. Write ')' where the group ends.")


def _at(sign: Token, pieces: Sequence[Token], at: int, text: str) -> BadArgument:
    last = pieces[at - 1] if at else None
    where = f"at character {(sign.start_pos or 0) + 1} of {shown(text)!r}"
    if sign == ")":
        return BadArgument(_closing(pieces[:at], where))
    if sign.type == "PROXIMITY" and last is not None and last.type == "_NOT":
        return BadArgument(
            f"'a NOT {sign} b' is not read ({where}). Write a under any:, and 'a {sign} b' under none:."
        )
    if sign.type == "_NOT":
        return BadArgument(
            f"NOT needs something to take away from: {shown(text)!r}. Write 'A NOT B'; for evidence to drop, use none:."
        )
    if sign.type in _OPERATORS and sign.type != "ATLEAST":
        return BadArgument(f"Nothing to join stands before {sign} {where}. Write 'A {sign} B'.")
    if last is None:
        return BadArgument(f"{sign!r} cannot stand {where}.")
    return (
        _as_one(last, sign)
        or _field(last, sign, where)
        or _misspelled(pieces, at)
        or _unjoined(last, sign, where)
    )


def _closing(before: Sequence[Token], where: str) -> str:
    depth = sum((piece.type == "_OPEN") - (piece.type == "_CLOSE") for piece in before)
    if depth < 1:
        return f"A ')' too many {where}. Take it away, or open it with '('."
    return f"Nothing stands before ')' {where}. Write a phrase there."


def _misspelled(pieces: Sequence[Token], at: int) -> Slip | None:
    """Find an operator of another system among the words between groups and quotes: `"a" but not (b)`."""
    first = end = at
    while first and pieces[first - 1].type == "WORD":
        first -= 1
    while end < len(pieces) and pieces[end].type == "WORD":
        end += 1
    words = list(map(str, pieces[first:end]))
    left = [_GROUP] if first and pieces[first - 1].type in ("_CLOSE", "QUOTED", "SLOPPY") else []
    right = [_GROUP] if end < len(pieces) and pieces[end].type in ("_OPEN", "QUOTED", "SLOPPY") else []
    if not words:
        return None
    try:
        check_words([*left, *words, *right])
    except Slip as slip:
        instead = slip.instead.split()[len(left) :]
        instead = instead[: len(instead) - len(right)]
        if not instead:
            return None
        start, stop = pieces[first].start_pos or 0, pieces[end - 1].end_pos or 0
        return Slip(str(slip), " ".join(instead), word=slip.word).at(start, stop)
    return None


def _field(last: Token, sign: Token, where: str) -> BadArgument | None:
    """Explain a name before a bracket or a quotation: a field of another system, or one of ours without its colon."""
    opens, name = sign == "(", last.rstrip(":=")
    if last.type != "WORD" or not re.fullmatch(r"\w{2,18}", name, re.ASCII):
        return None
    if name != last or (opens and last.end_pos == sign.start_pos):
        return BadArgument(unknown_name(name, f"{last}{'(' * opens}"))
    if opens and (field := _NAMED.get(name.lower())):
        slip = Slip(f"{str(last)!r} is read as a word {where}.", f"{field}: (", word=f"{field}:")
        return slip.at(last.start_pos or 0, sign.end_pos or 0)
    return None


def _unjoined(last: Token, sign: Token, where: str) -> BadArgument:
    for word in (sign, last):
        if meant := small_operator(word):
            slip = Slip(f"{str(word)!r} is read as a word {where}.", meant, word=meant)
            return slip.at(word.start_pos or 0, word.end_pos or 0)
    return BadArgument(
        f"No operator between {str(last)!r} and {str(sign)!r} {where}. Write AND or OR between them."
    )


def _as_one(last: Token, sign: Token) -> Slip | None:
    """Find what belongs inside the quotes beside it: `="US Army"`, `"labor"*`."""
    if last.end_pos != sign.start_pos:
        return None
    start, end = last.start_pos or 0, sign.end_pos or 0
    if last == "=" and sign.type == "QUOTED":
        words = " ".join(f"={word}" for word in sign[1:-1].split())
        return Slip("'=' stands before each word, without quotes.", words, word=words).at(start, end)
    if last.type == "QUOTED" and sign.type == "WORD" and not sign.strip("*?!"):
        inside = f'{last[:-1]}{"*" if "!" in sign else sign}"'
        return Slip(f"{str(sign)!r} belongs inside the quotes.", inside, word=inside).at(start, end)
    return None
