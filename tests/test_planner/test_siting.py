"""Siting of hand-placed chargers on the tiny site."""

from dataclasses import replace

from shapely import Point

from grid.findings import Finding, Severity
from planner.checks.siting import check_siting
from planner.model.design import Charger
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Limits


def found(project: Project, outcome: Outcome, limits: Limits, **changes: object) -> list[Finding]:
    design = outcome.design
    if changes:
        first: Charger = next(iter(design.chargers.values()))
        moved = {**design.chargers, first.id: replace(first, **changes)}
        design = replace(design, chargers=moved)
    findings = check_siting(project.site, design, project.catalogue, limits)
    return [f for f in findings if f.severity is not Severity.OK]


def codes(findings: list[Finding]) -> set[str]:
    return {f.code for f in findings}


def test_chargers_at_bay_heads_raise_nothing(tiny_project: Project, tiny_outcome: Outcome) -> None:
    assert not found(tiny_project, tiny_outcome, Limits(accessible_chargers=0))


def test_charger_in_a_building_is_an_error(tiny_project: Project, tiny_outcome: Outcome) -> None:
    building = next(a for a in tiny_project.site.areas.values() if a.kind == "building")
    limits = Limits(accessible_chargers=0)
    findings = found(tiny_project, tiny_outcome, limits, point=building.polygon.centroid)
    assert "SITE-GROUND" in codes(findings)


def test_lead_that_is_too_short_is_said_with_both_lengths(
    tiny_project: Project, tiny_outcome: Outcome
) -> None:
    first = next(iter(tiny_outcome.design.chargers.values()))
    away = Point(first.point.x, first.point.y + 6)
    findings = found(tiny_project, tiny_outcome, Limits(accessible_chargers=0), point=away)
    short = [f for f in findings if f.code == "SITE-REACH"]
    assert short
    assert short[0].value is not None
    assert short[0].limit is not None
    assert short[0].value > 6 > short[0].limit


def test_missing_accessible_bays_are_named(tiny_project: Project, tiny_outcome: Outcome) -> None:
    findings = found(tiny_project, tiny_outcome, Limits(accessible_chargers=99))
    assert codes(findings) == {"SITE-ACCESSIBLE"}


def test_bay_served_twice_is_said(tiny_project: Project, tiny_outcome: Outcome) -> None:
    second = list(tiny_outcome.design.chargers.values())[1]
    limits = Limits(accessible_chargers=0)
    findings = found(tiny_project, tiny_outcome, limits, bays=second.bays)
    assert "SITE-BAY-TWICE" in codes(findings)
