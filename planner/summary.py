"""One outcome as a JSON document: units in key names, totals as in the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grid.findings import Finding, Severity
from planner.checks.year import YearReport
from planner.model.outcome import Outcome, known
from planner.model.project import Project

SCHEMA = 1


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding with the keys every command uses."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "subject": finding.subject,
        "place": finding.place,
        "clause": finding.clause,
        "value": finding.value,
        "limit": finding.limit,
        "unit": finding.unit,
        "message": finding.message,
        "fix": finding.fix,
    }


def check_json(project: Project, outcome: Outcome) -> dict[str, Any]:
    """Return findings, grid state and circuits of a design."""
    return {
        "schema": SCHEMA,
        "project": project.name,
        "scenario": project.scenario.name,
        "passed_checks": outcome.passed_checks,
        "errors": _count(outcome, Severity.ERROR),
        "warnings": _count(outcome, Severity.WARNING),
        "findings": [finding_json(f) for f in outcome.findings],
        "grid": _grid(outcome),
        "circuits": [_circuit(outcome, key) for key in outcome.design.circuits],
        "assumptions": [
            {
                "id": a.id,
                "text": a.text,
                "value": a.value,
                "source": a.source,
                "confirmed": a.confirmed,
            }
            for a in outcome.assumptions
        ],
    }


def year_json(report: YearReport) -> dict[str, Any] | None:
    """Return the year's extremes with their times; None where nothing was computed."""
    year = report.result
    if year is None:
        return None
    hours = year.hours
    over = np.nan_to_num(year.intake_kva - year.agreed_kva, nan=0.0).clip(min=0)
    return {
        "intervals": len(year.intake_kva),
        "interval_min": year.interval_min,
        "unsolved_intervals": year.unsolved,
        "peak_kva": known(float(np.nanmax(year.intake_kva)), 2),
        "peak_at_local": year.when(year.worst_step),
        "peak_at_utc": year.when_utc(year.worst_step),
        "peak_hour_of_series": year.worst_step * hours,
        "agreed_kva": year.agreed_kva,
        "over_agreed_h": float((over > 0).sum()) * hours,
        "over_agreed_kvah": known(float(over.sum()) * hours, 2),
        "transformer_peak_pct": None
        if year.transformer_pct is None
        else known(float(np.nanmax(year.transformer_pct)), 2),
        "lowest_voltage_pu": known(float(np.nanmin(year.lowest_pu)), 4),
        "highest_voltage_pu": known(float(np.nanmax(year.highest_pu)), 4),
        "intake_kwh": known(float(np.nansum(year.intake_kw)) * hours, 1),
        "charging_kwh": known(float(np.nansum(year.charging_kw)) * hours, 1),
        "loss_kwh": known(float(np.nansum(year.loss_kw)) * hours, 1),
        "difference_to_newton_pu": float(year.compared_pu),
        "duration_kva": {
            f"p{share}": known(float(np.nanpercentile(year.intake_kva, share)), 2)
            for share in (5, 25, 50, 75, 95, 99)
        },
        "worst_hours": [
            {
                "local": h.local, "utc": h.utc, "kva": known(h.kva, 2),
                "existing_kw": known(h.existing_kw, 2), "charging_kw": known(h.charging_kw, 2),
                "cause": h.cause,
            }
            for h in year.worst_hours
        ],
        "checks": [finding_json(f) for f in report.findings],
        "branches": [
            {
                "id": b.id, "peak_a": known(b.peak_a, 2), "limit_a": known(b.limit_a, 2),
                "peak_at_local": year.when(b.peak_step), "peak_at_utc": year.when_utc(b.peak_step),
                "over_h": b.over_h,
            }
            for b in year.branches.values()
        ],
    }  # fmt: skip


