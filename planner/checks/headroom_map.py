"""The headroom of every bay: what fits, what binds, and the cost of lifting it.

A bay that a charger serves keeps its circuit, and the charger there makes room.
Any other bay gets a new circuit from the nearest board along the corridors, with
the cable that a charger of the size asked for would get.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from grid.model import Network, SizedCircuit
from grid.network.headroom import Headroom, Room, headroom
from grid.network.tapped import Bounds, Tap
from grid.network.year import Loads
from planner import stages
from planner.charging.headroom import within
from planner.charging.strategies.names import name_of
from planner.checks.bay_circuits import Asked, NewCircuits, asked_for
from planner.checks.grid_findings import (
    DROP_CLAUSE,
    OVERLOAD_CLAUSE,
    VOLTAGE_CLAUSE,
    VOLTAGE_LOW_PU,
)
from planner.checks.lifting import (
    larger_board,
    larger_transformer,
    more_agreed,
    more_timed,
)
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year_devices import WithDevices, device_year, picked
from planner.checks.year_load import year_load, year_loads
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.headroom import SIZES_KW, BayRoom, HeadroomMap, Lift, SizeRoom
from planner.model.ids import BayId, ChargerId, ModelId
from planner.model.money import PriceBook
from planner.model.outcome import Service
from planner.model.project import Project, Settings
from planner.model.scenario import Limits
from planner.model.site import Site
from planner.model.storage import Battery, Solar
from planner.model.year import moment
from planner.own_tables import with_own_tables
from planner.stage_cache import cached_by_identity

CLAUSES = {
    "agreed capacity": "Connection agreement",
    "transformer": "Rating plate",
    "board": "Rating of the board",
    "circuit": OVERLOAD_CLAUSE,
    "own circuit": OVERLOAD_CLAUSE,
    "voltage": VOLTAGE_CLAUSE,
    "drop": DROP_CLAUSE,
    "no cable": "",
}


def headroom_of(
    project: Project, design: Design, service: Service, sizes_kw: tuple[float, ...] = SIZES_KW
) -> HeadroomMap:
    """Return the headroom of every bay of a project's design, its own tables in use."""
    project = with_own_tables(project)
    return headroom_map(
        project.site, design, project.catalogue, service, project.scenario.limits,
        project.price_book, project.settings, sizes_kw, project.scenario.batteries,
        project.scenario.solar,
    )  # fmt: skip


@cached_by_identity
def headroom_map(  # noqa: PLR0913, PLR0917 - one argument per input, each cached by identity
    site: Site,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    service: Service,
    limits: Limits,
    book: PriceBook,
    settings: Settings,
    sizes_kw: tuple[float, ...] = SIZES_KW,
    batteries: tuple[Battery, ...] = (),
    solar: tuple[Solar, ...] = (),
) -> HeadroomMap:
    """Find for every bay and charger size the most power that fits all year.

    Parameters
    ----------
    site, design, catalogue, service
        As for the year: the new power comes on top of everything that runs.
    limits, book
        For the corridors a new circuit follows, and for prices.
    settings
        Code, drop limit in per cent and soil, as for every circuit.
    sizes_kw
        Output power of the charger sizes to ask for, rising.
    batteries, solar
        At the main board; they run as they do in the year without the new power.

    Returns
    -------
    HeadroomMap
        One bay at a time: two bays together have less. Without supply or board the
        map is empty with a finding.
    """
    joined = site_network(site, design)
    if joined.network is None:
        return HeadroomMap(sizes_kw, {}, "not computed", 0, joined.findings)
    network = joined.network
    load = year_load(site, service)
    rated = rated_inputs(network, design, catalogue)
    loads: Loads = year_loads(network, rated, load.existing_kw, load.charging_kw)
    if batteries or solar:
        devices = device_year(
            site, loads, load.start, load.interval_min, batteries=batteries, solar=solar,
            local_min=load.local_min,
        )  # fmt: skip
        loads = WithDevices(loads, devices.device_kw)
    volts = network.supply.nominal_v
    asked = [asked_for(kw, catalogue, volts) for kw in sorted(sizes_kw)]
    new = NewCircuits(site, design, network, stages.corridors(site, limits, book), settings)
    plan = _plan(site, design, network, new, asked)
    taps = {p.tap.id: p.tap for bay in plan for p in bay.places if p.tap is not None}
    # Nothing agreed is a limit of a watt, so that shares of it stay numbers.
    agreed_kva = max(network.supply.agreed_kva, 1e-3)
    bounds = Bounds(agreed_kva, VOLTAGE_LOW_PU, settings.drop_limit_pct)
    rooms, moments = _rooms(network, loads, list(taps.values()), bounds, load.local_min)
    context = _Context(
        network, joined.names, book, new, lambda step: moment(int(load.local_min[step]))
    )
    bays = {bay.bay: _bay_room(context, bay, rooms) for bay in plan}
    return HeadroomMap(
        tuple(sorted(sizes_kw)), bays, _basis(design, service), moments,
        tuple(_findings(site, network, bays, new.full)),
    )  # fmt: skip


