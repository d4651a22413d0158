"""Codebook: named topics, each a list of rules; read from a YAML file in which every mistake has its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.events import CollectionEndEvent as _End

from newskit.errors import BadArgument, CodebookError, nearest
from newskit.query import Phrase, Query, longer_phrases, parse_query

__all__ = ["Codebook", "Rule", "Topic"]

MAX_BYTES, MAX_DEPTH, MAX_NODES = 10_000_000, 10, 100_000
_SHAPE = "Write 'topics:', under it the topic's name, under that 'any:' and a list of rules, each after '- '."


@dataclass(frozen=True)
class Rule:
    """One query of a topic, as it is written, with the line it stands in."""

    text: str
    query: Query = field(repr=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Topic:
    """What to look for: the hits of any rule of `any`, without those that a rule of `none` overlaps."""

    name: str
    about: str
    any: tuple[Rule, ...]
    none: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """Named topics with their rules.

    `topics` are those looked at; `others` stay in the book beside them and in its digest, because a rule's
    hits may depend on the longer Japanese or Chinese terms of another topic.

    >>> book = Codebook.from_text("topics: {ties: {any: [bilateral ties, 한일 관계]}}")
    >>> book.topics[0].any[1].text
    '한일 관계'
    """

    name: str
    version: str
    topics: tuple[Topic, ...]
    source: str = field(default="codebook", compare=False)
    others: tuple[Topic, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Codebook:
        """Read a codebook file, or a codebook that comes with newskit by its name ("korea-japan").

        Raises CodebookError naming file, line and topic, and what to write instead.
        """
        file = _find(path)
        try:
            with file.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as wrong:
            raise CodebookError(f"{str(path)!r} cannot be read: {wrong.strerror}.") from wrong
        if len(raw) > MAX_BYTES:
            raise CodebookError(
                f"{file.name} is larger than {MAX_BYTES // 10**6} MB. Split it into several codebooks."
            )
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = raw.count(b"\n", 0, wrong.start) + 1
            raise CodebookError(
                f"{file.name}, line {line}: not UTF-8 text. Save the file as UTF-8."
            ) from None
        return cls.from_text(text, source=file.name)

    @classmethod
    def from_text(cls, text: str, source: str = "codebook") -> Codebook:
        """Read a codebook from YAML text; errors name it by `source`."""
        return _Reader(source).codebook(_tree(text, source))

    @property
    def all_topics(self) -> tuple[Topic, ...]:
        """The topics looked at, and the others."""
        return (*self.topics, *self.others)

    @cached_property
    def digest(self) -> str:
        """Digest of topics and rules: the same for the same hits, whatever the order, comments and layout."""
        topics = sorted(
            [t.name, sorted(r.text for r in t.any), sorted(r.text for r in t.none)] for t in self.all_topics
        )
        return hashlib.sha256(json.dumps(topics, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[
            :16
        ]

    @cached_property
    def longer(self) -> Mapping[Phrase, tuple[Phrase, ...]]:
        """For each phrase in Han or Kana, the longer ones of this codebook that take its place."""
        return longer_phrases(rule.query for topic in self.all_topics for rule in (*topic.any, *topic.none))

    @property
    def frame(self) -> pd.DataFrame:
        """One row a rule: topic, kind ("any" or "none"), rule, line, about."""
        rows = [
            (topic.name, kind, rule.text, rule.line, topic.about)
            for topic in self.topics
            for kind, rules in (("any", topic.any), ("none", topic.none))
            for rule in rules
        ]
        return pd.DataFrame(rows, columns=["topic", "kind", "rule", "line", "about"])

    @property
    def how(self) -> str:
        """Say what the codebook is: name, version, digest, how many topics and rules."""
        rules, without = (sum(len(getattr(topic, kind)) for topic in self.topics) for kind in ("any", "none"))
        of = f"{len(self.topics):,} of " if self.others else ""
        taking = f" and {_some(without, 'rule')} for what is not meant" if without else ""
        return (
            f"codebook {self.name!r}, version {self.version} ({self.source}, digest {self.digest}): "
            f"{of}{_some(len(self.all_topics), 'topic')} ({_some_names([t.name for t in self.topics])}) "
            f"with {_some(rules, 'rule')}{taking}"
        )

    def __repr__(self) -> str:
        return f"<Codebook: {self.how.removeprefix('codebook ')}>"

    def __len__(self) -> int:
        return len(self.topics)

    def topic(self, name: str) -> Topic:
        """Give one topic by its name; BadArgument names the nearest where there is none."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        names = [topic.name for topic in self.topics]
        hint = nearest(name, names) or f" There are: {', '.join(names)}."
        raise BadArgument(f"No topic {name!r} in {self.source}.{hint}")

    def only(self, *topics: str) -> Codebook:
        """Keep some of the topics, in the order of the codebook."""
        wanted = {self.topic(name).name for name in topics}
        if not wanted:
            raise BadArgument(
                f"No topic is named. There are: {', '.join(topic.name for topic in self.topics)}."
            )
        others = tuple(topic for topic in self.topics if topic.name not in wanted)
        kept = tuple(topic for topic in self.topics if topic.name in wanted)
        return replace(self, topics=kept, others=(*self.others, *others))


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _some_names(names: list[str]) -> str:
    more = [f"and {len(names) - 12:,} more"] if len(names) > 12 else []
    return ", ".join([*names[:12], *more])


