"""The order in which Tab goes through widgets: as they are read, not as they were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def reading_order(layout: QLayout) -> Iterator[QWidget]:
    """Return what Tab reaches inside a layout, from its first place to its last."""
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item is None:
            continue
        widget = item.widget()
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        inside = item.layout() if widget is None else widget.layout()
        if inside is not None:
            yield from reading_order(inside)


def chain(first: QWidget, following: Iterable[QWidget]) -> None:
    """Let Tab go from one widget to the next."""
    for widget in following:
        QWidget.setTabOrder(first, widget)
        first = widget
