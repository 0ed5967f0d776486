"""Every interval of the profile's year: existing load and charging on the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from grid.findings import Finding
from grid.model import Network
from grid.network.radial import feed_order
from grid.network.year import Loads, YearError, YearFlow, solve_year
from planner.checks import year_findings
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year_devices import WithDevices, device_findings, device_year, yield_gaps
from planner.checks.year_hours import worst_hours
from planner.checks.year_load import YearLoad, year_load, year_loads
from planner.checks.year_scan import Scan, scan
from planner.checks.year_timed import timed_findings
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.outcome import Outcome, Service
from planner.model.project import Project
from planner.model.site import Site
from planner.model.storage import Battery, Solar
from planner.model.year import DeviceYear, YearBranch, YearNode, YearResult

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands at the main board beside the chargers, and what may be fed back."""

    batteries: tuple[Battery, ...] = ()
    solar: tuple[Solar, ...] = ()
    export_kw: float | None = None


NOTHING_BESIDE = Beside()


def beside(project: Project) -> Beside:
    """Return batteries and solar generators of the scenario, and the export limit."""
    scenario = project.scenario
    return Beside(scenario.batteries, scenario.solar, project.export_kw)


@dataclass(frozen=True, slots=True, eq=False)
class YearReport:
    """A year on the network; `result` is None where nothing could be computed."""

    load: YearLoad
    result: YearResult | None
    findings: tuple[Finding, ...]


def year_report(
    site: Site,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    service: Service,
    *,
    drop_limit_pct: float = 5.0,
    energy_price: float | None = None,
    ageing_ambient_c: float | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> YearReport:
    """Compute the power flow of every interval of the load profile and check its limits.

    Without a profile the simulated weeks are computed alone. What does not
    converge or is out of its limits is a finding with its worst moment, how
    long and how much; a passed check is a finding of severity OK.

    Parameters
    ----------
    site, design, catalogue, service
        As for the grid report; the service holds the charging load by time.
    drop_limit_pct
        Drop from the main board to a charger in per cent of nominal voltage.
    energy_price
        Price of a kWh lost in the site's currency; None leaves losses without cost.
    ageing_ambient_c
        Follow the transformer's ageing in air of this temperature; None leaves it out.
    beside
        Batteries and solar generators at the main board, and the export limit.
    """
    load = year_load(site, service)
    joined = site_network(site, design)
    if joined.network is None:
        return YearReport(load, None, joined.findings)
    rated = rated_inputs(joined.network, design, catalogue)
    loads: Loads = year_loads(joined.network, rated, load.existing_kw, load.charging_kw)
    devices: DeviceYear | None = None
    found: tuple[Finding, ...] = ()
    if beside.batteries or beside.solar:
        devices, loads, found = _with_devices(site, load, loads, beside)
    report = assess(
        site, joined.network, joined.names, load, loads,
        drop_limit_pct=drop_limit_pct, energy_price=energy_price,
        ageing_ambient_c=ageing_ambient_c,
    )  # fmt: skip
    if devices is None:
        return report
    findings = (*report.findings, *found)
    result = report.result and replace(report.result, devices=devices, findings=findings)
    return YearReport(load, result, findings)


def _with_devices(
    site: Site, load: YearLoad, loads: Loads, beside: Beside
) -> tuple[DeviceYear, Loads, tuple[Finding, ...]]:
    """Run batteries and solar generators beside the loads and add what they draw."""
    devices = device_year(
        site, loads, load.start, load.interval_min, batteries=beside.batteries,
        solar=beside.solar, local_min=load.local_min,
    )  # fmt: skip
    found = device_findings(
        site, loads, devices, load.local_min, load.interval_min, batteries=beside.batteries,
        solar=beside.solar, export_kw=beside.export_kw,
    )  # fmt: skip
    gaps = yield_gaps(beside.solar, load.start, load.interval_min, len(loads))
    return devices, WithDevices(loads, devices.device_kw), (*found, *gaps)


def assess(
    site: Site,
    network: Network,
    names: Mapping[str, str],
    load: YearLoad,
    loads: Loads,
    *,
    drop_limit_pct: float = 5.0,
    energy_price: float | None = None,
    ageing_ambient_c: float | None = None,
) -> YearReport:
    """Check any loads on any network; `load` says when, and what they consist of."""
    try:
        found = scan(network, loads, load.local_min, drop_limit_pct)
    except YearError as error:
        return YearReport(load, None, (year_findings.refused(site, str(error)),))
    result = _result(network, names, load, found)
    context = year_findings.Context(site, network, names, energy_price, ageing_ambient_c)
    findings = (
        *year_findings.all_of(context, found, result), *timed_findings(context, found, result)
    )  # fmt: skip
    if not found.converged.any():
        return YearReport(load, None, findings)
    return YearReport(load, replace(result, findings=findings), findings)


def year_flow(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], service: Service
) -> YearFlow | None:
    """Return voltages and currents of every moment and place, None without a network."""
    load, joined = year_load(site, service), site_network(site, design)
    if joined.network is None:
        return None
    rated = rated_inputs(joined.network, design, catalogue)
    return solve_year(
        joined.network, year_loads(joined.network, rated, load.existing_kw, load.charging_kw)
    )


