"""Feed every map reader with mutated files and report whatever is not a plain message.

Run ``python tests/properties/fuzz_maps.py --runs 10000`` from the repository; each
run changes one of the seed files in up to sixteen places. Exit 1 after a find,
which is written to ``--keep`` and belongs into the tests as a regression file.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import shapely  # noqa: E402

from planner.inputs.maps import read_map  # noqa: E402
from planner.inputs.problem import InputError  # noqa: E402

SLOW_S = 10.0
WORDS = (
    b"null", b"NaN", b"1e400", b"-1", b"[]", b"{}", b'"x"', b"true", b"9" * 400, b"", b"\x00",
    b"\xff", b"<", b">", b"&", b'"', b"coordinates", b"-", b"180", b"1e308", b";", b"\n",
)  # fmt: skip
KML = (
    "<kml><Document><Folder><name>bays</name><Placemark><name>{n}</name><Polygon><outerBoundaryIs>"
    "<LinearRing><coordinates>{c}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark></Folder></Document></kml>"
)


def seeds(folder: Path) -> dict[str, dict[str, bytes]]:
    """Return the files of each seed by ending; every format holds the same few shapes."""
    import geopandas

    sample = ROOT / "data" / "samples" / "depot" / "map.gpkg"
    frame = geopandas.read_file(sample, layer="bays", engine="pyogrio").head(6)
    degrees = frame.to_crs(4326)
    found = {"gpkg": {".gpkg": sample.read_bytes()}}
    for name, driver in (("shp", "ESRI Shapefile"), ("fgb", "FlatGeobuf"), ("geojson", "GeoJSON")):
        (degrees if name == "geojson" else frame).to_file(folder / f"s.{name}", driver=driver)
        parts = [p for p in folder.glob("s.*") if name == "shp" or p.suffix == f".{name}"]
        found[name] = {p.suffix: p.read_bytes() for p in parts}
        for part in parts:
            part.unlink()
    ring = shapely.get_coordinates(degrees.geometry.iloc[0]).tolist()
    text = " ".join(f"{x},{y},0" for x, y in ring)
    found["kml"] = {".kml": KML.format(n="B1", c=text).encode()}
    nodes = "".join(f'<node id="{i}" lon="{x}" lat="{y}"/>' for i, (x, y) in enumerate(ring[:-1]))
    refs = "".join(f'<nd ref="{i % 4}"/>' for i in range(5))
    way = f'<way id="9">{refs}<tag k="amenity" v="parking_space"/></way>'
    found["osm"] = {".osm": f"<osm>{nodes}{way}</osm>".encode()}
    rows = "\n".join(f'"{shape.wkt}";{i}' for i, shape in enumerate(degrees.geometry))
    found["csv"] = {".csv": f"wkt;id\n{rows}\n".encode()}
    found["points"] = {".csv": b"name,lat,lon\na,53.55,9.99\nb,53.56,9.98\n"}
    return found


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Change a file in a few random places."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        if not data:
            break
        start = chance.randrange(len(data))
        end = min(len(data), start + chance.choice([1, 2, 4, 16, 200]))
        match chance.randrange(6):
            case 0:
                data[start] = chance.randrange(256)
            case 1:
                del data[start:end]
            case 2:
                data[start:start] = data[start:end]
            case 3:
                data[start:end] = chance.choice(WORDS)
            case 4 if chance.random() < 0.2:
                del data[start:]
            case _:
                numbers = list(re.finditer(rb"-?\d+\.?\d*", bytes(data[:20_000])))
                if numbers:
                    number = chance.choice(numbers)
                    data[number.start() : number.end()] = chance.choice(WORDS)
    return bytes(data)


def outcome(path: Path) -> str:
    """Read one file and check what must hold whatever it contains."""
    try:
        layers = read_map(path)
    except InputError as problem:
        return "ask" if problem.question else "reject"
    assert layers.read == layers.imported + layers.repaired + layers.skipped
    assert np.isfinite(shapely.get_coordinates([f.geometry for f in layers.features])).all()
    return layers.action.value


def run(runs: int, seed: int, keep: Path | None = None) -> Counter[str]:
    """Read mutated files; finds and slow readings are counted under their names."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        given = seeds(Path(name))
        for number in range(runs):
            kind = chance.choice(sorted(given))
            main = next(e for e in given[kind] if e[1:] in {kind, "csv"})
            for part, content in given[kind].items():
                changed = mutated(content, chance) if part == main else content
                (Path(name) / f"m{part}").write_bytes(changed)
            path, start = Path(name) / f"m{main}", time.process_time()
            try:
                found = outcome(path)
            except Exception as fault:  # any exception at all is a find
                found = f"FIND {kind} {type(fault).__name__}"
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}{main}").write_bytes(path.read_bytes())
            if time.process_time() - start > SLOW_S:
                found = f"FIND {kind} slow"
            counts[found] += 1
    return counts


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz")
    given = parser.parse_args()
    warnings.filterwarnings("error")
    counts = run(given.runs, given.seed, given.keep)
    print(*(f"{count:7} {what}" for what, count in counts.most_common()), sep="\n")
    return int(any(what.startswith("FIND") for what in counts))


if __name__ == "__main__":
    sys.exit(main())
