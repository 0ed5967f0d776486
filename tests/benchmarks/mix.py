"""The chosen mix against the best of all mixes, on small demands drawn at random.

    python tests/benchmarks/mix.py [--demands 40] [--seeds 4] [--json]

For each demand every set of chargers with at most six outlets of all generic models is a
rival. What a set serves is simulated apart from the search: on days of other seeds, line by
line, in whole amperes. The cheapest rival that reaches the level is the optimum. The choice
is dear by its cost over that, and short by what it lacks to the level. Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner.catalogue import load_catalogue, proposable
from planner.charging.limits import supply_limit
from planner.charging.pilots import with_pilots
from planner.charging.run import run
from planner.charging.simulate import served
from planner.charging.station import installed_kw, stations_of_counts
from planner.charging.strategies import STRATEGIES
from planner.demand.estimate import estimate
from planner.layout.mix import FLEET_SERVICE_PCT, choose_mix
from planner.model.demand import DemandInput
from planner.model.ids import ModelId
from planner.model.scenario import Limits, Objective
from planner.money.pricebook import load_price_book
from planner.money.unit_cost import installed_costs
from planner.stages import redraws

MOST_OUTLETS = 6
JUDGE_CARS = 1500
CATALOGUE = load_catalogue()
COSTS = installed_costs(CATALOGUE, load_price_book("gb"))
CARS = {
    "workplace": (3, 12), "hotel": (2, 5), "retail": (4, 15), "destination": (3, 10),
    "public_fast": (5, 25), "motorway": (5, 25), "depot_vans": (2, 6), "depot_buses": (1, 4),
    "residential": (2, 5), "park_and_ride": (2, 6),
}  # fmt: skip
"""Fewest and most cars per busy day that six outlets may serve."""
FLEETS = {"depot_vans", "depot_buses"}
SHORT_PCT = 1.0
"""Points below the level that count as short: what the choice cannot tell from luck."""


@dataclass(frozen=True, slots=True)
class Case:
    """A small demand with its limits."""

    inputs: tuple[DemandInput, ...]
    head_kw: float
    limits: Limits

    @property
    def target_pct(self) -> float:
        fleet = all(i.archetype in FLEETS for i in self.inputs)
        return max(self.limits.service_pct, FLEET_SERVICE_PCT if fleet else 0.0)


def draw_case(number: int) -> Case:
    """Draw a demand: every archetype in turn, every third with another beside it."""
    rng = np.random.default_rng((number, 5))
    names = list(CARS)
    chosen = [names[number % len(names)]]
    if number % 3 == 2:
        chosen.append(str(rng.choice([n for n in names if n not in chosen])))
    inputs = tuple(
        DemandInput(n, max(1.0, float(rng.integers(*CARS[n], endpoint=True) // len(chosen))))
        for n in chosen
    )
    limits = Limits(service_pct=float(rng.choice([85, 90, 95])), managed=bool(rng.random() < 0.85))
    return Case(inputs, float(rng.choice([44, 80, 150, 300])), limits)


def rivals() -> list[tuple[float, dict[ModelId, int]]]:
    """Every set of at most six outlets with its cost, cheapest first."""
    models = proposable(CATALOGUE.values())
    ranges = [range(MOST_OUTLETS // m.outlets + 1) for m in models]
    found = []
    for numbers in itertools.product(*ranges):
        outlets = sum(n * m.outlets for n, m in zip(numbers, models, strict=True))
        if 0 < outlets <= MOST_OUTLETS:
            counts = {m.id: n for n, m in zip(numbers, models, strict=True) if n}
            found.append((sum(COSTS[k] * n for k, n in counts.items()), counts))
    return sorted(found, key=lambda item: item[0])


class Judge:
    """What a set of chargers serves of a case on days no search has seen."""

    def __init__(self, case: Case, seeds: int) -> None:
        self.case = case
        cars = len(estimate(case.inputs, 1000).sessions)
        days = 28 * int(np.clip(JUDGE_CARS / max(cars * seeds, 1), 1, 13))
        self.draws = [
            estimate(case.inputs, 1000 + n, horizon_days=days).sessions for n in range(seeds)
        ]
        self.known: dict[tuple[tuple[str, int], ...], float] = {}

    def served_pct(self, counts: Mapping[ModelId, int], *, plain: bool = False) -> float:
        """Return drivers served in %; `plain`: one seed, no lines and amperes, to screen."""
        stations = with_pilots(stations_of_counts(counts, CATALOGUE))
        head, managed = self.case.head_kw, self.case.limits.managed
        if not managed and installed_kw(stations) > head + 1e-6:
            return 0.0
        bare = stations_of_counts(counts, CATALOGUE)
        good = cars = 0
        for s in self.draws[: 1 if plain else None]:
            record = run(
                s, bare if plain else stations, [head] if managed else None,
                STRATEGIES["least_laxity"], 15,
                phase_limits=(supply_limit(stations),) if managed and not plain else (),
            )  # fmt: skip
            good += int(served(s, record).sum())
            cars += len(s)
        return 100 * good / max(cars, 1)

    def judged(self, counts: Mapping[ModelId, int]) -> float:
        key = tuple(sorted((k, n) for k, n in counts.items()))
        if key not in self.known:
            self.known[key] = self.served_pct(counts)
        return self.known[key]


def optimum(judge: Judge) -> tuple[float, dict[ModelId, int]] | None:
    """Return the cheapest rival that reaches the level, None where there is none."""
    target = judge.case.target_pct
    for cost, counts in rivals():
        if judge.served_pct(counts, plain=True) < target - 8:
            continue
        if judge.judged(counts) >= target:
            return cost, counts
    return None


def examine(number: int, seeds: int) -> dict:
    """Choose a mix for a case and compare it with the optimum."""
    case = draw_case(number)
    demand = estimate(case.inputs, 1)
    head = np.full(28 * 96, case.head_kw)
    start = time.process_time()
    mix = choose_mix(
        demand, case.limits, Objective.COST, CATALOGUE, COSTS, head, MOST_OUTLETS, 1,
        **other_draws(case),
    )  # fmt: skip
    spent = time.process_time() - start
    judge = Judge(case, seeds)
    best = optimum(judge)
    chosen = mix.chosen
    return {
        "number": number,
        "demand": "+".join(f"{i.archetype}:{i.drivers_per_day:g}" for i in case.inputs),
        "head_kw": case.head_kw,
        "managed": case.limits.managed,
        "target_pct": case.target_pct,
        "chosen": dict(chosen.counts),
        "cost": chosen.hardware_cost,
        "claimed_pct": chosen.served_pct,
        "claimed_ci_pct": chosen.served_ci_pct,
        "judged_pct": judge.judged(chosen.counts) if chosen.counts else 0.0,
        "best": best[1] if best else None,
        "best_cost": best[0] if best else None,
        "best_judged_pct": judge.judged(best[1]) if best else None,
        "dear_pct": 100 * (chosen.hardware_cost / best[0] - 1) if best else None,
        "gave_up": any(f.code == "MIX-SERVICE" for f in mix.findings),
        "cpu_s": spent,
    }


def other_draws(case: Case) -> dict:
    """Give the choice the other draws of the demand that it verifies with."""
    return {"redraws": redraws(case.inputs, 1)}


def summary(rows: list[dict]) -> dict:
    """Count how often the choice is the best, and how dear or short it is otherwise."""
    reachable = [r for r in rows if r["best"] is not None]
    short = [r for r in reachable if r["judged_pct"] < r["target_pct"] - SHORT_PCT]
    kept = [r for r in reachable if r not in short]
    dear = sorted(max(r["dear_pct"], 0.0) for r in kept)
    covered = [
        abs(r["judged_pct"] - r["claimed_pct"]) <= r["claimed_ci_pct"] + 0.5 for r in reachable
    ]
    return {
        "demands": len(rows),
        "reachable": len(reachable),
        "gave_up_though_reachable": sum(r["gave_up"] for r in reachable),
        "short": len(short),
        "mean_dear_pct": statistics.mean(dear) if dear else 0.0,
        "median_dear_pct": statistics.median(dear) if dear else 0.0,
        "largest_dear_pct": max(dear, default=0.0),
        "no_dearer": sum(d <= 1e-9 for d in dear),
        "within_interval": sum(covered),
        "cpu_s_each": statistics.mean(r["cpu_s"] for r in rows),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demands", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for number in range(options.demands):
        row = examine(number, options.seeds)
        rows.append(row)
        if not options.json:
            best = row["best"] or "no mix reaches the level"
            dear = f"{row['dear_pct']:+.0f} %" if row["best"] else ""
            free = "" if row["managed"] else " unmanaged"
            print(
                f"{row['demand']:28} {row['head_kw']:4.0f} kW{free}"
                f" {row['target_pct']:g} %: {row['chosen']} {row['judged_pct']:.1f} %"
                f" (says {row['claimed_pct']:.1f} ± {row['claimed_ci_pct']:.1f}); best {best}"
                f" {row['best_judged_pct'] or 0:.1f} % {dear}",
                flush=True,
            )
    report = summary(rows)
    if options.json:
        print(json.dumps({"summary": report, "demands": rows}, indent=1))
        return
    for key, value in report.items():
        print(key, round(value, 2))


if __name__ == "__main__":
    main()
