"""Tables with one row per day and one column per interval, turned into long ones.

The columns are named by the time of day, or by the number of the period. Numbered
periods count elapsed time from local midnight, so the days on which clocks are
changed have more or fewer of them; those rows are stamped in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from planner.inputs.profiles import clock, stamps
from planner.inputs.profiles.layouts import recognise
from planner.inputs.profiles.options import ZONES, ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.values import BY_NAME, stated_unit, unit_in
from planner.inputs.report import Action, Report

_FEWEST = 23
_PERIOD = re.compile(r"(?:hh|h|p|period|interval|int|kwh|value|val|t)?[_ ]?0*(\d{1,3})", re.I)
_MOST = {24: 25, 48: 50, 96: 100}  # intervals of a usual day and of the longest one


def unfolded(raw: RawTable, options: ProfileOptions, report: Report) -> RawTable:
    """Return a long table if a header row names the intervals of a day, else the same one."""
    for index in range(min(30, len(raw.rows))):
        if len(clocks := _clocks(raw.rows[index])) >= _FEWEST:
            break
        if clocks := _periods(raw.rows[index]):
            return _long(raw, index, clocks, _by_period(raw, clocks, options, report), report)
    else:
        return raw
    return _long(raw, index, clocks, _by_clock, report)


Stamp = Callable[[Value, int], Sequence[Value]]


def _long(
    raw: RawTable, header: int, clocks: Mapping[int, int], stamp: Stamp, report: Report
) -> RawTable:
    """Write one row per interval; `stamp` gives its cells of date and time."""
    body = range(header + 1, len(raw.rows))
    date_column = next((c for c in range(min(clocks)) if body and _is_date(raw, body[0], c)), None)
    if date_column is None:
        return raw
    unit = _unit(raw, header, set(clocks) | {date_column})
    rows: list[tuple[Value, ...]] = [("date", "time", f"value {unit}")]
    origin: list[tuple[int, int]] = [(header, 0)]
    for at in body:
        if not _is_date(raw, at, date_column):
            continue
        for column, seconds in clocks.items():
            value = raw.rows[at][column] if column < len(raw.rows[at]) else None
            if value is None or value == "":
                continue  # a spring day has fewer intervals; real gaps show on the grid
            rows.append((*stamp(raw.rows[at][date_column], seconds), value))
            origin.append((at, column))
    report.say(Action.ACCEPT, "PRF-WIDE", f"one row per day with {len(clocks)} columns of values")
    return RawTable(
        raw.file, rows, [raw.numbers[r] for r, _ in origin],
        lambda r, _c: raw.place(*origin[r]), raw.separator,
    )  # fmt: skip


def _clocks(row: Sequence[Value]) -> dict[int, int]:
    """Return columns named by times of day; the 00:00 after 23:45 is the next midnight."""
    found: dict[int, int] = {}
    last = -1
    for column, value in enumerate(row):
        seconds = _clock(value)
        if seconds is None:
            continue
        if seconds == 0 and last > 0:
            seconds = stamps.DAY_S
        found[column], last = seconds, seconds
    return found


def _clock(value: Value) -> int | None:
    """Return the time of a header cell; "00:00-00:15" counts by its beginning."""
    if isinstance(value, str):
        value = value.replace("–", "-").split("-")[0].strip()
        if ":" not in value:
            return None
    return stamps.clock_s(value)


def _periods(row: Sequence[Value]) -> dict[int, int]:
    """Return columns numbered 1 to 24, 48 or 96, a few more on the longest day."""
    found: dict[int, int] = {}
    for column, value in enumerate(row):
        match = _PERIOD.fullmatch(str(value).strip()) if value not in {None, ""} else None
        if match and int(match[1]) == len(found) + 1:
            found[column] = int(match[1])
    usual = max((n for n in _MOST if n <= len(found)), default=0)
    if not usual or len(found) > _MOST[usual]:
        return {}
    return {column: (n - 1) * stamps.DAY_S // usual for column, n in found.items()}


def _by_clock(day: Value, seconds: int) -> Sequence[Value]:
    return day, f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _by_period(
    raw: RawTable, clocks: Mapping[int, int], options: ProfileOptions, report: Report
) -> Stamp:
    """Stamp numbered periods by the time elapsed since local midnight."""
    name = options.zone or ZONES.get(options.region or "", "Europe/London")
    info = clock.zone(name, raw.file)
    if not options.zone:
        said = f"days are taken to begin at midnight in {name}"
        report.say(Action.ACCEPT, "PRF-ZONE", said, "", "change with --zone")

    def stamp(day: Value, seconds: int) -> Sequence[Value]:
        date = stamps.parse(day, dayfirst=options.dayfirst is not False)
        if date is None:
            return day, ""
        midnight = datetime.fromtimestamp(date.local_s, UTC).replace(tzinfo=info)
        moment = midnight.astimezone(UTC) + timedelta(seconds=seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), ""

    return stamp


def _unit(raw: RawTable, header: int, but: set[int]) -> str:
    """Return the unit from a column of units, else the texts above and in the header."""
    first = raw.rows[header + 1] if header + 1 < len(raw.rows) else ()
    for column, value in enumerate(first):
        text = str(value).strip().casefold()
        if column not in but and text in BY_NAME:
            return BY_NAME[text]
    texts = [raw.text(i, 0) for i in range(header)]
    texts += [raw.text(header, c) for c in range(min(but | {1}) + 1)]
    layout = recognise(" ".join(str(v) for v in raw.rows[header]))
    named = unit_in(" ".join(texts)[:400]) or (layout.unit if layout else "")
    return named or stated_unit(raw, header, "", None)


def _is_date(raw: RawTable, row: int, column: int) -> bool:
    cells = raw.rows[row]
    value = cells[column] if column < len(cells) else None
    stamp = stamps.parse(value) or stamps.parse(value, dayfirst=False)
    return stamp is not None and stamp.local_s % stamps.DAY_S == 0
