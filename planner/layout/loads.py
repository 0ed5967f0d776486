"""Design current and demand of every circuit before it is sized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grid.findings import Finding, Severity
from grid.model import CircuitKind
from grid.trace import Trace, TraceInput
from grid.wiring.charger_current import Input, design_current_a, trace_current
from grid.wiring.problem import NotTabulated
from planner.layout.grouping import feeders_ahead
from planner.layout.rates import (
    CATALOGUE_V,
    MANAGED_POWER_FACTOR,
    MIN_VOLTAGE_V,
    cap_current_a,
    voltage_ratio,
)
from planner.layout.routing import Routes
from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger
from planner.model.ids import ChargerId, CircuitId, ModelId


@dataclass(frozen=True, slots=True)
class Load:
    """Electrical side of one circuit before sizing."""

    ib_a: float
    p_kw: float
    power_factor: float
    phases: int
    supply_protection_a: float | None
    dc_charger: bool
    trace: Trace
    rcd: str = ""


def find_loads(
    chargers: Mapping[ChargerId, Charger],
    routes: Routes,
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None,
    nominal_v: float = CATALOGUE_V,
) -> tuple[dict[CircuitId, Load], list[Finding]]:
    """Design current of every circuit; feeders after what hangs on them."""
    loads: dict[CircuitId, Load] = {}
    wrong: list[Finding] = []
    for key, path in routes.paths.items():
        if path.kind is not CircuitKind.FINAL:
            continue
        try:
            model = catalogue[chargers[ChargerId(path.to_id)].model]
            loads[key] = _charger_load(model, voltage_ratio(nominal_v))
        except NotTabulated as problem:
            wrong.append(_bad_charger(path.to_id, problem))
    feeders = [k for k, p in routes.paths.items() if p.kind is CircuitKind.FEEDER]
    for key in sorted(feeders, key=lambda k: -feeders_ahead(routes, k)):
        loads[key] = _feeder_load(key, routes, loads, cap_kw, nominal_v)
    order = [k for k in routes.paths if k in loads]
    return {k: loads[k] for k in order}, wrong


def _charger_load(model: ChargerModel, ratio: float) -> Load:
    """Worst supply current of a charger from its catalogue row.

    Far from 400 V the currents of data sheets do not hold: power and voltage count.
    """
    volts = 1.0 if model.phases == 3 else 1 / 3**0.5
    given = Input(
        power_kw=model.power_kw,
        efficiency=model.efficiency,
        power_factor=model.power_factor,
        phases=model.phases,
        voltage_v=ratio * (400.0 if model.phases == 3 else 230.0),
        voltage_min_v=ratio * volts * model.voltage_min_v,
        max_input_a=model.max_input_a if ratio == 1.0 else None,
        max_input_low_a=model.max_input_low_a if ratio == 1.0 else None,
        constant_current=model.current is Current.AC and ratio == 1.0,
    )
    return Load(
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
    loads: Mapping[CircuitId, Load],
    cap_kw: float | None,
    nominal_v: float,
) -> Load:
    """Sum of the circuits behind a feeder, or the managed cap if that is less."""
    board = routes.paths[key].to_id
    behind = [k for k, p in routes.paths.items() if p.from_id == board and k in loads]
    total_a = sum(loads[k].ib_a for k in behind)
    total_kw = sum(loads[k].p_kw for k in behind)
    inputs = tuple(TraceInput(f"I_b,{k}", loads[k].ib_a, "A", "circuit") for k in behind)
    volts = MIN_VOLTAGE_V * voltage_ratio(nominal_v)
    if cap_kw is not None and cap_current_a(cap_kw, nominal_v) < total_a:
        amps = cap_current_a(cap_kw, nominal_v)
        trace = Trace(
            "I_b",
            amps,
            "A",
            "Load management keeps the site within its cap (BS 7671 722.311)",
            "I_b = P_cap / (√3 · U_min · cos φ)",
            f"{cap_kw * 1000:.5g} / (√3 · {volts:g} · {MANAGED_POWER_FACTOR:g}) = {amps:.4g} A",
            (
                TraceInput("P_cap", cap_kw, "kW", "managed cap of the proposal"),
                TraceInput("U_min", volts, "V", f"{volts / 0.9:g} V − 10 %", assumed=True),
                TraceInput("cos φ", MANAGED_POWER_FACTOR, "", "worst of catalogue", assumed=True),
                *inputs,
            ),
            f"without management {total_a:.4g} A",
        )
        return Load(amps, min(total_kw, cap_kw), MANAGED_POWER_FACTOR, 3, None, False, trace)
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
    return Load(total_a, total_kw, factor, 3, None, False, trace)


def _bad_charger(charger: str, problem: NotTabulated) -> Finding:
    return Finding(
        "WIRE-CHARGER",
        Severity.ERROR,
        charger,
        f"Charger {charger}",
        f"Its supply current cannot be found: {problem}.",
        fix="Complete the charger's row in the catalogue.",
    )
