"""Board schedule: what sits on which way of which board, spare ways included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook

from grid.model import Board
from planner.documents.workbook.cells import Column, Value, set_up_page, table, title
from planner.documents.workbook.sheet_lists import terminals
from planner.model.design import Circuit
from planner.model.outcome import Outcome
from planner.model.site import Site
from planner.money.sections.electrical import cable_name

COLUMNS = (
    Column("Board", 10), Column("Name", 24), Column("Rating A", 9, "0"), Column("Way", 6),
    Column("Circuit", 10), Column("Feeds", 10), Column("Power kW", 10, "0.0"),
    Column("Phases", 8, "0"), Column("Device", 18), Column("In A", 8, "0"),
    Column("RCD", 36, wrap=True), Column("Cable", 24), Column("Ib A", 8, "0.0"),
    Column("Zs at end ohm", 11, "0.000"), Column("Terminals", 20, wrap=True),
)  # fmt: skip


def board_schedule(book: Workbook, site: Site, outcome: Outcome) -> None:
    """Write one row per new circuit in the order of its board, then the ways left free."""
    sheet = book.create_sheet("Board schedule")
    note = (
        "New circuits only; on existing boards they take spare ways, whose numbers the site gives."
    )
    title(sheet, "Board schedule", note)
    last = table(sheet, 4, COLUMNS, _rows(site, outcome))
    sheet.auto_filter.ref = f"A4:{sheet.cell(4, len(COLUMNS)).column_letter}{last}"
    set_up_page(sheet, 4)


def _rows(site: Site, outcome: Outcome) -> Iterator[Sequence[Value]]:
    existing = [(b.board, True) for b in site.boards.values()]
    new = [(b.board, False) for b in outcome.design.boards.values()]
    for board, old in (*existing, *new):
        circuits = [
            c for c in outcome.design.circuits.values() if c.sized.demand.from_id == board.id
        ]
        if old and not circuits:
            continue
        for number, circuit in enumerate(circuits, 1):
            yield _row(board, "spare" if old else str(number), circuit, outcome)
        for number in range(len(circuits) + 1, 1 if old else board.ways + 1):
            yield (board.id, board.name, board.rating_a, str(number), "spare", *[None] * 10)


def _row(board: Board, way: str, circuit: Circuit, outcome: Outcome) -> Sequence[Value]:
    sized, demand = circuit.sized, circuit.sized.demand
    node = outcome.grid.nodes.get(demand.to_id)
    return (
        board.id, board.name, board.rating_a, way, circuit.id, demand.to_id, demand.p_kw,
        demand.phases, sized.device.key, sized.device.in_a, sized.rcd or "–",
        cable_name(sized.cable), demand.ib_a, node.zs_ohm if node else None,
        terminals(outcome, demand.to_id),
    )  # fmt: skip
