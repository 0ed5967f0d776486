"""The deliver step's two panes: the quote as its PDF looks, and the priced lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon
from ui.present.deliver import totals
from ui.present.tables import quote_table
from ui.session import Session
from ui.table_view import TableView
from ui.widgets.basic import clear, column, label, line, number_label, rule
from ui.widgets.fields import Segments

_MOST_THUMBS = 9


def _render(page: object, width_px: int) -> QImage:
    scale = width_px / page.get_width()  # type: ignore[attr-defined]
    bitmap = page.render(scale=scale, rev_byteorder=True)  # type: ignore[attr-defined]
    rgb = bitmap.to_numpy()
    height, width, channels = rgb.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBX8888
    image = QImage(rgb.tobytes(), width, height, width * channels, kind).copy()
    bitmap.close()
    return image


class QuoteView(QWidget):
    """Pages of the quote with thumbnails."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._path: Path | None = None
        self._pages: list[QImage] = []
        self._page = self._count_of = 0
        self._drawn: Any = None
        self._for: object = None
        self.setAccessibleName("Quote preview")
        outer = column(0)
        self.setLayout(outer)
        self._count = label("", "label")
        back = self._arrow("chevron-left", "Previous page", -1)
        on = self._arrow("chevron-right", "Next page", 1)
        head = line(label("Quote", "title"), 1, back, self._count, on)
        head.setContentsMargins(16, 8, 16, 8)
        outer.addLayout(head)
        self._paper = QLabel()
        self._paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._paper.setAccessibleName("Page of the quote")
        self._paper.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._paper)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._paper)
        scroll.setAccessibleName("Pages of the quote")
        outer.addWidget(scroll, 1)
        self._thumbs = QHBoxLayout()
        self._thumbs.setContentsMargins(16, 8, 16, 12)
        self._thumbs.setSpacing(4)
        outer.addLayout(self._thumbs)
        session.quote_ready.connect(self.show_pdf)
        session.document.changed.connect(lambda _b, _a: self.refresh())
        session.document.results_changed.connect(self.refresh)

    def _arrow(self, picture: str, tip: str, by: int) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(picture, "text"))
        made.setIconSize(QSize(15, 15))
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.clicked.connect(lambda _c=False: self.go(self._page + by))
        return made

    def refresh(self) -> None:
        """Draw the quote anew if what is on screen changed."""
        document = self._session.document
        if not self.isVisible() or document.project is None:
            return
        outcome = document.outcome
        wanted = (outcome, document.project.client) if outcome else None
        if wanted is None:
            self._say("The quote appears here once a design is accepted.")
        elif self._for is None or any(
            a is not b
            for a, b in zip(self._for, wanted, strict=True)  # type: ignore[call-overload]
        ):
            self._say("Drawing the quote")
            self._session.draw_quote()
        self._for = wanted

    def showEvent(self, event: object) -> None:
        self.refresh()

    def show_pdf(self, path: Path) -> None:
        """Show the pages of a PDF file, one per turn of the event loop."""
        import pypdfium2

        self._pages = []
        clear(self._thumbs)
        self._drawn = pypdfium2.PdfDocument(path.read_bytes())
        self._count_of = len(self._drawn)
        self._page = min(self._page, self._count_of - 1)
        self._draw_next(self._drawn)

    def _draw_next(self, document: Any) -> None:
        if document is not self._drawn:  # another quote, or none, took its place
            document.close()
            return
        at = len(self._pages)
        self._pages.append(_render(document[at], round(760 * self.devicePixelRatioF())))
        if at < _MOST_THUMBS:
            self._add_thumb(at)
        if at == self._page:
            self.go(at)
        if at + 1 < self._count_of:
            QTimer.singleShot(0, self, lambda: self._draw_next(document))
        else:
            self._thumbs.addStretch(1)
            document.close()

    def go(self, page: int) -> None:
        """Show a page."""
        if not 0 <= page < len(self._pages):
            return
        self._page = page
        self._count.setText(f"Page {page + 1} of {self._count_of}")
        self._fit()
        for index in range(self._thumbs.count()):
            item = self._thumbs.itemAt(index)
            thumb = item.widget() if item else None
            if isinstance(thumb, QToolButton):
                thumb.setChecked(index == page)

    def _say(self, words: str) -> None:
        self._pages, self._drawn = [], None
        self._count.setText("")
        clear(self._thumbs)
        self._paper.setText(words)

    def _fit(self) -> None:
        if not self._pages:
            return
        ratio = self.devicePixelRatioF()
        wide = max(200, self.width() - 40)
        image = self._pages[self._page].scaledToWidth(
            round(min(wide, 760) * ratio), Qt.TransformationMode.SmoothTransformation
        )
        image.setDevicePixelRatio(ratio)
        self._paper.setPixmap(QPixmap.fromImage(image))

    def _add_thumb(self, index: int) -> None:
        thumb = QToolButton()
        thumb.setCheckable(True)
        thumb.setChecked(index == self._page)
        thumb.setIconSize(QSize(32, 44))
        thumb.setIcon(QPixmap.fromImage(self._pages[index].scaledToHeight(
            120, Qt.TransformationMode.SmoothTransformation)))  # fmt: skip
        thumb.setAccessibleName(f"Page {index + 1}")
        thumb.setToolTip(f"Page {index + 1}")
        thumb.clicked.connect(lambda _checked=False: self.go(index))
        self._thumbs.addWidget(thumb)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class BomView(QFrame):
    """The priced bill of materials with totals; a line shows its objects on the plan."""

    show_on_plan = Signal(tuple)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session = session
        self._by = "group"
        self._shown: object = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._count = label("", "badge")
        self.by = Segments("Arrange by", ("Group", "Source"))
        self.by.setFixedWidth(160)
        self.by.show_choice(0)
        self.by.chosen.connect(self._arrange)
        head = line(label("Bill of materials", "title"), self._count, 1, self.by)
        head.setAlignment(self._count, Qt.AlignmentFlag.AlignVCenter)
        head.setContentsMargins(16, 8, 12, 8)
        outer.addLayout(head)
        self._table = column(0)
        outer.addLayout(self._table, 1)
        outer.addWidget(rule())
        self._basis = label("", "small", wrap=True)
        self._totals = column(4)
        foot = line(spacing=16)
        foot.setContentsMargins(16, 10, 16, 12)
        foot.addWidget(self._basis, 1)
        foot.addLayout(self._totals, 1)
        outer.addLayout(foot)
        session.document.changed.connect(lambda _b, _a: self.refresh())
        session.document.results_changed.connect(self.refresh)

    def showEvent(self, event: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the lines of the accepted design."""
        outcome = self._session.document.outcome
        if not self.isVisible() or (outcome is self._shown and outcome is not None):
            return
        self._shown = outcome
        clear(self._table)
        clear(self._totals)
        self._basis.setText("")
        if outcome is None:
            self._count.setText("0 lines")
            words = label("Prices follow from the design.", "label")
            words.setContentsMargins(16, 8, 16, 0)
            self._table.addWidget(words, 0, Qt.AlignmentFlag.AlignTop)
            return
        self._count.setText(f"{len(outcome.quote.lines)} lines")
        table = TableView(quote_table(outcome.quote, self._by), sortable=False)
        for section, wide in enumerate((184, 78, 46, 92, 100, 60)):
            table.setColumnWidth(section, wide)
        table.row_chosen.connect(self._chosen)
        self._table.addWidget(table)
        for text, amount, strong in totals(outcome):
            role = "strong" if strong else ""
            self._totals.addLayout(line(label(text, role or "label"), 1,
                                        number_label(amount, role)))  # fmt: skip

    def _arrange(self, index: int) -> None:
        self._by = ("group", "source")[index]
        self._shown = None
        self.refresh()

    def _chosen(self, key: tuple[str, str]) -> None:
        outcome = self._session.document.outcome
        if outcome is None:
            return
        for priced in outcome.quote.lines:
            if priced.bom.id == key[1]:
                basis = ", ".join(priced.bom.basis[:8])
                more = f" and {len(priced.bom.basis) - 8} more" if len(priced.bom.basis) > 8 else ""
                self._basis.setText(f"Taken off from {basis}{more}. {priced.bom.rule}")


class DeliverView(QSplitter):
    """Quote left, bill of materials right."""

    def __init__(self, session: Session) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.quote, self.bom = QuoteView(session), BomView(session)
        self.addWidget(self.quote)
        self.addWidget(self.bom)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 44)
        self.setStretchFactor(1, 56)
        self.quote.setMinimumWidth(360)
        self._placed = False

    def showEvent(self, event: object) -> None:
        """Divide the room as the step is first seen; afterwards the user's border stays."""
        if not self._placed:
            self._placed = True
            self.setSizes([42 * self.width() // 100, 58 * self.width() // 100])
