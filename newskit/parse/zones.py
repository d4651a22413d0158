"""Where on a page the article stands: the second stage of reading pasted text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newskit.parse.lines import Kind, Line

__all__ = ["Zones", "zones_of"]

_LONG = 14


@dataclass(frozen=True)
class Zones:
    """A page cut in three: what stands above the body, the body with what interrupts it, and the rest."""

    head: tuple[Line, ...]
    body: tuple[Line, ...]
    tail: tuple[Line, ...]
    spaced: bool


def zones_of(lines: Sequence[Line]) -> Zones:
    """Find the run of lines that holds most prose for the fewest interruptions."""
    spaced = is_spaced(lines)
    worth = [_worth(lines, i, spaced) for i in range(len(lines))]
    first, last = _best_run(worth)
    return Zones(tuple(lines[:first]), tuple(lines[first:last]), tuple(lines[last:]), spaced)


def is_spaced(lines: Sequence[Line]) -> bool:
    """Tell whether the page sets its paragraphs apart by empty lines: most of its long lines stand apart."""
    long = [line for line in lines if line.kind is Kind.PROSE and line.words >= _LONG]
    apart = sum(line.words for line in long if line.apart)
    return 2 * apart > sum(line.words for line in long)


def _worth(lines: Sequence[Line], i: int, spaced: bool) -> float:
    line = lines[i]
    if line.kind is Kind.PROSE:
        full = min(line.words, 60)
        if line.times > 1:
            return 0
        if spaced and not line.apart:
            return full / 8
        return float(full)
    return _COST[line.kind] * (0.5 if line.apart and line.kind is Kind.SHORT else 1)


_COST = {
    Kind.SHORT: -3.0,
    Kind.DATE: -5.0,
    Kind.CAPTION: -1.0,
    Kind.PROMO: -3.0,
    Kind.NEXT: -20.0,
    Kind.FURNITURE: -2.0,
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
