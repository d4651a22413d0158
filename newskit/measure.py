"""Measure how much of a corpus each topic takes per period: Coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from newskit.copies import families_of, own_agency
from newskit.corpus import Corpus, as_period
from newskit.errors import BadArgument, nearest
from newskit.tag import Hits

__all__ = ["ENOUGH", "Copies", "Coverage", "Group", "Per", "measure", "wilson"]

Per = Literal["day", "week", "month", "quarter", "year"]
Group = Literal["outlet", "language", "section"]
Copies = Literal["once", "all", "own"]

ENOUGH = 10
"""Fewer articles than this in a period say too little to show a share without a warning."""

_FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
_LABEL = {"day": "%Y-%m-%d", "week": "week of %Y-%m-%d", "month": "%Y-%m", "quarter": "%Y Q%q", "year": "%Y"}
_MOST_CELLS = 2_000_000
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
_UNSTATED = "(not stated)"  # in brackets: no outlet is called so
_EVERYTHING = "all"


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much of the corpus each topic takes per period: numbers with their denominators.

    `frame` has one row a topic, group and period, in this order: topic, group ("all" where nothing is
    grouped), period (its first day), n (articles with a hit), of (articles of that period and group under
    the same filter), share (n / of, 0 to 1), low and high (95 % Wilson interval), enough (False where `of`
    is under 10). A period without articles is a gap: n, share, low and high are missing there, never zero.
    """

    hits: Hits
    per: Per
    by: Group | None
    copies: Copies
    frame: pd.DataFrame = field(repr=False)
    counted: pd.DataFrame = field(repr=False)
    """The articles that count: article (its place in `corpus.frame`), group, period."""
    passed_over: str = ""
    """What was done with copies, in words and numbers."""

    def __repr__(self) -> str:
        return f"<Coverage: {self.how}>"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics measured, in the codebook's order."""
        return tuple(topic.name for topic in self.hits.codebook.topics)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, the one with the most articles first."""
        sizes = self.counted["group"].value_counts()
        return tuple(sorted(sizes.index, key=lambda group: (-sizes[group], group)))

    @property
    def periods(self) -> pd.DatetimeIndex:
        """The first days of all periods, gaps included."""
        return pd.DatetimeIndex(sorted(self.frame["period"].unique()))

    def label(self, period: pd.Timestamp) -> str:
        """Name a period by its first day: 2023-02, week of 2023-02-13, 2023 Q1."""
        return period_label(period, self.per)

    def at(self, topic: str, period: str | date, group: str | None = None) -> Hits:
        """Give the evidence behind one point: the hits of a topic in a period, and group where there are groups.

        A period is named by its label or by any of its days: "2023-02" or "2023-02-14" for a month.
        """
        self._know(topic, self.topics, "topic")
        if group is not None:
            self._know(group, self.groups, "group")
        cell = self.counted["period"] == self._period(period)
        if group is not None:
            cell &= self.counted["group"] == group
        shown = f"only articles of {self.label(self._period(period))}" + (f", {group}" if group else "")
        return self.hits.only(topic).of(self.counted.loc[cell, "article"].to_numpy(), shown)

    @property
    def evidence(self) -> Hits:
        """Give the hits behind all points: those of articles that count."""
        return self.hits.of(self.counted["article"].to_numpy(), "only articles that count")

    @property
    def volume(self) -> pd.DataFrame:
        """Count the articles of each period and group: group, period, of; 0 in a gap."""
        return self.frame.drop_duplicates(["group", "period"])[["group", "period", "of"]].reset_index(
            drop=True
        )

    @property
    def gaps(self) -> list[str]:
        """Name the stretches of periods without any article: "2021-03", "2021-05 to 2021-07"."""
        empty = self.volume.groupby("period")["of"].sum() == 0
        runs = empty.index.to_series()[empty].groupby((~empty).cumsum()[empty])
        ends = [(self.label(run.iloc[0]), self.label(run.iloc[-1])) for _, run in runs]
        return [first if first == last else f"{first} to {last}" for first, last in ends]

    @property
    def how(self) -> str:
        """Say what the numbers are: of which articles, by which codebook, over what denominator."""
        grouped = f" and {self.by}" if self.by else ""
        return "; ".join(
            [
                f"articles that mention a topic, of all articles in the same {self.per}{grouped}",
                "95 % Wilson interval",
                self.hits.corpus.how,
                self.hits.how,
                *self._left_out(),
                self.passed_over,
                *self._empty(),
            ]
        )

    @property
    def table(self) -> pd.DataFrame:
        """The same numbers to read: one row a period (and group), "n / of (share)" for each topic, "no articles" in a gap."""
        rows = self.frame.assign(
            period=[self.label(period) for period in self.frame["period"]],
            cell=[
                _cell(n, of, share)
                for n, of, share in self.frame[["n", "of", "share"]].itertuples(index=False)
            ],
        )
        keys = ["period", "group"] if self.by else ["period"]
        wide = rows.pivot_table(index=keys, columns="topic", values="cell", aggfunc="first", sort=False)
        cells = wide[list(self.topics)].set_axis(list(self.topics), axis="columns")
        return pd.concat([wide.index.to_frame(index=False), cells.reset_index(drop=True)], axis="columns")

    @property
    def summary(self) -> str:
        """Say in one line what the chart shows: each topic's articles in all, and its highest period."""
        among = ", ".join(f.words for f in self.hits.corpus.filters)
        return " ".join([*([f"Among articles {among}:"] if among else []), *map(self._peak, self.topics)])

    def _peak(self, topic: str) -> str:
        rows = self.frame[(self.frame["topic"] == topic) & (self.frame["of"] > 0)]
        n, of = int(rows["n"].sum()), int(rows["of"].sum())
        if not n:
            return f"{topic}: none of {of:,} articles."
        head = f"{topic}: {n:,} of {of:,} articles ({n / of:.1%})"
        solid = rows[rows["enough"]]
        if solid.empty:
            return f"{head}, under {ENOUGH} articles in every {self.per}."
        top = solid.sort_values("share", ascending=False, kind="stable").iloc[0]
        where = f" ({top['group']})" if self.by else ""
        peak = f"{self.label(top['period'])}{where} with {top['n']:,} of {top['of']:,} ({top['share']:.0%})"
        return f"{head}, highest share in {peak}."

    def _left_out(self) -> list[str]:
        undated = int(self.hits.corpus.rows["day"].isna().sum())
        are = "article is" if undated == 1 else "articles are"
        return [f"{undated:,} undated {are} in no {self.per}"] if undated else []

    def _empty(self) -> list[str]:
        empty = int((self.volume.groupby("period")["of"].sum() == 0).sum())
        return [f"{empty:,} of {len(self.periods):,} {self.per}s without articles"] if empty else []

    def _period(self, named: str | date) -> pd.Timestamp:
        """Give the first day of the period that is named; BadArgument for a name that spans several, or none here."""
        if isinstance(named, str):
            span = as_period(named.removeprefix("week of "))
            first, last = (_first_day(day, self.per) for day in (span.start_time, span.end_time))
        else:
            first = last = _first_day(pd.Timestamp(named), self.per)
        if first != last:
            msg = f"{named!r} spans several {self.per}s, from {self.label(first)} to {self.label(last)}. Name one of them."
            raise BadArgument(msg)
        if first not in self.periods:
            ends = f"{self.label(self.periods[0])} to {self.label(self.periods[-1])}"
            msg = f"No {self.per} {named!r} in this coverage, which goes from {ends}."
            raise BadArgument(msg)
        return first

    def _know(self, name: str, known: tuple[str, ...], what: str) -> None:
        if name not in known:
            msg = f"No {what} {name!r} in this coverage.{nearest(name, known)} There are: {', '.join(known)}."
            raise BadArgument(msg)


