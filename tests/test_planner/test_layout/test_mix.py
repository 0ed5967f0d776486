"""The mix follows from demand, supply and bays, and says why."""

from dataclasses import replace

import numpy as np
import pytest

from planner.catalogue import load_catalogue
from planner.charging.simulate import simulate
from planner.charging.station import stations_of_counts
from planner.demand.estimate import estimate
from planner.layout.mix import choose_mix
from planner.layout.mix_candidate import cheapest_posts
from planner.layout.mix_sample import Sample, grow
from planner.layout.mix_trial import try_mix
from planner.model.charger import Current
from planner.model.demand import Demand, DemandInput, Sessions
from planner.model.ids import ModelId
from planner.model.outcome import Mix
from planner.model.scenario import Limits, Objective
from planner.model.storage import Battery

CATALOGUE = load_catalogue()
COSTS = {
    ModelId(k): v
    for k, v in {
        "ac22-1": 2400.0, "ac22-2": 4700.0, "dc50": 22_000.0, "dc75": 32_000.0,
        "dc100": 40_000.0, "dc120": 45_000.0, "dc150": 52_000.0,
    }.items()
}  # fmt: skip
HOTEL = estimate((DemandInput("hotel", 30), DemandInput("workplace", 25)), 1)
MOTORWAY = estimate((DemandInput("motorway", 60),), 1)


def choose(
    demand: Demand,
    head_kw: float,
    bays: int,
    objective: Objective = Objective.COST,
    limits: Limits | None = None,
) -> Mix:
    steps = demand.sessions.horizon_days * 1440 // demand.step_min
    head = np.full(steps, head_kw)
    return choose_mix(demand, limits or Limits(), objective, CATALOGUE, COSTS, head, bays, 1)


def kinds(mix: Mix) -> set[Current]:
    return {CATALOGUE[m].current for m in mix.chosen.counts}


def test_long_stays_get_ac_posts_with_two_outlets() -> None:
    mix = choose(HOTEL, 150, 120)
    assert kinds(mix) == {Current.AC}
    assert mix.chosen.counts["ac22-2"] >= 10
    assert mix.chosen.served_pct >= 95
    assert mix.findings == ()
    assert any("would serve only" in reason for reason in mix.reasons)


def test_short_stays_get_dc() -> None:
    mix = choose(MOTORWAY, 600, 12)
    assert kinds(mix) == {Current.DC}
    assert mix.chosen.served_pct >= 95


def test_service_holds_in_a_run_of_the_whole_horizon() -> None:
    mix = choose(HOTEL, 150, 120)
    stations = stations_of_counts(mix.chosen.counts, CATALOGUE)
    service = simulate(HOTEL.sessions, stations, mix.chosen.cap_kw, step_min=HOTEL.step_min)
    assert service.served_pct >= 93  # 28 days, the mix was verified on some of them
    assert service.peak_kw <= mix.chosen.cap_kw + 1e-9


def test_objectives_differ_in_size_and_kind() -> None:
    cost, balanced, future = (choose(HOTEL, 200, 120, o) for o in Objective)
    assert cost.chosen.hardware_cost <= balanced.chosen.hardware_cost
    assert balanced.chosen.hardware_cost < future.chosen.hardware_cost
    assert Current.DC in kinds(future)
    assert any("times today's cars" in reason for reason in future.reasons)


@pytest.mark.parametrize(
    ("head", "bays", "word"), [(10.0, 120, "supply"), (150.0, 6, "bays are too few")]
)
def test_out_of_reach_names_the_cause(head: float, bays: int, word: str) -> None:
    mix = choose(HOTEL, head, bays)
    assert [f.code for f in mix.findings] == ["MIX-SERVICE"]
    assert word in mix.findings[0].message
    assert mix.chosen.counts
    assert (mix.chosen.cap_kw or 0) <= head


def test_without_load_management_the_chargers_fit_the_supply() -> None:
    mix = choose(HOTEL, 150, 120, limits=Limits(managed=False))
    installed = sum(CATALOGUE[m].power_kw * n for m, n in mix.chosen.counts.items())
    assert mix.chosen.cap_kw is None
    assert installed <= 150


def test_budget_binds_and_is_named() -> None:
    mix = choose(HOTEL, 150, 120, limits=Limits(budget=20_000))
    assert mix.chosen.hardware_cost <= 20_000
    assert "budget" in mix.findings[0].message


