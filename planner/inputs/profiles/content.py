"""Does a series look like the load of a site? Questions, never silent changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.series import Series, runs
from planner.inputs.report import Action, Report

SPIKE_FACTOR = 10
_DAY_MIN = 1_440


def check_content(
    kw: Series, options: ProfileOptions, report: Report, show: Callable[[int], str],
    stuck_days: int = 1,
) -> Series:  # fmt: skip
    """Ask about negative values, spikes, values stuck for days and dates out of range."""
    values = kw.values
    step_s = kw.interval_min * 60

    def at(index: int) -> str:
        return show(kw.start_s + index * step_s)

    known = values[~np.isnan(values)]
    if (known < 0).any():
        kw = _negative(kw, options, report, at)
        values, known = kw.values, kw.values[~np.isnan(kw.values)]
    usual = float(np.percentile(known, 99.9, method="lower"))
    if usual > 0 and known.max() >= SPIKE_FACTOR * usual:
        peaks = np.flatnonzero(values >= SPIKE_FACTOR * usual)
        report.several(
            Action.ASK, "PRF-SPIKE",
            [(at(int(i)), f"{values[i]:,.4g} kW stands out from the usual {usual:,.4g} kW")
             for i in peaks],
            "correct the value, or confirm it with --accept PRF-SPIKE",
        )  # fmt: skip
    _stuck(kw, stuck_days, report, at)
    today = options.today or datetime.now(UTC).date()
    last = datetime.fromtimestamp(kw.start_s + len(values) * step_s - step_s, UTC).date()
    first = datetime.fromtimestamp(kw.start_s, UTC).date()
    if last > today or first.year < 1990:
        report.say(
            Action.ASK, "PRF-DATES", f"the values run from {first} to {last}", "",
            "check the dates, or confirm them with --accept PRF-DATES",
        )  # fmt: skip
    return kw


def _negative(
    kw: Series, options: ProfileOptions, report: Report, at: Callable[[int], str]
) -> Series:
    below = kw.values < 0
    first = int(np.flatnonzero(below)[0])
    count, lowest = np.count_nonzero(below), np.nanmin(kw.values)
    said = f"{count:,} values are negative, the lowest {lowest:g} kW"
    if count == 1:
        said = f"one value is negative, {lowest:g} kW"
    if options.negative == "zero":
        report.say(Action.REPAIR, "PRF-NEGATIVE", f"{said}; set to zero as asked", at(first))
        return Series(kw.start_s, kw.interval_min, np.where(below, 0.0, kw.values))
    if options.negative == "keep":
        report.say(Action.ACCEPT, "PRF-NEGATIVE", f"{said}; kept as export", at(first))
        return kw
    report.say(
        Action.ASK, "PRF-NEGATIVE", said, at(first),
        "say whether they are export (--negative keep) or an error (--negative zero)",
    )  # fmt: skip
    return kw


def _stuck(kw: Series, days: int, report: Report, at: Callable[[int], str]) -> None:
    """Ask about values that stay equal to the digit for a day or longer."""
    values = kw.values
    day = _DAY_MIN // kw.interval_min
    if len(np.unique(values[~np.isnan(values)])) == 1:
        report.say(
            Action.ASK, "PRF-CONSTANT", f"all values are {values[0]:g} kW; the meter may be stuck",
            "", "check the meter, or confirm with --accept PRF-CONSTANT",
        )  # fmt: skip
        return
    same = np.concatenate(([False], np.diff(values) == 0))
    lines = [
        (f"{at(a - 1)} to {at(b)}", f"{values[a]:g} kW throughout; the meter may be stuck")
        for a, b in runs(same)
        if b - a + 1 >= days * day and values[a] != 0
    ]
    zeros = [(a, b) for a, b in runs(values == 0) if b - a >= day]
    if zeros:
        begin, end = max(zeros, key=lambda run: run[1] - run[0])
        report.say(
            Action.ACCEPT, "PRF-ZERO",
            f"no load at all for {(end - begin) / day:.1f} days", f"{at(begin)} to {at(end)}",
        )  # fmt: skip
    report.several(
        Action.ASK, "PRF-CONSTANT", lines, "check the meter, or confirm with --accept PRF-CONSTANT"
    )
