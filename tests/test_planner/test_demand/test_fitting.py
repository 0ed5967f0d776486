"""A model fitted to recorded sessions gives them back, and says what comes next month."""

import numpy as np

from planner.demand.estimate import estimate
from planner.demand.fitting import compare, draw_days, fit
from planner.model.demand import DemandInput

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
