"""From wall-clock times to UTC: summer time recognised by its own traces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from planner.inputs.problem import InputError

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Conversion:
    """UTC seconds with what spoke for or against the zone.

    `missing_hour` holds rows whose time does not exist in the zone, `single_hour`
    rows of an autumn hour that should occur twice but occurs once; `confirmed`
    counts the clock changes that show as they should.
    """

    utc: Seconds
    missing_hour: Seconds
    single_hour: Seconds
    doubled: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class _Change:
    """A clock change: its UTC second and the offsets before and after it."""

    utc_s: int
    before: int
    after: int


def zone(name: str, file: str) -> ZoneInfo:
    """Return a time zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            file, "", f"there is no time zone '{name[:40]}'",
            "name one such as Europe/London, Europe/Berlin or UTC with --zone",
        ) from None  # fmt: skip


def offset_s(info: ZoneInfo, utc_s: int) -> int:
    """Return the offset of a zone from UTC at a moment."""
    moment = datetime.fromtimestamp(utc_s, UTC).astimezone(info)
    return int((moment.utcoffset() or timedelta()).total_seconds())


def _changes(info: ZoneInfo, low: int, high: int) -> list[_Change]:
    """Find all clock changes of a zone between two moments, to the second."""
    found = []
    step = 7 * 86_400
    before = offset_s(info, low)
    for start in range(low, high + step, step):
        after = offset_s(info, start + step)
        if after == before:
            continue
        left, right = start, start + step
        while right - left > 1:
            middle = (left + right) // 2
            left, right = (middle, right) if offset_s(info, middle) == before else (left, middle)
        found.append(_Change(right, before, after))
        before = after
    return found


def to_utc(local: Seconds, info: ZoneInfo, *, ends: bool) -> Conversion:
    """Convert wall-clock seconds in order of appearance; `ends` are interval ends."""
    look = local - 1 if ends else local
    low, high = int(local.min()) - 2 * 86_400, int(local.max()) + 2 * 86_400
    offsets = np.full(local.shape, offset_s(info, low), dtype=np.int64)
    missing = np.zeros(local.shape, dtype=bool)
    single = np.zeros(local.shape, dtype=bool)
    doubled = confirmed = 0
    for change in _changes(info, low, high):
        old, new = change.utc_s + change.before, change.utc_s + change.after
        offsets[look >= max(old, new)] = change.after
        if new > old:
            inside = (look >= old) & (look < new) & ~(ends & (local == new))
            missing |= inside
            offsets[ends & (local == new)] = change.after
            around = (local.min() < old) and (local.max() > new)
            confirmed += bool(around and not inside.any())
            continue
        # The end of the first of the doubled hours is written as its own beginning by
        # programs that carry moments into the zone: then stamps count as they stand.
        seen = local if ends and np.count_nonzero(local == new) > 1 else look
        offsets[seen >= old] = change.after
        rows = np.flatnonzero((seen >= new) & (seen < old))
        _, first = np.unique(local[rows], return_index=True)
        second = np.setdiff1d(np.arange(len(rows)), first)
        offsets[rows] = change.before
        offsets[rows[second]] = change.after
        doubled += len(second)
        confirmed += bool(len(second))
        # Once only, with data on both sides: these clocks were never put back.
        if not len(second) and len(rows) and local.min() < new and local.max() > old:
            single[rows] = True
    return Conversion(
        local - offsets, np.flatnonzero(missing), np.flatnonzero(single), doubled, confirmed
    )
