"""What a year of load costs in network charges: capacity or peak, energy, and the band.

Only charges that depend on how charging is run are counted. Some regions price by
bands of full-load hours (energy over peak) of the **whole metered site**, so the load
of the building belongs into the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from data import open_table

HOURS_OF_YEAR = 8760.0
Floats = npt.NDArray[np.float64]


class Basis(StrEnum):
    """What the price of capacity is multiplied with."""

    AGREED = "agreed"
    ANNUAL_PEAK = "annual_peak"
    MONTHLY_PEAK = "monthly_peak"


@dataclass(frozen=True, slots=True)
class Band:
    """Prices from some full-load hours upwards; `energy_per_kwh` None must be entered."""

    from_full_load_h: float
    capacity_per_year: float
    energy_per_kwh: float | None
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class NetworkTariff:
    """The bands of one region, the lowest first."""

    region: str
    basis: Basis
    currency: str
    year: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class YearCost:
    """Charges of a year in `currency`; `capacity` and `energy` are None without a price.

    `billed` is the kW or kVA that is paid for.
    """

    capacity: float | None
    energy: float | None
    billed: float
    full_load_h: float
    band: str
    currency: str

    @property
    def total(self) -> float:
        """Capacity and energy, as far as priced."""
        return (self.capacity or 0.0) + (self.energy or 0.0)


@cache
def network_tariff(region: str) -> NetworkTariff | None:
    """Return the network charges of a region, None where none are known."""
    rows = [r for r in open_table("tariffs/network") if r.text("region") == region]
    if not rows:
        return None
    bands = tuple(
        Band(
            r.number("from_full_load_h"), r.number("capacity_per_year"),
            r.number("energy_per_kwh") if r.cells.get("energy_per_kwh") else None,
            r.text("name"), r.text("source"),
        )
        for r in rows
    )  # fmt: skip
    first = rows[0]
    return NetworkTariff(
        region, Basis(first.text("basis")), first.text("currency"), int(first.number("year")),
        tuple(sorted(bands, key=lambda b: b.from_full_load_h)),
    )  # fmt: skip


def year_cost(
    tariff: NetworkTariff,
    site_kw: Floats,
    step_min: float,
    *,
    power_factor: float,
    agreed_kva: float | None = None,
) -> YearCost:
    """Return the network charges of a load that repeats through the year.

    Parameters
    ----------
    tariff
        The region's charges.
    site_kw
        Mean kW of the whole site per step over some whole weeks; feed-in counts as 0.
    step_min
        Minutes per step.
    power_factor
        cos φ by which kW become kVA where capacity is agreed in kVA.
    agreed_kva
        What is contracted; by default what the load needs.

    Returns
    -------
    YearCost
        Energy = Σ kW·h times the band's price, scaled to 8,760 h; full-load hours =
        kWh a year / peak kW.
    """
    load = np.maximum(site_kw, 0.0)
    peak = float(load.max(initial=0.0))
    yearly = HOURS_OF_YEAR / max(len(load) * step_min / 60, 1e-9)
    kwh = float(load.sum()) * step_min / 60 * yearly
    hours = kwh / peak if peak else 0.0
    band = [b for b in tariff.bands if b.from_full_load_h <= hours][-1]
    billed = peak
    if tariff.basis is Basis.AGREED:
        billed = agreed_kva if agreed_kva is not None else peak / power_factor
    energy = None if band.energy_per_kwh is None else kwh * band.energy_per_kwh
    return YearCost(
        band.capacity_per_year * billed, energy, billed, hours, band.name, tariff.currency
    )
