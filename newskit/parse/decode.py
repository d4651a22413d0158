"""Bytes of a page -> its text, once, and which evidence decided the encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

__all__ = ["Decoded", "decode"]

HEAD = 4096  # how far into a page its own label is looked for
SAMPLE = 65_536  # how much of a page a detector reads

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings of seven bits: their bytes are valid UTF-8, so they are told by their escapes before UTF-8 is tried.
ESCAPES = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp_ext"),
    (b"\x1b$@", "iso2022_jp_ext"),
    (b"\x1b(J", "iso2022_jp_ext"),
)

# What a label means to browsers (WHATWG), where that is not what Python's codec of this name reads.
MEANT = {
    "cp949": "euc-kr euc_kr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 ms949 iso-ir-149 "
    "csksc56011987",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis",
    "gb18030": "gb2312 gb_2312 gb_2312-80 gbk x-gbk chinese csgb2312 iso-ir-58 gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
    "euc_jis_2004": "euc-jp x-euc-jp cseucpkdfmtjapanese",  # with the ① and ㈱ that pages use
    "cp1252": "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 ascii us-ascii ansi_x3.4-1968 windows-1252 x-cp1252",
    "cp1254": "iso-8859-9 iso8859-9 latin5 l5",
    "cp874": "iso-8859-11 tis-620 dos-874 windows-874",
    "utf-8": "unicode utf8 unicode-1-1-utf-8 utf-16 utf-16le utf-16be",  # a page that can say so is none of the last
}
CODECS = {label: codec for codec, labels in MEANT.items() for label in labels.split()}

LABEL = re.compile(
    rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE
)

# A codec and the letters that a page in it is made of: nearly all Korean is Hangul, a third of Japanese is kana.
EASTERN = (
    ("cp949", re.compile("[가-힣]"), 0.7),
    ("euc_jis_2004", re.compile("[ぁ-ヿ]"), 0.25),
    ("cp932", re.compile("[ぁ-ヿ]"), 0.25),
    ("gb18030", re.compile("[的是在有和了不人中为国]"), 0.05),
    ("big5hkscs", re.compile("[的是在有和了不人中為國]"), 0.05),
)
FOREIGN = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True)
class Decoded:
    """The text of a page, the codec that read it, what decided on it, and how many bytes it could not read."""

    text: str
    encoding: str
    decided_by: str
    replaced: int


def decode(raw: bytes, label: str | None = None) -> Decoded:
    """Read bytes as text by byte order mark, escapes, strict UTF-8, label, and detector, in this order.

    `label` is the encoding that came with the page (an HTTP header); the page's own label is read where
    there is none. Labels mean what they mean to browsers: euc-kr is CP949, shift_jis is CP932.
    `replaced` counts U+FFFD that stand where bytes could not be read.

    >>> decode("강제징용".encode("cp949")).decided_by
    'detector'
    >>> decode(b'<meta charset="euc-kr">' + "똠방".encode("cp949")).encoding
    'cp949'
    """
    return _by_mark(raw) or _as_utf8(raw) or _by_label(raw, label) or _by_detector(raw)


def _read(raw: bytes, codec: str, decided_by: str) -> Decoded:
    text = raw.decode(codec, "replace")
    return Decoded(text, codec, decided_by, text.count("\ufffd"))


def _by_mark(raw: bytes) -> Decoded | None:
    for mark, codec in BOMS:
        if raw.startswith(mark):
            return _read(raw[len(mark) :], codec, "byte order mark")
    sample = raw[:SAMPLE]
    for escape, codec in ESCAPES if b"\x1b" in sample else ():
        if escape in sample and not FOREIGN.search(sample.decode("latin-1")):
            return _read(raw, codec, "escape sequences")
    wide = _wide(raw[:HEAD])
    return _read(raw, wide, "zero bytes") if wide else None


def _wide(head: bytes) -> str | None:
    """Tell UTF-16 without a mark: every other byte of its markup is zero."""
    half = len(head) // 2
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if half < 8 or max(odd, even) < 0.3 * half or min(odd, even) > 0.05 * half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _as_utf8(raw: bytes) -> Decoded | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "utf-8", "strict utf-8", text.count("\ufffd"))


def codec_of(label: str) -> str | None:
    """Name the codec that browsers use for a label; None where nobody knows it."""
    name = label.strip().lower()
    try:
        return CODECS.get(name) or codecs.lookup(name).name
    except LookupError:
        return None


def _by_label(raw: bytes, label: str | None) -> Decoded | None:
    stated = LABEL.search(raw[:HEAD])
    labels = ((label, "label"), (stated[1].decode("ascii") if stated else None, "label in the page"))
    for name, decided_by in labels:
        codec = codec_of(name) if name else None
        if codec is None or not codecs.lookup(codec)._is_text_encoding:  # noqa: SLF001 - base64 is a codec too
            continue
        found = _read(raw, codec, decided_by)
        if found.replaced <= _bearable(raw):
            return found
    return None


def _bearable(raw: bytes) -> int:
    """Count the unreadable bytes that a right label survives: a cut or broken character here and there."""
    foreign = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    return max(2, foreign // 20)


def _by_detector(raw: bytes) -> Decoded:
    broken = _read(raw, "utf-8", "utf-8 with errors")
    if broken.replaced <= _bearable(raw) // 3:
        return broken
    sample = raw[:SAMPLE]
    codec = _eastern(sample)
    if codec is None:
        best = from_bytes(sample).best()
        codec = best.encoding if best else "cp1252"
    return _read(raw, codec, "detector")


def _eastern(sample: bytes) -> str | None:
    """Tell the encodings of Korean, Japanese and Chinese by the letters that they would give."""
    for codec, letters, share in EASTERN:
        text = sample.decode(codec, "ignore")
        foreign = len(FOREIGN.findall(text))
        lost = sample.decode(codec, "replace").count("\ufffd")
        if foreign >= 10 and lost <= foreign // 50 and len(letters.findall(text)) >= share * foreign:
            return codec
    return None
