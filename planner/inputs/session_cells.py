"""Cells of a session table: moments, times of day, stays and energy with a unit."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from planner.inputs.profiles.raw import Value
from planner.inputs.profiles.stamps import DAY_S, Stamp, clock_s, parse

_KEPT = 65_536
"""Texts whose moment is remembered: a column is looked at several times, and days recur."""
_SHEET_DAYS = (36_526.0, 73_050.0)
"""Days since 30 December 1899, as sheets count them, from 2000 to 2099."""
_SHEET_EPOCH_DAYS = 25_569
_EPOCH_S = (5e8, 4.2e9)
_SPOKEN = re.compile(
    r"^p?t?(?:(\d+) ?(?:d|days?|tage?|j))?[ t]*"
    r"(?:(\d+(?:[.,]\d+)?) ?(?:h|hrs?|hours?|std|stunden?))?[ ,]*"
    r"(?:(\d+) ?(?:m|mins?|minutes?|minuten))?[ ,]*"
    r"(?:(\d+)(?:\.\d+)? ?(?:s|secs?|seconds?))?\.?$"
)
_CLOCKED = re.compile(r"^(?:(\d+)(?: days?,? | d |\.))?(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?$")
_WITH_UNIT = re.compile(r"^(.*\d)\s*([km]?)wh$", re.IGNORECASE)


def moment(value: Value, dayfirst: bool = True, *, utc: bool = False) -> Stamp | None:
    """Read a moment or a bare date; `utc` where the header says so."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        found = _counted(float(value))
    else:
        found = _parsed(value, dayfirst) if isinstance(value, str) else parse(value, dayfirst)
    if utc and found is not None and found.offset_min is None:
        return replace(found, offset_min=0)
    return found


def time_of_day_s(value: Value) -> int | None:
    """Read a time of day in seconds; a sheet may hold it as a fraction of a day."""
    if isinstance(value, float) and 0 <= value < 1:
        return round(value * DAY_S)
    return _clock_s(value) if isinstance(value, str) else clock_s(value)


@functools.lru_cache(maxsize=_KEPT)
def _parsed(text: str, dayfirst: bool) -> Stamp | None:
    return parse(_bare(text), dayfirst)


@functools.lru_cache(maxsize=_KEPT)
def _clock_s(text: str) -> int | None:
    return clock_s(_bare(text))


def stay_h(value: Value) -> float | None:
    """Read a stay whose unit stands in the cell: 3:03:32, 27:15, "8h 30m", PT8H30M."""
    if not isinstance(value, str):
        seconds = clock_s(value)
        return None if seconds is None else seconds / 3600
    text = value.strip().casefold()
    if match := _CLOCKED.match(text):
        return _hours(match.groups())
    match = _SPOKEN.match(text)
    if match is None or not any(match.groups()):
        return None
    return _hours(match.groups())


def _hours(parts: Sequence[str | None]) -> float:
    d, h, m, s = (float((part or "0").replace(",", ".")) for part in parts)
    return 24 * d + h + m / 60 + s / 3600


def number(value: Value) -> float | None:
    """Read a plain number with a point or comma."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = value.strip().replace(",", ".") if isinstance(value, str) else ""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def without_unit(value: Value) -> tuple[Value, float | None]:
    """Split "12.4 kWh" into the number and kWh per unit; None where no unit stands there."""
    match = _WITH_UNIT.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return value, None
    return match[1].strip(), {"": 0.001, "k": 1.0, "m": 1000.0}[match[2].casefold()]


def _bare(text: str) -> str:
    return text.strip().removesuffix("Uhr").rstrip()


def _counted(value: float) -> Stamp | None:
    """Read days since 1899 as sheets count them, or (milli)seconds since 1970."""
    if _SHEET_DAYS[0] <= value <= _SHEET_DAYS[1]:
        whole = value.is_integer()
        return Stamp(round((value - _SHEET_EPOCH_DAYS) * DAY_S), has_time=not whole)
    for per_second in (1, 1_000):
        if _EPOCH_S[0] * per_second <= value <= _EPOCH_S[1] * per_second:
            return Stamp(int(value / per_second), 0)
    return None
