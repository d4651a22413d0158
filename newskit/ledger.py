"""The ledger: what became of every input ever read, one row an input."""

from __future__ import annotations

import pandas as pd

from newskit.copies import families_of
from newskit.corpus import Corpus
from newskit.versions import versions_of

__all__ = ["counts", "ledger"]

_COLUMNS = ["source", "fate", "of", "article", "why", "stage"]
_FATES = ("article", "copy of", "newer version of", "same as", "set aside")


def ledger(corpus: Corpus) -> pd.DataFrame:
    """List every input ever read into the folder of a corpus, whatever its filter, and its one fate.

    One row an input, ordered by source: source, fate, of, article, why, stage. The fates:
    "article" is a story of its own; "copy of" prints the story of the article `of` again (see `copies`); "newer version
    of" holds a later text of the story whose version before it is `of` (see `changes`); "same as" is the very article
    `of`; "set aside" is no article, `why` says the reason and `stage` where it stood when that was found, where the
    corpus knows it. `article` is the id of what the input holds, missing for what is the same as another or set aside.
    A newer version that prints another outlet's story is listed as a newer version. `counts` counts the fates.

    >>> from newskit import sample
    >>> found = ledger(sample())
    >>> len(found) == sum(sample().fates.values())
    True
    >>> found["fate"].value_counts().to_dict() == {fate: n for fate, n in counts(sample()).items() if n}
    True
    """
    rows = pd.concat([_stored(corpus), _left_over(corpus)], ignore_index=True)
    return rows.sort_values(["source", "sha"], kind="stable", ignore_index=True)[_COLUMNS]


def counts(corpus: Corpus) -> dict[str, int]:
    """Count the fates of `ledger`, in the order in which it names them; they add up to the inputs.

    >>> from newskit import sample
    >>> list(counts(sample()))
    ['article', 'copy of', 'newer version of', 'same as', 'set aside']
    """
    found = corpus.fates
    copies = len(_copies(corpus))
    return {
        fate: copies if fate == "copy of" else found[fate] - copies * (fate == "article") for fate in _FATES
    }


def _stored(corpus: Corpus) -> pd.DataFrame:
    """Give the inputs that are stored as articles; of those that hold the same article the first is it."""
    sql = "SELECT DISTINCT source, sha, id AS article FROM parts ORDER BY source, sha, id"
    rows = corpus.store.query("articles", sql, keys=corpus.parts)
    rows = rows.drop_duplicates(["source", "sha"])
    again = rows["article"].duplicated()
    of = rows["article"].map(_newer(corpus)).astype("object")
    copied = rows["article"].map(_copies(corpus)).astype("object")
    fate = (
        pd.Series("article", rows.index).mask(copied.notna(), "copy of").mask(of.notna(), "newer version of")
    )
    return rows.assign(
        fate=fate.mask(again, "same as"),
        of=of.fillna(copied).mask(again, rows["article"]),
        article=rows["article"].mask(again),
        why=None,
        stage=None,
    )


def _left_over(corpus: Corpus) -> pd.DataFrame:
    """Give the inputs that are no article; what was set aside may have come in since."""
    rows = corpus.store.query(
        "set_aside", "SELECT * FROM parts ORDER BY source, sha, fate", keys=corpus.parts
    )
    rows = rows.drop_duplicates(["source", "sha"])  # "same as" comes before "set aside"
    stored = corpus.store.query(
        "articles", "SELECT DISTINCT source, sha, true AS came_in FROM parts", keys=corpus.parts
    )
    came_in = rows[["source", "sha"]].merge(stored, how="left")["came_in"].notna().to_numpy()
    left = rows[~came_in]
    return left.assign(article=None, stage=left.get("stage"))


def _newer(corpus: Corpus) -> dict[str, str]:
    """Give for each newer version the version before it."""
    frame = versions_of(corpus.store, corpus.parts).frame
    before = frame.groupby("url")["article"].shift()
    return dict(zip(frame["article"][before.notna()], before.dropna(), strict=True))


def _copies(corpus: Corpus) -> dict[str, str]:
    """Give for each copy, but newer versions, the first that printed its story."""
    later = families_of(corpus).frame
    later = later[~later["first"] & ~later["article"].isin(_newer(corpus))]
    return dict(zip(later["article"], later["family"], strict=True))
