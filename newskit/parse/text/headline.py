"""Which line of a pasted page is the headline.

Every line near the body is scored by what a reader goes by: its length and ending, whether its words open the
story, what stands around it, and where else it stands. The weights were fitted on labelled pages (a choice among the
lines of each page) and rounded to halves; finer ones choose no better on pages of other outlets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from newskit.parse.names import is_byline
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones

__all__ = ["headline_at", "stems", "tells", "without_kicker"]

_LOOK_BACK = 150
_LOOK_INTO = 4
_TITLE_KINDS = (Kind.SHORT, Kind.PROSE)
_TOLD_LINES = 8
_STOPS = (".", "。", "다", "…")


def headline_at(zones: Zones) -> int | None:
    r"""Choose the line most like a headline, counted over head and body; None where no line is like one.

    >>> from newskit.parse.text.lines import classified
    >>> from newskit.parse.text.zones import zones_of
    >>> story = "The harbour bridge was opened on Monday after two years of work, the city said."
    >>> zones = zones_of(classified(f"Home\nNews\nHarbour bridge opened after two years\n\n{story}").lines)
    >>> headline_at(zones)
    2
    """
    surroundings = _Surroundings(zones)
    lines = surroundings.lines
    first = max(0, len(zones.head) - _LOOK_BACK)
    scored = [(surroundings.score(i), -i) for i in range(first, len(lines)) if surroundings.may_be(i)]
    best = max(scored, default=(_LEAST, 0))
    return -best[1] if best[0] > _LEAST else None


def tells(zones: Zones, at: int) -> bool:
    """Tell whether the headline at `at` shares two words or more, and two in five, with what its story opens with."""
    return _Surroundings(zones).tells(at)


def without_kicker(headline: str, lines: Sequence[Line]) -> str:
    r"""Take the kicker off a headline where another line sets it apart by a colon.

    >>> from newskit.parse.text.lines import classified
    >>> page = "Osa harbour: Ferry bell rings again\nOsa harbour Ferry bell rings again"
    >>> without_kicker("Osa harbour Ferry bell rings again", classified(page).lines)
    'Ferry bell rings again'
    """
    for line in lines:
        kicker, colon, title = line.text.partition(": ")
        if colon and headline.startswith(kicker) and headline.endswith(title):
            between = headline[len(kicker) : len(headline) - len(title)]
            if between.strip() in _JOINTS and len(title.split()) >= _TITLE_WORDS:
                return title
    return headline


_JOINTS = ("", "–", "—", "-", "|")
_TITLE_WORDS = 3
_LEAST = -2.25  # a lone line of two words right above the body is its headline, a lone word is not


@dataclass(frozen=True)
class _Surroundings:
    """The lines that may hold a headline, and what is known of each."""

    zones: Zones

    @cached_property
    def lines(self) -> Sequence[Line]:
        return (*self.zones.head, *self.zones.body[:_LOOK_INTO])

    @cached_property
    def page(self) -> str:
        """The whole page, to find where a line stands inside another."""
        zones = (self.zones.head, self.zones.body, self.zones.tail)
        return "\n".join(line.text for zone in zones for line in zone)

    @cached_property
    def told(self) -> frozenset[str]:
        """The words that the story opens with: a headline is made of them, a link to another story is not."""
        opening = [line.text for line in self.zones.body[:_TOLD_LINES] if line.kind is Kind.PROSE]
        return stems(" ".join(opening)[:4000])

    @cached_property
    def said(self) -> Sequence[frozenset[str]]:
        return [stems(line.text) for line in self.lines]

    @cached_property
    def bylines(self) -> Sequence[bool]:
        return [is_byline(line.text) for line in self.lines]

    @cached_property
    def signs(self) -> Sequence[bool]:
        """Which lines are a date or a byline, between which and the section a headline stands."""
        return [
            line.kind is Kind.DATE or byline for line, byline in zip(self.lines, self.bylines, strict=True)
        ]

    def may_be(self, i: int) -> bool:
        line = self.lines[i]
        if len(_CRUMBS.findall(line.text[:_LOOKED_AT])) > 1:
            return False
        kinds = _TITLE_KINDS if i < len(self.zones.head) else _TITLE_KINDS[:1]
        return line.kind in kinds and 1 <= line.words <= 40 and not self.bylines[i] and not self._is_trail(i)

    def _is_trail(self, i: int) -> bool:
        """Tell a breadcrumb, which ends with the headline under it: "Home » Towns » Bridge opened"."""
        line = self.lines[i].text
        below = [other.text for other in self.lines[i + 1 : i + 3] if other.words > 1]
        return any(_TRAIL.search(line.removesuffix(text)) for text in below if line.endswith(text))

    def score(self, i: int) -> float:
        line = self.lines[i]
        placed = self._placed(i) + self._announced(i)
        return _shape(line) + self._about(i) + self._signed(i) + placed + self._repeated(line)

    def hits(self, i: int) -> int:
        return len(self.said[i] & self.told)

    def _about(self, i: int) -> float:
        """Judge what the line says: the first that tells the story, better with a standfirst under it."""
        score = 2.5 * self._share(i, 2)
        if self._is_kicker(i):
            return score
        if self.tells(i) and not any(self._tells_first(k) for k in range(max(0, i - 8), i)):
            score += 1.0
        return score + (1.5 if self._has_standfirst(i) else 0.0)

    def _tells_first(self, i: int) -> bool:
        return self.tells(i) and not self._is_kicker(i)

    def _is_kicker(self, i: int) -> bool:
        """Tell a line of few words over the headline itself, under which a standfirst, date or writer stands."""
        if i + 2 >= len(self.lines) or self.lines[i].words > _KICKER:
            return False
        line, under, below = self.lines[i : i + 3]
        headed = under.kind in _TITLE_KINDS and line.words <= under.words <= _HEADLINE
        if not headed or self.bylines[i + 1] or under.text.endswith(_STOPS):
            return False
        return self.signs[i + 2] or below.words > _HEADLINE

    def _share(self, i: int, damped: int) -> float:
        return self.hits(i) / (len(self.said[i]) + damped)

    def tells(self, i: int) -> bool:
        return self.may_be(i) and self._share(i, 1) >= 0.4 and self.hits(i) >= 2

    def _has_standfirst(self, i: int) -> bool:
        under = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if under is None or under.kind not in _TITLE_KINDS or self.hits(i + 1) == 0:
            return False
        words = self.lines[i].words
        second = words >= _LINES_OF_TWO <= under.words and not under.text.endswith(_STOPS)
        return second or under.words > max(words, _LINES_OF_TWO - 1)

    def _signed(self, i: int) -> float:
        """Judge by the nearest date or byline below, and above."""
        below = next((step for step in range(1, 7) if self._is_sign(i + step)), None)
        above = next((step for step in range(1, 6) if self._is_sign(i - step)), None)
        return (_SIGN_BELOW.get(below, 0.5) if below else 0.0) + (
            (0.5 if above == 1 else -0.5) if above else 0.0
        )

    def _is_sign(self, i: int) -> bool:
        return 0 <= i < len(self.signs) and self.signs[i]

    def _placed(self, i: int) -> float:
        """Judge by the way to the body, and by lines above that are as long as headlines: a list of stories."""
        away = len(self.zones.head) - i
        listed = sum(4 <= line.words <= 18 for line in self.lines[max(0, i - 4) : i])
        return -0.05 * max(1, min(away, 60)) - 0.25 * listed - (2.0 if away <= 0 else 0.0)

    def _announced(self, i: int) -> float:
        """Judge by the line right above: a breadcrumb that this one ends, or the label of a film."""
        above = self.lines[i - 1].text if i else ""
        return -1.5 if _CRUMB.search(above[-_LOOKED_AT:]) or _FILM.match(above) else 0.0

    def _repeated(self, line: Line) -> float:
        """Judge where else the line stands: once more, or inside another as in "Headline | Outlet"."""
        inside = line.words >= 3 and self.page.count(line.text) > line.times
        return (0.5 if line.times == 2 else 0.0) + (1.5 if inside else 0.0)


_KICKER = 6  # words at most
_HEADLINE = 14
_LINES_OF_TWO = 8  # words at least, of a headline and of a second one that stands under it
_LOOKED_AT = 300
_CRUMB = re.compile(r"\w\s?[|>›»/]$")
_CRUMBS = re.compile(r"\w\s?[>›»]\s?\w")
_FILM = re.compile(
    r"^\W*(?:videos?|watch|watch now|now playing|vidéo|vídeo|film|동영상|영상|動画)\W*$", re.IGNORECASE
)
_TRAIL = re.compile(r"(?:[»›>/|]\s*|\w)$")
_SIGN_BELOW = {1: 2.5, 2: 2.0}
_WORDS = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{4,}")
_PAIRS = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff]{2}|[\uac00-\ud7a3]{2}))")


def stems(text: str) -> frozenset[str]:
    """Give the longer words, cut to six letters so that endings do not matter, and all pairs of eastern signs."""
    text = text.casefold()
    return frozenset((*(word[:6] for word in _WORDS.findall(text)), *_PAIRS.findall(text)))


def _shape(line: Line) -> float:
    """Judge length and ending: six to sixteen words and no full stop."""
    score = next((worth for most, worth in _LENGTHS if line.words <= most), -1.0)
    return score - (1.0 if line.text.endswith(_STOPS) else 0.0) - (1.0 if line.kind is Kind.PROSE else 0.0)


_LENGTHS = ((1, -2.5), (3, -2.0), (5, -0.5), (16, 0.0))
