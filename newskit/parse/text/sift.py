"""What is article inside the run of prose: paragraphs and subheads stay, captions are set apart, the rest goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newskit.parse.characters import bare, ends_sentence
from newskit.parse.names import credit_at_end, is_byline
from newskit.parse.phrases import CREDIT_END
from newskit.parse.text.lines import Kind, Line
from newskit.parse.text.zones import Zones

__all__ = ["Sifted", "sift"]


@dataclass(frozen=True)
class Sifted:
    """The paragraphs of an article and the captions that stood between them."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]


def sift(zones: Zones, title: Line | None, writers: Sequence[str] = ()) -> Sifted:
    """Keep what belongs to the article, each line once; what the end says of its writers does not."""
    kept: list[Line] = []
    captions: list[str] = []
    seen = {title.text} if title else set()
    for i, line in enumerate(zones.body):
        if line.text in seen and line.kind is not Kind.ROW:
            continue
        seen.add(line.text)
        if _is_caption(zones, i):
            captions.append(line.text)
        elif _belongs(zones, i):
            kept.append(line)
    told = _without_teasers(_without_biography(_without_pulled(kept), writers))
    return Sifted(tuple(line.text for line in told), tuple(captions))


def _belongs(zones: Zones, i: int) -> bool:
    """Keep prose; keep short lines where subheads stand: apart, or between two lines of prose."""
    line = zones.body[i]
    fresh = zones.fresh[i]
    if line.kind is Kind.PROSE:
        return not zones.spaced or _is_paragraph(zones, i)
    if line.kind is Kind.ROW:
        return fresh
    if line.kind is not Kind.SHORT or not fresh or line.times > 2 or _is_no_subhead(line):
        return False
    if _is_item(zones.body, i):
        return True
    if not zones.spaced:
        return _between_prose(zones, i)
    return line.apart or _heads_prose(zones, i)


def _is_paragraph(zones: Zones, i: int) -> bool:
    """Tell a paragraph of a page that sets them apart from a sentence of what stands between."""
    line, fresh = zones.body[i], zones.fresh[i]
    if line.apart:
        return fresh or line.words >= 20
    return fresh and line.words >= 14


def _heads_prose(zones: Zones, i: int) -> bool:
    """Tell a subhead below a picture or a box: glued to what stands above it, set apart from the prose it heads."""
    line, before, after = zones.body[i], zones.body[i - 1 : i], zones.body[i + 1 : i + 2]
    if not (line.below and before and after and line.times == 1 and 2 <= line.words <= _SUBHEAD_WORDS):
        return False
    if after[0].kind is not Kind.PROSE or not after[0].apart or after[0].words < _HEADED_WORDS:
        return False
    return before[0].kind is Kind.CAPTION or before[0].words >= _CAPTION_LEAST


_SUBHEAD_WORDS = 12
_HEADED_WORDS = 25
_CAPTION_LEAST = 8


_ITEM = re.compile(r"[;,](?:\s(?:and|or|und|oder|et|ou|y|o))?\s*$|^(?:[-–•*·]|\d{1,2}[.)])\s")


def _is_item(body: Sequence[Line], i: int) -> bool:
    """Tell an item of a list: punctuated as one, or in the block of lines that a colon announces."""
    if _ITEM.search(body[i].text) and _beside_prose_or_item(body, i):
        return True
    first = i
    while first > max(0, i - _ITEMS) and not body[first].above and body[first].kind is Kind.SHORT:
        first -= 1
    head = body[first] if body[first].kind is Kind.PROSE else body[first - 1] if first else None
    return head is not None and head.kind in (Kind.PROSE, Kind.SHORT) and head.text.endswith((":", "："))


_ITEMS = 20


def _beside_prose_or_item(body: Sequence[Line], i: int) -> bool:
    near = body[max(0, i - 1) : i + 2]
    return any(line.kind is Kind.PROSE or _ITEM.search(line.text) for line in near if line is not body[i])


_BIOGRAPHY = re.compile(
    r"^\S+(?:\s\S+){1,3}?(?:,\s[^.]{3,80},)?\s(?:is|was|ist|war|es|est|has been|covers|writes|reported|reports|contributed|\.\.\.)\b"
    r".{0,160}?\b(?:reporter\w*|writers?|editors?|journalist\w*|columnists?|correspondents?|fellow|professor|author|contributors?|"
    r"contributing|redakteur\w*|korrespondent\w*|reported from|contributed)\b",
    re.IGNORECASE,
)
_LAST = 3


