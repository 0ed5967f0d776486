"""Counts of parked cars, by hour and day of the week, and the archetype that explains them.

Contract: `read_survey` gives a `Survey` or raises `InputError` naming the place; the
layouts are told in `planner.inputs.survey_table`. What was not counted stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.demand.archetypes import load_archetypes
from planner.demand.matching import CountFit, match_counts
from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.text import read_text
from planner.inputs.report import Report
from planner.inputs.survey_table import counts_of
from planner.model.demand import DemandInput

FEWEST_COUNTS = 6
_UNDATED = "The day is not said, so the counts are taken as those of a working day."


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Mean cars by weekday and hour (NaN: not counted), how many counts, and what fits.

    `notes` say what was taken for granted.
    """

    file: str
    cars: npt.NDArray[np.float64]
    counts: int
    fits: tuple[CountFit, ...]
    notes: tuple[str, ...] = ()

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
    counts = counts_of(raw)
    for count in counts:
        for day in count.days:
            total[day, count.hour] += count.cars
            times[day, count.hour] += 1
    if len(counts) < FEWEST_COUNTS:
        raise InputError(
            raw.file, "", f"{len(counts)} counts are too few for a pattern",
            f"count at {FEWEST_COUNTS} different hours at least",
        )  # fmt: skip
    if not total.any():
        raise InputError(raw.file, "", "no car was counted", "check the column of counts")
    mean = np.where(times > 0, total / np.maximum(times, 1), np.nan)
    notes = () if all(c.dated for c in counts) else (_UNDATED,)
    return Survey(raw.file, mean, len(counts), match_counts(mean), notes)


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
