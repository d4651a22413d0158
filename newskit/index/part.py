"""Index: where every word of a part stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newskit.index.spans import Bools, Ints, Places, Spans, no_ints
from newskit.index.vocabulary import Vocabulary
from newskit.words import WORD, Gap, gap_of

__all__ = ["FIELDS", "Index"]

FIELDS: Final = ("title", "body", "caption")
LEAD_WORDS: Final = 60
_BATCH = 1 << 20  # characters cut into words at a time


@dataclass(frozen=True, eq=False)
class Index:
    """The words of the texts of one part, in order: title, body and captions of each article in turn.

    For each word: its type, the Gap before it, the character of its field it starts at. `bounds` holds the
    first word of each text, and their number at the end.
    """

    types: tuple[str, ...]
    token: Ints
    gap: NDArray[np.uint8]
    start: Ints
    bounds: Ints

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str, str]]) -> Index:
        """Build the index of some articles, each given as title, body and captions."""
        cutter = _Cutter()
        for article in texts:
            cutter.add(article)
        return cutter.index()

    def __len__(self) -> int:
        return len(self.token)

    def __repr__(self) -> str:
        return f"<Index: {self.articles:,} articles, {len(self):,} words, {len(self.types):,} different>"

    @property
    def articles(self) -> int:
        """How many articles were indexed."""
        return len(self.bounds) // 3

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The different words, to look terms up in."""
        return Vocabulary(self.types)

    @cached_property
    def postings(self) -> tuple[Ints, NDArray[np.int64]]:
        """All positions, ordered by type, and where each type begins among them."""
        keys = self.token.astype(np.int64) << 32 | np.arange(len(self.token))
        keys.sort()
        counts = np.bincount(self.token, minlength=len(self.types))
        return (keys & 0xFFFFFFFF).astype(np.int32), np.append(0, np.cumsum(counts))

    @cached_property
    def units(self) -> Mapping[str, Ints]:
        """The number of the sentence ("S") and of the paragraph ("P") each word is in."""
        starts = {"S": Gap.SENTENCE, "P": Gap.PARAGRAPH}
        return {unit: np.cumsum(self.gap >= least, dtype=np.int32) for unit, least in starts.items()}

    def positions(self, types: Ints) -> Ints:
        """All positions of some types, not in order."""
        order, begins = self.postings
        parts = [order[begins[t] : begins[t + 1]] for t in types]
        return np.concatenate(parts) if parts else no_ints()

    def frequency(self, types: Ints) -> int:
        """How often some types occur, together."""
        begins = self.postings[1]
        return int((begins[types + 1] - begins[types]).sum())

    def text_of(self, position: Ints) -> NDArray[np.int64]:
        """Give the number of the text each word stands in: 3 * row of the article + number of the field."""
        return np.searchsorted(self.bounds, position, "right") - 1

    def row_of(self, spans: Spans) -> NDArray[np.int64]:
        """Give the row of the article of each place."""
        return self.text_of(spans.first) // 3

    def inside(self, spans: Spans, field: str) -> Bools:
        """Tell of each place whether it lies in a field (title, lead, body, caption)."""
        text = self.text_of(spans.first)
        if field != "lead":
            return np.asarray(text % 3 == FIELDS.index(field))
        return np.asarray((text % 3 == FIELDS.index("body")) & (spans.last - self.bounds[text] < LEAD_WORDS))

    def places(self, spans: Spans) -> Places:
        """Translate word positions into rows, fields and characters."""
        text = self.text_of(spans.first)
        lengths = np.fromiter((len(self.types[t]) for t in self.token[spans.last]), np.int64, len(spans))
        end = self.start[spans.last] + lengths - spans.cut
        return Places(text // 3, text % 3, self.start[spans.first].astype(np.int64), end)


class _Cutter:
    """Cuts texts into words, many at a time: the loop over words then runs inside `re` and numpy."""

    def __init__(self) -> None:
        self.types: defaultdict[str, int] = defaultdict()
        self.types.default_factory = self.types.__len__
        self.gaps = _Gaps()
        self.waiting: list[str] = []
        self.size = 0
        self.columns: list[tuple[Ints, NDArray[np.uint8], Ints]] = []
        self.counts: list[NDArray[np.int64]] = []

    def add(self, article: tuple[str, str, str]) -> None:
        self.waiting.extend(article)
        self.size += sum(map(len, article))
        if self.size >= _BATCH:
            self._cut()

    def _cut(self) -> None:
        pieces = WORD.split("\n".join(self.waiting))
        begins = np.cumsum([0, *(len(text) + 1 for text in self.waiting)])
        number = len(pieces) // 2
        ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
        start = ends[0:-1:2]
        token = np.fromiter(map(self.types.__getitem__, pieces[1::2]), np.int32, number)
        gap = np.fromiter(map(self.gaps.__getitem__, pieces[0:-1:2]), np.uint8, number)
        text = np.searchsorted(begins, start, "right") - 1
        self.columns.append((token, gap, (start - begins[text]).astype(np.int32)))
        self.counts.append(np.bincount(text, minlength=len(self.waiting)))
        self.waiting, self.size = [], 0

    def index(self) -> Index:
        self._cut()
        token, gap, start = (np.concatenate(column) for column in zip(*self.columns, strict=True))
        bounds = np.append(0, np.cumsum(np.concatenate(self.counts))).astype(np.int32)
        types = tuple(self.types)
        lower = np.fromiter((t[0].islower() for t in types), bool, len(types))
        gap[(gap == Gap.SENTENCE) & lower[token]] = Gap.PUNCT  # "approx. five", '"Why?" he asked'
        heads = bounds[:-1][np.diff(bounds) > 0]
        gap[heads] = Gap.PARAGRAPH
        gap[bounds[:-1:3][bounds[:-1:3] < len(gap)]] = Gap.ARTICLE
        return Index(types, token, gap, start, bounds)


class _Gaps(dict[str, int]):
    """The class of every gap seen: there are few different ones, except in a hostile text."""

    def __missing__(self, between: str) -> int:
        gap = int(gap_of(between))
        if len(between) < 50:
            self[between] = gap
        return gap
