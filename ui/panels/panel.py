"""What all step panels share: title, scrolling body, foot, and when to refresh."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from ui.session import Session
from ui.widgets.basic import Body, column, label, rule
from ui.widgets.tab_order import chain, reading_order


class Panel(QFrame):
    """The column of one step; refreshed only while it is in front."""

    width_px = 232

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.session = session
        self._stale = True
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(16, 10, 12, 4)
        self.title = label(title, "title")
        self.head.addWidget(self.title, 1)
        outer.addLayout(self.head)
        self.area = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(title)
        inner = Body()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 4, 0, 12)
        self.body.setSpacing(0)
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll.setWidget(inner)
        outer.addWidget(scroll, 1)
        self.foot = column(8, (16, 8, 16, 14))
        outer.addLayout(self.foot)
        document = session.document
        document.changed.connect(lambda _before, _after: self.mark_stale())
        document.results_changed.connect(self.mark_stale)

    def section(self, title: str = "", *, first: bool = False, spacing: int = 6) -> QVBoxLayout:
        """Add a ruled section and return its layout."""
        if not first:
            self.body.addSpacing(12)
            self.body.addWidget(rule())
        inner = column(spacing, (16, 4 if first else 12, 16, 0))
        if title:
            inner.addWidget(label(title, "group"))
        self.body.addLayout(inner)
        return inner

    def mark_stale(self) -> None:
        """Refresh now if in front, else when it comes to the front."""
        self._stale = True
        if self.isVisible():
            self.refresh_if_stale()

    def refresh_if_stale(self) -> None:
        """Refresh if something changed since the last time."""
        if self._stale and self.session.document.project is not None:
            self._stale = False
            self.refresh()
            layouts = (self.body, self.foot)
            chain(self.area, (w for part in layouts for w in reading_order(part)))

    def showEvent(self, event: object) -> None:
        self.refresh_if_stale()

    def refresh(self) -> None:
        """Show the document; each panel says how."""
        raise NotImplementedError
