"""What each reader says of a file that is almost what it should be."""

import sqlite3
import struct
import zipfile

import geopandas
import openpyxl
import pytest
import shapely
from shapely import LineString, Point, box

from planner.inputs.maps import MapOptions, read_map
from planner.inputs.problem import InputError

HERE = "<coordinates>9.99,53.55</coordinates>"
LINE = "<LineString><coordinates>9.99,53.55 9.991,53.55</coordinates></LineString>"
NODE = '<node id="1" lat="53.55" lon="9.99"><tag k="amenity" v="parking"/></node>'


def kml(*placemarks):
    marks = "".join(f"<Placemark>{p}</Placemark>" for p in placemarks)
    return f"<kml><Document>{marks}</Document></kml>"


def osm(*elements):
    return f'<osm version="0.6">{"".join(elements)}</osm>'


def corners(first=1):
    places = ((53.55, 9.99), (53.55, 9.991), (53.551, 9.991), (53.551, 9.99))
    return "".join(
        f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in enumerate(places, first)
    )


def way(*nodes, tags=""):
    parts = "".join(f'<nd ref="{n}"/>' for n in nodes)
    return f'<way id="9">{parts}{tags}</way>'


def relation(members):
    tags = '<tag k="type" v="multipolygon"/><tag k="amenity" v="parking"/>'
    return f'<relation id="7">{members}{tags}</relation>'


AREA = way(1, 2, 3, 4, 1, tags='<tag k="area" v="yes"/><tag k="highway" v="service"/>')
OUTER = '<member type="way" ref="9" role="outer"/><member type="node" ref="1" role="label"/>'
CASES = {
    ("a.kml", "<gpx/>"): "a GPS track",
    ("b.kml", "<root><kml/></root>"): "XML of the kind 'root', not KML",
    ("c.kml", kml(LINE)): "1 lines",
    ("d.kml", kml(f"<Point>{HERE}</Point>", "<Point><coordinates>9</coordinates></Point>")):
        "placemark 2: left out, its coordinates are not numbers",
    ("e.kml", '<?xml version="1.0" encoding="klingon"?><kml/>'): "not in the encoding it declares",
    ("a.osm", "<a><osm/></a>"): "XML of the kind 'a', not OSM",
    ("b.osm", osm(NODE)): "parking would need an outline",
    ("c.osm", osm(NODE, corners(2), relation(OUTER), way(2, 3, 4))):
        "its outer ways do not form a ring",
    ("d.osm", osm(corners(), relation(OUTER), way(1, 2, 3, 4, 1))): "ways without a tag",
    ("f.osm", osm('<node id="5" lat="x" lon="9"><tag k="amenity" v="parking"/></node>', NODE)):
        "node 5: left out, it has no position",
    ("g.osm", osm('<relation id="3"><tag k="type" v="route"/></relation>', NODE)): "1 features",
    ("f.kml", kml("<ExtendedData><Data name='amenity'><value>tree</value></Data></ExtendedData>"
                  f"<Point>{HERE}</Point>")): "1 features are not used",
    ("a.xml", "<html><body>"): "a web page",
    ("b.xml", "<gpx></gpx>"): "a GPS track",
    ("e.osm", osm(corners(), AREA)): "carried from EPSG:4326",
    ("a.csv", "sep=;\nlon;lat\n9.99;53.55\n"): "1 features are not used",
    ("b.csv", 'lon,lat\n9.99,"' + "5" * 1_000_001 + '"\n'): "longer than a million characters",
    ("d.csv", "SRID\n"): "no columns with coordinates",
    ("e.csv", "\n \n"): "the table has no rows",
}  # fmt: skip


@pytest.mark.parametrize(("name", "content"), CASES)
def test_a_file_that_is_almost_a_map(name, content, tmp_path) -> None:
    path = tmp_path / name
    path.write_text(content)
    try:
        said = "; ".join(note.text for note in read_map(path).notes)
    except InputError as problem:
        said = str(problem)
    assert CASES[name, content] in said


def test_shapes_of_a_table_are_judged_one_by_one(tmp_path) -> None:
    path = tmp_path / "c.csv"
    point = shapely.to_wkb(Point(9.99, 53.55), hex=True)
    path.write_text(f"id,wkt\na,\nb,banana\nc,00ff\nd,POINT (9.99 53.55)\ne,{point}\n")
    layers = read_map(path, MapOptions(crs="EPSG:4326"))
    assert [f.id for f in layers.features] == ["d", "e"]
    faults = [note.message for note in layers.notes if note.code == "MAP-FEATURE"]
    assert faults == [
        "left out, it has no geometry",
        *["left out, its geometry is neither WKT nor WKB"] * 2,
    ]


def test_the_first_sheet_with_places_is_taken_and_others_are_named(tmp_path) -> None:
    book = openpyxl.Workbook()
    for name in ("Here", "There"):
        sheet = book.create_sheet(name)
        sheet.append(["lon", "lat"])
        sheet.append([9.99, 53.55])
    for row in range(12):
        book.worksheets[0].append([f"a note {row}"])
    book.save(tmp_path / "two.xlsx")
    layers = read_map(tmp_path / "two.xlsx")
    asked = next(note for note in layers.notes if note.code == "MAP-SHEET")
    assert (asked.place, asked.message) == ("sheet Here", "taken, although 'There' could be meant")


