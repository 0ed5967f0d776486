"""The strategy comparison: run on demand, looked at as table and plot, chosen as an edit."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from planner import edits
from planner.charging.compare import Regime
from planner.charging.strategies.names import name_of
from ui.present.strategies import UNMANAGED, highest_day, strategies_table
from ui.present.text import number
from ui.session import Session
from ui.table_view import TableView
from ui.widgets.basic import button, clear, label, line, link
from ui.widgets.line_plot import Curve, LinePlot
from ui.widgets.run_buttons import run_buttons


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


class StrategyPage(QWidget):
    """Compares the strategies on the sessions of the design on screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.regimes: tuple[Regime, ...] = ()
        self._of: tuple[object, ...] = ()
        self.chosen = ""
        self._buttons = run_buttons("Compare strategies", self.start, self.cancel, "the comparison")
        self.run, self.stop = self._buttons.start, self._buttons.stop
        self.use = button("Use this strategy", self._use, "check")
        self.words = label("", "label")
        self.words.setMinimumWidth(1)
        self.go = link("Go to Propose", lambda: session.step_asked.emit(3))
        head = line(self.run, self.stop, self.use, self._buttons.progress, self.words, self.go, 1)
        head.setContentsMargins(12, 6, 14, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        self._body = QVBoxLayout()
        box.addLayout(self._body, 1)
        box.addStretch(0)
        session.document.changed.connect(lambda _b, _a: self.refresh())
        session.document.results_changed.connect(self.refresh)
        self._buttons.show_running(False)
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done now."""
        document = self._session.document
        ready = document.project is not None and document.shown is not None
        self.run.setEnabled(ready)
        self.go.setVisible(not ready)
        why = "" if ready else "A design is needed first."
        self.run.setToolTip(why)
        old = bool(self.regimes) and not _same(self._of, self._compared())
        if not self.stop.isVisible():
            intro = "The same sessions under every strategy, side by side."
            changed = "The design has changed since. Compare again."
            self.words.setText(why or (changed if old else self._hint() if self.regimes else intro))
        self._offer()

    def _hint(self) -> str:
        """Say what is left out of a comparison while no energy price is known."""
        project = self._session.document.project
        known = project is not None and project.settings.energy_tariff is not None
        return "" if known else "With an energy price (step Supply) lowest cost is compared, too."

    def _compared(self) -> tuple[object, ...]:
        """Return what all strategies have in common; the choice of one changes none of it."""
        document = self._session.document
        project, outcome = document.project, document.shown
        if project is None:
            return ()
        if outcome is None:  # while it is recalculated what is on screen stays as it is
            return self._of
        scenario = project.scenario
        return (
            outcome.design, outcome.demand, project.site, project.settings,
            scenario.batteries, scenario.solar,
        )  # fmt: skip

    def start(self) -> None:
        """Run the comparison in the worker."""
        document = self._session.document
        project, outcome = document.project, document.shown
        if project is None or outcome is None:
            return

        compared = self._compared()

        def done(regimes: tuple[Regime, ...]) -> None:
            self.regimes, self._of = regimes, compared
            self._end("")
            self.show_regimes()

        self._buttons.show_running(True)
        self._session.jobs.submit(
            "strategies", project, outcome.design, done=done, failed=self._end,
            progress=self._progressed,
        )  # fmt: skip

    def cancel(self) -> None:
        """Stop; what was compared before stays."""
        self._session.jobs.cancel("strategies")
        self._end("Stopped.")

    def _progressed(self, share: float, text: str) -> None:
        self._buttons.show_share(share)
        self.words.setText(text)

    def _end(self, text: str) -> None:
        self._buttons.show_running(False)
        self.refresh()
        if text:
            self.words.setText(text)

    def show_regimes(self) -> None:
        """Show table and plot of the last comparison."""
        document = self._session.document
        if document.project is None or document.design is None:
            return
        scenario = document.project.scenario
        managed = document.design.managed_cap_kw is not None
        clear(self._body)
        self._parts = QSplitter()
        self._parts.setHandleWidth(1)
        self.table = TableView(strategies_table(self.regimes, scenario.strategy, managed))
        self.table.row_chosen.connect(lambda key: self.choose(key[1]))
        self._parts.addWidget(self.table)
        self._plot: QWidget | None = None
        self._body.addWidget(self._parts)
        self.choose(self.chosen or (scenario.strategy if managed else UNMANAGED))
        self.table.show_subject(("strategy", self.chosen))

    def choose(self, strategy: str) -> None:
        """Draw the load of a strategy beside that without management."""
        self.chosen = strategy
        plot = self._draw()
        if self._plot is None:
            self._parts.addWidget(plot)
            self._parts.setSizes([660, 300])
        else:
            self._parts.replaceWidget(1, plot)
            self._plot.deleteLater()
        self._plot = plot
        self._offer()

    def _draw(self) -> LinePlot:
        known = {r.name: r for r in self.regimes}
        curves = []
        for name, look, at in ((UNMANAGED, "other", 0.7), (self.chosen, "data", 0.3)):
            if name in known and not (name == UNMANAGED and look == "data"):
                hours, highest = highest_day(known[name])
                peak = number(known[name].service.peak_kw)
                curves.append(Curve(f"{name_of(name)}, {peak} kW", hours, highest, look, at))
        design = self._session.document.design
        cap = design.managed_cap_kw if design else None
        if cap is not None:
            level = np.array([cap, cap])
            curves.append(Curve(f"cap {number(cap)} kW", np.array([0.0, 24.0]), level, "limit", 0))
        return LinePlot("Highest charging load", "kW", "hour of day", tuple(curves))

    def _offer(self) -> None:
        """Offer to use the strategy chosen, or say why not."""
        document = self._session.document
        project, design = document.project, document.design
        self.use.setVisible(bool(self.regimes))
        if project is None:
            return
        why = ""
        if not self.chosen or self.chosen == UNMANAGED:
            why = "Choose a strategy in the table."
        elif design is None or design.managed_cap_kw is None:
            why = "This design runs without load management. Tick Manage load in Propose."
        elif project.scenario.strategy == self.chosen:
            why = "This strategy is in use."
        self.use.setEnabled(not why)
        self.use.setToolTip(why)

    def _use(self) -> None:
        chosen = self.chosen
        self._session.edit("Choose strategy", lambda p: edits.set_strategy(p, chosen))
        self.show_regimes()
