"""The event loop of the simulation.

Time advances from event to event (arrival, departure, end of a step), so power
is constant in between and no stay is rounded. Everything here is in plain
lists: with a few dozen cars at a time they are quicker than arrays.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from planner.charging.outlets import Outlets
from planner.charging.station import Station
from planner.charging.strategies.room import Room, Strategy, fill_equally
from planner.model.demand import Sessions

DONE_KWH = 1e-9
SAME_TIME_H = 1e-9
PARKED, WAITING, PLUGGED, GONE = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What happened to each car and each step.

    `energy_kwh` at the car; `plugged_min` is NaN for cars that found no outlet;
    `left_min` when the outlet was free again; `load_kw` mean supply kW per step
    and `highest_kw` the highest at any moment.
    """

    energy_kwh: npt.NDArray[np.float64]
    plugged_min: npt.NDArray[np.float64]
    left_min: npt.NDArray[np.float64]
    station: npt.NDArray[np.int64]
    load_kw: npt.NDArray[np.float64]
    highest_kw: float
    over_kw: float


@dataclass(slots=True)
class _State:
    sessions: Sessions
    stations: Sequence[Station]
    outlets: Outlets
    room: Room
    patience_min: float
    fast: list[bool]
    phase: list[int]
    station: list[int]
    stay_min: list[float]
    plug_min: list[float]
    left_min: list[float]
    kinds: list[tuple[tuple[int, float], ...]]
    shared: dict[int, list[int]]
    leaving: list[tuple[float, int]] = field(default_factory=list)
    queue: list[int] = field(default_factory=list)


