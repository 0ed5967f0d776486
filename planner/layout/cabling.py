"""Electrical design of all circuits, board by board from the intake.

Final circuits carry the worst supply current of their charger with diversity 1.
A feeder carries the sum of what hangs on it, or what load management lets
through (BS 7671 722.311: diversity on distribution circuits only with load
control). Circuits that share a trench derate each other by the largest number
of loaded cables met on the way, parallel ones counted; under a managed cap only
as many count as can be fully loaded at the same time (`grouping`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from grid.findings import Finding, Severity
from grid.model import CircuitDemand, CircuitKind, Installation
from grid.trace import Trace, TraceInput
from grid.wiring.charger_current import Input, design_current_a, trace_current
from grid.wiring.problem import NotTabulated
from grid.wiring.sizing import Sizing, size_circuit
from grid.wiring.upstream import Upstream, origin
from planner.layout.ducts import duct_findings
from planner.layout.grouping import Group, feeders_ahead, group_circuits, group_trace
from planner.layout.pieces import Path
from planner.layout.placement import MANAGED_POWER_FACTOR, MIN_VOLTAGE_V, cap_current_a
from planner.layout.routing import Routes
from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger, Circuit, DesignBoard, Trench
from planner.model.ids import BoardId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.project import Settings
from planner.model.site import Site

TAIL_M = 2.0
"""Cable at each end beside the plan length: rise, bend and termination (assumption)."""

METHOD = "D1"
"""Cables lie in ducts in the ground (IEC 60364-5-52 table A.52.3, method D1)."""

PASSES = 6
"""Most rounds of grouping and sizing; parallel cables of one round count in the next."""

FREE_PASSES = 3
"""After these rounds the number of parallel cables may only rise, so that they end."""


@dataclass(frozen=True, slots=True)
class Cabling:
    """Sized circuits, trenches with the circuits laid in them, traces and findings."""

    circuits: Mapping[CircuitId, Circuit]
    trenches: Mapping[TrenchId, Trench]
    traces: Mapping[CircuitId, tuple[Trace, ...]]
    findings: tuple[Finding, ...] = ()
    passed: int = 0


@dataclass(frozen=True, slots=True)
class _Load:
    """Electrical side of one circuit before sizing."""

    ib_a: float
    p_kw: float
    power_factor: float
    phases: int
    supply_protection_a: float | None
    dc_charger: bool
    trace: Trace
    rcd: str = ""


def design_circuits(
    site: Site,
    chargers: Mapping[ChargerId, Charger],
    boards: Mapping[BoardId, DesignBoard],
    routes: Routes,
    catalogue: Mapping[ModelId, ChargerModel],
    settings: Settings,
    managed_cap_kw: float | None,
) -> Cabling:
    """Choose cable and protection of every circuit.

    Lengths are the route on the plan plus `TAIL_M` at both ends [m]; the drop
    limit counts from the origin [%]. Circuits for which nothing fits are left
    out and named in the findings.
    """
    if site.supply is None:
        return Cabling({}, routes.trenches, {}, (_no_supply(site),))
    start = origin(site.supply, _origin_id(routes, boards))
    loads, wrong = _loads(chargers, routes, catalogue, managed_cap_kw)
    cap_a = None if managed_cap_kw is None else cap_current_a(managed_cap_kw)
    parallel = dict.fromkeys(loads, 1)
    sizings: dict[CircuitId, Sizing] = {}
    groups: dict[CircuitId, Group] = {}
    for turn in range(PASSES):
        groups = group_circuits(routes, {k: x.ib_a for k, x in loads.items()}, parallel, cap_a)
        sizings = _size_all(_demands(routes, loads, groups, settings), start, settings)
        found = {k: s.sized.parallel for k, s in sizings.items() if s.sized is not None}
        floor = parallel if turn >= FREE_PASSES else {}
        wider = {k: max(floor.get(k, 1), found.get(k, 1)) for k in parallel}
        if wider == parallel:
            break
        parallel = wider
    circuits = {
        key: _circuit(key, routes.paths[key], sizing)
        for key, sizing in sizings.items()
        if sizing.sized is not None
    }
    trenches = {
        key: dataclasses.replace(t, circuits=tuple(c for c in t.circuits if c in circuits))
        for key, t in routes.trenches.items()
    }
    traces = {
        k: (loads[k].trace, _length_trace(routes.paths[k]), group_trace(groups[k]), *s.traces)
        for k, s in sizings.items()
    }
    findings = [*wrong, *start.findings, *(f for s in sizings.values() for f in s.findings)]
    findings += duct_findings(site, trenches, circuits)
    return Cabling(
        circuits, trenches, traces, tuple(findings), sum(s.passed for s in sizings.values())
    )


def _origin_id(routes: Routes, boards: Mapping[BoardId, DesignBoard]) -> str:
    """Id of the board at which all circuits begin."""
    starts = [p.from_id for p in routes.paths.values() if p.from_id not in boards]
    return starts[0] if starts else "origin"


def _loads(
    chargers: Mapping[ChargerId, Charger],
    routes: Routes,
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None,
) -> tuple[dict[CircuitId, _Load], list[Finding]]:
    """Design current of every circuit; feeders after what hangs on them."""
    loads: dict[CircuitId, _Load] = {}
    wrong: list[Finding] = []
    for key, path in routes.paths.items():
        if path.kind is not CircuitKind.FINAL:
            continue
        try:
            model = catalogue[chargers[ChargerId(path.to_id)].model]
            loads[key] = _charger_load(model)
        except NotTabulated as problem:
            wrong.append(_bad_charger(path.to_id, problem))
    feeders = [k for k, p in routes.paths.items() if p.kind is CircuitKind.FEEDER]
    for key in sorted(feeders, key=lambda k: -feeders_ahead(routes, k)):
        loads[key] = _feeder_load(key, routes, loads, cap_kw)
    order = [k for k in routes.paths if k in loads]
    return {k: loads[k] for k in order}, wrong


def _charger_load(model: ChargerModel) -> _Load:
    """Worst supply current of a charger from its catalogue row."""
    given = Input(
        power_kw=model.power_kw,
        efficiency=model.efficiency,
        power_factor=model.power_factor,
        phases=model.phases,
        voltage_v=400.0 if model.phases == 3 else 230.0,
        voltage_min_v=model.voltage_min_v if model.phases == 3 else model.voltage_min_v / 3**0.5,
        max_input_a=model.max_input_a,
        max_input_low_a=model.max_input_low_a,
        constant_current=model.current is Current.AC,
    )
    return _Load(
        design_current_a(given),
        model.power_kw / model.efficiency,
        model.power_factor,
        model.phases,
        model.supply_protection_a,
        model.current is Current.DC,
        trace_current(given),
        model.rcd,
    )


def _feeder_load(
    key: CircuitId,
    routes: Routes,
    loads: Mapping[CircuitId, _Load],
    cap_kw: float | None,
) -> _Load:
    """Sum of the circuits behind a feeder, or the managed cap if that is less."""
    board = routes.paths[key].to_id
    behind = [k for k, p in routes.paths.items() if p.from_id == board and k in loads]
    total_a = sum(loads[k].ib_a for k in behind)
    total_kw = sum(loads[k].p_kw for k in behind)
    inputs = tuple(TraceInput(f"I_b,{k}", loads[k].ib_a, "A", "circuit") for k in behind)
    if cap_kw is not None and cap_current_a(cap_kw) < total_a:
        amps = cap_current_a(cap_kw)
        trace = Trace(
            "I_b",
            amps,
            "A",
            "Load management keeps the site within its cap (BS 7671 722.311)",
            "I_b = P_cap / (√3 · U_min · cos φ)",
            f"{cap_kw * 1000:.5g} / (√3 · {MIN_VOLTAGE_V:g} · {MANAGED_POWER_FACTOR:g})"
            f" = {amps:.4g} A",
            (
                TraceInput("P_cap", cap_kw, "kW", "managed cap of the proposal"),
                TraceInput("U_min", MIN_VOLTAGE_V, "V", "400 V − 10 %", assumed=True),
                TraceInput("cos φ", MANAGED_POWER_FACTOR, "", "worst of catalogue", assumed=True),
                *inputs,
            ),
            f"without management {total_a:.4g} A",
        )
        return _Load(amps, min(total_kw, cap_kw), MANAGED_POWER_FACTOR, 3, None, False, trace)
    trace = Trace(
        "I_b",
        total_a,
        "A",
        "Diversity 1: all chargers behind the feeder at full power",
        "I_b = Σ I_b,i",
        f"{' + '.join(f'{loads[k].ib_a:.4g}' for k in behind) or '0'} = {total_a:.4g} A",
        inputs,
    )
    factor = min((loads[k].power_factor for k in behind), default=MANAGED_POWER_FACTOR)
    return _Load(total_a, total_kw, factor, 3, None, False, trace)


def _demands(
    routes: Routes,
    loads: Mapping[CircuitId, _Load],
    groups: Mapping[CircuitId, Group],
    settings: Settings,
) -> dict[CircuitId, CircuitDemand]:
    """State what every circuit must carry, grouped with its neighbours in the trench."""
    out = {}
    for key, load in loads.items():
        path = routes.paths[key]
        laid = Installation(
            method=METHOD,
            ambient_c=settings.ambient_c,
            soil_c=settings.soil_c,
            soil_k_m_w=settings.soil_k_m_w,
            depth_m=settings.trench_depth_m,
            grouped=groups[key].counted,
        )
        out[key] = CircuitDemand(
            id=key,
            kind=path.kind,
            from_id=path.from_id,
            to_id=path.to_id,
            length_m=cable_length_m(path),
            ib_a=load.ib_a,
            phases=load.phases,
            p_kw=load.p_kw,
            power_factor=load.power_factor,
            installation=laid,
            supply_protection_a=load.supply_protection_a,
            dc_charger=load.dc_charger,
            charger_rcd=load.rcd,
        )
    return out


def cable_length_m(path: Path) -> float:
    """Cable to order for a path: plan length and a tail at both ends [m]."""
    return path.length_m + 2 * TAIL_M


def _size_all(
    demands: Mapping[CircuitId, CircuitDemand], start: Upstream, settings: Settings
) -> dict[CircuitId, Sizing]:
    """Size board by board, so that each circuit knows what lies ahead of it."""
    ahead: dict[str, Upstream] = {start.node_id: start}
    waiting = dict(demands)
    done: dict[CircuitId, Sizing] = {}
    while waiting:
        ready = [k for k, d in waiting.items() if d.from_id in ahead]
        if not ready:
            break
        for key in ready:
            demand = waiting.pop(key)
            sizing = size_circuit(
                demand, ahead[demand.from_id], settings.code, settings.drop_limit_pct
            )
            done[key] = sizing
            if demand.kind is CircuitKind.FEEDER:
                ahead[demand.to_id] = sizing.downstream
    return {k: done[k] for k in demands if k in done}


def _circuit(key: CircuitId, path: Path, sizing: Sizing) -> Circuit:
    """Circuit of the design from its path and sizing."""
    assert sizing.sized is not None
    return Circuit(key, path.line, path.trenches, path.length_m, cable_length_m(path), sizing.sized)


def _length_trace(path: Path) -> Trace:
    """Explain the cable length."""
    total = cable_length_m(path)
    return Trace(
        "L",
        total,
        "m",
        "Route on the plan and a tail at both ends",
        "L = L_route + 2 · L_tail",
        f"{path.length_m:.2f} + 2 · {TAIL_M:g} = {total:.2f} m",
        (
            TraceInput("L_route", path.length_m, "m", "drawing"),
            TraceInput("L_tail", TAIL_M, "m", "rise, bend and termination", assumed=True),
        ),
    )


def _no_supply(site: Site) -> Finding:
    return Finding(
        "WIRE-SUPPLY",
        Severity.ERROR,
        "supply",
        site.name,
        "No circuit can be sized: the supply is not known.",
        fix="Fill in the supply sheet.",
    )


def _bad_charger(charger: str, problem: NotTabulated) -> Finding:
    return Finding(
        "WIRE-CHARGER",
        Severity.ERROR,
        charger,
        f"Charger {charger}",
        f"Its supply current cannot be found: {problem}.",
        fix="Complete the charger's row in the catalogue.",
    )
