"""The finished design of a sample passes the independent checker in every code."""

from dataclasses import replace

import pytest

from grid.codes import registry
from grid.wiring.checker import check_network
from planner import pipeline
from planner.checks.network import site_network
from planner.inputs.samples import load_sample


@pytest.fixture(scope="module")
def depot():
    project = load_sample("depot")
    outcome = pipeline.propose(project, project.scenario, project.scenario.objective)
    return project, replace(project.scenario, design=outcome.design)


@pytest.mark.parametrize("code_id", registry.codes())
def test_every_circuit_of_the_depot_passes(code_id, depot):
    project, scenario = depot
    project = replace(project, settings=replace(project.settings, code=code_id))
    design = pipeline.recalculate(project, scenario).design
    assert len(design.circuits) >= len(design.chargers) > 0
    assert check_network(site_network(project.site, design).network, code_id) == ()
