"""Batteries and solar power in the year: what they give at the main board, moment by moment.

Dispatch: solar power is used as it comes. Batteries give what the load lacks
above what the site may draw and refill from what is left below it; they know
nothing of the future (`planner.charging.storage`). Both are taken at unity power
factor. The draw is held in kW so that with the loads' reactive power and a share
for losses the agreed kVA, or the transformer if that is smaller, are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from grid.model import Supply
from grid.network.year import Loads, SharedLoads, YearLoads
from planner.charging.headroom import LOSS_SHARE, agreed_kva
from planner.charging.solar import measured_kw, place_of, solar_kw
from planner.charging.storage import follow
from planner.model.scenario import Scenario
from planner.model.site import Assumption, Site
from planner.model.storage import Battery, Solar
from planner.model.year import DeviceYear, moment

Reals = npt.NDArray[np.float64]

SIMULATED_START = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday: where no profile says which year it is (assumption)."""
USED_SHARE = 0.001
"""A battery that turns over less of its capacity a day than this is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class WithDevices:
    """Loads with kW of devices at the first node, at unity power factor."""

    base: Loads
    device_kw: Reals

    @property
    def nodes(self) -> tuple[str, ...]:
        """Ids of the nodes that carry load."""
        return self.base.nodes

    @property
    def total_kw(self) -> Reals:
        """Sum of all nodes by moment."""
        return np.asarray(self.base.total_kw + self.device_kw)

    def __len__(self) -> int:
        return len(self.base)

    def part(self, at: slice) -> tuple[Reals, Reals]:
        """Return kW and kvar of some moments."""
        kw, kvar = self.base.part(at)
        kw = kw.copy()
        kw[:, 0] += self.device_kw[at]
        return kw, kvar


def picked(loads: Loads, rows: npt.NDArray[np.int64]) -> Loads:
    """Return the loads of some moments alone."""
    if isinstance(loads, SharedLoads):
        return replace(loads, series_kw=loads.series_kw[rows])
    if isinstance(loads, WithDevices):
        return WithDevices(picked(loads.base, rows), loads.device_kw[rows])
    kw, kvar = loads.part(slice(None))
    return YearLoads(loads.nodes, kw[rows], kvar[rows])


def device_assumptions(site: Site, scenario: Scenario) -> tuple[Assumption, ...]:
    """Say what is assumed of batteries and solar generators where nobody has said."""
    found = [
        Assumption(
            f"battery-{n}", "Battery", f"Round trip of {b.name}, energy out over energy in",
            f"{b.round_trip_pct:g} %", "own assumption until the data sheet is known",
        )
        for n, b in enumerate(scenario.batteries)
    ]  # fmt: skip
    found += [
        Assumption(
            f"solar-{n}", "Solar power", f"Yield of {s.name}, no yield by time is given",
            f"{sum(s.monthly_kwh):,.0f} kWh a year, the mean day of each month",
            "typical year; an installer's estimate or a metered year takes its place",
        )
        for n, s in enumerate(scenario.solar) if s.measured is None
    ]  # fmt: skip
    supply = site.supply
    said = scenario.limits.export_kw is not None or (supply and supply.export_kw is not None)
    if scenario.solar and not said:
        found.append(
            Assumption(
                "solar-export", "Solar power", "Export limit", "not known, none applied",
                "ask the network operator what the site may feed back",
            )
        )  # fmt: skip
    return tuple(found)


def hold_kw(supply: Supply, kvar: Reals, local_min: npt.NDArray[np.int64] | None = None) -> Reals:
    """Return the kW that may be drawn beside some kvar at every moment.

    P = √(S² − Q²)·(1 − losses), S the agreed kVA or the transformer's rating. Without
    `local_min` the hours in which less is agreed are not counted.
    """
    kva = np.full(len(kvar), supply.agreed_kva)
    if local_min is not None:
        kva = agreed_kva(supply, local_min)
    if supply.transformer is not None:
        kva = np.minimum(kva, supply.transformer.rated_kva)
    return np.asarray(np.sqrt(np.maximum(kva**2 - kvar**2, 0.0)) * (1 - LOSS_SHARE))


def device_year(
    site: Site,
    loads: Loads,
    start: datetime | None,
    interval_min: int,
    *,
    batteries: Sequence[Battery],
    solar: Sequence[Solar],
    local_min: npt.NDArray[np.int64] | None = None,
) -> DeviceYear:
    """Run batteries and solar generators beside the loads of a year.

    Parameters
    ----------
    site
        For the supply that limits the draw, and for the sun's path.
    loads
        kW and kvar by moment and node; the main board comes first.
    start, interval_min
        First moment in UTC and minutes per moment.
    batteries, solar
        All at the main board.
    local_min
        Local minutes since a midnight, for hours in which less is agreed.

    Returns
    -------
    DeviceYear
        kW by moment, positive where they draw; the books of the batteries close.
    """
    steps = len(loads)
    load = np.nan_to_num(loads.total_kw)
    sun = np.zeros(steps)
    if solar and site.bays:
        sun = solar_kw(solar, start or SIMULATED_START, interval_min, steps, place_of(site))
    kvar = np.nan_to_num(loads.part(slice(None))[1]).sum(axis=1)
    limit = np.full(steps, np.inf) if site.supply is None else hold_kw(site.supply, kvar, local_min)
    net = load - sun
    if not batteries:
        return DeviceYear(sun, np.zeros(steps), np.zeros(steps), 0.0, 0.0, 0.0, limit, 0.0)
    bank = follow(net, limit, batteries, interval_min)
    return DeviceYear(
        sun, bank.net_kw - net, bank.stored_kwh, bank.charged_kwh, bank.discharged_kwh,
        bank.start_kwh, limit, bank.over_kw,
    )  # fmt: skip


def device_findings(
    site: Site,
    loads: Loads,
    year: DeviceYear,
    local_min: npt.NDArray[np.int64],
    interval_min: int,
    *,
    batteries: Sequence[Battery],
    solar: Sequence[Solar],
    export_kw: float | None,
) -> tuple[Finding, ...]:
    """Say where batteries are too small or idle, and what solar power feeds back."""
    found: list[Finding] = []
    net = np.nan_to_num(loads.total_kw) + year.device_kw
    if batteries:
        found.append(_battery(site, net, year, local_min, interval_min, batteries))
    if solar:
        found.append(_export(site, net, local_min, export_kw))
    return tuple(found)


def yield_gaps(
    solar: Sequence[Solar], start: datetime | None, interval_min: int, steps: int
) -> tuple[Finding, ...]:
    """Say where a yield by time leaves out part of the year."""
    found = []
    for item in solar:
        if item.measured is None:
            continue
        kw = measured_kw(item.measured, start or SIMULATED_START, interval_min, steps)
        hours = float(np.isnan(kw).sum()) * interval_min / 60
        if hours:
            found.append(
                Finding(
                    "SOLAR-YIELD", Severity.WARNING, "solar", item.name,
                    f"The yield says nothing of {hours:,.0f} h of the year; no sun counts then.",
                    value=hours, limit=0.0, unit="h", fix="Give the yield of a whole year.",
                )
            )  # fmt: skip
    return tuple(found)


def _battery(
    site: Site, net: Reals, year: DeviceYear, local_min: npt.NDArray[np.int64],
    interval_min: int, batteries: Sequence[Battery],
) -> Finding:  # fmt: skip
    over = net - year.hold_kw
    hours = float((over > 1e-6).sum()) * interval_min / 60
    capacity = sum(b.capacity_kwh for b in batteries)
    days = len(net) * interval_min / 1440
    name = ", ".join(b.name for b in batteries)
    if hours:
        at = int(over.argmax())
        return Finding(
            "BATTERY-SMALL", Severity.ERROR, "battery", name,
            f"The battery is too small: {over[at]:.0f} kW are missing on "
            f"{moment(int(local_min[at]))}, {hours:,.1f} h in the year.",
            "Connection agreement", float(net[at]), float(year.hold_kw[at]), "kW",
            "Choose a larger battery, lower the charging limit or ask for more capacity.",
        )  # fmt: skip
    if year.discharged_kwh < USED_SHARE * capacity * days:
        return Finding(
            "BATTERY-IDLE", Severity.WARNING, "battery", name,
            f"The battery is hardly ever used: {year.discharged_kwh:,.0f} kWh in the year from "
            f"{capacity:,.0f} kWh of capacity.",
            value=year.discharged_kwh, unit="kWh",
            fix="Leave it out, or let the chargers draw more.",
        )  # fmt: skip
    return Finding(
        "BATTERY-YEAR", Severity.OK, "battery", name,
        f"The battery keeps the site within what it may draw: {year.discharged_kwh:,.0f} kWh given "
        f"and {year.loss_kwh:,.0f} kWh lost in the year.",
        value=year.discharged_kwh, unit="kWh",
    )  # fmt: skip


def _export(
    site: Site, net: Reals, local_min: npt.NDArray[np.int64], export_kw: float | None
) -> Finding:
    back, at = -float(net.min(initial=0.0)), int(net.argmin())
    when = moment(int(local_min[at])) if len(net) else ""
    if back <= 1e-9:
        return Finding(
            "SOLAR-EXPORT", Severity.OK, "solar", site.name,
            "The site uses all its solar power itself.", value=0.0, unit="kW",
        )  # fmt: skip
    text = f"Solar power feeds back up to {back:.0f} kW, on {when}"
    if export_kw is None:
        return Finding(
            "SOLAR-EXPORT", Severity.WARNING, "solar", site.name,
            f"{text}; how much the site may feed back is not known.", "Connection agreement",
            back, None, "kW", "Ask the network operator for the export limit.",
        )  # fmt: skip
    fits = back <= export_kw
    return Finding(
        "SOLAR-EXPORT", Severity.OK if fits else Severity.ERROR, "solar", site.name,
        f"{text}; {export_kw:.0f} kW are allowed.", "Connection agreement", back, export_kw, "kW",
        "" if fits else "Choose a smaller generator or inverter, or hold its power back.",
    )  # fmt: skip
