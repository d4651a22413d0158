"""What stands around a headline: section, byline, dates, captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newskit.parse.characters import ends_sentence
from newskit.parse.dates import Moment
from newskit.parse.layouts import Layout
from newskit.parse.names import BYLINE_LABEL, REPORTER, is_byline, read_byline
from newskit.parse.phrases import CREDIT_END
from newskit.parse.text.headline import headline_at
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.published import published_and_updated
from newskit.parse.text.zones import Zones

__all__ = ["Heading", "read_heading"]


@dataclass(frozen=True)
class Heading:
    """What was read around the headline; `title` is None where no headline was found."""

    title: Line | None = None
    section: str | None = None
    byline: tuple[str, ...] = ()
    agency: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    captions: tuple[str, ...] = ()


def read_heading(zones: Zones, layout: Layout | None) -> Heading:
    """Find the headline above the body, and what stands between the two."""
    at = headline_at(zones)
    lines = (*zones.head, *zones.body)
    title = lines[at] if at is not None else None
    under = zones.head[at + 1 :] if at is not None else zones.head[-12:]
    near = (*under, *zones.body[:4])
    published, updated = published_and_updated(zones, at, layout)
    byline, agency = _credits((*near, *zones.body[-2:], *zones.tail[:4]), len(near))
    section = _section(lines, at, layout) if at is not None else None
    return Heading(title, section, byline, agency, published, updated, _captions(under))


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


# --- byline -------------------------------------------------------------------------------------------------

_WRITTEN = re.compile(r"\|\s*(?:written\s+)?by\s+(?P<who>[^|]{3,80})", re.IGNORECASE)


def _credits(lines: Sequence[Line], above: int) -> tuple[tuple[str, ...], str | None]:
    """Read the first line that is a byline; a bare name counts only next to a date."""
    for text in (*_declared(lines), *_beside_dates(lines[:above])):
        persons, agency = read_byline(_without_date(text))
        if persons or agency:
            return persons, agency
    return (), None


def _declared(lines: Sequence[Line]) -> Iterator[str]:
    """Give the lines that say they are bylines; a label alone speaks for the line below it."""
    reporters = [line.text for line in lines if line.words <= 8 and REPORTER.search(line.text)]
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        if line.words > 25 or len(line.text) > 200:
            continue
        if written := _WRITTEN.search(line.text):
            yield written["who"]
        elif BYLINE_LABEL.match(line.text):
            yield after.text if after is not None and after.words <= 12 else ""
        elif line.text in reporters:
            yield ", ".join(reporters)
        elif is_byline(line.text) and not ends_sentence(line.text):
            yield line.text


def _beside_dates(lines: Sequence[Line]) -> Iterator[str]:
    for i, line in enumerate(lines):
        dated = any(near.kind is Kind.DATE for near in lines[max(0, i - 1) : i + 2])
        if (
            dated
            and line.words <= (14 if line.kind is Kind.DATE else 6)
            and line.kind in (Kind.DATE, Kind.SHORT)
        ):
            yield line.text


_FROM_DIGIT = re.compile(r"\s*[|·•–—-]?\s*(?:\d|(?:published|updated|publicado|publié)\b).*$", re.IGNORECASE)


def _without_date(text: str) -> str:
    cut = _FROM_DIGIT.sub("", text)
    return _MONTH_LEFT.sub("", cut)


_MONTH_LEFT = re.compile(
    r"[\s|/,-]+(?:jan|feb|m[aä]r|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]{0,7}\.?\s*$",
    re.IGNORECASE,
)


# --- captions -----------------------------------------------------------------------------------------------


def _captions(under: Sequence[Line]) -> tuple[str, ...]:
    """Give the lines between headline and body that are captions, each once."""
    found = [line.text for line in under if _is_caption(line)]
    return tuple(dict.fromkeys(found))


def _is_caption(line: Line) -> bool:
    if line.kind is Kind.CAPTION:
        return line.words >= 4
    return line.kind is Kind.PROSE and (line.times > 1 or CREDIT_END.search(line.text) is not None)
