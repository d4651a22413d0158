"""Where a second page begins in a text that holds two, pasted one below the other.

A place is likely where what the page opens with stands again, below a copyright line, or at a headline; it is the
seam where a story stands on either side of it. Below a copyright line that story must be signed, by a date or a
byline. At a mere headline its words must tell that story too, and no other: a heading within a story stands among
the words of its headline, and readers' comments come with a name and a date. On the labelled pages two that were
put together are told apart in nine of ten, whatever the outlets, and no single page is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice

from newskit.parse.names import is_byline, read_dateline
from newskit.parse.text.credits import writers_and_agency
from newskit.parse.text.headline import headline_at, stems, tells
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones, zones_of

__all__ = ["Seam", "seam_in"]


@dataclass(frozen=True)
class Seam:
    """Where a second page begins, as the number of its first row in the text, and the line of its headline."""

    begins: int
    headline: Line


_TRIED = 12  # places of a kind that are looked at: each costs as much as finding a story


def seam_in(lines: Sequence[Line]) -> Seam | None:
    r"""Find where a second page begins; None in a text that holds one.

    >>> from newskit.parse.text.lines import classified
    >>> story = "The harbour bridge was opened on Monday after two years of work, the city said.\n\n" * 4
    >>> seam_in(classified(f"Harbour bridge opened\nBy Ida Fenwick\n\n{story}").lines) is None
    True
    """
    told = list(accumulate((line.words for line in lines if line.kind is Kind.PROSE), initial=0))
    if told[-1] < 2 * _FEWEST:
        return None
    for places, is_seam in _WAYS:
        for at in islice(places(lines), _TRIED):
            cut = _cut(lines, at)
            if cut is not None and is_seam(cut):
                return Seam(_moved(lines, at, cut), cut.title)
    return None


_FEWEST = 40  # words of paragraphs that make a story
_MANY = 100  # and that make one without doubt


def _cut(lines: Sequence[Line], at: int) -> _Cut | None:
    """Cut a text at a place with a story on either side, the second under a headline."""
    if min(_told(lines[:at]), _told(lines[at:])) < _FEWEST:
        return None
    first, second = zones_of(lines[:at]), zones_of(lines[at:])
    if min(_told(first.body), _told(second.body)) < _FEWEST:
        return None
    headline = headline_at(second)
    return _Cut(first, second, headline) if headline is not None else None


def _told(lines: Sequence[Line]) -> int:
    return sum(line.words for line in lines if line.kind is Kind.PROSE)


def _moved(lines: Sequence[Line], at: int, cut: _Cut) -> int:
    """Begin the second page below the last copyright line above its headline: that is the first page's."""
    above = range(at, at + cut.headline)
    return lines[next((i + 1 for i in reversed(above) if lines[i].kind is Kind.LEGAL), at)].number


# --- what makes a place a seam ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cut:
    """Two stories, and which line of the second, counted over head and body, is its headline."""

    first: Zones
    second: Zones
    headline: int

    @property
    def title(self) -> Line:
        return (*self.second.head, *self.second.body)[self.headline]

    @property
    def is_long(self) -> bool:
        return _told(self.second.body) >= _MANY

    @property
    def paragraphs(self) -> int:
        return sum(line.kind is Kind.PROSE for line in self.second.body)

    @cached_property
    def is_told(self) -> bool:
        return tells(self.second, self.headline)

    @cached_property
    def is_signed(self) -> bool:
        """Whether a date or byline stands around the headline, or a dateline opens the story."""
        lines = (*self.second.head, *self.second.body[:3])
        if any(line.kind is Kind.LEGAL for line in lines[self.headline :]):
            return False
        near = lines[max(0, self.headline - 5) : self.headline + 12]
        wired = any(read_dateline(line.text) != (None, None) for line in self.second.body[:2])
        named = wired or any(map(_is_sign, near))
        return named or writers_and_agency(self.second, self.headline) != ((), None)

    @property
    def is_apart(self) -> bool:
        """Whether much stands between the two stories, or their words are others."""
        return len(self.first.tail) >= _FOOTER or not self._is_alike()

    def _is_alike(self) -> bool:
        """Tell whether the second story may be more of the first: it tells of its headline, or with its words."""
        at = headline_at(self.first)
        headline = stems((*self.first.head, *self.first.body)[at].text) if at is not None else frozenset()
        one, other = (_stems_of(zones) for zones in (self.first, self.second))
        shared = len(one & other) > _SHARED * min(len(one), len(other))
        return shared or 3 * len(headline & other) >= len(headline)

    @property
    def is_comment(self) -> bool:
        return any(line.kind is Kind.COMMENTS for line in self.first.tail[-_COMMENTS:])


