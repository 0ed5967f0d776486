"""Feed mutated files to every reader: nothing but `InputError` may come out.

Run: nice python tests/benchmarks/fuzz_readers.py [--inputs 10000] [--reader NAME ...]
Each input is read in the program's own guarded process, with at most 10 s of
processor time and 1 GB. Exit 1 on any other exception, crash, or breach of those limits; finds are
written to --finds DIR and belong into tests/cases/fuzz as regression files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import fuzz_mutations as mutations
import fuzz_seeds as seeds

from planner.inputs.guarded import Limits, Told, guarded
from planner.inputs.problem import InputError

SLOWEST_S = 10.0
# Wall time is no measure on a shared machine; what hangs is found all the same.
LIMITS = Limits(seconds=120.0, megabytes=1_000)
Parts = Mapping[str, bytes]
Read = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Target:
    """A reader with its seeds; the first ending of a seed is the file that is opened."""

    read: Read
    seeds: tuple[Parts, ...]
    change: mutations.Change | None = None


def one(ending: str, *contents: bytes) -> tuple[Parts, ...]:
    """Return seeds of one file each."""
    return tuple({ending: content} for content in contents)


def read_map(path: Path) -> object:
    """Read a map and check what must hold whatever it contains."""
    import numpy as np
    import shapely

    from planner.inputs.maps import MapOptions
    from planner.inputs.maps import read_map as read

    layers = read(path, MapOptions(accepted=frozenset({"duplicates", "overlaps"})))
    assert layers.read == layers.imported + layers.repaired + layers.skipped
    assert np.isfinite(shapely.get_coordinates([f.geometry for f in layers.features])).all()
    return layers.action


def read_drawing(path: Path) -> object:
    """Read a drawing with its questions answered."""
    from planner.inputs.maps import MapOptions
    from planner.inputs.maps import read_map as read

    accepted = frozenset({"duplicates", "overlaps"})
    return read(path, MapOptions(crs="EPSG:25832", unit="m", accepted=accepted)).action


def read_picture(path: Path) -> object:
    """Lay a picture with its question answered."""
    from planner.inputs.underlays import UnderlayOptions, read_underlay

    return read_underlay(path, UnderlayOptions(crs="EPSG:25832")).action


def read_profile(path: Path) -> object:
    """Read a profile with every question answered, so that mutants go all the way."""
    import numpy as np

    from planner.inputs.profiles import ProfileOptions, understand

    options = ProfileOptions(fill="interpolate", duplicates="mean", resample=True, negative="keep")
    reading = understand(path, options)
    assert np.isfinite(reading.profile.kw).all()
    return reading.unit_read


def read_log(path: Path) -> object:
    """Read an operation log and replay it."""
    from planner.store import oplog

    found = oplog.read_log(path)
    return oplog.recover(found).said if found is not None else "no log"


def _maps(name: str) -> Target:
    from planner.inputs.maps.registry import FORMATS

    made = seeds.ogr()
    match name:
        case "geojson":
            given = one("geojson", seeds.geojson())
        case "gpkg" | "fgb":
            given = (made[name],)
        case "shp":
            order = ("shp", "dbf", "shx", "prj", "cpg")
            given = ({e: made["shp"][e] for e in order if e in made["shp"]},)
        case "shp_zip":
            given = one("zip", seeds.zipped({f"s.{e}": c for e, c in made["shp"].items()}))
        case "kml":
            given = one("kml", seeds.kml())
        case "kmz":
            given = one("kmz", seeds.zipped({"doc.kml": seeds.kml()}))
        case "osm":
            given = one("osm", seeds.osm())
        case "pbf":
            given = one("osm.pbf", seeds.pbf("none"), seeds.pbf("zlib"))
        case "dxf":
            given = one("dxf", seeds.dxf(), seeds.dxf(4))
        case "points_csv":
            given = one("csv", *seeds.points_csv())
        case _:
            rows: list[list[object]] = [["name", "lat", "lon"]]
            rows += [[f"p{i}", 53.55 + i / 1e4, 9.99] for i in range(9)]
            given = one("xlsx", seeds.workbook(rows))
    if f".{next(iter(given[0])).rpartition('.')[2]}" not in FORMATS:
        raise LookupError(f"no reader for {name} yet")
    return Target(read_drawing if name == "dxf" else read_map, given)


def _underlays(name: str) -> Target:
    world = b"0.2\n0\n0\n-0.2\n565000\n5934000\n"
    given = {
        "picture": lambda: (
            {"png": seeds.png(), "pgw": world},
            {"jpg": seeds.jpeg(), "jgw": world},
        ),
        "geotiff": lambda: one("tif", seeds.geotiff()),
        "pdf": lambda: one("pdf", seeds.pdf()),
    }
    return Target(read_picture, given[name]())


def _profiles(name: str) -> Target:
    given = {
        "profile_csv": lambda: one("csv", *seeds.profiles_csv()),
        "profile_xlsx": lambda: one("xlsx", seeds.workbook(seeds.profile_rows())),
        "profile_ods": lambda: one("ods", seeds.ods(seeds.profile_rows()[2:])),
        "profile_xls": lambda: one("xls", seeds.xls(seeds.profile_numbers())),
        "profile_json": lambda: one("json", *seeds.profile_json()),
        "green_button": lambda: one("xml", seeds.green_button()),
        "nem12": lambda: one("csv", seeds.nem12()),
    }
    return Target(read_profile, given[name]())


def _workbooks(name: str) -> Target:
    from planner.inputs.sessions import read_sessions
    from planner.inputs.workbooks.demand import read_demand
    from planner.inputs.workbooks.rota import read_rota
    from planner.inputs.workbooks.supply import read_supply
    from planner.money.pricebook import load_price_book, price_table, read_price_book

    if name == "sessions":
        return Target(read_sessions, one("csv", seeds.sessions()))
    if name == "prices":
        table = price_table(load_price_book("gb")).encode()
        return Target(read_price_book, one("csv", b"\n".join(table.split(b"\n")[:30]) + b"\n"))
    readers: dict[str, Read] = {"supply": read_supply, "demand": read_demand, "rota": read_rota}
    template = seeds.templates()[name]
    return Target(readers[name], (*one("xlsx", template), *one("ods", seeds.as_ods(template))))


def _stored(name: str) -> Target:
    from large_project import large_project

    from planner import edits
    from planner.store import manifest, oplog
    from planner.store.project_file import load, pack

    project = large_project(12, 1, 4, 672)
    if name == "project":

        def signed(parts: dict[str, bytes]) -> None:
            """Make the checksums fit, so that the contents are looked at."""
            try:
                about = json.loads(parts[manifest.NAME])
            except (KeyError, ValueError):  # the manifest itself is what was changed
                return
            if not isinstance(about, dict) or not isinstance(about.get("files"), dict):
                return
            about["files"] = {n: manifest.checksum(parts[n]) for n in about["files"] if n in parts}
            parts[manifest.NAME] = json.dumps(about).encode()

        def change(content: bytes, rng: random.Random) -> bytes:
            if rng.random() < 0.15:
                return mutations.flipped(content, rng)
            return mutations.member_changed(content, rng, signed)

        return Target(load, one("ampyard", pack(project, 1)), change)
    log = oplog.OperationLog.start(project, None, None)
    for number in range(5):
        log.append(project, project := edits.rename_project(project, f"edit {number}"), "Rename")
    content = log.path.read_bytes()
    log.close()
    return Target(read_log, one("jsonl", content), _resigned)


def _resigned(content: bytes, rng: random.Random) -> bytes:
    """Change the body of some lines of a log and make their checksums fit."""
    import hashlib

    lines = content.split(b"\n")
    at = rng.randrange(len(lines) - 1)
    body = mutations.json_changed(lines[at].partition(b" ")[2], rng)
    lines[at] = hashlib.sha256(body).hexdigest()[:16].encode() + b" " + body
    return b"\n".join(lines) if rng.random() < 0.8 else mutations.flipped(content, rng)


TARGETS: Mapping[str, Callable[[str], Target]] = {
    **dict.fromkeys(
        ("geojson", "gpkg", "shp", "shp_zip", "kml", "kmz", "osm", "pbf", "dxf", "fgb",
         "points_csv", "points_xlsx"), _maps),
    **dict.fromkeys(
        ("profile_csv", "profile_xlsx", "profile_ods", "profile_xls", "profile_json",
         "green_button", "nem12"), _profiles),
    **dict.fromkeys(("picture", "geotiff", "pdf"), _underlays),
    **dict.fromkeys(("supply", "demand", "rota", "sessions", "prices"), _workbooks),
    **dict.fromkeys(("project", "log"), _stored),
}  # fmt: skip


@cache
def target(name: str) -> Target:
    """Return a reader with its seeds, made once in each process."""
    return TARGETS[name](name)


def mutant(name: str, seed: int, number: int) -> Parts:
    """Return the parts of one input; the same numbers give the same bytes."""
    rng = random.Random(f"{name}-{seed}-{number}")
    parts = dict(rng.choice(target(name).seeds))
    main = next(iter(parts))
    ending = main if len(parts) == 1 or rng.random() < 0.7 else rng.choice(list(parts))
    if len(parts) > 1 and rng.random() < 0.05:
        parts.pop(rng.choice([e for e in parts if e != main]))
    if ending in parts:
        change = target(name).change or mutations.by_ending(f"s.{ending}")
        parts[ending] = change(parts[ending], rng)
    return parts


def outcome(name: str, path: Path) -> tuple[str, str]:
    """Read a file with one of the readers; return "find" and why for anything unplanned."""
    warnings.simplefilter("error")
    try:
        target(name).read(path)
    except InputError as error:
        if not (error.reason and error.remedy) or str(path.parent) in str(error):
            return "find", f"no sentence a user can act on: {error}"
        return ("asked" if error.question else "refused"), ""
    except Exception:  # that is what is looked for
        return "find", traceback.format_exc(limit=-4)
    return "read", ""


def read_mutant(_label: Path, name: str, seed: int, number: int, _told: Told) -> bytes:
    """Make and read one input in the guarded process; return what happened as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        parts = mutant(name, seed, number)
        for ending, content in parts.items():
            (Path(folder) / f"input.{ending}").write_bytes(content)
        begun = time.process_time()
        kind, problem = outcome(name, Path(folder) / f"input.{next(iter(parts))}")
    return json.dumps([kind, problem, time.process_time() - begun, _peak_mb()]).encode()


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fuzz(name: str, inputs: int, seed: int) -> Iterator[tuple[int, str, str, float, float]]:
    """Yield number, kind, problem, CPU seconds and peak memory of each input."""
    jobs = [(Path(f"{name}-{n}"), name, seed, n) for n in range(inputs)]
    for number, result in enumerate(guarded(read_mutant, jobs, LIMITS)):
        if isinstance(result, InputError):
            yield number, "find", result.reason, 0.0, 0.0
        else:
            yield number, *json.loads(result)


