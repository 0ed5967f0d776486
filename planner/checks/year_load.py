"""When and how much is drawn in each interval of the profile's year, before any power flow.

The simulated weeks of charging repeat over the year at their local time, shared
among the chargers in proportion to their power; the existing load is the
profile as it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from grid.model import Network
from grid.network.year import SharedLoads
from planner.charging.headroom import local_minutes
from planner.checks.load_cases import EXISTING_POWER_FACTOR, Rated, tangent
from planner.model.outcome import Service
from planner.model.site import LoadProfile, Site
from planner.model.year import MINUTES_PER_WEEK

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class YearLoad:
    """When, and how much, before it is put on the network; `start` in UTC or None."""

    start: datetime | None
    interval_min: int
    local_min: npt.NDArray[np.int64]
    existing_kw: Reals
    charging_kw: Reals


def year_load(site: Site, service: Service) -> YearLoad:
    """Local time, interval and loads of the profile's year, or of the simulated weeks."""
    profile: LoadProfile | None = site.profile
    if profile is not None and len(profile.kw):
        minutes, interval = local_minutes(profile), profile.interval_min
        charging = charging_at(service, minutes, interval)
        return YearLoad(profile.start, interval, minutes, profile.kw, charging)
    steps = np.arange(len(service.load_kw), dtype=np.int64)
    minutes = steps * service.step_min
    return YearLoad(None, service.step_min, minutes, np.zeros(len(steps)), service.load_kw)


def charging_at(service: Service, minutes: npt.NDArray[np.int64], interval_min: int) -> Reals:
    """Return the mean charging kW of each interval, the simulated weeks repeating.

    A horizon that is no whole number of weeks repeats after its last full week.
    """
    load, step = service.load_kw, service.step_min
    if not len(load):
        return np.zeros(len(minutes))
    whole = len(load) * step // MINUTES_PER_WEEK * MINUTES_PER_WEEK or len(load) * step
    fine = np.arange(0, interval_min, min(step, interval_min))
    at = (minutes[:, None] + fine) % whole // step
    return np.asarray(load[at].mean(axis=1))


def year_loads(
    network: Network, rated: Mapping[str, Rated], existing_kw: Reals, charging_kw: Reals
) -> SharedLoads:
    """Put existing load at the main board and share charging by power."""
    whole = sum(r.kw for r in rated.values())
    share = np.zeros((2, 1 + len(rated)))
    share[0, 0] = 1.0
    share[1, 1:] = [r.kw / whole for r in rated.values()]
    factors = [EXISTING_POWER_FACTOR, *(r.power_factor for r in rated.values())]
    return SharedLoads(
        (network.origin, *rated), np.column_stack([existing_kw, charging_kw]), share,
        np.array([tangent(f) for f in factors]),
    )  # fmt: skip
