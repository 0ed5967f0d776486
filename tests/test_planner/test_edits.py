"""Edits: pure, small, and what is not touched stays the same object."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from planner import edits
from planner.model.demand import DemandInput
from planner.model.ids import BayId, ChargerId, ModelId
from planner.model.project import Client, Project
from planner.model.scenario import Objective
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


def test_each_verb_changes_what_it_says(tiny_project: Project) -> None:
    p = tiny_project
    assert p.scenario.design
    charger = first_charger(p)
    bay, area = next(iter(p.site.bays)), next(iter(p.site.areas.values()))
    board = next(iter(p.site.boards.values()))
    model = list(p.catalogue)[-1]
    terms = replace(p.terms, valid_days=7)
    limits = replace(p.scenario.limits, budget=5.0)
    group = DemandInput("hotel", 3.0)
    assert edits.set_client(p, Client("Ada")).client.client == "Ada"
    assert edits.set_terms(p, terms).terms is terms
    assert edits.set_settings(p, replace(p.settings, soil_c=15)).settings.soil_c == 15
    assert edits.set_price_book(p, p.price_book).price_book is p.price_book
    assert edits.set_catalogue(p, dict(p.catalogue)).catalogue == p.catalogue
    assert edits.set_limits(p, limits).scenario.limits is limits
    assert edits.set_demand(p, (group,)).scenario.demand == (group,)
    assert edits.set_objective(p, Objective.COST).scenario.objective is Objective.COST
    assert edits.set_seed(p, 9).scenario.seed == 9
    assert edits.accept_design(p, None).scenario.design is None
    changed = edits.change_model(p, charger, model).scenario.design
    assert changed
    assert changed.chargers[charger].model == model
    served = edits.serve_bays(p, charger, (bay,)).scenario.design
    assert served
    assert served.chargers[charger].bays == (bay,)
    capped = edits.set_managed_cap(p, 44.0).scenario.design
    assert capped
    assert capped.managed_cap_kw == 44.0
    assert edits.set_accessible(p, bay, True).site.bays[bay].accessible
    assert area.id not in edits.remove_areas(p, [area.id]).site.areas
    assert edits.add_areas(p, [area]).site.areas[area.id] is area
    assert edits.set_site_board(p, replace(board, is_origin=True)).site.boards[board.id].is_origin
    assert board.id not in edits.remove_site_board(p, board.id).site.boards
    assert edits.set_profile(p, None).site.profile is None
    assert edits.set_site(p, p.site).site is p.site
    assert edits.rename_scenario(p, 0, "New").scenarios[0].name == "New"
    assert edits.activate_scenario(edits.add_scenario(p, "B"), 0).active == 0


def test_boards_of_the_design_move_and_are_pinned(tiny_project: Project) -> None:
    assert tiny_project.scenario.design
    board = next(iter(tiny_project.scenario.design.boards))
    moved = edits.move_board(tiny_project, board, Point(1, 2)).scenario.design
    free = edits.pin_board(tiny_project, board, pinned=False).scenario.design
    assert moved
    assert free
    assert (moved.boards[board].point, moved.boards[board].pinned) == (Point(1, 2), True)
    assert not free.boards[board].pinned


def test_new_supply_assumptions_replace_the_old_ones_only(tiny_project: Project) -> None:
    old = Assumption("supply-hv", "Supply", "HV voltage", "11 kV", "own")
    new = Assumption("supply-uk", "Supply", "uk", "4 %", "table")
    project = edits.set_supply(tiny_project, tiny_project.site.supply, (old,))
    project = edits.set_supply(project, None, (new,))
    ids = [a.id for a in project.site.assumptions]
    assert "supply-uk" in ids
    assert "supply-hv" not in ids
    assert "soil" in ids
    assert edits.set_supply(project, None).site.assumptions == project.site.assumptions


def test_a_removed_bay_is_no_longer_kept_free(tiny_project: Project) -> None:
    bay = next(iter(tiny_project.site.bays))
    limits = replace(tiny_project.scenario.limits, bays_kept_free=(bay,))
    project = edits.remove_bays(edits.set_limits(tiny_project, limits), [bay])
    assert project.scenario.limits.bays_kept_free == ()
