"""Network charges by hand: two bands of full-load hours, demand charge, agreed capacity."""

import numpy as np
import pytest

from planner.charging.compare import compare, with_cost
from planner.charging.cost import network_tariff, year_cost
from planner.charging.station import Station
from planner.model.charger import Current
from planner.model.demand import Sessions

FLAT, SPIKE = np.full(672, 50.0), np.concatenate(([50.0], np.zeros(671)))


@pytest.mark.parametrize(
    ("region", "load", "capacity", "energy"),
    [
        ("de", FLAT, 148.82 * 50, 0.0222 * 50 * 8760),
        ("de", SPIKE, 34.29 * 50, 0.068 * 50 * 8760 / 672),
        ("us", FLAT, 180 * 50, 0.11 * 50 * 8760),
        ("gb", FLAT, 21.9 * 50 / 0.98, None),
    ],
)
def test_charges_by_hand(
    region: str, load: np.ndarray, capacity: float, energy: float | None
) -> None:
    tariff = network_tariff(region)
    assert tariff is not None
    cost = year_cost(tariff, load, 15, power_factor=0.98)
    assert cost.capacity == pytest.approx(capacity)
    assert cost.energy == pytest.approx(energy)


def test_bands_cross_where_they_should() -> None:
    """At 2,500 h both bands cost the same per kW (204.29 against 204.32)."""
    tariff = network_tariff("de")
    assert tariff is not None
    low, high = (b.capacity_per_year + 2500 * (b.energy_per_kwh or 0) for b in tariff.bands)
    assert low == pytest.approx(high, abs=0.05)


def test_time_of_use_and_agreed_capacity() -> None:
    tariff = network_tariff("gb")
    assert tariff is not None
    cost = year_cost(tariff, FLAT, 15, power_factor=1, agreed_kva=80, per_kwh=[0.1, 0.3])
    assert cost.capacity == pytest.approx(21.9 * 80)
    assert cost.energy == pytest.approx(0.2 * 50 * 8760)
    assert network_tariff("xx") is None


def test_management_saves_capacity_charges_beside_the_building() -> None:
    one = np.ones(4)
    cars = Sessions(
        0 * one, 480 * one, 20 * one, 22 * one, 0 * one, np.zeros(4, np.int64), ("g",), 1
    )
    posts = [Station(str(n), Current.AC, 22, 1, 22) for n in range(4)]
    room, building = np.full(96, 30.0), np.full(96, 10.0)
    regimes = with_cost(
        compare(cars, posts, room, 30.0, 15), building, 15, network_tariff("de"), 1.0
    )
    free, managed = regimes[0], regimes[1]
    assert free.connection_kva == pytest.approx(98)
    assert managed.connection_kva == pytest.approx(40)
    assert free.cost is not None
    assert managed.cost is not None
    assert managed.cost.total < free.cost.total
