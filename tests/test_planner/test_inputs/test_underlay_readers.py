"""Pictures, GeoTIFF and PDF pages under the plan: placed, measured, limited, never a fault."""

import json
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import ezdxf
import numpy as np
import pytest
from pyproj import Transformer

from planner.inputs.inspect import inspect
from planner.inputs.problem import InputError
from planner.inputs.report import Action
from planner.inputs.underlays import UnderlayOptions, read_underlay
from planner.inputs.underlays import gdal as door

SITE = UnderlayOptions(epsg=27700, around=(530_000, 180_000, 530_100, 180_080))


def png(width: int, height: int, real: tuple[int, int] | None = None) -> bytes:
    """A grey PNG; `real` is the size of the data where the header lies."""
    columns, rows = real or (width, height)
    lines = b"".join(b"\0" + bytes(range(256)) * (columns // 256) + bytes(columns % 256)
                     for _ in range(rows))  # fmt: skip

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    )


def written(path: Path, driver: str, array: np.ndarray, **how: object) -> Path:
    rasterio = door.library()
    import warnings

    count, height, width = array.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with rasterio.open(path, "w", driver=driver, width=width, height=height, count=count,
                           dtype=array.dtype, **how) as target:  # fmt: skip
            target.write(array)
    return path


def geotiff(path: Path, epsg: int, corner: tuple[float, float], pixel: float, shape=(60, 80)):
    from affine import Affine

    array = np.arange(3 * shape[0] * shape[1]).reshape(3, *shape).astype(np.uint8)
    at = Affine(pixel, 0, corner[0], 0, -pixel, corner[1])
    return written(path, "GTiff", array, crs=f"EPSG:{epsg}", transform=at)


