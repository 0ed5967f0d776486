"""Unmanaged against managed on the same cars."""

import numpy as np
import pytest

from planner.charging.compare import compare
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies.priority_groups import usual_priorities
from planner.demand.estimate import estimate
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions
from planner.model.storage import Battery
from planner.progress import Cancelled

SESSIONS = estimate(
    (DemandInput("workplace", 40), DemandInput("hotel", 20)), 2, horizon_days=7
).sessions
POSTS = [Station(f"p{n}", Current.AC, 44, 2, 22) for n in range(30)]


def test_management_removes_the_hours_over_the_limit() -> None:
    free, *managed = compare(SESSIONS, POSTS, np.full(672, 70.0), None, 15)
    assert free.over_hours > 0
    assert free.needs_kw > 70
    assert all(regime.over_hours == 0 for regime in managed)
    best = managed[-1].service
    assert best.strategy == "lowest_peak"
    assert all(r.service.energy_pct <= best.energy_pct + 1e-3 for r in managed)


def test_groups_add_up() -> None:
    service = simulate(SESSIONS, POSTS[:6], 30.0, "priority_groups", priorities={"hotel": 0})
    groups = service.groups
    assert set(groups) == {"workplace", "hotel"}
    assert sum(g.cars for g in groups.values()) == len(SESSIONS)
    mean = sum(g.cars * g.served_pct for g in groups.values()) / len(SESSIONS)
    assert mean == pytest.approx(service.served_pct)


def test_priority_moves_energy_to_the_group() -> None:
    first, last = (
        simulate(SESSIONS, POSTS, 30.0, "priority_groups", priorities=order).groups
        for order in ({"hotel": 0, "workplace": 1}, {"hotel": 1, "workplace": 0})
    )
    assert first["hotel"].energy_pct > last["hotel"].energy_pct
    assert first["workplace"].energy_pct < last["workplace"].energy_pct


def test_coincidence_is_peak_over_installed() -> None:
    service = simulate(SESSIONS, POSTS, None)
    assert service.installed_kw == 30 * 44
    assert service.coincidence == pytest.approx(service.unmanaged_peak_kw / (30 * 44))


def test_a_battery_lowers_what_the_supply_must_offer() -> None:
    posts = [Station(f"s{n}", Current.AC, 22.0, 1, 22.0) for n in range(2)]
    zero = np.zeros(2)
    cars = Sessions(
        zero, zero + 120, zero + 20, zero + 11, zero, np.zeros(2, np.int64), ("g",), 1
    )  # fmt: skip
    room = np.full(96, 12.0)
    battery = (Battery("b", 40.0, 10.0, 10.0, 90.0, 100.0),)
    without = compare(cars, posts, room, None, 15, strategies=("least_laxity",))
    helped = compare(cars, posts, room, None, 15, strategies=("least_laxity",), batteries=battery)
    assert [r.name for r in helped] == ["uncontrolled", "least_laxity"]
    assert helped[1].needs_kw <= 12 + 1e-9
    assert helped[1].over_hours == 0
    assert helped[1].service.energy_pct > without[1].service.energy_pct + 10


def test_groups_have_an_order_where_nobody_gives_one() -> None:
    one = np.ones(2)
    post = [Station(f"s{n}", Current.AC, 22.0, 1, 22.0) for n in range(2)]
    cars = Sessions(
        0 * one, 60 * one, 11 * one, 11 * one, 0 * one, np.array([0, 1]), ("workplace", "rota"), 1
    )  # fmt: skip
    service = simulate(cars, post, 11.0, "priority_groups")
    assert service.groups["rota"].energy_pct == 100
    assert service.groups["workplace"].energy_pct == 0
    assert usual_priorities(("hotel", "residential", "depot_vans")) == {
        "depot_vans": 0, "hotel": 1, "residential": 2,
    }  # fmt: skip


def test_a_long_plan_tells_its_progress_and_can_be_stopped() -> None:
    heard: list[float] = []

    def progress(share: float, _text: str) -> None:
        heard.append(share)
        if share > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(SESSIONS, POSTS, np.full(672, 70.0), None, 15, strategies=("shave_peak",),
                most_cars_for_bound=0, progress=progress)  # fmt: skip
    assert heard[:2] == [0.5, 0.5]
    assert len(heard) > 10
    assert heard == sorted(heard)
