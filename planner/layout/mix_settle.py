"""From the search's mix to the one that keeps the service level where it is verified.

The verification looks at more days of several draws, line by line and in whole amperes.
From the search's mix, whole steps up are taken until the level holds, then steps down to
cheaper mixes as long as it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.layout.mix_candidate import Candidate, candidate, neighbours
from planner.layout.mix_sample import Sample
from planner.layout.mix_search import Search, cheaper_neighbours
from planner.layout.mix_trial import Trial, try_mix

EXACT_WORK = 5
"""CPU time of an exact trial, in plain ones."""
SLACK_PCT = 4.0
"""Points by which the search's few days may judge a mix worse than the verification."""
MOST_RISES = 8
MANY_OUTLETS = 12


@dataclass(slots=True)
class Verdicts:
    """What mixes give on the draws of the verification; each is simulated once.

    `target_pct` is what a mix must reach here, a little more than the level asked for.
    `work` counts simulated sessions, an exact one `EXACT_WORK` times, up to `most_work`.
    """

    search: Search
    draws: tuple[Sample, ...]
    target_pct: float
    most_work: int
    work: int = 0
    plain: dict[Candidate, Trial] = field(default_factory=dict)
    real: dict[Candidate, Trial] = field(default_factory=dict)

    def judge(self, mix: Candidate) -> Trial:
        """Simulate a mix: exactly if it holds without lines and whole amperes."""
        plain = self.judge_plainly(mix)
        if plain.served_pct < self.target_pct:
            return plain
        if mix not in self.real:
            self.real[mix] = self._try(mix, exact=True)
        return self.real[mix]

    def known(self, mix: Candidate) -> Trial:
        """Return what is known of a mix: the exact trial, or else one without lines."""
        return self.real[mix] if mix in self.real else self.judge_plainly(mix)

    def judge_plainly(self, mix: Candidate) -> Trial:
        """Simulate a mix without lines and whole amperes."""
        if mix not in self.plain:
            self.plain[mix] = self._try(mix, exact=False)
        return self.plain[mix]

    def holds(self, mix: Candidate) -> bool:
        """Tell whether a mix keeps the service level."""
        return self.judge(mix).served_pct >= self.target_pct

    def failed(self, mix: Candidate) -> bool:
        """Tell whether a mix with nowhere fewer chargers has failed."""
        return any(
            trial.served_pct < self.target_pct and mix.within(tried)
            for known in (self.plain, self.real)
            for tried, trial in known.items()
        )

    def _try(self, mix: Candidate, *, exact: bool) -> Trial:
        cars = sum(len(d.sessions) for d in self.draws)
        self.work += EXACT_WORK * cars if exact else cars
        return try_mix(self.draws, self.search.counts(mix), self.search.catalogue, exact=exact)

    @property
    def spent(self) -> bool:
        """Whether as much has been simulated as intended."""
        return self.work >= self.most_work


def settle(verdicts: Verdicts, found: Candidate) -> Candidate:
    """Return the cheapest mix near `found` that holds, or the best served one."""
    search = verdicts.search
    found = _fit_outlets(verdicts, found)
    best = found
    for _ in range(MOST_RISES):
        if verdicts.holds(best) or verdicts.spent:
            break
        higher = _next_higher(verdicts, best)
        if higher is None:
            break
        best = higher
    if not verdicts.holds(best):
        return max((found, best), key=lambda m: (verdicts.judge(m).served_pct, -search.cost(m)))
    while not verdicts.spent:
        lower = _next_lower(verdicts, best)
        if lower is None:
            break
        best = lower
    return best


def _fit_outlets(verdicts: Verdicts, mix: Candidate) -> Candidate:
    """Bisect for the fewest of many AC outlets that hold without lines and amperes."""
    if mix.ac_outlets < MANY_OUTLETS:
        return mix
    dc, target = dict(mix.dc), verdicts.target_pct
    low, high = round(0.8 * mix.ac_outlets), round(1.2 * mix.ac_outlets)
    middle = mix.ac_outlets
    fits: Candidate | None = None
    while high - low > 1:
        tried = candidate(middle, dc)
        if not verdicts.search.allowed(tried):
            high = middle
        elif verdicts.judge_plainly(tried).served_pct >= target:
            high, fits = middle, tried
        else:
            low = middle
        middle = (low + high) // 2
    return fits or mix


def _next_higher(verdicts: Verdicts, mix: Candidate) -> Candidate | None:
    """Return the cheapest dearer neighbour that holds, else the one that serves most."""
    search, now = verdicts.search, verdicts.judge(mix).served_pct
    cost = search.cost(mix)
    near = [
        m
        for m in neighbours(mix, search.dc_models)
        if search.allowed(m) and search.cost(m) > cost + 1e-9
    ]
    best: tuple[float, Candidate] | None = None
    for other in sorted(near, key=lambda m: (search.cost(m), m.ac_outlets, m.dc)):
        served = verdicts.judge(other).served_pct
        if served >= verdicts.target_pct:
            return other
        if served > now + 1e-9 and (best is None or served > best[0]):
            best = served, other
        if verdicts.spent:
            break
    return best[1] if best else None


def _next_lower(verdicts: Verdicts, mix: Candidate) -> Candidate | None:
    """Return the cheapest cheaper neighbour that holds, None where none does."""
    search, target = verdicts.search, verdicts.target_pct
    for other in cheaper_neighbours(search, mix):
        if verdicts.spent:
            return None
        if verdicts.failed(other):
            continue
        if search.trial(other).served_pct >= target - SLACK_PCT and verdicts.holds(other):
            return other
    return None
