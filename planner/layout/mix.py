"""How many chargers of which size: chosen by simulation against a service level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from planner.catalogue import proposable
from planner.demand.archetypes import load_archetypes
from planner.layout.mix_report import cars_present, explain, explain_band, explain_shortfall
from planner.layout.mix_search import Candidate, Search, find_best_service, find_cheapest
from planner.layout.mix_trial import Band, Sample, Trial, grow, scenario_band, try_mix, window
from planner.model.charger import ChargerModel, Current
from planner.model.demand import ROTA, Demand
from planner.model.ids import ModelId
from planner.model.outcome import Mix, MixOption
from planner.model.scenario import Limits, Objective
from planner.model.storage import Battery
from planner.progress import Progress, silent

SEARCH_CARS, SEARCH_DAYS = 500, 2
VERIFY_CARS, VERIFY_DAYS = 2000, 7
SEARCH_WORK = 40_000
"""Sessions to simulate in one search at most, so that large sites stay quick."""
CAP_STEP_KW = 5.0
LEAST_GAIN_PCT = 0.05
"""Points of drivers served that a dearer mix must bring to be preferred."""
FLEET_SERVICE_PCT = 99.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What an objective asks of a mix beyond the service level.

    `years` of growth are planned in, but at least `least_growth` times today's
    cars; `cap_reserve` is the factor on the smallest sufficient cap; one DC unit
    of at least `least_dc_kw` is wanted per `outlets_per_dc` outlets (0 = none).
    """

    years: float
    least_growth: float
    cap_reserve: float
    least_dc_kw: float = 0.0
    outlets_per_dc: int = 0


POLICIES: Mapping[Objective, Policy] = {
    Objective.COST: Policy(years=0, least_growth=1.0, cap_reserve=1.0),
    Objective.BALANCED: Policy(years=3, least_growth=1.15, cap_reserve=1.15),
    # Ten years and half as many cars again are planning assumptions, told in the reasons.
    Objective.FUTURE: Policy(
        years=10, least_growth=1.5, cap_reserve=1.3, least_dc_kw=100, outlets_per_dc=25
    ),
}


def choose_mix(  # noqa: PLR0913, PLR0917 - the stage's contract
    demand: Demand,
    limits: Limits,
    objective: Objective,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
    headroom_kw: npt.NDArray[np.float64],
    bays: int,
    seed: int,
    progress: Progress = silent,
    *,
    batteries: tuple[Battery, ...] = (),
) -> Mix:
    """Choose number and type of chargers and the managed cap.

    Parameters
    ----------
    demand
        Sessions to serve.
    limits
        `service_pct`: least share of drivers who get ≥ 99 % of their wish;
        `managed`, `within_agreed_kva`, `allowed_power_kw`, `budget` (hardware).
    objective
        COST: cheapest mix that keeps the service level today. BALANCED: the same
        with some growth and reserve in the cap. FUTURE: ten years of growth and
        some DC of 100 kW and more.
    catalogue, unit_costs
        Models by id; only generic classes with a known cost are proposed.
    headroom_kw
        Supply kW left for charging per step over the demand's horizon; infinite
        where the supply is unknown.
    bays
        Bays that may get an outlet.
    seed
        For the growth of the demand and its scenarios; the same seed gives the same mix.
    batteries
        At the main board; they stretch the headroom where charging is managed.

    Returns
    -------
    Mix
        First guess by Erlang B, then search on common random numbers; the
        result is verified on more days, with a third of the supply on each line.
        If the service level cannot be reached, the best reachable mix with a
        finding that names the cause.
    """
    policy = POLICIES[objective]
    models = _offered(limits, catalogue, unit_costs, policy)
    findings = _unpriced(limits, catalogue, unit_costs)
    if not len(demand.sessions) or bays <= 0 or not models:
        return _nothing(demand, bays, findings)
    wanted = max(policy.least_growth, (1 + demand.growth_pct_per_year / 100) ** policy.years)
    target = _target(demand, limits)
    for growth in dict.fromkeys((wanted, (1 + wanted) / 2, 1.0)):
        progress(0.1, f"Choosing chargers for {growth:.2f} times today's cars")
        whole = _whole_sample(demand, limits, headroom_kw, batteries, growth, seed)
        search = _search(whole, limits, catalogue, unit_costs, models, policy, bays)
        found = find_cheapest(search, target)
        if found is None and growth > 1:
            continue
        progress(0.5, "Verifying the mix")
        verify = window(whole, VERIFY_CARS, VERIFY_DAYS)
        chosen, served = _verify(search, found, verify, target)
        if served >= target:
            break
    progress(0.8, "Finding the smallest cap")
    cap = _cap(search, chosen, verify, target, policy)
    cap, trial = _by_line(search, chosen, verify, cap, target)
    if trial.served_pct < target:
        findings += explain_shortfall(search, chosen, trial, target)
    band = scenario_band(verify, search.counts(chosen), catalogue, cap, seed)
    reasons = explain(search, chosen, trial, cap, growth, wanted, target)
    progress(1.0, "Mix chosen")
    return Mix(
        chosen=_option(search, chosen, trial, cap, band),
        runners_up=_runners_up(search, chosen, target),
        reasons=reasons + explain_band(band) + _fleet_level(limits, target),
        findings=findings,
        pareto=_pareto(search),
    )


