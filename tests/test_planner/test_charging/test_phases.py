"""Currents per phase: published sites, closed forms, and limits that hold."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charging.phases import PhaseLimit, PhaseTree, line_currents_a
from planner.charging.pilots import STEPS_1_A, STEPS_8_A
from planner.charging.run import run
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.model.charger import Current
from planner.model.demand import Sessions

# Site: outlets on AB, BC, CA; kVA; nameplate kVA, its oversubscription, worst line in A,
# limit per line in A, oversubscription of the worst line (32 A outlets at 120/208 V).
PUBLISHED = [
    ("Caltech", (26, 14, 14), 150, 359.4, 2.40, 1125, 416.7, 2.70),
    ("JPL floor 1", (5, 4, 5), 45, 93.2, 2.07, 277, 125, 2.22),
    ("JPL floors 3-4", (16, 10, 12), 150, 252.9, 1.69, 779, 416.7, 1.87),
]


@pytest.mark.parametrize(
    ("site", "pairs", "kva", "nameplate", "over", "worst_a", "limit_a", "phase_over"), PUBLISHED
)
def test_published_oversubscription(
    site: str, pairs: tuple[int, ...], kva: float, nameplate: float, over: float,
    worst_a: float, limit_a: float, phase_over: float,
) -> None:  # fmt: skip
    kw = math.sqrt(3) * 120 * 32 / 1000
    loads = dict(zip(("AB", "BC", "CA"), (n * kw for n in pairs), strict=True))
    worst = max(line_currents_a(loads, 120))
    assert sum(pairs) * 0.208 * 32 == pytest.approx(nameplate, rel=1e-3), site
    assert sum(pairs) * 0.208 * 32 / kva == pytest.approx(over, abs=0.005)
    assert worst == pytest.approx(worst_a, rel=1e-3)
    assert kva * 1000 / 360 == pytest.approx(limit_a, rel=1e-3)
    assert worst / (kva * 1000 / 360) == pytest.approx(phase_over, abs=0.005)


def test_least_loaded_line_of_caltech() -> None:
    kw = math.sqrt(3) * 120 * 32 / 1000
    loads = {"AB": 26 * kw, "BC": 14 * kw, "CA": 14 * kw}
    assert min(line_currents_a(loads, 120)) == pytest.approx(776, rel=1e-3)


def test_star_loads_add_up_on_their_line() -> None:
    a, b, c = line_currents_a({"A": 2.3, "ABC": 6.9}, 230)
    assert (a, b, c) == pytest.approx((20, 10, 10))


def posts(phases: list[str]) -> list[Station]:
    return [Station(f"p{n}", Current.AC, 22, 1, 22, 1.0, p) for n, p in enumerate(phases)]


def parked(n: int, ac_kw: float) -> Sessions:
    one = np.ones(n)
    return Sessions(
        0 * one, 240 * one, 20 * one, ac_kw * one, 0 * one, np.zeros(n, np.int64), ("g",), 1
    )


def test_rotation_of_single_phase_cars_relieves_the_worst_line() -> None:
    stations = posts(["ABC"] * 6)
    names = frozenset(s.id for s in stations)
    limit = [PhaseLimit("site", (500.0,) * 3, names)]
    same = simulate(parked(6, 7.4), stations, None, phase_limits=limit)
    turned = simulate(parked(6, 7.4), posts(["ABC", "BCA", "CAB"] * 2), None, phase_limits=limit)
    assert same.phase_peak_a[0] == pytest.approx((6 * 7400 / 230, 0, 0))
    assert turned.phase_peak_a[0] == pytest.approx((2 * 7400 / 230,) * 3)


def test_two_outlets_of_a_post_use_different_lines() -> None:
    post = [Station("p", Current.AC, 44, 2, 22)]
    limit = [PhaseLimit("site", (500.0,) * 3, frozenset("p"))]
    service = simulate(parked(2, 7.4), post, None, phase_limits=limit)
    assert service.phase_peak_a[0] == pytest.approx((7400 / 230, 7400 / 230, 0))


def test_a_full_line_costs_energy_that_a_single_cap_does_not_see() -> None:
    stations = posts(["AB"] * 6)
    names = frozenset(s.id for s in stations)
    amps = 150_000 / 360 / 10
    limits = [PhaseLimit("transformer", (amps,) * 3, names, neutral_v=120)]
    cars = parked(6, 6.6)
    phased = run(cars, stations, None, STRATEGIES["least_laxity"], 15, phase_limits=limits)
    capped = run(cars, stations, [15.0], STRATEGIES["least_laxity"], 15)
    assert phased.energy_kwh.sum() < capped.energy_kwh.sum()
    assert max(phased.phase_a[0]) <= amps * (1 + 1e-9)


connections = st.sampled_from(["ABC", "BCA", "CAB", "AB", "BC", "CA", "A", "B", "C"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(connections, min_size=1, max_size=8),
    st.lists(st.tuples(*[st.floats(0, 80)] * 3), min_size=1, max_size=3),
    st.lists(st.floats(0.5, 40), min_size=1, max_size=8),
    st.sampled_from(sorted(STRATEGIES)),
    st.data(),
)
def test_no_line_of_any_tree_is_ever_exceeded(
    phases: list[str], amps: list[tuple[float, float, float]], wishes: list[float],
    strategy: str, data: st.DataObject,
) -> None:  # fmt: skip
    pilots = data.draw(st.sampled_from([(), STEPS_1_A, STEPS_8_A]))
    stations = [replace(s, pilots_a=pilots) for s in posts(phases)]
    ids = [s.id for s in stations]
    tree = [
        PhaseLimit(
            f"l{n}", limit, data.draw(st.frozensets(st.sampled_from(ids))), 230.0,
            data.draw(st.sampled_from([None, 4.0])), data.draw(st.booleans()),
        )
        for n, limit in enumerate(amps)
    ]  # fmt: skip
    n = len(wishes)
    arrive = np.linspace(0, 100, n)
    cars = Sessions(
        arrive, arrive + 200, np.array(wishes), np.resize([3.7, 7.4, 11, 22], n), np.zeros(n),
        np.zeros(n, np.int64), ("g",), 1,
    )  # fmt: skip
    record = run(cars, stations, [30.0], STRATEGIES[strategy], 15, phase_limits=tree)
    assert record.over_kw <= 1e-9
    for limit, highest in zip(tree, record.phase_a, strict=True):
        third = 30_000 / 690 if limit.follows_cap else math.inf
        assert all(h <= min(a, third) + 1e-6 for h, a in zip(highest, limit.limit_a, strict=True))
    assert (record.energy_kwh <= cars.energy_kwh + 1e-9).all()


@pytest.mark.parametrize(
    ("load_kw", "primary_a"),
    [
        ({"AB": 20.8, "BC": 20.8, "CA": 20.8}, (75.0, 75.0, 75.0)),
        ({"AB": 20.8}, (25.0, 50.0, 25.0)),
        ({"A": 12.0}, (25.0, 25.0, 0.0)),
    ],
)
def test_lines_before_a_delta_star_transformer(
    load_kw: dict[str, float], primary_a: tuple[float, ...]
) -> None:
    """480 V delta to 120/208 V: line A carries (A − C) / 4; 100 A per load by hand."""
    stations = frozenset(load_kw)
    volt = 120.0 if "A" in load_kw else 208 / 3**0.5
    tree = PhaseTree([PhaseLimit("primary", (1e9,) * 3, stations, volt, delta_ratio=4.0)])
    for connection, kw in load_kw.items():
        tree.add(tree.draws(connection, connection), kw)
    tree.note()
    assert tree.highest_a[0] == pytest.approx(list(primary_a), rel=1e-6)


def test_a_limit_follows_the_cap() -> None:
    post = [Station("s", Current.AC, 22.0, 1, 22.0, phases="A")]
    limit = PhaseLimit("supply", (1e9,) * 3, frozenset({"s"}), follows_cap=True)
    record = run(parked(1, 22.0), post, [9.0], STRATEGIES["first_come"], 15, phase_limits=[limit])
    assert record.highest_kw == pytest.approx(3.0)


def test_a_car_waits_for_the_outlet_it_must_use() -> None:
    posts = [Station(str(n), Current.AC, 22.0, 1, 22.0) for n in range(3)]
    record = run(parked(1, 22.0), posts, None, None, 15, places=[2])
    assert record.station.tolist() == [2]
