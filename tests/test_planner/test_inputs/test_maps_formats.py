"""All formats say the same about the same map, and refuse or mend alike."""

import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pytest
import shapely
from shapely import Point, box

from planner.inputs.maps import MapOptions, Role, read_map
from planner.inputs.maps.gdal import NEEDED
from planner.inputs.maps.registry import Format, table
from planner.inputs.problem import InputError

ROOT = Path(__file__).parents[3]
EAST, NORTH = 565_000.0, 5_934_000.0


@pytest.fixture
def frame():
    shapes = [box(EAST + 2.5 * i, NORTH, EAST + 2.5 * i + 2.5, NORTH + 5) for i in range(6)]
    names = [f"Süd {i}" for i in range(6)]
    return geopandas.GeoDataFrame({"name": names}, geometry=shapes, crs=25832)


def write_kml(frame, path) -> None:
    degrees = frame.to_crs(4326)
    marks = "".join(
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(shape).tolist())
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, shape in zip(degrees["name"], degrees.geometry, strict=True)
    )
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    )


def write_osm(frame, path) -> None:
    degrees = frame.to_crs(4326)
    nodes, ways, number = [], [], 0
    for name, shape in zip(degrees["name"], degrees.geometry, strict=True):
        refs = []
        for x, y in shapely.get_coordinates(shape).tolist()[:-1]:
            number += 1
            nodes.append(f'<node id="{number}" lon="{x!r}" lat="{y!r}"/>')
            refs.append(number)
        ends = "".join(f'<nd ref="{r}"/>' for r in [*refs, refs[0]])
        tags = f'<tag k="name" v="{name}"/><tag k="amenity" v="parking_space"/>'
        ways.append(f'<way id="{number}">{ends}{tags}</way>')
    path.write_text(f"<osm>{''.join(nodes)}{''.join(ways)}</osm>", encoding="utf-8")


def write_wkt(frame, path) -> None:
    rows = [f'"{s.wkt}";{n}' for s, n in zip(frame.geometry, frame["name"], strict=True)]
    path.write_text("wkt;name\n" + "\n".join(rows), encoding="utf-8")


WRITERS = {
    ".geojson": lambda frame, path: frame.to_crs(4326).to_file(path, driver="GeoJSON"),
    ".gpkg": lambda frame, path: frame.to_file(path, driver="GPKG"),
    ".shp": lambda frame, path: frame.to_file(path, driver="ESRI Shapefile", encoding="utf-8"),
    ".fgb": lambda frame, path: frame.to_file(path, driver="FlatGeobuf"),
    ".kml": write_kml,
    ".osm": write_osm,
    ".csv": write_wkt,
}


@pytest.mark.parametrize("extension", WRITERS)
def test_every_format_gives_the_same_six_bays(extension, frame, tmp_path) -> None:
    path = tmp_path / f"plan{extension}"
    WRITERS[extension](frame, path)
    crs = "EPSG:25832" if extension == ".csv" else ""
    layers = read_map(path, MapOptions(crs=crs))
    bays = layers.of(Role.BAY)
    assert layers.epsg == 25832
    assert sorted(bay.tags["name"] for bay in bays) == list(frame["name"])
    assert sum(bay.geometry.area for bay in bays) == pytest.approx(75, rel=1e-3)
    bounds = shapely.total_bounds([bay.geometry for bay in bays])
    assert bounds == pytest.approx([EAST, NORTH, EAST + 15, NORTH + 5], abs=0.02)


def test_a_zip_may_hold_one_shapefile(frame, tmp_path) -> None:
    WRITERS[".shp"](frame, tmp_path / "plan.shp")
    with zipfile.ZipFile(tmp_path / "plan.zip", "w") as archive:
        for part in sorted(tmp_path.glob("plan.*")):
            if part.suffix != ".zip":
                archive.write(part, f"export/{part.name}")
    assert len(read_map(tmp_path / "plan.zip").of(Role.BAY)) == 6


def test_a_kmz_holds_one_kml(frame, tmp_path) -> None:
    write_kml(frame, tmp_path / "doc.kml")
    with zipfile.ZipFile(tmp_path / "plan.kmz", "w") as archive:
        archive.write(tmp_path / "doc.kml", "doc.kml")
    assert len(read_map(tmp_path / "plan.kmz").of(Role.BAY)) == 6


@pytest.mark.parametrize(
    ("part", "action", "code"),
    [
        (".shx", "repair", "MAP-SHX"),
        (".dbf", "accept", "MAP-DBF"),
        (".cpg", "repair", "MAP-ENCODING"),
    ],
)
def test_a_missing_part_is_named_and_nothing_is_written_beside(
    part, action, code, frame, tmp_path
) -> None:
    WRITERS[".shp"](frame, tmp_path / "plan.shp")
    (tmp_path / f"plan{part}").unlink()
    before = sorted(tmp_path.iterdir())
    layers = read_map(tmp_path / "plan.shp")
    assert layers.action == action
    assert code in {note.code for note in layers.notes}
    assert len(layers.of(Role.BAY)) == 6
    assert sorted(tmp_path.iterdir()) == before


