"""Sums about a cable: capacity, drop, withstand, and the whole circuit."""

from __future__ import annotations

from data import open_table
from grid.codes import registry
from grid.codes.protocol import Code
from grid.findings import Finding, Severity, worst
from grid.model import (
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Earthing,
    Installation,
    Insulation,
)
from grid.trace import Trace, TraceInput
from grid.wiring.adiabatic import k_factor, k_of, trace_adiabatic, trace_k
from grid.wiring.cables import OPERATING_C, r20, resistance
from grid.wiring.charger_current import Input, design_current_a, trace_current
from grid.wiring.derating import SHALLOWEST_CREDITED_M
from grid.wiring.sizing import size_circuit
from grid.wiring.upstream import Upstream
from grid.wiring.voltage_drop import Loaded, drop_pct, drop_v, trace_drop
from planner.calc.given import Given, Result, Topic, plain_findings, plain_trace

_LAID = ("method", "ambient_c", "soil_c", "soil_k_m_w", "depth_m", "grouped", "spacing")
_LOAD = (
    "power_kw",
    "apparent_kva",
    "efficiency",
    "power_factor",
    "voltage_v",
    "voltage_min_v",
    "max_input_a",
    "phases",
)


_SHORT_M = 10.0


def _code(given: Given) -> Code:
    return registry.get(given.text("code", "iec60364", tuple(registry.codes())))


def _installation(given: Given) -> Installation:
    return Installation(
        method=given.text("method", "D1"),
        ambient_c=given.number("ambient_c", 30.0, least=-60),
        soil_c=given.number("soil_c", 20.0, least=-60),
        soil_k_m_w=given.number("soil_k_m_w", 2.5),
        depth_m=given.number("depth_m", SHALLOWEST_CREDITED_M),
        grouped=given.count("grouped", 1),
        spacing=given.text("spacing", "touching"),
        third_harmonic_pct=given.optional("third_harmonic_pct") or 0.0,
    )


def _size_mm2(given: Given, code: Code, conductor: Conductor) -> float:
    """Return the cross-section; the NEC also knows AWG and kcmil, and rounded mm²."""
    if code.id != "nec":
        return given.number("size_mm2")
    sizes = {
        r.text("size").upper(): r.number("size_mm2")
        for r in open_table("codes/nec/ampacity")
        if r.text("conductor") == conductor.value
    }
    if given.has("size"):
        wanted = given.text("size").upper().replace("#", "").strip()
        known = {name.split()[0]: mm2 for name, mm2 in sizes.items()} | sizes
        if wanted not in known:
            raise given.wrong("size", f"is {wanted[:20]!r}", f"use {', '.join(sizes)}")
        return known[wanted]
    size = given.number("size_mm2")
    nearest = min(sizes.values(), key=lambda s: abs(s - size))
    return nearest if abs(nearest - size) <= 0.01 * nearest else size


def ampacity(given: Given) -> Result:
    """Return Iz of one cable as laid."""
    code, laid = _code(given), _installation(given)
    conductor = Conductor(given.text("conductor", "Cu", ("Cu", "Al")))
    insulation = Insulation(given.text("insulation", "XLPE", ("PVC", "XLPE")))
    loaded, size = given.count("loaded", 3), _size_mm2(given, code, conductor)
    if loaded not in (2, 3):
        raise given.wrong("loaded", f"is {loaded}", "give 2 or 3")
    cable = Cable("", size, 4, conductor, insulation, 0.0, 0.0, 0.0, size)
    found = code.carrying(cable, 1 if loaded == 2 else 3, laid)
    symbols = " · ".join(f.symbol for f in found.factors)
    numbers = " · ".join(f"{f.value:.4g}" for f in found.factors)
    inputs = [TraceInput("I_t", found.it_a, "A", found.source, bool(found.flag))]
    inputs += [
        TraceInput(f.symbol, f.value, "", f"{f.source}: {f.name}", f.assumed) for f in found.factors
    ]
    trace = Trace(
        "I_z",
        found.iz_a,
        "A",
        f"{code.name}: {found.source}",
        f"I_z = I_t · {symbols}",
        f"{found.it_a:g} · {numbers} = {found.iz_a:.4f} A",
        tuple(inputs),
        found.flag,
    )
    return {
        "iz_a": found.iz_a,
        "it_a": found.it_a,
        "factors": {f.symbol: f.value for f in found.factors},
        "flag": found.flag,
        "trace": plain_trace((trace,)),
    }


def _charger(given: Given) -> Input:
    phases = given.phases()
    return Input(
        power_kw=given.number("power_kw", 0.0, above=False),
        efficiency=given.number("efficiency", 1.0),
        power_factor=given.number("power_factor", 1.0),
        phases=phases,
        voltage_v=given.number("voltage_v", 400.0 if phases == 3 else 230.0),
        voltage_min_v=given.optional("voltage_min_v"),
        apparent_kva=given.optional("apparent_kva"),
        max_input_a=given.optional("max_input_a"),
    )


