"""The characters of a text: composed, visible, with plain spaces; how many there are, and how they end."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["bare", "ends_sentence", "one_line", "size", "tidy"]

_NOTHING = dict.fromkeys(
    [0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)]
)
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_BREAKS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
_CONTROL = dict.fromkeys([c for c in range(32) if c not in (9, 10, 11, 12, 13)] + list(range(0x7F, 0x85)))
# Halves of a character, which JSON may spell, and which no file can be written with.
_HALVES = dict.fromkeys(range(0xD800, 0xE000))
_TABLE = _NOTHING | _SPACES | _BREAKS | _CONTROL | _HALVES
_ODD = re.compile(f"[{''.join(re.escape(chr(code)) for code in _TABLE)}]")


def tidy(text: str) -> str:
    r"""Compose the characters, drop the invisible ones, turn every kind of space into a plain one.

    Line ends become "\n"; lines and runs of spaces stay.

    >>> tidy("co\u00adoperation\u00a0talks\r\n")
    'cooperation talks\n'
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD.search(text):
        text = text.translate(_TABLE)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    r"""Tidy a text and put it on one line with single spaces.

    >>> one_line("  Talks  held\n in Seoul ")
    'Talks held in Seoul'
    """
    return " ".join(tidy(text).split())


def bare(text: str) -> str:
    """Reduce a text to its letters and digits, for comparing.

    >>> bare("The  “Talks”") == bare("the talks")
    True
    """
    if text.isascii():
        return text.lower().translate(_NO_ASCII_LETTER)
    return "".join(_LETTERS.findall(text.casefold()))


def size(text: str) -> int:
    """Measure a text in Latin letters: a sign of an Eastern script says as much as two.

    >>> size("talks"), size("協議")
    (5, 4)
    """
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends like a sentence, or with a colon; a credit in brackets may stand behind.

    >>> ends_sentence("They agreed. (Yonhap)"), ends_sentence("Latest news")
    (True, False)
    """
    return _END.search(text[-120:]) is not None


_NO_ASCII_LETTER = {code: None for code in range(128) if not chr(code).isalnum()}
_LETTERS = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_END = re.compile(
    r"[.!?。！？…‥:：।][\"'”’»«“)\]）」』\s]*(?:[(（\[【][^()（）\[\]【】]{2,60}[)）\]】]\s*[.。]?)?\s*$"
)
