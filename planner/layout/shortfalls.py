"""Requirements that a site cannot meet, each with the missing amount."""

from __future__ import annotations

from collections.abc import Sequence

from grid.findings import Finding, Severity
from planner.layout.build import Draft
from planner.layout.choices import Unit
from planner.layout.evaluate import Search


def shortfalls(draft: Draft, search: Search) -> tuple[Finding, ...]:
    """Name what could not be met: chargers without bays, outlets without a bay."""
    found = [
        _positions(draft),
        _outlets([u for u in draft.units if _half_used(u, search)]),
    ]
    return tuple(f for f in found if f is not None)


def _half_used(unit: Unit, search: Search) -> bool:
    """Tell whether a unit with two outlets reaches one bay only."""
    outlets = min(2, search.catalogue[unit.model].outlets)
    return not unit.pinned and len(unit.choice.bays) < outlets


def _positions(draft: Draft) -> Finding | None:
    """Report chargers that found no bay."""
    if not draft.short:
        return None
    wanted = len(draft.units) + len(draft.short)
    return Finding(
        "LAYOUT-POSITIONS",
        Severity.ERROR,
        draft.short[0],
        "Bays within reach",
        f"{len(draft.short)} of {wanted} chargers found no free bay.",
        value=float(len(draft.units)),
        limit=float(wanted),
        unit="chargers",
        fix="Free more bays, or choose units with more outlets.",
    )


def _outlets(half: Sequence[Unit]) -> Finding | None:
    """Report units whose second outlet has no bay."""
    if not half:
        return None
    return Finding(
        "LAYOUT-OUTLETS",
        Severity.WARNING,
        half[0].model,
        "Bays " + ", ".join(b for u in half[:4] for b in u.choice.bays),
        f"{len(half)} chargers with two outlets reach one bay only.",
        value=float(len(half)),
        limit=0.0,
        unit="chargers",
        fix="Use single-outlet units there, or free the neighbouring bays.",
    )
