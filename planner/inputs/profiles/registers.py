"""Readings of a meter's register: recognised by their steady rise, turned into consumption."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.series import Floats
from planner.inputs.profiles.times import Resolved
from planner.inputs.report import Action, Report

_FEWEST = 24
_MOST_FALLS = 0.02  # of all steps: roll-overs and new meters
_FEWEST_RISES = 0.05  # of all steps: a site may draw nothing for most of the time


def looks_like_register(values: Floats) -> bool:
    """Tell whether values only ever rise, but for a roll-over or a new meter now and then."""
    known = values[~np.isnan(values)]
    if len(known) < _FEWEST:
        return False
    steps = np.diff(known)
    falls = np.flatnonzero(steps < 0)
    if np.count_nonzero(steps > 0) < max(_FEWEST_RISES * len(steps), 3):
        return False
    if len(falls) == 1 and is_full(float(known[falls[0]])):
        return True
    # What climbs from 0 to 1 day by day is a normalised series.
    return not len(falls) or (len(falls) <= _MOST_FALLS * len(steps) and float(known.max()) > 1)


def is_full(reading: float) -> bool:
    """Tell whether a register stands just below a power of ten, where it rolls over."""
    return reading >= 0.95 * _capacity(reading)


def _capacity(reading: float) -> float:
    return 10.0 ** len(str(int(reading)))


def differenced(
    resolved: Resolved, values: Floats, options: ProfileOptions, report: Report
) -> tuple[Resolved, Floats]:
    """Turn readings into energy per interval; where the meter was changed, it is not known."""
    if options.register is None:
        report.say(
            Action.ASK, "PRF-REGISTER",
            f"the values rise from {values[0]:,.10g} to {np.nanmax(values):,.10g} "
            "like a meter register",
            "", "say --register yes to take differences, or --register no",
        )  # fmt: skip
    steps = np.diff(values)
    usual = float(np.nanmax(steps[steps >= 0], initial=0.0))
    for index in np.flatnonzero(steps < 0):
        before, after = float(values[index]), float(values[index + 1])
        rolled = after - before + _capacity(before)
        if rolled <= max(10 * usual, 1.0):
            steps[index] = rolled
            report.say(
                Action.REPAIR, "PRF-ROLLOVER", f"the register rolled over after {before:,.10g}",
                resolved.show(int(resolved.utc[index])),
            )  # fmt: skip
            continue
        steps[index] = np.nan
        report.say(
            Action.ASK, "PRF-METER-CHANGE",
            f"the register falls from {before:,.10g} to {after:,.10g}; what was used in between "
            "is not known",
            resolved.show(int(resolved.utc[index + 1])),
            "confirm that the meter was changed with --accept PRF-METER-CHANGE, "
            "or split the export there",
        )  # fmt: skip
    report.say(Action.REPAIR, "PRF-REGISTER", "consumption is the difference of readings")
    return replace(resolved, utc=resolved.utc[:-1], order=resolved.order[:-1]), steps