def pdf(path: Path, pages: int = 1, size: tuple[int, int] = (842, 595)) -> Path:
    """A PDF with a black rectangle of 100 by 50 points from (100, 100)."""
    text = b"0 0 0 rg 100 100 100 50 re f"
    kids = " ".join(f"{n} 0 R" for n in range(4, 4 + pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
               f"<< /Length {len(text)} >>\nstream\n{text.decode()}\nendstream"]  # fmt: skip
    page = f"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /MediaBox [0 0 {size[0]} {size[1]}] >>"
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate([*objects, *([page] * pages)], 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size_line = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF"
    path.write_bytes(content + size_line.encode() + tail.encode())
    return path


def test_a_world_file_places_a_picture_by_its_pixel_corner(tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(png(400, 320))
    # ESRI: A, D, B, E, then the centre of the first pixel.
    (tmp_path / "plan.pgw").write_text("0.25\n0\n0\n-0.25\n530000.125\n180079.875\n")
    laid = read_underlay(tmp_path / "plan.png", SITE)
    plan = laid.underlay
    assert (laid.action, plan.calibrated, plan.crs) == (Action.ACCEPT, True, "EPSG:27700")
    assert plan.to_site(0, 0) == pytest.approx((530_000, 180_080), abs=1e-6)
    assert plan.to_site(400, 320) == pytest.approx((530_100, 180_000), abs=1e-6)
    assert laid.content == (tmp_path / "plan.png").read_bytes()


@pytest.mark.parametrize("ending", ["PGW", "pngw", "wld", "Pgw"])
def test_world_files_go_by_several_names(tmp_path: Path, ending: str) -> None:
    (tmp_path / "a.png").write_bytes(png(40, 30))
    (tmp_path / f"a.{ending}").write_text("0,25 0 0 -0,25 530000 180000")
    assert read_underlay(tmp_path / "a.png", SITE).underlay.calibrated


def test_a_world_file_in_a_foreign_system_asks_which(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(40, 30))
    (tmp_path / "a.pgw").write_text("0.25 0 0 -0.25 565000 5934000")
    with pytest.raises(InputError, match="in which system") as asked:
        read_underlay(tmp_path / "a.png", SITE)
    assert asked.value.question
    assert "--crs EPSG:CODE, for instance EPSG:25832" in str(asked.value)


@pytest.mark.parametrize("text", ["", "1 2 3", "a b c d e f", "nan 0 0 1 0 0", "0 0 0 0 5 5"])
def test_a_broken_world_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.png").write_bytes(png(40, 30))
    (tmp_path / "a.pgw").write_text(text)
    with pytest.raises(InputError, match=r"^a\.pgw"):
        read_underlay(tmp_path / "a.png", SITE)


def test_a_plain_picture_lies_in_the_middle_and_asks_for_two_points(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(200, 100))
    laid = read_underlay(tmp_path / "a.png", SITE)
    assert (laid.action, laid.underlay.calibrated) == (Action.ASK, False)
    assert laid.underlay.to_site(100, 50) == pytest.approx((530_050, 180_040))
    assert "two-point calibration" in laid.notes[0].text


@pytest.mark.parametrize(("epsg", "pixel"), [(27700, 0.5), (32630, 0.5), (3857, 0.8), (4326, 6e-6)])
def test_a_geotiff_is_carried_into_the_site_with_a_known_error(tmp_path, epsg, pixel) -> None:
    there = Transformer.from_crs(27700, epsg, always_xy=True)
    corner = there.transform(530_010, 180_070)
    laid = read_underlay(geotiff(tmp_path / "a.tif", epsg, corner, pixel), SITE)
    plan = laid.underlay
    back = Transformer.from_crs(epsg, 27700, always_xy=True)
    for column, row in ((0, 0), (80, 0), (80, 60), (0, 60), (40, 30)):
        wanted = back.transform(corner[0] + column * pixel, corner[1] - row * pixel)
        assert plan.to_site(column, row) == pytest.approx(wanted, abs=0.02)
    assert (laid.epsg, plan.crs, plan.calibrated) == (27700, f"EPSG:{epsg}", True)


def test_only_the_part_around_the_site_is_read(tmp_path: Path) -> None:
    whole = geotiff(tmp_path / "a.tif", 27700, (528_000, 182_000), 2.0, (2_000, 2_000))
    laid = read_underlay(whole, SITE)
    plan = laid.underlay
    assert plan.width_px * plan.height_px < 200 * 200
    xs, ys = zip(*plan.corners, strict=True)
    assert min(xs) <= 529_950
    assert max(ys) >= 180_130
    assert plan.to_site(0, 0)[0] % 2 == pytest.approx(0)


def test_a_picture_of_another_country_keeps_its_scale_and_says_so(tmp_path: Path) -> None:
    laid = read_underlay(geotiff(tmp_path / "a.tif", 32753, (278_966, 8_597_744), 0.018), SITE)
    assert laid.underlay.crs == "EPSG:32753"
    assert (laid.action, laid.underlay.calibrated) == (Action.ASK, False)
    # A great circle from 51.5 N 0.1 W to 12.7 S 133.0 E spans 125.9 degrees of 111.2 km.
    assert "lies 14,0" in laid.notes[0].text
    (x0, y0), (x1, _) = laid.underlay.corners[:2]
    assert x1 - x0 == pytest.approx(80 * 0.018, rel=1e-3)
    assert 530_000 < x0 < 530_100
    assert 180_000 < y0 < 180_080


def test_more_pixels_than_are_shown_are_read_smaller(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("planner.inputs.underlays.raster.MOST_KEPT_PIXELS", 1_000)
    laid = read_underlay(geotiff(tmp_path / "a.tif", 27700, (530_000, 180_060), 1.0), SITE)
    plan = laid.underlay
    assert plan.width_px * plan.height_px <= 1_050
    assert plan.to_site(plan.width_px, plan.height_px) == pytest.approx((530_080, 180_000))
    assert any(n.code == "UND-SIZE" for n in laid.notes)


@pytest.mark.parametrize("kind", ["uint16", "float32", "bool", "palette", "five", "grey-alpha"])
def test_other_kinds_of_pixels_become_a_picture(tmp_path: Path, kind: str) -> None:
    ramp = np.tile(np.arange(64, dtype=np.float64), (64, 1))
    path = tmp_path / "a.tif"
    if kind == "palette":
        written(path, "GTiff", ramp[None].astype(np.uint8), photometric="PALETTE")
    elif kind == "bool":
        written(path, "GTiff", (ramp[None] > 31).astype(np.uint8), nbits=1)
    elif kind == "five":
        written(path, "GTiff", np.repeat(ramp[None], 5, 0).astype(np.uint8))
    elif kind == "grey-alpha":
        written(path, "GTiff", np.repeat(ramp[None], 2, 0).astype(np.uint8), alpha="YES")
    else:
        written(path, "GTiff", (ramp[None] * 900).astype(kind))
    laid = read_underlay(path, SITE)
    assert (laid.underlay.width_px, laid.underlay.height_px) == (64, 64)
    assert laid.content.startswith((b"\x89PNG", b"\xff\xd8\xff"))


def test_a_header_that_claims_gigapixels_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(100_000, 100_000, real=(64, 64)))
    with pytest.raises(InputError, match="10,000 million"):
        read_underlay(tmp_path / "a.png", SITE)


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("driver", ["PNG", "JPEG", "GTiff"])
def test_a_cut_off_picture_is_refused_in_a_sentence(tmp_path, driver, keep) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3, 200, 200)).astype(np.uint8)
    ending = {"PNG": "png", "JPEG": "jpg", "GTiff": "tif"}[driver]
    path = written(tmp_path / f"a.{ending}", driver, noise)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_underlay(path, SITE)


def test_a_picture_under_the_wrong_name_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(png(9, 9))
    with pytest.raises(InputError, match="this is a PNG picture"):
        read_underlay(tmp_path / "a.tif", SITE)


def test_a_page_with_its_printed_scale_has_the_right_size(tmp_path: Path) -> None:
    path = pdf(tmp_path / "plan.pdf")
    laid = read_underlay(path, UnderlayOptions(epsg=27700, around=SITE.around, scale=500))
    plan = laid.underlay
    # A4 landscape is 297 mm wide, at 1:500 that is 148.5 m on site.
    assert plan.width_px * plan.transform[0] == pytest.approx(148.5, rel=2e-3)
    assert not plan.calibrated
    (tmp_path / "drawn.png").write_bytes(laid.content)
    with door.opened(tmp_path / "drawn.png", "PNG") as source:
        dark = np.argwhere(source.read(1) < 128)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    scale = plan.transform[0]
    assert (right - left) * scale == pytest.approx(100 * 0.0254 / 72 * 500, rel=0.02)
    assert (bottom - top) * scale == pytest.approx(50 * 0.0254 / 72 * 500, rel=0.02)


def test_a_page_is_chosen_and_a_wrong_one_asks(tmp_path: Path) -> None:
    path = pdf(tmp_path / "plan.pdf", pages=3)
    laid = read_underlay(path, UnderlayOptions(page=2))
    assert (laid.pages, laid.underlay.source) == (3, "plan.pdf, page 2")
    with pytest.raises(InputError, match="the document has 3 pages") as asked:
        read_underlay(path, UnderlayOptions(page=4))
    assert asked.value.question


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"%PDF-1.7 nothing of the kind" * 9])
def test_a_broken_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(InputError, match="the PDF is damaged"):
        read_underlay(tmp_path / "a.pdf")


