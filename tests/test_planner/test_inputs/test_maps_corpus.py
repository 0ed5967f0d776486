"""Every class of bad map has its outcome: accept, repair, skip, ask or reject, with words."""

import json
import random
import struct
from pathlib import Path

import pytest

from planner.inputs.maps import MapOptions, Role, read_map
from planner.inputs.problem import InputError

EAST, NORTH = 9.9937, 53.5511
WIDE, DEEP = 3.78e-5, 4.492e-5  # 2.5 m × 5 m at this latitude


def ring(column=0, width=WIDE, depth=DEEP):
    x, y = EAST + column * WIDE, NORTH
    return [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]]


def feature(name, coordinates, kind="Polygon", /, **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"id": name, **properties}, "geometry": geometry}


def bays(count=4):
    return [feature(f"B{i}", [ring(i)]) for i in range(count)]


def text(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def crs(name):
    return {"type": "name", "properties": {"name": name}}


def shifted(x0, y0, width, depth):
    return [[x0, y0], [x0 + width, y0], [x0 + width, y0 + depth], [x0, y0 + depth], [x0, y0]]


BOWTIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
BOWTIE = [[EAST + x * WIDE, NORTH + y * DEEP] for x, y in BOWTIE]
LINE = [[EAST, NORTH], [EAST + WIDE, NORTH], [EAST + 2 * WIDE, NORTH], [EAST, NORTH]]
TURNED = [(0, 0), (1.768, 1.768), (-1.768, 5.303), (-3.536, 3.536), (0, 0)]  # metres
MILAN = [[45.46 + y * 0.898e-5, 9.19 + x * 1.281e-5] for x, y in TURNED]
GOOD = bays()
UTM = feature("B0", [shifted(565000, 5934000, 2.5, 5)])
FEET = feature("B0", [shifted(987000, 212000, 9, 18)])
MERCATOR = feature("B0", [shifted(1112493.6, 7086000.0, 4.2075, 8.415)])

CASES = {
    "empty file": ("", "reject", "the file is empty"),
    "no features": (text(), "reject", "no features"),
    "cut off": (text(*GOOD)[:-200], "reject", "line 1, column"),
    "trailing garbage": (text(*GOOD) + "}", "reject", "damaged or cut off"),
    "web page": ("<!DOCTYPE html><html>log in</html>", "reject", "web page (HTML), not GeoJSON"),
    "virtual layer": ("<OGRVRTDataSource/>", "reject", "points to other files"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "reject", "a PNG picture"),
    "deep nesting": ("[" * 200_000 + "]" * 200_000, "reject", "nested more than 100 levels"),
    "key twice": (text(*GOOD)[:-1] + ', "type": "x"}', "reject", "'type' stands twice"),
    "json but no map": ('{"a": 1}', "reject", "no list of features"),
    "not a number": (text(feature("B9", [[*ring()[:1], [float("nan"), 1.0], *ring()[2:]]]), *GOOD),
                     "skip", "feature B9: left out, a coordinate is not a finite number"),
    "too large a number": (text(feature("B9", [[[0, 0], [1, 1], [77, 1], [0, 0]]]), *GOOD).replace(
        "77", "1e400"), "skip", "not a finite number"),
    "no geometry": (text({"type": "Feature", "properties": {}, "geometry": None}, *GOOD), "skip",
                    "feature 1: left out, it has no geometry"),
    "open ring": (text(feature("B0", [ring()[:-1]])), "repair", "feature B0: ring closed"),
    "two points": (text(feature("B7", [ring()[:2]]), *GOOD), "skip", "the ring has two points"),
    "collinear": (text(feature("B9", [LINE]), *GOOD), "skip", "its area is zero"),
    "bow-tie": (text(feature("B9", [BOWTIE])), "repair", "crosses itself mended (0.00 m² before"),
    "clockwise": (text(feature("B0", [ring()[::-1]])), "accept", ""),
    "heights": (text(feature("z", [[[*p, 12.5] for p in ring()]])), "repair", "heights left out"),
    "heights and measures": (text(feature("zm", [[[*p, 1.0, 2.0] for p in ring()]])), "repair",
                             "heights left out"),
    "one ordinate": (text(feature("B9", [[[1.0], [2.0], [3.0]]]), *GOOD), "skip",
                     "a position has only one number"),
    "text coordinate": (text(feature("x", [[["9,99", "53"]]])), "reject",
                        "feature x: a coordinate is text (9,99)"),
    "id twice": (text(*bays(2), feature("B1", [ring(2)])), "repair", "this one is now 'B1-2'"),
    "outlines twice": (text(*bays(2), *bays(2)), "ask", "2 of 2 outlines are drawn more than once"),
    "overlapping": (text(*GOOD, feature("B9", [ring(0.5)])), "ask", "2 pairs of bays overlap"),
    "huge bay": (text(feature("B0", [shifted(9.99, 53.55, 0.03, 0.018)], type="bay")), "ask",
                 "this bay has 4.0 km², outside 6 to 60 m²"),
    "tiny car park": (text(feature("P", [ring()], amenity="parking")), "ask",
                      "this car park has 12.5 m², outside 50 m² to 1 km²"),
    "nested properties": (text(feature("B0", [ring()], extra={"a": [1] * 9000})), "accept", ""),
    "axes exchanged": (text(feature("B0", [[p[::-1] for p in ring()]])), "ask", "in the sea"),
    "metres as degrees": (text(UTM), "ask", "cannot be a longitude"),
    "metres labelled degrees": (text(UTM, crs=crs("EPSG:4326")), "ask", "cannot be a longitude"),
    "unknown code": (text(*GOOD, crs=crs("EPSG:999999")), "ask", "'EPSG:999999' is not"),
    "unreadable crs": (text(*GOOD, crs=7), "ask", "not named in a way"),
    "near zero": (text(feature("B0", [shifted(0, 0, 2.5e-4, 5e-4)])), "ask", "Gulf of Guinea"),
    "far outside": (text(feature("B0", [shifted(1e18, 1e18, 2e12, 5e12)]), crs=crs("EPSG:25832")),
                    "reject", "outside the area of EPSG:25832"),
    "two places": (text(*GOOD, feature("S", [shifted(151.2, -33.9, WIDE, DEEP)])), "ask",
                   "the map spans 16,"),
    "across 180 degrees": (text(feature("P", [[[179.9995, -16.8], [-179.9995, -16.8],
                           [-179.9995, -16.799], [179.9995, -16.799]]], amenity="parking")),
                           "ask", "crosses 180° E; taken as one place of 0.2 km"),
    "collection": (text({"type": "Feature", "properties": {"id": "C"}, "geometry": {
        "type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "coordinates": [ring()]},
            {"type": "Point", "coordinates": ring()[0]}]}}), "ask", "feature C: only the outlines"),
    "nothing of use": (text(feature("x", ring()[0], "Point", barrier="gate")), "accept",
                       "1 features are not used on the plan: 1 barrier=gate"),
    "US feet": (text(FEET, crs=crs("urn:ogc:def:crs:EPSG::2263")), "accept", ""),
    "web mercator": (text(MERCATOR, crs=crs("urn:ogc:def:crs:EPSG::3857")), "accept", ""),
    "old encoding": (text(feature("B0", [ring()], name="Straße")).replace(
        "\\u00df", "ß").encode("cp1252"), "repair", "reads 'Straße'"),
    "latitude of 140 degrees": (text(feature("B0", [shifted(35.68, 139.7, WIDE, DEEP)])), "ask",
                                "with the axes exchanged it is 139.7000 E, 35.6800 N, on land"),
    "exchanged, on land too": (text(feature("B0", [MILAN])), "ask", "have oblique corners"),
    "exchanged, in the region": (text(feature("B0", [shifted(53.3, -0.1, WIDE, DEEP)])), "ask",
                                 "with the axes exchanged"),
    "bays in one feature": (text(feature("M", [[ring(0)], [ring(1)], [ring(3)]], "MultiPolygon")),
                            "accept", "its 3 outlines of the size of bays are taken one by one"),
    "one feature per line": ("\n".join(map(json.dumps, GOOD)), "accept", ""),
    "text sequence": ("".join(f"\x1e{json.dumps(f)}\n" for f in GOOD), "accept", ""),
    "lines that are none": (json.dumps(GOOD[0]) + "\n{}", "reject", "line 2, column 1"),
    "TopoJSON": ('{"type": "Topology"}', "reject", "this is TopoJSON"),
    "Esri JSON": ('{"geometryType": "x", "features": []}', "reject", "this is Esri JSON"),
    "Overpass JSON": ('{"elements": []}', "reject", "the answer of an Overpass query"),
    "a list": ("[1]", "reject", "this is JSON, but not a map"),
    "one feature alone": (json.dumps(GOOD[0]), "accept", ""),
    "crs by number": (text(UTM, crs={"type": "EPSG", "properties": {"code": 25832}}), "accept", ""),
    "a feature that is none": (text(7, *GOOD), "skip", "feature 1: left out, it is not an object"),
    "a geometry that is none": (text({"type": "Feature", "geometry": 7}, *GOOD), "skip",
                                "its geometry is not an object"),
    "no coordinates": (text(feature("B9", None), *GOOD), "skip", "geometry has no coordinates"),
    "a ring of nothing": (text(feature("B9", [[]]), *GOOD), "skip", "there are no coordinates"),
    "a kind unknown": (text(feature("B9", [ring()], "Circle"), *GOOD), "skip",
                       "'Circle' is not a kind of geometry"),
    "numbers without lists": (text(feature("B9", [[1, 2, 3]]), *GOOD), "skip",
                              "its coordinates are not lists of numbers"),
    "yes for a number": (text(feature("B9", [[[True, 1]] * 4]), *GOOD), "skip",
                         "its coordinates are not lists of numbers"),
    "no ring": (text(feature("B9", []), *GOOD), "skip", "the polygon has no ring"),
    "a point nowhere": (text(feature("P", [9.9, 77], "Point"), *GOOD).replace("77", "1e400"),
                        "skip", "feature P: left out, a coordinate is not a finite number"),
    "nothing with a shape": (text({"type": "Feature", "geometry": None}), "reject",
                             "no feature has a usable shape; it has no geometry"),
    "named degrees beyond 180": (text(feature("B0", [shifted(200, 53, WIDE, DEEP)]),
                                      crs=crs("EPSG:4326")), "ask", "200 cannot be a longitude"),
    "named latitude of 140": (text(feature("B0", [shifted(35.68, 139.7, WIDE, DEEP)]),
                                   crs=crs("EPSG:4326")), "ask", "140 cannot be a latitude"),
    "across the globe's edge": (text(feature("B0", [shifted(139.7, 35.68, WIDE, DEEP)])), "accept",
                                ""),
    "a ring of text": (text(feature("B9", ["9,99"])), "reject", "a coordinate is text (9,99)"),
    "half a multipolygon": (text(feature("B9", [[ring(9)], [ring()[:2]]], "MultiPolygon"), *GOOD),
                            "repair", "unusable parts left out"),
    "a hole of nothing": (text(feature("B9", [ring(9), ring(9)[:2]]), *GOOD), "repair",
                          "unusable hole left out"),
    "lines and points in one": (text(feature("L", [ring()[:2], ring()[2:4]], "MultiLineString"),
        feature("P", ring()[:2], "MultiPoint"), *GOOD), "accept", "1 lines, 1 points"),
    "a line of one place": (text(feature("L", [ring()[0]] * 2, "LineString"), *GOOD), "skip",
                            "the line has fewer than two points"),
    "a line to infinity": (text(feature("L", [ring()[0], [7, 77]], "LineString"), *GOOD).replace(
        "77", "1e400"), "skip", "not a finite number"),
    "a collection of points": (text({"type": "Feature", "properties": {"id": "C"}, "geometry": {
        "type": "GeometryCollection", "geometries": [
            {"type": "Point", "coordinates": ring()[0]},
            {"type": "LineString", "coordinates": ring()[:2]}]}}, *GOOD), "skip",
        "it is a collection without an outline"),
    "too small for anything": (text(feature("x", [ring(0, WIDE / 4, DEEP / 4)])), "accept",
                               "1 too small for a bay"),
    "a country": (text(feature("x", [shifted(9, 53, 0.3, 0.3)])), "ask", "this outline has"),
    "a strip too small for one": (text(feature("x", [ring(0, WIDE / 4, DEEP / 4)],
                                               parking="street_side"), *GOOD), "accept",
                                  "features are not used on the plan"),
    "unknown binary": (b"RIFF\x00\x01\x02" + bytes(range(256)), "reject", "a binary file"),
    "names encoded twice": (text(feature("B0", [ring()], name="Stra\u00c3\u0178e")), "repair",
                            "encoded twice; 'Stra\u00c3\u0178e' now reads 'Straße'"),
    "names with lost letters": (text(feature("B0", [ring()], name="Stra\ufffde")), "ask",
                                "letters that were lost before"),
    "a name that begins like one": (text(feature("B0", [ring()], name="Ã\u0080 ß")), "accept", ""),
    "UTF-16": (text(*GOOD).encode("utf-16"), "accept", ""),
    "UTF-16 without mark": (text(*GOOD).encode("utf-16-le"), "repair", "UTF-16 without a mark"),
}  # fmt: skip


