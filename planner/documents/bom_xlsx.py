"""Bill of materials and quote as a workbook that calculates.

Every money cell is a live formula with the same rounding as the quote, so that a
spreadsheet program and Ampyard agree to the cent. The workbook shows cost and
margin: it is the preparer's copy.
"""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook

from planner.documents.workbook import sheet_lists, sheet_money
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

_EPOCH = (1980, 1, 1, 0, 0, 0)
_WHEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the workbook; the same input gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("Summary")
    sheet_money.inputs(book, project, outcome.quote)
    sheet_money.bill(book, outcome)
    sheet_lists.cable_schedule(book, outcome)
    sheet_lists.chargers(book, project, outcome)
    sheet_lists.grid_check(book, outcome)
    sheet_lists.findings(book, outcome)
    sheet_lists.sources(book, outcome)
    sheet_money.summary(book, project, scenario, outcome)
    book.calculation.fullCalcOnLoad = True
    book.properties.creator = "Ampyard"
    book.properties.title = "Bill of materials and quote"
    stream = io.BytesIO()
    book.save(stream)
    return _without_clock(stream.getvalue())


def _without_clock(content: bytes) -> bytes:
    """Rewrite the archive without the time and order of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _WHEN.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
