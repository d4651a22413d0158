"""Yomidas, the database of the Yomiuri Shimbun, a page of full texts saved as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newskit.sources.exports.markup import class_of, html_tree, line_of, paragraphs
from newskit.sources.exports.piece import CUT_OFF, Fields, Unread, decoded, fields, pieces
from newskit.sources.raw import Stored

__all__ = ["entries", "opens"]

_ARTICLE = re.compile(r"<table class=[\"']?contentsTable\b")
_END = re.compile(r"</form|</html|<div id=[\"']?footer", re.IGNORECASE)
_MARKS = [b"<title>" + "ヨミダス".encode(name) for name in ("utf-8", "cp932", "euc_jp")]
_DATE = re.compile(r"^\d{4}\.\d\d\.\d\d$")
_CAPTION = re.compile(r"^(?:写真|図|地図|グラフ|イラスト|表)[＝=]")
_PAPER = "読売新聞"


def opens(_name: str, head: bytes) -> bool:
    """Tell by the title of the page."""
    return any(mark in head for mark in _MARKS)


def entries(stored: Stored) -> Iterator[Fields | Unread]:
    """Give each article; the last is Unread where the file was cut off inside it."""
    parts = list(pieces(decoded(stored), _ARTICLE))
    for place, part in enumerate(parts, 1):
        yield _article(part) if place < len(parts) or _END.search(part) else Unread(CUT_OFF)


def _article(markup: str) -> Fields | Unread:
    """Read the cells of the head (number, day, title, edition, page's name, page, length) and the text below."""
    root = html_tree(markup)
    if isinstance(root, Unread):
        return root
    table = next((one for one in root.iter("table") if "contentstable" in class_of(one)), None)
    cells = [line_of(one) for one in table.iter("th", "td")] if table is not None else []
    day = next((place for place, cell in enumerate(cells) if _DATE.match(cell)), None)
    text = [text for one in root.iter("p") for text in paragraphs(one)]
    captions = [line for line in text if _CAPTION.match(line)]
    title, *rest = cells[day + 1 :] if day is not None and cells[day + 1 :] else [""]
    return fields(
        {
            "title": title,
            "text": [line for line in text if line not in captions],
            "captions": captions,
            "published": cells[day] if day is not None else "",
            "outlet": _PAPER,
            "section": " ".join(cell for cell in rest[:2] if cell),
        }
    )
