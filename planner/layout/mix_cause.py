"""What keeps a service level out of reach: the wish, bays, budget or supply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grid.findings import Finding, Severity
from planner.charging.simulate import SERVED_SHARE
from planner.layout.mix_candidate import Candidate
from planner.layout.mix_sample import Sample, cars_present
from planner.layout.mix_search import Search
from planner.layout.mix_trial import Trial, try_mix
from planner.model.charger import Current

Cause = tuple[str, str]


def explain_shortfall(
    search: Search, chosen: Candidate, trial: Trial, target_pct: float
) -> tuple[Finding, ...]:
    """Name what keeps the service level out of reach, with a remedy."""
    cause, fix = _cause(search, chosen, target_pct)
    return (
        Finding(
            "MIX-SERVICE", Severity.ERROR, "demand", "Charger mix",
            f"The service level cannot be reached: {cause}",
            value=round(trial.served_pct, 1), limit=target_pct, unit="%", fix=fix,
        ),
    )  # fmt: skip


def _cause(search: Search, chosen: Candidate, target: float) -> Cause:
    wish = _wish(search, target)
    if wish is not None:
        return wish
    budget = _budget(search, chosen)
    if budget is not None and not search.counts(chosen):
        return budget
    if search.draws[0].most_kw <= 0:
        return (
            "the supply leaves nothing for charging.",
            "Raise the agreed capacity, or check the existing load and the supply's limits.",
        )
    ample = tuple(replace(d, limit_kw=None, managed=True) for d in search.draws)
    free = try_mix(ample, search.counts(chosen), search.catalogue)
    more = _more(search, chosen)
    roomy = try_mix(ample, search.counts(more), search.catalogue)
    present = int(cars_present(search.draws))
    few_bays = search.outlets(more) > search.bays and present > search.bays
    if free.served_pct < target <= roomy.served_pct and few_bays:
        bays = "1 bay is" if search.bays == 1 else f"{search.bays} bays are"
        return (
            f"{bays} too few for {present} cars at once.",
            "Free more bays or accept a lower level.",
        )
    if budget is not None:
        return budget
    limits = [d.limit_kw for d in search.draws if d.limit_kw is not None]
    if limits and max(free.served_pct, roomy.served_pct) >= target:
        least = max(0.0, min(float(v.min()) for v in limits))
        first = "Raise the agreed capacity"
        if not search.draws[0].managed:
            first = "Switch load management on, raise the agreed capacity"
        return (
            f"the supply leaves as little as {least:.0f} kW for charging, "
            f"where {roomy.peak_kw:.0f} kW would be drawn.",
            f"{first}, shift demand to other hours or accept a lower level.",
        )
    return (
        "quick cars come in numbers that the allowed chargers do not serve in time.",
        "Allow stronger chargers, free more bays or accept a lower level.",
    )


def _budget(search: Search, chosen: Candidate) -> Cause | None:
    if search.budget is None:
        return None
    models = [*search.ac_models, *search.dc_models]
    least = min(search.costs[m.id] for m in models)
    if search.budget < least:
        return (
            f"the budget of {search.budget:,.0f} is less than one charger costs ({least:,.0f}).",
            "Raise the budget.",
        )
    if search.cost(chosen) <= 0.85 * search.budget:
        return None
    return (
        f"the budget of {search.budget:,.0f} allows no more chargers.",
        "Raise the budget or accept a lower level.",
    )


def _more(search: Search, chosen: Candidate) -> Candidate:
    """Return the mix with outlets for everyone, also of the strongest DC."""
    present = int(np.ceil(cars_present(search.draws)))
    outlets = max(chosen.ac_outlets, present) if search.ac_models else 0
    if not search.dc_models:
        return Candidate(outlets)
    strongest = max(search.dc_models, key=lambda m: m.power_kw)
    return Candidate(outlets, ((strongest.id, -(-present // strongest.outlets)),))


def _wish(search: Search, target: float) -> Cause | None:
    """Name the wishes that no allowed charger could meet even for a car alone."""
    stay, plug, energy = (np.concatenate(part) for part in zip(*_refused(search), strict=True))
    out_pct = 100 * float((stay | plug | energy).mean())
    if 100 - out_pct >= target:
        return None
    shares = [
        (
            f"{100 * float(mask.mean()):.0f} % of the cars {text}",
            fix,
        )
        for mask, text, fix in (
            (stay, "have no time between arrival and departure",
             "Check arrival and departure"),
            (plug, "can charge at none of the allowed chargers", "Allow AC and DC chargers"),
            (energy, "want more energy than any allowed charger gives in their stay",
             "Allow stronger chargers, check energy and stay"),
        )
        if mask.any()
    ]  # fmt: skip
    causes, fixes = zip(*shares, strict=True)
    return f"{' and '.join(causes)}.", f"{', '.join(fixes)}, or accept a lower level."


def _refused(search: Search) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Tell for each draw who has no stay, who fits no plug, who wants too much."""
    return [_refused_of(search, d) for d in search.draws]


def _refused_of(search: Search, sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    s = sample.sessions
    hours = (s.depart_min - s.arrive_min) / 60
    best = np.zeros(len(s))
    for model in (*search.ac_models, *search.dc_models):
        kw = s.ac_kw if model.current is Current.AC else s.dc_kw
        best = np.maximum(best, np.minimum(kw, model.outlet_kw))
    wants = s.energy_kwh > 0
    stay = wants & (hours <= 0)
    plug = wants & ~stay & (best <= 0)
    energy = wants & ~stay & ~plug & (best * hours < SERVED_SHARE * s.energy_kwh)
    return stay, plug, energy
