"""What the demonstration corpus is made from: its outlets, its events and its wording, read from data files."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Event", "Outlet", "Story", "agencies", "events", "furniture", "outlets", "texts"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outlet:
    """An invented outlet. `gap` holds its first and last month without articles, as 2021-03."""

    slug: str
    name: str
    language: str
    region: str
    city: str
    zone: str
    offset: int
    agency: str
    share: float
    steady: float
    shapes: Mapping[str, float]
    bylines: tuple[str, ...]
    gap: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """A host name that nobody can own."""
        return f"{self.slug}.example"

    @property
    def clock(self) -> timezone:
        """The offset of its city; none of the cities changed it in these years."""
        return timezone(timedelta(hours=self.offset))

    def silent(self, day: date) -> bool:
        """Say whether the day falls into its gap."""
        return bool(self.gap) and self.gap[0] <= day.isoformat()[:7] <= self.gap[1]


@dataclass(frozen=True)
class Event:
    """A public event. The mappings go by language; a fact has the slot {when} or holds without a date.

    `later` are facts that were known only afterwards.
    """

    day: date
    topic: str
    weight: int
    place: Mapping[str, str]
    name: Mapping[str, str]
    title: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]]
    later: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Story:
    """One invented article as an outlet carries it, before it is put on a page.

    `paragraphs` hold the dateline; `credit` is what a page appends to the last of them.
    """

    number: int
    outlet: Outlet
    shape: str
    title: str
    paragraphs: tuple[str, ...]
    section: str
    byline: tuple[str, ...]
    published: datetime
    updated: datetime | None = None
    agency: str | None = None
    credit: str = ""
    dateline: str | None = None
    caption: str | None = None
    dated: bool = True
    topics: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    family: str | None = None

    @property
    def url(self) -> str | None:
        """Its address; a pasted page has none."""
        if self.shape == "pasted":
            return None
        day = f"{self.published:%Y/%m/%d}" if self.dated else "articles"
        return f"https://{self.outlet.host}/{day}/{self.number:04}"

    @property
    def printed(self) -> tuple[str, ...]:
        """The paragraphs as they stand on the page, the agency's credit at their end."""
        return (*self.paragraphs[:-1], self.paragraphs[-1] + self.credit)


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def outlets() -> tuple[Outlet, ...]:
    """Read the outlets, in the order of their file.

    >>> [outlet.language for outlet in outlets()]
    ['en', 'en', 'ko', 'ja', 'en']
    """
    table = _toml("outlets.toml")["outlets"]
    return tuple(
        Outlet(slug, **(row | {"bylines": tuple(row["bylines"]), "gap": tuple(row.get("gap", ()))}))
        for slug, row in table.items()
    )


def agencies() -> dict[str, dict[str, str]]:
    """Read the invented agencies: key -> language -> name."""
    names: dict[str, dict[str, str]] = _toml("outlets.toml")["agencies"]
    return names


def texts(language: str) -> dict[str, Any]:
    """Read the wording of a language."""
    return _toml(f"texts/{language}.toml")


def furniture(language: str) -> dict[str, Any]:
    """Read what stands around an article in a language."""
    words: dict[str, Any] = _toml("texts/furniture.toml")[language]
    return words


@cache
def events() -> tuple[Event, ...]:
    """Read the events, earliest first."""
    with (HERE / "events.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_event(row) for row in csv.DictReader(lines))


def _event(row: Mapping[str, str]) -> Event:
    facts = {code: row[f"facts_{code}"].split(" | ") for code in ("en", "ko", "ja")}
    return Event(
        day=date.fromisoformat(row["date"]),
        topic=row["topic"],
        weight=int(row["weight"]),
        place=_by_language(row, "place"),
        name=_by_language(row, "name"),
        title=_by_language(row, "title"),
        facts={code: tuple(f for f in told if f[0] != "~") for code, told in facts.items()},
        later={code: tuple(f[1:] for f in told if f[0] == "~") for code, told in facts.items()},
    )


def _by_language(row: Mapping[str, str], column: str) -> dict[str, str]:
    return {code: row[f"{column}_{code}"] for code in ("en", "ko", "ja")}