def _without_biography(kept: list[Line], writers: Sequence[str]) -> list[Line]:
    """Drop what the page says of its writers below the story."""
    if len(kept) <= _LAST:
        return kept
    told = "\n".join(line.text for line in kept[:-_LAST])
    strangers = [writer for writer in writers if writer not in told]
    end = [line for line in kept[-_LAST:] if len(line.text) > 600 or not _is_biography(line.text, strangers)]
    return kept[:-_LAST] + end


def _is_biography(text: str, writers: Sequence[str]) -> bool:
    """Tell a sentence on a journalist, or one that begins with a writer of whom the story itself does not speak."""
    return _BIOGRAPHY.match(text) is not None or any(writer in text[:_NAMED_WITHIN] for writer in writers)


_NAMED_WITHIN = 100


def _without_pulled(kept: list[Line]) -> list[Line]:
    """Drop a pulled quote: a line whose words another paragraph says."""
    texts = [bare(line.text) for line in kept]
    told = "\n".join(texts)[:_SEARCHED]
    return [
        line
        for line, text in zip(kept, texts, strict=True)
        if not (_may_be_pulled(line) and told.count(text) > 1)
    ]


def _may_be_pulled(line: Line) -> bool:
    return line.kind is Kind.PROSE and 8 <= line.words <= 40


_SEARCHED = 50_000


def _without_teasers(kept: list[Line]) -> list[Line]:
    """Drop a heading at the end under which only single short sentences stand: other stories."""
    at = max((i for i, line in enumerate(kept) if line.kind is Kind.SHORT), default=0)
    under = kept[at + 1 :]
    teasers = at and len(under) >= _TEASERS and all(line.words <= _TEASER_WORDS for line in under)
    return kept[:at] if teasers else kept


_TEASERS = 3
_TEASER_WORDS = 14


def _between_prose(zones: Zones, i: int) -> bool:
    around = zones.body[i - 1 : i] + zones.body[i + 1 : i + 2]
    return len(around) == 2 and all(line.kind is Kind.PROSE for line in around)


_SOURCE = re.compile(
    r"^(?:source|quelle|bron|fuente|fonte|kilde|källa|źródło|출처|자료)s?\s*[:：]|^https?://\S+$|^by\s",
    re.IGNORECASE,
)


def _is_no_subhead(line: Line) -> bool:
    """Tell short lines that stand apart but head nothing: bylines, sources, and the shouted links of some sites."""
    shouted = line.words >= 9 and line.text.isupper()
    return shouted or is_byline(line.text) or _SOURCE.match(line.text) is not None


_UNBRACKETED = re.compile(r"[.!?]\s?(?:[A-Z][\w.-]*\s?){1,3}/\s?(?:[A-Z][\w.-]*\s?){1,3}$")


def _is_caption(zones: Zones, i: int) -> bool:
    """Take a sentence with a credit behind it as a caption, unless it is the last: there a wire credit stands."""
    line = zones.body[i]
    if line.kind is Kind.CAPTION:
        return line.words >= 4
    if _stands_over_credit(zones, i):
        return True
    if line.words > 60 or i == len(zones.body) - 1:
        return False
    credit = CREDIT_END.search(line.text)
    if credit is None:
        return _UNBRACKETED.search(line.text[-80:]) is not None
    if not ends_sentence(line.text[: credit.start()]):
        return False
    return line.times > 1 or _is_credit(credit["in"]) or credit_at_end(line.text) is not None


def _stands_over_credit(zones: Zones, i: int) -> bool:
    """Tell a sentence right above a line that only credits a picture."""
    line, after = zones.body[i], zones.body[i + 1 : i + 2]
    if not after or not 4 <= line.words <= _CAPTION_WORDS or line.kind not in (Kind.PROSE, Kind.SHORT):
        return False
    credited = after[0].kind is Kind.CAPTION and after[0].words <= _CREDIT_WORDS
    return credited and (line.above or not zones.spaced)


_CAPTION_WORDS = 24
_CREDIT_WORDS = 8


def _is_credit(inside: str) -> bool:
    """Tell a credit, which is made of names, from an aside in brackets."""
    words = inside.replace("/", " ").split()
    small = [
        word
        for word in words
        if word[:1].islower() and word not in ("of", "via", "for", "the", "by", "de", "von", "and")
    ]
    return len(words) <= 8 and not small and not inside.isdecimal() and (len(words) > 1 or "/" in inside)
