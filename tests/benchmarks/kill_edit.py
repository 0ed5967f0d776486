"""Kill an editing program at random moments: at most one edit may be lost.

A forked editor opens a project, keeps its operation log, edits, undoes and now
and then saves; it is killed with SIGKILL at a random moment. At the next start
the log must be offered within 3 s of CPU time and its replay must give the state after the
last edit the editor had told of, or after the one in flight, with the underlay
laid last: every fifth edit lays another one.

Run: python tests/benchmarks/kill_edit.py --kills 200
Exit 1 if a round lost more than one edit or recovery was not offered in time.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from large_project import large_project
from shapely import Point

from planner import edits
from planner.model.ids import ChargerId
from planner.model.project import Project
from planner.store import oplog
from planner.store.project_file import load, open_project, save

OFFER_S = 3.0
PICTURE_EVERY = 5


def state(base: Project, number: int) -> Project:
    """Return the project after edit `number`: its name tells which one it is."""
    if number % PICTURE_EVERY == 0:
        base = replace(base, attachments={"plan.png": picture(number)})
    point = Point(530_000 + number % 97, 180_000 + number % 89)
    moved = edits.move_charger(base, ChargerId(f"C{number % 40}"), point, bays=())
    return edits.rename_project(moved, str(number))


def picture(number: int) -> bytes:
    """Return the underlay that is there after edit `number`."""
    return b"%d" % (number - number % PICTURE_EVERY) * 2_000


def whole(project: Project) -> bool:
    """Tell whether a project has the underlay that belongs to its number."""
    number = int(project.name)
    laid = {"plan.png": picture(number)} if number >= PICTURE_EVERY else {}
    return dict(project.attachments) == laid


def edit_forever(path: Path, writer: int, saves: int) -> None:
    """Child: edit, tell, and save every `saves` edits; never returns."""
    try:
        opened = open_project(path)
        project, number = opened.project, int(opened.project.name)
        log = oplog.OperationLog.start(project, path, opened.stamp)
        while True:
            number += 1
            after = state(project, number)
            os.write(writer, b"b")
            log.append(project, after, "Move charger")
            os.write(writer, b"c")
            project = after
            if number % saves == 0:
                log = log.rebase(project, path, save(project, path).stamp)
    finally:
        os._exit(1)


def one_round(path: Path, clock: random.Random) -> tuple[int, float]:
    """Kill one editor; return the edits lost (one in flight may be) and the time to offer."""
    start = int(load(path).name)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        edit_forever(path, writer, clock.randrange(5, 40))
    os.close(writer)
    told = os.read(reader, 1)
    time.sleep(clock.uniform(0, 0.6))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reader, 4_096):
        told += part
    os.close(reader)
    committed = start + told.count(b"c")
    begun = time.process_time()
    found = oplog.left_behind()
    recovered = [oplog.recover(r) for r in found]
    offered = time.process_time() - begun
    names = [int(load(path).name), *(int(r.project.name) for r in recovered)]
    best = max(names)
    torn = not all(map(whole, [load(path), *(r.project for r in recovered)]))
    for recovery in found:
        oplog.discard(recovery)
    for result in recovered:
        if int(result.project.name) == best:
            save(result.project, path)
    wrong = torn or best > start + told.count(b"b")
    return (max(committed - best, 0) + 1_000 * wrong), offered


def main() -> int:
    """Run the kills and say what was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    clock = random.Random(options.seed)
    worst, slowest, lossy = 0, 0.0, 0
    with tempfile.TemporaryDirectory() as name:
        os.environ["AMPYARD_STATE"] = str(Path(name) / "state")
        path = Path(name) / "project.ampyard"
        save(edits.rename_project(large_project(300, 2, 60), "0"), path)
        for _ in range(options.kills):
            lost, offered = one_round(path, clock)
            worst, slowest = max(worst, lost), max(slowest, offered)
            lossy += lost > 0
    print(f"{options.kills} kills while editing: {lossy} rounds lost an edit, at most {worst}")
    print(f"recovery offered and replayed within {slowest:.2f} CPU-s")
    return int(worst > 1 or slowest > OFFER_S)


if __name__ == "__main__":
    sys.exit(main())
