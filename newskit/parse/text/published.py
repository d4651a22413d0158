"""When a pasted page says that its story was published and updated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from newskit.parse.dates import Moment, Order, read_moment
from newskit.parse.layouts import Layout
from newskit.parse.phrases import DATE_LABEL, UPDATED_LABEL
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones

__all__ = ["published_and_updated"]

_ABOVE = 8
_FAR_ABOVE = 60
_BELOW = 8


def published_and_updated(
    zones: Zones, at: int | None, layout: Layout | None
) -> tuple[Moment | None, Moment | None]:
    """Read the first date around the headline at `at`, and the first that is labelled as an update's."""
    published, updated = _dates(_where_dates_stand(zones, at), layout)
    return published or _of_the_page(zones.head, layout), updated


def _where_dates_stand(zones: Zones, at: int | None) -> list[Line]:
    """Give the lines that may date the article, the likeliest first; never a line of law or registration."""
    start = at if at is not None else len(zones.head)
    groups = (
        zones.head[start:],
        zones.body[:3],
        zones.head[max(0, start - _ABOVE) : start],
        [line for line in zones.head[-_FAR_ABOVE:] if _is_labelled(line)],
        list(_before_others(zones.tail[:_BELOW])),
        [line for line in zones.tail if _is_labelled(line)],
    )
    return [line for group in groups for line in group if line.kind is not Kind.LEGAL and line.words <= 40]


def _is_labelled(line: Line) -> bool:
    """Tell a line that opens by saying that what follows is a date of the story."""
    if not _has_digit(line) or line.kind not in _MAY_DATE or not 2 <= line.words <= 25:
        return False
    start = line.text[:24]
    return (DATE_LABEL.search(start) or UPDATED_LABEL.search(start)) is not None


_MAY_DATE = (Kind.DATE, Kind.CAPTION, Kind.SHORT, Kind.PROSE)


def _has_digit(line: Line) -> bool:
    return _DIGIT.search(line.text) is not None


_DIGIT = re.compile(r"\d")


def _is_dated(line: Line) -> bool:
    """Tell a line that is there for its date; a longer one must hold a time as well."""
    if line.kind is Kind.DATE or _is_labelled(line):
        return True
    if line.kind is not Kind.SHORT or line.words > 22 or not _has_digit(line):
        return False
    moment = read_moment(line.text)
    return moment is not None and moment.precision == "minute"


def _of_the_page(head: Sequence[Line], layout: Layout | None) -> Moment | None:
    """Take the one day that all the date lines above the body name, with a note."""
    zone, order = (layout.zone, layout.order) if layout else (None, None)
    moments = [read_moment(line.text, zone, order) for line in head if line.kind is Kind.DATE]
    found = [moment for moment in moments if moment is not None]
    if len({moment.value.date() for moment in found}) != 1:
        return None
    return replace(found[0], notes=(*found[0].notes, _FAR_NOTE))


_FAR_NOTE = "date far above the headline: it may be the day of the visit"


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
        if _is_dated(line):
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
