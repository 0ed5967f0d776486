"""The circuit a bay would get: from the nearest board, along the corridors, sized as any other."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import shapely
from shapely import STRtree

from grid.model import CircuitDemand, CircuitKind, Installation, Network, SizedCircuit
from grid.wiring.sizing import size_circuit
from grid.wiring.thicker import thicker
from grid.wiring.upstream import Upstream
from planner.catalogue import ASSUMED
from planner.checks.electrical import nodes_upstream
from planner.checks.lifting import lead_time, summed
from planner.layout.attach import attach
from planner.layout.cabling import METHOD, TAIL_M
from planner.layout.graph import Corridors
from planner.layout.rates import CATALOGUE_V, TOLERANCE, voltage_ratio
from planner.model.charger import ChargerModel, Current
from planner.model.design import Design
from planner.model.headroom import Lift
from planner.model.ids import BayId, ModelId
from planner.model.money import PriceBook
from planner.model.project import Settings
from planner.model.site import Site
from planner.money.sections.electrical import END_CLASSES_MM2, cable_code

LENGTH_STEP_M = 5.0
"""Cables are sized for lengths rounded up to this, so that bays share the work."""
LARGEST_AC_KW = 22.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A charger size: output kW, and what it draws at the lowest supply voltage."""

    size_kw: float
    efficiency: float
    power_factor: float
    ib_a: float
    dc: bool
    rcd: str = ""


def asked_for(
    size_kw: float, catalogue: Mapping[ModelId, ChargerModel], nominal_v: float = CATALOGUE_V
) -> Asked:
    """Take the generic model of a size, or planning assumptions where there is none.

    I_b = P/(√3 · U_min · η · cos φ) with U_min = 0.9 · U; an AC unit passes current
    through and takes at most that at U. Currents of data sheets hold at 400 V ± 10 %
    (IEC 60038); at another nominal voltage I_b follows from the power.
    """
    generic = (m for m in catalogue.values() if m.generic and m.power_kw == size_kw)
    model = min(generic, key=lambda m: m.outlets, default=None)
    current = Current.AC if size_kw <= LARGEST_AC_KW else Current.DC
    assumed = ASSUMED[current]
    efficiency, factor = assumed["efficiency"], assumed["power_factor"]
    amps = 0.0
    if model is not None:
        current, efficiency, factor = model.current, model.efficiency, model.power_factor
        if voltage_ratio(nominal_v) == 1.0:
            amps = max(model.max_input_a or 0.0, model.max_input_low_a or 0.0)
    if not amps:
        volts = nominal_v if current is Current.AC else (1 - TOLERANCE) * nominal_v
        amps = size_kw * 1000 / (math.sqrt(3) * volts * efficiency * factor)
    dc = current is Current.DC
    return Asked(size_kw, efficiency, factor, amps, dc, model.rcd if model else "")


@dataclass(frozen=True, slots=True)
class Way:
    """How a bay is reached: board, metres on the plan, of which to dig, and neighbours."""

    board: str
    route_m: float
    dig_m: float
    grouped: int


