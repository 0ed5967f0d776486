"""The site plan as vector SVG, alone or inside the quote."""

from __future__ import annotations

from collections.abc import Mapping

from planner.documents.palette import LIGHT, Palette
from planner.documents.plan.furniture import legend, north_arrow, scale_bar
from planner.documents.plan.layers import all_layers
from planner.documents.plan.svg import tag
from planner.documents.plan.view import fit
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import Site

SHEET = (1120.0, 790.0)
"""Picture units of a plan on its own, the shape of A4 landscape."""


def render(project: Project, _scenario: Scenario, outcome: Outcome) -> bytes:
    """Draw the outcome's design as an SVG file."""
    return draw(project.site, outcome.design, project.catalogue, *SHEET).encode()


def draw(
    site: Site, design: Design | None, catalogue: Mapping[ModelId, ChargerModel],
    width: float, height: float, *, with_legend: bool = True, palette: Palette = LIGHT,
) -> str:  # fmt: skip
    """Return the plan fitted into `width` × `height` picture units."""
    view = fit(site, design, width, height)
    parts = [all_layers(site, design, catalogue, view, palette)]
    if with_legend:
        parts.append(legend(site, design, catalogue, view, palette))
    parts += [north_arrow(view, palette), scale_bar(view, palette)]
    return tag(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", width=width, height=height,
        viewBox=f"0 0 {width:g} {height:g}", font_family="Inter, sans-serif",
    )  # fmt: skip
