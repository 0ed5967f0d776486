"""Counts of parked cars, by hour and day of the week, from a survey sheet.

Contract: `read_survey` gives a `Survey` or raises `InputError` naming the place. Two
layouts are read: hours down and days across (Mon to Sun, Weekday, Weekend), or one
count per row with day, hour and cars. What was not counted stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.demand.archetypes import load_archetypes
from planner.demand.matching import CountFit, match_counts
from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.stamps import clock_s, parse
from planner.inputs.profiles.text import read_text
from planner.inputs.report import Report
from planner.model.demand import DemandInput

FEWEST_COUNTS = 6
MOST_CARS = 100_000
_DAYS: dict[str, tuple[int, ...]] = {
    name: (n,) for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
_DAYS |= {
    "weekday": (0, 1, 2, 3, 4), "working day": (0, 1, 2, 3, 4), "weekend": (5, 6),
    "every day": tuple(range(7)), "daily": tuple(range(7)), "cars": tuple(range(7)),
}  # fmt: skip
_NAMES = {
    "day": re.compile(r"^(day|weekday|date|tag|wochentag)$"),
    "hour": re.compile(r"^(hour|time|from|uhrzeit|stunde)"),
    "cars": re.compile(r"^(cars|count|parked|vehicles|occup|number|anzahl)"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Mean cars by weekday and hour (NaN: not counted), how many counts, and what fits."""

    file: str
    cars: npt.NDArray[np.float64]
    counts: int
    fits: tuple[CountFit, ...]

    def demand(self, ev_share_pct: float) -> DemandInput:
        """Return the best archetype with that share of the counted cars as drivers."""
        best = self.fits[0]
        return DemandInput(best.archetype, round(best.cars_per_day * ev_share_pct / 100, 1))


def read_survey(path: Path) -> Survey:
    """Read a CSV or XLSX sheet of counts and find the archetype that explains it."""
    report = Report()
    if path.suffix.casefold() in {".xlsx", ".xlsm", ".ods", ".xls"}:
        from planner.inputs.profiles.sheet import read_sheet

        raw = read_sheet(path, ProfileOptions(), report)
    else:
        raw = read_text(path, ProfileOptions(), report)
    total, times = np.zeros((7, 24)), np.zeros((7, 24))
    counts = 0
    for days, hour, cars in _rows(raw):
        for day in days:
            total[day, hour] += cars
            times[day, hour] += 1
        counts += 1
    if counts < FEWEST_COUNTS:
        raise InputError(
            raw.file, "", f"{counts} counts are too few for a pattern",
            f"count at {FEWEST_COUNTS} different hours at least",
        )  # fmt: skip
    if not total.any():
        raise InputError(raw.file, "", "no car was counted", "check the column of counts")
    mean = np.where(times > 0, total / np.maximum(times, 1), np.nan)
    return Survey(raw.file, mean, counts, match_counts(mean))


def survey_demand(path: Path, ev_share: str) -> DemandInput:
    """Read FILE:SHARE of the command line."""
    survey = read_survey(path)
    try:
        share = float(ev_share.rstrip("%"))
    except ValueError:
        share = -1.0
    if not 0 < share <= 100:
        raise InputError(
            path.name, "", "how many of the counted cars will be electric is not known",
            f"write {path.name}:20 for 20 %", question=True,
        )  # fmt: skip
    return survey.demand(share)


def fit_text(fit: CountFit) -> str:
    """Say in one line what a fit means."""
    name = load_archetypes()[fit.archetype].name
    return (
        f"{name}: {fit.cars_per_day:.0f} cars on the busiest day, "
        f"{fit.off_pct:.0f} % of the mean count left unexplained"
    )


def _rows(raw: RawTable) -> list[tuple[tuple[int, ...], int, float]]:
    """Return (weekdays, hour, cars) of every count."""
    for row in range(min(20, len(raw.rows))):
        labels = [raw.text(row, c).casefold() for c in range(len(raw.rows[row]))]
        at = {
            key: next((c for c, t in enumerate(labels) if name.search(t)), None)
            for key, name in _NAMES.items()
        }
        if at["day"] is not None and at["hour"] is not None and at["cars"] is not None:
            return _long(raw, row + 1, at["day"], at["hour"], at["cars"])
        days = {c: d for c, t in enumerate(labels) if (d := _days(t))}
        if days and at["hour"] is not None:
            return _wide(raw, row + 1, at["hour"], days)
    raise InputError(
        raw.file, "first rows", "there is no header with times and days",
        "name a column 'Hour' and the others 'Mon' to 'Sun' (or 'Weekday' and 'Weekend'), "
        "or use the columns 'Day', 'Hour' and 'Cars'",
    )  # fmt: skip


def _wide(
    raw: RawTable, first: int, hour_at: int, days: dict[int, tuple[int, ...]]
) -> list[tuple[tuple[int, ...], int, float]]:
    found = []
    for row in range(first, len(raw.rows)):
        if not raw.text(row, hour_at):
            continue
        hour = _hour(raw, row, hour_at)
        for column, which in days.items():
            if raw.text(row, column):
                found.append((which, hour, _cars(raw, row, column)))
    return found


def _long(
    raw: RawTable, first: int, day_at: int, hour_at: int, cars_at: int
) -> list[tuple[tuple[int, ...], int, float]]:
    found = []
    for row in range(first, len(raw.rows)):
        if not raw.text(row, cars_at):
            continue
        value = raw.column(day_at, row)[0]
        days = _days(raw.text(row, day_at).casefold()) or _date_days(value)
        if not days:
            raise InputError(
                raw.file, raw.place(row, day_at), f"'{raw.text(row, day_at)[:30]}' is no day",
                "write Mon to Sun, Weekday, Weekend or a date as 2026-05-18",
            )  # fmt: skip
        found.append((days, _hour(raw, row, hour_at), _cars(raw, row, cars_at)))
    return found


def _days(text: str) -> tuple[int, ...] | None:
    text = text.strip().rstrip("s") if text.strip() != "cars" else "cars"
    return _DAYS.get(text) or (_DAYS.get(text[:3]) if text.endswith("day") else None)


def _date_days(value: Value) -> tuple[int, ...] | None:
    if isinstance(value, (date, datetime)):
        return (value.weekday(),)
    stamp = parse(value) if isinstance(value, str) and re.match(r"\d{4}-", value.strip()) else None
    return ((stamp.local_s // 86_400 + 3) % 7,) if stamp else None


def _hour(raw: RawTable, row: int, column: int) -> int:
    value = raw.column(column, row)[0]
    seconds = clock_s(re.split(r"\s*[-–]\s*", value)[0] if isinstance(value, str) else value)
    if seconds is not None and 0 <= seconds < 86_400:
        return seconds // 3600
    text = raw.text(row, column)
    number = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else -1.0
    if 0 < number < 1 and isinstance(value, float):
        return int(number * 24 + 1e-6)  # a spreadsheet's fraction of a day
    if number == int(number) and 0 <= number <= 23:
        return int(number)
    raise InputError(
        raw.file, raw.place(row, column), f"'{text[:30]}' is no hour", "write 08:00 or 8"
    )


def _cars(raw: RawTable, row: int, column: int) -> float:
    text = raw.text(row, column)
    cars = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else -1.0
    if not 0 <= cars <= MOST_CARS:
        raise InputError(
            raw.file, raw.place(row, column), f"'{text[:30]}' is no number of cars",
            f"enter a number between 0 and {MOST_CARS:,}",
        )  # fmt: skip
    return cars
