"""Opening workbooks safely and speaking of their cells as users see them."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from planner.inputs.archive import open_zip, read_entry, unreadable
from planner.inputs.problem import InputError
from planner.inputs.quantity import QuantityError, parse_quantity, unit_factor
from planner.inputs.workbooks.foreign import ForeignSheet, read_foreign

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_ROWS = 400_000
MAX_COLUMNS = 400
_OLE2 = b"\xd0\xcf\x11\xe0"
Value = str | float | int | bool | datetime | date | time | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its address ("B7"); row and column count from 1."""

    sheet: str
    row: int
    column: int
    value: Value

    @property
    def place(self) -> str:
        """Say where the cell is."""
        return f"sheet {self.sheet}, {address(self.row, self.column)}"

    @property
    def text(self) -> str:
        """Return the cell as trimmed text, blank for an empty one."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value).strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as a grid of cells, blank ones left out."""

    name: str
    cells: dict[tuple[int, int], Cell]

    def at(self, row: int, column: int) -> Cell:
        """Return the cell, a blank one where there is none."""
        return self.cells.get((row, column)) or Cell(self.name, row, column, None)

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the non-blank cells row by row."""
        by_row: dict[int, list[Cell]] = {}
        for (row, _), cell in sorted(self.cells.items()):
            by_row.setdefault(row, []).append(cell)
        yield from by_row.values()


def address(row: int, column: int) -> str:
    """Return the spreadsheet address of a row and column, "B7" for 7, 2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def check_workbook(path: Path) -> None:
    """Refuse what is no plain XLSX before a spreadsheet library sees it."""
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl runs without defusedxml; unset OPENPYXL_DEFUSEDXML")
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.startswith(b"PK"):
        raise InputError(
            path.name, "", f"this is {really(head)}, not an Excel workbook",
            "save it as XLSX in Excel or LibreOffice",
        )  # fmt: skip
    with open_zip(path) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise InputError(
                path.name, "", "this archive holds no Excel workbook",
                "save it as XLSX in Excel or LibreOffice",
            )  # fmt: skip
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in read_entry(
                archive, name, path.name
            ):
                raise InputError(
                    path.name, f"part {name}", "the workbook defines XML entities, "
                    "which spreadsheets never need", "ask the sender for a plain XLSX",
                )  # fmt: skip


def really(head: bytes) -> str:
    """Name what a file really is by its first bytes."""
    kinds = (
        (b"PK", "a zip archive"), (_OLE2, "an old Office file"), (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture (PNG)"), (b"\xff\xd8", "a picture (JPEG)"),
        (b"SQLite format 3", "a database"), (b"AC10", "a DWG drawing"),
        (b"\x93NUMPY", "a NumPy array"), (b"\x80\x04", "Python data"), (b"\x80\x03", "Python data"),
        (b"\x1f\x8b", "a gzip archive"),
    )  # fmt: skip
    for magic, kind in kinds:
        if head.startswith(magic):
            return kind
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML)"
    if start.startswith(b"<"):
        return "an XML file"
    if start.startswith((b"{", b"[")):
        return "a JSON file"
    if not head:
        return "an empty file"
    return "something else" if b"\0" in head else "a text file"


def load(path: Path, *, formulas: bool = False) -> Workbook:
    """Load a checked workbook; values only unless `formulas` are wanted."""
    check_workbook(path)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl remarks on styles it drops
            return openpyxl.load_workbook(
                path, read_only=True, data_only=not formulas, keep_links=False
            )
    except Exception as error:  # openpyxl raises KeyError, TypeError and more on odd files
        raise InputError(
            path.name, "", "the workbook cannot be read", "open it in Excel and save it as XLSX"
        ) from error


def grid(worksheet: Worksheet, file: str) -> Sheet:
    """Read a worksheet's cells; stops after 1,000 blank rows."""
    cells: dict[tuple[int, int], Cell] = {}
    blank = 0
    if hasattr(worksheet, "reset_dimensions"):
        worksheet.reset_dimensions()  # the stored dimension may lie
    name = str(worksheet.title)
    try:
        for row in worksheet.iter_rows(max_col=MAX_COLUMNS):
            found = [c for c in row if c.value is not None and str(c.value).strip() != ""]
            blank = 0 if found else blank + 1
            if blank > 1000:
                break
            for cell in found:
                place = (int(cell.row or 0), int(cell.column or 0))
                cells[place] = Cell(name, *place, cell.value)  # type: ignore[arg-type]
            if len(cells) > MAX_ROWS * 8:
                raise InputError(
                    file, f"sheet {name}", "the sheet is too large", "export fewer columns"
                )
    except InputError:
        raise
    except Exception as error:  # damaged XML surfaces only while rows are read
        raise InputError(
            file, f"sheet {name}", "the sheet is damaged", "open it in Excel and save it again"
        ) from error
    return Sheet(name, cells)


