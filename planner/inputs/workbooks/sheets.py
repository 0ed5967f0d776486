"""Writing template sheets: headings, entry cells, data validation, safe text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_HEAD_FILL = "FFE8EEF4"
_ENTRY_FILL = "FFFFF9E5"


def put(sheet: Worksheet, row: int, column: int, value: str | float | None) -> Any:
    """Write one cell; text can never become a formula."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return cell


def heading(sheet: Worksheet, title: str, version: str, columns: Sequence[str]) -> None:
    """Write title, template version and the header row (row 4)."""
    from openpyxl.styles import Font, PatternFill

    put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    put(sheet, 2, 1, "Template version")
    put(sheet, 2, 2, version)
    for column, label in enumerate(columns, 1):
        cell = put(sheet, 4, column, label)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
    widths = (36, 16, 12, 60) if len(columns) == 4 else (30, *(14,) * (len(columns) - 1))
    for letter, width in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A5"


def table_row(sheet: Worksheet, row: int, values: Sequence[str | float | None], entry: int) -> None:
    """Write one row; column `entry` is shaded as the one to fill in."""
    from openpyxl.styles import PatternFill

    for column, value in enumerate(values, 1):
        cell = put(sheet, row, column, value if value != "" else None)
        if column == entry:
            cell.fill = PatternFill("solid", fgColor=_ENTRY_FILL)


def add_choice(sheet: Worksheet, cells: str, choices: Sequence[str]) -> None:
    """Offer a list of choices in cells."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    rule.error, rule.errorTitle = f"One of {', '.join(choices)}", "Ampyard"
    sheet.add_data_validation(rule)
    rule.add(cells)


def add_number_check(sheet: Worksheet, cells: str, low: float, high: float, prompt: str) -> None:
    """Let a spreadsheet program check the range while typing."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(
        type="decimal", operator="between", formula1=str(low), formula2=str(high),
        allow_blank=True,
        showErrorMessage=True, errorStyle="warning",
    )  # fmt: skip
    rule.error, rule.prompt, rule.errorTitle = (
        f"{prompt}: {low:g} to {high:g}",
        prompt,
        "Ampyard",
    )
    sheet.add_data_validation(rule)
    rule.add(cells)


def save_workbook(book: Workbook, path: Path) -> Path:
    """Save without personal metadata."""
    book.properties.creator = "Ampyard"
    book.properties.lastModifiedBy = "Ampyard"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
