"""The event loop of the simulation.

Time advances from event to event (arrival, departure, end of a step), so power
is constant in between and no stay is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.apportion import divide_by_phase, note, share_cabinets, wish
from planner.charging.book import Book
from planner.charging.divide import fill_equally, greedy
from planner.charging.parking import DONE_KWH, INF, SAME_TIME_H, Parking, open_parking
from planner.charging.phases import PhaseLimit, PhaseTree
from planner.charging.pilots import Budget, allowed_kw, serve_in_order, serve_in_turn
from planner.charging.station import Station
from planner.charging.steady import charge, charge_steadily
from planner.charging.storage import Bank, BankRecord, record_of
from planner.charging.strategies.room import Strategy
from planner.model.demand import Sessions


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
    site.paced = strategy is not None and strategy.paced
    arrivals = [*sessions.arrive_min.tolist(), INF]
    steps = sessions.horizon_days * 1440 // step_min
    caps = limit_kw or (INF,)
    if min(caps) == max(caps):
        caps = caps[:1]
    ledger = _Ledger(bank, step_min, steps) if bank is not None else None
    steady = len(caps) == 1 and bank is None and not site.stepped
    if steady and tree is not None:
        tree.follow(caps[0])
    # Caps that change bind nobody while all cars together stay below the lowest of them.
    lowest = min(caps) if tree is None and bank is None and not site.stepped else -INF
    book = Book(step_min, steps)
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
        if steady or site.sum_limit_kw <= lowest:
            cap = caps[0] if steady else lowest
            now, kw = charge_steadily(site, cap, strategy, now, event, book)
            highest, over = max(highest, kw), max(over, kw - cap)
            continue
        now, kw, cap = _charge_step(site, caps, strategy, now, event, book, ledger)
        highest, over = max(highest, kw), max(over, kw - cap)
    site.release(INF)
    record = _record(site, book.close(), step_min, highest, over)
    return record if ledger is None else replace(record, bank=ledger.close())


def _charge_step(
    site: Parking, caps: Sequence[float], strategy: Strategy | None, now: float, event: float,
    book: Book, ledger: _Ledger | None,
) -> tuple[float, float, float]:  # fmt: skip
    """Charge until the step ends or `event`; return that time, the kW and the cap then."""
    if site.flowing:
        site.settle(now)
    step = int(now // book.step_min)
    until = min(event, (step + 1.0) * book.step_min)
    hours = (until - now) / 60.0
    cap = caps[step % len(caps)]
    if hours <= SAME_TIME_H:
        return until, 0.0, cap
    if ledger is not None:
        cap = min(cap, ledger.bank.most_kw(step, hours))
    if site.tree is not None:
        site.tree.follow(cap)
    total, until = _charge(site, cap, strategy, now, until)
    book.add(now, until, total)
    if ledger is not None:
        ledger.settle(step, total, (until - now) / 60.0)
    return until, total, cap


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
    site: Parking, cap: float, strategy: Strategy | None, now: float, until: float
) -> tuple[float, float]:
    """Charge all cars until a time or shorter; return the total supply kW and until when."""
    hours = (until - now) / 60.0
    share_cabinets(site, hours)
    most = site.pace(now) if site.paced else site.sum_limit_kw
    free = strategy is None or (most <= cap and not (site.stepped and site.crowds))
    if site.tree is None and free:
        return _charge_freely(site, now, until)
    divide = _divide_in_steps if site.stepped else _divide
    return charge(site, divide(site, cap, strategy, hours), strategy, now, until)


def _divide(site: Parking, cap: float, strategy: Strategy | None, hours: float) -> list[int]:
    """Fill `want_kw` with the power of each car within all limits; return who gets some."""
    room, want = site.room, site.want_kw
    ceiling, remaining = site.ceiling_kw, room.remaining_kwh
    if strategy is not None and site.tree is not None:
        return divide_by_phase(site, cap, strategy, hours)[0]
    if strategy is not None and strategy.order is not None:
        return greedy(strategy.order(room), remaining, ceiling, want, cap, hours)
    cars = list(room.cars)
    wish(site, cars, hours)
    if strategy is None:
        note(site, cars)
    else:
        fill_equally(want, cars, cap)
    return cars


def _divide_in_steps(
    site: Parking, cap: float, strategy: Strategy | None, hours: float
) -> list[int]:
    """Divide where outlets tell cars their current in steps."""
    if strategy is None:
        return _divide(site, cap, None, hours)
    room, tree = site.room, site.tree
    order = list(room.cars) if strategy.order is None else list(strategy.order(room))
    need, allowed = [], list[Sequence[float] | float]()
    for car in order:
        limit, levels = room.limit_kw[car], site.levels[car]
        most = site.ceiling_kw[car] if strategy.paced else limit
        need.append(min(room.remaining_kwh[car] / hours, most))
        allowed.append(allowed_kw(levels, limit) if levels else limit)
    if tree is not None:
        tree.clear()
    power = {n: site.stations[n].power_kw / site.stations[n].efficiency for n in site.shared}
    serve = serve_in_turn if strategy.order is None else serve_in_order
    given = serve(order, need, allowed, Budget(cap, tree, site.draws, site.station, power))
    for car, kw in zip(order, given, strict=True):
        site.want_kw[car] = min(kw, room.remaining_kwh[car] / hours)
    if tree is not None:
        tree.note()
    return order


def _charge_freely(site: Parking, now: float, until: float) -> tuple[float, float]:
    """Charge all cars at what they can take where nothing limits them together."""
    room, ceiling = site.room, site.ceiling_kw
    if site.tapering:
        until = min(until, now + 60.0 * site.next_part_h(room.cars, ceiling))
    remaining, slack, limit = room.remaining_kwh, room.slack_min, room.limit_kw
    total, minutes = 0.0, until - now
    hours = minutes / 60.0
    full = []
    for car in room.cars:
        kw = ceiling[car]
        left = remaining[car] - kw * hours
        if left <= DONE_KWH:
            total += remaining[car] / hours
            remaining[car] = 0.0
            full.append(car)
        else:
            total += kw
            remaining[car] = left
            slack[car] += minutes * kw / limit[car]
    if site.tapering:
        site.taper()
    for car in full:
        site.full(car, until)
    return total, until


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
