"""The outlet that a pasted page names in its own copyright line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newskit.parse.names import outlet_name
from newskit.parse.text.lines import Kind, Line

__all__ = ["outlet_in"]

_OWNER = re.compile(
    r"(?:copyright(?!s)|©|ⓒ|\(c\)|저작권자)(?:\s*(?:copyright|©|ⓒ|\(c\)|by|[\d]{4}|[-–~,]|now|present))*\s*(?P<who>[^\d©ⓒ|.,;<>()]{3,60}?)\s*"
    r"(?:[,.|;<>()]|\s[-–]|all rights|alle rechte|tous droits|todos los|무단|無断|$)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\s*(?:,?\s*\b(?:co|inc|ltd|llc|corp|corporation|company|gmbh|ag|s\.?a|plc|pty|k\.?k|limited|holdings)\b\.?)+\s*$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:policy|notice|law|act|and|all|reserved|protected|information|statement|정책)\b", re.IGNORECASE
)


def outlet_in(lines: Sequence[Line]) -> str | None:
    """Read the owner of the last copyright line that names one.

    >>> from newskit.parse.text.lines import classified
    >>> outlet_in(classified("Copyright (c) 2023 The Morning Gull. All rights reserved.").lines)
    'The Morning Gull'
    """
    for line in reversed(lines):
        if line.kind is Kind.LEGAL and (name := _owner(line.text)):
            return outlet_name(name)
    return None


def _owner(text: str) -> str | None:
    match = _OWNER.search(text[:300])
    if match is None:
        return None
    name = _COMPANY.sub("", match["who"].strip(" -–:,")).strip()
    return name if len(name) > 2 and not _NOBODY.match(name) and len(name.split()) <= 7 else None
