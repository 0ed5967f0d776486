"""Why a mix was chosen."""

from __future__ import annotations

from dataclasses import replace

from planner.charging.erlang import ports_for
from planner.layout.mix_candidate import Candidate
from planner.layout.mix_search import Search
from planner.layout.mix_settle import Verdicts
from planner.layout.mix_trial import SPREAD, Band, Trial, try_mix


def explain(
    verdicts: Verdicts,
    chosen: Candidate,
    trial: Trial,
    target_pct: float,
    *,
    growth: float,
    wanted_growth: float,
) -> tuple[str, ...]:
    """Return the reasons for a mix, each with its figures."""
    search = verdicts.search
    reasons = [
        f"{describe(search, chosen)} serve {trial.served_pct:.1f} ± {trial.ci_pct:.1f} % of "
        f"drivers in full (wanted: {target_pct:g} %) and give {trial.energy_pct:.1f} "
        f"± {trial.energy_ci_pct:.1f} % of the energy."
    ]
    if trial.draws > 1:
        low, high = trial.draws_pct
        reasons.append(
            f"Verified on {trial.draws} draws of the demand with seeds of their own: the worst "
            f"serves {low:.1f} %, the best {high:.1f} %; the peak {_between(trial.peak_draws_kw)}."
        )
    if wanted_growth > 1:
        less = "" if growth == wanted_growth else (
            f"; {wanted_growth:.2f} times were wanted, but bays or supply do not allow that"
        )  # fmt: skip
        reasons.append(
            f"Sized for {growth:.2f} times today's cars (the scenario's growth, or the "
            f"planning assumption of this objective if that is more{less})."
        )
    reasons += _fewer(verdicts, chosen, target_pct)
    reasons += _guess(search, chosen, target_pct)
    reasons += _other_sizes(search, chosen, target_pct)
    cars, days = sum(len(d.sessions) for d in verdicts.draws), _days(verdicts)
    reasons.append(
        f"Found among {len(search.trials)} simulated mixes (least laxity), then verified with "
        f"{cars:,} sessions on {days} days, line by line and in whole amperes from 6 A."
    )
    return tuple(reasons)


def explain_cap(search: Search, chosen: Candidate, cap_kw: float | None) -> tuple[str, ...]:
    """Return what the managed cap is and what the cars would draw without it."""
    if cap_kw is None or not search.counts(chosen):
        return ()
    free = tuple(replace(d, limit_kw=None) for d in search.draws)
    drawn = try_mix(free, search.counts(chosen), search.catalogue)
    return (
        f"A managed cap of {cap_kw:g} kW keeps the service; without load management these cars "
        f"would draw up to {drawn.peak_kw:.0f} kW.",
    )


def _days(verdicts: Verdicts) -> int:
    return sum(d.sessions.horizon_days - d.lead_days for d in verdicts.draws)


def explain_band(band: Band) -> tuple[str, ...]:
    """Return what fewer and more cars would mean for the chosen mix."""
    low, high = band.served_pct
    return (
        f"If {100 * (1 - 1 / SPREAD):.0f} % fewer to {100 * (SPREAD - 1):.0f} % more cars come, as "
        f"in nine months of ten, {low:.1f} to {high:.1f} % of drivers are served in full and the "
        f"peak {_between(band.peak_kw)}.",
    )


def _between(peaks_kw: tuple[float, float]) -> str:
    least, most = peaks_kw
    if round(least) == round(most):
        return f"stays at {most:.0f} kW"
    return f"lies between {least:.0f} and {most:.0f} kW"


def describe(search: Search, mix: Candidate) -> str:
    """Name a mix in words: "12 × AC 2 × 22 kW, dual outlet and 2 × DC 50 kW"."""
    parts = [f"{n} × {search.catalogue[m].name}" for m, n in search.counts(mix).items()]
    return " and ".join(parts) or "No chargers"


def _fewer(verdicts: Verdicts, chosen: Candidate, target_pct: float) -> list[str]:
    search = verdicts.search
    below = [
        (m, t)
        for known in (search.trials, verdicts.plain, verdicts.real)
        for m, t in known.items()
        if t.served_pct < target_pct and m != chosen and m.within(chosen)
    ]
    if not below:
        return []
    nearest, trial = max(below, key=lambda item: (search.cost(item[0]), item[1].served_pct))
    return [f"{describe(search, nearest)} would serve only {trial.served_pct:.1f} %."]


def _guess(search: Search, chosen: Candidate, target_pct: float) -> list[str]:
    model = search.catalogue[chosen.main_dc] if chosen.main_dc else None
    ac, dc = search.load(model)
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
        if name == chosen.main_dc:
            continue
        costs = [
            search.cost(m)
            for m, t in search.trials.items()
            if m.main_dc == name and t.served_pct >= target_pct
        ]
        label = model.name if model else "AC only"
        if costs and min(costs) >= cost:
            more = 100 * (min(costs) / cost - 1) if cost else 0.0
            found.append(f"{label}: the cheapest found costs {more:.0f} % more.")
        elif not costs and model is None:
            found.append("AC only does not reach the service level.")
    return found