def read_sheets(path: Path) -> dict[str, Sheet]:
    """Read all visible sheets of a small workbook of any kind by name."""
    found = read_foreign(path)
    if found is not None:
        return {sheet.name: _foreign(sheet) for sheet in found if sheet.visible}
    values, formulas = _sheets(load(path), path), _sheets(load(path, formulas=True), path)
    for name, sheet in formulas.items():
        for (row, column), cell in sheet.cells.items():
            if cell.text.startswith("=") and (row, column) not in values[name].cells:
                raise uncomputed(path.name, cell)
    return values


def find_sheet(sheets: dict[str, Sheet], name: str, path: Path) -> Sheet | None:
    """Find a sheet by its name, whatever its case; one that is hidden is named, not read."""
    for title, sheet in sheets.items():
        if normal(title) == name:
            return sheet
    hidden = next((t for t in _hidden(path) if normal(t) == name), None)
    if hidden is not None:
        raise InputError(
            path.name, "", f"the sheet '{hidden}' is hidden", "show it and save the workbook"
        )
    return None


def _hidden(path: Path) -> list[str]:
    found = read_foreign(path)
    if found is not None:
        return [sheet.name for sheet in found if not sheet.visible]
    book = load(path)
    try:
        return [str(s.title) for s in book.worksheets if s.sheet_state != "visible"]
    finally:
        book.close()


def _foreign(sheet: ForeignSheet) -> Sheet:
    """Keep the filled cells of a sheet of another program."""
    cells = {
        (row, column): Cell(sheet.name, row, column, value)
        for row, values in enumerate(sheet.rows, 1)
        for column, value in enumerate(values[:MAX_COLUMNS], 1)
        if value is not None and str(value).strip() != ""
    }
    return Sheet(sheet.name, cells)


def _sheets(book: Workbook, path: Path) -> dict[str, Sheet]:
    """Read the visible sheets and close the workbook."""
    try:
        return {
            ws.title: grid(ws, path.name)
            for ws in book.worksheets
            if getattr(ws, "sheet_state", "visible") == "visible"
        }
    finally:
        book.close()


def uncomputed(file: str, cell: Cell) -> InputError:
    """Say that a workbook holds formulas whose results were never stored."""
    return InputError(
        file,
        cell.place,
        "the workbook holds formulas without stored values",
        "open it in Excel or LibreOffice and save it",
    )


def normal(label: str) -> str:
    """Reduce a label to what identifies it: no unit, case, mark or double blank."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|,\s*in\s+\S+$", " ", label)
    return re.sub(r"[^0-9a-zäöüßé%]+", " ", bare.casefold()).strip()


def unit_in(label: str) -> str:
    """Return the unit a label gives in brackets or after "in", else nothing."""
    match = re.search(r"[(\[]([^)\]]*)[)\]]|,?\s+in\s+(\S+)$", label)
    return (match.group(1) or match.group(2) or "").strip() if match else ""


def quantity(cell: Cell, name: str, unit: str, file: str, *, stated: str = "") -> float:
    """Read a number in `unit` from a cell; `stated` is the unit given beside it."""
    hint = f"enter {name} in {unit}" if unit else f"enter {name} as a number"
    value = cell.value
    if isinstance(value, (bool, datetime, date, time)) or value is None:
        raise InputError(file, cell.place, f"{name} is {_kind(value)}", hint)
    try:
        if isinstance(value, str):
            number, found = parse_quantity(value, unit)
            if not found:
                number *= unit_factor(stated, unit)
        else:
            number = float(value) * unit_factor(stated, unit)
    except QuantityError as error:
        raise InputError(file, cell.place, f"{name} is {error}", hint) from None
    if not math.isfinite(number):
        raise InputError(file, cell.place, f"{name} is not a finite number", hint)
    return number


def _kind(value: Value) -> str:
    """Name what stands in place of a number."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return f"{value}, not a number"
    return f"a date ({value:%d.%m.%Y}), not a number" if isinstance(value, date) else "a time"


def check_version(sheet: Sheet, newest: str, file: str) -> None:
    """Refuse a template that a newer version of the program has written."""
    for cell in sheet.cells.values():
        if normal(cell.text) != "template version":
            continue
        beside = sheet.at(cell.row, cell.column + 1)
        if beside.text.isdigit() and int(beside.text) > int(newest):
            raise InputError(
                file, beside.place, f"the template is of version {beside.text}, this program "
                f"reads up to {newest}", "update Ampyard, or write the template anew",
            )  # fmt: skip
