"""Query: what a rule asks for, read from the syntax that news databases use (query.lark).

`nodes` is what a query is made of, `typed` reads what keyboards write, `spelling` knows the words of other systems,
`explain` what the grammar stumbles over, `reader` puts it together.
"""

from __future__ import annotations

from newskit.query.nodes import (
    And,
    AtLeast,
    Field,
    FieldName,
    Joined,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Same,
    Word,
    longer_phrases,
    matches_everything,
    phrases,
)
from newskit.query.reader import parse_query

__all__ = [
    "And", "AtLeast", "Field", "FieldName", "Joined", "Near", "Not", "Or", "Phrase", "Query", "Same", "Word",
    "longer_phrases", "matches_everything", "parse_query", "phrases",
]  # fmt: skip
