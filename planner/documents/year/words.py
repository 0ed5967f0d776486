"""Facts, worst hours and checks of a year as rows of words."""

from __future__ import annotations

import numpy as np

from grid.findings import Finding, Severity
from planner.documents.words import count, figure, significant
from planner.model.year import YearResult

HOURS_HEAD = ("Start, local", "Start, UTC", "kVA", "Existing kW", "Charging kW", "What dominates")
CHECKS_HEAD = ("Place", "What was found", "Value", "Limit")

NOTED = ("GRID-YEAR-EN50160", "GRID-YEAR-LOSS", "GRID-YEAR-AGEING", "GRID-YEAR-TIMED")


def facts(year: YearResult) -> list[list[str]]:
    """Return headline figures as pairs of value and words."""
    drawn = float(np.nansum(year.intake_kw)) * year.hours
    lost = float(np.nansum(year.loss_kw)) * year.hours
    over = float((np.nan_to_num(year.intake_kva) > year.agreed_kva).sum()) * year.hours
    unit, share = year.transformer_pct, 100 * lost / drawn if drawn > 0 else 0.0
    rows = [
        [f"{figure(float(np.nanmax(year.intake_kva)))} kVA",
         f"highest draw of {figure(year.agreed_kva)} kVA agreed"],
        [f"{figure(over, 1)} h", "above the agreed capacity"],
        [f"{float(np.nanmin(year.lowest_pu)):.3f}", "lowest voltage, of nominal"],
        [f"{figure(lost)} kWh", f"lost, {share:.1f} % of {figure(drawn)} kWh"],
    ]  # fmt: skip
    if unit is not None:
        rows.insert(
            2, [f"{figure(float(np.nanmax(unit)))} %", "highest loading of the transformer"]
        )
    return rows


def hour_rows(year: YearResult, most: int = 5) -> list[list[str]]:
    """Return the worst hours with their cause."""
    return [
        [h.local, h.utc.removesuffix(" UTC") or "–", figure(h.kva, 1), figure(h.existing_kw, 1),
         figure(h.charging_kw, 1), h.cause]
        for h in year.worst_hours[:most]
    ]  # fmt: skip


def broken(year: YearResult) -> list[Finding]:
    """Return the findings of the year that are not passed checks."""
    return [f for f in year.findings if f.severity is not Severity.OK]


def notes(year: YearResult) -> list[str]:
    """Say in a sentence each what holds of losses, voltage, ageing and hours with less."""
    return [
        f"{f.message.split('. ')[0].rstrip('.')}."
        for f in year.findings
        if f.code in NOTED and f.severity is Severity.OK
    ]


def check_rows(year: YearResult) -> list[list[str]]:
    """Return every check of the year, those that failed first."""
    ordered = sorted(year.findings, key=lambda f: f.severity is Severity.OK)
    return [
        [f.place, f.message, _number(f.value, f.unit), _number(f.limit, f.unit)] for f in ordered
    ]


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{significant(value)} {unit}".strip()


def method(year: YearResult) -> str:
    """Say how the year was computed and how far it can be trusted."""
    text = (
        f"{figure(len(year.intake_kva))} intervals of {year.interval_min} min: existing load as "
        "measured, the simulated weeks of charging repeated at their local time and shared by "
        "charger power. Balanced power flow of every interval; the heaviest, the lightest and "
        f"others were solved by Newton's method too and differ by {year.compared_pu:.0e} pu."
    )
    if year.unsolved:
        text += f" {count(year.unsolved, 'interval has', 'intervals have')} no solution."
    return text