def geopackage(path, *change):
    frame = geopandas.GeoDataFrame({"n": [1, 2]}, geometry=[Point(5e5, 6e6)] * 2, crs=25832)
    frame.to_file(path, SPATIAL_INDEX="NO")  # else triggers call functions SQLite has not
    with sqlite3.connect(path) as database:
        for statement, values in change:
            database.execute(statement, values)
    database.close()
    return path


GEOM = "UPDATE bays SET geom = ? WHERE fid = 2"
PACKAGES = {
    "its layers": (("DELETE FROM gpkg_geometry_columns", ()), "no layer of features"),
    "its rows": (("DELETE FROM bays", ()), "has no features"),
    "its system": (("UPDATE gpkg_geometry_columns SET srs_id = -1", ()), "does not say"),
    "a system": (("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 25832", ()), "bays-1"),
    "half a shape": ((GEOM, (b"GP\x00\x01" + bytes(9),)), "feature bays-2: left out, its geometry"),
    "another shape": (
        (GEOM, (b"XX" + bytes(30),)),
        "feature bays-2: left out, its geometry cannot",
    ),
    "any shape": (
        (GEOM, (b"GP\x00\x11" + struct.pack("<i", 25832),)),
        "bays-2: left out, it has no",
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_geopackage_that_lacks(name, tmp_path) -> None:
    change, words = PACKAGES[name]
    path = geopackage(tmp_path / "bays.gpkg", change)
    try:
        layers = read_map(path)
        said = "; ".join([*(n.text for n in layers.notes), *(f.id for f in layers.features)])
    except InputError as problem:
        said = str(problem)
    assert words in said


def test_a_layer_without_rows_beside_others_is_named(tmp_path) -> None:
    path = geopackage(tmp_path / "bays.gpkg")
    geopandas.GeoDataFrame({"n": []}, geometry=[], crs=25832).to_file(path, layer="empty")
    notes = [note for note in read_map(path).notes if note.code == "MAP-EMPTY"]
    assert [(n.place, n.message) for n in notes] == [("layer empty", "it has no features")]


def test_times_in_a_table_stay_readable_and_blank_ones_go(tmp_path) -> None:
    times = geopandas.pd.to_datetime(["2026-05-18T10:00", None])
    path = tmp_path / "bays.fgb"
    frame = geopandas.GeoDataFrame({"seen": times}, geometry=[Point(5e5, 6e6)] * 2, crs=25832)
    frame.to_file(path, SPATIAL_INDEX="NO")
    assert [f.tags.get("seen", "")[:16] for f in read_map(path).features] == [
        "2026-05-18T10:00",
        "",
    ]


def test_names_in_another_encoding_than_declared_are_asked(tmp_path) -> None:
    path = tmp_path / "bays.shp"
    frame = geopandas.GeoDataFrame({"n": ["Straße"]}, geometry=[Point(5e5, 6e6)], crs=25832)
    frame.to_file(path, encoding="cp1252")
    (tmp_path / "bays.cpg").write_text("UTF-8")
    (tmp_path / "bays.txt").write_text("beside it")
    with pytest.raises(InputError, match="--encoding cp1252"):
        read_map(path)
    assert read_map(path, MapOptions(encoding="cp1252")).features[0].tags["n"] == "Straße"


def test_a_zip_with_two_shapefiles_says_so(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name in ("a.shp", "b.shp"):
            archive.writestr(name, "x")
    with pytest.raises(InputError, match="holds 2 shapefiles, not one"):
        read_map(tmp_path / "two.zip")


def test_a_strip_along_a_line_needs_an_outline(tmp_path) -> None:
    shapes = [LineString([(5e5, 6e6), (5e5, 6e6 + 20)]), box(5e5, 6e6, 5e5 + 20, 6e6 + 16)]
    frame = geopandas.GeoDataFrame({"layer": ["Bays", "Parking"]}, geometry=shapes, crs=25832)
    frame.to_file(tmp_path / "plan.gpkg")
    roles = [(f.role.value, f.why) for f in read_map(tmp_path / "plan.gpkg").features]
    assert roles[0] == ("other", "bay would need an outline")
    assert roles[1][0] == "parking"


def test_more_xml_than_a_site_has_is_refused_unread(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("planner.inputs.maps.xml._LARGEST_MB", 0)
    (tmp_path / "a.kml").write_text(kml(f"<Point>{HERE}</Point>"))
    with pytest.raises(InputError, match="MB of XML, more than 0 MB; cut the map to the site"):
        read_map(tmp_path / "a.kml")


def test_a_kmz_without_a_map_says_so(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("files/a.png", "x")
    with pytest.raises(InputError, match="there is no KML in the archive"):
        read_map(tmp_path / "a.kmz")
