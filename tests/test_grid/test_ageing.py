"""Ageing of a transformer after IEC 60076-7: steady states, steps, and the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.network.ageing import GRADIENT_K, OIL_RISE_K, ageing

R = 5.0


def test_rated_load_at_twenty_degrees_ages_normally() -> None:
    # The definition: 98 °C hot spot, one year of life a year.
    found = ageing(np.ones(200), 30, 20.0, R)
    assert found.hot_spot_c == pytest.approx(98.0)
    assert found.rate == pytest.approx(1.0)


@pytest.mark.parametrize("kelvin", [6, -6, 12])
def test_six_kelvin_double_the_ageing(kelvin) -> None:
    found = ageing(np.ones(50), 15, 20.0 + kelvin, R)
    assert found.mean_rate == pytest.approx(2.0 ** (kelvin / 6))


@given(load=st.floats(0, 1.5), air=st.floats(-20, 40))
def test_a_constant_load_stays_in_its_steady_state(load, air) -> None:
    found = ageing(np.full(10, load), 30, air, R)
    oil = OIL_RISE_K * ((1 + R * load**2) / (1 + R)) ** 0.8
    assert found.top_oil_c == pytest.approx(air + oil)
    assert found.hot_spot_c == pytest.approx(air + oil + GRADIENT_K * load**1.6)


def test_a_step_follows_the_differential_equations() -> None:
    """dθ_o/dt and dΔθ_h/dt of clause 8.2.3 in steps of one second, as another method."""
    load = np.r_[np.full(4, 0.4), np.full(40, 1.3)]
    found = ageing(load, 15, 10.0, R)
    oil = OIL_RISE_K * ((1 + R * 0.4**2) / (1 + R)) ** 0.8
    gradient = GRADIENT_K * 0.4**1.6
    ends = []
    for k in load:
        for _ in range(900):
            oil += (OIL_RISE_K * ((1 + R * k**2) / (1 + R)) ** 0.8 - oil) / (180 * 60)
            gradient += (GRADIENT_K * k**1.6 - gradient) / (8 * 60)
        ends.append(10.0 + oil + gradient)
    assert found.hot_spot_c == pytest.approx(np.array(ends), abs=0.05)


def test_the_length_of_the_interval_does_not_matter() -> None:
    hourly = np.array([0.3, 1.2, 1.2, 0.5])
    coarse = ageing(hourly, 60, 20.0, R)
    fine = ageing(np.repeat(hourly, 60), 1, 20.0, R)
    assert coarse.hot_spot_c.max() == pytest.approx(fine.hot_spot_c.max(), abs=1e-9)
    assert coarse.mean_rate == pytest.approx(fine.mean_rate, rel=0.05)


def test_cycles_age_less_than_their_peak_and_more_than_their_mean() -> None:
    cycle = np.tile(np.r_[np.full(32, 1.2), np.full(64, 0.5)], 20)
    found = ageing(cycle, 15, 20.0, R).mean_rate
    low, high = (ageing(np.full(96, k), 15, 20.0, R).mean_rate for k in (cycle.mean(), 1.2))
    assert low < found < high
