"""What charging adds to the bill of a year: energy by time of use, and capacity or peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.cost import Basis, NetworkTariff, YearCost, network_tariff, year_cost
from planner.charging.headroom import POWER_FACTOR, PROFILE_MARGIN, weekly_highest_kw
from planner.charging.optimise import Tariff
from planner.charging.price import (
    DAYS_OF_MONTH,
    WindowCost,
    price_per_step,
    seasons,
    year_energy_cost,
)
from planner.model.energy_price import EnergyPrice
from planner.model.site import Site

WEEK_DAYS = 7
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """What a site pays for, and the load that is there already.

    `building_kw` is the mean kW per `step_min` over the horizon, from a Monday 00:00;
    `network` None where no charges are known for the region, `price` None where nobody
    has entered what a kWh costs; `currency` that of the price book.
    """

    building_kw: Floats
    step_min: int
    network: NetworkTariff | None = None
    price: EnergyPrice | None = None
    power_factor: float = POWER_FACTOR
    currency: str = ""


def contract_of(
    site: Site, price: EnergyPrice | None, currency: str, horizon_days: int, step_min: int
) -> Contract:
    """Return the contract of a site; the existing load is the highest of each time of the week."""
    building = np.zeros(horizon_days * 1440 // step_min)
    if site.profile is not None and len(site.profile.kw):
        week = weekly_highest_kw(site.profile, step_min)
        building = PROFILE_MARGIN * np.resize(week, len(building))
    return Contract(building, step_min, network_tariff(site.region), price, POWER_FACTOR, currency)


def added_cost(
    contract: Contract, loads_kw: Sequence[Floats]
) -> tuple[YearCost | None, tuple[WindowCost, ...]]:
    """Return what charging adds to the charges of a year, and its energy by window.

    Parameters
    ----------
    contract
        Prices and existing load.
    loads_kw
        The charging load per season of the price, or one that repeats all year.

    Returns
    -------
    YearCost or None, tuple of WindowCost
        Capacity of the season that needs most, less that of the building alone, None
        where no network charges are known; energy by the price, else by the band's.
        Nothing at all where neither is known.
    """
    network, price = contract.network, contract.price
    windows = () if price is None else year_energy_cost(price, loads_kw, contract.step_min)
    energy = sum(w.cost for w in windows) if windows else None
    if network is None:
        if energy is None:
            return None, ()
        return YearCost(None, energy, 0.0, 0.0, "", contract.currency), windows
    step, factor = contract.step_min, contract.power_factor
    before = year_cost(network, contract.building_kw, step, power_factor=factor)
    costs = [
        year_cost(network, kw + contract.building_kw[: len(kw)], step, power_factor=factor)
        for kw in loads_kw
    ]
    cost = max(costs, key=lambda c: c.capacity or 0.0)
    if price is None and cost.energy is not None and before.energy is not None:
        energy = cost.energy - before.energy
    added = (cost.capacity or 0.0) - (before.capacity or 0.0)
    return replace(cost, capacity=added, energy=energy), windows


def live_tariffs(contract: Contract, free_kw: Floats, free_step_min: int) -> tuple[Tariff, ...]:
    """Return what a strategy that minimises cost goes by, one tariff per season.

    The peak is that of the whole site; its price of a year is scaled to the horizon, as
    the energy of the horizon stands for a year's. `free_kw` per `free_step_min`, a part
    of the contract's step, is the charging load without management, which decides on
    the band. Nothing without an energy price.
    """
    if contract.price is None:
        return ()
    per_kw = 0.0
    if contract.network is not None:
        each = contract.step_min // free_step_min
        free = free_kw[: len(free_kw) // each * each].reshape(-1, each).mean(axis=1)
        site = free + contract.building_kw[: len(free)]
        cost = year_cost(contract.network, site, contract.step_min, power_factor=1.0)
        days = len(free) * contract.step_min / 1440
        per_kw = (cost.capacity or 0.0) / max(cost.billed, 1e-9) * days / sum(DAYS_OF_MONTH)
        if contract.network.basis is Basis.AGREED:
            per_kw /= contract.power_factor
    beside = tuple(contract.building_kw.tolist()) or (0.0,)
    return tuple(
        Tariff(
            tuple(price_per_step(
                contract.price, WEEK_DAYS, contract.step_min, season.months[0]
            ).tolist()),
            per_kw, beside,
        )
        for season in seasons(contract.price)
    )  # fmt: skip
