"""Feed mutated files to the readers: nothing but `InputError` may come out.

Run: python tests/benchmarks/fuzz_readers.py [--inputs 10000] [--reader csv|xlsx|xml|project|supply]
Exit 1 on any other exception, or an input that takes longer than 10 s. Finds
are written to --finds DIR so that they can become regression files.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from large_project import large_project

from grid.model import Board, Source, Supply, Transformer
from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, understand
from planner.inputs.workbooks.supply import SupplySheet, read_supply, write_template
from planner.store import manifest
from planner.store.project_file import load, pack

SLOWEST_S = 10.0
ODD = (
    b"", b"0", b"-1", b"1e999", b"NaN", b"99999999999999999999", b"\xff", b"\x00", b";", b",",
    b'"', b"\n", b"\r\n", b"'", b"<", b">", b"&x;", b"{", b"]", b"null", b"true", b"[[[[", b"=1+1",
    b"24:00", b"29.02.2023", b"0000-00-00", b"\xe2\x88\x9e", b"31.12.9999 23:59", b"01.01.0001",
    b"A" * 5_000,
)  # fmt: skip


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """Change a few places: flip, cut, repeat, swap or insert something odd."""
    content = bytearray(seed)
    for _ in range(rng.choice((1, 1, 2, 4, 12))):
        at = rng.randrange(len(content) + 1)
        to = min(len(content), at + rng.choice((1, 2, 8, 60, 400)))
        match rng.randrange(6):
            case 0 if content:
                content[at % len(content)] ^= 1 << rng.randrange(8)
            case 1:
                del content[at:to]
            case 2:
                content[at:at] = content[at:to]
            case 3:
                content[at:to] = rng.choice(ODD)
            case 4:
                content[at:at] = rng.choice(ODD)
            case _:
                del content[at : at + (rng.randrange(20) == 0) * len(content)]
    return bytes(content)


def in_zip(seed: bytes, rng: random.Random, *, sign: bool) -> bytes:
    """Mutate one part of a zip; `sign` makes an Ampyard manifest fit again."""
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    name = rng.choice([n for n in parts if n not in {"mimetype", manifest.NAME}])
    parts[name] = mutated(parts[name], rng)
    if sign:
        about = json.loads(parts[manifest.NAME])
        about["files"] = {n: manifest.checksum(parts[n]) for n in about["files"]}
        parts[manifest.NAME] = json.dumps(about).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return stream.getvalue()


def csv_seeds() -> list[bytes]:
    """Small exports of several layouts."""
    stamps = [datetime(2024, 3, 30, tzinfo=UTC) + timedelta(minutes=15 * i) for i in range(200)]
    german = ["sep=;", "Zähler;0815", "", "Beginn;Ende;Wert in kWh;Status"]
    german += [
        f"{t:%d.%m.%Y %H:%M};{t + timedelta(minutes=15):%d.%m.%Y %H:%M};{i % 9},25;VAL"
        for i, t in enumerate(stamps)
    ]
    british = ["Date,Time,kW,kvar"]
    british += [f"{t:%d/%m/%Y},{t:%H:%M},{i % 9}.5,1" for i, t in enumerate(stamps)]
    iso = ["time,register,use kWh"]
    iso += [f"{t.isoformat()},{1000 + i},1" for i, t in enumerate(stamps)]
    clocks = ";".join(f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 60))
    wide = [f"Datum kWh;{clocks}"]
    wide += [f"{d:02d}.01.2024;" + ";".join(f"{h},5" for h in range(24)) for d in range(1, 9)]
    spans = ["Datum;kWh"]
    spans += [
        f"{t:%d.%m.%Y %H:%M} - {t + timedelta(minutes=15):%H:%M};0,{i % 9}"
        for i, t in enumerate(stamps)
    ]
    texts = ["\n".join(lines) for lines in (german, british, iso, wide, spans)]
    return [t.encode() for t in texts] + [texts[0].encode("utf-16-le"), texts[0].encode("cp1252")]


def xlsx_seed() -> bytes:
    """A workbook with dates, numbers and a metadata block."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Site load"], [], ["Date", "Time", "kW"]):
        sheet.append(row)
    start = datetime(2024, 1, 1)  # noqa: DTZ001 - spreadsheets know no zone
    for i in range(120):
        moment = start + timedelta(minutes=15 * i)
        sheet.append([moment.date(), moment.time(), i % 9 + 0.5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xml_seed() -> bytes:
    """A Green Button file."""
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>3600</duration><start>{1293868800 + 3600 * i}"
        f"</start></timePeriod><value>{500 + i}</value></IntervalReading>" for i in range(60)
    )  # fmt: skip
    return (
        '<?xml version="1.0"?><feed xmlns="http://naesb.org/espi"><LocalTimeParameters><tzOffset>'
        "-28800</tzOffset></LocalTimeParameters><ReadingType><powerOfTenMultiplier>0"
        "</powerOfTenMultiplier><uom>72</uom></ReadingType><IntervalBlock><interval><duration>"
        f"216000</duration></interval>{readings}</IntervalBlock></feed>"
    ).encode()


def _supply() -> SupplySheet:
    transformer = Transformer("T1", 500.0, 11.0, 433.0, 4.75, 5.1, 0.68, 0.3)
    supply = Supply(Source(11.0, 250.0, 120.0), transformer, agreed_kva=300.0)
    return SupplySheet(supply, (Board("B1", "Main LV board", 800.0, 12, 3),), "B1")


def readers() -> dict[str, tuple[Callable[[Path], object], Callable[[random.Random], bytes], str]]:
    """Return for each reader: how it reads, how an input is made, the file's ending."""
    csvs, xlsx, xml = csv_seeds(), xlsx_seed(), xml_seed()
    project = pack(large_project(12, 1, 4), 1)
    with tempfile.TemporaryDirectory() as folder:
        supply = write_template(Path(folder) / "s.xlsx", _supply()).read_bytes()
    options = ProfileOptions(fill="interpolate", duplicates="mean", unit=None, resample=True)

    def profile(path: Path) -> object:
        return understand(path, options)

    def raw_or_inside(seed: bytes, *, sign: bool = False) -> Callable[[random.Random], bytes]:
        return lambda rng: (
            mutated(seed, rng) if rng.random() < 0.2 else in_zip(seed, rng, sign=sign)
        )

    return {
        "csv": (profile, lambda rng: mutated(rng.choice(csvs), rng), ".csv"),
        "xlsx": (profile, raw_or_inside(xlsx), ".xlsx"),
        "xml": (profile, lambda rng: mutated(xml, rng), ".xml"),
        "project": (load, raw_or_inside(project, sign=True), ".ampyard"),
        "supply": (read_supply, raw_or_inside(supply), ".xlsx"),
    }


def fuzz(name: str, count: int, seed: int, finds: Path) -> tuple[int, int, float]:
    """Return how many inputs raised something else, were refused, and the slowest."""
    read, make, ending = readers()[name]
    wrong, refused, slowest = 0, 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{ending}"
        for number in range(count):
            content = make(random.Random(f"{name}-{seed}-{number}"))
            path.write_bytes(content)
            start = time.perf_counter()
            problem = ""
            try:
                read(path)
            except InputError:
                refused += 1
            except Exception:  # that is what is looked for
                problem = traceback.format_exc(limit=-3)
            spent = time.perf_counter() - start
            slowest = max(slowest, spent)
            if problem or spent > SLOWEST_S:
                wrong += 1
                finds.mkdir(parents=True, exist_ok=True)
                (finds / f"{name}-{number}{ending}").write_bytes(content)
                print(f"{name}-{number}: {problem or f'{spent:.1f} s'}")
    return wrong, refused, slowest


def main() -> int:
    """Fuzz one reader or all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--reader", choices=("csv", "xlsx", "xml", "project", "supply"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("build/finds"))
    options = parser.parse_args()
    os.environ.setdefault("AMPYARD_STATE", tempfile.mkdtemp())
    total = 0
    for name in [options.reader] if options.reader else list(readers()):
        wrong, refused, slowest = fuzz(name, options.inputs, options.seed, options.finds)
        total += wrong
        print(
            f"{name}: {wrong} wrong, {refused} of {options.inputs} refused, slowest {slowest:.2f} s"
        )
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
