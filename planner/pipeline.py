"""From project to outcome: the only place where the rooms meet.

Contract: pure. The same project, scenario and objective give the same outcome;
progress is reported through a callback that may raise `Cancelled`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from grid.findings import Finding, Severity
from planner import stages
from planner.charging.bill import contract_of, live_tariffs
from planner.charging.limits import design_limits
from planner.charging.optimise import Tariff
from planner.charging.pilots import with_pilots
from planner.charging.station import stations_of_chargers
from planner.charging.strategies import PRICED, SHAVE_PEAK, STRATEGIES
from planner.charging.strategies.names import name_of
from planner.checks.echoes import without_echoes
from planner.checks.electrical import PME_ASSUMPTION, electrical_findings, pme_assumption
from planner.checks.grid import grid_assumptions
from planner.checks.siting import check_siting
from planner.checks.year import YearReport, beside, year_report
from planner.checks.year_devices import device_assumptions
from planner.demand.assumed import with_demand
from planner.demand.room import bay_findings
from planner.layout.cabling import Cabling
from planner.layout.mix import choose_mix
from planner.layout.placement import place
from planner.layout.routing import Routes
from planner.layout.terminals import label_terminals
from planner.model.checked import by_severity, with_year
from planner.model.demand import Demand
from planner.model.design import Charger, Design, DesignBoard
from planner.model.ids import BoardId, ChargerId, ModelId
from planner.model.outcome import GridReport, Mix, Outcome, Service
from planner.model.project import Project
from planner.model.scenario import Objective, Scenario
from planner.model.site import Assumption
from planner.money.audit import audit
from planner.money.pricing import price
from planner.money.takeoff import take_off
from planner.money.unit_cost import installed_costs
from planner.own_tables import table_findings, with_own_tables
from planner.progress import Progress, silent


class NotReady(ValueError):  # noqa: N818 - a state of the project, shown as its next step
    """The project lacks something a proposal needs; the text is the next step."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What placement decided, or the user dragged; routes and cables follow from it."""

    objective: Objective
    chargers: Mapping[ChargerId, Charger]
    boards: Mapping[BoardId, DesignBoard]
    cap_kw: float | None
    mix: Mix | None
    reasons: Mapping[ChargerId, tuple[str, ...]]
    findings: tuple[Finding, ...]


def next_step(project: Project, scenario: Scenario) -> str:
    """Return what is missing before a proposal, or an empty text."""
    if not project.site.bays:
        return "The site has no bays: open a map with bays, or fill a car park with bays."
    if project.site.supply is None:
        return "The supply is not known: fill in the supply step or give a supply workbook."
    if not scenario.demand:
        return "Say who parks here first: choose an archetype and drivers per day."
    return ""


def propose(
    project: Project, scenario: Scenario, objective: Objective, progress: Progress = silent
) -> Outcome:
    """Return a complete design for one objective; pinned items stay.

    Raises
    ------
    NotReady
        Where bays, supply or drivers are missing.
    Cancelled
        Where `progress` raises it.
    """
    _require_ready(project, scenario)
    project = with_own_tables(project)
    progress(0.02, "Drivers and their needs")
    demand = stages.demand(scenario.demand, scenario.seed)
    progress(0.05, "Corridors for trenches")
    corridors = stages.corridors(project.site, scenario.limits, project.price_book)
    progress(0.15, "Number and size of chargers")
    mix = _choose_mix(project, scenario, objective, demand, _span(progress, 0.15, 0.45))
    progress(0.45, "Bays for chargers")
    pinned, pinned_boards = _pinned(scenario)
    placement = place(
        project.site, mix.chosen.counts, corridors, scenario.limits, objective,
        project.catalogue, pinned=pinned, pinned_boards=pinned_boards,
        managed_cap_kw=mix.chosen.cap_kw,
    )  # fmt: skip
    layout = Layout(
        objective, placement.chargers, placement.boards, mix.chosen.cap_kw, mix,
        placement.reasons, (*mix.findings, *placement.findings),
    )  # fmt: skip
    return _complete(project, scenario, layout, _span(progress, 0.55, 1.0))


def propose_all(
    project: Project, scenario: Scenario, progress: Progress = silent
) -> tuple[Outcome, ...]:
    """Return the three designs: lowest cost, balanced, future-ready."""
    share = 1 / len(Objective)
    return tuple(
        propose(project, scenario, objective, _span(progress, index * share, (index + 1) * share))
        for index, objective in enumerate(Objective)
    )


def recalculate(project: Project, scenario: Scenario, progress: Progress = silent) -> Outcome:
    """Return the outcome of the scenario's own design after an edit.

    Chargers and boards stay where they are; trenches, circuits, grid, service
    and price are derived again.
    """
    _require_ready(project, scenario)
    project = with_own_tables(project)
    design = scenario.design or Design()
    layout = Layout(
        scenario.objective, design.chargers, design.boards, design.managed_cap_kw, None, {}, ()
    )
    return _complete(project, scenario, layout, progress)