def charger_current(given: Given) -> Result:
    """Return the supply current of a charger at its lowest voltage."""
    if not (given.has("power_kw") or given.has("apparent_kva") or given.has("max_input_a")):
        raise given.wrong("power_kw", "is missing", "give power_kw, apparent_kva or max_input_a")
    charger = _charger(given)
    return {
        "current_a": design_current_a(charger),
        "trace": plain_trace((trace_current(charger),)),
    }


def voltage_drop(given: Given) -> Result:
    """Return the drop along one cable."""
    phases = given.phases()
    conductor = Conductor(given.text("conductor", "Cu", ("Cu", "Al")))
    insulation = Insulation(given.text("insulation", "XLPE", ("PVC", "XLPE")))
    cold = given.optional("r20_ohm_per_km") or r20(conductor, given.number("size_mm2"))
    temperature = given.number("temperature_c", OPERATING_C[insulation], least=-60)
    nominal_v = given.number("voltage_v", 400.0)
    if phases == 1:
        # A single-phase voltage is given to neutral; the formula wants line to line.
        nominal_v = given.number("voltage_v", 230.0) * 3**0.5
    loaded = Loaded(
        ib_a=given.number(given.either("current_a", "ib_a")),
        length_m=given.number("length_m"),
        r_ohm_per_km=resistance(cold, conductor, temperature),
        x_ohm_per_km=given.number("x_ohm_per_km", 0.08, above=False),
        power_factor=_power_factor(given),
        phases=phases,
        nominal_v=nominal_v,
        parallel=given.count("parallel", 1),
    )
    return {
        "drop_v": drop_v(loaded),
        "drop_pct": drop_pct(loaded),
        "trace": plain_trace((trace_drop(loaded),)),
    }


def _power_factor(given: Given) -> float:
    value = given.number("power_factor", 1.0)
    if value > 1:
        raise given.wrong("power_factor", f"is {value:g}", "give a value up to 1")
    return value


def adiabatic(given: Given) -> Result:
    """Return k, and the least cross-section where current and time are given."""
    metal = given.text("conductor", "Cu", ("Cu", "Al", "steel", "lead"))
    if given.has("k"):
        k = given.number("k")
    elif given.has("initial_c") or given.has("final_c"):
        k = k_factor(metal, given.number("initial_c", least=-60), given.number("final_c"))
    else:
        insulation = Insulation(given.text("insulation", "XLPE", ("PVC", "XLPE")))
        if metal not in ("Cu", "Al"):
            raise given.wrong(
                "initial_c", "is missing", "give initial_c and final_c for this metal"
            )
        size = given.number("size_mm2", 1.0)
        k = k_of(Conductor(metal), insulation, size, separate=given.flag("separate"))
    if not given.has("current_a"):
        return {"k": k, "trace": plain_trace((trace_k(k, metal),))}
    energy = given.number("current_a") ** 2 * given.number("time_s")
    size = given.number("size_mm2", 0.0)
    trace = trace_adiabatic(energy, k, size, "conductor")
    return {"k": k, "s_min_mm2": trace.value, "trace": plain_trace((trace,))}


def cable(given: Given) -> Result:
    """Return the whole design of one circuit."""
    code = _code(given)
    phases = given.phases()
    ib_a = given.optional(given.either("ib_a", "current_a"))
    if ib_a is None and not (given.has("power_kw") or given.has("apparent_kva")):
        # A circuit known by its device alone carries at most that.
        ib_a = given.number("in_a")
    load: tuple[Trace, ...] = ()
    if ib_a is None:
        charger = _charger(given)
        ib_a, load = design_current_a(charger), (trace_current(charger),)
    given.text("insulation", "XLPE", ("XLPE",))
    metal = given.text("conductor", "", ("", "Cu", "Al"))
    kind = CircuitKind(given.text("kind", "final", ("final", "feeder")))
    asked_a = given.optional("in_a")
    if asked_a is not None and asked_a < ib_a:
        raise given.wrong("in_a", f"is {asked_a:g}", f"give a device of {ib_a:.4g} A or more")
    demand = CircuitDemand(
        id="calc",
        kind=kind,
        from_id="supply",
        to_id="load",
        length_m=given.number("length_m", _SHORT_M),
        ib_a=ib_a,
        phases=phases,
        p_kw=given.number("power_kw", 0.0, above=False),
        power_factor=_power_factor(given),
        installation=_installation(given),
        supply_protection_a=asked_a,
        dc_charger=given.flag("dc_charger"),
        conductor=Conductor(metal) if metal else None,
    )
    limit = given.number("drop_limit_pct", code.limit("drop_limit").value)
    result = size_circuit(demand, _supply(given), code.id, limit)
    assumed = () if given.has("length_m") else (_length_assumed(),)
    shared: Result = {
        "findings": plain_findings((*result.findings, *assumed)),
        "trace": plain_trace((*load, *result.traces)),
        "passed": result.passed,
    }
    sized = result.sized
    if sized is None:
        return {"fits": False, "severity": worst(result.findings).value, **shared}
    return {
        "fits": True,
        "ib_a": ib_a,
        "size_mm2": sized.cable.size_mm2,
        "cable": sized.cable.key,
        "parallel": sized.parallel,
        "earth_mm2": sized.cable.earth_mm2,
        "in_a": sized.device.in_a,
        "device": sized.device.key,
        "rcd": sized.rcd,
        "iz_a": sized.iz_a,
        "drop_pct": sized.drop_pct,
        "zs_ohm": sized.zs_ohm,
        "binding": sized.binding,
        **shared,
    }


