"""The positional index of a part: where every word stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from newskit.index.cutting import characters
from newskit.index.files import INDEX_VERSION, read_index, write_index
from newskit.index.many import Many
from newskit.index.part import FIELDS, Index
from newskit.index.search import Search
from newskit.index.spans import Places, Spans
from newskit.query import Phrase, Query
from newskit.store import Store

__all__ = [
    "FIELDS",
    "INDEX_VERSION",
    "Index",
    "Many",
    "Places",
    "Search",
    "Spans",
    "characters",
    "forget",
    "index_of",
    "matching_rows",
    "searching",
]

_MOST_OPEN = 100  # parts whose index is open at a time
_MOST_FOUND = 5_000_000  # places that are remembered, of all phrases and parts together: 60 MB


@dataclass
class _Part:
    """An open index, and where phrases were found in it: a part never changes."""

    index: Index
    found: dict[Phrase, Spans] = field(default_factory=dict)


class _Opened:
    """The indexes opened last."""

    def __init__(self) -> None:
        self.parts: OrderedDict[tuple[str, str], _Part] = OrderedDict()

    def get(self, store: Store, key: str) -> _Part:
        name = (str(store.folder), key)
        if name not in self.parts:
            self.parts[name] = _Part(_opened(store, key))
        self.parts.move_to_end(name)
        while len(self.parts) > _MOST_OPEN:
            self.parts.popitem(last=False)
        return self.parts[name]

    def forget(self) -> None:
        """Forget what was found, once that is too much."""
        found = sum(len(spans) for part in self.parts.values() for spans in part.found.values())
        if found > _MOST_FOUND:
            for part in self.parts.values():
                part.found.clear()


_OPENED = _Opened()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part, from its file; one that is missing, older or damaged is made again."""
    return _OPENED.get(store, key).index


def searching(store: Store, key: str, longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None) -> Search:
    """Give a search in a part, which remembers the phrases looked up before (see `Search` for `longer`)."""
    part = _OPENED.get(store, key)
    return Search(part.index, longer, part.found)


def _opened(store: Store, key: str) -> Index:
    path = store.path("index", key).with_suffix(".arrow")
    index = read_index(path)
    if index is None:
        texts = store.texts(key)
        index = Index.build(zip(texts["title"], texts["body"], texts["caption"], strict=True))
        with suppress(OSError):  # a folder that cannot be written to can still be searched
            write_index(index, path)
            index = read_index(path) or index
    return index


def forget() -> None:
    """Forget what phrases were found, if that has become too much to remember."""
    _OPENED.forget()


def matching_rows(store: Store, key: str, query: Query) -> list[str]:
    """Give the ids of the articles of a part that a query matches."""
    rows = searching(store, key).rows(query)
    return [str(i) for i in store.texts(key)["id"].iloc[rows]]
