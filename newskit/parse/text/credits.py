"""Who wrote a pasted story: the bylines around its headline and at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from newskit.parse.characters import ends_sentence
from newskit.parse.months import MONTHS
from newskit.parse.names import BYLINE_LABEL, REPORTER, is_byline, names_alone, read_byline
from newskit.parse.phrases import DATE_LABEL, UPDATED_LABEL
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones

__all__ = ["writers_and_agency"]

Credit = tuple[tuple[str, ...], str | None]
_ABOVE = 12
_UNDER = 40
_OPENING = 8


def writers_and_agency(zones: Zones, at: int | None) -> Credit:
    """Read the byline of the story under the headline at `at`: below it, above it, else at the story's end."""
    start = min(at, len(zones.head)) if at is not None else max(0, len(zones.head) - 12)
    under = zones.head[start + 1 if at is not None else start :][:_UNDER]
    above = zones.head[max(0, start - _ABOVE) : start]
    foot = (*zones.body[-2:], *zones.tail[:4])
    story = _Story(zones, at)
    for found in (
        _first(_declared((*under, *zones.body[:_OPENING]))),
        story.bare((*under, *zones.body[:2])),
        story.alone(under),
        _first(_declared(above)),
        story.bare(above[-3:]),
        _first(_declared(foot)),
    ):
        if found != _NOBODY:
            return found
    return _NOBODY


_NOBODY: Credit = ((), None)


def _first(texts: Iterator[str]) -> Credit:
    return next((found for text in texts if (found := _names_in(text)) != _NOBODY), _NOBODY)


def _names_in(text: str) -> Credit:
    """Read the first of a line's pieces that names somebody."""
    return next((found for piece in pieces(text) if (found := read_byline(piece)) != _NOBODY), _NOBODY)


# --- lines that say they are bylines --------------------------------------------------------------------------


def _declared(lines: Sequence[Line]) -> Iterator[str]:
    """Give the lines that say they are bylines; a label alone speaks for the line below it."""
    reporters = [line.text for line in lines if line.words <= 8 and REPORTER.search(line.text)]
    for i, line in enumerate(lines):
        if line.words > 25 or len(line.text) > 200:
            continue
        if written := _WRITTEN.search(line.text):
            yield written["who"]
        elif BYLINE_LABEL.match(line.text):
            yield ", ".join(_named_below(lines[i + 1 : i + 1 + _MOST_WRITERS]))
        elif line.text in reporters:
            yield ", ".join(reporters)
        elif is_byline(line.text) and (line.kind is Kind.DATE or not ends_sentence(line.text)):
            yield line.text


def _named_below(lines: Sequence[Line]) -> Iterator[str]:
    """Give the names on the lines below a label, up to the first line without one."""
    for line in lines:
        persons, agency = _names_in(line.text) if line.words <= 12 else _NOBODY
        if not persons and agency is None:
            return
        yield from (*persons, *([agency] if agency else []))


_MOST_WRITERS = 6
_WRITTEN = re.compile(
    r"(?:[|•·/–—-]|\d)\s*(?:(?:written\s+)?by|von|par|por|di|av|af)\s+(?P<who>(?-i:[^\W\d_a-z])[^|]{3,80})",
    re.IGNORECASE,
)


# --- lines that are only names --------------------------------------------------------------------------------


_BIOGRAPHY = 3  # lines at the end of a story that may tell of its writer
_NEXT_TO_HEADLINE = 5
_CLOCK = re.compile(r"\d[:.h]\d\d|\d\s?min")


def _is_dated(line: Line) -> bool:
    marked = _CLOCK.search(line.text) or DATE_LABEL.search(line.text)
    return line.kind is Kind.DATE or (line.words <= 8 and marked is not None)


