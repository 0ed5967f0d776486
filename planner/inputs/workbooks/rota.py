"""The fleet rota: one row per trip and vehicle, on the sheet "Rota".

Contract: `read_rota` gives one `DemandInput` with the stays of a week between
the trips, or raises `InputError` naming the cell. A vehicle charges on its return
what the trip used, so that it leaves as full as it left before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from planner.inputs.problem import InputError
from planner.inputs.profiles.stamps import clock_s
from planner.inputs.workbooks.cells import Cell, Sheet, normal, quantity, read_sheets
from planner.inputs.workbooks.table import Column, Record, read_records
from planner.model.demand import ROTA, DemandInput, Visit

SHEET = "Rota"
VERSION = "1"
WEEK_MIN = 7 * 1440
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COLUMNS = (
    Column("vehicle", "Vehicle", required=True, aliases=("van", "bus", "registration")),
    Column("days", "Days", aliases=("weekdays", "operates")),
    Column("leave", "Leaves", required=True, aliases=("leave", "departure", "start", "out")),
    Column("back", "Returns", required=True, aliases=("return", "arrival", "end", "in")),
    Column("km", "Distance", "km", required=True, aliases=("distance per trip", "mileage")),
    Column("use", "Consumption", "kWh/km", required=True, aliases=("energy use", "kwh per km")),
    Column("battery", "Battery", "kWh", required=True, aliases=("battery size", "capacity")),
    Column("soc", "Charge on leaving", "%", aliases=("departure soc", "soc", "target soc")),
    Column("ac", "AC power", "kW", required=True, aliases=("ac", "on board charger")),
    Column("dc", "DC power", "kW", aliases=("dc",)),
)
EXAMPLE = ("Van 1", "Mon-Fri", "07:00", "16:30", 47, 0.4, 76, 90, 11, 80)


@dataclass(frozen=True, slots=True)
class _Trip:
    """One trip in minutes of the week; `back_min` may lie in the next week."""

    vehicle: str
    leave_min: int
    back_min: int
    kwh: float
    ac_kw: float
    dc_kw: float
    cell: Cell


def has_rota(path: Path) -> bool:
    """Tell whether a workbook holds a rota."""
    return _sheet(read_sheets(path)) is not None


def read_rota(path: Path) -> DemandInput:
    """Read a fleet rota."""
    sheet = _sheet(read_sheets(path))
    if sheet is None:
        raise InputError(
            path.name, "", f"there is no sheet '{SHEET}'", "name the sheet with the trips 'Rota'"
        )
    trips: dict[str, list[_Trip]] = {}
    for record in read_records(sheet, COLUMNS, path.name):
        if record.cells["vehicle"].text:
            for trip in _trips(record, path.name):
                trips.setdefault(trip.vehicle, []).append(trip)
    if not trips:
        raise InputError(
            path.name, f"sheet {sheet.name}", "there is no trip",
            "enter at least one vehicle with its times and distance",
        )  # fmt: skip
    visits = [visit for group in trips.values() for visit in _stays(group, path.name)]
    busiest = max(sum(int(v.arrive_min // 1440) % 7 == day for v in visits) for day in range(7))
    visits.sort(key=lambda v: (v.arrive_min, v.vehicle))
    return DemandInput(ROTA, float(busiest), 0.0, tuple(visits))


def _sheet(sheets: dict[str, Sheet]) -> Sheet | None:
    return next((s for title, s in sheets.items() if normal(title) == SHEET.casefold()), None)


def _trips(record: Record, file: str) -> list[_Trip]:
    """Read one row: the same trip on each of its days."""
    cells = record.cells
    leave = _clock(cells["leave"], "departure", file)
    back = _clock(cells["back"], "return", file)
    length = (back - leave) % 1440 or 1440
    number = {
        key: _number(record, key, name, unit, bounds, file)
        for key, name, unit, bounds in (
            ("km", "the distance", "km", (0, 5_000)),
            ("use", "the consumption", "kWh/km", (0, 10)),
            ("battery", "the battery", "kWh", (1, 2_000)),
            ("soc", "the charge on leaving", "%", (5, 100)),
            ("ac", "the AC power", "kW", (0, 100)),
            ("dc", "the DC power", "kW", (0, 1_500)),
        )
    }
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
        _Trip(
            cells["vehicle"].text, 1440 * day + leave, 1440 * day + leave + length, kwh,
            number["ac"], number["dc"], cells["leave"],
        )
        for day in _days(cells["days"], file)
    ]  # fmt: skip


def _stays(trips: list[_Trip], file: str) -> list[Visit]:
    """Return the stays between the trips of one vehicle, round the week."""
    trips = sorted(trips, key=lambda t: t.leave_min)
    following = [*trips[1:], trips[0]]
    visits = []
    for number, (trip, after) in enumerate(zip(trips, following, strict=True)):
        leave = after.leave_min + (WEEK_MIN if number == len(trips) - 1 else 0)
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
                    trip.ac_kw, trip.dc_kw, trip.vehicle,
                )
            )  # fmt: skip
    return visits


def _clock(cell: Cell, name: str, file: str) -> int:
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value < 1:
        return round(value * 1440)  # a spreadsheet's fraction of a day
    if isinstance(value, (time, str)):
        seconds = clock_s(value)
        if seconds is not None and seconds < 86_400:
            return seconds // 60
    shown = f"'{cell.text[:20]}'" if cell.text else "blank"
    raise InputError(file, cell.place, f"the time of {name} is {shown}", "write it as 07:30")


DEFAULTS = {"soc": 100.0, "dc": 0.0}


def _number(
    record: Record, key: str, name: str, unit: str, bounds: tuple[float, float], file: str
) -> float:
    """Read a number; blank optional cells take the value of `DEFAULTS`."""
    cell = record.cells[key]
    if not cell.text and key in DEFAULTS:
        return DEFAULTS[key]
    stated = record.units.get(key, "")
    if key == "use":
        # Consumption is often given per 100 km; the two cannot be told apart by a factor.
        value = quantity(cell, name, "", file) / (100 if "100" in stated else 1)
    else:
        value = quantity(cell, name, unit, file, stated=stated)
    low, high = bounds
    if not low <= value <= high:
        raise InputError(
            file, cell.place, f"{name} is {value:g} {unit}",
            f"enter a value between {low:g} and {high:g} {unit}",
        )  # fmt: skip
    return value


def _days(cell: Cell, file: str) -> list[int]:
    """Read "Mon-Fri", "Mon, Wed", "daily"; blank means every working day."""
    text = cell.text.casefold()
    if not text:
        return list(range(5))
    if text in {"daily", "all", "every day"}:
        return list(range(7))
    found: list[int] = []
    for part in re.split(r"[,;/ ]+", text.replace("–", "-").replace(" - ", "-")):
        ends = [DAYS.index(p[:3]) if p[:3] in DAYS else -1 for p in part.split("-")]
        if not 1 <= len(ends) <= 2 or -1 in ends:
            raise InputError(
                file, cell.place, f"the days are '{cell.text[:30]}'",
                "write them as Mon-Fri or Mon, Wed, Fri",
            )  # fmt: skip
        span = (ends[-1] - ends[0]) % 7
        found += [(ends[0] + n) % 7 for n in range(span + 1)]
    return sorted(set(found))


def write_template(path: Path) -> Path:
    """Write the workbook that `read_rota` reads, with one example row."""
    import openpyxl

    from planner.inputs.workbooks.sheets import heading, save_workbook, table_row

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    labels = tuple(f"{c.label} ({c.unit})" if c.unit else c.label for c in COLUMNS)
    heading(sheet, "Trips of the fleet, one row per vehicle and trip", VERSION, labels)
    table_row(sheet, 5, EXAMPLE, entry=0)
    return save_workbook(book, path)
