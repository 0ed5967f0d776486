"""Least cost without hindsight: whenever a car plugs in, the rest of all stays is planned anew.

Model predictive control: known are the cars plugged in, when they leave, prices and the
cap per step; later arrivals are not. Of every plan only the part up to the next
arrival is carried out. A plan costs

    Σ price(t)·energy(t) + peak_price·max(0, P − highest kW so far) + M·missing energy

with a preference for early hours too small to change any other choice. While no car
comes, the rest of a best plan stays the best, so nothing is computed then. A newcomer is
laid into the plan of the others where that is the best for all: where it finds free the
hours that are its cheapest at the price of energy plus what full hours are worth to the
others (by the duals of their program, 0 where nothing is full; weak duality then proves
that no plan costs less). Only otherwise the linear program of `planner.charging.optimise`
is solved, over the cars there and their remaining steps. Peak shaving is the same with a
price for the peak alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from planner.charging.optimise import (
    LEAST_H,
    Tariff,
    as_caps,
    cabinets,
    price_of,
    solve,
    standing,
    supply_limits,
)
from planner.charging.phases import PhaseLimit
from planner.charging.plan_lines import Blocks, draws_of, held_a, line_room_kw, phase_rows
from planner.charging.run import Record
from planner.charging.station import Station
from planner.model.demand import Sessions

EARLY_PER_H = 1e-5
"""What an hour's delay of a kWh costs in the plan, over its dearest price."""
SAME = 1e-9
"""kWh and parts of a plan that make no difference."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Told = Callable[[float], object]


def replan(
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: Sequence[float] | None,
    tariff: Tariff,
    step_min: int,
    *,
    patience_min: float = 15.0,
    phase_limits: Sequence[PhaseLimit] = (),
    told: Told | None = None,
) -> Record:
    """Charge at least cost as far as can be known at each moment.

    Arguments and result as for `planner.charging.optimise.optimise`; limits hold at
    every moment. `told` hears the share done, and may raise to stop.
    """
    base, here = standing(sessions, stations, step_min, patience_min, phase_limits)
    if not len(here):
        return base
    plan = _Plan(sessions, stations, base, limit_kw, tariff, step_min, phase_limits)
    order = here[np.argsort(base.plugged_min[here], kind="stable")]
    moments, first = np.unique(base.plugged_min[order], return_index=True)
    groups = np.split(order, first[1:])
    for number, (moment, cars) in enumerate(zip(moments.tolist(), groups, strict=True)):
        if told is not None:
            told(number / len(groups))
        plan.carry_out(moment)
        plan.plug_in(cars)
    plan.carry_out(np.inf)
    return replace(
        base,
        energy_kwh=np.clip((plan.need - plan.left) * plan.efficiency, 0.0, sessions.energy_kwh),
        load_kw=plan.load_kwh * (60.0 / step_min),
        highest_kw=plan.highest_kw,
        over_kw=0.0,
        phase_a=tuple((a, b, c) for a, b, c in plan.highest_a.tolist()),
    )


class _Plan:
    """What is planned for the cars plugged in: `kw` of each in the stretches between `edges`.

    `worth` is what a kWh more in a stretch is worth to them, beyond its price.
    """

    def __init__(
        self,
        sessions: Sessions,
        stations: Sequence[Station],
        base: Record,
        limit_kw: Sequence[float] | None,
        tariff: Tariff,
        step_min: int,
        limits: Sequence[PhaseLimit],
    ) -> None:
        self.stations, self.base, self.step_min, self.limits = stations, base, step_min, limits
        dearest = max(float(np.abs(tariff.per_kwh).max()), tariff.per_kw_peak) or 1.0
        price = np.asarray(tariff.per_kwh, float) / dearest
        # Prices of at most 1, so that the solver's tolerances mean the same everywhere.
        self.tariff = Tariff(tuple(price), tariff.per_kw_peak / dearest, tariff.beside_kw)
        self.price, self.beside = price, np.asarray(tariff.beside_kw, float)
        self.caps = np.maximum(as_caps(limit_kw), 0.0)
        self.limit, self.efficiency = supply_limits(sessions, stations, base)
        self.need = sessions.energy_kwh / self.efficiency
        self.left = self.need.copy()
        self.leave = base.left_min.round(6)
        self.draws = draws_of(stations, base, limits)
        self.lines_bind = False
        self.cars, self.kw = np.zeros(0, np.int64), np.zeros((0, 0))
        self.edges, self.worth = np.zeros(1), np.zeros(0)
        self.top_kw, self.highest_kw = float(self.beside.max()), 0.0
        self.load_kwh = np.zeros(sessions.horizon_days * 1440 // step_min)
        self.highest_a = np.zeros((len(limits), 3))

    def carry_out(self, until: float) -> None:
        """Charge as planned up to a moment, and forget what is over."""
        until = round(until, 6)
        ends = self.edges[1:]
        hours = np.maximum(np.minimum(ends, until) - self.edges[:-1], 0.0) / 60
        self.left[self.cars] -= self.kw @ hours
        self._note(hours)
        stays, ahead = self.leave[self.cars] > until, ends > until
        self.edges, self.worth = np.concatenate(([until], ends[ahead])), self.worth[ahead]
        self.cars, self.kw = self.cars[stays], self.kw[stays][:, ahead]

    def _note(self, hours: Floats) -> None:
        """Book the first `hours` of each stretch."""
        lasts = hours > 0
        if not lasts.any() or not len(self.cars):
            return
        kw, step = self.kw[:, lasts], self._steps()[lasts]
        total = kw.sum(axis=0)
        booked = step < len(self.load_kwh)
        np.add.at(self.load_kwh, step[booked], (total * hours[lasts])[booked])
        self.highest_kw = max(self.highest_kw, float(total.max()))
        site = total + self.beside[step % len(self.beside)]
        self.top_kw = max(self.top_kw, float(site.max()))
        amps = np.abs(self._sums(self.cars, kw)).max(axis=2, initial=0.0)
        self.highest_a = np.maximum(self.highest_a, amps)

    def _steps(self) -> Ints:
        middle = (self.edges[:-1] + self.edges[1:]) / 2
        return np.asarray(middle // self.step_min, np.int64)

    def _sums(self, cars: Ints, kw: Floats) -> npt.NDArray[np.complex128]:
        """Return the amperes of each limit and line in each stretch."""
        return np.asarray(np.moveaxis(np.tensordot(kw, self.draws[cars], (0, 0)), 0, 2))

    def plug_in(self, cars: Ints) -> None:
        """Plan for newcomers, and for the others anew where that can be better."""
        cars = cars[self.leave[cars] > self.edges[0]]
        if not len(cars):
            return
        known = len(self.cars)
        self._extend(cars)
        if not all(self._lay(row) for row in range(known, len(self.cars))):
            self._solve()

    def _extend(self, cars: Ints) -> None:
        """Make room for cars: stretches end at every step and where somebody leaves."""
        before, leave = self.edges, self.leave[cars]
        first, last = before[0] // self.step_min + 1, leave.max() / self.step_min
        steps = np.arange(first, last) * self.step_min
        self.edges = np.unique(np.concatenate((before, steps, leave)))
        was = np.searchsorted(before, self.edges[:-1], side="right") - 1
        planned = was < len(before) - 1
        kw = np.zeros((len(self.cars) + len(cars), len(was)))
        kw[: len(self.cars), planned] = self.kw[:, was[planned]]
        worth = np.zeros(len(was))
        worth[planned] = self.worth[was[planned]]
        self.cars, self.kw, self.worth = np.concatenate((self.cars, cars)), kw, worth

    def _lay(self, row: int) -> bool:
        """Lay a car into what the others leave; tell whether nothing could be cheaper."""
        car, step, hours = int(self.cars[row]), self._steps(), np.diff(self.edges) / 60
        most = np.where(self.edges[:-1] < self.leave[car], self.limit[car], 0.0)
        price = self.price[step % len(self.price)] + self.worth
        order, need = np.lexsort((step, price)), float(self.left[car])
        alone = _cheapest(most, hours, order, need)
        self.kw[row] = _cheapest(self._room(car, most, step), hours, order, need)
        missing = float((alone - self.kw[row]) @ hours)
        dearer = float(((self.kw[row] - alone) * price) @ hours)
        # Prices closer than the preference for early hours are the same.
        blur = EARLY_PER_H * float(hours.sum()) * need
        return missing <= SAME and dearer <= SAME + blur

    def _room(self, car: int, most: Floats, step: Ints) -> Floats:
        """Return the kW that are free for a car in each stretch, without a higher peak."""
        total, cap = self.kw.sum(axis=0), self.caps[step % len(self.caps)]
        room = np.minimum(most, cap - total)
        station = self.stations[self.base.station[car]]
        if station.shares:
            same = self.base.station[self.cars] == self.base.station[car]
            cabinet_kw = station.power_kw / station.efficiency
            room = np.minimum(room, cabinet_kw - self.kw[same].sum(axis=0))
        if self.tariff.per_kw_peak > 0:
            site = total + self.beside[step % len(self.beside)]
            room = np.minimum(room, max(self.top_kw, float(site.max())) - site)
        room = np.asarray(np.maximum(room, 0.0), np.float64)
        if not self.limits:
            return room
        held = np.array([held_a(limit, cap) for limit in self.limits])
        sums = self._sums(self.cars, self.kw)
        return line_room_kw(self.draws[car], sums, held, room)

    def _solve(self) -> None:
        """Plan for all cars at once; limits of lines join in where they bind."""
        hours, step = np.diff(self.edges) / 60, self._steps()
        there = (self.edges[:-1] < self.leave[self.cars][:, None]) & (hours > LEAST_H)
        row, stretch = np.nonzero(there)
        car = self.cars[row]
        blocks = Blocks(car, stretch, hours[stretch], self.limit[car] * hours[stretch], step)
        ahead_h = (self.edges[:-1] - self.edges[0])[stretch] / 60
        while True:
            lines = self.limits if self.lines_bind else ()
            energy, worth_kw = solve(
                blocks, np.maximum(self.left, 0.0), self.caps, self.tariff, self.top_kw,
                price_of(self.tariff, blocks) + EARLY_PER_H * ahead_h,
                cabinets(self.stations, self.base, blocks),
                phase_rows(self.draws, blocks, lines, self.caps),
            )  # fmt: skip
            kw = np.zeros(there.shape)
            kw[row, stretch] = energy / blocks.hours
            share = self._line_share(kw, step)
            if self.lines_bind or share.min(initial=1.0) > 1 - SAME:
                break
            self.lines_bind = True
        self.kw = kw * np.minimum(share, self._power_share(kw, step))
        self.worth = worth_kw / np.maximum(hours, LEAST_H)

    def _line_share(self, kw: Floats, step: Ints) -> Floats:
        """Return which share of a plan every line carries in each stretch."""
        if not self.limits:
            return np.ones(len(step))
        cap = self.caps[step % len(self.caps)]
        held = np.array([held_a(limit, cap) for limit in self.limits])
        amps = np.maximum(np.abs(self._sums(self.cars, kw)), 1e-12)
        return np.asarray(np.minimum(held / amps, 1.0).min(axis=(0, 1)))

    def _power_share(self, kw: Floats, step: Ints) -> Floats:
        """Return which share of a plan cap and cabinets carry: all but the solver's tolerance."""
        cap = self.caps[step % len(self.caps)]
        share = np.minimum(cap / np.maximum(kw.sum(axis=0), 1e-12), 1.0)
        at = self.base.station[self.cars]
        for number in set(at.tolist()):
            if (station := self.stations[number]).shares:
                drawn = np.maximum(kw[at == number].sum(axis=0), 1e-12)
                share = np.minimum(share, station.power_kw / station.efficiency / drawn)
        return np.asarray(share)


def _cheapest(most_kw: Floats, hours: Floats, order: Ints, need_kwh: float) -> Floats:
    """Return kW per stretch that fill `need_kwh` in an order of stretches."""
    most = (most_kw * hours)[order]
    filled = np.clip(need_kwh - (np.cumsum(most) - most), 0.0, most)
    found = np.zeros(len(order))
    found[order] = filled / np.maximum(hours[order], 1e-12)
    return np.minimum(found, most_kw)
