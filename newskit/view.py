"""View: what is being looked at, as plain data that knows no widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

from newskit.chart import Show, chart
from newskit.codebook import Codebook
from newskit.corpus import Corpus
from newskit.measure import Copies, Coverage, Group, Per, measure
from newskit.tag import tag

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """The state of an exploration. An empty choice of topics, outlets or languages means all of them.

    `since` and `until` are ISO days, months or years, both included; `search` is a query that articles must match.

    >>> View(topics=("forced labor",), since="2023").code()
    'nk.chart(nk.measure(nk.tag(corpus.between("2023", None), codebook).only("forced labor"), per="month"))'
    """

    topics: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    per: Per = "month"
    show: Show = "share"
    by: Group | None = None
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    copies: Copies = "once"
    search: str = ""

    def __post_init__(self) -> None:
        """Take lists as well as tuples, and a single name for a choice of one."""
        for name in ("topics", "outlets", "languages"):
            chosen: str | Iterable[str] = getattr(self, name)
            object.__setattr__(self, name, (chosen,) if isinstance(chosen, str) else tuple(chosen))

    def corpus(self, corpus: Corpus) -> Corpus:
        """Give the part of the corpus that is looked at."""
        if self.since or self.until:
            corpus = corpus.between(self.since, self.until)
        if self.outlets:
            corpus = corpus.outlets(*self.outlets)
        if self.languages:
            corpus = corpus.languages(*self.languages)
        return corpus.matching(self.search) if self.search.strip() else corpus

    def coverage(self, corpus: Corpus, codebook: Codebook) -> Coverage:
        """Tag and measure what is looked at."""
        hits = tag(self.corpus(corpus), codebook)
        if self.topics:
            hits = hits.only(*self.topics)
        return measure(hits, per=self.per, by=self.by, copies=self.copies)

    def chart(self, corpus: Corpus, codebook: Codebook) -> go.Figure:
        """Draw what is looked at."""
        return chart(self.coverage(corpus, codebook), show=self.show)

    def code(self) -> str:
        """Write the one line of Python that gives the same chart."""
        only = f".only({_words(self.topics)})" if self.topics else ""
        settings = f", per={_word(self.per)}"
        settings += f", by={_word(self.by)}" if self.by else ""
        settings += f", copies={_word(self.copies)}" if self.copies != "once" else ""
        show = f", show={_word(self.show)}" if self.show != "share" else ""
        return f"nk.chart(nk.measure(nk.tag({self._corpus_code()}, codebook){only}{settings}){show})"

    def _corpus_code(self) -> str:
        code = "corpus"
        if self.since or self.until:
            code += f".between({_word(self.since)}, {_word(self.until)})"
        if self.outlets:
            code += f".outlets({_words(self.outlets)})"
        if self.languages:
            code += f".languages({_words(self.languages)})"
        return code + (f".matching({_word(self.search)})" if self.search.strip() else "")


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(_word(value) for value in values)


def _word(value: str | None) -> str:
    """Write a text as Python, in double quotes where that is plain."""
    return (
        f'"{value}"'
        if value is not None and value.isprintable() and not set(value) & {'"', "\\"}
        else repr(value)
    )
