"""Preview of maps: what they hold, where they lie, what each layer becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from planner.inputs.map_preview import MapPreview
from planner.inputs.report import Action
from planner.inputs.site import SiteOptions
from ui.dialogs.crs_search import CrsSearch
from ui.dialogs.importing import ImportDialog
from ui.dialogs.map_picture import MapPicture
from ui.present import map_preview as present
from ui.present.notes import note_rows
from ui.session import Session
from ui.widgets.basic import clear, label, restyle
from ui.widgets.fields import NumberField, choice, field_row
from ui.widgets.small_table import cell, small_table

_FIELD_PX = 176
_ANGLES = (90, 60, 45, 0)
_UNITS = ("mm", "cm", "m", "in", "ft")


class MapDialog(ImportDialog):
    """Shows maps as understood; OK puts them on the plan, or begins a project."""

    task = "preview_maps"

    def __init__(
        self,
        session: Session,
        maps: Sequence[Path],
        parent: QWidget | None = None,
        *,
        fresh: bool = False,
    ) -> None:
        self.maps = tuple(maps)
        self.base = None if fresh else session.document.project
        self.options = SiteOptions()
        self.seen: MapPreview | None = None
        self._roles: list[QComboBox] = []
        self._layers: list[str] = []
        super().__init__(session, "Maps", self.maps[0].name, parent)
        self.told.setText(", ".join(m.name for m in self.maps))
        self._build_form()
        self._build_evidence()
        self.ask()

    # building ----------------------------------------------------------------

    def _heading(self, text: str) -> None:
        heading = label(text, "group")
        heading.setContentsMargins(0, 10, 0, 2)
        self.form.addWidget(heading)

    def _build_form(self) -> None:
        self._heading("Counts")
        self.counts: QVBoxLayout = QVBoxLayout()
        self.counts.setSpacing(2)
        self.form.addLayout(self.counts)
        self._heading("Where it lies")
        self.system = self._box("Coordinate system")
        self.system.activated.connect(lambda _i: self._answer(crs=self.system.currentData() or ""))
        self.form.addWidget(label("Coordinate system", "label"))
        self.form.addWidget(self.system)
        self.search = CrsSearch(self.session)
        self.search.chosen.connect(self._take_system)
        self.form.addWidget(label("Search others", "label"))
        self.form.addWidget(self.search)
        self.place_title = label("Place", "label")
        self.place = self._box("Which place of the map")
        self.place.activated.connect(lambda _i: self._answer(clip=self.place.currentData() or ""))
        self.form.addWidget(self.place_title)
        self.form.addWidget(self.place)
        self._build_more()
        self._heading("Car parks without bays")
        self.stall_width = self._length("Stall width", 2.5, 1.5, 6.0, "width_m")
        self.stall_depth = self._length("Stall depth", 5.0, 3.0, 25.0, "depth_m")
        self.angle = choice(
            "Angle", [f"{a}°" for a in _ANGLES], 0,
            lambda i: self._fill(angle_deg=_ANGLES[i]),
        )  # fmt: skip
        self.form.addWidget(field_row("Angle", self.angle, 84))
        self._heading("Shapes")
        self.repair = QCheckBox("Repair shapes")
        self.repair.setChecked(True)
        self.repair.setToolTip(
            "Closes rings and mends crossing outlines; without it they are left out and listed."
        )
        self.repair.toggled.connect(lambda on: self._answer(repair=on))
        self.form.addWidget(self.repair)
        self.form.addStretch(1)

    def _build_more(self) -> None:
        """Add the questions of drawings, where there is one."""
        self.unit = choice("Drawing unit", ("As found", *_UNITS), 0, self._take_unit)
        self.at = QLineEdit()
        self.at.setAccessibleName("Middle of the drawing at longitude, latitude")
        self.at.setToolTip("Such as -0.1276, 51.5072; a third number turns it clockwise, degrees.")
        self.at.editingFinished.connect(lambda: self._answer(at=self.at.text().replace(" ", "")))
        if any(m.suffix.lower() == ".dxf" for m in self.maps):
            self._heading("Drawing")
            self.form.addWidget(field_row("Unit", self.unit, 110))
            self.form.addWidget(label("Middle at longitude, latitude", "label"))
            self.form.addWidget(self.at)

    def _take_unit(self, index: int) -> None:
        self._answer(unit=_UNITS[index - 1] if index else "")

    def _box(self, name: str) -> QComboBox:
        box = choice(name, [], -1, lambda _i: None)
        box.addItem("As found", None)
        return box

    def _length(self, name: str, value: float, low: float, high: float, key: str) -> NumberField:
        field = NumberField(name, "m", 2, low, high)
        field.show_value(value)
        field.committed.connect(lambda v: self._fill(**{key: v}))
        self.form.addWidget(field_row(name, field, 84))
        return field

    def _build_evidence(self) -> None:
        self.picture = MapPicture("Picture of the map")
        self.evidence.addWidget(self.picture, 3)
        self.table: QTableWidget = small_table("Layers and what they become", 150)
        self.table.setColumnCount(5)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Fixed)
        self.table.setColumnWidth(3, 160)
        self.table.currentCellChanged.connect(lambda row, *_rest: self._highlight(row))
        self.evidence.addWidget(self.table)
        self.outcome = label("", "strong", wrap=True)
        self.evidence.addWidget(self.outcome)
        self.evidence.addWidget(self.notes, 2)
        self.notes.accepted.connect(self.confirm)
        self.notes.answer_asked.connect(self.focus_answer)

    # answering ---------------------------------------------------------------

    def _answer(self, **changed: Any) -> None:
        self._use(present.with_map(self.options, **changed))

    def _fill(self, **changed: Any) -> None:
        self._use(replace(self.options, fill=replace(self.options.fill, **changed)))

    def _take_system(self, code: str, words: str) -> None:
        if self.system.findData(code) < 0:
            self.system.addItem(f"{code} {words}", code)
        self._answer(crs=code)

    def set_role(self, layer: str, role: str | None) -> None:
        """Say what a layer is; None takes the guess."""
        self._use(present.with_role(self.options, layer, role))

    def confirm(self, code: str) -> None:
        """Take a question as answered with yes."""
        self._answer(accepted=self.options.map.accepted | {code})

    def _use(self, options: SiteOptions) -> None:
        if options != self.options:
            self.options = options
            self.ask()

    def focus_answer(self, key: str) -> None:
        """Bring the control that settles a question to the front."""
        if key == "role" and self._roles:
            self._roles[0].setFocus(Qt.FocusReason.OtherFocusReason)
        fields: dict[str, QWidget] = {
            "crs": self.system, "clip": self.place, "unit": self.unit, "at": self.at,
        }  # fmt: skip
        field = fields.get(key)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    # showing -----------------------------------------------------------------

    def arguments(self) -> tuple[object, ...]:
        return (self.base, self.maps, self.options)

    def show_seen(self, seen: MapPreview) -> None:
        """Show what was understood with the answers given so far."""
        self.seen = seen
        self.search.bounds = seen.bounds
        clear(self.counts)
        for file in seen.files:
            self.counts.addWidget(label(present.file_words(file), "", wrap=True))
        if not seen.files:
            self.counts.addWidget(label("Nothing was read.", "hint"))
        known = self.options.map
        _refill(self.system, present.declared(seen), present.system_choices(seen), known.crs)
        _refill(self.place, "As proposed", present.place_choices(seen.places), known.clip)
        for widget in (self.place, self.place_title):
            widget.setVisible(bool(seen.places) or bool(known.clip))
        problem = seen.problem
        asked = {a for row in note_rows((problem,) if problem else (), ()) for a in row.answers}
        restyle(self.system, "flag", "ask" if "crs" in asked else "")
        restyle(self.unit, "flag", "ask" if "unit" in asked else "")
        restyle(self.at, "flag", "ask" if "at" in asked else "")
        restyle(self.place, "flag", "ask" if "clip" in asked else "")
        self.picture.show_shapes(seen.shapes, seen.more_shapes, in_metres=seen.epsg is not None)
        self._show_layers(seen)
        self.outcome.setText(present.result_words(seen))
        questions = [n for n in seen.notes if n.action is Action.ASK]
        stopped = (problem,) if problem else ()
        self.notes.show_rows(note_rows((*stopped, *questions), seen.notes), "Nothing to report.")
        why = ""
        if problem is not None:
            asks = problem.action is Action.ASK
            why = "One question is open." if asks else "This map cannot be used."
        self.set_ready(present.take_words(seen), why)

    def _show_layers(self, seen: MapPreview) -> None:
        held = self.table.currentRow()
        rows = present.layer_rows(seen)
        self._layers = [layer.name for layer in seen.layers]
        self._roles = []
        self.table.clearContents()
        self.table.setRowCount(len(rows))
        self.table.setHorizontalHeaderLabels(["Layer", "Holds", "Becomes", "Role", "Because"])
        for at, row in enumerate(rows):
            for place, text in ((0, row.layer), (1, row.shapes), (2, row.becomes), (4, row.why)):
                item = cell(text)
                item.setToolTip(text)
                self.table.setItem(at, place, item)
            self.table.setCellWidget(at, 3, self._role_box(self._layers[at]))
        self.table.setFixedHeight(min(180, 32 + 26 * max(1, len(rows))))
        if 0 <= held < len(rows):
            self.table.setCurrentCell(held, 0)

    def _role_box(self, layer: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"Role of {layer or 'the layer without a name'}")
        box.setProperty("dense", True)
        box.addItem("As guessed", None)
        for role, words in present.ROLES:
            box.addItem(words, role)
        told = self.options.map.roles.get(layer)
        box.setCurrentIndex(box.findData(told.value) if told is not None else 0)
        box.activated.connect(lambda _i: self.set_role(layer, box.currentData()))
        self._roles.append(box)
        return box

    def _highlight(self, row: int) -> None:
        several = len(self._layers) > 1 and 0 <= row < len(self._layers)
        self.picture.highlight(self._layers[row] if several else "")

    def take(self) -> None:
        """Put the maps on the plan as one step, or begin a project with them."""
        made = self.seen.project if self.seen is not None else None
        if made is not None:
            self.session.take_maps(made, [m.name for m in self.maps], fresh=self.base is None)


def _refill(box: QComboBox, found: str, options: Sequence[tuple[str, str]], held: str) -> None:
    """Offer answers anew; one that is held stays although it is no longer proposed."""
    kept = [(box.itemData(i), box.itemText(i)) for i in range(1, box.count())]
    known = dict(options)
    extra = [(code, words) for code, words in kept if code == held and code not in known]
    box.clear()
    box.addItem(found, None)
    for code, words in (*options, *extra):
        box.addItem(words, code)
    box.setCurrentIndex(max(0, box.findData(held)) if held else 0)
    box.setToolTip(box.currentText())
