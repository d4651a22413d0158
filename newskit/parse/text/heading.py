"""What stands around a headline: section, byline, dates, captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newskit.parse.dates import Moment
from newskit.parse.layouts import Layout
from newskit.parse.names import wired_place
from newskit.parse.phrases import CREDIT_END
from newskit.parse.text.credits import writers_and_agency
from newskit.parse.text.headline import headline_at, without_kicker
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.published import published_and_updated
from newskit.parse.text.zones import Zones

__all__ = ["Heading", "read_heading"]


@dataclass(frozen=True)
class Heading:
    """What was read around the headline; `line` is None where no headline was found, and `title` has no kicker."""

    line: Line | None = None
    title: str = ""
    section: str | None = None
    byline: tuple[str, ...] = ()
    agency: str | None = None
    place: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    captions: tuple[str, ...] = ()


def read_heading(zones: Zones, layout: Layout | None) -> Heading:
    """Find the headline above the body, and what stands between the two."""
    at = headline_at(zones)
    lines = (*zones.head, *zones.body)
    line = lines[at] if at is not None else None
    title = without_kicker(line.text, lines) if line is not None else ""
    under = zones.head[at + 1 :] if at is not None else zones.head[-12:]
    published, updated = published_and_updated(zones, at, layout)
    byline, agency = writers_and_agency(zones, at)
    section = _section(lines, at, layout) if at is not None else None
    place = next(filter(None, (wired_place(line.text) for line in under if line.words <= _CREDIT)), None)
    return Heading(line, title, section, byline, agency, place, published, updated, _captions(under))


_CREDIT = 8


# --- section ------------------------------------------------------------------------------------------------

_CRUMBS = re.compile(r"\s*[>›»|]\s*|\s/\s")


def _section(lines: Sequence[Line], at: int, layout: Layout | None) -> str | None:
    """Take the short line right above the headline where it also stands in a menu, or the end of a breadcrumb."""
    if at == 0:
        return None
    line = lines[at - 1]
    if layout is not None and line.text in layout.sections:
        return line.text
    crumbs = [crumb for crumb in _CRUMBS.split(line.text) if crumb]
    if 2 <= len(crumbs) <= 5 and all(len(crumb) < 30 for crumb in crumbs):
        return crumbs[-1]
    return line.text if line.words <= 3 and line.times > 1 and line.kind is Kind.SHORT else None


# --- captions -----------------------------------------------------------------------------------------------


def _captions(under: Sequence[Line]) -> tuple[str, ...]:
    """Give the lines between headline and body that are captions, each once."""
    found = [line.text for line in under if _is_caption(line)]
    return tuple(dict.fromkeys(found))


def _is_caption(line: Line) -> bool:
    if line.kind is Kind.CAPTION:
        return line.words >= 4
    return line.kind is Kind.PROSE and (line.times > 1 or CREDIT_END.search(line.text) is not None)
