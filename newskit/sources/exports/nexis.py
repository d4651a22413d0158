"""An article of Nexis and Lexis, from its blocks: the same in HTML, TXT and DOCX, in the languages of its interface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from newskit.sources.exports.languages import language_code
from newskit.sources.exports.piece import Fields, Unread, date_of, fields, place_of

__all__ = ["COUNTER", "ERROR", "Block", "article", "field_of", "is_rights", "labelled", "of_fields"]

_COUNTER = (
    r"(?P<n>\d{1,7}) (?:of|de|von|di|van|sur) (?P<all>\d{1,7}) "
    r"(?:DOCUMENTS?|DOKUMENTEN?|DOCUMENTOS?|DOCUMENTI|DOCUMENTEN)"
    r"|(?:Dokument|Document|Documento) (?P<m>\d{1,7}) (?:of|de|von|di|van|sur) (?P<every>\d{1,7})"
)
COUNTER = re.compile(rf"^[ \t\xa0]*(?:{_COUNTER})[ \t\xa0]*$", re.IGNORECASE | re.MULTILINE)
ERROR = re.compile(r"there is an error in this document", re.IGNORECASE)
_LABEL = re.compile(r"^(?P<label>[^\W\d_][^\W\d_ /’'-]{0,2}[\w /’'-]{0,28}):(?:\s|$)")
_RIGHTS = re.compile(
    r"^\W{0,2}(?:copyright|copy(?:right)? (?:19|20)\d\d|\(c\)\s|©|all rights reserved|tous droits|alle rechte|"
    r"todos los derechos|tutti i diritti|todos os direitos)",
    re.IGNORECASE,
)
# Label -> field. What stands under other labels is indexing and belongs to no article.
_LABELS = {
    "byline": "byline auteur autor autores autoren autore author verfasser von par por di door auteurs",
    "section": "section rubrique rubrik ressort sección seccion sezione sectie seção secao rubriek",
    "language": "language langue sprache idioma lingua taal língua",
    "captions": "graphic graphique grafik illustration gráfico grafico immagine afbeelding photo",
    "dateline": "dateline ortsmarke lieu",
    "above": "highlight encart abstract chapeau hauptpunkt destacado occhiello zusammenfassung",
    "below": "correction corrección berichtigung rectificatif",
    "url": "url web-url",
    "": "length länge laenge longueur longitud extensión lunghezza lengte comprimento load-date date-chargement "
    "update-date ladedatum fecha-carga publication-type type-publication publikationsart tipo-publicación "
    "subject sujet organization organisation geographic localisation-geo société societe secteur-activite "
    "ticker symbole-boursier journal-code zeitungs-code distribution correction-date acc-no document-type pub-type "
    "dateline-city subject-code",
    # In the midst of a text, these are words of the text.
    "?": "update datum company person personne industry series type notes state city country product region cite "
    "journal name keywords",
}
_FIELD = {word: name for name, words in _LABELS.items() for word in words.split()}


@dataclass(frozen=True)
class Block:
    """Paragraphs that stand together, perhaps under a label, perhaps in the middle of the line."""

    paragraphs: Sequence[str]
    label: str = ""
    centred: bool = False

    @property
    def text(self) -> str:
        """All of it as one line."""
        return " ".join(self.paragraphs)


def field_of(label: str) -> str | None:
    """Give the field that a label names; empty for indexing, None for what is no label.

    >>> field_of("BYLINE"), field_of("LÄNGE"), field_of("Publication-Type"), field_of("LONDON")
    ('byline', '', '', None)
    """
    found = _kind(label)
    return "" if found == "?" else found


def _kind(label: str) -> str | None:
    return _FIELD.get("-".join(label.casefold().split()))


def labelled(text: str) -> tuple[str, str] | None:
    """Split "BYLINE: A. Kim" at its label; None where there is no label that is known."""
    found = _LABEL.match(text)
    if found is None or field_of(found["label"]) is None:
        return None
    return found["label"], text[found.end() :].strip()


def is_rights(text: str) -> bool:
    """Tell whether a line is that of the copyright."""
    return _RIGHTS.match(text) is not None


def article(blocks: Iterable[Block]) -> Fields | Unread:
    """Give the fields of an article from its blocks in order.

    Outlet and date stand centred above it, then its title; labels stand between title and text, and behind it.
    """
    left = [block for block in blocks if block.text and not COUNTER.match(block.text)]
    if left and ERROR.search(left[0].text):
        return Unread(f"the database gave no article here but: {left[0].text[:120]!r}")
    head = _head(left)
    centred = [block for block in head if block.centred and not is_rights(block.text)]
    rest = [block for block in left[len(head) :] if not (block.centred and is_rights(block.text))]
    if rest and rest[0].label and _kind(rest[0].label) == "?":
        rest[0] = _unlabelled(rest[0])
    first = next((place for place, block in enumerate(rest) if block.label), len(rest))
    if first == len(rest):
        first = min(1, first)  # nothing is labelled: the first block is the title
    found = _collected(rest[first:])
    found["title"] = [block.text for block in rest[:first]]
    dated = next((place for place, block in enumerate(centred) if date_of(block.text)), len(centred))
    found["outlet"] = [block.text for block in centred[: min(1, dated)]]
    found["published"] = [block.text for block in centred[dated : dated + 1]]
    return of_fields(found)


def _head(blocks: Sequence[Block]) -> Sequence[Block]:
    end = next((place for place, block in enumerate(blocks) if not block.centred), len(blocks))
    return blocks[:end]


def _collected(blocks: Iterable[Block]) -> dict[str, list[str]]:
    """Sort blocks by field. Those without a label are the text, until labels follow it: then they go on with those."""
    found: dict[str, list[str]] = {}
    last = "text"
    for one in blocks:
        doubtful = one.label and _kind(one.label) == "?" and "text" in found and last == "text"
        block = _unlabelled(one) if doubtful else one
        said = field_of(block.label) if block.label else None
        if said is not None:
            last = said
        elif "text" not in found:
            last = "text"
        found.setdefault(last, []).extend(block.paragraphs)
    return found


def _unlabelled(block: Block) -> Block:
    return Block([f"{block.label}: {block.text}"])


def of_fields(found: Mapping[str, Sequence[str]]) -> Fields | Unread:
    """Give the fields of an article from what was found: field -> paragraphs; a standfirst opens the text."""

    def line(name: str) -> str:
        return " ".join(text for text in found.get(name, ()) if text)

    return fields(
        {
            "title": line("title"),
            "text": list(_text(found)),
            "published": date_of(line("published")),
            "outlet": line("outlet").rstrip(" ."),
            "section": line("section"),
            "language": language_code(line("language")),
            "byline": line("byline"),
            "dateline": place_of(line("dateline")),
            "captions": found.get("captions", ()),
            "url": line("url"),
        }
    )


def _text(found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in ("above", "text", "below"):
        yield from found.get(name, ())
