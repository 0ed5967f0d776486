"""Energy prices by time of use: steps, midnight, seasons, overlaps, a year's cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charging.price import overlaps, price_per_step, seasons, year_energy_cost
from planner.inputs.price_cells import remarks
from planner.model.energy_price import EnergyPrice, PriceWindow

WEEKDAYS = (0, 1, 2, 3, 4)
RED = PriceWindow("Red", 0.45, 16 * 60, 19 * 60, WEEKDAYS, 11, 2)
NIGHT = PriceWindow("Night", 0.12, 23 * 60, 6 * 60)


def test_flat_price_holds_always() -> None:
    assert set(price_per_step(EnergyPrice(0.2), 7, 15).tolist()) == {0.2}
    assert [s.days for s in seasons(EnergyPrice(0.2))] == [365]


def test_window_past_midnight_belongs_to_the_day_it_begins() -> None:
    price = EnergyPrice(0.3, (PriceWindow("Friday night", 0.1, 22 * 60, 6 * 60, (4,)),))
    week = price_per_step(price, 7, 60)
    cheap = np.flatnonzero(week == 0.1)
    assert cheap.tolist() == [*range(4 * 24 + 22, 5 * 24 + 6)]


def test_sunday_night_runs_into_monday_and_every_week_is_alike() -> None:
    two = price_per_step(EnergyPrice(0.3, (NIGHT,)), 14, 15)
    assert two[:24].tolist() == [0.12] * 24
    assert np.array_equal(two[:672], two[672:])


def test_a_step_cut_by_a_window_has_the_mean_price() -> None:
    price = EnergyPrice(0.2, (PriceWindow("w", 0.5, 10, 24 * 60),))
    assert price_per_step(price, 1, 15)[0] == pytest.approx((10 * 0.2 + 5 * 0.5) / 15)


def test_winter_over_the_turn_of_the_year_is_a_season() -> None:
    price = EnergyPrice(0.2, (RED,))
    summer, winter = seasons(price)
    assert winter.months == (1, 2, 11, 12)
    assert (winter.days, summer.days) == (120, 245)
    assert price_per_step(price, 1, 60, month=12)[17] == 0.45
    assert price_per_step(price, 1, 60)[17] == 0.2  # the horizon stands for the longer season


def test_the_first_of_two_windows_counts_and_that_is_said() -> None:
    day = PriceWindow("Day", 0.3, 0, 1440)
    price = EnergyPrice(0.2, (RED, day, NIGHT))
    assert price_per_step(price, 1, 60, month=1)[[15, 16, 23]].tolist() == [0.3, 0.45, 0.3]
    assert [(o.window, o.earlier, o.wholly) for o in overlaps(price)] == [
        (1, (0,), False), (2, (1,), True),
    ]  # fmt: skip
    assert remarks(price) == (
        "'Day' overlaps 'Red', which stands above and counts there.",
        "'Night' never holds: 'Day' above covers all its hours.",
    )
    assert remarks(EnergyPrice(0.2, (RED, NIGHT))) == ()


def test_a_window_kept_in_one_season_is_not_hidden() -> None:
    winter = PriceWindow("Winter", 0.4, 0, 1440, from_month=11, to_month=2)
    (found,) = overlaps(EnergyPrice(0.2, (winter, NIGHT)))
    assert (found.window, found.earlier, found.wholly) == (1, (0,), False)


def test_a_year_by_hand() -> None:
    """10 kW day and night: 3 h × 5 days a week of 120 winter days at the red price."""
    price = EnergyPrice(0.2, (RED,))
    red, other = year_energy_cost(price, [np.full(672, 10.0)], 15)
    assert red.kwh == pytest.approx(10 * 3 * 5 / 7 * 120)
    assert red.kwh + other.kwh == pytest.approx(87_600)
    assert red.cost + other.cost == pytest.approx(0.45 * red.kwh + 0.2 * other.kwh)


def test_each_season_may_have_a_load_of_its_own() -> None:
    price = EnergyPrice(0.2, (RED,))
    costs = year_energy_cost(price, [np.zeros(672), np.full(672, 10.0)], 15)
    assert sum(c.kwh for c in costs) == pytest.approx(10 * 24 * 120)


windows = st.builds(
    PriceWindow, st.just("w"), st.floats(-1, 1), st.integers(0, 1439), st.integers(1, 1440),
    st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))),
    st.integers(1, 12), st.integers(1, 12),
)  # fmt: skip


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(windows, max_size=4), st.floats(-1, 1))
def test_seasons_fill_the_year_and_no_energy_is_lost(made: list[PriceWindow], base: float) -> None:
    price = EnergyPrice(base, tuple(made))
    found = seasons(price)
    assert sum(s.days for s in found) == 365
    assert sorted(m for s in found for m in s.months) == list(range(1, 13))
    load = np.arange(672.0)
    costs = year_energy_cost(price, [load], 15)
    assert sum(c.kwh for c in costs) == pytest.approx(load.mean() * 8760)
    by_step = sum(
        s.days * 24 * float((load * price_per_step(price, 7, 15, s.months[0])).mean())
        for s in found
    )
    assert sum(c.cost for c in costs) == pytest.approx(by_step, abs=1e-6)
