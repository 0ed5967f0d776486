"""Network charges by hand: two bands of full-load hours, demand charge, agreed capacity."""

import numpy as np
import pytest

from planner.charging.bill import Contract, added_cost, live_tariffs
from planner.charging.compare import compare, with_cost
from planner.charging.cost import network_tariff, year_cost
from planner.charging.station import Station
from planner.model.charger import Current
from planner.model.demand import Sessions
from planner.model.energy_price import EnergyPrice, PriceWindow

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


def test_agreed_capacity() -> None:
    tariff = network_tariff("gb")
    assert tariff is not None
    cost = year_cost(tariff, FLAT, 15, power_factor=1, agreed_kva=80)
    assert cost.capacity == pytest.approx(21.9 * 80)
    assert network_tariff("xx") is None


def test_management_saves_capacity_charges_beside_the_building() -> None:
    one = np.ones(4)
    cars = Sessions(
        0 * one, 480 * one, 20 * one, 22 * one, 0 * one, np.zeros(4, np.int64), ("g",), 1
    )
    posts = [Station(str(n), Current.AC, 22, 1, 22) for n in range(4)]
    room, building = np.full(96, 30.0), np.full(96, 10.0)
    contract = Contract(building, 15, network_tariff("de"), power_factor=1.0)
    regimes = with_cost(compare(cars, posts, room, 30.0, 15), contract)
    free, managed = regimes[0], regimes[1]
    assert free.connection_kva == pytest.approx(98)
    assert managed.connection_kva == pytest.approx(40)
    assert free.cost is not None
    assert managed.cost is not None
    assert managed.cost.total < free.cost.total


DAY_NIGHT = EnergyPrice(0.30, (PriceWindow("Night", 0.10, 0, 360),))


def test_a_price_by_time_of_use_takes_the_place_of_the_bands() -> None:
    contract = Contract(np.full(672, 10.0), 15, network_tariff("de"), DAY_NIGHT, 1.0, "EUR")
    cost, windows = added_cost(contract, [FLAT])
    assert cost is not None
    assert [w.kwh for w in windows] == pytest.approx([50 * 6 * 365, 50 * 18 * 365])
    assert cost.energy == pytest.approx(50 * 365 * (6 * 0.1 + 18 * 0.3))
    assert cost.capacity == pytest.approx(148.82 * 50)


@pytest.mark.parametrize(("price", "energy"), [(None, None), (EnergyPrice(0.2), 0.2 * 50 * 8760)])
def test_what_is_not_known_stays_open(price: EnergyPrice | None, energy: float | None) -> None:
    """Without network charges the energy alone is told, without either nothing."""
    cost, _ = added_cost(Contract(np.zeros(672), 15, None, price, 1.0, "CHF"), [FLAT])
    assert (cost.energy if cost else None) == pytest.approx(energy)
    assert cost is None or (cost.capacity is None and cost.currency == "CHF")
    assert len(live_tariffs(Contract(np.zeros(672), 15, None, price), FLAT, 15)) == (
        price is not None
    )


def test_the_peak_is_priced_for_the_horizon_and_by_kw() -> None:
    contract = Contract(np.full(672, 10.0), 15, network_tariff("gb"), DAY_NIGHT)
    (tariff,) = live_tariffs(contract, np.repeat(FLAT, 3), 5)
    assert tariff.per_kw_peak == pytest.approx(21.9 * 7 / 365 / 0.98)
    assert tariff.beside_kw[0] == 10
    assert set(tariff.per_kwh) == {0.10, 0.30}


def test_following_the_price_costs_less_in_every_season() -> None:
    one = np.ones(4)
    cars = Sessions(
        0 * one + 1020, 840 * one + 1020, 20 * one, 11 * one, 0 * one,
        np.zeros(4, np.int64), ("g",), 7,
    )  # fmt: skip
    posts = [Station(str(n), Current.AC, 22, 1, 22) for n in range(4)]
    red = PriceWindow("Red", 0.9, 960, 1140, (0, 1, 2, 3, 4), 11, 2)
    price = EnergyPrice(0.30, (red, *DAY_NIGHT.windows))
    contract = Contract(np.zeros(672), 15, None, price, 1.0, "GBP")
    free = Contract(np.zeros(672), 15, None, price).building_kw
    regimes = with_cost(
        compare(cars, posts, np.full(672, 30.0), None, 15, most_cars_for_bound=0,
                strategies=("least_laxity", "cheapest_hours"),
                tariffs=live_tariffs(contract, free, 15)),
        contract,
    )  # fmt: skip
    _, live, cheap = regimes
    assert len(cheap.season_loads_kw) == 2
    assert cheap.service.energy_pct == pytest.approx(100)
    assert live.cost is not None
    assert cheap.cost is not None
    assert cheap.cost.energy == pytest.approx(80 * 0.10 * 365 / 7)
    assert live.cost.energy > 3 * cheap.cost.energy
