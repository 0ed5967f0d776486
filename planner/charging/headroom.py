"""Power left for charging beside the existing load, by time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grid.model import Supply, TimedLimit
from planner.model.site import LoadProfile, Site
from planner.model.storage import Solar
from planner.stage_cache import cached_by_identity

PROFILE_MARGIN = 1.10
"""Existing load is counted with 10 % more: the practitioner's quick check
"headroom = agreed supply − 1.10 × 12-month peak" (EO for Tesco), here by time."""
LOSS_SHARE = 0.02
"""Share of the capacity kept for losses in cables and transformer (assumption); the
grid check finds the true ones."""
POWER_FACTOR = 0.98
"""kW per agreed kVA while charging, the lowest stated for the charger classes (assumption)."""


def headroom_kw(
    site: Site,
    horizon_days: int,
    step_min: int,
    *,
    margin: float = PROFILE_MARGIN,
    power_factor: float = POWER_FACTOR,
    solar: Sequence[Solar] = (),
) -> npt.NDArray[np.float64]:
    """Return kW that charging may draw, per step from a Monday 00:00.

    Parameters
    ----------
    site
        `supply.agreed_kva` is the capacity; without a supply nothing is known
        and the result is infinite everywhere (the caller reports that).
    horizon_days, step_min
        Days and minutes per step; the shape is (days · 1440 / step,).
    margin
        Factor on the existing load, 1 and up.
    power_factor
        cos φ at which agreed kVA become kW, 0 to 1.
    solar
        Generators; the firm share of a mean day in the darkest month is added.

    Returns
    -------
    ndarray
        max(0, agreed kVA · cos φ · (1 − losses) − margin · load(t) + firm solar(t)).
        For each time of the week load(t) is the **highest** value of the profile
        at that time, so the headroom holds in every week of the profile.
    """
    steps = horizon_days * 1440 // step_min
    if site.supply is None:
        return np.full(steps, np.inf)
    local_min = np.arange(steps, dtype=np.int64) * step_min
    capacity = agreed_kva(site.supply, local_min) * power_factor * (1 - LOSS_SHARE)
    if solar:
        capacity += firm_solar_kw(site, horizon_days, step_min, solar)
    if site.profile is None or not len(site.profile.kw):
        return capacity
    week = weekly_highest_kw(site.profile, step_min)
    load = np.resize(week, steps)
    return np.maximum(0.0, capacity - margin * load)


def within(timed: TimedLimit, local_min: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell which moments, in local minutes since a midnight, lie in the hours of a limit."""
    hour = local_min % 1440 // 60
    if timed.from_h <= timed.to_h:
        return np.asarray((hour >= timed.from_h) & (hour < timed.to_h))
    return np.asarray((hour >= timed.from_h) | (hour < timed.to_h))


def agreed_kva(supply: Supply, local_min: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the kVA that may be drawn at every moment, in local minutes since a midnight."""
    agreed = np.full(len(local_min), supply.agreed_kva)
    if supply.timed is not None:
        agreed[within(supply.timed, local_min)] = min(supply.timed.kva, supply.agreed_kva)
    return agreed


def firm_solar_kw(
    site: Site, horizon_days: int, step_min: int, solar: Sequence[Solar]
) -> npt.NDArray[np.float64]:
    """Return kW of solar power to count on per step from a Monday 00:00 local time.

    Each generator counts with its `firm_pct` of the mean day in its darkest month.
    """
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from planner.charging.solar import mean_day_kw, place_of, solar_kw

    place = place_of(site)
    per_day = 1440 // step_min
    zone = ZoneInfo(site.profile.zone) if site.profile and site.profile.zone else UTC
    day = np.zeros(per_day)
    for item in solar:
        darkest = min(range(1, 13), key=lambda m: float(mean_day_kw(item, m, *place).sum()))
        start = datetime(2023, darkest, 15, tzinfo=zone).astimezone(UTC)
        day += item.firm_pct / 100 * solar_kw((item,), start, step_min, per_day, place)
    return np.tile(day, horizon_days)


def weekly_highest_kw(profile: LoadProfile, step_min: int) -> npt.NDArray[np.float64]:
    """Return the highest existing kW at each step of a week, Monday 00:00 local.

    A profile shorter than a week fills the missing times with its highest value.
    """
    minute = local_minutes(profile) % (7 * 1440)
    steps = 7 * 1440 // step_min
    week = np.full(steps, -np.inf)
    # An interval of the profile may cover several steps or the other way round.
    for shift in range(0, profile.interval_min, min(step_min, profile.interval_min)):
        np.maximum.at(week, (minute + shift) // step_min % steps, profile.kw)
    return np.where(np.isfinite(week), week, profile.peak_kw)


@cached_by_identity
def local_minutes(profile: LoadProfile) -> npt.NDArray[np.int64]:
    """Return the local time of each interval's start, in minutes since a Monday 00:00."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    step = np.timedelta64(profile.interval_min, "m")
    utc = np.datetime64(profile.start.replace(tzinfo=None), "m") + step * np.arange(len(profile.kw))
    where = ZoneInfo(profile.zone) if profile.zone else UTC
    seconds = utc.astype("datetime64[s]").astype(np.int64)
    hours = np.unique(seconds // 3600)
    # The offset changes only on whole hours UTC in all zones of interest here.
    offsets = [datetime.fromtimestamp(int(h) * 3600, where).utcoffset() for h in hours.tolist()]
    minutes = np.array([o.total_seconds() / 60 if o else 0.0 for o in offsets])
    local = seconds // 60 + minutes[np.searchsorted(hours, seconds // 3600)].astype(np.int64)
    # 1970-01-01 was a Thursday: shift by three days to start on a Monday.
    found = np.asarray(local + 3 * 1440)
    found.flags.writeable = False
    return found
