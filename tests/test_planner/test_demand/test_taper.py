"""DC power that falls as the battery fills, against numerical integration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from planner.demand.taper import charge_of, mean_kw_of, parts_kw, taper


def one(energy_kwh: float, battery_kwh: float, soc: float, dc_kw: float):  # type: ignore[no-untyped-def]
    return charge_of(*(np.array([v]) for v in (energy_kwh, battery_kwh, soc, dc_kw)))


def hours_by_integration(
    energy_kwh: float, battery_kwh: float, soc: float, dc_kw: float, outlet_kw: float
) -> float:
    end = soc + energy_kwh / battery_kwh
    knots = [s for s in taper()[0] if soc < s < end]

    def slowness(s: float) -> float:
        return battery_kwh / min(outlet_kw, dc_kw * float(np.interp(s, *taper())))

    return float(quad(slowness, soc, end, points=knots or None, limit=2000)[0])


def test_the_table_only_falls() -> None:
    soc, share = taper()
    assert soc[0] == 0
    assert soc[-1] == 1
    assert (np.diff(share) <= 0).all()
    assert min(share) > 0


@pytest.mark.parametrize("outlet_kw", [22.0, 50.0, 75.0, 150.0, 400.0])
@pytest.mark.parametrize(
    ("energy", "battery", "soc", "dc"),
    [(30, 58, 0.2, 120), (10, 80, 0.75, 170), (50, 350, 0.1, 150), (34, 35, 0.02, 50)],
)
def test_time_of_a_charge_at_any_outlet(
    energy: float, battery: float, soc: float, dc: float, outlet_kw: float
) -> None:
    hours = hours_by_integration(energy, battery, soc, dc, outlet_kw)
    mean = float(mean_kw_of(one(energy, battery, soc, dc), outlet_kw)[0])
    assert energy / mean == pytest.approx(hours, rel=1e-5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(0.01, 1), st.floats(5, 400), st.floats(0, 1), st.floats(3, 350), st.floats(2, 400))
def test_parts_hold_all_energy_and_never_rise(
    gain: float, battery: float, soc: float, dc: float, outlet: float
) -> None:
    charge = one(gain * battery, battery, soc, dc)
    kw = parts_kw(charge, outlet)[0][charge.kwh[0] > 1e-9]
    assert charge.kwh.sum() == pytest.approx(gain * battery)
    assert kw.max() <= min(dc, outlet) * (1 + 1e-9)
    assert (np.diff(kw) <= 1e-9 * dc).all()


def test_a_battery_nobody_knows_takes_its_power_throughout() -> None:
    assert mean_kw_of(one(40.0, 0.0, 0.5, 60.0))[0] == pytest.approx(60.0)
    assert mean_kw_of(one(40.0, 30.0, 0.5, 60.0))[0] == pytest.approx(60.0)
    assert mean_kw_of(one(40.0, 0.0, 0.5, 60.0), 50.0)[0] == pytest.approx(50.0)


def test_a_full_charge_is_slower_than_the_first_half() -> None:
    low, full = (float(mean_kw_of(one(gain * 60, 60, 0.05, 100))[0]) for gain in (0.4, 0.9))
    assert low == pytest.approx(100)
    assert full < 75


def test_a_car_without_dc_draws_none() -> None:
    assert parts_kw(one(10.0, 12.0, 0.0, 0.0), math.inf).max() < 1e-9
