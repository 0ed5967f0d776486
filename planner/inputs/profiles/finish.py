"""From values at their times to one regular series in kW, whatever file they came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from planner.inputs.problem import InputError
from planner.inputs.profiles import series as regular
from planner.inputs.profiles.content import check_content
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.series import Floats, Seconds, Series
from planner.inputs.profiles.times import Resolved
from planner.inputs.report import Action, Note, Report
from planner.model.site import LoadProfile

_KW = {"W": 1e-3, "kW": 1.0, "MW": 1e3}
_KWH = {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3}
_SHORTEST_H = 23


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter export was understood to be; `profile` may still have questions."""

    file: str
    profile: LoadProfile
    unit_read: str
    notes: tuple[Note, ...]


def finish(
    file: str, resolved: Resolved, values: Floats, unit: str, options: ProfileOptions,
    report: Report,
) -> Reading:  # fmt: skip
    """Make the series regular, bring it to kW and check its content."""
    show = resolved.show
    there = ~np.isnan(values)
    utc, values = resolved.utc[there], values[there]
    if len(utc) < 2:
        raise InputError(file, "", "there is hardly a value", "export at least one whole day")
    utc, values = regular.merge_duplicates(utc, values, options, report, show)
    stuck_days = 3 if resolved.step_s == regular.DAY_S else 1
    if resolved.step_s == regular.DAY_S and options.resample:
        resolved, utc, values = _daily(resolved, utc, values, unit, report)
    minutes = regular.check_interval(resolved.step_s, file)
    changed = regular.interval_change(utc, resolved.step_s)
    if changed is not None:
        utc, values, minutes = _one_interval(
            utc, values, unit, changed, file, options, report, show
        )
    grid = regular.on_grid(utc, values, minutes * 60, file, report, show)
    hours = len(grid.values) * minutes / 60
    if hours < _SHORTEST_H:
        raise InputError(
            file, "", f"the values cover {hours:g} hours",
            f"export at least one whole day, which is {24 * 60 // minutes} values",
        )  # fmt: skip
    kw, unit = _to_kw(grid, unit, options, report)
    kw, filled = regular.close_gaps(kw, options, report, show)
    kw = check_content(kw, options, report, show, stuck_days)
    kw = _scaled(kw, options, report)
    _say_length(hours / 24, report)
    return _reading(file, kw, filled, resolved.zone, unit, report)


def _daily(
    resolved: Resolved, utc: Seconds, values: Floats, unit: str, report: Report
) -> tuple[Resolved, Seconds, Floats]:
    """Spread values of whole days over their hours, as the user agrees; 23 or 25 at times."""
    lengths = np.append(np.diff(utc), regular.DAY_S)
    lengths = np.where(np.abs(lengths - regular.DAY_S) <= 3600, lengths, regular.DAY_S)
    energy = values if unit in _KWH else values * lengths
    utc, spread, hour_s = regular.resample(utc, energy, lengths, 3600)
    report.say(
        Action.REPAIR, "PRF-DAILY",
        "daily values are spread evenly over the day; the true peak is not known",
    )  # fmt: skip
    return replace(resolved, step_s=hour_s), utc, spread if unit in _KWH else spread / hour_s


def _one_interval(
    utc: Seconds, values: Floats, unit: str, at: int, file: str, options: ProfileOptions,
    report: Report, show: Callable[[int], str],
) -> tuple[Seconds, Floats, int]:  # fmt: skip
    """Bring a series whose interval changes to its finest one, if the user agrees."""
    steps = np.diff(utc)
    before, after = int(steps[at - 1]) // 60 if at else 0, int(steps[at]) // 60
    text = f"the interval changes from {before} to {after} min"
    if not options.resample:
        raise InputError(
            file, show(int(utc[at])), text,
            "spread it evenly over the finer interval with --resample", question=True,
        )  # fmt: skip
    report.say(Action.REPAIR, "PRF-INTERVAL", f"{text}; spread evenly", show(int(utc[at])))
    steps = np.append(steps, steps[-1])
    energy = values if unit in _KWH else values * steps / 3600
    utc, spread, finest = regular.resample(utc, energy, steps)
    return utc, spread if unit in _KWH else spread * 3600 / finest, finest // 60


def _to_kw(grid: Series, unit: str, options: ProfileOptions, report: Report) -> tuple[Series, str]:
    """Bring values to mean kW; without a unit, show what each reading would mean."""
    per_hour = 60 / grid.interval_min
    if not unit and not (options.peak_kw or options.annual_kwh):
        peak, total = float(np.nanmax(grid.values)), float(np.nansum(grid.values))
        if np.nanmin(grid.values) >= 0 and 0.5 <= peak <= 1.0:
            report.say(
                Action.ASK, "PRF-NORMALISED",
                "the values run from 0 to 1 without a unit, like a normalised series", "",
                "give the peak with --peak-kw or the energy with --annual-kwh",
            )  # fmt: skip
        else:
            report.say(
                Action.ASK, "PRF-UNIT",
                f"no unit is given; as kWh per interval the peak is {peak * per_hour:,.4g} kW and "
                f"the sum {total:,.5g} kWh, as kW {peak:,.4g} kW and {total / per_hour:,.5g} kWh",
                "", "name the unit with --unit kWh or --unit kW",
            )  # fmt: skip
    factor = _KWH[unit] * per_hour if unit in _KWH else _KW.get(unit, 1.0)
    if unit:
        report.say(Action.ACCEPT, "PRF-UNIT", f"values are {unit} per {grid.interval_min} min")
    return Series(grid.start_s, grid.interval_min, grid.values * factor), unit


def _scaled(kw: Series, options: ProfileOptions, report: Report) -> Series:
    """Scale a normalised series to the peak or the energy the user gives."""
    peak, total = float(np.nanmax(kw.values)), float(np.nansum(kw.values)) * kw.interval_min / 60
    if options.peak_kw and peak > 0:
        factor, what = options.peak_kw / peak, f"a peak of {options.peak_kw:g} kW"
    elif options.annual_kwh and total > 0:
        days = len(kw.values) * kw.interval_min / 1_440
        factor = options.annual_kwh * days / 365 / total
        what = f"{options.annual_kwh:g} kWh a year"
    else:
        return kw
    report.say(Action.REPAIR, "PRF-SCALED", f"scaled to {what}")
    return Series(kw.start_s, kw.interval_min, kw.values * factor)


def _say_length(days: float, report: Report) -> None:
    if days < 364.5:
        report.say(
            Action.ACCEPT, "PRF-SHORT",
            f"the profile covers {days:.4g} of 365 days; the rest of the year is not known",
        )  # fmt: skip


def _reading(file: str, kw: Series, filled: int, zone: str, unit: str, report: Report) -> Reading:
    """Freeze the result."""
    values = np.ascontiguousarray(kw.values, dtype=np.float64)
    values.flags.writeable = False
    profile = LoadProfile(
        start=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=kw.start_s),
        interval_min=kw.interval_min, kw=values, zone=zone, source=file, filled=filled,
        notes=tuple(n.text for n in report.notes),
    )  # fmt: skip
    return Reading(file, profile, unit, tuple(report.notes))
