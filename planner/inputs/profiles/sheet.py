"""Spreadsheets as raw tables: one sheet with a table, values only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.report import Action, Report
from planner.inputs.workbooks.cells import MAX_COLUMNS, MAX_ROWS, Cell, address, load, uncomputed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_BLANK_ROWS = 1_000


def read_sheet(path: Path, options: ProfileOptions, report: Report) -> RawTable:
    """Read the sheet that holds the table; several possible ones are a question."""
    book = load(path)
    try:
        visible = [ws for ws in book.worksheets if ws.sheet_state == "visible"]
        hidden = [ws.title for ws in book.worksheets if ws.sheet_state != "visible"]
        if hidden:
            report.say(Action.ACCEPT, "PRF-SHEET", f"hidden sheets left out: {', '.join(hidden)}")
        if options.sheet:
            visible = [ws for ws in book.worksheets if ws.title == options.sheet]
            if not visible:
                raise InputError(
                    path.name, "", f"there is no sheet '{options.sheet[:40]}'",
                    f"choose one of {', '.join(book.sheetnames)}",
                )  # fmt: skip
        tables = {ws.title: _rows(ws, path.name) for ws in visible}
    finally:
        book.close()
    filled = {name: rows for name, rows in tables.items() if _plausible(rows[0])}
    if len(filled) > 1:
        raise InputError(
            path.name, "", f"{len(filled)} sheets hold a table: {', '.join(filled)}",
            "choose one with --sheet NAME", question=True,
        )  # fmt: skip
    if not filled:
        _refuse_uncomputed(path, list(tables))
        raise InputError(
            path.name, "", "no sheet holds a table of numbers", "export the interval data"
        )
    name, (rows, numbers) = filled.popitem()
    if len(book.sheetnames) > 1:
        report.say(Action.ACCEPT, "PRF-SHEET", f"sheet '{name}' was read")
    return RawTable(
        path.name, rows, numbers, lambda r, c: f"sheet {name}, {address(numbers[r], c + 1)}"
    )


def _rows(sheet: Worksheet, file: str) -> tuple[list[tuple[Value, ...]], list[int]]:
    """Read all rows up to the last one with contents."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # the stored dimension may lie
    rows: list[tuple[Value, ...]] = []
    numbers: list[int] = []
    blank = 0
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            if all(v is None or v == "" for v in row):
                blank += 1
                if blank > _BLANK_ROWS:
                    break
                continue
            blank = 0
            rows.append(row)  # type: ignore[arg-type]
            numbers.append(number)
            if len(rows) > MAX_ROWS:
                raise InputError(
                    file, f"sheet {sheet.title}", f"there are more than {MAX_ROWS:,} rows",
                    "export a shorter period",
                )  # fmt: skip
    except InputError:
        raise
    except Exception as error:  # damaged XML surfaces only while rows are read
        raise InputError(
            file, f"sheet {sheet.title}", "the sheet is damaged",
            "open it in Excel and save it again",
        ) from error  # fmt: skip
    return rows, numbers


def _plausible(rows: list[tuple[Value, ...]]) -> bool:
    """Tell whether a sheet holds numbers in at least two rows."""
    with_number = 0
    for row in rows[:2_000]:
        if any(isinstance(v, (int, float)) and not isinstance(v, bool) for v in row) or (
            sum(1 for v in row if v not in {None, ""}) > 1
            and any(isinstance(v, str) and v[:1].isdigit() for v in row)
        ):
            with_number += 1
        if with_number > 2:
            return True
    return False


def _refuse_uncomputed(path: Path, names: list[str]) -> None:
    """Say that formulas were never computed, if that is why there are no values."""
    book = load(path, formulas=True)
    try:
        for name in names:
            for row in book[name].iter_rows(max_row=200, max_col=MAX_COLUMNS):
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        where = Cell(name, int(cell.row or 0), int(cell.column or 0), cell.value)
                        raise uncomputed(path.name, where)
    finally:
        book.close()