def unit_costs(project: Project) -> dict[ModelId, float]:
    """Return what one more charger of each model costs with all that comes with it."""
    return installed_costs(project.catalogue, project.price_book)


def _require_ready(project: Project, scenario: Scenario) -> None:
    missing = next_step(project, scenario)
    if missing:
        raise NotReady(missing)


def _choose_mix(
    project: Project, scenario: Scenario, objective: Objective, demand: Demand, progress: Progress
) -> Mix:
    return choose_mix(
        demand, scenario.limits, objective, project.catalogue, unit_costs(project),
        stages.headroom(project.site, scenario.solar),
        bays=len(project.site.bays) - len(scenario.limits.bays_kept_free),
        seed=scenario.seed, progress=progress, batteries=scenario.batteries,
        redraws=stages.redraws(scenario.demand, scenario.seed),
    )  # fmt: skip


def _pinned(
    scenario: Scenario,
) -> tuple[dict[ChargerId, Charger], dict[BoardId, DesignBoard]]:
    design = scenario.design or Design()
    return (
        {k: c for k, c in design.chargers.items() if c.pinned},
        {k: b for k, b in design.boards.items() if b.pinned},
    )


def _complete(project: Project, scenario: Scenario, layout: Layout, progress: Progress) -> Outcome:
    """Derive everything that follows from where chargers and boards stand."""
    site, catalogue = project.site, project.catalogue
    demand = stages.demand(scenario.demand, scenario.seed)
    corridors = stages.corridors(site, scenario.limits, project.price_book)
    progress(0.05, "Trenches")
    routes = stages.route(
        corridors, layout.chargers, layout.boards, _origin_ways(project), catalogue,
        managed_cap_kw=layout.cap_kw, seed=scenario.seed,
    )  # fmt: skip
    progress(0.3, "Cables and protection")
    cabling = stages.design_circuits(
        site, layout.chargers, layout.boards, routes, catalogue, project.settings, layout.cap_kw
    )
    chargers = label_terminals(layout.chargers, cabling.circuits, catalogue)
    design = Design(chargers, layout.boards, cabling.circuits, cabling.trenches, layout.cap_kw)
    progress(0.45, "Service to drivers")
    service = _simulate(project, scenario, design, demand, progress)
    progress(0.65, "Power flow and faults")
    grid = stages.check_grid(
        site, design, catalogue, service, demand, drop_limit_pct=project.settings.drop_limit_pct
    )
    progress(0.95, "Quantities and price")
    outcome = _outcome(project, scenario, layout, (routes, cabling, design, demand, service, grid))
    progress(1.0, "Done")
    return outcome


def _origin_ways(project: Project) -> int:
    return sum(b.board.spare_ways for b in project.site.boards.values() if b.is_origin)


def _simulate(
    project: Project, scenario: Scenario, design: Design, demand: Demand,
    progress: Progress = silent,
) -> Service:  # fmt: skip
    """Prove the service of a design with the sessions it was sized for."""
    stations = stations_of_chargers(design.chargers.values(), project.catalogue)
    if design.managed_cap_kw is None:
        return stages.serve(
            demand.sessions, stations, None, "uncontrolled", step_min=stages.STEP_MIN
        )
    room = stages.headroom(project.site, scenario.solar)
    # With batteries the supply's room is stretched, the cap on the chargers is not.
    helped = bool(scenario.batteries) and scenario.strategy in STRATEGIES
    limit = design.managed_cap_kw if helped else room.clip(max=design.managed_cap_kw)
    strategy, tariff, open_questions = _priced(project, scenario, demand)
    # Where power is short, AC outlets tell cars whole amperes from 6 A.
    service = stages.serve(
        demand.sessions, with_pilots(stations), limit, strategy, step_min=stages.STEP_MIN,
        batteries=scenario.batteries if helped else (), supply_kw=room, tariff=tariff,
        phase_limits=design_limits(design, stations),
        unmanaged_peak_kw=stages.peak_unmanaged_kw(demand.sessions, stations, stages.STEP_MIN),
        told=lambda share: progress(0.45 + 0.2 * share, "Service to drivers"),
    )  # fmt: skip
    # The very same service where nothing is added: later stages are found again by it.
    if not open_questions:
        return service
    return replace(service, findings=(*service.findings, *open_questions))


def _priced(
    project: Project, scenario: Scenario, demand: Demand
) -> tuple[str, Tariff | None, tuple[Finding, ...]]:
    """Return strategy and tariff; without an energy price the peak alone is planned for."""
    if scenario.strategy not in PRICED:
        return scenario.strategy, None, ()
    contract = contract_of(
        project.site, project.settings.energy_tariff, project.price_book.currency,
        demand.sessions.horizon_days, stages.STEP_MIN,
    )  # fmt: skip
    tariffs = live_tariffs(contract, demand.unmanaged_kw, demand.step_min)
    if tariffs:
        return scenario.strategy, tariffs[0], ()
    missing = Finding(
        "CHG-PRICE", Severity.WARNING, "supply", "Charging",
        f"'{name_of(scenario.strategy)}' needs an energy price, and none is entered; "
        "until then charging is planned for the lowest peak.",
        fix="Enter the energy price in step Supply, or choose another strategy.",
    )  # fmt: skip
    return SHAVE_PEAK, None, (missing,)