def _target(demand: Demand, limits: Limits) -> float:
    """Return the service level in %; a demand of fleets alone wants at least 99 %."""
    kinds = load_archetypes()
    groups = demand.sessions.groups
    fleet = bool(groups) and all(g == ROTA or (g in kinds and kinds[g].fixed_count) for g in groups)
    return max(limits.service_pct, FLEET_SERVICE_PCT) if fleet else limits.service_pct


def _fleet_level(limits: Limits, target_pct: float) -> tuple[str, ...]:
    if target_pct <= limits.service_pct:
        return ()
    return (
        f"A fleet must leave charged, so the level is {target_pct:g} % "
        f"instead of {limits.service_pct:g} %.",
    )


def _offered(
    limits: Limits,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
    policy: Policy,
) -> tuple[ChargerModel, ...]:
    models = proposable(catalogue.values(), limits.allowed_power_kw)
    priced = tuple(m for m in models if m.id in unit_costs)
    strong = [m for m in priced if m.current is Current.DC and m.outlet_kw >= policy.least_dc_kw]
    weak = [m for m in priced if m.current is Current.DC and m not in strong]
    dropped = weak if strong else []
    return tuple(m for m in priced if m not in dropped)


def _unpriced(
    limits: Limits,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
) -> tuple[Finding, ...]:
    models = proposable(catalogue.values(), limits.allowed_power_kw)
    names = [m.name for m in models if m.id not in unit_costs]
    if not names:
        return ()
    return (
        Finding(
            "MIX-PRICE", Severity.WARNING, "catalogue", "Charger catalogue",
            f"No price is known for {', '.join(names)}, so they are not proposed.",
            fix="Add their price codes to the price book.",
        ),
    )  # fmt: skip


