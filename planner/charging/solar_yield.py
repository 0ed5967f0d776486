"""What a solar generator yields in a typical year where no installer's estimate is at hand.

The sun's path is exact; how clear the sky is, is an assumption: one mean
clearness for all months. An installer's own estimate should take its place.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.charging.solar import DAYS_OF_MONTH, MID_MONTH_DAY
from planner.model.storage import Solar

SOLAR_CONSTANT_KW_PER_M2 = 1.367
"""Duffie and Beckman, Solar Engineering, 1.2."""
CLEARNESS = 0.45
"""Mean share of extraterrestrial light that reaches the ground (assumption for a
temperate climate; dry ones reach 0.6 and more)."""
PERFORMANCE_RATIO = 0.80
"""AC energy over modules' rating times light in kWh/m² (assumption, usual planning value)."""
ALBEDO = 0.2
"""Light thrown back by the ground (usual assumption)."""
ASSUMPTION = (
    f"typical year: clearness {CLEARNESS:g}, performance ratio {PERFORMANCE_RATIO:g} (assumptions)"
)
DAY_STEPS = 288


def typical_monthly_kwh(
    peak_kw: float, tilt_deg: float, azimuth_deg: float, latitude_deg: float
) -> tuple[float, ...]:
    """Return AC energy in kWh for January to December.

    H = K_T·H_0; H_tilted = H·[(1 − D)·R_b + D·(1 + cos β)/2 + ρ·(1 − cos β)/2]
    with D = 1 − 1.13·K_T (Page 1961); E = P·H_tilted·PR (Duffie and Beckman,
    1.10, 2.15 and 2.19; isotropic sky, Liu and Jordan 1963).

    Parameters
    ----------
    peak_kw
        Rating of the modules in kW at 1 kW/m².
    tilt_deg, azimuth_deg
        From horizontal; clockwise from north.
    latitude_deg
        −66 to 66; beyond the polar circles some months have no sun.
    """
    diffuse = 1 - 1.13 * CLEARNESS
    tilt = np.radians(tilt_deg)
    found = []
    for days, day in zip(DAYS_OF_MONTH, MID_MONTH_DAY, strict=True):
        flat, inclined = _beam(day, latitude_deg, tilt_deg, azimuth_deg)
        distance = 1 + 0.033 * np.cos(2 * np.pi * day / 365)
        outside = SOLAR_CONSTANT_KW_PER_M2 * distance * float(flat.sum()) * 24 / DAY_STEPS
        ratio = float(inclined.sum() / flat.sum()) if flat.any() else 0.0
        sky = diffuse * (1 + np.cos(tilt)) / 2 + ALBEDO * (1 - np.cos(tilt)) / 2
        light = CLEARNESS * outside * ((1 - diffuse) * ratio + sky)
        found.append(float(peak_kw * light * PERFORMANCE_RATIO * days))
    return tuple(found)


def typical_solar(
    peak_kw: float, latitude_deg: float, tilt_deg: float = 30.0, azimuth_deg: float | None = None
) -> Solar:
    """Return a generator with the yield of a typical year, facing the equator if not said."""
    facing = (180.0 if latitude_deg >= 0 else 0.0) if azimuth_deg is None else azimuth_deg
    monthly = typical_monthly_kwh(peak_kw, tilt_deg, facing, latitude_deg)
    name = f"Solar {peak_kw:g} kW"
    return Solar(name, peak_kw, peak_kw, tilt_deg, facing, monthly, 0.0)


def _beam(
    day: int, latitude_deg: float, tilt_deg: float, azimuth_deg: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return cosines of the sun's angle to flat and tilted modules through a day."""
    hour = np.radians((np.arange(DAY_STEPS) + 0.5) / DAY_STEPS * 360 - 180)
    lat, tilt = np.radians(latitude_deg), np.radians(tilt_deg)
    facing = np.radians(azimuth_deg - 180)
    dec = np.radians(23.45 * np.sin(np.radians(360 * (284 + day) / 365)))
    flat = np.sin(dec) * np.sin(lat) + np.cos(dec) * np.cos(lat) * np.cos(hour)
    # The sun as a vector: south, west, up; and the modules' normal.
    south = np.cos(dec) * np.sin(lat) * np.cos(hour) - np.sin(dec) * np.cos(lat)
    west = np.cos(dec) * np.sin(hour)
    normal = (np.sin(tilt) * np.cos(facing), np.sin(tilt) * np.sin(facing), np.cos(tilt))
    inclined = south * normal[0] + west * normal[1] + flat * normal[2]
    up = flat > 0
    return np.where(up, flat, 0.0), np.where(up, np.maximum(inclined, 0.0), 0.0)
