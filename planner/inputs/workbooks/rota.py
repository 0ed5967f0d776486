"""The fleet rota: one row per trip and vehicle, on the sheet "Rota".

Contract: `read_rota` gives one `DemandInput` with the stays of a week between
the trips, or raises `InputError` naming the cell. A vehicle charges on its return
what the trip used, so that it leaves as full as it left before.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Sheet, normal, read_sheets
from planner.inputs.workbooks.rota_rows import (
    COLUMNS,
    Rows,
    Trip,
    as_typed,
    check_rows,
    is_blank,
    is_header,
    is_total,
    stays_of,
    trips_of,
)
from planner.inputs.workbooks.table import read_records
from planner.model.demand import ROTA, DemandInput, Visit

SHEET = "Rota"
HEADER_ROWS = 20
VERSION = "1"
EXAMPLE = ("Van 1", "Mon-Fri", "07:00", "16:30", 47, 0.4, 76, 90, 11, 80)


def has_rota(path: Path) -> bool:
    """Tell whether a workbook holds a rota."""
    return _sheet(read_sheets(path)) is not None


def read_rota(path: Path) -> DemandInput:
    """Read a fleet rota."""
    sheet = _sheet(read_sheets(path))
    if sheet is None:
        raise InputError(
            path.name,
            "",
            f"there is no sheet '{SHEET}', and none has the columns of one",
            "start from the template that ampyard new --templates DIR writes",
        )
    trips: dict[str, list[Trip]] = {}
    rows = []
    for record in read_records(sheet, COLUMNS, path.name):
        if record.cells["vehicle"].text and not is_total(record):
            rows.append(as_typed(record, path.name))
            for trip in trips_of(record, path.name):
                trips.setdefault(trip.vehicle, []).append(trip)
    if not trips:
        raise InputError(
            path.name, f"sheet {sheet.name}", "there is no trip",
            "enter at least one vehicle with its times and distance",
        )  # fmt: skip
    visits = [visit for group in trips.values() for visit in stays_of(group, path.name)]
    visits.sort(key=lambda v: (v.arrive_min, v.vehicle))
    if not visits:
        raise InputError(
            path.name, f"sheet {sheet.name}", "no trip uses energy, so nothing is charged",
            "enter the distance of the trips",
        )  # fmt: skip
    return fleet(tuple(visits), tuple(rows))


def fleet(visits: tuple[Visit, ...], rows: Rows) -> DemandInput:
    """Return a fleet with the stays of its week and the rows it was read from."""
    by_day = Counter(int(v.arrive_min // 1440) % 7 for v in visits)
    return DemandInput(ROTA, float(max(by_day.values(), default=0)), 0.0, visits, rows)


def fleet_of_rows(rows: Rows, known: DemandInput | None = None) -> DemandInput:
    """Return the fleet that typed rows describe; `known` gives its growth."""
    visits, _problems = check_rows(rows)
    made = fleet(visits, rows)
    return replace(made, growth_pct_per_year=known.growth_pct_per_year) if known else made


def _sheet(sheets: dict[str, Sheet]) -> Sheet | None:
    """Return the sheet of that name, else the only one with the columns of a rota."""
    named = [s for title, s in sheets.items() if normal(title) == SHEET.casefold()]
    fitting = [s for s in sheets.values() if any(_heads(s))]
    return named[0] if named else fitting[0] if len(fitting) == 1 else None


def _heads(sheet: Sheet) -> Iterator[bool]:
    return (is_header(cell.text for cell in row) for row in islice(sheet.rows(), HEADER_ROWS))


def write_template(path: Path) -> Path:
    """Write the workbook that `read_rota` reads, with one example row."""
    return write_rota((EXAMPLE,), path)


def write_rota(rows: Sequence[Sequence[str | float]], path: Path) -> Path:
    """Write trips as the workbook that `read_rota` reads; numbers as numbers."""
    import openpyxl

    from planner.inputs.workbooks.sheets import heading, save_workbook, table_row

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    labels = tuple(f"{c.label} ({c.unit})" if c.unit else c.label for c in COLUMNS)
    heading(sheet, "Trips of the fleet, one row per vehicle and trip", VERSION, labels)
    filled = [row for row in rows if not is_blank(tuple(map(str, row)))]
    for at, row in enumerate(filled):
        values = [_value(c.unit, cell) for c, cell in zip(COLUMNS, row, strict=True)]
        table_row(sheet, 5 + at, values, entry=0)
    return save_workbook(book, path)


def _value(unit: str, cell: str | float) -> str | float:
    """Return what was typed as a number where the column holds numbers."""
    if unit and isinstance(cell, str):
        with contextlib.suppress(ValueError):
            return float(cell)
    return cell
