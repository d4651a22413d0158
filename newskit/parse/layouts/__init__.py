"""Layouts: what is known of an outlet, one small TOML file each, found by itself.

To add an outlet, put a file beside the others; nothing else needs to know. Keys: `name`, `aliases`, `hosts`,
`zone` (IANA), `language`, `order` ("dmy", "mdy", "ymd": how numeric dates are written), `marks` (lines that only
this outlet's pages carry, never a credit that others print below its copy; case, spaces and © or (c) do not matter),
`sections`, `furniture` (lines that are never part of an article; one that ends with … is how they begin). All but
`name` may be missing. A host with a path ("x.org/world") stands for that part of a site only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from newskit.errors import LayoutError, nearest
from newskit.parse.dates import Order

__all__ = ["Layout", "layout_for", "layout_named", "layouts", "read_layout"]


@dataclass(frozen=True)
class Layout:
    """What is known of one outlet: how to recognise it, its zone and its language, what is furniture."""

    name: str
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    zone: str | None = None
    language: str | None = None
    order: Order | None = None
    marks: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()
    furniture: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """Load every layout file, in the order of file names.

    >>> "The Korea Herald" in {layout.name for layout in layouts()}
    True
    """
    folder = sorted((f for f in files(__name__).iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(read_layout(file.name, file.read_text(encoding="utf-8")) for file in folder)


def layout_for(
    text: str | None = None, url: str | None = None, site_name: str | None = None
) -> Layout | None:
    """Recognise the outlet of a page by its URL, else by the name it gives itself, else by marks in its text.

    >>> layout_for(url="https://www.koreaherald.com/view.php?ud=1").name
    'The Korea Herald'
    >>> layout_for(site_name="Korea Herald").zone
    'Asia/Seoul'
    >>> layout_for(text="Talks were held.") is None
    True
    """
    found = _by_host(url) if url else None
    if found is None and site_name:
        found = layout_named(site_name)
    return found if found is not None or not text else _by_marks(text)


def layout_named(name: str) -> Layout | None:
    """Find a layout by any name the outlet goes by; case and punctuation do not matter.

    >>> layout_named("korea herald").name
    'The Korea Herald'
    """
    return _names().get(_key(name))


_SEVERAL = ("aliases", "hosts", "marks")
_SETS = ("sections", "furniture")
_KEYS = frozenset(field.name for field in fields(Layout))


def read_layout(file: str, text: str) -> Layout:
    r"""Read the layout in a TOML text; LayoutError, with the name of its file, for what a layout cannot hold.

    >>> read_layout("gull.toml", 'name = "Gull"\nzone = "Asia/Soul"')
    Traceback (most recent call last):
    newskit.errors.LayoutError: gull.toml: zone is 'Asia/Soul'. Did you mean 'Asia/Seoul'?
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{file} is no TOML file: {error}.") from error
    for fault in _faults(table):
        raise LayoutError(f"{file}: {fault}")
    read: dict[str, Any] = dict(table)
    read |= {key: tuple(read[key]) for key in _SEVERAL if key in read}
    read |= {key: frozenset(read[key]) for key in _SETS if key in read}
    return Layout(**read)


def _faults(table: dict[str, Any]) -> Iterator[str]:
    if "name" not in table:
        yield 'a layout needs the outlet\'s usual name: name = "The Morning Gull".'
    for key, value in table.items():
        if key not in _KEYS:
            yield f"there is no key {key!r} in a layout.{nearest(key, _KEYS)}"
        elif key in (*_SEVERAL, *_SETS):
            if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
                yield f'{key} is {value!r}; it takes a list of texts: {key} = ["…"].'
        elif not isinstance(value, str) or not value:
            yield f"{key} is {value!r}; it takes a text."
    if table.get("order", "ymd") not in get_args(Order):
        yield f"order is {table['order']!r}; it is ymd, dmy or mdy."
    if "zone" in table and table["zone"] not in available_timezones():
        yield f"zone is {table['zone']!r}.{nearest(table['zone'], available_timezones())}"


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold()).removeprefix("the")


@lru_cache(maxsize=1)
def _names() -> dict[str, Layout]:
    return {_key(name): layout for layout in layouts() for name in (*layout.aliases, layout.name)}


@lru_cache(maxsize=1)
def _hosts() -> dict[str, Layout]:
    return {host: layout for layout in layouts() for host in layout.hosts}


def _by_host(url: str) -> Layout | None:
    """Look the host up with the first part of the path, then alone, then its parents."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    first = parts.path.strip("/").partition("/")[0]
    while "." in host:
        found = _hosts().get(f"{host}/{first}") or _hosts().get(host)
        if found is not None:
            return found
        host = host.partition(".")[2]
    return None


_EDGE = 20_000


def _by_marks(text: str) -> Layout | None:
    """Take the outlet with most of its marks in the page's first and last lines.

    Of two with as many, the one whose mark stands last: a page's own footer stands below what it took from others.
    """
    edges = _plain(text if len(text) <= 2 * _EDGE else text[:_EDGE] + "\n" + text[-_EDGE:])
    best: tuple[int, int] = (0, -1)
    found = None
    for layout, marks in _marks():
        places = [place for mark in marks if (place := edges.rfind(mark)) >= 0]
        if places and (rank := (len(places), max(places))) > best:
            best, found = rank, layout
    return found


@lru_cache(maxsize=1)
def _marks() -> tuple[tuple[Layout, tuple[str, ...]], ...]:
    return tuple((layout, tuple(map(_plain, layout.marks))) for layout in layouts())


def _plain(text: str) -> str:
    """Even out what copies of one line differ in: case, spaces, line ends, the copyright sign."""
    even = " ".join(text.casefold().split())
    return even.replace("ⓒ", "©").replace("(c)", "©").replace("© ", "©")
