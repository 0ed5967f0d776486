"""Placement, routing and cabling together: rules every design must keep."""

import itertools
from dataclasses import replace

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box

from planner.catalogue import load_catalogue
from planner.layout.checker import check
from planner.layout.corridors import build_corridors
from planner.layout.placement import place, spare_ways
from planner.layout.redesign import redesign
from planner.layout.routing import route
from planner.model.design import Charger
from planner.model.project import Settings
from planner.model.scenario import Limits, Objective
from planner.model.site import Area, AreaKind

COST = {AreaKind.GRASS: 65.0, AreaKind.ASPHALT: 150.0}
CATALOGUE = load_catalogue()


def plan(site, counts, limits=None, pinned=None, cap=100.0, objective=Objective.COST, choices=None):
    limits = limits or Limits(accessible_chargers=0)
    corridors = build_corridors(site, limits, COST)
    chosen = place(
        site, counts, corridors, limits, objective, CATALOGUE, pinned,
        managed_cap_kw=cap, work=800,
    )  # fmt: skip
    again = redesign(
        site,
        chosen.chargers,
        chosen.boards,
        corridors,
        CATALOGUE,
        choices or Settings(),
        cap,
        restarts=2,
    )
    return corridors, chosen, again


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_site_gives_a_design_that_passes_the_checker(car_park, data):
    rows = data.draw(st.integers(1, 4))
    x, y = data.draw(st.tuples(st.integers(-20, 40), st.integers(-20, 50)))
    pond = Area("K", AreaKind.KEEP_OUT, box(x, y, x + 6, y + 4))
    at = data.draw(st.tuples(st.integers(-25, -8), st.integers(-10, 25)))
    site = car_park(rows=rows, ways=data.draw(st.integers(0, 8)), at=at, extra=(pond,))
    posts, large = data.draw(st.integers(0, 6)), data.draw(st.integers(0, 3))
    _, chosen, again = plan(site, {"ac22-2": posts, "dc75": large})
    violations = check(again.design, site)
    ways_short = {f.code for f in again.findings} & {"LAYOUT-WAYS", "LAYOUT-UNREACHED"}
    assert not violations or ways_short
    placed = len(chosen.chargers)
    assert placed == posts + large or "LAYOUT-POSITIONS" in {f.code for f in chosen.findings}
    assert again.routing.lower_bound <= again.routing.trench_cost + 1e-6


def test_same_inputs_give_the_same_design(car_park):
    one = plan(car_park(), {"ac22-2": 4, "dc75": 1})[1]
    two = plan(car_park(), {"ac22-2": 4, "dc75": 1})[1]
    assert one == two


def test_accessible_bays_serve_the_quota_and_no_more(car_park):
    site = car_park(accessible=4)
    chosen = plan(site, {"ac22-2": 5}, Limits(accessible_chargers=1))[1]
    served = [c for c in chosen.chargers.values() if any(site.bays[b].accessible for b in c.bays)]
    assert len(served) == 1


def test_too_many_chargers_are_drawn_as_far_as_they_fit(car_park):
    chosen = plan(car_park(rows=1, per_row=4), {"ac22-2": 5})[1]
    (finding,) = [f for f in chosen.findings if f.code == "LAYOUT-POSITIONS"]
    assert len(chosen.chargers) == finding.value < finding.limit == 5


def test_pinned_charger_stays_and_keeps_its_name(car_park):
    site = car_park()
    pinned = {"C3": Charger("C3", "ac22-2", Point(9.0, 6.2), ("A4",), pinned=True)}
    _, chosen, again = plan(site, {"ac22-2": 4}, pinned=pinned)
    assert chosen.chargers["C3"] == pinned["C3"]
    assert len(chosen.chargers) == 4
    assert check(again.design, site, pinned) == ()


def test_posts_stand_side_by_side(car_park):
    chosen = plan(car_park(rows=4, per_row=12), {"ac22-2": 6})[1]
    xs = sorted(c.point.x for c in chosen.chargers.values())
    assert max(b - a for a, b in itertools.pairwise(xs)) <= 5.0


def test_pillar_is_added_when_the_intake_runs_out_of_ways(car_park):
    few, many = (plan(car_park(ways=w), {"ac22-2": 6})[1] for w in (0, 12))
    assert many.boards == {} or len(many.boards) <= len(few.boards)
    assert sum(b.board.ways for b in few.boards.values()) >= 6


def test_no_board_has_more_circuits_than_ways(car_park):
    _, chosen, again = plan(car_park(rows=4, per_row=12, ways=2), {"ac22-2": 17})
    assert check(again.design, car_park(rows=4, per_row=12, ways=2)) == ()
    assert len(chosen.boards) >= 2