def unmanaged(outcome: Outcome) -> Service:
    """Return the service with the load of cars that charge as they arrive."""
    demand = outcome.demand
    return replace(
        outcome.service, load_kw=demand.unmanaged_kw, step_min=demand.step_min, cap_kw=None,
        strategy="uncontrolled", peak_kw=demand.unmanaged_peak_kw,
    )  # fmt: skip


def _result(network: Network, names: Mapping[str, str], load: YearLoad, found: Scan) -> YearResult:
    return YearResult(
        start=load.start, interval_min=load.interval_min, local_min=load.local_min,
        existing_kw=load.existing_kw, charging_kw=load.charging_kw,
        intake_kva=found.intake_kva, intake_kw=found.intake_kw, loss_kw=found.loss_kw,
        lowest_pu=found.lowest_pu, highest_pu=found.highest_pu,
        transformer_pct=found.transformer_pct, agreed_kva=network.supply.agreed_kva,
        nodes=_nodes(network, names, found), branches=_branches(network, names, load, found),
        worst_step=found.worst_step, worst_hours=worst_hours(network, names, load, found),
        unsolved=int((~found.converged).sum()), compared_pu=found.compared_pu,
    )  # fmt: skip


def _nodes(network: Network, names: Mapping[str, str], found: Scan) -> dict[str, YearNode]:
    feeder = {network.origin: ("", 0.0)}
    for circuit_id in feed_order(network):
        demand = network.circuits[circuit_id].demand
        feeder[demand.to_id] = (demand.from_id, feeder[demand.from_id][1] + demand.length_m)
    return {
        node: YearNode(
            node, names.get(node, node), *feeder[node], -float(found.low.peak[i]),
            int(found.low.at[i]), float(found.high.peak[i]), int(found.high.at[i]),
            float(found.drop.peak[i]), int(found.drop.at[i]), float(found.worst_pu[i]),
        )
        for i, node in enumerate(found.nodes)
    }  # fmt: skip


def _branches(
    network: Network, names: Mapping[str, str], load: YearLoad, found: Scan
) -> dict[str, YearBranch]:
    """Circuits and boards by id; a board's current is what enters it."""
    hours = load.interval_min / 60
    branches = {}
    for ids, t in ((found.boards, found.board_a), (found.circuits, found.circuit_a)):
        for i, key in enumerate(ids):
            name = (
                year_findings.circuit_place(network, names, key)
                if key in network.circuits
                else names.get(key, key)
            )
            branches[key] = YearBranch(
                key, name, float(t.peak[i]), float(t.limit[i]), int(t.at[i]),
                float(t.over[i]) * hours,
            )  # fmt: skip
    return branches
