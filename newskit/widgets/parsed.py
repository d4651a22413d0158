"""What was taken from a page, shown line by line beside what was left."""

from __future__ import annotations

from itertools import groupby

import ipywidgets as widgets

from newskit.article import Article
from newskit.parse.laid_out import LaidOut, Part, laid_out
from newskit.widgets.page import Markup, join, message, page, show, style, text

__all__ = ["parsed"]

_LONGEST = 2_000  # characters of a line
_FOLDED = 6  # lines left out in a row: more are folded away
_FACTS = ("outlet", "section", "language", "byline", "agency", "dateline", "published", "updated", "url")


def parsed(raw: bytes | str, url: str | None) -> widgets.VBox:
    """Show a page as laid_out() tells it."""
    place = page()
    show(place, page_markup(laid_out(raw, url)))
    box = widgets.VBox([style(), place])
    box.add_class("nk")
    return box


def page_markup(page: LaidOut) -> Markup:
    """Write the article's fields and where each was read, then the lines of the page with their parts."""
    counts = ", ".join(f"{n:,} {part}" for part, n in page.counts.items())
    runs = join(
        _run(part, [line for _, line in lines])
        for part, lines in groupby(page.lines, key=lambda pair: pair[0])
    )
    return Markup(
        '{}<p class="nk-about">Lines of the page: {}</p><div class="nk-scroll nk-lines" tabindex="0">{}</div>'
    ).format(
        _facts(page.article) if page.article else message(f"Set aside: {page.why}", "note"),
        counts or "none",
        runs,
    )


def _facts(article: Article) -> Markup:
    told = article.as_dict()
    rows = [(name, told[name], article.origin.get(name, "")) for name in _FACTS]
    head = Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
        "title", article.title or "none found", article.origin.get("title", "")
    )
    body = join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(name, _shown(value), origin)
        for name, value, origin in rows
    )
    notes = join(Markup("<li>{}</li>").format(note) for note in article.notes)
    return Markup(
        '<table class="nk-table"><caption>What was taken</caption><thead><tr><th scope="col">field</th>'
        '<th scope="col">value</th><th scope="col">read in</th></tr></thead><tbody>{}{}</tbody></table>{}'
    ).format(head, body, Markup('<p class="nk-about">To know:</p><ul>{}</ul>').format(notes) if notes else "")


def _shown(value: object) -> str:
    return (", ".join(value) if isinstance(value, list) else str(value or "")) or "not on the page"


def _run(part: Part, lines: list[str]) -> Markup:
    """Write lines of one part that follow each other; many that were left out are folded away."""
    rows = join(_line(part, line) for line in lines)
    if part != "left out" or len(lines) <= _FOLDED:
        return rows
    return Markup("<details><summary>{} lines left out: {} …</summary>{}</details>").format(
        f"{len(lines):,}", lines[0][:60], rows
    )


def _line(part: Part, line: str) -> Markup:
    cut = text(line) if len(line) <= _LONGEST else Markup("{} …").format(line[:_LONGEST])
    return Markup('<p class="nk-line nk-is-{}"><span class="nk-part">{}</span><span>{}</span></p>').format(
        part.replace(" ", "-"), part, cut
    )
