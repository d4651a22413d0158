"""A row of a table, or front matter, turned into an Article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.characters import one_line
from newskit.parse.dates import Moment, moment_in_url, read_moment, zone_note
from newskit.parse.fragment import Fragment, plain, read_fragment
from newskit.parse.language import language_of
from newskit.parse.layouts import Layout, layout_for, layout_named
from newskit.parse.names import credit_at_end, outlet_name, read_byline, read_dateline

__all__ = ["record"]

_SAMPLE = 400
_NOTE = 300


def record(fields: Mapping[str, str], source: str | None = None, sha: str | None = None) -> Article:
    """Turn one row into an Article; keys are the field names of Article, "text" for the body, and "note".

    A note is what a source says of the row ("an excerpt: …"), one a line; it goes into `notes`. What the columns
    do not say is read from the text and the URL where it can be. Raises NotAnArticle where the row has neither a
    title nor a text.

    >>> story = record({"title": "Talks go on", "published": "2017/2/7", "outlet": "Korea Herald"})
    >>> story.outlet, story.day.isoformat(), story.notes
    ('The Korea Herald', '2017-02-07', ('no text: title only',))
    """
    row = _Row({key: value for key, value in fields.items() if value and not value.isspace()})
    title, paragraphs = row.line("title"), row.body()
    if not title and not paragraphs:
        raise NotAnArticle(_nothing(fields, source))
    story = _story(row, title or "", paragraphs)
    notes = (*row.told(), *row.notes, *_missing(title, paragraphs))
    return replace(story, origin=row.origin, notes=tuple(dict.fromkeys(notes)), source=source, sha=sha)


def _story(row: _Row, title: str, paragraphs: tuple[str, ...]) -> Article:
    layout = row.layout()
    published = row.moment("published", layout) or row.moment_of_url()
    updated = row.moment("updated", layout)
    persons, agency, dateline = row.credits(paragraphs)
    return Article(
        title=title,
        paragraphs=paragraphs,
        captions=row.captions(),
        url=row.line("url"),
        outlet=row.outlet(layout),
        section=row.line("section"),
        language=row.language(title, paragraphs),
        byline=persons,
        agency=agency,
        dateline=dateline,
        published=published.value if published else None,
        updated=updated.value if updated else None,
        precision=published.precision if published else None,
    )


@dataclass
class _Row:
    """The filled columns of one row, and what reading them has left to say."""

    fields: Mapping[str, str]
    origin: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def line(self, key: str) -> str | None:
        """Give a column as one tidy line."""
        value = self.fields.get(key)
        if value is None:
            return None
        self.origin[key] = "column"
        # "?a=1&copy=2" is an address and no sign of copyright.
        return one_line(value.replace("&amp;", "&") if key == "url" else plain(value)) or None

    def body(self) -> tuple[str, ...]:
        if self._body.paragraphs:
            self.origin["paragraphs"] = "column"
        return self._body.paragraphs

    def captions(self) -> tuple[str, ...]:
        """Give the column of captions, and those of the pictures in the text, each once."""
        stated = read_fragment(self.fields.get("captions", ""))
        found = dict.fromkeys((*stated.captions, *stated.paragraphs, *self._body.captions))
        if found:
            self.origin["captions"] = "column"
        return tuple(found)

    @cached_property
    def _body(self) -> Fragment:
        return read_fragment(self.fields.get("text", ""))

    def told(self) -> tuple[str, ...]:
        """Give what the source says of this row, one note a line."""
        lines = map(one_line, self.fields.get("note", "").splitlines())
        return tuple(line[:_NOTE] for line in lines if line)

    def layout(self) -> Layout | None:
        name, url = self.fields.get("outlet"), self.fields.get("url")
        return (layout_named(name) if name else None) or (layout_for(url=url) if url else None)

    def outlet(self, layout: Layout | None) -> str | None:
        """Take the outlet from its column under its usual name, else from the host of the URL."""
        name = self.line("outlet")
        if name is None and layout is not None:
            self.origin["outlet"] = "url"
            return layout.name
        return outlet_name(name) if name else None

    def moment(self, key: str, layout: Layout | None) -> Moment | None:
        value = self.line(key)
        if value is None:
            return None
        found = read_moment(value, layout.zone if layout else None, layout.order if layout else None)
        if found is None:
            del self.origin[key]
            self.notes.append(f"{key} date not read: {value[:60]!r}")
            return None
        self.notes.extend(found.notes)
        if found.assumed:
            self.notes.append(zone_note(found.assumed))
        return found

    def moment_of_url(self) -> Moment | None:
        found = moment_in_url(self.fields.get("url", ""))
        if found is not None:
            self.origin["published"] = "url"
        return found

    def language(self, title: str, paragraphs: tuple[str, ...]) -> str | None:
        stated = self.line("language")
        head = paragraphs[0][:_SAMPLE] if paragraphs else ""
        return language_of(f"{title} {head}", stated)

    def credits(self, paragraphs: tuple[str, ...]) -> tuple[tuple[str, ...], str | None, str | None]:
        """Give persons, agency and dateline: from columns, else from the edges of the text."""
        persons, wired = read_byline(self.line("byline") or "")
        stated = self.line("agency")
        place, opened = read_dateline(paragraphs[0]) if paragraphs else (None, None)
        closed = credit_at_end(paragraphs[-1]) if paragraphs and not (stated or wired or opened) else None
        agency = (read_byline(stated)[1] or stated) if stated else wired or opened or closed
        dateline = self.line("dateline") or place
        if agency and not stated:
            self.origin["agency"] = "column" if wired else "page text"
        if dateline and "dateline" not in self.origin:
            self.origin["dateline"] = "page text"
        return persons, agency, dateline


def _missing(title: str | None, paragraphs: tuple[str, ...]) -> list[str]:
    return (["no text: title only"] if not paragraphs else []) + (["no title"] if not title else [])


def _nothing(fields: Mapping[str, str], source: str | None) -> str:
    where = f" in {source}" if source else ""
    columns = ", ".join(sorted(fields)[:12]) or "none"
    return f"Neither a title nor a text{where} (columns: {columns}). Name the columns of title and text with columns=."