def test_allowed_sizes_are_kept() -> None:
    mix = choose(MOTORWAY, 900, 12, limits=Limits(allowed_power_kw=(75.0,)))
    assert set(mix.chosen.counts) == {"dc75"}


def test_nothing_to_do_and_no_bays() -> None:
    assert choose(estimate((), 1), 100, 10).findings[0].code == "MIX-EMPTY"
    assert choose(HOTEL, 100, 0).findings[0].code == "MIX-BAYS"
    none = choose(HOTEL, 100, 10, limits=Limits(allowed_power_kw=(7.0,)))
    assert none.findings[0].code == "MIX-MODELS"


def test_same_seed_same_mix() -> None:
    first, second = choose(MOTORWAY, 300, 8), choose(MOTORWAY, 300, 8)
    assert first == second


def test_a_fleet_leaves_charged() -> None:
    mix = choose(estimate((DemandInput("depot_vans", 12),), 1), 80, 14)
    assert mix.chosen.served_pct >= 99
    assert any("fleet" in reason for reason in mix.reasons)


def test_missing_price_is_a_finding() -> None:
    costs = {k: v for k, v in COSTS.items() if k != "dc150"}
    steps = np.full(28 * 96, 150.0)
    mix = choose_mix(HOTEL, Limits(), Objective.COST, CATALOGUE, costs, steps, 80, 1)
    assert mix.findings[0].code == "MIX-PRICE"


def test_cheapest_posts_mix_sizes() -> None:
    models = [CATALOGUE[m] for m in ("ac22-1", "ac22-2")]
    assert cheapest_posts(5, models, COSTS) == {"ac22-2": 2, "ac22-1": 1}
    dear = COSTS | {"ac22-2": 9000.0}
    assert cheapest_posts(5, models, dear) == {"ac22-1": 5}


def test_growth_keeps_the_mean_wish() -> None:
    more = grow(HOTEL.sessions, 1.5, 3)
    assert len(more) == pytest.approx(1.5 * len(HOTEL.sessions), rel=0.05)
    assert more.energy_kwh.mean() == pytest.approx(HOTEL.sessions.energy_kwh.mean(), rel=0.05)
    assert (np.diff(more.arrive_min) >= 0).all()
    assert replace(more, horizon_days=28) is not None


def test_pareto_front_rises_in_cost_and_service() -> None:
    front = choose(HOTEL, 150, 120).pareto
    points = [(o.hardware_cost, -o.served_pct, o.peak_kw) for o in front]
    assert len(points) >= 3
    for a in points:
        assert not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in points)


def test_every_figure_has_its_uncertainty() -> None:
    """Half intervals from day to day, and the peaks of a middling and of the highest day."""
    mix = choose(HOTEL, 150, 120)
    for option in (mix.chosen, *mix.pareto):
        low, high = option.peak_band_kw
        assert 0 < low <= high
        assert high == pytest.approx(option.peak_kw)
        assert option.energy_ci_pct >= 0
    assert mix.chosen.served_ci_pct > 0
    assert mix.chosen.served_band_pct is not None
    assert mix.chosen.peak_scenarios_kw is not None
    low, high = mix.chosen.served_band_pct
    assert low < high  # more cars than sized for are served worse
    assert mix.chosen.peak_scenarios_kw[0] <= mix.chosen.peak_scenarios_kw[1]
    assert sum("12 % fewer to 14 % more cars" in reason for reason in mix.reasons) == 1


def test_a_battery_stretches_the_supply_in_a_trial_and_lines_narrow_it() -> None:
    counts = {ModelId("ac22-1"): 6}
    n = 6
    cars = Sessions(
        np.zeros(n), np.full(n, 240.0), np.full(n, 20.0), np.full(n, 7.4), np.zeros(n),
        np.zeros(n, np.int64), ("workplace",), 1,
    )  # fmt: skip
    plain = Sample(cars, np.full(96, 24.0), 15, True)
    helped = replace(plain, batteries=(Battery("b", 60.0, 20.0, 20.0, 90.0, 100.0),))
    trials = [try_mix((s,), counts, CATALOGUE) for s in (plain, helped)]
    assert trials[0].energy_pct == pytest.approx(100 * 24 * 4 / 120)
    assert trials[1].energy_pct == pytest.approx(100)
    assert helped.most_kw == 44
    skew = replace(cars, ac_kw=np.array([7.4, 7.4, 22, 22, 22, 22]))
    one, line = (
        try_mix((replace(plain, sessions=skew),), {ModelId("ac22-2"): 3}, CATALOGUE, exact=b)
        for b in (False, True)
    )
    assert line.energy_pct <= one.energy_pct


