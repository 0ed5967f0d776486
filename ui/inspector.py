"""The inspector: facts, reasons, trace and findings of what is selected."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from grid.trace import Trace
from ui.icons import icon
from ui.present.sheets import Criterion, Fact, Sheet
from ui.present.text import NONE, significant
from ui.widgets.basic import Body, Mark, button, column, label, line, note, number_label, rule
from ui.widgets.fields import choice, field_row


class Inspector(QFrame):
    """Right column; shows a `Sheet`, or one sentence."""

    pin_asked = Signal(str)
    remove_asked = Signal(str)
    model_chosen = Signal(str, str)
    charger_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setMinimumWidth(280)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(16, 0, 16, 0)
        holder = QWidget()
        holder.setFixedHeight(44)
        holder.setLayout(self._head)
        self.title = label("", "title")
        self.title.setMinimumWidth(1)
        self.badge = label("", "badge")
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addWidget(holder)
        outer.addWidget(rule())
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("Inspector")
        outer.addWidget(self._scroll, 1)
        self.show_sheet(None)

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show a sheet; None says what would be shown here."""
        body = Body()
        parts = QVBoxLayout(body)
        parts.setContentsMargins(0, 10, 0, 16)
        parts.setSpacing(10)
        if sheet is None:
            self.title.setText("Nothing selected")
            self.badge.hide()
            _section(parts, "", [label("Select something on the plan or in a table.", "label",
                                       wrap=True)])  # fmt: skip
        else:
            self._fill(parts, sheet)
        parts.addStretch(1)
        self._scroll.setWidget(body)

    def _fill(self, parts: QVBoxLayout, sheet: Sheet) -> None:
        self.title.setText(sheet.title)
        self.title.setToolTip(sheet.title)
        self.badge.setText("Pinned" if sheet.pinned and not sheet.badge else sheet.badge)
        self.badge.setVisible(bool(self.badge.text()))
        self.badge.setProperty("badge", sheet.badge_mark.value if sheet.badge_mark else "")
        self.badge.style().unpolish(self.badge)
        self.badge.style().polish(self.badge)
        if sheet.kind == "charger" and sheet.models:
            _section(parts, "", [self._model_choice(sheet)])
        if sheet.facts:
            _section(parts, "", [facts_grid(sheet.facts)])
        if sheet.kind == "bay" and sheet.models:
            _section(parts, "Charger for this bay", [self._charger_offer(sheet)])
        for finding in sheet.findings:
            _section(parts, "", [note(f"{finding.message} {finding.fix}".strip(),
                                      finding.severity)])  # fmt: skip
        if sheet.criteria:
            _section(parts, "Criteria", [criterion(c) for c in sheet.criteria])
        if sheet.reasons:
            _section(parts, "Why here", [label(r, "small", wrap=True) for r in sheet.reasons])
        for index, trace in enumerate(sheet.traces):
            _section(parts, "", [Disclosure(trace, is_open=index == 0)])
        if sheet.kind == "charger":
            pin = button("Unpin" if sheet.pinned else f"Pin {sheet.subject}",
                         lambda: self.pin_asked.emit(sheet.subject), "pin")  # fmt: skip
            remove = button("Remove", lambda: self.remove_asked.emit(sheet.subject), "trash-2")
            holder = QWidget()
            holder.setLayout(line(pin, remove, 1))
            _section(parts, "", [holder])
        if sheet.source:
            _section(parts, "Source", [label(sheet.source, "small", wrap=True)])

    def _model_choice(self, sheet: Sheet) -> QWidget:
        ids = [key for key, _ in sheet.models]
        model = choice(
            "Model", [name for _, name in sheet.models],
            ids.index(sheet.model) if sheet.model in ids else -1,
            lambda i: self.model_chosen.emit(sheet.subject, ids[i]),
        )  # fmt: skip
        return field_row("Model", model, 190)

    def _charger_offer(self, sheet: Sheet) -> QWidget:
        ids = [key for key, _ in sheet.models]
        model = choice("Model", [name for _, name in sheet.models], 0, lambda _i: None)
        add = button(
            "Add", lambda: self.charger_asked.emit(sheet.subject, ids[model.currentIndex()]), "plus"
        )
        add.setAccessibleName(f"Add charger at bay {sheet.subject}")
        holder = QWidget()
        row = line(model, add)
        row.setStretch(0, 1)
        holder.setLayout(row)
        return holder


class Disclosure(QWidget):
    """A traced number: its name and value; a click unfolds how it was found."""

    def __init__(self, trace: Trace, *, is_open: bool) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        value = trace.value if isinstance(trace.value, str) else significant(trace.value)
        self.head = QToolButton()
        self.head.setText(f" {trace.quantity}")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(13, 13))
        self.head.setAccessibleName(f"{trace.quantity}, {value} {trace.unit}, how it was found")
        self.head.clicked.connect(lambda _c=False: self.set_open(self._view.isHidden()))
        box.addLayout(line(self.head, 1, number_label(f"{value} {trace.unit}".rstrip())))
        self._view: QWidget = trace_view(trace)
        box.addWidget(self._view)
        self.set_open(is_open)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold."""
        self._view.setVisible(is_open)
        self.head.setIcon(icon("chevron-down" if is_open else "chevron-right"))


def _section(parts: QVBoxLayout, title: str, widgets: list[QWidget]) -> None:
    if parts.count():
        parts.addWidget(rule())
    inner = column(6, (16, 2, 16, 2))
    if title:
        inner.addWidget(label(title, "group", wrap=True))
    for widget in widgets:
        inner.addWidget(widget)
    parts.addLayout(inner)


def facts_grid(facts: tuple[Fact, ...]) -> QWidget:
    """Return labels left and values right."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(8)
    grid.setHorizontalSpacing(12)
    for row, fact in enumerate(facts):
        grid.addWidget(label(fact.label, "label"), row, 0, Qt.AlignmentFlag.AlignTop)
        value = number_label(fact.value, "strong" if fact.strong else "")
        value.setWordWrap(True)
        grid.addWidget(value, row, 1)
    grid.setColumnStretch(1, 1)
    return holder


def criterion(item: Criterion) -> QWidget:
    """Return one check with its mark."""
    holder = QWidget()
    holder.setLayout(line(Mark(item.mark, 15), label(item.text), 1, number_label(item.value)))
    return holder


def trace_view(trace: Trace) -> QWidget:
    """Return formula, numbers, inputs with sources, and the rule."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(4)
    value = trace.value if isinstance(trace.value, str) else significant(trace.value)
    for text, role in (
        (trace.formula, "name"), (trace.substituted, "small"),
        (f"= {value} {trace.unit}".rstrip(), "strong"),
    ):  # fmt: skip
        if text:
            box.addWidget(label(text, role, wrap=True))
    if trace.inputs:
        box.addWidget(_inputs_table(trace))
    if trace.rule:
        box.addWidget(label(trace.rule, "hint", wrap=True))
    if trace.note:
        box.addWidget(label(trace.note, "hint", wrap=True))
    return holder


def _inputs_table(trace: Trace) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 2, 0, 2)
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(10)
    for row, given in enumerate(trace.inputs):
        value = given.value if isinstance(given.value, str) else f"{given.value:g}"
        source = f"assumed: {given.source}" if given.assumed else given.source
        grid.addWidget(label(given.symbol, "small"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(
            number_label(f"{value} {given.unit}".strip(), "small"), row, 1,
            Qt.AlignmentFlag.AlignTop,
        )  # fmt: skip
        grid.addWidget(label(source or NONE, "hint", wrap=True), row, 2)
    grid.setColumnStretch(2, 1)
    return holder
