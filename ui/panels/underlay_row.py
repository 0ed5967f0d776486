"""One underlay in the layer list: eye, name, opacity, and the ways to place it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSlider, QToolButton, QWidget

from planner import underlay_edits
from planner.model.site import Site
from planner.model.underlay import Underlay
from ui.icons import icon
from ui.present.text import clipped
from ui.session import Session
from ui.widgets.basic import column, label, line, link


class UnderlayRow(QWidget):
    """Edits one underlay; moves of the slider are one undo step."""

    calibrate_asked = Signal(str)
    move_asked = Signal(str)

    def __init__(self, session: Session, underlay: Underlay) -> None:
        super().__init__()
        self._session, self._underlay = session, underlay
        key, name = underlay.id, underlay.name
        self.eye = QToolButton()
        self.eye.setIconSize(QSize(15, 15))
        self.eye.clicked.connect(lambda _checked=False: self._toggle())
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(5, 100)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(f"Opacity of {name}, %")
        self.slider.valueChanged.connect(self._fade)
        words = label(clipped(name, 30))
        words.setToolTip(underlay.source or name)
        rows = column(2, (12, 2, 16, 4))
        rows.addLayout(line(self.eye, words, 1, spacing=6))
        rows.addLayout(line(label("Opacity", "hint"), self.slider))
        rows.addLayout(
            line(
                self._calibrate_link(),
                link("Move", lambda: self.move_asked.emit(key)),
                link("Remove", self._remove), 1, spacing=10,
            )
        )  # fmt: skip
        if not underlay.calibrated:
            rows.addWidget(label("Its scale is not known yet.", "hint"))
        self.setLayout(rows)
        self._show(underlay)

    def _calibrate_link(self) -> QPushButton:
        made = link("Calibrate", lambda: self.calibrate_asked.emit(self._underlay.id))
        made.setToolTip("Place it by two points: type their distance, or click them on the plan.")
        return made

    def show_state(self, site: Site) -> None:
        """Show visibility and opacity as they are now."""
        for underlay in site.underlays:
            if underlay.id == self._underlay.id:
                self._show(underlay)

    def _show(self, underlay: Underlay) -> None:
        self._underlay = underlay
        self.slider.blockSignals(True)
        self.slider.setValue(round(underlay.opacity_pct))
        self.slider.setToolTip(f"{underlay.opacity_pct:.0f} %")
        self.slider.blockSignals(False)
        verb = "Hide" if underlay.visible else "Show"
        self.eye.setIcon(icon("eye" if underlay.visible else "eye-off"))
        self.eye.setToolTip(f"{verb} {underlay.name}")
        self.eye.setAccessibleName(f"{verb} {underlay.name}")

    def _toggle(self) -> None:
        key, visible = self._underlay.id, not self._underlay.visible
        self._session.edit(
            "Show underlay" if visible else "Hide underlay",
            lambda p: underlay_edits.show_underlay(p, key, visible),
        )

    def _fade(self, value: int) -> None:
        key = self._underlay.id
        self._session.edit(
            "Fade underlay",
            lambda p: underlay_edits.set_underlay_opacity(p, key, value), f"fade {key}",
        )  # fmt: skip

    def _remove(self) -> None:
        key = self._underlay.id
        self._session.edit("Remove underlay", lambda p: underlay_edits.remove_underlay(p, key))
