"""The demand workbook: groups of drivers, one per row.

Contract: `read_demand` gives a `DemandSheet` or raises `InputError` naming the
cell. Archetypes are those of ``data/demand``, by id or by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Cell, find_sheet, normal, quantity, read_sheets
from planner.inputs.workbooks.table import Column, Record, read_records
from planner.model.demand import DemandInput

VERSION = "1"
COLUMNS = (
    Column("archetype", "Archetype", required=True, aliases=("group", "type", "kind of driver")),
    Column(
        "drivers", "Drivers per day", required=True,
        aliases=("drivers", "cars per day", "drivers per busy day", "vehicles per day"),
    ),
    Column("growth", "Growth per year", "%", aliases=("growth", "growth %")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemandSheet:
    """What a demand workbook says."""

    inputs: tuple[DemandInput, ...]
    notes: tuple[str, ...] = ()


def archetypes() -> dict[str, str]:
    """Return the ids of all archetypes with their names."""
    import data

    found: dict[str, str] = {}
    for name in data.table_names("demand"):
        if "archetype" not in name:
            continue
        for row in data.open_table(name):
            if "id" in row.cells:
                found.setdefault(row.text("id"), row.cells.get("name", row.text("id")))
    return found


def read_groups(path: Path) -> tuple[DemandInput, ...]:
    """Read a demand workbook or a fleet rota, whichever it is."""
    from planner.inputs.workbooks.rota import has_rota, read_rota

    return (read_rota(path),) if has_rota(path) else read_demand(path).inputs


def read_demand(path: Path) -> DemandSheet:
    """Read a demand workbook."""
    sheets = read_sheets(path)
    sheet = find_sheet(sheets, "drivers", path)
    if sheet is None:
        there = ", ".join(sheets) or "none that is visible"
        raise InputError(
            path.name, "", f"there is no sheet 'Drivers' (found: {there})",
            "start from the template that ampyard new --templates DIR writes",
        )  # fmt: skip
    known = {normal(key): key for pair in archetypes().items() for key in pair[:1]}
    known |= {normal(name): key for key, name in archetypes().items()}
    inputs, notes = [], []
    for record in read_records(sheet, COLUMNS, path.name):
        if not record.cells["archetype"].text and not record.cells["drivers"].text:
            continue
        inputs.append(_input(record, known, path.name))
        notes += [f"row {record.cells['archetype'].row}: {k}: {v}" for k, v in record.extras]
    if not inputs:
        raise InputError(
            path.name, f"sheet {sheet.name}", "there is no group of drivers",
            "enter at least one archetype with its drivers per day",
        )  # fmt: skip
    return DemandSheet(tuple(inputs), tuple(notes))


def _input(record: Record, known: dict[str, str], file: str) -> DemandInput:
    """Read one group."""
    cell = record.cells["archetype"]
    archetype = known.get(normal(cell.text))
    if archetype is None:
        shown = f"'{cell.text[:40]}'" if cell.text else "blank"
        choices = ", ".join(sorted(set(known.values())))
        raise InputError(file, cell.place, f"archetype is {shown}", f"enter one of {choices}")
    drivers = _bounded(record.cells["drivers"], "drivers per day", "", 0, 100_000, file)
    growth_cell = record.cells["growth"]
    growth = 0.0
    if growth_cell.text:
        growth = _bounded(growth_cell, "growth per year", "%", -50, 200, file)
    return DemandInput(archetype, drivers, growth)


def _bounded(cell: Cell, name: str, unit: str, low: float, high: float, file: str) -> float:
    if not cell.text:
        raise InputError(file, cell.place, f"{name} is blank", "enter a number")
    value = quantity(cell, name, unit, file)
    if not low <= value <= high:
        raise InputError(
            file, cell.place, f"{name} is {value:g}", f"enter a value between {low:g} and {high:g}"
        )
    return value


def write_template(path: Path, inputs: tuple[DemandInput, ...] = ()) -> Path:
    """Write the workbook that `read_demand` reads, blank or filled."""
    import openpyxl

    from planner.inputs.workbooks.sheets import (
        add_choice,
        add_number_check,
        heading,
        save_workbook,
        table_row,
    )

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Drivers"
    labels = ("Archetype", "Drivers per day", "Growth per year (%)")
    heading(sheet, "Who parks and charges here", VERSION, labels)
    for row, group in enumerate(inputs, 5):
        cells = (group.archetype, group.drivers_per_day, group.growth_pct_per_year)
        table_row(sheet, row, cells, entry=0)
    listed = archetypes()
    add_choice(sheet, "A5:A60", tuple(sorted(listed)))
    add_number_check(sheet, "B5:B60", 0, 100_000, "Drivers per day")
    add_number_check(sheet, "C5:C60", -50, 200, "Growth per year in %")
    about = book.create_sheet("Archetypes")
    heading(about, "Archetypes to choose from", VERSION, ("Archetype", "Name"))
    for row, (key, name) in enumerate(sorted(listed.items()), 5):
        table_row(about, row, (key, name), entry=0)
    return save_workbook(book, path)
