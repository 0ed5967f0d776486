"""The event loop of the simulation.

Time advances from event to event (arrival, departure, end of a step), so power
is constant in between and no stay is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.divide import fill_equally, fill_phases, greedy, greedy_phases
from planner.charging.parking import DONE_KWH, INF, Parking, open_parking
from planner.charging.phases import PhaseLimit, PhaseTree
from planner.charging.pilots import Budget, allowed_kw, serve_in_order, serve_in_turn
from planner.charging.station import Station
from planner.charging.storage import Bank, BankRecord, record_of
from planner.charging.strategies.room import Strategy
from planner.model.demand import Sessions

SAME_TIME_H = 1e-9
Divide = Callable[[Parking, list[float], float, "Strategy | None", float], list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What happened to each car and each step.

    `energy_kwh` at the car; `plugged_min` is NaN for cars that found no outlet;
    `left_min` when the outlet was free again; `load_kw` mean supply kW per step
    and `highest_kw` the highest at any moment; `over_kw` by how much a limit was
    exceeded at worst; `phase_a` the highest amperes per phase limit and line; `bank`
    what the batteries did, if there are any; `lines` those each car draws from.
    """

    energy_kwh: npt.NDArray[np.float64]
    plugged_min: npt.NDArray[np.float64]
    left_min: npt.NDArray[np.float64]
    station: npt.NDArray[np.int64]
    load_kw: npt.NDArray[np.float64]
    highest_kw: float
    over_kw: float
    phase_a: tuple[tuple[float, float, float], ...] = ()
    bank: BankRecord | None = None
    lines: tuple[str, ...] = ()


