"""The simulator keeps its promises: limits, energy, stays, outlets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charging.run import run
from planner.charging.simulate import simulate
from planner.charging.station import Station, installed_kw
from planner.charging.strategies import STRATEGIES
from planner.demand.estimate import estimate
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions

AC = Station("post", Current.AC, 22, 1, 22)
CABINET = Station("cabinet", Current.DC, 150, 2, 150, 0.95)


def cars(*rows: tuple[float, float, float, float, float], fast: bool = False) -> Sessions:
    """Sessions from (arrive, depart, kWh, ac kW, dc kW)."""
    a = np.array(sorted(rows), float).reshape(-1, 5)
    n = len(a)
    return Sessions(
        a[:, 0], a[:, 1], a[:, 2], a[:, 3], a[:, 4], np.zeros(n, np.int64), ("g",), 1,
        np.full(n, fast),
    )  # fmt: skip


def test_one_car_alone_gets_its_power() -> None:
    service = simulate(cars((60, 180, 11, 11, 0)), [AC], None)
    assert service.served_pct == 100
    assert service.load_kw[4:8] == pytest.approx(11)
    assert service.load_kw.sum() / 4 == pytest.approx(11)


def test_two_cars_share_a_cap_and_the_cap_holds() -> None:
    service = simulate(cars((0, 60, 11, 11, 0), (0, 60, 11, 11, 0)), [AC, AC], 11.0, "equal_share")
    assert service.load_kw[:4] == pytest.approx(11)
    assert service.energy_pct == pytest.approx(50)
    assert service.unmanaged_peak_kw == pytest.approx(22)


def test_least_laxity_serves_the_urgent_car() -> None:
    sessions = cars((0, 600, 22, 22, 0), (0, 60, 22, 22, 0))
    assert simulate(sessions, [AC, AC], 22.0, "least_laxity").served_pct == 100
    assert simulate(sessions, [AC, AC], 22.0, "first_come").served_pct == 100
    late = cars((0, 600, 22, 22, 0), (1, 61, 22, 22, 0))
    assert simulate(late, [AC, AC], 22.0, "first_come").served_pct == 50


def test_cabinet_is_shared_and_losses_are_at_the_supply() -> None:
    sessions = cars((0, 30, 75, 0, 200), (0, 30, 75, 0, 200))
    record = run(sessions, [CABINET], None, None, 5)
    assert record.highest_kw == pytest.approx(150 / 0.95)
    assert record.energy_kwh == pytest.approx([37.5, 37.5])


def test_fast_cars_leave_when_full_and_the_next_one_plugs_in() -> None:
    one = Station("dc", Current.DC, 60, 1, 60)
    record = run(cars((0, 60, 10, 0, 60), (2, 62, 10, 0, 60), fast=True), [one], None, None, 5)
    assert record.left_min == pytest.approx([10, 20])
    assert record.plugged_min == pytest.approx([0, 10])


def test_impatient_driver_is_turned_away() -> None:
    one = Station("dc", Current.DC, 20, 1, 20)
    sessions = cars((0, 60, 20, 0, 20), (2, 62, 10, 0, 20), fast=True)
    service = simulate(sessions, [one], None)
    assert service.turned_away_pct == 50
    assert [f.code for f in service.findings] == ["CHG-AWAY"]


def test_overstaying_car_blocks_its_outlet() -> None:
    service = simulate(cars((0, 600, 5, 11, 0), (60, 300, 5, 11, 0)), [AC], None)
    assert service.turned_away_pct == 50


def test_slow_car_leaves_the_fast_charger_to_others() -> None:
    stations = [Station("dc", Current.DC, 150, 1, 150), AC]
    record = run(cars((0, 600, 20, 11, 100), (5, 30, 25, 11, 100)), stations, None, None, 5)
    assert record.station.tolist() == [1, 0]
    assert record.energy_kwh == pytest.approx([20, 25])


def test_uncontrolled_over_the_limit_is_an_error() -> None:
    service = simulate(cars((0, 60, 22, 22, 0)), [AC], 10.0, "uncontrolled")
    assert service.cap_kw is None
    assert [(f.code, f.value, f.limit) for f in service.findings] == [("CHG-LIMIT", 22.0, 10.0)]


def test_nothing_zero_stay_and_no_stations() -> None:
    assert simulate(cars(), [AC], 5.0).findings[0].code == "CHG-EMPTY"
    assert simulate(cars((5, 5, 3, 11, 0)), [AC], None).turned_away_pct == 100
    assert simulate(cars((5, 65, 3, 11, 0)), [], 10.0).served_pct == 0
    assert simulate(cars((5, 65, 0, 11, 0)), [AC], 0.0).served_pct == 100


def test_efficiency_counts_in_installed_power() -> None:
    assert installed_kw([AC, CABINET]) == pytest.approx(22 + 150 / 0.95)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_flat_cap_of_a_workplace(strategy: str) -> None:
    sessions = estimate((DemandInput("workplace", 60),), 4, horizon_days=7).sessions
    service = simulate(sessions, [AC] * 60, 60.0, strategy, unmanaged_peak_kw=1.0)
    assert service.peak_kw <= 60 + 1e-9
    assert 60 < service.energy_pct <= 100


stays = st.tuples(
    st.floats(0, 1400), st.floats(0, 400), st.floats(0, 60),
    st.sampled_from([0.0, 3.7, 11, 22]), st.sampled_from([0.0, 50, 150]),
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(stays, max_size=12),
    st.lists(st.floats(0, 120), min_size=1, max_size=20),
    st.sampled_from(sorted(STRATEGIES)),
    st.booleans(),
)
def test_no_limit_is_ever_exceeded(
    rows: list[tuple[float, ...]], limits: list[float], strategy: str, fast: bool
) -> None:
    s = cars(*((a, a + stay, e, ac, dc) for a, stay, e, ac, dc in rows), fast=fast)
    r = run(s, [AC, CABINET, CABINET], limits, STRATEGIES[strategy], 15)
    assert r.over_kw <= 1e-9
    assert (r.load_kw <= np.resize(limits, 96) + 1e-9).all()
    assert (r.energy_kwh <= s.energy_kwh + 1e-9).all()
    here = ~np.isnan(r.plugged_min)
    stay_h = (r.left_min - r.plugged_min)[here] / 60
    power = np.maximum(np.minimum(s.ac_kw, 22), s.dc_kw)[here]
    assert (r.energy_kwh[here] <= power * stay_h + 1e-6).all()
    assert (r.energy_kwh[~here] == 0).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(stays, max_size=10), st.floats(1, 100), st.sampled_from(sorted(STRATEGIES)))
def test_energy_is_conserved(rows: list[tuple[float, ...]], cap: float, strategy: str) -> None:
    s = cars(*((a, min(a + stay, 1440), e, ac, 0) for a, stay, e, ac, _ in rows))
    r = run(s, [AC, AC, AC], [cap], STRATEGIES[strategy], 15)
    assert r.energy_kwh.sum() == pytest.approx(r.load_kw.sum() / 4, abs=1e-9)