class NewCircuits:
    """Ways and sized circuits to bays, each worked out once; `full` names boards without ways."""

    def __init__(
        self, site: Site, design: Design, network: Network, corridors: Corridors,
        settings: Settings,
    ) -> None:  # fmt: skip
        self.network, self.settings = network, settings
        self.upstream = boards_ahead(network)
        boards, self.full = _open_boards(site, design, network, corridors)
        self._ways = _ways(boards, design)
        self._sized: dict[tuple[object, ...], tuple[SizedCircuit | None, str]] = {}

    def way(self, bay: BayId) -> Way | None:
        """Return the way from the nearest board, None where no corridor leads to the bay."""
        return self._ways.get(bay)

    def circuit(self, way: Way, asked: Asked) -> tuple[SizedCircuit | None, str]:
        """Size the circuit for a size, or say why none fits."""
        length = way.route_m + 2 * TAIL_M
        rounded = LENGTH_STEP_M * math.ceil(length / LENGTH_STEP_M)
        key = (way.board, rounded, way.grouped, asked)
        if key not in self._sized:
            self._sized[key] = self._size(way, asked, rounded)
        sized, reason = self._sized[key]
        if sized is not None:
            sized = replace(sized, demand=replace(sized.demand, length_m=length))
        return sized, reason

    def _size(self, way: Way, asked: Asked, length_m: float) -> tuple[SizedCircuit | None, str]:
        s = self.settings
        laid = Installation(
            method=METHOD, ambient_c=s.ambient_c, soil_c=s.soil_c, soil_k_m_w=s.soil_k_m_w,
            depth_m=s.trench_depth_m, grouped=way.grouped,
            third_harmonic_pct=0.0 if asked.dc else s.third_harmonic_pct,
        )  # fmt: skip
        demand = CircuitDemand(
            "new", CircuitKind.FINAL, way.board, "bay", length_m, asked.ib_a, 3,
            asked.size_kw / asked.efficiency, asked.power_factor, laid, dc_charger=asked.dc,
            charger_rcd=asked.rcd,
        )  # fmt: skip
        return _fitted(demand, self.upstream, self.settings)

    def larger(self, circuit: SizedCircuit, needed_a: float, book: PriceBook) -> Lift | None:
        """Replace a circuit by one that is sized for a larger current."""
        sized = _refit(circuit, needed_a, self.upstream, self.settings)
        return None if sized is None else replacement(circuit, sized, book)

    def suited(
        self, circuit: SizedCircuit, asked: Asked, needed_a: float, book: PriceBook
    ) -> Lift | None:
        """Replace a charger's own circuit by one made for a charger of a size."""
        demand = replace(
            circuit.demand, ib_a=max(needed_a, asked.ib_a), dc_charger=asked.dc, phases=3,
            charger_rcd=asked.rcd, power_factor=asked.power_factor, supply_protection_a=None,
        )  # fmt: skip
        sized = _fitted(demand, self.upstream, self.settings)[0]
        return None if sized is None else replacement(circuit, sized, book)

    def thicker(self, circuit: SizedCircuit, book: PriceBook) -> Lift | None:
        """Replace a circuit's cable by the next thicker one of its make-up."""
        sized = next_cable(circuit, self.upstream, self.settings)
        return None if sized is None else replacement(circuit, sized, book)


def resized(
    network: Network, circuit: SizedCircuit, needed_a: float, settings: Settings
) -> SizedCircuit | None:
    """Return a circuit sized for a larger current where it lies, None where nothing fits."""
    return _refit(circuit, needed_a, boards_ahead(network), settings)


def _refit(
    circuit: SizedCircuit, needed_a: float, upstream: Mapping[str, Upstream], settings: Settings
) -> SizedCircuit | None:
    amps = max(needed_a, circuit.demand.ib_a)
    demand = replace(circuit.demand, ib_a=amps, supply_protection_a=None)
    return _fitted(demand, upstream, settings)[0]


def _fitted(
    demand: CircuitDemand, upstream: Mapping[str, Upstream], settings: Settings
) -> tuple[SizedCircuit | None, str]:
    ahead = upstream.get(demand.from_id)
    if ahead is None:
        return None, "the board ahead is not fed"
    sizing = size_circuit(demand, ahead, settings.code, settings.drop_limit_pct)
    reason = next((f.message.rstrip(".") for f in sizing.findings), "no cable fits")
    return sizing.sized, "" if sizing.sized is not None else reason


def next_cable(
    circuit: SizedCircuit, upstream: Mapping[str, Upstream], settings: Settings
) -> SizedCircuit | None:
    """Return a circuit with the next thicker cable of its code, None for the thickest."""
    ahead = upstream.get(circuit.demand.from_id)
    return None if ahead is None else thicker(circuit, ahead, settings.code)


def replacement(old: SizedCircuit, new: SizedCircuit, book: PriceBook) -> Lift:
    """Price a circuit in the place of another: cable, ends and device; trench and duct stay."""
    step = Lift("circuit", old.demand.id, _change(old, new), lead_time=lead_time("cable"))
    parts = {}
    if (new.cable.key, new.parallel) != (old.cable.key, old.parallel):
        ends = next((c for c in END_CLASSES_MM2 if new.cable.size_mm2 <= c), END_CLASSES_MM2[-1])
        parts[cable_code(new.cable)] = new.demand.length_m * new.parallel
        parts[f"TERM-{ends}"] = 2.0 * new.parallel
    if new.device.key != old.device.key:
        parts[f"DEV-{new.device.kind.upper()}-{new.device.in_a:g}"] = 1.0
    return summed(step, book, parts)


