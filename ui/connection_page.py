"""The connection page: what capacity buys, offers side by side, and reinforcements."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from planner.model.connection import ConnectionOptions, Offer
from planner.studies import ConnectionStudy
from ui.present import connection as present
from ui.present.text import number
from ui.session import Session
from ui.table_view import TableView
from ui.widgets.basic import button, clear, label, line
from ui.widgets.fields import Segments
from ui.widgets.line_plot import Curve, LinePlot
from ui.widgets.run_buttons import run_buttons

INTRO = (
    "What other agreed capacities deliver to the same cars, offers side by side, and the "
    "reinforcements this design needs."
)
OLD = "Outdated: the project has changed since. Work it out again."
NEEDS = "A design is needed first. Propose one in step 4."


class ConnectionPage(QWidget):
    """Shows the connection options of the design on screen, and runs them on demand."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._run = session, session.studies.connection
        self._shown: ConnectionStudy | None = None
        self._part = 0
        self._buttons = run_buttons(
            "Compare connections", self._run.start, self._run.stop, "the connection options"
        )
        self.start, self.stop = self._buttons.start, self._buttons.stop
        self.use = button("Use this offer", self._use, "check")
        self._key = ""
        self.words = label("", "label", wrap=True)
        self.words.setMinimumWidth(1)
        self._choice = QVBoxLayout()
        head = line(self.start, self.stop, self.use, self._buttons.progress)
        head.addLayout(self._choice)
        head.addStretch(1)
        head.setContentsMargins(12, 6, 14, 2)
        said = line(self.words)
        said.setContentsMargins(12, 2, 14, 4)
        self._body = QVBoxLayout()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(said)
        box.addLayout(self._body, 1)
        box.addStretch()
        session.document.changed.connect(self.refresh)
        session.document.results_changed.connect(self.refresh)
        self._run.changed.connect(self.refresh)
        self._run.progressed.connect(self._progressed)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known and say what can be done now."""
        document, run = self._session.document, self._run
        if run.made is not self._shown:
            self._show(run.made)
        ready = document.project is not None and document.shown is not None
        self._buttons.show_running(run.running)
        self.start.setEnabled(ready)
        self.start.setToolTip("" if ready else NEEDS)
        if not run.running:
            self._buttons.show_share(0)
            self._say(run.said or self._state(ready))
        self._offer()

    def _state(self, ready: bool) -> str:
        made = self._run.made
        if made is None:
            return INTRO if ready else NEEDS
        if self._run.is_old:
            return OLD
        offer = self._in_view() if self._part == 0 else None
        said = present.summary(made.options)
        return said if offer is None else f"{said} {present.offer_words(offer)}"

    def _say(self, text: str) -> None:
        self.words.setText(text)
        self.words.setToolTip(text)

    def _progressed(self, share: float, text: str) -> None:
        self._buttons.show_share(share)
        self._say(text)

    def _show(self, made: ConnectionStudy | None) -> None:
        """Show the tables and the curve of a study."""
        self._shown = made
        clear(self._body)
        clear(self._choice)
        if made is None:
            return
        self.tables = present.part_tables(made)
        self.parts = Segments("Part", list(self.tables))
        self.parts.setFixedWidth(440)
        self.parts.show_choice(self._part)
        self.parts.chosen.connect(self.show_part)
        self._choice.addWidget(self.parts)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self.table = self._table()
        self._split.addWidget(self.table)
        self._split.addWidget(curve_plot(made.options))
        self._split.setSizes([720, 200])
        self._body.addWidget(self._split)
        self._mark()

    def _table(self) -> QWidget:
        """Return the table of the part chosen; the order of its lines means something."""
        table = list(self.tables.values())[self._part]
        if not table.lines:
            words = label(table.empty, "label")
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            return words
        view = TableView(table, sortable=False)
        view.row_chosen.connect(self._chosen)
        return view

    def _chosen(self, subject: object) -> None:
        """Take the offer of a line in view."""
        if isinstance(subject, tuple) and subject[0] == "offer":
            self._key = str(subject[1])
            self.refresh()

    def _mark(self) -> None:
        """Select the line of the offer in view."""
        offer = self._in_view()
        if self._part == 0 and offer is not None and isinstance(self.table, TableView):
            self.table.show_subject(("offer", offer.key))

    def _in_view(self) -> Offer | None:
        made = self._run.made
        return present.offer_of(made.options, self._key) if made else None

    def show_part(self, index: int) -> None:
        """Show another table beside the curve."""
        self._part = index
        self.parts.show_choice(index)
        old, sizes = self.table, self._split.sizes()
        self.table = self._table()
        self._split.replaceWidget(0, self.table)
        self._split.setSizes(sizes)
        old.deleteLater()
        self._mark()
        self.refresh()

    def _offer(self) -> None:
        """Offer to plan with the offer in view, or say why not."""
        offer = self._in_view()
        self.use.setVisible(offer is not None and not self._run.running)
        if offer is None:
            return
        self.use.setText(f" Use {offer.name[:1].lower()}{offer.name[1:]}")
        why = OLD if self._run.is_old else present.cannot_use(offer)
        self.use.setEnabled(not why)
        self.use.setToolTip(why or f"{present.use_words(offer)} The operator has to agree.")

    def _use(self) -> None:
        offer = self._in_view()
        if offer is not None and not present.cannot_use(offer):
            self._session.take_offer(offer)


def curve_plot(found: ConnectionOptions) -> LinePlot:
    """Draw energy delivered over agreed capacity, with today's capacity and the goal."""
    kva, pct = present.curve_points(found)
    curves = []
    if kva:
        at = np.array(kva)
        goal = found.ceiling_pct * found.target_pct / 100
        now = np.array([found.now_kva, found.now_kva])
        curves = [
            Curve("energy delivered", at, np.array(pct), "data", 0.5),
            Curve(f"goal {number(goal, 1)} %", at[[0, -1]], np.array([goal, goal]), "other", 0.1),
            Curve(f"agreed {number(found.now_kva)} kVA", now, np.array([0.0, 100.0]), "limit", 0.3),
        ]
    return LinePlot("Wanted energy delivered", "%", "kVA agreed", tuple(curves))
