"""Batteries and solar generators from a few numbers, the rest by stated assumptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from planner.inputs.guarded import guarded
from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, read_profile
from planner.model.site import LoadProfile, Site
from planner.model.storage import Battery, Solar
from planner.store.codec import decode, encode

ROUND_TRIP_PCT = 85.0
"""Energy out over energy in, AC to AC (assumption for lithium iron phosphate)."""
_LARGEST = 1e6
MOST_OF_MODULES = 1.5
"""A yield above this many times the power of the modules is no yield of theirs."""


def battery_from_text(text: str) -> Battery:
    """Read "KW:KWH", such as 100:200."""
    kw, kwh = _numbers("--battery", text, 2, 2, "give power and energy, such as 100:200")
    if not (0 < kw < _LARGEST and 0 < kwh < _LARGEST):
        raise InputError("--battery", "", f"'{text}' is no size of a battery",
                         "give power and energy above zero, such as 100:200")  # fmt: skip
    return Battery(f"Battery {kwh:g} kWh", kwh, kw, kw, ROUND_TRIP_PCT, 100.0)


def export_from_number(kw: float) -> float:
    """Check an export limit in kW; 0 means that nothing may be fed back."""
    if not 0 <= kw < _LARGEST:
        raise InputError("--export-limit", "", f"{kw:g} kW is no limit", "give kW of zero or more")
    return kw


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


def solar_from_file(path: Path, options: ProfileOptions, text: str, site: Site) -> Solar:
    """Read a yield by time, such as a year of an inverter's meter, in a process of its own.

    `text` is "KW[:TILT[:AZIMUTH]]" of the modules; where it is blank the highest value
    of the yield stands for them.
    """
    (made,) = guarded(_packed_yield, [(path, options)])
    if isinstance(made, InputError):
        raise made
    read: LoadProfile = decode(msgspec.msgpack.decode(made), LoadProfile)
    return solar_of(read, solar_from_text(text, site) if text else None, path.name)


def _packed_yield(path: Path, options: ProfileOptions, _told: Callable[[Path], None]) -> bytes:
    return msgspec.msgpack.encode(encode(read_profile(path, options)))


def solar_of(measured: LoadProfile, modules: Solar | None, file: str) -> Solar:
    """Return a generator with a yield by time; its monthly energy is that of the yield."""
    peak = measured.peak_kw
    if not peak > 0:
        raise InputError(file, "", "the yield is never above zero", "choose the column with it")
    kw = modules.peak_kw if modules else peak
    if peak > MOST_OF_MODULES * kw:
        raise InputError(
            file, "", f"the yield reaches {peak:,.4g} kW, far above {kw:g} kW of modules",
            "correct --solar, or say the unit of the yield with --unit",
        )  # fmt: skip
    tilt, azimuth = (modules.tilt_deg, modules.azimuth_deg) if modules else (30.0, 180.0)
    return Solar(
        f"Solar {kw:.4g} kW, {file}", kw, max(kw, peak), tilt, azimuth, _by_month(measured), 0.0,
        measured,
    )  # fmt: skip


def _by_month(measured: LoadProfile) -> tuple[float, ...]:
    """Return kWh of January to December (UTC), months met twice as their mean."""
    first = np.datetime64(measured.start.replace(tzinfo=None), "m")
    stamp = first + measured.interval_min * np.arange(len(measured.kw))
    month = stamp.astype("datetime64[M]").astype(np.int64)
    found = []
    for number in range(12):
        here = month % 12 == number
        years = len(np.unique(month[here]))
        kwh = float(np.maximum(measured.kw[here], 0.0).sum()) * measured.interval_min / 60
        found.append(kwh / years if years else 0.0)
    return tuple(found)


def _numbers(option: str, text: str, fewest: int, most: int, remedy: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(":")]
    except ValueError:
        found = []
    if not fewest <= len(found) <= most or not all(map(math.isfinite, found)):
        raise InputError(option, "", f"'{text}' is not understood", remedy)
    return found
