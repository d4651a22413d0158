"""Every error that newskit raises on purpose: each says what, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "BadArgument",
    "CodebookError",
    "CorpusError",
    "ExportError",
    "LayoutError",
    "NewskitError",
    "NotAnArticle",
    "SourceError",
    "WorkerError",
    "nearest",
]


class NewskitError(Exception):
    """Base of all errors that newskit raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Show in a notebook what is wrong and what to do, not the way through our code (IPython asks for this)."""
        return [f"{type(self).__name__}: {self}"]


class BadArgument(NewskitError, ValueError):
    """A call asks for something that cannot be: an unknown topic, a period of no length."""


class SourceError(NewskitError):
    """A path cannot be read as pages: it is missing, empty, or of no known kind."""


class NotAnArticle(NewskitError):
    """A page holds no article: a list of links, a consent wall, an error page, bytes that are no text."""


class CodebookError(NewskitError):
    """A codebook cannot be used; the message names file, line and topic."""


class CorpusError(NewskitError):
    """A corpus folder cannot be opened or written."""


class LayoutError(NewskitError):
    """A layout of an outlet cannot be used; the message names its file and the key."""


class WorkerError(NewskitError):
    """No process can be started that pages could be read in; the message says which command fails."""


class ExportError(NewskitError):
    """Something of an export could not be written; the message says what, and how to get it."""


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Suggest the known name closest to a wrong one, as a sentence to append; empty where none is close.

    >>> nearest("forced labour", ["forced labor", "Fukushima"])
    " Did you mean 'forced labor'?"
    >>> nearest("zebra", ["forced labor"])
    ''
    """
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def require(value: object, kind: type, instead: str) -> None:
    """Raise BadArgument where a value is of another kind; `instead` says what to write.

    >>> require("my.yaml", dict, "Write {}.")
    Traceback (most recent call last):
    ...
    newskit.errors.BadArgument: A dict is wanted, not the str 'my.yaml'. Write {}.
    """
    if not isinstance(value, kind):
        shown = f"{value!r:.60}" if isinstance(value, str | int | float | bytes | None) else ""
        msg = f"A {kind.__name__} is wanted, not the {type(value).__name__} {shown}".rstrip()
        raise BadArgument(f"{msg}. {instead}")
