"""One finding per fact: an unsizable circuit and a full board are told once."""

from dataclasses import replace

import pytest
from shapely import LineString

from grid.findings import Finding, Severity
from grid.model import CircuitKind
from planner import pipeline
from planner.checks.echoes import without_echoes
from planner.inputs.samples import load_sample
from planner.layout.pieces import Path


def finding(code, subject, message="x"):
    return Finding(code, Severity.ERROR, subject, subject, message)


@pytest.fixture
def paths():
    def path(kind, start, end):
        return Path(kind, start, end, LineString([(0, 0), (1, 0)]), (), 1.0)

    return {
        "F1": path(CircuitKind.FEEDER, "MSB", "P1"),
        "W1": path(CircuitKind.FINAL, "P1", "C1"),
        "W2": path(CircuitKind.FINAL, "MSB", "C2"),
    }


def codes(found, paths):
    return [(f.code, f.subject) for f in without_echoes(found, paths)]


def test_a_charger_without_circuit_is_told_by_the_reason_alone(paths):
    found = (
        finding("WIRE-NOFIT", "W2"), finding("GRID-UNFED", "C2"),
        finding("CHECK-REACHED", "C2", "C2 has no circuit."),
        finding("CHECK-REACHED", "C2", "No trench reaches C2."),
    )  # fmt: skip
    assert codes(found, paths) == [("WIRE-NOFIT", "W2"), ("CHECK-REACHED", "C2")]


def test_all_behind_a_feeder_follows_from_it(paths):
    found = (
        finding("WIRE-NOFIT", "F1"), finding("GRID-UNFED", "C1"), finding("GRID-LOOSE", "W1"),
        finding("CHK-UNFED", "W1"), finding("GRID-UNFED", "C2"),
    )  # fmt: skip
    assert codes(found, paths) == [("WIRE-NOFIT", "F1"), ("GRID-UNFED", "C2")]


def test_a_full_board_is_told_once_and_an_unknown_one_stays(paths):
    found = (
        finding("LAYOUT-WAYS", "P1"), finding("CHECK-WAYS", "P1"), finding("CHECK-WAYS", "P2"),
    )  # fmt: skip
    assert codes(found, paths) == [("LAYOUT-WAYS", "P1"), ("CHECK-WAYS", "P2")]


def test_a_design_with_unsizable_circuits_names_each_once():
    project = load_sample("services")
    dry = replace(project, settings=replace(project.settings, soil_k_m_w=9.0))
    outcome = pipeline.propose(dry, dry.scenario, dry.scenario.objective)
    errors = [f for f in outcome.findings if f.severity is Severity.ERROR]
    assert {f.code for f in errors} >= {"WIRE-TABLE"}
    assert not {"GRID-UNFED", "CHECK-REACHED"} & {f.code for f in errors}
    assert len({f.subject for f in errors}) == len(errors)
