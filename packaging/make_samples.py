"""Write the sample sites below ``data/samples`` from their drawings.

Run ``python packaging/make_samples.py`` from anywhere; it needs the project's
own environment. The same drawings give the same files, so a change of a sample
is a change in ``packaging/sample_sites`` followed by one run. The places and
their loads are invented; nothing is taken from a real customer.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]
# GeoPackages carry the date of the last change; a fixed one keeps them reproducible.
os.environ["OGR_CURRENT_DATE"] = "2026-01-01T00:00:00.000Z"

import geopandas  # noqa: E402
import pyproj  # noqa: E402
import shapely  # noqa: E402
from sample_sites.depot import DEPOT  # noqa: E402
from sample_sites.hotel import HOTEL  # noqa: E402
from sample_sites.services import SERVICES  # noqa: E402
from sample_sites.shapes import Drawn, SampleSite, placed  # noqa: E402
from shapely.geometry.base import BaseGeometry  # noqa: E402

from grid.model import Board, Earthing, Source, Supply, Transformer  # noqa: E402
from planner.inputs.workbooks.supply import SupplySheet, read_supply  # noqa: E402
from planner.inputs.workbooks.supply_template import write_template  # noqa: E402

SITES = (HOTEL, DEPOT, SERVICES)
GRID_EPSG = 27700
YEAR = 2025
DEGREE_DIGITS = 9  # 0.1 mm


def write_sample(site: SampleSite, folder: Path) -> None:
    """Write map, supply sheet, profile and notes of one site into ``folder/<name>``."""
    target = folder / site.name
    target.mkdir(parents=True, exist_ok=True)
    (target / "map.geojson").write_text(geojson_text(site), encoding="utf-8", newline="\n")
    write_geopackage(site, target / "map.gpkg")
    write_supply(site, target / "supply.xlsx")
    (target / "profile.csv").write_text(profile_text(site), encoding="ascii", newline="\n")
    (target / "sample.json").write_text(settings_text(site), encoding="utf-8", newline="\n")
    (target / "README.md").write_text(notes_text(site), encoding="utf-8", newline="\n")


def geojson_text(site: SampleSite) -> str:
    """Write the map in WGS 84, one feature per line, longitude first."""
    degrees = pyproj.Transformer.from_crs(GRID_EPSG, 4326, always_xy=True)

    def lonlat(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape,
            lambda xy: [
                [round(value, DEGREE_DIGITS) for value in degrees.transform(x, y)] for x, y in xy
            ],
        )

    lines = (
        json.dumps(
            {
                "type": "Feature",
                "properties": {"layer": drawn.layer, **drawn.properties},
                "geometry": lonlat(placed(site, drawn.shape)).__geo_interface__,
            },
            ensure_ascii=False,
        )
        for drawn in site.objects
    )
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def write_geopackage(site: SampleSite, path: Path) -> None:
    """Write the same map in the national grid, one layer per kind of object."""
    path.unlink(missing_ok=True)
    for layer in dict.fromkeys(drawn.layer for drawn in site.objects):
        drawn = [d for d in site.objects if d.layer == layer]
        frame = geopandas.GeoDataFrame(
            [dict(d.properties) for d in drawn],
            geometry=[placed(site, d.shape) for d in drawn],
            crs=GRID_EPSG,
        )
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", mode=mode_of(path))


def mode_of(path: Path) -> str:
    """Append to a file that an earlier layer has begun."""
    return "a" if path.exists() else "w"


def supply_sheet(site: SampleSite) -> SupplySheet:
    """Put the electrical data of a site into the form of the workbook."""
    given = site.supply
    number = {key: float(str(value)) for key, value in given.items() if key != "earthing"}
    transformer = None
    if "transformer_kva" in number:
        transformer = Transformer(
            "T1", number["transformer_kva"], number["hv_kv"], number["lv_no_load_v"],
            number["uk_pct"], number["load_loss_kw"], number["no_load_loss_kw"],
            number["no_load_current_pct"], int(number["clock"]),
        )  # fmt: skip
    upstream = Source(number["hv_kv"], number["s_sc_max_mva"], number["s_sc_min_mva"])
    supply = Supply(
        upstream, transformer, number["agreed_kva"], number["nominal_v"],
        Earthing(given["earthing"]), number["frequency_hz"], number.get("zs_origin_ohm"),
    )  # fmt: skip
    boards = tuple(Board(**board) for board in site.boards)  # type: ignore[arg-type]
    return SupplySheet(supply, boards, boards[0].id)


def write_supply(site: SampleSite, path: Path) -> None:
    """Write the supply workbook, unless the one that is there says the same already."""
    sheet = supply_sheet(site)
    if path.exists():
        there = read_supply(path)
        names = [replace(board, id=board.name) for board in there.boards]
        if there.supply == sheet.supply and names == [replace(b, id=b.name) for b in sheet.boards]:
            return
    write_template(path, sheet)


def profile_text(site: SampleSite) -> str:
    """Write a year of half-hourly consumption, stamped at interval start in UTC."""
    rows = (f"{stamp:%Y-%m-%dT%H:%M}Z,{kw / 2:.2f}\n" for stamp, kw in half_hours(site))
    return "interval_start_utc,consumption_kwh\n" + "".join(rows)


def half_hours(site: SampleSite) -> Iterator[tuple[datetime, float]]:
    """Yield the invented load in kW: day shape × weekday × season × slow noise."""
    day = [float(kw) for kw in _numbers(site.load["day"])]
    weekend, winter, summer, spread = (
        float(str(site.load[key])) for key in ("weekend", "winter", "summer", "spread")
    )
    noise = random.Random(site.name)
    stamp, drift = datetime(YEAR, 1, 1, tzinfo=UTC), 0.0
    while stamp.year == YEAR:
        hour = stamp.hour + stamp.minute / 60
        here, after = day[int(hour)], day[(int(hour) + 1) % 24]
        shape = here + (after - here) * (hour % 1)
        season = math.cos(2 * math.pi * (stamp.timetuple().tm_yday - 15) / 365)
        factor = 1 + (winter * season if season > 0 else -summer * season)
        drift = 0.9 * drift + 0.1 * noise.uniform(-4, 4)
        factor *= weekend if stamp.weekday() >= 5 else 1.0
        yield stamp, shape * factor * (1 + spread * drift)
        stamp += timedelta(minutes=30)


def _numbers(values: object) -> Sequence[float]:
    assert isinstance(values, tuple)
    return values


def settings_text(site: SampleSite) -> str:
    """Write what the sample suggests beside its files: title, region, demand, limits."""
    suggested = {
        "title": site.title,
        "region": "gb",
        "demand": [{"archetype": kind, "drivers_per_day": n} for kind, n in site.demand],
        "accessible_chargers": site.accessible_chargers,
    }
    return json.dumps(suggested, indent=1) + "\n"


def notes_text(site: SampleSite) -> str:
    """Describe the sample in its README with the counts and sums of the files."""
    loads = [kw for _, kw in half_hours(site)]
    count: dict[str, int] = {}
    for drawn in site.objects:
        count[drawn.layer] = count.get(drawn.layer, 0) + 1
    layers = "\n".join(f"| {layer} | {n} |" for layer, n in count.items())
    demand = ", ".join(f"{n:g} a day of the archetype {kind}" for kind, n in site.demand)
    return f"""# {site.title}

