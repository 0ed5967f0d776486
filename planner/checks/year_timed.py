"""Hours of the day in which less is agreed: what the year draws in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grid.findings import Finding, Severity
from planner.charging.headroom import within
from planner.checks.year_findings import Context, at
from planner.checks.year_scan import Scan
from planner.model.year import YearResult

FIX = "Lower the charging limit in these hours, add a battery, or agree on more for them."


def timed_findings(c: Context, found: Scan, year: YearResult) -> Iterator[Finding]:
    """Compare the draw in the restricted hours of every day with what is agreed for them."""
    timed = c.network.supply.timed
    if timed is None:
        return
    inside = np.flatnonzero(within(timed, year.local_min) & found.converged)
    if not len(inside):
        return
    kva = found.intake_kva[inside]
    worst = int(inside[int(np.nanargmax(kva))])
    peak = float(found.intake_kva[worst])
    hours = f"{timed.from_h:02d}:00 to {timed.to_h:02d}:00"
    text = f"From {hours} the site draws at most {peak:.0f} kVA, on {at(year, worst)}"
    over = inside[kva > timed.kva]
    if not len(over):
        yield Finding(
            "GRID-YEAR-TIMED", Severity.OK, "supply", c.site.name,
            f"{text}; {timed.kva:.0f} kVA are agreed for these hours.", "Connection agreement",
            peak, timed.kva, "kVA",
        )  # fmt: skip
        return
    excess = float((found.intake_kva[over] - timed.kva).sum()) * year.hours
    yield Finding(
        "GRID-YEAR-TIMED", Severity.ERROR, "supply", c.site.name,
        f"{text}; the {timed.kva:.0f} kVA agreed for these hours are exceeded in "
        f"{len(over) * year.hours:,.1f} h by {excess:,.0f} kVA·h, first on "
        f"{at(year, int(over[0]))}.",
        "Connection agreement", peak, timed.kva, "kVA", FIX,
    )  # fmt: skip
