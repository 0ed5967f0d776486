"""How long saving and opening a site of 2,000 bays takes.

Run: python tests/benchmarks/save_open.py [--bays 2000] [--scenarios 10]
Targets: save ≤ 0.5 s, open ≤ 1.0 s; processor time, so that other work does not count.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from large_project import large_project

from planner.store.project_file import load, save


def main() -> None:
    """Time seven rounds and print the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bays", type=int, default=2_000)
    parser.add_argument("--scenarios", type=int, default=10)
    options = parser.parse_args()
    project = large_project(options.bays, options.scenarios)
    times: dict[str, list[float]] = {"save": [], "open": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.ampyard"
        for _ in range(7):
            start = time.process_time()
            save(project, path)
            middle = time.process_time()
            load(path)
            times["save"].append(middle - start)
            times["open"].append(time.process_time() - middle)
        size = path.stat().st_size
    for name, values in times.items():
        print(
            f"{name}: median {statistics.median(values):.3f} CPU-s, slowest {max(values):.3f} CPU-s"
        )
    print(f"file: {size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
