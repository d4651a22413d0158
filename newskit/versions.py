r"""Versions: which stored articles are older versions of another, by the address of their story.

An article at the same address as another, with another text, is a version of the same story; both are kept, and the
latest counts. An address stands for a story, however it was written: without its scheme, `www.`, fragment, last slash
and marks of campaigns (utm_*, fbclid, gclid). The front page of a site is no story's address, and neither is one that a
single table, feed or export lists for several items: their sources end in "#3", "#7". Pages, and members of archives,
are readings.

    versions/known.arrow    what was found in some parts: a cache, which may be deleted at any time and comes back
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from newskit.cache import read_record, write_record
from newskit.store import Store

__all__ = ["ADDRESSED", "INCOMPLETE", "VERSIONS_VERSION", "Versions", "versions_of"]

VERSIONS_VERSION = 1  # raise it whenever other versions are found in the same parts

# Each step on the one before, in a query of its own: written out in one expression, they take four times as long.
_WEB = r"""SELECT *, split_part(regexp_replace(url, '^(https?:)?//(www\.)?|^www\.', '', 'i'), '#', 1) AS bare
    FROM parts WHERE regexp_matches(url, '^(https?:)?//|^[^:/?#]+\.[^:/?#]+[/?]', 'i')"""
_PARTED = f"SELECT *, regexp_extract(bare, '^[^/?]*') AS host, bare[length(host) + 1:] AS rest FROM ({_WEB})"  # noqa: S608
_KEPT = r"regexp_replace(regexp_replace(rest, '/*\?', '?&'), '(&(utm_[^&=]*|fbclid|gclid)(=[^&]*)?)+(&|$)', '\4', 'gi')"
_PATH = f"rtrim(CASE WHEN contains(rest, '?') THEN {_KEPT} ELSE rest END, '/?&')"
ADDRESSED = f"""
    (SELECT *, lower(host) || path AS address FROM (SELECT *, {_PATH} AS path FROM ({_PARTED})) WHERE path <> '')"""  # noqa: S608 - all constants
"""SQL for the rows of `parts` whose column `url` stands for a story, with its `address`."""

INCOMPLETE = ("an excerpt", "no text", "summary:", "paywall:")
"""How the notes begin that say of an article that it has not the whole text."""

_PART_OF_IT = rf"regexp_matches(array_to_string(notes, chr(10)), '(?m)^({'|'.join(INCOMPLETE)})')"
_CANDIDATES = f"""
    SELECT id, address AS url, source, sha, coalesce(updated, published) AS stated,
           updated IS NULL AND coalesce(precision = 'day', false) AS is_day,
           NOT coalesce({_PART_OF_IT}, false) AS whole, coalesce(read, '') AS read, row
    FROM {ADDRESSED} WHERE md5_number_lower(address) IN (SELECT unnest(?::UBIGINT[]))"""  # noqa: S608 - all constants
# By digests: to hold a million addresses takes twice the memory.
_REPEATED = f"""
    SELECT digest FROM (SELECT md5_number_lower(address) AS digest FROM {ADDRESSED})
    GROUP BY digest HAVING count(*) > 1"""  # noqa: S608 - all constants


@dataclass(frozen=True, eq=False)
class Versions:
    """The versions of all stories of a corpus folder that have several.

    `frame` has one row a version, those of a story together: url (its address, without scheme and www.), story (id of
    the latest), article (id), number (1 for the oldest), latest, whole (False where it has not the whole text, as an
    item of a feed), stated (the time of its update or else of its publication, as it says), read (ISO 8601, UTC).
    """

    frame: pd.DataFrame

    @cached_property
    def older(self) -> list[str]:
        """The ids of all versions but the latest."""
        ids: list[str] = self.frame.loc[~self.frame["latest"], "article"].tolist()
        return ids


def versions_of(store: Store, parts: Sequence[str]) -> Versions:
    """Find the versions in some parts; from what is kept in the folder where it is known.

    The latest is the one that says so: by its update, or else its publication, as instants (a time without a zone is
    taken as it stands; where one version has a mere day, by days). Where that is the same, or not every version says
    one, it is the one that was read last. What has not the whole text comes before all that have it.
    """
    return _versions(store, tuple(parts))


@lru_cache(maxsize=4)
def _versions(store: Store, parts: tuple[str, ...]) -> Versions:
    key = sha256("\n".join(parts).encode()).hexdigest()
    version = f"versions {VERSIONS_VERSION} {key}"
    path = store.folder / "versions" / "known.arrow"
    kept = read_record(version, path)
    if kept is not None:
        return Versions(kept.to_pandas().astype(_TYPES))
    found = _found(store, parts)
    with suppress(OSError):  # a folder that cannot be written to can still be looked at
        write_record(_record(found), version, path)
    return Versions(found)


def _record(found: pd.DataFrame) -> pa.RecordBatch:
    table = pa.Table.from_pandas(found, preserve_index=False)
    return pa.RecordBatch.from_arrays(
        [column.combine_chunks() for column in table.columns], table.column_names
    )


_TYPES: dict[str, Any] = {
    "url": "str",
    "story": "str",
    "article": "str",
    "number": np.int64,
    "latest": bool,
    "whole": bool,
    "stated": "str",
    "read": "str",
}


def _found(store: Store, parts: tuple[str, ...]) -> pd.DataFrame:
    repeated = store.query("articles", _REPEATED, keys=parts)["digest"].tolist()
    if not repeated:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})
    rows = store.query("articles", _CANDIDATES, [repeated], parts)
    rows = rows.sort_values(["read", "row", "source"], kind="stable")
    rows = rows[~rows["url"].isin(_listed(store, parts, rows))]
    # One input that two processes read, or one article that both stored, is one reading.
    rows = rows.drop_duplicates("id")
    rows = rows[rows["sha"].isna() | ~rows.duplicated(["source", "sha"])]
    rows = rows[rows.duplicated("url", keep=False)]
    return _numbered(_in_order(rows)).astype(_TYPES)


def _listed(store: Store, parts: tuple[str, ...], rows: pd.DataFrame) -> list[str]:
    """List the addresses that one table, feed or export has for several items."""
    again = 'SELECT source, "of" AS id FROM parts WHERE fate = \'same as\' AND "of" IN (SELECT unnest(?))'
    same = store.query("set_aside", again, [rows["id"].unique().tolist()], parts)
    places = pd.concat([rows[["id", "source"]], same])
    places = places[places["source"].str.contains(_ITEM, na=False)]
    places = places.assign(
        url=places["id"].map(dict(zip(rows["id"], rows["url"], strict=True))),
        input=places["source"].str.replace(_ITEM, "", regex=True),
    )
    counts = places.groupby(["url", "input"])[["id", "source"]].nunique()
    several = counts[(counts > 1).all(axis="columns")]  # two texts at one place are two states of a file
    urls: list[str] = several.index.get_level_values("url").unique().tolist()
    return urls


_ITEM = r"#\d+$"


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Order the versions of each story from the oldest to the latest."""
    story = [rows["url"], rows["whole"]]
    mere_day = rows["is_day"].astype(bool).groupby(story).transform("any")
    unsaid = rows["stated"].isna().groupby(story).transform("any")
    compared = rows["stated"].where(~mere_day, rows["stated"].str[:10])
    instant = pd.to_datetime(compared, utc=True, format="ISO8601").where(~unsaid)
    return rows.assign(instant=instant).sort_values(
        ["url", "whole", "instant", "read", "row", "source"], kind="stable", ignore_index=True
    )


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows.rename(columns={"id": "article"})
    named["story"] = named.groupby("url")["article"].transform("last")
    named["number"] = named.groupby("url").cumcount() + 1
    named["latest"] = named["article"] == named["story"]
    named["read"] = named["read"].where(named["read"] != "")
    return named[list(_TYPES)]
