"""The title of an article from the several that a page gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import urlsplit

from newskit.parse.characters import bare, size
from newskit.parse.html.metadata import Page, Value, site_names, strings
from newskit.parse.html.tree import elements, text_of, words_of

__all__ = ["outlet_names", "read_title", "title_doubts"]

LONGEST = 400
LEAST_SEEN = 25  # letters of a heading that may be a headline: shorter ones name the site or the section
SHOWN = 120
# What stands between a headline and the outlet's name.
JOINT = re.compile(
    r"\s*[|｜¦│]\s*|\s+(?:-{1,2}|[–—−•·»]|::|/)\s+|\s*：\s*|\s*(?<=[^\x00-\x7f])-{1,2}(?=[^\x00-\x7f])\s*"
)
KICKER = re.compile(r"\S.*(?::|\s[-–—|])\s*$")
CUT = re.compile(r"\s*(?:\.\.\.|…)$")


def read_title(page: Page, outlet: str | None) -> Value | None:
    """Reconcile JSON-LD, the heading, OpenGraph and the title tag.

    The article's own headline wins, then a heading that the page's head repeats, then the head's tags; the title
    tag, which often names the site or the section alone, comes last. The outlet's name is taken
    off the end, and a kicker off the front where the page's head leaves it out; a headline that was cut short is
    completed from the others.
    """
    names = {bare(name) for name in outlet_names(page, outlet)}
    stated = [Value(t, "json-ld") for t in strings(page.node.get("headline"))[:1] if len(t) <= LONGEST]
    heads = [
        Value(text[:LONGEST], "meta")
        for text in page.meta("og:title", "twitter:title", "title", "dc.title", "sailthru.title")
    ]
    heads += [Value(text_of(e)[:LONGEST], "title tag") for e in islice(elements(page.root, "title"), 1)]
    heads = [head for head in heads if bare(head.text) not in names]
    headings = [Value(t, "page text") for t in _headings(page)]
    tops = [Value(without_outlet(v.text, names, [h.text for h in headings]), v.origin) for v in heads]
    meta = [top for top in tops if top.origin == "meta"]
    ranked = (*stated, *_agreed(headings, tops)[:1], *meta, *headings[:1], *tops)
    usable = [v for v in ranked if v.text and bare(v.text) not in names]
    if not usable:
        return None
    first = Value(without_outlet(usable[0].text, names, [v.text for v in usable[1:]]), usable[0].origin)
    return _without_kicker(_completed(first, usable), tops)


def title_doubts(page: Page, title: Value | None) -> tuple[str, ...]:
    """Say where readers of the page see another headline than the one that its head states."""
    if title is None or title.origin == "page text":
        return ()
    headings = [text for text in _headings(page) if size(text) >= LEAST_SEEN]
    if not headings or any(_alike(text, title.text) for text in headings):
        return ()
    return (f"title stated in {title.origin}; the heading on the page reads {headings[0][:SHOWN]!r}",)


def _agreed(headings: Sequence[Value], tops: Sequence[Value]) -> list[Value]:
    """Give the headings that the page's head repeats; without the kicker where the head leaves it out."""
    found = [(top, heading) for top in tops for heading in headings if _alike(heading.text, top.text)]
    found.sort(key=lambda pair: bare(pair[0].text) != bare(pair[1].text))
    return [
        top
        if bare(heading.text).endswith(bare(top.text)) and top.origin == "meta" and bare(top.text)
        else heading
        for top, heading in found
    ]


def _headings(page: Page) -> list[str]:
    found = [e for e in elements(page.root, "h1") if "logo" not in words_of(e)]
    texts = [text_of(e) for e in found[:5]]
    return [text for text in texts if text and len(text) <= LONGEST]


def outlet_names(page: Page, outlet: str | None) -> tuple[str, ...]:
    """Give all names that the outlet goes by: those it states, its host, and the host's longest part."""
    names = (*(value.text for value in site_names(page)), outlet or "", *_host_names(page.url))
    return tuple(dict.fromkeys(name for name in names if bare(name)))


def _host_names(url: str | None) -> list[str]:
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return []
    return [host, max(host.split("."), key=len)]


def without_outlet(text: str, names: Iterable[str], headings: Iterable[str]) -> str:
    """Take the outlet's name, and the section before it, off the end of a title.

    >>> without_outlet("Talks resume | World | Morning Gull", {"morninggull"}, [])
    'Talks resume'
    >>> without_outlet("Talks resume - Politics", set(), ["Talks resume"])
    'Talks resume'
    """
    whole = {bare(heading) for heading in headings}
    joints = list(JOINT.finditer(text))
    for joint in joints:
        if bare(text[: joint.start()]) in whole:
            return text[: joint.start()].strip()
    if not joints:
        return text.strip()
    tail = text[joints[-1].end() :]
    if not _names_outlet(tail, names):
        return text.strip()
    end = joints[-1]
    # A section or a place stands between headline and outlet, behind the same sign.
    while (
        len(joints) > 1
        and joints[-2][0].strip() == end[0].strip()
        and joints[-1].start() - joints[-2].end() <= 20
    ):
        joints.pop()
    return text[: joints[-1].start()].strip()


def _names_outlet(tail: str, names: Iterable[str]) -> bool:
    short = bare(tail)
    return bool(short) and any(
        short == name or (len(name) > 3 and (short in name or name in short)) for name in names if name
    )


def _alike(one: str, other: str) -> bool:
    """Tell two spellings of one headline from two headlines."""
    a, b = set(re.findall(r"\w+", one.casefold())), set(re.findall(r"\w+", other.casefold()))
    if not a or not b:
        return False
    return bare(one) in bare(other) or bare(other) in bare(one) or len(a & b) >= 0.6 * max(len(a), len(b))


def _completed(title: Value, others: Iterable[Value]) -> Value:
    """Complete a headline that was cut short from one that goes on."""
    if not CUT.search(title.text):
        return title
    stem = bare(CUT.sub("", title.text))
    longer = (o for o in others if bare(o.text).startswith(stem) and len(o.text) > len(title.text))
    return next(longer, title)


def _without_kicker(title: Value, tops: Iterable[Value]) -> Value:
    """Take the kicker off a headline that the head gives without it: "Harbour: Bridge opens" is "Bridge opens"."""
    for top in tops:
        if top.text and title.text.endswith(top.text) and KICKER.match(title.text[: -len(top.text)]):
            return top
    return title