def _shipped() -> dict[str, Path]:
    """Find the codebooks that come along: inside the package where installed, beside it in a checkout."""
    here = Path(__file__).parent
    files = [*here.parent.glob("codebooks/*.yaml"), *here.glob("codebooks/*.yaml")]
    return {file.stem: file for file in files}


def _find(path: str | Path) -> Path:
    file = Path(path).expanduser()
    if file.is_file():
        return file
    shipped = _shipped()
    if str(path) in shipped:
        return shipped[str(path)]
    known = f"{nearest(str(path), shipped)} Codebooks that come with newskit: {', '.join(sorted(shipped)) or 'none'}."
    raise CodebookError(f"No codebook {str(path)!r}: there is no such file.{known}")


# What stands in a YAML file: text, a list, or a mapping as pairs; each with its line. Everything is text, so
# `no` stays "no" and 012 stays "012"; nothing is ever built from a tag.


@dataclass
class _Node:
    line: int
    text: str | None = None
    items: list[_Node] | None = None
    pairs: list[tuple[_Node, _Node]] | None = None

    @property
    def kind(self) -> str:
        if self.text is not None:
            return "text" if self.text else "nothing"
        return "a list" if self.items is not None else "a mapping"


def _tree(text: str, source: str) -> _Node:
    root = _Node(1, items=[])
    stack: list[tuple[_Node, list[_Node]]] = [(root, [])]
    try:
        for count, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
            _check_event(event, source, depth=len(stack), count=count)
            _take(event, stack)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        hint = (
            " Indent with spaces, not tabs."
            if "'\\t'" in str(wrong.problem)
            else _quote_hint(str(wrong.problem))
        )
        line = mark.line + 1 if mark else "?"
        raise CodebookError(f"{source}, line {line}: not YAML: {wrong.problem}.{hint}") from None
    except YAMLError as wrong:
        raise CodebookError(
            f"{source}: not YAML: {str(wrong).splitlines()[0]}. Take the character away."
        ) from None
    if not root.items:
        raise CodebookError(f"{source} is empty. {_SHAPE}")
    return root.items[0]


def _quote_hint(problem: str) -> str:
    if "expected <block end>" in problem or "mapping values" in problem or "cannot start" in problem:
        return " A rule with quotation marks, a colon or a leading * needs quotes around all of it: '\"a b\" OR c'."
    return ""


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
        raise CodebookError(f"{source}, line {line}: nested deeper than {MAX_DEPTH} levels. {_SHAPE}")
    if count > MAX_NODES:
        raise CodebookError(f"{source}, line {line}: more than {MAX_NODES:,} entries. Split the codebook.")


def _take(event: Event, stack: list[tuple[_Node, list[_Node]]]) -> None:
    """Put an event of the YAML parser in its place; the second of a pair on the stack is what is still open."""
    line = event.start_mark.line + 1
    if isinstance(event, DocumentStartEvent) and stack[0][0].items:
        raise MarkedYAMLError(problem="a second document begins ('---')", problem_mark=event.start_mark)
    if isinstance(event, ScalarEvent):
        _put(_Node(line, text=event.value), stack)
    elif isinstance(event, SequenceStartEvent):
        stack.append((_Node(line, items=[]), []))
    elif isinstance(event, MappingStartEvent):
        stack.append((_Node(line, pairs=[]), []))
    elif isinstance(event, _End):
        node, _ = stack.pop()
        _put(node, stack)


