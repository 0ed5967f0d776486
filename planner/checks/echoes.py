"""One finding per fact: what merely follows from another finding is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grid.findings import Finding, Severity
from planner.layout.pieces import Path
from planner.model.ids import CircuitId

_UNFED = {"GRID-UNFED", "GRID-LOOSE", "CHK-UNFED"}


def without_echoes(
    found: Iterable[Finding], paths: Mapping[CircuitId, Path]
) -> tuple[Finding, ...]:
    """Drop findings that say again what another one says with its reason.

    A circuit for which no cable fits leaves its charger, and all behind a feeder,
    without a circuit; a board with too few ways is named by the layout, which
    knows why, and by the check of the finished design.
    """
    given = tuple(found)
    lost = _behind_failures(given, paths)
    crowded = {f.subject for f in given if f.code == "LAYOUT-WAYS"}
    unfed = {f.subject for f in given if f.code == "GRID-UNFED"}

    def echo(finding: Finding) -> bool:
        missing = finding.code == "CHECK-REACHED" and "has no circuit" in finding.message
        if finding.code in _UNFED or missing:
            return finding.subject in lost or (missing and finding.subject in unfed)
        return finding.code == "CHECK-WAYS" and finding.subject in crowded

    return tuple(f for f in given if not echo(f))


def _behind_failures(found: Iterable[Finding], paths: Mapping[CircuitId, Path]) -> set[str]:
    """Return the circuits that could not be sized, those behind them, and all their ends."""
    failed = {
        f.subject for f in found if f.code.startswith("WIRE-") and f.severity is Severity.ERROR
    }
    # A charger whose current is not known is named itself.
    lost = {str(k) for k in paths if str(k) in failed or paths[k].to_id in failed}
    ends = {paths[CircuitId(k)].to_id for k in lost}
    while True:
        more = {str(k) for k, p in paths.items() if p.from_id in ends} - lost
        if not more:
            return lost | ends
        lost |= more
        ends |= {paths[CircuitId(k)].to_id for k in more}
