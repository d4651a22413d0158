"""Where on a page the article stands: the second stage of reading pasted text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newskit.parse.names import read_dateline
from newskit.parse.phrases import WALL
from newskit.parse.text.lines import Kind, Line

__all__ = ["Zones", "zones_of"]

_LONG = 14


@dataclass(frozen=True)
class Zones:
    """A page cut in three: what stands above the body, the body with what interrupts it, and the rest.

    `fresh` tells for each line of the body that no heading of other stories stands above it since the last
    paragraphs.
    """

    head: tuple[Line, ...]
    body: tuple[Line, ...]
    tail: tuple[Line, ...]
    spaced: bool
    fresh: tuple[bool, ...]


def zones_of(lines: Sequence[Line]) -> Zones:
    """Find the run of lines that holds most prose for the fewest interruptions."""
    spaced = is_spaced(lines)
    first, last = _best_run(_worths(lines, spaced=spaced))
    first, last = _widened(lines, first, last) if spaced else (first, last)
    first = _under_masthead(lines, first, last)
    body = tuple(lines[first:last])
    return Zones(tuple(lines[:first]), body, tuple(lines[last:]), spaced, _freshness(body, spaced=spaced))


def _widened(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """Take in the lines right before and after the run that stand apart as its paragraphs do and are as long."""
    start = first
    while 0 < start < last and _is_alike(lines[start - 1]):
        start -= 1
    while first < last < len(lines) and _is_alike(lines[last]):
        last += 1
    headed = any(_is_heading(line) for line in lines[max(0, start - _HEADED_WITHIN) : start])
    return start if headed else first, last  # with nothing above it, it may be the headline itself


def _is_heading(line: Line) -> bool:
    return line.kind is Kind.DATE or (line.kind is Kind.SHORT and 4 <= line.words <= 18)


def _is_alike(line: Line) -> bool:
    return line.apart and line.times == 1 and line.words >= _LEAST and line.kind in (Kind.SHORT, Kind.PROSE)


_LEAST = 10
_HEADED_WITHIN = 4


def _freshness(body: Sequence[Line], *, spaced: bool) -> tuple[bool, ...]:
    fade = _Fade(spaced)
    fresh = []
    for line, accompanied in zip(body, _company(body), strict=True):
        fade.pass_by(line, accompanied=accompanied)
        fresh.append(fade.share == 1.0)
    return tuple(fresh)


def _under_masthead(lines: Sequence[Line], first: int, last: int) -> int:
    """Begin the body under the date line where the run has taken a headline or a standfirst above it."""
    if any(line.kind is Kind.DATE for line in lines[max(0, first - _MASTHEAD) : first]):
        return first  # the run begins under the date already: one that follows is of another story
    for i in range(first, min(first + _MASTHEAD, last - 1)):
        if sum(line.words for line in lines[first:i]) > _MASTHEAD_WORDS:
            return first
        if lines[i].kind is Kind.DATE:
            return i + 1
    return first


_MASTHEAD = 8
_MASTHEAD_WORDS = 120


def is_spaced(lines: Sequence[Line]) -> bool:
    """Tell whether the page sets its paragraphs apart by empty lines: most of its long lines stand apart."""
    long = [line for line in lines if line.kind is Kind.PROSE and line.words >= _LONG]
    apart = sum(line.words for line in long if line.apart)
    return 2 * apart > sum(line.words for line in long)


def _worths(lines: Sequence[Line], *, spaced: bool) -> list[float]:
    """Weigh every line; prose under a heading of other stories, or of comments, counts for less."""
    worths: list[float] = []
    told = 0.0
    fade = _Fade(spaced)
    for line, accompanied in zip(lines, _company(lines), strict=True):
        if told >= _ENOUGH:
            fade.pass_by(line, accompanied=accompanied)
        if line.kind is not Kind.PROSE:
            worths.append(
                _COST[line.kind] * (0.6 if line.apart else 1.0) * (fade.share if line.kind is Kind.ROW else 1)
            )
            continue
        worth = _prose_worth(line, spaced=spaced, accompanied=accompanied) * fade.share
        worth *= _ALONE if fade.share < 1 and not accompanied else 1
        told += worth
        worths.append(worth)
    return worths


@dataclass
class _Fade:
    """How much prose still counts: less under headings of other stories, until paragraphs follow each other."""

    spaced: bool
    share: float = 1.0
    for_good: bool = False

    def pass_by(self, line: Line, *, accompanied: bool) -> None:
        self.for_good = self.for_good or line.kind is Kind.COMMENTS
        if line.kind in _FADES:
            self.share = max(0.05, self.share * _FADES[line.kind])
        elif (
            not self.for_good
            and line.kind is Kind.PROSE
            and accompanied
            and (line.apart or not self.spaced)
            and line.words >= _RESUMED
        ):
            self.share = 1.0


_RESUMED = 35


def _prose_worth(line: Line, *, spaced: bool, accompanied: bool) -> float:
    """Weigh prose by its words; a short sentence between headlines is a teaser, not a paragraph."""
    if line.times > 1 or WALL.search(line.text[:_LOOKED_AT]):
        return 0.0
    if line.words >= 12 and read_dateline(line.text) != (None, None):
        return 60.0 + min(line.words, 60)
    worth = float(min(line.words, 60))
    if not accompanied:
        worth *= 0.15 if line.words < 15 else 0.3 if line.words < 30 else 0.6 if line.words < 45 else 1.0
    if spaced and not line.apart:
        worth *= 0.6 if (line.above or line.below) and line.words >= 20 else 0.15
    return worth


_LOOKED_AT = 300


def _company(lines: Sequence[Line]) -> list[bool]:
    """Tell for each line whether prose stands next to it, looking past rules and buttons."""
    seen = [i for i, line in enumerate(lines) if line.kind is not Kind.FURNITURE]
    told = [False, *(lines[i].kind in (Kind.PROSE, Kind.ROW) for i in seen), False]
    company = [False] * len(lines)
    for i, above, below in zip(seen, told, told[2:], strict=False):
        company[i] = above or below
    return company


_ENOUGH = 40
_ALONE = 0.3
_FADES = {Kind.NEXT: 0.6, Kind.COMMENTS: 0.05, Kind.LEGAL: 0.6}
_COST = {
    Kind.SHORT: -3.5,
    Kind.ROW: 3.0,
    Kind.DATE: -5.0,
    Kind.CAPTION: -1.0,
    Kind.PROMO: -5.0,
    Kind.NEXT: -8.0,
    Kind.COMMENTS: -40.0,
    Kind.FURNITURE: -4.0,
    Kind.LEGAL: -20.0,
}


def _best_run(worth: Sequence[float]) -> tuple[int, int]:
    """Find the run of largest sum (Kadane); first and one past last."""
    best = run = 0.0
    start = first = last = 0
    for i, value in enumerate(worth):
        if run <= 0:
            run, start = 0.0, i
        run += value
        if run > best:
            best, first, last = run, start, i + 1
    return first, last
