"""The workbook calculates to the quote's cent and never runs text."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from planner.documents import FORMATS
from planner.model.money import Bom, BomLine, Price, PriceBook, Terms
from planner.money.pricing import price

NASTY = '=HYPERLINK("http://x")'


def render(project, outcome, name: str = "xlsx") -> bytes:
    return FORMATS[name].render(project, project.scenario, outcome)


@pytest.fixture
def recalculated(tmp_path):
    """Return a function that lets LibreOffice calculate workbooks afresh."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")

    def run(*contents: bytes):
        files = [tmp_path / f"in{n}.xlsx" for n in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                   "--outdir", str(tmp_path / "out"), *map(str, files)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return [load_workbook(tmp_path / "out" / file.name, data_only=True) for file in files]

    return run


def named(book, name: str) -> Decimal:
    sheet, cell = book.defined_names[name].attr_text.split("!")
    return Decimal(str(book[sheet.strip("'$")][cell.replace("$", "")].value)).quantize(
        Decimal("0.01")
    )


@pytest.fixture
def awkward_outcome(tiny_outcome):
    """An offer full of half cents: 60 lines at rates that end in 5."""
    rows = [
        Price(f"X{n}", "G", f"Item {n}", "pcs", Decimal(1), Decimal(n * 7 + 1) / 8, Decimal(999),
              "test", "2026", "A")
        for n in range(60)
    ]  # fmt: skip
    lines = [
        BomLine(f"G/X{n}", "G", f"X{n}", f"Item {n}", Decimal(n), Decimal(n * 3 + 1) / 4, "pcs",
                ("C1",), "test")
        for n in range(60)
    ]  # fmt: skip
    terms = Terms(Decimal("12.5"), Decimal("2.5"), Decimal("4.5"), Decimal("17.5"))
    book = PriceBook("t", "t", "GBP", {row.code: row for row in rows})
    quote = price(Bom(tuple(lines)), book, terms)
    return replace(tiny_outcome, bom=Bom(tuple(lines)), quote=quote)


def test_libreoffice_agrees_to_the_cent(
    tiny_project, tiny_outcome, awkward_outcome, recalculated
) -> None:
    outcomes = (tiny_outcome, awkward_outcome)
    jobs = [(outcome, name) for outcome in outcomes for name in ("xlsx", "quote-xlsx")]
    books = recalculated(*(render(tiny_project, outcome, name) for outcome, name in jobs))
    for (outcome, name), book in zip(jobs, books, strict=True):
        for total in ("sum_lines", "contingency", "discount", "net", "tax", "total"):
            assert named(book, total) == getattr(outcome.quote, total), (name, total)
    amounts = [row[8].value for row in books[2]["BOM"].iter_rows(min_row=5)]
    assert [Decimal(str(a)) for a in amounts] == [q.amount for q in awkward_outcome.quote.lines]


def test_the_clients_copy_shows_neither_cost_nor_margin(tiny_project, tiny_outcome) -> None:
    book = load_workbook(io.BytesIO(render(tiny_project, tiny_outcome, "quote-xlsx")))
    found = {c.value for sheet in book for row in sheet.iter_rows() for c in row}
    costs = {float(q.unit_cost) for q in tiny_outcome.quote.lines if q.unit_cost > 100}
    prices = {c.value for row in book["Quote"].iter_rows() for c in row}
    assert not costs & prices
    assert not [v for v in found if re.search(r"\b(margin|cost)", str(v).lower())]
    assert "margin_pct" not in book.defined_names


def test_board_schedule_numbers_ways_and_shows_the_spare_ones(tiny_project, tiny_outcome) -> None:
    sheet = load_workbook(io.BytesIO(render(tiny_project, tiny_outcome)))["Board schedule"]
    rows = [[c.value for c in row][:6] for row in sheet.iter_rows(min_row=5)]
    pillar = [row[3:6] for row in rows if row[0] == "P1"]
    assert pillar == [["1", "L1", "C1"], ["2", "L2", "C2"], ["3", "L3", "C3"],
                      ["4", "spare", None], ["5", "spare", None], ["6", "spare", None]]  # fmt: skip
    assert [row[4] for row in rows if row[0] == "MSB"] == ["F1"]


def test_every_text_is_text(tiny_project, tiny_outcome) -> None:
    project = replace(tiny_project, name=NASTY, client=replace(tiny_project.client, client=NASTY))
    line = replace(tiny_outcome.bom.lines[0], description=NASTY)
    bom = Bom((line, *tiny_outcome.bom.lines[1:]))
    book = load_workbook(io.BytesIO(render(project, replace(tiny_outcome, bom=bom))))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    nasty = [c for c in cells if c.value == NASTY]
    assert len(nasty) == 3
    assert all(c.data_type == "s" and c.quotePrefix for c in nasty)
    formulas = [c for c in cells if c.data_type == "f"]
    assert all(str(c.value).startswith("=ROUND(") for c in formulas)


def test_every_money_cell_of_the_bill_is_live(tiny_project, tiny_outcome) -> None:
    sheet = load_workbook(io.BytesIO(render(tiny_project, tiny_outcome)))["BOM"]
    rows = list(sheet.iter_rows(min_row=5))
    assert len(rows) == len(tiny_outcome.bom.lines)
    assert all(row[7].data_type == row[8].data_type == "f" for row in rows)
    assert not sheet.merged_cells.ranges


def test_a_line_without_price_is_named_and_has_no_amount(tiny_project, tiny_outcome) -> None:
    orphan = replace(tiny_outcome.bom.lines[0], id="G/GONE", code="GONE")
    bom = Bom((*tiny_outcome.bom.lines, orphan))
    quote = price(bom, tiny_project.price_book, tiny_project.terms)
    content = render(tiny_project, replace(tiny_outcome, bom=bom, quote=quote))
    book = load_workbook(io.BytesIO(content))
    last = [c.value for c in list(book["BOM"].iter_rows())[-1]]
    assert last[6] == "not priced"
    assert last[8] is None
    assert any(
        "line without a price" in str(c.value) for r in book["Summary"].iter_rows() for c in r
    )


def test_print_set_up(tiny_project, tiny_outcome) -> None:
    book = load_workbook(io.BytesIO(render(tiny_project, tiny_outcome)))
    assert book.calculation.fullCalcOnLoad
    assert book["BOM"].print_title_rows == "$4:$4"
    assert book["BOM"].page_setup.fitToHeight == 0
    assert book.properties.creator == "Ampyard"
