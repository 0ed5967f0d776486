"""A short run of the fuzzer; the long one is a command of its own."""

import runpy
from pathlib import Path

FUZZER = Path(__file__).parents[2] / "properties" / "fuzz_maps.py"


def test_mutated_maps_end_in_a_plain_message() -> None:
    counts = runpy.run_path(str(FUZZER))["run"](80, seed=7)
    assert [what for what in counts if what.startswith("FIND")] == []
    assert counts["reject"] > 20
    assert sum(counts[what] for what in ("accept", "repair", "skip")) > 2
