"""The one door for text to the screen: everything is escaped here, and only our own marks are markup.

Text from pages is hostile, and JavaScript in a notebook's page can reach the kernel. So no other module
makes an HTML widget, or the output of a cell in HTML; a test holds that. `Markup` (of markupsafe) escapes whatever is
put into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup, escape

from newskit.widgets.values import told

__all__ = [
    "MOST_ROWS",
    "Markup",
    "Output",
    "join",
    "link",
    "marked",
    "message",
    "page",
    "show",
    "style",
    "table",
    "text",
]

MOST_ROWS = 1000
_LONGEST_TEXT = 20_000
_LONGEST_CELL = 1_000
_TO_THE_KEYWORD = "pre"  # of kwic: what stands before a keyword ends beside it
_MOMENTS = ("published", "updated")  # kept as they were written: text


@dataclass(frozen=True, eq=False)
class Output:
    """Markup as the output of a cell: it stays in the notebook's file, where a widget is gone without its kernel."""

    content: Markup
    plain: str

    def _repr_html_(self) -> str:
        return f'<style>{_css()}</style><div class="nk">{escape(self.content)}</div>'

    def __repr__(self) -> str:
        return self.plain


def page() -> widgets.HTML:
    """Make an empty place for markup."""
    return widgets.HTML()


def show(place: widgets.HTML, content: str) -> None:
    """Put markup into a place; plain text must be escaped by text() or Markup.format() first."""
    if not isinstance(content, Markup):
        msg = f"show() takes Markup, not {type(content).__name__}: escape it with text() first."
        raise TypeError(msg)
    place.value = str(content)


def text(plain: str) -> Markup:
    """Escape plain text.

    >>> text("<b>no</b>")
    Markup('&lt;b&gt;no&lt;/b&gt;')
    """
    return Markup("{}").format(plain)


def join(parts: Iterable[Markup]) -> Markup:
    """Put pieces of markup one after the other."""
    return Markup("").join(parts)


def message(plain: str, kind: str) -> Markup:
    """Write a line for the reader; kind is "error", "note" or "busy". Screen readers speak it when it changes."""
    role = "alert" if kind == "error" else "status"
    return Markup('<p class="nk-{}" role="{}">{}</p>').format(kind, role, plain) if plain else Markup("")


def link(url: str | None, label: str) -> Markup:
    """Link to an http or https address; anything else is shown as nothing at all.

    >>> link("javascript:alert(1)", "open")
    Markup('')
    """
    if not url or not _is_web(url):
        return Markup("")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(url, label)


def marked(plain: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Escape text and mark its spans (start, end); spans that overlap become one mark.

    >>> marked("a <b> of forced labor", [(9, 15), (9, 21)])
    Markup('a &lt;b&gt; of <mark>forced labor</mark>')
    """
    out, at = [], 0
    for start, end in _merged(spans):
        out += [text(plain[at:start]), Markup("<mark>{}</mark>").format(plain[start:end])]
        at = end
    return join([*out, text(plain[at : max(at, _LONGEST_TEXT)]), _cut(len(plain) - max(at, _LONGEST_TEXT))])


def table(frame: pd.DataFrame, caption: str) -> Markup:
    """Write a frame as a table with a caption: at most 1,000 rows, of each cell 1,000 characters.

    A missing value is an empty cell; see `told` for numbers and days.
    """
    leads = [_TO_THE_KEYWORD] if "keyword" in frame.columns else []
    sides = [_side(str(name), kind, leads) for name, kind in frame.dtypes.items()]
    head = join(
        Markup('<th scope="col" class="{}">{}</th>').format(side, _shortened(_head(name)))
        for side, name in zip(sides, frame.columns, strict=True)
    )
    rows = (_row(values, sides) for values in frame.head(MOST_ROWS).itertuples(index=False, name=None))
    more = len(frame) > MOST_ROWS
    note = f" The first {MOST_ROWS:,} of {len(frame):,} rows are shown." if more else ""
    return Markup(
        '<div class="nk-scroll" tabindex="0" role="group" aria-label="{0}"><table class="nk-table">'
        "<caption>{0}</caption><thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    ).format(caption[:_LONGEST_CELL] + note, head, join(rows))


def style() -> widgets.HTML:
    """Give the stylesheet of our widgets, to be put into each of them once."""
    return widgets.HTML(f"<style>{_css()}</style>", layout=widgets.Layout(display="none"))


def _css() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def _side(name: str, kind: Any, leads: Sequence[str]) -> str:
    """Tell how a column is set: numbers and what leads to a keyword to the right, days and times in one line."""
    types = pd.api.types
    if name in leads or (types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind)):
        return "nk-right"
    return "nk-day" if name in _MOMENTS or types.is_datetime64_any_dtype(kind) else ""


def _head(name: object) -> str:
    return " / ".join(filter(None, map(str, name))) if isinstance(name, tuple) else str(name)


def _row(values: Iterable[object], sides: Sequence[str]) -> Markup:
    cells = (
        Markup('<td class="{}">{}</td>').format(side, _shortened(told(value)))
        for value, side in zip(values, sides, strict=True)
    )
    return Markup("<tr>{}</tr>").format(join(cells))


def _shortened(plain: str) -> Markup:
    return text(plain[:_LONGEST_CELL]) + _cut(len(plain) - _LONGEST_CELL)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(left: int) -> Markup:
    more = f" … {left:,} more character{'s' * (left != 1)}"
    return Markup("<em>{}</em>").format(more) if left > 0 else Markup("")


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
