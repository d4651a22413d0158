"""The positional index of a part: where every word stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from collections import OrderedDict

from newskit.index.part import FIELDS, Index
from newskit.index.search import Search
from newskit.index.spans import Places, Spans
from newskit.query import Query
from newskit.store import Store

__all__ = ["FIELDS", "Index", "Places", "Search", "Spans", "index_of", "matching_rows"]

_KEPT_TOKENS = 30_000_000  # indexes kept in memory, about 13 bytes a token


class _Kept:
    """The indexes used last, as long as they are not too large together; parts never change."""

    def __init__(self) -> None:
        self.indexes: OrderedDict[tuple[str, str], Index] = OrderedDict()

    def get(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name not in self.indexes:
            texts = store.texts(key)
            self.indexes[name] = Index.build(
                zip(texts["title"], texts["body"], texts["caption"], strict=True)
            )
        self.indexes.move_to_end(name)
        while len(self.indexes) > 1 and sum(map(len, self.indexes.values())) > _KEPT_TOKENS:
            self.indexes.popitem(last=False)
        return self.indexes[name]


_KEPT = _Kept()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part; those used last are kept in memory."""
    return _KEPT.get(store, key)


def matching_rows(store: Store, key: str, query: Query) -> list[str]:
    """Give the ids of the articles of a part that a query matches."""
    rows = Search(index_of(store, key)).rows(query)
    return [str(i) for i in store.texts(key)["id"].iloc[rows]]
