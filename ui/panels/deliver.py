"""Step 6, Deliver: review, terms, client, formats; the export is named by its result."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from planner import edits
from planner.model.project import Client
from ui.panels.panel import Panel
from ui.present.deliver import FORMATS, ReviewItem, export_text, review, waiting
from ui.present.text import clipped, count, day_text, read_day, sentence
from ui.session import Session
from ui.widgets.basic import Mark, button, clear, column, label, line, link, restyle
from ui.widgets.fields import NumberField, field_row

_TOP = Qt.AlignmentFlag.AlignTop
_TERMS = (
    ("Margin", "margin_pct", "%", 1, 0, 300),
    ("Discount", "discount_pct", "%", 1, 0, 100),
    ("Contingency", "contingency_pct", "%", 1, 0, 100),
    ("Tax", "tax_pct", "%", 1, 0, 100),
    ("Valid for", "valid_days", "days", 0, 1, 365),
)
_CLIENT = (("Client", "client"), ("Address", "address"), ("Prepared by", "prepared_by"),
           ("Reference", "reference"))  # fmt: skip


class DeliverPanel(Panel):
    """What is ready and what to write."""

    width_px = 264
    export_asked = Signal(tuple)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Review")
        self.badge = label("", "badge")
        self.head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self._review = self.section(first=True, spacing=9)
        terms = self.section("Terms")
        self.terms: dict[str, NumberField] = {}
        for text, name, unit, decimals, low, high in _TERMS:
            field = NumberField(text, unit, decimals, low, high)
            field.committed.connect(lambda v, n=name: self._set_term(n, v))
            self.terms[name] = field
            terms.addWidget(field_row(text, field, 104))
        self.date = QLineEdit()
        self.date.setAccessibleName("Date of the quote")
        self.date.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.date.editingFinished.connect(self._set_date)
        terms.addWidget(field_row("Date", self.date, 104))
        client = self.section("Client")
        self.client: dict[str, QLineEdit] = {}
        for text, name in _CLIENT:
            entry = QLineEdit()
            entry.setAccessibleName(text)
            entry.editingFinished.connect(self._set_client)
            self.client[name] = entry
            client.addWidget(field_row(text, entry, 140))
        formats = self.section("Export", spacing=8)
        self.formats: dict[str, QCheckBox] = {}
        for name, text, kind in FORMATS:
            box = QCheckBox(text)
            box.setAccessibleName(f"{text}, {kind}")
            box.setChecked(name in ("pdf", "xlsx", "gpkg", "html"))
            box.toggled.connect(lambda _on: self._name_button())
            self.formats[name] = box
            holder = QWidget()
            holder.setLayout(line(box, 1, label(kind, "hint")))
            formats.addWidget(holder)
        self.go = button("Export", self._export, primary=True)
        self.foot.addWidget(self.go)
        self.hint = label("", "hint", wrap=True)
        self.foot.addWidget(self.hint)
        self._waiting = 0

    @property
    def chosen(self) -> tuple[str, ...]:
        """Formats that are ticked."""
        return tuple(name for name, box in self.formats.items() if box.isChecked())

    def refresh(self) -> None:
        """Show the review of the accepted design."""
        document = self.session.document
        project, outcome = document.require(), document.outcome
        clear(self._review)
        for name, field in self.terms.items():
            field.show_value(float(getattr(project.terms, name)))
        for name, entry in self.client.items():
            if not entry.hasFocus():
                entry.setText(getattr(project.client, name))
        day = project.terms.quote_date
        self.date.setEnabled(day is not None)
        self.date.setToolTip("" if day else "The quote is dated when a design is accepted")
        if day is not None and not self.date.hasFocus():
            self.date.setText(day_text(day))
            restyle(self.date, "flag", "")
        if outcome is None:
            missing = project.scenario.design is None
            text = "Accept a design first, in Propose." if missing else "Calculating the design."
            self._review.addWidget(label(text, "label", wrap=True))
            self._waiting = 0
            self.badge.hide()
        else:
            for item in review(project, outcome):
                self._review.addWidget(self._item(item))
            self._waiting = len(waiting(project, outcome))
            self.badge.setText("Draft only" if self._waiting else "Ready")
            self.badge.setProperty("badge", "warning" if self._waiting else "ok")
            self.badge.style().unpolish(self.badge)
            self.badge.style().polish(self.badge)
            self.badge.show()
        self._name_button()

    def _item(self, item: ReviewItem) -> QWidget:
        words = column(0)
        words.addWidget(label(sentence(item.text), "", wrap=True))
        detail = label(clipped(item.detail), "small", wrap=True)
        detail.setToolTip(item.detail)
        words.addWidget(detail)
        row = line(spacing=8)
        mark = Mark(item.mark, 15)
        row.addWidget(mark)
        row.setAlignment(mark, _TOP)
        row.addLayout(words, 1)
        assumption = item.assumption
        if assumption is not None:
            confirm = link("Confirm", lambda: self.session.confirm(assumption))
            row.addWidget(confirm)
            row.setAlignment(confirm, _TOP)
        holder = QWidget()
        holder.setLayout(row)
        return holder

    def _name_button(self) -> None:
        ready = self.session.document.outcome is not None
        chosen = len(self.chosen)
        self.go.setText(export_text(chosen, draft=self._waiting > 0))
        self.go.setEnabled(ready and chosen > 0)
        if not ready:
            words = "A design is needed before anything can be exported."
        elif not chosen:
            words = "Tick what to export."
        elif self._waiting:
            words = f"Confirm {count(self._waiting, 'item')} to remove the draft mark."
        else:
            words = ""
        self.hint.setText(words)
        self.go.setToolTip(words)

    def _set_term(self, name: str, value: float) -> None:
        cast = int(value) if name == "valid_days" else Decimal(str(value))
        self.session.edit(
            "Change terms",
            lambda p: edits.set_terms(p, replace(p.terms, **{name: cast})),  # type: ignore[arg-type]
        )

    def _set_date(self) -> None:
        terms = self.session.document.require().terms
        if not self.date.isModified() or terms.quote_date is None:
            return
        self.date.setModified(False)
        day = read_day(self.date.text())
        restyle(self.date, "flag", "" if day else "error")
        self.date.setToolTip("" if day else "Enter a day such as 22 Nov 2026.")
        if day is not None and day != terms.quote_date:
            self.session.edit(
                "Change date", lambda p: edits.set_terms(p, replace(p.terms, quote_date=day))
            )

    def _set_client(self) -> None:
        entered = Client(**{name: entry.text().strip() for name, entry in self.client.items()})
        if entered != self.session.document.require().client:
            self.session.edit("Change client", lambda p: edits.set_client(p, entered), "client")

    def _export(self) -> None:
        self.export_asked.emit(self.chosen)
