"""How the DC power a car takes falls as its battery fills.

A charge is cut where the state of charge passes a step of 10 % or a row of the table (one
part up to where the power begins to fall), and each part is charged at the power that takes
exactly as long as the curve does: for a power that falls in a straight line from p0 to p1
over e kWh,

    time = ∫ de / min(p, outlet) = e · ln(p0 / p1) / (p0 − p1)    where the outlet does not limit.

So time and energy of a charge are exact at an outlet of any size, and so is the highest
power; within a falling part the power is its mean.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data import open_table
from planner.model.demand import Sessions
from planner.stage_cache import cached_by_identity

PART_SOC = 0.1
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """The DC charges of n cars in parts, shape (n, parts).

    `kwh` of each part in order (0 where a charge does not pass it); the car takes
    `first_kw` at its start and `last_kw` at its end.
    """

    kwh: Floats
    first_kw: Floats
    last_kw: Floats


@functools.cache
def taper() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Share of highest DC power by state of charge: (soc, share)."""
    rows = open_table("demand/taper")
    soc = tuple(r.number("soc") for r in rows)
    return soc, tuple(r.number("power_share") for r in rows)


def charge_of(energy_kwh: Floats, battery_kwh: Floats, soc: Floats, dc_kw: Floats) -> Charge:
    """Cut charges of some kWh from a state of charge (0 to 1) upwards into parts.

    A battery of 0, or one smaller than the energy, takes `dc_kw` throughout. A charge
    that would pass 100 % starts lower.
    """
    known = battery_kwh >= np.maximum(energy_kwh, 1e-9)
    battery = np.where(known, battery_kwh, 1.0)
    gain = np.where(known, energy_kwh / battery, 0.0)
    start = np.clip(np.minimum(soc, 1.0 - gain), 0.0, 1.0)
    edges = np.clip(_edges(), start[:, None], (start + gain)[:, None])
    power = dc_kw[:, None] * np.interp(edges, *taper())
    kwh = battery[:, None] * np.diff(edges, axis=1)
    first, last = power[:, :-1], power[:, 1:]
    kwh[:, 0] = np.where(known, kwh[:, 0], energy_kwh)
    flat = np.flatnonzero(~known)
    first[flat], last[flat] = dc_kw[flat, None], dc_kw[flat, None]
    return Charge(kwh, first, last)


def parts_kw(charge: Charge, outlet_kw: float) -> Floats:
    """Return the power of each part at an outlet of `outlet_kw`, shape (n, parts)."""
    first, last = charge.first_kw, charge.last_kw
    limited = np.clip(outlet_kw, last, first)  # where the outlet stops limiting
    fall = first - last
    flat = fall < 1e-9
    drop = np.where(flat, 1.0, fall)
    share = np.where(flat, 0.0, (first - limited) / drop)
    ratio = np.maximum(limited, 1e-12) / np.maximum(last, 1e-12)
    falling = np.where(limited - last > 1e-9, np.log(ratio) / np.maximum(limited - last, 1e-9), 0.0)
    at_once = share / np.maximum(np.minimum(outlet_kw, first), 1e-12)
    hours = at_once + (1.0 - share) * falling
    steady = np.minimum(first, outlet_kw)
    return np.where(hours > 0, 1.0 / np.maximum(hours, 1e-12), steady)


def mean_kw_of(charge: Charge, outlet_kw: float = math.inf) -> Floats:
    """Return the mean power of each charge at an outlet of `outlet_kw`, shape (n,)."""
    kw = parts_kw(charge, outlet_kw)
    hours = (charge.kwh / np.maximum(kw, 1e-12)).sum(axis=1)
    energy = charge.kwh.sum(axis=1)
    return np.asarray(np.where(energy > 0, energy / np.maximum(hours, 1e-12), kw[:, 0]))


@cached_by_identity
def outlet_rows(charge: Charge, outlet_kw: float) -> tuple[list[list[float]], list[list[float]]]:
    """Return kWh and kW of every part at an outlet as lists by car."""
    return charge.kwh.tolist(), parts_kw(charge, outlet_kw).tolist()


@cached_by_identity
def charges(sessions: Sessions) -> Charge | None:
    """Return the DC charges of sessions in parts, None where no battery is known."""
    if sessions.battery_kwh is None or sessions.soc is None:
        return None
    return charge_of(sessions.energy_kwh, sessions.battery_kwh, sessions.soc, sessions.dc_kw)


def dc_mean_kw(sessions: Sessions, outlet_kw: float = math.inf) -> Floats:
    """Return the mean DC power of each car's charge at an outlet, 0 for cars without DC."""
    charge = charges(sessions)
    if charge is None:
        return np.minimum(sessions.dc_kw, outlet_kw)
    return np.where(sessions.dc_kw > 0, mean_kw_of(charge, outlet_kw), 0.0)


@functools.cache
def _edges() -> Floats:
    """Return the states of charge where parts may end, from 0 to 1."""
    soc, share = taper()
    falls = next((s for s, p in zip(soc[1:], share[1:], strict=True) if p < share[0]), 1.0)
    begin = max((s for s, p in zip(soc, share, strict=True) if s < falls and p == share[0]))
    steps = np.arange(round(1 / PART_SOC) + 1) * PART_SOC
    edges = np.unique(np.round(np.concatenate(([0.0, 1.0], soc, steps[steps > begin])), 9))
    edges.flags.writeable = False
    return np.asarray(edges)
