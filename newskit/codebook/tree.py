"""Tree: what stands in a YAML file, each piece with its line.

Everything is text, so `no` stays "no" and 012 stays "012"; nothing is ever built from a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from newskit.codebook.mistakes import check_characters, check_comment, not_yaml
from newskit.errors import CodebookError

__all__ = ["SHAPE", "Node", "read_tree"]

MAX_DEPTH, MAX_NODES = 24, 250_000
SHAPE = "Write 'topics:', under it the topic's name, under that 'any:' and a list of rules, each after '- '."


_MARK = "\ue000"  # for private use: nothing else may mean something by it
_PLAIN = r"[^\W_][\w*?]*+(?:[ '’/-][\w*?]++)*+"  # words that YAML reads as they are written
_LONG_LIST = re.compile(rf"^( *)- {_PLAIN}\r?\n(?:\1- {_PLAIN}\r?\n){{30,}}(?=\1- )", re.MULTILINE)


@dataclass
class Node:
    """A piece of YAML: text, the items of a list, or the pairs of a mapping."""

    line: int
    text: str | None = None
    items: list[Node] | None = None
    pairs: list[tuple[Node, Node]] | None = None

    @property
    def kind(self) -> str:
        """What to call it in an error."""
        if self.text is not None:
            return "text" if self.text else "nothing"
        return "a list" if self.items is not None else "a mapping"


def read_tree(text: str, source: str) -> Node:
    """Read YAML; CodebookError names line and remedy where it is not YAML, or has more than a codebook may."""
    check_characters(text, source)
    lists = _Lists()
    try:
        root = _parse(lists.shorten(text), source, lists)
        return root if lists.taken == len(lists.items) else _parse(text, source, _Lists())
    except MarkedYAMLError as wrong:
        raise not_yaml(wrong, text, source) from None


class _Lists:
    """Long lists of plain words, read line by line: of a large dictionary they are nearly all, and YAML is slow.

    In the text a mark stands for them. Where a mark is not found as an item of a list (it was inside other text),
    the whole is read again without marks.
    """

    def __init__(self) -> None:
        self.items: list[list[Node]] = []
        self.taken = 0

    def shorten(self, text: str) -> str:
        return text if _MARK in text else _LONG_LIST.sub(self._mark, text)

    def _mark(self, found: re.Match[str]) -> str:
        first = found.string.count("\n", 0, found.start()) + 1
        lines = found[0].splitlines()
        self.items.append(
            [Node(n, text=line.strip()[2:].strip()) for n, line in enumerate(lines, start=first)]
        )
        return f"{found[1]}- {_MARK}{len(self.items) - 1}" + "\n" * len(
            lines
        )  # so that lines keep their numbers

    def __len__(self) -> int:
        return sum(map(len, self.items))

    def of(self, node: Node) -> list[Node]:
        if node.text is None or not node.text.startswith(_MARK) or not self.items:
            return [node]
        self.taken += 1
        return self.items[int(node.text.removeprefix(_MARK))]


def _parse(text: str, source: str, lists: _Lists) -> Node:
    root = Node(1, items=[])
    stack: list[tuple[Node, list[Node]]] = [(root, [])]
    for count, event in enumerate(YAML(typ="safe", pure=True).parse(text), start=len(lists)):
        _check_event(event, source, depth=len(stack), count=count)
        if isinstance(event, ScalarEvent) and stack[-1][0].items is not None:
            check_comment(event, text, source)
        _take(event, stack, lists)
    if not root.items:
        raise CodebookError(f"{source} is empty. {SHAPE}")
    return root.items[0]


def _check_event(event: Event, source: str, *, depth: int, count: int) -> None:
    line = event.start_mark.line + 1
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise CodebookError(
            f"{source}, line {line}: anchors (&) and aliases (*) are not read. Write the rules out;"
            " put a rule that begins with * in quotes."
        )
    tag = getattr(event, "tag", None)
    if tag is not None and str(tag) != "!":
        raise CodebookError(f"{source}, line {line}: tags ({tag}) are not read. Take the tag away.")
    if isinstance(event, ScalarEvent) and event.value == "<<":
        raise CodebookError(f"{source}, line {line}: merge keys (<<) are not read. Write the rules out.")
    if depth > MAX_DEPTH:
        raise CodebookError(f"{source}, line {line}: nested deeper than {MAX_DEPTH} levels. {SHAPE}")
    if count > MAX_NODES:
        raise CodebookError(f"{source}, line {line}: more than {MAX_NODES:,} entries. Split the codebook.")


def _take(event: Event, stack: list[tuple[Node, list[Node]]], lists: _Lists) -> None:
    """Put an event of the YAML parser in its place; the second of a pair on the stack is what is still open."""
    line = event.start_mark.line + 1
    if isinstance(event, DocumentStartEvent) and stack[0][0].items:
        raise MarkedYAMLError(problem="a second document begins ('---')", problem_mark=event.start_mark)
    if isinstance(event, ScalarEvent):
        _put(Node(line, text=event.value), stack, lists)
    elif isinstance(event, SequenceStartEvent):
        stack.append((Node(line, items=[]), []))
    elif isinstance(event, MappingStartEvent):
        stack.append((Node(line, pairs=[]), []))
    elif isinstance(event, CollectionEndEvent):
        node, _ = stack.pop()
        _put(node, stack, lists)


def _put(node: Node, stack: list[tuple[Node, list[Node]]], lists: _Lists) -> None:
    into, key = stack[-1]
    if into.items is not None:
        into.items.extend(lists.of(node))
    elif into.pairs is not None and key:
        if node.text == "":
            node.line = key[0].line  # of nothing, YAML gives the line behind it
        into.pairs.append((key.pop(), node))
    else:
        key.append(node)
