"""Cars come, plug in, wait for an outlet and go.

Everything is in plain lists: with a few dozen cars at a time they are quicker
than arrays.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from planner.charging.charge_parts import Part, parts_at, steady_kw
from planner.charging.divide import Draws
from planner.charging.outlets import Offers, Outlets
from planner.charging.phases import PhaseTree
from planner.charging.pilots import levels_kw
from planner.charging.station import Station
from planner.charging.strategies.room import Room
from planner.demand.taper import Charge, charges
from planner.model.charger import Current
from planner.model.demand import Sessions

DONE_KWH = 1e-9
SAME_TIME_H = 1e-9
PART_KWH = 1e-6
"""A part of a charge ends this early, so that rounding of times cannot hold it open."""
SINGLE_PHASE_KW = 7.4
"""AC cars up to 32 A × 230 V are taken as single-phase (assumption)."""
PARKED, WAITING, PLUGGED, GONE = range(4)
INF = float("inf")


@dataclass(slots=True)
class Parking:
    """The state of a site in the simulation; lists are by car unless told otherwise.

    `leaving` holds every departure to come, `parting` those of cars that still
    charge (others change nothing while nobody waits). `sum_limit_kw` is the
    most all charging cars could draw; `shared` maps cabinets to their cars, and
    `crowds` counts those with more than one; `stepped` where outlets charge in steps.

    While nothing limits the cars together (`flowing`), each draws its ceiling since
    `began_min` and only `flow_kw`, the sum, is kept; `ends` tells when each is full or
    its power falls. `tapering` maps cars whose power will fall to the parts of their
    charge to come, last first: what is missing at its end, and its kW; `part_kwh` is
    what is missing when the present part ends.
    """

    sessions: Sessions
    stations: Sequence[Station]
    outlets: Outlets
    room: Room
    patience_min: float
    tree: PhaseTree | None
    fast: list[bool]
    phase: list[int]
    station: list[int]
    slot: list[int]
    stay_min: list[float]
    ceiling_kw: list[float]
    want_kw: list[float]
    plugged_min: list[float]
    left_min: list[float]
    kinds: list[Offers]
    draws: list[Draws]
    levels: list[tuple[float, ...]]
    lines: list[str]
    shared: dict[int, list[int]]
    stepped: bool
    charge: Charge | None
    part_kwh: list[float]
    tapering: dict[int, list[Part]] = field(default_factory=dict)
    sum_limit_kw: float = 0.0
    crowds: int = 0
    flowing: bool = False
    paced: bool = False
    flow_kw: float = 0.0
    began_min: dict[int, float] = field(default_factory=dict)
    ends: list[tuple[float, int]] = field(default_factory=list)
    leaving: list[tuple[float, int]] = field(default_factory=list)
    parting: list[tuple[float, int]] = field(default_factory=list)
    queue: list[int] = field(default_factory=list)

    def next_departure(self) -> float:
        """Return when a departure next matters for power or for who waits."""
        if self.queue:
            return self.leaving[0][0] if self.leaving else INF
        parting, phase, remaining = self.parting, self.phase, self.room.remaining_kwh
        while parting:
            when, car = parting[0]
            if phase[car] == PLUGGED and remaining[car] > DONE_KWH:
                return when
            heapq.heappop(parting)
        return INF

    def station_left(self, car: int) -> bool:
        """Tell whether a car has stopped charging."""
        return self.phase[car] != PLUGGED or self.room.remaining_kwh[car] <= DONE_KWH

    def arrive(self, car: int, now: float) -> None:
        """Plug a car in or let it wait."""
        if self.stay_min[car] <= 0:
            self.phase[car] = GONE
        elif not self._plug(car, now) and self.kinds[car]:
            self.phase[car] = WAITING
            self.queue.append(car)
            leave = self.room.leave_min[car]
            if self.fast[car]:
                leave = min(leave, now + self.patience_min)
            heapq.heappush(self.leaving, (leave, car))

    def release(self, now: float) -> None:
        """Let cars go whose time has come and plug in who waits."""
        leaving, room = self.leaving, self.room
        while leaving and leaving[0][0] <= now:
            when, car = heapq.heappop(leaving)
            if self.phase[car] == WAITING:
                self.phase[car] = GONE
                self.queue.remove(car)
            elif self.phase[car] == PLUGGED and when >= room.leave_min[car]:
                if room.remaining_kwh[car] > DONE_KWH:
                    self.stop(car, when)
                self._leave(car, when)

    def flow(self, now: float) -> None:
        """Let all cars charge at their ceilings from now on."""
        self.flowing, self.flow_kw, self.ends = True, 0.0, []
        self.began_min.clear()
        for car in self.room.cars:
            self._begin(car, now)

    def _begin(self, car: int, now: float) -> None:
        kw, ends = self.ceiling_kw[car], self.part_kwh[car]
        self.began_min[car] = now
        self.flow_kw += kw
        if ends or not self.paced:  # a paced car is full when it leaves, or never
            heapq.heappush(self.ends, (now + 60 * (self.room.remaining_kwh[car] - ends) / kw, car))

    def next_full(self) -> float:
        """Return when the next car is full if all go on as they do."""
        while self.ends and self.station_left(self.ends[0][1]):
            heapq.heappop(self.ends)
        return self.ends[0][0] if self.ends else INF

    def settle(self, now: float) -> None:
        """Book what the cars drew since they began."""
        for car in self.room.cars:
            self._settle(car, now)
        self.flowing = False

    def _settle(self, car: int, now: float) -> None:
        room, kw, minutes = self.room, self.ceiling_kw[car], now - self.began_min[car]
        room.remaining_kwh[car] = max(room.remaining_kwh[car] - kw * minutes / 60.0, 0.0)
        room.slack_min[car] += minutes * kw / room.limit_kw[car]

    def next_part_h(self, cars: Iterable[int], kw: Sequence[float]) -> float:
        """Return in how many hours the first of some cars ends a part of its charge at `kw`."""
        remaining, ends, tapering = self.room.remaining_kwh, self.part_kwh, self.tapering
        return min(
            [(remaining[car] - ends[car]) / kw[car] for car in cars if car in tapering and kw[car]],
            default=INF,
        )

    def taper(self) -> None:
        """Lower the power of every car that has ended a part of its charge."""
        remaining, ends = self.room.remaining_kwh, self.part_kwh
        for car in [c for c in self.tapering if remaining[c] <= ends[c] + PART_KWH]:
            self._next_part(car)

    def reach(self, car: int, now: float) -> None:
        """Go on where a flowing car is full or ends a part of its charge."""
        if not self.part_kwh[car]:
            self.full(car, now)
            return
        heapq.heappop(self.ends)
        self._settle(car, now)
        self.flow_kw -= self.ceiling_kw[car]
        self.room.remaining_kwh[car] = self.part_kwh[car]
        self._next_part(car)
        if self.paced:
            self._pace(car, now)
        self._begin(car, now)

    def _next_part(self, car: int) -> None:
        room, parts = self.room, self.tapering[car]
        while parts and room.remaining_kwh[car] <= self.part_kwh[car] + PART_KWH:
            self.part_kwh[car], kw = parts.pop()
            self.sum_limit_kw += kw - room.limit_kw[car]
            room.limit_kw[car] = self.ceiling_kw[car] = kw
        if not parts:
            del self.tapering[car]

    def stop(self, car: int, now: float) -> None:
        """End the charging of a car, which may stay at its outlet."""
        room, chosen = self.room, self.station[car]
        if self.flowing:
            self._settle(car, now)
            self.flow_kw -= self.ceiling_kw[car]
        room.cars.remove(car)
        self.tapering.pop(car, None)
        self.sum_limit_kw = self.sum_limit_kw - room.limit_kw[car] if room.cars else 0.0
        if chosen in self.shared:
            self.shared[chosen].remove(car)
            self.crowds -= len(self.shared[chosen]) == 1
            for other in self.shared[chosen]:
                self.ceiling_kw[other] = room.limit_kw[other]

    def full(self, car: int, now: float) -> None:
        """Note that a car has all it wants; a fast-charging driver leaves."""
        self.stop(car, now)
        if self.flowing:  # what is left is rounding
            self.room.remaining_kwh[car] = 0.0
        if self.fast[car]:
            self.room.leave_min[car] = now
            heapq.heappush(self.leaving, (now, car))

    def _plug(self, car: int, now: float) -> bool:
        found = self.outlets.take(self.kinds[car])
        if found is None:
            return False
        chosen, kw = found
        room, station = self.room, self.stations[chosen]
        self.phase[car], self.station[car] = PLUGGED, chosen
        self.plugged_min[car] = now
        if self.fast[car]:
            room.leave_min[car] = now + self.stay_min[car]
        # From here on the car is counted at the supply side of its charger.
        kw /= station.efficiency
        room.remaining_kwh[car] /= station.efficiency
        room.slack_min[car] = room.leave_min[car] - 60 * room.remaining_kwh[car] / kw
        parts = parts_at(self.charge, car, station)
        if parts:
            self.part_kwh[car], kw = parts.pop()
            self.tapering[car] = parts
        room.limit_kw[car] = self.ceiling_kw[car] = kw
        heapq.heappush(self.leaving, (room.leave_min[car], car))
        if self.tree is not None or station.pilots_a:
            connection = _connection(station, float(self.sessions.ac_kw[car]), self._slot(car))
            self.lines[car] = connection
            if self.tree is not None:
                self.draws[car] = self.tree.draws(station.id, connection)
            if station.pilots_a and station.current is Current.AC:
                self.levels[car] = levels_kw(station.pilots_a, connection, station.neutral_v)
        if room.remaining_kwh[car] > DONE_KWH:
            room.cars.append(car)
            self.sum_limit_kw += room.limit_kw[car]
            if self.flowing:
                if self.paced:
                    self._pace(car, now)
                self._begin(car, now)
            heapq.heappush(self.parting, (room.leave_min[car], car))
            if chosen in self.shared:
                self.shared[chosen].append(car)
                self.crowds += len(self.shared[chosen]) == 2
        elif self.fast[car]:
            room.leave_min[car] = now
            heapq.heappush(self.leaving, (now, car))
        return True

    def pace(self, now: float) -> float:
        """Lower each ceiling to what its car needs on average until it leaves; return the sum."""
        ceiling = self.ceiling_kw
        for car in self.room.cars:
            self._pace(car, now)
        return sum([ceiling[car] for car in self.room.cars])

    def _pace(self, car: int, now: float) -> None:
        room = self.room
        hours = (room.leave_min[car] - now) / 60.0
        hours = hours if hours > SAME_TIME_H else SAME_TIME_H
        kw = room.remaining_kwh[car] / hours
        if car in self.tapering:
            kw = steady_kw(room.remaining_kwh[car], hours, self.part_kwh[car], self.tapering[car])
        crowded = self.crowds and len(self.shared.get(self.station[car], ())) > 1
        most = self.ceiling_kw[car] if crowded else room.limit_kw[car]
        self.ceiling_kw[car] = kw if kw < most else most

    def _slot(self, car: int) -> int:
        """Return the lowest outlet number of the car's station that nobody uses."""
        chosen = self.station[car]
        taken = {
            self.slot[other]
            for other in self.outlets.users[chosen]
            if other != car and self.phase[other] == PLUGGED
        }
        slot = next(n for n in range(len(taken) + 1) if n not in taken)
        self.slot[car] = slot
        self.outlets.users[chosen].append(car)
        return slot

    def _leave(self, car: int, now: float) -> None:
        self.phase[car], self.left_min[car] = GONE, now
        chosen = self.station[car]
        if self.lines[car]:
            self.outlets.users[chosen].remove(car)
        kind = self.outlets.release(chosen)
        for waiting in self.queue:
            if self.room.leave_min[waiting] <= now:
                continue  # it goes at this very moment
            if any(number == kind for number, _ in self.kinds[waiting]):
                self.queue.remove(waiting)
                self._plug(waiting, now)
                return


