"""What users write on the command line and draw by hand, before any file is read."""

import itertools
import json
from pathlib import Path

import openpyxl
import pytest
from shapely import LineString, box

from planner.inputs import beside, blank, drawn, kinds, new_project
from planner.inputs.problem import InputError
from planner.layout.bay_rows import FillOptions
from planner.model.ids import AreaId
from planner.model.project import Project
from planner.model.site import Area, AreaKind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nobody:4", "not an archetype"),
        ("workplace:many", "no number of drivers"),
        ("workplace:-1", "no number of drivers"),
        ("nowhere.xlsx", "no such file"),
        ("nowhere.csv", "no such file"),
        ("nowhere.csv:50%", "no such file"),
    ],
)
def test_demand_that_cannot_be_used(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        new_project._demand(text)


def test_answers_are_read_or_named() -> None:
    assert new_project._demand("workplace:14")[0].drivers_per_day == 14
    assert new_project._moment("2025-01-01T00:00").year == 2025
    assert new_project._moment(None) is None
    with pytest.raises(InputError, match="'soon' is not a time"):
        new_project._moment("soon")
    layer, role = new_project._role("A=B=bay")
    assert (layer, role.value) == ("A=B", "bay")
    with pytest.raises(InputError, match="names no role"):
        new_project._role("A=nothing")
    assert new_project._unit(("mm", "kWh"), kinds.DRAWING_UNITS) == "mm"


def test_the_workbooks_handed_out_are_known_again(tmp_path: Path) -> None:
    supply, demand = new_project.write_templates(tmp_path / "new")
    assert (kinds.kind_of(supply), kinds.kind_of(demand)) == ("supply", "demand")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.ampyard", b"", "project"),
        ("a.tif", b"II*\0", "underlay"),
        ("a.json", b'{"features": []}', "map"),
        ("a.json", b'[["2025-01-01T00:00", 4]]', "profile"),
        ("a.json", b"[1735689600, 4]", "profile"),
        ("a.xml", b"<osm>", "map"),
        ("a.xml", b"<feed>", "profile"),
        ("a.py", b"", "text"),
        ("a.gpkg", b"", "map"),
        ("a.xls", b"\xd0\xcf", "profile"),
        ("a.csv", b"lat,lon\n51.5,-0.1\n", "map"),
        ("a.csv", b"time,kW\n2025-01-01,4\n", "profile"),
        ("a.csv", b"name,kW\nA,4\n", "table"),
    ],
)
def test_a_file_is_known_by_name_and_first_lines(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert kinds.kind_of(tmp_path / name) == kind


def test_workbooks_of_places_and_of_readings_are_told_apart(tmp_path: Path) -> None:
    for head, kind in ((("Latitude", "Longitude"), "map"), (("Time", "kW"), "profile")):
        book = openpyxl.Workbook()
        book.active.append(head)
        book.save(tmp_path / "a.xlsx")
        assert kinds.kind_of(tmp_path / "a.xlsx") == kind


def test_programs_missing_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(b"")
    with pytest.raises(InputError, match="never opened"):
        kinds.kind_of(tmp_path / "a.pkl")
    with pytest.raises(InputError, match="no such file"):
        kinds.kind_of(tmp_path / "none.csv")
    assert kinds.kind_of(tmp_path) == "project"


def test_an_empty_plan_lies_where_it_was_told() -> None:
    greenwich = blank.blank_project("New", "51.4779, 0.0").site
    assert greenwich.epsg == 27700
    west, south, east, north = blank.extent(greenwich)
    # Greenwich Observatory is at TQ 389 773 on the National Grid.
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((538_900, 177_300), abs=150)
    nowhere = blank.blank_project("New", " ")
    assert not nowhere.site.assumptions[0].confirmed
    for wrong in ("London", "91, 0", "10, 200"):
        with pytest.raises(InputError, match="no latitude and longitude"):
            blank.blank_project("New", wrong)


def test_the_extent_is_that_of_what_is_drawn(tiny_project: Project) -> None:
    west, south, east, north = blank.extent(tiny_project.site)
    assert (east - west, north - south) == pytest.approx((50, 30))


@pytest.mark.parametrize("text", ["", "100", "100:x", "0:200", "100:200:3", "inf:1"])
def test_a_battery_that_is_no_battery(text: str) -> None:
    with pytest.raises(InputError, match="--battery"):
        beside.battery_from_text(text)


def test_batteries_and_modules_from_a_few_numbers(tiny_project: Project) -> None:
    battery = beside.battery_from_text("100:200")
    assert (battery.capacity_kwh, battery.charge_kw) == (200, 100)
    site = tiny_project.site
    assert beside.solar_from_text("80:30:180", site).peak_kw == 80
    assert beside.solar_from_text("80", site).peak_kw == 80
    for wrong in ("80:95", "80:30:400", "-1", "x"):
        with pytest.raises(InputError, match="--solar"):
            beside.solar_from_text(wrong, site)
    with pytest.raises(InputError, match="no bays"):
        beside.solar_from_text("80", blank.blank_project("New", "").site)


@pytest.mark.parametrize("strip", [True, False])
def test_drawn_bays_fit_keep_apart_and_can_be_taken_back(
    tiny_project: Project, strip: bool
) -> None:
    line = LineString([(530_000, 180_100), (530_025, 180_100)])
    outline = drawn.strip_outline(line, 5.0) if strip else box(530_000, 180_100, 530_040, 180_140)
    name = drawn.free_area_id(tiny_project.site.areas, "P")
    wanted = drawn.drawn_in(tiny_project.site, outline, FillOptions(), name, strip=strip)
    bays = drawn.bays_of(wanted)
    assert len(bays) >= (9 if strip else 20)
    assert all(outline.buffer(0.01).covers(bay.polygon) for bay in bays)
    apart = [a.polygon.intersection(b.polygon).area for a, b in itertools.combinations(bays, 2)]
    assert max(apart) < 1e-6
    area = Area(AreaId(name), AreaKind.PARKING, outline, "", f"drawn {name}")
    assert drawn.is_drawn_parking(area)
    filled = drawn.with_filled(tiny_project, area, bays)
    again = drawn.without_filled(filled, name)
    assert (again.site.bays, again.site.areas) == (tiny_project.site.bays, tiny_project.site.areas)


def test_one_map_makes_a_project(tmp_path: Path) -> None:
    k = 1 / 111_320
    rings = [
        [
            [-0.1 + x * k / 0.6225, 51.5 + y * k]
            for x, y in box(3 * i, 0, 3 * i + 2.5, 5).exterior.coords
        ]
        for i in range(6)
    ]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [r]}}
        for r in rings
    ]
    path = tmp_path / "bays.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    wanted = new_project.NewProject(
        "New", "gb", (path,), None, None, ("workplace:4",), new_project.SiteOptions(),
        new_project.ProfileOptions(),
    )  # fmt: skip
    made = new_project.guarded_project(wanted)
    assert (len(made.site.bays), made.scenario.demand[0].drivers_per_day) == (6, 4)
