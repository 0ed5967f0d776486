"""The whole loop on the hotel sample: every stage really computes and agrees with the others."""

import pickle
from dataclasses import replace

import pytest
import shapely
from shapely import Point

from grid.findings import Severity
from planner import pipeline
from planner.edits import accept_design, move_charger, set_terms
from planner.model.design import Design
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Limits, Objective
from planner.stage_cache import forget_all


def drawn_m(design: Design) -> float:
    return sum(t.length_m for t in design.trenches.values())


def test_proposal_has_no_errors(proposal: Outcome) -> None:
    assert proposal.design.chargers
    assert not [f for f in proposal.findings if f.severity is Severity.ERROR]


def test_trench_metres_are_those_of_the_union(proposal: Outcome) -> None:
    union = shapely.union_all([t.line for t in proposal.design.trenches.values()])
    assert drawn_m(proposal.design) == pytest.approx(union.length, abs=0.01)
    ordered = sum(float(b.net) for b in proposal.bom.lines if b.code.startswith("TRENCH-"))
    dug = sum(t.length_m for t in proposal.design.trenches.values() if not t.existing_duct)
    assert ordered == pytest.approx(dug, abs=0.05)


def test_every_charger_has_a_circuit(proposal: Outcome) -> None:
    fed = {c.sized.demand.to_id for c in proposal.design.circuits.values()}
    assert set(proposal.design.chargers) <= fed


def test_managed_load_keeps_to_the_cap(proposal: Outcome) -> None:
    cap = proposal.design.managed_cap_kw
    assert cap is not None
    assert proposal.service.load_kw.max() <= cap + 1e-9
    assert proposal.service.unmanaged_peak_kw > cap


def test_same_seed_gives_the_same_design(hotel: Project, proposal: Outcome) -> None:
    forget_all()
    again = pipeline.propose(hotel, hotel.scenario, Objective.BALANCED)
    assert again.design == proposal.design
    assert again.quote.total == proposal.quote.total


def test_recalculating_an_accepted_design_changes_nothing(
    hotel: Project, proposal: Outcome
) -> None:
    project = accept_design(hotel, proposal.design, Objective.BALANCED)
    forget_all()
    again = pipeline.recalculate(project, project.scenario)
    assert again.design == proposal.design
    assert again.quote.total == proposal.quote.total


def test_dragged_charger_is_reached_again(hotel: Project, proposal: Outcome) -> None:
    project = accept_design(hotel, proposal.design, Objective.BALANCED)
    key, charger = next(iter(proposal.design.chargers.items()))
    to = Point(charger.point.x + 1.0, charger.point.y + 1.5)
    project = move_charger(project, key, to)
    moved = pipeline.recalculate(project, project.scenario)
    ends = [c.route for c in moved.design.circuits.values() if c.sized.demand.to_id == key]
    assert ends[0].distance(to) < 0.01
    assert moved.quote.net != proposal.quote.net


def test_a_margin_recalculates_nothing_but_money(
    hotel: Project, proposal: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = accept_design(hotel, proposal.design, Objective.BALANCED)
    before = pipeline.recalculate(project, project.scenario)
    for engine in (
        "grid.network.powerflow._solve_one", "grid.network.faults._run",
        "planner.charging.simulate.run", "planner.layout.routing.solve",
    ):  # fmt: skip
        monkeypatch.setattr(engine, lambda *_a, **_k: pytest.fail("computed again"))
    copy = pickle.loads(pickle.dumps(project.scenario.design))
    dearer = set_terms(
        accept_design(project, copy),
        replace(project.terms, margin_pct=project.terms.margin_pct + 5),
    )
    after = pipeline.recalculate(dearer, dearer.scenario)
    assert after.quote.net > before.quote.net
    assert after.service is before.service


@pytest.mark.parametrize("lacks", ["bays", "supply", "demand"])
def test_what_is_missing_is_said(hotel: Project, lacks: str) -> None:
    site, scenario = hotel.site, hotel.scenario
    if lacks == "bays":
        site = replace(site, bays={})
    elif lacks == "supply":
        site = replace(site, supply=None)
    else:
        scenario = replace(scenario, demand=())
    project = replace(hotel, site=site, scenarios=(scenario,))
    with pytest.raises(pipeline.NotReady, match=":"):
        pipeline.propose(project, scenario, Objective.COST)


def test_impossible_service_is_a_result_with_a_finding(hotel: Project) -> None:
    limits = Limits(service_pct=100.0, bays_kept_free=tuple(hotel.site.bays)[4:])
    scenario = replace(hotel.scenario, limits=limits)
    outcome = pipeline.propose(hotel, scenario, Objective.COST)
    assert "SERVICE-SHORT" in {f.code for f in outcome.findings}
