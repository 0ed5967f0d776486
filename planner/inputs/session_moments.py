"""Arrivals and departures of a session table on the local clock."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from planner.inputs.problem import InputError
from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.stamps import Stamp, slashed
from planner.inputs.session_cells import moment, number, stay_h, time_of_day_s
from planner.inputs.session_columns import Columns
from planner.inputs.session_names import words

_HOURS = {
    "h": 1.0, "hour": 1.0, "hours": 1.0, "hrs": 1.0, "std": 1.0, "stunden": 1.0, "heures": 1.0,
    "connected time": 1.0,  # ElaadNL gives hours
    "min": 1 / 60, "mins": 1 / 60, "minutes": 1 / 60, "minuten": 1 / 60, "minute": 1 / 60,
    "s": 1 / 3600, "sec": 1 / 3600, "secs": 1 / 3600, "seconds": 1 / 3600, "sekunden": 1 / 3600,
    "ms": 1 / 3.6e6,
}  # fmt: skip


def moments(
    raw: RawTable, columns: Columns, dayfirst: bool | None, zone: str | None
) -> tuple[list[Stamp | None], list[Stamp | None], str]:
    """Return arrivals and departures on the local clock, and the zone of that clock if known."""
    order = _dayfirst(raw, columns, dayfirst)
    begin = _stamps(raw, columns, columns.arrival, columns.arrival_time, order)
    if columns.departure >= 0:
        end = _stamps(raw, columns, columns.departure, columns.departure_time, order)
    else:
        hours = _durations_h(raw, columns)
        end = [
            None if a is None or h is None else replace(a, local_s=a.local_s + round(3600 * h))
            for a, h in zip(begin, hours, strict=True)
        ]
    if columns.one_date:
        end = [
            replace(b, local_s=b.local_s + 86400) if a and b and b.local_s < a.local_s else b
            for a, b in zip(begin, end, strict=True)
        ]
    where = zone or _zone(raw, columns)
    if where and any(s is not None and s.offset_min is not None for s in begin):
        info = _zone_info(where, raw.file)
        return [_local(s, info) for s in begin], [_local(s, info) for s in end], where
    if zone:
        info = _zone_info(zone, raw.file)
        placed = [(_placed(a, info), _placed(b, info)) for a, b in zip(begin, end, strict=True)]
        return [a for a, _ in placed], [_later(a, b, info) for a, b in placed], zone
    return begin, end, ""


def all_utc(begin: list[Stamp | None]) -> bool:
    """Tell whether every moment is given in UTC, so that the local clock is not known."""
    known = [s for s in begin if s is not None]
    return bool(known) and all(s.offset_min == 0 for s in known)


def _dayfirst(raw: RawTable, columns: Columns, answer: bool | None) -> bool:
    """Find the order of day and month, or ask where both fit."""
    if answer is not None:
        return answer
    cells = list(raw.column(columns.arrival, columns.first))
    if columns.departure >= 0:
        cells += raw.column(columns.departure, columns.first)
    # A line of totals or remarks is no moment in either order.
    both = [(moment(v) is not None, moment(v, dayfirst=False) is not None) for v in cells]
    known = [pair for pair in both if any(pair)]
    if not slashed([v for v, pair in zip(cells, both, strict=True) if any(pair)]):
        return True
    day_ok, month_ok = (all(pair[order] for pair in known) for order in (0, 1))
    if day_ok and month_ok:
        shown = raw.text(columns.first, columns.arrival)
        raise InputError(
            raw.file, raw.place(columns.first, columns.arrival), f"'{shown}' can be read as "
            "day/month and as month/day", "say which with --dayfirst yes or --dayfirst no",
            question=True,
        )  # fmt: skip
    return day_ok


def _stamps(
    raw: RawTable, columns: Columns, column: int, clock: int, dayfirst: bool
) -> list[Stamp | None]:
    heads = [words(raw.text(columns.first - 1, c)) for c in (column, clock) if c >= 0]
    utc = any(re.search(r"\b(utc|gmt)\b", head) for head in heads)
    days = [moment(v, dayfirst, utc=utc) for v in raw.column(column, columns.first)]
    if clock < 0:
        # A bare date among moments names no moment.
        return [s if s is None or s.has_time else None for s in days]
    times = [time_of_day_s(v) for v in raw.column(clock, columns.first)]
    return [
        None if d is None or t is None else Stamp(d.local_s - d.local_s % 86_400 + t, d.offset_min)
        for d, t in zip(days, times, strict=True)
    ]


def _durations_h(raw: RawTable, columns: Columns) -> list[float | None]:
    """Return stays in hours: with their unit, or numbers in the unit of the header."""
    label = words(raw.text(columns.first - 1, columns.duration))
    unit = next((_HOURS[w] for w in reversed(re.findall(r"[a-z]+", label)) if w in _HOURS), None)
    unit = unit or _HOURS.get(label)
    found: list[float | None] = []
    for row, value in enumerate(raw.column(columns.duration, columns.first), columns.first):
        hours = stay_h(value)
        if hours is None and (count := number(value)) is not None:
            if unit is None:
                raise InputError(
                    raw.file, raw.place(row, columns.duration), "the unit of the duration is open",
                    "name the column with its unit, such as 'Duration (h)'", question=True,
                )  # fmt: skip
            hours = count * unit
        found.append(hours)
    return found


def _zone(raw: RawTable, columns: Columns) -> str | None:
    """Return the one time zone a column names, if it does."""
    if columns.zone < 0:
        return None
    named = {str(v).strip() for v in raw.column(columns.zone, columns.first) if v}
    return named.pop() if len(named) == 1 else None


def _zone_info(name: str, file: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InputError(
            file, "", f"'{name[:40]}' is no time zone", "write it as Europe/London"
        ) from None


def _local(stamp: Stamp | None, zone: ZoneInfo) -> Stamp | None:
    """Move a moment with an offset to the clock of a zone."""
    if stamp is None or stamp.offset_min is None:
        return stamp
    utc_s = stamp.local_s - 60 * stamp.offset_min
    offset = datetime.fromtimestamp(utc_s, zone).utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    return Stamp(utc_s + 60 * minutes, minutes)


def _later(begin: Stamp | None, end: Stamp | None, zone: ZoneInfo) -> Stamp | None:
    """Take an end in the hour that comes twice in autumn as the second where it must be."""
    if begin is None or end is None or end.local_s >= begin.local_s:
        return end
    second = _placed(end, zone, fold=1)
    return second if second is not None and second.offset_min != end.offset_min else end


def _placed(stamp: Stamp | None, zone: ZoneInfo, fold: int = 0) -> Stamp | None:
    """Say how far a moment on the clock of a zone is from UTC, so that stays are true."""
    if stamp is None:
        return None
    epoch = datetime(1970, 1, 1, tzinfo=zone)
    clock = (epoch + timedelta(seconds=stamp.local_s)).replace(fold=fold)
    offset = clock.utcoffset()
    return replace(stamp, offset_min=round(offset.total_seconds() / 60) if offset else 0)
