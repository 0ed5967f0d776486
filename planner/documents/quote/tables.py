"""Cable schedule, grid results and traces as rows of words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grid.model import CircuitKind
from grid.trace import Trace
from planner.documents.words import figure, significant
from planner.model.design import Circuit
from planner.model.outcome import Outcome
from planner.money.sections.electrical import cable_name

TRACES_EACH = 5


def cable_rows(outcome: Outcome) -> list[list[str]]:
    """Return one row per circuit."""
    return [_cable_row(circuit, outcome) for circuit in outcome.design.circuits.values()]


def _cable_row(circuit: Circuit, outcome: Outcome) -> list[str]:
    sized, demand = circuit.sized, circuit.sized.demand
    node = outcome.grid.nodes.get(demand.to_id)
    runs = f"{sized.parallel} × " if sized.parallel > 1 else ""
    return [
        circuit.id, f"{demand.from_id} → {demand.to_id}", figure(circuit.cable_m, 1),
        f"{runs}{cable_name(sized.cable)}", f"{sized.device.kind} {sized.device.curve}".strip(),
        sized.rcd or "–", figure(demand.ib_a, 1), figure(sized.device.in_a),
        figure(sized.iz_a, 1), figure(sized.drop_pct, 2),
        figure(node.drop_pct, 2) if node else "–", sized.binding,
    ]  # fmt: skip


def grid_tables(outcome: Outcome) -> dict[str, Any]:
    """Return the tables of load cases, nodes and branches."""
    grid = outcome.grid
    return {
        "method": grid.method,
        "cases": [
            [case.name, figure(case.site_kw, 1), figure(case.charging_kw, 1),
             figure(case.apparent_kva, 1), figure(case.transformer_pct, 1),
             figure(case.agreed_pct, 1), figure(case.lowest_pu, 4),
             "yes" if case.converged else "no"]
            for case in grid.cases
        ],
        "nodes": [
            [node.id, node.name, figure(node.voltage_pu, 4), figure(node.drop_pct, 2),
             figure(node.ik3_max_ka, 2), figure(node.ik1_min_ka, 2), figure(node.zs_ohm, 3)]
            for node in grid.nodes.values()
        ],
        "branches": [
            [branch.id, figure(branch.current_a, 1), figure(branch.limit_a, 1),
             figure(branch.loading_pct, 1), figure(branch.loss_kw, 2)]
            for branch in grid.branches.values()
        ],
    }  # fmt: skip


def traces(outcome: Outcome) -> list[dict[str, Any]]:
    """Explain the heaviest feeder and the final circuit with the greatest drop."""
    return [
        {"circuit": circuit.id, "steps": [_trace(t) for t in found[:TRACES_EACH]]}
        for circuit in _worth_explaining(outcome)
        if (found := outcome.traces.get(circuit.id, ()))
    ]


def _worth_explaining(outcome: Outcome) -> Iterator[Circuit]:
    traced = [c for c in outcome.design.circuits.values() if outcome.traces.get(c.id)]
    feeders = [c for c in traced if c.sized.demand.kind is CircuitKind.FEEDER]
    finals = [c for c in traced if c.sized.demand.kind is CircuitKind.FINAL]
    if feeders:
        yield max(feeders, key=lambda c: c.sized.demand.ib_a)
    if finals:
        yield max(finals, key=lambda c: c.sized.drop_pct)


def _trace(trace: Trace) -> dict[str, Any]:
    value = _words(trace.value)
    return {
        "quantity": trace.quantity,
        "value": f"{value} {trace.unit}".strip(),
        "rule": trace.rule,
        "formula": trace.formula,
        "substituted": trace.substituted,
        "note": trace.note,
        "inputs": [
            [i.symbol, _words(i.value), i.unit,
             i.source + (", assumed" if i.assumed else "")]
            for i in trace.inputs
        ],
    }  # fmt: skip


def _words(value: float | str) -> str:
    return significant(value) if isinstance(value, int | float) else value
