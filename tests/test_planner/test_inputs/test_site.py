"""Several files become one site; what they do not say is a visible assumption."""

import json

import geopandas
import pytest
from shapely import LineString, Point, box

from grid.model import Board, Source, Supply
from planner.inputs.maps import MapOptions
from planner.inputs.problem import InputError
from planner.inputs.site import SiteOptions, build_site
from planner.inputs.workbooks.supply import SupplySheet
from planner.model.site import AreaKind

EAST, NORTH = 400_000.0, 300_000.0
MAIN = Board("B1", "Main board", 400.0, 6, 2)
SHEET = SupplySheet(Supply(Source(0.4, 11.0, 6.0), None, 200.0), (MAIN,), "B1")


def at(shape):
    from shapely.affinity import translate

    return translate(shape, EAST, NORTH)


def write(tmp_path, name, *rows):
    """Write (shape, attributes) rows as a GeoPackage in the national grid."""
    frame = geopandas.GeoDataFrame(
        [row[1] for row in rows], geometry=[at(row[0]) for row in rows], crs=27700
    )
    frame.to_file(tmp_path / name, driver="GPKG", layer=name.removesuffix(".gpkg"))
    return tmp_path / name


CAR_PARK = (box(0, 0, 60, 40), {"amenity": "parking"})
HOUSE = (box(65, 0, 80, 40), {"building": "yes"})


def test_a_bare_car_park_becomes_a_site_with_assumptions(tmp_path) -> None:
    site = build_site("Yard", [write(tmp_path, "a.gpkg", CAR_PARK)], SHEET)
    assert len(site.bays) > 50
    assert {a.id for a in site.assumptions} >= {
        "site-bays", "site-surface", "site-surroundings", "site-board-B1"
    }  # fmt: skip
    assert all(bay.head is not None for bay in site.bays.values())
    assert {a.kind for a in site.areas.values()} == {
        AreaKind.PARKING, AreaKind.ASPHALT, AreaKind.GRASS
    }  # fmt: skip


def test_the_intake_is_assumed_at_the_edge_nearest_to_the_building(tmp_path) -> None:
    site = build_site("Yard", [write(tmp_path, "a.gpkg", CAR_PARK, HOUSE)], SHEET)
    (board,) = site.boards.values()
    assert board.is_origin
    assert board.point.x - EAST == pytest.approx(60, abs=1)


def test_the_user_places_the_intake(tmp_path) -> None:
    options = SiteOptions(intake=f"{EAST + 30},{NORTH - 2}")
    site = build_site("Yard", [write(tmp_path, "a.gpkg", CAR_PARK)], SHEET, options=options)
    assert next(iter(site.boards.values())).point == at(Point(30, -2))
    assert not any(a.id.startswith("site-board") for a in site.assumptions)


def test_a_drawn_board_is_found_by_its_name(tmp_path) -> None:
    board = (Point(62, 20), {"kind": "board", "name": "main BOARD"})
    site = build_site("Yard", [write(tmp_path, "a.gpkg", CAR_PARK, board)], SHEET)
    assert next(iter(site.boards.values())).point == at(Point(62, 20))


def test_two_maps_join_in_the_system_of_the_first(tmp_path) -> None:
    first = write(tmp_path, "a.gpkg", CAR_PARK)
    second = write(
        tmp_path, "b.gpkg", HOUSE, (LineString([(0, 45), (80, 45)]), {"highway": "service"})
    )
    degrees = tmp_path / "b.geojson"
    geopandas.read_file(second, engine="pyogrio").to_crs(4326).to_file(degrees, driver="GeoJSON")
    site = build_site("Yard", [first, degrees])
    assert site.epsg == 27700
    kinds = [area.kind for area in site.areas.values()]
    assert kinds.count(AreaKind.BUILDING) == 1
    assert kinds.count(AreaKind.ROAD) == 1


