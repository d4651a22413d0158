"""robots.txt: what a site allows, read as RFC 9309 says.

The reader of the standard library takes the first rule that fits and knows no * and $, which sites of news write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

__all__ = ["Robots"]

_LINE = re.compile(r"[ \t]*(user-agent|allow|disallow|crawl-delay)[ \t]*:[ \t]*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*|[a-z_-]+")
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


@dataclass(frozen=True)
class _Group:
    """The rules for some agents, each a pattern of paths and whether it allows them."""

    agents: tuple[str, ...]
    rules: tuple[tuple[str, bool], ...]
    delay: float


@dataclass(frozen=True)
class Robots:
    """What one agent may fetch from a host, and how many seconds apart; `delay` is 0 where nothing is said."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    @classmethod
    def read(cls, text: str, agent: str) -> Robots:
        r"""Keep what is said to one agent by its name; where nothing is, what is said to all (*).

        >>> Robots.read("User-agent: *\nDisallow: /private\nCrawl-delay: 2", "newskit").delay
        2.0
        """
        groups = list(_groups(text))
        mine = [group for group in groups if agent in group.agents]
        mine = mine or [group for group in groups if "*" in group.agents]
        rules = tuple(rule for group in mine for rule in group.rules)
        return cls(rules, max((group.delay for group in mine), default=0.0))

    def allows(self, path: str) -> bool:
        r"""Tell whether a path with its query may be fetched: the longest rule that fits decides, or else "allow".

        >>> rules = Robots.read("User-agent: *\nDisallow: /news\nAllow: /news/*.html$", "newskit")
        >>> rules.allows("/news/2023"), rules.allows("/news/a.html")
        (False, True)
        """
        fitting = ((len(pattern), allowed) for pattern, allowed in self.rules if _fits(pattern, path))
        return max(fitting, default=(0, True))[1]


def _groups(text: str) -> Iterator[_Group]:
    """Cut the text into groups: names follow each other, then rules do."""
    agents: list[str] = []
    rules: list[tuple[str, bool]] = []
    delay, names_go_on = 0.0, False
    for key, value in _lines(text):
        if key == "user-agent":
            if not names_go_on:
                yield _Group(tuple(agents), tuple(rules), delay)
                agents, rules, delay = [], [], 0.0
            agents.append(_name(value))
        elif key == "crawl-delay":
            delay = float(value) if _SECONDS.fullmatch(value) else delay
        elif value:  # an empty rule forbids nothing
            rules.append((value, key == "allow"))
        names_go_on = key == "user-agent"
    yield _Group(tuple(agents), tuple(rules), delay)


def _name(value: str) -> str:
    """Read the name of an agent: "NewsKit/1.0 (a reader)" is newskit."""
    told = _TOKEN.match(value.lower())
    return told[0] if told else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    found = (_LINE.match(line) for line in text.removeprefix("\ufeff").splitlines())
    return ((one[1].lower(), one[2].strip()) for one in found if one)


def _fits(pattern: str, path: str) -> bool:
    """Match from the start; * is any text, $ at the end is the end. No regular expression, which could hang."""
    path, ends = unquote(path), pattern.endswith("$")
    first, *others = [unquote(piece) for piece in pattern.removesuffix("$").split("*")]
    if not path.startswith(first):
        return False
    if not others:
        return not ends or path == first
    *middle, last = others
    at = len(first)
    for piece in middle:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return path.endswith(last) and len(path) - len(last) >= at if ends else path.find(last, at) >= 0
