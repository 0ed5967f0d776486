"""Counts of parked cars in a table: hours down and days across, the other way, or one a row.

Contract: `counts_of` gives one `Count` per cell or raises `InputError` naming the place.
What was not counted is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.inputs.problem import InputError
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.stamps import order_fits, parse, slashed
from planner.inputs.week_cells import days_of, minute_of_day

MOST_CARS = 100_000
HEADER_ROWS = 20
_FEWEST_HOURS = 4
_DAY = re.compile(r"^(day|weekday|date|tag|wochentag|datum)$")
_HOUR = re.compile(r"^(hour|time|from|uhrzeit|stunde|zeit|date ?time|timestamp)")
_CARS = re.compile(
    r"^(number of |no\.? of )?(cars|count|parked|vehicles|occup|number|anzahl|autos|fahrzeuge)"
)
_WORD = re.compile(r"\b(cars|counts?)\b|[()]", re.IGNORECASE)
_TOTAL = re.compile(r"^(total|sum|average|mean|max|gesamt|summe|mittel)", re.IGNORECASE)
_FLOW = re.compile(r"^(in|out|arrivals?|departures?|entries|exits|einfahrt|ausfahrt)$")


@dataclass(frozen=True, slots=True)
class Count:
    """Cars counted at an hour of some weekdays (Monday 0); `dated` where the day is said."""

    days: tuple[int, ...]
    hour: int
    cars: float
    dated: bool = True


def counts_of(raw: RawTable) -> list[Count]:
    """Return every count of a table."""
    for row in range(min(HEADER_ROWS, len(raw.rows))):
        labels = [raw.text(row, c).casefold() for c in range(len(raw.rows[row]))]
        day, hour, cars = (_first(name, labels) for name in (_DAY, _HOUR, _CARS))
        if day is not None and hour is not None and cars is not None:
            return _long(raw, row + 1, day, hour, cars)
        across = _days_across(raw, row)
        if hour is not None and across:
            return _wide(raw, row + 1, hour, across)
        if hour is not None and cars is not None:
            return _undated(raw, row + 1, hour, cars)
        hours = _hours_across(raw, row)
        if len(hours) >= _FEWEST_HOURS:
            return _transposed(raw, row + 1, hours)
        if hour is not None and any(_FLOW.match(t) for t in labels):
            raise InputError(
                raw.file, raw.place(row, 0), "cars that come and go are no counts of parked cars",
                "add a column 'Cars' with those on site at each time",
            )  # fmt: skip
    raise InputError(
        raw.file, "first rows", "there is no header with times and days",
        "name a column 'Hour' and the others 'Mon' to 'Sun' (or 'Weekday' and 'Weekend'), "
        "or use the columns 'Day', 'Hour' and 'Cars'",
    )  # fmt: skip


def _first(name: re.Pattern[str], labels: list[str]) -> int | None:
    return next((c for c, t in enumerate(labels) if name.search(t)), None)


def _days_across(raw: RawTable, row: int) -> dict[int, tuple[int, ...]]:
    """Return the columns whose label is a day, a range of days or a date."""
    found = {}
    for column, value in enumerate(raw.rows[row]):
        bare = _WORD.sub("", value).strip() if isinstance(value, str) else value
        if bare not in {None, ""} and (days := _weekdays(bare)):
            found[column] = days
    return found


def _weekdays(value: Value, dayfirst: bool = True) -> tuple[int, ...] | None:
    """Read days of the week or the date they are of; a bare number is neither."""
    if isinstance(value, (int, float)):
        return None
    if isinstance(value, str) and (stamp := parse(value, dayfirst)) is not None:
        return ((stamp.local_s // 86_400 + 3) % 7,)
    if isinstance(value, str) and re.fullmatch(r"\s*[\d,; /-]*", value):
        return None
    days = days_of(value)
    return tuple(days) if days else None


def _hours_across(raw: RawTable, row: int) -> dict[int, int]:
    found = {}
    for column, value in enumerate(raw.rows[row][1:], 1):
        plain = isinstance(value, (int, float)) or (
            isinstance(value, str) and value.strip().isdigit()
        )
        hour = _hour_of(value)
        if hour is not None and not plain:
            found[column] = hour
    return found


def _wide(
    raw: RawTable, first: int, hour_at: int, across: dict[int, tuple[int, ...]]
) -> list[Count]:
    return [
        Count(days, _hour(raw, row, hour_at), _cars(raw, row, column))
        for row in _filled(raw, first, hour_at)
        for column, days in across.items()
        if raw.text(row, column)
    ]


def _transposed(raw: RawTable, first: int, hours: dict[int, int]) -> list[Count]:
    return [
        Count(_days(raw, row, 0, dayfirst=True), hour, _cars(raw, row, column))
        for row in _filled(raw, first, 0)
        for column, hour in hours.items()
        if raw.text(row, column)
    ]


def _long(raw: RawTable, first: int, day_at: int, hour_at: int, cars_at: int) -> list[Count]:
    rows = [row for row in _filled(raw, first, day_at) if raw.text(row, cars_at)]
    order = _dayfirst(raw, rows, day_at)
    return [
        Count(
            _days(raw, row, day_at, dayfirst=order), _hour(raw, row, hour_at),
            _cars(raw, row, cars_at),
        )
        for row in rows
    ]  # fmt: skip


def _undated(raw: RawTable, first: int, hour_at: int, cars_at: int) -> list[Count]:
    """Read times and counts; the day is in the time, or taken as a working day."""
    rows = [row for row in _filled(raw, first, hour_at) if raw.text(row, cars_at)]
    moments = [_is_moment(raw.rows[row][hour_at]) for row in rows]
    if not all(moments):
        return [
            Count(tuple(range(5)), _hour(raw, row, hour_at), _cars(raw, row, cars_at), dated=False)
            for row in rows
        ]
    order = _dayfirst(raw, rows, hour_at)
    return [
        Count(
            _days(raw, row, hour_at, dayfirst=order),
            _moment_hour(raw.rows[row][hour_at], order), _cars(raw, row, cars_at),
        )
        for row in rows
    ]  # fmt: skip


def _is_moment(value: Value) -> bool:
    stamp = parse(value) or parse(value, dayfirst=False)
    return stamp is not None and (stamp.has_time or isinstance(value, date))


def _moment_hour(value: Value, dayfirst: bool) -> int:
    stamp = parse(value, dayfirst)
    return stamp.local_s // 3600 % 24 if stamp else 0


def _filled(raw: RawTable, first: int, column: int) -> list[int]:
    """Return the rows that hold a count, without totals and means below."""
    texts = {row: raw.text(row, column) for row in range(first, len(raw.rows))}
    return [row for row, text in texts.items() if text and not _TOTAL.match(text)]


def _dayfirst(raw: RawTable, rows: Sequence[int], column: int) -> bool:
    """Find the order of day and month in dates, or ask."""
    cells = [raw.rows[row][column] for row in rows]
    if not slashed(cells):
        return True
    day_ok, month_ok = order_fits(cells, parse)
    if day_ok and month_ok:
        raise InputError(
            raw.file, raw.place(rows[0], column), f"'{raw.text(rows[0], column)[:30]}' can be read "
            "as day/month and as month/day", "write dates as 2026-05-18 or days as Mon to Sun",
        )  # fmt: skip
    return day_ok


def _days(raw: RawTable, row: int, column: int, *, dayfirst: bool) -> tuple[int, ...]:
    days = _weekdays(raw.rows[row][column], dayfirst)
    if days is None:
        raise InputError(
            raw.file, raw.place(row, column), f"'{raw.text(row, column)[:30]}' is no day",
            "write Mon to Sun, Weekday, Weekend or a date as 2026-05-18",
        )  # fmt: skip
    return days


def _hour(raw: RawTable, row: int, column: int) -> int:
    hour = _hour_of(raw.rows[row][column])
    if hour is None:
        raise InputError(
            raw.file, raw.place(row, column), f"'{raw.text(row, column)[:30]}' is no hour",
            "write 08:00 or 8",
        )  # fmt: skip
    return hour


def _hour_of(value: Value) -> int | None:
    """Return the hour in which a time lies; of "08:00-09:00" that of the begin."""
    if isinstance(value, str):
        value = re.split(r"\s*(?:[-–]|\bto\b|\bbis\b)\s*", value.strip())[0]
    minute = minute_of_day(value)
    return None if minute is None else minute // 60


def _cars(raw: RawTable, row: int, column: int) -> float:
    text = raw.text(row, column)
    plain = re.sub(r"(?<=\d)[,.' \u00a0](?=\d{3}\b)", "", text)
    cars = float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else -1.0
    if 0 <= cars <= MOST_CARS:
        return cars
    reason = f"'{text[:30]}' is no number of cars"
    if text.endswith("%"):
        reason = f"'{text[:30]}' is a share, not a number of cars"
    raise InputError(
        raw.file, raw.place(row, column), reason, f"enter a number between 0 and {MOST_CARS:,}"
    )
