"""GeoJSON, GeoPackage and CSV read back what the plan says."""

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import pyogrio
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape

from planner.documents import FORMATS
from planner.documents.csv_bom import guarded


@pytest.fixture
def collection(tiny_project, tiny_outcome):
    return json.loads(FORMATS["geojson"].render(tiny_project, tiny_project.scenario, tiny_outcome))


def test_geojson_is_where_the_site_is(collection) -> None:
    charger = next(f for f in collection["features"] if f["properties"]["id"] == "C1")
    lon, lat = charger["geometry"]["coordinates"]
    # OSGB 530002.5 E 180020.6 N lies in Westminster.
    assert lon == pytest.approx(-0.1286, abs=2e-3)
    assert lat == pytest.approx(51.504, abs=2e-3)


def test_geojson_trench_is_as_long_on_the_ground(collection, tiny_design) -> None:
    geod = Geod(ellps="WGS84")
    lines = [f for f in collection["features"] if f["properties"]["layer"] == "trenches"]
    metres = sum(geod.geometry_length(shape(f["geometry"])) for f in lines)
    # The National Grid's scale factor here is within 0.05 % of 1.
    assert metres == pytest.approx(40.5, rel=5e-4)
    assert len(lines) == len(tiny_design.trenches)


def test_csv_adds_up_to_the_quote(tiny_project, tiny_outcome) -> None:
    content = FORMATS["csv"].render(tiny_project, tiny_project.scenario, tiny_outcome)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    cents = sum(round(float(row["amount"]) * 100) for row in rows)
    assert cents == tiny_outcome.quote.sum_lines * 100
    assert {row["currency"] for row in rows} == {"GBP"}


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"])
def test_csv_formulas_are_text(cell) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-12.50", "+3", "10 % waste", "", "4 × 25 mm²"])
def test_csv_numbers_and_words_stay(cell) -> None:
    assert guarded(cell) == cell


def test_geopackage_keeps_crs_layers_and_numbers(
    tiny_project, tiny_outcome, tiny_design, tmp_path
) -> None:
    path = FORMATS["gpkg"].write(tiny_project, tiny_project.scenario, tiny_outcome, tmp_path)
    info = pyogrio.read_info(path, layer="trenches")
    assert info["crs"] == "EPSG:27700"
    _, _, geometry, columns = pyogrio.raw.read(path, layer="trenches")
    assert shapely.length(shapely.from_wkb(geometry)).sum() == pytest.approx(40.5)
    names = pyogrio.read_info(path, layer="circuits")["fields"].tolist()
    _, _, _, columns = pyogrio.raw.read(path, layer="circuits")
    drop = dict(zip(columns[names.index("id")], columns[names.index("drop_pct")], strict=True))
    assert drop == {c.id: c.sized.drop_pct for c in tiny_design.circuits.values()}


def test_geopackage_carries_styles_for_its_layers(tiny_project, tiny_outcome, tmp_path) -> None:
    path = FORMATS["gpkg"].write(tiny_project, tiny_project.scenario, tiny_outcome, tmp_path)
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall()
    assert {"bays", "trenches", "chargers", "areas"} <= {name for name, _ in rows}
    for _, style in rows:
        assert ET.fromstring(style).tag == "qgis"
