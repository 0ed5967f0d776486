"""Short-circuit withstand of conductors: S ≥ √(I²t)/k."""

from __future__ import annotations

import functools
import math

from data import open_table
from grid.model import Conductor, Insulation
from grid.trace import Trace, TraceInput
from grid.wiring.problem import NotTabulated

RULE = "IEC 60364-4-43:2008 434.5.2; IEC 60364-5-54:2011 543.1.2"


@functools.cache
def k_factor(metal: str, initial_c: float, final_c: float) -> float:
    """Return k = √(Qc·(β + 20)/ρ20 · ln((β + Tf)/(β + Ti))).

    Parameters
    ----------
    metal
        ``Cu``, ``Al``, ``steel`` or ``lead`` of ``data/cables/adiabatic_metals``.
    initial_c, final_c
        Conductor temperature before and at the end of the fault [°C].

    Returns
    -------
    float
        k [A·√s/mm²], IEC 60364-5-54:2011 annex A.
    """
    row = next((r for r in open_table("cables/adiabatic_metals") if r.text("metal") == metal), None)
    if row is None:
        raise NotTabulated(f"no material constants for '{metal}'", "use Cu, Al, steel or lead")
    if not final_c > initial_c:
        raise NotTabulated(
            f"final {final_c:g} °C is not above initial {initial_c:g} °C",
            "give the limit of the insulation",
        )
    beta = row.number("beta_c")
    per_k = row.number("heat_capacity_j_per_k_mm3") * (beta + 20) / row.number("rho20_ohm_mm")
    return math.sqrt(per_k * math.log((beta + final_c) / (beta + initial_c)))


@functools.cache
def k_of(
    conductor: Conductor, insulation: Insulation, size_mm2: float, *, separate: bool = False
) -> float:
    """Return k [A·√s/mm²] of a core, or of an earth conductor laid separately."""
    for row in open_table("cables/adiabatic_temperatures"):
        over = row.optional_number("size_over_mm2") or 0.0
        up_to = row.optional_number("size_up_to_mm2") or math.inf
        if row.text("insulation") == insulation.value and over < size_mm2 <= up_to:
            start = "separate_initial_c" if separate else "operating_c"
            end = "separate_final_c" if separate else "final_c"
            return k_factor(conductor.value, row.number(start), row.number(end))
    raise NotTabulated(f"no fault temperatures for {insulation.value}", "choose PVC or XLPE")


def trace_k(k: float, metal: str) -> Trace:
    """Explain a material factor k."""
    return Trace(
        quantity="k",
        value=k,
        unit="A·√s/mm²",
        rule="IEC 60364-5-54:2011 annex A",
        formula="k = √(Q_c (β + 20)/ρ20 · ln((β + T_f)/(β + T_i)))",
        inputs=(TraceInput("metal", metal, "", "data/cables/adiabatic_metals"),),
    )


def minimum_mm2(energy_a2s: float, k: float) -> float:
    """Return the smallest cross-section S = √(I²t)/k [mm²] for an energy [A²s]."""
    return math.sqrt(energy_a2s) / k


def trace_adiabatic(energy_a2s: float, k: float, size_mm2: float, what: str) -> Trace:
    """Explain the short-circuit withstand of the conductor named in `what`."""
    needed = minimum_mm2(energy_a2s, k)
    return Trace(
        quantity=f"S_min {what}",
        value=needed,
        unit="mm²",
        rule=RULE,
        formula="S ≥ √(I²t) / k",
        substituted=f"√({energy_a2s:.4g}) / {k:.1f} = {needed:.2f} mm² ≤ {size_mm2:g} mm²",
        inputs=(
            TraceInput("I²t", energy_a2s, "A²s", "fault current and device data", True),
            TraceInput("k", k, "A·√s/mm²", "IEC 60364-5-54:2011 annex A"),
        ),
    )
