"""Traces and assumptions of a sized circuit."""

from __future__ import annotations

from dataclasses import replace

from grid.codes.protocol import Residual
from grid.findings import Finding, Severity
from grid.model import Earthing
from grid.trace import Trace, TraceInput
from grid.wiring.adiabatic import k_of, trace_adiabatic
from grid.wiring.ampacity import FlaggedText
from grid.wiring.cables import earth_conductor
from grid.wiring.checks import Candidate, Check, Laid
from grid.wiring.earth_fault import trace_disconnection, trace_rcd_disconnection
from grid.wiring.protection import fault_energy_a2s, trace_device
from grid.wiring.upstream import C_MIN
from grid.wiring.voltage_drop import trace_drop


def traces(
    laid: Laid,
    chosen: Candidate,
    checks: tuple[Check, ...],
    residual: Residual,
    least: tuple[float, str],
) -> tuple[Trace, ...]:
    """Explain every number of a sized circuit, in the order of the sizing loop."""
    demand = laid.demand
    loaded = laid.loaded(chosen.cable, chosen.parallel)
    fault_ka = laid.upstream.ik3_max_a / 1000
    device = trace_device(chosen.device, demand.ib_a, *least, fault_ka)
    return (
        _under(laid, device, "overload"),
        _capacity(laid, chosen),
        *(_condition(c) for c in checks if c.unit == "A"),
        _under(laid, trace_drop(loaded, laid.upstream.drop_pct), "drop"),
        *_withstand(laid, chosen),
        *(_condition(c) for c in checks if c.name == "breaking capacity"),
        _disconnection(laid, chosen, residual),
        *_residual(residual),
    )


def _under(laid: Laid, trace: Trace, topic: str) -> Trace:
    """Cite the clause of the code the circuit is designed by."""
    return replace(trace, rule=laid.code.clause(topic))


def _capacity(laid: Laid, chosen: Candidate) -> Trace:
    carrying, n = chosen.carrying, chosen.parallel
    symbols = " · ".join(f.symbol for f in carrying.factors)
    numbers = " · ".join(f"{f.value:.3g}" for f in carrying.factors)
    inputs = [
        TraceInput("I_t", carrying.it_a, "A", carrying.source, bool(carrying.flag)),
        TraceInput("n", n, "", "cables in parallel, each counted in the group"),
        TraceInput("method", laid.demand.installation.method, "", "installation"),
    ]
    inputs += [
        TraceInput(f.symbol, f.value, "", f"{f.source}: {f.name} {f.note}".strip(), f.assumed)
        for f in carrying.factors
    ]
    formula = f"I_z = n · I_t · {symbols}"
    substituted = f"{n} · {carrying.it_a:g} · {numbers} = {chosen.iz_a:.4g} A"
    if carrying.ceiling_a is not None:
        formula = f"I_z = n · min(I_terminal, I_t · {symbols})"
        substituted = (
            f"{n} · min({carrying.ceiling_a:g}, {carrying.it_a:g} · {numbers}) "
            f"= {chosen.iz_a:.4g} A"
        )
        inputs.append(TraceInput("I_terminal", carrying.ceiling_a, "A", "terminals", True))
    return Trace(
        quantity="I_z",
        value=chosen.iz_a,
        unit="A",
        rule=f"{laid.code.name}: {carrying.source}",
        formula=formula,
        substituted=substituted,
        inputs=tuple(inputs),
        note=FlaggedText.get(carrying.flag, carrying.flag),
    )


def _condition(c: Check) -> Trace:
    return Trace(
        quantity=c.name,
        value=c.value,
        unit=c.unit,
        rule=c.clause,
        formula=c.formula,
        substituted=f"{c.value:.4g} ≤ {c.limit:.4g} {c.unit}",
    )


def _withstand(laid: Laid, chosen: Candidate) -> tuple[Trace, ...]:
    cable, device, ahead = chosen.cable, chosen.device, laid.upstream
    metal, _ = earth_conductor(cable)
    k_phase = k_of(cable.conductor, cable.insulation, cable.size_mm2)
    k_earth = k_of(metal, cable.insulation, cable.earth_mm2, separate=cable.earth_separate)
    phase = trace_adiabatic(
        fault_energy_a2s(device, ahead.ik3_max_a), k_phase, cable.size_mm2, "phase"
    )
    phase = _under(laid, phase, "withstand")
    tabulated = laid.code.earth_mm2(cable, device)
    if tabulated is not None:
        return phase, Trace(
            quantity="S_min earth",
            value=tabulated,
            unit="mm²",
            rule=laid.code.clause("earth"),
            formula="S ≥ table value for the device",
            substituted=f"{tabulated:g} mm² ≤ {cable.earth_mm2:g} mm²",
            inputs=(TraceInput("I_n", device.in_a, "A", "overcurrent device"),),
        )
    earth = trace_adiabatic(
        fault_energy_a2s(device, ahead.ik1_max_a), k_earth, cable.earth_mm2, "earth"
    )
    return phase, _under(laid, earth, "earth")


def _disconnection(laid: Laid, chosen: Candidate, residual: Residual) -> Trace:
    end = chosen.end
    if end.earthing is Earthing.TT:
        limit = laid.code.limit("touch_voltage").value
        trace = trace_rcd_disconnection(end.zs_ohm, residual.residual_ma or 300.0, limit)
        return _under(laid, trace, "disconnection_tt")
    assert chosen.device.trip_a is not None
    trace = trace_disconnection(end.zs_ohm, chosen.device.trip_a, end.u0_v, C_MIN)
    return _under(laid, trace, "disconnection")


def _residual(residual: Residual) -> tuple[Trace, ...]:
    if not residual.text:
        return ()
    source = "rule of the edition in force"
    inputs = (TraceInput("type", residual.text, "", source, residual.assumed),)
    return (Trace("RCD", residual.text, "", residual.clause, inputs=inputs),)


def assumptions(laid: Laid, chosen: Candidate) -> tuple[Finding, ...]:
    """Return findings for table values in use that nobody has confirmed."""
    found = []
    for factor in chosen.carrying.factors:
        if factor.assumed:
            text = f"{factor.name}: factor {factor.value:.3g} ({factor.note or factor.source})."
            found.append(_note(laid, "WIRE-FACTOR-ASSUMED", text, "Have the factor confirmed."))
    if chosen.carrying.flag:
        text = f"Capacity of {chosen.cable.key}: {FlaggedText.get(chosen.carrying.flag, '')}."
        found.append(_note(laid, "WIRE-CAPACITY-FLAGGED", text, "Ask the maker of the cable."))
    return tuple(found)


def _note(laid: Laid, code: str, message: str, fix: str) -> Finding:
    demand = laid.demand
    return Finding(
        code=code,
        severity=Severity.INFO,
        subject=demand.id,
        place=f"Circuit {demand.from_id} to {demand.to_id}",
        message=message[:1].upper() + message[1:],
        fix=fix,
    )
