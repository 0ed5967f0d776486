"""Sessions per CPU-second of the charging simulator.

Run: ``python tests/benchmarks/charging.py [--json] [--trace FILE.csv.gz]``. Without a trace a
drawn workplace of 50 outlets stands in for one. Strategies that plan (on arrival, anew at
every arrival, or with hindsight) are timed on the first week of it in 15-minute steps, and on
a month of the sample depot, with a price by time of use.
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

from planner.charging.optimise import Tariff
from planner.charging.phases import PhaseLimit
from planner.charging.price import price_per_step
from planner.charging.run import run
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import PLANNED, STRATEGIES
from planner.demand.estimate import estimate
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions
from planner.model.energy_price import EnergyPrice, PriceWindow

PLUG_KW = 6.6
NAMES = tuple(STRATEGIES)
PRICE = EnergyPrice(
    0.24, (PriceWindow("Red", 0.45, 960, 1140, (0, 1, 2, 3, 4)), PriceWindow("Night", 0.12, 0, 420))
)
DEPOT_VANS, DEPOT_POSTS, DEPOT_DAYS, DEPOT_CAP_KW = 40, 20, 28, 60.0


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


def depot() -> tuple[Sessions, list[Station]]:
    """A month of forty vans overnight on twenty posts of two outlets."""
    vans = estimate((DemandInput("depot_vans", DEPOT_VANS),), 1, horizon_days=DEPOT_DAYS).sessions
    return vans, [Station(f"d{n}", Current.AC, 44.0, 2, 22.0) for n in range(DEPOT_POSTS)]


def measure_planned(sessions: Sessions) -> list[dict[str, float | str]]:
    """Time the strategies that plan on a bounded number of sessions, with one cap."""
    week, posts = first_week(sessions), caltech()[0]
    cap = 0.4 * run(week, posts, None, None, 5).load_kw.max()
    vans, twins = depot()
    rows: list[dict[str, float | str]] = []
    for label, cars, stations, cap_kw in (
        ("planned week", week, posts, cap), ("planned depot", vans, twins, DEPOT_CAP_KW),
    ):  # fmt: skip
        per_kwh = price_per_step(PRICE, cars.horizon_days, 15)
        tariff = Tariff(tuple(per_kwh.tolist()), 1.7 * cars.horizon_days / 28)
        for name in PLANNED:
            start = time.process_time()
            service = simulate(cars, stations, cap_kw, name, tariff=tariff, unmanaged_peak_kw=1.0)
            spent = time.process_time() - start
            rows.append(
                {
                    "case": label, "strategy": name, "sessions": len(cars),
                    "sessions_per_cpu_s": round(len(cars) / spent),
                    "energy_pct": round(service.energy_pct, 2),
                    "energy_cost": round(float(service.load_kw @ per_kwh) / 4, 2),
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
    """Measure and print; live strategies as the best of five runs, plans in one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trace", type=Path)
    options = parser.parse_args()
    sessions = traced(options.trace) if options.trace else drawn()
    rows = measure(sessions) + measure_planned(sessions) + peer(sessions)
    result = {"schema": 1, "rows": rows}
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for row in rows:
        print("{case:16}{strategy:20}{sessions_per_cpu_s:>9}/s {energy_pct:>8} %".format(**row))


if __name__ == "__main__":
    main()
