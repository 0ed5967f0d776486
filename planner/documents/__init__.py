"""Documents: one module per output, all with the same signature, listed in `FORMATS`.

Contract: ``render(project, scenario, outcome) -> bytes`` in each module; the
registry alone touches the disk. Text of users is data, never code. Files carry
no author, path or clock; the same input gives the same bytes where the format
allows it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.documents.files import write_bytes

if TYPE_CHECKING:
    from planner.model.outcome import Outcome
    from planner.model.project import Project
    from planner.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Document:
    """One output: `tail` ends the file name, `module` renders it and is imported late."""

    name: str
    title: str
    tail: str
    module: str

    def render(self, project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
        """Return the document's bytes."""
        module = importlib.import_module(f"planner.documents.{self.module}")
        rendered: bytes = module.render(project, scenario, outcome)
        return rendered

    def write(self, project: Project, scenario: Scenario, outcome: Outcome, folder: Path) -> Path:
        """Write the document into the folder, all or nothing, and return its path."""
        path = folder / f"{file_stem(project.name)}-{file_stem(scenario.name)}-{self.tail}"
        write_bytes(path, self.render(project, scenario, outcome))
        return path


def file_stem(name: str) -> str:
    """Return a name that is safe as part of a file name on every system."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "unnamed"


_ALL = (
    Document("xlsx", "Bill of materials and quote", "bom.xlsx", "bom_xlsx"),
    Document("geojson", "Site plan, GeoJSON", "plan.geojson", "geojson"),
    Document("quote-xlsx", "Quote as a workbook, without cost", "quote.xlsx", "quote_xlsx"),
    Document("pdf", "Quote", "quote.pdf", "quote_pdf"),
    Document("html", "Web map", "map.html", "webmap"),
    Document("gpkg", "Site plan, GeoPackage", "plan.gpkg", "gpkg"),
    Document("csv", "Bill of materials, CSV", "bom.csv", "csv_bom"),
    Document("proof", "Load management, proof on one page", "proof.pdf", "proof_pdf"),
    Document("year", "Year on the network", "year.html", "year_html"),
    Document("svg", "Site plan, SVG", "plan.svg", "plan_svg"),
    Document("sld", "Single-line diagram, SVG", "sld.svg", "sld"),
    Document("pandapower", "Network for pandapower", "net.json", "pandapower_net"),
    Document("sld-dxf", "Single-line diagram, DXF", "sld.dxf", "sld_dxf"),
)
FORMATS: Mapping[str, Document] = {document.name: document for document in _ALL}
"""Every document by the name used on the command line."""

ALSO: Mapping[str, tuple[str, ...]] = {"sld": ("sld-dxf",)}
"""Documents that come with one another on the command line: the diagram in both formats."""


def with_companions(names: Sequence[str]) -> tuple[str, ...]:
    """Return the formats asked for and those that come with them, each once."""
    found = (each for name in names for each in (name, *ALSO.get(name, ())))
    return tuple(dict.fromkeys(found))
