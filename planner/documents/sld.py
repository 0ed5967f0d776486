"""The single-line diagram as SVG: source, boards, feeders, final circuits and chargers."""

from __future__ import annotations

from planner.documents.diagram.sheet import sheet
from planner.documents.palette import LIGHT, Palette
from planner.documents.plan.svg import tag
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Draw the outcome's design as an SVG file."""
    return draw(project, scenario, outcome).encode()


def draw(project: Project, scenario: Scenario, outcome: Outcome, palette: Palette = LIGHT) -> str:
    """Return the diagram; its size follows from the design."""
    page = sheet(project, scenario, outcome, palette)
    ground = tag("rect", width=page.width, height=page.height, fill=palette.surface)
    return tag(
        "svg", ground, *(item.svg for item in page.items), xmlns="http://www.w3.org/2000/svg",
        width=page.width, height=page.height,
        viewBox=f"0 0 {page.width:g} {page.height:g}", font_family="Inter, sans-serif",
    )  # fmt: skip
