"""Step 3, Demand: who parks here, when they come and what they need."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from grid.findings import Severity
from planner.model.demand import Demand, DemandInput
from ui.panels.demand_group import GroupRow, is_table
from ui.panels.panel import Panel
from ui.present.demand import FACTS, archetype_names, facts, group_name
from ui.present.text import clipped
from ui.session import Session
from ui.widgets.basic import button, clear, column, label, line, link, note, number_label
from ui.widgets.fields import Segments

_WORDS = {
    "archetype": "kind",
    "drivers_per_day": "drivers a day",
    "growth_pct_per_year": "growth",
}
YEARS_AHEAD = (0, 5, 10)
_SLOW_MS = 400


class DemandPanel(Panel):
    """Groups of drivers with their numbers and growth, and what follows from them."""

    width_px = 300
    fleet_asked = Signal()
    notes_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Demand")
        self._shown: tuple[DemandInput, ...] | None = None
        self._shown_rows: list[GroupRow] = []
        self._said: tuple[object, ...] = ()
        groups = self.section("Who parks here", first=True, spacing=8)
        self._nobody = note("Say who parks here and how many a day.", Severity.INFO)
        groups.addWidget(self._nobody)
        self._rows = column(10)
        groups.addLayout(self._rows)
        self.add = button("Add group", self._add, "plus")
        groups.addLayout(line(self.add, button("Fleet table", self.fleet_asked.emit, "truck"), 1))
        self._when = QWidget()
        when = column(8)
        self._when.setLayout(when)
        self.section(spacing=8).addWidget(self._when)
        self.years = Segments("Year shown", ("Today", "In 5 years", "In 10 years"))
        self.years.chosen.connect(lambda i: self.session.look_ahead(YEARS_AHEAD[i]))
        when.addWidget(label("Year shown", "group"))
        when.addWidget(self.years)
        self._grows = label("", "hint", wrap=True)
        when.addWidget(self._grows)
        self._build_result()
        self._lines = self.findChildren(QFrame, "rule")
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(lambda: self._waits.setVisible(bool(self._shown)))
        session.demand_ready.connect(lambda _demand: self.mark_stale())

    def _build_result(self) -> None:
        section = self.section()
        self._waits = label("Estimating arrivals", "hint")
        self._waits.hide()
        section.addWidget(self._waits)
        self._result = QWidget()
        rows = column(6)
        rows.addWidget(label("What they need", "group"))
        self._values = [number_label("") for _ in FACTS]
        for title, value in zip(FACTS, self._values, strict=True):
            rows.addLayout(line(label(title, "label"), 1, value))
        self._words = column(6)
        rows.addLayout(self._words)
        self._result.setLayout(rows)
        section.addWidget(self._result)

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
        if self.session.demand_is_old:
            self._slow.start()
        else:
            self._slow.stop()
            self._waits.hide()
        self._show_result(self.session.demand if inputs else None)

    def _show_groups(self, inputs: tuple[DemandInput, ...]) -> None:
        """Show every group in its row; rows of the same sort stay with their focus."""
        while len(self._shown_rows) > len(inputs):
            self._drop(self._shown_rows.pop())
        for index, given in enumerate(inputs):
            if index == len(self._shown_rows):
                self._shown_rows.append(self._new_row(index, given))
                self._rows.addWidget(self._shown_rows[index])
            elif self._shown_rows[index].is_table is is_table(given):
                self._shown_rows[index].show_group(given)
            else:
                old, new = self._shown_rows[index], self._new_row(index, given)
                self._rows.replaceWidget(old, new)
                self._shown_rows[index] = new
                self._drop(old)
        self._nobody.setVisible(not inputs)
        self._when.setVisible(bool(inputs))
        for line_above in self._lines:
            line_above.setVisible(bool(inputs))

    def _new_row(self, index: int, given: DemandInput) -> GroupRow:
        row = GroupRow(index, given)
        row.changed.connect(
            lambda field, value, merge: self._change(index, merge, **{field: value})
        )
        row.removed.connect(lambda: self._remove(index))
        row.table_asked.connect(self.fleet_asked)
        return row

    def _drop(self, row: GroupRow) -> None:
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _change(self, index: int, merge: str, **values: object) -> None:
        groups = list(self.session.document.require().scenario.demand)
        text = f"Change {_WORDS[next(iter(values))]} of {group_name(groups[index])}"
        groups[index] = replace(groups[index], **values)  # type: ignore[arg-type]
        self.session.set_demand(tuple(groups), text, merge)

    def _remove(self, index: int) -> None:
        groups = list(self.session.document.require().scenario.demand)
        gone = groups.pop(index)
        self.session.set_demand(tuple(groups), f"Remove {group_name(gone)}")
        left = self._shown_rows
        (left[min(index, len(left) - 1)].remove if left else self.add).setFocus()

    def _add(self) -> None:
        groups = self.session.document.require().scenario.demand
        kind = next(iter(archetype_names()), "workplace")
        self.session.set_demand((*groups, DemandInput(kind, 20.0)), "Add group of drivers")
        self._shown_rows[-1].kind.setFocus()

    def _show_result(self, demand: Demand | None) -> None:
        self._result.setVisible(demand is not None)
        if demand is None:
            return
        for value, shown in zip(facts(demand), self._values, strict=True):
            shown.setText(value)
        said = (demand.findings, demand.notes)
        if said == self._said:
            return
        self._said = said
        clear(self._words)
        for finding in demand.findings:
            text = f"{finding.message} {finding.fix}".strip()
            self._words.addWidget(note(text, finding.severity))
        if demand.notes:
            self._words.addSpacing(8)
            self._words.addWidget(label("Taken for granted", "group"))
        for text in demand.notes:
            words = label(clipped(text, 110), "hint", wrap=True)
            words.setToolTip(text)
            self._words.addWidget(words)
        if demand.notes:
            self._words.addWidget(link("Read all in full", self.notes_asked.emit))
