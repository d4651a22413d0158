"""The evidence list: articles behind a point, with the matching words marked and the rule named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.copies import Families
from newskit.corpus import Corpus
from newskit.tag import Hits, located
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
        again = {} if self.families is None else _printed_again(hits.corpus, hits.articles, self.families)
        return join(article_markup(*shown, again.get(shown[0].id, [])) for shown in _shown(hits))


@dataclass(frozen=True)
class Shown:
    """What is shown of an article: where it stood, and its texts."""

    id: str
    title: str
    body: str = ""
    caption: str = ""
    day: date | None = None
    outlet: str | None = None
    section: str | None = None
    agency: str | None = None
    language: str | None = None
    url: str | None = None


def _shown(hits: Hits) -> Iterator[tuple[Shown, pd.DataFrame]]:
    """Give each article with its hits: their field, rule, start and end."""
    article = hits.places["article"].to_numpy()
    places = pd.DataFrame({"field": hits.labels["field"], "rule": hits.labels["rule"], "start": 0, "end": 0})
    texts: dict[int, tuple[str, str, str]] = {}
    for passage in located(hits):
        places.loc[passage.hits, ["start", "end"]] = np.column_stack([passage.start, passage.end])
        texts[int(article[passage.hits[0]])] = passage.article
    told = hits.corpus.about(hits.articles).to_dict("records")
    for number, about in zip(hits.articles.tolist(), told, strict=True):
        title, body, caption = texts[number]
        yield (
            Shown(**_dated(about) | {"title": title, "body": body, "caption": caption}),
            places[article == number],
        )


def _dated(about: Mapping[Any, Any]) -> dict[str, Any]:
    return {**about, "day": about["day"] and about["day"].date()}


def _printed_again(corpus: Corpus, articles: NDArray[np.int64], families: Families) -> dict[str, list[Shown]]:
    """Give for each article that is of a family the others of it, also those that the filter leaves out."""
    place = families.places(corpus.rows.iloc[articles])
    whole = replace(corpus, filters=())
    of = dict(zip(corpus.ids(articles), place.tolist(), strict=True))
    return {key: _others(whole, families, at) for key, at in of.items() if at >= 0}


def _others(whole: Corpus, families: Families, at: int) -> list[Shown]:
    members = families.frame.index[families.frame["number"] == families.frame["number"].iloc[at]]
    stored = families.stored[families.stored["member"].isin(members.drop(at))].drop_duplicates("member")
    numbers = [whole.numbers(part)[row] for part, row in zip(stored["part"], stored["row"], strict=True)]
    kept = np.sort([number for number in numbers if number >= 0])
    return [Shown(**_dated(about)) for about in whole.about(kept).to_dict("records")]


def article_markup(article: Shown, hits: pd.DataFrame, again: Sequence[Shown] = ()) -> Markup:
    """Write one article: headline, where it stood, its matches in context, and to open: the whole text, its copies."""
    passages = [p for field in ("title", "body", "caption") for p in _passages(hits[hits["field"] == field])]
    shown, more = passages[:_PASSAGES_AN_ARTICLE], len(passages) - _PASSAGES_AN_ARTICLE
    return Markup(
        '<article class="nk-article" lang="{}"><h5>{}</h5><p class="nk-about">{}</p><ul>{}{}</ul>'
        "<details><summary>Whole article</summary>{}{}</details>{}</article>"
    ).format(
        article.language or "",
        marked(article.title, _spans(hits, "title")) or Markup("<em>no headline</em>"),
        _about(article),
        join(_in_context(article, passage) for passage in shown),
        Markup("<li><em>{} more passages in the whole article</em></li>").format(more) if more > 0 else "",
        _paragraphs(article.body, _spans(hits, "body"), "nk-body"),
        _paragraphs(article.caption, _spans(hits, "caption"), "nk-caption"),
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


def _passages(hits: pd.DataFrame) -> list[pd.DataFrame]:
    """Put the matches of one field together where their contexts touch, so that no sentence is shown twice."""
    ordered = hits.sort_values(["start", "end"])
    apart = ordered["start"] > ordered["end"].cummax().shift(fill_value=0) + _CONTEXT
    return [passage for _, passage in ordered.groupby(apart.cumsum())]


def _in_context(article: Shown, passage: pd.DataFrame) -> Markup:
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
