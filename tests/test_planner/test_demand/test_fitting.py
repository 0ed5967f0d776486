"""A model fitted to recorded sessions gives them back, and says what comes next month."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.demand.estimate import estimate
from planner.demand.fitting import compare, draw_days, fit
from planner.inputs.sessions import SessionOptions, read_sessions
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions

RECORD = estimate((DemandInput("workplace", 60),), 8, horizon_days=84).sessions


def test_draws_resemble_the_record() -> None:
    found = compare(fit(RECORD), RECORD, range(84))
    assert abs(found.cars_pct) < 4
    assert abs(found.energy_pct) < 5
    assert abs(found.peak_p95_pct) < 8
    assert max(found.ks_arrival, found.ks_stay, found.ks_energy) < 0.03


def test_weekends_stay_quiet_and_wishes_possible() -> None:
    s = draw_days(fit(RECORD), 28, 3)
    assert (s.arrive_min // 1440 % 7 >= 5).mean() < 0.05
    power = np.maximum(s.ac_kw, s.dc_kw)
    assert (s.energy_kwh <= power * (s.depart_min - s.arrive_min) / 60 + 1e-9).all()


def test_same_seed_same_days() -> None:
    first, second = (draw_days(fit(RECORD), 14, 5) for _ in range(2))
    np.testing.assert_array_equal(first.energy_kwh, second.energy_kwh)
    assert len(draw_days(fit(RECORD, range(0)), 7, 1)) == 0


def delivered_pct(s: Sessions, cap_kw: float) -> float:
    stations = [Station(str(n), Current.AC, 6.6, 1, 6.6) for n in range(60)]
    record = run(s, stations, [cap_kw], STRATEGIES["earliest_deadline"], 5)
    return float(100 * record.energy_kwh.sum() / s.energy_kwh.sum())


@pytest.mark.parametrize("month", [6, 7, 8])
def test_month_before_predicts_the_next_at_jpl(shared: Path, month: int) -> None:
    path = shared / "samples" / "sessions" / "dev_sessions" / "acn_jpl_2019-05_08.csv.gz"
    table = read_sessions(path, SessionOptions(plug_kw=6.6))
    days = [(date(2019, m, 1) - table.monday).days for m in (month - 1, month, month + 1)]
    model, s = fit(table.sessions, range(days[0], days[1])), table.sessions
    found = compare(model, s, range(days[1], days[2]))
    assert abs(found.peak_p95_pct) < 10
    here = (s.arrive_min >= 1440 * days[1]) & (s.arrive_min < 1440 * days[2])
    seen = Sessions(
        s.arrive_min[here], s.depart_min[here], s.energy_kwh[here], s.ac_kw[here], s.dc_kw[here],
        s.group[here], s.groups, s.horizon_days,
    )  # fmt: skip
    drawn = draw_days(model, 84, 1)
    assert delivered_pct(drawn, 100) == pytest.approx(delivered_pct(seen, 100), abs=2)
