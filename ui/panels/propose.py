"""Step 4, Propose: aim, limits, progress; the cards of the three designs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from grid.findings import Severity
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Limits, Objective
from ui.canvas.floating import Swatch
from ui.panels.panel import Panel
from ui.present.cards import Card, card
from ui.present.steps import DESIGN_NAMES, STEPS
from ui.present.text import SYMBOLS, count, number
from ui.session import Session
from ui.widgets.basic import (
    Clickable,
    button,
    clear,
    column,
    label,
    line,
    link,
    note,
    number_label,
    restyle,
)
from ui.widgets.charts import DotStrip
from ui.widgets.fields import NumberField, Segments, field_row

_AIMS = (Objective.COST, Objective.BALANCED, Objective.FUTURE)
_SWITCHES = (
    ("managed", "Manage load"),
    ("within_agreed_kva", "Keep within agreed capacity"),
    ("dig_asphalt", "Allow work in asphalt"),
)


def _missing(project: Project) -> tuple[str, int]:
    """Say what a proposal lacks, and at which step it is given; blank where nothing is."""
    if not project.site.bays:
        return "The site has no bays yet.", 0
    if not project.scenario.demand:
        return "Say who parks here first.", 2
    if project.site.supply is None:
        return "Give the supply first.", 1
    return "", 0


class ProposePanel(Panel):
    """Aim and limits of a proposal, and its progress."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Propose")
        self._build_aims()
        self._build_limits()
        self._build_run()
        session.opened.connect(self._ended)
        self._since = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(250)
        self._tick.timeout.connect(self._show_time)

    def _build_aims(self) -> None:
        aims = self.section("Aim for", first=True, spacing=8)
        self.aim = Segments("Aim for", ("Cost", "Balanced", "Future"))
        self.aim.chosen.connect(lambda i: self.session.set_objective(_AIMS[i]))
        aims.addWidget(self.aim)
        self.budget = NumberField("Budget", "", 0, 1)
        self.budget.optional = True
        self.budget.committed.connect(lambda v: self._limit(budget=v))
        self.budget.cleared.connect(lambda: self._limit(budget=None))
        self._budget_row = field_row("Budget", self.budget, 100)
        aims.addWidget(self._budget_row)
        self._served = number_label("")
        holder = QWidget()
        holder.setLayout(line(label("Drivers served in full", "label"), 1, self._served))
        aims.addWidget(holder)
        self.service = QSlider(Qt.Orientation.Horizontal)
        self.service.setRange(50, 100)
        self.service.setAccessibleName("Drivers served in full, per cent")
        self.service.valueChanged.connect(lambda v: self._served.setText(f"{v} %"))
        self.service.sliderReleased.connect(lambda: self._limit(service_pct=self._slider()))
        aims.addWidget(self.service)

    def _slider(self) -> float:
        return float(self.service.value())

    def _build_limits(self) -> None:
        limits = self.section("Limits", spacing=8)
        self.switches: dict[str, QCheckBox] = {}
        for name, text in _SWITCHES:
            box = QCheckBox(text)
            box.setAccessibleName(text)
            box.clicked.connect(lambda on, n=name: self._limit(**{n: on}))
            self.switches[name] = box
            limits.addWidget(box)
        self.accessible = NumberField("Accessible chargers", "", 0, 0, 999)
        self.accessible.committed.connect(lambda v: self._limit(accessible_chargers=int(v)))
        limits.addWidget(field_row("Accessible chargers", self.accessible, 56))
        self._pinned = label("", "label")
        limits.addWidget(self._pinned)

    def _build_run(self) -> None:
        run = self.section(spacing=8)
        self.go = button("Propose", self.start, primary=True)
        run.addWidget(self.go)
        self.take = button("Accept", self.accept_shown)
        self.take.setMinimumHeight(30)
        run.addWidget(self.take)
        self._why = label("", "hint", wrap=True)
        run.addWidget(self._why)
        self._missing = 0
        self._lead = link("", lambda: self.session.step_asked.emit(self._missing))
        run.addWidget(self._lead)
        self.progress = QWidget()
        box = QVBoxLayout(self.progress)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(6)
        self._stage, self._time = label("", "strong"), number_label("")
        box.addLayout(line(self._stage, 1, self._time))
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        box.addWidget(self._bar)
        self.stop = button("Stop here", self.cancel)
        box.addLayout(line(self.stop, 1))
        run.addWidget(self.progress)
        self.progress.hide()
        self._problem = column(0)
        run.addLayout(self._problem)

    def refresh(self) -> None:
        """Show aim and limits of the scenario."""
        document = self.session.document
        project = document.require()
        limits = project.scenario.limits
        self.aim.show_choice(_AIMS.index(project.scenario.objective))
        currency = project.price_book.currency
        self.budget.setPlaceholderText("No limit")
        self.budget.setToolTip(f"In {SYMBOLS.get(currency, currency).strip()}, before tax")
        self.budget.show_value(limits.budget)
        self.service.setValue(round(limits.service_pct))
        self._served.setText(f"{number(limits.service_pct)} %")
        for name, box in self.switches.items():
            box.setChecked(bool(getattr(limits, name)))
        self.accessible.show_value(limits.accessible_chargers)
        design = project.scenario.design
        pinned = sum(c.pinned for c in design.chargers.values()) if design else 0
        self._pinned.setText(count(pinned, "pinned charger"))
        self._pinned.setVisible(pinned > 0)
        why, self._missing = _missing(project)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._lead.setText(f"Go to {STEPS[self._missing]}")
        self._lead.setAccessibleName(self._lead.text())
        self._lead.setVisible(bool(why))
        self.go.setEnabled(not why and self.progress.isHidden())
        self.go.setToolTip(why or "Propose three designs (Ctrl+Enter)")
        self.go.setText("Propose again" if document.proposals or design else "Propose")
        shown = document.preview
        self.take.setVisible(shown is not None)
        if shown is not None:
            self.take.setText(f"Accept {DESIGN_NAMES[shown.objective]}")
            self.take.setAccessibleName(self.take.text())
        self._emphasise(shown is not None)

    def _emphasise(self, accepting: bool) -> None:
        """Make the next thing to do the one primary button."""
        restyle(self.take, "primary", accepting)
        restyle(self.go, "primary", not accepting)

    def accept_shown(self) -> None:
        """Take the design on the plan into the scenario."""
        shown = self.session.document.preview
        if shown is not None:
            self.session.accept(shown)

    def _limit(self, **values: object) -> None:
        limits: Limits = self.session.document.require().scenario.limits
        self.session.set_limits(replace(limits, **values))  # type: ignore[arg-type]

    def start(self) -> None:
        """Run the proposal in the worker."""
        self.refresh_if_stale()
        if not self.go.isEnabled():
            return
        clear(self._problem)
        self.progress.show()
        self.go.setEnabled(False)
        self._stage.setText("Starting")
        self._bar.setValue(0)
        self._since.start()
        self._tick.start()
        self.session.propose(self._progressed, self._failed, self._ended)

    def cancel(self) -> None:
        """Stop; designs already shown stay."""
        self.session.cancel_propose()
        self._ended()

    def _progressed(self, share: float, text: str) -> None:
        self._stage.setText(text)
        self._bar.setValue(round(1000 * share))

    def _failed(self, text: str) -> None:
        self._ended()
        self._problem.addWidget(note(text, Severity.ERROR))

    def _ended(self) -> None:
        self._tick.stop()
        self.progress.hide()
        self.mark_stale()
        self.refresh_if_stale()

    def _show_time(self) -> None:
        seconds = self._since.elapsed() // 1000
        self._time.setText(f"{seconds // 60}:{seconds % 60:02d}")


