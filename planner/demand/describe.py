"""Sum up sessions, drawn or imported, as a demand."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from planner.demand.curve import mean_kw
from planner.demand.taper import charges, dc_mean_kw, parts_kw
from planner.model.demand import Demand, Sessions

Floats = npt.NDArray[np.float64]


def describe(
    sessions: Sessions,
    *,
    notes: tuple[str, ...] = (),
    growth: float = 0.0,
    findings: tuple[Finding, ...] = (),
) -> Demand:
    """Sum up sessions, drawn or imported, as a `Demand`."""
    fast = sessions.leaves_full
    step = 5 if fast is not None and bool(fast.any()) else 15
    steps = sessions.horizon_days * 1440 // step
    stop = stop_min(sessions)
    load = _unmanaged_kw(sessions, step, steps)
    load.flags.writeable = False
    hours = (sessions.arrive_min // 60 % 24).astype(np.int64)
    n, days = len(sessions), sessions.horizon_days
    dwell = sessions.depart_min - sessions.arrive_min
    if fast is not None:
        dwell = np.where(fast, stop - sessions.arrive_min, dwell)
    return Demand(
        sessions=sessions,
        step_min=step,
        unmanaged_kw=load,
        cars_per_day=n / days,
        energy_kwh_per_day=float(sessions.energy_kwh.sum()) / days,
        unmanaged_peak_kw=float(load.max(initial=0.0)),
        arrivals_by_hour=tuple(float(v) for v in np.bincount(hours, minlength=24) / days),
        mean_dwell_h=float(dwell.mean()) / 60 if n else 0.0,
        notes=notes,
        growth_pct_per_year=growth,
        findings=findings + session_findings(sessions),
    )


def own_power_kw(sessions: Sessions) -> Floats:
    """Return each car's mean power where nothing limits it: DC where it must be quick."""
    return np.where(_takes_dc(sessions), dc_mean_kw(sessions), sessions.ac_kw)


def stop_min(sessions: Sessions) -> Floats:
    """Return when each car is full or leaves if nothing limits it."""
    charge_min = 60 * sessions.energy_kwh / np.maximum(own_power_kw(sessions), 1e-9)
    return np.minimum(sessions.arrive_min + charge_min, sessions.depart_min)


def _takes_dc(sessions: Sessions) -> npt.NDArray[np.bool_]:
    """Tell which cars take DC: those that must be quick, or that AC does not suffice for."""
    stay_h = (sessions.depart_min - sessions.arrive_min) / 60
    enough = sessions.ac_kw * stay_h >= sessions.energy_kwh
    fast = np.zeros(len(sessions), bool) if sessions.leaves_full is None else sessions.leaves_full
    return np.asarray((sessions.dc_kw > 0) & (fast | ~enough))


def _unmanaged_kw(sessions: Sessions, step_min: int, steps: int) -> Floats:
    """Return mean kW per step; a DC charge is laid part by part along its taper."""
    charge = charges(sessions)
    curved = np.zeros(len(sessions), bool) if charge is None else _takes_dc(sessions)
    plain = ~curved
    power, stop = own_power_kw(sessions), stop_min(sessions)
    load = mean_kw(sessions.arrive_min[plain], stop[plain], power[plain], step_min, steps)
    if charge is None or not curved.any():
        return load
    kw = parts_kw(charge, math.inf)[curved]
    minutes = 60 * charge.kwh[curved] / np.maximum(kw, 1e-9)
    end = sessions.arrive_min[curved, None] + np.cumsum(minutes, axis=1)
    latest = sessions.depart_min[curved, None]
    begin, end = np.minimum(end - minutes, latest), np.minimum(end, latest)
    return load + mean_kw(begin.ravel(), end.ravel(), kw.ravel(), step_min, steps)


def session_findings(sessions: Sessions) -> tuple[Finding, ...]:
    """Find sessions that no charger could serve."""
    stay_h = (sessions.depart_min - sessions.arrive_min) / 60
    best = np.maximum(sessions.ac_kw, dc_mean_kw(sessions))
    none = int((stay_h <= 0).sum())
    beyond = int(((stay_h > 0) & (sessions.energy_kwh > best * stay_h * 1.000001)).sum())
    found = []
    if none:
        found.append(
            Finding(
                "DEM-STAY", Severity.WARNING, "demand", "Demand",
                f"{none} of {len(sessions)} cars leave when they arrive and cannot be charged.",
                value=none, limit=0, unit="cars",
                fix="Correct the departure times or remove these rows.",
            )
        )  # fmt: skip
    if beyond:
        found.append(
            Finding(
                "DEM-ENERGY", Severity.WARNING, "demand", "Demand",
                f"{beyond} of {len(sessions)} cars want more energy than they can take "
                "in their stay at any charger.",
                value=beyond, limit=0, unit="cars",
                fix="Check energy, stay and the power the vehicles accept.",
            )
        )  # fmt: skip
    return tuple(found)
