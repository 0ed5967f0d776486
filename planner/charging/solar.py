"""What a solar generator feeds in on a mean day of each month.

The installer's estimate gives the energy of a month; the shape within the day
follows from the sun's path with clear-sky beam and a tenth of it as diffuse
light. Clouds are not drawn: a mean day is no dark day, and a limit may count
only the share of it that `Solar.firm_pct` names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from functools import cache

import numpy as np
import numpy.typing as npt

from planner.model.site import LoadProfile, Site
from planner.model.storage import Solar

DIFFUSE_SHARE = 0.1
"""Diffuse over direct normal light under a clear sky (Meinel and Meinel 1976)."""
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MID_MONTH_DAY = (17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344)
"""Mean day of each month (Duffie and Beckman, Solar Engineering, table 1.6.1)."""
DAY_STEP_MIN = 5

Floats = npt.NDArray[np.float64]


def place_of(site: Site) -> tuple[float, float]:
    """Return latitude and longitude of a site's bays in degrees."""
    from pyproj import Transformer

    points = [bay.polygon.centroid for bay in site.bays.values()]
    x = sum(p.x for p in points) / max(len(points), 1)
    y = sum(p.y for p in points) / max(len(points), 1)
    east, north = Transformer.from_crs(site.epsg, 4326, always_xy=True).transform(x, y)
    return float(north), float(east)


@cache
def mean_day_kw(solar: Solar, month: int, latitude_deg: float, longitude_deg: float) -> Floats:
    """Return AC kW through the mean UTC day of a month (1 to 12), in steps of 5 min.

    The month's energy is met exactly unless the inverter is too small for it.
    """
    shape = _clear_sky(solar, MID_MONTH_DAY[month - 1], latitude_deg, longitude_deg)
    wanted = solar.monthly_kwh[month - 1] / DAYS_OF_MONTH[month - 1]
    hours = DAY_STEP_MIN / 60
    if wanted <= 0 or not shape.any():
        return np.zeros_like(shape)
    low, high = 0.0, 1e3 * solar.inverter_kw / float(shape.max())
    for _ in range(80):
        scale = (low + high) / 2
        if float(np.minimum(scale * shape, solar.inverter_kw).sum()) * hours < wanted:
            low = scale
        else:
            high = scale
    kw = np.minimum(high * shape, solar.inverter_kw)
    kw.flags.writeable = False
    return kw


def solar_kw(
    solar: Sequence[Solar],
    start: datetime,
    interval_min: int,
    steps: int,
    place_deg: tuple[float, float],
) -> Floats:
    """Return mean AC kW of all generators per interval from `start` (UTC).

    A yield by time counts as it is; in another year, at the same time of that year,
    and as nothing where it says nothing.

    Parameters
    ----------
    solar
        The generators.
    start, interval_min, steps
        First interval's start in UTC, minutes per interval and their number.
    place_deg
        Latitude and longitude, north and east positive.
    """
    first = np.datetime64(start.replace(tzinfo=None), "m")
    fine = min(interval_min, DAY_STEP_MIN)
    per = interval_min // fine
    stamp = first + fine * np.arange(steps * per)
    month = stamp.astype("datetime64[M]").astype(np.int64) % 12 + 1
    place = (stamp - stamp.astype("datetime64[D]")).astype(np.int64) // DAY_STEP_MIN
    total = np.zeros(steps * per)
    measured = np.zeros(steps)
    for item in solar:
        if item.measured is not None:
            kw = measured_kw(item.measured, start, interval_min, steps)
            measured += np.minimum(np.nan_to_num(kw), item.inverter_kw)
            continue
        for number in np.unique(month).tolist():
            here = month == number
            total[here] += mean_day_kw(item, number, *place_deg)[place[here]]
    return np.asarray(total.reshape(steps, per).mean(axis=1) + measured)


def measured_kw(measured: LoadProfile, start: datetime, interval_min: int, steps: int) -> Floats:
    """Return mean kW per interval of a yield by time, NaN where it says nothing.

    Moments outside its time take the value of the same day and time (UTC) of
    another year.
    """
    fine = math.gcd(interval_min, measured.interval_min)
    per = interval_min // fine
    first = np.datetime64(measured.start.replace(tzinfo=None), "m")
    count = len(measured.kw)
    stamp = np.datetime64(start.replace(tzinfo=None), "m") + fine * np.arange(steps * per)
    at = (stamp - first).astype(np.int64) // measured.interval_min
    outside = (at < 0) | (at >= count)
    if outside.any():
        month = stamp[outside].astype("datetime64[M]")
        into = stamp[outside] - month.astype("datetime64[m]")
        same = first.astype("datetime64[Y]").astype("datetime64[M]") + month.astype(np.int64) % 12
        own = same.astype("datetime64[m]") + into
        later = (same + 12).astype("datetime64[m]") + into
        moved = np.where(own >= first, own, later)
        at[outside] = (moved - first).astype(np.int64) // measured.interval_min
    known = (at >= 0) & (at < count)
    kw = np.where(known, np.maximum(measured.kw[np.clip(at, 0, count - 1)], 0.0), np.nan)
    return np.asarray(kw.reshape(steps, per).mean(axis=1))


def _clear_sky(solar: Solar, day: int, latitude_deg: float, longitude_deg: float) -> Floats:
    """Return light on the modules through a clear UTC day, relative.

    Declination by Cooper (1969), equation of time and incidence by Duffie and
    Beckman (1.5.3, 1.6.2), beam 0.7^(AM^0.678) by Meinel and Meinel (1976).
    """
    minute = np.arange(0, 1440, DAY_STEP_MIN) + DAY_STEP_MIN / 2
    turn = np.radians(360 * (day - 81) / 364)
    offset = 9.87 * np.sin(2 * turn) - 7.53 * np.cos(turn) - 1.5 * np.sin(turn)
    hour = np.radians((minute + offset + 4 * longitude_deg) / 4 - 180)
    lat, tilt = np.radians(latitude_deg), np.radians(solar.tilt_deg)
    facing = np.radians(solar.azimuth_deg - 180)  # from south, west positive
    dec = np.radians(23.45 * np.sin(np.radians(360 * (284 + day) / 365)))
    zenith = np.sin(dec) * np.sin(lat) + np.cos(dec) * np.cos(lat) * np.cos(hour)
    incidence = (
        np.sin(dec) * np.sin(lat) * np.cos(tilt)
        - np.sin(dec) * np.cos(lat) * np.sin(tilt) * np.cos(facing)
        + np.cos(dec) * np.cos(lat) * np.cos(tilt) * np.cos(hour)
        + np.cos(dec) * np.sin(lat) * np.sin(tilt) * np.cos(facing) * np.cos(hour)
        + np.cos(dec) * np.sin(tilt) * np.sin(facing) * np.sin(hour)
    )
    up = zenith > 0.02
    mass = 1 / np.maximum(zenith, 0.02)
    beam = np.where(up, 0.7 ** (mass**0.678), 0.0)
    diffuse = DIFFUSE_SHARE * (1 + np.cos(tilt)) / 2
    return np.asarray(beam * (np.maximum(incidence, 0.0) + diffuse))
