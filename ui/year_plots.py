"""Pages of the Check step about the year: map, load by time, voltage, worst hours."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from planner.checks.grid_findings import VOLTAGE_HIGH_PU, VOLTAGE_LOW_PU
from planner.checks.year_figures import voltage_profile
from planner.model.year import YearResult
from planner.studies import YearStudy
from ui.demand_plots import nothing
from ui.icons import icon
from ui.plots import HeatMap, side_by_side
from ui.present import year as present
from ui.present.text import number
from ui.studies import Studies
from ui.widgets.basic import label, line, link
from ui.widgets.fields import Segments
from ui.widgets.line_plot import Curve, LinePlot
from ui.widgets.time_plot import DAY_H, Series, TimePlot
from ui.widgets.voltage_plot import VoltagePlot

SPANS_H = (DAY_H, 7 * DAY_H, 0.0)


def year_page(study: YearStudy, studies: Studies) -> QWidget:
    """Return the draw by hour and day, and its duration curve."""
    year = study.result
    if year is None:
        return nothing(_why_not(study))
    heat = HeatMap("Draw at the intake, every hour of the year", present.draw_map(year), "kVA")
    heat.cell_picked.connect(lambda day, hour: studies.show_day(present.step_of(year, day, hour)))
    lines = present.duration_lines(study, year)
    curves = [Curve(d.name, d.hours, d.kva, d.look, d.name_at) for d in lines]
    whole = len(year.intake_kva) * year.hours
    curves.append(_level(f"agreed {number(year.agreed_kva)} kVA", year.agreed_kva, whole))
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 6)
    box.setSpacing(0)
    box.addWidget(
        side_by_side(heat, LinePlot("Load duration", "kVA", "hours in a year", tuple(curves))), 1
    )
    words = line(label(present.summary(year), "small"), 1)
    words.setContentsMargins(52, 0, 16, 0)
    box.addLayout(words)
    return holder


def _why_not(study: YearStudy) -> str:
    first = study.findings[0] if study.findings else None
    return f"{first.message} {first.fix}".strip() if first else "The year could not be computed."


def _level(name: str, value: float, end: float) -> Curve:
    import numpy as np

    return Curve(name, np.array([0.0, end]), np.array([value, value]), "limit", 0.7)


class LoadPage(QWidget):
    """The load by local time: a day, a week or the year, with pan, zoom and readout."""

    def __init__(self, year: YearResult, studies: Studies) -> None:
        super().__init__()
        self._year, self._studies = year, studies
        self._hours = present.local_hours(year)
        self.plot = TimePlot(
            present.first_midnight(year), self._hours,
            (
                Series("draw", year.intake_kva, "kVA"),
                Series("existing", year.existing_kw, "kW", "other"),
                Series("charging", year.charging_kw, "kW", "faint"),
            ),
            year.agreed_kva, f"agreed {number(year.agreed_kva)} kVA",
        )  # fmt: skip
        self.spans = Segments("Stretch shown", ("Day", "Week", "Year"))
        self.spans.setFixedWidth(210)
        self.spans.chosen.connect(self._span_chosen)
        self._when = label("", "strong")
        head = line(
            self.spans, self._arrow("chevron-left", "Earlier", -1.0),
            self._arrow("chevron-right", "Later", 1.0), self._when, 1,
            link("Worst hour", lambda: self.show_step(year.worst_step)),
            label("wheel zooms, dragging moves, double click shows all", "hint"),
        )  # fmt: skip
        head.setContentsMargins(12, 6, 14, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(head)
        box.addWidget(self.plot, 1)
        self.plot.stretch_changed.connect(self._stretch_changed)
        studies.day_asked.connect(self.show_step)
        kept = studies.stretch
        if studies.day is not None:
            self.show_step(studies.day)
        elif kept is None:
            self.show_span(year.worst_step, 1)
        else:
            self.plot.show_stretch(*kept)

    def _arrow(self, picture: str, name: str, share: float) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(picture))
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.clicked.connect(lambda _c=False: self.plot.pan(share))
        return made

    def show_step(self, step: int) -> None:
        """Show the day of an interval."""
        self._studies.day = None
        self.show_span(step, 0)

    def show_span(self, step: int, span: int) -> None:
        """Show the day, the week or the year around an interval."""
        hour = float(self._hours[min(step, len(self._hours) - 1)])
        midnight = hour // DAY_H * DAY_H
        if span == 0:
            self.plot.show_stretch(midnight, midnight + DAY_H)
        elif span == 1:
            monday = midnight - DAY_H * self.plot.moment(midnight).weekday()
            self.plot.show_stretch(monday, monday + 7 * DAY_H)
        else:
            self.plot.show_stretch(0.0, float(self._hours[-1]))

    def _span_chosen(self, span: int) -> None:
        start, end = self.plot.stretch
        middle = (start + end) / 2
        if start <= self._hours[self._year.worst_step] <= end:
            middle = float(self._hours[self._year.worst_step])
        step = int(abs(self._hours - middle).argmin())
        self.show_span(step, span)

    def _stretch_changed(self) -> None:
        start, end = self.plot.stretch
        self._studies.stretch = (start, end)
        first, last = self.plot.moment(start), self.plot.moment(end - 1e-6)
        text = f"{first:%a} {first.day} {first:%b %Y}"
        if last.date() != first.date():
            text += f" to {last:%a} {last.day} {last:%b %Y}"
        self._when.setText(text)
        length = end - start
        whole = float(self._hours[-1])
        self.spans.show_choice(0 if length <= 36 else 1 if length <= 21 * DAY_H < whole else 2)


def voltage_page(year: YearResult) -> QWidget:
    """Return the voltage along the feeders at the worst moment and at each node's lowest."""
    limits = (VOLTAGE_LOW_PU, VOLTAGE_HIGH_PU)
    return side_by_side(
        VoltagePlot(f"Voltage on {year.when(year.worst_step)}", voltage_profile(year), limits),
        VoltagePlot("Lowest of the year", voltage_profile(year, lowest=True), limits),
    )
