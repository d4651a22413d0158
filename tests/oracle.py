"""A slow and obvious reading of texts and rules, which the index must agree with.

It shares no code with newskit: it cuts texts into words by its own rules, reads no query language (a rule is a
nested tuple, which `written` spells), and knows the few Korean endings that tests make up. It is meant for
made-up texts; what it does not know (titles such as "Cmdr.", most particles) tests do not make up.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

FIELDS = ("title", "body", "caption")
UNSEEN = "\u00ad\u2060\ufe00"
CLOSERS = "\"'”’)"
IN_ADDRESSES = string.ascii_letters + string.digits + "!#$%&*+,-./:;=?@_~"

Rule = str | tuple  # a phrase, or (operator, …): see `written`


def written(rule: Rule) -> str:
    """Spell a rule in the query language."""
    match rule:
        case str():
            return f'"{rule}"'
        case ("OR" | "AND" | "NOT" as operator, a, b):
            return f"({written(a)} {operator} {written(b)})"
        case ("NEAR" | "PRE" | "SAME" as operator, reach, a, b):
            return f"({written(a)} {operator}/{reach} {written(b)})"
        case ("ATLEAST", times, a):
            return f"(ATLEAST/{times} {written(a)})"
        case ("~", moves, phrase):
            return f'"{phrase}"~{moves}'
        case (field, a):
            return f"({field}: {written(a)})"
    raise AssertionError(rule)


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


# Words


def kind(c: str) -> str:
    name = unicodedata.name(c, "")
    if c in "ʼㆍ" or not (c.isalnum() or unicodedata.category(c) == "Mn"):
        return ""
    if unicodedata.category(c) == "Mn":
        return "mark"
    if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "HALFWIDTH KATAKANA")):
        return "character"
    return "hangul" if name.startswith("HANGUL") else "letters"


def is_dotted(word: str, after: str) -> bool:
    """Whether this is U.S. or U.S, the S. of "S. Korea" or the Gen. of "Gen. Kim"."""
    begins = after[:2].isascii() and after[:1].isupper() and after[1:2].islower()
    next_word = not after or after[0].isspace() or begins
    if (len(word) == 2 and word[0] in string.ascii_uppercase) or word in ("Gen.", "St."):
        return word[-1] == "." and next_word
    letters, dots = word[0::2], word[1::2]
    return (
        len(word) > 2 and letters.isalpha() and all(map(cased, letters)) and set(dots) == {"."}
    ) and not after[:1].isalnum()


def cased(c: str) -> bool:
    return c.lower() != c.upper()


def address(text: str) -> int:
    """How long the address is with which a text begins."""
    chunk = text[: next((n for n, c in enumerate(text) if c not in IN_ADDRESSES), len(text))]
    for head in ("https://", "www."):
        if chunk.startswith(head):
            whole = chunk.rstrip("".join(set(IN_ADDRESSES) - set(string.ascii_letters + string.digits + "/")))
            return len(whole) if len(whole) > len(head) else 0
    name, at, host = chunk.partition("@")
    if not at or set(name) - set(string.ascii_letters + string.digits + ".+_-"):
        return 0
    host = host[: next((n for n, c in enumerate(host) if not (c.isalnum() or c in "-.")), len(host))]
    labels = host.split("..")[0].rstrip(".").split(".")
    return len(name + at + ".".join(labels)) if len(labels) > 1 else 0


def word_end(text: str, kinds: list[str], at: int) -> int:
    if address(text[at:]):
        return at + address(text[at:])
    run = len(text[at:]) - len(text[at:].lstrip(string.ascii_letters + "."))
    dotted = [end for end in range(at + 2, at + run + 1) if is_dotted(text[at:end], text[end:])]
    if dotted and kinds[at] == "letters":
        return dotted[-1]
    end = at + 1
    while end < len(text):
        seen = end + len(text[end:]) - len(text[end:].lstrip(UNSEEN))
        if kinds[end] == "mark":
            end += 1
        elif seen < len(text) and kinds[seen] == kinds[at] != "character":
            end = seen + 1
        else:
            break
    return end


def cut(text: str, kinds: Sequence[str] = ()) -> list[Piece]:
    pieces: list[Piece] = []
    kinds = list(kinds or map(kind, text))
    at = done = 0
    while at < len(text):
        if kinds[at] in ("", "mark"):
            at += 1
            continue
        end = word_end(text, kinds, at)
        pieces.append(Piece(text[at:end], at, end, text[done:at]))
        at = done = end
    return pieces


def cut_phrase(phrase: str) -> list[Piece]:
    """Cut a phrase of a rule: * and ? are letters of the word they stand at, = before a word asks for its case."""
    marked = {n - phrase[:n].count("=") for n, c in enumerate(phrase) if c == "="}
    phrase = phrase.replace("=", "")
    kinds = list(map(kind, phrase))
    for n in reversed(range(len(phrase))):
        if phrase[n] in "*?":
            kinds[n] = "".join(kinds[n + 1 : n + 2]) or (
                "mark" if kinds[n - 1] == "character" else kinds[n - 1]
            )
    return [replace(p, text="=" * (p.start in marked) + p.text) for p in cut(phrase, kinds)]


def plain(word: str) -> str:
    seen = "".join(c for c in word if c not in UNSEEN and c not in "ـ\u064e\u0652")
    return unicodedata.normalize("NFKC", seen).rstrip(".")


def fold(word: str) -> str:
    return plain(word).casefold().replace("i\u0307", "i")


def gap(piece: Piece) -> str:
    """Name what is before a word, as written in the documentation of Gap."""
    between = piece.before
    if is_nothing(between):
        return "JOINED"
    if is_bare_particle(piece):
        return "MARK"
    if any(not line.strip() for line in between.split("\n")[1:-1]):
        return "PARAGRAPH"
    thin = "".join(c for c in between if c not in UNSEEN)
    if not thin.strip() or thin.rstrip() in ("'", "’", "ʼ") or thin in ("-", "–", "-\n"):
        return "SPACE"
    for at, c in enumerate(between):
        rest = between[at + 1 :].lstrip("\"'”’)")
        if c == "。" or (c in ".!?…" and rest[:1].isspace()):
            return "PUNCT" if piece.text[0].islower() else "SENTENCE"
    return "PUNCT" if any(c.isspace() for c in between) else "MARK"


def is_nothing(between: str) -> bool:
    return not between.strip(UNSEEN)


def is_bare_particle(piece: Piece) -> bool:
    """Whether this is a particle of what was quoted: ‘혐한’이란; it is no word by itself."""
    closed = 0 < len(piece.before) < 4 and not piece.before.strip(CLOSERS) and piece.start > len(piece.before)
    return closed and (piece.text == "이란" or any(may_follow(stem, piece.text) for stem in "가각갈"))


def is_katakana(sign: str) -> bool:
    return unicodedata.name(sign[0], "").startswith(("KATAKANA", "HALFWIDTH KATAKANA"))


def runs_on(pieces: list[Piece], n: int) -> bool:
    """Whether a sign continues a run of Katakana, as the second of カナ does; but らーカナ has that run behind ー."""
    if not 0 < n < len(pieces) or not is_nothing(pieces[n].before):
        return False
    before = pieces[n - 1].text
    if not (is_katakana(pieces[n].text) and is_katakana(before)):
        return False
    return plain(before)[0] != "ー" or runs_on(pieces, n - 1)


def may_stand(asked: str, there: str) -> bool:
    if asked in ("JOINED", "SPACE"):
        return there in ("JOINED", "SPACE")
    return there == "MARK" or (asked != "MARK" and there in ("PUNCT", "SENTENCE"))


def like(pattern: str, word: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return any(like(pattern[1:], word[n:]) for n in range(len(word) + 1))
    return bool(word) and pattern[0] in ("?", word[0]) and like(pattern[1:], word[1:])


def may_follow(stem: str, ending: str) -> bool:
    """Whether Korean allows this ending after the stem; of endings, those that tests make up."""
    if stem + ending == "경기도":
        return False
    if ending.startswith("들"):
        return ending == "들" or may_follow("들", ending[1:])
    last = unicodedata.name(unicodedata.normalize("NFD", stem)[-1])
    if "JONGSEONG" not in last:
        fitting = "는 가 를 와 로 라며"
    else:
        fitting = "은 이 을 과 이라며 " + ("로" if last.endswith(" RIEUL") else "으로")
    return ending in (fitting + " 의 도 에서는 까지").split()


def fits(asked: Piece, piece: Piece, *, last: bool, alone: bool) -> int:
    """How many characters of the piece the word of a rule takes; 0 for no match."""
    if asked.text.startswith("="):
        return len(piece.text) if like(plain(asked.text[1:]), plain(piece.text)) else 0
    form, text = fold(asked.text), fold(piece.text)
    if like(form, text):
        return len(piece.text)
    if last and kind(form.strip("*?")[0]) == "hangul" and not form.endswith("*"):
        for n in range(1, len(text)):
            rare = alone and n == 1 and text[1:] not in ("이", "을", "를", "에서는", "까지", "으로")
            if may_follow(text[:n], text[n:]) and like(form, text[:n]) and not rare:
                whole = range(1, len(piece.text))
                return next(size for size in whole if fold(piece.text[size:]) == text[n:])
    return 0


# Rules


def phrases(rule: Rule) -> Iterable[str]:
    if isinstance(rule, str):
        return [rule]
    if rule[0] == "~":
        return rule[2].split()
    return [phrase for part in rule[1:] if not isinstance(part, int) for phrase in phrases(part)]


def apart(hits: list[Place]) -> int:
    """How many there are, where what overlaps is one."""
    ends: dict[int, int] = {}
    number = 0
    for hit in sorted(hits, key=lambda hit: (hit.field, hit.first)):
        number += hit.first > ends.get(hit.field, -1)
        ends[hit.field] = max(ends.get(hit.field, -1), hit.last)
    return number


class Oracle:
    """Finds rules in articles (title, body, captions) by looking at every word."""

    def __init__(self, texts: Sequence[tuple[str, str, str]], codebook: Sequence[Rule] = ()) -> None:
        self.texts = [[cut(text) for text in article] for article in texts]
        self.known = {phrase for rule in codebook for phrase in phrases(rule)}

    def topic(self, any_: Sequence[Rule], none: Sequence[Rule]) -> dict[Rule, set[Place]]:
        """What each rule finds, without what shares a word with what one of `none` finds."""
        unwanted = [place for rule in none for place in self.find(rule)]
        return {
            rule: {hit for hit in self.find(rule) if not any(touch(hit, other) for other in unwanted)}
            for rule in any_
        }

    def find(self, rule: Rule, only: tuple[str, ...] = ()) -> set[Place]:
        """All matches; of two that take the same words, the one with more characters (without a particle)."""
        ends: dict[tuple[int, ...], Place] = {}
        for hit in sorted(self.every(rule, only)):
            ends[hit.article, hit.field, hit.first, hit.last] = hit
        return set(ends.values())

    def every(self, rule: Rule, only: tuple[str, ...]) -> set[Place]:
        match rule:
            case str():
                hits = self.literal(rule)
                longer = [x for other in self.longer(rule) for x in self.literal(other)]
                outside = {h for h in hits if not any(within(h, x) for x in longer)}
                return {h for h in outside if all(self.lies_in(h, name) for name in only)}
            case ("OR", a, b):
                return self.find(a, only) | self.find(b, only)
            case ("AND", a, b):
                left, right = self.find(a, only), self.find(b, only)
                both = {h.article for h in left} & {h.article for h in right}
                return {h for h in left | right if h.article in both}
            case ("NOT", a, b):
                gone = {h.article for h in self.find(b, only)}
                return {h for h in self.find(a, only) if h.article not in gone}
            case ("NEAR" | "PRE" as operator, n, a, b):
                left, right = self.find(a, only), self.find(b, only)
                return pairs(left, right, n) | (pairs(right, left, n) if operator == "NEAR" else set())
            case ("~", moves, phrase):
                left, right = (self.find(word, only) for word in phrase.split())
                return pairs(left, right, moves + 1) | pairs(right, left, moves - 1)
            case ("SAME", unit, a, b):
                left, right = ({h for h in self.find(q, only) if self.unit(h, unit)} for q in (a, b))
                units = {self.unit(h, unit) for h in left} & {self.unit(h, unit) for h in right}
                return {h for h in left | right if self.unit(h, unit) in units}
            case ("ATLEAST", times, a):
                hits = self.find(a, only)
                return {h for h in hits if apart([x for x in hits if x.article == h.article]) >= times}
            case (field, a):
                return self.find(a, (*only, field))
        raise AssertionError(rule)

    def literal(self, phrase: str) -> set[Place]:
        asked, found = cut_phrase(within_run(phrase)), set()
        for a, article in enumerate(self.texts):
            for f, pieces in enumerate(article):
                for first in range(len(pieces) - len(asked) + 1):
                    here = pieces[first : first + len(asked)]
                    pairs_ = list(zip(asked, here, strict=True))
                    sizes = [
                        fits(x, y, last=n == len(asked) - 1, alone=len(asked) == 1)
                        for n, (x, y) in enumerate(pairs_)
                    ]
                    cut_off = [
                        kind(asked[0].text.strip("=*?")[0]) == "hangul" and is_bare_particle(here[0]),
                        within_run(phrase) == phrase and runs_on(pieces, first),
                        not phrase.endswith("*") and runs_on(pieces, first + len(asked)),
                    ]
                    if any(cut_off):
                        continue
                    if all(sizes) and all(may_stand(gap(x), gap(y)) for x, y in pairs_[1:]):
                        end = here[-1].start + sizes[-1]
                        found.add(Place(a, f, first, first + len(asked) - 1, here[0].start, end))
        return found

    def longer(self, phrase: str) -> list[str]:
        """The phrases of the codebook that contain one of Han and Kana without wildcards."""
        forms = [fold(piece.text) for piece in cut_phrase(phrase)]
        if not all(kind(form[0]) == "character" and len(form) == 1 for form in forms):
            return []
        size, found = len(forms), []
        for other in self.known:
            theirs = [fold(piece.text).rstrip("*") for piece in cut_phrase(within_run(other))]
            starts = range(len(theirs) - size + 1)
            if len(theirs) > size and any(theirs[n : n + size] == forms for n in starts):
                found.append(other)
        return found

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


def within_run(phrase: str) -> str:
    """A phrase without the * by which it may begin within a run of Katakana."""
    return phrase[1:] if phrase[0] == "*" and is_katakana(phrase[1]) else phrase


def together(hit: Place, other: Place) -> bool:
    return (hit.article, hit.field) == (other.article, other.field)


def within(hit: Place, other: Place) -> bool:
    return together(hit, other) and other.first <= hit.first and hit.last <= other.last


def touch(hit: Place, other: Place) -> bool:
    return together(hit, other) and other.first <= hit.last and hit.first <= other.last


def pairs(left: set[Place], right: set[Place], n: int) -> set[Place]:
    """Each left with the next right, where it is also the left that is next before that right."""
    found = set()
    for a in left:
        later = [b for b in right if together(a, b) and b.first > a.last]
        if not later:
            continue
        b = min(later, key=lambda x: (x.first, x.last))
        earlier = [x for x in left if together(x, b) and x.last < b.first]
        if a == max(earlier, key=lambda x: (x.last, x.first)) and b.first - a.last <= n:
            found.add(Place(a.article, a.field, a.first, b.last, a.start, b.end))
    return found