def measure(hits: Hits, per: Per = "month", by: Group | None = None, copies: Copies = "once") -> Coverage:
    """Count the articles of each topic per period, with all articles of that period as the denominator.

    `by` splits the corpus by outlet, language or section; each group has its own denominator. Undated articles are
    in no period. `copies`:

    "all" counts every article.

    "once" counts each family of copies (`newskit.copies`) once, by its first dated member that the filter of the corpus
    lets through; the others count nowhere, neither in n nor in `of`. So no number depends on the text or the day of an
    article that the filter leaves out, and groups add up to the whole: a story that two outlets print counts for the
    first. A topic counts if that member mentions it, even where only a later copy does: what is counted in n is counted
    in `of`, and is what `at` opens.

    "own" leaves out agency copy: articles that credit an agency which is not their outlet, and the later members of a
    family of which a member credits an agency, or the first carrier is one. Whose text an article has is a fact
    about it, as its outlet is, and told from the whole corpus folder.

    The first measure with "once" or "own" finds the families, which are then kept in the folder (see `copies`).
    """
    _check(per, Per, "per")
    _check(copies, Copies, "copies")
    if by is not None:
        _check(by, Group, "by")
    kept, said = _without_copies(hits.corpus, copies)
    counted = _counted(hits.corpus, kept, per, by)
    return Coverage(hits, per, by, copies, _numbers(hits, counted, per), counted, said)


