"""Electrical design of all circuits, board by board from the intake.

Final circuits carry the worst supply current of their charger with diversity 1.
A feeder carries the sum of what hangs on it, or what load management lets
through (BS 7671 722.311: diversity on distribution circuits only with load
control). Circuits that share a trench derate each other by the largest number
of loaded cables met on the way, parallel ones counted; under a managed cap only
as many count as can be fully loaded at the same time (`grouping`), where the
project says that load management may be relied on for that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from dataclasses import dataclass

from grid.findings import Finding, Severity
from grid.model import CircuitDemand, CircuitKind, Installation
from grid.trace import Trace, TraceInput
from grid.wiring.sizing import Sizing, size_circuit
from grid.wiring.upstream import Upstream, origin
from planner.layout.ducts import duct_findings
from planner.layout.grouping import Group, group_circuits, group_trace
from planner.layout.loads import Load, find_loads
from planner.layout.pieces import Path
from planner.layout.rates import cap_current_a
from planner.layout.routing import Routes
from planner.model.charger import ChargerModel
from planner.model.design import Charger, Circuit, DesignBoard, Trench
from planner.model.ids import BoardId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.project import Settings
from planner.model.site import Site

TAIL_M = 2.0
"""Cable at each end beside the plan length: rise, bend and termination (assumption)."""

METHOD = "D1"
"""Cables lie in ducts in the ground (IEC 60364-5-52 table A.52.3, method D1)."""

SPACING = "0.25 m"
"""Distance of ducts where touching ones leave too little capacity."""

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
    nominal_v = site.supply.nominal_v
    loads, wrong = find_loads(chargers, routes, catalogue, managed_cap_kw, nominal_v)
    managed = managed_cap_kw is not None and settings.managed_grouping
    cap_a = None
    if managed and managed_cap_kw is not None:
        cap_a = cap_current_a(managed_cap_kw, nominal_v)
    sizings, groups = _size_in_rounds(routes, loads, cap_a, frozenset(), start, settings)
    spaced = _crowded_out(routes, sizings, groups)
    notes: tuple[Finding, ...] = ()
    if spaced:
        again = _size_in_rounds(routes, loads, cap_a, spaced, start, settings)
        if _failures(again[0]) < _failures(sizings):
            (sizings, groups), notes = again, (_spaced_note(routes, spaced),)
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
    findings += [*notes, *duct_findings(site, trenches, circuits)]
    return Cabling(
        circuits, trenches, traces, tuple(findings), sum(s.passed for s in sizings.values())
    )


def _origin_id(routes: Routes, boards: Mapping[BoardId, DesignBoard]) -> str:
    """Id of the board at which all circuits begin."""
    starts = [p.from_id for p in routes.paths.values() if p.from_id not in boards]
    return starts[0] if starts else "origin"


def _size_in_rounds(
    routes: Routes,
    loads: Mapping[CircuitId, Load],
    cap_a: float | None,
    spaced: Set[CircuitId],
    start: Upstream,
    settings: Settings,
) -> tuple[dict[CircuitId, Sizing], dict[CircuitId, Group]]:
    """Group and size until the numbers of parallel cables agree with the grouping."""
    parallel = dict.fromkeys(loads, 1)
    ib_a = {k: load.ib_a for k, load in loads.items()}
    sizings: dict[CircuitId, Sizing] = {}
    groups: dict[CircuitId, Group] = {}
    for turn in range(PASSES):
        groups = group_circuits(routes, ib_a, parallel, cap_a)
        demands = _demands(routes, loads, groups, spaced, settings)
        sizings = _size_all(demands, start, settings)
        found = {k: s.sized.parallel for k, s in sizings.items() if s.sized is not None}
        floor = parallel if turn >= FREE_PASSES else {}
        wider = {k: max(floor.get(k, 1), found.get(k, 1)) for k in parallel}
        if wider == parallel:
            break
        parallel = wider
    return sizings, groups


def _failures(sizings: Mapping[CircuitId, Sizing]) -> int:
    """Count circuits for which nothing fits."""
    return sum(s.sized is None for s in sizings.values())


def _crowded_out(
    routes: Routes, sizings: Mapping[CircuitId, Sizing], groups: Mapping[CircuitId, Group]
) -> frozenset[CircuitId]:
    """Circuits in the trenches of those that fail among touching neighbours."""
    failed = [k for k, s in sizings.items() if s.sized is None and groups[k].counted > 1]
    shared = {t for k in failed for t in routes.paths[k].trenches}
    return frozenset(c for t in shared for c in routes.trenches[t].circuits if c in sizings)


def _spaced_note(routes: Routes, spaced: Set[CircuitId]) -> Finding:
    """Tell that some trenches are wider than usual."""
    wide = [k for k, t in routes.trenches.items() if sum(c in spaced for c in t.circuits) > 1]
    metres = sum(routes.trenches[k].length_m for k in wide)
    return Finding(
        "LAYOUT-SPACED",
        Severity.WARNING,
        wide[0] if wide else "trenches",
        f"Trenches {', '.join(wide[:6])}" + (" ..." if len(wide) > 6 else ""),
        f"Ducts in {metres:.0f} m of trench lie {SPACING} apart, as no cable carries the "
        "current among touching ducts.",
        "IEC 60364-5-52, table B.52.19",
        fix="Price a wider trench, manage the load, or move the supply nearer.",
    )


def _demands(
    routes: Routes,
    loads: Mapping[CircuitId, Load],
    groups: Mapping[CircuitId, Group],
    spaced: Set[CircuitId],
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
            spacing=SPACING.replace(" ", "") if key in spaced else "touching",
            third_harmonic_pct=0.0 if load.dc_charger else settings.third_harmonic_pct,
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
