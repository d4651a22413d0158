"""Which outlet carries what on which day: the calendar of the demonstration corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from newskit.sample.chance import Chance
from newskit.sample.story import Event, Outlet, events, outlets, texts

__all__ = ["Plan", "plans"]

LAST = date(2024, 12, 31)
STORIES = {2: 2, 3: 3, 4: 6, 5: 10}  # weight of an event -> stories about it, wire copies apart
DELAYS = {0: 0.3, 1: 0.19, 2: 0.13, 3: 0.1, 5: 0.09, 8: 0.08, 13: 0.06, 21: 0.05}  # days after the event
LATE = {5: 0.4, 8: 0.3, 13: 0.2, 21: 0.1}  # a fortnightly does not chase the news
KOREA = {"Seoul", "Sejong", "Daegu", "Gwangju", "Daejeon", "Busan", "Pohang", "Cheonan", "Pyeongchang"}


@dataclass(frozen=True)
class Plan:
    """A story to be written: `wire` names the agency text that it prints, `cut` how many paragraphs it drops."""

    key: str
    outlet: Outlet
    when: datetime
    kind: str
    subject: str
    event: Event | None = None
    agency: str | None = None
    wire: str | None = None
    cut: int = 0

    @property
    def delay(self) -> int:
        """Days since the event."""
        return (self.when.date() - self.event.day).days if self.event else 0


def plans() -> tuple[Plan, ...]:
    """Lay out all stories in order of time.

    >>> plans()[0].when.year, len(plans()) > 700
    (2018, True)
    """
    drawn = [*_of_events(), *_of_background()]
    kept = [plan for plan in drawn if plan.when.date() <= LAST and not plan.outlet.silent(plan.when.date())]
    return tuple(sorted(kept, key=lambda plan: (plan.when.replace(tzinfo=None), plan.key)))


def _of_events() -> Iterator[Plan]:
    for event in events():
        base = f"{event.day} {event.topic}"
        chance = Chance(f"{base} wire")
        reported: set[str] = set()  # languages that have their report of the facts
        if event.weight > 2 and chance.below(0.6):
            agency = "saebyeok" if event.place["en"] in KOREA else "akebono"
            yield from _wire(_moment(chance, event.day, 7), (base, event.topic, event), agency)
            reported.add("en")
        for turn in range(STORIES[event.weight]):
            yield _about(event, f"{base} {turn}", reported)


def _about(event: Event, key: str, reported: set[str]) -> Plan:
    chance = Chance(key)
    slug = chance.weighed({outlet.slug: outlet.share for outlet in outlets()})
    outlet = next(outlet for outlet in outlets() if outlet.slug == slug)
    delay = chance.weighed(LATE if outlet.region == "sg" else DELAYS)
    when = _moment(chance, event.day + timedelta(days=delay), 9).replace(tzinfo=outlet.clock)
    plan = Plan(key, outlet, when, "", event.topic, event)
    if delay > 1:
        return replace(plan, kind="analysis" if chance.below(0.25) else "follow")
    if outlet.language in reported:
        return replace(plan, kind="reaction")
    reported.add(outlet.language)
    return replace(plan, kind="report", agency=outlet.agency if chance.below(0.3) else None)


def _wire(first: datetime, about: tuple[str, str, Event | None], agency: str) -> Iterator[Plan]:
    key, subject, event = about
    chance = Chance(f"{key} printed")
    for turn, outlet in enumerate(outlet for outlet in outlets() if outlet.language == "en"):
        if turn == 2 and not chance.below(0.5):
            return
        when = (first + timedelta(minutes=chance.whole(10, 150) * (turn + 1))).replace(tzinfo=outlet.clock)
        kind = "report" if event else "background"
        cut = chance.whole(0, 3) if chance.below(0.6) else 0
        yield Plan(f"{key} {outlet.slug}", outlet, when, kind, subject, event, agency, key, cut)


def _of_background() -> Iterator[Plan]:
    for outlet in outlets():
        for year in range(2018, LAST.year + 1):
            for month in range(1, 13):
                yield from _month(outlet, f"{year}-{month:02}")


def _month(outlet: Outlet, month: str) -> Iterator[Plan]:
    chance = Chance(f"{outlet.slug} {month}")
    subjects = list(texts(outlet.language)["background"])
    for turn in range(int(outlet.steady + chance.whole(0, 99) / 100)):
        key = f"{outlet.slug} {month} {turn}"
        when = _moment(chance, date.fromisoformat(f"{month}-{chance.whole(1, 28):02}"), 8)
        subject = chance.pick(subjects)
        if outlet.slug == "hangang-courier" and chance.below(0.1):
            yield from _wire(when, (key, subject, None), outlet.agency)
        else:
            agency = outlet.agency if chance.below(0.12) else None
            yield Plan(key, outlet, when.replace(tzinfo=outlet.clock), "background", subject, None, agency)


def _moment(chance: Chance, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour)) + timedelta(minutes=chance.whole(0, 60 * 10))
