"""quanteda's dictionaries: categories, each with patterns or with categories under it, in YAML.

The form is that of quanteda's `as.yaml()`: a category is a mapping or a list; patterns are globs in which `*` is any
letters and `?` one letter, the case does not matter, and words with spaces between are a phrase. Under the key `__`
stand the patterns of a category that has others under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newskit.codebook.reader import Reader, Written
from newskit.codebook.topic import BELOW, Rule, Topic, in_order
from newskit.codebook.tree import Node

__all__ = ["DictionaryReader", "is_dictionary"]

_OURS = {"codebook", "version", "topics", "topic", "any", "none", "about"}
_OWN = "__"
_OPERATOR = re.compile(r'\b(?:AND|OR|NOT)\b|\b[A-Z]+/\d+|[()"“”]')

_PLAIN = re.compile(
    r"(?!.*\b(?:[A-Z]{2,}|(?i:and|or|not))\b)[^\W\d_](?:[^\W\d_]|[*?' -])*"
)  # the same without quotes


def is_dictionary(root: Node) -> bool:
    """Tell whether a file is a dictionary of quanteda: mappings down to lists, and no key of a codebook."""
    if not root.pairs:
        return False
    waiting = [root]
    while waiting:
        for key, value in waiting.pop().pairs or ():
            if key.text in _OURS:
                return False
            waiting.append(value)
    return True


class DictionaryReader(Reader):
    """Reads a dictionary of quanteda: each category is a topic, each pattern a rule."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.twice = 0

    def written(self, root: Node) -> Written:
        """Read a whole file."""
        topics = in_order(self._categories(root, ()))
        notes = ["read as a quanteda dictionary: each category is a topic, each pattern a rule"]
        if self.twice:
            notes.append(f"patterns that stand twice in a category: {self.twice:,}")
        return Written(topics, notes=tuple(notes))

    def _categories(self, node: Node, above: tuple[str, ...]) -> Iterator[Topic]:
        for name, key, value in self.pairs(node):
            if name == _OWN and above:
                continue  # read with the category it stands in
            full = (*above, name.replace(BELOW, " - "))
            self.begin(BELOW.join(full), key)
            if not (value.text or value.items or value.pairs):
                raise self.wrong(key, "the category is empty. Write its patterns, or take it away.")
            own = [child for child_key, child in value.pairs or () if child_key.text == _OWN]
            rules = self._patterns(own[0] if own else value) if own or not value.pairs else ()
            yield Topic(self.topic_name, "", rules, line=key.line)
            if value.pairs:
                yield from self._categories(value, full)

    def _patterns(self, node: Node) -> tuple[Rule, ...]:
        items = [node] if node.items is None else node.items
        rules: dict[str, Rule] = {}
        for item in items:
            pattern = " ".join(self.text(item).split())
            if pattern in rules:
                self.twice += 1
            else:
                rules[pattern] = self._pattern(item, pattern)
        return tuple(rules.values())

    def _pattern(self, node: Node, pattern: str) -> Rule:
        if found := _OPERATOR.search(pattern):
            raise self.wrong(
                node,
                f"{found[0]!r} in {pattern!r}: this was read as a quanteda dictionary, which has no operators, brackets"
                " or quotes. Write 'topics:', the topic's name, 'any:' and the rules.",
            )
        return self.rule(
            node, pattern if not pattern or _PLAIN.fullmatch(pattern) else f'"{pattern}"', pattern
        )
