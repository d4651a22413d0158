"""An article of Factiva, from its labelled fields or from the lines of its head: the same in HTML and RTF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from newskit.sources.exports.languages import language_code
from newskit.sources.exports.piece import Fields, Unread, date_of, fields

__all__ = ["ENDS", "WORDS", "code_of", "from_head", "from_labels"]

# The line that ends an article, and its length, in whatever language the interface was.
ENDS = re.compile(
    r"(?:Document|Dokument|Documento|Документ|文書|文件|文档|ドキュメント|Belge)\s{1,3}([A-Z0-9]{4,12}[A-Za-z0-9]{13,24})\s*$"
)
WORDS = re.compile(r"^\d[\d.,'\u00a0\u202f ]{0,9}\s?[^\W\d_]{1,12}\.?$")
_CLOCK = re.compile(r"^\d{1,2}[:.]\d\d(?:\s?[AaPp][Mm])?(?:\s[A-Z]{2,4})?$")
_CODE = re.compile(r"^[A-Z][A-Z0-9]{1,9}$")
_RIGHTS = re.compile(r"^\W{0,2}(?:copyright|copr\b|\(c\)|©|all rights)", re.IGNORECASE)
_CAPTION = re.compile(
    r"^(?:(?:photo(?:graph)?|drawing|map|chart|graph|graphic|diagram|table|illustration|cartoon)s?\s?(?::|;|$)|maps? of )",
    re.IGNORECASE,
)
# Factiva can show words for its codes; these are the ones that name a field here.
_WORDS_OF = {
    "HD": "headline title titre titular titolo título überschrift titel kop schlagzeile",
    "BY": "by byline author auteur autor autore von par por di door",
    "CR": "credit credits crédit",
    "WC": "word count|length|wörter|nombre de mots|wortanzahl|recuento de palabras",
    "PD": "publication date|date|date de publication|datum|erscheinungsdatum|fecha de publicación|fecha|data",
    "ET": "publication time|time|heure|uhrzeit|hora|ora|tijd",
    "SN": "source name|source|nom de la source|quelle|quellenname|fuente|fonte|bron",
    "SE": "section|rubrique|rubrik|ressort|sección|sezione|sectie|seção",
    "LA": "language|langue|sprache|idioma|lingua|taal",
    "CY": "copyright",
    "LP": "lead paragraph|chapeau|premier paragraphe|leitabsatz|párrafo principal",
    "TD": "text|full text|texte|texto|testo|tekst",
    "AN": "accession number|accession no.|numéro d'accès",
}
_CODES = {
    word: code
    for code, words in _WORDS_OF.items()
    for word in (words.split("|") if "|" in words else words.split())
}


def code_of(label: str) -> str:
    """Give the code of a field under its code or its word; empty for what is no label.

    >>> code_of("HD "), code_of("Rubrique:"), code_of("Ships came in")
    ('HD', 'SE', '')
    """
    label = label.strip(" \xa0:\t\n")
    if re.fullmatch(r"[A-Z]{2,4}", label):
        return label
    return _CODES.get(label.casefold(), "")


def from_labels(values: Mapping[str, Sequence[str]]) -> Fields | Unread:
    """Give the fields of an article whose parts stand under labels: code -> paragraphs."""

    def line(code: str) -> str:
        return " ".join(values.get(code, ()))

    text, captions = _parted([*values.get("LP", ()), *values.get("TD", ())])
    return fields(
        {
            "title": line("HD"),
            "text": text,
            "published": _joined(" ", (line("PD"), line("ET"))),
            "outlet": line("SN"),
            "section": line("SE"),
            "language": language_code(line("LA")),
            "byline": _joined("; ", (line("BY"), line("CR"))),
            "captions": [*values.get("ART", ()), *captions],
        }
    )


def from_head(title: str, above: str, below: Iterable[str], body: Iterable[str]) -> Fields | Unread:
    """Give the fields of an article without labels: its title, what stands above, the lines below, its text.

    Below the title stand byline and credit; then, after the number of words, the date, perhaps a time, the source,
    its code, edition and page, the language, and the copyright. Without a number of words none of these is told.
    """
    lines = [line for line in (" ".join(one.split()) for one in below) if line]
    counted = next((place for place, line in enumerate(lines) if WORDS.match(line)), len(lines))
    published, rest = _published(lines[counted + 1 :])
    text, captions = _parted(body)
    return fields(
        {
            "title": title,
            "text": text,
            "published": published,
            "outlet": rest[0] if rest else "",
            "section": above,
            "language": language_code(_language(rest)),
            "byline": "; ".join(lines[:counted]) if counted < len(lines) else "",
            "captions": captions,
        }
    )


def _published(lines: list[str]) -> tuple[str, list[str]]:
    """Take the date, and a time below it, from the head of the lines; give the lines after them."""
    if not lines:
        return "", []
    timed = len(lines) > 1 and _CLOCK.match(lines[1])
    return date_of(_joined(" ", lines[: 2 if timed else 1])), lines[2 if timed else 1 :]


def _language(lines: list[str]) -> str:
    """Give the line before the copyright, unless that is the source, a code or a page."""
    place = next((place for place, line in enumerate(lines) if _RIGHTS.match(line)), 0)
    found = lines[place - 1] if place > 1 else ""
    return "" if _CODE.match(found) or any(letter.isdigit() for letter in found) else found


def _parted(text: Iterable[str]) -> tuple[list[str], list[str]]:
    """Part the captions that newspapers put behind their text from it: "Photo: Ships (A. Kim)"."""
    body = list(text)
    end = len(body)
    while end > 1 and _CAPTION.match(body[end - 1].strip()):
        end -= 1
    return body[:end], body[end:]


def _joined(mark: str, parts: Iterable[str]) -> str:
    return mark.join(part.strip() for part in parts if part.strip())
