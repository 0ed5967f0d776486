"""Edits: pure, small, and what is not touched stays the same object."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from planner import edits
from planner.model.ids import BayId, ChargerId, ModelId
from planner.model.project import Project
from planner.model.site import Assumption


def first_charger(project: Project) -> ChargerId:
    assert project.scenario.design
    return next(iter(project.scenario.design.chargers))


def test_a_moved_charger_is_pinned_and_the_rest_is_untouched(tiny_project: Project) -> None:
    mover = first_charger(tiny_project)
    point = Point(530_020, 180_020)
    moved = edits.move_charger(tiny_project, mover, point)
    before, after = tiny_project.scenario.design, moved.scenario.design
    assert before is not None
    assert after is not None
    assert after.chargers[mover].point == point
    assert after.chargers[mover].pinned
    assert len(after.chargers[mover].bays) == len(before.chargers[mover].bays)
    assert all(after.chargers[k] is v for k, v in before.chargers.items() if k != mover)
    assert moved.site is tiny_project.site


def test_no_two_chargers_serve_a_bay_after_adding(tiny_project: Project) -> None:
    model = next(iter(tiny_project.catalogue))
    after = edits.add_charger(tiny_project, model, Point(530_010, 180_020)).scenario.design
    assert after is not None
    served = [bay for c in after.chargers.values() for bay in c.bays]
    assert len(served) == len(set(served))


def test_removing_a_charger_removes_what_led_only_to_it(tiny_project: Project) -> None:
    gone = first_charger(tiny_project)
    design = edits.remove_charger(tiny_project, gone).scenario.design
    assert design is not None
    assert gone not in design.chargers
    assert gone not in {c.sized.demand.to_id for c in design.circuits.values()}
    assert all(set(t.circuits) <= set(design.circuits) for t in design.trenches.values())
    assert edits.next_charger_id(design) == gone


def test_removing_all_bays_of_a_charger_removes_it(tiny_project: Project) -> None:
    assert tiny_project.scenario.design
    charger = tiny_project.scenario.design.chargers[first_charger(tiny_project)]
    after = edits.remove_bays(tiny_project, charger.bays)
    assert after.scenario.design
    assert charger.id not in after.scenario.design.chargers
    assert not set(charger.bays) & set(after.site.bays)


def test_scenarios_keep_different_names(tiny_project: Project) -> None:
    twice = edits.duplicate_scenario(edits.duplicate_scenario(tiny_project, 0), 0)
    names = [s.name for s in twice.scenarios]
    assert len(set(names)) == len(names) == len(tiny_project.scenarios) + 2
    assert edits.rename_scenario(twice, 0, names[1]).scenarios[0].name != names[1]


def test_the_scenario_on_screen_survives_removal_of_another(tiny_project: Project) -> None:
    project = edits.add_scenario(tiny_project, "Later")
    shown = project.scenario
    assert edits.remove_scenario(project, 0).scenario is shown
    only = edits.remove_scenario(project, 0)
    assert edits.remove_scenario(only, 0) is only


def test_a_result_s_assumption_can_be_confirmed(tiny_project: Project) -> None:
    derived = Assumption("grid-1", "Grid", "power factor", "0.98", "own assumption")
    after = edits.confirm_assumption(tiny_project, derived)
    assert [a.confirmed for a in after.site.assumptions if a.id == "grid-1"] == [True]
    assert len(edits.confirm_assumption(after, derived, False).site.assumptions) == len(
        after.site.assumptions
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: edits.move_charger(p, ChargerId("nope"), Point(0, 0)),
        lambda p: edits.add_charger(p, ModelId("nope"), Point(0, 0)),
        lambda p: edits.remove_bays(p, [BayId("nope")]),
        lambda p: edits.set_catalogue(p, {}),
    ],
)
def test_unknown_ids_are_refused(tiny_project: Project, edit) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KeyError):
        edit(tiny_project)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(x=st.floats(-100, 100), y=st.floats(-100, 100), count=st.integers(0, 20))
def test_nearest_bays_are_free_and_distinct(
    tiny_project: Project, x: float, y: float, count: int
) -> None:
    found = edits.nearest_bays(tiny_project, Point(530_000 + x, 180_000 + y), count)
    assert tiny_project.scenario.design
    served = {b for c in tiny_project.scenario.design.chargers.values() for b in c.bays}
    assert len(set(found)) == len(found) == min(count, 12 - len(served))
    assert not served & set(found)