def _outcome(
    project: Project,
    scenario: Scenario,
    layout: Layout,
    parts: tuple[Routes, Cabling, Design, Demand, Service, GridReport],
) -> Outcome:
    routes, cabling, design, demand, service, grid = parts
    bom = take_off(
        project.site, design, project.catalogue, project.price_book, project.settings.pme,
        (scenario.batteries, scenario.solar),
    )  # fmt: skip
    quote = price(bom, project.price_book, project.terms)
    found = (
        *layout.findings, *demand.findings, *routes.findings, *cabling.findings,
        *bay_findings(demand.sessions, len(project.site.bays)),
        *stages.check_layout(design, project.site), *service.findings, *grid.findings,
        *electrical_findings(project.site, design, project.catalogue, project.settings),
        *check_siting(project.site, design, project.catalogue, scenario.limits),
        *table_findings(project), *quote.findings, *audit(design, bom, quote),
        *_shortfall(scenario, service.served_pct, len(demand.sessions)),
        *_budget(scenario, float(quote.net), quote.currency),
    )  # fmt: skip
    found = without_echoes(found, routes.paths)
    return Outcome(
        objective=layout.objective, design=design, demand=demand, mix=layout.mix,
        routing=routes.routing, reasons=layout.reasons, traces=cabling.traces, grid=grid,
        service=service, bom=bom, quote=quote, findings=by_severity(found),
        passed_checks=cabling.passed + sum(f.severity is Severity.OK for f in found),
        assumptions=_assumptions(project, scenario, demand, design),
    )  # fmt: skip


def check_year(
    project: Project,
    outcome: Outcome,
    *,
    ageing_ambient_c: float | None = None,
    energy_price: float | None = None,
) -> tuple[Outcome, YearReport]:
    """Add to an outcome what every interval of the load profile's year shows.

    With `ageing_ambient_c` the transformer's ageing is followed in air of that temperature;
    with `energy_price` per kWh losses have a cost; without, what the settings say holds.
    """
    s = project.settings
    ageing_ambient_c = s.ageing_ambient_c if ageing_ambient_c is None else ageing_ambient_c
    energy_price = s.energy_price if energy_price is None else energy_price
    report = year_report(
        project.site, outcome.design, project.catalogue, outcome.service,
        drop_limit_pct=project.settings.drop_limit_pct, ageing_ambient_c=ageing_ambient_c,
        beside=beside(project), energy_price=energy_price,
    )  # fmt: skip
    return with_year(outcome, report.result, report.findings), report


def _shortfall(scenario: Scenario, served_pct: float, cars: int) -> tuple[Finding, ...]:
    """Say where fewer are served than asked for; warn where luck does not explain it.

    A mix keeps the level over several draws of the demand, of which this is one: one draw
    in twenty falls short by more than `luck_pct`.
    """
    wanted = scenario.limits.service_pct
    luck_pct = 1.645 * math.sqrt(wanted * (100 - wanted) / max(cars, 1))
    if served_pct >= wanted:
        return ()
    luck = served_pct >= wanted - luck_pct
    aside = f" Luck alone moves {cars:,} cars by up to {luck_pct:.1f} points." if luck else ""
    return (
        Finding(
            "SERVICE-SHORT", Severity.INFO if luck else Severity.WARNING, "design",
            "Service to drivers",
            f"{served_pct:.1f} % of drivers are served in full; {wanted:g} % are asked for.{aside}",
            value=served_pct, limit=wanted, unit="%",
            fix="Add chargers, raise the charging limit, or accept less.",
        ),
    )  # fmt: skip


def _budget(scenario: Scenario, net: float, currency: str) -> tuple[Finding, ...]:
    budget = scenario.limits.budget
    if budget is None or net <= budget:
        return ()
    return (
        Finding(
            "MONEY-BUDGET", Severity.WARNING, "quote", "Price",
            f"The price is above the budget by {net - budget:,.0f} {currency}.",
            value=net, limit=budget, unit=currency,
            fix="Raise the budget, or accept a lower service level.",
        ),
    )  # fmt: skip


def _assumptions(
    project: Project, scenario: Scenario, demand: Demand, design: Design
) -> tuple[Assumption, ...]:
    """Return the site's assumptions, those of demand, grid and devices, and the open decision."""
    known = {a.id: a for a in with_demand(project.site.assumptions, demand)}
    for assumption in grid_assumptions(project.site, design):
        known.setdefault(assumption.id, assumption)
    for assumption in device_assumptions(project.site, scenario):
        known.setdefault(assumption.id, assumption)
    undecided = pme_assumption(project.site, project.settings)
    if undecided is None:
        known.pop(PME_ASSUMPTION, None)
    else:
        known.setdefault(PME_ASSUMPTION, undecided)
    return tuple(known.values())


def _span(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress that reports 0 to 1 as `start` to `end`."""
    return lambda share, text: progress(start + share * (end - start), text)
