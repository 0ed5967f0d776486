"""Kill a saving program at random moments: nothing saved may be lost.

A forked saver writes generation after generation and is killed with SIGKILL at
a uniformly random moment of 0 to 1.5 times the usual save time after it began
one. The file must then open, be of one generation, and that generation must be
the last committed or the one in flight. A control that overwrites the file in
place, as simple programs do, shows that the test can fail.

Run: python tests/benchmarks/kill_save.py --kills 1000 [--controls 100] [--bays 300]
Exit 1 if anything is lost, or if the control that overwrites loses less than half.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from large_project import large_project, with_underlay

from planner import edits
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import manifest
from planner.store.atomic import sweep
from planner.store.parts import split
from planner.store.project_file import load, save

Saver = Callable[[Project, Path, int], None]


def saved(project: Project, path: Path, _generation: int) -> None:
    """Save as the program does."""
    save(project, path)


def overwritten(project: Project, path: Path, generation: int) -> None:
    """Control: open the old file for writing and put one part after the other into it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = split(project)
        for name, content in entries.items():
            archive.writestr(name, content)
        crs = f"EPSG:{project.site.epsg}"
        archive.writestr(manifest.NAME, manifest.make(entries, generation, crs))


def run(save_as: Saver, project: Project, kills: int, seed: int, folder: Path) -> int:
    """Return how many of `kills` rounds lost or mixed something."""
    path = folder / "project.ampyard"
    clock = random.Random(seed)
    start = time.perf_counter()
    save_as(edits.rename_project(project, "0"), path, 1)
    usual = time.perf_counter() - start
    lost, done = 0, 0
    for _ in range(kills):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _save_forever(save_as, project, path, done, writer)
        os.close(writer)
        begun = _wait(reader, clock.uniform(0, 1.5) * usual, child)
        committed = begun.count(b"c")
        begins = begun.count(b"b")
        try:
            found = int(load(path).name)
            # What the child had committed, or the one it was writing.
            if not done + committed <= found <= done + begins:
                lost += 1
            done = max(found, 0)
        except (InputError, ValueError):
            lost += 1
            save_as(edits.rename_project(project, str(done)), path, 1)
    sweep(folder, time.time() + 100_000)
    return lost


def _save_forever(save_as: Saver, project: Project, path: Path, done: int, writer: int) -> None:
    """Child: save one generation after the other and tell when each begins and ends."""
    try:
        while True:
            done += 1
            os.write(writer, b"b")
            save_as(edits.rename_project(project, str(done)), path, done)
            os.write(writer, b"c")
    finally:
        os._exit(1)


def _wait(reader: int, seconds: float, child: int) -> bytes:
    """Kill the child some time after it has begun to save; return what it told."""
    told = os.read(reader, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reader, 4_096):
        told += part
    os.close(reader)
    return told


def main() -> int:
    """Run the kills and the control."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--controls", type=int, default=100)
    parser.add_argument("--bays", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    project = with_underlay(large_project(options.bays, 3, 60))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["AMPYARD_STATE"] = str(folder / "state")
        (folder / "a").mkdir()
        lost = run(saved, project, options.kills, options.seed, folder / "a")
        print(f"save: {lost} lost in {options.kills} kills")
        (folder / "b").mkdir()
        control = run(overwritten, project, options.controls, options.seed, folder / "b")
    share = 100 * control / max(options.controls, 1)
    print(f"control, overwriting in place: {control} lost in {options.controls} ({share:.0f} %)")
    return int(lost > 0 or (options.controls > 0 and share <= 50))


if __name__ == "__main__":
    sys.exit(main())
