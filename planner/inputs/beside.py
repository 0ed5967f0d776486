"""Batteries and solar generators from a few numbers, the rest by stated assumptions."""

from __future__ import annotations

import math

from planner.inputs.problem import InputError
from planner.model.site import Site
from planner.model.storage import Battery, Solar

ROUND_TRIP_PCT = 85.0
"""Energy out over energy in, AC to AC (assumption for lithium iron phosphate)."""
_LARGEST = 1e6


def battery_from_text(text: str) -> Battery:
    """Read "KW:KWH", such as 100:200."""
    kw, kwh = _numbers("--battery", text, 2, 2, "give power and energy, such as 100:200")
    if not (0 < kw < _LARGEST and 0 < kwh < _LARGEST):
        raise InputError("--battery", "", f"'{text}' is no size of a battery",
                         "give power and energy above zero, such as 100:200")  # fmt: skip
    return Battery(f"Battery {kwh:g} kWh", kwh, kw, kw, ROUND_TRIP_PCT, 100.0)


def solar_from_text(text: str, site: Site) -> Solar:
    """Read "KW[:TILT[:AZIMUTH]]", such as 80:30:180; the yield is that of a typical year."""
    from planner.charging.solar import place_of
    from planner.charging.solar_yield import typical_solar

    wanted = "give kW of modules, tilt and azimuth from north, such as 80:30:180"
    kw, *more = _numbers("--solar", text, 1, 3, wanted)
    tilt = more[0] if more else 30.0
    azimuth = more[1] if len(more) > 1 else None
    if not (0 < kw < _LARGEST and 0 <= tilt <= 90 and (azimuth is None or 0 <= azimuth < 360)):
        raise InputError("--solar", "", f"'{text}' is no solar generator", wanted)
    if not site.bays:
        raise InputError("--solar", "", "the site has no bays, so its place is not known",
                         "open a map first")  # fmt: skip
    return typical_solar(kw, place_of(site)[0], tilt, azimuth)


def _numbers(option: str, text: str, fewest: int, most: int, remedy: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(":")]
    except ValueError:
        found = []
    if not fewest <= len(found) <= most or not all(map(math.isfinite, found)):
        raise InputError(option, "", f"'{text}' is not understood", remedy)
    return found
