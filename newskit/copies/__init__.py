"""Wire copies: families of articles that print one story, cut, edited or whole.

`shingles` makes sets of numbers from texts, `pairs` compares those of some days, `families` puts pairs together and
keeps what was found in the corpus folder.
"""

from __future__ import annotations

import pandas as pd

from newskit.copies.families import Families, families_of
from newskit.copies.finding import own_agency
from newskit.corpus import Corpus

__all__ = ["Families", "copies", "families_of", "own_agency"]


def copies(corpus: Corpus) -> pd.DataFrame:
    """List the articles that belong to a family of two or more: one row an article, families by time.

    Columns: family (id of its first carrier), article, outlet, agency (the first that a member credits, or else the
    first carrier where that is an agency), published, day, kept (share of the first carrier's text that this one
    keeps, 0 to 1), own (share of its own text that the first carrier has not), first (True for the first carrier),
    title. Families are known from the whole corpus folder; the rows are the members that the filter lets through.

    The first carrier is published first; on a tie it is the agency's own outlet, and a time goes before a mere day.
    A copy has 30 % of the shorter text, 10 % of the longer, and a passage of some 25 words in common with the first
    carrier, and follows it by 5 days at most. Texts too short for such a passage must be 90 % alike, and without 20
    words of text headline and text the same. Two stories of one outlet are copies where one is the other, or
    holds 95 % of it: what differs by a name there is a form filled in again. What an outlet prints in more than
    8 articles of a month is its furniture, and not compared. Undated articles are compared among themselves.

    The text is compared by shingles of five words, or of ten characters in Chinese and Japanese. Families are found
    once and kept in the folder (`copies/`, which may be deleted): some 8 s for 100,000 articles.

    >>> from newskit import sample
    >>> found = copies(sample())
    >>> bool(found.groupby("family")["first"].sum().eq(1).all())
    True
    """
    families = families_of(corpus)
    place = families.places(corpus.rows)
    rows = corpus.rows.assign(place=place)[place >= 0].sort_values("place")
    labels = corpus.labels(rows.index.to_numpy())
    members = families.frame.iloc[rows["place"]].reset_index(drop=True)
    titles = corpus.store.query(
        "articles",
        "SELECT DISTINCT ON (id) id, title FROM parts WHERE id IN (SELECT unnest(?))",
        [labels["id"].tolist()],
        corpus.parts,
    ).set_index("id")["title"]
    shown = labels[["outlet", "published", "day"]].astype({"outlet": "str"})
    found = pd.concat([members, shown], axis="columns")
    found["title"] = found["article"].map(titles)
    return found[_COLUMNS]


_COLUMNS = ["family", "article", "outlet", "agency", "published", "day", "kept", "own", "first", "title"]
