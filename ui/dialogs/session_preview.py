"""Preview of charging sessions: what was understood, and which archetype they resemble."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTableWidget, QWidget

from planner.inputs.report import Action
from planner.inputs.session_preview import SessionPreview
from planner.inputs.sessions import SessionOptions
from ui.dialogs.importing import ImportDialog, answer_box
from ui.present import session_preview as present
from ui.present.demand import archetype_names
from ui.present.notes import note_rows, open_words
from ui.session import Session
from ui.widgets.bar_plot import BarPlot, Bars
from ui.widgets.basic import clear, column, label, line
from ui.widgets.fields import NumberField, Segments, field_row
from ui.widgets.small_table import cell, small_table

_FIELD_PX = 176
_PLOTS_PX = 230


class SessionsPreview(ImportDialog):
    """Shows a table of sessions beside the archetypes; OK makes it a group of drivers."""

    task = "preview_sessions"

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        self.path = path
        self.options = SessionOptions()
        self.seen: SessionPreview | None = None
        self.compared, self._by_archetype = "", False
        self.controls: dict[str, QComboBox] = {}
        super().__init__(session, "Charging sessions", path.name, parent)
        self.told.setText(path.name)
        self._build_form()
        self._build_evidence()
        self.ask()

    # building ----------------------------------------------------------------

    def _build_form(self) -> None:
        self.form.addWidget(label("As understood", "group"))
        for key, (name, answers) in present.CHOICES.items():
            self._add_box(key, name, answers)
        zones = tuple((zone, zone) for zone in sorted(available_timezones()))
        self._add_box("zone", "Time zone", zones, editable=True)
        self._add_box("sheet", "Sheet", ())
        self.plug = NumberField("Rating of the outlets", "kW", 1, low=1, high=1000)
        self.plug.optional = True
        self.plug.committed.connect(lambda value: self.answer("plug_kw", value))
        self.plug.cleared.connect(lambda: self.answer("plug_kw", None))
        self.form.addWidget(field_row("Rating of the outlets", self.plug, _FIELD_PX))
        heading = label("Plan with", "group")
        heading.setContentsMargins(0, 14, 0, 2)
        self.form.addWidget(heading)
        self.plan_with = Segments("Plan with", ("These sessions", "The archetype"))
        self.plan_with.show_choice(0)
        self.plan_with.chosen.connect(self._choose_plan)
        self.form.addWidget(self.plan_with)
        self.verdict = label("", "hint", wrap=True)
        self.form.addWidget(self.verdict)
        self.form.addStretch(1)

    def _add_box(
        self, key: str, name: str, answers: tuple[tuple[object, str], ...], *,
        editable: bool = False,
    ) -> None:  # fmt: skip
        box = answer_box(name, answers, editable=editable)
        box.activated.connect(lambda _i: self.answer(key, box.currentData()))
        self.controls[key] = box
        self.form.addWidget(field_row(name, box, _FIELD_PX))

    def _build_evidence(self) -> None:
        self.seen_part = QWidget()
        shown = column(10)
        self.seen_part.setLayout(shown)
        self.legend = label("", "hint")
        shown.addWidget(self.legend)
        self.plots = line(spacing=0)
        holder = QWidget()
        holder.setLayout(self.plots)
        holder.setFixedHeight(_PLOTS_PX)
        shown.addWidget(holder)
        tables = line(spacing=16)
        words = "Distance of curves: 0 alike, 1 nothing in common"
        self.fits = _titled(tables, words, "Archetypes", 11)
        self.fits.itemSelectionChanged.connect(self._compare_selected)
        self.spread = _titled(tables, "Recorded sessions", "Spread of the record", 9)
        shown.addLayout(tables)
        self.seen_part.hide()
        self.evidence.addWidget(self.seen_part)
        self.evidence.addWidget(self.notes, 1)
        self.notes.answer_asked.connect(self.focus_answer)

    # answering ---------------------------------------------------------------

    def answer(self, key: str, value: object) -> None:
        """Take an answer and read the file again."""
        options = present.with_answer(self.options, key, value)
        if options != self.options:
            self.options = options
            self.ask()

    def focus_answer(self, key: str) -> None:
        """Bring the control that settles a question to the front."""
        field = self.plug if key == "plug-kw" else self.controls.get(key)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_plan(self, index: int) -> None:
        self._by_archetype = index == 1
        self._show_state()

    def _compare_selected(self) -> None:
        rows = {index.row() for index in self.fits.selectedIndexes()}
        if self.seen is not None and len(rows) == 1:
            self.compare(self.seen.fits[rows.pop()].archetype)

    def compare(self, archetype: str) -> None:
        """Lay the curves of an archetype over those of the record."""
        seen = self.seen
        if seen is None or archetype == self.compared:
            return
        self.compared = archetype
        clear(self.plots)
        name = archetype_names()[archetype]
        fit = next(f for f in seen.fits if f.archetype == archetype)
        for key, overlay in seen.overlays.items():
            title, unit = present.TITLES[key]
            other = Bars(name, overlay.edges, overlay.archetype_pct[archetype])
            record = Bars("recorded", overlay.edges, overlay.record_pct)
            far = f"distance {getattr(fit, present.DISTANCES[key]):.2f}"
            plot = BarPlot(f"{title}, % of cars", far, unit, record, other, named=False)
            self.plots.addWidget(plot, 1)
        self.legend.setText(f"Bars: recorded. Dashed: {name}.")
        self.verdict.setText(present.verdict(fit))
        self._show_state()

    # showing -----------------------------------------------------------------

    def arguments(self) -> tuple[object, ...]:
        return (self.path, self.options)

    def show_seen(self, seen: SessionPreview) -> None:
        """Show what was understood with the answers given so far."""
        self.seen, self.compared = seen, ""
        self.seen_part.setVisible(seen.table is not None)
        clear(self.plots)
        self.verdict.setText("")
        self.legend.setText("")
        box = self.controls["sheet"]
        box.setEnabled(len(seen.sheets) > 1)
        if box.count() == 1:
            for sheet in seen.sheets:
                box.addItem(sheet, sheet)
        _fill(self.fits, ("Kind of site", "Arrival", "Stay", "Energy", "Mean"),
              present.fit_rows(seen))  # fmt: skip
        _fill(self.spread, ("", "10 %", "50 %", "90 %", "Mean"), present.spread_rows(seen))
        asked = () if seen.problem is None else (seen.problem,)
        self.notes.show_rows(note_rows(asked, seen.notes), "Nothing to report.")
        if seen.fits:
            self.fits.selectRow(0)
            self.compare(seen.fits[0].archetype)
        self._show_state()

    def _show_state(self) -> None:
        seen = self.seen
        if seen is None:
            return
        why = ""
        if seen.problem is not None:
            refused = seen.problem.action is Action.REJECT
            why = "This file cannot be used." if refused else open_words(1)
        self.set_ready(present.take_words(seen, self._archetype), why)

    @property
    def _archetype(self) -> str:
        """The archetype to plan with, nothing where the record itself is."""
        return self.compared if self._by_archetype else ""

    def take(self) -> None:
        """Make the sessions, or the archetype they resemble, a group of drivers."""
        group = None if self.seen is None else present.group_of(self.seen, self._archetype)
        if group is not None:
            self.session.edit("Read sessions", lambda p: present.with_recorded(p, group))
            self.session.said.emit(f"Read {self.path.name}")


def _titled(into: QHBoxLayout, title: str, name: str, stretch: int) -> QTableWidget:
    """Put a table below its title into a row of tables."""
    words = column(6)
    words.addWidget(label(title, "group"))
    table = small_table(name, 182)
    table.setColumnCount(5)
    words.addWidget(table)
    into.addLayout(words, stretch)
    return table


def _fill(table: QTableWidget, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table.blockSignals(True)
    table.setHorizontalHeaderLabels(list(heads))
    table.setRowCount(len(rows))
    for at, row in enumerate(rows):
        for place, text in enumerate(row):
            table.setItem(at, place, cell(text, right=place > 0))
    table.blockSignals(False)
