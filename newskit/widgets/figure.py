"""A plotly figure as a widget that survives a reload of the page and uploads nothing."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import anywidget
import plotly.graph_objects as go
import traitlets

__all__ = ["Fit", "LiveFigure", "live"]

_CONFIG = {
    "showSendToCloud": False,  # plotly 7 has a button that uploads the chart
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
}


class LiveFigure(go.FigureWidget):  # type: ignore[misc]
    """A FigureWidget whose state is what is on the screen.

    Plotly syncs data and layout once, when the widget is made, and sends later changes as messages only: a
    page that is reloaded would show the first state again.
    """

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:  # noqa: FBT001, FBT002 - ipywidgets' own
        """Give the synced state; where all of it is asked for, with data and layout as they are now."""
        if key is None and hasattr(self, "_layout_obj"):
            self._trait_values["_widget_data"] = deepcopy(self._data)
            self._trait_values["_widget_layout"] = deepcopy(self._layout_obj._props)  # noqa: SLF001
        return super().get_state(key, drop_defaults)


class Fit(anywidget.AnyWidget):
    """Keep the figure beside it as wide as its box, and say to a screen reader what it shows."""

    _esm = Path(__file__).parent / "fit.js"
    summary = traitlets.Unicode().tag(sync=True)


def live(figure: go.Figure, on_point: Callable[[str, str, str], None]) -> LiveFigure:
    """Make a figure live: a click on a point calls on_point(topic, group, first day of the period)."""
    widget = LiveFigure(figure)
    widget._config = {**widget._config, **_CONFIG}  # noqa: SLF001 - plotly has no public name for it

    def clicked(trace: go.Scatter, points: Any, _state: Any) -> None:
        if points.point_inds:
            on_point(*trace.customdata[points.point_inds[0]])

    for trace in widget.data:
        if trace.customdata is not None:
            trace.on_click(clicked)
    return widget