_FOOTER = 25  # lines
_SHARED = 0.3
_COMMENTS = 15


def _stems_of(zones: Zones) -> frozenset[str]:
    return stems(" ".join(line.text for line in zones.body if line.kind is Kind.PROSE)[:_COMPARED])


_COMPARED = 40_000


def _is_sign(line: Line) -> bool:
    return line.kind is Kind.DATE or is_byline(line.text)


def _opens_again(cut: _Cut) -> bool:
    return cut.is_signed or (cut.is_told and cut.is_long)


def _follows_law(cut: _Cut) -> bool:
    return cut.paragraphs > 1 and cut.is_signed


def _is_headed(cut: _Cut) -> bool:
    here = cut.headline <= _KICKER and cut.paragraphs > 2 and cut.is_long
    return here and cut.is_told and cut.is_signed and not cut.is_comment and cut.is_apart


_KICKER = 2  # lines that may stand above a headline


# --- the places --------------------------------------------------------------------------------------------------

_OPENING = 15
_AGAIN = 4


def _openings(lines: Sequence[Line]) -> Iterator[int]:
    """Give the places where lines that the page opens with stand again, in their order."""
    opening = [line.text for line in lines[:_OPENING]]
    for at in range(_AGAIN, len(lines) - _AGAIN):
        if lines[at].times > 1 and (here := lines[at].text) in opening[:3]:
            again = zip(lines[at : at + _OPENING], opening[opening.index(here) :], strict=False)
            if sum(line.text == text for line, text in again) >= _AGAIN:
                yield at


def _below_law(lines: Sequence[Line]) -> Iterator[int]:
    for at in range(1, len(lines)):
        if lines[at - 1].kind is Kind.LEGAL and lines[at].kind is not Kind.LEGAL:
            yield at


def _headlines(lines: Sequence[Line]) -> Iterator[int]:
    """Give the headline of the best story but one, then every line that is signed and stands over paragraphs."""
    yield from _second_best(lines)
    for at in range(1, len(lines)):
        line = lines[at]
        if line.kind is Kind.SHORT and 4 <= line.words <= 25 and not line.text.startswith(_BULLETS):
            signs = (i for i in range(at + 1, min(len(lines), at + _SIGNED)) if _is_sign(lines[i]))
            sign = next(signs, None)
            if sign is not None and _told(lines[sign + 1 : sign + _UNDER]) >= _FEWEST:
                yield at


_BULLETS = tuple("*•·-–")
_SIGNED = 6
_UNDER = 12


def _second_best(lines: Sequence[Line]) -> Iterator[int]:
    whole = zones_of(lines)
    above = zones_of(whole.head)
    end = (
        len(above.head) + len(above.body)
        if _told(above.body) >= _FEWEST
        else len(whole.head) + len(whole.body)
    )
    second = zones_of(lines[end:])
    headline = headline_at(second) if _told(second.body) >= _FEWEST else None
    if headline is not None:
        yield end + headline


_WAYS: tuple[tuple[Callable[[Sequence[Line]], Iterator[int]], Callable[[_Cut], bool]], ...] = (
    (_openings, _opens_again),
    (_below_law, _follows_law),
    (_headlines, _is_headed),
)
