"""The evidence list: articles behind a point, with the matching words marked and the rule named."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import pandas as pd

from newskit.article import Article
from newskit.tag import Hits
from newskit.widgets.page import Markup, join, link, marked, page, show, text

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
        self.title = ""
        self.number = 0

    def open(self, hits: Hits, title: str) -> None:
        """Show the first page of the articles behind some hits."""
        self.hits, self.title, self.number = hits, title, 0
        self._draw()

    def close(self, hint: str) -> None:
        """Show no articles, and say how to get some."""
        self.hits, self.title, self.number = None, hint, 0
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
        frame = self.hits.of(np.array(known), "only those of this page").frame
        articles = self.hits.corpus.articles(frame["article"].unique())
        return join(
            article_markup(article, frame[frame["article"] == key]) for key, article in articles.items()
        )


def article_markup(article: Article, hits: pd.DataFrame) -> Markup:
    """Write one article: headline, where it stood, its matches in context, and the whole text to open."""
    passages = [p for field in ("title", "body", "caption") for p in _passages(hits[hits["field"] == field])]
    shown, more = passages[:_PASSAGES_AN_ARTICLE], len(passages) - _PASSAGES_AN_ARTICLE
    return Markup(
        '<article class="nk-article" lang="{}"><h5>{}</h5><p class="nk-about">{}</p><ul>{}{}</ul>'
        "<details><summary>Whole article</summary>{}{}</details></article>"
    ).format(
        article.language or "",
        marked(article.title, _spans(hits, "title")) or Markup("<em>no headline</em>"),
        _about(article),
        join(_in_context(article, passage) for passage in shown),
        Markup("<li><em>{} more passages in the whole article</em></li>").format(more) if more > 0 else "",
        _paragraphs(article.body, _spans(hits, "body"), "nk-body"),
        _paragraphs(article.caption, _spans(hits, "caption"), "nk-caption"),
    )


def _about(article: Article) -> Markup:
    """Say when and where it stood; what is not known is left out, but for day and outlet."""
    facts = [article.day.isoformat() if article.day else "undated", article.outlet or "outlet not stated"]
    facts += [fact for fact in (article.section, article.agency, article.language) if fact]
    to_page = link(article.url, "open the page")
    return text(" · ".join(facts)) + (text(" · ") + to_page if to_page else "")


def _passages(hits: pd.DataFrame) -> list[pd.DataFrame]:
    """Put the matches of one field together where their contexts touch, so that no sentence is shown twice."""
    ordered = hits.sort_values(["start", "end"])
    apart = ordered["start"] > ordered["end"].cummax().shift(fill_value=0) + _CONTEXT
    return [passage for _, passage in ordered.groupby(apart.cumsum())]


def _in_context(article: Article, passage: pd.DataFrame) -> Markup:
    field = passage["field"].iloc[0]
    rules = "; ".join(passage["rule"].unique())
    found_by = Markup('<span class="nk-rule">in {}, by rule {}</span>').format(field, rules)
    if field == "title":  # the headline stands right above, marked
        return Markup("<li>{}</li>").format(found_by)
    whole: str = getattr(article, field)
    first = max(0, int(passage["start"].min()) - _CONTEXT)
    last = min(len(whole), int(passage["end"].max()) + _CONTEXT)
    spans = [(start - first, end - first) for start, end in _spans(passage, field)]
    return Markup("<li>{}{}{} {}</li>").format(
        "…" * (first > 0), marked(whole[first:last], spans), "…" * (last < len(whole)), found_by
    )


def _spans(hits: pd.DataFrame, field: str) -> list[tuple[int, int]]:
    rows = hits[hits["field"] == field]
    return list(zip(rows["start"], rows["end"], strict=True))


def _paragraphs(whole: str, spans: list[tuple[int, int]], css: str) -> Markup:
    return Markup('<div class="{}">{}</div>').format(css, marked(whole, spans)) if whole else Markup("")
