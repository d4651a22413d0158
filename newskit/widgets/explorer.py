"""The explorer: a thin face on a View. Controls change the view; the view gives chart, words, table, evidence."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from typing import Any, get_args

import ipywidgets as widgets
import pandas as pd

from newskit.chart import Show, chart, undrawn
from newskit.codebook import Codebook
from newskit.copies import families_of
from newskit.corpus import Corpus, as_day
from newskit.errors import NewskitError
from newskit.export import NotWritten, export
from newskit.measure import Coverage, Group, Per
from newskit.view import View
from newskit.widgets.evidence import Evidence
from newskit.widgets.figure import Fit, live
from newskit.widgets.page import Markup, join, message, page, show, style, table, text

__all__ = ["Explorer"]

_HINT = "Click a point of the chart, or choose topic and period, to read the articles behind it"
_COPIES = {"a story once": "once", "each copy counts": "all", "no agency stories": "own"}
_EVERY = "(all)"
_LABEL = {"description_width": "5rem"}
_SHORT_SPAN = 60  # days: a corpus of two months or less opens by the day


class Explorer(widgets.VBox):  # type: ignore[misc]
    """Explore a corpus by the topics of a codebook.

    `view` is the state; set it, or use the controls. `coverage` holds the numbers shown, `evidence` the
    articles behind the point that was opened last.
    """

    def __init__(self, corpus: Corpus, codebook: Codebook, view: View | None = None) -> None:
        self.corpus, self.codebook = corpus, codebook
        self.coverage: Coverage | None = None
        self.status, self.summary = page(), page()
        self.chart_place = widgets.Box(
            layout=widgets.Layout(width="100%", display="block", min_height="430px")
        )
        self.chart_place.add_class("nk-chart")
        self.fit = Fit()
        self.numbers, self.code, self.how = page(), page(), page()
        self.evidence = Evidence()
        self._silent = False
        self._make_controls()
        self._make_point()
        self._make_export()
        super().__init__(self._layout())
        self.add_class("nk")
        self._view = View()
        self.view = view or self._first_view()

    @property
    def view(self) -> View:
        """What is being looked at; setting it draws everything anew."""
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        self._draw(view)

    def open_point(self, topic: str, group: str | None, period: str) -> None:
        """Show the articles behind one point: topic, group (or None), and the first day of the period."""
        with self._busy("Looking up the articles"):
            coverage = self.coverage
            if coverage is None:
                return
            group = group if coverage.by else None
            hits = coverage.at(topic, period, group)
            label = coverage.label(pd.Timestamp(period))
            self._show_point(topic, group, period)
            families = None if coverage.copies == "all" else families_of(self.corpus)
            self.evidence.open(hits, f"{topic}, {label}" + (f", {group}" if group else ""), families)

    # --- controls -----------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        outlets, languages = (sorted(self.corpus.rows[c].dropna().unique()) for c in ("outlet", "language"))
        self.controls: dict[str, Any] = {
            "topics": _many("Topics", [topic.name for topic in self.codebook.topics]),
            "outlets": _many("Outlets", outlets),
            "languages": _many("Languages", languages),
            "since": _day("From"),
            "until": _day("To"),
            "per": _one("Period", {name: name for name in get_args(Per)}),
            "show": _one("Show", {name: name for name in get_args(Show)}),
            "by": _one("Split by", {"nothing": "", **{name: name for name in get_args(Group)}}),
            "copies": _one("Copies", _COPIES),
            "search": widgets.Text(
                description="Search", placeholder="a query: Seoul AND Tokyo", continuous_update=False
            ),
        }
        for control in self.controls.values():
            control.observe(self._changed, names="value")

    def _first_view(self) -> View:
        days = self.corpus.rows["day"].dropna()
        long = len(days) > 0 and (days.max() - days.min()).days > _SHORT_SPAN
        return View(topics=tuple(t.name for t in self.codebook.topics[:3]), per="month" if long else "day")

    def _changed(self, _change: object) -> None:
        if not self._silent:
            self._draw(self._read_controls())

    def _read_controls(self) -> View:
        values = {name: control.value for name, control in self.controls.items()}
        values["by"] = values["by"] or None  # a dropdown takes None for nothing chosen
        return View(**{name: _plain(value) for name, value in values.items()})

    def _show_controls(self, view: View) -> None:
        with self._quiet():
            for f in fields(View):
                value = getattr(view, f.name)
                is_day = f.name in ("since", "until")
                shown = as_day(value, end=f.name == "until") if is_day else value
                self.controls[f.name].value = shown or "" if f.name == "by" else shown

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Set controls without drawing at each."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    # --- a point, for the keyboard --------------------------------------------------------------------

    def _make_point(self) -> None:
        self.point = {
            name: widgets.Dropdown(description=name.capitalize()) for name in ("topic", "period", "group")
        }
        for control in self.point.values():
            control.observe(self._point_changed, names="value")

    def _point_changed(self, _change: object) -> None:
        chosen = {name: control.value for name, control in self.point.items()}
        if not self._silent and chosen["topic"] and chosen["period"]:
            self.open_point(
                chosen["topic"], None if chosen["group"] == _EVERY else chosen["group"], chosen["period"]
            )

    def _offer_points(self, coverage: Coverage) -> None:
        with self._quiet():
            self.point["topic"].options = coverage.topics
            self.point["topic"].value = coverage.topics[0]
            labels = [(coverage.label(p), f"{p:%Y-%m-%d}") for p in coverage.periods]
            self.point["period"].options = [("", None), *labels]
            self.point["period"].value = None
            self.point["group"].options = [_EVERY, *coverage.groups] if coverage.by else [_EVERY]
            self.point["group"].value = _EVERY
            self.point["group"].layout.display = None if coverage.by else "none"

    def _show_point(self, topic: str, group: str | None, period: str) -> None:
        with self._quiet():
            for name, value in (("topic", topic), ("period", period), ("group", group or _EVERY)):
                self.point[name].value = value

    # --- export ---------------------------------------------------------------------------------------

    def _make_export(self) -> None:
        self.folder = widgets.Text(description="Folder", value="exports", continuous_update=False)
        self.export_button = widgets.Button(
            description="Export", icon="download", tooltip="Chart, data, evidence, method"
        )
        self.exported = page()
        self.export_button.on_click(lambda _: self._export())

    def _export(self) -> None:
        show(self.exported, Markup(""))
        with self._busy("Writing the export"):
            if self.coverage is None:
                return
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", NotWritten)
                paths = export(self.coverage, self.folder.value, self.view.show)
            missing = [str(w.message) for w in caught if issubclass(w.category, NotWritten)]
            names = ", ".join(path.name for path in paths)
            show(
                self.exported,
                message(" ".join([f"Written to {paths[0].parent}: {names}.", *missing]), "note"),
            )

    # --- drawing --------------------------------------------------------------------------------------

    def _layout(self) -> list[widgets.Widget]:
        c = self.controls
        rows = [
            ["topics", "outlets", "languages"],
            ["since", "until", "per", "show", "by", "copies", "search"],
        ]
        wrap = widgets.Layout(flex_flow="row wrap")
        controls = widgets.VBox([widgets.HBox([c[name] for name in row], layout=wrap) for row in rows])
        controls.add_class("nk-controls")
        tabs = widgets.Tab(
            [
                widgets.VBox([widgets.HBox(list(self.point.values())), self.evidence.box]),
                self.numbers,
                self.code,
                self.how,
                widgets.VBox([widgets.HBox([self.folder, self.export_button]), self.exported]),
            ],
            titles=["Evidence", "Numbers", "Code", "Method", "Export"],
        )
        return [style(), controls, self.status, self.summary, self.chart_place, self.fit, tabs]

    def _draw(self, view: View) -> None:
        self.chart_place.add_class("nk-stale")  # until what it shows is what the controls say
        with self._busy("Working"):
            coverage = view.coverage(self.corpus, self.codebook)
            figure = live(chart(coverage, view.show, caption=False), self.open_point)
            old = self.chart_place.children
            self.chart_place.children = (figure,)
            for widget in old:
                widget.close()
            self._view, self.coverage = view, coverage
            self._show_controls(view)
            self._describe(coverage)
            self._offer_points(coverage)
            self.evidence.close(_HINT)
            self.chart_place.remove_class("nk-stale")

    def _describe(self, coverage: Coverage) -> None:
        self.fit.summary = coverage.summary
        left_out = join(message(f"{line}; the numbers hold all.", "note") for line in undrawn(coverage))
        show(self.summary, Markup("<p>{}</p>").format(coverage.summary) + left_out)
        show(
            self.numbers,
            table(coverage.table, "Articles with the topic / all articles of the period (share)"),
        )
        show(self.code, Markup('<pre class="nk-code">{}</pre>').format(self.view.code()))
        show(self.how, Markup("<p>{}.</p>").format(coverage.how))

    @contextmanager
    def _busy(self, doing: str) -> Iterator[None]:
        """Show that something is under way, and show what goes wrong where the reader looks."""
        show(self.status, message(f"{doing} …", "busy"))
        try:
            yield
        except NewskitError as error:
            show(self.status, message(str(error), "error"))
        except Exception as error:
            logging.getLogger(__name__).exception("The explorer failed")
            fault = f"{type(error).__name__}: {error}. This is a fault in newskit: please report it."
            show(self.status, message(fault, "error"))
        else:
            show(self.status, text(""))


def _many(label: str, names: list[str]) -> widgets.SelectMultiple:
    return widgets.SelectMultiple(
        description=label,
        options=names,
        rows=min(6, max(3, len(names))),
        layout=widgets.Layout(width="18rem"),
        style=_LABEL,
    )


def _one(label: str, options: dict[str, Any]) -> widgets.Dropdown:
    return widgets.Dropdown(
        description=label, options=list(options.items()), layout=widgets.Layout(width="15rem"), style=_LABEL
    )


def _day(label: str) -> widgets.DatePicker:
    return widgets.DatePicker(description=label, layout=widgets.Layout(width="15rem"), style=_LABEL)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
