"""Together: which topics stand in the same articles."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.errors import require
from newskit.measure import wilson
from newskit.tag import Hits

__all__ = ["together"]

Longs = NDArray[np.int64]


def together(hits: Hits) -> pd.DataFrame:
    """Count the articles in which two topics stand together, for each topic with each other one.

    Columns: topic, other, n (articles with both), of (articles with `topic`), share (n / of, 0 to 1), low and high (95 %
    Wilson interval); share, low and high are missing where no article has the topic. Every article counts, copies
    and undated ones too. Rows stand in the order of the codebook.

    >>> from newskit import Codebook, sample, tag
    >>> pairs = together(tag(sample(), Codebook.load("korea-japan")))
    >>> bool((pairs["n"] <= pairs["of"]).all())
    True
    """
    require(hits, Hits, "Write nk.together(nk.tag(corpus, codebook)).")
    topics = [topic.name for topic in hits.codebook.topics]
    topic, article = hits.pairs(topics)
    both = np.array([_beside(n, topic, article, len(hits.corpus), len(topics)) for n in range(len(topics))])
    both = both.reshape(len(topics), len(topics))
    first, other = np.nonzero(~np.eye(len(topics), dtype=bool))
    names = np.array(topics, object)
    frame = pd.DataFrame({"topic": names[first], "other": names[other]}, dtype="str")
    frame["n"], frame["of"] = both[first, other], both.diagonal()[first]
    there = frame["of"] > 0
    n, of = frame["n"].where(there), frame["of"].where(there)
    low, high = wilson(n, of)
    return frame.assign(share=n / of, low=low, high=high)


def _beside(number: int, topic: Longs, article: Longs, articles: int, topics: int) -> Longs:
    """Count for each topic the articles that have the topic of a number, too."""
    there = np.zeros(articles, bool)
    there[article[topic == number]] = True
    return np.bincount(topic[there[article]], minlength=topics)
