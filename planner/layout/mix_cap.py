"""The managed cap of a mix: as small as costs next to no service."""

from __future__ import annotations

import math

import numpy as np

from planner.layout.mix_candidate import Candidate
from planner.layout.mix_settle import Verdicts
from planner.layout.mix_trial import Trial, try_mix

CAP_STEP_KW = 5.0
LOST_SERVICE_PCT, KEPT_ENERGY = 0.5, 0.995
"""Most points of drivers served, and least share of the energy, that a cap may leave."""
RAISES = (1.0, 1.1, 1.25, math.inf)
NARROW = 0.04
"""Share of the cap to which it is narrowed down before it is rounded to whole steps."""


def smallest_cap(
    verdicts: Verdicts, chosen: Candidate, reserve: float
) -> tuple[float | None, Trial]:
    """Return the smallest cap in kW, to 5 kW, with the reserve, and what the mix gives under it.

    At most half a point of drivers served and half a per cent of the energy may be lost
    to the cap, and never the service level; the cap stays within the headroom. What a cap
    in kW promises is checked line by line and in whole amperes, and the cap raised where
    single-phase cars or the least current of 6 A need more. Without load management there
    is no cap.
    """
    free = verdicts.judge(chosen)
    if not verdicts.draws[0].managed:
        return None, free
    plain = verdicts.judge_plainly(chosen)
    top = int(np.ceil(max(plain.peak_kw, CAP_STEP_KW) / CAP_STEP_KW))
    least = _bisect(verdicts, chosen, plain, top)
    first = CAP_STEP_KW * min(int(np.ceil(least * reserve)), top)
    highest = max(d.most_kw for d in verdicts.draws)
    level = _level(free, verdicts.target_pct)
    for factor in RAISES:
        cap = CAP_STEP_KW * min(np.ceil(factor * first / CAP_STEP_KW - 1e-9), top)
        cap = float(min(cap, highest))
        trial = _under(verdicts, chosen, cap, exact=True)
        if trial.served_pct >= level or cap >= min(CAP_STEP_KW * top, highest):
            break
    return cap, trial


def _level(free: Trial, target_pct: float) -> float:
    """Return the drivers in % that must be served under a cap."""
    least = free.served_pct - LOST_SERVICE_PCT
    return max(least, target_pct) if free.served_pct >= target_pct else least


def _bisect(verdicts: Verdicts, chosen: Candidate, free: Trial, top: int) -> int:
    """Return the fewest steps of the cap that suffice without lines and amperes."""
    level = _level(free, verdicts.target_pct)
    low, high = 0, top
    while high - low > max(1, NARROW * high):
        middle = (high + low) // 2
        trial = _under(verdicts, chosen, middle * CAP_STEP_KW, exact=False)
        if trial.served_pct >= level and trial.energy_pct >= KEPT_ENERGY * free.energy_pct:
            high = middle
        else:
            low = middle
    return high


def _under(verdicts: Verdicts, mix: Candidate, cap_kw: float, *, exact: bool) -> Trial:
    search = verdicts.search
    return try_mix(verdicts.draws, search.counts(mix), search.catalogue, cap_kw, exact=exact)
