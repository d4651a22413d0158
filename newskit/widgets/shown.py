"""Shown: what the evidence shows of an article, read from the few rows that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newskit.copies import Families
from newskit.corpus import Corpus
from newskit.index import FIELDS
from newskit.tag import Hits, located

__all__ = ["Match", "Shown", "printed_again", "shown"]


class Match(NamedTuple):
    """Where a rule matched in an article: `article.field[start:end]`."""

    field: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True)
class Shown:
    """What is shown of an article: where it stood, its texts, and the matches in them."""

    id: str
    title: str = ""
    body: str = ""
    caption: str = ""
    day: date | None = None
    outlet: str | None = None
    section: str | None = None
    agency: str | None = None
    language: str | None = None
    url: str | None = None
    matches: tuple[Match, ...] = ()


def shown(hits: Hits) -> Iterator[Shown]:
    """Give the articles of some hits, by day."""
    article, field, kind = (hits.places[name].to_numpy() for name in ("article", "field", "kind"))
    texts: dict[int, tuple[str, str, str]] = {}
    matches: dict[int, list[Match]] = {}
    for passage in located(hits):
        number = int(article[passage.hits[0]])
        texts[number] = passage.article
        places = zip(passage.hits.tolist(), passage.start.tolist(), passage.end.tolist(), strict=True)
        matches.setdefault(number, []).extend(
            Match(FIELDS[field[n]], start, end, hits.kinds[kind[n]][1]) for n, start, end in places
        )
    numbers = hits.articles.tolist()
    for number, told in zip(numbers, _told(hits.corpus, hits.articles, ["url"]), strict=True):
        title, body, caption = texts[number]
        yield replace(told, title=title, body=body, caption=caption, matches=tuple(matches[number]))


def printed_again(corpus: Corpus, articles: NDArray[np.int64], families: Families) -> dict[str, list[Shown]]:
    """Give for the id of each article of a family its others, also those that the filter leaves out."""
    place = families.places(corpus.rows.iloc[articles])
    whole = replace(corpus, filters=())
    of = dict(zip(corpus.ids(articles), place.tolist(), strict=True))
    return {key: _others(whole, families, at) for key, at in of.items() if at >= 0}


def _others(whole: Corpus, families: Families, at: int) -> list[Shown]:
    number = families.frame["number"].to_numpy()
    members = np.flatnonzero(number == number[at])
    stored = families.stored[families.stored["member"].isin(members[members != at])].drop_duplicates("member")
    places = [whole.numbers_in(part)[row] for part, row in zip(stored["part"], stored["row"], strict=True)]
    return [*_told(whole, np.sort([place for place in places if place >= 0]), ["title", "url"])]


def _told(corpus: Corpus, articles: NDArray[np.int64], read: list[str]) -> Iterator[Shown]:
    for told in corpus.about(articles, read).to_dict("records"):
        about: dict[Any, Any] = {**told, "day": told["day"] and told["day"].date()}
        yield Shown(**about)
