"""Real maps and the shared bad ones, where they are beside the repository."""

import json

import pytest

from planner.inputs.maps import Role, read_map
from planner.inputs.problem import InputError
from planner.inputs.site import build_site

FORMATS = (".geojson", ".shp", ".gpkg", ".kml", ".osm", ".vrt")


def outcome(path):
    try:
        return read_map(path).action.value
    except InputError as problem:
        return "ask" if problem.question else "reject"


def test_bad_maps_behave_as_their_manifest_says(shared) -> None:
    cases = json.loads((shared / "samples/bad/manifest.json").read_text())["cases"]
    maps = [c for c in cases if c["kind"] == "map" and c["file"].endswith(FORMATS)]
    assert len(maps) > 25
    wrong = {}
    for case in maps:
        found = outcome(shared / "samples/bad" / case["file"])
        if found not in [case["expect"]["action"], *case["expect"]["also"]]:
            wrong[case["file"]] = found
    assert wrong == {}


@pytest.mark.parametrize("extension", ["osm", "kml", "geojson"])
def test_three_formats_hold_the_same_32_car_parks(shared, extension) -> None:
    layers = read_map(shared / f"samples/maps/acton_parking.{extension}")
    parks = layers.of(Role.PARKING)
    assert (len(parks), layers.epsg) == (32, 32619)
    assert sum(p.geometry.area for p in parks) == pytest.approx(13_332.09, abs=0.01)


def test_buildings_of_a_city(shared) -> None:
    buildings = read_map(shared / "samples/maps/london_city_buildings.shp").of(Role.BUILDING)
    assert len(buildings) == 1927
    assert sum(b.geometry.area for b in buildings) == pytest.approx(1_889_037, abs=1)


def test_a_layer_of_many_towns_asks(shared) -> None:
    assert outcome(shared / "samples/maps/karlsruhe_disabled_bays.geojson") == "ask"


@pytest.mark.parametrize(
    ("file", "bays"), [("acton_parking.geojson", 35), ("london_ec3_parkingbays.shp", 40)]
)
def test_layers_of_car_parks_become_a_site_without_options(shared, file, bays) -> None:
    site = build_site("Site", [shared / "samples/maps" / file])
    assert len(site.bays) >= bays
    assert all(bay.head is not None for bay in site.bays.values())
