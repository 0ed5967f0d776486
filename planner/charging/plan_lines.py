"""Phase limits as rows of a linear program, and the line currents of its plan.

Line currents are vectors where cars charge between lines. |S| ≤ L is held by directions
at most δ apart around S, each lowered by cos(δ/2) so that the limit itself is never
passed; where all cars charge to neutral one direction is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.charging.phases import PhaseLimit, PhaseTree
from planner.charging.run import Record
from planner.charging.station import Station

DIRECTION_STEP_DEG = 7.5
"""Distance of directions; 1 − cos(3.75°) = 0.2 % of a limit is given away."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Draws = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """One entry per car and stretch of its stay; `step_of` is by stretch."""

    car: Ints
    stretch: Ints
    hours: Floats
    most_kwh: Floats
    step_of: Ints


@dataclass(frozen=True, slots=True, eq=False)
class PhaseRows:
    """Rows of the program for phase limits: entry k is `value` kW⁻¹·A of a block in a row."""

    row: Ints
    block: Ints
    value: Floats
    limit_a: Floats


def phase_rows(
    draws: Draws, blocks: Blocks, limits: Sequence[PhaseLimit], caps: Floats
) -> PhaseRows:
    """Return the rows that hold every line of every phase limit in every stretch."""
    rows, block, value, most = [], [], [], []
    used, at = np.unique(blocks.stretch, return_inverse=True)
    cap = caps[blocks.step_of[used] % len(caps)]
    count = 0
    for number, limit in enumerate(limits):
        for line in range(3):
            unit = draws[blocks.car, number, line]
            touched = np.flatnonzero(unit)
            if not len(touched):
                continue
            amps = held_a(limit, cap)[line]
            straight = not np.abs(unit.imag).any()
            spread = np.abs(np.angle(unit[touched])).max()
            angles = np.zeros(1) if straight else _directions(float(spread))
            slack = 1.0 if straight else np.cos(np.radians(DIRECTION_STEP_DEG / 2))
            for angle in angles:
                rows.append(count + at[touched])
                block.append(touched)
                value.append((unit[touched] * np.exp(-1j * angle)).real)
                most.append(amps * slack)
                count += len(used)
    if not rows:
        return PhaseRows(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    return PhaseRows(*(np.concatenate(part) for part in (rows, block, value, most)))


def _directions(spread_rad: float) -> Floats:
    """Return angles that leave no sum of vectors within ± `spread_rad` further than half a step.

    Beyond 90° a sum may point anywhere, so the whole circle is covered.
    """
    spread_rad = np.pi if spread_rad > np.pi / 2 else spread_rad
    step = np.radians(DIRECTION_STEP_DEG)
    count = int(np.ceil(2 * spread_rad / step)) + 1
    return np.linspace(-spread_rad, spread_rad, max(count, 2))


def held_a(limit: PhaseLimit, cap_kw: Floats) -> Floats:
    """Return the amperes that each line may carry at each cap, shape (3, caps)."""
    amps = np.repeat(np.array(limit.limit_a)[:, None], len(cap_kw), axis=1)
    if limit.follows_cap:
        amps = np.minimum(amps, np.maximum(cap_kw, 0.0) * 1000 / (3 * limit.neutral_v))
    return amps


def line_room_kw(unit: Draws, sums: Draws, limit_a: Floats, most_kw: Floats) -> Floats:
    """Return the most kW per stretch that a car can add: |S + x·u| = L is a quadratic in x.

    `unit` is the car's (limits, lines), `sums` and `limit_a` have the stretches as last axis.
    """
    for number, line in zip(*np.nonzero(unit), strict=True):
        u, s = unit[number, line], sums[number, line]
        a, b = abs(u) ** 2, (np.conj(u) * s).real
        c = np.abs(s) ** 2 - limit_a[number, line] ** 2
        root = (np.sqrt(np.maximum(b * b - a * c, 0.0)) - b) / a
        most_kw = np.minimum(most_kw, np.where(c < 0, np.maximum(root, 0.0), 0.0))
    return most_kw


def draws_of(stations: Sequence[Station], base: Record, limits: Sequence[PhaseLimit]) -> Draws:
    """Return amperes per kW as (cars, limits, lines), 0 where a car is not behind a limit."""
    tree = PhaseTree(limits)
    found = np.zeros((len(base.station), len(limits), 3), np.complex128)
    for car, (at, lines) in enumerate(zip(base.station.tolist(), base.lines, strict=True)):
        if lines:
            for number, draw in tree.draws(stations[at].id, lines):
                for line, real, imag in draw:
                    found[car, number, line] = complex(real, imag)
    return found


def line_peaks_a(
    stations: Sequence[Station],
    base: Record,
    blocks: Blocks,
    energy_kwh: Floats,
    limits: Sequence[PhaseLimit],
) -> tuple[tuple[float, float, float], ...]:
    """Return the highest amperes per limit and line of a plan."""
    draws = draws_of(stations, base, limits)
    kw, size = energy_kwh / blocks.hours, len(blocks.step_of)
    found = []
    for number in range(len(limits)):
        lines = []
        for line in range(3):
            unit = draws[blocks.car, number, line]
            real, imag = (
                np.bincount(blocks.stretch, kw * part, minlength=size)
                for part in (unit.real, unit.imag)
            )
            lines.append(float(np.hypot(real, imag).max(initial=0.0)))
        found.append((lines[0], lines[1], lines[2]))
    return tuple(found)
