"""Fault currents along a chain source, transformer, cables: the hand method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grid.trace import Trace, TraceInput
from grid.wiring.upstream import (
    C_MAX,
    C_MAX_HV,
    C_MIN,
    C_MIN_HV,
    correction_kt,
    source_ohm,
    transformer_ohm,
)


@dataclass(frozen=True, slots=True)
class ChainSource:
    """Upstream network: fault level [MVA], R/X and voltage [kV]; None level = infinite."""

    s_sc_mva: float | None
    vn_kv: float
    rx: float = 0.1


@dataclass(frozen=True, slots=True)
class ChainTransformer:
    """Transformer: rating [kVA], uk [%], load loss [kW], no-load LV and HV voltage."""

    rated_kva: float
    uk_pct: float
    lv_v: float
    hv_kv: float
    load_loss_kw: float = 0.0
    parallel: int = 1


@dataclass(frozen=True, slots=True)
class ChainCable:
    """A cable: phase and earth impedance [mohm/m at its temperature], length [m]."""

    r_mohm_per_m: float
    x_mohm_per_m: float
    length_m: float
    parallel: int = 1
    r_earth_mohm_per_m: float | None = None
    x_earth_mohm_per_m: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Faults at one point of a chain: three-phase and earth fault [kA], loop [ohm]."""

    name: str
    z1: complex
    z0: complex
    isc_ka: float
    ik1_ka: float
    zs_ohm: float


@dataclass(frozen=True, slots=True)
class Method:
    """Voltage factor, correction and voltage of a way to compute faults.

    ``iec60909``: c = 1.10 (max, with K_T) or 0.95 (min), equivalent source c·U_n.
    ``simple``: c = 1, no K_T, transformer and source purely reactive, no-load
    voltage, as in the circulating calculation sheets.
    """

    name: str
    case: str

    @property
    def simple(self) -> bool:
        """Whether this is the simple sheet method."""
        return self.name == "simple"

    @property
    def c(self) -> float:
        """Voltage factor at low voltage."""
        return 1.0 if self.simple else C_MAX if self.case == "max" else C_MIN

    @property
    def c_hv(self) -> float:
        """Voltage factor at the high-voltage source."""
        return 1.0 if self.simple else C_MAX_HV if self.case == "max" else C_MIN_HV


def chain(
    source: ChainSource,
    transformer: ChainTransformer | None,
    cables: Sequence[ChainCable],
    method: Method,
    nominal_v: float = 400.0,
) -> tuple[Point, ...]:
    """Return faults at the busbar and behind each cable (IEC 60909-0:2016, 8.1 and 8.4).

    Parameters
    ----------
    source, transformer, cables
        The chain; a transformer is Dyn, so it shuts the upstream zero sequence out.
    method
        Voltage factors and corrections.
    nominal_v
        Nominal low voltage, line to line [V]; ``simple`` uses the no-load voltage.
    """
    volts = transformer.lv_v if method.simple and transformer else nominal_v
    z1, z0 = _start(source, transformer, method)
    points = [_point("busbar", z1, z0, volts, method)]
    for number, cable in enumerate(cables, 1):
        km = cable.length_m / 1000 / cable.parallel
        phase = complex(cable.r_mohm_per_m, cable.x_mohm_per_m) * km
        r_earth = cable.r_earth_mohm_per_m
        x_earth = cable.x_earth_mohm_per_m
        earth = complex(
            cable.r_mohm_per_m if r_earth is None else r_earth,
            cable.x_mohm_per_m if x_earth is None else x_earth,
        )
        z1, z0 = z1 + phase, z0 + phase + 3 * earth * km
        points.append(_point(f"behind cable {number}", z1, z0, volts, method))
    return tuple(points)


def _start(
    source: ChainSource, transformer: ChainTransformer | None, method: Method
) -> tuple[complex, complex]:
    z_q = 0j
    if source.s_sc_mva is not None:
        c = method.c_hv if transformer or source.vn_kv > 1 else method.c
        rx = 0.0 if method.simple else source.rx
        z_q = source_ohm(source.s_sc_mva, rx, source.vn_kv, c)
    if transformer is None:
        return z_q, z_q
    tx = transformer
    loss = 0.0 if method.simple else tx.load_loss_kw
    z_t = transformer_ohm(tx.rated_kva, tx.uk_pct, loss, tx.lv_v) / tx.parallel
    if not method.simple and method.case == "max":
        z_t *= correction_kt(tx.rated_kva, tx.uk_pct, loss)
    return z_q * (tx.lv_v / 1000 / tx.hv_kv) ** 2 + z_t, z_t


def _point(name: str, z1: complex, z0: complex, volts: float, method: Method) -> Point:
    zs = abs(2 * z1 + z0) / 3
    u0 = volts / math.sqrt(3)
    return Point(name, z1, z0, method.c * u0 / abs(z1) / 1000, method.c * u0 / zs / 1000, zs)


def trace_point(point: Point, method: Method, volts: float) -> Trace:
    """Explain the three-phase fault at one point."""
    return Trace(
        quantity=f"I_k3 {point.name}",
        value=point.isc_ka,
        unit="kA",
        rule="IEC 60909-0:2016 8.1" if not method.simple else "c = 1, no K_T, reactances only",
        formula="I_k = c · U / (√3 · |ΣZ|)",
        substituted=(
            f"{method.c:g} · {volts:g} / (√3 · {1000 * abs(point.z1):.4g} mohm) "
            f"= {point.isc_ka:.3f} kA"
        ),
        inputs=(
            TraceInput("c", method.c, "", "IEC 60909-0:2016 table 1"),
            TraceInput("R", 1000 * point.z1.real, "mohm", "sum of the chain"),
            TraceInput("X", 1000 * point.z1.imag, "mohm", "sum of the chain"),
        ),
        note=f"method {method.name}, case {method.case}",
    )
