"""Bill of materials and quote as a workbook that calculates.

Every money cell is a live formula with the same rounding as the quote, so that a
spreadsheet program and Ampyard agree to the cent. The workbook shows cost and
margin: it is the preparer's copy. `quote_xlsx` writes the client's.
"""

from __future__ import annotations

from planner.documents.workbook import sheet_boards, sheet_headroom, sheet_lists, sheet_money
from planner.documents.workbook.finish import empty, to_bytes
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the workbook; the same input gives the same bytes."""
    book = empty("Bill of materials and quote")
    book.create_sheet("Summary")
    sheet_money.inputs(book, project, outcome.quote)
    sheet_money.bill(book, outcome)
    sheet_lists.cable_schedule(book, outcome)
    sheet_boards.board_schedule(book, project.site, outcome)
    sheet_lists.chargers(book, project, outcome)
    sheet_lists.grid_check(book, outcome)
    sheet_headroom.headroom(book, outcome.headroom)
    sheet_lists.findings(book, outcome)
    sheet_lists.sources(book, outcome)
    sheet_money.summary(book, project, scenario, outcome)
    return to_bytes(book)
