"""Correction factors for temperature, soil, depth and grouping."""

from __future__ import annotations

import functools
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from data import open_table
from grid.model import Installation, Insulation
from grid.wiring.problem import NotTabulated

BURIED = ("D1", "D2")
SHALLOWEST_CREDITED_M = 0.7


@dataclass(frozen=True, slots=True)
class Factor:
    """One correction factor; `assumed` marks a value nobody has confirmed."""

    symbol: str
    name: str
    value: float
    source: str
    assumed: bool = False
    note: str = ""


def interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    """Interpolate linearly between sorted points; outside, the end value holds."""
    xs = [p[0] for p in points]
    i = bisect_left(xs, x)
    if i == 0:
        return points[0][1]
    if i == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


@functools.cache
def temperature_factor(
    folder: str, insulation: Insulation, medium: str, temperature_c: float
) -> Factor:
    """Return Ca for air (reference 30 °C) or ground (reference 20 °C).

    IEC 60364-5-52:2009 tables B.52.14 and B.52.15, linear between rows. Below
    the coldest row its value holds (safe); above the hottest, refused.
    """
    rows = [
        r
        for r in open_table(f"codes/{folder}/temperature")
        if r.text("medium") == medium and r.text("insulation") == insulation.value
    ]
    points = [(r.number("temperature_c"), r.number("factor")) for r in rows]
    hottest = points[-1][0]
    if temperature_c > hottest:
        raise NotTabulated(
            f"{medium} at {temperature_c:g} °C is above the {hottest:g} °C "
            f"tabulated for {insulation.value}",
            "use cable of a higher temperature class or a cooler route",
        )
    value = interpolate(points, temperature_c)
    return Factor("C_a", f"{medium} {temperature_c:g} °C", value, rows[0].text("source"))


@functools.cache
def soil_factor(folder: str, method: str, soil_k_m_w: float) -> Factor:
    """Return Ci for thermal resistivity of soil (reference 2.5 K·m/W).

    IEC 60364-5-52:2009 table B.52.16, 0.5 to 3 K·m/W, linear between rows;
    drier soil than the last row is refused, wetter than the first not credited.
    """
    rows = [r for r in open_table(f"codes/{folder}/soil") if r.text("method") == method]
    points = [(r.number("soil_k_m_w"), r.number("factor")) for r in rows]
    if soil_k_m_w > points[-1][0]:
        raise NotTabulated(
            f"soil of {soil_k_m_w:g} K·m/W is beyond the {points[-1][0]:g} K·m/W tabulated",
            "bed the cables in better soil",
        )
    value = interpolate(points, soil_k_m_w)
    return Factor("C_i", f"soil {soil_k_m_w:g} K·m/W", value, rows[0].text("source"))


@functools.cache
def depth_factor(folder: str, method: str, size_mm2: float, depth_m: float) -> Factor:
    """Return Cd for depth of laying, 1.0 from 0.7 to 0.8 m.

    Not part of IEC 60364 (IEC 60502-2 style, one transcription): marked as an
    assumption. The D methods of IEC 60364-5-52 presume 0.7 to 0.8 m.
    """
    rows = [
        r
        for r in open_table(f"codes/{folder}/depth")
        if r.text("method") == method
        and r.number("size_over_mm2") < size_mm2 <= r.number("size_up_to_mm2")
    ]
    points = sorted(
        [(r.number("depth_m"), r.number("factor")) for r in rows] + [(SHALLOWEST_CREDITED_M, 1.0)]
    )
    if depth_m > points[-1][0]:
        raise NotTabulated(
            f"{depth_m:g} m is deeper than the {points[-1][0]:g} m tabulated",
            "lay the cable less deep or have the circuit rated by its maker",
        )
    value = interpolate(points, depth_m)
    return Factor("C_d", f"depth {depth_m:g} m", value, rows[0].text("source"), value != 1.0)


