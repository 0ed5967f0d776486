"""Batteries and solar power: energy balance, bounds and the limit of the supply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.charging.headroom import headroom_kw
from planner.charging.simulate import simulate
from planner.charging.solar import mean_day_kw, solar_kw
from planner.charging.station import Station
from planner.charging.storage import follow
from planner.model.charger import Current
from planner.model.demand import Sessions
from planner.model.scenario import Scenario
from planner.model.site import Site
from planner.model.storage import Battery, Solar
from planner.store.codec import decode, encode

BATTERY = Battery("store", 50.0, 25.0, 25.0, 81.0, 50.0)
ROOF = Solar("roof", 20.0, 18.0, 35.0, 180.0, (*(500.0,) * 3, *(2_000.0,) * 6, *(500.0,) * 3), 50.0)
batteries = st.builds(
    Battery, st.just("b"), st.floats(0.1, 100), st.floats(0, 50), st.floats(0, 50),
    st.floats(50, 100), st.floats(0, 100),
)  # fmt: skip


def visits(rows: list[tuple[float, float, float]]) -> Sessions:
    a = np.array(sorted(rows), float).reshape(-1, 3)
    n = len(a)
    return Sessions(
        a[:, 0], a[:, 0] + a[:, 1], a[:, 2], np.full(n, 22.0), np.zeros(n),
        np.zeros(n, np.int64), ("all",), 2,
    )  # fmt: skip


@given(
    st.lists(st.floats(-50, 100), min_size=1, max_size=60),
    st.floats(0, 60),
    st.lists(batteries, max_size=3),
)
def test_books_balance_and_charge_stays_within_bounds(
    load: list[float], supply: float, bank: list[Battery]
) -> None:
    done = follow(np.array(load), np.array([supply]), bank, 15)
    ways = [np.sqrt(b.round_trip_pct / 100) for b in bank]
    capacity = sum(b.capacity_kwh for b in bank)
    assert done.stored_kwh.min() >= 0
    assert done.stored_kwh.max() <= capacity + 1e-9
    flows = (done.net_kw - np.array(load)).sum() / 4
    assert flows == pytest.approx(done.charged_kwh - done.discharged_kwh, abs=1e-9)
    if len(bank) == 1:
        change = done.charged_kwh * ways[0] - done.discharged_kwh / ways[0]
        assert done.stored_kwh[-1] - done.start_kwh == pytest.approx(change, abs=1e-9)
    assert (done.net_kw <= np.maximum(np.array(load), supply) + 1e-9).all()


@given(
    st.lists(
        st.tuples(st.floats(0, 2000), st.floats(1, 600), st.floats(0.1, 60)),
        min_size=1, max_size=12,
    ),
    st.floats(0, 30), st.lists(batteries, max_size=2),
    st.sampled_from(["first_come", "equal_share", "spread"]),
)  # fmt: skip
def test_supply_is_never_exceeded_with_a_bank(
    rows: list[tuple[float, float, float]], supply: float, bank: list[Battery], name: str
) -> None:
    posts = [Station(f"s{n}", Current.AC, 22.0, 1, 22.0) for n in range(4)]
    service = simulate(visits(rows), posts, None, name, batteries=bank, supply_kw=supply)
    if not bank:
        return
    assert service.net_kw is not None
    assert service.stored_kwh is not None
    assert service.net_kw.max() <= supply + 1e-9
    assert service.stored_kwh.min() >= 0
    assert not any(f.code == "CHG-LIMIT" for f in service.findings)


def test_a_battery_carries_the_peak_and_refills() -> None:
    post = [Station("s", Current.AC, 22.0, 1, 22.0)]
    cars = visits([(600, 120, 40)])
    without = simulate(cars, post, 10.0, "first_come")
    service = simulate(cars, post, None, "first_come", batteries=[BATTERY], supply_kw=10.0)
    assert without.energy_pct == pytest.approx(50)
    assert service.energy_pct == pytest.approx(100)
    assert service.net_kw is not None
    assert service.net_kw.max() <= 10 + 1e-9
    assert service.stored_kwh is not None
    assert service.stored_kwh[-1] == pytest.approx(50)


def test_solar_meets_the_months_and_peaks_at_noon() -> None:
    start = datetime(2023, 1, 1, tzinfo=UTC)
    kw = solar_kw((ROOF,), start, 15, 35_040, (51.5, 0.0))
    assert kw.sum() / 4 == pytest.approx(sum(ROOF.monthly_kwh), rel=1e-6)
    assert kw.max() <= ROOF.inverter_kw
    day = mean_day_kw(ROOF, 6, 51.5, 0.0)
    assert abs(int(day.argmax()) * 5 / 60 - 12) < 0.2
    assert mean_day_kw(ROOF, 6, -33.9, 151.2).argmax() * 5 / 60 == pytest.approx(1.9, abs=0.3)


def test_only_the_firm_share_adds_headroom(tiny_site: Site) -> None:
    plain = headroom_kw(tiny_site, 7, 15)
    half = headroom_kw(tiny_site, 7, 15, solar=(ROOF,))
    none = headroom_kw(tiny_site, 7, 15, solar=(replace(ROOF, firm_pct=0.0),))
    assert np.array_equal(plain, none)
    assert (half >= plain).all()
    assert half.sum() > plain.sum()


def test_scenario_keeps_them() -> None:
    scenario = Scenario("today", batteries=(BATTERY,), solar=(ROOF,))
    assert decode(encode(scenario), Scenario) == scenario
    old = encode(Scenario("old"))
    del old["batteries"], old["solar"]
    assert decode(old, Scenario) == Scenario("old")