{site.story} The place and its figures are invented.

| layer of the map | objects |
|---|---|
{layers}

- `map.geojson`: WGS 84, longitude and latitude; `map.gpkg`: the same map in the
  British national grid (EPSG:27700), one layer per kind of object.
- `profile.csv`: half-hourly consumption of {YEAR} in kWh, stamped at interval start in UTC:
  {sum(loads) / 2000:.1f} MWh, peak {max(loads):.1f} kW, lowest {min(loads):.1f} kW.
- `supply.xlsx`: intake, transformer and boards; agreed capacity
  {_text(site, "agreed_kva")} kVA.
- `sample.json`: suggested demand ({demand}).

Written by `packaging/make_samples.py`; change the drawing in
`packaging/sample_sites/{site.name}.py` and run it again.
"""


def _text(site: SampleSite, key: str) -> str:
    return f"{float(str(site.supply[key])):g}"


def check_drawing(objects: Sequence[Drawn]) -> None:
    """Refuse drawings with repeated ids in a layer or invalid shapes."""
    seen = [(d.layer, d.properties["id"]) for d in objects]
    assert len(set(seen)) == len(seen), "an id is used twice in one layer"
    assert all(d.shape.is_valid and not d.shape.is_empty for d in objects), "invalid shape"


def main() -> None:
    """Write all sample sites."""
    warnings.filterwarnings("error")
    folder = ROOT / "data" / "samples"
    for site in SITES:
        check_drawing(site.objects)
        write_sample(site, folder)
        size_kb = sum(p.stat().st_size for p in (folder / site.name).iterdir()) / 1000
        print(f"{site.name}: {len(site.objects)} objects, {size_kb:.0f} kB")


if __name__ == "__main__":
    main()
