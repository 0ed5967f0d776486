"""Who parks, when, for how long and how much they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.findings import Finding

ROTA, RECORDED = "rota", "recorded"
"""What stands for an archetype where the visits themselves are known."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one car, in minutes from a Monday 00:00 local time.

    `ac_kw` and `dc_kw` are the most the car takes (0 = cannot). A battery of 0 is not
    known; else `soc` is its state of charge on arrival (0 to 1).
    """

    arrive_min: float
    depart_min: float
    energy_kwh: float
    ac_kw: float
    dc_kw: float = 0.0
    vehicle: str = ""
    battery_kwh: float = 0.0
    soc: float = 0.0


@dataclass(frozen=True, slots=True)
class DemandInput:
    """One group of drivers: an archetype of ``data/demand`` and cars per busy day.

    With the archetype `ROTA` the `visits` of one week repeat every week; with
    `RECORDED` new days are drawn from the recorded visits. `rota` holds the rows
    of a fleet as they were typed, right or not, so that they can be edited.
    """

    archetype: str
    drivers_per_day: float
    growth_pct_per_year: float = 0.0
    visits: tuple[Visit, ...] = ()
    rota: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """Charging wishes of n cars over a horizon, sorted by arrival.

    All arrays have shape (n,): `arrive_min` and `depart_min` in minutes from the
    start of the horizon (a Monday 00:00 local), `energy_kwh` wanted,
    `ac_kw` and `dc_kw` the most the car takes (0 = cannot), `group` an index
    into `groups`. `leaves_full` marks cars that leave as soon as they have what
    they want (fast charging); for them `depart_min − arrive_min` is the longest
    time at the plug, counted from plugging in. None means no car does.
    `battery_kwh` and `soc` (0 to 1, on arrival) tell of batteries whose DC power
    falls as they fill (`planner.demand.taper`); a battery of 0 takes `dc_kw` all
    the time, and None means that no battery is known. Read-only.
    """

    arrive_min: npt.NDArray[np.float64]
    depart_min: npt.NDArray[np.float64]
    energy_kwh: npt.NDArray[np.float64]
    ac_kw: npt.NDArray[np.float64]
    dc_kw: npt.NDArray[np.float64]
    group: npt.NDArray[np.int64]
    groups: tuple[str, ...]
    horizon_days: int
    leaves_full: npt.NDArray[np.bool_] | None = None
    battery_kwh: npt.NDArray[np.float64] | None = None
    soc: npt.NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.arrive_min)


def pick(s: Sessions, index: npt.NDArray[np.int64]) -> Sessions:
    """Return some sessions in the order asked for, with times as they are."""

    def maybe(column: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
        return None if column is None else column[index]

    return Sessions(
        arrive_min=s.arrive_min[index],
        depart_min=s.depart_min[index],
        energy_kwh=s.energy_kwh[index],
        ac_kw=s.ac_kw[index],
        dc_kw=s.dc_kw[index],
        group=s.group[index],
        groups=s.groups,
        horizon_days=s.horizon_days,
        leaves_full=maybe(s.leaves_full),
        battery_kwh=maybe(s.battery_kwh),
        soc=maybe(s.soc),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Result of the demand stage.

    `unmanaged_kw` is the mean kW per `step_min` over the horizon if every car
    charged at its own power on arrival, shape (steps,). `growth_pct_per_year` is
    the mean of the inputs weighted by cars.
    """

    sessions: Sessions
    step_min: int
    unmanaged_kw: npt.NDArray[np.float64]
    cars_per_day: float
    energy_kwh_per_day: float
    unmanaged_peak_kw: float
    arrivals_by_hour: tuple[float, ...]
    mean_dwell_h: float
    notes: tuple[str, ...] = ()
    growth_pct_per_year: float = 0.0
    findings: tuple[Finding, ...] = ()
