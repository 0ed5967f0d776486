"""A row of the fleet rota: how its cells are read, and what is wrong with them.

Contract: `check_rows` takes rows as they were typed, in the order of `COLUMNS`,
and returns the stays of the rows that are right and a problem for every cell
that is not; nothing raises. The workbook is read by the same functions.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from planner.inputs.problem import InputError
from planner.inputs.week_cells import days_of, minute_of_day
from planner.inputs.workbooks.cells import Cell, normal, quantity
from planner.inputs.workbooks.rota_cells import kwh_per_km
from planner.inputs.workbooks.table import Column, Record
from planner.model.demand import Visit

WEEK_MIN = 7 * 1440
_ROWS_KEPT = 8192
COLUMNS = (
    Column(
        "vehicle", "Vehicle", required=True,
        aliases=("van", "bus", "registration", "vehicle id", "fahrzeug", "kennzeichen"),
    ),
    Column("days", "Days", aliases=("weekdays", "operates", "day", "tage", "wochentage")),
    Column(
        "leave", "Leaves", required=True,
        aliases=("leave", "departure", "start", "out", "departs", "departure time", "abfahrt"),
    ),
    Column(
        "back", "Returns", required=True,
        aliases=("return", "arrival", "end", "in", "back", "return time", "rückkehr", "ankunft"),
    ),
    Column(
        "km", "Distance", "km", required=True,
        aliases=("distance per trip", "mileage", "km", "miles", "strecke", "fahrstrecke"),
    ),
    Column(
        "use", "Consumption", "kWh/km", required=True,
        aliases=("energy use", "kwh per km", "efficiency", "kwh km", "kwh 100 km", "kwh 100km",
                 "wh km", "kwh mile", "kwh mi", "mi kwh", "miles kwh", "km kwh", "verbrauch"),
    ),
    Column(
        "battery", "Battery", "kWh", required=True,
        aliases=("battery size", "capacity", "battery capacity", "usable battery", "batterie"),
    ),
    Column(
        "soc", "Charge on leaving", "%",
        aliases=("departure soc", "soc", "target soc", "departure state of charge",
                 "soc on leaving", "state of charge on leaving", "ladestand bei abfahrt"),
    ),
    Column("ac", "AC power", "kW", required=True, aliases=("ac", "on board charger", "max ac")),
    Column("dc", "DC power", "kW", aliases=("dc", "max dc")),
)  # fmt: skip
DEFAULTS = {"soc": 100.0, "dc": 0.0}
_NUMBERS = {
    "km": ("the distance", "km", (0, 5_000)),
    "use": ("the consumption", "kWh/km", (0, 5)),
    "battery": ("the battery", "kWh", (1, 2_000)),
    "soc": ("the charge on leaving", "%", (5, 100)),
    "ac": ("the AC power", "kW", (0, 100)),
    "dc": ("the DC power", "kW", (0, 1_500)),
}

Rows = tuple[tuple[str, ...], ...]
"""Rows as typed, in the order of `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip in minutes of the week; `back_min` may lie in the next week.

    `soc` is the state of charge on coming back, 0 to 1.
    """

    vehicle: str
    leave_min: int
    back_min: int
    kwh: float
    ac_kw: float
    dc_kw: float
    battery_kwh: float
    soc: float
    cell: Cell


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell of a typed row; row and column count from 0."""

    row: int
    column: int
    text: str


def is_header(labels: Iterable[str]) -> bool:
    """Tell whether labels name all that a rota needs."""
    told = {normal(label) for label in labels}
    return all({normal(n) for n in (c.label, *c.aliases)} & told for c in COLUMNS if c.required)


def is_total(record: Record) -> bool:
    """Tell a row of totals from a trip."""
    cells = record.cells
    named = re.match(r"(total|sum|summe|gesamt)", cells["vehicle"].text.casefold())
    return bool(named) and not cells["leave"].text and not cells["back"].text


def read_row(record: Record, file: str) -> dict[str, float | list[int]]:
    """Read every cell of a row: minutes of the day, numbers in their units, days."""
    return {key: read(record, file) for key, read in _READERS.items()}


def trips_of(record: Record, file: str) -> list[Trip]:
    """Read one row: the same trip on each of its days."""
    cells = record.cells
    values = read_row(record, file)
    days = values.pop("days")
    assert isinstance(days, list)
    number = {key: v for key, v in values.items() if not isinstance(v, list)}
    leave, length = int(number["leave"]), int(number["back"] - number["leave"]) % 1440 or 1440
    kwh = number["km"] * number["use"]
    full = number["battery"] * number["soc"] / 100
    if kwh > full:
        raise InputError(
            file, cells["km"].place,
            f"the trip needs {kwh:.0f} kWh, the battery holds {full:.0f} kWh on leaving",
            "correct distance, consumption or battery, or split the trip where it charges",
        )  # fmt: skip
    if not number["ac"] and not number["dc"]:
        raise InputError(
            file, cells["ac"].place, "the vehicle takes neither AC nor DC", "enter a power above 0"
        )
    return [
        Trip(
            cells["vehicle"].text, 1440 * day + leave, 1440 * day + leave + length, kwh,
            number["ac"], number["dc"], number["battery"], (full - kwh) / number["battery"],
            cells["leave"],
        )
        for day in days
    ]  # fmt: skip


def stays_of(trips: list[Trip], file: str) -> list[Visit]:
    """Return the stays between the trips of one vehicle, round the week."""
    trips = sorted(trips, key=lambda t: t.leave_min)
    following = [*trips[1:], trips[0]]
    visits = []
    for number, (trip, after) in enumerate(zip(trips, following, strict=True)):
        leave = after.leave_min + (WEEK_MIN if number == len(trips) - 1 else 0)
        if number < len(trips) - 1 and leave == trip.leave_min:
            raise InputError(
                file, after.cell.place, f"a trip of {trip.vehicle} at this time stands above",
                "remove the row or correct its days",
            )  # fmt: skip
        if leave < trip.back_min:
            raise InputError(
                file, after.cell.place, f"{trip.vehicle} leaves again before it is back",
                "correct the times or give the trips to two vehicles",
            )  # fmt: skip
        if trip.kwh > 0:
            arrive = trip.back_min % WEEK_MIN
            visits.append(
                Visit(
                    float(arrive), float(arrive + leave - trip.back_min), trip.kwh,
                    trip.ac_kw, trip.dc_kw, trip.vehicle, trip.battery_kwh, trip.soc,
                )
            )  # fmt: skip
    return visits


def _clock(record: Record, key: str, name: str, file: str) -> int:
    cell = record.cells[key]
    if (minute := minute_of_day(cell.value)) is not None:
        return minute
    shown = f"'{cell.text[:20]}'" if cell.text else "blank"
    raise InputError(file, cell.place, f"the time of {name} is {shown}", "write it as 07:30")


def _number(
    record: Record, key: str, name: str, unit: str, bounds: tuple[float, float], file: str
) -> float:
    """Read a number; blank optional cells take the value of `DEFAULTS`."""
    cell = record.cells[key]
    if not cell.text and key in DEFAULTS:
        return DEFAULTS[key]
    stated = record.units.get(key, "")
    if key == "use":
        value = _use(cell, stated, file)
    else:
        value = quantity(cell, name, unit, file, stated=stated)
    if key == "soc" and 0 < value <= 1:
        value *= 100  # a share; no vehicle leaves with 1 %
    low, high = bounds
    if not low <= value <= high:
        raise InputError(
            file, cell.place, f"{name} is {value:g} {unit}",
            f"enter a value between {low:g} and {high:g} {unit}"
            + (", or name the column 'Consumption (kWh/100 km)'" if key == "use" else ""),
        )  # fmt: skip
    return value


def _use(cell: Cell, stated: str, file: str) -> float:
    """Read a consumption in kWh/km, per 100 km or mile, or the distance a kWh lasts."""
    match = re.fullmatch(r"\s*([-\d.,\s]+?)\s*([a-z].*)", cell.text, re.IGNORECASE)
    plain = replace(cell, value=match[1]) if match else cell
    unit = match[2] if match else stated
    value = kwh_per_km(quantity(plain, "the consumption", "", file), unit)
    if value is None:
        raise InputError(
            file, cell.place, f"the consumption is in {unit[:20]}",
            "enter it in kWh/km, kWh/100 km, Wh/km, kWh/mile, mi/kWh or km/kWh",
        )  # fmt: skip
    return value


def _days(cell: Cell, file: str) -> list[int]:
    days = days_of(cell.value)
    if days is None:
        raise InputError(
            file, cell.place, f"the days are '{cell.text[:30]}'",
            "write them as Mon-Fri or Mon, Wed, Fri",
        )  # fmt: skip
    return days


def _reader(key: str) -> Callable[[Record, str], float | list[int]]:
    if key in _NUMBERS:
        name, unit, bounds = _NUMBERS[key]
        return lambda record, file: _number(record, key, name, unit, bounds, file)
    if key == "days":
        return lambda record, file: _days(record.cells["days"], file)
    name = {"leave": "departure", "back": "return"}[key]
    return lambda record, file: _clock(record, key, name, file)


_READERS = {c.key: _reader(c.key) for c in COLUMNS if c.key != "vehicle"}


def is_blank(row: tuple[str, ...]) -> bool:
    """Tell whether nothing was typed in a row."""
    return not any(cell.strip() for cell in row)


@functools.lru_cache(maxsize=8)
def check_rows(rows: Rows) -> tuple[tuple[Visit, ...], tuple[Problem, ...]]:
    """Return the stays of all rows that are right, and what is wrong with the others."""
    problems: list[Problem] = []
    trips: dict[str, list[tuple[int, Trip]]] = {}
    for at, row in enumerate(rows):
        found, wrong = _read_alone(row)
        problems += (replace(p, row=at) for p in wrong)
        for trip in found:
            trips.setdefault(trip.vehicle, []).append((at, trip))
    visits: list[Visit] = []
    for group in trips.values():
        try:
            visits += stays_of([trip for _at, trip in group], "")
        except InputError:
            problems.append(_overlap(group))
    visits.sort(key=lambda v: (v.arrive_min, v.vehicle))
    return tuple(visits), tuple(problems)


@functools.lru_cache(maxsize=_ROWS_KEPT)
def _read_alone(row: tuple[str, ...]) -> tuple[tuple[Trip, ...], tuple[Problem, ...]]:
    """Read a row as if it were the first; an edit of a table reads only what it changes."""
    if is_blank(row):
        return (), ()
    record = _record(0, row)
    wrong = _problems(record)
    if wrong:
        return (), tuple(wrong)
    try:
        return tuple(trips_of(record, "")), ()
    except InputError as error:
        cell = next(c for c in record.cells.values() if c.place == error.place)
        return (), (Problem(0, cell.column, _sentence(error)),)


def _overlap(group: list[tuple[int, Trip]]) -> Problem:
    """Name the trip of a vehicle that begins before the one before it ends."""
    placed = [replace(trip, cell=replace(trip.cell, row=at)) for at, trip in group]
    try:
        stays_of(placed, "")
    except InputError as error:
        cell = next(t.cell for t in placed if t.cell.place == error.place)
        return Problem(cell.row, cell.column, _sentence(error))
    raise AssertionError("the trips of the group were found to overlap")


def _record(at: int, row: tuple[str, ...]) -> Record:
    cells: Mapping[str, Cell] = {
        c.key: Cell("Rota", at, place, row[place].strip() or None if place < len(row) else None)
        for place, c in enumerate(COLUMNS)
    }
    return Record(cells, {}, ())


def _problems(record: Record) -> list[Problem]:
    """Return what is wrong with single cells of a row."""
    found = []
    if not record.cells["vehicle"].text:
        found.append(Problem(0, 0, "The vehicle has no name. Enter one, such as Van 1."))
    for place, column in enumerate(COLUMNS):
        if column.key in _READERS:
            try:
                _READERS[column.key](record, "")
            except InputError as error:
                found.append(Problem(0, place, _sentence(error)))
    return found


def _sentence(error: InputError) -> str:
    """Say reason and remedy without file and place, which the table shows."""
    reason, remedy = error.reason, error.remedy
    return f"{reason[:1].upper()}{reason[1:]}. {remedy[:1].upper()}{remedy[1:]}."


def taken_for_granted(rows: Rows) -> list[str]:
    """Say what rows of a fleet leave open and how it is read."""
    filled = [row for row in rows if not is_blank(row)]
    words = {
        "days": "days, taken as Monday to Friday",
        "soc": "charge on leaving, taken as 100 %",
        "dc": "DC power, taken as AC only",
    }
    open_rows = {
        key: sum(not row[at].strip() for row in filled if at < len(row))
        for at, key in enumerate(c.key for c in COLUMNS)
        if key in words
    }
    return [
        f"Fleet rota: {count} of {len(filled)} rows without {words[key]}."
        for key, count in open_rows.items()
        if count
    ]


def as_typed(record: Record, file: str) -> tuple[str, ...]:
    """Return a row of a workbook as the table of the window shows it."""
    values = read_row(record, file)
    typed = []
    for column in COLUMNS:
        value = values.get(column.key)
        if column.key in DEFAULTS and not record.cells[column.key].text:
            value = None  # what is not given stays open to see
        if column.key in {"leave", "back"} and isinstance(value, int):
            typed.append(f"{value // 60:02d}:{value % 60:02d}")
        elif isinstance(value, float | int):
            typed.append(f"{value:g}")
        else:
            typed.append(record.cells[column.key].text)
    return tuple(typed)
