"""The demand stage: inputs in, seeded sessions and the unmanaged load out."""

from __future__ import annotations

import numpy as np

from grid.findings import Finding, Severity
from planner.demand.archetypes import Archetype, load_archetypes
from planner.demand.curve import mean_kw
from planner.demand.draw import Cars, draw
from planner.model.demand import Demand, DemandInput, Sessions

HORIZON_DAYS = 28
"""Four whole weeks: enough for a weekly pattern and a confidence interval."""


def estimate(
    inputs: tuple[DemandInput, ...],
    seed: int,
    *,
    horizon_days: int = HORIZON_DAYS,
    years_ahead: float = 0.0,
    winter: bool = False,
) -> Demand:
    """Estimate the charging wishes of all groups of drivers.

    Parameters
    ----------
    inputs
        Groups of drivers; `drivers_per_day` is the mean on their busiest weekday.
    seed
        Same seed, same sessions; each group has its own stream, so adding one
        leaves the others as they were.
    horizon_days
        Length from a Monday 00:00 local time; whole weeks are sensible.
    years_ahead
        Years of growth at each group's rate.
    winter
        True for the coldest quarter: energy × the archetype's winter factor.

    Returns
    -------
    Demand
        Sessions in order of arrival, the load if every car charged at its own
        power on arrival, and notes on what is assumed. Nothing to do gives an
        empty demand with a finding, never an exception.
    """
    kinds = load_archetypes()
    findings = [_unknown(i.archetype) for i in inputs if i.archetype not in kinds]
    known = [i for i in inputs if i.archetype in kinds and i.drivers_per_day > 0]
    if not known:
        findings.append(_empty())
    cars = []
    for place, item in enumerate(inputs):
        if item not in known:
            continue
        kind = kinds[item.archetype]
        drivers = item.drivers_per_day * (1 + item.growth_pct_per_year / 100) ** years_ahead
        rng = np.random.default_rng((seed, place))
        factor = kind.winter_factor if winter else 1.0
        cars.append(draw(kind, drivers, horizon_days, rng, factor))
    groups = tuple(kinds[i.archetype] for i in known)
    sessions = _gather(groups, cars, horizon_days)
    notes = _notes(groups, cars, winter)
    total = sum(i.drivers_per_day for i in known)
    growth = sum(i.growth_pct_per_year * i.drivers_per_day for i in known) / total if total else 0.0
    return describe(sessions, notes=notes, growth=growth, findings=tuple(findings))


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


def _gather(kinds: tuple[Archetype, ...], cars: list[Cars], horizon_days: int) -> Sessions:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.concatenate([np.zeros(0), *(getattr(c, name) for c in cars)])

    arrive = column("arrive_min")
    order = np.argsort(arrive, kind="stable")
    sizes = [len(c.arrive_min) for c in cars]
    group = np.repeat(np.arange(len(cars)), sizes).astype(np.int64)[order]
    fast = np.array([k.leaves_full for k in kinds], bool)[group] if cars else np.zeros(0, bool)
    sessions = Sessions(
        arrive_min=arrive[order],
        depart_min=(arrive + column("stay_min"))[order],
        energy_kwh=column("energy_kwh")[order],
        ac_kw=column("ac_kw")[order],
        dc_kw=column("dc_kw")[order],
        group=group,
        groups=tuple(k.id for k in kinds),
        horizon_days=horizon_days,
        leaves_full=fast,
    )
    for name in ("arrive_min", "depart_min", "energy_kwh", "ac_kw", "dc_kw", "group"):
        getattr(sessions, name).flags.writeable = False
    fast.flags.writeable = False
    return sessions


def _notes(kinds: tuple[Archetype, ...], cars: list[Cars], winter: bool) -> tuple[str, ...]:
    notes = []
    for kind, drawn in zip(kinds, cars, strict=True):
        words = ", ".join(name.replace("_", " ") for name in kind.assumed)
        notes.append(f"{kind.name}: {kind.note}. Assumed: {words}. Source: {kind.source}.")
        if drawn.shortened:
            share = 100 * drawn.shortened / len(drawn.arrive_min)
            notes.append(
                f"{kind.name}: {share:.1f} % of the wishes are cut to what the car can take "
                f"in its stay on {kind.basis.upper()}."
            )
    if winter:
        notes.append("Energy per car is that of the coldest quarter.")
    return tuple(notes)


def _unknown(archetype: str) -> Finding:
    return Finding(
        "DEM-ARCHETYPE", Severity.ERROR, archetype, f"Demand, {archetype}",
        f"There is no archetype '{archetype}'.",
        fix=f"Choose one of {', '.join(load_archetypes())}.",
    )  # fmt: skip


def _empty() -> Finding:
    return Finding(
        "DEM-EMPTY", Severity.WARNING, "demand", "Demand",
        "No drivers are expected, so there is nothing to charge.",
        value=0, unit="cars per day", fix="Enter cars per busy day for at least one archetype.",
    )  # fmt: skip
