"""One group of drivers in the demand step: its kind, its number and its growth."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget

from planner.model.demand import RECORDED, ROTA, DemandInput
from ui.icons import icon
from ui.present.demand import archetype_names, group_name
from ui.widgets.basic import column, label, line, link
from ui.widgets.fields import NumberField, choice

_MOST_DRIVERS = 100_000
_FIELD_PX = 67


def is_table(given: DemandInput) -> bool:
    """Tell whether a group is a list of visits, edited in a table."""
    return given.archetype in (ROTA, RECORDED)


class GroupRow(QWidget):
    """Two lines that show one group and tell of edits.

    The fields stay when another group of the same sort is shown, so that the
    focus and what is being typed stay as well.
    """

    changed = Signal(str, object, str)
    """Field, value, and a key that joins what is typed in one go; empty for none."""
    removed = Signal()
    table_asked = Signal()

    def __init__(self, index: int, given: DemandInput) -> None:
        super().__init__()
        self.is_table = is_table(given)
        name = f"Group {index + 1}"
        ids = list(archetype_names())
        self.title = link("", self.table_asked.emit)
        self.kind: QComboBox = choice(
            name, list(archetype_names().values()), -1,
            lambda i: self.changed.emit("archetype", ids[i], ""),
        )  # fmt: skip
        self.remove = QToolButton()
        self.remove.setIcon(icon("x"))
        self.remove.setToolTip("Remove this group")
        self.remove.setAccessibleName(f"Remove {name.lower()}")
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit())
        self.drivers = NumberField(f"{name}, drivers a day", "", 0, 1, _MOST_DRIVERS)
        self._busiest = label("", "hint")
        self.growth = NumberField(f"{name}, growth in % a year", "%", 1, -50, 100)
        for field, edited in (
            ("drivers_per_day", self.drivers),
            ("growth_pct_per_year", self.growth),
        ):
            self._follow(field, edited)
        self._lay_out()
        self.show_group(given)

    def _follow(self, field: str, edited: NumberField) -> None:
        edited.setFixedWidth(_FIELD_PX)
        edited.setProperty("dense", True)
        edited.set_live()
        edited.committed.connect(
            lambda value: self.changed.emit(field, value, f"{id(edited)} {edited.stretch}")
        )

    def _lay_out(self) -> None:
        top = line(self.title, self.kind, int(self.is_table), self.remove, spacing=6)
        top.setStretch(1, int(not self.is_table))
        unit = label("a day", "hint")
        numbers = line(
            self.drivers, unit, self._busiest, 1,
            label("growth", "hint"), self.growth, spacing=6,
        )  # fmt: skip
        typed, listed = (self.kind, self.drivers, unit), (self.title, self._busiest)
        for part in typed if self.is_table else listed:
            part.hide()
        box = column(4)
        box.addLayout(top)
        box.addLayout(numbers)
        self.setLayout(box)

    def show_group(self, given: DemandInput) -> None:
        """Show a group of the same sort: a list of visits, or an archetype."""
        ids = list(archetype_names())
        self.title.setText(group_name(given))
        self.title.setAccessibleName(group_name(given))
        recorded = given.archetype == RECORDED
        self.title.setEnabled(not recorded)
        self.title.setToolTip("Read another file of sessions to replace them" if recorded else "")
        self.kind.setCurrentIndex(ids.index(given.archetype) if given.archetype in ids else -1)
        self._busiest.setText(f"{given.drivers_per_day:,.0f} on the busiest day")
        self.drivers.show_value(given.drivers_per_day)
        self.growth.show_value(given.growth_pct_per_year)
