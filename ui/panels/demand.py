"""Step 3, Demand: who parks here, when they come and what they need."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QToolButton, QWidget

from grid.findings import Severity
from planner.model.demand import Demand, DemandInput
from ui.icons import icon
from ui.panels.panel import Panel
from ui.present.demand import archetype_names, facts
from ui.present.text import clipped
from ui.session import Session
from ui.widgets.basic import button, clear, label, line, note, number_label
from ui.widgets.charts import HourBars, Sparkline
from ui.widgets.fields import NumberField, choice


class DemandPanel(Panel):
    """Groups of drivers with their numbers, and what follows from them."""

    width_px = 300

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Demand")
        self._groups = self.section(first=True, spacing=8)
        self._result = self.section()
        self._shown: tuple[DemandInput, ...] | None = None
        session.demand_ready.connect(lambda _demand: self.mark_stale())

    def refresh(self) -> None:
        """Show the groups, and ask for the estimate of them."""
        inputs = self.session.document.require().scenario.demand
        if inputs is not self._shown:
            self._shown = inputs
            self._show_groups(inputs)
        self.session.estimate_demand()
        self._show_result(self.session.demand if inputs else None)

    def _show_groups(self, inputs: tuple[DemandInput, ...]) -> None:
        clear(self._groups)
        self._groups.addLayout(line(label("Who parks here", "group"), 1,
                                    label("drivers a day", "hint")))  # fmt: skip
        names = archetype_names()
        for index, given in enumerate(inputs):
            self._groups.addWidget(self._group_row(index, given, names))
        if not inputs:
            self._groups.addWidget(note("Say who parks here and how many a day.", Severity.INFO))
        self._groups.addLayout(line(button("Add group", self._add, "plus"), 1))

    def _group_row(self, index: int, given: DemandInput, names: dict[str, str]) -> QWidget:
        ids = list(names)
        kind = choice(
            f"Group {index + 1}", list(names.values()),
            ids.index(given.archetype) if given.archetype in ids else -1,
            lambda i: self._change(index, archetype=ids[i]),
        )  # fmt: skip
        drivers = NumberField("Drivers a day", "", 0, 1, 100_000)
        drivers.setFixedWidth(64)
        drivers.show_value(given.drivers_per_day)
        drivers.committed.connect(lambda v: self._change(index, drivers_per_day=v))
        remove = QToolButton()
        remove.setIcon(icon("x"))
        remove.setToolTip("Remove this group")
        remove.setAccessibleName(f"Remove group {index + 1}")
        remove.clicked.connect(lambda _c=False: self._remove(index))
        holder = QWidget()
        row = line(kind, drivers, remove, spacing=6)
        row.setStretch(0, 1)
        holder.setLayout(row)
        return holder

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
        self._result.addSpacing(8)
        self._result.addWidget(label("Arrivals by hour of day", "group"))
        self._result.addWidget(HourBars(demand.arrivals_by_hour, "Arrivals by hour of day"))
        self._result.addSpacing(8)
        self._result.addWidget(label("Unmanaged load over the horizon, kW", "group"))
        self._result.addWidget(Sparkline(demand.unmanaged_kw.tolist(), "kW"))
        for text in demand.notes:
            words = label(clipped(text, 110), "hint", wrap=True)
            words.setToolTip(text)
            self._result.addWidget(words)