def _length_assumed() -> Finding:
    return Finding(
        "CALC-LENGTH",
        Severity.INFO,
        "calc",
        "Circuit",
        f"No length is given: {_SHORT_M:g} m are assumed.",
        value=_SHORT_M,
        unit="m",
        fix="Give length_m.",
    )


def _supply(given: Given) -> Upstream:
    """Return a supply with a given fault level and loop; 10 kA where nothing is known."""
    stated = given.optional("voltage_v")
    line = 400.0 if stated is None else stated * (3**0.5 if given.phases() == 1 else 1.0)
    volts = given.number("nominal_v", line)
    u0 = volts / 3**0.5
    z_max = 1.1 * u0 / (1000 * given.number("ik_max_ka", 10.0))
    zs = given.number("zs_ohm", 2 * z_max)
    z1 = complex(0.3, 1.0) / abs(complex(0.3, 1.0))
    return Upstream(
        node_id="supply",
        nominal_v=volts,
        z1_max=z_max * z1,
        z0_max=z_max * z1,
        z1_min=zs * z1,
        z0_min=zs * z1,
        earthing=Earthing(given.text("earthing", "TN-S", tuple(e.value for e in Earthing))),
        drop_pct=given.number("drop_ahead_pct", 0.0, above=False),
    )


TOPICS = (
    Topic(
        "ampacity",
        "current-carrying capacity of a cable as laid",
        ("code", "insulation", "conductor", "loaded", "size_mm2", "size", "third_harmonic_pct",
         *_LAID),
        "iz_a, it_a, factors, flag",
        ampacity,
        example='{"method": "D1", "conductor": "Cu", "insulation": "XLPE", "loaded": 3, '
        '"size_mm2": 95, "grouped": 4}',
    ),
    Topic(
        "charger-current",
        "supply current at the lowest voltage",
        _LOAD,
        "current_a",
        charger_current,
        example='{"power_kw": 150, "efficiency": 0.94, "power_factor": 0.96, '
        '"voltage_min_v": 360, "phases": 3}',
    ),
    Topic(
        "cable",
        "cable and protection of one circuit",
        (
            "code", "kind", "ib_a", "current_a", "in_a", "conductor", "insulation", "length_m",
            "dc_charger", "drop_limit_pct",
            "drop_ahead_pct", "nominal_v", "ik_max_ka", "zs_ohm", "earthing",
            "third_harmonic_pct", *_LOAD, *_LAID,
        ),
        "size_mm2, parallel, in_a, iz_a, drop_pct, zs_ohm, binding, device, rcd, findings",
        cable,
        example='{"ib_a": 32, "in_a": 40, "length_m": 50, "method": "D1", "grouped": 4}',
    ),
    Topic(
        "voltage-drop",
        "drop along a cable under load",
        (
            "current_a", "ib_a", "length_m", "size_mm2", "conductor", "insulation", "temperature_c",
            "r20_ohm_per_km", "x_ohm_per_km", "power_factor", "phases", "voltage_v", "parallel",
        ),
        "drop_v, drop_pct",
        voltage_drop,
        example='{"current_a": 32, "length_m": 45, "size_mm2": 10, "phases": 1}',
    ),
    Topic(
        "adiabatic",
        "short-circuit withstand of a conductor",
        (
            "conductor", "insulation", "size_mm2", "separate", "initial_c", "final_c", "k",
            "current_a", "time_s",
        ),
        "k, s_min_mm2",
        adiabatic,
        example='{"conductor": "Cu", "insulation": "XLPE", "current_a": 10000, "time_s": 0.1}',
    ),
)  # fmt: skip
