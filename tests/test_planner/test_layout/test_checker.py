"""The independent checker finds each planted defect, and none in a sound design."""

from dataclasses import replace

import pytest
from shapely import LineString, Point, box
from shapely.affinity import translate

from planner.catalogue import load_catalogue
from planner.layout.checker import check
from planner.layout.corridors import build_corridors
from planner.layout.placement import place
from planner.layout.redesign import redesign
from planner.model.project import Settings
from planner.model.scenario import Limits, Objective
from planner.model.site import Area, AreaKind

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def design(tiny_site):
    corridors = build_corridors(tiny_site, Limits(), {AreaKind.GRASS: 65, AreaKind.ASPHALT: 150})
    counts = {"ac22-2": 3, "dc75": 1}
    chosen = place(tiny_site, counts, corridors, Limits(), Objective.COST, CATALOGUE)
    return redesign(
        tiny_site, chosen.chargers, chosen.boards, corridors, CATALOGUE, Settings()
    ).design


def codes(design, site, pinned=None):
    return {f.code for f in check(design, site, pinned)}


def with_first(mapping, **changes):
    key = next(iter(mapping))
    return {**mapping, key: replace(mapping[key], **changes)}


def test_sound_design_passes(design, tiny_site):
    assert check(design, tiny_site, design.chargers) == ()


def test_missing_trench_is_found(design, tiny_site):
    key = max(design.trenches, key=lambda k: len(design.trenches[k].circuits))
    rest = {k: t for k, t in design.trenches.items() if k != key}
    assert "CHECK-INSIDE" in codes(replace(design, trenches=rest), tiny_site)


def test_trench_dug_twice_is_found(design, tiny_site):
    first = next(t for t in design.trenches.values() if not t.existing_duct)
    twice = {**design.trenches, "T99": replace(first, id="T99")}
    assert "CHECK-ONCE" in codes(replace(design, trenches=twice), tiny_site)


def test_moved_charger_is_found(design, tiny_site):
    first = next(iter(design.chargers.values()))
    moved = with_first(design.chargers, point=Point(first.point.x, first.point.y + 4))
    found = codes(replace(design, chargers=moved), tiny_site, design.chargers)
    assert {"CHECK-REACHED", "CHECK-INSIDE", "CHECK-PINNED"} <= found


def test_bay_used_twice_is_found(design, tiny_site):
    bays = list(design.chargers.values())[-1].bays
    twice = with_first(design.chargers, bays=bays)
    assert "CHECK-BAY" in codes(replace(design, chargers=twice), tiny_site)


def test_wrong_length_is_found(design, tiny_site):
    longer = with_first(design.circuits, route_m=1.0)
    assert "CHECK-LENGTH" in codes(replace(design, circuits=longer), tiny_site)


def test_too_few_ways_are_found(design, tiny_site):
    board = next(iter(design.boards.values())).board
    small = with_first(design.boards, board=replace(board, ways=1))
    assert "CHECK-WAYS" in codes(replace(design, boards=small), tiny_site)


def test_obstacle_in_a_trench_is_found(design, tiny_site):
    longest = max(design.trenches.values(), key=lambda t: t.length_m)
    middle = longest.line.interpolate(0.5, normalized=True)
    pond = Area("K9", AreaKind.KEEP_OUT, translate(box(-1, -1, 1, 1), middle.x, middle.y))
    site = replace(tiny_site, areas={**tiny_site.areas, "K9": pond})
    assert codes(design, site) == {"CHECK-OBSTACLE"}


def test_loose_trench_is_found(design, tiny_site):
    away = LineString([(530_050, 180_000), (530_060, 180_000)])
    first = next(iter(design.trenches.values()))
    loose = {**design.trenches, "T99": replace(first, id="T99", line=away, circuits=())}
    assert codes(replace(design, trenches=loose), tiny_site) == {"CHECK-CONNECTED"}
