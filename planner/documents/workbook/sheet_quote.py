"""The quote on one sheet for the client: amounts and totals are live."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from grid.findings import Severity
from planner.documents.palette import LIGHT
from planner.documents.review import open_points
from planner.documents.words import long_date
from planner.documents.workbook.cells import (
    MONEY,
    QUANTITY,
    Column,
    Value,
    header,
    put,
    put_formula,
    set_height,
    set_up_page,
    style,
    title,
)
from planner.model.money import Quote
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

TOP = 5
COLUMNS = (
    Column("Group", 16),
    Column("Item", 56, wrap=True),
    Column("Quantity", 11, QUANTITY),
    Column("Unit", 8),
    Column("Unit price", 14, MONEY),
    Column("Amount", 16, MONEY),
)
PERCENT = '0.00" %"'


def quote(book: Workbook, project: Project, scenario: Scenario, outcome: Outcome) -> None:
    """Write the lines, then totals that follow from them."""
    sheet = book.create_sheet("Quote")
    offer = outcome.quote
    facts = (
        scenario.name, project.client.reference, long_date(offer.terms.quote_date),
        f"valid for {offer.terms.valid_days} days", f"all figures in {offer.currency}",
    )  # fmt: skip
    title(sheet, f"Charging for {project.name}", ", ".join(filter(None, facts)))
    if points := open_points(outcome):
        ink = LIGHT.severity_text[Severity.WARNING]
        put(sheet, 3, 1, f"Draft: {', '.join(points)}", bold=True, ink=ink)
    header(sheet, TOP, COLUMNS)
    row = TOP
    for row, line in enumerate(offer.lines, TOP + 1):
        values: tuple[Value, ...] = (
            line.bom.group, line.bom.description, line.bom.quantity, line.bom.unit,
            line.unit_price, None,
        )  # fmt: skip
        for index, (column, value) in enumerate(zip(COLUMNS, values, strict=True), 1):
            style(sheet, row, index, column)
            put(sheet, row, index, value, number_format=column.format_for(value))
        set_height(sheet, row, COLUMNS, values)
        put_formula(sheet, row, 6, f"=ROUND(C{row}*E{row},2)")
    last = max(row, TOP + 1)
    row = _unpriced(sheet, row + 1, offer)
    _totals(book, sheet, row + 1, last, offer)
    set_up_page(sheet, TOP, landscape=False)


def _unpriced(sheet: Worksheet, row: int, offer: Quote) -> int:
    for line in offer.unpriced:
        ink = LIGHT.severity_text[Severity.ERROR]
        put(sheet, row, 1, line.group)
        put(sheet, row, 2, line.description)
        put(sheet, row, 3, line.quantity, number_format=QUANTITY)
        put(sheet, row, 4, line.unit)
        put(sheet, row, 5, "not priced", ink=ink)
        row += 1
    return row


def _totals(book: Workbook, sheet: Worksheet, row: int, last: int, offer: Quote) -> None:
    """Write the totals; the rates stand beside their amounts."""
    terms = offer.terms
    rows = (
        ("sum_lines", "Sum of lines", None, f"=ROUND(SUM(F{TOP + 1}:F{last}),2)"),
        ("contingency", "Contingency", terms.contingency_pct, "=ROUND(sum_lines*{rate}/100,2)"),
        ("discount", "Discount", terms.discount_pct,
         "=ROUND((sum_lines+contingency)*{rate}/100,2)"),
        ("net", f"Total excl. {terms.tax_name}", None, "=ROUND(sum_lines+contingency-discount,2)"),
        ("tax", terms.tax_name, terms.tax_pct, "=ROUND(net*{rate}/100,2)"),
        ("total", "Total to pay", None, "=ROUND(net+tax,2)"),
    )  # fmt: skip
    for name, words, rate, formula in rows:
        bold = name in {"net", "total"}
        put(sheet, row, 2, words, bold=bold)
        if rate is not None:
            put(sheet, row, 5, rate, number_format=PERCENT)
        put_formula(sheet, row, 6, formula.format(rate=f"E{row}"), bold=bold)
        if bold:
            for index in range(2, 7):
                sheet.cell(row, index).border = Border(top=Side(style="thin"))
        book.defined_names[name] = DefinedName(name, attr_text=f"Quote!$F${row}")
        row += 1