def test_a_sheet_of_a_kilometre_is_drawn_within_the_limit(tmp_path: Path) -> None:
    laid = read_underlay(pdf(tmp_path / "a.pdf", size=(14_400, 14_400)))
    assert laid.underlay.width_px * laid.underlay.height_px <= 12_100_000


def test_gdal_has_only_the_drivers_for_pictures() -> None:
    code = (
        "from planner.inputs.underlays import gdal\n"
        "with gdal.library().Env() as env: print(*sorted(env.drivers()))"
    )
    root = Path(__file__).parents[3]
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert tuple(said.stdout.split()) == door.NEEDED


def test_a_virtual_raster_is_refused_under_any_name(tmp_path: Path) -> None:
    text = '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>'
    for ending in ("tif", "png", "vrt", "pdf"):
        (tmp_path / f"a.{ending}").write_text(text)
        with pytest.raises(InputError, match="virtual raster"):
            read_underlay(tmp_path / f"a.{ending}")


@pytest.mark.parametrize(
    ("file", "action"), [("tif_no_georef", "ask"), ("tif_huge_dimensions", "reject")]
)
def test_the_shared_bad_pictures_behave_as_their_manifest_says(shared, file, action) -> None:
    said = inspect(shared / f"samples/bad/{file}.tif")
    assert (said["kind"], said["action"]) == ("underlay", action)


