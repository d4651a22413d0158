"""What every kind of source works with: a file's bytes under a name, and what is read out of them."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO, cast

import pyarrow as pa

from newskit.errors import SourceError

__all__ = [
    "BOMB",
    "PAGE_LIMIT",
    "PassedOver",
    "Raw",
    "Refused",
    "Stored",
    "digest",
    "encoding_of",
    "legacy_encoding",
    "lines_of",
    "page_bytes",
    "printable",
    "seekable",
]

PAGE_LIMIT = 10_000_000  # bytes of one page, characters of one row
HEAD = 8_192
_CHUNK = 1 << 20
_BOMB_RATIO = 200  # text packs 3 to 30 times; only a bomb packs 200 times and more
_BOMB_FLOOR = 100_000_000
BOMB = f"unpacks to over {_BOMB_RATIO} times its size, which no text does; unpack it yourself and look at it"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_IN_MEMORY = 256_000_000  # bytes of a file that must be read here and there, and lies packed in another
# The commonest letters of running text, and those of the usual names of columns.
_FREQUENT = {
    "cp949": "이다는을의에가한하고지로기사도은를서인나대해정스시자제목본문일날짜언론내용",
    "cp932": "のにはをたがでとしるていなれさもりらっるこまよんスールト見出本文記事日付新聞",
    "gb18030": "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会标题正文日期",
    "big5": "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會標題正文日期",
}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def printable(name: str) -> str:
    r"""Replace what cannot be shown in a name: control characters, ends of lines, halves of characters.

    >>> printable("a\nb.txt")
    'a�b.txt'
    """
    return _UNPRINTABLE.sub("\ufffd", name)


def digest(*parts: bytes) -> str:
    """Give the short digest that names pages, rows and files: 32 hex digits of SHA-256."""
    return _digest(parts)


def _digest(parts: Iterable[bytes]) -> str:
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:32]


@dataclass(frozen=True)
class Raw:
    """One page or one row, not yet read as an article.

    `source` says where it came from: "folder/page.html", "pages.zip!a/b.txt", "items.jsonl#17" (rows and lines
    count from 1). A page has its bytes in `data`; a row, or a page whose head was read (front matter), has
    `fields`: names of Article fields, and "text" for the body, each a non-empty text. Paragraphs and captions
    stand apart by an empty line, other lists by "; ". `columns` names for a row the column of each field. `sha`
    is the digest of the bytes, or of the fields. `url` is the address that came with a page (the record of a web
    archive, the part of an MHTML file, where it was fetched in the end), http or https.

    >>> Raw("a.txt", b"Talks were held.").sha == Raw("b.txt", b"Talks were held.").sha
    True
    """

    source: str
    data: bytes = b""
    fields: Mapping[str, str] | None = None
    sha: str = ""
    columns: Mapping[str, str] | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.sha:
            object.__setattr__(self, "sha", self._own_sha())

    @property
    def size(self) -> int:
        """How large it is: the bytes of a page, the characters of a row."""
        return len(self.data) if self.fields is None else sum(map(len, self.fields.values()))

    def _own_sha(self) -> str:
        if self.fields is None:
            return digest(self.data)
        values = "\x1f".join(f"{name}\x1e{self.fields[name]}" for name in sorted(self.fields))
        return digest(values.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Refused:
    """Something that could not be read at all: where it stands, and why, with what to do about it."""

    source: str
    why: str
    sha: str = ""

    def __post_init__(self) -> None:
        if not self.sha:
            object.__setattr__(self, "sha", digest(f"{self.source}\x1f{self.why}".encode("utf-8", "replace")))


@dataclass(frozen=True)
class PassedOver(Refused):
    """What an archive holds beside pages: one line with its counts, not a refusal for each picture.

    `counts` says how many by what they are; `why` says the same in words.

    >>> PassedOver.of("crawl.warc.gz", {"requests": 1204, "pictures": 1}).why
    'passed over: 1,204 requests, 1 pictures'
    """

    counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, source: str, counts: Mapping[str, int]) -> PassedOver:
        """Put counts into words, the largest first."""
        told = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return cls(
            source, f"passed over: {', '.join(f'{n:,} {what}' for what, n in told)}", counts=dict(told)
        )


@dataclass(frozen=True)
class Stored:
    """Bytes under a name, wherever they lie: a file, or a member of an archive; gzip and zstd are taken off unasked.

    `name` is what a reader sees ("pages.zip!a/items.csv.gz"); `packed` is the size as it lies there, in bytes.
    """

    name: str
    packed: int
    opener: Callable[[], BinaryIO]

    @property
    def plain_name(self) -> str:
        """The name in lower case and without .gz or .zst: what a kind is told by."""
        return self.name.lower().removesuffix(".gz").removesuffix(".zst")

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the content, never more than 8,192; of a damaged gzip, those before the damage."""
        try:
            with self.open() as stream:
                return stream.read(HEAD)
        except (zlib.error, EOFError, gzip.BadGzipFile):
            with self.opener() as stream:
                return _before_damage(stream)

    @property
    def most(self) -> int:
        """To how many bytes it may unpack before it counts as a bomb."""
        return max(_BOMB_FLOOR, _BOMB_RATIO * self.packed)

    def open(self) -> BinaryIO:
        """Open the content for reading; a stream that unpacks to far more than text could raises SourceError."""
        stream = cast(BinaryIO, io.BufferedReader(_Measured(self.opener(), self)))
        unpacked = _unpacked(stream)
        if unpacked is None:
            return stream
        return cast(BinaryIO, io.BufferedReader(_Measured(unpacked, self, stream)))


