"""Exports of paid databases: one file, many articles with their fields.

One small module a format, which tells by `opens(name, head)` whether a file is its own and gives `entries(stored)`:
the fields of each article as it comes, Unread for one that cannot be read, Stated for how many the file says it holds.
Adding a format is adding a module and its name to the line below: the first that opens a file reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from newskit.errors import SourceError
from newskit.sources.exports import (
    europresse,
    factiva_html,
    factiva_rtf,
    factiva_xml,
    nexis_docx,
    nexis_html,
    nexis_text,
    reuters,
    yomidas,
)
from newskit.sources.exports.piece import Fields, Stated, Unread
from newskit.sources.raw import Raw, Refused, Stored

__all__ = ["opens", "raws"]


class _Format(Protocol):
    def opens(self, name: str, head: bytes, /) -> bool: ...

    def entries(self, stored: Stored, /) -> Iterator[Fields | Unread | Stated]: ...


FORMATS: tuple[_Format, ...] = (
    factiva_html,
    factiva_rtf,
    factiva_xml,
    nexis_html,
    nexis_docx,
    nexis_text,
    europresse,
    reuters,
    yomidas,
)
_MOST = 100_000


def opens(name: str, head: bytes) -> bool:
    """Tell whether this is the export of a database that is known here."""
    return any(form.opens(name, head) for form in FORMATS)


def raws(stored: Stored) -> Iterator[Raw | Refused]:
    """Give each article of an export, "export.html#3", and for what could not be read, why.

    Where the file says that it holds more or fewer articles than there are, one Refused says so at the end.
    Raises SourceError where there is none at all.
    """
    form = next(form for form in FORMATS if form.opens(stored.plain_name, stored.head))
    stated: int | None = None
    count = 0
    for entry in form.entries(stored):
        if count >= _MOST:
            raise SourceError(f"more than {_MOST:,} articles, which no database gives in one file")
        if isinstance(entry, Stated):
            stated = entry.count
            continue
        count += 1
        place = f"{stored.name}#{count}"
        yield Refused(place, entry.why) if isinstance(entry, Unread) else Raw(place, fields=entry)
    if not count:
        raise SourceError("an export of a database with no article in it; export it again")
    if stated is not None and stated != count:
        yield Refused(
            stored.name, f"the file says that it holds {stated:,} articles, but {count:,} are in it"
        )
