"""A year of power flows: our batch beside pandapower's time series, in one run.

    python tests/benchmarks/year.py [--json] [--steps 35040] [--slice 200] [--buses 55]

CPU-seconds of this process. run_timeseries is measured on a slice and
extrapolated in proportion; everything else runs over all steps.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - after the thread limit

from grid.model import (  # noqa: E402
    Board,
    CircuitDemand,
    CircuitKind,
    Device,
    Installation,
    LoadCase,
    Network,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)  # fmt: skip
from grid.network.build import build  # noqa: E402
from grid.network.powerflow import solve  # noqa: E402
from grid.network.year import YearFlow, YearLoads, solve_year  # noqa: E402
from grid.wiring.cables import catalogue  # noqa: E402


def site(buses: int) -> Network:
    """Main board, one pillar per ten chargers, chargers in rows: `buses` at low voltage."""
    cables = catalogue()
    feeder, final = cables["cu-xlpe-swa-4x240"], cables["cu-xlpe-swa-4x25"]
    circuits: dict[str, SizedCircuit] = {}
    boards = {"MSB": Board("MSB", "Main board", 1600, 40, 10)}

    def add(start: str, end: str, kind: CircuitKind, length_m: float, cable: Any) -> None:
        demand = CircuitDemand(
            f"{start}-{end}", kind, start, end, length_m, 100, 3, 22, 0.98, Installation()
        )
        device = Device("d", "MCCB", "", 400 if kind is CircuitKind.FEEDER else 80, 36)
        circuits[demand.id] = SizedCircuit(demand, cable, 1, device, "", 300, 1.0, "")

    left, pillar = buses - 1, 0
    while left > 0:
        pillar += 1
        boards[f"P{pillar}"] = Board(f"P{pillar}", f"Pillar {pillar}", 400, 12, 2)
        add("MSB", f"P{pillar}", CircuitKind.FEEDER, 30.0 + 15 * pillar, feeder)
        left -= 1
        for n in range(min(10, left)):
            add(f"P{pillar}", f"C{pillar}.{n}", CircuitKind.FINAL, 5.0 + 5 * n, final)
            left -= 1
    kva = 15.0 * buses
    unit = Transformer("TX1", kva, 11.0, 420.0, 5.0, 0.01 * kva, 0.0015 * kva, 0.5)
    return Network(Supply(Source(11.0, 250.0, 150.0), unit, kva), "MSB", boards, circuits)


def year(network: Network, steps: int) -> YearLoads:
    """Office by day at the main board and chargers that come and go; seeded."""
    rng = np.random.default_rng(1)
    chargers = [c.demand.to_id for c in network.circuits.values() if c.demand.to_id[0] == "C"]
    hour = np.arange(steps) * 0.25 % 24
    office = network.supply.agreed_kva * (
        0.2 + 0.15 * np.clip(np.sin((hour - 6) / 12 * np.pi), 0, 1)
    )
    p = 22.0 * (rng.random((steps, len(chargers))) < 0.25)
    kw = np.column_stack([office, p])
    return YearLoads(("MSB", *chargers), kw, 0.25 * kw)


def run_timeseries_s(network: Network, loads: YearLoads, steps: int) -> tuple[float, Any]:
    """CPU-seconds of pandapower's own time series over the first steps, and its voltages."""
    import pandas as pd
    from pandapower.control import ConstControl
    from pandapower.timeseries import DFData, OutputWriter, run_timeseries

    built = build(network, balanced_equivalent=True)
    rows = [built.loads[n] for n in loads.nodes]
    for variable, values in (("p_mw", loads.p_kw), ("q_mvar", loads.q_kvar)):
        frame = pd.DataFrame(values[:steps] / 1000, columns=rows)
        ConstControl(
            built.net, element="load", variable=variable, element_index=rows,
            data_source=DFData(frame), profile_name=rows,
        )  # fmt: skip
    writer = OutputWriter(built.net, range(steps), output_path=None, log_variables=[])
    writer.log_variable("res_bus", "vm_pu")
    writer.log_variable("res_line", "loading_percent")
    writer.log_variable("res_trafo", "loading_percent")
    begun = time.process_time()
    run_timeseries(
        built.net, range(steps), numba=False, verbose=False, consider_line_temperature=True,
    )  # fmt: skip
    spent = time.process_time() - begun
    volts = writer.output["res_bus.vm_pu"][list(built.buses.values())].to_numpy()
    return spent, volts


def agreement(network: Network, loads: YearLoads, flow: YearFlow, samples: int) -> dict[str, float]:
    """Largest differences to single power flows at sampled steps."""
    rng = np.random.default_rng(2)
    chosen = rng.choice(len(loads.p_kw), samples, replace=False).tolist()
    cases = [
        LoadCase(
            str(i), dict(zip(loads.nodes, loads.p_kw[i].tolist(), strict=True)),
            dict(zip(loads.nodes, loads.q_kvar[i].tolist(), strict=True)),
        )
        for i in chosen
    ]  # fmt: skip
    volts, loading = 0.0, 0.0
    for i, single in zip(chosen, solve(network, cases), strict=True):
        theirs = np.array([single.voltage_pu[n] for n in flow.nodes])
        volts = max(volts, float(np.abs(theirs - flow.voltage_pu[i]).max()))
        if single.transformer and flow.transformer_pct is not None:
            gap = abs(single.transformer.loading_pct - flow.transformer_pct[i])
            loading = max(loading, float(gap))
    return {"voltage_pu": volts, "transformer_loading_pct": loading}


def measure(buses: int, steps: int, part: int, samples: int) -> dict[str, Any]:
    """Run all engines on one network."""
    network = site(buses)
    loads = year(network, steps)
    solve_year(network, YearLoads(loads.nodes, loads.p_kw[:2], loads.q_kvar[:2]))  # imports
    begun = time.process_time()
    flow = solve_year(network, loads)
    ours = time.process_time() - begun
    found: dict[str, Any] = {
        "buses": buses, "steps": steps, "ours_cpu_s": ours,
        "converged_pct": 100 * float(flow.converged.mean()),
        "lowest_pu": float(flow.voltage_pu.min()),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }  # fmt: skip
    if part:
        spent, volts = run_timeseries_s(network, loads, part)
        found["run_timeseries_cpu_s_extrapolated"] = spent * steps / part
        found["run_timeseries_slice_steps"] = part
        found["times_faster"] = found["run_timeseries_cpu_s_extrapolated"] / ours
        found["difference_to_run_timeseries_pu"] = float(
            np.abs(volts - flow.voltage_pu[:part]).max()
        )
    if samples:
        found["difference_to_runpp"] = agreement(network, loads, flow, samples)
        found["sampled_steps"] = samples
    return found


def main() -> None:
    """Measure the main size fully and the others for scaling."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--steps", type=int, default=35_040)
    options.add_argument("--slice", type=int, default=200)
    options.add_argument("--buses", type=int, default=55)
    options.add_argument("--samples", type=int, default=500)
    options.add_argument("--scaling", type=int, nargs="*", default=[10, 200, 500])
    chosen = options.parse_args()
    results = [measure(chosen.buses, chosen.steps, chosen.slice, chosen.samples)]
    results += [measure(n, chosen.steps, 0, 0) for n in chosen.scaling]
    document = {"schema": 1, "benchmark": "year", "results": results}
    print(json.dumps(document, indent=2) if chosen.json else "\n".join(map(str, results)))


if __name__ == "__main__":
    main()
