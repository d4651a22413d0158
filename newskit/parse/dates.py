"""Dates as pages spell them: one short text in, one moment out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from newskit.article import Precision
from newskit.parse.months import MONTHS

__all__ = ["Moment", "Order", "moment_in_url", "read_moment", "zone_note"]

Order = Literal["dmy", "mdy", "ymd"]

_LONGEST = 300
_EARLIEST = datetime(1950, 1, 1)
_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Moment:
    """A date that was read: its value, how exact it is, where it was read, and what to doubt.

    With precision "day" the time is midnight and means nothing, and a zone is set only where the text states
    one. `assumed` is the zone that was lent to a time without one; the caller notes it (see `zone_note`).
    """

    value: datetime
    precision: Precision
    origin: str = "page text"
    notes: tuple[str, ...] = ()
    assumed: str | None = None


def zone_note(zone: str) -> str:
    """Say that a zone was lent by the outlet.

    >>> zone_note("Asia/Seoul")
    'time zone assumed Asia/Seoul from the outlet'
    """
    return f"time zone assumed {zone} from the outlet"


def read_moment(text: str, zone: str | None = None, order: Order | None = None) -> Moment | None:
    """Read the first date anywhere in a short text; None where there is none.

    A time without a zone is given `zone` (an IANA name); a time with one is converted to it, so that its date
    is the outlet's own. Days and months that could be swapped are read as `order` says, else day first with
    a note. What cannot be (30 February, before 1950, more than two days ahead) is no date.

    >>> read_moment("Published : Feb 14, 2023 - 10:12", zone="Asia/Seoul").value.isoformat()
    '2023-02-14T10:12:00+09:00'
    >>> read_moment("2023.02.14. 오후 5:09").value.isoformat()
    '2023-02-14T17:09:00'
    >>> read_moment("02/03/2023").notes
    ('date ambiguous: 02/03/2023',)
    >>> read_moment("2023-02-30") is None
    True
    """
    found = _read(text[:_LONGEST].strip(), order)
    return _placed(found, zone) if found is not None and _possible(found.value) else None


def moment_in_url(url: str) -> Moment | None:
    """Read the day that stands in the path of a URL, or in an article's number in it.

    >>> moment_in_url("https://example.org/2023/02/14/talks").value.date().isoformat()
    '2023-02-14'
    >>> moment_in_url("https://example.org/view/AEN20230214001000315").value.date().isoformat()
    '2023-02-14'
    >>> moment_in_url("https://example.org/talks") is None
    True
    """
    path = url[:2000].partition("://")[2].partition("/")[2]
    for pattern in _URL_SHAPES:
        for match in pattern.finditer(path):
            day = _day_of(match)
            if day is not None and _possible(day):
                return Moment(day, "day", origin="url")
    return None


_URL_SHAPES = (
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20)\d\d)/(?P<m>\d{1,2}|[a-z]{3,9})/(?P<d>\d\d|\d(?!-))(?!\d)", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-_.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)/?(?P<d>[0-3]\d)(?=\d{0,12}(?!\d))"),
)


@lru_cache(maxsize=4096)
def _read(text: str, order: Order | None) -> Moment | None:
    if text.isdecimal() or text.removesuffix(".0").isdecimal():
        return _read_digits(text.removesuffix(".0"))
    return _read_iso(text) or _read_spelled(text, order)


# --- whole texts of one standard shape ---------------------------------------------------------------------


_ONE_DIGIT = re.compile(r"(?<=[T:])(?=\d(?!\d))")  # 2023-02-14T9:05:0Z


def _read_iso(text: str) -> Moment | None:
    """Read a text that is ISO 8601 as a whole: the cheap path, which most rows of a table take.

    Midnight to the second counts as "no time stated": that is how tables and sites write a bare day.
    """
    if not (10 <= len(text) <= 35 and text[:4].isdecimal() and (text[4] == "-" or text[8] == "T")):
        return None
    try:
        value = datetime.fromisoformat(_ONE_DIGIT.sub("0", text))
    except ValueError:
        return None
    timed = value.hour or value.minute or value.second
    return Moment(value.replace(microsecond=0), "minute" if timed else "day")


def _read_digits(digits: str) -> Moment | None:
    """Read digits alone: 20230214, 20230214101200, or seconds or milliseconds since 1970."""
    if not digits.isascii() or not 8 <= len(digits) <= 14:
        return None
    if len(digits) in (8, 12, 14):
        day = _calendar(digits[:4], int(digits[4:6]), digits[6:8])
        if day is not None and _possible(day):
            return _with_clock(day, digits[8:])
    if len(digits) not in (9, 10, 12, 13):
        return None
    seconds = int(digits) / (1000 if len(digits) > 10 else 1)
    return Moment(datetime.fromtimestamp(int(seconds), UTC), "minute")


def _with_clock(day: datetime, digits: str) -> Moment | None:
    if not digits:
        return Moment(day, "day")
    hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Moment(day.replace(hour=hour, minute=minute, second=second), "minute")


# --- spelled dates: each shape finds the day, the clock is looked for around it ------------------------------

# How programs print a date, "Tue Jan 28 15:28:56 CET 2020": the clock and its zone stand before the year.
_YEAR_LAST = re.compile(
    r"(?P<day>\b[A-Z][a-z]{2} [ \d]?\d) (?P<clock>\d\d:\d\d(?::\d\d)?(?: (?:[A-Z]{2,4}|[+-]\d{4}))?) (?P<year>(?:19|20)\d\d)\b"
)
# The Nordic clock, "kl. 10.12", whose dot could be a date's anywhere else.
_NORDIC = re.compile(r"\b(?P<at>klo?)\b\.?\s?(?P<hour>\d{1,2})\.(?=\d\d)", re.IGNORECASE)
_Built = tuple[datetime | None, tuple[str, ...]]
_WORD = r"(?P<m>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<y>(?:19|20)\d\d)"  # what follows may be glued to it: "March 7, 20247:55 AM"
_DIGITS = {zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for n in range(10)}
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}


def _read_spelled(text: str, order: Order | None) -> Moment | None:
    """Try every shape on the text; of those that fit, the one that stands first wins."""
    text = _YEAR_LAST.sub(
        r"\g<day> \g<year> \g<clock>", unicodedata.normalize("NFKC", text).translate(_DIGITS)
    )
    text = _NORDIC.sub(r"\g<at> \g<hour>:", text) if "kl" in text else text
    best: tuple[re.Match[str], datetime, tuple[str, ...]] | None = None
    for shape, build in _SHAPES:
        for match in shape.finditer(text):
            if best is not None and match.start() >= best[0].start():
                break
            day, notes = build(match, order)
            if day is not None and _possible(day):
                best = (match, day, notes)
                break
    return _timed(text, *best) if best is not None else None


def _named(match: re.Match[str], _order: Order | None) -> _Built:
    return _day_of(match), ()


def _era(match: re.Match[str], _order: Order | None) -> _Built:
    year = _ERAS[match["era"]] + (1 if match["y"] == "元" else int(match["y"]))
    return _calendar(str(year), int(match["m"]), match["d"]), ()


def _numeric(match: re.Match[str], order: Order | None) -> _Built:
    """Read 14/02/2023: as `order` says, else the only reading there is, else day first with a note."""
    first, second, year = match["a"], match["b"], match["y"]
    readings: dict[Order, datetime | None] = {
        "dmy": _calendar(year, int(second), first),
        "mdy": None if match["sep"] == "." else _calendar(year, int(first), second),
        "ymd": _calendar(first, int(second), year) if len(year) == 2 else None,
    }
    possible = {kind: day for kind, day in readings.items() if day is not None and _possible(day)}
    if order in possible:
        return possible[order], ()
    doubtful = len(set(possible.values())) > 1
    return next(iter(possible.values()), None), (f"date ambiguous: {match[0]}",) if doubtful else ()


_GLUED = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Order | None], _Built]], ...] = (
    (re.compile(rf"(?<=[a-z])(?P<m>{_GLUED})\s(?P<d>\d{{1,2}}),?\s{_YEAR}"), _named),
    (
        re.compile(
            r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-./])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<d>\d{1,2})(?!\d)"
        ),
        _named,
    ),
    (
        re.compile(
            r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"
        ),
        _named,
    ),
    (
        re.compile(
            r"(?P<era>明治|大正|昭和|平成|令和)\s?(?P<y>\d{1,2}|元)\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日"
        ),
        _era,
    ),
    (
        re.compile(rf"(?<!\w){_WORD}\s{{0,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s?|\s|\s?\.\s?){_YEAR}"),
        _named,
    ),
    (
        re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s-](?:of\s|de\s)?{_WORD},?[\s-](?:de\s|del\s)?{_YEAR}"
        ),
        _named,
    ),
    (re.compile(r"(?<!\d)(?P<d>\d{1,2})-(?P<m>[A-Za-z]{3})-(?P<y>\d\d)(?!\d)"), _named),
    (re.compile(rf"(?<!\d){_YEAR}(?!\d)[.,]?[\s-]{_WORD}[\s-](?P<d>\d{{1,2}})(?!\d)"), _named),
    (re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}) tháng (?P<m>\d{{1,2}}),? (?:năm )?{_YEAR}"), _named),
    (
        re.compile(
            r"(?<![\d./])(?<!\d-)(?P<a>\d{1,2})\s?(?P<sep>[-./])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d|\d\d)(?![\d/-])"
        ),
        _numeric,
    ),
)

_ZONES = {
    "KST": "Asia/Seoul", "JST": "Asia/Tokyo", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "PHT": "Asia/Manila",
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York", "CT": "America/Chicago",
    "CDT": "America/Chicago", "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "BST": "Europe/London",
    "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "MSK": "Europe/Moscow", "SAST": "Africa/Johannesburg", "EAT": "Africa/Nairobi", "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney", "WIB": "Asia/Jakarta", "PKT": "Asia/Karachi", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "Z": "UTC", "UTC": "UTC", "GMT": "UTC",
}  # fmt: skip
_HALF = r"오전|오후|午前|午後|上午|下午|[ap]\.?\s?m\.?"
_ZONE_NAME = (
    r"(?:GMT|UTC)\s?[+-]\d{1,2}(?::?\d\d)?|[+-]\d\d:?\d\d(?!\d)|(?-i:Z(?!\w)|(?:"
    + "|".join(sorted(_ZONES, key=len, reverse=True))
    + r")(?![A-Z]\b|[A-Z]{2}|[a-z]))"
)
_CLOCK = (
    rf"(?P<early>(?:{_HALF})\s?)?(?P<hour>\d{{1,2}})"
    rf"(?:\s?(?:[:h時时시]|[.](?=\d\d\s?(?:Uhr|[ap]\.?m|GMT|BST|CES?T)))\s?(?P<minute>\d(?=\s?[分분])|\d\d)(?!\d)(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?"
    rf"|(?=\s?[ap]\.?m)|(?=\s?[時시]))\s?[分분時시]?"
    rf"(?:\s?(?P<late>[ap]\.?\s?m\b\.?))?(?:\s?Uhr)?(?:\s?\(?(?P<zone>{_ZONE_NAME}))?"
)
_GAP = r"(?:[\s,|·•/()\[\]T~.–—-]|at\b|um\b|à|às|a las\b|alle\b|ore\b|kl\b|klo\b|le\b|om\b|o\b|в\b|[월화수목금토일月火水木金土日](?:요일|曜日?)?|[^\W\d_]{2,9}day\b|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b){0,10}"
_AFTER = re.compile(_GAP + _CLOCK, re.IGNORECASE)
_BEFORE = re.compile(
    r"(?<!\d)"
    + _CLOCK
    + r"\)?[\s,|·•–—-]{0,4}(?:on |del? |am |, )?(?:[^\W\d_]{2,9}day,?\s?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[.,]?\s?)?\Z",
    re.IGNORECASE,
)


def _timed(text: str, match: re.Match[str], day: datetime, notes: tuple[str, ...]) -> Moment:
    clock = _AFTER.match(text, match.end(), match.end() + 60) or _BEFORE.search(text[: match.start()][-48:])
    value = _at(day, clock) if clock else None
    return Moment(value, "minute", notes=notes) if value is not None else Moment(day, "day", notes=notes)


def _at(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour, minute, second = int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0)
    half = (clock["early"] or clock["late"] or "").strip().lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "p오午下" and half not in ("오전", "午前") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    value = day.replace(hour=hour, minute=minute, second=second)
    zone = _zone(clock["zone"]) if clock["zone"] else None
    return value.replace(tzinfo=zone)


def _zone(name: str) -> tzinfo | None:
    """Turn what stands after a clock into a zone; None for letters that name none, or several (IST, CST)."""
    offset = re.fullmatch(r"(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d\d)?", name, re.IGNORECASE)
    if not offset:
        known = _ZONES.get(name.upper())
        return ZoneInfo(known) if known else None
    size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-size if offset[1] == "-" else size) if size < timedelta(hours=15) else None


# --- days -------------------------------------------------------------------------------------------------


def _day_of(match: re.Match[str]) -> datetime | None:
    month = match["m"]
    number = int(month) if month.isdecimal() else MONTHS.get(month.casefold().rstrip("."), 0)
    return _calendar(match["y"], number, match["d"])


def _calendar(year: str, month: int, day: str) -> datetime | None:
    """Give that day, or None where the calendar has none; two-digit years lie in the last hundred years."""
    full = int(year)
    if len(year) == 2:
        full += 2000 if full <= datetime.now(UTC).year % 100 else 1900
    try:
        return datetime(full, month, int(day))
    except ValueError:
        return None


def _possible(value: datetime) -> bool:
    plain = value.replace(tzinfo=None)
    return _EARLIEST <= plain <= datetime.now(UTC).replace(tzinfo=None) + _AHEAD


def _placed(found: Moment, zone: str | None) -> Moment:
    """Put a timed moment into the outlet's zone; a bare day belongs to no zone and stays as it is."""
    if zone is None or found.precision == "day":
        return found
    local = ZoneInfo(zone)
    if found.value.tzinfo is None:
        return Moment(found.value.replace(tzinfo=local), "minute", found.origin, found.notes, assumed=zone)
    return Moment(found.value.astimezone(local), "minute", found.origin, found.notes)
