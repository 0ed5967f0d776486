"""What a kWh costs by season, day and hour."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class PriceWindow:
    """Hours with a price of their own, in local time.

    `from_month` to `to_month` (1 to 12, both included) may pass the turn of the year;
    `days` are those on which the window begins, 0 for Monday; it lasts from `from_min`
    to `to_min` in minutes of the day, past midnight where `to_min` is the lower.
    """

    name: str
    per_kwh: float
    from_min: int
    to_min: int
    days: tuple[int, ...] = EVERY_DAY
    from_month: int = 1
    to_month: int = 12


@dataclass(frozen=True, slots=True)
class EnergyPrice:
    """A price of energy that may depend on the time of use, without VAT.

    All there is to pay per kWh: energy, network and levies, in the currency of the
    price book. `base_per_kwh` holds outside all `windows`; without windows it holds
    always. Where windows overlap, the first one counts.
    """

    base_per_kwh: float
    windows: tuple[PriceWindow, ...] = ()