def test_tree_digs_less_than_a_star(car_park):
    site = car_park(rows=4, per_row=10)
    corridors, chosen, again = plan(site, {"ac22-2": 8})
    star = 0.0
    ways = spare_ways(site, corridors)
    for key, charger in chosen.chargers.items():
        star += route(corridors, {key: charger}, {}, ways, CATALOGUE).routing.trench_cost
    assert again.routing.trench_cost < 0.5 * star


def test_trench_prefers_grass_to_asphalt_where_digging_asphalt_is_unwanted(car_park):
    counts = {"ac22-2": 3}
    free = plan(car_park(), counts)[2]
    careful = plan(car_park(), counts, Limits(accessible_chargers=0, dig_asphalt=False))[2]
    assert asphalt_m(careful) <= asphalt_m(free) + 1e-6


def asphalt_m(made):
    return sum(t.length_m for t in made.design.trenches.values() if t.surface == "asphalt")


def test_dragged_charger_is_linked_and_the_rest_stays(car_park):
    site = car_park()
    corridors, chosen, before = plan(site, {"ac22-2": 4})
    first = next(iter(chosen.chargers.values()))
    moved = {**chosen.chargers, first.id: replace(first, point=Point(24.0, 9.0))}
    after = redesign(site, moved, chosen.boards, corridors, CATALOGUE, Settings(), 100.0)
    assert check(after.design, site) == ()
    assert after.design.chargers[first.id].point == Point(24.0, 9.0)
    assert set(after.design.circuits) == set(before.design.circuits)


def test_charger_dropped_into_a_wall_is_an_error_not_a_crash(car_park):
    house = Area("H", AreaKind.BUILDING, box(30, 0, 40, 10))
    site = car_park(extra=(house,))
    corridors, chosen, _ = plan(site, {"ac22-2": 2})
    first = next(iter(chosen.chargers.values()))
    moved = {**chosen.chargers, first.id: replace(first, point=Point(35.0, 5.0))}
    after = redesign(site, moved, chosen.boards, corridors, CATALOGUE, Settings())
    assert "LAYOUT-BLOCKED" in {f.code for f in after.findings}
    assert "CHECK-OBSTACLE" in {f.code for f in check(after.design, site)}


def test_without_supply_the_plan_is_drawn_and_says_so(car_park):
    site = replace(car_park(), supply=None)
    again = plan(site, {"ac22-2": 3})[2]
    assert again.design.circuits == {}
    assert shapely.union_all([t.line for t in again.design.trenches.values()]).length > 0
    assert "WIRE-SUPPLY" in {f.code for f in again.findings}


@pytest.mark.parametrize("objective", list(Objective))
def test_future_ready_boards_keep_spare_ways(car_park, objective):
    chosen = plan(car_park(rows=4, ways=1), {"ac22-2": 8}, objective=objective)[1]
    spare = sum(b.board.spare_ways for b in chosen.boards.values())
    assert spare >= (2 if objective is Objective.FUTURE else 0)


def test_large_units_without_management_share_boards_by_load(car_park):
    site = car_park(rows=2, per_row=16, ways=5)
    _, chosen, again = plan(site, {"dc150": 8}, cap=None)
    feeders = [c for c in again.design.circuits.values() if c.sized.demand.kind == "feeder"]
    assert feeders
    assert all(c.sized.demand.ib_a <= 630 for c in feeders)
    assert set(again.design.circuits) == {
        *(f"W{c[1:]}" for c in chosen.chargers), *(f"F{b[1:]}" for b in chosen.boards)
    }  # fmt: skip


def crowd(design) -> int:
    return max(c.sized.demand.installation.grouped for c in design.circuits.values())


def test_cap_limits_feeders_but_not_what_a_trench_must_bear(car_park):
    site = car_park(rows=2, per_row=10, ways=1)
    free, capped = (plan(site, {"ac22-2": 8}, cap=cap)[2].design for cap in (None, 50.0))
    demand_free, demand_capped = (d.circuits["F1"].sized.demand for d in (free, capped))
    assert demand_free.ib_a == pytest.approx(8 * 64)
    assert demand_capped.ib_a == pytest.approx(50_000 / (3**0.5 * 360 * 0.98))
    fullest = max(len(t.circuits) for t in capped.trenches.values())
    assert crowd(capped) >= fullest


def test_grouping_by_the_cap_is_the_projects_own_choice(car_park):
    site = car_park(rows=2, per_row=10, ways=1)
    relied = plan(site, {"ac22-2": 8}, cap=50.0, choices=Settings(managed_grouping=True))[2]
    safe = plan(site, {"ac22-2": 8}, cap=50.0)[2]
    assert crowd(relied.design) < crowd(safe.design)
