"""quanteda's dictionaries: categories, each with patterns or with categories under it, in YAML.

The form is that of quanteda's `as.yaml()`: a category is a mapping or a list; patterns are globs in which `*` is any
letters and `?` one letter, the case does not matter, and words with spaces between are a phrase. Under the key `__`
stand the patterns of a category that has others under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from newskit.codebook.mistakes import OURS
from newskit.codebook.reader import Reader, Written
from newskit.codebook.topic import BELOW, Rule, Topic, in_order
from newskit.codebook.tree import Node

__all__ = ["DictionaryReader", "is_dictionary"]

_OURS = {*OURS, "topic"}
_OWN = "__"
_OPERATOR = re.compile(r'\b(?:AND|OR|NOT)\b|\b[A-Z]+/\d+|["“”]')
_NO_WORDS = re.compile(
    r"(?:[^\w*?]|_)*|.*[()].*|(?=.*[^\w\s*?'’.-])\W*(?:\w|\d+)\W*"
)  # emoticons, what LIWC puts in brackets, one letter with a sign that is not looked for

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
        self.left_out: list[str] = []

    def written(self, root: Node) -> Written:
        """Read a whole file."""
        self._check_spelling(root)
        topics = in_order(self._categories(root, ()))
        notes = ["read as a quanteda dictionary: each category is a topic, each pattern a rule"]
        if self.twice:
            notes.append(f"patterns that stand twice in a category: {self.twice:,}")
        if self.left_out:
            notes.append(
                f"patterns without words left out: {len(self.left_out):,} ({', '.join(self.left_out[:5])})"
            )
        return Written(topics, notes=tuple(notes))

    def _check_spelling(self, root: Node) -> None:
        """Refuse a codebook of newskit that is taken for a dictionary because of a slip of the hand."""
        for key, value in root.pairs or ():
            name = key.text or ""
            if value.pairs and get_close_matches(name, ("topics",), cutoff=0.8):
                raise self.wrong(
                    key,
                    f"unknown entry '{name}:'. Did you mean 'topics'? If it is a category of a quanteda dictionary,"
                    f" write '{name.title()}:'.",
                )

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
            rule = self._pattern(item, pattern)
            if pattern in rules:
                self.twice += 1
            elif rule is None:
                self.left_out.append(f"{pattern} in line {item.line}")
            else:
                rules[pattern] = rule
        return tuple(rules.values())

    def _pattern(self, node: Node, pattern: str) -> Rule | None:
        if found := _OPERATOR.search(pattern):
            raise self.wrong(
                node,
                f"{found[0]!r} in {pattern!r}: this was read as a quanteda dictionary, which has no operators, brackets"
                " or quotes. Write 'topics:', the topic's name, 'any:' and the rules.",
            )
        if pattern and _NO_WORDS.fullmatch(pattern):
            return None
        return self.rule(
            node, pattern if not pattern or _PLAIN.fullmatch(pattern) else f'"{pattern}"', pattern
        )
