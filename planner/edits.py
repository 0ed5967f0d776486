"""The verbs of the window: each takes a project and returns a changed one.

Contract: pure and quick (well below a millisecond); what is not touched stays
the identical object, so views can tell by identity what to redraw. Circuits
and trenches are derived: an edit drops those that lead to nothing, and
`pipeline.recalculate` derives the rest anew. An unknown id is a `KeyError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from shapely import Point

from grid.model import Supply
from planner.model.charger import ChargerModel
from planner.model.demand import DemandInput
from planner.model.design import Charger, Design
from planner.model.ids import AreaId, BayId, BoardId, ChargerId, ModelId
from planner.model.money import PriceBook, Terms
from planner.model.project import Client, Project, Settings
from planner.model.scenario import Limits, Objective, Scenario
from planner.model.site import Area, Assumption, Bay, LoadProfile, Site, SiteBoard
from planner.model.storage import Battery, Solar

# --- the project as a whole ------------------------------------------------------------


def rename_project(project: Project, name: str) -> Project:
    """Give the project another name."""
    return replace(project, name=name)


def set_client(project: Project, client: Client) -> Project:
    """Say whom the quote is for."""
    return replace(project, client=client)


def set_terms(project: Project, terms: Terms) -> Project:
    """Set margin, discount, tax and the like."""
    return replace(project, terms=terms)


def set_settings(project: Project, settings: Settings) -> Project:
    """Set the code of practice and the installation conditions."""
    return replace(project, settings=settings)


def set_price_book(project: Project, book: PriceBook) -> Project:
    """Pin another price book."""
    return replace(project, price_book=book)


def set_catalogue(project: Project, catalogue: Mapping[ModelId, ChargerModel]) -> Project:
    """Pin another catalogue; models in use must be in it."""
    used = {c.model for s in project.scenarios if s.design for c in s.design.chargers.values()}
    if missing := used - catalogue.keys():
        raise KeyError(sorted(missing)[0])
    return replace(project, catalogue=catalogue)


# --- scenarios -------------------------------------------------------------------------


def add_scenario(project: Project, name: str) -> Project:
    """Add an empty scenario at the end and show it."""
    scenario = Scenario(free_name(project, name))
    return _with_scenarios(project, (*project.scenarios, scenario), len(project.scenarios))


def duplicate_scenario(project: Project, index: int, name: str | None = None) -> Project:
    """Copy a scenario to the place after it and show the copy."""
    original = project.scenarios[index]
    copy = replace(original, name=free_name(project, name or f"{original.name} copy"))
    scenarios = (*project.scenarios[: index + 1], copy, *project.scenarios[index + 1 :])
    return _with_scenarios(project, scenarios, index + 1)


def rename_scenario(project: Project, index: int, name: str) -> Project:
    """Give a scenario another name that none of the others has."""
    old = project.scenarios[index]
    if old.name == name:
        return project
    renamed = replace(old, name=free_name(project, name, but=index))
    return _set_scenario(project, index, renamed)


def remove_scenario(project: Project, index: int) -> Project:
    """Remove a scenario; the last one stays."""
    project.scenarios[index]  # an unknown index is an error even for the last one
    if len(project.scenarios) == 1:
        return project
    index %= len(project.scenarios)
    scenarios = (*project.scenarios[:index], *project.scenarios[index + 1 :])
    active = project.active - (project.active > index)
    return _with_scenarios(project, scenarios, min(active, len(scenarios) - 1))


def activate_scenario(project: Project, index: int) -> Project:
    """Show another scenario."""
    project.scenarios[index]
    return replace(project, active=index % len(project.scenarios))


def free_name(project: Project, wanted: str, but: int | None = None) -> str:
    """Return `wanted`, numbered if another scenario is called so."""
    taken = {s.name for i, s in enumerate(project.scenarios) if i != but}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def set_demand(project: Project, demand: tuple[DemandInput, ...]) -> Project:
    """Say who parks here."""
    return _set_scenario(project, project.active, replace(project.scenario, demand=demand))


def set_limits(project: Project, limits: Limits) -> Project:
    """Bound what may be proposed."""
    return _set_scenario(project, project.active, replace(project.scenario, limits=limits))


def set_objective(project: Project, objective: Objective) -> Project:
    """Say which of the three designs is wanted."""
    return _set_scenario(project, project.active, replace(project.scenario, objective=objective))


def set_seed(project: Project, seed: int) -> Project:
    """Draw other arrivals."""
    return _set_scenario(project, project.active, replace(project.scenario, seed=seed))


def set_batteries(project: Project, batteries: tuple[Battery, ...]) -> Project:
    """Put batteries at the main board of the scenario on screen, or take them away."""
    scenario = replace(project.scenario, batteries=batteries)
    return _set_scenario(project, project.active, scenario)


def set_solar(project: Project, solar: tuple[Solar, ...]) -> Project:
    """Put solar generators at the main board of the scenario on screen, or take them away."""
    return _set_scenario(project, project.active, replace(project.scenario, solar=solar))


def set_strategy(project: Project, strategy: str) -> Project:
    """Say how load management shares the power among the cars."""
    return _set_scenario(project, project.active, replace(project.scenario, strategy=strategy))


def accept_design(
    project: Project, design: Design | None, objective: Objective | None = None
) -> Project:
    """Take a proposed design into the scenario on screen; None discards the one there."""
    scenario = replace(
        project.scenario, design=design, objective=objective or project.scenario.objective
    )
    return _set_scenario(project, project.active, scenario)


# --- chargers and boards of the design -------------------------------------------------


def next_charger_id(design: Design) -> ChargerId:
    """Return the first unused id of the form C1, C2 ..."""
    number = len(design.chargers) + 1
    used = {*design.chargers, *(c.sized.demand.to_id for c in design.circuits.values())}
    return next(ChargerId(f"C{n}") for n in range(1, number + len(used) + 1) if f"C{n}" not in used)


def nearest_bays(project: Project, point: Point, count: int, mover: str = "") -> tuple[BayId, ...]:
    """Return up to `count` bays nearest to a point that no other charger serves."""
    design = project.scenario.design or Design()
    taken = {b for c in design.chargers.values() if c.id != mover for b in c.bays}
    taken |= set(project.scenario.limits.bays_kept_free)
    free = (bay for bay in project.site.bays.values() if bay.id not in taken)
    order = sorted(free, key=lambda bay: ((bay.head or bay.polygon).distance(point), bay.id))
    return tuple(bay.id for bay in order[:count])


def add_charger(
    project: Project, model: ModelId, point: Point, bays: tuple[BayId, ...] | None = None
) -> Project:
    """Place a charger by hand; without `bays` it serves the nearest free ones."""
    design = project.scenario.design or Design()
    outlets = project.catalogue[model].outlets
    served = nearest_bays(project, point, outlets) if bays is None else _known(project, bays)
    charger = Charger(next_charger_id(design), model, point, served, pinned=True)
    return _set_design(project, replace(design, chargers={**design.chargers, charger.id: charger}))


def move_charger(
    project: Project,
    charger_id: ChargerId,
    point: Point,
    bays: tuple[BayId, ...] | None = None,
) -> Project:
    """Move a charger and pin it; without `bays` it serves the nearest free ones."""
    old = _design(project).chargers[charger_id]
    if bays is None:
        served = nearest_bays(project, point, max(len(old.bays), 1), mover=charger_id)
    else:
        served = _known(project, bays)
    return _set_charger(project, replace(old, point=point, bays=served, pinned=True))


def serve_bays(project: Project, charger_id: ChargerId, bays: tuple[BayId, ...]) -> Project:
    """Say which bays a charger serves."""
    old = _design(project).chargers[charger_id]
    return _set_charger(project, replace(old, bays=_known(project, bays), pinned=True))


def change_model(project: Project, charger_id: ChargerId, model: ModelId) -> Project:
    """Put another model in the place of a charger."""
    project.catalogue[model]
    old = _design(project).chargers[charger_id]
    return _set_charger(project, replace(old, model=model, pinned=True))


def pin_charger(project: Project, charger_id: ChargerId, pinned: bool = True) -> Project:
    """Keep a charger where it is when designs are proposed, or set it free."""
    return _set_charger(project, replace(_design(project).chargers[charger_id], pinned=pinned))


def remove_chargers(project: Project, charger_ids: Collection[ChargerId]) -> Project:
    """Remove chargers with the circuits and trenches that served only them."""
    design = _design(project)
    for charger_id in charger_ids:
        design.chargers[charger_id]
    kept = {k: v for k, v in design.chargers.items() if k not in charger_ids}
    return _set_design(project, _pruned(replace(design, chargers=kept)))


def remove_charger(project: Project, charger_id: ChargerId) -> Project:
    """Remove one charger."""
    return remove_chargers(project, (charger_id,))


def move_board(project: Project, board_id: BoardId, point: Point) -> Project:
    """Move a new board or feeder pillar and pin it."""
    design = _design(project)
    board = replace(design.boards[board_id], point=point, pinned=True)
    return _set_design(project, replace(design, boards={**design.boards, board_id: board}))


def pin_board(project: Project, board_id: BoardId, pinned: bool = True) -> Project:
    """Keep a new board where it is when designs are proposed, or set it free."""
    design = _design(project)
    board = replace(design.boards[board_id], pinned=pinned)
    return _set_design(project, replace(design, boards={**design.boards, board_id: board}))


def set_managed_cap(project: Project, cap_kw: float | None) -> Project:
    """Set the most all chargers may draw together; None means no load management."""
    return _set_design(project, replace(_design(project), managed_cap_kw=cap_kw))


# --- the site --------------------------------------------------------------------------


def set_site(project: Project, site: Site) -> Project:
    """Replace the whole site, as an import does."""
    return replace(project, site=site)


def add_bays(project: Project, bays: Iterable[Bay]) -> Project:
    """Add bays; one with the id of an existing bay takes its place."""
    return _set_site(project, bays={**project.site.bays, **{bay.id: bay for bay in bays}})


def remove_bays(project: Project, bay_ids: Collection[BayId]) -> Project:
    """Remove bays; in every scenario chargers that served only them go too."""
    for bay_id in bay_ids:
        project.site.bays[bay_id]
    gone = frozenset(bay_ids)
    kept = {k: v for k, v in project.site.bays.items() if k not in gone}
    scenarios = tuple(_without_bays(scenario, gone) for scenario in project.scenarios)
    return replace(project, site=replace(project.site, bays=kept), scenarios=scenarios)


def set_accessible(project: Project, bay_id: BayId, accessible: bool) -> Project:
    """Mark a bay as accessible, or not."""
    bay = replace(project.site.bays[bay_id], accessible=accessible)
    return add_bays(project, (bay,))


def add_areas(project: Project, areas: Iterable[Area]) -> Project:
    """Add areas; one with the id of an existing area takes its place."""
    return _set_site(project, areas={**project.site.areas, **{a.id: a for a in areas}})


def remove_areas(project: Project, area_ids: Collection[AreaId]) -> Project:
    """Remove buildings, surfaces or keep-out zones."""
    for area_id in area_ids:
        project.site.areas[area_id]
    return _set_site(
        project, areas={k: v for k, v in project.site.areas.items() if k not in area_ids}
    )


def set_supply(
    project: Project, supply: Supply | None, assumptions: tuple[Assumption, ...] | None = None
) -> Project:
    """Set the intake; `assumptions` replace those made for the supply before."""
    if assumptions is None:
        return _set_site(project, supply=supply)
    others = tuple(a for a in project.site.assumptions if not a.id.startswith("supply-"))
    return _set_site(project, supply=supply, assumptions=(*others, *assumptions))


def set_site_board(project: Project, board: SiteBoard) -> Project:
    """Add or change an existing board; at most one is the origin."""
    boards = {**project.site.boards, board.id: board}
    if board.is_origin:
        boards = {k: replace(b, is_origin=k == board.id) for k, b in boards.items()}
    return _set_site(project, boards=boards)


def remove_site_board(project: Project, board_id: BoardId) -> Project:
    """Remove an existing board from the site."""
    project.site.boards[board_id]
    return _set_site(
        project, boards={k: b for k, b in project.site.boards.items() if k != board_id}
    )


def set_profile(project: Project, profile: LoadProfile | None) -> Project:
    """Set the load that is there already."""
    return _set_site(project, profile=profile)


def confirm_assumption(project: Project, assumption: Assumption, confirmed: bool = True) -> Project:
    """Record that someone has confirmed an assumption of the site or of a result."""
    wanted = replace(assumption, confirmed=confirmed)
    known = {a.id: a for a in project.site.assumptions}
    return _set_site(project, assumptions=tuple({**known, wanted.id: wanted}.values()))


# --- how the pieces are put back -------------------------------------------------------


def _with_scenarios(project: Project, scenarios: tuple[Scenario, ...], active: int) -> Project:
    return replace(project, scenarios=scenarios, active=active)


def _set_scenario(project: Project, index: int, scenario: Scenario) -> Project:
    index %= len(project.scenarios)
    before, after = project.scenarios[:index], project.scenarios[index + 1 :]
    return replace(project, scenarios=(*before, scenario, *after))


def _design(project: Project) -> Design:
    return project.scenario.design or Design()


def _set_design(project: Project, design: Design) -> Project:
    return _set_scenario(project, project.active, replace(project.scenario, design=design))


def _set_charger(project: Project, charger: Charger) -> Project:
    design = _design(project)
    return _set_design(project, replace(design, chargers={**design.chargers, charger.id: charger}))


def _set_site(project: Project, **changes: object) -> Project:
    return replace(project, site=replace(project.site, **changes))  # type: ignore[arg-type]


def _known(project: Project, bays: tuple[BayId, ...]) -> tuple[BayId, ...]:
    for bay in bays:
        project.site.bays[bay]
    return bays


def _without_bays(scenario: Scenario, gone: frozenset[BayId]) -> Scenario:
    """Take bays out of a scenario's design and limits."""
    limits = scenario.limits
    if gone & set(limits.bays_kept_free):
        free = tuple(b for b in limits.bays_kept_free if b not in gone)
        scenario = replace(scenario, limits=replace(limits, bays_kept_free=free))
    design = scenario.design
    if design is None or not any(gone & set(c.bays) for c in design.chargers.values()):
        return scenario
    chargers = {}
    for key, charger in design.chargers.items():
        bays = tuple(b for b in charger.bays if b not in gone)
        if bays == charger.bays:
            chargers[key] = charger
        elif bays:
            chargers[key] = replace(charger, bays=bays)
    return replace(scenario, design=_pruned(replace(design, chargers=chargers)))


def _pruned(design: Design) -> Design:
    """Drop circuits that end at no charger or board, then trenches without circuits."""
    ends = {*design.chargers, *design.boards}
    circuits = {k: c for k, c in design.circuits.items() if c.sized.demand.to_id in ends}
    trenches = {}
    for key, trench in design.trenches.items():
        laid = tuple(c for c in trench.circuits if c in circuits)
        if laid:
            trenches[key] = trench if laid == trench.circuits else replace(trench, circuits=laid)
    return replace(design, circuits=circuits, trenches=trenches)
