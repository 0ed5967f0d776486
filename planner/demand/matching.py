"""Which archetype a record resembles: sessions by their curves, counts of parked cars by time.

Sessions are compared by the largest distance of cumulative curves (Kolmogorov and
Smirnov) of arrival hour, stay and energy, with draws of each archetype. Counts are
compared with the cars an archetype has on site hour by hour: the number of cars
that come on its busiest day is fitted by least squares.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.demand.archetypes import load_archetypes
from planner.demand.curve import mean_kw
from planner.demand.estimate import estimate
from planner.demand.fitting import ks_distance
from planner.model.demand import DemandInput, Sessions

DRAWN_WEEKS = 12
LIKE = 0.15
"""Mean distance up to which a record is called like an archetype (assumption)."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Tenth, fiftieth and ninetieth percentile of a quantity, and its mean."""

    q10: float
    q50: float
    q90: float
    mean: float


@dataclass(frozen=True, slots=True)
class ArchetypeFit:
    """How far a record lies from an archetype (0 alike, 1 nothing in common)."""

    archetype: str
    ks_arrival: float
    ks_stay: float
    ks_energy: float

    @property
    def distance(self) -> float:
        """Mean of the three."""
        return (self.ks_arrival + self.ks_stay + self.ks_energy) / 3


@dataclass(frozen=True, slots=True)
class CountFit:
    """An archetype that explains counts.

    `off_pct` is the root mean square left unexplained in % of the mean count;
    `cars_per_day` park on its busiest day.
    """

    archetype: str
    cars_per_day: float
    off_pct: float


def quantities(s: Sessions) -> dict[str, Floats]:
    """Return arrival hour, stay in h and energy in kWh of every session."""
    return {
        "arrival_h": s.arrive_min % 1440 / 60,
        "stay_h": (s.depart_min - s.arrive_min) / 60,
        "energy_kwh": s.energy_kwh,
    }


def spreads(s: Sessions) -> dict[str, Spread]:
    """Return arrival hour, stay in h and energy in kWh as percentiles."""
    return {name: _spread(values) for name, values in quantities(s).items()}


@functools.lru_cache(maxsize=32)
def drawn_like(archetype: str, seed: int = 1) -> Sessions:
    """Return twelve weeks of an archetype with forty cars on the busiest day."""
    return estimate((DemandInput(archetype, 40.0),), seed, horizon_days=7 * DRAWN_WEEKS).sessions


def match_sessions(s: Sessions, seed: int = 1) -> tuple[ArchetypeFit, ...]:
    """Return all archetypes, the nearest first."""
    own = quantities(s)
    found = []
    for key in load_archetypes():
        drawn = quantities(drawn_like(key, seed))
        far = {name: ks_distance(values, own[name]) for name, values in drawn.items()}
        found.append(ArchetypeFit(key, far["arrival_h"], far["stay_h"], far["energy_kwh"]))
    return tuple(sorted(found, key=lambda fit: fit.distance))


def match_counts(cars: Floats, seed: int = 1) -> tuple[CountFit, ...]:
    """Return archetypes for counts of parked cars, the best first.

    Parameters
    ----------
    cars
        Counted cars by weekday (Monday first) and hour, shape (7, 24), NaN where
        nobody counted.
    """
    seen = np.isfinite(cars)
    found = []
    for key, shape in _presence(seed).items():
        x, y = shape[seen], cars[seen]
        scale = max(float(x @ y) / max(float(x @ x), 1e-12), 0.0)
        off = float(np.sqrt(np.mean((y - scale * x) ** 2))) / max(float(y.mean()), 1e-9)
        found.append(CountFit(key, scale, 100 * off))
    return tuple(sorted(found, key=lambda fit: fit.off_pct))


def _presence(seed: int) -> dict[str, Floats]:
    """Return the mean number of cars on site by weekday and hour for one car a day."""
    shapes = {}
    for key in load_archetypes():
        cars, days = 200.0, 7 * DRAWN_WEEKS
        s = estimate((DemandInput(key, cars),), seed, horizon_days=days).sessions
        stay = np.minimum(s.depart_min - s.arrive_min, 48 * 60)
        present = mean_kw(s.arrive_min, s.arrive_min + stay, np.ones(len(s)), 60, 24 * days)
        # The first week starts with an empty site, so it is left out.
        weeks = present.reshape(DRAWN_WEEKS, 7, 24)[1:]
        shapes[key] = weeks.mean(axis=0) / cars
    return shapes


def _spread(values: Floats) -> Spread:
    if not len(values):
        return Spread(0.0, 0.0, 0.0, 0.0)
    q10, q50, q90 = (float(v) for v in np.quantile(values, (0.1, 0.5, 0.9)))
    return Spread(q10, q50, q90, float(values.mean()))
