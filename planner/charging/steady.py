"""Charging while nothing outside changes: one cap, no bank, no pilot steps.

Power then changes only where a car arrives, leaves, is full or takes less as it fills, or
where the order of a strategy turns. So most stretches are far longer than a step, and are
charged at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.charging.apportion import divide_by_phase, note, share_cabinets, wish
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
    alone, most = site.tree is None, math.inf
    if strategy is not None:
        most = cap
    highest = 0.0
    while now < event and cars:
        if alone and not site.crowds and _free_kw(site, now) <= most:
            if not site.flowing:
                site.flow(now)
            kw, end = site.flow_kw, site.next_full()
            until = min(event, end)
            if until == end:
                site.reach(site.ends[0][1], end)
        else:
            if site.flowing:
                site.settle(now)
            kw, until = _charge_limited(site, cap, strategy, now, event, book.step_min)
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
    """Charge within the limits for a step, or for as many as the same division holds.

    Returns the kW and until when they were drawn.
    """
    until = min((now // step_min + 1.0) * step_min, event)
    hours = (until - now) / 60.0
    if hours <= SAME_TIME_H:
        return 0.0, until
    share_cabinets(site, hours)
    if site.paced:
        site.pace(now)
    alone = site.tree is None and not site.tapering and not site.crowds
    if alone and strategy is not None and strategy.order and not strategy.lasting:
        return _serve(site, strategy.order(site.room), cap, strategy, now, hours), until
    if alone and strategy is not None and not strategy.order and not strategy.paced:
        found = _share_alike(site, cap, now, until, event, step_min)
        if found is not None:
            return cap, found
    cars, holds = _divide(site, cap, strategy, hours)
    if holds and until < event:
        until = _held_until(site, cars, now, until, event, step_min)
    return charge(site, cars, strategy, now, until)


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
        kw = kw if kw < left else left
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


def _share_alike(
    site: Parking, cap: float, now: float, until: float, event: float, step_min: int
) -> float | None:
    """Give all cars the same power as long as that lasts; None where one wants less than that."""
    cars, remaining, ceiling = site.room.cars, site.room.remaining_kwh, site.ceiling_kw
    share = cap / len(cars)
    missing = [remaining[car] for car in cars]
    least = min(missing)
    if share <= 0 or least * 60 < share * (until - now) or min([ceiling[c] for c in cars]) < share:
        return None
    end = now + 60 * least / share
    until = event if end >= event else max(until, end // step_min * step_min)
    kwh = share * (until - now) / 60
    for car, before in zip(cars, missing, strict=True):
        remaining[car] = before - kwh
    if least - kwh <= DONE_KWH:
        for car in [car for car in cars if remaining[car] <= DONE_KWH]:
            site.full(car, until)
    return until


def charge(
    site: Parking, cars: Sequence[int], strategy: Strategy | None, now: float, until: float
) -> tuple[float, float]:
    """Give `cars` their `want_kw` until a time, or until the power of one must fall.

    Returns the sum in kW and until when it was drawn.
    """
    room, want, total = site.room, site.want_kw, 0.0
    if site.tapering:
        until = min(until, now + 60.0 * site.next_part_h(cars, want))
    hours = (until - now) / 60.0
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
    if site.tapering:
        site.taper()
    for car in full:
        site.full(car, until)
    return total, until


def _divide(
    site: Parking, cap: float, strategy: Strategy | None, hours: float
) -> tuple[list[int], bool]:
    """Fill `want_kw` within all limits; tell who gets power and whether that lasts."""
    room = site.room
    if strategy is None:
        cars = list(room.cars)
        wish(site, cars, hours)
        if site.tree is not None:
            note(site, cars)
        return cars, True
    lasting = strategy.lasting and not strategy.paced
    if site.tree is not None:
        cars, fits = divide_by_phase(site, cap, strategy, hours)
        return cars, fits or lasting
    cars, want = list(room.cars), site.want_kw
    if site.crowds or site.tapering:  # these may hold the cars below the cap
        wish(site, cars, hours)
        if sum([want[car] for car in cars]) <= cap:
            return cars, not strategy.paced
    if strategy.order is not None:
        order = strategy.order(room)
        return greedy(order, room.remaining_kwh, site.ceiling_kw, want, cap, hours), lasting
    wish(site, cars, hours)
    fill_equally(want, cars, cap)
    return cars, lasting


def _held_until(
    site: Parking, cars: Sequence[int], now: float, until: float, event: float, step_min: int
) -> float:
    """Return the end of the last step before which no car is full."""
    remaining, want = site.room.remaining_kwh, site.want_kw
    first_h = min([remaining[car] / want[car] for car in cars if want[car] > 0], default=0.0)
    if not first_h:
        return until
    end = now + 60 * first_h
    return event if end >= event else max(until, end // step_min * step_min)
