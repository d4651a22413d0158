"""What every format of export works with: the text of a file, cut into its articles, and the fields of one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from newskit.errors import SourceError
from newskit.sources.raw import PAGE_LIMIT, Stored, encoding_of

__all__ = [
    "ARTICLE_LIMIT",
    "CUT_OFF",
    "EXPORT_LIMIT",
    "Fields",
    "Stated",
    "Unread",
    "date_of",
    "decoded",
    "export_bytes",
    "fields",
    "indented",
    "pieces",
    "place_of",
]

EXPORT_LIMIT = 100_000_000  # bytes: databases give at most 1,000 articles a file
ARTICLE_LIMIT = PAGE_LIMIT  # characters of one article with its markup
CUT_OFF = "the file ends inside this article; export it again"
_DECLARED = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,30})", re.IGNORECASE)
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
# A date, and the clock behind it; what follows names the edition. A weekday may stand between them.
_YEAR = re.compile(
    r"^(?P<day>.{0,60}?\b(?:19|20)\d\d)\b[\s,.]*(?:[^\W\d_]{2,12}\.?[\s,]+)?(?P<clock>.*)", re.DOTALL
)
_CLOCK = re.compile(
    r"\d{1,2}\s?[:.hH]\s?\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\b\.?)?(?:\s?(?:GMT|UTC)(?:[+-]\d{1,2})?|\s[A-Z]{2,4}\b)?"
)
_PLACE = re.compile(
    r"^(?P<place>.{1,80}?),?\s+(?:[^\W\d_]{3,10}\.?\s\d{1,2}|\d{1,2}\.?\s[^\W\d_]{3,10})\b[\s\d,.()-]*$"
)

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Unread:
    """An article that is in the file and could not be read, and why."""

    why: str


@dataclass(frozen=True)
class Stated:
    """How many articles the file itself says it holds."""

    count: int


def export_bytes(stored: Stored, limit: int = EXPORT_LIMIT) -> bytes:
    """Read an export whole; raise SourceError where it is larger than `limit` bytes."""
    with stored.open() as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"an export larger than {limit // 1_000_000} MB; export it in parts")
    return data


def decoded(stored: Stored) -> str:
    """Give the text of an export: UTF-8 where it is that, else as it says of itself, else as its letters say."""
    data, found = export_bytes(stored), encoding_of(stored)
    said = _DECLARED.search(stored.head)
    if found != "utf-8" and said and not data.startswith(codecs.BOM_UTF16_LE) and b"\0" not in stored.head:
        found = _known(said[1].decode("ascii", "replace")) or found
    return data.decode(found, "replace").translate(_CONTROLS).replace("\r\n", "\n").lstrip("\ufeff")


def _known(name: str) -> str | None:
    """Give the codec of a declared encoding; None for UTF-8, which it is not, and for what no text is in."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return codec.name if re.match(r"iso8859|cp\d|koi8|shift|euc|gb|big5|latin", codec.name) else None


def pieces(text: str, opening: re.Pattern[str]) -> Iterator[str]:
    """Cut a text before each match; what stands before the first is left out.

    >>> list(pieces("cover #1 one #2 two", re.compile("#")))
    ['#1 one ', '#2 two']
    """
    start: int | None = None
    for match in opening.finditer(text):
        if start is not None:
            yield text[start : match.start()]
        start = match.start()
    if start is not None:
        yield text[start:]


def fields(found: Mapping[str, str | Iterable[str]]) -> Fields | Unread:
    r"""Give the filled fields of an article, paragraphs apart by an empty line; without title and text, Unread.

    Text in exports is no markup: a "<" or "&" in it is written as an entity, which a row's reader turns back.

    >>> fields({"title": "Ships <late>", "text": ["One.", " ", "Two."], "byline": ""})
    {'title': 'Ships &lt;late>', 'text': 'One.\n\nTwo.'}
    """
    texts = {
        name: value if isinstance(value, str) else "\n\n".join(part.strip() for part in value if part.strip())
        for name, value in found.items()
    }
    filled = {name: _written(text) for name, text in texts.items() if text.strip()}
    if "title" in filled or "text" in filled:
        return filled
    return Unread("neither a title nor a text can be told in this article")


def _written(text: str) -> str:
    text = text.strip().encode("utf-8", "replace").decode("utf-8")
    return text.replace("&", "&amp;").replace("<", "&lt;") if "<" in text or "&" in text else text


def date_of(text: str) -> str:
    """Cut from a line of date, weekday, time and edition what is no date.

    >>> date_of("March 14, 2013 Thursday 11:21 AM GMT Late Edition - Final")
    'March 14, 2013 11:21 AM GMT'
    >>> date_of("12 maart 2013 dinsdag"), date_of("Late Edition")
    ('12 maart 2013', '')
    """
    text = " ".join(text.split())
    found = _YEAR.match(text)
    if not found or not any(letter.isdigit() for letter in found["day"][:-4]):
        return text[:60] if re.search(r"(?:19|20)\d\d", text) else ""
    clock = _CLOCK.match(found["clock"])
    return f"{found['day']} {clock[0]}".strip() if clock else found["day"]


def place_of(dateline: str) -> str:
    """Give the place in a dateline, without its day.

    >>> place_of("INDIAN WELLS, California, March 13 2013"), place_of("  SALVADOR, Feb 26 - ")
    ('INDIAN WELLS, California', 'SALVADOR')
    """
    dateline = " ".join(dateline.split())[:120]
    found = _PLACE.match(dateline)
    return (found["place"] if found else dateline).strip(" ,-–—")


def indented(text: str) -> list[str]:
    r"""Split a text whose paragraphs begin with spaces, or stand apart by an empty line.

    >>> indented("Showers went\non.\n    The dry period\nends.")
    ['Showers went on.', 'The dry period ends.']
    """
    parts = re.split(r"\n[ \t]*\n|\n(?=[ \t]{2,}\S|\t|\u3000)", text)
    return [joined for part in parts if (joined := " ".join(part.split()))]
