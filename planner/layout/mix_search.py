"""Search for the cheapest mix on a sample.

A mix is a number of AC outlets and of DC units of one size. Service rises with
either number (but for luck), so for each number of DC units the fewest AC
outlets are found by bisection, and whatever cannot be cheaper than the best mix
known is never simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from planner.charging.erlang import ports_for
from planner.demand.curve import mean_kw
from planner.demand.taper import dc_mean_kw
from planner.layout.mix_trial import Sample, Trial, try_mix
from planner.model.charger import ChargerModel
from planner.model.ids import ModelId

ModelOrNone = ChargerModel | None
Floats = npt.NDArray[np.float64]
POINTS_PER_DOUBLING = 10.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """AC outlets wanted and DC units of one model."""

    ac_outlets: int
    dc_units: int
    dc_model: ModelId | None


@dataclass(slots=True)
class Search:
    """A sample, what may be used on it, and all trials made so far."""

    sample: Sample
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
        counts = cheapest_posts(mix.ac_outlets, self.ac_models, self.costs)
        if mix.dc_model is not None and mix.dc_units:
            counts[mix.dc_model] = mix.dc_units
        return counts

    def cost(self, mix: Candidate) -> float:
        """Return the hardware cost."""
        return sum(self.costs[m] * n for m, n in self.counts(mix).items())

    def outlets(self, mix: Candidate) -> int:
        """Return the bays a mix can serve at once."""
        return sum(self.catalogue[m].outlets * n for m, n in self.counts(mix).items())

    def allowed(self, mix: Candidate) -> bool:
        """Tell whether bays, budget and the wanted share of DC permit a mix."""
        within = self.budget is None or self.cost(mix) <= self.budget
        return within and self.outlets(mix) <= self.bays and mix.dc_units >= self.fewest_dc

    def trial(self, mix: Candidate) -> Trial:
        """Simulate a mix once."""
        if mix not in self.trials:
            self.trials[mix] = try_mix(self.sample, self.counts(mix), self.catalogue)
        return self.trials[mix]

    @property
    def spent(self) -> bool:
        """Whether as many mixes as intended have been tried."""
        return len(self.trials) >= self.most_trials


def cheapest_posts(
    outlets: int, models: Iterable[ChargerModel], costs: Mapping[ModelId, float]
) -> dict[ModelId, int]:
    """Return posts with at least `outlets` outlets at least cost (one or two sizes)."""
    if outlets <= 0:
        return {}
    sizes = sorted(models, key=lambda m: costs[m.id] / m.outlets)
    best: tuple[float, dict[ModelId, int]] | None = None
    for main in sizes:
        for rest in sizes:
            whole, left = divmod(outlets, main.outlets)
            counts = {main.id: whole} if whole else {}
            if left:
                counts[rest.id] = counts.get(rest.id, 0) + -(-left // rest.outlets)
            cost = sum(costs[m] * n for m, n in counts.items())
            if best is None or cost < best[0]:
                best = cost, counts
    return best[1] if best else {}


def within_reach(search: Search, target_pct: float) -> bool:
    """Tell whether even far too many chargers would reach the service level.

    Every bay gets an AC outlet and, on top, half as many of the strongest DC units:
    no allowed mix has more, so what this fails no search can find.
    """
    counts = cheapest_posts(search.bays, search.ac_models, search.costs)
    if search.dc_models:
        strongest = max(search.dc_models, key=lambda m: m.power_kw)
        counts[strongest.id] = -(-search.bays // strongest.outlets)
    sample = search.sample
    if not sample.managed:
        sample = replace(sample, limit_kw=None)
    return try_mix(sample, counts, search.catalogue).served_pct >= target_pct - 0.5


def find_cheapest(search: Search, target_pct: float) -> Candidate | None:
    """Return the cheapest mix that reaches the service level on the sample, if any."""
    if not within_reach(search, target_pct):
        return None
    best: Candidate | None = None
    ac_load = offered_load(search, None)[0]
    models = sorted(search.dc_models, key=lambda m: search.costs[m.id] * guess_units(search, m))
    for model in (None, *models):
        for units in _dc_range(search, model):
            if model is None or ac_load:
                found = _fewest_ac(search, units, model, target_pct, best)
            else:
                found = _fewest_dc(search, model, target_pct, best)
            if found is not None:
                best = found
            if search.spent:
                return best
    return _trim(search, best, target_pct) if best else None


def find_best_service(search: Search) -> Candidate:
    """Return the best compromise where no mix reaches the service level.

    A mix that costs twice as much must serve at least `POINTS_PER_DOUBLING` per cent
    more of the drivers; then outlets are dropped that serve less than half a point.
    """
    tried = {m for m in search.trials if search.allowed(m)}
    for model in dict.fromkeys((None, *search.dc_models[:1], *search.dc_models[-1:])):
        most = _most_dc(search, model)
        guess = ports_for(offered_load(search, model)[0], 0.05)
        for share in (0.0,) if model is None else (0.1, 0.4, 1.0):
            units = round(share * most)
            high = _most_ac(search, units, model)
            name = model.id if model and units else None
            tried |= {Candidate(min(high, n), units, name) for n in (guess // 2, guess, high)}
    results = {
        m: search.trial(m).served_pct
        for m in sorted(tried, key=_key)
        if m.ac_outlets >= 0 and (m in search.trials or not search.spent)
    }
    floor = max(min(search.cost(m) for m in results if search.cost(m) > 0), 1e-9)
    best = max(
        results,
        key=lambda m: results[m] - POINTS_PER_DOUBLING * np.log2(max(search.cost(m) / floor, 1.0)),
    )
    model = search.catalogue[best.dc_model] if best.dc_model else None
    return _fewest_ac(search, best.dc_units, model, results[best] - 0.5, None) or best


def offered_load(search: Search, model: ModelOrNone) -> tuple[float, float]:
    """Return erlang in the busiest hour: (AC, DC of that model).

    A car goes to AC if that gives it its energy within its stay.
    """
    s = search.sample.sessions
    stay_h = (s.depart_min - s.arrive_min) / 60
    fast = np.zeros(len(s), bool) if s.leaves_full is None else s.leaves_full
    quick = quick_cars(search)
    dc_h = stay_h
    if model is not None:
        dc_h = np.where(
            fast, s.energy_kwh / np.maximum(dc_mean_kw(s, model.power_kw), 1e-9), stay_h
        )
    return _busiest(s.arrive_min[~quick], stay_h[~quick]), _busiest(
        s.arrive_min[quick], np.minimum(dc_h, stay_h)[quick]
    )


def quick_cars(search: Search) -> npt.NDArray[np.bool_]:
    """Tell which cars AC does not suffice for in their stay."""
    s = search.sample.sessions
    stay_h = (s.depart_min - s.arrive_min) / 60
    fast = np.zeros(len(s), bool) if s.leaves_full is None else s.leaves_full
    if not search.ac_models:
        return np.ones(len(s), bool)
    return np.asarray(fast | (np.minimum(s.ac_kw, 22.0) * stay_h < s.energy_kwh))


def _busiest(arrive_min: Floats, hours: Floats, weight: Floats | None = None) -> float:
    """Return the 98 % quantile over the hours of the mean (weighted) cars present."""
    if not len(arrive_min):
        return 0.0
    end = arrive_min + 60 * hours
    weight = np.ones(len(end)) if weight is None else weight
    present = mean_kw(arrive_min, end, weight, 60, int(end.max() // 60) + 1)
    return float(np.quantile(present, 0.98))


def guess_units(search: Search, model: ChargerModel) -> int:
    """Return the first guess of DC units: enough outlets by Erlang B and enough power.

    Five per cent may be blocked; cabinets are taken as loaded to 85 % in the busiest hour.
    """
    s = search.sample.sessions
    _, load = offered_load(search, model)
    fast = quick_cars(search)
    weight = dc_mean_kw(s, model.power_kw)[fast]
    hours = s.energy_kwh[fast] / np.maximum(weight, 1e-9)
    power = _busiest(s.arrive_min[fast], hours, weight)
    return max(
        -(-ports_for(load, 0.05) // model.outlets), int(np.ceil(power / (0.85 * model.power_kw)))
    )


def _dc_range(search: Search, model: ModelOrNone) -> tuple[int, ...]:
    """Return numbers of DC units worth trying beside AC, the first guess first."""
    if model is None:
        return (0,) if search.fewest_dc == 0 and search.ac_models else ()
    most = _most_dc(search, model)
    least = max(1, search.fewest_dc)
    guess = min(max(guess_units(search, model), least), most)
    if not search.ac_models or not offered_load(search, None)[0]:
        return (guess,) if least <= most else ()
    near = [guess, guess - 1, guess - 2, guess + 1, guess + 2, guess // 2, least]
    return tuple(dict.fromkeys(n for n in near if least <= n <= most))


def _fewest_dc(
    search: Search, model: ChargerModel, target_pct: float, best: Candidate | None
) -> Candidate | None:
    """Step from the first guess to the fewest DC units that reach the target and beat `best`."""
    low = max(1, search.fewest_dc) - 1
    high = _most_dc(search, model)
    bound = search.cost(best) if best else float("inf")
    while high > low and search.cost(Candidate(0, high, model.id)) >= bound:
        high -= 1
    guess = min(max(guess_units(search, model), low + 1), high)
    found = None
    while high > low and not search.spent:
        mix = Candidate(0, guess, model.id)
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
    name = model.id if model and units else None
    high = search.bays - (units * model.outlets if model else 0) if search.ac_models else 0
    for outlets in range(high, -1, -1):
        mix = Candidate(outlets, units, name)
        if search.allowed(mix) and search.cost(mix) < below:
            return outlets
    return -1


def _fewest_ac(
    search: Search, units: int, model: ModelOrNone, target_pct: float, best: Candidate | None
) -> Candidate | None:
    """Bisect for the fewest AC outlets that reach the target and beat `best`."""
    name = model.id if model and units else None
    high = _most_ac(search, units, model, search.cost(best) if best else float("inf"))
    if high < 0:
        return None
    guess = ports_for(offered_load(search, model)[0], max(1 - target_pct / 100, 0.001))
    upper = Candidate(high, units, name)
    low = -1
    first = Candidate(min(high, guess), units, name)
    if search.trial(first).served_pct >= target_pct:
        upper = first
    elif search.trial(upper).served_pct < target_pct:
        return None
    else:
        low = first.ac_outlets
    while upper.ac_outlets - low > 1 and not search.spent:
        middle = Candidate((upper.ac_outlets + low) // 2, units, name)
        if search.trial(middle).served_pct >= target_pct:
            upper = middle
        else:
            low = middle.ac_outlets
    return upper


def _trim(search: Search, best: Candidate, target_pct: float) -> Candidate:
    """Drop single units while the service level holds: luck can make service uneven."""
    while not search.spent:
        smaller = [
            Candidate(best.ac_outlets - 1, best.dc_units, best.dc_model),
            Candidate(best.ac_outlets, best.dc_units - 1, best.dc_model),
        ]
        ok = [
            m
            for m in smaller
            if min(m.ac_outlets, m.dc_units) >= 0
            and search.allowed(m)
            and search.trial(m).served_pct >= target_pct
        ]
        if not ok:
            return best
        best = min(ok, key=search.cost)
    return best


def _key(mix: Candidate) -> tuple[int, int, str]:
    return mix.ac_outlets, mix.dc_units, mix.dc_model or ""
