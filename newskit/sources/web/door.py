"""The one door to the network: connections to public addresses alone, and none that outlasts its time.

A name is looked up, all that it stands for is checked, and the connection goes to what was checked, in one step: a name
that means another address a moment later (DNS rebinding) gains nothing. TLS still asks for a certificate of the name.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

import httpcore
import httpx

from newskit.errors import SourceError

__all__ = ["LATE", "Door", "LateError", "Transport", "require_public"]

LATE = "takes longer than 20 seconds; read again later"
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
_Options = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


class LateError(SourceError):
    """The time for a page is over."""


def require_public(address: str) -> None:
    """Raise SourceError for an address that is not of the public internet, or that leads to one that is not.

    >>> require_public("::ffff:127.0.0.1")
    Traceback (most recent call last):
    ...
    newskit.errors.SourceError: its host is at ::ffff:127.0.0.1, which is no public address; nothing is fetched from there
    """
    ip = ip_address(address)
    inner = _inner(ip) if isinstance(ip, IPv6Address) else None
    public = _is_public(inner) if inner else _is_public(ip)
    if not public:
        raise SourceError(
            f"its host is at {address}, which is no public address; nothing is fetched from there"
        )


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 address leads to (mapped, 6to4, Teredo, NAT64)."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    # Multicast counts as global, and so do the old ways to write IPv4 in IPv6 (::127.0.0.1).
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Door(httpcore.NetworkBackend):
    """Opens connections within a time that is set for each page."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()
        self.until = monotonic()

    def give(self, seconds: float) -> None:
        """Set the time, from now on, in which all must be done."""
        self.until = monotonic() + seconds

    def left(self) -> float:
        """Give the seconds that are left; LateError where none are."""
        left = self.until - monotonic()
        if left <= 0:
            raise LateError(LATE)
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - what is left of the time of the page counts
        local_address: str | None = None,
        socket_options: _Options | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host where all its addresses are public: to the first of them that answers."""
        addresses = self._addresses(host, port)
        for address in addresses:
            require_public(address)
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port, local_address, socket_options)

    def _connected(
        self, address: str, port: int, local: str | None, options: _Options | None
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(address, port, min(5.0, self.left()), local, options)
        return _Timed(stream, self)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Look a name up; the system knows no limit of time for that, so it is waited for from outside."""
        answers: SimpleQueue[list[str] | OSError] = SimpleQueue()
        Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
        try:
            found = answers.get(timeout=self.left())
        except Empty:
            raise LateError("the name of its host is looked up for too long; read again later") from None
        if isinstance(found, OSError) or not found:
            raise SourceError("the name of its host is not known; look at the address, or read again later")
        return found


def _look_up(host: str, port: int, answers: SimpleQueue[list[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))
    else:
        answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))


class _Timed(httpcore.NetworkStream):
    """A stream on which nothing waits longer than the door gives: a server may send a byte at a time."""

    def __init__(self, inner: httpcore.NetworkStream, door: Door) -> None:
        self._inner, self._door = inner, door

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._inner.read(max_bytes, self._door.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._door.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._door.left())
        return _Timed(stream, self._door)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """What httpx sends its requests by: each on a connection of its own, through the door."""

    def __init__(self, door: Door) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_keepalive_connections=0,
            network_backend=door,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, whose body is still to be read."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        sent = httpcore.Request(request.method, url, headers=request.headers.raw)
        got = self._pool.handle_request(sent)
        return httpx.Response(got.status, headers=got.headers, stream=_Body(got))

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it comes in."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
