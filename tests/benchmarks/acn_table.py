"""The published ACN table of constrained infrastructure, with our simulator.

Run: ``python tests/benchmarks/acn_table.py EVENTS.json.gz [--json]``. EVENTS is the
cached event queue of caltech-netlab/acnportal-experiments, example 2.1
(``events/caltech_20190301T000000_20190401T000000_5m_208V_6.6kW.json.gz``): 954
sessions of March 2019 with their outlet. Site: 54 outlets of 208 V, two pods of
80 A, and both sides of the delta-star transformer, as acnportal defines them.
Mean share of energy delivered over transformer capacities of 10 to 125 kW in steps
of 5, and 130, 140 and 150 kW.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner.charging.phases import PhaseLimit
from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.model.charger import Current
from planner.model.demand import Sessions

CAPS_KW = (*range(10, 126, 5), 130, 140, 150)
PUBLISHED = {  # three-phase, single-phase
    "earliest_deadline": (93.10, 96.67),
    "first_come": (91.34, 95.53),
    "least_laxity": (93.21, 96.86),
    "equal_share": (92.29, 95.39),  # acnportal's "round robin" raises all cars in turn by 0.1 A
    "uncontrolled": (99.94, 99.94),
}
AV_POD = (324, 325, 326, 327, 489, 490, 491, 492)
CC_POD = (322, 493, 496, 320, 495, 321, 323, 494)
AB = (308, 508, 303, 513, 310, 506, 316, 500, 318, 498, *AV_POD, *CC_POD)
BC = (304, 512, 305, 511, 313, 503, 311, 505, 317, 499, 148, 149, 212, 213)
CA = (307, 509, 309, 507, 306, 510, 315, 501, 319, 497, 312, 504, 314, 502)
PLUG_KW, STEP_MIN = 6.6, 5


def site() -> list[Station]:
    """The outlets with their pair of lines."""
    pairs = [(AB, "AB"), (BC, "BC"), (CA, "CA")]
    return [
        Station(f"CA-{n}", Current.AC, PLUG_KW, 1, PLUG_KW, 1.0, pair)
        for numbers, pair in pairs
        for n in numbers
    ]


def limits(cap_kw: float) -> list[PhaseLimit]:
    """Pods, and both sides of a 480 V delta to 120/208 V star transformer."""
    everyone = frozenset(s.id for s in site())
    pods = [
        PhaseLimit(name, (80.0,) * 3, frozenset(f"CA-{n}" for n in pod), 208 / 3**0.5)
        for name, pod in (("CC pod", CC_POD), ("AV pod", AV_POD))
    ]
    star, delta = cap_kw * 1000 / 3 / 120, cap_kw * 1000 / 3 / 277
    volt = 208 / 3**0.5
    return [
        *pods,
        PhaseLimit("secondary", (star,) * 3, everyone, volt),
        PhaseLimit("primary", (delta,) * 3, everyone, volt, delta_ratio=4.0),
    ]


def load(path: Path) -> tuple[Sessions, list[int]]:
    """Sessions of the event queue, and the outlet of each."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    data = json.loads(data) if isinstance(data, str) else data
    cars = [
        v["attributes"]
        for v in data["context_dict"].values()
        if v["class"].endswith("models.ev.EV")
    ]
    place = {s.id: n for n, s in enumerate(site())}
    rows = sorted(
        (c["_arrival"], c["_departure"], c["_requested_energy"], place[c["_station_id"]])
        for c in cars
    )
    a = np.array(rows, float)
    kw = np.full(len(a), PLUG_KW)
    days = int(a[:, 1].max() * STEP_MIN // 1440) + 1
    sessions = Sessions(
        a[:, 0] * STEP_MIN, a[:, 1] * STEP_MIN, a[:, 2], kw, 0 * kw,
        np.zeros(len(a), np.int64), ("caltech",), days,
    )  # fmt: skip
    return sessions, [int(n) for n in a[:, 3]]


def delivered_pct(
    sessions: Sessions, places: list[int], name: str, cap_kw: float, lines: int
) -> float:
    """Share of the energy delivered with three-phase limits or one cap."""
    rule = STRATEGIES.get(name)
    tree = limits(cap_kw) if lines == 3 and rule else []
    cap = [cap_kw] if lines == 1 and rule else None
    record = run(sessions, site(), cap, rule, STEP_MIN, phase_limits=tree, places=places)
    return float(100 * record.energy_kwh.sum() / sessions.energy_kwh.sum())


def main() -> None:
    """Print the table beside the published one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sessions, places = load(options.events)
    rows = []
    for name, published in PUBLISHED.items():
        for lines, told in ((3, published[0]), (1, published[1])):
            ours = np.mean([delivered_pct(sessions, places, name, c, lines) for c in CAPS_KW])
            rows.append(
                {
                    "strategy": name, "lines": lines, "published_pct": told,
                    "ours_pct": round(float(ours), 2), "off_points": round(float(ours) - told, 2),
                }
            )  # fmt: skip
    if options.json:
        print(json.dumps({"schema": 1, "sessions": len(sessions), "rows": rows}, indent=1))
        return
    line = (
        "{strategy:20}{lines} lines  published {published_pct:6}  ours {ours_pct:6}  {off_points:+}"
    )
    for row in rows:
        print(line.format(**row))


if __name__ == "__main__":
    main()
