"""Unmanaged against managed on the same cars."""

import numpy as np
import pytest

from planner.charging.compare import compare
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.demand.estimate import estimate
from planner.model.charger import Current
from planner.model.demand import DemandInput

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
