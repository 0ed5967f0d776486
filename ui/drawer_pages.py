"""Which tables and plots the drawer offers at each step."""

from __future__ import annotations

from planner.demand.assumed import with_demand
from planner.model.design import Design
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.site import Site
from ui.connection_page import ConnectionPage
from ui.demand_plots import arrivals_page, band_page
from ui.diagram_view import DiagramView
from ui.drawer import Page, table_page
from ui.fleet_table import FleetEditor
from ui.headroom_page import HeadroomPage, ask_headroom
from ui.mix_page import MixPage
from ui.plots import charging_page, load_page
from ui.present import tables
from ui.present.energy_price import rows_of as rows_of_price
from ui.present.energy_price import tariff_of
from ui.present.fleet import rows_of
from ui.present.mixes import reasons_table
from ui.present.text import number
from ui.present.year import branches_table, checks_table, hours_table
from ui.price_page import PriceEditor
from ui.session import Session
from ui.strategy_page import StrategyPage
from ui.table_view import table_widget
from ui.year_plots import LoadPage, voltage_page, year_page


def drawer_pages(session: Session, step: int) -> list[Page]:
    """Return the pages of a step, the most telling first."""
    document = session.document
    project = document.require()
    site, design, outcome = project.site, document.design, document.shown
    pages: list[Page] = []
    if step == 2:
        pages += _demand_pages(session)
    if step == 4:
        pages += _year_pages(session)
    profile = site.profile
    if profile is not None and step == 1:
        source = (profile, site.supply)
        pages.append(Page("Existing load", "", lambda: load_page(profile, site), source))
    if step == 1:
        windows = _count(rows_of_price(tariff_of(project)))
        pages.append(Page("Energy price", windows, lambda: PriceEditor(session), (session,)))
    if step == 4 and outcome is not None:
        # A year that joins the outcome changes nothing in the diagram.
        made_from = (outcome.design, outcome.grid, project.settings)
        pages.append(Page("Single-line", "", lambda: DiagramView(session, outcome), made_from))
    if step == 4:
        old = "outdated" if session.studies.connection.is_old else ""
        pages += [
            Page("Connection", old, lambda: ConnectionPage(session), (session,)),
            Page("Strategies", "", lambda: StrategyPage(session), (session,)),
        ]
    if outcome is not None and step in (1, 4):
        pages.append(Page("Charging", "", lambda: charging_page(outcome), (outcome,)))
    pages += _site_pages(site, step)
    if design is not None and step in (3, 4):
        pages += _design_pages(project, design, outcome)
    if outcome is not None:
        pages += _result_pages(session, outcome, step)
    pages.append(_assumptions_page(session, step))
    return pages


def _assumptions_page(session: Session, step: int) -> Page:
    """List the assumptions of the result, before there is one those of site and demand."""
    outcome, demand = session.document.shown, session.demand
    site = session.document.require().site
    if outcome is None and step == 2 and demand is not None:
        known = with_demand(site.assumptions, demand)
        return Page(
            "Assumptions", _count(known), lambda: table_widget(tables.assumptions_table(known)),
            (site.assumptions, demand),
        )  # fmt: skip
    known = outcome.assumptions if outcome else site.assumptions
    return table_page("Assumptions", _count(known), tables.assumptions_table, known)


def _count(things: object) -> str:
    size = len(things) if hasattr(things, "__len__") else 0
    return f"{size:,}" if size else ""


def _demand_pages(session: Session) -> list[Page]:
    project, outcome = session.document.require(), session.document.shown
    demand, site = session.demand, project.site
    pages = []
    if demand is not None and project.scenario.demand:
        pages = [
            Page("Arrivals", "", lambda: arrivals_page(demand), (demand,)),
            Page("Site load", "", lambda: band_page(site, demand, outcome),
                 (demand, site.profile, site.supply, outcome)),
        ]  # fmt: skip
    rows = _count(rows_of(project))
    return [
        *pages,
        Page("Fleet", rows, lambda: FleetEditor(session), (session,)),
        Page("Strategies", "", lambda: StrategyPage(session), (session,)),
    ]


def _year_pages(session: Session) -> list[Page]:
    """Return the pages of the year; while it is computed anew the last one stays."""
    studies, design = session.studies, session.document.design
    study = studies.year
    if study is None or design is None:
        return []
    year, old = study.result, "updating" if studies.year_is_old else ""
    pages = [Page("Year", old, lambda: year_page(study, studies), (study,))]
    if year is not None:
        kinds = {str(key): ("circuit", str(key)) for key in design.circuits}
        pages += [
            Page("Load", old, lambda: LoadPage(year, studies), (study,)),
            Page("Voltage", old, lambda: voltage_page(year), (study,)),
            table_page("Year checks", _count(study.findings), checks_table, study.findings),
            table_page("Worst hours", _count(year.worst_hours), hours_table, year),
            Page("Loading", _count(year.branches),
                 lambda: table_widget(branches_table(year, kinds)), (study,)),
        ]  # fmt: skip
    return [*pages, *_headroom_pages(session)]


def _headroom_pages(session: Session) -> list[Page]:
    studies, project = session.studies, session.document.require()
    made = studies.headroom
    if made is None:
        return [Page("Headroom", "", lambda: ask_headroom(studies), (studies,))]
    old = "updating" if studies.headroom_is_old else _count(made.bays)
    return [Page("Headroom", old, lambda: HeadroomPage(made, project), (made,))]


def _site_pages(site: Site, step: int) -> list[Page]:
    pages = []
    if step in (0, 2):
        pages.append(table_page("Bays", _count(site.bays), tables.bays_table, site))
    if step == 0:
        pages.append(table_page("Areas", _count(site.areas), tables.areas_table, site))
        notes = _count((*site.import_notes, *(site.profile.notes if site.profile else ())))
        pages.append(table_page("Import report", notes, tables.notes_table, site))
    return pages


def _design_pages(project: Project, design: Design, outcome: Outcome | None) -> list[Page]:
    dug = sum(t.length_m for t in design.trenches.values() if not t.existing_duct)
    return [
        table_page("Chargers", _count(design.chargers), tables.chargers_table, project, design),
        table_page("Circuits", _count(design.circuits), tables.circuits_table, design, outcome),
        table_page("Trenches", f"{number(dug, 1)} m", tables.trenches_table, design),
    ]


def _result_pages(session: Session, outcome: Outcome, step: int) -> list[Page]:
    grid = outcome.grid
    if step == 3:
        return [
            Page("Mixes", "", lambda: MixPage(session), (session,)),
            table_page("Why this mix", "", reasons_table, outcome.mix),
        ]
    if step in (1, 4):
        return [
            table_page("Voltage and faults", _count(grid.nodes), tables.nodes_table, grid),
            table_page(
                "Calculations",
                _count([t for ts in outcome.traces.values() for t in ts]),
                tables.traces_table,
                outcome,
            ),
            table_page("Load cases", _count(grid.cases), tables.cases_table, grid),
        ]
    return []