class _Story:
    """The words of headline and story: whom they name is a subject of the story, not its writer."""

    def __init__(self, zones: Zones, at: int | None) -> None:
        lines = (*zones.head, *zones.body)
        told = [
            line.text
            for line in zones.body[: max(len(zones.body) - _BIOGRAPHY, _BIOGRAPHY)]
            if line.kind is Kind.PROSE
        ]
        self.text = " ".join([lines[at].text if at is not None else "", *told])
        self.page = (*lines, *zones.tail)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that the page writes small somewhere: of them no name is made."""
        words = re.findall(r"\w+", _ADDRESS.sub(" ", " ".join(line.text for line in self.page)))
        return frozenset(word for word in words if word.islower())

    def bare(self, lines: Sequence[Line]) -> Credit:
        """Read the first line that is nothing but names beside a date, or an agency next to the headline."""
        for i, line in enumerate(lines):
            if line.kind not in (Kind.DATE, Kind.SHORT) or line.words > (22 if line.kind is Kind.DATE else 8):
                continue
            dated = any(_is_dated(other) for other in lines[max(0, i - 1) : i + 2])
            if not dated and i >= _NEXT_TO_HEADLINE:
                continue
            persons, agency = _names_in(line.text)
            if agency or (dated and persons and not self.tells_of(persons) and not self.shouts(persons)):
                return persons, agency
        return _NOBODY

    def alone(self, lines: Sequence[Line]) -> Credit:
        """Read the first line of names that no date stands beside, and of whose words none is written small."""
        for line in (line for line in lines if line.kind is Kind.SHORT and line.times == 1):
            names = names_alone(_BRACKET.sub("", line.text))
            words = re.findall(r"\w+", " ".join(names).casefold())
            if names and self.small.isdisjoint(words) and not self.tells_of(names):
                return names, None
        return _NOBODY

    def shouts(self, persons: Sequence[str]) -> bool:
        """Tell whether names in capitals are words that the page writes small: a button, not a name."""
        words = re.findall(r"\w+", " ".join(person for person in persons if person.isupper()).casefold())
        return not self.small.isdisjoint(words)

    def tells_of(self, persons: Sequence[str]) -> bool:
        """Tell whether the story names one of them; another's first name may be the same."""
        names = "|".join(re.escape(person.rpartition(" ")[2]) for person in persons)
        return re.search(rf"(?:{names})(?!\s[A-Z])", self.text) is not None


# --- pieces of a line -----------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|https?://\S{1,300}")
_HANDLE = re.compile(r"\(?@\w{2,40}(?![\w.-])\)?")
_BRACKET = re.compile(r"\s*\([^()]{1,40}\)$")
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}(?=\s*(?:,|&|$))")
_GLUED = re.compile(r"(?<=[a-zà-ÿ]{4})[A-Z][a-z]{3,}(?:\s[\w ]{2,40})?$")
_GLUED_DATE = re.compile(r"(?<=[a-zà-ÿ])(?=([A-Z][a-z]{2,8})\.?\s\d)")
_CUT = re.compile(r"\s*([|•·‧]|\s[-–—/]\s|,?\d[^\s]*)\s*")
_EDGE = frozenset(
    "on at um am le a à o kl klo ore uhr a.m p.m pm est edt et pst pdt pt gmt utc cet cest bst ist kst jst hkt sgt 오전 오후 午前 午後 modified min "
    "read minutes minute publiziert in mon tue wed thu fri sat sun montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag monday tuesday wednesday thursday friday saturday sunday".split()
)


def pieces(text: str) -> list[str]:
    """Cut a line at its bars, dots and dates; what is left over of a date is dropped.

    >>> pieces("June Holt | Feb. 14, 2023")
    ['June Holt']
    """
    text = _FOOTNOTE.sub("", _HANDLE.sub(" ", text))
    text = _GLUED.sub("", _GLUED_DATE.sub(_before_month, text))
    text = UPDATED_LABEL.sub("|", DATE_LABEL.sub("|", text))
    cuts = ["", *_CUT.split(text), ""]
    parts = [_trimmed(*cuts[i : i + 3]) for i in range(0, len(cuts) - 2, 2)]
    return [part for i, part in enumerate(parts) if part and (i == 0 or not _NO_NAME.match(part))]


# Behind a date every short Korean or Japanese word would pass for a name, and brackets hold the outlet.
_NO_NAME = re.compile(
    r"^(?:[(\[]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])(?!.*(?:기자|特派員|記者|특파원)$)"
)


def _before_month(glue: re.Match[str]) -> str:
    return " | " if glue[1].casefold() in MONTHS else ""


def _trimmed(before: str, part: str, after: str) -> str:
    """Drop months, days and hours' words from the ends that touch a number: "June Holt" keeps her name."""
    words = part.split()
    while after.strip(",")[:1].isdigit() and words and _is_edge(words[-1]):
        words.pop()
    while before.strip(",")[:1].isdigit() and words and _is_edge(words[0]):
        words.pop(0)
    return " ".join(words)


def _is_edge(word: str) -> bool:
    bare = word.strip(" .,:;()").casefold()
    return not bare or bare in _EDGE or bare in MONTHS
