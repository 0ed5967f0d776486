"""The findings list: order, numbers, and where each one is on the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely import Point

from grid.findings import Finding, Severity
from planner.model.design import Charger, Design, DesignBoard
from planner.model.ids import AreaId, BayId, CircuitId, TrenchId
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.site import Site, SiteBoard
from ui.present.text import number

Key = tuple[str, str]
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2, Severity.OK: 3}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its list number and the object it is about, if on the plan."""

    number: int
    finding: Finding
    key: Key | None
    point: Point | None

    @property
    def measure(self) -> str:
        """Say the value against its limit, empty where there is none."""
        f = self.finding
        if f.value is None or f.limit is None:
            return ""
        return f"{number(f.value, 1)} of {number(f.limit, 1)} {f.unit}".strip()


def finding_rows(project: Project, outcome: Outcome | None) -> tuple[FindingRow, ...]:
    """Return open findings, gravest first, numbered."""
    if outcome is None:
        return ()
    open_ones = [f for f in outcome.findings if f.severity is not Severity.OK]
    open_ones.sort(key=lambda f: _ORDER[f.severity])
    rows = []
    for index, finding in enumerate(open_ones, 1):
        key, point = locate(project.site, outcome.design, finding.subject)
        rows.append(FindingRow(index, finding, key, point))
    return tuple(rows)


def counts(outcome: Outcome | None) -> dict[Severity, int]:
    """Count findings per severity; passed checks count as OK."""
    made = dict.fromkeys(Severity, 0)
    if outcome is not None:
        for finding in outcome.findings:
            made[finding.severity] += 1
        made[Severity.OK] = outcome.passed_checks
    return made


def locate(site: Site, design: Design, subject: str) -> tuple[Key | None, Point | None]:
    """Return what an id stands for on the plan, and where."""
    points: dict[str, Mapping[str, Charger | DesignBoard | SiteBoard]] = {
        "charger": _by_text(design.chargers),
        "pillar": _by_text(design.boards),
        "board": _by_text(site.boards),
    }
    for kind, objects in points.items():
        if subject in objects:
            return (kind, subject), objects[subject].point
    if circuit := design.circuits.get(CircuitId(subject)):
        return ("circuit", subject), circuit.route.interpolate(0.5, normalized=True)
    if trench := design.trenches.get(TrenchId(subject)):
        return ("trench", subject), trench.line.interpolate(0.5, normalized=True)
    polygon = bay.polygon if (bay := site.bays.get(BayId(subject))) else None
    if polygon is not None:
        return ("bay", subject), polygon.representative_point()
    if area := site.areas.get(AreaId(subject)):
        return ("area", subject), area.polygon.representative_point()
    transformer = site.supply.transformer.id if site.supply and site.supply.transformer else ""
    if site.substation is not None and subject in {"substation", "supply", "transformer", "site",
                                                   "intake", transformer}:  # fmt: skip
        return ("substation", "substation"), site.substation
    return None, None


def _by_text(objects: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Read a mapping by plain text ids."""
    return objects
