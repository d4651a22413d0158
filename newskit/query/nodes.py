"""What a query is made of: words, phrases, and the operators that join them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from newskit.words import PATTERN, Gap, script

__all__ = [
    "FIELDS", "And", "AtLeast", "Field", "FieldName", "Joined", "Near", "Not", "Or", "Phrase", "Query", "Same", "Word",
    "longer_phrases", "matches_everything", "nodes", "parts", "phrases",
]  # fmt: skip

FieldName = Literal["title", "lead", "body", "caption"]
FIELDS: tuple[FieldName, ...] = ("title", "lead", "body", "caption")


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

    @cached_property
    def _hash(self) -> int:
        return hash((self.words, self.gaps))

    def __hash__(self) -> int:
        """Give the same number each time without counting it anew: phrases are looked up in every part."""
        return self._hash


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


Joined = And | Or | Not | Field | Near | Same | AtLeast
Query = Phrase | Joined


def parts(query: Query) -> tuple[Query, ...]:
    """Give what the topmost operator of a query joins."""
    match query:
        case Phrase():
            return ()
        case And(members) | Or(members):
            return members
        case Not(part, without):
            return (part, without)
        case Near(left, right) | Same(left, right):
            return (left, right)
        case Field(_, part) | AtLeast(_, part):
            return (part,)


def nodes(query: Query) -> Iterator[Query]:
    """Walk over a query and all that it is made of."""
    waiting = [query]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(parts(node))


def phrases(query: Query) -> Iterator[Phrase]:
    """Walk over the phrases that a query is made of."""
    return (node for node in nodes(query) if isinstance(node, Phrase))


def matches_everything(query: Query) -> Phrase | None:
    """Find the phrase through which a query matches nearly every text: one letter and a `*`, not narrowed down."""
    match query:
        case Phrase((word,)):
            letters = len(word.form.strip("*?").replace("*", ""))
            return query if "*" in word.form and letters < 2 and script(word.form) == "letters" else None
        case Or(members):
            return next((wide for part in members if (wide := matches_everything(part))), None)
        case And(members):
            return matches_everything(members[0]) if all(map(matches_everything, members)) else None
        case Not(part, _) | Field(_, part) | AtLeast(_, part):
            return matches_everything(part)
    return None


def longer_phrases(queries: Iterable[Query]) -> Mapping[Phrase, tuple[Phrase, ...]]:
    """Find for each phrase in Han or Kana the longer ones that contain it: where those match, it does not.

    So 印度 is not found inside 印度尼西亚 once both are written in the same codebook. A phrase with a wildcard
    (日韓*) is exempt.
    """
    found = dict.fromkeys(phrase for query in queries for phrase in phrases(query))
    plain: dict[tuple[str, ...], list[Phrase]] = {}
    for phrase in found:
        if all(script(word.form) == "character" and not word.wild for word in phrase.words):
            plain.setdefault(tuple(word.form for word in phrase.words), []).append(phrase)
    sizes = sorted({len(forms) for forms in plain})
    longer: dict[Phrase, dict[Phrase, None]] = {}
    for phrase in found if sizes else ():
        forms = tuple(word.form.strip("*") for word in phrase.words)
        for size in sizes:
            for first in range(len(forms) - size + 1 if size < len(forms) else 0):
                for short in plain.get(forms[first : first + size], ()):
                    longer.setdefault(short, {})[phrase] = None
    return {short: tuple(many) for short, many in longer.items()}
