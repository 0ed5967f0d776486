"""What the year pages show, from the study of the design on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from planner.checks import year_figures
from planner.model.year import MONDAY, YearResult
from planner.studies import YearStudy
from ui.present.supply import YearMap
from ui.present.tables import Column, Line, Table
from ui.present.text import NONE, count, number, sentence

Reals = npt.NDArray[np.float64]
_UNITS = {15: "quarter-hour", 30: "half-hour", 60: "hour"}


def draw_map(year: YearResult) -> YearMap:
    """Arrange the draw at the intake as hours by days."""
    made = year_figures.hour_by_day(year, year.intake_kva)
    when = made.first_day + timedelta(days=made.peak_day)
    top = float(made.value[made.peak_hour, made.peak_day])
    text = f"{when:%a} {when.day} {when:%b}, {made.peak_hour:02d}:00  {number(top)} kVA"
    return YearMap(made.value, made.first_day.isoformat(), text, (made.peak_day, made.peak_hour))


def step_of(year: YearResult, day: int, hour: int) -> int:
    """Return the interval of a cell of the map."""
    first = int(year.local_min[0]) // 1440 * 1440
    return int(np.abs(year.local_min - (first + 1440 * day + 60 * hour)).argmin())


@dataclass(frozen=True, slots=True, eq=False)
class DurationLine:
    """A load from high to low over the hours of the year."""

    name: str
    hours: Reals
    kva: Reals
    look: str
    name_at: float


def duration_lines(study: YearStudy, year: YearResult) -> tuple[DurationLine, ...]:
    """Return the managed draw, the unmanaged and the existing one."""
    whole = len(year.intake_kva) * year.hours
    made = []
    for name, values, look, at in (
        ("Unmanaged", study.unmanaged_kva, "other", 0.0),
        ("As designed", year.intake_kva, "data", 0.25),
        ("Existing", study.existing_kva, "faint", 0.55),
    ):
        shape = year_figures.duration(values)
        if len(shape.value):
            peak = number(float(shape.value[0]))
            made.append(
                DurationLine(
                    f"{name}, peak {peak} kVA", shape.share_pct / 100 * whole, shape.value, look, at
                )
            )
    return tuple(made)


def summary(year: YearResult) -> str:
    """Say in a sentence what was checked and what was found."""
    steps = len(year.intake_kva)
    unit = _UNITS.get(year.interval_min, f"step of {year.interval_min} min")
    over = np.nan_to_num(year.intake_kva, nan=0.0) > year.agreed_kva
    text = f"{count(steps, unit)} checked."
    if year.unsolved:
        text += f" {count(year.unsolved, 'step')} could not be solved."
    if over.any():
        hours = number(float(over.sum()) * year.hours, 1)
        return f"{text} Above the agreed {number(year.agreed_kva)} kVA for {hours} h."
    return f"{text} Never above the agreed {number(year.agreed_kva)} kVA."


def hours_table(year: YearResult) -> Table:
    """List the worst hours with their cause; a line leads to its day."""
    lines = tuple(
        Line(
            (h.local, h.kva, 100 * h.kva / year.agreed_kva if year.agreed_kva else None,
             h.existing_kw, h.charging_kw, h.cause, h.utc),
            ("hour", str(h.step)),
        )
        for h in year.worst_hours
    )  # fmt: skip
    columns = (
        Column("Hour, local time", strong=True), Column("Draw kVA", 0), Column("Of agreed %", 1),
        Column("Existing kW", 0), Column("Charging kW", 0), Column("Cause"), Column("In UTC"),
    )  # fmt: skip
    return Table("Worst hours", columns, lines, "No hour could be computed.")


def checks_table(findings: Sequence[Finding]) -> Table:
    """List every check of the year with place, value and limit; what fails stands first."""
    ordered = sorted(findings, key=lambda f: f.severity is Severity.OK)
    lines = tuple(
        Line(
            (sentence(f.severity.value), f.place, f.value, f.limit, f.unit or NONE, f.message,
             f.clause or NONE, f.fix or NONE)
        )
        for f in ordered
    )  # fmt: skip
    columns = (
        Column("Result", strong=True), Column("Where"), Column("Value", 2), Column("Limit", 2),
        Column("Unit"), Column("What was found"), Column("Clause"), Column("Remedy"),
    )  # fmt: skip
    return Table("Checks of the year", columns, lines, "No check could be made.")


def branches_table(year: YearResult, kinds: Mapping[str, tuple[str, str]]) -> Table:
    """List the highest loading of every circuit and board in the year."""
    lines = tuple(
        Line(
            (b.name or b.id, b.peak_a, b.limit_a, b.loading_pct, b.over_h, year.when(b.peak_step)),
            kinds.get(b.id, ("node", b.id)),
        )
        for b in sorted(year.branches.values(), key=lambda b: -b.loading_pct)
    )
    columns = (
        Column("Part", strong=True), Column("Highest A", 1), Column("Limit A", 0),
        Column("Loading %", 1), Column("Above limit h", 1), Column("When"),
    )  # fmt: skip
    return Table("Loading in the year", columns, lines)


def local_hours(year: YearResult) -> Reals:
    """Return hours from the first local midnight; the hour a clock repeats is one point."""
    first = int(year.local_min[0]) // 1440 * 1440
    return np.asarray(np.maximum.accumulate(year.local_min - first) / 60)


def first_midnight(year: YearResult) -> datetime:
    """Return the local midnight from which `local_hours` count."""
    return MONDAY + timedelta(minutes=int(year.local_min[0]) // 1440 * 1440)
