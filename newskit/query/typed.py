"""Typed: what keyboards, word processors and web pages put into a rule, read as the signs that are meant.

Outside quotes, full-width signs are read as their ASCII twins, whatever space as a space, and what nobody sees not
at all. Every quotation mark opens or closes a phrase, in whichever order a language writes them. Within quotes stands
text, of which only the wildcard is touched.
"""

from __future__ import annotations

__all__ = ["as_meant"]

_QUOTES = dict.fromkeys(map(ord, "“”„‟＂"), '"')
_WILDCARD = {ord("＊"): "*"}
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys([*range(0x20), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F,
                         0x205F, 0x3000], " ")  # fmt: skip
_UNSEEN = dict.fromkeys([0xAD, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF], "")
_OUTSIDE = {**_WIDE, **_SPACES, **_UNSEEN}


def as_meant(text: str) -> str:
    r"""Give a rule in the signs that the grammar knows.

    >>> as_meant("（徴用工　ＯＲ “慰安婦？”） ＡＮＤ\u200b韓国＊")
    '(徴用工 OR "慰安婦？") AND 韓国*'
    """
    if text.isascii() and text.isprintable():
        return text
    pieces = text.translate(_QUOTES | _WILDCARD).split('"')
    pieces[::2] = [piece.translate(_OUTSIDE) for piece in pieces[::2]]
    return '"'.join(pieces)
