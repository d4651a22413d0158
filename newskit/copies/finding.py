"""Finding pairs: month by month, and only in months that are not as they were; what was found is kept in the folder.

    copies/part-<key>.arrow     the shingles of each article of a part
    copies/pairs.parquet        the pairs of copies of each month, and a digest of the articles that it was looked for in
    copies/families.parquet     the families of some parts

All three are caches: they may be deleted at any time, and come back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from newskit.copies.pairs import PAIRS_VERSION, WINDOW, Sets, pairs
from newskit.copies.shingles import SHINGLES_VERSION, Shingles, shingles_of
from newskit.index.spans import numbers_in
from newskit.parse.agencies import agency_named, looks_like_agency
from newskit.store import Store
from newskit.versions import versions_of

__all__ = ["VERSION", "Found", "find", "is_agency", "load", "own_agency", "save"]

VERSION = f"{SHINGLES_VERSION}.{PAIRS_VERSION}"
_KEY = b"newskit copies"
_UNDATED = -(2**30)  # the number of no month


@dataclass(frozen=True, eq=False)
class Found:
    """The articles of some parts in order of time, where each is stored, and the pairs among them by their places.

    `pairs` has later, earlier, share, kept, own (see `pairs.pairs`); `stored` has id, part, row.
    """

    articles: pd.DataFrame
    stored: pd.DataFrame
    pairs: pd.DataFrame


def find(store: Store, parts: tuple[str, ...]) -> Found:
    """Find all pairs of copies in some parts."""
    stored = _in_order(_stored(store, parts))
    months = _Months(store, stored.drop_duplicates("id", ignore_index=True))
    path = store.folder / "copies" / "pairs.parquet"
    told, kept = load(path)
    known = _known(told) if kept is not None else {}
    keys = {str(month): months.key(*place) for month, *place in months}
    parted = {} if kept is None else dict(list(kept.groupby("month")))
    same = {month for month, *_ in months if known.get(str(month)) == keys[str(month)]}
    some = [
        parted.get(month) if month in same else months.compared(month, *place) for month, *place in months
    ]
    found = pd.concat([_NO_PAIRS, *(frame for frame in some if frame is not None)], ignore_index=True)
    if known != keys:
        save(found, path, json.dumps([VERSION, keys]))
    place = pd.Series(np.arange(len(months.articles)), months.articles["id"])
    numbers = {side: place.reindex(found[side]).to_numpy(np.int64) for side in ("later", "earlier")}
    return Found(months.articles, stored[["id", "part", "row"]], found.assign(**numbers))


_NO_PAIRS = pd.DataFrame(
    {
        "month": np.empty(0, np.int32),
        **{side: pd.array([], "str") for side in ("later", "earlier")},
        **{name: np.empty(0, np.float64) for name in ("share", "kept", "own")},
    }
)


def _stored(store: Store, parts: tuple[str, ...]) -> pd.DataFrame:
    """Give all articles but older versions of others: an edited article is no wire copy of itself."""
    sql = """SELECT id, part, row::INTEGER AS row, day, published, precision, outlet, agency
             FROM parts WHERE id NOT IN (SELECT unnest(?::VARCHAR[])) ORDER BY id, source, sha"""
    return store.rows(sql, [versions_of(store, parts).older], parts)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Put articles in order of time, with the instant of each; undated ones last.

    Of those of one instant an agency's own comes first. A mere day counts as its last moment: its hour is not known,
    and what has one that day was not printed later for sure. A time without a zone is taken as it stands.
    """
    instant = pd.to_datetime(rows["published"], utc=True, format="ISO8601").dt.tz_localize(None)
    instant += pd.to_timedelta(np.where(rows["precision"] == "day", 86_399, 0), unit="s")
    pairs = rows[["outlet", "agency"]].drop_duplicates()
    own = {
        (outlet, agency)
        for outlet, agency in pairs.dropna().itertuples(index=False, name=None)
        if own_agency(outlet, agency)
    }
    later = np.ones(len(rows), bool)
    for outlet, agency in own:
        later &= ~((rows["outlet"] == outlet) & (rows["agency"] == agency)).to_numpy()
    return rows.assign(instant=instant, later=later).sort_values(
        ["instant", "later", "id"], kind="stable", ignore_index=True
    )


