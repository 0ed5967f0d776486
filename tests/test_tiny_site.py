"""The hand-made site every room tests with must itself be consistent."""

import pytest
from shapely import line_merge, unary_union


def test_trenches_form_one_connected_tree(tiny_design) -> None:
    union = unary_union([t.line for t in tiny_design.trenches.values()])
    assert line_merge(union).geom_type in {"LineString", "MultiLineString"}
    assert union.length == pytest.approx(sum(t.length_m for t in tiny_design.trenches.values()))
    assert union.buffer(0.01).geom_type == "Polygon"


def test_each_circuit_runs_in_its_trenches(tiny_design) -> None:
    for circuit in tiny_design.circuits.values():
        trenches = [tiny_design.trenches[t] for t in circuit.trenches]
        assert all(circuit.id in t.circuits for t in trenches)
        assert sum(t.length_m for t in trenches) == pytest.approx(circuit.route_m)


def test_project_and_outcome_tell_of_one_design(tiny_project, tiny_outcome) -> None:
    assert tiny_project.scenario.design is tiny_outcome.design
    assert set(tiny_outcome.grid.branches) >= set(tiny_outcome.design.circuits)