def _before_damage(stream: BinaryIO) -> bytes:
    """Unpack the beginning in small steps, so that what stands before the damage comes out."""
    inflater, given = zlib.decompressobj(31), b""
    with suppress(zlib.error):
        while len(given) < HEAD and not inflater.eof and (piece := stream.read(64)):
            given += inflater.decompress(piece, HEAD)
    return given[:HEAD]


class _Measured(io.RawIOBase):
    """A stream that stops where it has given out far more than a text of its packed size could hold."""

    def __init__(self, inner: BinaryIO, stored: Stored, below: BinaryIO | None = None) -> None:
        self._inner, self._below = inner, below  # gzip leaves the stream below it open
        self._given = 0
        self._most = stored.most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._inner.read(len(view))
        view[: len(data)] = data
        self._given += len(data)
        if self._given > self._most:
            raise SourceError(BOMB)
        return len(data)

    def close(self) -> None:
        self._inner.close()
        if self._below is not None:
            self._below.close()
        super().close()


def _unpacked(stream: BinaryIO) -> BinaryIO | None:
    """Give the stream inside a packed one; None for one that is not packed."""
    start = cast(io.BufferedReader, stream).peek(4)
    if start.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if start.startswith(_ZSTD):
        return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"))
    return None


def seekable(stored: Stored) -> BinaryIO:
    """Open a file that must be read here and there: as it lies on the disk, or from memory where it lies packed.

    Raises SourceError for one that is packed and larger than 256 MB.
    """
    stream = stored.opener()
    if _on_disk(stream) and not stream.read(4).startswith((_GZIP, _ZSTD)):
        stream.seek(0)
        return stream
    stream.close()
    with stored.open() as packed:
        data = packed.read(_IN_MEMORY + 1)
    if len(data) > _IN_MEMORY:
        raise SourceError("larger than 256 MB and packed, and must be read here and there; unpack it first")
    return io.BytesIO(data)


def _on_disk(stream: BinaryIO) -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:
        return False


def page_bytes(stored: Stored) -> bytes:
    """Read one page whole; raise SourceError where it is empty or larger than 10 MB."""
    with stored.open() as stream:
        data = stream.read(PAGE_LIMIT + 1)
    if len(data) > PAGE_LIMIT:
        raise SourceError("larger than 10 MB, which no news page is; split it into one file a page")
    if not data.strip():
        raise SourceError("the file is empty")
    return data


def lines_of(stored: Stored, encoding: str) -> Iterable[str]:
    """Give the lines of a text with their ends as they are; of a line over PAGE_LIMIT only that much."""
    with io.TextIOWrapper(stored.open(), encoding=encoding, errors="replace", newline="") as text:
        while line := text.readline(PAGE_LIMIT):
            yield line
            while len(line) == PAGE_LIMIT and not line.endswith(("\n", "\r")):
                line = text.readline(PAGE_LIMIT)


def encoding_of(stored: Stored) -> str:
    """Decide the encoding of a table: byte order mark, UTF-8, then CP949 or CP932 by their letters, else CP1252.

    The whole of it is looked at, because the first accent may come late. A few broken bytes in much UTF-8 leave
    it UTF-8: they become U+FFFD and cost no other row.
    """
    for mark, name in _BOMS:
        if stored.head.startswith(mark):
            return name
    if wide := _wide(stored.head):
        return wide
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    letters = 0
    with stored.open() as stream:
        while chunk := stream.read(_CHUNK):
            text = "" if chunk.isascii() else decoder.decode(chunk)
            broken = text.count("\ufffd")
            letters += sum(1 for letter in text if letter > "\x7f") - broken
            if broken * 10 > letters:
                return legacy_encoding(chunk)
    return "utf-8"


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: every second byte of Latin text is zero."""
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.6 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.6 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def legacy_encoding(sample: bytes) -> str:
    """Decide the old encoding of a text by which letters come out: those that are frequent in one language.

    >>> [
    ...     legacy_encoding(text.encode(name))
    ...     for text, name in (("본문이다", "cp949"), ("café,naïve", "cp1252"))
    ... ]
    ['cp949', 'cp1252']
    """
    shares = {name: _frequent(sample, name, letters) for name, letters in _FREQUENT.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.05 else "cp1252"


def _frequent(sample: bytes, encoding: str, letters: str) -> float:
    """Give the share of the frequent letters among all that are not ASCII; 0 where it cannot be that encoding."""
    text = [letter for letter in sample.decode(encoding, "replace") if letter > "\x7f"]
    if not text or text.count("\ufffd") > 0.02 * len(text) + 1:
        return 0.0
    return sum(letter in letters for letter in text) / len(text)
