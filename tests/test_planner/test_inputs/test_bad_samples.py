"""Every bad sample through the command line, as its manifest says.

All go through one command; those that could take time or memory also each run in
a process of its own, as do all others with AMPYARD_EACH_FRESH=1 (a minute).

The manifest beside the samples says what must happen; `MUST` says by which words
each of its demands is seen to be met. What must be true of exported documents
stands in `tests/test_documents/test_hostile_names.py`.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BASE_MB = 160  # the readers with their libraries, before any file
MUST = {
    "gj_empty_file.geojson": [r"the file is empty"],
    "gj_truncated.geojson": [r"line 1, column \d+"],
    "gj_html_instead.geojson": [r"a web page \(HTML\), not GeoJSON"],
    "gj_nan.geojson": [r"feature B0.*not a finite number", r'"imported": 4', r'"skipped": 1'],
    "gj_latin1.geojson": [r"Windows-1252", r"Straße", r"--encoding"],
    "gj_deep_nesting.geojson": [r"nested more than 100 levels"],
    "gj_duplicate_geometries.geojson": [r"20 of 20 outlines .* \(60 in all\)", r"20 remain"],
    "gj_unclosed_ring.geojson": [r"ring closed"],
    "gj_bowtie.geojson": [r"crosses itself mended \(0\.00 m² before, [1-9][\d.]* m² after\)"],
    "gj_overlapping_bays.geojson": [r"19 pairs of bays overlap", r"B0 and B1"],
    "gj_zero_area.geojson": [r"feature B0.*area is zero"],
    "gj_huge_bay.geojson": [r"outside 6 to 60 m²"],
    "gj_z_and_m.geojson": [r"feature z\b.*heights left out", r"feature zm.*heights left out"],
    "gj_strings_as_coords.geojson": [r"a coordinate is text \(9,99\)"],
    "crs_latlon_swapped.geojson": [r"lies in the sea", r"--crs swap"],
    "crs_utm_without_crs.geojson": [r"cannot be a longitude", r"--crs EPSG"],
    "crs_feet_2263.geojson": [r'"bay": 20'],
    "crs_unknown_epsg.geojson": [r"EPSG:999999"],
    "crs_webmercator.geojson": [r'"bay": 1'],
    "size_million_vertices.geojson": [r'"imported": 1'],
    "shp_no_prj.shp": [r"does not say its coordinate system", r"--crs EPSG"],
    "shp_cp1252_no_cpg.shp": [r"read as cp1252"],
    "shp_no_dbf.shp": [r"\.dbf\) is missing", r'"bay": 10'],
    "shp_no_shx.shp": [r"\.shx\) is missing and was rebuilt"],
    "kml_networklink.kml": [r"a link to another file or host was not followed"],
    "kml_billion_laughs.kml": [r"entities"],
    "kml_xxe.kml": [r"entities"],
    "osm_bad_refs.osm": [r"way 1.*incomplete", r'"imported": 1'],
    "zip_bomb_1GB.ampyard": [r"unpacks to 1,074 MB"],
    "zip_path_traversal.ampyard": [r"points outside the archive"],
    "zip_symlink.ampyard": [r"is a link"],
    "project_newer_schema.ampyard": [r"made by a newer version", r"the file is unchanged"],
    "project_truncated.ampyard": [r"latest backup"],
    "project_not_zip.ampyard": [r"a picture \(PNG\), not an Ampyard project"],
    "gpkg_truncated.gpkg": [r"damaged"],
    "net_pickle.p": [r"never opened"],
    "net_json_posix_system.json": [r"this is JSON"],
    "net_json_local_module.json": [r"this is JSON"],
    "evil_local.py": [r"nothing in it is run"],
    "np_object.npy": [r"never opened"],
    "xl_formulas_no_cache.xlsx": [r"formulas without stored values"],
    "xl_merged_headers.xlsx": [r'"values": 96'],
    "xl_ambiguous_dates.xlsx": [r"day first or month first", r"--dayfirst"],
    "xl_million_blank_rows.xlsx": [r'"values": 96'],
    "xl_quadratic.xlsx": [r"XML entities"],
    "xl_error_cells.xlsx": [rf"\bB{row}\b" for row in range(3, 15)] + [r'"missing": 12'],
    "xl_encrypted.xlsx": [r"password protected"],
    "csv_injection_names.csv": [r"every cell stays text"],
    "csv_html_names.csv": [r'"imported": 8'],
    "lp_gap_3h.csv": [r"2024-03-30 02:00 to 2024-03-30 05:00", r"12 of 672", r'"filled": 0'],
    "lp_duplicates.csv": [r"40 times occur more than once", r'"total_kwh": 8400'],
    "lp_dst_spring_local.csv": [r'"missing": 0', r"Europe/Berlin"],
    "lp_dst_autumn_dup.csv": [r'"values": 292', r"kept twice \(4 values\)"],
    "lp_half_hourly_kwh.csv": [r"as kWh per interval the peak is 80 kW", r"--unit"],
    "lp_cumulative_register.csv": [r"like a meter register", r"rolled over", r'"peak_kw": 50'],
    "lp_negative.csv": [r"259 values are negative", r"export \(--negative keep\)"],
    "lp_spike.csv": [r"1e\+09 kW stands out"],
    "lp_constant.csv": [r"the meter may be stuck"],
    "lp_decimal_comma_comma_sep.csv": [r"line 2", r"3 columns, the header 2"],
    "lp_cp1252.csv": [r"Straße", r'"values": 96'],
    "lp_unsorted.csv": [r"newest to oldest; sorted"],
    "lp_24_00.csv": [r"interval ends: 24:00 occurs", r'"end": "2024-07-01T22:00:00'],
    "lp_one_row.csv": [r"only one value", r"at least one whole day"],
    "gb_greenbutton_xxe.xml": [r"DTD"],
    "dxf_no_units.dxf": [r"does not say its unit", r"2\.5 × 5\.0 m if mm"],
    "dwg_named_dxf.dxf": [r"DWG is not supported", r"ODA File Converter"],
    "tif_no_georef.tif": [r"two-point calibration"],
    "tif_huge_dimensions.tif": [r"100,000 × 100,000 pixels"],
    "vrt_python_pixel.vrt": [r"points to other files"],
    "vrt_named_geojson.geojson": [r"points to other files, not GeoJSON"],
}
NEVER = (r"Traceback", r"root:", r"\ufffd", r"\bNaN\b.*kwh", r"/work/", r"Exception")
COSTLY = (
    "zip_bomb_1GB.ampyard", "gj_deep_nesting.geojson", "size_million_vertices.geojson",
    "kml_billion_laughs.kml", "xl_million_blank_rows.xlsx", "xl_quadratic.xlsx",
    "tif_huge_dimensions.tif",
)  # fmt: skip
EXIT = {"accept": 0, "repair": 0, "skip": 0, "ask": 1, "reject": 2}
SCRIPT = (
    "import json, os, resource, sys\n"
    "from planner.cli import main\n"
    "code = main(['inspect', *sys.argv[1:], '--json'])\n"
    "use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
    "own = [int(line.split()[1]) for line in open('/proc/self/status') if 'VmHWM' in line]\n"
    "peak = max(*own, use[1].ru_maxrss) / 1024\n"
    "spent = [sum(u.ru_utime + u.ru_stime for u in use), peak]\n"
    "print(json.dumps(spent), file=sys.stderr)\n"
    "sys.exit(code)\n"
)


def inspected(paths: list[Path], folder: Path) -> tuple[int, str, float, float]:
    """Run the command; return its code, its output, its processor seconds and its peak MB."""
    script = folder.parent / "run.py"
    script.write_text(
        f"if __name__ == '__main__':\n    {SCRIPT.replace(chr(10), chr(10) + '    ')}"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT), "AMPYARD_STATE": str(folder.parent / "state")}
    run = subprocess.run(
        [sys.executable, str(script), *map(str, paths)], cwd=folder, env=env, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    lines = run.stderr.splitlines()
    assert len(lines) == 1, run.stderr
    return run.returncode, run.stdout, *json.loads(lines[0])


def cases(folder: Path) -> dict[str, dict]:
    found = json.loads((folder / "manifest.json").read_text())["cases"]
    return {case["file"]: case["expect"] for case in found}


def check(name: str, report: dict, expect: dict) -> None:
    """Compare one report with what the manifest demands."""
    assert report["action"] in {expect["action"], *expect["also"]}, report
    said = "\n".join(f"{f['place']}: {f['message']}; {f['remedy']}" for f in report["findings"])
    text = f"{said}\n{json.dumps(report['summary'], ensure_ascii=False)}"
    assert [m for m in MUST[name] if not re.search(m, text)] == [], f"{name}: {text}"
    assert [n for n in NEVER if re.search(n, text)] == [], f"{name}: {text}"


def test_every_bad_sample_behaves_as_its_manifest_says(shared: Path, tmp_path: Path) -> None:
    folder = shared / "samples" / "bad"
    expected = cases(folder)
    assert set(expected) == set(MUST)
    work = tmp_path / "work"
    work.mkdir()
    code, output, _, _ = inspected([folder / name for name in MUST], work)
    assert code == EXIT["reject"]
    for name, report in zip(MUST, json.loads(output)["files"], strict=True):
        assert report["file"] == name
        check(name, report, expected[name])
    assert list(work.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read the way Linux tells it")
@pytest.mark.parametrize("name", MUST if os.environ.get("AMPYARD_EACH_FRESH") else COSTLY)
def test_time_and_memory_of_one_sample(name: str, shared: Path, tmp_path: Path) -> None:
    expect = cases(shared / "samples" / "bad")[name]
    work = tmp_path / "work"
    work.mkdir()
    code, output, seconds, megabytes = inspected([shared / "samples" / "bad" / name], work)
    report = json.loads(output)
    check(name, report, expect)
    assert code == EXIT[report["action"]]
    assert seconds <= expect["max_seconds"]
    assert megabytes <= BASE_MB + expect["max_rss_growth_mb"]
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(("name", "size"), [("feet_2263", (2.7432, 5.4864)),
                                             ("webmercator", (2.5, 5.0))])  # fmt: skip
def test_bays_in_feet_and_in_mercator_have_their_true_size(
    name: str, size: tuple[float, float], shared: Path
) -> None:
    from planner.inputs.maps import Role, read_map

    layers = read_map(shared / "samples" / "bad" / f"crs_{name}.geojson")
    for bay in layers.of(Role.BAY):
        x, y = bay.geometry.minimum_rotated_rectangle.exterior.coords.xy
        sides = sorted(((x[i] - x[i + 1]) ** 2 + (y[i] - y[i + 1]) ** 2) ** 0.5 for i in (0, 1))
        assert sides == pytest.approx(size, rel=0.01)
