"""What stands around a headline: section, byline, dates, captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from newskit.parse.characters import ends_sentence
from newskit.parse.dates import Moment, Order, read_moment
from newskit.parse.layouts import Layout
from newskit.parse.names import BYLINE_LABEL, REPORTER, is_byline, read_byline
from newskit.parse.phrases import CREDIT_END, DATE_LABEL, UPDATED_LABEL
from newskit.parse.text.headline import headline_at
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones

__all__ = ["Heading", "read_heading"]

_LOOK_BACK = 60


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
    published, updated = _dates(_where_dates_stand(zones, at), layout)
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


# --- dates --------------------------------------------------------------------------------------------------


def _where_dates_stand(zones: Zones, at: int | None) -> list[Line]:
    """Give the lines that may date the article, the likeliest first; never a line of law or registration."""
    start = at if at is not None else len(zones.head)
    groups = (
        zones.head[start:],
        zones.body[:3],
        zones.head[max(0, start - 6) : start],
        [
            line
            for line in zones.head[-_LOOK_BACK:]
            if line.kind is Kind.DATE and DATE_LABEL.search(line.text)
        ],
        _before_others(zones.tail[:8]),
        zones.head[:3],
    )
    return [line for group in groups for line in group if line.kind is not Kind.LEGAL and line.words <= 40]


def _before_others(tail: Sequence[Line]) -> list[Line]:
    """Give the lines under the body down to the heading of other stories, whose dates are theirs."""
    return list(takewhile(lambda line: line.kind not in (Kind.NEXT, Kind.COMMENTS), tail))


def _dates(lines: Sequence[Line], layout: Layout | None) -> tuple[Moment | None, Moment | None]:
    """Read the first date, and the first that is labelled as an update's, at most a few lines further on."""
    zone, order = (layout.zone, layout.order) if layout else (None, None)
    published: Moment | None = None
    updated: Moment | None = None
    left = len(lines)
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        if left == 0 or (published and updated):
            break
        left -= 1
        if line.kind is Kind.DATE:
            for is_update, moment in _labelled(line.text, after, zone, order):
                published, updated = (
                    (published, updated or moment) if is_update else (published or moment, updated)
                )
            left = min(left, _UPDATE_WITHIN) if published else left
    return published or updated, updated


_UPDATE_WITHIN = 2
_UPDATE_BEHIND = re.compile(r"[(（](?P<when>[^()（）]{6,40})(?:更新|수정)[)）]")


def _labelled(
    text: str, after: Line | None, zone: str | None, order: Order | None
) -> Iterator[tuple[bool, Moment]]:
    """Read the date of each labelled piece of a line; True with an update's."""
    for is_update, piece in _pieces(text):
        moment = read_moment(piece, zone, order)
        if moment is not None and moment.precision == "day" and after is not None and after.words <= 4:
            moment = read_moment(f"{piece} {after.text}", zone, order) or moment
        if moment is not None:
            yield is_update, moment


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Cut a line at its labels, which stand before their dates or, in brackets, behind them."""
    behind = _UPDATE_BEHIND.search(text)
    if behind is not None:
        text = text[: behind.start()] + text[behind.end() :]
    marks = [(m.start(), True) for m in UPDATED_LABEL.finditer(text)] + [
        (m.start(), False) for m in DATE_LABEL.finditer(text)
    ]
    cuts = [(0, False), *sorted(marks), (len(text), False)]
    yield from ((is_update, text[start:end]) for (start, is_update), (end, _) in pairwise(cuts))
    if behind is not None:
        yield True, behind["when"]


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
