"""Peak shaving without hindsight: each car fills the valleys of the load planned so far.

On plugging in, a car's energy is laid over its stay like water over the plan of
the cars before it (level found by bisection), and that plan stands. Departures
are known, later arrivals are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from planner.charging.optimise import as_caps, standing, supply_limits
from planner.charging.phases import PhaseLimit
from planner.charging.plan_lines import draws_of, held_a, line_room_kw
from planner.charging.run import Record
from planner.charging.station import Station
from planner.model.demand import Sessions

Floats = npt.NDArray[np.float64]


def fill_valleys(
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: Sequence[float] | None,
    step_min: int,
    *,
    patience_min: float = 15.0,
    phase_limits: Sequence[PhaseLimit] = (),
) -> Record:
    """Plan every car's charging on its arrival so that the load stays low and even.

    Arguments and result as for `planner.charging.optimise.optimise`; limits hold
    at every moment.
    """
    base, here = standing(sessions, stations, step_min, patience_min, phase_limits)
    if not len(here):
        return base
    limit, efficiency = supply_limits(sessions, stations, base)
    begin, end = base.plugged_min, base.left_min
    steps = np.arange(begin[here].min() // step_min, end[here].max() // step_min + 2)
    edges = np.unique(np.concatenate((steps * float(step_min), begin[here], end[here])))
    hours = np.diff(edges) / 60
    step_of = ((edges[:-1] + edges[1:]) / 2 // step_min).astype(np.int64)
    caps = as_caps(limit_kw)[step_of % len(as_caps(limit_kw))]
    load = np.zeros(len(hours))
    cabinet = {
        n: np.full(len(hours), s.power_kw / s.efficiency)
        for n, s in enumerate(stations)
        if s.shares
    }
    got = np.zeros(len(sessions))
    lines = _Lines(stations, base, phase_limits, caps)
    for car in here[np.argsort(begin[here], kind="stable")]:
        span = slice(*np.searchsorted(edges, (begin[car], end[car])))
        most = np.full(span.stop - span.start, limit[car])
        room = cabinet.get(int(base.station[car]))
        if room is not None:
            most = np.minimum(most, room[span])
        most = np.clip(np.minimum(most, caps[span] - load[span]), 0.0, None)
        most = lines.room_kw(car, span, most)
        need = float(sessions.energy_kwh[car] / efficiency[car])
        kw = _lay(load[span], most, hours[span], need)
        load[span] += kw
        lines.add(car, span, kw)
        if room is not None:
            room[span] -= kw
        got[car] = float(kw @ hours[span]) * efficiency[car]
    count = sessions.horizon_days * 1440 // step_min
    energy = np.bincount(step_of, load * hours, minlength=count)
    return replace(
        base,
        energy_kwh=np.minimum(got, sessions.energy_kwh),
        load_kw=np.asarray(energy[:count] * (60.0 / step_min), np.float64),
        highest_kw=float(load.max(initial=0.0)),
        over_kw=0.0,
        phase_a=lines.peaks_a(),
    )


class _Lines:
    """Currents of every phase limit over the stretches of a plan, as complex amperes."""

    def __init__(
        self, stations: Sequence[Station], base: Record, limits: Sequence[PhaseLimit], caps: Floats
    ) -> None:
        self._unit = draws_of(stations, base, limits)
        self._sums = np.zeros((len(limits), 3, len(caps)), np.complex128)
        self._limit_a = np.array([held_a(limit, caps) for limit in limits])

    def room_kw(self, car: int, span: slice, most: Floats) -> Floats:
        """Return the most kW per stretch that a car can add."""
        if not len(self._limit_a):
            return most
        return line_room_kw(self._unit[car], self._sums[..., span], self._limit_a[..., span], most)

    def add(self, car: int, span: slice, kw: Floats) -> None:
        """Add the plan of a car."""
        for number, line in zip(*np.nonzero(self._unit[car]), strict=True):
            self._sums[number, line, span] += kw * self._unit[car, number, line]

    def peaks_a(self) -> tuple[tuple[float, float, float], ...]:
        """Return the highest amperes per limit and line."""
        tops = np.abs(self._sums).max(axis=2, initial=0.0)
        return tuple((float(a), float(b), float(c)) for a, b, c in tops)


def _lay(load_kw: Floats, most_kw: Floats, hours: Floats, need_kwh: float) -> Floats:
    """Return kW per stretch that lift the load to one level, up to `most_kw` each."""
    if float(most_kw @ hours) <= need_kwh:
        return most_kw
    low, high = float(load_kw.min()), float((load_kw + most_kw).max())
    for _ in range(60):
        level = (low + high) / 2
        if float(np.clip(level - load_kw, 0.0, most_kw) @ hours) < need_kwh:
            low = level
        else:
            high = level
    return np.asarray(np.clip(low - load_kw, 0.0, most_kw))
