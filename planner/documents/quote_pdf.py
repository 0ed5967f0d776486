"""The quote as PDF."""

from __future__ import annotations

from planner.documents.quote.data import assemble
from planner.documents.typeset import typeset
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the PDF of one design."""
    return typeset("quote", assemble(project, scenario, outcome))
