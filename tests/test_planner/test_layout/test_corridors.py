"""The corridor graph: positions, surfaces, obstacles, gaps in the data."""

from dataclasses import replace

import pytest
from shapely import LineString, Point, Polygon, box

from planner.layout.corridors import build_corridors
from planner.model.scenario import Limits
from planner.model.site import Area, AreaKind, Duct, Tree

COST = {AreaKind.GRASS: 65.0, AreaKind.ASPHALT: 150.0}


def build(site, **limits):
    return build_corridors(site, Limits(**limits), COST)


def test_facing_bays_share_a_position(car_park):
    found = build(car_park())
    pairs = {p.bays for p in found.positions if len(p.bays) == 2}
    assert {("A1", "B1"), ("A8", "B8")} <= pairs
    assert {found.point(p.node).y for p in found.positions} == {5.0}


def test_neighbours_of_a_single_row_share_a_position(car_park):
    found = build(car_park(rows=1))
    assert ("A1", "A2") in {p.bays for p in found.positions}
    assert {found.point(p.node).y for p in found.positions} == {5.75}


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_heads_are_derived_where_the_map_has_none(car_park, rows):
    given = {p.bays for p in build(car_park(rows=rows)).positions}
    derived = build(car_park(rows=rows, heads=False))
    assert {p.bays for p in derived.positions} == given
    assert "derived" in derived.notes[0]


def test_missing_surfaces_are_taken_as_asphalt_and_said(car_park):
    site = replace(car_park(), areas={})
    found = build(site)
    assert {e.surface for e in found.edges} == {AreaKind.ASPHALT}
    assert any("no surfaces" in note for note in found.notes)


def test_each_edge_lies_on_the_surface_it_is_priced_for(car_park):
    site = car_park()
    asphalt = site.areas["P"].polygon
    for edge in build(site).edges:
        share = edge.line.intersection(asphalt).length / edge.length_m
        assert share == pytest.approx(float(edge.surface is AreaKind.ASPHALT), abs=0.02)


def test_no_edge_enters_obstacles_or_leaves_the_plot(car_park):
    pond = Area("K", AreaKind.KEEP_OUT, box(-10, -20, -7, 12))
    plot = Area("S", AreaKind.BOUNDARY, box(-14, -12, 32, 30))
    site = replace(car_park(extra=(pond, plot)), trees=(Tree("T", Point(24, 5), 2.0),))
    found = build(site)
    assert found.positions
    for edge in found.edges:
        assert not edge.line.intersects(pond.polygon)
        assert edge.line.distance(Point(24, 5)) >= 1.99
        assert plot.polygon.covers(edge.line)


def test_trenches_keep_out_of_the_middle_of_bays(car_park):
    site = car_park(rows=4, per_row=12)
    for edge in build(site).edges:
        for bay in site.bays.values():
            assert edge.line.intersection(bay.polygon.buffer(-0.35)).length < 0.05


def test_walled_off_bays_are_reported(car_park):
    ring = Polygon(box(-9, -9, 35, 22).exterior, [box(-8, -8, 34, 21).exterior.coords])
    found = build(car_park(extra=(Area("K", AreaKind.KEEP_OUT, ring),)))
    assert not found.positions
    assert [f.code for f in found.findings] == ["LAYOUT-UNREACHED"]
    assert found.findings[0].value == 16


def test_bays_kept_free_have_no_position(car_park):
    found = build(car_park(), bays_kept_free=("A1",))
    assert not any("A1" in p.bays for p in found.positions)


def test_existing_duct_is_nearly_free(car_park):
    duct = Duct("D1", LineString([(-11, 8), (-4, 8), (-4, 5)]), 110.0)
    found = build(replace(car_park(), ducts=(duct,)))
    pieces = [e for e in found.edges if e.existing == "duct D1"]
    assert len(pieces) == 1
    assert pieces[0].cost < 1


def test_board_inside_a_building_is_led_out(car_park):
    house = Area("H", AreaKind.BUILDING, box(-20, 4, -10, 12))
    found = build(car_park(extra=(house,)))
    indoor = [e for e in found.edges if e.existing == "indoor"]
    assert indoor
    assert found.positions
    assert not any(e.line.intersects(house.polygon) for e in found.edges if not e.existing)


def test_site_without_bays_gives_an_empty_plan(car_park):
    found = build(replace(car_park(), bays={}))
    assert found.positions == ()
    assert found.origin in found.board_nodes