def test_maps_far_apart_are_a_question(tmp_path) -> None:
    first = write(tmp_path, "a.gpkg", CAR_PARK)
    ring = [[9.99, 53.55], [9.991, 53.55], [9.991, 53.551], [9.99, 53.55]]
    item = {"type": "Polygon", "coordinates": [ring]}
    (tmp_path / "far.geojson").write_text(json.dumps(item))
    with pytest.raises(InputError, match=r"far\.geojson: it lies") as problem:
        build_site("Yard", [first, tmp_path / "far.geojson"])
    assert problem.value.question


def test_the_largest_of_several_places_is_taken_and_the_others_are_listed(tmp_path) -> None:
    small = (box(2000, 0, 2030, 20), {"amenity": "parking", "id": "small"})
    path = write(tmp_path, "a.gpkg", CAR_PARK, small)
    site = build_site("Yard", [path])
    assert "small" in " ".join(site.import_notes)
    assert "map-map-clip-1" in {a.id for a in site.assumptions}
    both = build_site("Yard", [path], options=SiteOptions(MapOptions(clip="all")))
    assert len(both.bays) > len(site.bays)


def test_a_circle_chooses_one_place(tmp_path) -> None:
    small = (box(2000, 0, 2030, 20), {"amenity": "parking"})
    path = write(tmp_path, "a.gpkg", CAR_PARK, small)
    lon, lat = geopandas.GeoSeries([at(Point(2015, 10))], crs=27700).to_crs(4326)[0].coords[0]
    options = SiteOptions(MapOptions(clip=f"{lon},{lat},50"))
    site = build_site("Yard", [path], options=options)
    assert all(bay.polygon.centroid.x > EAST + 1900 for bay in site.bays.values())


def test_the_system_suits_the_place_that_is_kept(tmp_path) -> None:
    near = [[9.99, 53.55], [9.9915, 53.55], [9.9915, 53.5508], [9.99, 53.5508]]
    far = [[x + 18, y] for x, y in near]
    parks = [
        {"type": "Feature", "properties": {"amenity": "parking"},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for ring in (near, far)
    ]  # fmt: skip
    path = tmp_path / "towns.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": parks}))
    for lon, epsg in ((9.99, 25832), (27.99, 25835)):
        choice = SiteOptions(MapOptions(clip=f"{lon + 0.0007},53.5504,300"))
        site = build_site("Town", [path], options=choice)
        assert site.epsg == epsg
        assert {round(bay.polygon.area, 3) for bay in site.bays.values()} == {12.5}


def test_divided_bays_never_take_the_place_of_drawn_ones(tmp_path) -> None:
    loose = (box(100, 0, 102.5, 5), {"id": "B1", "amenity": "parking_space"})
    site = build_site("Yard", [write(tmp_path, "a.gpkg", CAR_PARK, loose)])
    assert site.bays["B1"].polygon.centroid.x - EAST == pytest.approx(101.25)
    assert "C1" in site.bays


def test_strips_named_as_bays_are_divided_and_said(tmp_path) -> None:
    strips = [(box(0, 20 * i, 30, 20 * i + 5.2), {"DN": 1}) for i in range(3)]
    site = build_site("Street", [write(tmp_path, "parkingbays.gpkg", *strips)])
    assert len(site.bays) == 36
    assert any("kerb strips" in a.text for a in site.assumptions)


def test_accessible_bays_and_capacity_come_from_the_tags(tmp_path) -> None:
    tags = {"amenity": "parking", "capacity:disabled": "2", "capacity": "7"}
    site = build_site("Yard", [write(tmp_path, "a.gpkg", (CAR_PARK[0], tags))])
    assert sum(bay.accessible for bay in site.bays.values()) == 2
    assert any("the map states 7" in note for note in site.import_notes)


def test_no_map_is_refused() -> None:
    with pytest.raises(InputError, match="no map was given"):
        build_site("Yard", [])
