"""Inputs, bill and summary: the sheets that calculate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Border, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from grid.findings import Severity
from planner.documents.palette import LIGHT
from planner.documents.review import is_draft, open_points
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
from planner.model.money import BomLine, Quote, QuoteLine
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

BOM_TOP = 4
RATES = (
    ("margin_pct", "Margin, a mark-up on cost"),
    ("contingency_pct", "Contingency, on the sum of lines"),
    ("discount_pct", "Discount, on lines and contingency"),
    ("tax_pct", "Tax, on the net price"),
)
"""Names of the cells that every money formula reads; all in per cent."""


def inputs(book: Workbook, project: Project, quote: Quote) -> None:
    """Write the only sheet meant for typing; its cells carry names."""
    sheet = book.create_sheet("Inputs")
    title(sheet, "Inputs", "Change the blue figures; every price in this workbook follows.")
    header(sheet, 4, (Column("Input", 40), Column("Value", 14, "0.00"), Column("Unit", 12)))
    for row, (name, words) in enumerate(RATES, 5):
        put(sheet, row, 1, words)
        put(sheet, row, 2, getattr(quote.terms, name), ink=LIGHT.accent, number_format="0.00")
        put(sheet, row, 3, "%")
        sheet.cell(row, 2).protection = Protection(locked=False)
        book.defined_names[name] = DefinedName(name, attr_text=f"Inputs!$B${row}")
    limits = DataValidation(type="decimal", operator="between", formula1="0", formula2="200")
    limits.error, limits.errorTitle, limits.showErrorMessage = "0 to 200 %", "Ampyard", True
    sheet.add_data_validation(limits)
    limits.add(f"B5:B{4 + len(RATES)}")
    facts: tuple[tuple[str, Value], ...] = (
        ("Currency", quote.currency),
        ("Price book", quote.price_book),
        ("Tax name", quote.terms.tax_name),
        ("Quote date", _date(quote)),
        ("Valid for days", quote.terms.valid_days),
        ("Code of practice", project.settings.code),
    )
    for row, (words, value) in enumerate(facts, 6 + len(RATES)):
        put(sheet, row, 1, words)
        put(sheet, row, 2, value)
    sheet.protection.sheet = True
    set_up_page(sheet, None, landscape=False)


def _date(quote: Quote) -> str:
    return quote.terms.quote_date.isoformat() if quote.terms.quote_date else "not dated"


BOM_COLUMNS = (
    Column("Group", 15),
    Column("Item", 42, wrap=True),
    Column("Code", 26),
    Column("Net quantity", 10, QUANTITY),
    Column("Quantity", 10, QUANTITY),
    Column("Unit", 7),
    Column("Unit cost", 12, MONEY),
    Column("Unit price", 12, MONEY),
    Column("Amount", 14, MONEY),
    Column("Class", 7),
    Column("How measured", 40, wrap=True),
    Column("Taken from", 34, wrap=True),
)


def bill(book: Workbook, outcome: Outcome) -> None:
    """Write one row per line with live unit price and amount; nothing is merged."""
    sheet = book.create_sheet("BOM")
    title(
        sheet, "Bill of materials and quote",
        f"All figures in {outcome.quote.currency} before tax. Unit price = unit cost with margin, "
        "rounded; amount = quantity × unit price, rounded.",
    )  # fmt: skip
    header(sheet, BOM_TOP, BOM_COLUMNS)
    priced = {line.bom.id: line for line in outcome.quote.lines}
    row = BOM_TOP
    for row, line in enumerate(outcome.bom.lines, BOM_TOP + 1):
        _bill_row(sheet, row, line, priced.get(line.id))
    sheet.auto_filter.ref = f"A{BOM_TOP}:L{row}"
    set_up_page(sheet, BOM_TOP)


def _bill_row(sheet: Worksheet, row: int, line: BomLine, priced: QuoteLine | None) -> None:
    values: tuple[Value, ...] = (
        line.group, line.description, line.code, line.net, line.quantity, line.unit,
        priced.unit_cost if priced else "not priced", None, None,
        priced.confidence if priced else "", line.rule, ", ".join(line.basis),
    )  # fmt: skip
    for index, (column, value) in enumerate(zip(BOM_COLUMNS, values, strict=True), 1):
        style(sheet, row, index, column)
        ink = LIGHT.severity_text[Severity.ERROR] if value == "not priced" else LIGHT.text
        put(sheet, row, index, value, ink=ink, number_format=column.format_for(value))
    set_height(sheet, row, BOM_COLUMNS, values)
    if priced:
        put_formula(sheet, row, 8, f"=ROUND(G{row}*(1+margin_pct/100),2)")
        put_formula(sheet, row, 9, f"=ROUND(E{row}*H{row},2)")


def summary(book: Workbook, project: Project, scenario: Scenario, outcome: Outcome) -> None:
    """Write cover facts, subtotals by group and the totals, all live."""
    sheet = book["Summary"]
    title(sheet, project.name, f"{scenario.name}. Bill of materials and quote.")
    row = 4
    for words, value in _facts(project, outcome):
        put(sheet, row, 1, words, ink=LIGHT.text2)
        put(sheet, row, 2, value)
        row += 1
    row = _subtotals(sheet, row + 1, outcome)
    row = _totals(book, sheet, row + 1, outcome.quote)
    _notes(sheet, row + 1, outcome)
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 46
    set_up_page(sheet, None, landscape=False)


def _facts(project: Project, outcome: Outcome) -> Iterator[tuple[str, Value]]:
    client, quote = project.client, outcome.quote
    yield "Client", client.client or "–"
    yield "Address", client.address or "–"
    yield "Prepared by", client.prepared_by or "–"
    yield "Reference", client.reference or "–"
    yield "Date", _date(quote)
    yield "Chargers", str(len(outcome.design.chargers))
    yield "Drivers served in full", f"{outcome.service.served_pct:.1f} %"
    yield "Peak of charging, managed", f"{outcome.service.peak_kw:.1f} kW"
    yield "Price book", quote.price_book
    yield "Copy", "Internal: this workbook shows cost and margin"


def _subtotals(sheet: Worksheet, row: int, outcome: Outcome) -> int:
    columns = (Column("Group", 34), Column(f"Amount {outcome.quote.currency}", 46, MONEY))
    header(sheet, row, columns)
    first, last = BOM_TOP + 1, BOM_TOP + len(outcome.bom.lines)
    groups, amounts = f"BOM!$A${first}:$A${last}", f"BOM!$I${first}:$I${last}"
    for group in dict.fromkeys(line.group for line in outcome.bom.lines):
        row += 1
        put(sheet, row, 1, group)
        # The criterion is the cell beside it, so that no user text enters a formula.
        put_formula(sheet, row, 2, f"=ROUND(SUMIF({groups},A{row},{amounts}),2)")
    return row + 1


def _totals(book: Workbook, sheet: Worksheet, row: int, quote: Quote) -> int:
    first, last = BOM_TOP + 1, max(BOM_TOP + 1, BOM_TOP + len(quote.lines) + len(quote.unpriced))
    tax = quote.terms.tax_name
    rows = (
        ("sum_lines", "Sum of lines", f"=ROUND(SUM(BOM!$I${first}:$I${last}),2)", False),
        ("contingency", "Contingency", "=ROUND(sum_lines*contingency_pct/100,2)", False),
        ("discount", "Discount", "=ROUND((sum_lines+contingency)*discount_pct/100,2)", False),
        ("net", f"Total excl. {tax}", "=ROUND(sum_lines+contingency-discount,2)", True),
        ("tax", tax, "=ROUND(net*tax_pct/100,2)", False),
        ("total", "Total to pay", "=ROUND(net+tax,2)", True),
    )
    for name, words, formula, bold in rows:
        put(sheet, row, 1, words, bold=bold)
        put_formula(sheet, row, 2, formula, bold=bold)
        if bold:
            for index in (1, 2):
                sheet.cell(row, index).border = Border(top=Side(style="thin"))
                sheet.cell(row, index).fill = PatternFill("solid", fgColor=LIGHT.raised[1:])
        book.defined_names[name] = DefinedName(name, attr_text=f"Summary!$B${row}")
        row += 1
    return row


def _notes(sheet: Worksheet, row: int, outcome: Outcome) -> None:
    quote = outcome.quote
    low, high = (Decimal(value) for value in (quote.low, quote.high))
    put(sheet, row, 1, "All prices at their low end", ink=LIGHT.text2)
    put(sheet, row, 2, low, number_format=MONEY)
    put(sheet, row + 1, 1, "All prices at their high end", ink=LIGHT.text2)
    put(sheet, row + 1, 2, high, number_format=MONEY)
    if is_draft(outcome):
        put(sheet, row + 3, 1, "Draft", bold=True, ink=LIGHT.severity_text[Severity.WARNING])
        for offset, point in enumerate(open_points(outcome)):
            put(sheet, row + 3 + offset, 2, point)