def report(name: str, inputs: int, seed: int, finds: Path | None) -> int:
    """Fuzz one reader, print its line and return the number of finds."""
    counts: Counter[str] = Counter()
    spent = slowest = peak = 0.0
    for number, kind, problem, seconds, megabytes in fuzz(name, inputs, seed):
        spent, slowest, peak = spent + seconds, max(slowest, seconds), max(peak, megabytes)
        found = kind == "find" or seconds > SLOWEST_S
        if found:
            print(f"{name}-{seed}-{number}: {problem or f'{seconds:.1f} s'}", flush=True)
            if finds is not None:
                finds.mkdir(parents=True, exist_ok=True)
                for ending, content in mutant(name, seed, number).items():
                    (finds / f"{name}-{seed}-{number}.{ending}").write_bytes(content)
        counts["find" if found else kind] += 1
    said = ", ".join(f"{counts[k]:,} {k}" for k in ("read", "asked", "refused", "find"))
    print(f"{name}: {inputs:,} inputs: {said}; slowest {slowest:.2f} CPU-s, {spent:.0f} CPU-s "
          f"in all, peak {peak:.0f} MB", flush=True)  # fmt: skip
    return counts["find"]


def main() -> int:
    """Fuzz some readers or all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--reader", nargs="*", choices=sorted(TARGETS), default=list(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("build/finds"))
    options = parser.parse_args()
    total = 0
    with tempfile.TemporaryDirectory() as state:
        os.environ["AMPYARD_STATE"] = state
        for name in options.reader:
            try:
                target(name)
            except LookupError as missing:
                print(f"{name}: {missing}")
                continue
            total += report(name, options.inputs, options.seed, options.finds)
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
