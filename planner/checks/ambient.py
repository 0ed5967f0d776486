"""Chargers and devices in heat and height."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grid.findings import Finding, Severity
from grid.wiring.maker import altitude_pct, output_pct
from grid.wiring.problem import NotTabulated
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.project import Settings

DEVICES_UP_TO_M = 2000.0
"""Height to which switchgear keeps its ratings (IEC 60947-1, 6.1.2)."""


def ambient_findings(
    design: Design, catalogue: Mapping[ModelId, ChargerModel], settings: Settings
) -> Iterator[Finding]:
    """Tell which chargers give less than their rating at the site's temperature and height."""
    models = {c.model: c.id for c in design.chargers.values() if c.model in catalogue}
    for model, first in models.items():
        name, where = catalogue[model].name, f"{settings.ambient_c:g} °C"
        try:
            warm = output_pct(str(model), settings.ambient_c)
        except NotTabulated as missing:
            yield _told(first, f"{name}: {missing.reason}.", missing.remedy, 0.0, Severity.WARNING)
            continue
        high = altitude_pct(str(model), settings.altitude_m)
        share = (100.0 if warm is None else warm) * (100.0 if high is None else high) / 100
        if share < 100:
            text = (
                f"{name} gives {share:.0f} % of its output at {where}, {settings.altitude_m:g} m."
            )
            yield _told(first, text, "Count with the lower output, or shade the charger.", share)
    if settings.altitude_m > DEVICES_UP_TO_M and design.circuits:
        yield Finding(
            "AMBIENT-DEVICES", Severity.WARNING, "devices", "All devices",
            "Circuit breakers keep their ratings up to 2000 m only.", "IEC 60947-1 6.1.2",
            settings.altitude_m, DEVICES_UP_TO_M, "m",
            "Ask the maker for the factors at this height.",
        )  # fmt: skip


def _told(
    subject: str, message: str, fix: str, value: float, severity: Severity = Severity.INFO
) -> Finding:
    return Finding(
        "AMBIENT-CHARGER", severity, subject, f"Charger {subject}", message, "data sheet",
        value, 100.0, "%", fix[:1].upper() + fix[1:] + ("" if fix.endswith(".") else "."),
    )  # fmt: skip
