"""Draw one archetype's cars: arrivals, stays, vehicles and energy, from a seed.

Stay and energy are tied by a Gaussian copula: the rank of the stay gives a
normal score, the energy's score is r · score + √(1 − r²) · noise, so both
keep their own distribution (Nelsen, An Introduction to Copulas, 2006, 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.demand.archetypes import Archetype, Stay
from planner.demand.mixture import quantiles_kwh
from planner.demand.taper import charge_of, mean_kw_of

Array = npt.NDArray[np.float64]
DAY_MIN = 1440.0
REACHABLE = 0.98
"""Share of power × stay a wish may need, so that plugging in costs nobody service."""


@dataclass(frozen=True, slots=True, eq=False)
class Cars:
    """What `draw` returns; arrays of equal length, sorted by nothing yet.

    `soc` is the state of charge on arrival (0 to 1); a battery of 0 is not known.
    `shortened` counts wishes cut to what the car can take in its stay.
    """

    arrive_min: Array
    stay_min: Array
    energy_kwh: Array
    ac_kw: Array
    dc_kw: Array
    battery_kwh: Array
    soc: Array
    shortened: int


def draw(
    kind: Archetype,
    drivers_per_day: float,
    days: int,
    rng: np.random.Generator,
    energy_factor: float = 1.0,
) -> Cars:
    """Draw the cars of `days` days that start on a Monday.

    `drivers_per_day` is the mean number on the busiest day of the week.
    """
    arrive = _arrivals(kind, drivers_per_day, days, rng)
    stay = _stays(kind.stays, arrive, rng)
    vehicle = _vehicles(kind, len(arrive), rng)
    battery, ac, dc = (np.array(column)[vehicle] for column in _columns(kind))
    wish = energy_factor * _wishes(kind, stay, battery, rng)
    # A wish larger than the battery belongs to the car with the largest one.
    largest = int(np.argmax(_columns(kind)[0]))
    big = wish > 0.95 * battery
    battery[big], ac[big], dc[big] = (column[largest] for column in _columns(kind))
    wish = np.clip(wish, kind.energy_min_kwh, np.minimum(kind.energy_max_kwh, 0.95 * battery))
    soc = np.clip(kind.target_soc - wish / battery, 0.0, 1.0)
    fast = mean_kw_of(charge_of(wish, battery, soc, dc))
    power = np.where(dc > 0, fast, ac) if kind.basis == "dc" else np.where(ac > 0, ac, fast)
    reachable = REACHABLE * power * stay / 60
    got = np.minimum(wish, reachable)
    return Cars(arrive, stay, got, ac, dc, battery, soc, int((wish > reachable + 1e-9).sum()))


def _columns(kind: Archetype) -> tuple[list[float], list[float], list[float]]:
    vehicles = [vehicle for vehicle, _ in kind.vehicles]
    return (
        [v.battery_kwh for v in vehicles],
        [v.ac_kw for v in vehicles],
        [v.dc_kw for v in vehicles],
    )


def _vehicles(kind: Archetype, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    edges = np.cumsum([share for _, share in kind.vehicles])
    chosen = np.searchsorted(edges / edges[-1], rng.random(n), side="right")
    return np.minimum(chosen, len(edges) - 1)


def _arrivals(
    kind: Archetype, drivers_per_day: float, days: int, rng: np.random.Generator
) -> Array:
    found = []
    for day in range(days):
        mean = drivers_per_day * kind.weekdays[day % 7]
        count = round(mean) if kind.fixed_count else int(rng.poisson(mean))
        edges = np.cumsum(kind.hourly[day % 7 >= 5])
        place = np.concatenate(([0.0], edges / edges[-1]))
        # Linear within the hour: inverse of the cumulative curve.
        found.append(day * DAY_MIN + 60.0 * np.interp(rng.random(count), place, np.arange(25.0)))
    return np.concatenate(found) if found else np.zeros(0)


def _stays(stays: tuple[Stay, ...], arrive: Array, rng: np.random.Generator) -> Array:
    """Return stays in minutes, drawn from the mixture."""
    n = len(arrive)
    weights = np.cumsum([s.weight for s in stays])
    part = np.searchsorted(weights / weights[-1], rng.random(n), side="right")
    score = rng.standard_normal(n)
    hours = np.zeros(n)
    for index, stay in enumerate(stays):
        value = stay.location + stay.spread * score
        if stay.family == "lognormal":
            value = np.exp(value)
        elif stay.family == "clock":
            value = (value - arrive / 60.0) % 24.0
        hours = np.where(part == index, np.clip(value, stay.min_h, stay.max_h), hours)
    return 60.0 * hours


def _wishes(kind: Archetype, stay: Array, battery: Array, rng: np.random.Generator) -> Array:
    """Return wished energy in kWh before limits."""
    noise = rng.standard_normal(len(stay))
    r = kind.correlation
    score = r * _normal_scores(stay, rng) + np.sqrt(1 - r * r) * noise
    if kind.energy_family == "mixture":
        return quantiles_kwh(kind.energy_parts, 1.0 - _upper_tail(score))
    a, b = kind.energy_location, kind.energy_spread
    if kind.energy_family == "lognormal":
        return np.asarray(np.exp(a + b * score))
    if kind.energy_family == "weibull":
        return np.asarray(b * (-np.log(_upper_tail(score))) ** (1 / a))
    if kind.energy_family == "soc":
        arrival = np.clip(a + b * score, 0.05, kind.target_soc - 0.02)
        return np.asarray(battery * (kind.target_soc - arrival))
    return np.asarray(a + b * score)


def _normal_scores(values: Array, rng: np.random.Generator) -> Array:
    """Return standard normal scores in the order of `values`; ties broken by lot."""
    n = len(values)
    order = np.lexsort((rng.random(n), values))
    scores = np.empty(n)
    scores[order] = np.sort(rng.standard_normal(n))
    return scores


def _upper_tail(score: Array) -> Array:
    """Return P(Z > score) of the standard normal, never 0 or 1.

    Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8.
    """
    t = 1.0 / (1.0 + 0.2316419 * np.abs(score))
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = np.exp(-score * score / 2) / np.sqrt(2 * np.pi) * poly
    return np.asarray(np.clip(np.where(score >= 0, tail, 1.0 - tail), 1e-12, 1 - 1e-12))
