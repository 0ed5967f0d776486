"""Drawings: unit and place are known or asked, blocks are taken apart, nothing is guessed."""

import io
from dataclasses import replace
from pathlib import Path

import ezdxf
import pytest
from ezdxf import path as _path  # noqa: F401 - loads the curves once, outside the timed tests
from ezdxf.math import Vec2
from pyproj import CRS, Geod, Transformer

from planner.inputs.inspect import inspect
from planner.inputs.kinds import DRAWING_UNITS
from planner.inputs.maps import MapOptions, Role, read_map
from planner.inputs.maps.units import UNITS_M
from planner.inputs.problem import InputError
from planner.inputs.report import Action

GRID = MapOptions(crs="EPSG:27700")
EAST, NORTH = 530_000.0, 180_000.0
UNIT_CODES = {"in": 1, "ft": 2, "mm": 4, "cm": 5, "m": 6, "yd": 10, "dm": 14, "us-ft": 21}


def drawing(units: int = 6):
    doc = ezdxf.new("R2018")
    doc.units = units
    return doc, doc.modelspace()


def rectangle(layout, x, y, width, depth, layer="BAYS", **how):
    corners = [(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)]
    return layout.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer}, **how)


def saved(doc, folder: Path) -> Path:
    doc.saveas(folder / "plan.dxf")
    return folder / "plan.dxf"


@pytest.mark.parametrize("unit", UNIT_CODES)
def test_a_bay_has_its_size_in_every_unit(tmp_path: Path, unit: str) -> None:
    doc, plan = drawing(UNIT_CODES[unit])
    per = 1 / UNITS_M[unit]
    for number in range(4):
        rectangle(plan, (EAST + 2.5 * number) * per, NORTH * per, 2.5 * per, 5 * per)
    bays = read_map(saved(doc, tmp_path), GRID).of(Role.BAY)
    assert len(bays) == 4
    assert bays[0].geometry.area == pytest.approx(12.5, rel=1e-6)
    assert bays[0].geometry.bounds[:2] == pytest.approx((EAST, NORTH), abs=1e-3)


def test_units_of_the_command_line_are_those_of_the_reader() -> None:
    assert set(DRAWING_UNITS) == set(UNITS_M)


def test_a_drawing_without_unit_asks_and_shows_the_sizes(tmp_path: Path) -> None:
    doc, plan = drawing(0)
    for number in range(3):
        rectangle(plan, 2_500 * number, 0, 2_500, 5_000)
    path = saved(doc, tmp_path)
    with pytest.raises(InputError, match=r"2\.5 × 5\.0 m if mm.*most likely --unit mm") as asked:
        read_map(path)
    assert asked.value.question
    told = read_map(path, MapOptions(unit="mm", at="9.99,53.55"))
    areas = [b.geometry.area for b in told.of(Role.BAY)]
    assert areas == pytest.approx([12.5] * 3, rel=2e-3)  # lengths in UTM are true to 0.1 %


def test_a_unit_that_gives_giant_bays_is_doubted(tmp_path: Path) -> None:
    doc, plan = drawing(1)  # the template says inches, the drawing is in millimetres
    rectangle(plan, 0, 0, 2_500, 5_000)
    with pytest.raises(InputError, match="says inches, but then its bays have an odd size"):
        read_map(saved(doc, tmp_path), GRID)


