"""The headroom page: the table of all bays for the size asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.model.headroom import HeadroomMap
from planner.model.project import Project
from ui.present.headroom import LARGEST, headroom_table
from ui.present.text import power
from ui.studies import Studies
from ui.table_view import TableView
from ui.widgets.basic import button, label, line
from ui.widgets.fields import Segments


class HeadroomPage(QWidget):
    """What every bay can take, what binds and what lifting it costs."""

    def __init__(self, made: HeadroomMap, project: Project) -> None:
        super().__init__()
        self._made, self._currency = made, project.price_book.currency
        self._sizes = (LARGEST, *made.sizes_kw)
        sizes = Segments("Charger size", ["Largest", *(power(kw) for kw in made.sizes_kw)])
        sizes.setFixedWidth(330)
        sizes.chosen.connect(self.show_size)
        basis = label(made.basis, "hint")
        basis.setMinimumWidth(1)
        basis.setToolTip(made.basis)
        head = line(sizes, label("kW", "hint"), basis)
        head.setStretch(2, 1)
        head.setContentsMargins(12, 6, 14, 4)
        self.table = TableView(headroom_table(made, LARGEST, self._currency))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.table, 1)
        sizes.show_choice(0)

    def show_size(self, index: int) -> None:
        """List the bays for another size."""
        self.table.show_table(headroom_table(self._made, self._sizes[index], self._currency))


def ask_headroom(studies: Studies) -> QWidget:
    """Return what stands there until the headroom is asked for."""
    holder = QWidget()
    words = label("How much more power fits at every bay, all year.", "label")
    row = line(1, words, button("Work out the headroom", studies.want_headroom), 1)
    holder.setLayout(row)
    return holder
