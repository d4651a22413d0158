"""A second look over many pages: labels that stand in different stories of one outlet are its furniture.

Sentences stay, however often they stand: what a wire says of the background comes again from story to story, and a
chart must count it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from newskit.article import Article
from newskit.parse.characters import bare, ends_sentence

__all__ = ["second_look"]

STORIES = 3  # different ones in which a line stands
SHARE = 0.1  # of the outlet's pages
SAME = 0.5  # of the shorter one's text: two pages that share as much tell one story
COMPARED = 40  # pages a line
LONGEST = 120  # characters of a label
SHOWN = 60  # characters of a line in a note


def second_look(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Leave out of each article the labels that other stories of its outlet hold, too, and note them.

    A label is a line that does not end like a sentence. It is left out where it stands in three different stories or more, and on a tenth of the outlet's pages.
    Copies and later versions of a story count as one. Whatever the order of articles, each comes out the same.

    >>> told = "The ferry to {} left at six."
    >>> pages = [
    ...     Article(t, paragraphs=(told.format(t), "Harbor desk"), outlet="Gull")
    ...     for t in ("Osa", "Uma", "Ebo")
    ... ]
    >>> second_look(pages)[0].paragraphs, second_look(pages[:2])[0].paragraphs
    (('The ferry to Osa left at six.',), ('The ferry to Osa left at six.', 'Harbor desk'))
    """
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[_outlet_of(article)].append(article)
    shared = {outlet: frozenset(_shared(group)) for outlet, group in groups.items() if outlet}
    return tuple(_without(article, shared.get(_outlet_of(article), frozenset())) for article in articles)


def _outlet_of(article: Article) -> str:
    """Name the outlet: as the page does, else by its host, else by the folder that it came from.

    Rows of a table have none: they are taken as they are.
    """
    if article.origin.get("paragraphs", "").startswith("column"):
        return ""
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:
        host = None
    return article.outlet or host or (article.source or "").rpartition("/")[0]


def _shared(articles: Sequence[Article]) -> Iterator[str]:
    pages = sorted((article.id, frozenset(article.paragraphs)) for article in articles)
    times = Counter(line for _, lines in pages for line in lines)
    least = max(STORIES, SHARE * len(pages))
    for line, count in times.items():
        if (
            count >= least
            and _is_label(line)
            and _stories(lines for _, lines in pages if line in lines) >= STORIES
        ):
            yield line


def _is_label(line: str) -> bool:
    return bool(bare(line)) and len(line) <= LONGEST and not ends_sentence(line)


def _stories(pages: Iterable[frozenset[str]]) -> int:
    """Count the different stories among pages, up to as many as are needed."""
    told: list[frozenset[str]] = []
    for compared, page in enumerate(pages):
        if len(told) == STORIES or compared == COMPARED:
            break
        if not any(_same_story(page, other) for other in told):
            told.append(page)
    return len(told)


def _same_story(one: frozenset[str], other: frozenset[str]) -> bool:
    common = sum(map(len, one & other))
    return common >= SAME * min(sum(map(len, one)), sum(map(len, other)))


def _without(article: Article, shared: frozenset[str]) -> Article:
    left_out = [line for line in article.paragraphs if line in shared]
    kept = tuple(line for line in article.paragraphs if line not in shared)
    if not left_out or not kept:
        return article
    lines = ", ".join(repr(line[:SHOWN]) for line in dict.fromkeys(left_out))
    note = f"left out, as other stories of the outlet hold it too: {lines}"
    return replace(article, paragraphs=kept, notes=(*article.notes, note))
