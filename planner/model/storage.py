"""Batteries and solar power beside the chargers."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.site import LoadProfile


@dataclass(frozen=True, slots=True)
class Battery:
    """A stationary battery at the main board.

    `capacity_kwh` is what may be used, from empty (0 %) to full (100 %);
    `charge_kw` and `discharge_kw` are the most at its AC terminals;
    `round_trip_pct` is energy out over energy in, AC to AC, split evenly between
    the two ways; `start_pct` is the state of charge when a simulation begins.
    """

    name: str
    capacity_kwh: float
    charge_kw: float
    discharge_kw: float
    round_trip_pct: float
    start_pct: float


@dataclass(frozen=True, slots=True)
class Solar:
    """A solar generator at the main board.

    `peak_kw` are the modules (kWp), `inverter_kw` the most AC power;
    `tilt_deg` from horizontal, `azimuth_deg` clockwise from north (180 = south);
    `monthly_kwh` the AC energy expected in January to December, as the
    installer's estimate states it. `firm_pct` is the share of a mean day's power
    that planning may count on as headroom (0 = none: a dark day must do).
    `measured` is the yield by time as it was metered or modelled; it then takes the
    place of the mean day of a month.
    """

    name: str
    peak_kw: float
    inverter_kw: float
    tilt_deg: float
    azimuth_deg: float
    monthly_kwh: tuple[float, ...]
    firm_pct: float
    measured: LoadProfile | None = None
