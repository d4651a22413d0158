"""Book: a codebook as a whole, and where its file is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from newskit.codebook.quanteda import DictionaryReader, is_dictionary
from newskit.codebook.reader import TopicsReader
from newskit.codebook.topic import Topic
from newskit.codebook.tree import read_tree
from newskit.errors import BadArgument, CodebookError, nearest
from newskit.query import Phrase, longer_phrases

__all__ = ["Codebook"]

MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class Codebook:
    """Named topics with their rules.

    `topics` are those looked at; `others` stay in the book beside them and in its digest, because a rule's
    hits may depend on the longer Japanese or Chinese terms of another topic. `notes` say what to know about how
    the file was read.

    >>> book = Codebook.from_text("topics: {ties: {any: [bilateral ties, 한일 관계]}}")
    >>> book.topics[0].any[1].text
    '한일 관계'
    """

    name: str
    version: str
    topics: tuple[Topic, ...]
    source: str = field(default="codebook", compare=False)
    others: tuple[Topic, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.version, self.topics, self.others))

    def __hash__(self) -> int:
        """Give the same number each time without counting it anew: what a codebook found is remembered by it."""
        return self._hash

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
        root = read_tree(text.removeprefix("\ufeff"), source)
        form = DictionaryReader if is_dictionary(root) else TopicsReader
        written = form(source).written(root)
        name = written.name or Path(source).stem
        return cls(name, written.version, written.topics, source, notes=written.notes)

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
    def counted(self) -> tuple[Topic, ...]:
        """The topics whose hits count for those looked at: these, and all that stand under them."""
        names = {topic.name for topic in self.topics}
        return tuple(topic for topic in self.all_topics if not names.isdisjoint(topic.path))

    @property
    def frame(self) -> pd.DataFrame:
        """One row a rule that counts: topic (in which it is written), kind ("any" or "none"), rule, line, about."""
        rows = [
            (topic.name, kind, rule.text, rule.line, topic.about)
            for topic in self.counted
            for kind, rules in (("any", topic.any), ("none", topic.none))
            for rule in rules
        ]
        return pd.DataFrame(rows, columns=["topic", "kind", "rule", "line", "about"])

    @property
    def how(self) -> str:
        """Say what the codebook is: name, version, digest, how many topics and rules, how it was read."""
        rules, without = (
            sum(len(getattr(topic, kind)) for topic in self.counted) for kind in ("any", "none")
        )
        of = f"{len(self.topics):,} of " if self.others else ""
        taking = f" and {_some(without, 'rule')} for what is not meant" if without else ""
        notes = "".join(f"; {note}" for note in self.notes)
        return (
            f"codebook {self.name!r}, version {self.version} ({self.source}, digest {self.digest}{notes}): "
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
        if any(topic.name == name for topic in self.others):
            looked_at = f"not among the topics looked at here: {_some_names(names)}"
            raise BadArgument(
                f"{name!r} is in {self.source}, but {looked_at}. Choose it from the whole book."
            )
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
    here = Path(__file__).parent.parent
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