def test_a_shapefile_without_prj_asks_with_a_proposal(frame, tmp_path) -> None:
    WRITERS[".shp"](frame, tmp_path / "plan.shp")
    (tmp_path / "plan.prj").unlink()
    with pytest.raises(InputError, match="--crs EPSG:CODE, for instance EPSG:25832") as problem:
        read_map(tmp_path / "plan.shp")
    assert problem.value.question


def test_old_names_without_cpg_keep_their_umlauts(frame, tmp_path) -> None:
    frame.to_file(tmp_path / "plan.shp", driver="ESRI Shapefile", encoding="cp1252")
    (tmp_path / "plan.cpg").unlink()
    assert read_map(tmp_path / "plan.shp").features[0].tags["name"] == "Süd 0"


def test_a_geopackage_with_a_view_and_a_trigger_runs_neither(frame, tmp_path) -> None:
    path = tmp_path / "plan.gpkg"
    frame.to_file(path, driver="GPKG", layer="bays")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE seen (x)")
        database.execute("CREATE VIEW evil AS SELECT * FROM bays")
        database.execute(
            "CREATE TRIGGER t AFTER INSERT ON bays BEGIN INSERT INTO seen VALUES(1); END"
        )
    database.close()
    before = path.read_bytes()
    assert len(read_map(path).of(Role.BAY)) == 6
    assert path.read_bytes() == before


def test_a_plain_sqlite_file_is_no_geopackage(tmp_path) -> None:
    path = tmp_path / "plan.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    with pytest.raises(InputError, match="no table gpkg_contents"):
        read_map(path)


def test_links_in_kml_are_named_and_not_followed(tmp_path) -> None:
    mark = "<Placemark><Point><coordinates>9.99,53.55</coordinates></Point></Placemark>"
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x</href></Link></NetworkLink>"
    (tmp_path / "a.kml").write_text(f"<kml><Document>{link}{mark}</Document></kml>")
    layers = read_map(tmp_path / "a.kml")
    assert "was not followed" in layers.notes[0].text


def test_names_stay_text_whatever_they_hold(tmp_path) -> None:
    hostile = "<script>document.title='x'</script>"
    (tmp_path / "a.csv").write_text(f'name,lat,lon\n"{hostile}",53.55,9.99\n=1+1,53.55,9.99\n')
    assert [f.tags["name"] for f in read_map(tmp_path / "a.csv").features] == [hostile, "=1+1"]


