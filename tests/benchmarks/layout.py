"""Trench routing against networkx and known optima; site design against simple plans.

    python tests/benchmarks/layout.py [--seconds 5] [--json] [--instances DIR]

Instances are graphs in the format of the PACE 2018 challenge with an
``index.csv`` of optima; they are not part of the repository, and the first part
is left out where they are missing. All times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import networkx as nx  # noqa: E402
from networkx.algorithms.approximation import steiner_tree  # noqa: E402

from planner.catalogue import load_catalogue  # noqa: E402
from planner.inputs.samples import load_sample  # noqa: E402
from planner.layout.checker import check  # noqa: E402
from planner.layout.corridors import build_corridors  # noqa: E402
from planner.layout.placement import place, spare_ways  # noqa: E402
from planner.layout.redesign import redesign  # noqa: E402
from planner.layout.routing import route  # noqa: E402
from planner.layout.steiner import make_graph, solve  # noqa: E402
from planner.model.design import Charger  # noqa: E402
from planner.model.project import Settings  # noqa: E402
from planner.model.scenario import Limits, Objective  # noqa: E402
from planner.stages import trench_prices  # noqa: E402

COUNTS = {"hotel": {"ac22-2": 13, "dc75": 2, "dc150": 2}, "depot": {"ac22-2": 17, "dc50": 2}}
COUNTS["services"] = {"dc150": 4, "ac22-2": 4}
CAP_KW = 150.0


def read_instance(path: Path):
    ends, weights, terminals, count = [], [], [], 0
    for line in path.read_text().splitlines():
        match line.split():
            case ["Nodes", n]:
                count = int(n)
            case ["E", a, b, w]:
                ends.append((int(a) - 1, int(b) - 1))
                weights.append(float(w))
            case ["T", t]:
                terminals.append(int(t) - 1)
    return make_graph(count, ends, weights), terminals


def networkx_cost(graph, terminals) -> float:
    """Cost of the Steiner tree that networkx finds by Mehlhorn's method."""
    net = nx.Graph()
    for (a, b), weight in zip(graph.ends, graph.weights, strict=True):
        net.add_edge(a, b, weight=weight)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = steiner_tree(net, list(dict.fromkeys(terminals)), method="mehlhorn")
    return sum(data["weight"] for _, _, data in tree.edges(data=True))


def routing(folder: Path, seconds: float) -> list[dict]:
    rows = []
    for row in csv.DictReader((folder / "index.csv").open()):
        graph, terminals = read_instance(folder / row["file"])
        start = time.process_time()
        found = solve(graph, terminals, 1, 1000, lambda s=start: time.process_time() - s < seconds)
        spent = time.process_time() - start
        optimum = float(row["optimum"])
        rows.append(
            {
                "file": row["file"],
                "gap_pct": 100 * (found.cost / optimum - 1),
                "certified_pct": 100 * (1 - found.bound / found.cost),
                "networkx_pct": 100 * (networkx_cost(graph, terminals) / optimum - 1),
                "cpu_s": spent,
            }
        )
    return rows


def design(name: str) -> dict:
    """Compare our design of a sample with nearest bays, networkx trees and star wiring."""
    project, catalogue = load_sample(name), load_catalogue()
    # The plain methods do not know that a duct fills up, so there is none.
    site = replace(project.site, ducts=())
    prices = trench_prices(project.price_book)
    start = time.process_time()
    limits = Limits(accessible_chargers=0)  # nearest bays know of no quota
    corridors = build_corridors(site, limits, prices)
    counts = COUNTS[name]
    chosen = place(
        site, counts, corridors, limits, Objective.COST, catalogue, managed_cap_kw=CAP_KW
    )
    made = redesign(site, chosen.chargers, chosen.boards, corridors, catalogue, Settings(), CAP_KW)
    spent = time.process_time() - start
    ends = [(e.a, e.b) for e in corridors.edges]
    graph = make_graph(len(corridors.nodes), ends, [e.cost for e in corridors.edges])
    nearest = nearest_bays(site, corridors, counts, catalogue)
    ways = spare_ways(site, corridors)
    places = [corridors.origin_node, *(node for _, node in nearest.values())]
    star = sum(
        route(corridors, {k: charger}, {}, ways, catalogue).routing.trench_cost
        for k, (charger, _) in nearest.items()
    )
    return {
        "site": name,
        "cpu_s": spent,
        "trench_cost": made.routing.trench_cost,
        "certified_pct": made.routing.gap_pct,
        "nearest_bays_networkx": networkx_cost(graph, places),
        "nearest_bays_star": star,
        "checker_findings": len(check(made.design, site)),
    }


def nearest_bays(site, corridors, counts, catalogue) -> dict:
    """Put the same chargers on the free bays nearest to the intake, as the crow flies."""
    origin = corridors.point(corridors.origin_node)
    order = sorted(corridors.positions, key=lambda p: corridors.point(p.node).distance(origin))
    taken: set = set()
    out = {}
    for model in [m for m, n in counts.items() for _ in range(n)]:
        wanted = min(2, catalogue[model].outlets)
        spot = next(p for p in order if len(p.bays) >= wanted and taken.isdisjoint(p.bays[:wanted]))
        taken.update(spot.bays[:wanted])
        key = f"C{len(out) + 1}"
        out[key] = (Charger(key, model, corridors.point(spot.node), spot.bays[:wanted]), spot.node)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--instances", type=Path, default=ROOT.parent / "shared/samples/steiner")
    options = parser.parse_args()
    report: dict = {"sites": [design(name) for name in COUNTS]}
    if options.instances.is_dir():
        rows = routing(options.instances, options.seconds)
        gaps = [r["gap_pct"] for r in rows]
        report["routing"] = rows
        report["mean_gap_pct"] = statistics.mean(gaps)
        report["median_gap_pct"] = statistics.median(gaps)
        report["mean_networkx_pct"] = statistics.mean(r["networkx_pct"] for r in rows)
        report["mean_certified_pct"] = statistics.mean(r["certified_pct"] for r in rows)
    if options.json:
        print(json.dumps(report, indent=1))
        return
    for row in report["sites"] + report.get("routing", []):
        print("  ".join(f"{k} {v:.2f}" if isinstance(v, float) else f"{v}" for k, v in row.items()))
    for key in ("mean_gap_pct", "median_gap_pct", "mean_networkx_pct", "mean_certified_pct"):
        if key in report:
            print(f"{key} {report[key]:.3f}")


if __name__ == "__main__":
    main()
