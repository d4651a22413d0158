"""A slow and obvious reading of texts and queries, which the index must agree with."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from newskit.query import And, AtLeast, Field, Near, Not, Or, Phrase, Query, Same, Word, phrases
from newskit.words import particles

FIELDS = ("title", "body", "caption")
CLOSING = "\"'”’)"


@dataclass(frozen=True)
class Piece:
    """A word of a text, with where it stands and what is before it."""

    text: str
    start: int
    end: int
    before: str


@dataclass(frozen=True, order=True)
class Place:
    """A match: article, field, first and last word, characters."""

    article: int
    field: int
    first: int
    last: int
    start: int
    end: int


def kind(c: str) -> str:
    name = unicodedata.name(c, "")
    if not c.isalnum():
        return ""
    if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "HALFWIDTH KATAKANA")):
        return "character"
    return "hangul" if name.startswith("HANGUL") else "letters"


def dotted(text: str, at: int) -> int:
    """Where "U.S." or the "S." of "S. Korea" ends, if one begins here; else 0."""
    letters = at
    while (
        text[letters : letters + 1].isalpha()
        and kind(text[letters]) == "letters"
        and text[letters + 1 : letters + 2] == "."
    ):
        letters += 2
    followed = text[letters : letters + 1]
    if (
        letters == at + 2
        and text[at].isascii()
        and text[at].isupper()
        and (not followed.strip() or followed.isupper())
    ):
        after = text[letters + 1 : letters + 2]
        if not followed.strip() or (after.isascii() and after.islower()):
            return letters
    if letters > at + 2 and not kind(followed or " "):
        return letters
    if (
        letters > at
        and kind(followed or " ") == "letters"
        and followed.isalpha()
        and not kind(text[letters + 1 : letters + 2] or " ")
    ):
        return letters + 1
    return letters - 1 if letters > at + 2 else 0


def cut(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = done = 0
    while at < len(text):
        if not kind(text[at]):
            at += 1
            continue
        end = dotted(text, at) or at + 1
        if end == at + 1 and kind(text[at]) != "character":
            while end < len(text) and kind(text[end]) == kind(text[at]):
                end += 1
        pieces.append(Piece(text[at:end], at, end, text[done:at]))
        at = done = end
    return pieces


def exact(word: str) -> str:
    return unicodedata.normalize("NFKC", word).rstrip(".")


def fold(word: str) -> str:
    return exact(word).casefold().replace("i̇", "i")


def gap(piece: Piece) -> str:
    """Name what is before a word, as written in the documentation of Gap."""
    between = piece.before
    if not between:
        return "JOINED"
    if any(not line.strip() for line in between.split("\n")[1:-1]):
        return "PARAGRAPH"
    if not between.strip() or between.rstrip() in ("'", "’") or between in ("-", "–", "-\n"):
        return "SPACE"
    for at, c in enumerate(between):
        rest = between[at + 1 :].lstrip(CLOSING)
        if c == "。" or (c in ".!?…" and rest[:1].isspace()):
            return "PUNCT" if piece.text[0].islower() else "SENTENCE"
    return "PUNCT" if any(c.isspace() for c in between) else "MARK"


LEGAL = {"JOINED": ("JOINED", "SPACE"), "SPACE": ("JOINED", "SPACE"), "MARK": ("MARK",)}


def like(pattern: str, word: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return any(like(pattern[1:], word[n:]) for n in range(len(word) + 1))
    return bool(word) and pattern[0] in ("?", word[0]) and like(pattern[1:], word[1:])


def matches(word: Word, piece: Piece, *, last: bool) -> int:
    """How many characters of the piece the word takes; 0 for no match."""
    text = exact(piece.text) if word.exact else fold(piece.text)
    if like(word.form, text):
        return len(piece.text)
    if last and not word.exact and kind(word.form.strip("*?")[0]) == "hangul":
        for n in range(1, len(text)):
            if text[n:] in particles(text[:n]) and like(word.form, text[:n]):
                return len(piece.text) - len(text[n:])
    return 0


class Oracle:
    """Answers queries about articles (title, body, captions) by looking at every word."""

    def __init__(self, texts: Sequence[tuple[str, str, str]], codebook: Sequence[Query] = ()) -> None:
        self.texts = [[cut(text) for text in article] for article in texts]
        self.known = {phrase for query in codebook for phrase in phrases(query)}

    def find(self, query: Query, only: tuple[str, ...] = ()) -> set[Place]:
        """All matches; of two that take the same words, the one with more characters (without a particle)."""
        ends: dict[tuple[int, ...], Place] = {}
        for hit in sorted(self.every(query, only)):
            ends[hit.article, hit.field, hit.first, hit.last] = hit
        return set(ends.values())

    def every(self, query: Query, only: tuple[str, ...]) -> set[Place]:
        match query:
            case Phrase():
                hits = self.literal(query)
                inside = {
                    h
                    for h in hits
                    for longer in self.longer(query)
                    for x in self.literal(longer)
                    if within(h, x)
                }
                return {h for h in hits - inside if all(self.lies_in(h, name) for name in only)}
            case Or(parts):
                return set().union(*(self.find(part, only) for part in parts))
            case And(parts):
                found = [self.find(part, only) for part in parts]
                common = set.intersection(*({h.article for h in hits} for hits in found))
                return {h for hits in found for h in hits if h.article in common}
            case Not(part, without):
                gone = {h.article for h in self.find(without, only)}
                return {h for h in self.find(part, only) if h.article not in gone}
            case Field(name, part):
                return self.find(part, (*only, name))
            case Near(left, right, n, ordered):
                a, b = self.find(left, only), self.find(right, only)
                return pairs(a, b, n) | (set() if ordered else pairs(b, a, n))
            case Same(left, right, unit):
                a, b = ({h for h in self.find(q, only) if self.unit(h, unit)} for q in (left, right))
                units = {self.unit(h, unit) for h in a} & {self.unit(h, unit) for h in b}
                return {h for h in a | b if self.unit(h, unit) in units}
            case AtLeast(times, part):
                found_ = self.find(part, only)
                return {h for h in found_ if sum(x.article == h.article for x in found_) >= times}

    def literal(self, phrase: Phrase) -> set[Place]:
        found = set()
        for a, article in enumerate(self.texts):
            for f, pieces in enumerate(article):
                for first in range(len(pieces) - len(phrase.words) + 1):
                    here = pieces[first : first + len(phrase.words)]
                    fits = [
                        matches(w, p, last=w is phrase.words[-1] and p is here[-1])
                        for w, p in zip(phrase.words, here, strict=True)
                    ]
                    gaps = zip(phrase.gaps, here[1:], strict=True)
                    if all(fits) and all(
                        gap(p) in LEGAL.get(g.name, ("MARK", "PUNCT", "SENTENCE")) for g, p in gaps
                    ):
                        end = here[-1].start + fits[-1]
                        found.add(Place(a, f, first, first + len(here) - 1, here[0].start, end))
        return found

    def longer(self, phrase: Phrase) -> list[Phrase]:
        forms = [w.form for w in phrase.words]
        if not all(kind(form[0]) == "character" and len(form) == 1 for form in forms):
            return []
        size = len(forms)
        return [
            other
            for other in self.known
            if len(other.words) > size
            and any(
                [w.form.rstrip("*") for w in other.words[n : n + size]] == forms
                for n in range(len(other.words))
            )
        ]

    def lies_in(self, hit: Place, name: str) -> bool:
        if name == "lead":
            return FIELDS[hit.field] == "body" and hit.last < 60
        return FIELDS[hit.field] == name

    def unit(self, hit: Place, unit: str) -> tuple[int, int, int] | None:
        """The number of the sentence or paragraph in its field; None where the match runs over its end."""
        ends = ("PARAGRAPH",) if unit == "P" else ("PARAGRAPH", "SENTENCE")
        pieces = self.texts[hit.article][hit.field]
        first, last = (sum(gap(p) in ends for p in pieces[1 : n + 1]) for n in (hit.first, hit.last))
        return (hit.article, hit.field, first) if first == last else None


def within(hit: Place, other: Place) -> bool:
    same = (hit.article, hit.field) == (other.article, other.field)
    return same and other.first <= hit.first and hit.last <= other.last


def pairs(left: set[Place], right: set[Place], n: int) -> set[Place]:
    """Each left with the next right, where it is also the left that is next before that right."""
    found = set()
    for a in left:
        later = [b for b in right if (b.article, b.field) == (a.article, a.field) and b.first > a.last]
        if not later:
            continue
        b = min(later, key=lambda x: (x.first, x.last))
        earlier = [x for x in left if (x.article, x.field) == (b.article, b.field) and x.last < b.first]
        if a == max(earlier, key=lambda x: (x.last, x.first)) and b.first - a.last <= n:
            found.add(Place(a.article, a.field, a.first, b.last, a.start, b.end))
    return found
