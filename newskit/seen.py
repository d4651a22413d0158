"""Seen: what was gone through, remembered by digests, for there may be millions of it."""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["Ids", "Seen", "digest_of"]

_SIZE = 16  # bytes of a digest: among a million million things, no two have the same one
_SHELVES = 4096  # few enough to cost nothing, and a million digests are 4 kB on each: found in a microsecond


def digest_of(told: str) -> bytes:
    """Give the digest of what tells one thing from all others of its kind.

    >>> len(digest_of("a.txt")), digest_of("a.txt") == digest_of("b.txt")
    (16, False)
    """
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


class Seen:
    """A set of digests, which takes little more memory than these: a set of Python takes eight times as much.

    Digests lie one behind the other on shelves; that one is found across two others is as unlikely as that two are the same.
    """

    def __init__(self, digests: bytes | memoryview = b"") -> None:
        self._shelves = [bytearray() for _ in range(_SHELVES)]
        for place in range(0, len(digests), _SIZE):
            self.add(bytes(digests[place : place + _SIZE]))

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._shelf(digest)

    def __bytes__(self) -> bytes:
        return b"".join(self._shelves)

    def add(self, digest: bytes) -> None:
        """Take up a digest."""
        shelf = self._shelf(digest)
        if digest not in shelf:
            shelf += digest

    def discard(self, digest: bytes) -> None:
        """Forget a digest, if it is there."""
        shelf = self._shelf(digest)
        place = shelf.find(digest)
        if place >= 0:
            del shelf[place : place + _SIZE]

    def _shelf(self, digest: bytes) -> bytearray:
        return self._shelves[int.from_bytes(digest[:2], "big") % _SHELVES]


class Ids:
    """Id of an article as parsed -> as kept, after the second look; these differ in few, and only they are written out."""

    def __init__(self) -> None:
        self._same = Seen()
        self._others: dict[str, str] = {}

    def __contains__(self, parsed: str) -> bool:
        return parsed in self._others or digest_of(parsed) in self._same

    def __setitem__(self, parsed: str, kept: str) -> None:
        self._others.pop(parsed, None)
        if parsed == kept:
            self._same.add(digest_of(parsed))
        else:
            self._others[parsed] = kept

    def get(self, parsed: str | None) -> str | None:
        """Give the id as kept; None where no article has the id."""
        if parsed is None or parsed not in self:
            return None
        return self._others.get(parsed, parsed)

    def pop(self, parsed: str) -> None:
        """Forget an id, if it is there."""
        self._others.pop(parsed, None)
        self._same.discard(digest_of(parsed))
