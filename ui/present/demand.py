"""What the demand step shows: groups, facts, arrivals, distributions and the load band."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data import open_table
from planner.charging.headroom import POWER_FACTOR, weekly_highest_kw
from planner.demand.describe import own_power_kw
from planner.model.demand import RECORDED, ROTA, Demand, DemandInput
from planner.model.outcome import Service
from planner.model.site import LoadProfile, Site
from planner.stage_cache import cached_by_identity
from ui.present.text import count, number

Reals = npt.NDArray[np.float64]
_MOST_BINS = 16


@functools.cache
def archetype_names() -> dict[str, str]:
    """Return ids and names of the groups that can be chosen."""
    return {row.text("id"): row.text("name") for row in open_table("demand/archetypes")}


def group_name(given: DemandInput) -> str:
    """Name a group of drivers."""
    if given.archetype == ROTA:
        return f"Fleet, {count(len({v.vehicle for v in given.visits}), 'vehicle')}"
    if given.archetype == RECORDED:
        return f"Recorded, {count(len(given.visits), 'session')}"
    return archetype_names().get(given.archetype, given.archetype)


FACTS = (
    "Cars a day, mean of the week", "Energy a day, mean", "Stay, mean", "Peak, unmanaged",
    "Days simulated",
)  # fmt: skip


def facts(demand: Demand) -> tuple[str, ...]:
    """Return the values of the estimate in the order of `FACTS`."""
    return (
        number(demand.cars_per_day, 1),
        f"{number(demand.energy_kwh_per_day)} kWh",
        f"{number(demand.mean_dwell_h, 1)} h",
        f"{number(demand.unmanaged_peak_kw)} kW",
        number(demand.sessions.horizon_days),
    )


def arrivals(demand: Demand) -> tuple[Reals, Reals]:
    """Return mean arrivals by hour of day: Monday to Friday, Saturday and Sunday."""
    sessions = demand.sessions
    hour = (sessions.arrive_min // 60 % 24).astype(np.int64)
    weekend = sessions.arrive_min // 1440 % 7 >= 5
    free_days = sum(day % 7 >= 5 for day in range(sessions.horizon_days))
    busy_days = sessions.horizon_days - free_days
    return (
        np.bincount(hour[~weekend], minlength=24) / max(1, busy_days),
        np.bincount(hour[weekend], minlength=24) / max(1, free_days),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Share of cars in % between edges of equal distance, with median and P90."""

    edges: Reals
    share_pct: Reals
    median: float
    p90: float


def stays(demand: Demand) -> Distribution:
    """Return how long cars stand at the charger, in hours."""
    s = demand.sessions
    stay = s.depart_min - s.arrive_min
    if s.leaves_full is not None:
        charge = 60 * s.energy_kwh / np.maximum(own_power_kw(s), 1e-9)
        stay = np.where(s.leaves_full, np.minimum(stay, charge), stay)
    return distribution(stay / 60)


def energies(demand: Demand) -> Distribution:
    """Return how much cars want, in kWh."""
    return distribution(demand.sessions.energy_kwh)


def distribution(values: Reals) -> Distribution:
    """Sort values into bins of a round width; the last one holds all above P99."""
    if not len(values):
        return Distribution(np.array([0.0, 1.0]), np.zeros(1), 0.0, 0.0)
    high = max(float(np.percentile(values, 99)), 1e-6)
    power = 10.0 ** np.floor(np.log10(high / _MOST_BINS))
    width = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power * _MOST_BINS >= high - 1e-9)
    bins = max(1, int(np.ceil(high / width - 1e-9)))
    edges = width * np.arange(bins + 1)
    counted, _ = np.histogram(np.clip(values, 0.0, edges[-1]), edges)
    return Distribution(
        edges, 100 * counted / len(values), float(np.median(values)),
        float(np.percentile(values, 90)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class LoadBand:
    """Site load by time of day in kW over all simulated days.

    `existing` is the highest existing load of that time; the other series
    include it. `managed` is None without a design; `limit_kw` without a supply.
    """

    hours: Reals
    existing: Reals
    p10: Reals
    p90: Reals
    highest: Reals
    managed: Reals | None
    limit_kw: float | None
    limit_text: str


def load_band(site: Site, demand: Demand, service: Service | None) -> LoadBand:
    """Add the charging of every simulated day to the existing load at its highest."""
    step = demand.step_min
    per_day, horizon = 1440 // step, len(demand.unmanaged_kw)
    week = _existing(site.profile, step) if site.profile is not None else np.zeros(7 * per_day)
    existing = np.resize(week, horizon)
    days = (existing + demand.unmanaged_kw).reshape(-1, per_day)
    managed = None
    if service is not None and len(service.load_kw):
        times = np.arange(horizon) * step // service.step_min % len(service.load_kw)
        managed = (existing + service.load_kw[times]).reshape(-1, per_day).max(axis=0)
    supply = site.supply
    return LoadBand(
        np.arange(per_day) * step / 60, existing.reshape(-1, per_day).max(axis=0),
        np.percentile(days, 10, axis=0), np.percentile(days, 90, axis=0), days.max(axis=0),
        managed, supply.agreed_kva * POWER_FACTOR if supply else None,
        f"agreed {number(supply.agreed_kva)} kVA at cos φ {POWER_FACTOR:g}" if supply else "",
    )  # fmt: skip


@cached_by_identity
def _existing(profile: LoadProfile, step_min: int) -> Reals:
    return weekly_highest_kw(profile, step_min)
