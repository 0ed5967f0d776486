"""Charging planned with hindsight: lowest peak or lowest cost, by linear programming.

With all arrivals known beforehand the plan is a bound that no live strategy can
beat, and what a depot with a fixed rota can really do. Solved with HiGHS.

Time is cut at every step, arrival and departure into stretches t of h(t) hours.
For car i, e(i,t) is energy in kWh, u(i) what it misses and P the peak:

    minimise   Σ price(t)·e(i,t) + peak_price·P + M·Σ u(i)
    subject to Σ_t e(i,t) + u(i) = need(i)       0 ≤ e(i,t) ≤ limit(i)·h(t)
               Σ_i e(i,t) ≤ cap(t)·h(t), ≤ (P − beside(t))·h(t)   per stretch
               Σ e(i,t) ≤ cabinet power·h(t)        per stretch and shared cabinet
               Σ Re(u(i)·d)·e(i,t)/h(t) ≤ L·cos(δ/2)  per stretch, phase limit, line and direction d

Line currents are vectors where cars charge between lines: |S| ≤ L is held by directions
d at most δ = 7.5° apart around S, each lowered so that the limit itself is never passed
(0.2 % is given away); where all cars charge to neutral one direction is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.phases import PhaseLimit
from planner.charging.plan_lines import Blocks, PhaseRows, draws_of, line_peaks_a, phase_rows
from planner.charging.run import Record, run
from planner.charging.station import Station
from planner.demand.taper import dc_mean_kw
from planner.model.charger import Current
from planner.model.demand import Sessions

UNSERVED_FACTOR = 1e3
"""Price of a missing kWh over the highest other price of a kWh."""
LEAST_H = 1e-4
SMALL = 10_000
"""Programs of fewer columns are solved without presolve: in half the time (measured)."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tariff:
    """Price of energy per step (repeated after its end) and of the highest kW.

    `beside_kw` is the load per step beside which the highest kW is counted.
    """

    per_kwh: tuple[float, ...] = (0.0,)
    per_kw_peak: float = 0.0
    beside_kw: tuple[float, ...] = (0.0,)


LOWEST_PEAK = Tariff((0.0,), 1.0)


def optimise(
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: Sequence[float] | None,
    tariff: Tariff,
    step_min: int,
    *,
    patience_min: float = 15.0,
    phase_limits: Sequence[PhaseLimit] = (),
) -> Record:
    """Plan the charging of all cars at least cost.

    Parameters
    ----------
    sessions, stations, limit_kw, step_min, patience_min
        As for the simulation; `limit_kw` in supply kW per step.
    tariff
        What a kWh costs at each step and what the highest kW costs once.
    phase_limits
        Amperes per line, held in every stretch.

    Returns
    -------
    Record
        Cars stand at the outlets they take without load management; fast-charging
        cars leave as they would then. Missing energy costs a thousand times
        the dearest kWh, so energy delivered is as high as the limits allow.
    """
    base, here = standing(sessions, stations, step_min, patience_min, phase_limits)
    if not len(here):
        return base
    limit, efficiency = supply_limits(sessions, stations, base)
    blocks = _blocks(base, here, limit, step_min)
    need, caps = sessions.energy_kwh / efficiency, as_caps(limit_kw)
    energy, _ = solve(
        blocks, need, caps, tariff, max(tariff.beside_kw),
        price_of(tariff, blocks), cabinets(stations, base, blocks),
        phase_rows(draws_of(stations, base, phase_limits), blocks, phase_limits, caps),
    )  # fmt: skip
    steps = sessions.horizon_days * 1440 // step_min
    load = np.bincount(blocks.step_of[blocks.stretch], energy, minlength=steps)
    at_once = np.bincount(blocks.stretch, energy / blocks.hours, minlength=len(blocks.step_of))
    got = np.bincount(blocks.car, energy, minlength=len(sessions)) * efficiency
    over = float((at_once - caps[blocks.step_of % len(caps)]).max(initial=0.0))
    return replace(
        base,
        energy_kwh=np.minimum(got, sessions.energy_kwh),
        load_kw=np.asarray(load[:steps] * (60.0 / step_min), np.float64),
        highest_kw=float(at_once.max(initial=0.0)),
        over_kw=over if over > 1e-4 else 0.0,
        phase_a=line_peaks_a(stations, base, blocks, energy, phase_limits),
    )


