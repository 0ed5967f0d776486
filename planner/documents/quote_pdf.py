"""The quote as PDF, set by typst from a shipped template and shipped fonts.

Text of users travels as JSON beside the template and is never part of its code.
No system font, network or clock is used.
"""

from __future__ import annotations

import json

from data import asset_path
from planner.documents.quote.data import assemble
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the PDF of one design."""
    import typst

    template = asset_path("quote/quote.typ")
    pdf: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(asset_path("fonts"))],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(assemble(project, scenario, outcome))},
    )
    return pdf
