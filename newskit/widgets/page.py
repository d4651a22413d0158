"""The one door for text to the screen: everything is escaped here, and only our own marks are markup.

Text from pages is hostile, and JavaScript in a notebook's page can reach the kernel. So no other module
makes an HTML widget; a test holds that. `Markup` (of markupsafe) escapes whatever is put into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

__all__ = ["Markup", "join", "link", "marked", "message", "page", "show", "style", "table", "text"]

_MOST_ROWS = 1000
_LONGEST_TEXT = 20_000


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
    """Write a frame as a table with a caption, at most 1,000 rows; a missing value is an empty cell."""
    sides = ["nk-number" if pd.api.types.is_numeric_dtype(kind) else "" for kind in frame.dtypes]
    head = join(
        Markup('<th scope="col" class="{}">{}</th>').format(side, name)
        for side, name in zip(sides, frame.columns, strict=True)
    )
    rows = (_row(values, sides) for values in frame.head(_MOST_ROWS).itertuples(index=False))
    more = len(frame) - _MOST_ROWS
    note = f" The first {_MOST_ROWS:,} of {len(frame):,} rows; an export holds all." if more > 0 else ""
    return Markup(
        '<div class="nk-scroll" tabindex="0" role="group" aria-label="{0}"><table class="nk-table">'
        "<caption>{0}</caption><thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    ).format(caption + note, head, join(rows))


def style() -> widgets.HTML:
    """Give the stylesheet of our widgets, to be put into each of them once."""
    css = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return widgets.HTML(f"<style>{css}</style>", layout=widgets.Layout(display="none"))


def _row(values: Iterable[object], sides: Sequence[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(join(_cell(*pair) for pair in zip(values, sides, strict=True)))


def _cell(value: object, side: str) -> Markup:
    shown = "" if pd.isna(value) else f"{value:,}" if isinstance(value, int) else value  # type: ignore[call-overload]
    return Markup('<td class="{}">{}</td>').format(side, shown)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(left: int) -> Markup:
    return Markup("<em> … {} more characters</em>").format(f"{left:,}") if left > 0 else Markup("")


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