def plan_json(project: Project, outcome: Outcome) -> dict[str, Any]:
    """Return everything `check_json` says, and chargers, service and price."""
    design, quote = outcome.design, outcome.quote
    return check_json(project, outcome) | {
        "objective": str(outcome.objective),
        "chargers": [
            {
                "id": c.id,
                "model": c.model,
                "power_kw": project.catalogue[c.model].power_kw,
                "outlets": project.catalogue[c.model].outlets,
                "bays": list(c.bays),
                "east_m": round(c.point.x, 2),
                "north_m": round(c.point.y, 2),
                "reasons": list(outcome.reasons.get(c.id, ())),
            }
            for c in design.chargers.values()
        ],
        "trenches_m": _trench_metres(outcome),
        "trench_m": round(sum(t.length_m for t in design.trenches.values()), 2),
        "cable_m": round(sum(c.cable_m * c.sized.parallel for c in design.circuits.values()), 2),
        "routing_gap_pct": round(outcome.routing.gap_pct, 2),
        "service": {
            "strategy": outcome.service.strategy,
            "served_pct": round(outcome.service.served_pct, 2),
            "energy_pct": round(outcome.service.energy_pct, 2),
            "waited_pct": round(outcome.service.waited_pct, 2),
            "peak_kw": round(outcome.service.peak_kw, 2),
            "unmanaged_peak_kw": round(outcome.service.unmanaged_peak_kw, 2),
            "cap_kw": outcome.service.cap_kw,
        },
        "bom": [
            {
                "group": line.bom.group,
                "code": line.bom.code,
                "description": line.bom.description,
                "quantity": float(line.bom.quantity),
                "unit": line.bom.unit,
                "unit_price": float(line.unit_price),
                "amount": float(line.amount),
                "basis": list(line.bom.basis),
            }
            for line in quote.lines
        ],
        "currency": quote.currency,
        "sum_lines": float(quote.sum_lines),
        "contingency": float(quote.contingency),
        "discount": float(quote.discount),
        "net": float(quote.net),
        "tax": float(quote.tax),
        "total": float(quote.total),
    }


def _count(outcome: Outcome, severity: Severity) -> int:
    return sum(f.severity is severity for f in outcome.findings)


def _trench_metres(outcome: Outcome) -> Mapping[str, float]:
    metres: dict[str, float] = {}
    for trench in outcome.design.trenches.values():
        kind = "existing duct" if trench.existing_duct else str(trench.surface)
        metres[kind] = metres.get(kind, 0.0) + trench.length_m
    return {kind: round(m, 2) for kind, m in sorted(metres.items())}


def _grid(outcome: Outcome) -> dict[str, Any]:
    report = outcome.grid
    return {
        "method": report.method,
        "cases": [
            {
                "name": c.name,
                "site_kw": known(c.site_kw, 2),
                "charging_kw": known(c.charging_kw, 2),
                "apparent_kva": known(c.apparent_kva, 2),
                "transformer_pct": known(c.transformer_pct, 2),
                "agreed_pct": known(c.agreed_pct, 2),
                "lowest_voltage_pu": known(c.lowest_pu, 4),
                "converged": c.converged,
            }
            for c in report.cases
        ],
        "nodes": [
            {
                "id": n.id,
                "voltage_pu": known(n.voltage_pu, 5),
                "drop_pct": known(n.drop_pct, 3),
                "ik3_max_ka": known(n.ik3_max_ka, 3),
                "ik1_min_ka": known(n.ik1_min_ka, 3),
                "zs_ohm": known(n.zs_ohm, 4),
            }
            for n in report.nodes.values()
        ],
    }


def _circuit(outcome: Outcome, key: Any) -> dict[str, Any]:
    circuit = outcome.design.circuits[key]
    sized = circuit.sized
    return {
        "id": circuit.id,
        "from": sized.demand.from_id,
        "to": sized.demand.to_id,
        "route_m": round(circuit.route_m, 2),
        "cable_m": round(circuit.cable_m, 2),
        "cable": sized.cable.key,
        "parallel": sized.parallel,
        "size_mm2": sized.cable.size_mm2,
        "ib_a": round(sized.demand.ib_a, 2),
        "in_a": sized.device.in_a,
        "iz_a": round(sized.iz_a, 2),
        "drop_pct": round(sized.drop_pct, 3),
        "device": sized.device.key,
        "rcd": sized.rcd,
        "binding": sized.binding,
    }
