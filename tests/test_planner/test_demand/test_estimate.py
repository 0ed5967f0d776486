"""Sessions from archetypes: what the tables say is what is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import open_table
from planner.demand.archetypes import load_archetypes
from planner.demand.curve import mean_kw
from planner.demand.estimate import estimate
from planner.demand.visits import visits_of_sessions
from planner.model.demand import RECORDED, ROTA, DemandInput, Visit

KINDS = load_archetypes()


@pytest.mark.parametrize(
    "table", ["archetypes", "arrivals", "weekdays", "dwell", "energy", "vehicles"]
)
def test_every_row_has_a_source(table: str) -> None:
    assert all(row.text("source") for row in open_table(f"demand/{table}"))


@pytest.mark.parametrize("key", KINDS)
def test_shares_sum_to_one(key: str) -> None:
    kind = KINDS[key]
    for shares in (*kind.hourly, [s.weight for s in kind.stays], [v for _, v in kind.vehicles]):
        assert sum(shares) == pytest.approx(1, abs=1e-6)
    assert max(kind.weekdays) == 1


@pytest.mark.parametrize("key", KINDS)
def test_each_archetype_gives_possible_sessions(key: str) -> None:
    demand = estimate((DemandInput(key, 50),), 7)
    s = demand.sessions
    stay_h = (s.depart_min - s.arrive_min) / 60
    assert (np.diff(s.arrive_min) >= 0).all()
    assert (stay_h > 0).all()
    assert (s.energy_kwh > 0).all()
    assert (s.energy_kwh <= np.maximum(s.ac_kw, s.dc_kw) * stay_h).all()
    assert demand.findings == ()
    assert demand.notes


def test_same_seed_same_sessions_and_groups_do_not_disturb_each_other() -> None:
    alone = estimate((DemandInput("hotel", 30),), 3).sessions
    both = estimate((DemandInput("hotel", 30), DemandInput("retail", 30)), 3).sessions
    np.testing.assert_array_equal(alone.energy_kwh, both.energy_kwh[both.group == 0])


def test_workplace_means_match_the_published_ones() -> None:
    # ElaadNL workplace: 12.4 kWh and 6.4 h on average, 3 % of arrivals at weekends.
    s = estimate((DemandInput("workplace", 400),), 1).sessions
    stay_h = (s.depart_min - s.arrive_min) / 60
    assert s.energy_kwh.mean() == pytest.approx(12.4, rel=0.08)
    assert np.median(stay_h) == pytest.approx(4.9, rel=0.08)
    assert (s.arrive_min // 1440 % 7 >= 5).mean() == pytest.approx(0.03, abs=0.01)
    r = np.corrcoef(np.log(stay_h), np.log(s.energy_kwh))[0, 1]
    assert 0.3 < r < 0.55


def test_hotel_guests_arrive_in_the_evening_and_leave_in_the_morning() -> None:
    s = estimate((DemandInput("hotel", 100),), 2).sessions
    assert (s.arrive_min / 60 % 24).min() >= 15
    leave = s.depart_min / 60 % 24
    assert np.quantile(leave, 0.05) == pytest.approx(7.2, abs=0.2)
    assert np.quantile(leave, 0.95) == pytest.approx(9.7, abs=0.2)


def test_forty_vans_are_forty_sessions_a_weekday() -> None:
    s = estimate((DemandInput("depot_vans", 40),), 5).sessions
    per_day = np.bincount((s.arrive_min // 1440).astype(int))
    assert (per_day[:5] == 40).all()
    assert s.energy_kwh.mean() == pytest.approx(18.8, rel=0.03)


def test_growth_and_winter_raise_demand() -> None:
    base = estimate((DemandInput("retail", 80, 10.0),), 1)
    later = estimate((DemandInput("retail", 80, 10.0),), 1, years_ahead=5)
    assert later.cars_per_day / base.cars_per_day == pytest.approx(1.1**5, rel=0.05)
    assert base.growth_pct_per_year == 10
    cold = estimate((DemandInput("hotel", 80),), 1, winter=True)
    warm = estimate((DemandInput("hotel", 80),), 1)
    assert cold.energy_kwh_per_day > 1.05 * warm.energy_kwh_per_day


def test_nothing_and_nonsense_are_findings() -> None:
    assert [f.code for f in estimate((), 1).findings] == ["DEM-EMPTY"]
    assert len(estimate((DemandInput("hotel", 0),), 1).sessions) == 0
    codes = [f.code for f in estimate((DemandInput("moonbase", 5),), 1).findings]
    assert codes == ["DEM-ARCHETYPE", "DEM-EMPTY"]


@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.floats(0, 300), st.floats(0, 50)), min_size=1, max_size=8
    )
)
def test_load_curve_keeps_energy(loads: list[tuple[float, float, float]]) -> None:
    start, length, kw = (np.array(c) for c in zip(*loads, strict=True))
    curve = mean_kw(start, start + length, kw, 15, 60)
    assert curve.sum() * 15 == pytest.approx((kw * length).sum(), abs=1e-6)
    assert (curve >= -1e-9).all()
    assert (curve <= kw.sum() + 1e-9).all()


def test_recorded_sessions_are_drawn_anew() -> None:
    record = estimate((DemandInput("workplace", 40),), 2, horizon_days=28)
    item = DemandInput(RECORDED, 40, 0.0, visits_of_sessions(record.sessions))
    drawn = estimate((item,), 1)
    assert drawn.cars_per_day == pytest.approx(record.cars_per_day, rel=0.15)
    assert drawn.mean_dwell_h == pytest.approx(record.mean_dwell_h, rel=0.15)
    again = estimate((item,), 1)
    np.testing.assert_array_equal(drawn.sessions.energy_kwh, again.sessions.energy_kwh)


def test_growth_of_a_rota_adds_vehicles() -> None:
    night = tuple(Visit(960 + 1440 * d, 1860 + 1440 * d, 20, 11) for d in range(5))
    item = DemandInput(ROTA, 1, 25.0, night * 20)
    later = estimate((item,), 1, years_ahead=2)
    assert later.cars_per_day / estimate((item,), 1).cars_per_day == pytest.approx(1.56, rel=0.15)


def test_buses_never_outnumber_the_fleet() -> None:
    s = estimate((DemandInput("depot_buses", 30),), 3).sessions
    times = np.concatenate((s.arrive_min, s.depart_min))
    change = np.concatenate((np.ones(len(s)), -np.ones(len(s))))
    assert np.cumsum(change[np.argsort(times, kind="stable")]).max() <= 30


def test_a_bus_of_a_rota_charges_along_its_taper() -> None:
    """Back with 20 %, 280 of 350 kWh missing, 150 kW: the last tenth takes longer than the mean."""
    night = Visit(1080.0, 1800.0, 280.0, 0.0, 150.0, "bus 1", 350.0, 0.2)
    load = estimate((DemandInput(ROTA, 1, 0.0, (night,)),), 1, horizon_days=7).unmanaged_kw
    blunt = replace(night, battery_kwh=0.0)
    flat = estimate((DemandInput(ROTA, 1, 0.0, (blunt,)),), 1, horizon_days=7).unmanaged_kw
    assert load.sum() == pytest.approx(flat.sum())
    assert load.max() == pytest.approx(flat.max()) == pytest.approx(150)
    assert (load > 0).sum() > 1.3 * (flat > 0).sum()
