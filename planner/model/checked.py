"""An outcome with findings of a later study added to it, or taken out again."""

from __future__ import annotations

from dataclasses import replace

from grid.findings import Finding, Severity
from planner.model.outcome import Outcome
from planner.model.year import YearResult

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def by_severity(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what needs attention, gravest first; passed checks are only counted."""
    unique = dict.fromkeys(f for f in found if f.severity is not Severity.OK)
    return tuple(sorted(unique, key=lambda f: _ORDER.index(f.severity)))


def with_findings(outcome: Outcome, found: tuple[Finding, ...]) -> Outcome:
    """Add findings and the checks passed."""
    return replace(
        outcome,
        findings=by_severity((*outcome.findings, *found)),
        passed_checks=outcome.passed_checks + _passed(found),
    )


def without_findings(outcome: Outcome, found: tuple[Finding, ...]) -> Outcome:
    """Take findings out again that were added before."""
    gone = set(found)
    return replace(
        outcome,
        findings=tuple(f for f in outcome.findings if f not in gone),
        passed_checks=outcome.passed_checks - _passed(found),
    )


def with_year(outcome: Outcome, year: YearResult | None, found: tuple[Finding, ...]) -> Outcome:
    """Add a year and what it shows in the place of the year before."""
    if outcome.year is not None:
        outcome = without_findings(outcome, outcome.year.findings)
    return replace(with_findings(outcome, found), year=year)


def _passed(found: tuple[Finding, ...]) -> int:
    return sum(f.severity is Severity.OK for f in found)