def _put(node: _Node, stack: list[tuple[_Node, list[_Node]]]) -> None:
    into, key = stack[-1]
    if into.items is not None:
        into.items.append(node)
    elif into.pairs is not None and key:
        into.pairs.append((key.pop(), node))
    else:
        key.append(node)


class _Reader:
    """Makes a codebook of what stands in a file, and knows where it is when something is wrong."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.topic_name = ""

    def codebook(self, root: _Node) -> Codebook:
        entries = dict(self._entries(root, ("codebook", "version", "topics")))
        if "topics" not in entries:
            raise self._wrong(root, f"there is no 'topics:'. {_SHAPE}")
        topics = tuple(self._topic(name, node) for name, node in self._pairs(entries["topics"]))
        self.topic_name = ""
        if not topics:
            raise self._wrong(entries["topics"], f"there is no topic. {_SHAPE}")
        name = self._text(entries["codebook"]) if "codebook" in entries else Path(self.source).stem
        version = self._text(entries["version"]) if "version" in entries else "1"
        return Codebook(name, version, topics, self.source)

    def _topic(self, name: str, node: _Node) -> Topic:
        self.topic_name = name
        if node.items is not None:
            raise self._wrong(node, "its rules are given as a list. Put 'any:' before the list.")
        entries = dict(self._entries(node, ("about", "any", "none")))
        if "any" not in entries:
            raise self._wrong(
                node, "there is no 'any:'. Write 'any:' and under it the rules, each after '- '."
            )
        about = " ".join(self._text(entries["about"]).split()) if "about" in entries else ""
        none = self._rules(entries["none"]) if "none" in entries else ()
        return Topic(name, about, self._rules(entries["any"]), none)

    def _rules(self, node: _Node) -> tuple[Rule, ...]:
        if node.items is None:
            raise self._wrong(
                node, f"a list of rules belongs here, not {node.kind}. Write each rule after '- '."
            )
        rules: dict[str, Rule] = {}
        for item in node.items:
            text = " ".join(self._text(item).split())
            if text in rules:
                raise self._wrong(
                    item, f"the rule {text!r} stands already in line {rules[text].line}. Take one away."
                )
            try:
                rules[text] = Rule(text, parse_query(text), item.line)
            except BadArgument as wrong:
                raise self._wrong(item, str(wrong)) from None
        if not rules:
            raise self._wrong(node, "there is no rule. Write each rule after '- '.")
        return tuple(rules.values())

    def _entries(self, node: _Node, known: tuple[str, ...]) -> Iterator[tuple[str, _Node]]:
        for key, value in self._pairs(node):
            if key not in known:
                there = ", ".join(f"{k}:" for k in known)
                raise self._wrong(value, f"unknown entry '{key}:'.{nearest(key, known)} There are {there}.")
            yield key, value

    def _pairs(self, node: _Node) -> Iterator[tuple[str, _Node]]:
        if node.pairs is None:
            raise self._wrong(node, f"a mapping ('name: …') belongs here, not {node.kind}. {_SHAPE}")
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            name = " ".join(self._text(key).split())
            if name in lines:
                raise self._wrong(
                    key, f"{name!r} stands already in line {lines[name]}. Join the two, or rename one."
                )
            if not name:
                raise self._wrong(key, "a name is missing before ':'.")
            lines[name] = key.line
            yield name, value

    def _text(self, node: _Node) -> str:
        if node.text is not None:
            return node.text
        if node.pairs and node.pairs[0][0].text:
            hint = f" Put quotes around all of it: '{node.pairs[0][0].text}: …'."
        else:
            hint = " Put quotes around all of it."
        raise self._wrong(node, f"text belongs here, not {node.kind}.{hint}")

    def _wrong(self, node: _Node, what: str) -> CodebookError:
        topic = f", topic {self.topic_name!r}" if self.topic_name else ""
        return CodebookError(f"{self.source}, line {node.line}{topic}: {what}")
