"""A piece of HTML in a field of a table or feed -> its paragraphs and captions; plain text as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from newskit.errors import NotAnArticle
from newskit.parse.characters import tidy
from newskit.parse.html.tree import Element, read_tree

__all__ = ["Fragment", "plain", "read_fragment"]

_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figure footer h1 h2 h3 h4 h5 "
    "h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_CELLS = frozenset({"td", "th"})
_UNREAD = frozenset(
    "audio button canvas form frameset head iframe script select style svg template textarea title video".split()
)
_INLINE = frozenset(
    "a abbr acronym applet b base basefont bdo big cite code col colgroup del dfn em embed figcaption font frame i img input ins "
    "kbd label legend link map mark math meta noscript object param picture q rp rt ruby s samp small source span strike strong "
    "sub sup time tt u var wbr".split()
)
_NAMES = "|".join(sorted(_BLOCKS | _CELLS | _UNREAD | _INLINE | {r"[a-z][a-z0-9]*:[a-z]+"}))
# Only names of HTML: "<AP=Yonhap>" and "<KBS>" are how Korean papers credit.
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!/?(?:{_NAMES})[\s/>]|[!?])", re.IGNORECASE)
_BREAK = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS))})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_UNREAD_TAG = re.compile(rf"<(?:{'|'.join(sorted(_UNREAD))})[\s/>]", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Fragment:
    """What stands in one field: paragraphs, and the captions of its pictures."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()


def read_fragment(text: str) -> Fragment:
    r"""Split a text at its empty lines, or at its lines where none is empty; HTML at its blocks.

    Scripts, styles, forms and what is embedded are left out; no tag and no attribute stays.

    >>> read_fragment("<p>Talks were\nheld.</p><script>alert(1)</script><p>They go&nbsp;on.")
    Fragment(paragraphs=('Talks were held.', 'They go on.'), captions=())
    >>> read_fragment("<figure><img src=x><figcaption>The pier.</figcaption></figure>Ships came.").captions
    ('The pier.',)
    """
    if "<" not in text or not _TAG.search(text):
        return Fragment(_split(html.unescape(text) if "&" in text else text, wrapped=False))
    body, captions = _read(text)
    return Fragment(_split(body, wrapped=_BREAK.search(text) is not None), _split(captions, wrapped=True))


def plain(text: str) -> str:
    """Take tags and entities out of a line.

    >>> plain("Talks <b>go</b> on &amp; on")
    'Talks go on & on'
    >>> plain("Talks<script>alert(1)</script>")
    'Talks'
    """
    if "<" in text and _UNREAD_TAG.search(text):
        return " ".join(read_fragment(text).paragraphs)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    return html.unescape(text) if "&" in text else text


def _split(text: str, *, wrapped: bool) -> tuple[str, ...]:
    """Split at empty lines; at every line where none is empty and the lines are not only wrapped."""
    text = tidy(text).strip()
    parts = _BLANK.split(text) if wrapped or _BLANK.search(text) else text.split("\n")
    joined = (" ".join(part.split()) for part in parts)
    return tuple(part for part in joined if part)


def _read(text: str) -> tuple[str, str]:
    """Give body and captions; of markup that is beyond the limits of a page, all that stands between its tags."""
    try:
        root = read_tree(_NO_TAG.sub("&lt;", text))
    except NotAnArticle:
        return _stripped(text), ""
    body: list[str] = []
    captions: list[str] = []
    for piece, in_caption in _pieces(root):
        (captions if in_caption else body).append(piece)
    found = "".join(body)
    if found.isspace() and not captions and not _UNREAD_TAG.search(text):
        return _stripped(text), ""
    return found, "".join(captions)


def _stripped(text: str) -> str:
    return html.unescape(_TAG.sub("", _BREAK.sub("\n\n", text)))


def _pieces(root: Element) -> Iterator[tuple[str, bool]]:
    """Walk the text of a tree in order; whether each piece stands in a caption."""
    captions = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        edge = "\n\n" if tag in _BLOCKS or tag == "figcaption" else " " if tag in _CELLS else ""
        if event == "start":
            captions += tag == "figcaption"
            unread = tag in _UNREAD
            if unread:
                walk.skip_subtree()
            yield edge + ("" if unread else element.text or ""), captions > 0
        else:
            yield edge, captions > 0
            captions -= tag == "figcaption"
            yield element.tail or "", captions > 0
