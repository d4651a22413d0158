"""The positional index of a part: where every word stands, and the places in it that a query asks for.

Terms are resolved against the vocabulary, never against the text; no pattern of a user meets a text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path

from newskit.index.cutting import characters
from newskit.index.files import INDEX_VERSION, read_index, write_index
from newskit.index.known import Known, numbered
from newskit.index.many import Many
from newskit.index.part import FIELDS, Index
from newskit.index.search import Search
from newskit.index.sorting import in_order
from newskit.index.spans import NOWHERE, Longs, Places, Spans
from newskit.index.whole import Part, Whole
from newskit.query import Phrase
from newskit.store import Store

__all__ = [
    "FIELDS",
    "INDEX_VERSION",
    "NOWHERE",
    "Index",
    "Many",
    "Places",
    "Search",
    "Spans",
    "Whole",
    "characters",
    "forget",
    "in_order",
    "index_of",
    "name_of",
    "numbers_of",
    "parts_alone",
    "wholes",
]

_Part = tuple[str, str]  # the folder of the corpus, and the key
_MOST_OPEN = 12_000_000  # words of the indexes that stay open: 60 MB, where all is looked at
_MOST_FILES = 100  # indexes that stay open, and as many for their sentences alone: each is an open file
_TOGETHER = 250_000  # articles whose places go through an operator together
_MOST_WHOLES = 4  # corpora, and states of them, whose answers are remembered
_MOST_FOUND = 5_000_000  # places that are remembered, of all parts: 45 MB of phrases, or 85 of whole queries


class _Opened:
    """The indexes opened last, and what was found in each part: a part never changes. All of it is of one thread.

    `numbers` and `names` only grow: whoever holds a number means one phrase or query by it, as long as the process lives.
    """

    def __init__(self) -> None:
        self.indexes: OrderedDict[_Part, Index] = OrderedDict()
        self.heads: OrderedDict[_Part, Index] = OrderedDict()
        self.known: dict[_Part, Known] = {}
        self.wholes: OrderedDict[tuple[str, tuple[str, ...]], tuple[Whole, ...]] = OrderedDict()
        self.numbers: dict[Phrase, int] = {}
        self.names: dict[Hashable, int] = {}

    def index(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        opened = self.indexes.pop(name, None)
        self.indexes[name] = opened = _opened(store, key) if opened is None else opened
        while sum(map(len, self.indexes.values())) > _MOST_OPEN or len(self.indexes) > _MOST_FILES:
            self.indexes.popitem(last=False)  # one that is larger than that does not stay
        return opened

    def heads_of(self, store: Store, key: str) -> Index:
        name = (str(store.folder), key)
        if name in self.indexes:
            return self.indexes[name]
        opened = self.heads.pop(name, None)
        opened = read_index(_path(store, key)) if opened is None else opened
        if opened is None:  # there is no file, and none can be written: it is held in memory
            return self.index(store, key)
        self.heads[name] = opened
        if len(self.heads) > _MOST_FILES:
            self.heads.popitem(last=False)
        return opened

    def wholes_of(self, store: Store, keys: tuple[str, ...], articles: tuple[int, ...]) -> tuple[Whole, ...]:
        folder = str(store.folder)
        if (folder, keys) not in self.wholes:
            known = [self.known.setdefault((folder, key), Known()) for key in keys]
            groups = groupby(_parts(store, keys, articles, known), lambda part: part.begin // _TOGETHER)
            self.wholes[folder, keys] = tuple(Whole(tuple(parts), self.numbers) for _, parts in groups)
        self.wholes.move_to_end((folder, keys))
        if len(self.wholes) > _MOST_WHOLES:
            self.wholes.popitem(last=False)
        return self.wholes[folder, keys]

    def forget(self) -> None:
        self.heads.clear()  # pages of them that were looked at count as memory of the process
        answers = sum(len(whole) for wholes in self.wholes.values() for whole in wholes)
        if sum(map(len, self.known.values())) + answers > _MOST_FOUND:
            self.forget_found()

    def forget_found(self) -> None:
        """Forget what was found; a whole that somebody holds must look its phrases up again."""
        for known in self.known.values():
            known.forget()
        self.known.clear()
        self.wholes.clear()


_OPENED = _Opened()


def index_of(store: Store, key: str) -> Index:
    """Give the index of a part, from its file; one that is missing, older or damaged is made again."""
    return _OPENED.index(store, key)


def wholes(store: Store, keys: tuple[str, ...], articles: tuple[int, ...]) -> tuple[Whole, ...]:
    """Give parts with so many articles each, as many together as are searched at once, and what was found in them before."""
    return _OPENED.wholes_of(store, keys, articles)


def parts_alone(store: Store, keys: tuple[str, ...], articles: tuple[int, ...]) -> Iterator[Whole]:
    """Give each part by itself, to be searched once: nothing is remembered, for a common word has millions of places."""
    return (Whole((part,)) for part in _parts(store, keys, articles, (Known() for _ in keys)))


def numbers_of(phrases: Iterable[Phrase]) -> Longs:
    """Give each phrase the number by which all parts know it (see `Known`)."""
    return numbered(phrases, _OPENED.numbers)


def name_of(asked: Hashable) -> int:
    """Give what is asked, a query and what it gives way to, the number by which its answers are remembered.

    A query is many objects deep, and would be looked up through all of them.
    """
    return _OPENED.names.setdefault(asked, len(_OPENED.names))


def forget() -> None:
    """Close what was opened for its sentences, and forget what was found, if that has become too much to remember."""
    _OPENED.forget()


def _parts(
    store: Store, keys: Sequence[str], articles: Sequence[int], known: Iterable[Known]
) -> Iterator[Part]:
    begins = accumulate(articles, initial=0)
    for key, begin, count, of_part in zip(keys, begins, articles, known, strict=False):
        opened, heads = partial(_OPENED.index, store, key), partial(_OPENED.heads_of, store, key)
        yield Part(begin, count, opened, heads, of_part)


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
            written = read_index(path)
            index = index if written is None else written
    return index
