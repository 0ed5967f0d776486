"""A year of power flows by four engines in one run, and how well they agree.

    python tests/benchmarks/year.py [--json] [--steps 35040] [--slice 200] [--buses 55]

CPU-seconds of this process, one thread. run_timeseries is measured on a slice
and extrapolated in proportion; everything else runs over all steps. "Shipped"
is what a check runs: build, solve, extremes, limits and three moments by
pandapower. The peak memory of each engine is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
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
from planner.checks.year_scan import scan  # noqa: E402

CHUNK = 4096


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
        add("MSB", f"P{pillar}", CircuitKind.FEEDER, 30.0 + 15 * (pillar % 10), feeder)
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


def cpu_s(call: Callable[[], Any]) -> tuple[float, Any]:
    """Run something and say how many CPU-seconds it took."""
    begun = time.process_time()
    found = call()
    return time.process_time() - begun, found


def run_timeseries(network: Network, loads: YearLoads, steps: int) -> tuple[float, Any]:
    """CPU-seconds of pandapower's own time series over the first steps, and its voltages."""
    import pandas as pd
    from pandapower import timeseries
    from pandapower.control import ConstControl

    built = build(network, balanced_equivalent=True)
    rows = [built.loads[n] for n in loads.nodes]
    for variable, values in (("p_mw", loads.p_kw), ("q_mvar", loads.q_kvar)):
        frame = pd.DataFrame(values[:steps] / 1000, columns=rows)
        ConstControl(
            built.net, element="load", variable=variable, element_index=rows,
            data_source=timeseries.DFData(frame), profile_name=rows,
        )  # fmt: skip
    writer = timeseries.OutputWriter(built.net, range(steps), output_path=None, log_variables=[])
    writer.log_variable("res_bus", "vm_pu")
    writer.log_variable("res_line", "loading_percent")
    writer.log_variable("res_trafo", "loading_percent")
    spent, _ = cpu_s(
        lambda: timeseries.run_timeseries(
            built.net, range(steps), numba=False, verbose=False, consider_line_temperature=True
        )
    )
    volts = writer.output["res_bus.vm_pu"][list(built.buses.values())].to_numpy()
    return spent, volts


def plain_fixed_point(network: Network, loads: YearLoads, trafo_model: str) -> Any:
    """Iterate V = w − Z·conj(S/V) on pandapower's matrix, and nothing else; voltages in pu."""
    import pandapower as pp

    built = build(network, balanced_equivalent=True)
    pp.runpp(
        built.net, numba=False, calculate_voltage_angles=True, consider_line_temperature=True,
        trafo_model=trafo_model,
    )  # fmt: skip
    y = built.net._ppc["internal"]["Ybus"].toarray()
    slack = int(built.net._ppc["internal"]["ref"][0])
    rest = [b for b in range(len(y)) if b != slack]
    z = np.linalg.inv(y[np.ix_(rest, rest)])
    w = -z @ y[rest, slack] * built.net._ppc["internal"]["V"][slack]
    at = {node: rest.index(built.net._pd2ppc_lookups["bus"][b]) for node, b in built.buses.items()}
    found = np.empty((len(loads.p_kw), len(built.buses)))
    for first in range(0, len(found), CHUNK):
        here = slice(first, first + CHUNK)
        s = np.zeros((len(rest), len(found[here])), dtype=complex)
        s[[at[n] for n in loads.nodes]] = ((loads.p_kw - 1j * loads.q_kvar)[here] / 1000).T
        v, before = np.repeat(w[:, None], s.shape[1], axis=1), 1.0
        while before > 1e-10:
            after = w[:, None] - z @ (s / np.conj(v))
            before, v = float(np.abs(after - v).max()), after
        found[here] = np.abs(v[list(at.values())]).T
    return found


def agreement(network: Network, loads: YearLoads, flow: YearFlow, samples: int) -> dict[str, float]:
    """Largest differences to single power flows of pandapower at sampled steps."""
    rng = np.random.default_rng(2)
    chosen = rng.choice(len(loads.p_kw), min(samples, len(loads.p_kw)), replace=False).tolist()
    cases = [
        LoadCase(
            str(i), dict(zip(loads.nodes, loads.p_kw[i].tolist(), strict=True)),
            dict(zip(loads.nodes, loads.q_kvar[i].tolist(), strict=True)),
        )
        for i in chosen
    ]  # fmt: skip
    iz = np.array([network.circuits[c].iz_a for c in flow.circuits])
    volts, unit, line = 0.0, 0.0, 0.0
    for i, single in zip(chosen, solve(network, cases), strict=True):
        theirs = np.array([single.voltage_pu[n] for n in flow.nodes])
        volts = max(volts, float(np.abs(theirs - flow.voltage_pu[i]).max()))
        loading = np.array([single.circuits[c].loading_pct for c in flow.circuits])
        line = max(line, float(np.abs(loading - 100 * flow.circuit_a[i] / iz).max()))
        assert single.transformer is not None
        assert flow.transformer_pct is not None
        unit = max(unit, float(abs(single.transformer.loading_pct - flow.transformer_pct[i])))
    return {
        "steps": len(chosen), "voltage_pu": volts, "circuit_loading_pct": line,
        "transformer_loading_pct": unit,
    }  # fmt: skip


