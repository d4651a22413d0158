"""Nexis Uni and Lexis Advance as DOCX: bookmarks part the articles, and each article's text from the rest."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from newskit.errors import SourceError
from newskit.sources.exports.nexis import field_of, is_rights, labelled, of_fields
from newskit.sources.exports.piece import EXPORT_LIMIT, Fields, Stated, Unread, date_of, export_bytes
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_STRANGER = "a Word document that is no export of Nexis; save it as plain text or as a web page"
_START = re.compile(r"^Bookmark_\d{1,6}$")
_COUNT = re.compile(r"^(?:Documents?|Dokumente?|Documentos?|Documenti|Documenten) \((\d{1,6})\)$")
_END = re.compile(
    r"^(?:End of Document|Ende des Dokuments?|Dokumentende|Fin du document|Fin del documento|Fine del documento|"
    r"Einde van document|Fim do documento)$",
    re.IGNORECASE,
)
_HEADINGS = frozenset(("full text", "abstract"))  # what the source's own database called its parts


def opens(name: str, head: bytes) -> bool:
    """Tell a Word document by the first bytes of a zip archive, and its name or the names in it."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    return name.endswith(".docx") or b"word/document.xml" in head or b"word/_rels/" in head


@dataclass(frozen=True)
class _Line:
    """One paragraph of the document: its text, the bookmarks that begin in it, and whether it begins bold."""

    text: str
    marks: tuple[str, ...]
    bold: bool


@dataclass
class _Part:
    """An article while its lines are read."""

    head: list[str] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)
    place: str = "head"

    def take(self, line: _Line) -> None:
        """Take one line; the bookmarks say where the text begins and where it ends."""
        if mark := next((mark for mark in line.marks if mark.startswith(("Body", "Classification"))), ""):
            self.place = "text" if mark.startswith("Body") else "index"
        elif line.text:
            getattr(self, f"_in_{self.place}")(line)

    def _in_head(self, line: _Line) -> None:
        known = labelled(line.text) if self.head else None
        if known:
            self._add(field_of(known[0]) or "", known[1])
        elif not is_rights(line.text):
            self.head.append(line.text)

    def _in_text(self, line: _Line) -> None:
        if line.bold and line.text.casefold() in _HEADINGS:
            return
        if line.bold and field_of(line.text) == "captions":
            self.place = "captions"
        elif line.bold and labelled(line.text):
            self.place = "index"  # short articles have no heading above their indexing
            self._in_index(line)
        else:
            self._add("text", line.text)

    def _in_captions(self, line: _Line) -> None:
        if labelled(line.text):
            self._in_index(line)
        else:
            self._add("captions", line.text)

    def _in_index(self, line: _Line) -> None:
        if known := labelled(line.text):
            self._add(field_of(known[0]) or "", known[1])

    def _add(self, name: str, text: str) -> None:
        self.found.setdefault(name, []).append(text)

    def entry(self) -> Fields | Unread:
        """Give its fields: the first line is the title, the next the outlet, then the first that is a date."""
        title, *rest = self.head or [""]
        dated = next((place for place, line in enumerate(rest) if date_of(line)), len(rest))
        self.found |= {
            "title": [title],
            "outlet": rest[: min(1, dated)],
            "published": rest[dated : dated + 1],
        }
        return of_fields(self.found)


def entries(stored: Stored) -> Iterator[Fields | Unread | Stated]:
    """Give each article, after how many the cover says there are; raises SourceError for any other document."""
    part: _Part | None = None
    for line in _lines(stored):
        if any(_START.match(mark) for mark in line.marks):
            if part is not None:
                yield part.entry()
            part = _Part()
        elif part is None and (count := _COUNT.match(line.text)):
            yield Stated(int(count[1]))
        if part is not None and _END.match(line.text):
            part.place = "index"
        elif part is not None:
            part.take(line)
    if part is None:
        raise SourceError(f"not a page: {_STRANGER}")
    yield part.entry()


def _lines(stored: Stored) -> Iterator[_Line]:
    """Read the paragraphs of the document one by one; nothing else in it is opened."""
    with zipfile.ZipFile(io.BytesIO(export_bytes(stored))) as archive:
        if _DOCUMENT not in archive.namelist():
            raise SourceError(f"not a page: {_STRANGER}")
        if archive.getinfo(_DOCUMENT).flag_bits & 0x1:
            raise SourceError("a Word document with a password; save it without one")
        with archive.open(_DOCUMENT) as stream:
            data = stream.read(EXPORT_LIMIT + 1)
    if len(data) > EXPORT_LIMIT or b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise SourceError("a Word document larger or stranger than any export; export it again, in parts")
    try:
        yield from _read(data)
    except etree.LxmlError as error:
        raise SourceError(f"a Word document that is damaged: {error}; export it again") from error


def _read(data: bytes) -> Iterator[_Line]:
    steps = etree.iterparse(io.BytesIO(data), tag=f"{_W}p", resolve_entities=False, no_network=True)
    for _event, node in steps:
        yield _line(node)
        node.clear()
        parent = node.getparent()
        while parent is not None and node.getprevious() is not None:
            del parent[0]


def _line(node: etree._Element) -> _Line:
    pieces: list[str] = []
    marks: list[str] = []
    bold = None
    for one in node.iter(f"{_W}t", f"{_W}br", f"{_W}cr", f"{_W}tab", f"{_W}bookmarkStart"):
        if one.tag == f"{_W}bookmarkStart":
            marks.append(one.get(f"{_W}name") or "")
            continue
        pieces.append((one.text or "") if one.tag == f"{_W}t" else " ")
        run = one.getparent()
        if bold is None and pieces[-1].strip():
            bold = run is not None and run.find(f"{_W}rPr/{_W}b") is not None
    return _Line(" ".join("".join(pieces).split()), tuple(marks), bool(bold))
