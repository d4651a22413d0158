"""Fetching: one page at a time, where the site allows it, slowly, and within limits of moves, bytes and seconds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from time import monotonic, sleep

import httpcore
import httpx

from newskit.errors import SourceError
from newskit.sources.raw import PAGE_LIMIT, printable
from newskit.sources.web.door import LATE, Door, LateError, Transport
from newskit.sources.web.kept import Page
from newskit.sources.web.robots import Robots

__all__ = ["Fetcher"]

SECONDS = 20.0  # for a page with all its moves and robots.txt, without what is waited for politeness
DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds between two requests to a host; robots.txt may ask for more
MOVES = 5
PORTS = {80, 443}
_ROBOTS_LIMIT = 500_000  # bytes; what stands behind them does not count
_AGENT = "newskit"
_ADDRESS_LIMIT = 2_000
_MOVED = {301, 302, 303, 307, 308}
_ASTRAY = "moved to what is no address"
_TYPES = re.compile(r"text/.+|application/(xml|json|xhtml|.+\+(xml|json))|")
_BROKEN = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


@dataclass(frozen=True)
class _Reply:
    """What a server said: the body is read where the status is 200 and the type one of a page."""

    status: int
    type: str
    location: str
    body: bytes = b""

    @property
    def kind(self) -> str:
        """The type without what it says besides."""
        return self.type.split(";")[0].strip().lower()

    @property
    def told(self) -> str:
        """The status in words."""
        known = {status.value: status.phrase for status in HTTPStatus}
        return f"{self.status} ({known[self.status]})" if self.status in known else str(self.status)


class Fetcher:
    """Fetches pages one after the other; what it learns of hosts it knows as long as it is there."""

    def __init__(self) -> None:
        self._door = Door()
        nothing = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.Client(
            transport=Transport(self._door),
            headers={
                "User-Agent": f"{_AGENT}/{version('newskit')}",
                "Accept": "text/html, application/xhtml+xml, text/*;q=0.9, application/*;q=0.5",
                "Accept-Encoding": "gzip",
            },
            cookies=nothing,
            trust_env=False,  # no proxy: the door would see its address, not that of the page
        )
        self._robots: dict[str, Robots | str] = {}  # by scheme and host; a text says why there is none
        self._last: dict[str, float] = {}  # when a host was last asked

    def page(self, address: str) -> Page:
        """Fetch the page of an address; SourceError says why it cannot be had."""
        self._door.give(SECONDS)
        reply, url = self._followed(_checked(address), robots=False)
        if reply.status != HTTPStatus.OK:
            raise SourceError(f"the server answers {reply.told}; look at the address, or read again later")
        if not _TYPES.fullmatch(reply.kind):
            raise SourceError(f"not a page: the server says {reply.kind[:60]!r}")
        if not reply.body.strip():
            raise SourceError("the page is empty")
        return Page(str(url), reply.type[:200], reply.body)

    def _followed(self, url: httpx.URL, *, robots: bool) -> tuple[_Reply, httpx.URL]:
        """Ask, and follow where the answer says that the page has moved; each move is looked at like the first."""
        for _ in range(MOVES + 1):
            if not robots:
                self._require_allowed(url)
            reply = self._ask(url, robots=robots)
            if reply.status not in _MOVED:
                return reply, url
            url = _checked(_joined(url, reply.location))
        raise SourceError(f"moved more than {MOVES} times; give the address that a browser ends at")

    def _require_allowed(self, url: httpx.URL) -> None:
        """Raise SourceError where the robots.txt of a host forbids a path, or cannot be had."""
        host = _origin(url)
        if host not in self._robots:
            self._robots[host] = self._read_robots(url)
        robots = self._robots[host]
        if isinstance(robots, str):
            raise SourceError(robots)
        if not robots.allows(url.raw_path.decode("ascii")):
            raise SourceError("its site asks in robots.txt not to fetch it; save the page, and give its file")

    def _read_robots(self, url: httpx.URL) -> Robots | str:
        """Ask for robots.txt: one that is not there forbids nothing; one that cannot be had now, everything."""
        try:
            reply, _ = self._followed(url.join("/robots.txt"), robots=True)
        except SourceError as error:
            return f"the robots.txt of its site cannot be had: {error}"
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            return f"the robots.txt of its site cannot be had now: the server answers {reply.told}; read again later"
        return Robots.read(reply.body.decode("utf-8", "replace"), _AGENT)

    def _ask(self, url: httpx.URL, *, robots: bool) -> _Reply:
        """Send one request, when it is time for it, and read what is wanted of the answer."""
        self._wait(url)
        try:
            with self._client.stream("GET", url) as response:
                return _reply(response, robots=robots)
        except httpcore.ConnectTimeout as error:
            raise SourceError("the server does not answer; read again later") from error
        except httpcore.TimeoutException as error:
            raise LateError(LATE) from error
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
        ) as error:  # what the door raises is none: only a move is read here
            raise SourceError(_ASTRAY) from error
        except _BROKEN as error:
            why = printable(str(error)[:200]) or type(error).__name__
            raise SourceError(f"the connection fails ({why}); read again later") from error
        finally:
            self._last[url.host] = monotonic()

    def _wait(self, url: httpx.URL) -> None:
        """Wait until a host may be asked again; that does not count as time of the page."""
        if url.host not in self._last:
            return
        robots = self._robots.get(_origin(url))
        asked = robots.delay if isinstance(robots, Robots) else 0.0
        begun = monotonic()
        pause = self._last[url.host] + max(DELAY, min(asked, LONGEST_DELAY)) - begun
        if pause > 0:
            sleep(pause)
            self._door.until += monotonic() - begun


def _checked(address: str) -> httpx.URL:
    """Read an address; SourceError for one that is not fetched, whatever it leads to."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SourceError(f"not an address that can be read ({error})") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError(f"an address of the kind {url.scheme[:20]!r}; only http and https are fetched")
    if url.userinfo:
        raise SourceError("an address with a name or a password in it; leave them out")
    if url.port is not None and url.port not in PORTS:
        raise SourceError(f"an address with the port {url.port}; only 80 and 443 are asked")
    return url.copy_with(fragment=None)


