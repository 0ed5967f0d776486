"""Studies of a finished design that the window asks for beside its outcome.

Each is a task of the worker: pure but for the progress it reports, and small in
what it returns, so that neither process waits long for the pipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from grid.findings import Finding
from planner.model.connection import ConnectionOptions, Reinforcement
from planner.model.demand import Demand
from planner.model.design import Design
from planner.model.headroom import HeadroomMap
from planner.model.outcome import Mix, MixOption, Outcome, Service
from planner.model.project import Project
from planner.model.year import YearResult
from planner.progress import Progress

if TYPE_CHECKING:
    from planner.charging.compare import Regime

Reals = npt.NDArray[np.float64]
Partial = Callable[[object], None]


@dataclass(frozen=True, slots=True, eq=False)
class Uncontrolled:
    """Charging as the cars arrive: mean kW per `step_min` over whole weeks."""

    kw: Reals
    step_min: int
    peak_kw: float


@dataclass(frozen=True, slots=True, eq=False)
class YearStudy:
    """A year of a design, and for comparison what other loads would draw.

    `result` is None where nothing could be computed; `findings` say why.
    `existing_kva` is the site without charging, `unmanaged_kva` with cars that
    charge as they arrive; both without losses.
    """

    result: YearResult | None
    findings: tuple[Finding, ...]
    existing_kva: Reals
    unmanaged_kva: Reals


def study_year(
    project: Project,
    design: Design,
    service: Service,
    uncontrolled: Uncontrolled,
    progress: Progress,
    _partial: Partial,
) -> YearStudy:
    """Compute the year of a design."""
    from planner.checks.load_cases import EXISTING_POWER_FACTOR, tangent
    from planner.checks.year import beside, year_report
    from planner.checks.year_load import year_load

    progress(0.1, "The year on the network")
    report = year_report(
        project.site, design, project.catalogue, service,
        drop_limit_pct=project.settings.drop_limit_pct, beside=beside(project),
        energy_price=project.settings.energy_price,
        ageing_ambient_c=project.settings.ageing_ambient_c,
    )  # fmt: skip
    free = replace(
        service, load_kw=uncontrolled.kw, step_min=uncontrolled.step_min,
        peak_kw=uncontrolled.peak_kw,
    )  # fmt: skip
    load = year_load(project.site, free)
    models = [project.catalogue[c.model] for c in design.chargers.values()]
    drawn = sum(m.power_kw / m.efficiency for m in models)
    own = sum(m.power_kw / m.efficiency * tangent(m.power_factor) for m in models) / (drawn or 1.0)
    kw = load.existing_kw + load.charging_kw
    kvar = load.existing_kw * tangent(EXISTING_POWER_FACTOR) + load.charging_kw * own
    return YearStudy(
        report.result, report.findings, load.existing_kw / EXISTING_POWER_FACTOR,
        np.hypot(kw, kvar),
    )  # fmt: skip


def study_headroom(
    project: Project, design: Design, service: Service, progress: Progress, _partial: Partial
) -> HeadroomMap:
    """Find what every bay can still take."""
    from planner.checks.headroom_map import headroom_of

    progress(0.1, "The headroom of every bay")
    return headroom_of(project, design, service)


def study_strategies(
    project: Project, design: Design, progress: Progress, _partial: Partial
) -> tuple[Regime, ...]:
    """Run the sessions of the scenario under every live strategy, unmanaged first."""
    from planner import stages
    from planner.charging.bill import contract_of, live_tariffs
    from planner.charging.compare import compare, with_cost
    from planner.charging.limits import design_limits
    from planner.charging.pilots import with_pilots
    from planner.charging.station import stations_of_chargers
    from planner.charging.strategies import CHEAPEST_HOURS, FILL_VALLEYS, SHAVE_PEAK, STRATEGIES
    from planner.charging.strategies.priority_groups import usual_priorities

    site, scenario = project.site, project.scenario
    demand = stages.demand(scenario.demand, scenario.seed)
    sessions = demand.sessions
    stations = with_pilots(stations_of_chargers(design.chargers.values(), project.catalogue))
    contract = contract_of(
        site, project.settings.energy_tariff, project.price_book.currency,
        sessions.horizon_days, stages.STEP_MIN,
    )  # fmt: skip
    ranks = set(usual_priorities(sessions.groups).values())
    # With one rank alone the groups are served as least laxity serves everyone.
    live = [name for name in STRATEGIES if name != "priority_groups" or len(ranks) > 1]
    regimes = compare(
        sessions, stations, stages.headroom(site, scenario.solar), design.managed_cap_kw,
        stages.STEP_MIN, strategies=(*live, FILL_VALLEYS, SHAVE_PEAK, CHEAPEST_HOURS),
        most_cars_for_bound=0, phase_limits=design_limits(design, stations),
        batteries=scenario.batteries, progress=progress,
        tariffs=live_tariffs(contract, demand.unmanaged_kw, demand.step_min),
    )  # fmt: skip
    return with_cost(regimes, contract)


@dataclass(frozen=True, slots=True)
class ConnectionStudy:
    """What could be agreed with the network operator, and what the design needs as it is."""

    options: ConnectionOptions
    reinforcement: Reinforcement


def study_connection(
    project: Project,
    design: Design,
    service: Service,
    demand: Demand,
    progress: Progress,
    _partial: Partial,
) -> ConnectionStudy:
    """Compare connection options with the cars of an outcome; list its reinforcements."""
    from planner.checks.connection import connection_options
    from planner.checks.reinforce import reinforce

    options = connection_options(
        project, design, demand.sessions, progress=lambda share, text: progress(0.8 * share, text)
    )
    made, _, _ = reinforce(
        project, design, service, demand,
        lambda share, text: progress(0.8 + 0.2 * share, f"Reinforcement, {text.lower()}"),
    )  # fmt: skip
    return ConnectionStudy(options, made)


@dataclass(frozen=True, slots=True)
class Diagram:
    """The single-line diagram as SVG, and where the words about each object stand.

    `targets` are ids of circuits, boards and chargers with a box: left, top,
    right, bottom in picture units.
    """

    svg: str
    width: float
    height: float
    targets: tuple[tuple[str, tuple[float, float, float, float]], ...]


def study_diagram(
    project: Project, outcome: Outcome, dark: bool, _progress: Progress, _partial: Partial
) -> Diagram:
    """Draw the single-line diagram of a design in a theme."""
    from planner.documents import palette, sld
    from planner.documents.diagram.items import Label
    from planner.documents.diagram.sheet import sheet

    colours = palette.DARK if dark else palette.LIGHT
    page = sheet(project, project.scenario, outcome, colours)
    design = outcome.design
    known = {str(i) for i in (*design.circuits, *design.chargers, *design.boards)}
    known |= {str(i) for i in project.site.boards}
    targets = tuple(
        (words[0], item.box)
        for item in page.items
        if isinstance(item, Label) and (words := item.words.split()) and words[0] in known
    )
    svg = sld.draw(project, project.scenario, outcome, colours)
    return Diagram(svg, page.width, page.height, targets)


def study_mixes(
    project: Project, mix: Mix, progress: Progress, _partial: Partial
) -> tuple[MixOption, ...]:
    """Find which mixes no other beats in cost, service and connection."""
    from planner import stages
    from planner.layout.mix_front import mix_front
    from planner.pipeline import unit_costs

    scenario = project.scenario
    return mix_front(
        mix,
        (stages.demand(scenario.demand, scenario.seed),
         *stages.redraws(scenario.demand, scenario.seed)),
        scenario.limits, project.catalogue, unit_costs(project),
        stages.headroom(project.site, scenario.solar), scenario.seed, progress,
        batteries=scenario.batteries,
    )  # fmt: skip


STUDIES: Mapping[str, Callable[..., object]] = {
    "year": study_year,
    "headroom": study_headroom,
    "strategies": study_strategies,
    "connection": study_connection,
    "mixes": study_mixes,
    "diagram": study_diagram,
}
