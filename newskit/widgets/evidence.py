"""The evidence list: articles behind a point, with the matching words marked and the rule named."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np

from newskit.copies import Families
from newskit.index import FIELDS
from newskit.tag import Hits
from newskit.widgets.page import Markup, join, link, marked, page, show, text
from newskit.widgets.shown import Match, Shown, printed_again, shown

__all__ = ["Evidence"]

_ARTICLES_A_PAGE = 10
_PASSAGES_AN_ARTICLE = 5
_CONTEXT = 90  # characters on each side of a match


class Evidence:
    """A list of articles with marked matches, ten a page. `box` is the widget."""

    def __init__(self) -> None:
        self.heading, self.list = page(), page()
        self.back = widgets.Button(description="Previous", icon="chevron-left", disabled=True)
        self.forth = widgets.Button(description="Next", icon="chevron-right", disabled=True)
        self.back.on_click(lambda _: self._turn(-1))
        self.forth.on_click(lambda _: self._turn(+1))
        self.box = widgets.VBox([self.heading, self.list, widgets.HBox([self.back, self.forth])])
        self.hits: Hits | None = None
        self.families: Families | None = None
        self.title = ""
        self.number = 0

    def open(self, hits: Hits, title: str, families: Families | None = None) -> None:
        """Show the first page of the articles behind some hits; with families, each with those that print it again."""
        self.hits, self.title, self.number, self.families = hits, title, 0, families
        self._draw()

    def close(self, hint: str) -> None:
        """Show no articles, and say how to get some."""
        self.hits, self.title, self.number, self.families = None, hint, 0, None
        self._draw()

    @property
    def ids(self) -> list[str]:
        """The articles in the list, by day."""
        hits = self.hits
        return [] if hits is None else hits.corpus.ids(hits.articles)

    def _turn(self, step: int) -> None:
        self.number += step
        self._draw()

    def _draw(self) -> None:
        known, first = (
            [] if self.hits is None else self.hits.articles.tolist(),
            self.number * _ARTICLES_A_PAGE,
        )
        here = known[first : first + _ARTICLES_A_PAGE]
        count = f": articles {first + 1:,} to {first + len(here):,} of {len(known):,}" if here else ""
        if self.hits is not None and not here:
            count = ": no article"
        show(self.heading, Markup('<h4 class="nk-heading" role="status">{}{}</h4>').format(self.title, count))
        show(self.list, self._articles(here))
        self.back.disabled, self.forth.disabled = first == 0, first + _ARTICLES_A_PAGE >= len(known)

    def _articles(self, known: list[int]) -> Markup:
        if self.hits is None or not known:
            return Markup("")
        hits = self.hits.of(np.array(known), "only those of this page")
        again = {} if self.families is None else printed_again(hits.corpus, hits.articles, self.families)
        return join(article_markup(article, again.get(article.id, [])) for article in shown(hits))


def article_markup(article: Shown, again: Sequence[Shown] = ()) -> Markup:
    """Write one article: headline, where it stood, its matches in context, and to open: the whole text, its copies."""
    spans = {field: [(m.start, m.end) for m in article.matches if m.field == field] for field in FIELDS}
    passages = [passage for field in FIELDS for passage in _passages(article, field)]
    first, more = passages[:_PASSAGES_AN_ARTICLE], len(passages) - _PASSAGES_AN_ARTICLE
    return Markup(
        '<article class="nk-article" lang="{}"><h5>{}</h5><p class="nk-about">{}</p><ul>{}{}</ul>'
        "<details><summary>Whole article</summary>{}{}</details>{}</article>"
    ).format(
        article.language or "",
        marked(article.title, spans["title"]) or Markup("<em>no headline</em>"),
        _about(article),
        join(_in_context(article, passage) for passage in first),
        Markup("<li><em>{} more passages in the whole article</em></li>").format(more) if more > 0 else "",
        _paragraphs(article.body, spans["body"], "nk-body"),
        _paragraphs(article.caption, spans["caption"], "nk-caption"),
        _family(again),
    )


def _family(again: Sequence[Shown]) -> Markup:
    """Write the others that print the story as one line that opens."""
    if not again:
        return Markup("")
    lines = (
        Markup("<li>{} <span class='nk-about'>{}</span></li>").format(
            other.title or "no headline", _about(other)
        )
        for other in again
    )
    return Markup("<details><summary>Printed in {} more article{}</summary><ul>{}</ul></details>").format(
        len(again), "s" * (len(again) != 1), join(lines)
    )


def _about(article: Shown) -> Markup:
    """Say when and where it stood; what is not known is left out, but for day and outlet."""
    facts = [article.day.isoformat() if article.day else "undated", article.outlet or "outlet not stated"]
    facts += [fact for fact in (article.section, article.agency, article.language) if fact]
    to_page = link(article.url, "open the page")
    return text(" · ".join(facts)) + (text(" · ") + to_page if to_page else "")


def _passages(article: Shown, field: str) -> list[list[Match]]:
    """Put the matches in a field together where their contexts touch, so that no sentence is shown twice."""
    passages: list[list[Match]] = []
    reach = -_CONTEXT - 1
    for match in sorted(match for match in article.matches if match.field == field):
        if match.start > reach + _CONTEXT:
            passages.append([])
        passages[-1].append(match)
        reach = max(reach, match.end)
    return passages


def _in_context(article: Shown, passage: list[Match]) -> Markup:
    field = passage[0].field
    rules = "; ".join(dict.fromkeys(match.rule for match in passage))
    found_by = Markup('<span class="nk-rule">in {}, by rule {}</span>').format(field, rules)
    if field == "title":  # the headline stands right above, marked
        return Markup("<li>{}</li>").format(found_by)
    whole: str = getattr(article, field)
    first = max(0, passage[0].start - _CONTEXT)
    last = min(len(whole), max(match.end for match in passage) + _CONTEXT)
    spans = [(match.start - first, match.end - first) for match in passage]
    return Markup("<li>{}{}{} {}</li>").format(
        "…" * (first > 0), marked(whole[first:last], spans), "…" * (last < len(whole)), found_by
    )


def _paragraphs(whole: str, spans: list[tuple[int, int]], css: str) -> Markup:
    return Markup('<div class="{}">{}</div>').format(css, marked(whole, spans)) if whole else Markup("")
