"""A year on the network, small enough to keep, send and paint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from grid.findings import Finding

Reals = npt.NDArray[np.float64]
MINUTES_PER_WEEK = 7 * 1440
MONDAY = datetime(1969, 12, 29)  # noqa: DTZ001 - local time of the site, whichever zone


def moment(local_min: int) -> str:
    """Write a local minute as "Thu 12 Dec 2024, 18:30"."""
    return f"{MONDAY + timedelta(minutes=local_min):%a %d %b %Y, %H:%M}"


def utc_text(start: datetime | None, interval_min: int, step: int) -> str:
    """Say when an interval starts in UTC, empty where the series has no date."""
    if start is None:
        return ""
    at = start.astimezone(UTC) + timedelta(minutes=step * interval_min)
    return f"{at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class YearNode:
    """Extremes of a board or charger: voltages in pu of nominal, drop in % from the main board.

    `distance_m` is the cable length from the main board, `feeder` the node that
    feeds it (empty at the main board). Steps count from the start of the series.
    """

    id: str
    name: str
    feeder: str
    distance_m: float
    lowest_pu: float
    lowest_step: int
    highest_pu: float
    highest_step: int
    drop_pct: float
    drop_step: int
    worst_pu: float


@dataclass(frozen=True, slots=True)
class YearBranch:
    """Highest current of a circuit, board or transformer, when, and how long above its limit."""

    id: str
    name: str
    peak_a: float
    limit_a: float
    peak_step: int
    over_h: float

    @property
    def loading_pct(self) -> float:
        """Peak in per cent of the limit."""
        return 100 * self.peak_a / self.limit_a


@dataclass(frozen=True, slots=True)
class WorstHour:
    """One clock hour of the year: its highest draw and what it consists of (means in kW)."""

    step: int
    local: str
    utc: str
    kva: float
    existing_kw: float
    charging_kw: float
    cause: str


@dataclass(frozen=True, slots=True, eq=False)
class DeviceYear:
    """Batteries and solar power at the main board, by moment.

    `solar_kw` is generated; `battery_kw` is drawn by the batteries, negative where
    they give; `stored_kwh` what they hold at the end of each moment. Sums are at
    the AC terminals. `hold_kw` is what the site may draw, `short_kw` by how much it
    draws more at worst all the same.
    """

    solar_kw: Reals
    battery_kw: Reals
    stored_kwh: Reals
    charged_kwh: float
    discharged_kwh: float
    start_kwh: float
    hold_kw: Reals
    short_kw: float

    @property
    def device_kw(self) -> Reals:
        """What all devices together draw at the main board."""
        return self.battery_kw - self.solar_kw

    @property
    def loss_kwh(self) -> float:
        """Energy lost in the batteries: taken, less given, less what they hold more."""
        end = float(self.stored_kwh[-1]) if len(self.stored_kwh) else self.start_kwh
        return self.charged_kwh - self.discharged_kwh - (end - self.start_kwh)


@dataclass(frozen=True, slots=True, eq=False)
class YearResult:
    """Every interval of the year at the intake, and the extremes everywhere else.

    Arrays have shape (steps,) and are read-only; NaN where an interval has no
    solution. `local_min` is the local start of each interval in minutes since
    Monday 29 December 1969 00:00, `start` the first one in UTC (None where the
    simulated weeks stand alone). `transformer_pct` is None without a
    transformer. `YearNode.worst_pu` belongs to the interval `worst_step`, the
    one with the highest draw. `devices` are batteries and solar power, None without.
    """

    start: datetime | None
    interval_min: int
    local_min: npt.NDArray[np.int64]
    existing_kw: Reals
    charging_kw: Reals
    intake_kva: Reals
    intake_kw: Reals
    loss_kw: Reals
    lowest_pu: Reals
    highest_pu: Reals
    transformer_pct: Reals | None
    agreed_kva: float
    nodes: Mapping[str, YearNode]
    branches: Mapping[str, YearBranch]
    worst_step: int
    worst_hours: tuple[WorstHour, ...]
    unsolved: int
    compared_pu: float
    findings: tuple[Finding, ...] = ()
    devices: DeviceYear | None = None

    @property
    def hours(self) -> float:
        """Length of an interval in hours."""
        return self.interval_min / 60

    def when(self, step: int) -> str:
        """Say when an interval starts, in local time."""
        return moment(int(self.local_min[step]))

    def when_utc(self, step: int) -> str:
        """Say when an interval starts in UTC, empty without a start."""
        return utc_text(self.start, self.interval_min, step)
