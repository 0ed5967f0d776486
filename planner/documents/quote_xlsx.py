"""The client's workbook: prices and quantities, neither cost nor margin."""

from __future__ import annotations

from planner.documents.workbook import sheet_boards, sheet_lists, sheet_quote
from planner.documents.workbook.finish import empty, to_bytes
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the workbook; the same input gives the same bytes."""
    book = empty("Quote")
    sheet_quote.quote(book, project, scenario, outcome)
    sheet_lists.chargers(book, project, outcome)
    sheet_lists.cable_schedule(book, outcome)
    sheet_boards.board_schedule(book, project.site, outcome)
    sheet_lists.findings(book, outcome)
    return to_bytes(book)
