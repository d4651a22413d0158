"""When a page was published and updated: of all dates it states, the day with most behind it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice

from lxml import etree

from newskit.parse.dates import Moment, Order, moment_in_url, read_moment
from newskit.parse.html.metadata import Page
from newskit.parse.html.stated import (
    Role,
    Stated,
    head_dates,
    marked_dates,
    near_dates,
    script_dates,
    told_dates,
)
from newskit.parse.html.tree import Element
from newskit.parse.layouts import Layout

__all__ = ["Candidate", "Dates", "choose", "guessed_date", "read_dates"]

PLACES = {"json-ld": "JSON-LD", "meta": "meta tags", "time": "page text", "page text": "page text", "url": "URL",
          "script": "scripts"}  # fmt: skip
MOST = 50  # dates of a kind that are weighed
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
LONGEST_GUESSED = 300_000  # characters of a page; htmldate slows down beyond
SURE = 1.5  # a day with less behind it is doubtful; a rival with as much makes it so
LATER = timedelta(days=3)  # an update may tell another story then
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Dates:
    """The moments of publication and of the last update, and what to doubt about them."""

    published: Moment | None
    updated: Moment | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A moment that a page states, how much that counts, and what it is the moment of."""

    moment: Moment
    weight: float
    role: Role = "published"

    @property
    def day(self) -> date:
        """The day of the moment, in the zone that it is stated in."""
        return self.moment.value.date()

    @property
    def place(self) -> str:
        """Where it stands: one place has one voice."""
        return PLACES[self.moment.origin]


def read_dates(page: Page, layout: Layout | None) -> Dates:
    """Weigh the dates of the head, those around the headline and that of the URL; then, if need be, all others."""
    zone, order = (layout.zone, layout.order) if layout else (None, None)
    stated = [*islice(head_dates(page), MOST), *near_dates(page)[:MOST]]
    found = [*_read(stated, zone, order), *_in_url(page)]
    published, doubts = choose(found)
    for more in (told_dates, marked_dates, script_dates):
        if published is None or (more is marked_dates and published.precision == "day"):
            found += _read(more(page), zone, order)
            published, doubts = choose(found)
    updates = [c.moment for c in found if c.role == "updated"]
    if published is None and updates:
        return Dates(updates[0], updates[0], ("date doubtful: only an update is dated", *doubts))
    updated = next((m for m in updates if published is None or _no_earlier(m, published)), None)
    return Dates(published, updated, doubts if published else tuple(_unread(stated)))


def _read(stated: Iterable[Stated], zone: str | None, order: Order | None) -> list[Candidate]:
    """Read the dates; where day and month could be swapped, read them as an unambiguous date beside them says."""
    moments = [(one, moment) for one in stated if (moment := read_moment(one.text, zone, order)) is not None]
    clear = {moment.value.date() for _, moment in moments if not moment.notes}
    found = []
    for one, moment in moments:
        read = [read_moment(one.text, zone, other) for other in ORDERS] if moment.notes else []
        agreeing = next(
            (other for other in read if other is not None and other.value.date() in clear), moment
        )
        found.append(Candidate(replace(agreeing, origin=one.origin), one.weight, one.role))
    return found


def _in_url(page: Page) -> Iterator[Candidate]:
    moment = moment_in_url(page.url) if page.url else None
    if moment is not None:
        yield Candidate(moment, 2)


def _unread(stated: Iterable[Stated]) -> list[str]:
    texts = (
        one.text[:40]
        for one in stated
        if one.origin in ("json-ld", "meta") and any(c.isdigit() for c in one.text)
    )
    return [f"date not read: {text!r}" for text in dict.fromkeys(texts)][:5]


def guessed_date(root: Element, dates: Dates) -> Dates:
    """Ask htmldate for the day of a page that states none, and say so: it is right four times out of five."""
    page = "" if dates.published else etree.tostring(root, encoding="unicode", method="html")
    if not 0 < len(page) <= LONGEST_GUESSED:
        return dates
    from htmldate import find_date  # noqa: PLC0415 - takes a third of a second, and few pages need it

    found = find_date(page, original_date=True, outputformat="%Y-%m-%d")
    moment = read_moment(found) if found else None
    if moment is None or (moment.value.month, moment.value.day) == (1, 1):
        return dates  # 1 January is its answer where only a year stands on the page, as in a copyright line
    note = f"date guessed from the page by htmldate: {found}"
    return Dates(replace(moment, origin="guessed"), dates.updated, (*dates.notes, note))


# --- which of them to believe ------------------------------------------------------------------------------


def choose(candidates: Sequence[Candidate]) -> tuple[Moment | None, tuple[str, ...]]:
    """Give the moment of publication that most places agree on, and what speaks against it.

    Each place counts once for a day. A day shown on the page that is the day of an update counts half. A moment
    in UTC counts for the day before or after as well, where the page shows that day: it is the day of the place.

    >>> head = Candidate(read_moment("2023-02-14T10:12:00+09:00"), 3)
    >>> shown = Candidate(replace(read_moment("16 February 2023"), origin="page text"), 3)
    >>> link = Candidate(moment_in_url("https://gull.example/2023/02/16/x"), 2)
    >>> moment, doubts = choose([replace(head, moment=replace(head.moment, origin="json-ld")), shown, link])
    >>> moment.value.date().isoformat(), doubts
    ('2023-02-16', ('date in the JSON-LD differs: 2023-02-14',))
    """
    published = [c for c in candidates if c.role == "published"]
    if not published:
        return None, ()
    support = {day: _support(day, candidates) for day in dict.fromkeys(c.day for c in published)}
    day = max(support, key=lambda day: support[day])
    return _moment(day, candidates), tuple(_doubts(day, support[day], candidates))


