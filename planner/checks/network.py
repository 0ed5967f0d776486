"""The electrical network of a design: what `grid` needs to know of a site."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grid.findings import Finding, Severity
from grid.model import Network, SizedCircuit
from grid.network.radial import feed_order, nodes
from planner.model.design import Design
from planner.model.site import Site, SiteBoard


@dataclass(frozen=True, slots=True)
class SiteNetwork:
    """The network that can be computed, and what could not become part of it."""

    network: Network | None
    names: dict[str, str]
    findings: tuple[Finding, ...]


def site_network(site: Site, design: Design) -> SiteNetwork:
    """Join supply, boards and circuits; gaps are findings, not exceptions."""
    origin = origin_board(site)
    if site.supply is None or origin is None:
        return SiteNetwork(None, {}, (_no_supply(site),))
    boards = {str(i): b.board for i, b in site.boards.items()}
    boards |= {str(i): b.board for i, b in design.boards.items()}
    circuits, bridged = _from_known_starts(site, design, str(origin.id))
    network = Network(site.supply, str(origin.id), boards, circuits)
    names = {i: board.name for i, board in boards.items()}
    names |= {str(i): f"Charger {i}" for i in design.chargers}
    return SiteNetwork(network, names, (*bridged, *_unfed(network, design, names)))


def origin_board(site: Site) -> SiteBoard | None:
    """Return the board at the intake: the one marked so, else the first one."""
    marked = (b for b in site.boards.values() if b.is_origin)
    return next(marked, next(iter(site.boards.values()), None))


def _from_known_starts(
    site: Site, design: Design, origin: str
) -> tuple[dict[str, SizedCircuit], tuple[Finding, ...]]:
    """Move circuits of existing sub-boards to the origin: their own feeder is unknown."""
    ends = {c.sized.demand.to_id for c in design.circuits.values()}
    found: dict[str, SizedCircuit] = {}
    bridged: dict[str, Finding] = {}
    for circuit_id, circuit in design.circuits.items():
        start = circuit.sized.demand.from_id
        existing = next((b for i, b in site.boards.items() if i == start), None)
        if existing is None or start == origin or start in ends:
            found[circuit_id] = circuit.sized
            continue
        demand = replace(circuit.sized.demand, from_id=origin)
        found[circuit_id] = replace(circuit.sized, demand=demand)
        bridged[start] = Finding(
            "GRID-SUBBOARD", Severity.WARNING, start, existing.board.name,
            "The existing cable to this board is not known and is counted as having no impedance.",
            fix="Enter the cable from the main board to this board, or feed the chargers from the "
            "main board.",
        )  # fmt: skip
    return found, tuple(bridged.values())


def _unfed(network: Network, design: Design, names: dict[str, str]) -> tuple[Finding, ...]:
    fed = set(nodes(network))
    lost = [str(c) for c in design.chargers if c not in fed]
    found = [
        Finding(
            "GRID-UNFED", Severity.ERROR, c, names[c], "No circuit reaches this charger.",
            fix="Recalculate the cables, or move the charger to where a trench can reach it.",
        )
        for c in lost
    ]  # fmt: skip
    in_use = set(feed_order(network))
    found += [
        Finding(
            "GRID-LOOSE", Severity.ERROR, c, f"Circuit {c}",
            "This circuit starts at nothing that is fed, or ends where another one ends.",
            fix="Recalculate the cables.",
        )
        for c in network.circuits if c not in in_use
    ]  # fmt: skip
    return tuple(found)


def _no_supply(site: Site) -> Finding:
    lacking = "supply data" if site.supply is None else "a main board on the plan"
    return Finding(
        "GRID-SUPPLY", Severity.ERROR, "supply", site.name,
        f"The grid cannot be checked without {lacking}.",
        fix="Fill in the supply sheet, or place the main board in step Supply.",
    )  # fmt: skip