def test_a_list_of_places_in_a_workbook_is_read_by_its_header(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Parkplätze der Stadt"])
    book.active.append(["Name", "Längengrad", "Breitengrad"])
    book.active.append(["Mitte", 9.9937, "53,5511"])
    book.active.append([None, None, None])
    book.active.append(["Ohne Ort", None, None])
    book.save(tmp_path / "a.xlsx")
    layers = read_map(tmp_path / "a.xlsx")
    assert [f.tags["Name"] for f in layers.features] == ["Mitte"]
    assert "row 5: left out" in " ".join(note.text for note in layers.notes)


def test_a_workbook_without_places_says_so(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Wert"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="no sheet has columns with coordinates"):
        read_map(tmp_path / "a.xlsx")


def test_incomplete_ways_are_listed_and_the_others_imported(tmp_path) -> None:
    square = [(9.9937, 53.5511), (9.99373783, 53.5511), (9.99373783, 53.55114492)]
    nodes = "".join(f'<node id="{i}" lon="{x}" lat="{y}"/>' for i, (x, y) in enumerate(square))
    bay = '<tag k="amenity" v="parking_space"/>'
    whole = "".join(f'<nd ref="{i}"/>' for i in (0, 1, 2, 0))
    ways = f'<way id="2">{whole}{bay}</way><way id="1"><nd ref="0"/><nd ref="77"/>{bay}</way>'
    (tmp_path / "a.osm").write_text(f"<osm>{nodes}{ways}</osm>")
    layers = read_map(tmp_path / "a.osm")
    assert [f.id for f in layers.features] == ["2"]
    assert "way 1: left out, it is incomplete" in layers.notes[-1].text


def test_multipolygons_have_holes(tmp_path) -> None:
    corners = [(0, 0), (4, 0), (4, 4), (0, 4), (1, 1), (2, 1), (2, 2), (1, 2)]
    nodes = "".join(
        f'<node id="{i}" lon="{9.99 + x * 1e-3}" lat="{53.55 + y * 1e-3}"/>'
        for i, (x, y) in enumerate(corners)
    )
    outer = "".join(f'<nd ref="{i}"/>' for i in (0, 1, 2, 3, 0))
    inner = "".join(f'<nd ref="{i}"/>' for i in (4, 5, 6, 7, 4))
    members = '<member type="way" ref="1" role="outer"/><member type="way" ref="2" role="inner"/>'
    tags = '<tag k="type" v="multipolygon"/><tag k="amenity" v="parking"/>'
    (tmp_path / "a.osm").write_text(
        f'<osm>{nodes}<way id="1">{outer}</way><way id="2">{inner}</way>'
        f'<relation id="9">{members}{tags}</relation></osm>'
    )
    (park,) = read_map(tmp_path / "a.osm").of(Role.PARKING)
    assert len(park.geometry.interiors) == 1


def test_gdal_has_only_the_drivers_that_are_needed() -> None:
    script = (
        "from planner.inputs.maps.gdal import pyogrio; print(*pyogrio().list_drivers(), sep=',')"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(run.stdout.strip().split(",")) == set(NEEDED)
    assert run.stderr == ""


def test_claiming_an_extension_twice_is_an_error() -> None:
    form = Format("One", (".one",), ("text",), lambda source: None)
    with pytest.raises(ValueError, match=r"\.one belongs to One already"):
        table([form, form])


@pytest.mark.parametrize("extension", [".gpkg", ".shp", ".fgb"])
def test_heights_are_left_out_and_said_in_every_format(extension, frame, tmp_path) -> None:
    high = frame.set_geometry(shapely.force_3d(frame.geometry.values, 12.5))
    path = tmp_path / f"bays{extension}"
    high.to_file(path)
    layers = read_map(path)
    assert (layers.repaired, layers.imported) == (6, 0)
    assert all("heights left out" in n.message for n in layers.notes if n.code == "MAP-GEOMETRY")
    level = frame.set_geometry(shapely.force_3d(frame.geometry.values, 0.0))
    level.to_file(path)
    assert read_map(path).imported == 6


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
@pytest.mark.parametrize("extension", [".gpkg", ".shp", ".fgb"])
def test_a_layer_without_a_system_asks_for_it(extension, frame, tmp_path) -> None:
    frame.set_crs(None, allow_override=True).to_file(tmp_path / f"bays{extension}")
    with pytest.raises(InputError, match="does not say its coordinate system") as asked:
        read_map(tmp_path / f"bays{extension}")
    assert asked.value.question
    assert "EPSG:25832" in asked.value.remedy


def test_what_macos_adds_to_a_zip_is_no_second_map(frame, tmp_path) -> None:
    frame.to_file(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"a.{ending}", f"folder/a.{ending}")
        archive.writestr("__MACOSX/folder/._a.shp", "x")
    assert len(read_map(tmp_path / "a.zip").features) == 6


EWKB = shapely.to_wkb(shapely.set_srid(Point(565000, 5934000), 25832), hex=True, include_srid=True)


@pytest.mark.parametrize(
    ("lines", "epsg", "said"),
    [
        (["id;geom", '1;"SRID=25832;POINT (565000 5934000)"'], 25832, ""),
        (["id,geom", f"1,{EWKB}"], 25832, ""),
        (["Liste vom 1. Mai", "", "id;lat;lon", "1;53,5;9,9"], 25832, "lines above"),
    ],
)  # fmt: skip
def test_a_table_may_name_its_system_and_have_lines_above(lines, epsg, said, tmp_path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("\n".join(lines))
    layers = read_map(path)
    assert layers.epsg == epsg
    assert layers.read == 1
    assert said in " ".join(note.text for note in layers.notes)


def test_thousands_in_coordinates_and_shapes_of_no_system_ask(tmp_path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("id;Rechtswert;Hochwert\n1;565.000,50;5.934.000,50\n")
    with pytest.raises(InputError, match="EPSG:25832"):
        read_map(path)
    path.write_text("id;wkt\n1;POINT (565000 5934000)\n")
    with pytest.raises(InputError, match="does not say its coordinate system"):
        read_map(path)


def test_what_an_editor_has_deleted_is_not_read(tmp_path) -> None:
    path = tmp_path / "edited.osm"
    node = '<node id="{0}" lat="53.5{0}" lon="9.9"{1}><tag k="highway" v="x"/></node>'
    nodes = (
        node.format(1, "") + node.format(2, ' action="delete"') + node.format(3, ' visible="false"')
    )
    path.write_text(f'<osm version="0.6">{nodes}</osm>')
    assert [f.id for f in read_map(path).features] == ["1"]


def test_kml_written_by_hand_has_blanks_and_letters_of_its_own(tmp_path) -> None:
    path = tmp_path / "hand.kml"
    point = "<Point><coordinates>9.9 , 53.5, 0</coordinates></Point>"
    body = f"<kml><Placemark><name>{{}}</name>{point}</Placemark></kml>"
    path.write_text(body.format("a"))
    assert read_map(path).features[0].geometry is not None
    path.write_bytes(body.format("Straße").encode("latin-1"))
    with pytest.raises(InputError, match="letters here are not in UTF-8"):
        read_map(path)
