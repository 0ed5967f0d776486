"""Limits per phase of a design: every line of supply and feeders holds."""

import math

import numpy as np
import pytest

from planner.charging.limits import design_limits, supply_limit
from planner.charging.simulate import simulate
from planner.charging.station import Station, stations_of_chargers, stations_of_counts
from planner.model.charger import Current
from planner.model.demand import Sessions


def test_a_third_of_the_cap_per_line_costs_single_phase_cars() -> None:
    """Six cars of 7.4 kW on line A alone: 30 kW of cap leave 10 kW, 43.5 A."""
    posts = [Station(f"p{n}", Current.AC, 22, 1, 22, outlet_lines=("A",)) for n in range(6)]
    one = np.ones(6)
    cars = Sessions(
        0 * one, 120 * one, 10 * one, 7.4 * one, 0 * one, np.zeros(6, np.int64), ("g",), 1
    )
    service = simulate(cars, posts, 30.0, "first_come", phase_limits=[supply_limit(posts)])
    assert service.load_kw.max() == pytest.approx(10.0)
    assert service.phase_peak_a[0] == pytest.approx((10_000 / 230, 0, 0))
    assert simulate(cars, posts, 30.0, "first_come").load_kw.max() == pytest.approx(30.0)


def test_feeders_of_a_design_hold_their_devices(tiny_design, tiny_catalogue) -> None:
    stations = stations_of_chargers(tiny_design.chargers.values(), tiny_catalogue)
    supply, *feeders = design_limits(tiny_design, stations)
    assert supply.follows_cap
    assert all(math.isinf(a) for a in supply.limit_a)
    assert supply.stations == {s.id for s in stations}
    circuits = tiny_design.circuits
    for limit in feeders:
        assert limit.limit_a == (circuits[limit.name].sized.device.in_a,) * 3
        assert limit.stations <= supply.stations
    assert design_limits(tiny_design, ()) == ()


def test_counted_stations_take_the_lines_in_turn(tiny_catalogue) -> None:
    model = next(iter(tiny_catalogue))
    phases = [s.phases for s in stations_of_counts({model: 4}, tiny_catalogue)]
    assert phases == ["ABC", "BCA", "CAB", "ABC"]
