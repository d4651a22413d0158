"""GDELT's tables, which name no columns: of the Global Knowledge Graph (GKG) 2 the pages; the others say what they are.

A row of GKG 2 is a page that GDELT saw: its address, site, title where GDELT kept it, and no text. Places are left
out: the codes in them mean different things in different columns (KS is South Korea as a country, and Kansas in
USKS). Lengths of rows, names and formats are those of the codebooks of GKG 1.0, GKG 2.1, events and mentions.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from newskit.errors import SourceError
from newskit.sources.columns import Row, Table
from newskit.sources.raw import PAGE_LIMIT, Refused, Stored, encoding_of, lines_of
from newskit.sources.tables import table as named_table

__all__ = ["opens", "table"]

_PLACES = {"DATE": 1, "SourceCommonName": 3, "DocumentIdentifier": 4, "TranslationInfo": 25, "Extras": 26}
_WIDTH = 27
_COLUMNS = ("PAGE_TITLE", "DocumentIdentifier", "DATE", "SourceCommonName", "PAGE_AUTHORS", "Language")
_NOTES = (
    "GDELT gives titles and addresses, no texts",
    "dated by the quarter of an hour in which GDELT saw the page, in UTC",
)
_NO_TITLE = "no title in GDELT's row, and no text; read the page at its address instead"
_MISFIT = "{} cells where GKG 2 has 27; download the file again"

_BYTES = re.compile(r"(?:&#x[89A-F][0-9A-F];)+", re.IGNORECASE)
_PAGES = re.compile(rb"\d{14}-T?\d+\t\d{14}\t\d\t")
_READ_THE_PAGES = "read the pages at their addresses, or the GKG 2 files of these days, which have titles"
_OTHERS = (
    (
        re.compile(
            rb"\d{8}\t\d+\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*\t-?[\d.]+,|DATE\tNUMARTS\tCOUNTS\t",
            re.IGNORECASE,
        ),
        f"GDELT GKG 1.0: addresses and what is named there, no titles or texts; {_READ_THE_PAGES}",
    ),
    (
        re.compile(rb"\d{8}\t\d+\t[A-Z_]+\t\d+\t|DATE\tNUMARTS\tCOUNTTYPE\t", re.IGNORECASE),
        f"GDELT GKG counts: numbers named in pages, no titles or texts; {_READ_THE_PAGES}",
    ),
    (
        re.compile(rb"\d{1,10}\t\d{14}\t\d{14}\t\d\t|\W*GLOBALEVENTID\W+EVENTTIMEDATE\W", re.IGNORECASE),
        f"GDELT mentions: which page names which event, no titles or texts; {_READ_THE_PAGES}",
    ),
    (
        re.compile(
            rb"\d{1,10}\t\d{8}\t\d{6}\t\d{4}\t\d{4}\.\d+\t|\W*GLOBALEVENTID\W+(?:SQLDATE|DAY)\W+MONTHYEAR\W",
            re.IGNORECASE,
        ),
        f"GDELT events: one row an event, not a page, no titles or texts; {_READ_THE_PAGES}",
    ),
    (
        re.compile(
            rb"\W*(?:name,type,description|tableId\W+dataType\W+Empty\W+Description|tableId)\s+\W*(?:0\t)?(?:DATE|GLOBALEVENTID|GKGRECORDID)\b"
        ),
        "GDELT's own list of its columns, no articles in it",
    ),
)


def opens(_name: str, head: bytes) -> bool:
    """Tell GDELT's tables by how their first row begins: their names say .csv, and they have no header."""
    start = head.removeprefix(b"\xef\xbb\xbf")
    return bool(_PAGES.match(start) or _named(start) or _other(start))


def _other(head: bytes) -> str:
    """Say which of GDELT's other tables this is; empty where it is none."""
    return next((what for pattern, what in _OTHERS if pattern.match(head)), "")


def _named(head: bytes) -> bool:
    """Tell rows of GKG 2 with a header, as BigQuery exports them."""
    first = head.split(b"\n", 1)[0].lower()
    return b"documentidentifier" in first and b"sourcecommonname" in first and b"extras" in first


def table(stored: Stored) -> Table:
    """Read the pages of GKG 2; raises SourceError for GDELT's other tables, which hold no articles."""
    head = stored.head.removeprefix(b"\xef\xbb\xbf")
    if what := _other(head):
        raise SourceError(what)
    rows = _with_header(stored) if _named(head) else _without_header(stored)
    return Table(stored.name, _COLUMNS, rows, notes=_NOTES)


def _without_header(stored: Stored) -> Iterator[Row | Refused]:
    lines = lines_of(stored, encoding_of(stored))
    for number, line in enumerate((line for line in lines if not line.isspace()), 1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != _WIDTH or len(line) >= PAGE_LIMIT:
            yield Refused(f"{stored.name}#{number}", _MISFIT.format(len(cells)))
        else:
            yield _page(stored.name, number, {name: cells[place] for name, place in _PLACES.items()})


def _with_header(stored: Stored) -> Iterator[Row | Refused]:
    named = named_table(stored)
    usual = {name.casefold(): name for name in (*_PLACES, "V2ExtrasXML")}
    for row in named.rows:
        if isinstance(row, Refused):
            yield row
        else:
            cells = {usual.get(name.casefold(), name): cell for name, cell in row.cells.items()}
            yield _page(stored.name, row.number, cells)


def _page(name: str, number: int, cells: Mapping[str, Any]) -> Row | Refused:
    extras = cells.get("Extras", "")
    title = _within("PAGE_TITLE", extras)
    if not title:
        return Refused(f"{name}#{number}", _NO_TITLE)
    spoken = re.search(r"srclc:([a-z]{3})", cells.get("TranslationInfo", ""))
    values = (
        title,
        cells.get("DocumentIdentifier", ""),
        _moment(cells.get("DATE", "")),
        cells.get("SourceCommonName", ""),
        _within("PAGE_AUTHORS", extras),
        spoken[1] if spoken else "en",
    )
    return Row(number, dict(zip(_COLUMNS, values, strict=True)))


def _within(tag: str, extras: str) -> str:
    """Give what stands in a tag of the extras.

    >>> _within("PAGE_AUTHORS", "<PAGE_AUTHORS>Dagmar B&#xC5;&#x99;ezinov&#xC3;&#xA1;</PAGE_AUTHORS>")
    'Dagmar Březinová'
    """
    text = extras.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    return html.unescape(_BYTES.sub(_decoded, text)).strip()


def _decoded(match: re.Match[str]) -> str:
    """Put UTF-8 right that was written as one entity a byte."""
    data = bytes.fromhex(match[0].replace("&#x", "").replace(";", ""))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _moment(digits: str) -> str:
    """Write 20230214101500 as the moment in UTC that it is; leave what is none to the reader of dates.

    >>> _moment("20230214101500")
    '2023-02-14T10:15:00Z'
    """
    if len(digits) != 14 or not digits.isdecimal():
        return digits
    day, clock = (digits[:4], digits[4:6], digits[6:8]), (digits[8:10], digits[10:12], digits[12:])
    return f"{'-'.join(day)}T{':'.join(clock)}Z"
