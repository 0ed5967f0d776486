"""Which days a mix is tried on: every day of the week once, and nights as full as others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalogue import load_catalogue
from planner.demand.estimate import estimate
from planner.layout.mix_candidate import Candidate, candidate, neighbours
from planner.layout.mix_sample import Sample, windows
from planner.layout.mix_trial import try_mix
from planner.model.charger import Current
from planner.model.demand import DemandInput, Sessions
from planner.model.ids import ModelId

CATALOGUE = load_catalogue()
DC = [m for m in CATALOGUE.values() if m.generic and m.current is Current.DC]


def draws(archetype: str, cars: float, count: int = 4) -> list[Sample]:
    found = [estimate((DemandInput(archetype, cars),), seed).sessions for seed in range(count)]
    return [Sample(s, np.arange(28 * 96, dtype=float), 15, True) for s in found]


def weekdays(sample: Sample) -> list[int]:
    """Days of the week a window counts; the limit of `draws` tells the day it began with."""
    assert sample.limit_kw is not None
    first = int(sample.limit_kw[0]) // 96
    return [(first + d) % 7 for d in range(sample.lead_days, sample.sessions.horizon_days)]


@pytest.mark.parametrize("most", [900, 1500])
def test_the_windows_of_a_large_demand_make_up_whole_weeks(most: int) -> None:
    found = windows(draws("retail", 120), most, 2)
    days = [day for sample in found for day in weekdays(sample)]
    assert len(found) > 1
    assert {days.count(n) for n in range(7)} == {len(days) // 7}


def test_a_small_demand_is_taken_whole_and_a_huge_one_on_its_busiest_days() -> None:
    small = draws("workplace", 3)
    assert windows(small, 2000, 7) == tuple(small)
    (short,) = windows(draws("workplace", 400), 500, 2)
    assert short.sessions.horizon_days - short.lead_days == 2
    assert set(weekdays(short)) <= {0, 1, 2, 3, 4}


def test_cars_from_before_hold_their_outlets_and_are_not_counted() -> None:
    """One outlet, taken by a car from Sunday: Monday's car finds none before it leaves."""
    day = 1440.0
    cars = Sessions(
        np.array([6 * day, 7 * day + 60]), np.array([8 * day, 7 * day + 600]),
        np.array([20.0, 20.0]), np.full(2, 11.0), np.zeros(2), np.zeros(2, np.int64), ("x",), 28,
    )  # fmt: skip
    whole = Sample(cars, None, 15, True)
    (week,) = windows([whole], 1, 7)
    assert week.lead_days == 2
    trial = try_mix([week], {ModelId("ac22-1"): 1}, CATALOGUE)
    assert trial.served_pct == 0
    alone = replace(week, sessions=replace(cars, arrive_min=cars.arrive_min - 5 * day))
    assert try_mix([alone], {ModelId("ac22-2"): 1}, CATALOGUE).served_pct == 100


def test_whole_amperes_cost_service_where_power_is_short() -> None:
    """A car of 11 kW gets all of 10 kW; in whole amperes 14 A or 9.66 kW is the most."""
    cars = Sessions(
        np.zeros(1), np.full(1, 240.0), np.full(1, 40.0), np.full(1, 11.0), np.zeros(1),
        np.zeros(1, np.int64), ("x",), 1,
    )  # fmt: skip
    sample, counts = Sample(cars, np.full(96, 10.0), 15, True), {ModelId("ac22-1"): 1}
    plain, exact = (try_mix([sample], counts, CATALOGUE, exact=e) for e in (False, True))
    assert plain.energy_pct == pytest.approx(100)
    assert exact.energy_pct == pytest.approx(100 * 9.66 / 10)


def test_all_served_is_still_no_certainty() -> None:
    """Nobody unserved among 300 cars leaves up to one per cent (rule of three)."""
    n = 300
    arrive = np.linspace(0, 10 * 1440 - 60, n)
    cars = Sessions(
        arrive, arrive + 30, np.full(n, 2.0), np.full(n, 11.0), np.zeros(n),
        np.zeros(n, np.int64), ("x",), 10,
    )  # fmt: skip
    trial = try_mix([Sample(cars, None, 15, True)], {ModelId("ac22-2"): 1}, CATALOGUE)
    assert (trial.served_pct, trial.ci_pct) == (100, pytest.approx(1.0))


mixes = st.builds(
    candidate, st.integers(0, 9), st.dictionaries(st.sampled_from([m.id for m in DC]),
                                                  st.integers(0, 3), max_size=2)
)  # fmt: skip


@given(mixes)
def test_neighbours_have_no_negative_numbers_and_lead_back(mix: Candidate) -> None:
    near = neighbours(mix, DC)
    assert mix not in near
    assert len(set(near)) == len(near)
    for other in near:
        assert other.ac_outlets >= 0
        assert all(n > 0 for _, n in other.dc)
    assert all(mix in neighbours(other, DC) for other in near if other.dc == mix.dc)


@given(mixes, mixes)
def test_a_mix_within_both_ways_is_the_same(one: Candidate, other: Candidate) -> None:
    assert (one.within(other) and other.within(one)) == (one == other)
