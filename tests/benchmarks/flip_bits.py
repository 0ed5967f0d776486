"""Flip bits of and cut off a project file: never a silent change, never a fault.

Run: python tests/benchmarks/flip_bits.py --rounds 1000
Exit 1 if a damaged file opened as another project or raised anything but `InputError`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from large_project import large_project, with_underlay

from planner.inputs.problem import InputError
from planner.store.codec import encode
from planner.store.project_file import load, pack


def main() -> int:
    """Damage the file again and again and count what happens."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    project = with_underlay(large_project(40, 2, 6, 672), 40)
    whole, meant = pack(project, 1), encode(project)
    counts = {"refused": 0, "harmless": 0, "silent": 0, "fault": 0}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.ampyard"
        for _ in range(options.rounds):
            content = bytearray(whole)
            if rng.random() < 0.2:
                del content[rng.randrange(len(content)) :]
            else:
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            path.write_bytes(content)
            try:
                same = encode(load(path)) == meant
                counts["harmless" if same else "silent"] += 1
            except InputError:
                counts["refused"] += 1
            except Exception as error:  # that is what is looked for
                counts["fault"] += 1
                print(repr(error))
    print(", ".join(f"{number} {name}" for name, number in counts.items()))
    return int(counts["silent"] > 0 or counts["fault"] > 0)


if __name__ == "__main__":
    sys.exit(main())
