"""Why a mix was chosen, and why a service level cannot be reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grid.findings import Finding, Severity
from planner.charging.erlang import ports_for
from planner.layout.mix_search import Candidate, Search, offered_load
from planner.layout.mix_trial import SPREAD, Band, Sample, Trial, try_mix


def explain(
    search: Search,
    chosen: Candidate,
    trial: Trial,
    cap_kw: float | None,
    growth: float,
    wanted_growth: float,
    target_pct: float,
) -> tuple[str, ...]:
    """Return the reasons for a mix, each with its figures."""
    s = search.sample
    reasons = [
        f"{describe(search, chosen)} serve {trial.served_pct:.1f} ± {trial.ci_pct:.1f} % of "
        f"drivers in full (wanted: {target_pct:g} %) and give {trial.energy_pct:.1f} % "
        "of the energy."
    ]
    if wanted_growth > 1:
        less = "" if growth == wanted_growth else (
            f"; {wanted_growth:.2f} times were wanted, but bays or supply do not allow that"
        )  # fmt: skip
        reasons.append(
            f"Sized for {growth:.2f} times today's cars (the scenario's growth, or the "
            f"planning assumption of this objective if that is more{less})."
        )
    reasons += _fewer(search, chosen, target_pct)
    reasons += _guess(search, chosen, target_pct)
    reasons += _other_sizes(search, chosen, target_pct)
    if cap_kw is not None:
        free = try_mix(replace(s, limit_kw=None), search.counts(chosen), search.catalogue)
        reasons.append(
            f"A managed cap of {cap_kw:g} kW keeps the service level; without load "
            f"management these cars would draw up to {free.peak_kw:.0f} kW."
        )
    reasons.append(
        f"Found with {len(search.trials)} simulated mixes of {len(s.sessions)} sessions "
        f"on {s.sessions.horizon_days} busy days (least laxity), then verified on more days."
    )
    return tuple(reasons)


def explain_band(band: Band) -> tuple[str, ...]:
    """Return what fewer and more cars would mean for the chosen mix."""
    (low, high), (least, most) = band.served_pct, band.peak_kw
    peak = f"lies between {least:.0f} and {most:.0f} kW"
    if round(least) == round(most):
        peak = f"stays at {most:.0f} kW"
    return (
        f"If {100 * (1 - 1 / SPREAD):.0f} % fewer to {100 * (SPREAD - 1):.0f} % more cars come, as "
        f"in nine months of ten, {low:.1f} to {high:.1f} % of drivers are served in full and the "
        f"peak {peak}.",
    )


def explain_shortfall(
    search: Search, chosen: Candidate, trial: Trial, target_pct: float
) -> tuple[Finding, ...]:
    """Find what keeps the service level out of reach: power, bays, budget or the wish."""
    cause, fix = _binding(search, chosen, target_pct)
    return (
        Finding(
            "MIX-SERVICE", Severity.ERROR, "demand", "Charger mix",
            f"The service level cannot be reached: {cause}",
            value=round(trial.served_pct, 1), limit=target_pct, unit="%", fix=fix,
        ),
    )  # fmt: skip


def describe(search: Search, mix: Candidate) -> str:
    """Name a mix in words: "12 × AC 2 × 22 kW, dual outlet and 2 × DC 50 kW"."""
    parts = [f"{n} × {search.catalogue[m].name}" for m, n in search.counts(mix).items()]
    return " and ".join(parts) or "No chargers"


def _fewer(search: Search, chosen: Candidate, target_pct: float) -> list[str]:
    below = [
        (m, t)
        for m, t in search.trials.items()
        if t.served_pct < target_pct
        and m.ac_outlets <= chosen.ac_outlets
        and m.dc_units <= chosen.dc_units
        and (m.dc_model == chosen.dc_model or not m.dc_units)
        and m != chosen
    ]
    if not below:
        return []
    nearest, trial = max(below, key=lambda item: (search.cost(item[0]), item[1].served_pct))
    return [f"{describe(search, nearest)} would serve only {trial.served_pct:.1f} %."]


def _guess(search: Search, chosen: Candidate, target_pct: float) -> list[str]:
    model = search.catalogue[chosen.dc_model] if chosen.dc_model else None
    ac, dc = offered_load(search, model)
    blocked = max(1 - target_pct / 100, 0.001)
    return [
        f"First guess by Erlang B for {ac:.1f} erlang of cars that can wait and {dc:.1f} of "
        f"quick ones: {ports_for(ac, blocked)} and {ports_for(dc, blocked)} outlets."
    ]


def _other_sizes(search: Search, chosen: Candidate, target_pct: float) -> list[str]:
    cost = search.cost(chosen)
    found = []
    for model in (None, *search.dc_models):
        name = model.id if model else None
        if name == chosen.dc_model:
            continue
        costs = [
            search.cost(m)
            for m, t in search.trials.items()
            if m.dc_model == name and t.served_pct >= target_pct
        ]
        label = model.name if model else "AC only"
        if costs and min(costs) >= cost:
            more = 100 * (min(costs) / cost - 1) if cost else 0.0
            found.append(f"{label}: the cheapest found costs {more:.0f} % more.")
        elif not costs and model is None:
            found.append("AC only does not reach the service level.")
    return found


def _binding(search: Search, chosen: Candidate, target: float) -> tuple[str, str]:
    s = search.sample
    ample = replace(s, limit_kw=None, managed=True)
    present = int(np.ceil(cars_present(s)))
    free = try_mix(ample, search.counts(chosen), search.catalogue)
    more = replace(
        chosen,
        ac_outlets=max(chosen.ac_outlets, present) if search.ac_models else 0,
        dc_units=4 * chosen.dc_units,
    )
    if free.served_pct < target and search.outlets(more) > search.bays:
        roomy = try_mix(ample, search.counts(more), search.catalogue)
        if roomy.served_pct >= target and present > search.bays:
            return (
                f"{search.bays} bays are too few for {present} cars at once.",
                "Free more bays or accept a lower level.",
            )
    if search.budget is not None and search.cost(chosen) > 0.85 * search.budget:
        return (
            f"the budget of {search.budget:,.0f} allows no more chargers.",
            "Raise the budget or accept a lower level.",
        )
    unlimited = try_mix(ample, search.counts(more), search.catalogue)
    if s.limit_kw is not None and max(free.served_pct, unlimited.served_pct) >= target:
        return (
            f"the supply leaves as little as {float(s.limit_kw.min()):.0f} kW for charging, "
            f"where {unlimited.peak_kw:.0f} kW would be drawn.",
            "Raise the agreed capacity, shift demand to other hours or accept a lower level.",
        )
    return (
        "some drivers want more energy than any allowed charger gives in their stay.",
        "Allow stronger chargers, check energy and stay, or accept a lower level.",
    )


def cars_present(sample: Sample) -> float:
    """Return the most cars on site at once if every car stays as long as it wants."""
    s = sample.sessions
    times = np.concatenate((s.arrive_min, s.depart_min))
    change = np.concatenate((np.ones(len(s)), -np.ones(len(s))))
    return float(np.cumsum(change[np.argsort(times, kind="stable")]).max(initial=0.0))
