"""What a program fetched: pages in a web archive, and the feed of an outlet. Most of it lies there already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from newskit.sample.story import Story, furniture

__all__ = ["announced", "rss", "web_archive"]

_FETCHED = "2025-01-02T03:04:05Z"
_OPENING = (
    "For eleven years a lighthouse keeper has answered every letter that visitors leave at his door. "
    "He says that the questions have hardly changed, but the handwriting has."
)


def web_archive(pages: Iterable[tuple[Story, bytes]]) -> bytes:
    """Write a WARC file: the answer of the server for each page.

    >>> web_archive([])
    b''
    """
    return b"".join(_answer(str(story.url), page) for story, page in pages)


def _answer(address: str, page: bytes) -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, address)}>\r\n"
        f"WARC-Date: {_FETCHED}\r\nWARC-Target-URI: {address}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def rss(stories: list[Story]) -> str:
    """Write the feed of an outlet, newest story first: text and all, but for what is only announced."""
    outlet = stories[0].outlet
    items = "".join(_item(story) for story in reversed(stories))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(outlet.name)}</title>\n<link>https://{outlet.host}/</link>\n"
        f"<description>{furniture(outlet.language)['invented']}</description>\n"
        f"<language>{outlet.language}</language>\n{items}</channel>\n</rss>\n"
    )


def _item(story: Story) -> str:
    told = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    text = f"<description>{escape(story.paragraphs[0])}</description>\n"
    if story.shape != "feed":
        text += f"<content:encoded><![CDATA[{told}]]></content:encoded>\n"
    return (
        f"<item>\n<title>{escape(story.title)}</title>\n<link>{story.url}</link>\n"
        f"<pubDate>{format_datetime(story.published)}</pubDate>\n<category>{escape(story.section)}</category>\n"
        f"<dc:creator>{escape(story.agency or story.byline[0])}</dc:creator>\n{text}</item>\n"
    )


def announced(last: Story, number: int) -> Story:
    """Give a story that its outlet shows to subscribers only: the feed has two sentences of it."""
    return replace(
        last,
        number=number,
        shape="feed",
        title="The lighthouse keeper who answers every letter",
        paragraphs=(_OPENING,),
        published=datetime(2024, 12, 27, 10, 0, tzinfo=last.outlet.clock),
        updated=None,
        agency=None,
        dateline=None,
        caption=None,
        credit="",
        topics=(),
        mentions=(),
        family=None,
    )
