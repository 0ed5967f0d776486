"""Which tables and plots the drawer offers at each step."""

from __future__ import annotations

from ui.document import Document
from ui.drawer import Page, table_page
from ui.plots import charging_page, load_page
from ui.present import tables


def drawer_pages(document: Document, step: int) -> list[Page]:
    """Return the pages of a step, the most telling first."""
    project = document.require()
    site, design, outcome = project.site, document.design, document.shown
    pages: list[Page] = []
    profile = site.profile
    if profile is not None and step in (1, 4):
        pages.append(Page("Load", "", lambda: load_page(profile, site)))
    if outcome is not None and step in (1, 2, 4):
        pages.append(Page("Charging", "", lambda: charging_page(outcome)))
    if step in (0, 2):
        pages.append(table_page(tables.bays_table(site)))
    if step == 0:
        pages.append(table_page(tables.areas_table(site)))
        pages.append(table_page(tables.notes_table(site)))
    if design is not None and step in (3, 4):
        pages.append(table_page(tables.chargers_table(project, design)))
        pages.append(table_page(tables.circuits_table(design, outcome)))
        pages.append(table_page(tables.trenches_table(design)))
    if outcome is not None and step == 3:
        pages.append(table_page(tables.mixes_table(project, outcome)))
    if outcome is not None and step in (1, 4):
        pages.append(table_page(tables.nodes_table(outcome.grid)))
        pages.append(table_page(tables.cases_table(outcome.grid)))
    assumptions = outcome.assumptions if outcome else site.assumptions
    pages.append(table_page(tables.assumptions_table(assumptions)))
    return pages
