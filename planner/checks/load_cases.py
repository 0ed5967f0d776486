"""The hours that decide: existing load and charging, together and apart.

With load management the site draws at most what was agreed, and charging at
most its limit; both bounds are put on the network in their worst split. That
the limit is kept at every moment is what the charging simulation shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from grid.model import LoadCase, Network
from grid.network.impedance import node_impedances
from grid.network.radial import path
from planner.charging.headroom import LOSS_SHARE, weekly_highest_kw
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.outcome import Service
from planner.model.site import Site

EXISTING_POWER_FACTOR = 0.95
"""cos φ of the existing load where only kW are known (assumption)."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Weight(StrEnum):
    """What a case decides."""

    DESIGN = "design"
    LIGHT = "light"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class SiteCase:
    """One moment: existing kW at the main board and kW by charger, both at the supply side.

    `device_kw` is what batteries draw at the main board, negative where they give.
    """

    name: str
    weight: Weight
    existing_kw: float
    charging_kw: Mapping[str, float]
    device_kw: float = 0.0

    @property
    def total_charging_kw(self) -> float:
        """Supply kW of all chargers together."""
        return sum(self.charging_kw.values())


@dataclass(frozen=True, slots=True)
class Rated:
    """Most a charger draws from the supply, and at which power factor."""

    kw: float
    power_factor: float


def rated_inputs(
    network: Network, design: Design, catalogue: Mapping[ModelId, ChargerModel]
) -> dict[str, Rated]:
    """Full supply kW of every fed charger: output power over efficiency."""
    circuits = {c.demand.to_id: c.demand for c in network.circuits.values()}
    found = {}
    for charger_id, charger in design.chargers.items():
        if charger_id not in circuits:
            continue
        model = catalogue.get(charger.model)
        if model is None:
            demand = circuits[charger_id]
            found[str(charger_id)] = Rated(demand.p_kw, demand.power_factor)
        else:
            found[str(charger_id)] = Rated(model.power_kw / model.efficiency, model.power_factor)
    return found


def site_cases(
    site: Site, design: Design, network: Network, rated: Mapping[str, Rated], service: Service
) -> tuple[SiteCase, ...]:
    """List the cases in the order of the report, the busiest hour first."""
    full = {c: r.kw for c, r in rated.items()}
    lowest, highest = existing_range_kw(site)
    everything = SiteCase(
        "All chargers at full power, without load management",
        Weight.DESIGN if design.managed_cap_kw is None else Weight.INFORMATION,
        highest,
        full,
    )
    light = SiteCase("Lowest load, no charging", Weight.LIGHT, lowest, {})
    cases = [_busiest(site, full, service)]
    if design.managed_cap_kw is not None:
        limit_kw = min(design.managed_cap_kw, sum(full.values()))
        left_kw = _agreed_kw(site) - limit_kw
        existing = min(highest, max(left_kw, lowest))
        # Batteries give at the main board what the supply lacks, as the simulation shows.
        device = 0.0 if service.net_kw is None else min(0.0, left_kw - existing)
        cases += [
            SiteCase(f"Charging at its limit, {name}", Weight.DESIGN, existing, kw, device)
            for name, kw in _splits(network, full, limit_kw)
        ]
        uncontrolled = min(service.unmanaged_peak_kw, sum(full.values()))
        cases.append(
            SiteCase(
                "Cars as they arrive, without load management", Weight.INFORMATION, highest,
                shared(full, uncontrolled),
            )
        )  # fmt: skip
    return (*cases, everything, light)


def existing_range_kw(site: Site) -> tuple[float, float]:
    """Lowest and highest existing load; both zero where there is no profile."""
    if site.profile is None or not len(site.profile.kw):
        return 0.0, 0.0
    return max(0.0, float(site.profile.kw.min())), max(0.0, site.profile.peak_kw)


def _agreed_kw(site: Site) -> float:
    """Return what all loads may draw; the load manager measures at the intake, with losses."""
    if site.supply is None:
        return math.inf
    return site.supply.agreed_kva * EXISTING_POWER_FACTOR * (1 - LOSS_SHARE)


