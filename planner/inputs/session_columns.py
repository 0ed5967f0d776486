"""Which columns of a session table hold arrival, departure and energy.

Operators write moments in one column or as date and time apart, and the end as a
moment or as a duration. Nothing is guessed where the time of day is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from planner.inputs.problem import InputError
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.stamps import DAY_S, Stamp, clock_s, order_fits, parse, slashed

_ARRIVAL = re.compile(
    r"^(utc ?transaction ?start|transaction ?start|arrival|arrive|connection ?time(?! ?\(h)"
    r"|plug.?in|plugged.?in|start|begin|created|session start|connected(?! ?time)"
    r"|lade(start|beginn)|ankunft|anfang|d[ée]but|arriv[ée]e|inicio|inizio)"
)
_DEPARTURE = re.compile(
    r"^(utc ?transaction ?stop|transaction ?(stop|end)|departure|depart|disconnect ?time|plug.?out"
    r"|unplug|end|ended|session end|disconnected|stop"
    r"|ladeende|abfahrt|fin\b|d[ée]part\b|fine\b)"
)
_DURATION = re.compile(
    r"^(total ?|session ?|plug ?|parking ?)?(duration|dwell|stay|connected ?time|park(ing)? ?time)"
    r"|^(lade|stand|park|steck)?(dauer|zeit)\b|^dur[ée]e"
)
_ENERGY = re.compile(
    r"(delivered|k?wh ?delivered|[eé]nerg|k?wh ?total|k?wh|consum|verbrauch|lademenge)"
)
_REQUESTED = re.compile(r"request|wanted|estimat")
_DAY = re.compile(r"^(date|day|datum|tag|jour|fecha|data)\b")
_ZONE = re.compile(r"^time ?zone$")
_HOURS = {
    "h": 1.0, "hour": 1.0, "hours": 1.0, "hrs": 1.0, "std": 1.0, "stunden": 1.0, "heures": 1.0,
    "min": 1 / 60, "minutes": 1 / 60, "minuten": 1 / 60,
    "s": 1 / 3600, "sec": 1 / 3600, "seconds": 1 / 3600,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """First data row and places of columns; -1 where there is none.

    `departure` or `duration` is there; `*_time` are times of day beside a bare date.
    With `one_date` both are of the same column of dates.
    """

    first: int
    arrival: int
    departure: int
    duration: int
    energy: int
    arrival_time: int = -1
    departure_time: int = -1
    zone: int = -1
    one_date: bool = False

    @property
    def end(self) -> int:
        """Column from which the end of a stay follows."""
        return self.departure if self.departure >= 0 else self.duration


def find_columns(raw: RawTable) -> Columns:
    """Find the header among the first rows."""
    for row in range(min(20, len(raw.rows))):
        labels = [
            re.sub(r"[_\s]+", " ", raw.text(row, c)).strip().casefold()
            for c in range(len(raw.rows[row]))
        ]
        arrival, departure = _first(_ARRIVAL, labels), _first(_DEPARTURE, labels)
        duration = _first(_DURATION, labels)
        found = [c for c, t in enumerate(labels) if _ENERGY.search(t) and not _REQUESTED.search(t)]
        best = [c for c in found if "deliver" in labels[c]] or found
        if arrival >= 0 and max(departure, duration) >= 0 and best:
            columns = Columns(
                row + 1, arrival, departure, duration, best[0], zone=_first(_ZONE, labels)
            )
            if (dated := _one_date(raw, columns, labels)) is not None:
                return dated
            return replace(
                columns,
                arrival_time=_clock_beside(raw, columns, arrival, labels),
                departure_time=_clock_beside(raw, columns, departure, labels),
            )
    raise InputError(
        raw.file, "first rows", "there is no header with arrival, departure and energy",
        "name the columns 'arrival', 'departure' (or 'duration (h)') and "
        "'delivered energy (kWh)'",
    )  # fmt: skip


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
        return [_placed(s, info) for s in begin], [_placed(s, info) for s in end], zone
    return begin, end, ""


def all_utc(begin: list[Stamp | None]) -> bool:
    """Tell whether every moment is given in UTC, so that the local clock is not known."""
    known = [s for s in begin if s is not None]
    return bool(known) and all(s.offset_min == 0 for s in known)


def _first(name: re.Pattern[str], labels: list[str]) -> int:
    return next((c for c, t in enumerate(labels) if name.search(t)), -1)


def _one_date(raw: RawTable, columns: Columns, labels: list[str]) -> Columns | None:
    """Find the column of dates where arrival (and departure) are times of day alone."""
    clocks = [c for c in (columns.arrival, columns.departure) if c >= 0]
    day = _first(_DAY, labels)
    if day < 0 or day in clocks or not all(_only_clocks(raw, c, columns.first) for c in clocks):
        return None
    known = [parse(v) for v in raw.column(day, columns.first)]
    if not any(s is not None and not s.has_time for s in known):
        return None
    ends = columns.departure >= 0
    return replace(
        columns, arrival=day, arrival_time=columns.arrival,
        departure=day if ends else -1, departure_time=columns.departure, one_date=ends,
    )  # fmt: skip


def _only_clocks(raw: RawTable, column: int, first: int) -> bool:
    cells = [v for v in raw.column(column, first) if v not in {None, ""}]
    return bool(cells) and all(parse(v) is None and clock_s(v) is not None for v in cells)


def _clock_beside(raw: RawTable, columns: Columns, column: int, labels: list[str]) -> int:
    """Return the column of times beside a column of bare dates; refuse where there is none."""
    if column < 0:
        return -1
    read = [parse(v) for v in raw.column(column, columns.first)]
    known = [s for s in read if s is not None]
    if not known or any(s.local_s % DAY_S for s in known):
        return -1
    word = labels[column].split(" ")[0]
    for place, label in enumerate(labels):
        if place != column and label.startswith(word) and "time" in label:
            cells = [v for v in raw.column(place, columns.first) if v not in {None, ""}]
            if cells and all(clock_s(v) is not None for v in cells):
                return place
    if any(s.has_time for s in known):
        return -1  # a sheet gives bare dates as midnights; these are moments at midnight
    raise InputError(
        raw.file, raw.place(columns.first, column),
        f"'{raw.text(columns.first - 1, column)}' holds dates without a time of day",
        "export date and time, together or in a column named after it with 'time'",
    )  # fmt: skip


def _dayfirst(raw: RawTable, columns: Columns, answer: bool | None) -> bool:
    """Find the order of day and month, or ask where both fit."""
    if answer is not None:
        return answer
    cells = list(raw.column(columns.arrival, columns.first))
    if columns.departure >= 0:
        cells += raw.column(columns.departure, columns.first)
    if not slashed(cells):
        return True
    day_ok, month_ok = order_fits(cells, parse)
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
    days = [parse(v, dayfirst) for v in raw.column(column, columns.first)]
    if clock < 0:
        # A bare date among moments names no moment.
        return [s if s is None or s.has_time else None for s in days]
    times = [clock_s(v) for v in raw.column(clock, columns.first)]
    return [
        None if d is None or t is None else Stamp(d.local_s + t, d.offset_min)
        for d, t in zip(days, times, strict=True)
    ]


def _durations_h(raw: RawTable, columns: Columns) -> list[float | None]:
    """Return stays in hours: h:mm(:ss), or numbers in the unit of the header."""
    label = raw.text(columns.first - 1, columns.duration).casefold()
    words = re.findall(r"[a-z]+", label)
    unit = next((_HOURS[w] for w in reversed(words) if w in _HOURS), None)
    if "charge" not in label and unit is None and label.endswith("hrs"):
        unit = 1.0
    found: list[float | None] = []
    for row, value in enumerate(raw.column(columns.duration, columns.first), columns.first):
        hours = _clocked_h(value)
        if hours is None and (number := _number(value)) is not None:
            if unit is None:
                raise InputError(
                    raw.file, raw.place(row, columns.duration), "the unit of the duration is open",
                    "name the column with its unit, such as 'Duration (h)'", question=True,
                )  # fmt: skip
            hours = number * unit
        found.append(hours)
    return found


def _clocked_h(value: Value) -> float | None:
    """Read 3:03:32 or 27:15, also beyond a day."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,3}):(\d{2})(?::(\d{2}))?\s*", value)
        if match:
            h, m, s = (int(g or 0) for g in match.groups())
            return h + m / 60 + s / 3600
        return None
    seconds = clock_s(value)
    return None if seconds is None else seconds / 3600


def _number(value: Value) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = value.strip().replace(",", ".") if isinstance(value, str) else ""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


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


def _placed(stamp: Stamp | None, zone: ZoneInfo) -> Stamp | None:
    """Say how far a moment on the clock of a zone is from UTC, so that stays are true."""
    if stamp is None:
        return None
    clock = datetime(1970, 1, 1, tzinfo=zone) + timedelta(seconds=stamp.local_s)
    offset = clock.utcoffset()
    return replace(stamp, offset_min=round(offset.total_seconds() / 60) if offset else 0)
