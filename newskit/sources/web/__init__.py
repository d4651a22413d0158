"""The web: addresses, given as such or in a file, are fetched where that was asked for, and their pages are kept.

A file of addresses is a text in which every line that is not empty and begins with no # is one address, http or https.
`fetching` asks for a page, `door` opens connections to public addresses alone, `robots` says what a site allows, and
`kept` is where the pages lie afterwards.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from newskit.errors import SourceError
from newskit.sources.answers import in_utf8
from newskit.sources.raw import HEAD, Raw, Refused, Stored, digest, encoding_of, lines_of, printable
from newskit.sources.web.kept import Page, load, path_of, save

if TYPE_CHECKING:
    from newskit.sources.web.fetching import Fetcher

__all__ = ["Address", "Web", "is_address", "opens", "raws"]

_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f]{1,2000}", re.IGNORECASE)
_UNASKED = "an address; read with fetch=True (--fetch on the command line) to fetch it"


def is_address(text: str) -> bool:
    """Tell an address of the web from a path.

    >>> is_address("https://example.org/a.html"), is_address("pages/a.html")
    (True, False)
    """
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True)
class Address(Refused):
    """An address without its page: nobody asked to fetch it, or it could not be had. No bytes came, so no digest."""

    why: str = _UNASKED

    def __post_init__(self) -> None:
        """Leave the digest empty: whatever comes from there later takes the place of this."""


def opens(_name: str, head: bytes) -> bool:
    """Tell a file of addresses by its lines."""
    text = head.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff\ufffd")
    lines = text.splitlines()
    if len(head) == HEAD:
        lines = lines[:-1]  # it may be cut
    told = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
    return bool(told) and all(map(is_address, told))


def raws(stored: Stored) -> Iterator[Refused]:
    """Give each address of a file; a later line that is none is refused by its number."""
    for number, line in enumerate(lines_of(stored, encoding_of(stored)), 1):
        text = line.strip("\ufeff \t\r\n")
        if is_address(text):
            yield Address(printable(text))
        elif text and not text.startswith("#"):
            yield Refused(
                f"{stored.name}#{number}", "not an address: one http or https address a line is wanted"
            )


@dataclass(frozen=True)
class Web:
    """The folder that fetched pages are kept in, and whether more may be fetched.

    A page that is there is read from there for ever; delete its file to fetch it again.
    """

    folder: Path
    fetch: bool = False
    _refused: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of_corpus(cls, corpus: str | Path, *, fetch: bool) -> Web:
        """Keep pages in a corpus folder."""
        return cls(Path(os.path.realpath(Path(corpus).expanduser())) / "fetched", fetch)

    def path(self, address: str) -> Path:
        """Say where the page of an address is kept, or would be."""
        return path_of(self.folder, address)

    def page(self, address: str) -> Raw | Address:
        """Give the page of an address, fetched now or before; where it cannot be had, why."""
        page = load(self.folder, address)
        if page is None and not self.fetch:
            return Address(address)
        try:
            return _as_raw(address, page or self._fetched(address))
        except SourceError as error:
            self._refused[address] = str(error)  # asked once a reading, however often it is named
            return Address(address, str(error))

    def _fetched(self, address: str) -> Page:
        if address in self._refused:
            raise SourceError(self._refused[address])
        page = self._fetcher.page(address)
        save(self.folder, address, page)
        return page

    @cached_property
    def _fetcher(self) -> Fetcher:
        from newskit.sources.web.fetching import Fetcher  # noqa: PLC0415 - slow to import, and few readings fetch

        return Fetcher()


def _as_raw(address: str, page: Page) -> Raw:
    return Raw(address, in_utf8(page.body, page.type), sha=digest(page.body), url=page.url)
