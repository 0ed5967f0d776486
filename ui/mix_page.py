"""The mixes page: the chosen mix beside those that no other beats, as table and dots."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from planner.model.outcome import Mix, MixOption
from ui.present.mixes import KIND, mixes_table, points_of, rank_of
from ui.present.text import SYMBOLS
from ui.session import Session
from ui.table_view import TableView
from ui.widgets.basic import clear, label, line
from ui.widgets.dot_plot import DotPlot
from ui.widgets.run_buttons import run_buttons

TASK, KEPT = "mixes", 6
NONE_CHOSEN = "This design was not made from a choice of mixes. Propose one."
INTRO = "The chosen mix and its runners-up. Compare to see what no other mix beats."
FRONT = (
    "Below the chosen mix: what no other mix or cap beats in cost, drivers served and "
    "connection at once."
)


class MixPage(QWidget):
    """Shows the mixes of the proposal on screen and works out the front on demand."""

    table: TableView
    plot: DotPlot

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._mix: Mix | None = None
        self._known: list[tuple[Mix, tuple[MixOption, ...]]] = []
        self._buttons = run_buttons(
            "Compare mixes", self.start, self.cancel, "the comparison of mixes"
        )
        self.run, self.stop = self._buttons.start, self._buttons.stop
        self.words = label("", "label")
        self.words.setMinimumWidth(1)
        head = line(self.run, self.stop, self._buttons.progress, self.words)
        head.setStretch(3, 1)
        head.setContentsMargins(12, 6, 14, 6)
        self._body = QVBoxLayout()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(self._body, 1)
        self._buttons.show_running(False)
        session.document.results_changed.connect(self.refresh)
        self._show()

    @property
    def front(self) -> tuple[MixOption, ...]:
        """What no other mix beats, empty until it has been worked out."""
        return next((front for mix, front in self._known if mix is self._mix), ())

    def refresh(self) -> None:
        """Show the mixes of another proposal; what runs for the last one is stopped."""
        shown = self._session.document.shown
        if shown is None or shown.mix is not self._mix:
            if not self.stop.isHidden():
                self.cancel()
            self._show()

    def start(self) -> None:
        """Work the front out in the worker."""
        mix, project = self._mix, self._session.document.project
        if mix is None or project is None:
            return

        def done(front: tuple[MixOption, ...]) -> None:
            self._known = [*self._known[1 - KEPT :], (mix, front)]
            self._buttons.show_running(False)
            self._show()

        self._buttons.show_running(True)
        self._session.jobs.submit(
            TASK, project, mix, done=done, failed=self._end, progress=self._progressed
        )

    def cancel(self) -> None:
        """Stop; what is shown stays."""
        self._session.jobs.cancel(TASK)
        self._end("Stopped.")

    def _progressed(self, share: float, text: str) -> None:
        self._buttons.show_share(share)
        self.words.setText(text)

    def _end(self, text: str) -> None:
        self._buttons.show_running(False)
        self.words.setText(text)

    def _show(self) -> None:
        document = self._session.document
        shown, project = document.shown, document.project
        self._mix = shown.mix if shown is not None else None
        clear(self._body)
        ready = self._mix is not None and bool(self._mix.chosen.counts)
        self.run.setEnabled(ready)
        self.run.setToolTip("" if ready else NONE_CHOSEN)
        self.words.setText((FRONT if self.front else INTRO) if ready else NONE_CHOSEN)
        if not ready or project is None or self._mix is None:
            self._body.addStretch(1)
            return
        parts = QSplitter()
        parts.setHandleWidth(1)
        self.table = TableView(mixes_table(project, self._mix, self.front))
        self.table.row_chosen.connect(lambda key: self.plot.select(rank_of(key)))
        currency = SYMBOLS.get(project.price_book.currency, project.price_book.currency).strip()
        self.plot = DotPlot(
            "Drivers served in full, %", "larger: more kVA; line: 95 % interval",
            f"thousand {currency}", points_of(project, self._mix, self.front),
            project.scenario.limits.service_pct,
        )  # fmt: skip
        self.plot.pointed.connect(self._pointed)
        parts.addWidget(self.table)
        parts.addWidget(self.plot)
        parts.setSizes([680, 340])
        self._body.addWidget(parts)

    def _pointed(self, key: str) -> None:
        self.table.show_subject((KIND, key))
        self.plot.select(key)
