"""A laid-out design of each sample passes the independent checker in every code."""

from dataclasses import replace

import pytest

from grid.codes import registry
from grid.wiring.checker import check_network
from planner import stages
from planner.checks.network import site_network
from planner.inputs.samples import load_sample
from planner.layout.cabling import design_circuits
from planner.layout.placement import place
from planner.layout.routing import route
from planner.model.design import Design

COUNTS = {"hotel": {"ac22-2": 8, "dc50": 2}, "depot": {"ac22-2": 12}, "services": {"dc150": 5}}


@pytest.fixture(scope="module", params=COUNTS)
def laid_out(request):
    project = load_sample(request.param)
    site, limits = project.site, project.scenario.limits
    corridors = stages.corridors(site, limits, project.price_book)
    placement = place(
        site, COUNTS[request.param], corridors, limits, project.scenario.objective,
        project.catalogue, managed_cap_kw=300.0, work=500,
    )  # fmt: skip
    routes = route(corridors, placement.chargers, placement.boards, 3, project.catalogue, seed=1)
    return project, placement, routes


@pytest.mark.parametrize("code_id", registry.codes())
def test_every_circuit_passes(code_id, laid_out):
    project, placement, routes = laid_out
    settings = replace(project.settings, code=code_id)
    cabling = design_circuits(
        project.site, placement.chargers, placement.boards, routes, project.catalogue, settings,
        300.0,
    )  # fmt: skip
    design = Design(placement.chargers, placement.boards, cabling.circuits, cabling.trenches, 300.0)
    assert len(design.circuits) >= len(design.chargers) > 0
    assert check_network(site_network(project.site, design).network, code_id) == ()