def _busiest(site: Site, full: Mapping[str, float], service: Service) -> SiteCase:
    """Find the time of the week at which existing load and charging add up to most.

    Each time of the week takes the highest value that the profile and the
    simulation have at that time in any week.
    """
    steps = 7 * 1440 // service.step_min
    charging = _by_week(service.load_kw, steps)
    existing = np.zeros(steps)
    if site.profile is not None and len(site.profile.kw):
        existing = weekly_highest_kw(site.profile, service.step_min)
    given = np.zeros(steps)
    if service.net_kw is not None:
        # What batteries give or take at the main board counts there, not at the chargers.
        given = _by_week(service.net_kw, steps) - charging
    at = int(np.argmax(existing + charging + given))
    minute = at * service.step_min
    when = f"{DAYS[minute // 1440]} {minute % 1440 // 60:02d}:{minute % 60:02d}"
    return SiteCase(
        f"Busiest time of the week, {when}", Weight.DESIGN, max(0.0, float(existing[at])),
        shared(full, float(charging[at])), float(given[at]),
    )  # fmt: skip


def _by_week(load_kw: npt.NDArray[np.float64], steps: int) -> npt.NDArray[np.float64]:
    """Fold a series over the horizon into its highest value per time of the week."""
    padded = np.zeros(max(1, -(-len(load_kw) // steps)) * steps)
    padded[: len(load_kw)] = load_kw
    return np.asarray(padded.reshape(-1, steps).max(axis=0))


def shared(full: Mapping[str, float], total_kw: float) -> dict[str, float]:
    """Share a total among chargers in proportion to their power, none above it."""
    whole = sum(full.values())
    part = min(1.0, total_kw / whole) if whole else 0.0
    return {c: kw * part for c, kw in full.items()}


def first_come(
    order: Iterable[str], full: Mapping[str, float], total_kw: float
) -> dict[str, float]:
    """Give chargers full power in an order until the total is used up."""
    left, found = total_kw, {}
    for charger in order:
        found[charger] = min(full[charger], left)
        left -= found[charger]
    return found


def _splits(
    network: Network, full: Mapping[str, float], limit_kw: float
) -> list[tuple[str, dict[str, float]]]:
    """Ways to spend the limit that load voltage and feeders most."""
    z = node_impedances(network)
    far_first = sorted(full, key=lambda c: (-abs(z[c].z1_min), c))
    found = [
        ("shared by all", shared(full, limit_kw)),
        ("furthest chargers first", first_come(far_first, full, limit_kw)),
    ]
    if limit_kw >= sum(full.values()):
        return found[:1]
    for board, behind in _by_feeder(network, far_first).items():
        order = [*behind, *(c for c in far_first if c not in behind)]
        found.append((f"those of {network.boards[board].name} first",
                      first_come(order, full, limit_kw)))  # fmt: skip
    return found


def _by_feeder(network: Network, chargers: Sequence[str]) -> dict[str, list[str]]:
    """Chargers behind each board other than the origin."""
    found: dict[str, list[str]] = {}
    for charger in chargers:
        for circuit in path(network, charger)[:-1]:
            found.setdefault(network.circuits[circuit].demand.to_id, []).append(charger)
    return {b: c for b, c in found.items() if b in network.boards}


def load_case(case: SiteCase, network: Network, rated: Mapping[str, Rated]) -> LoadCase:
    """Turn a case into kW and kvar by node."""
    q = {c: kw * tangent(rated[c].power_factor) for c, kw in case.charging_kw.items()}
    q[network.origin] = case.existing_kw * tangent(EXISTING_POWER_FACTOR)
    at_origin = case.existing_kw + case.device_kw
    return LoadCase(case.name, {**case.charging_kw, network.origin: at_origin}, q)


def tangent(power_factor: float) -> float:
    """Return kvar per kW at a power factor."""
    return math.tan(math.acos(min(1.0, max(0.1, power_factor))))
