"""Tables of a user's own: capacities, cables, devices as CSV or XLSX, linted on load.

The layout is that of the shipped tables: one header row with the columns of
`COLUMNS`, one value per row. Which table it is follows from its columns. Cells
that cannot be right (no number, below zero, a capacity that falls with size)
refuse the file; what only looks wrong is told with its cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from data import Row, TableError, read_table
from grid.findings import Finding, Severity
from grid.model import Conductor, Insulation
from grid.wiring.ampacity import parse
from grid.wiring.ampacity_lint import lint
from planner.inputs.problem import InputError
from planner.model.tables import OwnTable

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ampacity": ("insulation", "loaded", "conductor", "method", "size_mm2", "it_a", "source"),
    "cables": (
        "key", "conductor", "insulation", "cores", "size_mm2", "r20_ohm_per_km", "x_ohm_per_km",
        "od_mm", "mass_kg_per_km", "source",
    ),
    "devices": (
        "key", "kind", "curve", "in_a", "breaking_ka", "trip_min_x", "trip_max_x", "trip_lowest_x",
        "i2_x", "clearing_s", "let_through_a2s", "source",
    ),
    # Harmonic currents of chargers in per cent of their input current.
    "spectra": ("model", "order_number", "current_pct", "source"),
}  # fmt: skip
_WORDS: Mapping[str, tuple[str, ...]] = {
    "insulation": tuple(i.value for i in Insulation),
    "conductor": tuple(c.value for c in Conductor),
    "loaded": ("2", "3"),
    "cores": ("3", "4", "5"),
    "method": ("A1", "A2", "B1", "B2", "C", "D1", "D2", "E"),
    "kind": ("MCB", "MCCB", "ACB"),
    "curve": ("", "B", "C", "D"),
}
_TEXT = {"key", "model", "source", "flag", "status"}
_MAY_BE_BLANK = {"let_through_a2s", "curve", "flag", "status"}
_MOST_ROWS = 5000

Place = Callable[[int, int], str]
"""Where a cell stands: by row and column of the table, both from 0."""


def read_own_table(path: Path) -> tuple[OwnTable, tuple[Finding, ...]]:
    """Read and lint one table; findings name the cells that look wrong.

    Raises
    ------
    InputError
        Where the file is no such table, or a cell cannot be right.
    """
    header, rows, place = _sheet(path) if _is_workbook(path) else _csv(path)
    kind = _kind(path.name, header)
    wanted = (*COLUMNS[kind], *(c for c in header if c in {"flag", "status"}))
    at = {c: header.index(c) for c in wanted if c in header}
    cells = []
    for n, row in enumerate(rows):
        values = tuple(row[at[c]] if c in at else "" for c in wanted)
        for column, value in zip(wanted, values, strict=True):
            _check(path.name, place(n, at.get(column, 0)), column, value)
        cells.append(values)
    table = OwnTable(kind, path.name, wanted, tuple(cells))
    _refuse_double(path.name, table, place)
    return table, _lint(path.name, table, place, at.get("it_a", 0))


def _is_workbook(path: Path) -> bool:
    return path.suffix.casefold() in {".xlsx", ".xlsm"}


def _csv(path: Path) -> tuple[list[str], list[list[str]], Place]:
    try:
        found = read_table(path)
    except UnicodeDecodeError as error:
        raise InputError(path.name, "", "the text is not UTF-8", "save it as UTF-8") from error
    except (TableError, ValueError) as error:
        text = str(error).removeprefix(f"{path.name}").lstrip(":, ")
        raise InputError(path.name, "", text, "give every row the cells of the header") from error
    if not found:
        raise _no_rows(path.name)
    header = list(found[0].cells)
    lines = [row.line for row in found]

    def place(row: int, column: int) -> str:
        return f"line {lines[row]}, column {header[column]}"

    return header, [list(row.cells.values()) for row in found], place


def _sheet(path: Path) -> tuple[list[str], list[list[str]], Place]:
    from planner.inputs.workbooks.cells import address, read_sheets

    sheet = next(iter(read_sheets(path).values()), None)
    if sheet is None or not sheet.cells:
        raise InputError(path.name, "", "the workbook is empty", "fill in the first sheet")
    filled = sorted({row for row, _ in sheet.cells})
    wide = max(column for _, column in sheet.cells)
    first = next((r for r in filled if sheet.at(r, 2).text), filled[0])
    header = [sheet.at(first, c).text for c in range(1, wide + 1)]
    below = [r for r in filled if r > first]

    def place(row: int, column: int) -> str:
        return f"sheet {sheet.name}, {address(below[row], column + 1)}"

    rows = [[sheet.at(r, c).text for c in range(1, wide + 1)] for r in below]
    return header, rows, place


def _kind(file: str, header: Sequence[str]) -> str:
    """Return which table it is: the one with the most of its columns there."""
    best = max(COLUMNS, key=lambda k: len(set(COLUMNS[k]) & set(header)) / len(COLUMNS[k]))
    lacking = [c for c in COLUMNS[best] if c not in header and c not in _MAY_BE_BLANK]
    if lacking:
        known = "; ".join(f"{kind}: {','.join(cols)}" for kind, cols in COLUMNS.items())
        raise InputError(
            file, "header", f"the column {lacking[0]} of a table of {best} is missing",
            f"use the columns of one table ({known})",
        )  # fmt: skip
    return best


def _check(file: str, place: str, column: str, value: str) -> None:
    """Refuse a cell that cannot be right."""
    if column in _TEXT:
        if not value and column not in _MAY_BE_BLANK:
            raise InputError(file, place, f"the {column} is blank", "fill it in")
        return
    if column in _WORDS:
        if value not in _WORDS[column]:
            known = ", ".join(w for w in _WORDS[column] if w)
            raise InputError(file, place, f"'{value[:40]}' is no {column}", f"use {known}")
        return
    if not value and column in _MAY_BE_BLANK:
        return
    try:
        number = float(value)
    except ValueError:
        raise InputError(
            file, place, f"'{value[:40]}' is no number", "use a point as decimal mark"
        ) from None
    if not (math.isfinite(number) and 0 < number < 1e9):
        raise InputError(file, place, f"{column} is {number:g}", "give a value above zero")


_KEYS = {
    "ampacity": ("insulation", "loaded", "conductor", "method", "size_mm2"),
    "cables": ("key",),
    "devices": ("key",),
    "spectra": ("model", "order_number"),
}


def _refuse_double(file: str, table: OwnTable, place: Place) -> None:
    if not table.rows:
        raise _no_rows(file)
    if len(table.rows) > _MOST_ROWS:
        reason = f"it has {len(table.rows)} rows"
        raise InputError(file, "", reason, f"give {_MOST_ROWS} at most")
    seen: dict[tuple[str, ...], int] = {}
    for n, cells in enumerate(table.cells):
        key = tuple(cells[c] for c in _KEYS[table.kind])
        if key in seen:
            first = place(seen[key], 0)
            raise InputError(file, place(n, 0), f"the same row as {first}", "keep one of them")
        seen[key] = n


def _no_rows(file: str) -> InputError:
    return InputError(file, "", "the table has no rows", "give one row per value")


def _lint(file: str, table: OwnTable, place: Place, column: int) -> tuple[Finding, ...]:
    """Lint a capacity table: rising, power law, Al/Cu, D2 against D1; cells by name."""
    if table.kind != "ampacity":
        return ()
    rows = tuple(Row(file, n, {"flag": "", **c}) for n, c in enumerate(table.cells))
    at = {
        "/".join(c[k] for k in ("insulation", "loaded", "conductor", "method"))
        + f"/{float(c['size_mm2']):g}": n
        for n, c in enumerate(table.cells)
    }
    found = []
    for finding in lint(parse(rows)):
        where = place(at[finding.subject], column)
        if finding.code == "AMP-RISE":
            raise InputError(file, where, finding.message.rstrip("."), "compare it with its source")
        found.append(
            Finding(
                finding.code,
                Severity.WARNING,
                finding.subject,
                f"{file}, {where}",
                finding.message,
                fix=finding.fix,
            )
        )
    return tuple(found)