def outcome(path, **options):
    """Action and all words about a file."""
    try:
        layers = read_map(path, MapOptions(**options))
    except InputError as problem:
        complete = problem.file == path.name and problem.reason and problem.remedy
        if not complete or str(path.parent) in str(problem):
            pytest.fail(f"no sentence a user can act on: {problem}")
        return "ask" if problem.question else "reject", str(problem)
    assert layers.read == layers.imported + layers.repaired + layers.skipped
    return layers.action.value, "\n".join(note.text for note in layers.notes)


def write(tmp_path: Path, content, name="plan.geojson") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", CASES)
def test_geojson_class(name, tmp_path) -> None:
    content, action, words = CASES[name]
    found, said = outcome(write(tmp_path, content))
    assert found == action, said
    assert words in said


@pytest.mark.parametrize(
    ("name", "options", "action"),
    [
        ("outlines twice", {"accepted": frozenset({"duplicates"})}, "skip"),
        ("overlapping", {"accepted": frozenset({"overlaps"})}, "skip"),
        ("axes exchanged", {"crs": "swap"}, "repair"),
        ("metres as degrees", {"crs": "EPSG:25832"}, "accept"),
        ("huge bay", {"roles": {"plan": Role.GRASS}}, "accept"),
        ("two places", {"clip": "all"}, "accept"),
    ],
)
def test_the_answer_a_question_names_lets_the_import_go_on(name, options, action, tmp_path) -> None:
    found, said = outcome(write(tmp_path, CASES[name][0]), **options)
    assert found == action, said


