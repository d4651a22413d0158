"""Article: the one record, and its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal

__all__ = ["Article", "Precision"]

Precision = Literal["minute", "day"]


@dataclass(frozen=True)
class Article:
    """One story: what was published, where, when, by whom, and where each of these was read.

    A missing value is None (or an empty tuple), never a guess. `published` is aware where the zone is
    known and naive otherwise; with precision "day" its time is midnight and means nothing. `byline` holds
    persons only; a wire service stands in `agency`. `origin` names for each field where it was read
    (json-ld, meta, time, page text, url, column, layout, assumed ...); `notes` say what a reader should doubt.

    >>> story = Article(
    ...     title="Ties", paragraphs=("Talks were held.",), published=datetime(2023, 2, 14, 10, 12)
    ... )
    >>> story.day.isoformat(), story.body
    ('2023-02-14', 'Talks were held.')
    """

    title: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()
    url: str | None = None
    outlet: str | None = None
    section: str | None = None
    language: str | None = None
    byline: tuple[str, ...] = ()
    agency: str | None = None
    dateline: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    precision: Precision | None = None
    origin: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    source: str | None = None
    sha: str | None = None

    @property
    def id(self) -> str:
        """Digest of outlet, url (or title and day), and text: the same story read twice has the same id."""
        place = self.url or f"{self.title} {self.day}"  # one headline may stand over many days' stories
        parts = (self.outlet or "", place, self.title, self.body, self.caption)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def day(self) -> date | None:
        """The day of publication where it was published: what charts count by."""
        return self.published.date() if self.published else None

    @property
    def body(self) -> str:
        """The paragraphs, with an empty line between two."""
        return "\n\n".join(self.paragraphs)

    @property
    def caption(self) -> str:
        """The captions, with an empty line between two."""
        return "\n\n".join(self.captions)

    def as_dict(self) -> dict[str, Any]:
        """Give all fields, `id` first and `day` among them, as plain values that JSON can hold."""
        plain = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        return {"id": self.id, "day": _plain(self.day)} | plain


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value
