"""Codebook: named topics, each a list of rules; read from a YAML file in which every mistake has its line.

`tree` is what stands in the file, `reader` makes topics of it, `quanteda` those of its dictionaries, `book` is the
whole.
"""

from __future__ import annotations

from newskit.codebook.book import Codebook
from newskit.codebook.topic import Rule, Topic

__all__ = ["Codebook", "Rule", "Topic"]
