"""Headroom: what every bay can take beside everything that runs, and what lifts the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook

from planner.documents.headroom_words import bay_sizes
from planner.documents.workbook.cells import MONEY, QUANTITY, Column, Value
from planner.documents.workbook.sheet_lists import list_sheet
from planner.model.headroom import BayRoom, HeadroomMap, SizeRoom

COLUMNS = (
    Column("Bay", 9), Column("Charger there", 9), Column("From board", 9),
    Column("Route m", 8, "0.0"), Column("New trench m", 9, "0.0"), Column("Size kW", 7, "0"),
    Column("Fits", 6), Column("Largest that fits kW", 10, "0.0"),
    Column("What binds", 30, wrap=True), Column("Carries then", 10, QUANTITY),
    Column("Limit", 9, QUANTITY), Column("Unit", 6), Column("When, local", 18),
    Column("Cable of the circuit", 24), Column("To lift it", 36, wrap=True),
    Column("Cost low", 11, MONEY), Column("Cost", 11, MONEY), Column("Cost high", 11, MONEY),
    Column("Class", 6), Column("Price code", 20, wrap=True), Column("Lead time", 15),
)  # fmt: skip


def headroom(book: Workbook, made: HeadroomMap | None) -> None:
    """Write one row per bay and size; no sheet where the headroom was not worked out."""
    if made is None or not made.bays:
        return
    note = f"{made.basis} Costs before margin and tax."
    list_sheet(book, "Headroom", note, COLUMNS, _rows(made))


def _rows(made: HeadroomMap) -> Iterator[Sequence[Value]]:
    for room, size in bay_sizes(made):
        yield _row(room, size)


def _row(room: BayRoom, size: SizeRoom) -> Sequence[Value]:
    lift = size.lift
    known = bool(size.unit)
    return (
        room.bay, room.charger or "–", room.board or "–", room.route_m, room.dig_m, size.size_kw,
        "yes" if size.fits else "no", size.max_kw, size.place, size.value if known else None,
        size.limit if known else None, size.unit or "–", size.when or "–", size.cable or "–",
        lift.text if lift else ("–" if size.fits else "no standard step"),
        lift.cost_low if lift else None, lift.cost if lift else None,
        lift.cost_high if lift else None, lift.confidence if lift else "",
        lift.code if lift else "", lift.lead_time if lift else "",
    )  # fmt: skip