def test_the_shared_aerial_picture_is_placed(shared) -> None:
    said = inspect(shared / "samples/maps/australia_aerial.tif")
    assert said["action"] == "accept"
    assert said["summary"]["crs"] == "EPSG:32753"
    assert said["summary"]["bounds_m"] == pytest.approx(
        [278_966.32, 8_597_731.41, 278_979.84, 8_597_744.15], abs=0.01
    )


def plan_drawing(path: Path, units: int = 4, grid: bool = True) -> Path:
    """A rectangle of 40 by 20 m in millimetres with a line through it."""
    doc = ezdxf.new()
    doc.units = units
    east, north = (530_010_000, 180_010_000) if grid else (0, 0)
    corners = [(0, 0), (40_000, 0), (40_000, 20_000), (0, 20_000)]
    plan = doc.modelspace()
    plan.add_lwpolyline([(east + x, north + y) for x, y in corners], close=True)
    plan.add_line((east, north), (east + 40_000, north + 20_000), dxfattribs={"layer": "AXIS"})
    doc.saveas(path)
    return path


def drawn(laid) -> dict[str, list[tuple[float, float]]]:
    """The lines of a laid drawing by layer, in site metres."""
    paths = json.loads(laid.content)["paths"]
    return {p["layer"]: [laid.underlay.to_site(*point) for point in p["points"]] for p in paths}


def test_a_drawing_on_the_grid_lies_where_it_was_drawn(tmp_path: Path) -> None:
    options = replace(SITE, crs="EPSG:27700")
    laid = read_underlay(plan_drawing(tmp_path / "a.dxf"), options)
    assert laid.underlay.calibrated
    (x0, y0), (x1, y1) = drawn(laid)["AXIS"]
    assert (x0, y0, x1, y1) == pytest.approx((530_010, 180_010, 530_050, 180_030), abs=0.01)
    assert len(drawn(laid)["0"]) == 5


def test_a_drawing_without_place_keeps_its_scale_and_asks(tmp_path: Path) -> None:
    laid = read_underlay(plan_drawing(tmp_path / "a.dxf", grid=False), SITE)
    assert (laid.action, laid.underlay.calibrated) == (Action.ASK, False)
    (x0, y0), (x1, y1) = drawn(laid)["AXIS"]
    assert (x1 - x0, y1 - y0) == pytest.approx((40, 20), abs=0.01)


def test_a_drawing_without_unit_asks_for_it(tmp_path: Path) -> None:
    laid = read_underlay(plan_drawing(tmp_path / "a.dxf", units=0, grid=False), SITE)
    assert "does not say its unit" in laid.notes[0].text
    told = read_underlay(tmp_path / "a.dxf", replace(SITE, unit="cm"))
    (x0, _), (x1, _) = drawn(told)["AXIS"]
    assert x1 - x0 == pytest.approx(400, abs=0.1)


def test_a_drawing_of_nothing_or_of_too_much_is_refused(tmp_path: Path, monkeypatch) -> None:
    doc = ezdxf.new()
    doc.saveas(tmp_path / "none.dxf")
    with pytest.raises(InputError, match="the drawing has no lines"):
        read_underlay(tmp_path / "none.dxf", SITE)
    doc.modelspace().add_point((5, 5))
    doc.saveas(tmp_path / "point.dxf")
    with pytest.raises(InputError, match="the drawing has no extent"):
        read_underlay(tmp_path / "point.dxf", SITE)
    monkeypatch.setattr("planner.inputs.underlays.drawing._MOST_POINTS", 3)
    with pytest.raises(InputError, match="more than 3 points; save only the layers"):
        read_underlay(plan_drawing(tmp_path / "a.dxf"), SITE)


def test_points_of_a_drawing_are_no_lines(tmp_path: Path) -> None:
    path = plan_drawing(tmp_path / "a.dxf")
    doc = ezdxf.readfile(path)
    doc.modelspace().add_point((530_010_000, 180_010_000), dxfattribs={"layer": "DOTS"})
    doc.saveas(path)
    assert set(drawn(read_underlay(path, SITE))) == {"0", "AXIS"}


