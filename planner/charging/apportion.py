"""Divide the power of a moment among the cars of a site."""

from __future__ import annotations

from collections.abc import Sequence

from planner.charging.divide import fill_equally, fill_phases, greedy_phases
from planner.charging.parking import Parking
from planner.charging.strategies.room import Strategy


def share_cabinets(site: Parking, hours: float) -> None:
    """Hold the cars of a cabinet to its power: they share it equally."""
    if not site.crowds:
        return
    remaining, limit, ceiling = site.room.remaining_kwh, site.room.limit_kw, site.ceiling_kw
    for chosen, cars in site.shared.items():
        if len(cars) > 1:
            station = site.stations[chosen]
            most = station.power_kw / station.efficiency
            for car in cars:
                kw, wish = limit[car], remaining[car] / hours
                ceiling[car] = kw if kw < wish else wish
            if sum([ceiling[car] for car in cars]) > most:
                fill_equally(ceiling, cars, most)


def wish(site: Parking, cars: Sequence[int], hours: float) -> None:
    """Fill `want_kw` with what each car can take for `hours`."""
    remaining, ceiling, want = site.room.remaining_kwh, site.ceiling_kw, site.want_kw
    for car in cars:
        kw, most = remaining[car] / hours, ceiling[car]
        want[car] = kw if kw < most else most


def divide_by_phase(
    site: Parking, cap: float, strategy: Strategy, hours: float
) -> tuple[list[int], bool]:
    """Fill `want_kw` within the cap and every line; tell whether everyone gets all it can take."""
    room, tree, want = site.room, site.tree, site.want_kw
    assert tree is not None
    cars = list(room.cars)
    wish(site, cars, hours)
    fits = sum([want[car] for car in cars]) <= cap
    if fits:
        tree.clear()
        for car in cars:
            tree.add(site.draws[car], want[car])
        fits = tree.fits()
    if not fits:
        if strategy.order is None:
            fill_phases(cars, want, cap, tree, site.draws)
            note(site, cars)
            return cars, False
        greedy_phases(strategy.order(room), want, cap, tree, site.draws)
    tree.note()
    return cars, fits


def note(site: Parking, cars: Sequence[int]) -> None:
    """Remember the currents of a division if they are the highest so far."""
    tree = site.tree
    assert tree is not None
    tree.clear()
    for car in cars:
        tree.add(site.draws[car], site.want_kw[car])
    tree.note()
