"""Step 5, Check: findings, gravest first; choosing one goes to its place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from grid.findings import Severity
from ui.panels.panel import Panel
from ui.present.findings import FindingRow, counts, finding_rows
from ui.present.text import number
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import Clickable, Mark, clear, column, label, line, link, rule
from ui.widgets.charts import BoundBar
from ui.widgets.marks import paint_severity


class FindingItem(Clickable):
    """One finding; the selected one unfolds value, clause and fix."""

    def __init__(self, row: FindingRow, *, unfolded: bool) -> None:
        finding = row.finding
        super().__init__(f"{finding.severity.value} {row.number}: {finding.message}")
        self.number = row.number
        self.set_selected(unfolded)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 10, 16, 10)
        outer.setSpacing(4)
        words = column(1)
        head = line(label(finding.message, "strong", wrap=True), spacing=6)
        head.setStretch(0, 1)
        head.addWidget(number_tag(row.number), 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(head)
        if finding.place:
            words.addWidget(label(finding.place, "small", wrap=True))
        if unfolded:
            self._unfold(words, row)
        top = line(spacing=10)
        top.addWidget(Mark(finding.severity, 16), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        outer.addLayout(top)

    def _unfold(self, words: QVBoxLayout, row: FindingRow) -> None:
        finding = row.finding
        if finding.value is not None and finding.limit is not None:
            words.addWidget(BoundBar(finding.value, finding.limit, finding.unit, finding.severity))
        if finding.clause:
            words.addWidget(label(finding.clause, "small", wrap=True))
        if finding.fix:
            words.addWidget(label(finding.fix, "", wrap=True))
        words.addWidget(label(finding.code, "tiny"))


def number_tag(n: int) -> QWidget:
    """Return the list number of a finding."""
    return label(str(n), "hint")


class CheckPanel(Panel):
    """The findings of the design on screen."""

    width_px = 300
    finding_chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Findings")
        self.current = 0
        self._only: Severity | None = None
        self._made_from: tuple[object, ...] = ()
        self._items: dict[tuple[object, ...], tuple[QWidget, QWidget]] = {}
        self._scenario = -1
        self.rows: tuple[FindingRow, ...] = ()
        self._state = label("", "hint")
        self.head.addWidget(self._state)
        chips = column(0, (16, 4, 16, 10))
        self._chips = {severity: self._chip(severity) for severity in Severity}
        chips.addLayout(line(*self._chips.values(), 1))
        self.body.addLayout(chips)
        self.body.addWidget(rule())
        self._list = column(0)
        self._end = column(0)
        self._passed = label("", "label")
        holder = QWidget()
        row_line = line(Mark(Severity.OK, 16), self._passed, 1, spacing=10)
        row_line.setContentsMargins(16, 12, 16, 12)
        holder.setLayout(row_line)
        self.body.addLayout(self._list)
        self._all_passed = holder
        self.body.addWidget(holder)
        self.body.addLayout(self._end)
        session.opened.connect(self._forget)

    def _forget(self) -> None:
        self._scenario = -1
        self.mark_stale()

    def refresh(self) -> None:
        """List findings with their marks; the last ones stay while new ones are worked out."""
        outcome, project = self.session.document.shown, self.session.document.require()
        designed = project.scenario.design is not None
        if outcome is None and designed and self.rows and self._scenario == project.active:
            self._state.setText("updating")
            return
        self._state.setText("")
        self._scenario = project.active
        made_from = (
            outcome, project.site, designed, self.current, self._only, theme.tokens
        )  # fmt: skip
        if len(made_from) == len(self._made_from) and all(
            a is b for a, b in zip(made_from, self._made_from, strict=True)
        ):
            return
        self._made_from = made_from
        self.rows = finding_rows(project, outcome)
        if self.current > len(self.rows):
            self.current = 0
        for severity, n in counts(outcome).items():
            self._show_chip(severity, n)
        self._list_rows()
        clear(self._end)
        self._all_passed.setVisible(outcome is not None)
        if outcome is None:
            self._empty()
        else:
            passed = f"{number(outcome.passed_checks)} checks passed"
            self._passed.setText(passed if self.rows else f"No findings. {passed}.")

    def _list_rows(self) -> None:
        """List the findings of the sort wanted; one that says the same keeps its widget."""
        wanted = {
            (row.number, row.finding, row.number == self.current): row
            for row in self.rows
            if self._only in (None, row.finding.severity)
        }
        if list(wanted) == list(self._items):
            return
        old, self._items = self._items, {}
        while self._list.count():
            self._list.takeAt(0)
        for key, row in wanted.items():
            self._items[key] = old.pop(key) if key in old else self._item(row)
            for part in self._items[key]:
                self._list.addWidget(part)
        for gone in old.values():
            for part in gone:
                part.hide()
                part.deleteLater()

    def _item(self, row: FindingRow) -> tuple[QWidget, QWidget]:
        item = FindingItem(row, unfolded=row.number == self.current)
        item.clicked.connect(lambda: self.choose(row.number))
        return item, rule()

    def _empty(self) -> None:
        box = column(8, (16, 14, 16, 0))
        if self.session.document.require().scenario.design is None:
            box.addWidget(label("There is no design to check yet.", "label", wrap=True))
            box.addWidget(link("Go to Propose", lambda: self.finding_chosen.emit(None)))
        else:
            box.addWidget(label("Calculating the design on the plan.", "label", wrap=True))
        self._end.addLayout(box)

    def _chip(self, severity: Severity) -> QPushButton:
        chip = QPushButton()
        chip.setCheckable(severity is not Severity.OK)
        chip.setAccessibleName(f"{severity.value} findings")
        chip.clicked.connect(lambda _c=False: self._filter(severity))
        return chip

    def _show_chip(self, severity: Severity, n: int) -> None:
        chip = self._chips[severity]
        chip.setText(f"{n:,}")
        chip.setChecked(self._only is severity)
        chip.setIcon(_mark_icon(severity))
        noun = "checks passed" if severity is Severity.OK else f"{severity.value} findings"
        chip.setToolTip(f"{n} {noun}")
        chip.setAccessibleName(f"{n} {noun}")

    def _filter(self, severity: Severity) -> None:
        if severity is not Severity.OK:
            self._only = None if self._only is severity else severity
        self.mark_stale()

    def choose(self, n: int) -> None:
        """Unfold a finding by its number and go to its place."""
        self.current = n
        self._only = None
        self.mark_stale()
        row = next((r for r in self.rows if r.number == n), None)
        if row is not None:
            self.finding_chosen.emit(row)

    def step(self, by: int) -> None:
        """Go to the next or previous finding, around the end."""
        self.refresh_if_stale()
        if self.rows:
            self.choose((self.current - 1 + by) % len(self.rows) + 1 if self.current else
                        (1 if by > 0 else len(self.rows)))  # fmt: skip


def _mark_icon(severity: Severity) -> QIcon:
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_severity(painter, severity, QRectF(1, 1, 30, 30))
    painter.end()
    return QIcon(pixmap)