class _Months:
    """The articles in order of time, month by month; undated ones last, by themselves.

    Each is given as its number, the place of the first article to compare with, of its own first, and of its end.
    """

    def __init__(self, store: Store, articles: pd.DataFrame) -> None:
        self.store, self.articles = store, articles
        self.part, self.row = articles["part"].cat.codes.to_numpy(), articles["row"].to_numpy(np.int64)
        self.outlet = articles["outlet"].cat.codes.to_numpy().astype(np.int64)
        self.dated = int(articles["instant"].notna().sum())
        dates = articles["instant"].to_numpy().astype("datetime64[D]")
        self.month = np.where(np.isnat(dates), _UNDATED, dates.astype("datetime64[M]").astype(np.int64))
        self.date = np.where(np.isnat(dates), 0, dates.astype(np.int64))
        self.opened: dict[int, Shingles] = {}

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        starts = np.flatnonzero(np.diff(self.month[: self.dated], prepend=_UNDATED))
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), self.dated], strict=False):
            day = np.datetime64(int(self.month[start]), "M").astype("datetime64[D]").astype(np.int64)
            first = int(np.searchsorted(self.date[: self.dated], day - WINDOW))
            yield int(self.month[start]), first, start, end
        if self.dated < len(self.articles):
            yield _UNDATED, self.dated, self.dated, len(self.articles)

    def key(self, first: int, start: int, end: int) -> str:
        """Digest what the pairs of a month depend on: which articles, in which order, on which days."""
        told = sha256("".join(self.articles["id"].iloc[first:end]).encode())
        told.update(self.date[first:end].tobytes() + bytes([start > first]))
        return told.hexdigest()[:24]

    def compared(self, month: int, first: int, start: int, end: int) -> pd.DataFrame:
        """Find the pairs of a month: by the ids of articles."""
        found = pairs(self._sets(first, start, end))
        ids = self.articles["id"].iloc[first:end].to_numpy(object)
        named = {side: pd.array(ids[found[side]], "str") for side in ("later", "earlier")}
        return found.assign(month=np.int32(month), **named)[_NO_PAIRS.columns]

    def _sets(self, first: int, start: int, end: int) -> Sets:
        part, row = self.part[first:end], self.row[first:end]
        order = np.argsort(part, kind="stable")
        begins = np.flatnonzero(np.diff(part[order], prepend=-1))
        here = np.split(order, begins[1:])
        some = [self._shingles(int(part[places[0]])).of(row[places]) for places in here]
        counts = np.empty(end - first, np.int64)
        counts[order] = in_part = np.concatenate([n for _, n in some])
        starts = np.empty(end - first, np.int64)
        starts[order] = np.cumsum(in_part) - in_part
        hashes = np.concatenate([hashes for hashes, _ in some])[numbers_in(starts, counts)]
        late = np.arange(first, end) >= start
        return Sets(hashes, counts, self.date[first:end], self.outlet[first:end], late)

    def _shingles(self, code: int) -> Shingles:
        if code not in self.opened:
            self.opened[code] = shingles_of(self.store, self.articles["part"].cat.categories[code])
        return self.opened[code]


def own_agency(outlet: str | None, agency: str | None) -> bool:
    """Tell whether an outlet is the agency that it credits.

    >>> own_agency("Yonhap News Agency", "Yonhap"), own_agency("The Morning Gull", "Yonhap")
    (True, False)
    """
    if not outlet or not agency:
        return False
    known = agency_named(outlet)
    return outlet.casefold() == agency.casefold() or (known is not None and known == agency_named(agency))


def is_agency(outlet: str) -> bool:
    """Tell whether an outlet is a wire agency."""
    return agency_named(outlet) is not None or looks_like_agency(outlet)


def _known(told: str) -> dict[str, str]:
    """Read which months are known; none where another version found them."""
    version, keys = json.loads(told)
    return dict(keys) if version == VERSION else {}


def load(path: Path) -> tuple[str, pd.DataFrame | None]:
    """Read what was kept, and what it was found in; nothing where there is none, or a damaged one."""
    try:
        table = pq.read_table(path)
        told = table.schema.metadata[_KEY].decode()
    except (OSError, pa.ArrowInvalid, KeyError):
        return "", None
    return told, table.to_pandas()


def save(frame: pd.DataFrame, path: Path, told: str) -> None:
    """Write under a temporary name, then rename; a folder that cannot be written to is looked at anew each time."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: told.encode()})
    new = path.with_name(f".new-{uuid4().hex}.tmp")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, new)
        new.replace(path)
    with suppress(OSError):
        new.unlink(missing_ok=True)
