"""Reader: makes topics of what stands in a codebook file, and knows where it is when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newskit.codebook.mistakes import OURS, quoted
from newskit.codebook.topic import BELOW, Rule, Topic, in_order
from newskit.codebook.tree import SHAPE, Node
from newskit.errors import BadArgument, CodebookError, nearest
from newskit.query import Query, matches_everything, parse_query

__all__ = ["Reader", "TopicsReader", "Written"]


@dataclass(frozen=True)
class Written:
    """What a file says: name, version, topics, and what to know about how it was read."""

    topics: tuple[Topic, ...]
    name: str = ""
    version: str = "1"
    notes: tuple[str, ...] = ()


class Reader:
    """What reading a file of topics takes, whatever its form."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.topic_name = ""
        self.lines: dict[str, int] = {}

    def begin(self, name: str, node: Node) -> None:
        """Enter a topic, whose name no other may have."""
        self.topic_name = name
        if name in self.lines:
            raise self.wrong(
                node, f"{name!r} stands already in line {self.lines[name]}. Join the two, or rename one."
            )
        self.lines[name] = node.line

    def rule(self, node: Node, text: str, written: str) -> Rule:
        """Read one rule; `text` is what is asked, `written` how it stands there."""
        try:
            query = parse_query(text)
        except BadArgument as wrong:
            raise self.wrong(node, str(wrong)) from None
        if wide := matches_everything(query):
            raise self.wrong(
                node,
                f"the rule {written!r} matches nearly every text: {wide.words[0].form!r}. Write at least two letters"
                " or digits beside the *.",
            )
        return Rule(text, query, node.line)

    def pairs(self, node: Node) -> Iterator[tuple[str, Node, Node]]:
        """Walk over the pairs of a mapping: name, where it stands, and what stands behind it."""
        if node.pairs is None:
            raise self.wrong(
                node, f"a mapping ('name: …') belongs here, not {node.kind}.{_full_width(node)} {SHAPE}"
            )
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            name = " ".join(self.text(key).split())
            if name in lines:
                raise self.wrong(
                    key, f"{name!r} stands already in line {lines[name]}. Join the two, or rename one."
                )
            if not name:
                raise self.wrong(key, "a name is missing before ':'.")
            lines[name] = key.line
            yield name, key, value

    def text(self, node: Node) -> str:
        """Give a piece that must be text."""
        if node.text is not None:
            return node.text
        raise self.wrong(
            node, f"text belongs here, not {node.kind}. Put quotes around all of it{_as_text(node)}."
        )

    def wrong(self, node: Node, what: str) -> CodebookError:
        """Make an error that says where it is."""
        topic = f", topic {self.topic_name!r}" if self.topic_name else ""
        return CodebookError(f"{self.source}, line {node.line}{topic}: {what}")


def _as_text(node: Node) -> str:
    """Write a mapping of one pair as the text that was meant."""
    match node.pairs:
        case [(Node(text=str(key)), Node(text=str(value)))]:
            return f": {quoted(f'{key}: {value}')}"
    return ""


def _full_width(node: Node) -> str:
    return " Write ':' in place of the full-width '：'." if "：" in (node.text or "") else ""


def _pair(rule: Rule, other: Rule) -> str:
    return f"{rule.text!r} in line {rule.line} as {other.text!r} in line {other.line}"


def _first(pairs: list[str]) -> str:
    return ", ".join(pairs[:3]) + (f" and {len(pairs) - 3:,} more" if len(pairs) > 3 else "")


