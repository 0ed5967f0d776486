"""Automatic disconnection: earth-fault loop against the tripping current."""

from __future__ import annotations

from grid.trace import Trace, TraceInput
from grid.wiring.problem import NotTabulated

RULE = "IEC 60364-4-41:2005 411.4.4"
# Upper edge of the instantaneous band in multiples of In, IEC 60898-1.
CURVE_MULTIPLE = {"B": 5.0, "C": 10.0, "D": 20.0}


def tripping_current_a(curve: str, in_a: float) -> float:
    """Return Ia [A] that trips an MCB of curve B, C or D at once (IEC 60898-1)."""
    try:
        return CURVE_MULTIPLE[curve] * in_a
    except KeyError:
        raise NotTabulated(f"curve '{curve}' is not known", "use B, C or D") from None


def zs_max_ohm(trip_a: float, u0_v: float = 230.0, c_min: float = 0.95) -> float:
    """Return the largest loop impedance Zs = Cmin·U0/Ia [ohm].

    Parameters
    ----------
    trip_a
        Current Ia that disconnects in the required time [A].
    u0_v
        Voltage to earth [V].
    c_min
        Voltage factor of the minimum fault, 0.95.
    """
    return c_min * u0_v / trip_a


def trace_disconnection(zs_ohm: float, trip_a: float, u0_v: float, c_min: float) -> Trace:
    """Explain the disconnection check at the far end of a circuit."""
    limit = zs_max_ohm(trip_a, u0_v, c_min)
    return Trace(
        quantity="Z_s",
        value=zs_ohm,
        unit="ohm",
        rule=RULE,
        formula="Z_s = |2Z1 + Z0|/3 ≤ C_min · U0 / I_a",
        substituted=f"{zs_ohm:.4f} ≤ {c_min:g} · {u0_v:.1f} / {trip_a:.4g} = {limit:.4f} ohm",
        inputs=(
            TraceInput("C_min", c_min, "", "IEC 60909-0:2016 table 1"),
            TraceInput("U0", u0_v, "V", "supply"),
            TraceInput("I_a", trip_a, "A", "device data at its setting"),
        ),
        note="conductors at operating temperature; armour and soil not counted",
    )


def trace_rcd_disconnection(zs_ohm: float, residual_ma: float, limit_v: float) -> Trace:
    """Explain disconnection by residual current device in a TT system."""
    volts = zs_ohm * residual_ma / 1000
    return Trace(
        quantity="R_A · I_Δn",
        value=volts,
        unit="V",
        rule="IEC 60364-4-41:2005 411.5.3",
        formula="R_A · I_Δn ≤ 50 V",
        substituted=f"{zs_ohm:.3f} · {residual_ma / 1000:g} = {volts:.3f} V ≤ {limit_v:g} V",
        inputs=(TraceInput("R_A", zs_ohm, "ohm", "loop impedance, on the safe side"),),
    )
