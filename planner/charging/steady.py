"""Charging while nothing outside changes: one cap, no bank, no pilot steps, no full cabinet.

Power then changes only where a car arrives, leaves or is full, or where the order of a
strategy turns. So most stretches are far longer than a step, and are charged at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.charging.apportion import divide_by_phase, note, wish
from planner.charging.book import Book
from planner.charging.divide import fill_equally, greedy
from planner.charging.parking import DONE_KWH, SAME_TIME_H, Parking
from planner.charging.strategies.room import Strategy


def charge_steadily(
    site: Parking, cap: float, strategy: Strategy | None, now: float, event: float,
    book: Book,
) -> tuple[float, float]:  # fmt: skip
    """Charge until `event` or until somebody may plug in; return that time and the highest kW."""
    cars, remaining, leaving, parting = (
        site.room.cars, site.room.remaining_kwh, site.leaving, site.parting,
    )  # fmt: skip
    alone = site.tree is None
    most = math.inf if strategy is None else cap
    highest = 0.0
    while now < event and cars:
        if alone and _free_kw(site, now) <= most:
            if not site.flowing:
                site.flow(now)
            kw, end = site.flow_kw, site.next_full()
            until = min(event, end)
            if until == end:
                site.full(site.ends[0][1], end)
        else:
            if site.flowing:
                site.settle(now)
            if site.paced:
                site.pace(now)
            until, kw = _charge_limited(site, cap, strategy, now, event, book.step_min)
        book.add(now, until, kw)
        highest = max(highest, kw)
        now = until
        if site.queue:
            if leaving[0][0] <= now:
                break
        elif parting and remaining[parting[0][1]] <= DONE_KWH:
            break
    return now, highest


def _free_kw(site: Parking, now: float) -> float:
    """Return what all cars would draw if nothing limited them together."""
    if site.paced:
        return site.flow_kw if site.flowing else site.pace(now)
    return site.sum_limit_kw


def _charge_limited(
    site: Parking, cap: float, strategy: Strategy | None, now: float, event: float,
    step_min: int,
) -> tuple[float, float]:  # fmt: skip
    """Charge within the limits for a step, or for as many as the same division holds."""
    until = min((now // step_min + 1.0) * step_min, event)
    hours = (until - now) / 60.0
    if hours <= SAME_TIME_H:
        return until, 0.0
    if site.tree is None and strategy is not None and strategy.order and not strategy.lasting:
        return until, _serve(site, strategy.order(site.room), cap, strategy, now, hours)
    cars, holds = _divide(site, cap, strategy, hours)
    if holds and until < event:
        until = _held_until(site, cars, now, until, event, step_min)
    return until, charge(site, cars, strategy, now, (until - now) / 60.0)


def _serve(
    site: Parking, order: Sequence[int], cap: float, strategy: Strategy, now: float, hours: float
) -> float:
    """Divide as `greedy` does, charge in the same pass, and return the sum in kW."""
    room, ceiling, minutes = site.room, site.ceiling_kw, 60.0 * hours
    remaining, slack, limit = room.remaining_kwh, room.slack_min, room.limit_kw
    by_slack, rotates, left, full = strategy.by_slack, strategy.rotates, cap, []
    for car in order:
        kw, kwh = ceiling[car], remaining[car]
        if kwh < kw * hours:
            kw = kwh / hours
        kw = min(kw, left)
        left -= kw
        remaining[car] = kwh = kwh - kw * hours
        if by_slack:
            slack[car] += minutes if kw == limit[car] else minutes * kw / limit[car]
        if rotates and kw > 0:
            room.turn_min[car] = now
        if kwh <= DONE_KWH:
            full.append(car)
        if left <= 0:
            break
    for car in full:
        site.full(car, now + minutes)
    return cap - max(left, 0.0)


def charge(
    site: Parking, cars: Sequence[int], strategy: Strategy | None, now: float, hours: float
) -> float:
    """Give `cars` their `want_kw` for `hours` and return the sum in kW."""
    room, want, total, end = site.room, site.want_kw, 0.0, now + 60.0 * hours
    remaining, full = room.remaining_kwh, []
    for car in cars:
        kw = want[car]
        total += kw
        left = remaining[car] - kw * hours
        remaining[car] = left
        if left <= DONE_KWH:
            full.append(car)
    if strategy is not None and strategy.by_slack:
        slack, limit, minutes = room.slack_min, room.limit_kw, 60.0 * hours
        for car in cars:
            slack[car] += minutes * want[car] / limit[car]
    if strategy is not None and strategy.rotates:
        turn = room.turn_min
        for car in cars:
            turn[car] = now
    for car in full:
        site.full(car, end)
    return total


def _divide(
    site: Parking, cap: float, strategy: Strategy | None, hours: float
) -> tuple[list[int], bool]:
    """Fill `want_kw` within all limits; tell who gets power and whether that lasts."""
    room = site.room
    if strategy is None:
        cars = list(room.cars)
        wish(site, cars, hours)
        note(site, cars)
        return cars, True
    lasting = strategy.lasting and not strategy.paced
    if site.tree is not None:
        cars, fits = divide_by_phase(site, cap, strategy, hours)
        return cars, fits or lasting
    if strategy.order is not None:
        order = strategy.order(room)
        return greedy(order, room.remaining_kwh, site.ceiling_kw, site.want_kw, cap, hours), lasting
    cars = list(room.cars)
    wish(site, cars, hours)
    fill_equally(site.want_kw, cars, cap)
    return cars, lasting


def _held_until(
    site: Parking, cars: Sequence[int], now: float, until: float, event: float, step_min: int
) -> float:
    """Return the end of the last step before which no car is full."""
    remaining, want = site.room.remaining_kwh, site.want_kw
    first_h = min([remaining[car] / want[car] for car in cars if want[car] > 0], default=0.0)
    if not first_h:
        return until
    last = (now + 60 * first_h) // step_min * step_min
    return until if last <= until else min(last, event)
