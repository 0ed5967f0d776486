"""Does a model of one month predict the next? All pairs of months of session tables.

Run: ``python tests/benchmarks/prediction.py TABLE... [--plug-kw 6.6] [--json]``.

For each pair of consecutive calendar months the model learns from the first and
predicts the second; nothing of the second is known to it. Columns: the 95 %
quantile of daily unmanaged peaks (15 min means), recorded and predicted; the
recorded quantile of the month before and whole days drawn from it (simpler
methods); "own" is the model learnt on the predicted month itself: what no
forecast can beat, the luck of 30 days. Energy is the share delivered under a cap
of 40 % and 25 % of the predicted quantile, recorded against predicted.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import itertools

from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.demand.fitting import draw_days, fit
from planner.demand.prediction import daily_peaks_kw, draw_months, learn, predict
from planner.inputs.sessions import SessionOptions, SessionTable, read_sessions
from planner.model.charger import Current
from planner.model.demand import Sessions

FEWEST_DAYS = 21
CAPS = (0.40, 0.25)
RULES = ("first_come", "earliest_deadline", "least_laxity")


@dataclass(frozen=True)
class Pair:
    """Two consecutive months as days of the record."""

    name: str
    learnt: range
    target: range


def pairs(table: SessionTable) -> list[Pair]:
    """All consecutive calendar months that the table covers for three weeks at least."""
    day = (table.sessions.arrive_min // 1440).astype(int)
    first, last = table.monday + timedelta(int(day.min())), table.monday + timedelta(int(day.max()))
    months = []
    at = first.replace(day=1)
    while at <= last:
        after = (at + timedelta(32)).replace(day=1)
        begin, end = max(at, first), min(after, last + timedelta(1))
        if (end - begin).days >= FEWEST_DAYS:
            months.append((at, (begin - table.monday).days, (end - table.monday).days))
        at = after
    return [
        Pair(f"{a:%Y-%m}>{b:%m}", range(a0, a1), range(b0, b1))
        for (a, a0, a1), (b, b0, b1) in itertools.pairwise(months)
    ]


def window(s: Sessions, days: range) -> Sessions:
    """The sessions of some days, counted from the first of them."""
    here = (s.arrive_min >= 1440 * days.start) & (s.arrive_min < 1440 * days.stop)
    shift = 1440.0 * days.start
    return Sessions(
        s.arrive_min[here] - shift, s.depart_min[here] - shift, s.energy_kwh[here],
        s.ac_kw[here], s.dc_kw[here], s.group[here], s.groups, len(days),
    )  # fmt: skip


def delivered_pct(s: Sessions, cap_kw: float, rule: str) -> float:
    """Energy delivered under one cap, with an outlet for everyone."""
    kw = float(np.maximum(s.ac_kw, s.dc_kw).max(initial=1.0))
    stations = [Station(f"a{n}", Current.AC, kw, 1, kw) for n in range(120)]
    stations += [Station(f"d{n}", Current.DC, kw, 1, kw) for n in range(60 * bool(s.dc_kw.any()))]
    record = run(s, stations, [cap_kw], STRATEGIES[rule], 15)
    return float(100 * record.energy_kwh.sum() / max(s.energy_kwh.sum(), 1e-9))


def observed_p95_kw(s: Sessions, days: range) -> float:
    """The recorded quantile; cars of the days before still charge on the first."""
    peaks = daily_peaks_kw(s, days.stop)
    return float(np.quantile(peaks[days.start : days.stop], 0.95))


def judge(table: SessionTable, pair: Pair) -> dict[str, object]:
    """Learn, predict and compare."""
    s = table.sessions
    model = learn(s, pair.learnt)
    found = predict(model, pair.target)
    seen = window(s, pair.target)
    recorded = observed_p95_kw(s, pair.target)

    def off(value: float) -> float:
        return round(100 * (value / recorded - 1), 1)

    drawn = draw_days(fit(s, pair.learnt), 364, 1)
    own = predict(learn(s, pair.target), pair.target)
    low, high = found.peak_band_kw
    row: dict[str, object] = {
        "pair": pair.name, "recorded_p95_kw": round(recorded, 1),
        "predicted_p95_kw": round(found.peak_p95_kw, 1), "error_pct": off(found.peak_p95_kw),
        "band_kw": [round(low, 1), round(high, 1)], "in_band": low <= recorded <= high,
        "month_before_pct": off(observed_p95_kw(s, pair.learnt)),
        "whole_days_pct": off(float(np.quantile(daily_peaks_kw(drawn, 364), 0.95))),
        "own_pct": off(own.peak_p95_kw), "level_factor": round(found.level_factor, 2),
        "changed": model.level.changed is not None, "closed": len(model.level.closed),
        "cars_pct": round(100 * (found.cars_per_day / (len(seen) / len(pair.target)) - 1), 1),
    }  # fmt: skip
    for share in CAPS:
        cap = share * found.peak_p95_kw
        months = list(draw_months(model, pair.target, seed=2, months=3))
        for rule in RULES:
            expected = float(np.mean([delivered_pct(m, cap, rule) for m in months]))
            row[f"energy_{rule}_{100 * share:.0f}_points"] = round(
                expected - delivered_pct(seen, cap, rule), 2
            )
    return row


def main() -> None:
    """Judge every pair of every table and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path, nargs="+")
    parser.add_argument("--plug-kw", type=float)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for path in options.tables:
        table = read_sessions(path, SessionOptions(plug_kw=options.plug_kw))
        rows += [{"table": path.name, **judge(table, pair)} for pair in pairs(table)]
    if options.json:
        print(json.dumps({"schema": 1, "date": str(date.today()), "rows": rows}, indent=1))  # noqa: DTZ011
        return
    for row in rows:
        print(row.pop("table"))
        print("   " + "  ".join(f"{k}={v}" for k, v in row.items()))
    good = sum(abs(float(str(r["error_pct"]))) <= 10 for r in rows)
    print(f"{good} of {len(rows)} pairs within 10 %")


if __name__ == "__main__":
    main()
