"""A field that finds coordinate systems by code, name or country, and a list of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from ui.session import Session
from ui.widgets.basic import column

_SETTLE_MS = 250
Found = tuple[tuple[str, str, bool], ...]


class CrsSearch(QWidget):
    """Searches in the worker; systems made for where the numbers lie come first."""

    chosen = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.bounds: tuple[float, float, float, float] | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText("27700, British, UTM 32N")
        self.field.setAccessibleName("Search a coordinate system by code, name or country")
        self.found = QListWidget()
        self.found.setAccessibleName("Coordinate systems found")
        self.found.setFixedHeight(132)
        self.found.setVisible(False)
        self.found.itemActivated.connect(self._choose)
        self.found.itemClicked.connect(self._choose)
        inside = column(4)
        inside.addWidget(self.field)
        inside.addWidget(self.found)
        self.setLayout(inside)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self._search)
        self.field.textEdited.connect(lambda _text: self._timer.start())
        self.setFocusProxy(self.field)

    def _search(self) -> None:
        text = self.field.text().strip()
        self._session.reader.cancel("search_crs")
        if len(text) < 2:
            self.found.setVisible(False)
            return
        self._session.reader.submit("search_crs", text, self.bounds, done=self.show_found)

    def show_found(self, found: Found) -> None:
        """List what was found."""
        try:
            self.found.clear()
        except RuntimeError:
            return  # the dialog was closed meanwhile
        for code, words, fits in found:
            item = QListWidgetItem(f"{code} {words}" if fits else f"{code} {words} – elsewhere")
            item.setData(Qt.ItemDataRole.UserRole, (code, words))
            item.setToolTip(words)
            self.found.addItem(item)
        if not found:
            item = QListWidgetItem("Nothing is called so.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.found.addItem(item)
        self.found.setVisible(True)

    def _choose(self, item: QListWidgetItem) -> None:
        held = item.data(Qt.ItemDataRole.UserRole)
        if held:
            self.found.setVisible(False)
            self.field.clear()
            self.chosen.emit(*held)
