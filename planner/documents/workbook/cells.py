"""Cells, tables and page set-up shared by all sheets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from planner.documents.palette import LIGHT

Value = str | int | float | Decimal | bool | None
MONEY = "#,##0.00"
QUANTITY = "#,##0.0##"
"""Whole numbers are shown without decimals, others with one to three."""
FONT = "Arial"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32_000
_HAIR = Side(style="thin", color=LIGHT.border[1:])
_LINE = Side(style="thin", color=LIGHT.text[1:])


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading with its unit, width in characters, number format."""

    heading: str
    width: float
    number_format: str = "General"
    wrap: bool = False

    @property
    def right(self) -> bool:
        """Numbers stand at the right, words at the left."""
        return self.number_format != "General"

    def format_for(self, value: Value) -> str:
        """Return the number format of a value in this column."""
        whole = isinstance(value, int | float | Decimal) and value % 1 == 0
        return "#,##0" if whole and self.number_format == QUANTITY else self.number_format


def put(
    sheet: Worksheet, row: int, column: int, value: Value, *,
    bold: bool = False, ink: str = LIGHT.text, size: float = 10, number_format: str = "",
) -> None:  # fmt: skip
    """Write a value; text stays text whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, float) and not math.isfinite(value):
        value = None  # not known: an empty cell, for a workbook has no such number
    if isinstance(value, str):
        words = _CONTROL.sub("", value)[:_LONGEST]
        cell.value = words
        cell.data_type = "s"
        cell.quotePrefix = words[:1] in {"=", "+", "-", "@", "\t", "\r"}
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=size, bold=bold, color=ink[1:])
    if number_format:
        cell.number_format = number_format


def put_formula(
    sheet: Worksheet, row: int, column: int, formula: str, *,
    bold: bool = False, number_format: str = MONEY,
) -> None:  # fmt: skip
    """Write a formula of our own making; never text of a user."""
    cell = sheet.cell(row, column)
    cell.value = formula
    cell.font = Font(name=FONT, size=10, bold=bold, color=LIGHT.text[1:])
    cell.number_format = number_format


def title(sheet: Worksheet, words: str, note: str = "") -> None:
    """Write the sheet's title in row 1 and a note in row 2."""
    put(sheet, 1, 1, words, bold=True, size=14)
    put(sheet, 2, 1, note, ink=LIGHT.text2, size=9)


def table(
    sheet: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> int:
    """Write a header row and the rows below it; return the last row used."""
    header(sheet, top, columns)
    sheet.row_dimensions[top].height = 28
    last = top
    for last, row in enumerate(rows, top + 1):
        for index, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            style(sheet, last, index, column)
            put(sheet, last, index, value, number_format=column.format_for(value))
        set_height(sheet, last, columns, row)
    return last


def header(sheet: Worksheet, top: int, columns: Sequence[Column]) -> None:
    """Write the header row and set the widths."""
    for index, column in enumerate(columns, 1):
        put(sheet, top, index, column.heading, bold=True, ink=LIGHT.text2, size=9)
        cell = sheet.cell(top, index)
        cell.fill = PatternFill("solid", fgColor=LIGHT.raised[1:])
        cell.border = Border(bottom=_LINE)
        cell.alignment = Alignment(
            horizontal="right" if column.right else "left", vertical="bottom", wrap_text=True,
            indent=0 if column.right else 1,
        )  # fmt: skip
        sheet.column_dimensions[get_column_letter(index)].width = column.width


def style(sheet: Worksheet, row: int, index: int, column: Column) -> None:
    """Give a body cell its rule and alignment."""
    cell = sheet.cell(row, index)
    cell.border = Border(bottom=_HAIR)
    cell.alignment = Alignment(
        horizontal="right" if column.right else "left", vertical="center", wrap_text=column.wrap,
        indent=0 if column.right else 1,
    )  # fmt: skip


def set_height(
    sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[Value]
) -> None:
    """Make room for wrapped text; not every program does so by itself."""
    lines = max(
        -(-len(str(value)) // int(1.15 * column.width)) if column.wrap and value else 1
        for column, value in zip(columns, values, strict=True)
    )
    sheet.row_dimensions[row].height = 4 + 12.5 * lines


def set_up_page(sheet: Worksheet, repeat: int | None, *, landscape: bool = True) -> None:
    """A4, fitted to the width, header row repeated, page numbers at the foot."""
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.gridLines = False
    sheet.sheet_view.showGridLines = False
    footer = HeaderFooterItem()
    footer.left.text, footer.right.text = "&A", "Page &P of &N"
    sheet.HeaderFooter.oddFooter = footer
    if repeat:
        sheet.print_title_rows = f"{repeat}:{repeat}"
        sheet.freeze_panes = f"A{repeat + 1}"
