"""What a session table was understood to be, and which archetype it resembles.

Contract: `preview_sessions` raises nothing for what a file holds; a question that stops
the reading stands in `problem`, and each answer is one of the `SessionOptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.demand.matching import (
    ArchetypeFit,
    Spread,
    drawn_like,
    match_sessions,
    quantities,
    spreads,
)
from planner.inputs.problem import InputError
from planner.inputs.profiles.preview import sheet_names
from planner.inputs.report import Action, Note
from planner.inputs.sessions import SessionOptions, SessionTable, read_sessions, recorded_demand
from planner.model.demand import DemandInput

Floats = npt.NDArray[np.float64]
_BINS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Share of cars in % between edges, in the record and in what each archetype draws.

    The last bin holds all above.
    """

    edges: Floats
    record_pct: Floats
    archetype_pct: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class SessionPreview:
    """A session table as understood so far; overlays by the names of `quantities`."""

    file: str
    sheets: tuple[str, ...] = ()
    table: SessionTable | None = None
    group: DemandInput | None = None
    spread: Mapping[str, Spread] = field(default_factory=dict)
    fits: tuple[ArchetypeFit, ...] = ()
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    problem: Note | None = None


def preview_sessions(path: Path, options: SessionOptions) -> SessionPreview:
    """Read a session table and compare it with the archetypes."""
    sheets = sheet_names(path)
    try:
        table = read_sessions(path, options)
    except InputError as error:
        action = Action.ASK if error.question else Action.REJECT
        problem = Note(action, "SES-STOPPED", error.place, error.reason, error.remedy)
        return SessionPreview(path.name, sheets, problem=problem)
    fits = match_sessions(table.sessions)
    return SessionPreview(
        path.name, sheets, table, recorded_demand(table), spreads(table.sessions), fits,
        _overlays(table, [fit.archetype for fit in fits]), table.notes,
    )  # fmt: skip


def _overlays(table: SessionTable, archetypes: list[str]) -> dict[str, Overlay]:
    drawn = {key: quantities(drawn_like(key)) for key in archetypes}
    found = {}
    for name, values in quantities(table.sessions).items():
        high = 24.0 if name == "arrival_h" else _round_up(float(np.quantile(values, 0.98)))
        edges = np.linspace(0.0, high, 25 if name == "arrival_h" else _BINS + 1)
        found[name] = Overlay(
            edges, _shares(values, edges),
            {key: _shares(columns[name], edges) for key, columns in drawn.items()},
        )  # fmt: skip
    return found


def _shares(values: Floats, edges: Floats) -> Floats:
    counted, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return np.asarray(100 * counted / max(len(values), 1))


def _round_up(value: float) -> float:
    """Return the next multiple of four steps, so that bins have round widths."""
    step = next(s for s in (1, 2, 4, 8, 16, 40, 80) if value <= _BINS * s)
    return float(4 * step * np.ceil(max(value, 1e-9) / (4 * step)))