def test_a_drawing_without_place_asks_and_takes_a_position(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    rectangle(plan, 500, 0, 2.5, 5)
    path = saved(doc, tmp_path)
    with pytest.raises(InputError, match="no georeference; say where its middle lies with --at"):
        read_map(path)
    layers = read_map(path, MapOptions(at="9.9937,53.5511,90"))
    to_degrees = Transformer.from_crs(layers.epsg, 4326, always_xy=True)
    ends = [to_degrees.transform(*b.geometry.centroid.coords[0]) for b in layers.of(Role.BAY)]
    azimuth, _, length = Geod(ellps="WGS84").inv(*ends[0], *ends[1])
    assert length == pytest.approx(500, rel=1e-3)
    assert abs(azimuth) == pytest.approx(180, abs=0.01)  # east in the drawing, turned by 90 degrees
    middle = [(a + b) / 2 for a, b in zip(*ends, strict=True)]
    assert middle == pytest.approx([9.9937, 53.5511], abs=1e-6)


def test_grid_coordinates_without_system_propose_one(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    with pytest.raises(InputError, match=r"for instance EPSG:27700") as asked:
        read_map(saved(doc, tmp_path), MapOptions(region="gb"))
    assert asked.value.question


def geodata(plan, epsg: int, first: str = "E", **attributes):
    names = {"E": ("E", "N"), "N": ("N", "E")}[first]
    axes = "".join(
        f"<CoordinateSystemAxis><AxisOrder>{n}</AxisOrder><AxisName>x</AxisName>"
        f"<AxisAbbreviation>{name}</AxisAbbreviation></CoordinateSystemAxis>"
        for n, name in enumerate(names, 1)
    )
    data = plan.new_geodata(attributes)
    data.coordinate_system_definition = (
        '<?xml version="1.0" encoding="UTF-16"?><Dictionary version="1.0" '
        'xmlns="http://www.osgeo.org/mapguide/coordinatesystem">'
        f'<Alias id="{epsg}" type="CoordinateSystem"><ObjectId>x</ObjectId>'
        f"<Namespace>EPSG Code</Namespace></Alias><Axis>{axes}</Axis></Dictionary>"
    )
    return data


def test_geodata_places_a_turned_drawing(tmp_path: Path) -> None:
    doc, plan = drawing(4)  # millimetres
    rectangle(plan, 1_000, 0, 2_500, 5_000)
    geodata(
        plan, 27700, design_point=(1_000, 0), reference_point=(EAST, NORTH),
        horizontal_unit_scale=0.001, north_direction=(1, 0),
    )  # fmt: skip
    layers = read_map(saved(doc, tmp_path))
    # North is the drawing's x: what runs right in the drawing runs north on the ground.
    bay = layers.of(Role.BAY)[0].geometry
    assert layers.crs == "EPSG:27700"
    assert bay.bounds == pytest.approx((EAST - 5, NORTH, EAST, NORTH + 2.5), abs=1e-6)


def test_the_same_transform_as_the_library_computes(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 3, 4, 2.5, 5)
    data = geodata(
        plan, 25832, design_point=(10, 20), reference_point=(565_000, 5_934_000),
        north_direction=(0.6, 0.8),
    )  # fmt: skip
    wanted = data.get_crs_transformation(no_checks=True)[0].transform((3, 4, 0))
    bay = read_map(saved(doc, tmp_path)).of(Role.BAY)[0].geometry
    assert bay.exterior.coords[0] == pytest.approx((wanted.x, wanted.y), abs=1e-6)


def test_northing_first_is_turned_round_and_said(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    geodata(plan, 31467, "N", reference_point=(5_934_000, 3_565_000))
    layers = read_map(saved(doc, tmp_path))
    assert any("axes exchanged" in note.text for note in layers.notes)
    assert CRS(layers.epsg).area_of_use.west < 11


def test_a_system_told_takes_the_place_of_that_of_the_georeference(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    geodata(plan, 4326, reference_point=(EAST, NORTH))
    assert read_map(saved(doc, tmp_path), GRID).of(Role.BAY)[0].geometry.bounds[0] == EAST
    plan.get_geodata().dxf.reference_point = (0.5, 51.0)
    told = read_map(saved(doc, tmp_path), replace(GRID, accepted=frozenset({"areas"})))
    assert told.crs == "EPSG:27700"  # the drawing's own numbers are taken as on that grid


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"reference_point": (0, 0)}, "names no coordinate system that is known"),
        ({"reference_point": (EAST, NORTH)}, "names no coordinate system that is known"),
        ({"reference_point": (float("inf"), 0)}, "holds no finite numbers"),
    ],
)
def test_a_georeference_to_nowhere_asks(tmp_path: Path, attributes, words: str) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    data = geodata(plan, 27700, **attributes)
    system = data.coordinate_system_definition
    data.coordinate_system_definition = system.replace("EPSG Code", "Local")
    with pytest.raises(InputError, match=words) as asked:
        read_map(saved(doc, tmp_path))
    assert asked.value.question