def _support(day: date, candidates: Sequence[Candidate]) -> float:
    best: dict[str, float] = {}
    for one in candidates:
        if one.role == "published" and _fits(one, day, candidates):
            best[one.place] = max(best.get(one.place, 0), _weight(one, candidates))
    return sum(best.values())


def _weight(one: Candidate, candidates: Sequence[Candidate]) -> float:
    if any(_is_issue(one, c) for c in candidates):
        return 0
    if one.place == "page text" and (_is_update(one, candidates) or _is_ahead(one, candidates)):
        return one.weight / 2
    return one.weight


def _is_update(one: Candidate, candidates: Sequence[Candidate]) -> bool:
    return any(c.role == "updated" and c.day == one.day for c in candidates)


def _is_ahead(one: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Tell the day of what is announced: later than all that the head of the page says of its last update."""
    head = [c for c in candidates if c.place in ("JSON-LD", "meta tags")]
    is_known = any(c.role == "updated" for c in head)
    return is_known and one.day > max(c.day for c in head) + timedelta(days=1)


def _is_issue(one: Candidate, other: Candidate) -> bool:
    """Tell the day printed on a newspaper from the evening before, when its stories went online."""
    if other.place != "JSON-LD" or not _is_instant(other.moment) or _is_utc(other.moment):
        return False
    is_eve = other.moment.value.hour >= 16 and one.day - other.day == timedelta(days=1)
    return is_eve and one.place != "JSON-LD" and one.moment.precision == "day"


def _fits(one: Candidate, day: date, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a moment can be on a day: stated so, or once its UTC is turned into the zone of the place."""
    if one.day == day:
        return True
    if not _is_utc(one.moment):
        return False
    there = [c for c in candidates if c.day == day and not _is_utc(c.moment)]
    if any(_same_instant(one.moment, c.moment) for c in there):
        return True
    untimed = any(c.moment.precision == "day" and c.role == "published" for c in there)
    return untimed and not any(c.role == "updated" for c in there) and _shift(one.moment, day) is not None


def _doubts(day: date, support: float, candidates: Sequence[Candidate]) -> Iterator[str]:
    if support < SURE:
        yield "date doubtful: stated in one weak place only"
    others = [c for c in candidates if c.role == "published" and not _fits(c, day, candidates)]
    rivals = [c for c in others if _weight(c, candidates) >= SURE]
    yield from dict.fromkeys(f"date in the {c.place} differs: {c.day.isoformat()}" for c in rivals)
    updates = [
        c.day for c in candidates if c.role == "updated" and c.place == "page text" and c.day - day > LATER
    ]
    yield from (f"date of a later update is shown: {update.isoformat()}" for update in updates[:1])


# --- the moment of a day -----------------------------------------------------------------------------------


def _moment(day: date, candidates: Sequence[Candidate]) -> Moment:
    """Give the first instant of a day, in the zone of the place where the page tells it; else a time; else the day."""
    fitting = [c.moment for c in candidates if c.role == "published" and _fits(c, day, candidates)]
    instant = next((m for m in fitting if _is_instant(m)), None)
    if instant is not None:
        return _local(instant, day, fitting)
    on_day = [m for m in fitting if m.value.date() == day]
    return next((m for m in on_day if m.precision == "minute"), on_day[0])


def _local(instant: Moment, day: date, others: Sequence[Moment]) -> Moment:
    """Turn an instant in UTC into the zone that another place states for it, or shows by its clock or its day."""
    if not _is_utc(instant):
        return instant
    for other in others:
        if not _is_utc(other) and other.value.date() == day and _same_instant(instant, other):
            zone = other.value.tzinfo or timezone(_plain_gap(other, instant))
            return replace(instant, value=instant.value.astimezone(zone))
    if instant.value.date() == day:
        return instant
    # The least offset that brings it there: the day is the place's, the clock may not be; the note says so.
    shift = _shift(instant, day) or timedelta()
    note = f"date shown as {day.isoformat()}, stated as {instant.value.isoformat()}"
    return replace(instant, value=instant.value.astimezone(timezone(shift)), notes=(*instant.notes, note))


def _shift(instant: Moment, day: date) -> timedelta | None:
    """Give the least offset of whole hours that brings an instant of UTC to the day before or after."""
    for hours in range(1, 15):
        for shift in (timedelta(hours=hours), timedelta(hours=-hours)):
            if hours <= 11 + 3 * (shift > timedelta()) and (instant.value + shift).date() == day:
                return shift
    return None


def _same_instant(one: Moment, other: Moment) -> bool:
    """Tell one instant in two zones; a clock without a zone is another zone's where it differs by half hours."""
    if one.precision == "day" or other.precision == "day":
        return False
    gap = _plain_gap(other, one)
    if other.value.tzinfo is not None and other.assumed is None:
        return abs(other.value - one.value) < 2 * MINUTE
    return abs(gap) <= timedelta(hours=14) and gap % timedelta(minutes=30) == timedelta()


def _plain_gap(one: Moment, other: Moment) -> timedelta:
    """Give the difference of two clocks, to the minute."""
    first, second = (m.value.replace(tzinfo=None, second=0) for m in (one, other))
    return first - second


def _is_instant(moment: Moment) -> bool:
    return moment.precision == "minute" and moment.value.tzinfo is not None and moment.assumed is None


def _is_utc(moment: Moment) -> bool:
    return _is_instant(moment) and str(moment.value.tzinfo) == "UTC"


def _no_earlier(moment: Moment, published: Moment) -> bool:
    return _plain(moment.value) >= _plain(published.value)


def _plain(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
