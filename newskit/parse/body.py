"""What is article inside the run of prose: paragraphs and subheads stay, captions are set apart, the rest goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newskit.parse.lines import Kind, Line, ends_sentence
from newskit.parse.names import credit_at_end
from newskit.parse.phrases import CREDIT_END
from newskit.parse.zones import Zones

__all__ = ["Sifted", "sift"]


@dataclass(frozen=True)
class Sifted:
    """The paragraphs of an article and the captions that stood between them."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]


def sift(zones: Zones, title: Line | None) -> Sifted:
    """Keep what belongs to the article, each line once."""
    paragraphs: list[str] = []
    captions: list[str] = []
    seen = {title.text} if title else set()
    for i, line in enumerate(zones.body):
        if line.text in seen:
            continue
        seen.add(line.text)
        if _is_caption(zones, i):
            captions.append(line.text)
        elif _belongs(zones, i):
            paragraphs.append(line.text)
    return Sifted(tuple(paragraphs), tuple(captions))


def _belongs(zones: Zones, i: int) -> bool:
    """Keep prose; keep short lines where subheads stand: apart, or between two lines of prose."""
    line = zones.body[i]
    fresh = i < zones.fresh
    if line.kind is Kind.PROSE:
        return line.apart or not zones.spaced or (fresh and line.words >= 12 and _beside_prose(zones, i))
    if line.kind is not Kind.SHORT or not fresh or line.times > 2 or _shouts(line):
        return False
    return line.apart if zones.spaced else _between_prose(zones, i)


def _beside_prose(zones: Zones, i: int) -> bool:
    return any(line.kind is Kind.PROSE for line in zones.body[max(0, i - 1) : i + 2] if line is not zones.body[i])


def _between_prose(zones: Zones, i: int) -> bool:
    around = zones.body[i - 1 : i] + zones.body[i + 1 : i + 2]
    return len(around) == 2 and all(line.kind is Kind.PROSE for line in around)


def _shouts(line: Line) -> bool:
    """Tell whether a line of six words or more is all capitals: the link to another story, not a subhead."""
    return line.words >= 6 and line.text.isupper()


def _is_caption(zones: Zones, i: int) -> bool:
    """Take a short line with a credit in brackets as a caption, unless it is the last: there a wire credit stands."""
    line = zones.body[i]
    if line.kind is Kind.CAPTION:
        return line.words >= 4
    credit = CREDIT_END.search(line.text)
    if credit is None or line.words > 60 or i == len(zones.body) - 1:
        return False
    return ends_sentence(line.text[: credit.start()]) and (line.times > 1 or credit_at_end(line.text) is not None)
