"""Nexis and LexisNexis Academic as plain text: each article below a line "3 of 120 DOCUMENTS"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from newskit.sources.exports.nexis import COUNTER, Block, article, is_rights, labelled
from newskit.sources.exports.piece import ARTICLE_LIMIT, CUT_OFF, Fields, Stated, Unread, decoded, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens", "texts"]

_SELECTED = re.compile(r"Items?: (\d{1,7})\s?-\s?(\d{1,7})\s*$", re.MULTILINE)
_EMPTY = re.compile(r"\n(?:[ \t\xa0]*\n)+")
# What stands below the text of every article.
_CLOSING = re.compile(
    r"^(?:LOAD-DATE|LANGUAGE|SPRACHE|LANGUE|IDIOMA|LINGUA|TAAL|DATE-CHARGEMENT|UPDATE|PUBLICATION-TYPE):|"
    r"^[ \t]{0,80}(?:Copyright|All Rights Reserved|Tous Droits|Alle Rechte)\b",
    re.MULTILINE,
)
_RESERVED = re.compile(r"rights reserved|droits réservés|rechte vorbehalten", re.IGNORECASE)
_MIDDLE = 8  # spaces before a line that stands in the middle; the longest of them still has as many


def opens(_name: str, head: bytes) -> bool:
    """Tell by the line that numbers the first article; a page of HTML is none."""
    start = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \t\r\n")
    if start.startswith((b"<", b"{", b"[", b"PK")):
        return False
    text = head.replace(b"\0", b"").decode("latin-1").replace("\r", "\n")
    return next(_found(text), None) is not None


def _found(text: str) -> Iterator[re.Match[str]]:
    return COUNTER.finditer(text)


def entries(stored: Stored) -> Iterator[Fields | Unread | Stated]:
    """Give each article, after how many the file says there are."""
    yield from texts(decoded(stored).replace("\r", "\n"))


def texts(text: str) -> Iterator[Fields | Unread | Stated]:
    """Give each article of a text; a file that holds a part of a search says on its cover which."""
    parts = list(pieces(text, COUNTER))
    totals = Counter(int(found["all"] or found["every"]) for found in _found(text))
    first = next(_found(text), None)
    if chosen := _SELECTED.search(text[: first.start() if first else 0]):
        yield Stated(max(0, int(chosen[2]) - int(chosen[1]) + 1))
    elif first and int(first["n"] or first["m"]) == 1:
        yield Stated(totals.most_common(1)[0][0])
    closed = [_CLOSING.search(part) is not None for part in parts]
    cut_off = len(parts) > 1 and all(closed[:-1]) and not closed[-1]
    for part in parts[:-1] if cut_off else parts:
        yield _article(part)
    if cut_off:
        yield Unread(CUT_OFF)


def _article(text: str) -> Fields | Unread:
    if len(text) > ARTICLE_LIMIT:
        return Unread("larger than 10 MB, which no article is")
    _counter, _, body = text.lstrip().partition("\n")
    return article(_blocks(body))


def _rights_end(lines: list[str]) -> int:
    """Give where the lines of the copyright end that stand above an outlet: behind "All Rights Reserved"."""
    if not is_rights(lines[0].strip() if lines else ""):
        return 0
    ends = [place for place, line in enumerate(lines, 1) if _RESERVED.search(line)]
    return ends[-1] if ends else len(lines)


def _blocks(text: str) -> Iterator[Block]:
    """Give the blocks between empty lines; the paragraphs of one follow each other as blocks of their own."""
    for chunk in _EMPTY.split(f"\n{text.strip(chr(10))}\n"):
        lines = [line for line in chunk.split("\n") if line.strip()]
        lines = lines[_rights_end(lines) :]
        if not lines:
            continue
        joined = " ".join(" ".join(lines).split())
        known = labelled(joined)
        if known and known[0].isupper():
            yield Block([known[1]], known[0])
            continue
        middle = min(len(line) - len(line.lstrip()) for line in lines) >= _MIDDLE
        yield Block([joined], centred=middle or is_rights(joined))