def _change(old: SizedCircuit, new: SizedCircuit) -> str:
    """Say in words what a circuit gets."""
    if (new.cable.key, new.parallel) == (old.cable.key, old.parallel):
        return f"Circuit {old.demand.id}: device {new.device.key} instead of {old.device.key}"
    size, before = (
        f"{f'{c.parallel} × ' if c.parallel > 1 else ''}{c.cable.size_mm2:g} mm² "
        f"{c.cable.conductor} at {c.device.in_a:g} A"
        for c in (new, old)
    )
    return f"Circuit {old.demand.id}: {size} instead of {before}"


def boards_ahead(network: Network) -> dict[str, Upstream]:
    """Return what every board offers, with the drop along its feeders."""
    found = nodes_upstream(network)
    for circuit in network.circuits.values():
        end = circuit.demand.to_id
        if end in found and end in network.boards:
            drop = circuit.drop_total_pct
            drop = circuit.drop_pct if drop is None else drop
            found[end] = replace(
                found[end], drop_pct=drop, in_a=circuit.device.in_a, device=circuit.device
            )
    return found


def _open_boards(
    site: Site, design: Design, network: Network, corridors: Corridors
) -> tuple[tuple[Corridors, dict[str, int]], tuple[str, ...]]:
    """Return the graph with the boards that have a spare way, or all where none has."""
    used: dict[str, int] = {}
    for circuit in design.circuits.values():
        start = circuit.sized.demand.from_id
        used[start] = used.get(start, 0) + 1
    spare = {str(b.id): b.board.spare_ways - used.get(str(b.id), 0) for b in site.boards.values()}
    spare |= {str(b.id): b.board.ways - used.get(str(b.id), 0) for b in design.boards.values()}
    fed = {network.origin, *(c.demand.to_id for c in network.circuits.values())}
    here = {str(b): n for b, n in corridors.board_nodes.items()}
    points = {str(b.id): b.point for b in design.boards.values()}
    corridors, nodes, _ = attach(corridors, points)
    reachable = {b: n for b, n in (here | nodes).items() if b in fed}
    free = {b: n for b, n in reachable.items() if spare.get(b, 0) > 0}
    full = () if free else tuple(reachable)
    return (corridors, free or reachable), full


def _ways(graph: tuple[Corridors, Mapping[str, int]], design: Design) -> dict[BayId, Way]:
    """Walk from all boards at once; every node learns its nearest board and the way."""
    corridors, boards = graph
    lengths = corridors.lengths
    laid = _laid(corridors, design)
    best: dict[int, tuple[float, str, float, int]] = {}
    heap = [(0.0, node, board, 0.0, 1) for board, node in sorted(boards.items())]
    heapq.heapify(heap)
    while heap:
        metres, node, board, dig, grouped = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = (metres, board, dig, grouped)
        for other, edge in corridors.adjacency[node]:
            if other not in best:
                count = laid.get(edge, 0)
                new = 0.0 if count or corridors.edges[edge].existing else lengths[edge]
                further = (metres + lengths[edge], other, board, dig + new)
                heapq.heappush(heap, (*further, max(grouped, count + 1)))
    found: dict[BayId, Way] = {}
    for position in corridors.positions:
        if position.node not in best:
            continue
        metres, board, dig, grouped = best[position.node]
        for bay in position.bays:
            if bay not in found or metres < found[bay].route_m:
                found[bay] = Way(board, metres, dig, grouped)
    return found


def _laid(corridors: Corridors, design: Design) -> dict[int, int]:
    """Count the cable runs that lie in every corridor edge already."""
    trenches = [t for t in design.trenches.values() if t.circuits]
    if not trenches:
        return {}
    tree = STRtree([t.line for t in trenches])
    middles = [shapely.line_interpolate_point(e.line, 0.5, normalized=True)
               for e in corridors.edges]  # fmt: skip
    edge, trench = tree.query(middles, predicate="dwithin", distance=0.05)
    runs = [
        sum(design.circuits[c].sized.parallel for c in t.circuits if c in design.circuits)
        for t in trenches
    ]
    found: dict[int, int] = {}
    for e, t in zip(edge.tolist(), trench.tolist(), strict=True):
        found[e] = max(found.get(e, 0), runs[t])
    return found
