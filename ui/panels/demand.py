"""Step 3, Demand: who parks here, when they come and what they need."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from grid.findings import Severity
from planner.model.demand import RECORDED, ROTA, Demand, DemandInput
from ui.icons import icon
from ui.panels.panel import Panel
from ui.present.demand import archetype_names, facts, group_name
from ui.present.text import clipped
from ui.session import Session
from ui.widgets.basic import button, clear, column, label, line, link, note, number_label
from ui.widgets.fields import NumberField, Segments, choice

YEARS_AHEAD = (0, 5, 10)


class DemandPanel(Panel):
    """Groups of drivers with their numbers and growth, and what follows from them."""

    width_px = 300
    fleet_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Demand")
        self._groups = self.section("Who parks here", first=True, spacing=8)
        self._rows = column(10)
        self._groups.addLayout(self._rows)
        self._groups.addLayout(
            line(
                button("Add group", self._add, "plus"),
                button("Fleet table", self.fleet_asked.emit, "truck"),
                1,
            )
        )
        self._when = self.section(spacing=8)
        self.years = Segments("Year shown", ("Today", "In 5 years", "In 10 years"))
        self.years.chosen.connect(lambda i: self.session.look_ahead(YEARS_AHEAD[i]))
        self._when.addWidget(label("Year shown", "group"))
        self._when.addWidget(self.years)
        self._grows = label("", "hint", wrap=True)
        self._when.addWidget(self._grows)
        self._result = self.section()
        self._shown: tuple[DemandInput, ...] | None = None
        session.demand_ready.connect(lambda _demand: self.mark_stale())

    def refresh(self) -> None:
        """Show the groups, and ask for the estimate of them."""
        inputs = self.session.document.require().scenario.demand
        if inputs is not self._shown:
            self._shown = inputs
            self._show_groups(inputs)
        self.years.show_choice(YEARS_AHEAD.index(self.session.years_ahead))
        grows = any(g.growth_pct_per_year for g in inputs)
        self._grows.setText(
            "Designs are sized for today; a later year shows what growth does."
            if grows
            else "No group grows. Enter growth in % a year."
        )
        self.session.estimate_demand()
        self._show_result(self.session.demand if inputs else None)

    def _show_groups(self, inputs: tuple[DemandInput, ...]) -> None:
        clear(self._rows)
        for index, given in enumerate(inputs):
            self._rows.addWidget(self._group_row(index, given))
        if not inputs:
            self._rows.addWidget(note("Say who parks here and how many a day.", Severity.INFO))

    def _group_row(self, index: int, given: DemandInput) -> QWidget:
        name = f"Group {index + 1}"
        remove = QToolButton()
        remove.setIcon(icon("x"))
        remove.setToolTip("Remove this group")
        remove.setAccessibleName(f"Remove {name.lower()}")
        remove.clicked.connect(lambda _c=False: self._remove(index))
        top = line(self._kind(name, index, given), remove, spacing=6)
        top.setStretch(0, 1)
        numbers = line(spacing=6)
        if given.archetype not in (ROTA, RECORDED):
            numbers.addWidget(self._number(f"{name}, drivers a day", index, given, 0,
                                           "drivers_per_day", (1, 100_000)))  # fmt: skip
            numbers.addWidget(label("drivers a day", "hint"))
        else:
            numbers.addWidget(label(f"{given.drivers_per_day:,.0f} on the busiest day", "hint"))
        numbers.addStretch(1)
        numbers.addWidget(label("growth", "hint"))
        numbers.addWidget(self._number(f"{name}, growth in % a year", index, given, 1,
                                       "growth_pct_per_year", (-50, 100), "%"))  # fmt: skip
        holder = QWidget()
        box = column(4)
        box.addLayout(top)
        box.addLayout(numbers)
        holder.setLayout(box)
        return holder

    def _kind(self, name: str, index: int, given: DemandInput) -> QWidget:
        if given.archetype in (ROTA, RECORDED):
            holder = QWidget()
            holder.setLayout(line(link(group_name(given), self.fleet_asked.emit), 1))
            return holder
        names = archetype_names()
        ids = list(names)
        return choice(
            name, list(names.values()),
            ids.index(given.archetype) if given.archetype in ids else -1,
            lambda i: self._change(index, archetype=ids[i]),
        )  # fmt: skip

    def _number(
        self, name: str, index: int, given: DemandInput, decimals: int, field: str,
        bounds: tuple[float, float], unit: str = "",
    ) -> NumberField:  # fmt: skip
        made = NumberField(name, unit, decimals, *bounds)
        made.setFixedWidth(58)
        made.show_value(getattr(given, field))
        made.committed.connect(lambda v: self._change(index, **{field: v}))
        return made

    def _change(self, index: int, **values: object) -> None:
        groups = list(self.session.document.require().scenario.demand)
        groups[index] = replace(groups[index], **values)  # type: ignore[arg-type]
        self.session.set_demand(tuple(groups))

    def _remove(self, index: int) -> None:
        groups = list(self.session.document.require().scenario.demand)
        del groups[index]
        self.session.set_demand(tuple(groups))

    def _add(self) -> None:
        groups = self.session.document.require().scenario.demand
        kind = next(iter(archetype_names()), "workplace")
        self.session.set_demand((*groups, DemandInput(kind, 20.0)))

    def _show_result(self, demand: Demand | None) -> None:
        clear(self._result)
        if demand is None:
            if self._shown:
                self._result.addWidget(label("Estimating arrivals", "hint"))
            return
        self._result.addWidget(label("What they need", "group"))
        for title, value in facts(demand):
            holder = QWidget()
            holder.setLayout(line(label(title, "label"), 1, number_label(value)))
            self._result.addWidget(holder)
        for finding in demand.findings:
            self._result.addWidget(
                note(f"{finding.message} {finding.fix}".strip(), finding.severity)
            )
        if demand.notes:
            self._result.addSpacing(8)
            self._result.addWidget(label("Taken for granted", "group"))
        for text in demand.notes:
            words = label(clipped(text, 110), "hint", wrap=True)
            words.setToolTip(text)
            self._result.addWidget(words)