def run(  # noqa: PLR0913 - each is a choice of the caller
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: Sequence[float] | None,
    strategy: Strategy | None,
    step_min: int,
    *,
    patience_min: float = 15.0,
    rank: Sequence[int] | None = None,
    phase_limits: Sequence[PhaseLimit] = (),
    bank: Bank | None = None,
    places: Sequence[int] | None = None,
) -> Record:
    """Simulate all sessions; `limit_kw` per step repeats after its end.

    Without a strategy nothing looks at any limit but the chargers' own; `over_kw`
    then tells by how much the cap was exceeded at worst. A `bank` of batteries adds
    what it can give to the supply it knows, on which the chargers then also depend.
    `places` names the station each car must use, by index.
    """
    tree = PhaseTree(phase_limits) if phase_limits else None
    site = open_parking(sessions, stations, patience_min, rank, tree, places)
    want = [0.0] * len(sessions)
    divide = _divide_in_steps if site.stepped else _divide
    arrivals = [*sessions.arrive_min.tolist(), INF]
    steps = sessions.horizon_days * 1440 // step_min
    energy = [0.0] * (steps + 1)
    caps = limit_kw if limit_kw is not None else (INF,)
    ledger = _Ledger(bank, step_min, steps) if bank is not None else None
    steady = len(caps) == 1 and bank is None and tree is None and not site.stepped
    book = _Book(energy, step_min, steps)
    upcoming, now, highest, over = 0, 0.0, 0.0, 0.0
    while now < INF:
        if arrivals[upcoming] <= now:
            site.release(now)
            while arrivals[upcoming] <= now:
                site.arrive(upcoming, arrivals[upcoming])
                upcoming += 1
        event = min(arrivals[upcoming], site.next_departure())
        if event <= now:
            site.release(now)
            continue
        if not site.room.cars:
            if ledger is not None:
                ledger.idle(now, event)
            now = event
            site.release(now)
            continue
        step = int(now // step_min)
        until = min(event, (step + 1.0) * step_min)
        if steady:
            until = _steady_until(site, strategy, caps[0], now, event, until)
        hours = (until - now) / 60.0
        if hours > SAME_TIME_H:
            cap = caps[step % len(caps)]
            if ledger is not None:
                cap = min(cap, ledger.bank.most_kw(step, hours))
            if tree is not None:
                tree.follow(cap)
            total = _charge(site, want, cap, strategy, now, hours, divide)
            book.add(now, until, total)
            highest = max(highest, total)
            over = max(over, total - cap)
            if ledger is not None:
                ledger.settle(step, total, hours)
        now = until
    site.release(INF)
    record = _record(site, book.close(), step_min, highest, over)
    return record if ledger is None else replace(record, bank=ledger.close())


class _Book:
    """Energy per step; a long stretch costs no more than a short one."""

    def __init__(self, energy_kwh: list[float], step_min: int, steps: int) -> None:
        self.energy_kwh, self.step_min, self.steps = energy_kwh, step_min, steps
        self.change_kw = [0.0] * (steps + 2)

    def add(self, now: float, until: float, kw: float) -> None:
        """Book a constant power; what comes after the horizon goes to one last step."""
        step, last = int(now // self.step_min), int(until // self.step_min)
        if step == last or until <= (step + 1) * self.step_min:
            self.energy_kwh[min(step, self.steps)] += kw * (until - now) / 60
            return
        self.energy_kwh[min(step, self.steps)] += kw * ((step + 1) * self.step_min - now) / 60
        self.energy_kwh[min(last, self.steps)] += kw * (until - last * self.step_min) / 60
        self.change_kw[min(step + 1, self.steps)] += kw
        self.change_kw[min(last, self.steps)] -= kw

    def close(self) -> list[float]:
        """Return kWh of the steps within the horizon."""
        running = np.cumsum(self.change_kw[: self.steps]) * self.step_min / 60
        return [a + b for a, b in zip(self.energy_kwh, running.tolist(), strict=False)]


def _steady_until(
    site: Parking, strategy: Strategy | None, cap: float, now: float, event: float, step_end: float
) -> float:
    """Return how long no power will change: to the next event if no limit binds."""
    room, ceiling = site.room, site.ceiling_kw
    if any(len(sharing) > 1 for sharing in site.shared.values()):
        return step_end
    if strategy is not None and strategy.paced:
        _pace(site, now)
        return event if sum([ceiling[car] for car in room.cars]) <= cap else step_end
    if strategy is not None and site.sum_limit_kw > cap:
        return step_end
    first_h = min([room.remaining_kwh[car] / ceiling[car] for car in room.cars])
    return min(event, now + max(60 * first_h, 1e-6))


class _Ledger:
    """The books of a bank while the simulation runs, within the horizon."""

    def __init__(self, bank: Bank, step_min: int, steps: int) -> None:
        self.bank, self.step_min, self.steps = bank, step_min, steps
        self.net_kwh, self.stored_kwh = [0.0] * (steps + 1), [bank.start_kwh] * (steps + 1)

    def idle(self, now: float, until: float) -> None:
        """Refill the bank while no car charges."""
        until = min(until, float(self.steps * self.step_min))
        while now < until:
            step = int(now // self.step_min)
            end = min(until, (step + 1.0) * self.step_min)
            if end - now > 60 * SAME_TIME_H:
                self.settle(step, 0.0, (end - now) / 60)
            now = end

    def settle(self, step: int, load_kw: float, hours: float) -> None:
        """Book an interval within one step."""
        at = min(step, self.steps)
        self.net_kwh[at] += self.bank.settle(step, load_kw, hours) * hours
        self.stored_kwh[at] = sum(self.bank.stored_kwh)

    def close(self) -> BankRecord:
        net = np.array(self.net_kwh[: self.steps]) * (60.0 / self.step_min)
        return record_of(self.bank, net, np.array(self.stored_kwh[: self.steps]))


def _charge(
    site: Parking, want: list[float], cap: float, strategy: Strategy | None, now: float,
    hours: float, divide: Divide,
) -> float:  # fmt: skip
    """Charge all cars for `hours` and return the total supply kW."""
    room = site.room
    remaining, crowded = room.remaining_kwh, False
    for chosen, sharing in site.shared.items():
        if len(sharing) > 1:
            _share_cabinet(site, chosen, sharing, hours)
            crowded = True
    if strategy is not None and strategy.paced:
        _pace(site, now)
        most = sum([site.ceiling_kw[car] for car in room.cars])
    else:
        most = site.sum_limit_kw
    free = strategy is None or (most <= cap and (divide is _divide or not crowded))
    if site.tree is None and free:
        return _charge_freely(site, now, hours)
    cars = divide(site, want, cap, strategy, hours)
    total = 0.0
    slack, limit, minutes = room.slack_min, room.limit_kw, 60.0 * hours
    for car in cars:
        kw = want[car]
        total += kw
        left = remaining[car] - kw * hours
        remaining[car] = left
        if left <= DONE_KWH:
            site.full(car, now + minutes)
        else:
            slack[car] += minutes * kw / limit[car]
    if strategy is not None and strategy.rotates:
        for car in cars:
            room.turn_min[car] = now
    return total


def _divide(
    site: Parking, want: list[float], cap: float, strategy: Strategy | None, hours: float
) -> list[int]:
    """Fill `want` with the power of each car within all limits; return who gets some."""
    room, ceiling, remaining = site.room, site.ceiling_kw, site.room.remaining_kwh
    if strategy is not None and site.tree is not None:
        return _divide_by_phase(site, want, cap, strategy, hours)
    if strategy is not None and strategy.order is not None:
        return greedy(strategy.order(room), remaining, ceiling, want, cap, hours)
    cars = list(room.cars)
    _wish(cars, remaining, ceiling, want, hours)
    if strategy is None:
        _note(site, cars, want)
    else:
        fill_equally(want, cars, cap)
    return cars


def _divide_in_steps(
    site: Parking, want: list[float], cap: float, strategy: Strategy | None, hours: float
) -> list[int]:
    """Divide where outlets tell cars their current in steps."""
    if strategy is None:
        return _divide(site, want, cap, None, hours)
    room, tree = site.room, site.tree
    order = list(room.cars) if strategy.order is None else list(strategy.order(room))
    need, allowed = [], list[Sequence[float] | float]()
    for car in order:
        limit, levels = room.limit_kw[car], site.levels[car]
        wish = site.ceiling_kw[car] if strategy.paced else limit
        need.append(min(room.remaining_kwh[car] / hours, wish))
        allowed.append(allowed_kw(levels, limit) if levels else limit)
    if tree is not None:
        tree.clear()
    power = {n: site.stations[n].power_kw / site.stations[n].efficiency for n in site.shared}
    serve = serve_in_turn if strategy.order is None else serve_in_order
    given = serve(order, need, allowed, Budget(cap, tree, site.draws, site.station, power))
    for car, kw in zip(order, given, strict=True):
        want[car] = min(kw, room.remaining_kwh[car] / hours)
    if tree is not None:
        tree.note()
    return order


def _pace(site: Parking, now: float) -> None:
    """Lower the ceiling of each car to what it needs on average until it leaves."""
    room, ceiling = site.room, site.ceiling_kw
    for car in room.cars:
        hours = max((room.leave_min[car] - now) / 60.0, SAME_TIME_H)
        crowded = len(site.shared.get(site.station[car], ())) > 1
        most = ceiling[car] if crowded else room.limit_kw[car]
        ceiling[car] = min(most, room.remaining_kwh[car] / hours)


def _charge_freely(site: Parking, now: float, hours: float) -> float:
    """Charge all cars at what they can take where nothing limits them together."""
    room, ceiling = site.room, site.ceiling_kw
    remaining, slack, limit = room.remaining_kwh, room.slack_min, room.limit_kw
    total, minutes = 0.0, 60.0 * hours
    full = []
    for car in room.cars:
        kw, left = ceiling[car], remaining[car]
        if left - kw * hours <= DONE_KWH:
            total += left / hours
            remaining[car] = 0.0
            full.append(car)
        else:
            total += kw
            remaining[car] = left - kw * hours
            slack[car] += minutes * kw / limit[car]
    for car in full:
        site.full(car, now + minutes)
    return total


def _wish(
    cars: Sequence[int], remaining: list[float], ceiling: list[float], want: list[float],
    hours: float,
) -> None:  # fmt: skip
    for car in cars:
        kw = remaining[car] / hours
        want[car] = kw if kw < ceiling[car] else ceiling[car]


def _share_cabinet(site: Parking, chosen: int, cars: Sequence[int], hours: float) -> None:
    """Hold a cabinet's cars to its power: they share it equally."""
    station, remaining, limit = site.stations[chosen], site.room.remaining_kwh, site.room.limit_kw
    kw = [min(remaining[car] / hours, limit[car]) for car in cars]
    fill_equally(kw, range(len(cars)), station.power_kw / station.efficiency)
    for car, ceiling in zip(cars, kw, strict=True):
        site.ceiling_kw[car] = ceiling


def _divide_by_phase(
    site: Parking, want: list[float], cap: float, strategy: Strategy, hours: float
) -> list[int]:
    room, tree = site.room, site.tree
    assert tree is not None
    cars = list(room.cars)
    _wish(cars, room.remaining_kwh, site.ceiling_kw, want, hours)
    tree.clear()
    for car in cars:
        tree.add(site.draws[car], want[car])
    if not tree.fits() or sum([want[car] for car in cars]) > cap:
        if strategy.order is not None:
            greedy_phases(strategy.order(room), want, cap, tree, site.draws)
        else:
            fill_phases(cars, want, cap, tree, site.draws)
            _note(site, cars, want)
            return cars
    tree.note()
    return cars


def _note(site: Parking, cars: Sequence[int], want: Sequence[float]) -> None:
    tree = site.tree
    assert tree is not None
    tree.clear()
    for car in cars:
        tree.add(site.draws[car], want[car])
    tree.note()


def _record(
    site: Parking, energy: list[float], step_min: int, highest: float, over: float
) -> Record:
    sessions = site.sessions
    plugged = np.array(site.plugged_min)
    station = np.array(site.station, np.int64)
    efficiency = np.array([s.efficiency for s in site.stations] or [1.0])
    factor = np.where(station >= 0, efficiency[np.maximum(station, 0)], 1.0)
    delivered = sessions.energy_kwh - np.array(site.room.remaining_kwh) * factor
    highest_a = site.tree.highest_a if site.tree is not None else []
    return Record(
        energy_kwh=np.where(np.isnan(plugged), 0.0, np.maximum(delivered, 0.0)),
        plugged_min=plugged,
        left_min=np.array(site.left_min),
        station=station,
        load_kw=np.array(energy) * (60.0 / step_min),
        highest_kw=highest,
        over_kw=over if over > 1e-9 else 0.0,
        phase_a=tuple((a, b, c) for a, b, c in highest_a),
        lines=tuple(site.lines),
    )