def standing(
    sessions: Sessions,
    stations: Sequence[Station],
    step_min: int,
    patience_min: float,
    phase_limits: Sequence[PhaseLimit],
) -> tuple[Record, Ints]:
    """Return where and when cars stand without load management, and those that found an outlet."""
    base = run(
        sessions, stations, None, None, step_min, patience_min=patience_min,
        phase_limits=phase_limits,
    )  # fmt: skip
    return base, np.flatnonzero(~np.isnan(base.plugged_min))


def as_caps(limit_kw: Sequence[float] | None) -> Floats:
    """Return the limits as an array, infinite where there are none."""
    return np.array([np.inf]) if limit_kw is None else np.asarray(limit_kw, float)


def supply_limits(
    sessions: Sessions, stations: Sequence[Station], base: Record
) -> tuple[Floats, Floats]:
    """Return each car's supply kW at its outlet, and the outlet's efficiency.

    Its highest on AC; the mean of its charge on DC, where the power falls as it fills.
    """
    efficiency = np.array([s.efficiency for s in stations])
    at = np.maximum(base.station, 0)
    kw = np.zeros(len(sessions))
    for current, outlet_kw in {(s.current, s.outlet_kw) for s in stations}:
        alike = np.array([(s.current, s.outlet_kw) == (current, outlet_kw) for s in stations])
        most = sessions.ac_kw if current is Current.AC else dc_mean_kw(sessions, outlet_kw)
        kw = np.where(alike[at], np.minimum(most, outlet_kw), kw)
    return kw / efficiency[at], efficiency[at]