class TopicsReader(Reader):
    """Reads newskit's own form: `topics:`, each with `about:`, `any:`, `none:`, and `topics:` under it."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.alike: list[str] = []
        self.never: list[str] = []

    def written(self, root: Node) -> Written:
        """Read a whole file."""
        entries = dict(self._entries(root, ("codebook", "version", "topics")))
        if "topics" not in entries:
            raise self.wrong(root, f"there is no 'topics:'. {SHAPE}")
        bare: dict[str, Node] = {}
        topics = tuple(self._topics(entries["topics"], (), bare))
        self.topic_name = ""
        if not topics:
            raise self.wrong(entries["topics"], f"there is no topic. {SHAPE}")
        self._check_bare(bare, topics)
        name = self.text(entries["codebook"]) if "codebook" in entries else ""
        version = self.text(entries["version"]) if "version" in entries else "1"
        return Written(in_order(topics), name, version, self._notes())

    def _notes(self) -> tuple[str, ...]:
        notes = (
            ("rules that mean the same as one before them", self.alike),
            ("rules under none: that take away all that the same rule finds", self.never),
        )
        return tuple(f"{what}: {_first(pairs)}" for what, pairs in notes if pairs)

    def _topics(self, node: Node, above: tuple[str, ...], bare: dict[str, Node]) -> Iterator[Topic]:
        for name, key, value in self.pairs(node):
            self.topic_name = BELOW.join(above)
            full = BELOW.join((*above, name))
            if not all(part.strip(" >") == part != "" for part in name.split(BELOW)):
                raise self.wrong(key, f"a name is missing beside '>' in {name!r}. Write 'above > below'.")
            if name.lower() in OURS:
                raise self.wrong(
                    key,
                    f"'{name}:' stands where the name of a topic belongs. Write it under the name, indented more.",
                )
            self.begin(full, key)
            yield from self._topic(full, value, bare)

    def _topic(self, name: str, node: Node, bare: dict[str, Node]) -> Iterator[Topic]:
        if node.items is not None:
            raise self.wrong(node, "its rules are given as a list. Put 'any:' before the list.")
        entries = dict(self._entries(node, ("about", "any", "none", "topics")))
        if "any" not in entries:
            bare[name] = node
        about = " ".join(self.text(entries["about"]).split()) if "about" in entries else ""
        rules, none = (self._rules(entries[kind]) if kind in entries else () for kind in ("any", "none"))
        self._find_taken_away(rules, none)
        yield Topic(name, about, rules, none, self.lines[name])
        if "topics" in entries:
            yield from self._topics(entries["topics"], (name,), bare)

    def _check_bare(self, bare: dict[str, Node], topics: tuple[Topic, ...]) -> None:
        """Refuse topics without a rule of their own or of a topic under them."""
        above = {name for topic in topics for name in topic.path[1:]}
        for name, node in bare.items():
            if name not in above:
                self.topic_name = name
                raise self.wrong(
                    node, "there is no 'any:'. Write 'any:' and under it the rules, each after '- '."
                )

    def _find_taken_away(self, rules: tuple[Rule, ...], none: tuple[Rule, ...]) -> None:
        """Note what stands under both: each of its hits is taken away."""
        known = {rule.query: rule for rule in rules}
        self.never += [_pair(rule, known[rule.query]) for rule in none if rule.query in known]

    def _rules(self, node: Node) -> tuple[Rule, ...]:
        if node.items is None:
            raise self.wrong(
                node,
                f"a list of rules belongs here, not {node.kind}.{_full_width(node)} Write each rule after '- '.",
            )
        rules: dict[str, Rule] = {}
        known: dict[Query, Rule] = {}
        for item in node.items:
            text = " ".join(self._rule_text(item).split())
            if text in rules:
                raise self.wrong(
                    item, f"the rule {text!r} stands already in line {rules[text].line}. Take one away."
                )
            rules[text] = rule = self.rule(item, text, text)
            first = known.setdefault(rule.query, rule)
            if first is not rule:
                self.alike.append(_pair(rule, first))
        if not rules:
            raise self.wrong(node, "there is no rule. Write each rule after '- '.")
        return tuple(rules.values())

    def _rule_text(self, item: Node) -> str:
        """Give the text of a rule; of one that YAML takes apart at its colon, say how it is written."""
        if written := _as_text(item):
            self.rule(item, written[3:-1], written[3:-1])  # what else is wrong with it comes first
        return self.text(item)

    def _entries(self, node: Node, known: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
        for name, key, value in self.pairs(node):
            if name not in known:
                raise self.wrong(key, self._unknown(name, value, known))
            yield name, value

    def _unknown(self, name: str, value: Node, known: tuple[str, ...]) -> str:
        inside = {key.text for key, _ in value.pairs or ()}
        hint = nearest(name, known)
        if name in ("regex", "regexp"):
            hint = " Regular expressions are not read; write words, with * and ?, under any:."
        elif "any" not in known and value.pairs and (not hint or not inside.isdisjoint({"any", "none"})):
            hint = f" A topic stands under 'topics:'. Write 'topics:' above {name!r}, and indent it more."
        elif not hint and value.pairs is not None and "any" in known:
            hint = " A topic under this one stands under 'topics:'."
        return f"unknown entry '{name}:'.{hint} There are {', '.join(f'{k}:' for k in known)}."