def _whole_sample(
    demand: Demand,
    limits: Limits,
    headroom_kw: npt.NDArray[np.float64],
    batteries: tuple[Battery, ...],
    growth: float,
    seed: int,
) -> Sample:
    sessions = demand.sessions
    if growth != 1.0:
        sessions = grow(sessions, growth, seed)
    limit: npt.NDArray[np.float64] | None = None
    if limits.within_agreed_kva and len(headroom_kw) and not np.isinf(headroom_kw).all():
        steps = sessions.horizon_days * 1440 // demand.step_min
        limit = headroom_kw[np.arange(steps) * len(headroom_kw) // steps]
    bank = batteries if limits.managed else ()
    return Sample(sessions, limit, demand.step_min, limits.managed, bank)


def _search(
    whole: Sample,
    limits: Limits,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
    models: tuple[ChargerModel, ...],
    policy: Policy,
    bays: int,
) -> Search:
    sample = window(whole, SEARCH_CARS, SEARCH_DAYS)
    dc = tuple(m for m in models if m.current is Current.DC)
    cars_dc = bool((sample.sessions.dc_kw > 0).any())
    fewest = 0
    if policy.outlets_per_dc and dc and cars_dc:
        present = min(bays, int(cars_present(sample)))
        fewest = max(1, present // policy.outlets_per_dc)
        room = np.inf if sample.limit_kw is None else float(sample.limit_kw.max())
        fewest = min(fewest, bays // 2, max(0, int(room // dc[0].power_kw)))
    return Search(
        sample=sample,
        catalogue=catalogue,
        costs=unit_costs,
        ac_models=tuple(m for m in models if m.current is Current.AC),
        dc_models=dc if cars_dc else (),
        bays=bays,
        budget=limits.budget,
        fewest_dc=fewest,
        most_trials=int(np.clip(SEARCH_WORK // max(len(sample.sessions), 1), 30, 90)),
    )


def _verify(
    search: Search, found: Candidate | None, verify: Sample, target_pct: float
) -> tuple[Candidate, float]:
    """Check a mix on more days and by line; where it falls short, search a little higher.

    The search itself looks at no line, so what it drops would fail with lines, too.
    """
    if found is None:
        best = find_best_service(search)
        return best, try_mix(verify, search.counts(best), search.catalogue, by_line=True).served_pct
    best, most, aim = found, -1.0, target_pct
    for _ in range(4):
        served = try_mix(verify, search.counts(found), search.catalogue, by_line=True).served_pct
        if served > most + LEAST_GAIN_PCT:
            best, most = found, served
        if served >= target_pct:
            break
        aim = min(aim + target_pct - served + 0.3, 100.0)
        search.most_trials += 20
        higher = find_cheapest(search, aim)
        if higher is None or search.cost(higher) <= search.cost(found):
            higher = _one_more(search, found)
        if higher is None:
            break
        found = higher
    return best, most


def _one_more(search: Search, mix: Candidate) -> Candidate | None:
    """Return a mix with one DC unit or two AC outlets more, None where there is no room."""
    more = [replace(mix, dc_units=mix.dc_units + 1)] if mix.dc_units else []
    if mix.ac_outlets:
        more.append(replace(mix, ac_outlets=mix.ac_outlets + 2))
    allowed = [m for m in more if search.allowed(m)]
    return max(allowed, key=lambda m: search.trial(m).served_pct) if allowed else None


def _cap(
    search: Search, chosen: Candidate, verify: Sample, target_pct: float, policy: Policy
) -> float | None:
    """Return the smallest cap, to 5 kW, that costs next to no service, with the reserve.

    At most half a point of drivers served and half a per cent of the energy may be
    lost to the cap, and never the service level; the cap stays within the headroom.
    """
    if not verify.managed:
        return None
    counts = search.counts(chosen)
    free = try_mix(verify, counts, search.catalogue)
    served = free.served_pct - 0.5
    if free.served_pct >= target_pct:
        served = max(served, target_pct)
    high = int(np.ceil(max(free.peak_kw, CAP_STEP_KW) / CAP_STEP_KW))
    low, top = 0, high
    while high - low > 1:
        middle = (high + low) // 2
        trial = try_mix(verify, counts, search.catalogue, middle * CAP_STEP_KW)
        if trial.served_pct >= served and trial.energy_pct >= 0.995 * free.energy_pct:
            high = middle
        else:
            low = middle
    cap = CAP_STEP_KW * min(int(np.ceil(high * policy.cap_reserve)), top)
    return float(min(cap, verify.most_kw))


def _by_line(
    search: Search, chosen: Candidate, verify: Sample, cap_kw: float | None, target_pct: float
) -> tuple[float | None, Trial]:
    """Simulate the mix with a third of the cap per line; raise the cap where that costs service.

    Single-phase cars stand on one line each, so a cap in kW alone promises too much.
    """
    counts = search.counts(chosen)
    trial = try_mix(verify, counts, search.catalogue, cap_kw, by_line=True)
    if cap_kw is None or trial.served_pct >= target_pct:
        return cap_kw, trial
    if try_mix(verify, counts, search.catalogue, cap_kw).served_pct < target_pct:
        return cap_kw, trial  # lines are not the cause
    for factor in (1.1, 1.25, 1.5):
        higher = float(min(CAP_STEP_KW * np.ceil(factor * cap_kw / CAP_STEP_KW), verify.most_kw))
        trial = try_mix(verify, counts, search.catalogue, higher, by_line=True)
        if trial.served_pct >= target_pct:
            break
    return higher, trial


def _option(
    search: Search, mix: Candidate, trial: Trial, cap_kw: float | None, band: Band | None = None
) -> MixOption:
    option = MixOption(
        counts=search.counts(mix),
        cap_kw=cap_kw,
        served_pct=trial.served_pct,
        served_ci_pct=trial.ci_pct,
        energy_pct=trial.energy_pct,
        peak_kw=trial.peak_kw,
        hardware_cost=search.cost(mix),
        energy_ci_pct=trial.energy_ci_pct,
        peak_band_kw=trial.peak_band_kw,
    )
    if band is None:
        return option
    return replace(
        option, served_band_pct=band.served_pct, energy_band_pct=band.energy_pct,
        peak_scenarios_kw=band.peak_kw,
    )  # fmt: skip


def _runners_up(search: Search, chosen: Candidate, target_pct: float) -> tuple[MixOption, ...]:
    """Return the cheapest other mix of each DC size that reaches the level, up to three."""
    best: dict[ModelId | None, Candidate] = {}
    for mix, trial in search.trials.items():
        dearer = search.cost(mix) >= search.cost(chosen)
        if trial.served_pct < target_pct or not dearer or mix == chosen:
            continue
        known = best.get(mix.dc_model)
        if known is None or search.cost(mix) < search.cost(known):
            best[mix.dc_model] = mix
    order = sorted(best.values(), key=search.cost)[:3]
    return tuple(_option(search, m, search.trial(m), None) for m in order)


def _pareto(search: Search) -> tuple[MixOption, ...]:
    """Return the tried mixes that no other beats in cost, service and peak, cheapest first."""
    options = [_option(search, m, t, None) for m, t in search.trials.items() if search.allowed(m)]
    front = [
        a
        for a in options
        if not any(
            b.hardware_cost <= a.hardware_cost
            and b.served_pct >= a.served_pct
            and b.peak_kw <= a.peak_kw
            and b.counts != a.counts
            and (b.hardware_cost, -b.served_pct, b.peak_kw)
            != (a.hardware_cost, -a.served_pct, a.peak_kw)
            for b in options
        )
    ]
    return tuple(sorted(front, key=lambda o: o.hardware_cost))


def _nothing(demand: Demand, bays: int, findings: tuple[Finding, ...]) -> Mix:
    empty = MixOption({}, None, 100.0 if not len(demand.sessions) else 0.0, 0.0, 0.0, 0.0, 0.0)
    if not len(demand.sessions):
        cause = Finding(
            "MIX-EMPTY", Severity.WARNING, "demand", "Demand",
            "There is no demand, so no charger is proposed.",
            fix="Enter cars per busy day for at least one archetype.",
        )  # fmt: skip
    elif bays <= 0:
        cause = Finding(
            "MIX-BAYS", Severity.ERROR, "bays", "Bays",
            "There is no bay that may get a charger.", value=float(bays), limit=1, unit="bays",
            fix="Add bays to the plan or free some that are kept.",
        )  # fmt: skip
    else:
        cause = Finding(
            "MIX-MODELS", Severity.ERROR, "catalogue", "Charger catalogue",
            "No charger size is allowed that has a price.",
            fix="Allow more sizes or add prices.",
        )  # fmt: skip
    return Mix(empty, (), (cause.message,), (*findings, cause))
