"""The positional index of a part: where every word stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress

from newskit.index.cutting import characters
from newskit.index.files import INDEX_VERSION, read_index, write_index
from newskit.index.known import Known, numbered
from newskit.index.many import Many
from newskit.index.part import FIELDS, Index
from newskit.index.search import Search
from newskit.index.spans import Longs, Places, Spans
from newskit.query import Phrase
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
    "name_of",
    "numbers_of",
    "searching",
]

_MOST_OPEN = 12_000_000  # words of the indexes that stay open: 60 MB, where all is looked at
_MOST_FOUND = 5_000_000  # places that are remembered, of all rules and parts together: 60 MB


class _Opened:
    """The indexes opened last, and what was found in each part: a part never changes.

    `numbers` and `names` only grow: whoever holds a number means one phrase or query by it, as long as the process lives.
    """

    def __init__(self) -> None:
        self.indexes: OrderedDict[tuple[str, str], Index] = OrderedDict()
        self.found: dict[tuple[str, str], Known] = {}
        self.numbers: dict[Phrase, int] = {}
        self.names: dict[Hashable, int] = {}

    def index(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name not in self.indexes:
            self.indexes[name] = _opened(store, key)
        self.indexes.move_to_end(name)
        self._close(but=1)
        return self.indexes[name]

    def _close(self, but: int) -> None:
        while len(self.indexes) > but and sum(map(len, self.indexes.values())) > _MOST_OPEN:
            self.indexes.popitem(last=False)

    def known(self, store: Store, key: str) -> Known:
        return self.found.setdefault((str(store.folder), key), Known(self.numbers))

    def forget(self) -> None:
        self._close(but=0)
        if sum(map(len, self.found.values())) > _MOST_FOUND:
            self.found.clear()


_OPENED = _Opened()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part, from its file; one that is missing, older or damaged is made again."""
    return _OPENED.index(store, key)


def searching(store: Store, key: str, longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None) -> Search:
    """Give a search in a part, which remembers what was looked up before (see `Search` for `longer`)."""
    return Search(_OPENED.index(store, key), longer, _OPENED.known(store, key))


def numbers_of(phrases: Iterable[Phrase]) -> Longs:
    """Give each phrase the number by which all parts know it (see `Known`)."""
    return numbered(phrases, _OPENED.numbers)


def name_of(asked: Hashable) -> int:
    """Give what is asked, a query and what it gives way to, the number by which all parts know it.

    A query is many objects deep, and would be looked up through all of them in each part.
    """
    return _OPENED.names.setdefault(asked, len(_OPENED.names))


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
    """Forget what was found, if that has become too much to remember, and close an index that is too large to stay open."""
    _OPENED.forget()
