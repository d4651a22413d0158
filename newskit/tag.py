"""Tag: where each rule of a codebook matches in a corpus, and the words around it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.codebook import Codebook, Topic
from newskit.corpus import Corpus
from newskit.errors import BadArgument, CorpusError
from newskit.index import FIELDS, Index, Search, Spans, index_of
from newskit.store import Store

__all__ = ["Hits", "kwic", "tag"]

_ENGINE = 2  # raise it whenever the same rules find something else: hits found before are then not used
_ORDER = ["topic", "day", "article", "field", "start"]
_FOUND = ["article", "topic", "rule", "field", "start", "end", "text"]
_HITS = ["article", "day", "outlet", "language", "topic", "rule", "field", "start", "end", "text"]
_KWIC = ["article", "published", "outlet", "topic", "rule", "field", "pre", "keyword", "post"]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where each rule matched, in the articles of a corpus under its filter.

    `frame` has one row a hit, ordered by topic, day, article, field and start: article (id), day, outlet,
    language, topic, rule, field ("title", "body", "caption"), start and end (characters), text. For the
    article of a row, `article.field[start:end] == text`. Two rules that match at one place are two rows.
    """

    corpus: Corpus
    codebook: Codebook
    frame: pd.DataFrame

    def only(self, *topics: str) -> Hits:
        """Keep the hits of some topics; BadArgument names the nearest where one is unknown."""
        codebook = self.codebook.only(*topics)
        return replace(self, codebook=codebook, frame=self.frame[self.frame["topic"].isin(set(topics))])

    @property
    def how(self) -> str:
        """Say what was found, and by which codebook."""
        hits, articles = len(self.frame), self.frame["article"].nunique()
        return (
            f"{hits:,} hit{'s' * (hits != 1)} in {articles:,} of {len(self.corpus):,} articles"
            f" (title, body and captions); {self.codebook.how}"
        )

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"<Hits: {self.how}>"


def tag(corpus: Corpus, codebook: Codebook) -> Hits:
    """Find every place in a corpus where a rule of a codebook matches.

    Title, body and captions are searched, and no phrase crosses from one into another. A hit that a `none`
    rule of its topic overlaps is left out. What was found is kept in the corpus folder, so the same codebook
    is answered at once; the filter of the corpus is applied after that.
    """
    found = [_cached(corpus.store, key, codebook) for key in corpus.parts]
    articles = corpus.frame[["id", "day", "outlet", "language"]].rename(columns={"id": "article"})
    frame = pd.concat(found, ignore_index=True) if found else _frame([])
    frame = frame[frame["topic"].isin({topic.name for topic in codebook.topics})]
    frame = frame.merge(articles, on="article").drop_duplicates(_FOUND)
    return Hits(corpus, codebook, frame[_HITS].sort_values([*_ORDER, "end", "rule"], ignore_index=True))


def _cached(store: Store, key: str, codebook: Codebook) -> pd.DataFrame:
    name = f"{codebook.digest}-{_ENGINE}"
    try:
        known = store.cached_hits(name, key)
    except CorpusError:  # a damaged cache is no loss: it is made again
        known = None
    if known is not None and list(known.columns) == _FOUND:
        return known
    found = _tag_part(store, key, codebook)
    with suppress(CorpusError):  # a folder that cannot be written to can still be tagged
        store.write_hits(name, key, found)
    return found


def _tag_part(store: Store, key: str, codebook: Codebook) -> pd.DataFrame:
    index = index_of(store, key)
    search = Search(index, codebook.longer)
    found = [
        (name, rule, spans)
        for topic in codebook.all_topics
        for rule, spans in _rules(search, topic)
        for name in topic.path  # what is found for a topic counts for those above it, too
    ]
    if not any(len(spans) for _, _, spans in found):
        return _frame([])
    texts = {name: column.to_numpy() for name, column in store.texts(key).items()}
    return pd.concat([_rows(index, texts, hit) for hit in found if len(hit[2])], ignore_index=True)


def _rules(search: Search, topic: Topic) -> Iterator[tuple[str, Spans]]:
    """Find the places of each rule of a topic, without those that a `none` rule overlaps."""
    unwanted = Spans.union(search.spans(rule.query) for rule in topic.none)
    for rule in topic.any:
        spans = search.spans(rule.query)
        yield rule.text, spans.where(~spans.overlapping(unwanted))


def _rows(
    index: Index, texts: dict[Hashable, NDArray[np.object_]], hit: tuple[str, str, Spans]
) -> pd.DataFrame:
    topic, rule, spans = hit
    at = index.places(spans)
    columns = [texts[name] for name in FIELDS]
    words = [columns[f][r][a:b] for r, f, a, b in zip(at.row, at.field, at.start, at.end, strict=True)]
    return pd.DataFrame(
        {
            "article": texts["id"][at.row],
            "topic": topic,
            "rule": rule,
            "field": np.array(FIELDS)[at.field],
            "start": at.start,
            "end": at.end,
            "text": words,
        }
    )


def _frame(rows: list[tuple[str, str, str, str, int, int, str]]) -> pd.DataFrame:
    kinds = dict.fromkeys(_FOUND, "str") | {"start": "int64", "end": "int64"}
    return pd.DataFrame(rows, columns=_FOUND).astype(kinds)


def kwic(hits: Hits, topic: str | None = None, width: int = 60) -> pd.DataFrame:
    """Show the words around each hit, in the order of the hits.

    Columns: article, published, outlet, topic, rule, field, pre, keyword, post. `pre` and `post` have at
    most `width` characters, on one line.
    """
    if not 0 <= width <= 10_000:
        raise BadArgument(
            f"The width {width!r} is not between 0 and 10,000 characters. Write 60, for example."
        )
    shown = hits if topic is None else hits.only(topic)
    frame = shown.frame.reset_index(drop=True)
    texts = _texts(hits.corpus.store, frame["article"].unique().tolist())
    rows = zip(frame["article"], frame["field"], frame["start"], frame["end"], strict=True)
    around = pd.DataFrame(
        [_around(texts[article, field], start, end, width) for article, field, start, end in rows],
        columns=["pre", "keyword", "post"],
        index=frame.index,
    ).astype("str")
    published = hits.corpus.frame.set_index("id")["published"]
    return frame.assign(published=frame["article"].map(published)).join(around)[_KWIC]


def _texts(store: Store, articles: list[str]) -> dict[tuple[str, str], str]:
    """Give the text of each field of some articles."""
    joined = ", ".join(f"array_to_string({name}s, chr(10) || chr(10))" for name in ("paragraph", "caption"))
    rows = store.query(
        "text", f"SELECT id, title, {joined} FROM parts WHERE id IN (SELECT unnest(?))", [articles]
    )
    return {
        (row[0], f): text
        for row in rows.itertuples(index=False)
        for f, text in zip(FIELDS, row[1:], strict=True)
    }


def _around(text: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    margin = 4 * width + 20  # runs of white space become one
    pre = " ".join(text[max(0, start - margin) : start].split())
    post = " ".join(text[end : end + margin].split())
    return pre[max(0, len(pre) - width) :], " ".join(text[start:end].split()), post[:width]
