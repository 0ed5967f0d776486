"""Sessions per CPU-second of the charging simulator.

Run: ``python tests/benchmarks/charging.py [--json] [--trace FILE.csv.gz]``. Without a trace a
drawn workplace of 50 outlets stands in for one. Strategies that plan (peak shaving on arrival,
and by linear programme) are not timed here: they are no part of the live simulator.
Run with an interpreter that has acnportal (and setuptools below 80), it is timed beside,
on the first week with sessions and its own Caltech network.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import json
import math
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner.charging.phases import PhaseLimit
from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.demand.estimate import estimate
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions

PLUG_KW = 6.6
NAMES = tuple(STRATEGIES)


def drawn() -> Sessions:
    """Seventeen weeks of a workplace with about 50 cars a working day."""
    s = estimate((DemandInput("workplace", 60),), 1, horizon_days=119).sessions
    plug = np.full(len(s), PLUG_KW)
    return Sessions(
        s.arrive_min, s.depart_min, s.energy_kwh, plug, 0 * plug, s.group, s.groups, 119
    )


def traced(path: Path) -> Sessions:
    """A session table with columns arrival, departure, delivered_energy (kWh)."""
    with gzip.open(path, "rt") as stream:
        rows = sorted(
            (
                datetime.fromisoformat(r["arrival"]).timestamp() / 60,
                datetime.fromisoformat(r["departure"]).timestamp() / 60,
                float(r["delivered_energy (kWh)"]),
            )
            for r in csv.DictReader(stream)
        )
    a = np.array(rows)
    a[:, :2] -= a[0, 0] // 1440 * 1440
    plug = np.full(len(a), PLUG_KW)
    days = int(a[:, 1].max() // 1440) + 1
    group = np.zeros(len(a), np.int64)
    return Sessions(a[:, 0], a[:, 1], a[:, 2], plug, 0 * plug, group, ("trace",), days)


def caltech() -> tuple[list[Station], list[PhaseLimit]]:
    """54 outlets of 208 V on 26 AB, 14 BC and 14 CA behind 150 kVA (public site definition)."""
    pairs = ["AB"] * 26 + ["BC"] * 14 + ["CA"] * 14
    stations = [
        Station(f"s{n}", Current.AC, PLUG_KW, 1, PLUG_KW, 1.0, p) for n, p in enumerate(pairs)
    ]
    amps = 150_000 / (3 * 120)
    return stations, [
        PhaseLimit("transformer", (amps,) * 3, frozenset(s.id for s in stations), 120.0)
    ]


def best_of(times: int, work: Callable[[], float]) -> tuple[float, float]:
    """Least CPU seconds of several runs, and the result."""
    spent, result = math.inf, 0.0
    for _ in range(times):
        start = time.process_time()
        result = work()
        spent = min(spent, time.process_time() - start)
    return spent, result


def measure(sessions: Sessions) -> list[dict[str, float | str]]:
    """Time each strategy with one cap at 40 % of the unmanaged peak, then with phases."""
    stations, limits = caltech()
    peak = run(sessions, stations, None, None, 5).load_kw.max()
    wish = sessions.energy_kwh.sum()
    rows: list[dict[str, float | str]] = []
    for name in NAMES:
        cases: list[tuple[str, list[float] | None, list[PhaseLimit]]] = [
            ("one cap", [0.4 * peak], []),
            ("three phases", [0.4 * peak], limits),
        ]
        for label, cap, tree in cases:
            rule = STRATEGIES[name]

            def work(cap=cap, tree=tree, rule=rule) -> float:  # type: ignore[no-untyped-def]
                record = run(sessions, stations, cap, rule, 5, phase_limits=tree)
                return float(100 * record.energy_kwh.sum() / wish)

            spent, share = best_of(5, work)
            rows.append(
                {
                    "case": label, "strategy": name, "sessions": len(sessions),
                    "sessions_per_cpu_s": round(len(sessions) / spent),
                    "energy_pct": round(share, 2),
                }
            )  # fmt: skip
    return rows


def first_week(sessions: Sessions) -> Sessions:
    """The sessions of the first seven days with any."""
    start = sessions.arrive_min[0] // 1440 * 1440
    n = int(np.searchsorted(sessions.arrive_min, start + 7 * 1440))
    return Sessions(
        sessions.arrive_min[:n] - start, sessions.depart_min[:n] - start, sessions.energy_kwh[:n],
        sessions.ac_kw[:n], sessions.dc_kw[:n], sessions.group[:n], sessions.groups, 7,
    )  # fmt: skip


def peer(sessions: Sessions) -> list[dict[str, float | str]]:
    """Time acnportal's least laxity and ours on one week with three-phase limits."""
    if importlib.util.find_spec("acnportal") is None:
        return []
    import warnings

    warnings.simplefilter("ignore")
    from acnportal import acnsim, algorithms

    week = first_week(sessions)
    network = acnsim.sites.caltech_acn(basic_evse=True, voltage=208, transformer_cap=150)
    free_from = dict.fromkeys(network.station_ids, -1)
    events = []
    rows = zip(week.arrive_min, week.depart_min, week.energy_kwh, strict=True)
    for number, (arrive, leave, kwh) in enumerate(rows):
        begin, end = int(arrive // 5), int(leave // 5)
        place = next((s for s, t in free_from.items() if t < begin), None)
        if place is None or end <= begin:
            continue
        free_from[place] = end
        battery = acnsim.Battery(kwh, 0, PLUG_KW)
        car = acnsim.EV(begin, end, kwh, place, str(number), battery)
        events.append(acnsim.PluginEvent(begin, car))
    rule = algorithms.SortedSchedulingAlgo(algorithms.least_laxity_first)
    start = datetime(2019, 4, 29)  # noqa: DTZ001 - the simulator only counts steps from it
    sim = acnsim.Simulator(network, rule, acnsim.EventQueue(events), start, period=5, verbose=False)
    spent, _ = best_of(1, lambda: sim.run() or 0.0)
    stations, limits = caltech()
    llf = STRATEGIES["least_laxity"]
    ours, _ = best_of(
        3, lambda: float(run(week, stations, None, llf, 5, phase_limits=limits).highest_kw)
    )
    delivered = round(100 * float(acnsim.proportion_of_energy_delivered(sim)), 2)
    return [
        {
            "case": "acnportal week", "strategy": "least_laxity", "sessions": len(events),
            "sessions_per_cpu_s": round(len(events) / spent, 1), "energy_pct": delivered,
            "ours_sessions_per_cpu_s": round(len(week) / ours),
            "ratio": round(len(week) / ours / (len(events) / spent)),
        }
    ]  # fmt: skip


def main() -> None:
    """Measure and print; rates are the best of five runs, the live strategies alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trace", type=Path)
    options = parser.parse_args()
    sessions = traced(options.trace) if options.trace else drawn()
    rows = measure(sessions) + peer(sessions)
    result = {"schema": 1, "untimed": ["fill_valleys", "lowest_peak", "lowest_cost"], "rows": rows}
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for row in rows:
        print("{case:16}{strategy:20}{sessions_per_cpu_s:>9}/s {energy_pct:>8} %".format(**row))


if __name__ == "__main__":
    main()
