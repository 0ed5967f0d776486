"""The status bar: state of the work at left, place and scale at right."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout
from shapely import Point

from planner.model.outcome import Outcome
from ui.present.steps import tally
from ui.present.text import number
from ui.widgets.basic import Picture, label

STATUS_PX = 26
_SAID_MS = 8000
_TASKS = {
    "warm": "Getting ready",
    "load": "Opening",
    "sample": "Opening the sample",
    "new_project": "Reading maps",
    "save": "Saving",
    "propose": "Proposing",
    "recalculate": "Calculating",
    "year": "Checking the year",
    "headroom": "Working out the headroom",
    "strategies": "Comparing strategies",
    "mixes": "Comparing mixes",
    "connection": "Comparing connections",
    "diagram": "Drawing the diagram",
    "read_rota": "Reading the rota",
    "read_online": "Fetching the online map",
    "write_rota": "Writing the rota",
    "deliver": "Writing documents",
    "deliver_draft": "Drawing the quote",
    "estimate": "Estimating demand",
}


class StatusBar(QFrame):
    """One line below everything."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setFixedHeight(STATUS_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self._state = label("Ready", "small")
        self._findings = label("", "small")
        self._place = label("", "small")
        self._crs = label("", "small")
        self._scale = label("", "small")
        row.addWidget(self._state)
        row.addWidget(self._findings)
        row.addStretch(1)
        row.addWidget(self._place)
        row.addWidget(self._crs)
        row.addWidget(self._scale)
        self._no_network = Picture("wifi-off", side=14)
        row.addWidget(self._no_network)
        row.setSpacing(14)
        self._network = label("Offline", "small")
        row.addWidget(self._network)
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.timeout.connect(lambda: self._state.setText("Ready"))

    def say(self, text: str) -> None:
        """Say something for a while."""
        self._state.setText(text if len(text) < 140 else f"{text[:138]}…")
        self._said.start(_SAID_MS)

    def show_work(self, task: str, share: float, text: str) -> None:
        """Show what the worker does, with a number; nothing when it rests."""
        if not task:
            if not self._said.isActive():
                self._state.setText("Ready")
            return
        self._said.stop()
        name = _TASKS.get(task, task)
        detail = f": {text}" if text and text != "Starting" else ""
        self._state.setText(f"{name} {round(100 * share)} %{detail}")

    def show_findings(self, outcome: Outcome | None) -> None:
        """Show how many errors and warnings there are."""
        self._findings.setText(tally(outcome.findings) if outcome else "")

    def show_point(self, point: Point) -> None:
        """Show where the pointer is."""
        east, north = (number(v, 1).replace(",", " ") for v in (point.x, point.y))
        self._place.setText(f"E {east} N {north} m")

    def show_site(self, epsg: int) -> None:
        """Show the coordinate system."""
        self._crs.setText(f"EPSG:{epsg}")

    def show_hosts(self, hosts: Collection[str]) -> None:
        """Show whether the project allows an online map; a tip names the hosts."""
        self._no_network.setVisible(not hosts)
        self._network.setText("Online map allowed" if hosts else "Offline")
        asked = f"{', '.join(sorted(hosts))}, only when you press Fetch this view"
        self._network.setToolTip(asked if hosts else "")

    def show_zoom(self, px_per_m: float) -> None:
        """Show the scale of the plan on a screen of usual density."""
        screen = self.screen()
        dpi = screen.logicalDotsPerInch() if screen else 96.0
        ratio = dpi / 0.0254 / max(px_per_m, 1e-6)
        rounded = round(ratio / 10) * 10 if ratio >= 100 else round(ratio)
        self._scale.setText(f"1:{rounded:,}")
