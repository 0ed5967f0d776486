"""The power found fits by pandapower's own power flow, and three per cent more does not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.model import (
    Board,
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    LoadCase,
    Network,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)
from grid.network.headroom import Headroom, Room, headroom, worst_moments
from grid.network.powerflow import FlowResult, solve
from grid.network.tapped import Bounds, Tap
from grid.network.year import YearLoads, solve_year

WIDE = Bounds(agreed_kva=5000.0, voltage_low_pu=0.6, drop_limit_pct=40.0, transformer_pct=1000.0)
SIZES_MM2 = {10.0: 1.83, 25.0: 0.727, 95.0: 0.193, 240.0: 0.0754}


def uses(  # an independent reading of every limit, from pandapower's own power flow
    network: Network, loads: YearLoads, tap: Tap, trials: list[tuple[int, float]], bounds: Bounds
) -> list[dict[str, float]]:
    node = tap.node
    if tap.circuit is not None:
        network = replace(network, circuits={**network.circuits, tap.id: tap.circuit})
        node = tap.circuit.demand.to_id
    cases = []
    for moment, kw in trials:
        p = dict(zip(loads.nodes, loads.p_kw[moment].tolist(), strict=True))
        q = dict(zip(loads.nodes, loads.q_kvar[moment].tolist(), strict=True))
        if tap.replaces:
            p[node] = q[node] = 0.0
        p[node] = p.get(node, 0.0) + kw
        q[node] = q.get(node, 0.0) + kw * math.sqrt(1 / tap.power_factor**2 - 1)
        cases.append(LoadCase("x", p, q))
    return [use_of(network, flow, bounds) for flow in solve(network, cases)]


def use_of(network: Network, flow: FlowResult, bounds: Bounds) -> dict[str, float]:
    if not flow.converged:
        return {"no voltage": math.inf}
    found = {"agreed": flow.intake_kva / bounds.agreed_kva}
    # Without a transformer the source holds nominal voltage at the main board.
    main_a = 1000 * flow.intake_kva / math.sqrt(3) / network.supply.nominal_v
    if flow.transformer:
        found["transformer"] = flow.transformer.loading_pct / bounds.transformer_pct
        main_a = flow.transformer.current_a
    found["main board"] = main_a / network.boards[network.origin].rating_a
    for key, branch in flow.circuits.items():
        circuit = network.circuits[key]
        found[key] = branch.current_a / min(circuit.iz_a, circuit.device.in_a)
        if circuit.demand.to_id in network.boards:
            rating = network.boards[circuit.demand.to_id].rating_a
            found[circuit.demand.to_id] = branch.current_a / rating
    lowest = min(flow.voltage_pu.values())
    found["voltage"] = (1.1 - lowest) / (1.1 - bounds.voltage_low_pu)
    drop = 100 * (flow.voltage_pu[network.origin] - lowest)
    found["drop"] = drop / bounds.drop_limit_pct
    return found


def assert_right(network: Network, loads: YearLoads, tap: Tap, room: Room, bounds: Bounds) -> None:
    """At every moment the power fits; 3 % more breaks a limit at the moment named."""
    trials = [(moment, room.max_kw) for moment in range(len(loads.p_kw))]
    more = (room.moment, 1.03 * room.max_kw + 0.06)
    *found, over = uses(network, loads, tap, [*trials, more], bounds)
    for use in found if room.max_kw else ():
        assert max(use.values()) <= 1 + 1e-7, use
    assert max(over.values()) > 1.0


def extra(circuit: Callable[..., SizedCircuit], name: str, node: str, length_m: float) -> Tap:
    return Tap(name, node, 0.98, circuit(name, (node, name), length_m, 25.0, 96.0, 80.0))


@st.composite
def sites(draw: st.DrawFn) -> tuple[Network, YearLoads, list[Tap], Bounds]:
    """A random radial site with loads that do not move together, and places on it."""
    number = st.floats

    def circuit(name: str, start: str, end: str, kind: CircuitKind) -> SizedCircuit:
        size = draw(st.sampled_from(sorted(SIZES_MM2)))
        phases = draw(st.sampled_from((3, 3, 3, 1))) if kind is CircuitKind.FINAL else 3
        cable = Cable("c", size, 4, Conductor.CU, Insulation.XLPE, SIZES_MM2[size], 0.08, 30, 0)
        demand = CircuitDemand(
            name, kind, start, end, draw(number(3, 150)), 30, phases, 20, 0.98, Installation()
        )
        rated = draw(number(30, 400))
        return SizedCircuit(
            demand, cable, draw(st.integers(1, 2)), Device("d", "MCCB", "", rated, 25), "",
            rated * draw(number(0.9, 1.3)), 1.0, "",
        )  # fmt: skip

    boards, ends = {"M": Board("M", "Main", draw(number(100, 1000)), 9, 3)}, ["M"]
    circuits: dict[str, SizedCircuit] = {}
    for n in range(draw(st.integers(0, 2))):
        start, end = draw(st.sampled_from(sorted(boards))), f"P{n}"
        circuits[f"F{n}"] = circuit(f"F{n}", start, end, CircuitKind.FEEDER)
        boards[end] = Board(end, end, draw(number(60, 630)), 9, 3)
    chargers = [f"C{n}" for n in range(draw(st.integers(1, 3)))]
    for name in chargers:
        start = draw(st.sampled_from(sorted(boards)))
        circuits[f"L{name}"] = circuit(f"L{name}", start, name, CircuitKind.FINAL)
    kva = draw(number(100, 1000))
    unit = Transformer("T", kva, 11.2, 420.0, 4.5, 0.011 * kva, 0.0015 * kva, 0.5)
    high, low = Source(11.0, 250.0, 150.0), Source(0.4, 12.0, 8.0, 0.5)
    supply = draw(st.sampled_from((Supply(high, unit, kva), Supply(low, None, kva))))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    ends = ["M", *chargers]
    p = rng.random((draw(st.integers(1, 6)), len(ends))) * [100.0, *[8.0] * len(chargers)]
    loads = YearLoads(tuple(ends), p, p * rng.uniform(0.1, 0.4, len(ends)))
    taps = [Tap(name, name, 0.95, None, draw(st.booleans())) for name in chargers]
    taps += [Tap(f"N{b}", b, 0.98, circuit(f"N{b}", b, f"N{b}", CircuitKind.FINAL)) for b in boards]
    bounds = Bounds(draw(number(50, 900)), drop_limit_pct=draw(number(2, 8)))
    return Network(supply, "M", boards, circuits), loads, taps, bounds


@settings(max_examples=6)
@given(sites())
def test_the_power_found_fits_and_three_per_cent_more_does_not(
    case: tuple[Network, YearLoads, list[Tap], Bounds],
) -> None:
    network, loads, taps, bounds = case
    for tap, room in zip(taps, headroom(network, loads, taps, bounds).rooms, strict=True):
        assert_right(network, loads, tap, room, bounds)


def flat(kw: float) -> YearLoads:
    p = np.array([[kw, 0.0], [0.4 * kw, 10.0]])
    return YearLoads(("MSB", "C1"), p, 0.2 * p)


def one(network: Network, tap: Tap, bounds: Bounds, kw: float = 100.0) -> Room:
    return headroom(network, flat(kw), [tap], bounds).rooms[0]


@pytest.mark.parametrize(
    ("changes", "kind", "element"),
    [
        ({"agreed_kva": 130.0}, "agreed capacity", "supply"),
        ({"transformer_pct": 25.0}, "transformer", "TX1"),
        ({"drop_limit_pct": 1.5}, "drop", "B1"),
        ({"voltage_low_pu": 1.02}, "voltage", "B1"),
        ({}, "own circuit", "B1"),
    ],
)
def test_each_limit_is_named_where_it_binds(
    network: Network, circuit: Callable[..., SizedCircuit], changes: dict[str, float],
    kind: str, element: str,
) -> None:  # fmt: skip
    bounds = replace(WIDE, **changes)
    tap = extra(circuit, "B1", "P1", 70.0)
    room = one(network, tap, bounds)
    assert (room.kind, room.element) == (kind, element)
    assert room.value == pytest.approx(room.limit, rel=2e-3)
    assert_right(network, flat(100.0), tap, room, bounds)


def test_a_small_board_binds(network: Network, circuit: Callable[..., SizedCircuit]) -> None:
    small = replace(network.boards["P1"], rating_a=60.0)
    weak = replace(network, boards={**network.boards, "P1": small})
    room = one(weak, extra(circuit, "B1", "P1", 30.0), WIDE)
    assert (room.kind, room.element, room.limit) == ("board", "P1", 60.0)


def test_nothing_fits_where_the_site_is_overloaded_already(network: Network) -> None:
    room = one(network, Tap("C2", "C2"), replace(WIDE, agreed_kva=90.0))
    assert (room.max_kw, room.kind) == (0.0, "agreed capacity")
    assert room.value > 100.0


def test_a_charger_that_is_replaced_makes_room(network: Network) -> None:
    beside = one(network, Tap("C1", "C1"), WIDE)
    instead = one(network, Tap("C1", "C1", replaces=True), WIDE)
    assert instead.max_kw == pytest.approx(beside.max_kw + 10.0, abs=0.5)


@given(st.floats(80, 400), st.floats(1.0, 2.0))
@settings(max_examples=8)
def test_more_agreed_capacity_never_leaves_less(kva: float, factor: float) -> None:
    supply = Supply(
        Source(11.0, 250.0, 150.0), Transformer("T", 500.0, 11.0, 420.0, 4.5, 5.1, 0.68, 0.5), 300.0
    )  # fmt: skip
    network = Network(supply, "M", {"M": Board("M", "Main", 600, 9, 3)}, {})
    loads = YearLoads(("M",), np.array([[60.0]]), np.array([[10.0]]))
    low, high = (
        headroom(network, loads, [Tap("x", "M")], Bounds(k)).rooms[0].max_kw
        for k in (kva, kva * factor)
    )
    assert high >= low - 0.05


def test_a_larger_cable_never_leaves_less(
    network: Network, circuit: Callable[..., SizedCircuit]
) -> None:
    taps = [
        Tap(f"B{mm2:g}", "P1", 0.98,
            circuit(f"B{mm2:g}", ("P1", f"B{mm2:g}"), 90.0, mm2, 96.0, 80.0))
        for mm2 in (10.0, 25.0, 95.0)
    ]  # fmt: skip
    rooms = headroom(network, flat(50.0), taps, replace(WIDE, drop_limit_pct=3.0)).rooms
    assert [r.max_kw for r in rooms] == sorted(r.max_kw for r in rooms)


def test_only_moments_that_no_other_exceeds_are_kept() -> None:
    p = np.array([[5.0, 1.0], [4.0, 1.0], [1.0, 9.0], [5.0, 1.0], [0.0, 0.0]])
    assert sorted(worst_moments(YearLoads(("a", "b"), p, 0.1 * p)).tolist()) == [0, 2]


def test_a_moment_that_is_not_the_heaviest_may_bind(
    network: Network, circuit: Callable[..., SizedCircuit]
) -> None:
    """Eight heavy moments at the main board hide a light one that loads the pillar."""
    p = np.column_stack([np.linspace(200, 193, 8), np.zeros(8)])
    p = np.vstack([p, [20.0, 40.0]])
    p[:8, 1] = np.linspace(0, 0.7, 8)
    loads = YearLoads(("MSB", "C2"), p, 0.2 * p)
    tap = extra(circuit, "B1", "P1", 10.0)
    small = replace(network.boards["P1"], rating_a=120.0)
    network = replace(network, boards={**network.boards, "P1": small})
    found: Headroom = headroom(network, loads, [tap], WIDE)
    assert (found.rooms[0].moment, found.rooms[0].element) == (8, "P1")
    assert_right(network, loads, tap, found.rooms[0], WIDE)


def test_mixtures_of_moments_use_no_limit_more_than_the_worst_of_them(network: Network) -> None:
    """What lets the search leave out moments that are no corners of the year."""
    rng = np.random.default_rng(5)
    nodes = ("MSB", "C1", "C2", "C3")
    a, b = rng.random((2, 40, 4)) * [250.0, 60.0, 60.0, 8.0]
    share = rng.random((40, 1))
    uses_of = []
    for p in (a, b, share * a + (1 - share) * b):
        flow = solve_year(network, YearLoads(nodes, p, 0.3 * p), compare=0)
        assert flow.converged.all()
        columns = (flow.circuit_a, flow.intake_kva[:, None], 2.0 - flow.voltage_pu)
        uses_of.append(np.hstack(columns))
    assert (uses_of[2] <= np.maximum(uses_of[0], uses_of[1]) * (1 + 1e-9)).all()


def test_a_year_of_two_loads_needs_few_moments_and_breaks_at_none(
    network: Network, circuit: Callable[..., SizedCircuit]
) -> None:
    rng = np.random.default_rng(3)
    total = 40 * rng.random(3000)
    p = np.column_stack([150 * rng.random(3000), 0.5 * total, 0.5 * total])
    loads = YearLoads(("MSB", "C1", "C2"), p, 0.3 * p)
    taps = [extra(circuit, f"B{n}", b, 15.0 + n) for n, b in enumerate(("P1", "P1", "MSB"))]
    bounds = Bounds(agreed_kva=220.0)
    found = headroom(network, loads, taps, bounds)
    assert len(found.moments) < 40
    for tap, room in zip(taps, found.rooms, strict=True):
        whole = replace(network, circuits={**network.circuits, tap.id: tap.circuit})
        kw = np.column_stack([p, np.full(3000, room.max_kw)])
        kvar = np.column_stack([0.3 * p, np.full(3000, room.max_kw * 0.20306)])
        flow = solve_year(whole, YearLoads((*loads.nodes, tap.id), kw, kvar), compare=2)
        assert flow.intake_kva.max() <= 220.0 * (1 + 1e-6)
