"""Public traces: what load management buys at Caltech and JPL, May to August 2019."""

import csv
import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from planner.charging.phases import PhaseLimit
from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.model.charger import Current
from planner.model.demand import Sessions

NAMES = ("first_come", "equal_share", "earliest_deadline", "least_laxity")
DELIVERED_PCT = [
    ("jpl", None, (100, 100, 100, 100)),
    ("jpl", 150, (99.73, 99.88, 99.96, 100.00)),
    ("jpl", 120, (98.77, 99.22, 99.75, 100.00)),
    ("jpl", 100, (96.78, 97.20, 98.80, 100.00)),
    ("jpl", 80, (90.43, 89.79, 93.36, 95.70)),
    ("caltech", None, (99.91, 99.91, 99.91, 99.91)),
    ("caltech", 50, (99.18, 99.25, 99.83, 99.91)),
    ("caltech", 40, (98.05, 97.89, 99.68, 99.91)),
    ("caltech", 30, (94.48, 93.95, 98.42, 99.38)),
]
PEAK_KW = {"jpl": 316.8, "caltech": 118.8}


def trace(shared: Path, site: str) -> Sessions:
    start = datetime.fromisoformat("2019-04-29 00:00:00-07:00").timestamp()
    rows = []
    folder = shared / "samples" / "sessions" / "dev_sessions"
    with gzip.open(folder / f"acn_{site}_2019-05_08.csv.gz", "rt") as stream:
        for row in csv.DictReader(stream):
            times = [datetime.fromisoformat(row[k]).timestamp() for k in ("arrival", "departure")]
            kwh = float(row["delivered_energy (kWh)"])
            rows.append((*((t - start) / 60 for t in times), kwh))
    a = np.array(sorted(rows))
    plug = np.full(len(a), 6.6)
    return Sessions(
        a[:, 0], a[:, 1], a[:, 2], plug, 0 * plug, np.zeros(len(a), np.int64), ("acn",), 127
    )


@pytest.mark.parametrize(("site", "cap", "delivered"), DELIVERED_PCT)
def test_delivered_energy(
    shared: Path, site: str, cap: float | None, delivered: tuple[float, ...]
) -> None:
    sessions = trace(shared, site)
    stations = [Station(str(n), Current.AC, 6.6, 1, 6.6) for n in range(60)]
    for name, expected in zip(NAMES, delivered, strict=True):
        record = run(sessions, stations, [cap] if cap else None, STRATEGIES[name], 5)
        share = 100 * record.energy_kwh.sum() / sessions.energy_kwh.sum()
        assert share == pytest.approx(expected, abs=0.2), name
        if cap is None:
            assert record.load_kw.max() == pytest.approx(PEAK_KW[site], rel=0.01)


def test_order_of_strategies_and_cost_of_phases(shared: Path) -> None:
    """As in the published study of constrained infrastructure at Caltech (its section 2.1).

    Which outlet hangs on which pair of lines is not in the trace, so only the order
    is compared: least laxity over earliest deadline over first come, round robin in
    between, and every one of them lower with three phases than with one cap.
    """
    whole = trace(shared, "caltech")
    month = whole.arrive_min < 33 * 1440
    s = Sessions(
        whole.arrive_min[month], whole.depart_min[month], whole.energy_kwh[month],
        whole.ac_kw[month], whole.dc_kw[month], whole.group[month], whole.groups, 35,
    )  # fmt: skip
    pairs = (["AB"] * 2 + ["BC", "CA"]) * 13 + ["BC", "CA"]
    stations = [Station(str(n), Current.AC, 6.6, 1, 6.6, 1.0, p) for n, p in enumerate(pairs)]
    cap_kw = 30.0
    amps = (cap_kw * 1000 / 360,) * 3
    limit = [PhaseLimit("transformer", amps, frozenset(x.id for x in stations), 120.0)]
    one, three = {}, {}
    for name in ("first_come", "round_robin", "earliest_deadline", "least_laxity"):
        rule = STRATEGIES[name]
        one[name] = run(s, stations, [cap_kw], rule, 5).energy_kwh.sum()
        three[name] = run(s, stations, None, rule, 5, phase_limits=limit).energy_kwh.sum()
    for delivered in (one, three):
        assert delivered["first_come"] < delivered["earliest_deadline"]
        assert delivered["earliest_deadline"] <= delivered["least_laxity"] * 1.002
        assert delivered["round_robin"] < delivered["least_laxity"]
    assert all(three[name] < one[name] for name in one)