def open_parking(
    sessions: Sessions,
    stations: Sequence[Station],
    patience_min: float,
    rank: Sequence[int] | None,
    tree: PhaseTree | None,
    places: Sequence[int] | None = None,
) -> Parking:
    """Prepare an empty site for a list of sessions."""
    n = len(sessions)
    outlets = Outlets(stations, apart=places is not None)
    fast = [False] * n if sessions.leaves_full is None else sessions.leaves_full.tolist()
    stay = (sessions.depart_min - sessions.arrive_min).tolist()
    rows = zip(sessions.energy_kwh.tolist(), stay, outlets.offered_kw(sessions), fast, strict=True)
    kinds = [
        outlets.preference(60 * kwh / max(minutes, 1e-9), offers, quick=quick)
        for kwh, minutes, offers, quick in rows
    ]
    if places is not None:
        kinds = [
            tuple(offer for offer in offers if offer[0] == place)
            for offers, place in zip(kinds, places, strict=True)
        ]
    room = Room(
        cars=[],
        remaining_kwh=sessions.energy_kwh.tolist(),
        limit_kw=[0.0] * n,
        leave_min=sessions.depart_min.tolist(),
        rank=list(rank) if rank is not None else [0] * n,
        turn_min=[-1.0] * n,
        slack_min=[0.0] * n,
    )
    return Parking(
        sessions=sessions, stations=stations, outlets=outlets, room=room,
        patience_min=patience_min, tree=tree, fast=fast, phase=[PARKED] * n,
        station=[-1] * n, slot=[0] * n, stay_min=stay, ceiling_kw=[0.0] * n, want_kw=[0.0] * n,
        plugged_min=[float("nan")] * n, left_min=[float("nan")] * n, kinds=kinds,
        draws=[()] * n, levels=[()] * n, lines=[""] * n,
        shared={k: [] for k, s in enumerate(stations) if s.shares},
        stepped=any(s.pilots_a for s in stations),
        charge=charges(sessions), part_kwh=[0.0] * n,
    )  # fmt: skip


def _connection(station: Station, ac_kw: float, slot: int) -> str:
    """Return the lines a car draws from: those of its outlet, or one of three."""
    if len(station.phases) < 3:
        return station.phases
    if station.current is Current.DC or ac_kw > SINGLE_PHASE_KW:
        return "ABC"
    if slot < len(station.outlet_lines):
        return station.outlet_lines[slot]
    return station.phases[slot % 3]
