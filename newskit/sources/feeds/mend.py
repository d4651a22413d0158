"""Markup that is nearly XML -> an lxml tree: nothing is expanded, nothing is fetched, and little is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from lxml import etree

from newskit.errors import SourceError

__all__ = ["Element", "declared", "inner", "mended", "read_xml"]

Element = etree._Element  # noqa: SLF001 - its public type

_SPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}

_PARSER = etree.XMLParser(
    recover=True,
    huge_tree=True,
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
)
_MOST_SPACES = 60
_MOST_TAGS = 200_000
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LOOSE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});)?"
    r"|<(?![A-Za-z_/!?])"
)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
# The fields that people write in: how each opens and closes.
_WRITTEN = tuple(
    (re.compile(rf"<{name}(?:\s[^<>]*)?(?<!/)>", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE))
    for name in ("title", "description", "summary", "content", "content:encoded")
)
_SPOILT = frozenset({etree.ErrorTypes.ERR_TAG_NAME_MISMATCH, etree.ErrorTypes.ERR_TAG_NOT_FINISHED})


def declared(spaces: Mapping[str, str]) -> str:
    """Write the namespaces of a feed, and the usual ones that it forgot, as attributes; of very many, the first.

    >>> declared({"": "http://purl.org/atom/ns#"}).split()[-1]
    'xmlns="http://purl.org/atom/ns#"'
    """
    own = {prefix: space for prefix, space in islice(spaces.items(), _MOST_SPACES) if len(space) < 300}
    names = ((prefix and f":{prefix}", html.escape(space)) for prefix, space in (_SPACES | own).items())
    return "".join(f' xmlns{name}="{space}"' for name, space in names)


def read_xml(text: str, spaces: str) -> Element | None:
    """Parse a part of a feed within the namespaces `declared`; None where nothing can be made of it.

    Tags of HTML that are neither closed nor escaped are taken as text of the field they stand in. Raises
    SourceError for what has too many tags, or nests deeper than libxml2 reads.
    """
    if text.count("<") > _MOST_TAGS:
        raise SourceError(f"has over {_MOST_TAGS:,} tags, which no news story has")
    root, spoilt = _parsed(mended(text), spaces)
    if spoilt and (whole := _escaped(text)) != text:
        root, _ = _parsed(mended(whole), spaces)
    return root[0] if root is not None and len(root) else None


def _parsed(text: str, spaces: str) -> tuple[Element | None, bool]:
    try:
        root = etree.fromstring(f"<w{spaces}>{text}</w>".encode("utf-8", "ignore"), _PARSER)
    except etree.LxmlError:
        return None, True
    kinds = {entry.type for entry in _PARSER.error_log}
    if etree.ErrorTypes.ERR_RESOURCE_LIMIT in kinds:
        raise SourceError("nests its tags too deep: what lies below would be lost")
    return root, bool(kinds & _SPOILT)


def mended(text: str) -> str:
    r"""Turn entities of HTML into their letters, loose & and < into text; drop what no text is written with.

    >>> mended("<p>A &amp; B&nbsp;& C &#150; &l9; <![CDATA[& D]]></p>")
    '<p>A &amp; B\xa0&amp; C – &amp;l9; <![CDATA[& D]]></p>'
    """
    text = _UNPRINTED.sub("", text) if _UNPRINTED.search(text) else text
    if _LOOSE.search(text) is None:
        return text
    return "".join(part if quoted else _LOOSE.sub(_mended, part) for part, quoted in _parts(text))


def _mended(loose: re.Match[str]) -> str:
    if loose[0] == "<":
        return "&lt;"
    if not loose[1]:
        return "&amp;"
    letters = html.unescape(loose[0])
    return "&amp;" + loose[0][1:] if letters == loose[0] else html.escape(_UNPRINTED.sub("", letters))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Part a text into what is markup and what is CDATA."""
    place = 0
    while (start := text.find(_CDATA, place)) >= 0:
        end = text.find(_CDATA_END, start)
        end = len(text) if end < 0 else end + len(_CDATA_END)
        yield text[place:start], False
        yield text[start:end], True
        place = end
    yield text[place:], False


def _escaped(text: str) -> str:
    """Escape the tags in the fields that people write in, where CDATA does not hold them."""
    for opening, closing in _WRITTEN:
        text = "".join(_with_text(text, opening, closing))
    return text


def _with_text(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> Iterator[str]:
    place = 0
    while (start := opening.search(text, place)) and (end := closing.search(text, start.end())):
        yield text[place : start.end()]
        held = text[start.end() : end.start()]
        yield held if _CDATA in held else held.replace("<", "&lt;")
        yield end[0]
        place = end.end()
    yield text[place:]


def inner(element: Element) -> str:
    """Write what stands in an element as HTML: tags by their plain names, and no attribute.

    >>> inner(etree.fromstring('<d xmlns:h="x">A &amp; <h:b onclick="x">B</h:b> C</d>'))
    'A &amp; <b>B</b> C'
    """
    if not len(element):
        return element.text or ""
    return "".join(_written(element))


def _written(element: Element) -> Iterator[str]:
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(one.tag, str):
            continue
        name = etree.QName(one).localname if one is not element else ""
        if event == "start":
            yield (f"<{name}>" if name else "") + html.escape(one.text or "", quote=False)
        else:
            yield f"</{name}>" + html.escape(one.tail or "", quote=False) if name else ""
