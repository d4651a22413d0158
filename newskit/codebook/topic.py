"""Topic: what to look for, as named rules; topics may stand under one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from newskit.query import Query

__all__ = ["BELOW", "Rule", "Topic", "in_order"]

BELOW = " > "


@dataclass(frozen=True)
class Rule:
    """One query of a topic, as it is written, with the line it stands in."""

    text: str
    query: Query = field(repr=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Topic:
    """What to look for: the hits of any rule of `any`, without those that a rule of `none` overlaps.

    A topic "history > forced labor" stands under "history": its hits are hits of "history", too. `any` and `none`
    are a topic's own rules, and each takes away from the other only; a topic above others may have none.
    """

    name: str
    about: str
    any: tuple[Rule, ...]
    none: tuple[Rule, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        """The names under which its hits count: its own, and those of the topics above it.

        >>> Topic("history > war > forced labor", "", ()).path
        ('history > war > forced labor', 'history > war', 'history')
        """
        parts = self.name.split(BELOW)
        return tuple(BELOW.join(parts[:n]) for n in range(len(parts), 0, -1))


def in_order(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Put topics in the order of the file, each above those under it; add those that are only named in others.

    >>> [topic.name for topic in in_order([Topic("a > b", "", ()), Topic("c", "", ()), Topic("a", "", ())])]
    ['a', 'a > b', 'c']
    """
    known: dict[str, Topic] = {}
    for topic in topics:
        for name in topic.path[1:]:
            known.setdefault(name, Topic(name, "", (), line=topic.line))
        known[topic.name] = topic
    places: dict[str, int] = {}
    for topic in known.values():
        for name in reversed(topic.path):
            places.setdefault(name, len(places))
    return tuple(sorted(known.values(), key=lambda topic: [places[name] for name in reversed(topic.path)]))
