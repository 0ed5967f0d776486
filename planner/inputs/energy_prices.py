"""A table of energy prices by time of use: CSV, a workbook, or JSON.

One row per window with the columns name, months, days, from, to and price; the row
without hours gives the base price. JSON has the same keys in a list `windows` beside
`base_price`. Messages name the cell.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from io import StringIO
from pathlib import Path
from typing import Any

from planner.inputs.archive import unreadable
from planner.inputs.encoding import decoded
from planner.inputs.price_cells import COLUMNS, CellError, read_price, read_window
from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Cell, address, normal, read_sheets
from planner.model.energy_price import EnergyPrice, PriceWindow

MOST_WINDOWS = 50
_LARGEST_BYTES = 1_000_000
_NAMES: Mapping[str, str] = {
    "name": "name", "window": "name", "period": "name", "band": "name",
    "months": "months", "month": "months", "season": "months",
    "days": "days", "day": "days", "weekdays": "days", "days of week": "days",
    "from": "from", "start": "from", "begin": "from", "from hour": "from",
    "to": "to", "end": "to", "until": "to", "to hour": "to",
    "price": "price", "price per kwh": "price", "per kwh": "price", "rate": "price",
}  # fmt: skip
_LAYOUT = f"use the columns {', '.join(COLUMNS)}; the row without hours is the base price"
Row = tuple[Mapping[str, str], Mapping[str, str]]
"""Texts and places of a row's cells, by column."""


def read_energy_prices(path: Path) -> EnergyPrice:
    """Read base price and windows; what is wrong is an `InputError` naming the cell."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > _LARGEST_BYTES:
        raise InputError(path.name, "", "the file is too large for a table of prices", _LAYOUT)
    kind = path.suffix.casefold()
    if kind == ".json":
        rows = _json_rows(content, path.name)
    elif kind in {".xlsx", ".xlsm", ".ods", ".xls"}:
        rows = _sheet_rows(path)
    else:
        rows = _csv_rows(content, path.name)
    return _price(list(rows), path.name)


def _price(rows: list[Row], file: str) -> EnergyPrice:
    base: float | None = None
    windows: list[PriceWindow] = []
    for cells, places in rows:
        try:
            if cells["from"].strip() or cells["to"].strip():
                windows.append(read_window(cells))
                continue
            value = read_price(cells["price"])
        except CellError as wrong:
            raise InputError(file, places[wrong.column], wrong.reason, wrong.remedy) from None
        if base is not None:
            raise InputError(
                file, places["from"], "there is a second row without hours",
                "give hours to all windows and leave them blank for the base price alone",
            )  # fmt: skip
        base = value
    if base is None:
        raise InputError(file, "", "there is no base price", _LAYOUT)
    if len(windows) > MOST_WINDOWS:
        raise InputError(
            file, "", f"there are {len(windows)} windows", f"give {MOST_WINDOWS} at most"
        )
    return EnergyPrice(base, tuple(windows))


def _csv_rows(content: bytes, file: str) -> Iterator[Row]:
    text = decoded(content, file).text
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";\t,", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        table = [(reader.line_num, row) for row in reader if any(c.strip() for c in row)]
    except csv.Error as error:
        raise InputError(file, f"line {reader.line_num}", str(error), _LAYOUT) from None
    columns = _columns(table[0][1] if table else [], file)
    for line, row in table[1:]:
        cells = {c: row[at] if at < len(row) else "" for c, at in columns.items()}
        yield _filled(cells), {c: f"line {line}, column {c}" for c in COLUMNS}


def _sheet_rows(path: Path) -> Iterator[Row]:
    sheet = next(iter(read_sheets(path).values()), None)
    rows = list(sheet.rows()) if sheet else []
    if sheet is None or not rows:
        raise InputError(path.name, "", "the workbook is empty", _LAYOUT)
    header = rows[0]
    columns = _columns([c.text for c in header], path.name)
    at = {c: header[n].column for c, n in columns.items()}
    for row in rows[1:]:
        number = row[0].row
        cells = {c: _text(sheet.at(number, column)) for c, column in at.items()}
        yield (
            _filled(cells),
            {c: f"sheet {sheet.name}, {address(number, at.get(c, 1))}" for c in COLUMNS},
        )


def _text(cell: Cell) -> str:
    """Write a cell as typed; spreadsheets keep 16:00 as a time and 24:00 as a day."""
    if isinstance(cell.value, datetime):
        return "24:00" if cell.value.time() == time() else cell.text
    return f"{cell.value:%H:%M}" if isinstance(cell.value, time) else cell.text


def _json_rows(content: bytes, file: str) -> Iterator[Row]:
    try:
        found = json.loads(decoded(content, file).text)
    except (json.JSONDecodeError, RecursionError):
        raise InputError(file, "", "this is no JSON document", _LAYOUT) from None
    windows = found.get("windows", []) if isinstance(found, dict) else None
    if not isinstance(windows, list) or "base_price" not in found:
        raise InputError(
            file, "", "there is no 'base_price' with a list 'windows'",
            'write {"base_price": 0.2, "windows": [{"from": "16", "to": "19", "price": 0.4}]}',
        )  # fmt: skip
    base = _filled({"price": _word(found["base_price"])})
    yield base, dict.fromkeys(COLUMNS, "base_price")
    for number, window in enumerate(windows, 1):
        if not isinstance(window, dict):
            raise InputError(file, f"window {number}", "it is no object", _LAYOUT)
        known = {_NAMES.get(normal(str(k))): _word(v) for k, v in window.items()}
        cells = _filled({k: v for k, v in known.items() if k})
        if not (cells["from"] or cells["to"]):
            raise InputError(file, f"window {number}", "it has no hours", "give 'from' and 'to'")
        yield cells, {c: f"window {number}, {c}" for c in COLUMNS}


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _filled(cells: Mapping[str, str]) -> Mapping[str, str]:
    return dict.fromkeys(COLUMNS, "") | dict(cells)


def _columns(header: list[str], file: str) -> dict[str, int]:
    """Return where each column stands, by its name or another usual one."""
    found: dict[str, int] = {}
    for at, title in enumerate(header):
        column = _NAMES.get(normal(title))
        if column:
            found.setdefault(column, at)
    missing = [c for c in ("from", "to", "price") if c not in found]
    if missing:
        raise InputError(file, "header", f"there is no column '{missing[0]}'", _LAYOUT)
    return found
