"""Reinforce step by step until all checks pass: each finding asks for the next standard size.

The loop ends: every step moves one element up a finite list (transformers, cables,
board ratings) or raises the agreed capacity to what is drawn, and an element for
which nothing larger exists is left with its finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grid.findings import Finding, Severity
from grid.model import Network, SizedCircuit
from grid.network.radial import path
from planner.checks.bay_circuits import boards_ahead, next_cable, replacement, resized
from planner.checks.grid import grid_report
from planner.checks.lifting import larger_board, larger_transformer, more_agreed, with_transformer
from planner.checks.network import site_network
from planner.checks.year import Beside, beside, year_report
from planner.layout.boards import RATINGS_A
from planner.model.charger import ChargerModel
from planner.model.connection import Reinforcement, ReinforcementStep
from planner.model.demand import Demand
from planner.model.design import Design
from planner.model.headroom import Lift
from planner.model.ids import BoardId, CircuitId, ModelId
from planner.model.money import PriceBook
from planner.model.outcome import Service
from planner.model.project import Project, Settings
from planner.model.site import Site
from planner.own_tables import with_own_tables
from planner.progress import Progress, silent

MOST_ROUNDS = 40
"""More rounds than there are standard sizes of anything, so that none is cut short."""


@dataclass(slots=True)
class _Plan:
    """Site and design as reinforced so far."""

    site: Site
    design: Design
    settings: Settings
    book: PriceBook
    steps: list[ReinforcementStep] = field(default_factory=list)


def reinforce(
    project: Project, design: Design, service: Service, demand: Demand,
    progress: Progress = silent,
) -> tuple[Reinforcement, Site, Design]:  # fmt: skip
    """Return the steps that make a design pass, and the site and design with them.

    Parameters
    ----------
    project, design
        What is there and what is planned; batteries and solar of the scenario count.
    service, demand
        The charging load that must be carried; it stays as it is.
    """
    settings = with_own_tables(project).settings
    plan = _Plan(project.site, design, settings, project.price_book)
    around = beside(project)
    left: tuple[Finding, ...] = ()
    rounds = 0
    for rounds in range(1, MOST_ROUNDS + 1):
        progress(min(0.95, rounds / 8), f"Check {rounds}")
        errors = _errors(plan, project.catalogue, service, demand, around)
        done: set[tuple[str, str]] = set()
        left = tuple(e for e in errors if not _lift(plan, e, done))
        if not done:
            break
    else:
        left = tuple(_errors(plan, project.catalogue, service, demand, around))
    known = [s.lift for s in plan.steps if s.lift.cost is not None]
    made = Reinforcement(
        tuple(plan.steps), left,
        sum(x.cost or 0.0 for x in known), sum(x.cost_low or 0.0 for x in known),
        sum(x.cost_high or 0.0 for x in known), plan.book.currency,
        tuple(f"{s.lift.text}: no price" for s in plan.steps if s.lift.cost is None), rounds,
    )  # fmt: skip
    return made, plan.site, plan.design


def _errors(
    plan: _Plan, catalogue: Mapping[ModelId, ChargerModel], service: Service, demand: Demand,
    around: Beside,
) -> list[Finding]:  # fmt: skip
    """Return the errors of grid check and year, the upstream ones first."""
    limit = plan.settings.drop_limit_pct
    grid = grid_report(plan.site, plan.design, catalogue, service, demand, drop_limit_pct=limit)
    year = year_report(
        plan.site, plan.design, catalogue, service, drop_limit_pct=limit, beside=around
    )
    found = [f for f in (*grid.findings, *year.findings) if f.severity is Severity.ERROR]
    return sorted(dict.fromkeys(found), key=lambda f: _ORDER.get(_kind(f), 9))


_ORDER = {"AGREED": 0, "TX": 1, "BOARD": 2, "CIRCUIT": 3, "DROP": 4, "VOLTAGE": 4}


def _kind(finding: Finding) -> str:
    return finding.code.rsplit("-", 1)[-1]


def _lift(plan: _Plan, finding: Finding, done: set[tuple[str, str]]) -> bool:
    """Take the step a finding asks for; False where there is none.

    An element already lifted in this round is waited for: the next check tells
    whether it was enough.
    """
    joined = site_network(plan.site, plan.design).network
    if joined is None or finding.value is None:
        return False
    kind = _kind(finding)
    element = _element(plan, joined, kind, finding)
    if (kind, element) in done:
        return True
    step = _step(plan, joined, kind, element, finding)
    if step is None:
        return False
    done.add((kind, element))
    plan.steps.append(ReinforcementStep(step, finding.code, finding.place, finding.message))
    return True


def _element(plan: _Plan, network: Network, kind: str, finding: Finding) -> str:
    """Return what must grow: for a voltage the circuit on the way that drops most."""
    if kind not in {"DROP", "VOLTAGE"}:
        return finding.subject
    if finding.value is not None and kind == "VOLTAGE" and finding.value > 1:
        return ""
    ahead = boards_ahead(network)
    able = [
        c for c in path(network, finding.subject)
        if next_cable(network.circuits[c], ahead, plan.settings) is not None
    ]  # fmt: skip
    return max(able, key=lambda c: network.circuits[c].drop_pct, default="")


def _step(plan: _Plan, network: Network, kind: str, element: str, finding: Finding) -> Lift | None:
    """Apply the next standard size and return it with its price."""
    supply, value = network.supply, finding.value or 0.0
    if kind == "AGREED":
        lift = more_agreed(supply.agreed_kva, value, plan.book)
        kva = supply.agreed_kva + lift.quantity
        plan.site = replace(plan.site, supply=replace(supply, agreed_kva=kva))
        return lift
    if kind == "TX" and supply.transformer is not None:
        found = larger_transformer(
            supply, supply.transformer.rated_kva * max(value, 100.1) / 100, plan.book
        )
        if found is not None:
            kva = float(found.code.removeprefix("TX-"))
            plan.site = replace(plan.site, supply=with_transformer(supply, kva))
        return found
    if kind == "BOARD":
        return _board(plan, network, element, value)
    if element in network.circuits:
        old = network.circuits[element]
        needed = {"CIRCUIT": value, "BREAKING": old.demand.ib_a, "DISCONNECT": old.demand.ib_a}
        return _circuit(plan, network, element, needed.get(kind))
    return None


def _board(plan: _Plan, network: Network, board: str, needed_a: float) -> Lift | None:
    lift = larger_board(network, board, needed_a, plan.book)
    if lift is None:
        return None
    rating = next(r for r in RATINGS_A if r >= needed_a - 1e-9)
    own = plan.design.boards.get(BoardId(board))
    if own is not None:
        larger = replace(own, board=replace(own.board, rating_a=rating))
        boards = {**plan.design.boards, own.id: larger}
        plan.design = replace(plan.design, boards=boards)
        return lift
    there = plan.site.boards[BoardId(board)]
    larger_there = replace(there, board=replace(there.board, rating_a=rating))
    plan.site = replace(plan.site, boards={**plan.site.boards, there.id: larger_there})
    return lift


def _same(old: SizedCircuit, new: SizedCircuit) -> bool:
    """Tell whether a new design of a circuit changes nothing."""
    one, other = ((c.cable.key, c.parallel, c.device) for c in (old, new))
    return one == other


def _circuit(plan: _Plan, network: Network, circuit_id: str, needed_a: float | None) -> Lift | None:
    """Lay a circuit for a larger current, or with the next thicker cable."""
    old = network.circuits[circuit_id]
    if needed_a is None:
        new = next_cable(old, boards_ahead(network), plan.settings)
    else:
        new = resized(network, old, math.nextafter(needed_a, math.inf), plan.settings)
        new = new or next_cable(old, boards_ahead(network), plan.settings)
    if new is None or _same(old, new):
        return None
    circuit = plan.design.circuits[CircuitId(circuit_id)]
    # A sub-board's circuit keeps the start it has on the plan.
    sized = replace(new, demand=replace(new.demand, from_id=circuit.sized.demand.from_id))
    circuits = {**plan.design.circuits, circuit.id: replace(circuit, sized=sized)}
    plan.design = replace(plan.design, circuits=circuits)
    return replacement(old, new, plan.book)
