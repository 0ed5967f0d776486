"""The demand stage: inputs in, seeded sessions and the unmanaged load out."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from grid.findings import Finding, Severity
from planner.demand.archetypes import Archetype, load_archetypes
from planner.demand.describe import describe
from planner.demand.draw import Cars, draw
from planner.demand.taper import taper
from planner.demand.visits import cars_of_visits, notes_of_visits
from planner.model.demand import RECORDED, ROTA, Demand, DemandInput, Sessions

_WORDS = {
    "count": "cars per day",
    "winter_factor": "winter factor",
    "vehicle_mix": "vehicle mix",
    "vehicles": "battery and power of the vehicles",
    "target_soc": "charge aimed for",
    "energy_min_kwh": "bounds of energy",
    "energy_max_kwh": "bounds of energy",
    "energy_location": "mean energy",
    "energy_spread": "spread of energy",
    "correlation": "link of stay and energy",
    "weekdays": "days of the week",
}
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
    known = [i for i in inputs if i.visits or (i.archetype in kinds and i.drivers_per_day > 0)]
    findings = [_unknown(i.archetype) for i in inputs if not _is_group(i.archetype)]
    if not known:
        findings.append(_empty())
    else:
        findings += [_nobody(i) for i in inputs if i not in known and _is_group(i.archetype)]
    cars, notes = [], []
    for place, item in enumerate(inputs):
        if item not in known:
            continue
        growth = (1 + item.growth_pct_per_year / 100) ** years_ahead
        rng = np.random.default_rng((seed, place))
        if item.visits:
            cars.append(cars_of_visits(item, growth, horizon_days, rng))
            notes += notes_of_visits(item)
        else:
            kind = kinds[item.archetype]
            factor = kind.winter_factor if winter else 1.0
            cars.append(draw(kind, item.drivers_per_day * growth, horizon_days, rng, factor))
            notes += _notes(kind, cars[-1])
    if winter:
        notes.append("Energy per car of the archetypes is that of the coldest quarter.")
    fast = [i.archetype in kinds and kinds[i.archetype].leaves_full for i in known]
    sessions = _gather(tuple(i.archetype for i in known), fast, cars, horizon_days)
    total = sum(i.drivers_per_day for i in known)
    growth = sum(i.growth_pct_per_year * i.drivers_per_day for i in known) / total if total else 0.0
    return describe(sessions, notes=tuple(notes), growth=growth, findings=tuple(findings))


def _gather(
    groups: tuple[str, ...], leaves_full: list[bool], cars: list[Cars], horizon_days: int
) -> Sessions:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.concatenate([np.zeros(0), *(getattr(c, name) for c in cars)])

    arrive = column("arrive_min")
    order = np.argsort(arrive, kind="stable")
    sizes = [len(c.arrive_min) for c in cars]
    group = np.repeat(np.arange(len(cars)), sizes).astype(np.int64)[order]
    fast = np.array(leaves_full, bool)[group] if cars else np.zeros(0, bool)
    sessions = Sessions(
        arrive_min=arrive[order],
        depart_min=(arrive + column("stay_min"))[order],
        energy_kwh=column("energy_kwh")[order],
        ac_kw=column("ac_kw")[order],
        dc_kw=column("dc_kw")[order],
        group=group,
        groups=groups,
        horizon_days=horizon_days,
        leaves_full=fast,
        battery_kwh=column("battery_kwh")[order],
        soc=column("soc")[order],
    )
    for field in fields(sessions):
        value = getattr(sessions, field.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return sessions


def _notes(kind: Archetype, drawn: Cars) -> list[str]:
    words = ", ".join(dict.fromkeys(_WORDS.get(name, name) for name in kind.assumed))
    notes = [f"{kind.name}: {kind.note}. Assumed: {words}. Source: {kind.source}."]
    if kind.basis == "dc":
        soc, power = taper()
        notes.append(
            f"{kind.name}: DC power falls as the battery fills, from {100 * power[0]:.0f} % of the "
            f"car's highest at {100 * soc[1]:.0f} % charge to {100 * power[-2]:.0f} % at "
            f"{100 * soc[-2]:.0f} % (planning assumption)."
        )
    if drawn.shortened:
        share = 100 * drawn.shortened / len(drawn.arrive_min)
        notes.append(
            f"{kind.name}: {share:.1f} % of the wishes are cut to what the car can take "
            f"in its stay on {kind.basis.upper()}."
        )
    return notes


def _unknown(archetype: str) -> Finding:
    return Finding(
        "DEM-ARCHETYPE", Severity.ERROR, archetype, f"Demand, {archetype}",
        f"There is no archetype '{archetype}'.",
        fix=f"Choose one of {', '.join(load_archetypes())}.",
    )  # fmt: skip


def _is_group(archetype: str) -> bool:
    return archetype in load_archetypes() or archetype in {ROTA, RECORDED}


def _nobody(item: DemandInput) -> Finding:
    words = {ROTA: "Fleet", RECORDED: "Recorded sessions"}
    name = words.get(item.archetype) or load_archetypes()[item.archetype].name
    return Finding(
        "DEM-GROUP", Severity.WARNING, item.archetype, f"Demand, {name}",
        f"{name}: no cars come, so this group changes nothing.",
        value=0, unit="cars per day", fix="Enter how many come, or remove the group.",
    )  # fmt: skip


def _empty() -> Finding:
    return Finding(
        "DEM-EMPTY", Severity.WARNING, "demand", "Demand",
        "No drivers are expected, so there is nothing to charge.",
        value=0, unit="cars per day", fix="Enter cars per busy day for at least one archetype.",
    )  # fmt: skip