def test_without_repairs_broken_features_are_left_out(tmp_path) -> None:
    path = write(tmp_path, text(feature("B9", [BOWTIE]), *GOOD))
    assert outcome(path, repair=False)[0] == "skip"


def test_three_fold_outlines_are_counted_once(tmp_path) -> None:
    path = write(tmp_path, text(*bays(20), *bays(20), *bays(20)))
    layers = read_map(path, MapOptions(accepted=frozenset({"duplicates"})))
    assert (len(layers.of(Role.BAY)), layers.read, layers.skipped) == (20, 60, 40)


@pytest.mark.parametrize(
    ("name", "width", "depth"),
    [("web mercator", 2.5, 5.0), ("US feet", 2.7432, 5.4864), ("clockwise", 2.5, 5.0)],
)
def test_bays_have_their_true_size(name, width, depth, tmp_path) -> None:
    (bay,) = read_map(write(tmp_path, CASES[name][0])).of(Role.BAY)
    assert bay.geometry is not None
    assert bay.geometry.area == pytest.approx(width * depth, rel=0.01)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.kml", '<!DOCTYPE x [<!ENTITY a "b">]><kml/>', "entities or a document type"),
        ("a.kml", "<kml><Document>", "cut off"),
        ("a.kml", "<kml>" + "<Folder>" * 200 + "</Folder>" * 200 + "</kml>", "levels deep"),
        ("a.osm", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><osm/>', "entities"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(600), "damaged"),
        ("a.gpkg", "{}", "a JSON file, not GeoPackage"),
        ("a.shp", b"\x00\x00\x27\x0a" + bytes(96), "damaged or a part is missing"),
        ("a.fgb", b"fgb\x03fgb\x00" + bytes(64), "damaged or a part is missing"),
        ("a.zip", b"PK\x03\x04" + bytes(64), "cut off or damaged"),
        ("a.kmz", b"PK\x03\x04" + bytes(64), "cut off or damaged"),
        ("a.csv", "name;qty\na;1", "no columns with coordinates"),
        ("a.csv", "lon,lat\n9.9,\x0053.5", "NUL byte"),
        ("a.csv", "\n\n", "no rows"),
        ("a.dxf", b"AC1032" + bytes(64), "DWG is not supported"),
        ("a.vrt", "<VRTDataset/>", "points to other files"),
        ("a.xyz", "hello", "cannot be opened"),
    ],
)
def test_other_formats_refuse_in_one_sentence(name, content, words, tmp_path) -> None:
    action, said = outcome(write(tmp_path, content, name))
    assert action == "reject"
    assert words in said


