"""The positional index of a part: where every word stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from newskit.index.cutting import characters
from newskit.index.files import INDEX_VERSION, read_index, write_index
from newskit.index.known import Known, numbered
from newskit.index.many import Many
from newskit.index.part import FIELDS, Index
from newskit.index.search import Search
from newskit.index.spans import Longs, Places, Spans
from newskit.index.whole import Whole
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
    "Whole",
    "characters",
    "forget",
    "index_of",
    "name_of",
    "numbers_of",
    "searching",
    "searching_once",
]

_Part = tuple[str, str]  # the folder of the corpus, and the key
_MOST_OPEN = 12_000_000  # words of the indexes that stay open: 60 MB, where all is looked at
_MOST_HEADS = 100  # indexes that are open for their sentences: little of them is looked at
_MOST_FOUND = 5_000_000  # places that are remembered, of all rules and parts together: 100 MB


class _Opened:
    """The indexes opened last, and what was found in each part: a part never changes.

    `numbers` and `names` only grow: whoever holds a number means one phrase or query by it, as long as the process lives.
    """

    def __init__(self) -> None:
        self.indexes: OrderedDict[_Part, Index] = OrderedDict()
        self.heads: OrderedDict[_Part, Index] = OrderedDict()
        self.known: dict[_Part, Known] = {}
        self.wholes: dict[tuple[str, tuple[str, ...]], Whole] = {}
        self.numbers: dict[Phrase, int] = {}
        self.names: dict[Hashable, int] = {}

    def index(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name not in self.indexes:
            self.indexes[name] = _opened(store, key)
        self.indexes.move_to_end(name)
        self._close(but=1)
        return self.indexes[name]

    def heads_of(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name not in self.heads:
            self.heads[name] = read_index(_path(store, key)) or self.index(store, key)
        self.heads.move_to_end(name)
        if len(self.heads) > _MOST_HEADS:
            self.heads.popitem(last=False)
        return self.heads[name]

    def _close(self, but: int) -> None:
        while len(self.indexes) > but and sum(map(len, self.indexes.values())) > _MOST_OPEN:
            self.indexes.popitem(last=False)

    def whole(self, store: Store, parts: tuple[str, ...], articles: tuple[int, ...]) -> Whole:
        folder = str(store.folder)
        if (folder, parts) not in self.wholes:
            known = [self.known.setdefault((folder, part), Known()) for part in parts]
            self.wholes[folder, parts] = _whole(store, parts, articles, known)
        return self.wholes[folder, parts]

    def forget(self) -> None:
        self._close(but=0)
        if sum(map(len, self.known.values())) + sum(map(len, self.wholes.values())) > _MOST_FOUND:
            self.forget_found()

    def forget_found(self) -> None:
        self.known.clear()
        self.wholes.clear()


_OPENED = _Opened()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part, from its file; one that is missing, older or damaged is made again."""
    return _OPENED.index(store, key)


def searching(
    store: Store,
    parts: tuple[str, ...],
    articles: tuple[int, ...],
    longer: Mapping[Phrase, tuple[Phrase, ...]] | None = None,
) -> Search:
    """Give a search in some parts with so many articles each, which remembers what was looked up before.

    `longer` is as in `Search`.
    """
    return Search(_OPENED.whole(store, parts, articles), longer)


def searching_once(store: Store, parts: tuple[str, ...], articles: tuple[int, ...]) -> Search:
    """Give a search that remembers nothing when it is gone: a common word has millions of places."""
    return Search(_whole(store, parts, articles, [Known() for _ in parts]))


def numbers_of(phrases: Iterable[Phrase]) -> Longs:
    """Give each phrase the number by which all parts know it (see `Known`)."""
    return numbered(phrases, _OPENED.numbers)


def name_of(asked: Hashable) -> int:
    """Give what is asked, a query and what it gives way to, the number by which its answers are remembered.

    A query is many objects deep, and would be looked up through all of them.
    """
    return _OPENED.names.setdefault(asked, len(_OPENED.names))


def forget() -> None:
    """Forget what was found, if that has become too much to remember, and close an index that is too large to stay open."""
    _OPENED.forget()


def _whole(store: Store, parts: tuple[str, ...], articles: tuple[int, ...], known: list[Known]) -> Whole:
    def index(part: int) -> Index:
        return _OPENED.index(store, parts[part])

    def heads(part: int) -> Index:
        return _OPENED.heads_of(store, parts[part])

    return Whole(articles, index, heads, known, _OPENED.numbers)


def _path(store: Store, key: str) -> Path:
    return store.path("index", key).with_suffix(".arrow")


def _opened(store: Store, key: str) -> Index:
    path = _path(store, key)
    index = read_index(path)
    if index is None:
        texts = store.texts(key)
        index = Index.build(zip(texts["title"], texts["body"], texts["caption"], strict=True))
        with suppress(OSError):  # a folder that cannot be written to can still be searched
            write_index(index, path)
            index = read_index(path) or index
    return index
