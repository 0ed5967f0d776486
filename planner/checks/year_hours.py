"""The worst hours of a year, and which load they come from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from grid.model import Network
from planner.checks.year_load import YearLoad
from planner.checks.year_scan import Scan
from planner.model.year import WorstHour, moment, utc_text

WORST_HOURS = 10


def worst_hours(
    network: Network, names: Mapping[str, str], load: YearLoad, found: Scan
) -> tuple[WorstHour, ...]:
    """Return the hours with the highest draw, the worst first.

    Hours are counted from the start of the series, so that the hour that a
    clock change repeats is two hours.
    """
    per_hour = max(1, 60 // load.interval_min)
    known = np.where(np.isfinite(found.intake_kva), found.intake_kva, -np.inf)
    hours = -(-len(known) // per_hour)
    padded = np.full(hours * per_hour, -np.inf)
    padded[: len(known)] = known
    peaks = padded.reshape(hours, per_hour)
    order = np.argsort(-peaks.max(axis=1), kind="stable")[:WORST_HOURS]
    group = _largest_group(network, names)
    return tuple(
        _hour(load, known, int(h) * per_hour + int(peaks[h].argmax()), group)
        for h in order
        if np.isfinite(peaks[h].max())
    )


def _hour(load: YearLoad, kva: npt.NDArray[np.float64], step: int, group: str) -> WorstHour:
    existing, charging = float(load.existing_kw[step]), float(load.charging_kw[step])
    return WorstHour(
        step, moment(int(load.local_min[step])), utc_text(load.start, load.interval_min, step),
        float(kva[step]), existing, charging, cause(existing, charging, group),
    )  # fmt: skip


def cause(existing_kw: float, charging_kw: float, group: str = "") -> str:
    """Say which load dominates a moment."""
    total = existing_kw + charging_kw
    if total <= 0:
        return "no load"
    if charging_kw > existing_kw:
        behind = f", most of it behind {group}" if group else ""
        return f"charging, {charging_kw:,.0f} of {total:,.0f} kW{behind}"
    return f"existing load, {existing_kw:,.0f} of {total:,.0f} kW"


def _largest_group(network: Network, names: Mapping[str, str]) -> str:
    """Name the board behind which most charging power is connected; empty for a single one."""
    power: dict[str, float] = {}
    for circuit in network.circuits.values():
        d = circuit.demand
        if d.to_id not in network.boards:
            power[d.from_id] = power.get(d.from_id, 0.0) + d.p_kw
    if len(power) < 2:
        return ""
    top = max(power, key=lambda b: (power[b], b))
    return names.get(top, top) if power[top] > sum(power.values()) / 2 else ""