def changed(demand: Demand, **columns: float) -> Demand:
    """The demand with constant columns: `stay_min`, `energy_kwh`, `ac_kw`, `dc_kw`."""
    s = demand.sessions
    if "stay_min" in columns:
        s = replace(s, depart_min=s.arrive_min + columns.pop("stay_min"))
    full = {name: np.full(len(s), value) for name, value in columns.items()}
    return replace(demand, sessions=replace(s, **full))


@pytest.mark.parametrize(
    ("demand", "head_kw", "limits", "words"),
    [
        (changed(HOTEL, stay_min=0.0), 150, Limits(), "no time between arrival and departure"),
        (changed(HOTEL, energy_kwh=900.0), 150, Limits(), "more energy than any allowed charger"),
        (changed(HOTEL, ac_kw=0.0, dc_kw=0.0), 150, Limits(), "at none of the allowed chargers"),
        (changed(HOTEL, energy_kwh=0.0), 150, Limits(), "No car wants any energy"),
        (HOTEL, 0, Limits(), "leaves nothing for charging"),
        (HOTEL, -20, Limits(), "leaves nothing for charging"),
        (MOTORWAY, 0, Limits(managed=False), "leaves nothing for charging"),
        (HOTEL, 150, Limits(budget=100), "less than one charger costs (2,400)"),
        (MOTORWAY, 150, Limits(budget=0), "less than one charger costs"),
    ],
)
def test_what_cannot_be_is_said(demand: Demand, head_kw: float, limits: Limits, words: str) -> None:
    mix = choose(demand, head_kw, 40, limits=limits)
    assert words in mix.findings[0].message
    assert mix.findings[0].fix
    assert (mix.chosen.cap_kw or 0.0) >= 0


def test_weak_dc_is_proposed_where_strong_cabinets_find_no_bays() -> None:
    assert set(choose(MOTORWAY, 200, 1, Objective.FUTURE).chosen.counts) <= {"dc50", "dc75"}


def test_the_mix_is_verified_on_several_draws_of_the_demand() -> None:
    inputs = (DemandInput("workplace", 25),)
    steps = np.full(28 * 96, 100.0)
    mix = choose_mix(
        estimate(inputs, 1), Limits(), Objective.COST, CATALOGUE, COSTS, steps, 40, 1,
        redraws=[estimate(inputs, n) for n in (2, 3, 4)],
    )  # fmt: skip
    chosen = mix.chosen
    assert chosen.draws == 4
    low, high = chosen.draws_pct
    assert low < chosen.served_pct < high
    assert chosen.peak_draws_kw[0] <= chosen.peak_draws_kw[1] == chosen.peak_kw
    assert chosen.charging_kva == pytest.approx(chosen.peak_kw / 0.98)
    assert any("4 draws of the demand" in reason for reason in mix.reasons)
    assert all(option.draws == 4 for option in mix.runners_up)


def test_two_sizes_of_dc_go_together_where_that_is_cheapest() -> None:
    """Three buses: one cabinet of 100 kW for two and 50 kW for the third."""
    mix = choose(estimate((DemandInput("depot_buses", 3),), 1), 150, 6)
    assert len(mix.chosen.counts) == 2
    assert sum(CATALOGUE[m].outlets * n for m, n in mix.chosen.counts.items()) == 3


def test_without_load_management_a_mix_asks_for_all_its_power() -> None:
    mix = choose(HOTEL, 150, 120, limits=Limits(managed=False, service_pct=20))
    installed = sum(CATALOGUE[m].power_kw * n for m, n in mix.chosen.counts.items())
    assert mix.chosen.charging_kva == pytest.approx(installed / 0.98)


def test_without_load_management_the_supply_is_named_and_management_advised() -> None:
    finding = choose(MOTORWAY, 120, 20, limits=Limits(managed=False)).findings[0]
    assert "the supply leaves as little as 120 kW" in finding.message
    assert finding.fix.startswith("Switch load management on")