class DesignCard(Clickable):
    """One design in a few figures; a click shows it on the plan."""

    def __init__(self, made: Card, *, shown: bool, accepted: bool) -> None:
        super().__init__(f"{made.title}, {made.price}")
        self.setProperty("row", False)
        self.setProperty("card", True)
        restyle(self, "shown", shown)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 10)
        box.setSpacing(4)
        state = "Accepted" if accepted else "Shown on plan" if shown else "Show"
        top = line(label(made.title, "title"), 1, link(state, self.clicked.emit))
        box.addLayout(top)
        box.addWidget(label(made.price, "price"))
        box.addWidget(label(made.band, "tiny"))
        chargers = QHBoxLayout()
        chargers.setContentsMargins(0, 2, 0, 4)
        chargers.setSpacing(6)
        for symbol, text in made.chargers:
            chargers.addWidget(Swatch(symbol, 18))
            chargers.addWidget(label(text))
            chargers.addSpacing(6)
        chargers.addStretch(1)
        box.addLayout(chargers)
        for strip in made.strips:
            dots = DotStrip(strip.value, strip.low, strip.high, strip.tick)
            dots.setFixedWidth(72)
            value = number_label(strip.text)
            value.setMinimumWidth(52)
            box.addLayout(line(label(strip.label, "small"), 1, dots, value))
        if made.findings:
            box.addWidget(label(made.findings, "tiny"))


class Cards(QFrame):
    """The designs side by side above the plan."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("cards")
        self._session = session
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 12, 16, 12)
        self._row.setSpacing(12)

    def refresh(self) -> None:
        """Show a card per proposal."""
        clear(self._row)
        document = self._session.document
        project = document.project
        if project is None:
            return
        accepted = document.outcome
        for outcome in document.proposals:
            is_accepted = accepted is outcome and document.preview is None
            made = DesignCard(
                card(project, outcome), shown=outcome is document.shown, accepted=is_accepted
            )
            made.clicked.connect(lambda o=outcome: self._show(o))
            self._row.addWidget(made, 1)
        for _missing in range(3 - len(document.proposals)):
            self._row.addStretch(1)

    def _show(self, outcome: Outcome) -> None:
        document = self._session.document
        document.show_proposal(None if outcome is document.outcome else outcome)
