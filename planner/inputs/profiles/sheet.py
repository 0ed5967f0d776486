"""Spreadsheets as raw tables: one sheet with a table, values only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.inputs.archive import open_zip, read_entry
from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.report import Action, Report
from planner.inputs.workbooks import foreign
from planner.inputs.workbooks.cells import MAX_COLUMNS, MAX_ROWS, Cell, address, load, uncomputed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_BLANK_ROWS = 1_000
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with its filled rows and their numbers as the user sees them."""

    name: str
    visible: bool
    rows: Sequence[Sequence[Value]]
    numbers: Sequence[int]
    hidden_rows: int = 0


def read_sheet(
    path: Path,
    options: ProfileOptions,
    report: Report,
    holds: Callable[[Sequence[Sequence[Value]]], bool] = lambda _rows: False,
) -> RawTable:
    """Read the sheet that holds the table; several possible ones are a question.

    `holds` tells the rows that are wanted from other tables of the workbook.
    """
    tables = _tables(path)
    visible = [t for t in tables if t.visible]
    if hidden := [t.name for t in tables if not t.visible]:
        report.say(Action.ACCEPT, "PRF-SHEET", f"hidden sheets left out: {', '.join(hidden)}")
    if options.sheet:
        visible = [t for t in tables if t.name == options.sheet]
        if not visible:
            raise InputError(
                path.name, "", f"there is no sheet '{options.sheet[:40]}'",
                f"choose one of {', '.join(t.name for t in tables)}",
            )  # fmt: skip
    filled = [t for t in visible if holds(t.rows)] or [t for t in visible if _plausible(t.rows)]
    if len(filled) > 1:
        raise InputError(
            path.name, "", f"{len(filled)} sheets hold a table: "
            f"{', '.join(t.name for t in filled)}", "choose one with --sheet NAME", question=True,
        )  # fmt: skip
    if not filled:
        refuse_uncomputed(path)
        raise InputError(
            path.name, "", "no sheet holds a table of numbers", "export the interval data"
        )
    (table,) = filled
    if len(tables) > 1:
        report.say(Action.ACCEPT, "PRF-SHEET", f"sheet '{table.name}' was read")
    if table.hidden_rows:
        report.say(
            Action.ASK, "PRF-HIDDEN",
            f"{table.hidden_rows:,} rows are hidden, perhaps by a filter; they are counted",
            f"sheet {table.name}", "show or delete them, or confirm with --accept PRF-HIDDEN",
        )  # fmt: skip
    return RawTable(
        path.name, table.rows, table.numbers,
        lambda r, c: f"sheet {table.name}, {address(table.numbers[r], c + 1)}",
    )  # fmt: skip


def _tables(path: Path) -> list[_Table]:
    """Return the sheets of a workbook of any kind."""
    found = foreign.read_foreign(path)
    if found is not None:
        return [_foreign(sheet, path.name) for sheet in found]
    book = load(path)
    try:
        return [
            _Table(ws.title, ws.sheet_state == "visible", *_rows(ws, path.name), _hidden(path, ws))
            for ws in book.worksheets
        ]
    finally:
        book.close()


def _foreign(sheet: foreign.ForeignSheet, file: str) -> _Table:
    """Keep the filled rows of a sheet of another program."""
    filled = [
        (n, row[:MAX_COLUMNS])
        for n, row in enumerate(sheet.rows, 1)
        if any(v is not None and v != "" for v in row)
    ]
    if len(filled) > MAX_ROWS:
        raise _too_many(file, sheet.name)
    return _Table(
        sheet.name,
        sheet.visible,
        [row for _, row in filled],
        [n for n, _ in filled],
    )


def _too_many(file: str, sheet: str) -> InputError:
    return InputError(
        file, f"sheet {sheet}", f"there are more than {MAX_ROWS:,} rows", "export a shorter period"
    )


def _hidden(path: Path, sheet: Worksheet) -> int:
    """Count the hidden rows of a sheet, which the quick way of reading does not tell."""
    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with open_zip(path) as archive:
        if part not in archive.namelist():
            return 0
        return len(_HIDDEN_ROW.findall(read_entry(archive, part, path.name)))


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
                raise _too_many(file, sheet.title)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # damaged XML surfaces only while rows are read
        raise InputError(
            file, f"sheet {sheet.title}", "the sheet is damaged",
            "open it in Excel and save it again",
        ) from error  # fmt: skip
    return rows, numbers


def _plausible(rows: Sequence[Sequence[Value]]) -> bool:
    """Tell whether a sheet holds numbers in at least three rows."""
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


def refuse_uncomputed(path: Path) -> None:
    """Say that formulas were never computed, if that is why there are no values."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.startswith(b"PK") or foreign.is_ods(head):
        return
    book = load(path, formulas=True)
    try:
        for sheet in book.worksheets:
            for row in sheet.iter_rows(max_row=200, max_col=MAX_COLUMNS):
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        at = int(cell.row or 0), int(cell.column or 0)
                        raise uncomputed(path.name, Cell(sheet.title, *at, cell.value))
    finally:
        book.close()
