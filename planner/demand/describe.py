"""Sum up sessions, drawn or imported, as a demand."""

from __future__ import annotations

import numpy as np

from grid.findings import Finding, Severity
from planner.demand.curve import mean_kw
from planner.model.demand import Demand, Sessions


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
    power = own_power_kw(sessions)
    charge_min = 60 * sessions.energy_kwh / np.maximum(power, 1e-9)
    stop = np.minimum(sessions.arrive_min + charge_min, sessions.depart_min)
    load = mean_kw(sessions.arrive_min, stop, power, step, steps)
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


def own_power_kw(sessions: Sessions) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return what each car draws where nothing limits it: DC where it must be quick.

    A car takes AC if that gives it its energy within its stay, else DC if it can.
    """
    stay_h = (sessions.depart_min - sessions.arrive_min) / 60
    enough = sessions.ac_kw * stay_h >= sessions.energy_kwh
    fast = np.zeros(len(sessions), bool) if sessions.leaves_full is None else sessions.leaves_full
    use_dc = (sessions.dc_kw > 0) & (fast | ~enough)
    return np.where(use_dc, sessions.dc_kw, sessions.ac_kw)


def session_findings(sessions: Sessions) -> tuple[Finding, ...]:
    """Find sessions that no charger could serve."""
    stay_h = (sessions.depart_min - sessions.arrive_min) / 60
    best = np.maximum(sessions.ac_kw, sessions.dc_kw)
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