def wilson(n: pd.Series, of: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give the bounds of the 95 % Wilson score interval of n / of (Wilson 1927, JASA 22:209-212).

    >>> low, high = wilson(pd.Series([3]), pd.Series([30]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0346, 0.2562)
    """
    z = 1.959963984540054
    share = n / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    # At the ends the bounds are exactly 0 and 1; rounding would leave 3e-17.
    return (middle - half).where(n != 0, share), (middle + half).where(n != of, share)


def period_label(period: pd.Timestamp, per: Per) -> str:
    """Name a period by its first day.

    >>> period_label(pd.Timestamp("2023-01-01"), "quarter"), period_label(pd.Timestamp("2023-02-13"), "week")
    ('2023 Q1', 'week of 2023-02-13')
    """
    year = f"{period.year:04}"  # %Y has no zeros before a year on Linux
    return period.strftime(_LABEL[per].replace("%q", str(period.quarter)).replace("%Y", year))


def _check(value: str, kind: object, name: str) -> None:
    allowed = get_args(kind)
    if value not in allowed:
        msg = f"{name}={value!r} is not known.{nearest(str(value), allowed)} Choose one of {', '.join(allowed)}."
        raise BadArgument(msg)


def _without_copies(corpus: Corpus, copies: Copies) -> tuple[pd.DataFrame, str]:
    """Give the dated articles that count, and say what was done with copies."""
    dated = corpus.rows.dropna(subset="day")
    if copies == "all" or dated.empty:
        return dated, "every article counts, copies too"
    families = families_of(corpus)
    place = families.places(dated)
    return (_once if copies == "once" else _own)(dated, place, families.frame)


def _once(dated: pd.DataFrame, place: Longs, families: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Keep the first member of each family: its members stand in `families` one after the other, in order of time."""
    family = families["number"].to_numpy()
    members = np.sort(place[place >= 0])
    first = members[np.diff(family[members], prepend=-1) > 0]
    again = (place >= 0) & ~np.isin(place, first)
    stories = len(np.unique(family[place[again]]))
    if not stories:
        return dated, "no copies among these articles"
    said = (
        f"{_so_many(int(again.sum()), 'copy is', 'copies are')} counted once with the first of their family"
    )
    return dated[~again], f"{said} ({_so_many(stories, 'family', 'families')})"


def _own(dated: pd.DataFrame, place: Longs, families: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Leave out agency copy."""
    credited = _credited(dated)
    again = (families["agency"].notna() & ~families["first"]).to_numpy()
    found = np.append(again, False)[place] & ~credited
    said = f"agency copy is left out: {_so_many(int(credited.sum()), 'article', 'articles')} credited to an agency"
    return dated[~credited & ~found], f"{said}, and {int(found.sum()):,} found to print an agency's story"


def _credited(rows: pd.DataFrame) -> Bools:
    """Tell which articles credit an agency that is not their outlet."""
    agencies, outlets = rows["agency"].cat, rows["outlet"].cat
    own = np.zeros((len(agencies.categories), len(outlets.categories) + 1), bool)
    for at, agency in enumerate(agencies.categories):
        own[at, :-1] = [own_agency(outlet, agency) for outlet in outlets.categories]
    codes = agencies.codes.to_numpy()
    credited = codes >= 0
    credited[credited] = ~own[codes[credited], outlets.codes.to_numpy()[credited]]
    return credited


def _so_many(n: int, one: str, several: str) -> str:
    return f"{n:,} {one if n == 1 else several}"


def _counted(corpus: Corpus, kept: pd.DataFrame, per: Per, by: Group | None) -> pd.DataFrame:
    """Give the articles that count, each with its group and the first day of its period."""
    if kept.empty:
        raise BadArgument(_nothing(corpus))
    group = _groups(kept[by]) if by else pd.Categorical([_EVERYTHING]).take(np.zeros(len(kept), np.int8))
    return pd.DataFrame({"article": kept.index, "group": group, "period": _periods(kept["day"], per)})


def _groups(names: pd.Series) -> pd.Categorical[Any]:
    """Name the group of each article, in the order of names; those without one are a group of their own."""
    known = list(dict.fromkeys([*names.cat.categories, _UNSTATED]))
    codes = names.cat.codes.to_numpy().astype(np.int64)
    codes[codes < 0] = known.index(_UNSTATED)
    there = sorted(np.flatnonzero(np.bincount(codes)).tolist(), key=known.__getitem__)
    place = np.zeros(len(known), np.int32)
    place[there] = np.arange(len(there))
    return pd.Categorical.from_codes(place[codes], dtype=pd.CategoricalDtype([known[n] for n in there]))


def _nothing(corpus: Corpus) -> str:
    """Say why no article counts."""
    filters = "; ".join(f.words for f in corpus.filters)
    reason = f"none is {filters}" if filters else "the corpus is empty"
    if len(corpus):
        undated = corpus.rows["day"].isna().all()
        reason = "all are undated" if undated else "all are agency copy"
    return f"There is no article to count: {reason}. Widen the dates, the outlets or the search."


def _periods(days: pd.Series, per: Per) -> NDArray[np.datetime64]:
    """Give the first day of the period of each day: each different day is looked up once."""
    number = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    low = int(number.min())
    different = np.flatnonzero(np.bincount(number - low))
    first = pd.DatetimeIndex((different + low).astype("datetime64[D]")).to_period(_FREQUENCY[per]).start_time
    table = np.zeros(different[-1] + 1, "datetime64[us]")
    table[different] = first.to_numpy().astype("datetime64[us]")
    return table[number - low]


def _cell(n: object, of: int, share: float) -> str:
    return f"{n:,} / {of:,} ({share:.1%})" if of else "no articles"


def _first_day(day: pd.Timestamp, per: Per) -> pd.Timestamp:
    return pd.Period(day, _FREQUENCY[per]).start_time


def _numbers(hits: Hits, counted: pd.DataFrame, per: Per) -> pd.DataFrame:
    topics = [topic.name for topic in hits.codebook.topics]
    groups = list(counted["group"].cat.categories)
    first, last = (
        pd.Period(day, _FREQUENCY[per]) for day in (counted["period"].min(), counted["period"].max())
    )
    cells = len(groups) * (last.ordinal - first.ordinal + 1)
    if len(topics) * cells > _MOST_CELLS:
        msg = (
            f"{len(topics)} topics x {len(groups)} groups x {cells // len(groups)} {per}s are too many numbers to chart. "
            "Choose a longer period, fewer outlets or a narrower range of dates."
        )
        raise BadArgument(msg)
    # All from the first to the last, gaps included.
    periods = pd.DatetimeIndex(pd.period_range(first, last).start_time, dtype="datetime64[us]")
    cell = counted["group"].cat.codes.to_numpy().astype(np.int64) * len(periods)
    cell += np.searchsorted(periods.to_numpy(), counted["period"].to_numpy())
    cell_of = np.full(len(hits.corpus), -1, np.int64)
    cell_of[counted["article"]] = cell
    topic, article = hits.pairs(topics)
    found = (topic * cells + cell_of[article])[cell_of[article] >= 0]
    names = [pd.Index(topics, dtype="str"), pd.Index(groups, dtype="str"), periods]
    grid = pd.MultiIndex.from_product(names, names=["topic", "group", "period"])
    frame: pd.DataFrame = grid.to_frame(index=False)
    frame["n"] = np.bincount(found, minlength=len(frame))
    frame["of"] = np.tile(np.bincount(cell, minlength=cells), len(topics))
    there = frame["of"] > 0
    low, high = wilson(frame["n"].where(there), frame["of"].where(there))
    return frame.assign(
        n=frame["n"].astype("Int64").where(there),
        share=frame["n"].where(there) / frame["of"].where(there),
        low=low,
        high=high,
        enough=frame["of"] >= ENOUGH,
    )
