"""The front of cost, service and connection: mixes and caps that no other beats.

The mixes that the search left unbeaten are tried on all draws of the verification, line by
line and in whole amperes, each under its own load and under lower caps. Every point thus has
the figures and intervals that the chosen mix has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from planner.layout.mix import VERIFY_CARS, VERIFY_DAYS
from planner.layout.mix_cap import CAP_STEP_KW
from planner.layout.mix_options import make_option, unbeaten
from planner.layout.mix_sample import Sample, whole_draws, windows
from planner.layout.mix_trial import try_mix
from planner.model.charger import ChargerModel
from planner.model.demand import Demand
from planner.model.ids import ModelId
from planner.model.outcome import Mix, MixOption
from planner.model.scenario import Limits
from planner.model.storage import Battery
from planner.progress import Progress, silent

MOST_MIXES = 10
CAP_SHARES = (0.75, 0.55)
"""Lower caps that are tried, as shares of the mix's own highest load."""
LEAST_SERVED = 0.5
"""Share of the best service below which a point is of no use."""


def mix_front(  # noqa: PLR0913 - as `choose_mix`
    mix: Mix,
    demands: Sequence[Demand],
    limits: Limits,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
    headroom_kw: npt.NDArray[np.float64],
    seed: int,
    progress: Progress = silent,
    *,
    batteries: tuple[Battery, ...] = (),
) -> tuple[MixOption, ...]:
    """Return the options that no other beats in cost, service and kVA, cheapest first.

    Parameters
    ----------
    mix
        What `choose_mix` returned; its options are the candidates.
    demands
        The demand and its redraws, the same cars for every option.
    limits, catalogue, unit_costs, headroom_kw, seed, batteries
        As for `choose_mix`.

    Returns
    -------
    tuple of MixOption
        `cap_kw` is the mix's own highest load or a lower cap; without load management None.
    """
    if not mix.chosen.counts:
        return ()
    whole = whole_draws(demands, limits, headroom_kw, batteries, mix.growth, seed)
    draws = windows(whole, VERIFY_CARS, VERIFY_DAYS)
    every = _candidates(mix)
    found: list[MixOption] = []
    for number, counts in enumerate(every):
        progress(number / len(every), f"Mix {number + 1} of {len(every)}")
        cost = sum(unit_costs[m] * n for m, n in counts.items())
        own = mix.chosen.cap_kw if counts == mix.chosen.counts else None
        found += _under_caps(draws, counts, catalogue, cost, own)
    most = max(o.served_pct for o in found)
    return unbeaten(o for o in found if o.served_pct >= LEAST_SERVED * most)


def _under_caps(
    draws: Sequence[Sample],
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cost: float,
    own_cap_kw: float | None,
) -> list[MixOption]:
    """Return a mix with the headroom alone, with its own cap and with lower ones."""
    managed = draws[0].managed
    free = try_mix(draws, counts, catalogue, exact=True)
    top = CAP_STEP_KW * float(np.ceil(free.peak_kw / CAP_STEP_KW))
    found = [
        make_option(counts, catalogue, cost, free, managed=managed, cap_kw=top if managed else None)
    ]
    if not managed or not free.peak_kw:
        return found
    caps = {CAP_STEP_KW * max(1, round(share * top / CAP_STEP_KW)) for share in CAP_SHARES}
    caps |= {own_cap_kw} if own_cap_kw is not None else set()
    for cap in sorted(caps - {top}, reverse=True):
        trial = try_mix(draws, counts, catalogue, cap, exact=True)
        found.append(make_option(counts, catalogue, cost, trial, managed=True, cap_kw=cap))
    return found


def _candidates(mix: Mix) -> list[Mapping[ModelId, int]]:
    """Return the chosen mix, its runners-up and the search's front, thinned out evenly by cost."""
    sure = _different(o.counts for o in (mix.chosen, *mix.runners_up))
    others = [
        counts
        for counts in _different(o.counts for o in unbeaten(mix.pareto) if o.counts)
        if counts not in sure
    ]
    room = max(MOST_MIXES - len(sure), 0)
    if len(others) > room:
        places = np.linspace(0, len(others) - 1, room).round().astype(int)
        others = [others[place] for place in dict.fromkeys(places.tolist())]
    return [*sure, *others]


def _different(every: Iterable[Mapping[ModelId, int]]) -> list[Mapping[ModelId, int]]:
    found: list[Mapping[ModelId, int]] = []
    for counts in every:
        if counts not in found:
            found.append(counts)
    return found