def shipped(network: Network, loads: YearLoads) -> Any:
    """Run what a check runs over a year."""
    minutes = 15 * np.arange(len(loads.p_kw), dtype=np.int64)
    return scan(network, loads, minutes, 5.0)


ENGINES = ("shipped", "plain_fixed_point", "pgm_newton_raphson", "pgm_iterative_current")


def _run(engine: str, network: Network, loads: YearLoads) -> None:
    """Run one engine over all steps."""
    from pgm_year import PgmYear  # beside this file

    if engine == "shipped":
        shipped(network, loads)
    elif engine == "plain_fixed_point":
        plain_fixed_point(network, loads, "t")
    elif engine == "run_timeseries":
        run_timeseries(network, loads, len(loads))
    else:
        PgmYear(network, loads).solve(engine.removeprefix("pgm_"))


def _peak_mb(engine: str, buses: int, steps: int, pipe: Any) -> None:
    network = site(buses)
    loads = year(network, steps)
    _run(engine, network, YearLoads(loads.nodes, loads.p_kw[:2], loads.q_kvar[:2]))  # imports
    before = _highest_mb()
    _run(engine, network, loads)
    pipe.send((before, _highest_mb()))


def _highest_mb() -> float:
    """Peak resident memory of this process; on Linux not that of the parent before it."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def memory(engine: str, buses: int, steps: int) -> dict[str, float]:
    """Peak memory of an engine in a fresh process, with loads and imports before it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_peak_mb, args=(engine, buses, steps, theirs))
    process.start()
    before, peak = ours.recv()
    process.join()
    return {"before_mb": before, "peak_mb": peak, "added_mb": peak - before}


def measure(buses: int, steps: int, part: int, samples: int) -> dict[str, Any]:
    """Run the engines on one network; run_timeseries and the comparison where asked for."""
    from pgm_year import PgmYear  # beside this file

    network = site(buses)
    loads = year(network, steps)
    solve_year(network, YearLoads(loads.nodes, loads.p_kw[:2], loads.q_kvar[:2]))  # imports
    ours_s, found_year = cpu_s(lambda: shipped(network, loads))
    plain_s, plain = cpu_s(lambda: plain_fixed_point(network, loads, "t"))
    pgm = PgmYear(network, loads)
    newton_s, newton = cpu_s(pgm.solve)
    current_s, current = cpu_s(lambda: pgm.solve("iterative_current"))
    pi = plain_fixed_point(network, loads, "pi")
    found: dict[str, Any] = {
        "buses": buses, "steps": steps,
        "cpu_s": {
            "shipped": ours_s, "plain_fixed_point": plain_s, "pgm_newton_raphson": newton_s,
            "pgm_iterative_current": current_s,
        },
        "solved_pct": 100 * float(found_year.converged.mean()),
        "lowest_pu": float(found_year.lowest_pu.min()),
        "difference_to_pgm_pu": {
            "same_pi_transformer_newton": float(np.abs(newton - pi).max()),
            "same_pi_transformer_current": float(np.abs(current - pi).max()),
            "shipped_t_transformer": float(
                np.abs(newton.min(axis=1) - found_year.lowest_pu).max()
            ),
        },
        "difference_to_plain_pu": float(np.abs(plain.min(axis=1) - found_year.lowest_pu).max()),
        "memory": {
            name: memory(name, buses, steps) for name in (ENGINES if part else ENGINES[:1])
        },
    }  # fmt: skip
    if samples:
        flow = solve_year(network, loads)
        found["difference_to_runpp"] = agreement(network, loads, flow, samples)
    if part:
        spent, volts = run_timeseries(network, loads, part)
        whole = spent * steps / part
        found["run_timeseries"] = {
            "slice_steps": part,
            "slice_cpu_s": spent,
            "extrapolated_cpu_s": whole,
            "difference_pu": float(np.abs(volts - flow.voltage_pu[:part]).max()),
            "memory_of_slice": memory("run_timeseries", buses, part),
        }
        found["times_faster_than_run_timeseries"] = {
            name: whole / spent_s for name, spent_s in found["cpu_s"].items()
        }
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
    document = {"schema": 3, "benchmark": "year", "results": results}
    print(json.dumps(document, indent=2) if chosen.json else "\n".join(map(str, results)))


if __name__ == "__main__":
    main()
