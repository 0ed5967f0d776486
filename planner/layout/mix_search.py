"""Search for the cheapest mix on a sample.

A mix is a number of AC outlets and of DC units. Service rises with either number (but for
luck), so for each number of DC units of one size the fewest AC outlets are found by
bisection, and whatever cannot be cheaper than the best mix known is never simulated. Then
single units are dropped or swapped, which also joins DC units of two sizes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from planner.charging.erlang import ports_for
from planner.layout.mix_candidate import Candidate, candidate, cheapest_posts, neighbours
from planner.layout.mix_guess import guess_units, offered_load
from planner.layout.mix_sample import Sample
from planner.layout.mix_trial import Trial, try_mix
from planner.model.charger import ChargerModel
from planner.model.ids import ModelId

ModelOrNone = ChargerModel | None
POINTS_PER_DOUBLING = 10.0


@dataclass(slots=True)
class Search:
    """Draws of a demand, what may be used on them, and all trials made so far."""

    draws: tuple[Sample, ...]
    catalogue: Mapping[ModelId, ChargerModel]
    costs: Mapping[ModelId, float]
    ac_models: tuple[ChargerModel, ...]
    dc_models: tuple[ChargerModel, ...]
    bays: int
    budget: float | None
    fewest_dc: int = 0
    most_trials: int = 90
    trials: dict[Candidate, Trial] = field(default_factory=dict)

    def counts(self, mix: Candidate) -> dict[ModelId, int]:
        """Return the cheapest posts for the AC outlets, and the DC units."""
        return cheapest_posts(mix.ac_outlets, self.ac_models, self.costs) | dict(mix.dc)

    def cost(self, mix: Candidate) -> float:
        """Return the hardware cost."""
        return sum(self.costs[m] * n for m, n in self.counts(mix).items())

    def outlets(self, mix: Candidate) -> int:
        """Return the bays a mix can serve at once."""
        return sum(self.catalogue[m].outlets * n for m, n in self.counts(mix).items())

    def allowed(self, mix: Candidate) -> bool:
        """Tell whether models, bays, budget and the wanted share of DC permit a mix."""
        if (mix.ac_outlets and not self.ac_models) or mix.dc_units < self.fewest_dc:
            return False
        within = self.budget is None or self.cost(mix) <= self.budget
        return within and self.outlets(mix) <= self.bays

    def trial(self, mix: Candidate) -> Trial:
        """Simulate a mix once."""
        if mix not in self.trials:
            self.trials[mix] = try_mix(self.draws, self.counts(mix), self.catalogue)
        return self.trials[mix]

    def load(self, model: ModelOrNone) -> tuple[float, float]:
        """Return the offered load in erlang: (AC, DC of that model)."""
        return offered_load(self.draws, model, has_ac=bool(self.ac_models))

    def hopeless(self, mix: Candidate, target_pct: float) -> bool:
        """Tell whether a mix with nowhere fewer chargers has failed already."""
        return any(
            trial.served_pct < target_pct and mix.within(tried)
            for tried, trial in self.trials.items()
        )

    @property
    def spent(self) -> bool:
        """Whether as many mixes as intended have been tried."""
        return len(self.trials) >= self.most_trials


def within_reach(search: Search, target_pct: float) -> bool:
    """Tell whether even far too many chargers would reach the service level.

    Every bay gets an AC outlet and, on top, half as many of the strongest DC units:
    no allowed mix has more, so what this fails no search can find.
    """
    counts = cheapest_posts(search.bays, search.ac_models, search.costs)
    if search.dc_models:
        strongest = max(search.dc_models, key=lambda m: m.power_kw)
        counts[strongest.id] = -(-search.bays // strongest.outlets)
    draws = tuple(d if d.managed else replace(d, limit_kw=None) for d in search.draws)
    return try_mix(draws, counts, search.catalogue).served_pct >= target_pct - 1.0


def find_cheapest(search: Search, target_pct: float) -> Candidate | None:
    """Return the cheapest mix that reaches the service level on the sample, if any."""
    if not within_reach(search, target_pct):
        return None
    best: Candidate | None = None
    ac_load = search.load(None)[0]
    guesses = {m.id: _guess_units(search, m) for m in search.dc_models}
    models = sorted(search.dc_models, key=lambda m: search.costs[m.id] * guesses[m.id])
    for model in (None, *models):
        for units in _dc_range(search, model, guesses):
            if model is None or ac_load:
                found = _fewest_ac(search, units, model, target_pct, best)
            else:
                found = _fewest_dc(search, model, guesses[model.id], target_pct, best)
            if found is not None:
                best = found
            if search.spent:
                return best
    return _descend(search, best, target_pct) if best else None


def find_best_service(search: Search) -> Candidate:
    """Return the best compromise where no mix reaches the service level.

    A mix that costs twice as much must serve at least `POINTS_PER_DOUBLING` per cent
    more of the drivers; then outlets are dropped that serve less than half a point.
    """
    tried = {m for m in search.trials if search.allowed(m)}
    for model in dict.fromkeys((None, *search.dc_models[:1], *search.dc_models[-1:])):
        most = _most_dc(search, model)
        guess = ports_for(search.load(model)[0], 0.05)
        for share in (0.0,) if model is None else (0.1, 0.4, 1.0):
            units = round(share * most)
            high = _most_ac(search, units, model)
            tried |= {_mix(min(high, n), units, model) for n in (guess // 2, guess, high)}
    results = {
        m: search.trial(m).served_pct
        for m in sorted(tried, key=_key)
        if m.ac_outlets >= 0 and (m in search.trials or not search.spent)
    }
    results = {m: served for m, served in results.items() if served > 0} or results
    floor = min((search.cost(m) for m in results if search.cost(m) > 0), default=1e-9)
    best = max(
        results,
        key=lambda m: results[m] - POINTS_PER_DOUBLING * np.log2(max(search.cost(m) / floor, 1.0)),
        default=Candidate(0),
    )
    model = search.catalogue[best.main_dc] if best.main_dc else None
    if len(best.dc) > 1:
        return best
    return _fewest_ac(search, best.dc_units, model, results.get(best, 0.0) - 0.5, None) or best


def _mix(ac_outlets: int, units: int, model: ModelOrNone) -> Candidate:
    return candidate(ac_outlets, {model.id: units} if model else {})


def _guess_units(search: Search, model: ChargerModel) -> int:
    return guess_units(search.draws, model, has_ac=bool(search.ac_models))


def _dc_range(
    search: Search, model: ModelOrNone, guesses: Mapping[ModelId, int]
) -> tuple[int, ...]:
    """Return numbers of DC units worth trying beside AC, the first guess first."""
    if model is None:
        return (0,) if search.fewest_dc == 0 and search.ac_models else ()
    most = _most_dc(search, model)
    least = max(1, search.fewest_dc)
    guess = min(max(guesses[model.id], least), most)
    if not search.ac_models or not search.load(None)[0]:
        return (guess,) if least <= most else ()
    near = [guess, guess - 1, guess - 2, guess + 1, guess + 2, guess // 2, least]
    return tuple(dict.fromkeys(n for n in near if least <= n <= most))


def _fewest_dc(
    search: Search, model: ChargerModel, guess: int, target_pct: float, best: Candidate | None
) -> Candidate | None:
    """Step from the first guess to the fewest DC units that reach the target and beat `best`."""
    low = max(1, search.fewest_dc) - 1
    high = _most_dc(search, model)
    bound = search.cost(best) if best else float("inf")
    while high > low and search.cost(_mix(0, high, model)) >= bound:
        high -= 1
    guess = min(max(guess, low + 1), high)
    found = None
    while high > low and not search.spent:
        mix = _mix(0, guess, model)
        if search.trial(mix).served_pct >= target_pct:
            found, high = mix, guess - 1
            guess = high
        else:
            low = guess
            guess = guess + 1 if found is None else high
    return found


def _most_dc(search: Search, model: ModelOrNone) -> int:
    if model is None:
        return 0
    most = search.bays // model.outlets
    if search.budget is not None and search.costs[model.id] > 0:
        most = min(most, int(search.budget // search.costs[model.id]))
    return most


def _most_ac(search: Search, units: int, model: ModelOrNone, below: float = float("inf")) -> int:
    """Return the most AC outlets that bays, budget and a cost bound leave, −1 for none."""
    high = search.bays - (units * model.outlets if model else 0) if search.ac_models else 0
    for outlets in range(high, -1, -1):
        mix = _mix(outlets, units, model)
        if search.allowed(mix) and search.cost(mix) < below:
            return outlets
    return -1


def _fewest_ac(
    search: Search, units: int, model: ModelOrNone, target_pct: float, best: Candidate | None
) -> Candidate | None:
    """Bisect for the fewest AC outlets that reach the target and beat `best`."""
    high = _most_ac(search, units, model, search.cost(best) if best else float("inf"))
    if high < 0:
        return None
    guess = ports_for(search.load(model)[0], max(1 - target_pct / 100, 0.001))
    upper, low = _mix(high, units, model), -1
    first = _mix(min(high, guess), units, model)
    # Where a best mix is known, most others fail even with all that their cost leaves.
    if best is not None and search.trial(upper).served_pct < target_pct:
        return None
    if search.trial(first).served_pct >= target_pct:
        upper = first
    elif search.trial(upper).served_pct < target_pct:
        return None
    else:
        low = first.ac_outlets
    while upper.ac_outlets - low > 1 and not search.spent:
        middle = _mix((upper.ac_outlets + low) // 2, units, model)
        if search.trial(middle).served_pct >= target_pct:
            upper = middle
        else:
            low = middle.ac_outlets
    return upper


def _descend(search: Search, best: Candidate, target_pct: float) -> Candidate:
    """Step to the cheapest neighbour that keeps the service level until there is none."""
    while not search.spent:
        cheaper = next(
            (
                m
                for m in cheaper_neighbours(search, best)
                if not search.spent
                and not search.hopeless(m, target_pct)
                and search.trial(m).served_pct >= target_pct
            ),
            None,
        )
        if cheaper is None:
            break
        best = cheaper
    return best


def cheaper_neighbours(search: Search, mix: Candidate) -> list[Candidate]:
    """Return the allowed mixes one step away that cost less, cheapest first."""
    cost = search.cost(mix)
    near = [
        m
        for m in neighbours(mix, search.dc_models)
        if search.allowed(m) and search.cost(m) < cost - 1e-9
    ]
    return sorted(near, key=lambda m: (search.cost(m), _key(m)))


def _key(mix: Candidate) -> tuple[int, tuple[tuple[ModelId, int], ...]]:
    return mix.ac_outlets, mix.dc
