"""Preview of a load profile: what was understood and why; every item can be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QTableWidget,
    QWidget,
)

from planner import edits
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.preview import Excerpt, Preview
from planner.model.site import LoadProfile
from ui.dialogs.importing import ImportDialog, answer_box
from ui.present import profile_preview as present
from ui.present.notes import note_rows, open_words
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import clear, column, label, line, number_label, restyle, rule
from ui.widgets.fields import NumberField, field_row
from ui.widgets.series_plot import SeriesPlot
from ui.widgets.small_table import cell, small_table

_FIELD_PX = 176


class ProfilePreview(ImportDialog):
    """Shows a meter export as understood; OK makes it the existing load."""

    task = "preview_profile"
    title = "Load profile"
    is_load = True

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        self.path = path
        region = session.document.require().site.region
        self.options = ProfileOptions(region=region)
        self.seen: Preview | None = None
        self.controls: dict[str, QComboBox] = {}
        super().__init__(session, self.title, path.name, parent)
        self.told.setText(path.name)
        self._build_form()
        self._build_evidence()
        self.ask()

    # building ----------------------------------------------------------------

    def _build_form(self) -> None:
        zones = tuple(sorted(available_timezones()))
        group = ""
        for made in present.choices(Preview(self.path.name), zones):
            if made.group != group:
                group = made.group
                heading = label(group, "group")
                heading.setContentsMargins(0, 10, 0, 2)
                self.form.addWidget(heading)
            box = self._control(made)
            self.controls[made.key] = box
            self.form.addWidget(field_row(made.name, box, _FIELD_PX))
            if made.key == "dayfirst":
                self.start = self._start_field()
                self.form.addWidget(field_row("First row at", self.start, _FIELD_PX))
        heading = label("Series without a unit", "group")
        heading.setContentsMargins(0, 10, 0, 2)
        self.form.addWidget(heading)
        self.peak = self._scale("Peak", "kW", "peak_kw")
        self.annual = self._scale("Energy of a year", "kWh", "annual_kwh")
        self.form.addStretch(1)

    def _control(self, made: present.Choice) -> QComboBox:
        box = answer_box(made.name, made.options, editable=made.editable)
        box.activated.connect(lambda _i, key=made.key, b=box: self.answer(key, b.currentData()))
        return box

    def _start_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName("First row at, year-month-day hour:minute")
        field.setToolTip(
            "Only if rows follow each other whatever their times say: 2025-01-01 00:00"
        )
        field.editingFinished.connect(self._take_start)
        return field

    def _scale(self, name: str, unit: str, key: str) -> NumberField:
        field = NumberField(name, unit, 0, low=0.001)
        field.optional = True
        field.committed.connect(lambda value: self._set(key, value))
        field.cleared.connect(lambda: self._set(key, None))
        self.form.addWidget(field_row(name, field, _FIELD_PX))
        return field

    def _build_evidence(self) -> None:
        self.rows = small_table("First rows of the file", 230)
        self.evidence.addWidget(self.rows)
        middle = line(spacing=16)
        words = column(6)
        words.addWidget(label("What the values would be", "group"))
        self.units = small_table("Peak and energy by unit", 182)
        self.units.setColumnCount(4)
        self.units.setHorizontalHeaderLabels(["Unit", "Peak", "Energy", ""])
        self.units.itemActivated.connect(lambda item: self._choose_unit(item.row()))
        self.units.itemDoubleClicked.connect(lambda item: self._choose_unit(item.row()))
        self.units.setFixedWidth(424)
        words.addWidget(self.units)
        middle.addLayout(words)
        right = column(4)
        self.plot = SeriesPlot("Series as understood, highest of each stretch")
        right.addWidget(self.plot, 1)
        middle.addLayout(right, 1)
        self.evidence.addLayout(middle)
        self.evidence.addWidget(rule())
        below = line(spacing=16)
        self.facts = column(3)
        holder = QWidget()
        holder.setLayout(self.facts)
        holder.setFixedWidth(424)
        below.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.notes, 1)
        self.evidence.addLayout(below, 1)
        self.notes.accepted.connect(self.confirm)
        self.notes.answer_asked.connect(self.focus_answer)

    # answering ---------------------------------------------------------------

    def answer(self, key: str, answer: str | None) -> None:
        """Take an answer and read the file again."""
        options = present.with_answer(self.options, key, answer)
        if key == "column":  # what was asked about another column is open again
            options = replace(options, accepted=frozenset())
        self._use(options)

    def confirm(self, code: str) -> None:
        """Take a question as answered with yes."""
        self._use(replace(self.options, accepted=self.options.accepted | {code}))

    def focus_answer(self, key: str) -> None:
        """Bring the control that settles a question to the front."""
        others = {"start": self.start, "peak": self.peak, "annual": self.annual}
        field = self.controls.get(key) or others.get(key)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(field, QComboBox) and not field.isEditable():
                field.showPopup()

    def _set(self, key: str, value: object) -> None:
        changed: dict[str, object] = {key: value}
        self._use(replace(self.options, **changed))  # type: ignore[arg-type]

    def _use(self, options: ProfileOptions) -> None:
        if options != self.options:
            self.options = options
            self.ask()

    def _take_start(self) -> None:
        text = self.start.text().strip()
        try:
            self._set("start", datetime.fromisoformat(text) if text else None)
        except ValueError:
            restyle(self.start, "flag", "error")
            self.start.setToolTip("Write it as 2025-01-01 00:00.")
            return
        restyle(self.start, "flag", "")

    def _choose_unit(self, row: int) -> None:
        if self.seen is not None and row < len(self.seen.units):
            self.answer("unit", self.seen.units[row].unit)

    # showing -----------------------------------------------------------------

    def arguments(self) -> tuple[object, ...]:
        return (self.path, self.options)

    def show_seen(self, seen: Preview) -> None:
        """Show what was understood with the answers given so far."""
        self.seen = seen
        self._show_controls(seen)
        _fill_excerpt(self.rows, seen)
        self._show_units(seen)
        self._show_facts(seen)
        profile = seen.profile
        if profile is not None:
            self.plot.show_series(seen.curve, _wall_clock(profile), seen.days, "kW")
        self.plot.setVisible(profile is not None)
        self.notes.show_rows(note_rows(seen.questions, seen.notes), "Nothing to report.")
        stopped = "This file cannot be used." if present.refused(seen) else ""
        why = stopped or open_words(len(seen.questions))
        self.set_ready(present.take_words(seen), why)

    def _show_controls(self, seen: Preview) -> None:
        asked = {a for row in note_rows(seen.questions, ()) for a in row.answers}
        for made in present.choices(seen):
            box = self.controls[made.key]
            if made.key in {"column", "sheet"}:
                _refill(box, made.options)
            box.setItemText(0, made.found)
            held = present.answered(self.options, made.key)
            box.setCurrentIndex(max(0, box.findData(held)) if held is not None else 0)
            box.setToolTip(box.currentText())
            if (edited := box.lineEdit()) is not None:
                edited.setCursorPosition(0)
            restyle(box, "flag", "ask" if made.key in asked else "")

    def _show_units(self, seen: Preview) -> None:
        supply = self.session.document.require().site.supply
        agreed = supply.agreed_kva if supply and self.is_load else None
        rows = present.unit_rows(seen, agreed)
        self.units.setRowCount(len(rows))
        for at, row in enumerate(rows):
            texts = (row.unit, row.peak, row.energy, "read so" if row.chosen else row.against)
            for place, text in enumerate(texts):
                item = cell(text, right=place in {1, 2})
                if row.chosen:
                    item.setBackground(QColor(theme.tokens.selected))
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                item.setToolTip("Double-click to read the values so" if not row.chosen else "")
                self.units.setItem(at, place, item)

    def _show_facts(self, seen: Preview) -> None:
        clear(self.facts)
        self.facts.addWidget(label("Understood", "group"))
        for fact in present.facts(seen):
            holder = QWidget()
            value = number_label(fact.value)
            value.setWordWrap(True)
            holder.setLayout(line(label(fact.name, "label"), value))
            self.facts.addWidget(holder)
            if fact.why:
                hint = number_label(fact.why, "hint")
                self.facts.addWidget(hint)
        self.facts.addStretch(1)

    def take(self) -> None:
        """Make the series the existing load; the report stays with it."""
        if self.seen is not None and self.seen.profile is not None:
            profile = self.seen.profile
            self.session.edit("Read load profile", lambda p: edits.set_profile(p, profile))
            self.session.said.emit(f"Read {self.path.name}")


def _wall_clock(profile: LoadProfile) -> datetime:
    return profile.start.astimezone(ZoneInfo(profile.zone)).replace(tzinfo=None)


def _refill(box: QComboBox, options: tuple[tuple[str, str], ...]) -> None:
    if [box.itemText(i) for i in range(1, box.count())] == [words for _, words in options]:
        return
    while box.count() > 1:
        box.removeItem(1)
    for answer, words in options:
        box.addItem(words, answer)


def _fill_excerpt(table: QTableWidget, seen: Preview) -> None:
    """Show rows of the file; columns that count are coloured and named."""
    shown: Excerpt = seen.excerpt
    width = max((len(row) for row in shown.rows), default=0)
    table.clear()
    table.setRowCount(len(shown.rows))
    table.setColumnCount(width + 2 if shown.rows else 0)
    words = dict(present.ROLE_WORDS)
    if seen.ends:
        words["time"] = words["end"]
    heads = ["Row", *(words.get(shown.roles.get(c, ""), "") for c in range(width)), ""]
    table.setHorizontalHeaderLabels(heads)
    tokens = theme.tokens
    colours = {"value": tokens.selected, "time": tokens.hover, "end": tokens.hover}
    for at, row in enumerate(shown.rows):
        number = cell(str(shown.numbers[at]), right=True)
        number.setForeground(QColor(tokens.text3))
        table.setItem(at, 0, number)
        for place, text in enumerate(row):
            role = shown.roles.get(place, "")
            item = cell(text, right=role == "value")
            if role in colours:
                item.setBackground(QColor(colours[role]))
            if at < shown.data or not role:
                item.setForeground(QColor(tokens.text3))
            table.setItem(at, place + 1, item)
