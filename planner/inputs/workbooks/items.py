"""Item sheets: one named value per row with its unit, as in the supply template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Cell, Sheet, normal, quantity, unit_in

_ITEM_HEADS = {"item", "parameter", "quantity", "bezeichnung", "field", "name"}
_VALUE_HEADS = {"value", "wert", "values"}
_UNIT_HEADS = {"unit", "units", "einheit"}
_NOTE_HEADS = {"note", "notes", "remark", "comment", "bemerkung", "source"}


@dataclass(frozen=True, slots=True)
class Item:
    """One row of an item sheet: what it is called and what may stand there."""

    key: str
    label: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the label as it stands inside a sentence."""
        keeps_capital = self.label[:2].isupper()
        return self.label if keeps_capital else self.label[0].lower() + self.label[1:]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sheet says about an item: its value cell and the unit beside it."""

    cell: Cell
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """The rows of an item sheet: known ones by key, all others as they stand."""

    file: str
    entries: Mapping[str, Entry]
    extras: tuple[tuple[str, str, str, str], ...]
    anchor: Cell

    def number(self, item: Item) -> float | None:
        """Return a value in the item's unit, None for a blank; wordy is an error."""
        entry = self.entries.get(item.key)
        if entry is None or not entry.cell.text:
            self._refuse_if_required(item, entry)
            return None
        value = quantity(entry.cell, item.name, item.unit, self.file, stated=entry.unit)
        low, high = item.low, item.high
        if not low <= value <= high:
            raise InputError(
                self.file, entry.cell.place,
                f"{item.name} is {value:g} {item.unit}".rstrip(),
                f"enter a value between {low:,g} and {high:,g} {item.unit}".rstrip(),
            )  # fmt: skip
        return value

    def choice(self, item: Item) -> str | None:
        """Return one of the item's choices, None for a blank."""
        entry = self.entries.get(item.key)
        if entry is None or not entry.cell.text:
            self._refuse_if_required(item, entry)
            return None
        wanted = normal(entry.cell.text).replace(" ", "")
        for choice in item.choices:
            if normal(choice).replace(" ", "") == wanted:
                return choice
        raise InputError(
            self.file, entry.cell.place, f"{item.name} is '{entry.cell.text[:40]}'",
            f"enter one of {', '.join(item.choices)}",
        )  # fmt: skip

    def place(self, item: Item) -> str:
        """Say where an item stands or should stand."""
        entry = self.entries.get(item.key)
        return entry.cell.place if entry else f"sheet {self.anchor.sheet}"

    def _refuse_if_required(self, item: Item, entry: Entry | None) -> None:
        if not item.required:
            return
        unit = f" in {item.unit}" if item.unit else ""
        if entry is None:
            raise InputError(
                self.file, f"sheet {self.anchor.sheet}", f"there is no row '{item.label}'",
                f"add the row and enter {item.name}{unit}",
            )  # fmt: skip
        raise InputError(self.file, entry.cell.place, f"{item.name} is blank", f"enter it{unit}")


def _columns(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """Find the header row and the columns of item, value, unit and note."""
    for row in sheet.rows():
        found: dict[str, int] = {}
        for cell in row:
            label = normal(cell.text)
            for key, heads in (
                ("item", _ITEM_HEADS), ("value", _VALUE_HEADS),
                ("unit", _UNIT_HEADS), ("note", _NOTE_HEADS),
            ):  # fmt: skip
                if label in heads:
                    found.setdefault(key, cell.column)
        if "item" in found and "value" in found:
            return row[0].row, found
    return 0, {}


def read_items(sheet: Sheet, items: Iterable[Item], file: str) -> ItemSheet:
    """Read an item sheet wherever its rows and columns have been moved to."""
    known = {normal(name): item for item in items for name in (item.label, *item.aliases)}
    header, columns = _columns(sheet)
    entries: dict[str, Entry] = {}
    extras: list[tuple[str, str, str, str]] = []
    for row in sheet.rows():
        if row[0].row <= header:
            continue
        label = next((c for c in row if normal(c.text) in known), None)
        if label is None:
            if columns:
                extras.append(_extra(sheet, row[0].row, columns))
            continue
        item = known[normal(label.text)]
        if item.key in entries:
            raise InputError(
                file, label.place, f"{item.name} is given twice", "delete one of the two rows"
            )
        value = columns.get("value", label.column + 1)
        cell = sheet.at(label.row, value if value != label.column else label.column + 1)
        stated = sheet.at(label.row, columns["unit"]).text if "unit" in columns else ""
        note = sheet.at(label.row, columns["note"]).text if "note" in columns else ""
        entries[item.key] = Entry(cell, stated or unit_in(label.text), note)
    anchor = next(iter(sheet.cells.values()), Cell(sheet.name, 1, 1, None))
    return ItemSheet(file, entries, tuple(e for e in extras if any(e)), anchor)


def _extra(sheet: Sheet, row: int, columns: Mapping[str, int]) -> tuple[str, str, str, str]:
    """Keep a row nobody knows, as text."""
    keys = ("item", "value", "unit", "note")
    item, value, unit, note = (sheet.at(row, columns[k]).text if k in columns else "" for k in keys)
    return item, value, unit, note
