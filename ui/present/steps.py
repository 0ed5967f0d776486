"""The six steps of the rail: what each one says about the project."""

from __future__ import annotations

from dataclasses import dataclass

from grid.findings import Finding, Severity, worst
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Objective
from ui.present.text import count, number

STEPS = ("Site", "Supply", "Demand", "Propose", "Check", "Deliver")
ICONS = ("map", "zap", "car-front", "drafting-compass", "shield-check", "file-check")

DESIGN_NAMES = {
    Objective.COST: "Lowest cost",
    Objective.BALANCED: "Balanced",
    Objective.FUTURE: "Future-ready",
}


@dataclass(frozen=True, slots=True)
class StepState:
    """Title, one line, and a mark; None means not done."""

    title: str
    line: str
    mark: Severity | None


def open_assumptions(project: Project, outcome: Outcome | None) -> int:
    """Count assumptions nobody has confirmed."""
    listed = outcome.assumptions if outcome else project.site.assumptions
    confirmed = {a.id for a in project.site.assumptions if a.confirmed}
    return sum(not a.confirmed and a.id not in confirmed for a in listed)


def tally(findings: tuple[Finding, ...]) -> str:
    """Say how many errors and warnings there are."""
    errors = sum(f.severity is Severity.ERROR for f in findings)
    warnings = sum(f.severity is Severity.WARNING for f in findings)
    parts = [count(errors, "error")] * (errors > 0) + [count(warnings, "warning")] * (warnings > 0)
    return ", ".join(parts)


def step_states(
    project: Project, outcome: Outcome | None, proposals: tuple[Outcome, ...]
) -> tuple[StepState, ...]:
    """Return what the rail shows, one state per step."""
    return (
        _site(project),
        _supply(project),
        _demand(project),
        _propose(project, proposals),
        _check(project, outcome),
        _deliver(project, outcome),
    )


def _site(project: Project) -> StepState:
    bays = len(project.site.bays)
    if not bays:
        return StepState("Site", "No bays yet", None)
    return StepState("Site", count(bays, "bay"), Severity.OK)


def _supply(project: Project) -> StepState:
    supply = project.site.supply
    if supply is None:
        return StepState("Supply", "Not given yet", None)
    profile = project.site.profile
    if profile is None:
        return StepState("Supply", f"{number(supply.agreed_kva)} kVA agreed", Severity.WARNING)
    return StepState(
        "Supply", f"{number(profile.peak_kw)} kW of {number(supply.agreed_kva)} kVA", Severity.OK
    )


def _demand(project: Project) -> StepState:
    drivers = sum(d.drivers_per_day for d in project.scenario.demand)
    if not drivers:
        return StepState("Demand", "Nobody parks yet", None)
    return StepState("Demand", f"{number(drivers)} drivers a day", Severity.OK)


def _propose(project: Project, proposals: tuple[Outcome, ...]) -> StepState:
    design = project.scenario.design
    if proposals:
        best = min(o.routing.gap_pct for o in proposals)
        line = f"{count(len(proposals), 'design')}, gap {number(best, 1)} %"
        return StepState("Propose", line, Severity.OK if design else None)
    if design is not None:
        return StepState("Propose", f"{count(len(design.chargers), 'charger')}", Severity.OK)
    return StepState("Propose", "Not run yet", None)


def _check(project: Project, outcome: Outcome | None) -> StepState:
    if project.scenario.design is None:
        return StepState("Check", "Needs a design", None)
    if outcome is None:
        return StepState("Check", "Calculating", None)
    line = tally(outcome.findings)
    return StepState(
        "Check",
        line or f"{outcome.passed_checks} checks passed",
        Severity.OK if not line else worst(outcome.findings),
    )


def _deliver(project: Project, outcome: Outcome | None) -> StepState:
    if project.scenario.design is None or outcome is None:
        return StepState("Deliver", "Needs a design", None)
    errors = sum(f.severity is Severity.ERROR for f in outcome.findings)
    if errors:
        return StepState("Deliver", f"Blocked by {count(errors, 'error')}", None)
    waiting = open_assumptions(project, outcome)
    if waiting:
        return StepState("Deliver", f"{count(waiting, 'item')} to confirm", Severity.WARNING)
    return StepState("Deliver", "Ready", Severity.OK)
