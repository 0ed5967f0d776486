"""A delegate that paints the fill a model gives a cell, which the style sheet leaves out."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem


class FilledCells(QStyledItemDelegate):
    """Cells with their own fill: wrong ones, and lines of groups."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Lay the fill below what the style draws; a selected cell keeps its own."""
        fill = index.data(Qt.ItemDataRole.BackgroundRole)
        selected = option.state & QStyle.StateFlag.State_Selected
        if isinstance(fill, QColor) and not selected:
            painter.fillRect(option.rect, fill)
        super().paint(painter, option, index)