def test_a_drawing_tied_to_degrees_is_placed_there(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 100, 100, 2.5, 5)
    plan.new_geodata({"design_point": (100, 100), "reference_point": (9.9937, 53.5511)})
    layers = read_map(saved(doc, tmp_path))
    back = Transformer.from_crs(layers.epsg, 4326, always_xy=True)
    corner = layers.of(Role.BAY)[0].geometry.exterior.coords[0]
    assert back.transform(*corner) == pytest.approx((9.9937, 53.5511), abs=1e-6)


def test_entities_in_the_definition_of_a_system_are_refused(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    plan.new_geodata().coordinate_system_definition = (
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    )  # fmt: skip
    with pytest.raises(InputError, match="defines entities"):
        read_map(saved(doc, tmp_path))


def test_blocks_are_taken_apart_where_they_stand(tmp_path: Path) -> None:
    doc, plan = drawing()
    bay, row = doc.blocks.new("BAY"), doc.blocks.new("ROW")
    rectangle(bay, 0, 0, 2_500, 5_000, layer="0")
    for number in range(4):
        row.add_blockref("BAY", (2_500 * number, 0), dxfattribs={"layer": "0"})
    plan.add_blockref(
        "ROW",
        (EAST, NORTH),
        dxfattribs={"layer": "P_BAYS", "xscale": 0.001, "yscale": -0.001, "rotation": 90},
    )
    layers = read_map(saved(doc, tmp_path), GRID)
    bays = layers.of(Role.BAY)
    assert [round(b.geometry.area, 6) for b in bays] == [12.5] * 4
    assert {b.layer for b in bays} == {"P_BAYS"}
    xs = [b.geometry.bounds for b in bays]
    assert (min(b[0] for b in xs), max(b[2] for b in xs)) == pytest.approx((EAST, EAST + 5))
    assert (min(b[1] for b in xs), max(b[3] for b in xs)) == pytest.approx((NORTH, NORTH + 10))


def test_a_grid_of_one_block_is_counted(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(doc.blocks.new("BAY"), 0, 0, 2.5, 5, layer="0")
    plan.add_blockref(
        "BAY", (EAST, NORTH),
        dxfattribs={"layer": "BAYS", "column_count": 10, "column_spacing": 2.5,
                    "row_count": 2, "row_spacing": 11},
    )  # fmt: skip
    assert read_map(saved(doc, tmp_path), GRID).counts == {"bay": 20}


@pytest.mark.parametrize("through", ["itself", "another"])
def test_a_block_that_inserts_itself_is_refused(tmp_path: Path, through: str) -> None:
    doc, plan = drawing()
    a, b = doc.blocks.new("A"), doc.blocks.new("B")
    rectangle(a, 0, 0, 1, 1)
    a.add_blockref("A" if through == "itself" else "B", (1, 1))
    b.add_blockref("A", (1, 1))
    plan.add_blockref("A", (0, 0))
    with pytest.raises(InputError, match="the block inserts itself"):
        read_map(saved(doc, tmp_path), GRID)


def test_blocks_that_grow_without_bounds_are_refused_by_counting(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(doc.blocks.new("B0"), 0, 0, 1, 1)
    for level in range(1, 12):
        block = doc.blocks.new(f"B{level}")
        for number in range(20):
            block.add_blockref(f"B{level - 1}", (number, 0))
    plan.add_blockref("B11", (0, 0))
    with pytest.raises(InputError, match=r"204,800,000,000,000 objects"):
        read_map(saved(doc, tmp_path), GRID)


def test_curves_and_holes_have_their_area(tmp_path: Path) -> None:
    doc, plan = drawing()
    plan.add_lwpolyline(  # a rectangle of 40 by 20 m with a half circle at its right end
        [(EAST, NORTH, 0), (EAST + 40, NORTH, 1), (EAST + 40, NORTH + 20, 0),
         (EAST, NORTH + 20, 0)],
        format="xyb", close=True, dxfattribs={"layer": "Gebaeude"},
    )  # fmt: skip
    plan.add_circle((EAST + 100, NORTH), 10, dxfattribs={"layer": "Building"})
    hatch = plan.add_hatch(dxfattribs={"layer": "Rasen"})
    for low, high, flags in ((0, 20, 1), (5, 15, 16)):
        ring = [(low, low), (high, low), (high, high), (low, high)]
        hatch.paths.add_polyline_path([(EAST + x, NORTH - 50 + y) for x, y in ring], flags=flags)
    layers = read_map(saved(doc, tmp_path), GRID)
    areas = sorted(b.geometry.area for b in layers.of(Role.BUILDING))
    assert areas == pytest.approx([314.16, 800 + 157.08], rel=2e-3)
    assert layers.of(Role.GRASS)[0].geometry.area == pytest.approx(300)


def test_a_fill_of_a_drawn_outline_is_no_second_bay(tmp_path: Path) -> None:
    doc, plan = drawing()
    corners = [(EAST, NORTH), (EAST + 2.5, NORTH), (EAST + 2.5, NORTH + 5), (EAST, NORTH + 5)]
    rectangle(plan, EAST, NORTH, 2.5, 5)
    plan.add_hatch(dxfattribs={"layer": "BAYS"}).paths.add_polyline_path(corners)
    layers = read_map(saved(doc, tmp_path), GRID)
    assert layers.counts == {"bay": 1}
    assert any("fills of outlines" in note.text for note in layers.notes)


def test_bays_drawn_by_single_lines_become_outlines(tmp_path: Path) -> None:
    doc, plan = drawing()
    how = {"layer": "Stellplätze"}
    for number in range(6):
        x = EAST + 2.5 * number
        plan.add_line((x, NORTH), (x, NORTH + 5), dxfattribs=how)
    for y in (NORTH, NORTH + 5):
        plan.add_line((EAST, y), (EAST + 12.5, y), dxfattribs=how)
    layers = read_map(saved(doc, tmp_path), GRID)
    assert layers.counts == {"bay": 5}
    assert any("5 outlines formed by 8 separate lines" in note.text for note in layers.notes)


@pytest.mark.parametrize("turn", [0, 31, 77])
def test_lines_need_not_meet_to_the_last_digit(tmp_path: Path, turn: float) -> None:
    doc, plan = drawing()
    ends = [((2.5 * n, 0), (2.5 * n, 5)) for n in range(5)]
    for start, end in [*ends, ((0, 0), (10, 0)), ((0, 5), (10, 5))]:
        points = (Vec2(p).rotate_deg(turn) + Vec2(EAST, NORTH) for p in (start, end))
        plan.add_line(*points, dxfattribs={"layer": "BAYS"})
    layers = read_map(saved(doc, tmp_path), GRID)
    areas = [f.geometry.area for f in layers.of(Role.BAY)]
    assert areas == pytest.approx([12.5] * 4, rel=1e-3)


def test_linked_drawings_are_named_and_not_looked_for(tmp_path: Path) -> None:
    doc, plan = drawing()
    doc.add_xref_def("C:\\plans\\survey.dwg", "SURVEY")
    plan.add_blockref("SURVEY", (0, 0))
    with pytest.raises(InputError, match=r"only refers to other drawings \(survey\.dwg\)"):
        read_map(saved(doc, tmp_path))
    rectangle(plan, EAST, NORTH, 2.5, 5)
    notes = read_map(saved(doc, tmp_path), GRID).notes
    assert [n.message for n in notes if n.code == "DXF-XREF"] == [
        "1 linked drawings are not in the file and were not looked for (survey.dwg)"
    ]


def test_a_drawing_of_other_things_says_what_they_are(tmp_path: Path) -> None:
    doc, plan = drawing()
    plan.add_text("Plan")
    with pytest.raises(InputError, match="nothing is drawn in model space"):
        read_map(saved(doc, tmp_path))
    rectangle(plan, EAST, NORTH, 2.5, 5)
    notes = read_map(saved(doc, tmp_path), GRID).notes
    assert "1 objects that are no lines or areas are not used: 1 TEXT" in [n.message for n in notes]
    doc.layers.add("BAYS").off()
    with pytest.raises(InputError, match="off or frozen; switch them on"):
        read_map(saved(doc, tmp_path))


def test_points_faces_and_meshes_are_taken_for_what_they_are(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    plan.add_point((EAST, NORTH), dxfattribs={"layer": "Trees"})
    corners = [(EAST + x, NORTH + y) for x, y in ((0, 10), (9, 10), (0, 19), (9, 19))]
    plan.add_solid(corners, dxfattribs={"layer": "Building"})
    plan.add_solid([corners[0]] * 4, dxfattribs={"layer": "Building"})
    plan.add_hatch().paths.add_polyline_path([(EAST, NORTH), (EAST + 1, NORTH)])
    plan.add_polymesh((2, 2))
    plan.add_lwpolyline([(EAST, NORTH)] * 3)
    layers = read_map(saved(doc, tmp_path), GRID)
    assert layers.counts == {"bay": 1, "tree": 1, "building": 1}
    assert layers.of(Role.BUILDING)[0].geometry.area == pytest.approx(81)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"at": "9,53", "crs": "EPSG:25832"}, "both --at and --crs"),
        ({"at": "9,89"}, "'9,89' is no position"),
        ({"at": "here"}, "'here' is no position"),
        ({"unit": "cubit"}, "'cubit' is no unit"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(tmp_path: Path, options, words: str) -> None:
    doc, plan = drawing()
    rectangle(plan, 0, 0, 2.5, 5)
    with pytest.raises(InputError, match=words):
        read_map(saved(doc, tmp_path), MapOptions(**options))


def test_a_drawing_without_rectangles_shows_how_wide_it_is(tmp_path: Path) -> None:
    doc, plan = drawing(0)
    plan.add_line((0, 0), (90_000, 20_000))
    with pytest.raises(InputError, match=r"as wide as 90\.0 m if mm, 900 m if cm"):
        read_map(saved(doc, tmp_path))


def test_blocks_nested_without_end_are_refused(tmp_path: Path) -> None:
    doc, plan = drawing()
    for level in range(40):
        block = doc.blocks.new(f"B{level}")
        block.add_blockref(f"B{level + 1}", (0, 0)) if level < 39 else block.add_point((0, 0))
    plan.add_blockref("B0", (0, 0))
    with pytest.raises(InputError, match="nested more than 30 levels"):
        read_map(saved(doc, tmp_path))


def test_a_drawing_too_large_is_refused_unread(tmp_path: Path, monkeypatch) -> None:
    doc, _ = drawing()
    path = saved(doc, tmp_path)
    monkeypatch.setattr("planner.inputs.maps.dxf_file._LARGEST_MB", 0)
    with pytest.raises(InputError, match="save only the layers that are needed"):
        read_map(path)


def test_hidden_layers_are_left_out_and_named(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    rectangle(plan, EAST, NORTH, 2.5, 5, layer="OLD_BAYS")
    doc.layers.add("OLD_BAYS").freeze()
    layers = read_map(saved(doc, tmp_path), GRID)
    assert layers.counts == {"bay": 1}
    assert any("1 objects on layers that are off or frozen left out (OLD_BAYS)" in n.text
               for n in layers.notes)  # fmt: skip


def test_tree_symbols_are_trees_not_scribbles(tmp_path: Path) -> None:
    doc, plan = drawing()
    symbol = doc.blocks.new("BAUM_LAUB")
    for end in ((1, 0), (0, 1), (-1, 0)):
        symbol.add_line((0, 0), end)
    plan.add_blockref("BAUM_LAUB", (EAST, NORTH))
    plan.add_circle((EAST + 10, NORTH), 3, dxfattribs={"layer": "L-TREE"})
    rectangle(plan, EAST, NORTH + 20, 2.5, 5)
    assert read_map(saved(doc, tmp_path), GRID).counts == {"tree": 2, "bay": 1}


def test_a_drawing_of_pictures_names_them(tmp_path: Path) -> None:
    doc, plan = drawing()
    image = doc.add_image_def("C:\\plans\\aerial.jpg", (100, 100))
    plan.add_image(image, (EAST, NORTH), (100, 100))
    layers = read_map(saved(doc, tmp_path), GRID)
    said = next(n.text for n in layers.notes if n.code == "DXF-PICTURE")
    assert "aerial.jpg" in said
    assert "C:" not in said


def test_a_drawing_without_header_and_markers_is_read(tmp_path: Path) -> None:
    ring = "\n".join(f"10\n{x}\n20\n{y}" for x, y in ((0, 0), (2.5, 0), (2.5, 5), (0, 5)))
    (tmp_path / "a.dxf").write_text(
        f"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nBAYS\n90\n4\n70\n1\n{ring}\n"
        "0\nLINE\n8\nKERB\n10\n0\n20\n0\n11\n9\n21\n0\n0\nENDSEC\n0\nEOF\n"
    )
    layers = read_map(tmp_path / "a.dxf", MapOptions(unit="m", at="-0.1,51.5"))
    assert layers.counts == {"bay": 1, "other": 1}
    assert layers.action is Action.REPAIR


def test_a_binary_drawing_is_read(tmp_path: Path) -> None:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    doc.saveas(tmp_path / "a.dxf", fmt="bin")
    assert read_map(tmp_path / "a.dxf", GRID).counts == {"bay": 1}


def plain_drawing() -> str:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    stream = io.StringIO()
    doc.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"AC1032" + bytes(60), "DWG is not supported"),
        (b"hello\nworld\n" * 9, "damaged or no DXF"),
        (b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "nothing is drawn in model space"),
        (b"<html><body>log in</body></html>", "this is a web page"),
        (b'{"type":"FeatureCollection"}', "this is a JSON file"),
    ],
)
def test_what_is_no_drawing_is_refused_in_a_sentence(tmp_path, content, said) -> None:
    (tmp_path / "a.dxf").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_map(tmp_path / "a.dxf", GRID)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_drawing_never_ends_in_a_fault(tmp_path: Path, share: float) -> None:
    text = plain_drawing()
    (tmp_path / "a.dxf").write_text(text[: int(len(text) * share)])
    assert inspect(tmp_path / "a.dxf")["action"] in {"reject", "ask", "repair"}
    assert "INPUT-FAULT" not in str(inspect(tmp_path / "a.dxf"))


@pytest.mark.parametrize("height", [float("inf"), float("nan")])
def test_a_curve_at_no_finite_height_is_left_out_at_once(tmp_path: Path, height: float) -> None:
    doc, plan = drawing()
    rectangle(plan, EAST, NORTH, 2.5, 5)
    plan.add_circle((EAST, NORTH, height), 3)
    layers = read_map(saved(doc, tmp_path), GRID)
    assert layers.counts == {"bay": 1}
    assert any("1 objects could not be drawn" in note.text for note in layers.notes)


def test_a_recovered_drawing_says_so_once_and_prints_nothing(tmp_path: Path, capfd) -> None:
    before, after = plain_drawing().split("LWPOLYLINE", 1)
    broken = after.replace("530000.0\n", "530000.0x\n", 1)
    assert broken != after
    (tmp_path / "a.dxf").write_text(f"{before}LWPOLYLINE{broken}")
    layers = read_map(tmp_path / "a.dxf", GRID)
    assert [n.code for n in layers.notes].count("DXF-REPAIR") == 1
    assert capfd.readouterr().err == ""


def test_shared_drawings_behave_as_stated(shared) -> None:
    said = {
        name: inspect(shared / "samples" / name)
        for name in ("maps/graz_10km_georef.dxf", "maps/dxfparser_blocks.dxf",
                     "bad/dxf_no_units.dxf", "bad/dwg_named_dxf.dxf")
    }  # fmt: skip
    assert [s["action"] for s in said.values()] == ["accept", "reject", "ask", "reject"]
    graz = said["maps/graz_10km_georef.dxf"]
    assert (graz["summary"]["crs"], graz["summary"]["read"]) == ("EPSG:3395", 8)
    assert "2.5 × 5.0 m if mm" in str(said["bad/dxf_no_units.dxf"]["findings"])
