"""What a search finds, by characters: for tests of many texts and queries."""

from __future__ import annotations

from collections.abc import Sequence

from newskit.index import Search, characters
from newskit.query import parse_query

Texts = Sequence[tuple[str, str, str]]


def places(search: Search, query: str, texts: Texts) -> list[tuple[int, int, int, int]]:
    """Row, field and characters of what a query finds."""
    at = search.spans(parse_query(query)).places
    rows = zip(at.article.tolist(), at.field.tolist(), at.first, at.last, at.cut, strict=True)
    edges = {
        (row, field): characters(texts[row][field]) for row, field in zip(at.article, at.field, strict=True)
    }
    return [
        (row, field, int(edges[row, field][0][first]), int(edges[row, field][1][last] - cut))
        for row, field, first, last, cut in rows
    ]