def test_missing_file_and_folder_are_named(tmp_path) -> None:
    assert "no such file" in outcome(tmp_path / "gone.geojson")[1]
    assert "a folder" in outcome(tmp_path)[1]


def test_a_number_that_only_a_header_claims_allocates_nothing(tmp_path) -> None:
    claimed = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 2**30) + bytes(72)
    assert outcome(write(tmp_path, claimed, "a.shp"))[0] == "reject"


def test_a_long_map_is_asked_about_before_it_is_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("planner.inputs.maps.reading._MANY", 3)
    path = write(tmp_path, text(*GOOD))
    assert outcome(path)[0] == "ask"
    assert outcome(path, accepted=frozenset({"size"}))[0] == "accept"


def scribble(points: int) -> list[list[float]]:
    rng = random.Random(1)
    return [[9.99 + rng.random() / 1e3, 53.55 + rng.random() / 1e3] for _ in range(points)]


def test_a_scribble_is_mended_to_its_outer_edge(tmp_path) -> None:
    found, said = outcome(write(tmp_path, text(feature("B9", [scribble(100)]), *GOOD)))
    assert (found, "outline that crosses itself mended" in said) == ("repair", True)


def test_an_outline_that_cannot_be_mended_is_left_out(tmp_path) -> None:
    found, said = outcome(write(tmp_path, text(feature("B9", [scribble(2_000)]), *GOOD)))
    assert (found, "its outline cannot be mended" in said) == ("skip", True)


def test_a_file_that_may_not_be_read_says_why(tmp_path, monkeypatch) -> None:
    path = write(tmp_path, text(*GOOD))
    monkeypatch.setattr("planner.inputs.maps.sniff._LARGEST_MB", 0)
    assert "cut the map to the site first" in outcome(path)[1]

    def fails(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", fails)
    assert "cannot be read (permission denied)" in outcome(path)[1]


def test_a_system_that_is_told_leaves_only_impossible_numbers_to_ask(tmp_path) -> None:
    path = write(tmp_path, text(feature("B0", [shifted(35.68, 139.7, WIDE, DEEP)])))
    assert "139.7" not in outcome(path, crs="EPSG:4326")[1]
    assert outcome(path, crs="EPSG:4326")[0] == "ask"
    assert outcome(path, crs="swap")[0] == "repair"
