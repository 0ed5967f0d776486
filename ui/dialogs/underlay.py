"""Preview of an underlay: its picture, page, scale and place; OK lays it under the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from planner.inputs.blank import extent
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.model.underlay import UnderlayKind
from ui.canvas.underlays import decoded, drawing_path
from ui.dialogs.crs_search import CrsSearch
from ui.dialogs.importing import ImportDialog
from ui.present.notes import note_rows
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import label, restyle
from ui.widgets.fields import NumberField, choice, field_row

_UNITS = ("mm", "cm", "m", "in", "ft")


class PicturePreview(QWidget):
    """The picture, fitted into the widget."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture of the underlay")
        self.setMinimumHeight(320)
        self._picture = QPixmap()

    def show_laid(self, laid: Laid | None) -> None:
        """Show another picture; a drawing is drawn."""
        self._picture = QPixmap()
        if laid is not None and laid.underlay.kind is UnderlayKind.DRAWING:
            self._picture = self._drawn(laid.content)
        elif laid is not None:
            self._picture = QPixmap.fromImage(decoded(laid.content, 1400))
        self.update()

    def _drawn(self, content: bytes) -> QPixmap:
        path = drawing_path(content)
        box = path.boundingRect()
        made = QPixmap(1200, 800)
        made.fill(QColor("white"))
        scale = min(1160 / max(box.width(), 1e-9), 760 / max(box.height(), 1e-9))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(600, 400)
        painter.scale(scale, scale)
        painter.translate(-box.center())
        ink = painter.pen()
        ink.setCosmetic(True)
        painter.setPen(ink)
        painter.drawPath(path)
        painter.end()
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.tokens.window))
        if not self._picture.isNull():
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            target = QRectF(left, top, size.width(), size.height())
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        painter.end()


class UnderlayDialog(ImportDialog):
    """Shows a picture or drawing before it lies under the plan."""

    task = "read_underlay"

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        self.path = path
        site = session.document.require().site
        self.options = UnderlayOptions(epsg=site.epsg, around=extent(site), region=site.region)
        self.laid: Laid | None = None
        super().__init__(session, "Underlay", path.name, parent)
        self.resize(1040, 680)
        self.told.setText(path.name)
        self._build_form()
        self.picture = PicturePreview()
        self.evidence.addWidget(self.picture, 3)
        self.evidence.addWidget(self.notes, 1)
        self.notes.answer_asked.connect(self._focus_answer)
        self.ask()

    def _build_form(self) -> None:
        self.about = label("", "", wrap=True)
        self.form.addWidget(self.about)
        self.page = QSpinBox()
        self.page.setAccessibleName("Page")
        self.page.setRange(1, 1)
        self.page.valueChanged.connect(lambda n: self._use(page=n))
        self.page_row = field_row("Page", self.page, 84)
        self.form.addWidget(self.page_row)
        self.scale = NumberField("Printed scale, 1 to", "", 0, low=1, high=100_000)
        self.scale.optional = True
        self.scale.committed.connect(lambda value: self._use(scale=value))
        self.scale.cleared.connect(lambda: self._use(scale=None))
        self.scale_row = field_row("Printed scale 1 :", self.scale, 84)
        self.form.addWidget(self.scale_row)
        self.unit: QComboBox = choice("Drawing unit", ("As found", *_UNITS), 0, self._take_unit)
        self.unit_row = field_row("Drawing unit", self.unit, 110)
        self.form.addWidget(self.unit_row)
        self.form.addWidget(label("Coordinate system", "label"))
        self.system = label("", "", wrap=True)
        self.form.addWidget(self.system)
        self.search = CrsSearch(self.session)
        self.search.chosen.connect(lambda code, _words: self._use(crs=code))
        self.form.addWidget(self.search)
        self.form.addStretch(1)

    def _take_unit(self, index: int) -> None:
        self._use(unit=_UNITS[index - 1] if index else "")

    def _use(self, **changed: Any) -> None:
        options = replace(self.options, **changed)
        if options != self.options:
            self.options = options
            self.ask()

    def _focus_answer(self, key: str) -> None:
        fields: dict[str, QWidget] = {"crs": self.search, "units": self.unit, "unit": self.unit}
        if key in fields:
            fields[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def arguments(self) -> tuple[object, ...]:
        return (self.path, self.options)

    def show_seen(self, seen: Laid | InputError) -> None:
        """Show the picture, or what has to be answered first."""
        laid = seen if isinstance(seen, Laid) else None
        self.laid = laid
        notes: tuple[Note, ...] = laid.notes if laid else ()
        stopped: tuple[Note, ...] = ()
        if isinstance(seen, InputError):
            action = Action.ASK if seen.question else Action.REJECT
            stopped = (Note(action, "UND-STOPPED", seen.place, seen.reason, seen.remedy),)
        questions = [n for n in notes if n.action is Action.ASK]
        self.notes.show_rows(note_rows((*stopped, *questions), notes), "Nothing to report.")
        self.picture.show_laid(laid)
        self._show_answers(laid, stopped)
        why = ""
        if stopped:
            asks = stopped[0].action is Action.ASK
            why = "One question is open." if asks else "This file cannot lie under the plan."
        self.set_ready("Lay under the plan", why)

    def _show_answers(self, laid: Laid | None, stopped: tuple[Note, ...]) -> None:
        kind = laid.underlay.kind if laid else None
        self.page_row.setVisible(bool(laid and laid.pages > 1))
        if laid is not None:
            self.page.blockSignals(True)
            self.page.setMaximum(max(laid.pages, 1))
            self.page.blockSignals(False)
            under = laid.underlay
            size = f"{under.width_px:,} × {under.height_px:,} pixels"
            pages = f", page {self.options.page} of {laid.pages}" if laid.pages > 1 else ""
            placed = "placed by its coordinates" if under.calibrated else "to be placed by hand"
            self.about.setText(f"{size}{pages}, {placed}")
        self.scale_row.setVisible(kind is UnderlayKind.PDF)
        self.unit_row.setVisible(kind is UnderlayKind.DRAWING or bool(self.options.unit))
        said = self.options.crs or (laid.underlay.crs if laid else "")
        self.system.setText(said or "None named")
        asked = any("--crs" in note.remedy for note in stopped)
        restyle(self.search.field, "flag", "ask" if asked else "")

    def take(self) -> None:
        """Lay the picture under the plan as one step."""
        if self.laid is not None:
            self.session.add_underlay(self.laid)
