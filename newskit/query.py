"""Query: what a rule asks for, read from the syntax that news databases use (query.lark)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from newskit.errors import BadArgument, nearest
from newskit.words import PATTERN, QUERY_WORD, Gap, exact, fold, gap_of, script

__all__ = [
    "And", "AtLeast", "Field", "FieldName", "Near", "Not", "Or", "Phrase", "Query", "Same", "Word",
    "longer_phrases", "parse_query", "phrases",
]  # fmt: skip

FieldName = Literal["title", "lead", "body", "caption"]
FIELDS: tuple[FieldName, ...] = ("title", "lead", "body", "caption")
MAX_LENGTH, MAX_DEPTH, MAX_STARS, MAX_WORDS = 20_000, 60, 4, 60


@dataclass(frozen=True)
class Word:
    """One word of a phrase: its folded form, or with `exact` the form as written; may hold `*` and `?`."""

    form: str
    exact: bool = False

    @property
    def wild(self) -> bool:
        """Whether the form is a pattern."""
        return PATTERN.search(self.form) is not None


@dataclass(frozen=True)
class Phrase:
    """Words in sequence; `gaps` say what was written between them."""

    words: tuple[Word, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class And:
    """Articles in which all parts occur; the evidence is that of every part."""

    parts: tuple[Query, ...]


@dataclass(frozen=True)
class Or:
    """Articles in which any part occurs."""

    parts: tuple[Query, ...]


@dataclass(frozen=True)
class Not:
    """The evidence of `part` in articles without `without`."""

    part: Query
    without: Query


@dataclass(frozen=True)
class Field:
    """`part`, looked for in one field only; the lead is the first 60 words of the body (of Japanese, characters)."""

    name: FieldName
    part: Query


@dataclass(frozen=True)
class Near:
    """A stretch of one field from `left` to the next `right` (or, unless `ordered`, the other way round).

    `within` is how many words further the second may begin than the first ends: neighbours are 1 apart.
    """

    left: Query
    right: Query
    within: int
    ordered: bool = False


@dataclass(frozen=True)
class Same:
    """Both sides in one sentence ("S") or one paragraph ("P"); the evidence is that of both."""

    left: Query
    right: Query
    unit: Literal["S", "P"]


@dataclass(frozen=True)
class AtLeast:
    """`part` in articles where it occurs so many times or more."""

    times: int
    part: Query


Query = Phrase | And | Or | Not | Field | Near | Same | AtLeast


@lru_cache(maxsize=4096)
def parse_query(text: str) -> Query:
    """Read a rule, such as `forced lab*r AND (Seoul OR Tokyo) NOT title: film`.

    Words side by side are a phrase, quoted or not. AND, OR, NOT, NEAR/5 (also W/5), PRE/5 (also ADJ/5),
    SAME/S, SAME/P and ATLEAST/3 are operators, in capitals only; `title:` and its like bind what follows
    directly. Lucene's `"a b"~5` is read as in Lucene. Raises BadArgument saying what to write instead.

    >>> parse_query("forced labor")
    Phrase(words=(Word(form='forced', exact=False), Word(form='labor', exact=False)), gaps=(<Gap.SPACE: 1>,))
    >>> parse_query("Seoul AND")
    Traceback (most recent call last):
    ...
    newskit.errors.BadArgument: The rule ends after an operator: 'Seoul AND'. Write something after AND.
    """
    if not text.strip():
        raise BadArgument("The rule is empty. Write a word or a phrase, such as 'forced labor'.")
    if len(text) > MAX_LENGTH:
        raise BadArgument(
            f"The rule is {len(text):,} characters long: {text[:40]!r} … At most {MAX_LENGTH:,} are read;"
            " write several rules instead, one a line."
        )
    try:
        query = cast("Query", _reader().parse(text))  # the builder has made nodes of the tree
    except UnexpectedInput as wrong:
        raise BadArgument(_explain(wrong, text)) from None
    except VisitError as wrong:
        raise wrong.orig_exc from None
    _check_depth(query)
    return query


@lru_cache(maxsize=1)
def _reader() -> Lark:
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
        if operator.endswith(("/S", "/P")):
            return Same(left, right, "S" if operator.endswith("S") else "P")
        name, within = re.fullmatch(r"([A-Z]+)/?(\d+)", operator).groups()  # type: ignore[union-attr]
        return Near(left, right, _count(operator, within), ordered=name in ("PRE", "ADJ"))

    @v_args(inline=True)
    def field(self, name: Token, part: Query) -> Query:
        return Field(next(f for f in FIELDS if f == name[:-1].lower()), part)

    @v_args(inline=True)
    def at_least(self, operator: Token, part: Query) -> Query:
        return AtLeast(_count(operator, operator.removeprefix("ATLEAST").removeprefix("/")), part)

    def phrase(self, words: list[Token]) -> Query:
        for word in map(str, words):
            _check_word(word)
        return _phrase(" ".join(words))

    @v_args(inline=True)
    def quoted(self, text: Token) -> Query:
        return _phrase(text[1:-1])

    @v_args(inline=True)
    def sloppy(self, text: Token) -> Query:
        quoted, _, slop = text.rpartition("~")
        phrase, moves = _phrase(quoted[1:-1]), int(slop[:6])
        if len(phrase.words) != 2:
            raise BadArgument(f"{text} has not two words. Write 'a NEAR/{moves} b NEAR/{moves} c' instead.")
        left, right = (Phrase((word,)) for word in phrase.words)
        there = Near(left, right, moves + 1, ordered=True)
        return Or((there, Near(right, left, moves - 1, ordered=True))) if moves > 1 else there


def _phrase(text: str) -> Phrase:
    pieces = QUERY_WORD.split(text)
    words = tuple(_word(piece, text) for piece in pieces[1::2])
    if not words:
        raise BadArgument(f"{text.strip()!r} holds no word. Write at least one letter or digit.")
    if len(words) > MAX_WORDS:
        raise BadArgument(f"A phrase of {len(words)} words: {text[:40]!r} … At most {MAX_WORDS} are read.")
    return Phrase(words, tuple(gap_of(piece) for piece in pieces[2:-1:2]))


def _word(piece: str, text: str) -> Word:
    form = piece.removeprefix("=")
    if not form.strip("*?"):
        raise BadArgument(
            f"The wildcard {form!r} stands alone in {text.strip()!r}."
            " Put a letter beside it (lab*r), or write 'a PRE/2 b' for any word between two."
        )
    if form.count("*") > MAX_STARS:
        raise BadArgument(f"Too many * in {form!r}. Write at most {MAX_STARS} in a word.")
    if script(form) == "character" and ("?" in form or PATTERN.search(form.rstrip("*"))):
        raise BadArgument(
            f"{form!r}: Han and Kana are matched by the character, so a wildcard can only be a * behind them"
            f" (日韓*). Write 'a PRE/2 b' for any character between two."
        )
    return Word(exact(form), exact=True) if piece.startswith("=") else Word(fold(form))


_OPERATOR = re.compile(r"([A-Za-z]{1,9})/(\d{1,9}|[A-Za-z])|(?:near|adj|atleast)\d+")
_SIGNS = {"|": "OR", "||": "OR", "&&": "AND", "!": "NOT"}
_PREFIX = re.compile(r"([A-Za-z]{2,12})[:=](?=[^\d/]|$)")


_BARE = {"NEAR": "NEAR/5", "PRE": "PRE/5", "ADJ": "ADJ/5", "SAME": "SAME/S or SAME/P", "ATLEAST": "ATLEAST/3"}


def _check_word(word: str) -> None:
    """Refuse what looks like an operator or a field of another system, rather than look for it as words."""
    if _OPERATOR.fullmatch(word):
        name, _, rest = re.sub(r"^([a-z]+)(\d)", r"\1/\2", word).upper().partition("/")
        if name in ("NEAR", "PRE", "SAME", "ATLEAST", "W", "ADJ"):
            hint = f" Operators are written in capitals: {name}/{rest}."
        else:
            hint = nearest(word.upper(), ("NEAR/5", "PRE/5", "SAME/S", "SAME/P", "ATLEAST/3", "W/5", "ADJ/5"))
        raise BadArgument(
            f"Unknown operator {word!r}.{hint} There are AND, OR, NOT, NEAR/5, PRE/5, SAME/S, SAME/P and"
            " ATLEAST/3. To look for these letters as text, put them in quotes."
        )
    if word in _BARE:
        raise BadArgument(f"Operator {word!r} without its reach. Write {_BARE[word]}, or put it in quotes.")
    if word in _SIGNS or (word[0] in "+-" and word[1:2].isalpha()):
        sign = _SIGNS.get(word) or ("AND" if word[0] == "+" else "NOT")
        raise BadArgument(f"Unknown operator {word!r}. Write {sign} instead, or put it in quotes.")
    prefix = _PREFIX.match(word)
    if prefix:
        usual = {
            "headline": "title",
            "head": "title",
            "hd": "title",
            "hl": "title",
            "lp": "lead",
            "text": "body",
        }
        name = usual.get(prefix[1].lower(), "")
        hint = f" Did you mean '{name}:'?" if name else nearest(prefix[0], [f + ":" for f in FIELDS])
        raise BadArgument(
            f"Unknown field {prefix[0]!r}.{hint} There are title:, lead:, body: and caption:. To look for these"
            " letters as text, put them in quotes."
        )


def _check_side(side: Query, operator: str) -> None:
    if any(isinstance(node, And | Not | AtLeast) for node in _nodes(side)):
        raise BadArgument(
            f"{operator} joins places, not articles: beside it stand words, phrases and OR."
            f" Write 'a {operator} b AND a {operator} c' instead of 'a {operator} (b AND c)'."
        )


def _count(operator: str, digits: str) -> int:
    number = int(digits[:9])
    if not 1 <= number <= 10_000:
        raise BadArgument(f"{operator}: the number must be from 1 to 10,000.")
    return number


def _explain(wrong: UnexpectedInput, text: str) -> str:
    """Say in plain words what the grammar stumbled over, and what to write instead."""
    shown = text.strip() if len(text) < 120 else text[:120] + " …"
    if isinstance(wrong, UnexpectedCharacters):
        return f'A quotation mark is not closed: {shown!r}. Close the phrase with a second ".'
    if not isinstance(wrong, UnexpectedToken):
        return f"The rule cannot be read: {shown!r}."
    if wrong.token.type == "$END":
        return _explain_end(text, shown)
    sign, at = str(wrong.token), (wrong.token.start_pos or 0) + 1
    before = text[: at - 1].split()
    if sign == ")":
        if text.count(")") > text.count("("):
            return f"A ')' too many at character {at} of {shown!r}. Take it away, or open it with '('."
        return f"Nothing stands before ')' at character {at} of {shown!r}. Write a phrase there."
    if sign == "NOT":
        return f"NOT needs something to take away from: {shown!r}. Write 'A NOT B'; for evidence to drop, use none:."
    if sign in ("AND", "OR") or wrong.token.type == "PROXIMITY":
        return f"Nothing to join stands before {sign} at character {at} of {shown!r}. Write 'A {sign} B'."
    last = before[-1] if before else ""
    return f"No operator between {last!r} and {sign!r} at character {at} of {shown!r}. Write AND or OR between them."


def _explain_end(text: str, shown: str) -> str:
    last = text.rsplit(maxsplit=1)[-1]
    if re.fullmatch(r"AND|OR|NOT|[A-Z]+/?\w+|[a-z]+:", last) and not last.endswith(")"):
        kind = "a field name" if last.endswith(":") else "an operator"
        if kind == "a field name" or last in ("AND", "OR", "NOT") or _ends_open(last):
            return f"The rule ends after {kind}: {shown!r}. Write something after {last}."
    return f"A '(' is not closed: {shown!r}. Write ')' where the group ends."


def _ends_open(last: str) -> bool:
    return re.fullmatch(r"(NEAR|PRE|ADJ|W|SAME|ATLEAST)/?\w+", last) is not None


def _parts(query: Query) -> tuple[Query, ...]:
    match query:
        case Phrase():
            return ()
        case And(parts) | Or(parts):
            return parts
        case Not(part, without):
            return (part, without)
        case Near(left, right) | Same(left, right):
            return (left, right)
        case Field(_, part) | AtLeast(_, part):
            return (part,)


def _nodes(query: Query) -> Iterator[Query]:
    waiting = [query]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(_parts(node))


def _check_depth(query: Query) -> None:
    level: list[Query] = [query]
    for _ in range(MAX_DEPTH):
        level = [part for node in level for part in _parts(node)]
        if not level:
            return
    raise BadArgument(f"The rule nests deeper than {MAX_DEPTH} operators. Write several rules instead.")


def phrases(query: Query) -> Iterator[Phrase]:
    """Walk over the phrases that a query is made of."""
    return (node for node in _nodes(query) if isinstance(node, Phrase))


def longer_phrases(queries: Iterable[Query]) -> Mapping[Phrase, tuple[Phrase, ...]]:
    """Find for each phrase in Han or Kana the longer ones that contain it: where those match, it does not.

    So 印度 is not found inside 印度尼西亚 once both are written in the same codebook. A phrase that ends in
    a wildcard (日韓*) is exempt.
    """
    found = dict.fromkeys(phrase for query in queries for phrase in phrases(query))
    spelled = {phrase: _spelling(phrase) for phrase in found}
    plain = [p for p in found if all(script(w.form) == "character" and not w.wild for w in p.words)]
    by_first: dict[str, list[Phrase]] = {}
    for phrase in plain:
        by_first.setdefault(phrase.words[0].form, []).append(phrase)
    longer: dict[Phrase, list[Phrase]] = {}
    for phrase in found:
        for word in dict.fromkeys(word.form.rstrip("*") for word in phrase.words):
            for short in by_first.get(word, ()):
                if len(short.words) < len(phrase.words) and spelled[short] in spelled[phrase]:
                    longer.setdefault(short, []).append(phrase)
    return {short: tuple(many) for short, many in longer.items()}


def _spelling(phrase: Phrase) -> str:
    return "\x1f" + "\x1f".join(word.form.rstrip("*") for word in phrase.words) + "\x1f"
