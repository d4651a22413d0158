"""Changes: what was added to stories and cut from them after they were published, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import pandas as pd

from newskit.article import Article
from newskit.corpus import Corpus
from newskit.versions import versions_of
from newskit.words import WORD, Gap, gap_of

__all__ = ["changes", "sentences"]

_COLUMNS = "story url outlet title from to from_stated to_stated from_read to_read change field paragraph sentence".split()
_TYPES = {name: "Int64" if name == "paragraph" else "str" for name in _COLUMNS}
_STORIES = 500  # whose texts are held at a time
_MOST_STEPS = 20_000_000  # of comparing two versions: some seconds; no news page comes near


def changes(corpus: Corpus) -> pd.DataFrame:
    """List what was added and cut from one version of a story to the next, sentence by sentence, newest story first.

    One row a change: story (id of its latest version), url, outlet, title (of the latest), from and to (ids of the two
    versions), from_stated and to_stated (the time of update, or else publication, that each says), from_read and to_read
    (when it was read, UTC), change ("added", "cut", "moved"; "headline": "old → new"), field ("title", "body", "caption"),
    paragraph (its number in the version where the sentence stands, from 1, of a moved one in the newer; missing for a
    headline), sentence. A sentence that was reworded is one that was cut and one that was added.

    Filters of the corpus apply to the latest version. An excerpt, such as the item of a feed, is not compared with the
    whole text: nobody edited anything there.

    >>> from newskit import sample
    >>> changes(sample())[["change", "field"]].drop_duplicates().to_numpy().tolist()
    [['added', 'body']]
    """
    rows = [row for pair in _pairs(corpus) for row in pair.rows()]
    return pd.DataFrame(rows, columns=_COLUMNS).astype(_TYPES)


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, where rules with SAME/S do, each on one line.

    >>> sentences("U.S. envoys met. “They agreed.” 회담이 열렸다. 合意した。次は春。")
    ['U.S. envoys met.', '“They agreed.”', '회담이 열렸다.', '合意した。', '次は春。']
    """
    pieces = WORD.split(text)
    found = [pieces[0]]
    for word, gap in zip(pieces[1::2], pieces[2::2], strict=True):
        end = _END.match(gap) if gap_of(gap) >= Gap.SENTENCE else None
        found[-1] += word + (gap[: end.end()] if end else gap)
        if end:
            found.append(gap[end.end() :])
    lines = (" ".join(sentence.split()) for sentence in found)
    return [line for line in lines if line]


_END = re.compile("[^.!?…‥．。！？｡]*[.!?…‥．。！？｡]*[\"'”’»)\\]）」』】〉》]*")


@dataclass(frozen=True)
class _Version:
    """One version of a story, whether it has the whole text, and the times that are known of it."""

    article: Article
    whole: bool
    stated: str | None
    read: str | None


@dataclass(frozen=True)
class _Change:
    """One sentence, what became of it, and where it stands."""

    change: str
    field: str
    paragraph: int | None
    sentence: str


@dataclass(frozen=True)
class _Pair:
    """Two versions of a story in a row, and the latest of all."""

    latest: Article
    before: _Version
    after: _Version

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Give one row of the frame for each change."""
        latest, before, after = self.latest, self.before, self.after
        ids = (latest.id, latest.url, latest.outlet, latest.title, before.article.id, after.article.id)
        told = (before.stated, after.stated, before.read, after.read)
        for one in _changed(before.article, after.article):
            yield (*ids, *told, one.change, one.field, one.paragraph, one.sentence)


def _pairs(corpus: Corpus) -> Iterator[_Pair]:
    """Give each two versions in a row: the newest story first, its oldest versions first."""
    frame = versions_of(corpus.store, corpus.parts).frame
    parted = dict(list(frame.groupby("story")))
    rows = corpus.rows.sort_values("day", ascending=False, na_position="last", kind="stable")
    wanted = [story for story in corpus.ids(rows.index.to_numpy()) if story in parted]
    for first in range(0, len(wanted), _STORIES):
        some = {story: parted[story] for story in wanted[first : first + _STORIES]}
        texts = corpus.articles(pd.concat(some.values())["article"])
        for story, versions in some.items():
            for before, after in pairwise(_versions(versions, texts)):
                if before.whole == after.whole:
                    yield _Pair(texts[story], before, after)


def _versions(versions: pd.DataFrame, texts: dict[str, Article]) -> Iterator[_Version]:
    columns = versions[["article", "whole", "stated", "read"]].astype(object)
    for article, *rest in columns.where(columns.notna(), None).itertuples(index=False, name=None):
        yield _Version(texts[article], *rest)


def _changed(before: Article, after: Article) -> Iterator[_Change]:
    """Give the changes of headline, body and captions, each from top to bottom."""
    if before.title != after.title:
        yield _Change("headline", "title", None, f"{before.title} → {after.title}")
    yield from _changed_in("body", before.paragraphs, after.paragraphs)
    yield from _changed_in("caption", before.captions, after.captions)


def _changed_in(field: str, before: Sequence[str], after: Sequence[str]) -> Iterator[_Change]:
    old, new = (_numbered(side) for side in (before, after))
    cut, added = _edited([s for _, s in old], [s for _, s in new])
    moved = Counter(old[n][1] for n in cut) & Counter(new[n][1] for n in added)
    left = moved.copy()
    found = []
    for n in cut:
        paragraph, sentence = old[n]
        if left[sentence]:
            left[sentence] -= 1
        else:
            found.append(_Change("cut", field, paragraph, sentence))
    for n in added:
        paragraph, sentence = new[n]
        found.append(_Change("moved" if moved[sentence] else "added", field, paragraph, sentence))
        moved[sentence] -= moved[sentence] > 0
    yield from sorted(found, key=lambda change: change.paragraph or 0)  # what was cut before what was added


def _numbered(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    return [(n, sentence) for n, text in enumerate(paragraphs, 1) for sentence in sentences(text)]


def _edited(old: list[str], new: list[str]) -> tuple[list[int], list[int]]:
    """Tell which sentences were cut and which added; where comparing would take too long, regardless of their order."""
    often = Counter(new)
    same = sum(often[sentence] for sentence in old)
    if (len(old) + same) * min(len(old), len(new)) > _MOST_STEPS:
        return _without(old, Counter(new)), _without(new, Counter(old))
    steps = [
        step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"
    ]
    return (
        [n for _, first, end, _, _ in steps for n in range(first, end)],
        [n for _, _, _, first, end in steps for n in range(first, end)],
    )


def _without(sentences: list[str], others: Counter[str]) -> list[int]:
    """Give the places of sentences that the other side has not, or not as often."""
    found = []
    for n, sentence in enumerate(sentences):
        if others[sentence]:
            others[sentence] -= 1
        else:
            found.append(n)
    return found