def _rooms(
    network: Network, loads: Loads, taps: Sequence[Tap], bounds: Bounds,
    local_min: npt.NDArray[np.int64],
) -> tuple[dict[str, Room], int]:  # fmt: skip
    """Search all taps; hours in which less is agreed are searched once more on their own."""
    found = headroom(network, loads, taps, bounds)
    rooms, moments = {room.tap: room for room in found.rooms}, len(found.moments)
    timed = network.supply.timed
    if timed is None:
        return rooms, moments
    rows = np.flatnonzero(within(timed, local_min))
    less = replace(bounds, agreed_kva=max(min(timed.kva, bounds.agreed_kva), 1e-3))
    inside = headroom(network, picked(loads, rows), taps, less) if len(rows) else Headroom(())
    for room in inside.rooms:
        if room.max_kw < rooms[room.tap].max_kw:
            rooms[room.tap] = replace(room, moment=int(rows[room.moment]))
    return rooms, moments + len(inside.moments)


@dataclass(frozen=True, slots=True)
class _Place:
    """A size at a bay: its tap, or the reason why there is none."""

    asked: Asked
    tap: Tap | None
    circuit: SizedCircuit | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _BayPlan:
    bay: BayId
    charger: ChargerId | None
    board: str
    route_m: float
    dig_m: float
    places: tuple[_Place, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    network: Network
    names: Mapping[str, str]
    book: PriceBook
    new: NewCircuits
    when: Callable[[int], str]


def _plan(
    site: Site, design: Design, network: Network, new: NewCircuits, asked: Sequence[Asked]
) -> list[_BayPlan]:
    """Give every bay a circuit for every size."""
    feeding = {c.demand.to_id: c for c in network.circuits.values()}
    served = {b: c.id for c in design.chargers.values() if c.id in feeding for b in c.bays}
    return [
        _served(bay, served[bay], feeding[served[bay]], asked)
        if bay in served
        else _unserved(bay, new, asked)
        for bay in site.bays
    ]


def _served(
    bay: BayId, charger: ChargerId, circuit: SizedCircuit, asked: Sequence[Asked]
) -> _BayPlan:
    places = tuple(
        _Place(
            a, Tap(f"charger {charger}|{a.size_kw:g}", charger, a.power_factor, None, True), circuit
        )
        for a in asked
    )
    return _BayPlan(bay, charger, circuit.demand.from_id, circuit.demand.length_m, 0.0, places)


def _unserved(bay: BayId, new: NewCircuits, asked: Sequence[Asked]) -> _BayPlan:
    way = new.way(bay)
    if way is None:
        reason = "no trench reaches this bay from a board"
        places = tuple(_Place(a, None, None, reason) for a in asked)
        return _BayPlan(bay, None, "", 0.0, 0.0, places)
    places_ = []
    for a in asked:
        circuit, reason = new.circuit(way, a)
        name = f"bay {bay}|{a.size_kw:g}"
        tap = None if circuit is None else Tap(name, way.board, a.power_factor, circuit)
        places_.append(_Place(a, tap, circuit, reason))
    return _BayPlan(bay, None, way.board, way.route_m, way.dig_m, tuple(places_))


def _bay_room(context: _Context, plan: _BayPlan, rooms: Mapping[str, Room]) -> BayRoom:
    sizes = tuple(
        _size_room(context, plan, p, rooms[p.tap.id]) if p.tap is not None else _none(plan, p)
        for p in plan.places
    )
    return BayRoom(plan.bay, plan.charger, plan.board, plan.route_m, plan.dig_m, sizes)


def _none(plan: _BayPlan, place: _Place) -> SizeRoom:
    return SizeRoom(
        place.asked.size_kw, 0.0, "no cable", plan.bay, place.reason, 0.0, 0.0, "", "", "", False
    )


def _size_room(context: _Context, plan: _BayPlan, place: _Place, room: Room) -> SizeRoom:
    asked = place.asked
    own = room.element == room.tap
    # A charger's own circuit is "own" whether it is new or there already.
    circuit = place.circuit
    kind = room.kind
    if plan.charger and circuit is not None and room.element == circuit.demand.id:
        kind = "own circuit"
    element = str(plan.bay) if own else room.element
    max_kw = room.max_kw * asked.efficiency
    by_current = not asked.dc and kind == "own circuit" and room.limit >= asked.ib_a - 1e-6
    fits = max_kw >= asked.size_kw or by_current
    lift = None if fits else _lift(context, plan, place, kind, room)
    return SizeRoom(
        asked.size_kw, max_kw, kind, element, _place(context, plan, kind, element), room.value,
        room.limit, room.unit, CLAUSES[kind], context.when(room.moment), fits,
        circuit.cable.key if circuit else "", lift,
    )  # fmt: skip


def _place(context: _Context, plan: _BayPlan, kind: str, element: str) -> str:
    """Say in words what binds."""
    if kind == "agreed capacity":
        return "Agreed capacity of the site"
    if kind == "transformer":
        return f"Transformer {element}"
    circuit = context.network.circuits.get(element)
    if circuit is not None:
        ends = (circuit.demand.from_id, circuit.demand.to_id)
        return f"Circuit {element}, {' to '.join(context.names.get(e, e) for e in ends)}"
    if element == plan.bay:
        return f"New circuit to bay {plan.bay}"
    return context.names.get(element, element)


def _lift(context: _Context, plan: _BayPlan, place: _Place, kind: str, room: Room) -> Lift | None:
    """Return the standard step that would let this size in, where it alone is in the way."""
    asked, network = place.asked, context.network
    more_kw = asked.size_kw / asked.efficiency - room.max_kw
    # From what is drawn now, not from the limit: a limit already passed needs more.
    if kind == "agreed capacity":
        needed = max(room.value, 0.0) + more_kw / asked.power_factor
        if network.supply.timed is not None and room.limit < network.supply.agreed_kva:
            return more_timed(network.supply.timed, needed)
        return more_agreed(network.supply.agreed_kva, needed, context.book)
    more_a = more_kw * 1000 / (math.sqrt(3) * network.supply.nominal_v * asked.power_factor)
    if kind == "transformer" and network.supply.transformer is not None:
        kva = network.supply.transformer.rated_kva * room.value / 100
        return larger_transformer(network.supply, kva + more_kw / asked.power_factor, context.book)
    if kind == "board":
        return larger_board(network, room.element, room.value + more_a, context.book)
    circuit = network.circuits.get(room.element)
    if kind == "own circuit" and circuit is not None:
        return context.new.suited(circuit, asked, room.value + more_a, context.book)
    if kind == "circuit" and circuit is not None:
        return context.new.larger(circuit, room.value + more_a, context.book)
    if kind in {"voltage", "drop"} and place.circuit is not None:
        return context.new.thicker(place.circuit, context.book)
    return None


def _basis(design: Design, service: Service) -> str:
    charging = "charging as the cars arrive"
    if design.managed_cap_kw is not None:
        charging = f"managed charging ({name_of(service.strategy).lower()})"
    return (
        f"On top of the existing load and {charging} at every moment of the year; "
        "the new power counts in full at all times, one bay at a time; balanced power flow."
    )


def _findings(
    site: Site, network: Network, bays: Mapping[BayId, BayRoom], full: Iterable[str]
) -> list[Finding]:
    """Say where nothing fits at all, and which boards have no way left."""
    found = [
        Finding(
            "HEADROOM-WAYS", Severity.WARNING, board, network.boards[board].name,
            "This board has no spare way; new circuits are counted from it all the same.",
            fix="Add a pillar, or extend the board.",
        )
        for board in full
    ]  # fmt: skip
    if bays and not any(room.fits_kw for room in bays.values()):
        first = min(bays.values(), key=lambda r: (-r.max_kw, r.bay))
        size = first.next_size
        assert size is not None
        found.append(
            Finding(
                "HEADROOM-ZERO", Severity.WARNING, "supply", site.name,
                f"No bay can take another charger of {size.size_kw:g} kW: at most "
                f"{first.max_kw:.0f} kW are left, {size.place} binds on {size.when}.",
                size.clause, size.value, size.limit, size.unit,
                size.lift.text + "." if size.lift else "Lower the charging limit.",
            )
        )  # fmt: skip
    return found
