"""Plots of the demand step: arrivals, stays, energy, and the site load of a day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from planner.model.demand import Demand
from planner.model.outcome import Outcome
from planner.model.site import Site
from ui.present import demand as present
from ui.present.text import number
from ui.widgets.bar_plot import BarPlot, Bars
from ui.widgets.basic import bar, label
from ui.widgets.line_plot import Curve, LinePlot


def arrivals_page(demand: Demand) -> QWidget:
    """Return arrivals by hour, and how long and how much, side by side."""
    if not len(demand.sessions):
        return nothing("Nobody parks here yet. Add a group of drivers.")
    busy, free = present.arrivals(demand)
    hours = np.arange(25.0)
    stay, energy = present.stays(demand), present.energies(demand)
    return in_a_row(
        BarPlot("Arrivals by hour", "cars an hour, mean day", "h",
                Bars("Mon to Fri", hours, busy), Bars("Sat, Sun", hours, free)),
        BarPlot("Stay, % of cars", _spread(stay, "h"), "h",
                Bars("% of cars", stay.edges, stay.share_pct)),
        BarPlot("Energy, % of cars", _spread(energy, "kWh"), "kWh",
                Bars("% of cars", energy.edges, energy.share_pct)),
    )  # fmt: skip


def _spread(made: present.Distribution, unit: str) -> str:
    return f"median {number(made.median, 1)}, P90 {number(made.p90, 1)} {unit}"


def band_page(site: Site, demand: Demand, outcome: Outcome | None) -> QWidget:
    """Return the site load of a day without and with load management against capacity."""
    if not len(demand.sessions):
        return nothing("Nobody parks here yet. Add a group of drivers.")
    band = present.load_band(site, demand, outcome.service if outcome else None)
    spread = band.p90 - band.p10
    curves = [
        Curve("unmanaged, 8 days of 10", band.hours, band.p90, "other", _at_most(spread),
              low=band.p10),
        Curve("unmanaged, highest", band.hours, band.highest, "other", _at_most(band.highest)),
    ]  # fmt: skip
    if site.profile is not None:
        curves.append(Curve("existing load", band.hours, band.existing, "faint", 0.12))
    if band.managed is not None:
        curves.append(Curve("managed, highest", band.hours, band.managed, "data", 0.5))
    if band.limit_kw is not None:
        limit = np.full(len(band.hours), band.limit_kw)
        curves.append(Curve(band.limit_text, band.hours, limit, "limit", 0.6))
    what = "Site load by time of day, existing load at its highest"
    return LinePlot(
        what if site.profile is not None else "Charging load by time of day",
        "kW", "h", tuple(curves),
    )  # fmt: skip


def _at_most(values: npt.NDArray[np.float64]) -> float:
    """Return the share of the day at which values are highest."""
    return float(values.argmax()) / len(values)


def in_a_row(*plots: QWidget) -> QWidget:
    """Return plots of equal width with lines between them."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for index, plot in enumerate(plots):
        if index:
            divider = bar(10)
            divider.setMaximumHeight(16777215)
            row.addWidget(divider)
        row.addWidget(plot, 1)
    return holder


def nothing(text: str) -> QWidget:
    """Return one sentence in place of a plot."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.addStretch(1)
    row.addWidget(label(text, "label"))
    row.addStretch(1)
    return holder
