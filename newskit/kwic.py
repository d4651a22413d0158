"""Kwic: the words around each hit, as concordances show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import numpy as np
import pandas as pd

from newskit.errors import BadArgument, nearest, require
from newskit.tag import Hits, Passage, located

__all__ = ["PAGE", "Sort", "kwic"]

Sort = Literal["day", "pre", "keyword", "post"]
PAGE = 50
_COLUMNS = ["article", "published", "outlet", "topic", "rule", "field", "pre", "keyword", "post"]


def kwic(
    hits: Hits, topic: str | None = None, width: int = 60, sort: Sort = "day", page: int | None = None
) -> pd.DataFrame:
    """Show the words around each hit, in the order of the hits or sorted by what stands before, in or behind them.

    Columns: article, published, outlet, topic, rule, field, pre, keyword, post. `pre` and `post` have at
    most `width` characters, on one line; "pre" sorts by the words before a hit from the last one backwards. A `page`
    has 50 rows, the first is 1; in the order of the hits only the texts of that page are read.
    """
    _check(hits, width, sort, page)
    shown = hits if topic is None else hits.only(topic)
    first, until = (0, len(shown)) if page is None else ((page - 1) * PAGE, page * PAGE)
    if sort == "day":
        return _lines(shown.some(first, until), width)
    lines = _lines(shown, width)
    keys = lines[sort].map(_backwards if sort == "pre" else str.casefold)
    return lines.iloc[np.argsort(keys.to_numpy(object), kind="stable")[first:until]].reset_index(drop=True)


def _check(hits: object, width: object, sort: object, page: object) -> None:
    require(hits, Hits, "Write nk.kwic(nk.tag(corpus, codebook)).")
    if not isinstance(width, int) or not 0 <= width <= 10_000:
        raise BadArgument(
            f"The width {width!r} is not between 0 and 10,000 characters. Write 60, for example."
        )
    if sort not in get_args(Sort):
        known = get_args(Sort)
        raise BadArgument(
            f"sort={sort!r} is not known.{nearest(str(sort), known)} Choose one of {', '.join(known)}."
        )
    if page is not None and not (isinstance(page, int) and page >= 1):
        raise BadArgument(f"There is no page {page!r}. The first page is 1.")


def _lines(hits: Hits, width: int) -> pd.DataFrame:
    around = np.empty((len(hits), 3), object)
    for passage in located(hits):
        around[passage.hits] = [*_around(passage, width)]
    words = pd.DataFrame(around, columns=["pre", "keyword", "post"]).astype("str")
    return hits.labels.join(words)[_COLUMNS]


def _around(passage: Passage, width: int) -> Iterator[tuple[str, str, str]]:
    margin = 4 * width + 20  # runs of white space become one
    for start, end in zip(passage.start.tolist(), passage.end.tolist(), strict=True):
        pre = " ".join(passage.text[max(0, start - margin) : start].split())
        post = " ".join(passage.text[end : end + margin].split())
        yield pre[max(0, len(pre) - width) :], " ".join(passage.text[start:end].split()), post[:width]


def _backwards(pre: str) -> list[str]:
    return pre.casefold().split()[::-1]
