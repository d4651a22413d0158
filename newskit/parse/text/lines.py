"""A pasted page as classified lines: the first stage of reading it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from newskit.parse.characters import ends_sentence, tidy
from newskit.parse.dates import Order, read_moment
from newskit.parse.phrases import (
    CAPTION,
    COMMENTS,
    COPYRIGHT,
    DATE_LABEL,
    FURNITURE,
    NEXT,
    OWNED,
    POINTER,
    PROMO,
    SHARE,
    UPDATED_LABEL,
)

__all__ = ["Kind", "Line", "Page", "classified", "word_count"]

_MOST_LINES = 20_000


class Kind(Enum):
    """What a line looks like, taken by itself."""

    PROSE = "prose"
    ROW = "row"
    SHORT = "short"
    DATE = "date"
    CAPTION = "caption"
    PROMO = "promo"
    NEXT = "next"
    COMMENTS = "comments"
    FURNITURE = "furniture"
    LEGAL = "legal"


@dataclass(frozen=True)
class Line:
    """One line of a page that holds text, and its row, from 0; `apart` where empty lines stand on both sides of it."""

    text: str
    number: int
    words: int
    kind: Kind
    above: bool
    below: bool
    times: int

    @property
    def apart(self) -> bool:
        """Whether empty lines stand on both sides."""
        return self.above and self.below


_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_TOKEN = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")


def word_count(text: str) -> int:
    """Count words; two signs of a script without spaces count as one, a Korean word as one and a half.

    >>> word_count("Talks were held."), word_count("協議が開かれた"), word_count("회담이 열렸다")
    (3, 3, 3)
    """
    if text.isascii():
        return len(_TOKEN.findall(text))
    wide = len(_WIDE.findall(text))
    tokens = len(_TOKEN.findall(_WIDE.sub(" ", text) if wide else text))
    korean = min(tokens, len(_HANGUL.findall(text)) // 3)
    return tokens + korean // 2 + wide // 2


@dataclass(frozen=True)
class Page:
    """The lines of a page that hold text, in order, and what was left out."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def classified(text: str, furniture: frozenset[str] = frozenset(), order: Order | None = None) -> Page:
    r"""Cut a page into lines and say what each looks like; empty lines are told by `above` and `below`.

    >>> [line.kind.name for line in classified("Home\n\nRelated articles\n© 2023 The Morning Gull").lines]
    ['SHORT', 'NEXT', 'LEGAL']
    """
    rows = [" ".join(row.split()) for row in tidy(text).split("\n", _MOST_LINES)]
    notes = (
        (f"only the first {_MOST_LINES:,} lines of the page were read",) if len(rows) > _MOST_LINES else ()
    )
    numbered = joined(rows[:_MOST_LINES])
    rows = [row for _, row in numbered]
    times = Counter(rows)
    openings = tuple(entry[:-1] for entry in furniture if entry.endswith("…"))
    lines = []
    for (number, row), before, after in zip(numbered, ["", *rows], [*rows[1:], ""], strict=False):
        if row:
            words = word_count(row)
            known = row in furniture or row.startswith(openings)
            kind = Kind.FURNITURE if known else _kind(row, words, order)
            if kind is Kind.SHORT and not (before or after) and _is_lone_paragraph(row, words):
                kind = Kind.PROSE
            lines.append(Line(row, number, words, kind, not before, not after, times[row]))
    return Page(tuple(lines), notes)


_OPENS = re.compile(r"^\W*opens (?:in )?(?:a )?new (?:tab|window)\W*$", re.IGNORECASE)


def joined(rows: Sequence[str]) -> list[tuple[int, str]]:
    """Put together what a page breaks within a sentence: around a link's hint, after an initial set large; rows count from 0."""
    out: list[tuple[int, str]] = []
    broken = False
    for number, row in enumerate(rows):
        first, last = out[-1] if out else (number, "")
        if _OPENS.match(row):
            broken = bool(last)
        elif broken and row and (row[0].islower() or row[0] in ",.;:)'’"):
            out[-1] = (first, last + ("" if row[0] in ",.;:)'’" else " ") + row)
            broken = False
        elif last and row and _is_initial(last, row):
            out[-1] = (first, last + row)
        else:
            out.append((number, row))
            broken = False
    return out


def _is_initial(above: str, row: str) -> bool:
    return len(above) <= 2 and above[-1:].isupper() and row[0].islower() and len(row) > 60


def _is_lone_paragraph(row: str, words: int) -> bool:
    """Tell a paragraph from other lines between empty lines: it is long, or ends like a sentence."""
    return words >= _LONE or (words >= 4 and row.endswith(_STOPS))


_LONE = 24  # words that make a line between empty lines a paragraph, however it ends
_STOPS = (".", "。", '."', ".”", "。」", "다.”")
_LOOKED_AT = 1000  # signs of a line that patterns see: longer lines are prose by their length


def _kind(row: str, words: int, order: Order | None) -> Kind:
    """Classify a line by its words; long lines are never labels, whatever they say."""
    seen = row[:_LOOKED_AT]
    if words <= 12 and (label := _label(seen, words)):
        return label
    ended = ends_sentence(row)
    if words <= 40 and COPYRIGHT.search(seen):
        return Kind.CAPTION if CAPTION.search(seen) and not OWNED.search(seen) else Kind.LEGAL
    if words <= (12 if ended else 22) and _dated(seen, words, order):
        return Kind.DATE
    if words <= 60 and CAPTION.search(seen):
        return Kind.CAPTION
    if (words <= 45 and PROMO.search(seen)) or (words <= 30 and POINTER.match(seen)):
        return Kind.PROMO
    return Kind.PROSE if (words >= 8 and ended) or words >= 30 else Kind.SHORT


def _label(row: str, words: int) -> Kind | None:
    if words <= 8 and COMMENTS.match(row):
        return Kind.COMMENTS
    if words == 0 or FURNITURE.match(row) or SHARE.search(row):
        return Kind.FURNITURE
    return Kind.NEXT if NEXT.match(row) else None


_DIGIT = re.compile(r"\d")


def _dated(row: str, words: int, order: Order | None) -> bool:
    """Tell whether a line is there for its date: a longer one must also say so, else it is a caption."""
    if not _DIGIT.search(row) or (words > 12 and not (DATE_LABEL.search(row) or UPDATED_LABEL.search(row))):
        return False
    return read_moment(row, order=order) is not None
