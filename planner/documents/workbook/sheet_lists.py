"""Cable schedule, chargers, grid check, findings and sources: values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook

from grid.findings import Severity
from grid.wiring.cables import gland
from planner.documents.workbook.cells import (
    MONEY,
    QUANTITY,
    Column,
    Value,
    set_up_page,
    table,
    title,
)
from planner.model.ids import ChargerId
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.money.pricebook import CONFIDENCE
from planner.money.sections.electrical import cable_name

ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.OK)


def list_sheet(
    book: Workbook, name: str, note: str, columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
) -> None:  # fmt: skip
    """Write a sheet of its own: title, note, and one table that can be filtered."""
    sheet = book.create_sheet(name)
    title(sheet, name, note)
    last = table(sheet, 4, columns, rows)
    letter = sheet.cell(4, len(columns)).column_letter
    sheet.auto_filter.ref = f"A4:{letter}{last}"
    set_up_page(sheet, 4)


def cable_schedule(book: Workbook, outcome: Outcome) -> None:
    """Write one row per circuit with its cable, protection and checks."""
    columns = (
        Column("Circuit", 9), Column("From", 9), Column("To", 9), Column("Kind", 9),
        Column("Route m", 9, "0.0"), Column("Cable m", 9, "0.0"), Column("Runs", 6, "0"),
        Column("Cable", 24), Column("Device", 16), Column("RCD", 22), Column("Ib A", 8, "0.0"),
        Column("In A", 8, "0"), Column("Iz A", 8, "0.0"), Column("Voltage drop %", 9, "0.00"),
        Column("Loading %", 9, "0.0"), Column("Decided by", 14), Column("Trenches", 24, wrap=True),
        Column("Terminals", 20, wrap=True), Column("Gland", 8),
    )  # fmt: skip
    list_sheet(
        book, "Cable schedule",
        "Ib design current, In rating of the device, Iz carrying capacity as laid. "
        "Voltage drop is that of the circuit alone. Terminals: order of lines at each outlet. "
        "Gland: by overall diameter, usual ranges.",
        columns, _circuit_rows(outcome),
    )  # fmt: skip


def terminals(outcome: Outcome, charger_id: str) -> str:
    """Say the order of lines at the outlets of a charger, nothing for a board."""
    charger = outcome.design.chargers.get(ChargerId(charger_id))
    return ", ".join(charger.terminals) if charger else ""


def _circuit_rows(outcome: Outcome) -> Iterator[Sequence[Value]]:
    for circuit in outcome.design.circuits.values():
        sized, demand = circuit.sized, circuit.sized.demand
        branch = outcome.grid.branches.get(circuit.id)
        yield (
            circuit.id, demand.from_id, demand.to_id, demand.kind.value,
            circuit.route_m, circuit.cable_m, sized.parallel, cable_name(sized.cable),
            sized.device.key, sized.rcd or "–", demand.ib_a, sized.device.in_a, sized.iz_a,
            sized.drop_pct, branch.loading_pct if branch else None, sized.binding,
            ", ".join(circuit.trenches), terminals(outcome, demand.to_id),
            gland(sized.cable) or "–",
        )  # fmt: skip


def chargers(book: Workbook, project: Project, outcome: Outcome) -> None:
    """Write one row per charger with its bays, circuit and place."""
    columns = (
        Column("Charger", 10), Column("Model", 30), Column("Power kW", 9, "0.0"),
        Column("Outlets", 8, "0"), Column("Bays", 18), Column("Circuit", 10), Column("Board", 10),
        Column("East m", 13, "0.00"), Column("North m", 13, "0.00"), Column("Pinned", 8),
        Column("Why here", 50, wrap=True),
    )  # fmt: skip
    circuits = {c.sized.demand.to_id: c for c in outcome.design.circuits.values()}

    def rows() -> Iterator[Sequence[Value]]:
        for charger in outcome.design.chargers.values():
            model = project.catalogue.get(charger.model)
            circuit = circuits.get(charger.id)
            yield (
                charger.id, model.name if model else charger.model,
                model.power_kw if model else None, model.outlets if model else None,
                ", ".join(charger.bays), circuit.id if circuit else "–",
                circuit.sized.demand.from_id if circuit else "–",
                charger.point.x, charger.point.y, "yes" if charger.pinned else "no",
                "; ".join(outcome.reasons.get(charger.id, ())),
            )  # fmt: skip

    note = f"Coordinates in EPSG:{project.site.epsg}, metres."
    list_sheet(book, "Chargers", note, columns, rows())


def grid_check(book: Workbook, outcome: Outcome) -> None:
    """Write the load cases, then nodes and branches."""
    columns = (
        Column("What", 12), Column("Name", 34), Column("Site kW", 10, "0.0"),
        Column("Charging kW", 11, "0.0"), Column("kVA", 10, "0.0"), Column("Current A", 10, "0.0"),
        Column("Limit A", 9, "0.0"), Column("Loading %", 10, "0.0"),
        Column("Voltage pu", 10, "0.0000"), Column("Drop %", 9, "0.00"),
        Column("Ik3 max kA", 10, "0.00"), Column("Ik1 min kA", 10, "0.00"),
        Column("Zs ohm", 9, "0.0000"),
    )  # fmt: skip
    list_sheet(book, "Grid check", outcome.grid.method, columns, _grid_rows(outcome))


def _grid_rows(outcome: Outcome) -> Iterator[Sequence[Value]]:
    for case in outcome.grid.cases:
        yield (
            "case", case.name, case.site_kw, case.charging_kw, case.apparent_kva, None, None,
            case.transformer_pct, case.lowest_pu, None, None, None, None,
        )  # fmt: skip
    for node in outcome.grid.nodes.values():
        yield (
            "node", f"{node.id} {node.name}", None, None, None, None, None, None,
            node.voltage_pu, node.drop_pct, node.ik3_max_ka, node.ik1_min_ka, node.zs_ohm,
        )  # fmt: skip
    for branch in outcome.grid.branches.values():
        yield (
            "branch", branch.id, None, None, None, branch.current_a, branch.limit_a,
            branch.loading_pct, None, None, None, None, None,
        )  # fmt: skip


def findings(book: Workbook, outcome: Outcome) -> None:
    """Write findings, gravest first, then assumptions."""
    columns = (
        Column("Kind", 12), Column("Code", 18), Column("Place", 26, wrap=True),
        Column("Message", 56, wrap=True), Column("Value", 11, QUANTITY),
        Column("Limit", 11, QUANTITY), Column("Unit", 8), Column("Clause", 26, wrap=True),
        Column("What to do", 44, wrap=True),
    )  # fmt: skip

    def rows() -> Iterator[Sequence[Value]]:
        for finding in sorted(outcome.findings, key=lambda f: ORDER.index(f.severity)):
            yield (
                finding.severity.value, finding.code, finding.place, finding.message,
                finding.value, finding.limit, finding.unit, finding.clause, finding.fix,
            )  # fmt: skip
        for a in outcome.assumptions:
            state = "confirmed" if a.confirmed else "assumption"
            yield (
                state, a.id, a.subject, f"{a.text}: {a.value}", None, None, "", a.source,
                "" if a.confirmed else "Confirm or replace",
            )  # fmt: skip

    note = f"{outcome.passed_checks} checks passed."
    list_sheet(book, "Findings", note, columns, rows())


def sources(book: Workbook, outcome: Outcome) -> None:
    """Write where each price is from, with its range."""
    columns = (
        Column("Code", 26), Column("Item", 42, wrap=True), Column("Unit", 7),
        Column("Unit price", 12, MONEY), Column("Amount low", 13, MONEY),
        Column("Amount", 13, MONEY), Column("Amount high", 13, MONEY), Column("Class", 7),
        Column("Meaning", 24), Column("Source", 80, wrap=True),
    )  # fmt: skip

    def rows() -> Iterator[Sequence[Value]]:
        for line in outcome.quote.lines:
            yield (
                line.bom.code, line.bom.description, line.bom.unit, line.unit_price, line.low,
                line.amount, line.high, line.confidence, CONFIDENCE.get(line.confidence, ""),
                line.source,
            )  # fmt: skip

    note = f"Price book {outcome.quote.price_book}. Amounts with the margin of the quote."
    list_sheet(book, "Sources", note, columns, rows())