def run(
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: Sequence[float] | None,
    strategy: Strategy | None,
    step_min: int,
    *,
    patience_min: float = 15.0,
    rank: Sequence[int] | None = None,
) -> Record:
    """Simulate all sessions; `limit_kw` per step repeats after its end.

    Without a strategy nothing looks at the limit; `over_kw` then tells by how
    much it was exceeded at worst.
    """
    state = _start(sessions, stations, patience_min, rank)
    room, leaving = state.room, state.leaving
    arrive = sessions.arrive_min.tolist()
    steps = sessions.horizon_days * 1440 // step_min
    energy = [0.0] * (steps + 1)
    upcoming, now, highest, over = 0, 0.0, 0.0, 0.0
    while upcoming < len(arrive) or leaving:
        _release(state, now)
        while upcoming < len(arrive) and arrive[upcoming] <= now:
            _arrive(state, upcoming)
            upcoming += 1
        event = min(
            arrive[upcoming] if upcoming < len(arrive) else float("inf"),
            leaving[0][0] if leaving else float("inf"),
        )
        if not room.cars:
            if event == float("inf"):
                break
            now = event
            continue
        step = int(now // step_min)
        until = min(event, (step + 1.0) * step_min)
        hours = (until - now) / 60.0
        if hours < SAME_TIME_H:
            now = until
            continue
        cap = limit_kw[step % len(limit_kw)] if limit_kw is not None else float("inf")
        total = _power(state, cap, strategy, now, hours)
        energy[min(step, steps)] += total * hours
        highest, over = max(highest, total), max(over, total - cap)
        now = until
    return _record(state, energy[:steps], step_min, highest, over)


def _start(
    sessions: Sessions,
    stations: Sequence[Station],
    patience_min: float,
    rank: Sequence[int] | None,
) -> _State:
    n = len(sessions)
    outlets = Outlets(stations)
    fast = [False] * n if sessions.leaves_full is None else sessions.leaves_full.tolist()
    stay = (sessions.depart_min - sessions.arrive_min).tolist()
    rows = zip(
        sessions.energy_kwh.tolist(), stay, sessions.ac_kw.tolist(), sessions.dc_kw.tolist(), fast,
        strict=True,
    )  # fmt: skip
    kinds = [
        outlets.preference(60 * kwh / max(minutes, 1e-9), ac, dc, quick=quick)
        for kwh, minutes, ac, dc, quick in rows
    ]
    room = Room(
        cars=[],
        want_kw=[0.0] * n,
        remaining_kwh=sessions.energy_kwh.tolist(),
        limit_kw=[0.0] * n,
        plugged_min=[float("nan")] * n,
        leave_min=sessions.depart_min.tolist(),
        rank=list(rank) if rank is not None else [0] * n,
        turn_min=[-1.0] * n,
    )
    return _State(
        sessions=sessions, stations=stations, outlets=outlets, room=room,
        patience_min=patience_min, fast=fast, phase=[PARKED] * n, station=[-1] * n,
        stay_min=stay, plug_min=room.plugged_min, left_min=[float("nan")] * n, kinds=kinds,
        shared={k: [] for k, s in enumerate(stations) if s.shares},
    )  # fmt: skip


def _arrive(state: _State, car: int) -> None:
    now = float(state.sessions.arrive_min[car])
    if state.stay_min[car] <= 0:
        state.phase[car] = GONE
    elif not _plug(state, car, now) and state.kinds[car]:
        state.phase[car] = WAITING
        state.queue.append(car)
        leave = state.room.leave_min[car]
        heapq.heappush(
            state.leaving, (min(leave, now + state.patience_min) if state.fast[car] else leave, car)
        )


def _plug(state: _State, car: int, now: float) -> bool:
    found = state.outlets.take(state.kinds[car])
    if found is None:
        return False
    chosen, kw = found
    room, efficiency = state.room, state.stations[chosen].efficiency
    state.phase[car], state.station[car] = PLUGGED, chosen
    room.plugged_min[car] = now
    if state.fast[car]:
        room.leave_min[car] = now + state.stay_min[car]
    # From here on the car is counted at the supply side of its charger.
    room.limit_kw[car] = kw / efficiency
    room.remaining_kwh[car] /= efficiency
    heapq.heappush(state.leaving, (room.leave_min[car], car))
    if room.remaining_kwh[car] > DONE_KWH:
        room.cars.append(car)
        if chosen in state.shared:
            state.shared[chosen].append(car)
    return True


def _release(state: _State, now: float) -> None:
    """Let cars go whose time has come and plug in who waits."""
    leaving, room = state.leaving, state.room
    while leaving and leaving[0][0] <= now:
        when, car = heapq.heappop(leaving)
        if state.phase[car] == WAITING:
            state.phase[car] = GONE
            state.queue.remove(car)
        elif state.phase[car] == PLUGGED and when >= room.leave_min[car]:
            if room.remaining_kwh[car] > DONE_KWH:
                _stop(state, car)
            _leave(state, car, when)


def _leave(state: _State, car: int, now: float) -> None:
    state.phase[car], state.left_min[car] = GONE, now
    kind = state.outlets.release(state.station[car])
    for waiting in state.queue:
        if any(number == kind for number, _ in state.kinds[waiting]):
            state.queue.remove(waiting)
            _plug(state, waiting, now)
            return


def _stop(state: _State, car: int) -> None:
    state.room.cars.remove(car)
    if state.station[car] in state.shared:
        state.shared[state.station[car]].remove(car)


def _power(state: _State, cap: float, strategy: Strategy | None, now: float, hours: float) -> float:
    """Charge all cars for `hours` and return the total supply kW."""
    room = state.room
    want, remaining, limit = room.want_kw, room.remaining_kwh, room.limit_kw
    total = 0.0
    for car in room.cars:
        kw = remaining[car] / hours
        kw = kw if kw < limit[car] else limit[car]
        want[car] = kw
        total += kw
    for chosen, cars in state.shared.items():
        if len(cars) > 1:
            total += _share_cabinet(state.stations[chosen], cars, want)
    if strategy is not None and total > cap:
        strategy(room, max(cap, 0.0), now)
        total = sum([want[car] for car in room.cars])
    full = []
    for car in room.cars:
        remaining[car] -= want[car] * hours
        if remaining[car] <= DONE_KWH:
            full.append(car)
    for car in full:
        _stop(state, car)
        if state.fast[car]:
            room.leave_min[car] = now + 60 * hours
            heapq.heappush(state.leaving, (room.leave_min[car], car))
    return total


def _share_cabinet(station: Station, cars: Sequence[int], want: list[float]) -> float:
    """Hold a cabinet's cars to its power and return the (negative) change in kW."""
    most = station.power_kw / station.efficiency
    before = sum([want[car] for car in cars])
    if before <= most:
        return 0.0
    fill_equally(want, cars, most)
    return sum([want[car] for car in cars]) - before


def _record(
    state: _State, energy: list[float], step_min: int, highest: float, over: float
) -> Record:
    room, sessions = state.room, state.sessions
    plugged = np.array(room.plugged_min)
    station = np.array(state.station, np.int64)
    efficiency = np.array([s.efficiency for s in state.stations] or [1.0])
    factor = np.where(station >= 0, efficiency[np.maximum(station, 0)], 1.0)
    delivered = sessions.energy_kwh - np.array(room.remaining_kwh) * factor
    return Record(
        energy_kwh=np.where(np.isnan(plugged), 0.0, np.maximum(delivered, 0.0)),
        plugged_min=plugged,
        left_min=np.array(state.left_min),
        station=station,
        load_kw=np.array(energy) * (60.0 / step_min),
        highest_kw=highest,
        over_kw=over if over > 1e-9 else 0.0,
    )