@functools.cache
def grouping_factor(folder: str, method: str, spacing: str, circuits: int) -> Factor:
    """Return Cg for circuits laid together.

    IEC 60364-5-52:2009 tables B.52.17 (in air), B.52.18 (D2) and B.52.19 (D1).
    Between rows the next larger number of circuits counts; beyond the last row
    the trend of the second half of the table goes on, flagged as assumed.
    """
    arrangement = method if method in BURIED else "bunched"
    laid = spacing if method in BURIED else "touching"
    rows = [
        r
        for r in open_table(f"codes/{folder}/grouping")
        if r.text("arrangement") == arrangement and r.text("spacing") == laid
    ]
    if not rows:
        raise NotTabulated(
            f"no grouping factor is tabulated for method {method}, spacing '{spacing}'",
            "give a spacing of the table: touching, 0.25m, 0.5m ...",
        )
    points = [(int(r.number("circuits")), r.number("factor")) for r in rows]
    source, name = rows[0].text("source"), f"{circuits} circuits, {laid}"
    for count, factor in points:
        if count >= circuits:
            return Factor("C_g", name, factor, source)
    (last, low) = points[-1]
    (half, high) = next(p for p in points if 2 * p[0] >= last)
    slope = math.log(high / low) / math.log(last / half)
    value = low * (last / circuits) ** slope
    return Factor("C_g", name, value, source, True, f"extrapolated beyond {last} circuits")


def harmonic_factor(third_pct: float) -> Factor:
    """Return Ch for a neutral loaded by third harmonic of the phase current [%].

    IEC 60364-5-52:2009 table E.52.1: 1.0 to 15 %, 0.86 to 45 %, 1.0 above, where
    the neutral alone decides the size (unconfirmed). See `neutral_current_a`.
    """
    value = 0.86 if 15 < third_pct <= 45 else 1.0
    name = f"third harmonic {third_pct:g} %"
    return Factor("C_h", name, value, "IEC 60364-5-52:2009 table E.52.1", assumed=True)


def neutral_current_a(ib_a: float, third_pct: float) -> float | None:
    """Return the neutral current [A] that decides the size, None where the phases do.

    I_N = 3 · h3 · I_b above 33 % of third harmonic (IEC 60364-5-52:2009 annex E,
    unconfirmed): the third harmonics of the phases add in the neutral.

    Parameters
    ----------
    ib_a
        Current of one phase [A].
    third_pct
        Third harmonic of the phase current [%].
    """
    return 3 * third_pct / 100 * ib_a if third_pct > 33 else None


@functools.cache
def factors(
    folder: str, insulation: Insulation, laid: Installation, size_mm2: float
) -> tuple[Factor, ...]:
    """Return all factors that apply to a cable laid as described.

    Parameters
    ----------
    folder
        Table folder below ``data/codes``.
    insulation
        Insulation group of the cable.
    laid
        Method, temperatures [°C], soil [K·m/W], depth [m], circuits, spacing.
    size_mm2
        Cross-section [mm²]; decides the column of the depth table.
    """
    if laid.grouped < 1:
        raise NotTabulated(
            f"{laid.grouped} grouped circuits", "count the circuit itself: 1 or more"
        )
    group = grouping_factor(folder, laid.method, laid.spacing, laid.grouped)
    loud = laid.third_harmonic_pct > 0
    neutral = (harmonic_factor(laid.third_harmonic_pct),) if loud else ()
    if laid.method not in BURIED:
        return (temperature_factor(folder, insulation, "air", laid.ambient_c), group, *neutral)
    return (
        temperature_factor(folder, insulation, "ground", laid.soil_c),
        group,
        soil_factor(folder, laid.method, laid.soil_k_m_w),
        depth_factor(folder, laid.method, size_mm2, laid.depth_m),
        *neutral,
    )


def product(found: tuple[Factor, ...]) -> float:
    """Return the product of factors."""
    return math.prod(f.value for f in found)
