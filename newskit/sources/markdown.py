"""Markdown pages: front matter gives the fields, the rest is the text without its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from newskit.sources.columns import as_text, guess
from newskit.sources.raw import Raw, Stored, digest, legacy_encoding, page_bytes

__all__ = ["opens", "raws"]

_FRONT_LIMIT = 16_384
_NESTS_LIMIT = 100
_KEY = re.compile(r"([^\s:#][^:]{0,80}):[ \t]+(\S.*)")
_FENCE = re.compile(r"---[ \t]*\r?\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_MARKS = (
    (re.compile(r"!\[[^\[\]]{0,500}\]\([^()\s]{0,2000}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{0,2000}\)"), r"\1"),
    (re.compile(r"^[ \t]{0,3}(?:#{1,6}|>)[ \t]+", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,500})(?<=\S)\1(?![\w*_])"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)
_BREAK = re.compile(r"\n[ \t]*\n+")


def opens(name: str, _head: bytes) -> bool:
    """Tell Markdown by its name."""
    return name.endswith((".md", ".markdown"))


def raws(stored: Stored) -> Iterator[Raw]:
    """Give the page: as fields where it has front matter with a usual name in it, else as it stands."""
    data = page_bytes(stored)
    front, body = _split(_text(data))
    values = _front(front)
    fields = {field: as_text(values[key], field) for field, key in guess(values).items()}
    if not fields:
        yield Raw(stored.name, data)
        return
    fields.setdefault("text", plain(body))
    yield Raw(stored.name, fields={name: text for name, text in fields.items() if text}, sha=digest(data))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(legacy_encoding(data), "replace")


def _split(text: str) -> tuple[str, str]:
    """Part the front matter from the body; empty where there is none."""
    start = _FENCE.match(text)
    end = _END.search(text, start.end(), start.end() + _FRONT_LIMIT) if start else None
    if not start or not end:
        return "", text
    return text[start.end() : end.start()], text[end.end() :]


def _front(front: str) -> dict[str, Any]:
    """Read front matter with every value as text; where it is no YAML, its plain `key: value` lines."""
    if front.count("[") + front.count("{") > _NESTS_LIMIT:  # the YAML parser takes the square of their number
        return _lines(front)
    try:
        if any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(front)):
            return _lines(front)
        values = YAML(typ="base", pure=True).load(front)
    except (YAMLError, ValueError, RecursionError):
        return _lines(front)
    return {str(key): value for key, value in values.items()} if isinstance(values, dict) else {}


def _lines(front: str) -> dict[str, Any]:
    pairs = (_KEY.match(line) for line in front.splitlines())
    return {pair[1].strip(): pair[2].strip().strip("'\"") for pair in pairs if pair}


def plain(text: str) -> str:
    """Take the marks off Markdown and join the lines of each paragraph.

    >>> plain("## Talks **were** held in [Seoul](https://example.org).")
    'Talks were held in Seoul.'
    """
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    paragraphs = (_joined(paragraph) for paragraph in _BREAK.split(text.replace("\r\n", "\n")))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _joined(paragraph: str) -> str:
    """Join lines that were only wrapped; two spaces at the end of one mean a new line."""
    lines = (line.strip() + ("\n" if line.endswith("  ") else " ") for line in paragraph.split("\n"))
    return "".join(lines).strip()