def _joined(url: httpx.URL, location: str) -> str:
    """Say where a move leads to, seen from where it was told."""
    if not location or len(location) > _ADDRESS_LIMIT:
        raise SourceError("moved, and the server does not say where to")
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(_ASTRAY) from error


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _reply(response: httpx.Response, *, robots: bool) -> _Reply:
    """Read an answer, and its body where it is one that is wanted."""
    fields = response.headers
    reply = _Reply(response.status_code, fields.get("content-type", ""), fields.get("location", ""))
    if reply.status != HTTPStatus.OK or not (robots or _TYPES.fullmatch(reply.kind)):
        return reply
    limit = _ROBOTS_LIMIT if robots else PAGE_LIMIT
    body = b"".join(_pieces(response, limit + 1))
    if len(body) > limit and not robots:
        raise SourceError("larger than 10 MB, which no news page is")
    return replace(reply, body=body[:limit])


def _pieces(response: httpx.Response, most: int) -> Iterator[bytes]:
    """Give the body unpacked, and stop after so many bytes: what is not asked for is never unpacked."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise SourceError(
            f"packed as {packing[:40]!r}, which was not asked for; save the page, and give its file"
        )
    inflater = zlib.decompressobj(31) if packing.endswith("gzip") else None
    came = 0
    for piece in response.iter_raw():
        came += len(piece)
        data = _inflated(inflater, piece, most) if inflater else piece
        yield data[:most]
        most -= len(data)
        if most <= 0 or came > PAGE_LIMIT:
            return
    if inflater and came and not inflater.eof:
        raise SourceError("cut off before its end; read again later")


def _inflated(inflater: zlib._Decompress, piece: bytes, most: int) -> bytes:
    try:
        return inflater.decompress(piece, most)
    except zlib.error as error:
        raise SourceError("its packing is damaged; read again later") from error
