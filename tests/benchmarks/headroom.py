"""Headroom of every bay: our search beside a bisection by single power flows, in one run.

    python tests/benchmarks/headroom.py [--json] [--bays 200] [--slice 3]

CPU-seconds of this process. A network of 55 buses with a year of 17,520 half
hours, in which an office and a total that all chargers share vary on their own;
each bay asks for five charger sizes on a new circuit of its own. The bisection by
`runpp` takes a few places, at the one moment where each binds, and is
extrapolated in proportion.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - after the thread limit

from grid.model import (  # noqa: E402
    CircuitDemand,
    CircuitKind,
    Device,
    Installation,
    LoadCase,
    Network,
    SizedCircuit,
)  # fmt: skip
from grid.network.headroom import Room, headroom  # noqa: E402
from grid.network.powerflow import solve  # noqa: E402
from grid.network.tapped import Bounds, Tap  # noqa: E402
from grid.network.year import YearLoads  # noqa: E402
from grid.wiring.cables import catalogue  # noqa: E402

SIZES = ((22, 10, 40), (50, 35, 100), (75, 50, 160), (100, 95, 200), (150, 150, 250))
"""Charger kW, cable mm² and device A."""
BISECTIONS = 15


def _year_benchmark() -> Any:
    """Load the site of the year's benchmark, which stands beside this file."""
    spec = importlib.util.spec_from_file_location("year_bench", Path(__file__).parent / "year.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def year(network: Network, steps: int) -> YearLoads:
    """Office load at the main board and charging shared by all chargers; seeded."""
    rng = np.random.default_rng(1)
    chargers = [c.demand.to_id for c in network.circuits.values() if c.demand.to_id[0] == "C"]
    hour = np.arange(steps) * 0.5 % 24
    office = 150 + 120 * np.clip(np.sin((hour - 6) / 12 * np.pi), 0, 1) + 30 * rng.random(steps)
    total = 200 * np.exp(-(((hour - 18) / 4) ** 2)) * rng.random(steps)
    kw = np.column_stack([office, *(total / len(chargers) for _ in chargers)])
    return YearLoads(("MSB", *chargers), kw, 0.25 * kw)


def places(network: Network, bays: int) -> list[Tap]:
    """New circuits of random length from a random board for every bay and size."""
    rng, cables = np.random.default_rng(1), catalogue()
    found = []
    for bay in range(bays):
        board, length_m = rng.choice(sorted(network.boards)), float(rng.uniform(5, 90))
        for kw, mm2, in_a in SIZES:
            name = f"B{bay}-{kw}"
            demand = CircuitDemand(
                name, CircuitKind.FINAL, board, name, length_m, 1.6 * kw, 3, kw, 0.98,
                Installation(),
            )  # fmt: skip
            device = Device("d", "MCCB", "", in_a, 36)
            cable = cables[f"cu-xlpe-swa-4x{mm2}"]
            circuit = SizedCircuit(demand, cable, 1, device, "", 1.05 * in_a, 1.0, "")
            found.append(Tap(name, board, 0.98, circuit))
    return found


def fits(network: Network, loads: YearLoads, tap: Tap, kw: float, at: int, b: Bounds) -> bool:
    """Tell by one `runpp` whether a power fits at a moment."""
    assert tap.circuit is not None
    network = replace(network, circuits={**network.circuits, tap.id: tap.circuit})
    p = dict(zip(loads.nodes, loads.p_kw[at].tolist(), strict=True)) | {tap.id: kw}
    q = dict(zip(loads.nodes, loads.q_kvar[at].tolist(), strict=True))
    q[tap.id] = kw * math.tan(math.acos(tap.power_factor))
    (flow,) = solve(network, [LoadCase("x", p, q)])
    if not flow.converged or flow.intake_kva > b.agreed_kva or flow.transformer is None:
        return False
    lowest, origin = min(flow.voltage_pu.values()), flow.voltage_pu[network.origin]
    return (
        flow.transformer.loading_pct <= b.transformer_pct
        and flow.transformer.current_a <= network.boards[network.origin].rating_a
        and all(
            f.current_a <= min(network.circuits[c].iz_a, network.circuits[c].device.in_a)
            and f.current_a
            <= getattr(network.boards.get(network.circuits[c].demand.to_id), "rating_a", math.inf)
            for c, f in flow.circuits.items()
        )
        and lowest >= b.voltage_low_pu
        and 100 * (origin - lowest) <= b.drop_limit_pct
    )


def bisect(network: Network, loads: YearLoads, tap: Tap, room: Room, b: Bounds) -> float:
    """Find the same power by `BISECTIONS` single power flows at the binding moment."""
    low, high = 0.0, 400.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        good = fits(network, loads, tap, middle, room.moment, b)
        low, high = (middle, high) if good else (low, middle)
    return low


def measure(bays: int, part: int) -> dict[str, Any]:
    """Search all places, then bisect a few of them by single power flows."""
    bench = _year_benchmark()
    network = bench.site(55)
    loads = year(network, 17_520)
    bounds = Bounds(network.supply.agreed_kva)
    taps = places(network, bays)
    headroom(network, loads, taps[:1], bounds)  # imports
    begun = time.process_time()
    found = headroom(network, loads, taps, bounds)
    ours = time.process_time() - begun
    chosen = np.linspace(0, len(taps) - 1, part).astype(int).tolist()
    begun = time.process_time()
    theirs = [bisect(network, loads, taps[n], found.rooms[n], bounds) for n in chosen]
    spent = (time.process_time() - begun) / max(part, 1)
    gaps = [abs(k - found.rooms[n].max_kw) for n, k in zip(chosen, theirs, strict=True)]
    binding: dict[str, int] = {}
    for room in found.rooms:
        binding[room.kind] = binding.get(room.kind, 0) + 1
    return {
        "buses": 55, "moments_of_the_year": len(loads.p_kw), "bays": bays, "places": len(taps),
        "moments_none_exceeds": found.front, "moments_searched": len(found.moments),
        "ours_cpu_s": ours, "power_flows": found.power_flows, "binding": binding,
        "runpp_bisection_cpu_s_per_place": spent,
        "runpp_bisection_cpu_s_extrapolated_one_moment": spent * len(taps),
        "times_faster": spent * len(taps) / ours,
        "largest_difference_kw": max(gaps, default=0.0),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--bays", type=int, default=200)
    options.add_argument("--slice", type=int, default=3)
    chosen = options.parse_args()
    document = {"schema": 1, "benchmark": "headroom", **measure(chosen.bays, chosen.slice)}
    if chosen.json:
        print(json.dumps(document, indent=2))
    else:
        print("\n".join(f"{key:46} {value}" for key, value in document.items()))


if __name__ == "__main__":
    main()
