"""The year with cars that charge as they arrive, beside the managed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from grid.findings import Severity
from planner.checks.year import YearReport, unmanaged
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.year import YearResult
from planner.pipeline import check_year


def unmanaged_year(
    project: Project,
    outcome: Outcome,
    *,
    ageing_ambient_c: float | None = None,
    energy_price: float | None = None,
) -> YearReport:
    """Compute the year of a design as if nobody managed the charging; all else stays."""
    free = replace(outcome, service=unmanaged(outcome))
    _, report = check_year(
        project, free, ageing_ambient_c=ageing_ambient_c, energy_price=energy_price
    )
    return report


def unmanaged_lines(managed: YearReport, free: YearReport) -> Iterator[str]:
    """Set the two years side by side, then say what the unmanaged one breaks."""
    if managed.result is None or free.result is None:
        yield "The unmanaged year could not be computed."
        return
    for name, year in (("Managed", managed.result), ("Unmanaged", free.result)):
        yield f"{name} year: {_figures(year)}."
    broken = [f for f in free.findings if f.severity is not Severity.OK]
    for finding in broken:
        yield f"Without load management: {finding.place}: {finding.message}"
    if not broken:
        yield "Without load management every check of the year would pass as well."


def _figures(year: YearResult) -> str:
    hours = year.hours
    over = float((np.nan_to_num(year.intake_kva) > year.agreed_kva).sum()) * hours
    parts = [
        f"{float(np.nansum(year.charging_kw)) * hours:,.0f} kWh of charging",
        f"highest draw {float(np.nanmax(year.intake_kva)):,.1f} kVA of {year.agreed_kva:,.0f} kVA "
        f"agreed ({year.when(year.worst_step)})",
        f"{over:,.1f} h above it",
        f"lowest voltage {float(np.nanmin(year.lowest_pu)):.3f}",
        f"{float(np.nansum(year.loss_kw)) * hours:,.0f} kWh lost",
    ]
    if year.transformer_pct is not None:
        peak = float(np.nanmax(year.transformer_pct))
        parts.insert(2, f"transformer at most {peak:.0f} %")
    return ", ".join(parts)