def test_blocks_that_insert_themselves_are_refused_as_in_maps(tmp_path: Path) -> None:
    doc = ezdxf.new()
    doc.blocks.new("B").add_blockref("B", (0, 0))
    doc.modelspace().add_blockref("B", (0, 0))
    doc.saveas(tmp_path / "a.dxf")
    with pytest.raises(InputError, match="the block inserts itself"):
        read_underlay(tmp_path / "a.dxf", SITE)


@pytest.mark.parametrize("prj", ["", "EPSG:27700"])
def test_a_tiff_goes_by_the_files_beside_it(tmp_path: Path, prj: str) -> None:
    path = written(tmp_path / "a.tif", "GTiff", np.zeros((1, 8, 8), np.uint8))
    (tmp_path / "a.tfw").write_text("10\n0\n0\n-10\n530005\n180075\n")
    if prj:
        (tmp_path / "a.prj").write_text(prj)
    else:
        (tmp_path / "a.prj").write_text("x" * 20_001)  # too long to be one
    laid = read_underlay(path, SITE if prj else replace(SITE, crs="EPSG:27700"))
    assert laid.underlay.corners[0] == pytest.approx((530_000, 180_080))


def test_a_site_beyond_a_system_takes_the_whole_picture(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", 3857, (1_000_000, 7_000_000), 1.0)
    around = (1e9, 1e9, 1e9 + 100, 1e9 + 100)
    laid = read_underlay(path, UnderlayOptions(epsg=27700, around=around))
    assert (laid.underlay.width_px, laid.underlay.height_px) == (80, 60)
    assert laid.action is Action.ASK


def test_a_picture_beside_the_site_says_how_far(tmp_path: Path) -> None:
    laid = read_underlay(geotiff(tmp_path / "a.tif", 27700, (530_300, 180_080), 1.0), SITE)
    assert "does not cover the site, it lies 200 m away" in " ".join(n.text for n in laid.notes)


def test_a_place_outside_its_system_is_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", 4326, (10.0, 500.0), 1.0)
    with pytest.raises(InputError, match="outside"):
        read_underlay(path, SITE)


def test_what_is_not_measured_stays_clear(tmp_path: Path) -> None:
    array = np.full((1, 20, 20), 9, np.uint8)
    array[0, :10] = 0
    laid = read_underlay(written(tmp_path / "a.tif", "GTiff", array, nodata=0), SITE)
    (tmp_path / "out.png").write_bytes(laid.content)
    with door.opened(tmp_path / "out.png", "PNG") as source:
        assert source.count == 4
        assert {*np.unique(source.read(4))} == {0, 255}


def test_large_pictures_are_kept_smaller(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("planner.inputs.underlays.raster._LARGEST_BYTES", 4_000)
    monkeypatch.setattr("planner.inputs.underlays.picture._KEPT_BYTES", 4_000)
    noise = np.random.default_rng(1).integers(0, 255, (3, 120, 160)).astype(np.uint8)
    laid = read_underlay(written(tmp_path / "a.png", "PNG", noise), SITE)
    assert len(laid.content) <= 4_000
    assert laid.underlay.width_px < 160
    page = read_underlay(pdf(tmp_path / "a.pdf"), SITE)
    assert len(page.content) <= 4_000


def test_documents_beyond_all_bounds_are_refused(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(InputError, match="print it to a usual paper size"):
        read_underlay(pdf(tmp_path / "a.pdf", size=(300_000, 300_000)), SITE)
    monkeypatch.setattr("planner.inputs.underlays.pdf._LARGEST_MB", 0)
    with pytest.raises(InputError, match="save only the plan"):
        read_underlay(tmp_path / "a.pdf", SITE)


def test_pictures_in_giant_pieces_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("planner.inputs.underlays.raster._LARGEST_BLOCK_BYTES", 100)
    with pytest.raises(InputError, match="save it as a tiled GeoTIFF"):
        read_underlay(geotiff(tmp_path / "a.tif", 27700, (530_000, 180_080), 1.0), SITE)


def test_a_giant_world_file_and_a_picture_without_an_end_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(8, 8))
    (tmp_path / "a.pgw").write_text("1 " * 60_000)
    with pytest.raises(InputError, match="does not hold six numbers"):
        read_underlay(path, SITE)
    path.write_bytes(png(8, 8)[:-12])
    with pytest.raises(InputError, match="damaged or cut off here"):
        read_underlay(path, SITE)
