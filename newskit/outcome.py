"""Outcome: one page or row becomes an article, or is set aside with the reason; this runs in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from newskit.article import Article
from newskit.errors import LayoutError, NotAnArticle
from newskit.parse import parse, record
from newskit.sources import Raw, Refused
from newskit.store import Fate

__all__ = ["columns_of", "outcome", "set_aside"]


def outcome(raw: Raw | Refused) -> Article | Fate:
    """Parse one input; what is no article is set aside with the reason."""
    if isinstance(raw, Refused):
        return set_aside(raw, "opening", raw.why)
    try:
        # The source is set afterwards: a reason that names it could not be counted with others of its kind.
        if raw.fields is None:
            return replace(parse(raw.data, url=raw.url), source=raw.source, sha=raw.sha)
        article = record(raw.fields, source=raw.source, sha=raw.sha)
        return replace(article, origin=_with_columns(article.origin, raw.columns or {}))
    except NotAnArticle as error:
        return set_aside(raw, "parsing", str(error))
    except MemoryError:
        return set_aside(raw, "limits", "takes more memory to read than any news page does")
    except LayoutError:  # no fault of the page: every other one would be set aside, too
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the parser costs one page, never the reading
        why = f"the parser failed ({type(error).__name__}: {error}): please report this page"
        return set_aside(raw, "fault", why[:300])


def set_aside(raw: Raw | Refused, stage: str, why: str) -> Fate:
    """Say why a page or row becomes no article, and how far it came."""
    return Fate(raw.source, raw.sha, "set aside", why=why, stage=stage)


def _with_columns(origin: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Name the column in each origin that says "column"."""
    own = {"paragraphs": "text"}  # the one field that a table calls by another name
    named = {field: columns.get(own.get(field, field)) for field in origin}
    return {
        f: f"column {named[f]}" if where == "column" and named[f] else where for f, where in origin.items()
    }


def columns_of(origin: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give field and column back from the origins of a row."""
    for name, where in origin.items():
        if where.startswith("column "):
            yield "text" if name == "paragraphs" else name, where.removeprefix("column ")
