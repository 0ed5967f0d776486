"""One pass over the year's power flow: series at the intake, extremes everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.model import Network
from grid.network.year import Loads, YearFlow, solve_parts
from planner.checks.held import held_a
from planner.checks.year_tally import Tally, Weeks, tally, weeks

Reals = npt.NDArray[np.float64]
EN_LOW_PU, EN_HIGH_PU = 0.90, 1.10
"""95 % of a week's ten-minute means (EN 50160:2010, 4.2.2.2)."""
EN_FLOOR_PU = 0.85
"""All of them (EN 50160:2010, 4.2.2.2)."""


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What is kept of a year; series have shape (steps,), tallies one column per element."""

    nodes: tuple[str, ...]
    circuits: tuple[str, ...]
    boards: tuple[str, ...]
    converged: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    intake_kva: Reals
    intake_kw: Reals
    loss_kw: Reals
    transformer_pct: Reals | None
    lowest_pu: Reals
    highest_pu: Reals
    low: Tally
    high: Tally
    drop: Tally
    circuit_a: Tally
    board_a: Tally
    weeks: Weeks
    worst_step: int
    worst_pu: Reals
    compared_pu: float


def scan(
    network: Network, loads: Loads, local_min: npt.NDArray[np.int64], drop_limit_pct: float
) -> Scan:
    """Solve the year part by part and keep what the checks and pictures need.

    Limits: the voltage band of EN 50160 at every node, the drop from the main
    board, the smaller of device rating and capacity of each circuit, and the
    rating of each board against the current that enters it.
    """
    parts = solve_parts(network, loads)
    first = next(parts)
    n = len(first.nodes)
    boards = _boards(network, first)
    low, high = tally(np.full(n, -EN_LOW_PU)), tally(np.full(n, EN_HIGH_PU))
    drop = tally(np.full(n, drop_limit_pct))
    limits = [_limit_a(network, c) for c in first.circuits]
    held = np.array([held_a(network.circuits[c]) for c in first.circuits])
    circuit_a, board_a = tally(np.array(limits)), tally(np.array([r for r, _ in boards.values()]))
    by_week = weeks(EN_LOW_PU, EN_HIGH_PU, local_min, n)
    series: dict[str, list[npt.NDArray[np.generic]]] = {}
    at, worst_step, worst_kva, gap = 0, -1, -np.inf, 0.0
    worst_pu = np.full(n, np.nan)
    for flow in _again(first, parts):
        pu, kva = flow.voltage_pu, flow.intake_kva
        low.add(-pu, at)
        high.add(pu, at)
        drop.add(100 * (pu[:, :1] - pu), at)
        circuit_a.add(np.minimum(flow.circuit_a, held), at)
        board_a.add(_board_a(flow, boards), at)
        by_week.add(pu, local_min[at : at + len(kva)])
        if flow.converged.any() and np.nanmax(kva) > worst_kva:
            row = int(np.nanargmax(kva))
            worst_step, worst_kva, worst_pu = at + row, float(kva[row]), pu[row].copy()
        for name, values in _kept(flow).items():
            series.setdefault(name, []).append(values)
        at, gap = at + len(kva), max(gap, flow.compared_pu)
    whole = {name: np.concatenate(values) for name, values in series.items()}
    for values in whole.values():
        values.flags.writeable = False
    return Scan(
        first.nodes, first.circuits, tuple(boards), low=low, high=high, drop=drop,
        circuit_a=circuit_a, board_a=board_a, weeks=by_week, worst_step=worst_step,
        worst_pu=worst_pu, compared_pu=gap,
        **{"transformer_pct": None} | whole,  # type: ignore[arg-type]
    )  # fmt: skip


def _again(first: YearFlow, rest: Iterator[YearFlow]) -> Iterator[YearFlow]:
    yield first
    yield from rest


def _kept(flow: YearFlow) -> dict[str, npt.NDArray[np.generic]]:
    found: dict[str, npt.NDArray[np.generic]] = {
        "converged": flow.converged, "known": flow.known, "intake_kva": flow.intake_kva,
        "intake_kw": flow.intake_kw, "loss_kw": flow.loss_kw,
        "lowest_pu": flow.voltage_pu.min(axis=1), "highest_pu": flow.voltage_pu.max(axis=1),
    }  # fmt: skip
    if flow.transformer_pct is not None:
        found["transformer_pct"] = flow.transformer_pct
    return found


def _limit_a(network: Network, circuit_id: str) -> float:
    circuit = network.circuits[circuit_id]
    return min(circuit.iz_a, circuit.device.in_a)


def _boards(network: Network, flow: YearFlow) -> Mapping[str, tuple[float, int]]:
    """Rating of each fed board and the column of the circuit that feeds it, −1 at the origin."""
    feeder = {network.circuits[c].demand.to_id: i for i, c in enumerate(flow.circuits)}
    found = {}
    for board_id, board in network.boards.items():
        column = -1 if board_id == network.origin else feeder.get(board_id)
        if column is not None and board.rating_a > 0:
            found[board_id] = (board.rating_a, column)
    return found


def _board_a(flow: YearFlow, boards: Mapping[str, tuple[float, int]]) -> Reals:
    if not boards:
        return np.empty((len(flow.converged), 0))
    columns = [
        flow.origin_a if column < 0 else flow.circuit_a[:, column]
        for _, column in boards.values()
    ]  # fmt: skip
    return np.column_stack(columns)
