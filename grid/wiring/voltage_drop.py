"""Voltage drop along a cable under its design current."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

from grid.trace import Trace, TraceInput

RULE = "IEC 60364-5-52:2009 annex G"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A cable under load.

    Attributes
    ----------
    ib_a
        Design current per phase [A], shared equally by `parallel` cables.
    length_m
        Route length [m].
    r_ohm_per_km, x_ohm_per_km
        Conductor resistance at operating temperature and reactance [ohm/km].
    power_factor
        cos φ of the load, above 0 to 1, lagging.
    phases
        3: drop between lines; 1: drop between line and neutral, out and back.
    nominal_v
        Line-to-line voltage [V].
    """

    ib_a: float
    length_m: float
    r_ohm_per_km: float
    x_ohm_per_km: float
    power_factor: float
    phases: int
    nominal_v: float
    parallel: int = 1

    @property
    def base_v(self) -> float:
        """Voltage the percentage refers to: line voltage, or U0 if single-phase."""
        return self.nominal_v if self.phases == 3 else self.nominal_v / math.sqrt(3)


def drop_v(cable: Loaded) -> float:
    """Return ΔU = b·Ib·L·(R cos φ + X sin φ) [V], b = √3 or 2 (IEC 60364-5-52 annex G)."""
    b = math.sqrt(3) if cable.phases == 3 else 2.0
    sin_phi = math.sqrt(max(0.0, 1 - cable.power_factor**2))
    z = cable.r_ohm_per_km * cable.power_factor + cable.x_ohm_per_km * sin_phi
    return b * cable.ib_a / cable.parallel * cable.length_m / 1000 * z


def drop_pct(cable: Loaded) -> float:
    """Return the drop in per cent of the line voltage, or of U0 if single-phase."""
    return 100 * drop_v(cable) / cable.base_v


def unbalanced_pct(
    phase_a: tuple[float, float, float],
    power_factor: float,
    z1_ohm: complex,
    z0_ohm: complex,
    u0_v: float,
) -> tuple[float, float, float]:
    """Return the drop of each phase to neutral in per cent of U0 under unequal currents.

    ΔU_k = Z1·I_k + (Z0 − Z1)/3 · ΣI, so that a single-phase load sees the loop
    (2·Z1 + Z0)/3; the drop is the loss of magnitude |U0| − |U0 − ΔU_k|. A phase
    may rise (negative drop) when the neutral shifts.

    Parameters
    ----------
    phase_a
        Currents of L1, L2, L3 [A], all at the same power factor.
    power_factor
        cos φ, lagging.
    z1_ohm, z0_ohm
        Sequence impedances of the piece of network considered [ohm].
    u0_v
        Voltage to neutral [V].
    """
    phi = math.acos(power_factor)
    turns = [cmath.exp(-2j * math.pi * k / 3) for k in range(3)]
    currents = [i * cmath.exp(-1j * phi) * t for i, t in zip(phase_a, turns, strict=True)]
    common = (z0_ohm - z1_ohm) / 3 * sum(currents)
    drops = [
        100 * (1 - abs(u0_v * t - z1_ohm * i - common) / u0_v)
        for t, i in zip(turns, currents, strict=True)
    ]
    return drops[0], drops[1], drops[2]


def trace_drop(cable: Loaded, ahead_pct: float = 0.0) -> Trace:
    """Explain the drop of one circuit in per cent, and the sum from the origin."""
    volts, pct = drop_v(cable), drop_pct(cable)
    b = "√3" if cable.phases == 3 else "2"
    sin_phi = math.sqrt(max(0.0, 1 - cable.power_factor**2))
    return Trace(
        quantity="ΔU",
        value=pct,
        unit="%",
        rule=RULE,
        formula=f"ΔU = {b} · I_b/n · L/1000 · (R cos φ + X sin φ); ΔU% = 100 ΔU / U",
        substituted=(
            f"{b} · {cable.ib_a:.4g}/{cable.parallel} · {cable.length_m:.4g}/1000 · "
            f"({cable.r_ohm_per_km:.4g} · {cable.power_factor:.3g} + "
            f"{cable.x_ohm_per_km:.3g} · {sin_phi:.3g}) = {volts:.3f} V; "
            f"100 · {volts:.3f} / {cable.base_v:.4g} = {pct:.3f} %"
        ),
        inputs=(
            TraceInput("I_b", cable.ib_a, "A", "design current"),
            TraceInput("L", cable.length_m, "m", "route of the circuit"),
            TraceInput("R", cable.r_ohm_per_km, "ohm/km", "IEC 60228 at operating temperature"),
            TraceInput("X", cable.x_ohm_per_km, "ohm/km", "usual value for multicore", True),
            TraceInput("cos φ", cable.power_factor, "", "charger or load"),
            TraceInput("n", cable.parallel, "", "cables in parallel"),
        ),
        note=f"{ahead_pct:.2f} % ahead of this circuit, {ahead_pct + pct:.2f} % from the origin",
    )