def _blocks(base: Record, here: Ints, limit_kw: Floats, step_min: int) -> Blocks:
    begin, end = base.plugged_min[here], base.left_min[here]
    steps = np.arange(begin.min() // step_min, end.max() // step_min + 2) * float(step_min)
    edges = np.unique(np.concatenate((steps, begin, end)).round(6))
    first = np.searchsorted(edges, begin.round(6))
    count = np.searchsorted(edges, end.round(6)) - first
    car = np.repeat(here, count)
    stretch = np.repeat(first, count) + (
        np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    )
    hours = np.diff(edges)[stretch] / 60
    ok = hours > LEAST_H
    car, stretch, hours = car[ok], stretch[ok], hours[ok]
    step_of = ((edges[:-1] + edges[1:]) / 2 // step_min).astype(np.int64)
    return Blocks(car, stretch, hours, limit_kw[car] * hours, step_of)


def cabinets(stations: Sequence[Station], base: Record, blocks: Blocks) -> tuple[Ints, Floats]:
    """Return for each block its row among shared cabinets (−1: none), and row limits."""
    shared = np.array([s.shares for s in stations])
    kw = np.array([s.power_kw / s.efficiency for s in stations])
    at = base.station[blocks.car]
    size = len(blocks.step_of)
    key = np.where(shared[at], at * size + blocks.stretch, -1)
    rows, place = np.unique(key, return_inverse=True)
    skip = int(len(rows) > 0 and rows[0] == -1)
    return place - skip, kw[rows[skip:] // size]


def price_of(tariff: Tariff, blocks: Blocks) -> Floats:
    """Return the price of a kWh in each block."""
    price = np.asarray(tariff.per_kwh, float)
    return np.asarray(price[blocks.step_of[blocks.stretch] % len(price)])


def solve(
    blocks: Blocks,
    need: Floats,
    caps: Floats,
    tariff: Tariff,
    peak_from_kw: float,
    cost: Floats,
    shared: tuple[Ints, Floats],
    phases: PhaseRows,
) -> tuple[Floats, Floats]:
    """Build the program column by column; return kWh per block, and the worth of a kW more.

    The worth is by stretch, of cap and peak there together, by the dual solution. Only a
    peak above `peak_from_kw` has a price; `cost` is per kWh of each block, `shared` the
    rows of cabinets and `need` the kWh of every car, by its number in the blocks.
    """
    here = np.unique(blocks.car)
    n, cars = len(blocks.car), len(here)
    worth = np.zeros(len(blocks.step_of))
    if not n:
        return np.zeros(0), worth
    used, at = np.unique(blocks.stretch, return_inverse=True)
    step = blocks.step_of[used]
    row_of_car = np.full(len(need), -1)
    row_of_car[here] = np.arange(cars)
    beside = np.asarray(tariff.beside_kw, float)
    dearest = UNSERVED_FACTOR * max(float(np.abs(cost).max(initial=0.0)), tariff.per_kw_peak, 1e-3)
    cabinet, cabinet_kw = shared
    # Rows: cars, caps and peaks per stretch, cabinets. Columns: blocks, missing, peak.
    cap_row, peak_row = cars, cars + len(used)
    n_peak, peaks = (n, len(used)) if tariff.per_kw_peak > 0 else (0, 0)
    first_cabinet = peak_row + peaks
    first_phase = first_cabinet + len(cabinet_kw)
    entries = [
        (row_of_car[blocks.car], np.arange(n), np.ones(n)),
        (cap_row + at, np.arange(n), 1 / blocks.hours),
        (peak_row + at[:n_peak], np.arange(n_peak), 1 / blocks.hours[:n_peak]),
        (
            first_cabinet + cabinet[cabinet >= 0],
            np.flatnonzero(cabinet >= 0),
            1 / blocks.hours[cabinet >= 0],
        ),
        (first_phase + phases.row, phases.block, phases.value / blocks.hours[phases.block]),
        (np.arange(cars), n + np.arange(cars), np.ones(cars)),
        (peak_row + np.arange(peaks), np.full(peaks, n + cars), -np.ones(peaks)),
    ]
    row, col, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    solution, dual = _highs(
        row, col, value,
        cost=np.concatenate((cost, np.full(cars, dearest), [tariff.per_kw_peak])),
        lower=np.concatenate((np.zeros(n + cars), [peak_from_kw])),
        upper=np.concatenate((blocks.most_kwh, need[here], [np.inf])),
        row_lower=np.concatenate(
            (need[here], np.full(first_phase - cars + len(phases.limit_a), -np.inf))
        ),
        row_upper=np.concatenate(
            (
                need[here], np.maximum(caps[step % len(caps)], 0),
                -beside[step[:peaks] % len(beside)], cabinet_kw, phases.limit_a,
            )
        ),
    )  # fmt: skip
    worth[used] = -dual[cap_row:peak_row]
    if peaks:
        worth[used] -= dual[peak_row:first_cabinet]
    return np.clip(solution[:n], 0.0, blocks.most_kwh), np.maximum(worth, 0.0)


def _highs(
    row: Ints, col: Ints, value: Floats, *, cost: Floats, lower: Floats, upper: Floats,
    row_lower: Floats, row_upper: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    import highspy

    order = np.lexsort((row, col))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(cost), len(row_lower)
    program.col_cost_, program.col_upper_ = cost, upper
    program.col_lower_ = lower
    program.row_lower_, program.row_upper_ = row_lower, row_upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.searchsorted(col[order], np.arange(len(cost) + 1))
    program.a_matrix_.index_ = row[order]
    program.a_matrix_.value_ = value[order]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    if len(cost) < SMALL:
        solver.setOptionValue("presolve", "off")
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        # Every car may go without energy, so the program always has a solution.
        raise RuntimeError(f"HiGHS stopped with {solver.getModelStatus()}")
    found = solver.getSolution()
    return np.asarray(found.col_value), np.asarray(found.row_dual)
