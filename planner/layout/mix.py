"""How many chargers of which size: chosen by simulation against a service level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from planner.catalogue import proposable
from planner.demand.archetypes import load_archetypes
from planner.layout.mix_cap import smallest_cap
from planner.layout.mix_cause import explain_shortfall
from planner.layout.mix_options import option_of, runners_up, unbeaten
from planner.layout.mix_report import explain, explain_band, explain_cap
from planner.layout.mix_sample import Sample, cars_present, whole_draws, windows
from planner.layout.mix_search import Search, find_best_service, find_cheapest
from planner.layout.mix_settle import Verdicts, settle
from planner.layout.mix_trial import scenario_band
from planner.model.charger import ChargerModel, Current
from planner.model.demand import ROTA, Demand
from planner.model.ids import ModelId
from planner.model.outcome import Mix, MixOption
from planner.model.scenario import Limits, Objective
from planner.model.storage import Battery
from planner.progress import Progress, silent

SEARCH_CARS, SEARCH_DAYS = 500, 2
VERIFY_CARS, VERIFY_DAYS = 1200, 7
SEARCH_WORK, VERIFY_WORK = 40_000, 40_000
"""Sessions to simulate in one search and its verification, so that large sites stay quick."""
FLEET_SERVICE_PCT = 99.0
LUCK_PCT = 0.5
"""Points above the level that the verification asks for, about a standard error of it.

The cheapest of many mixes that just pass owes some of its points to luck.
"""


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
    redraws: Sequence[Demand] = (),
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
    redraws
        The same demand drawn with other seeds. All candidates meet the same cars.

    Returns
    -------
    Mix
        First guess by Erlang B, then search on common random numbers; the
        result is verified on more days of all draws, with a third of the supply on each
        line and in whole amperes. If the service level cannot be reached, the best
        reachable mix with a finding that names the cause.
    """
    policy = POLICIES[objective]
    models = _offered(limits, catalogue, unit_costs, policy, bays)
    findings = _unpriced(limits, catalogue, unit_costs)
    if not demand.sessions.energy_kwh.any() or bays <= 0 or not models:
        return _nothing(demand, bays, findings)
    wanted = max(policy.least_growth, (1 + demand.growth_pct_per_year / 100) ** policy.years)
    target = _target(demand, limits)
    for growth in dict.fromkeys((wanted, (1 + wanted) / 2, 1.0)):
        progress(0.1, f"Choosing chargers for {growth:.2f} times today's cars")
        draws = whole_draws((demand, *redraws), limits, headroom_kw, batteries, growth, seed)
        search = _search(draws, limits, catalogue, unit_costs, models, policy, bays)
        found = find_cheapest(search, target)
        if found is None and growth > 1:
            continue
        progress(0.5, "Verifying the mix")
        aim = target + min(LUCK_PCT, (100 - target) / 4)
        verdicts = Verdicts(search, windows(draws, VERIFY_CARS, VERIFY_DAYS), aim, VERIFY_WORK)
        chosen = find_best_service(search) if found is None else settle(verdicts, found)
        if verdicts.judge(chosen).served_pct >= target:
            break
    progress(0.8, "Finding the smallest cap")
    cap, trial = smallest_cap(verdicts, chosen, policy.cap_reserve)
    if trial.served_pct < target:
        findings += explain_shortfall(search, chosen, trial, target)
    band = scenario_band(verdicts.draws, search.counts(chosen), catalogue, cap, trial, seed)
    reasons = explain(verdicts, chosen, trial, target, growth=growth, wanted_growth=wanted)
    reasons += explain_cap(search, chosen, cap)
    progress(1.0, "Mix chosen")
    return Mix(
        chosen=option_of(search, chosen, trial, cap, band),
        runners_up=runners_up(verdicts, chosen),
        reasons=reasons + explain_band(band) + _fleet_level(limits, target),
        findings=findings,
        pareto=unbeaten(
            option_of(search, m, t) for m, t in search.trials.items() if search.allowed(m)
        ),
        growth=growth,
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
    bays: int,
) -> tuple[ChargerModel, ...]:
    models = proposable(catalogue.values(), limits.allowed_power_kw)
    priced = tuple(m for m in models if m.id in unit_costs)
    dc = [m for m in priced if m.current is Current.DC and m.outlets <= bays]
    strong = [m for m in dc if m.outlet_kw >= policy.least_dc_kw]
    weak = [m for m in dc if m not in strong]
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
            f"No price is known for {'; '.join(names)}, so they are not proposed.",
            fix="Add their price codes to the price book.",
        ),
    )  # fmt: skip


def _search(
    draws: Sequence[Sample],
    limits: Limits,
    catalogue: Mapping[ModelId, ChargerModel],
    unit_costs: Mapping[ModelId, float],
    models: tuple[ChargerModel, ...],
    policy: Policy,
    bays: int,
) -> Search:
    cut = windows(draws, SEARCH_CARS, SEARCH_DAYS)
    cars = sum(len(d.sessions) for d in cut)
    dc = tuple(m for m in models if m.current is Current.DC)
    cars_dc = any(bool((d.sessions.dc_kw > 0).any()) for d in cut)
    fewest = 0
    if policy.outlets_per_dc and dc and cars_dc:
        present = min(bays, int(cars_present(cut)))
        fewest = max(1, present // policy.outlets_per_dc)
        fewest = min(fewest, bays // 2, max(0, int(cut[0].most_kw // dc[0].power_kw)))
    return Search(
        draws=cut,
        catalogue=catalogue,
        costs=unit_costs,
        ac_models=tuple(m for m in models if m.current is Current.AC),
        dc_models=dc if cars_dc else (),
        bays=bays,
        budget=limits.budget,
        fewest_dc=fewest,
        most_trials=int(np.clip(SEARCH_WORK // max(cars, 1), 30, 120)),
    )


def _nothing(demand: Demand, bays: int, findings: tuple[Finding, ...]) -> Mix:
    wanted = bool(demand.sessions.energy_kwh.any())
    empty = MixOption({}, None, 0.0 if wanted else 100.0, 0.0, 0.0, 0.0, 0.0)
    if not wanted:
        what = "No car wants any energy" if len(demand.sessions) else "There is no demand"
        cause = Finding(
            "MIX-EMPTY", Severity.WARNING, "demand", "Demand",
            f"{what}, so no charger is proposed.",
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
