"""Stepped pilots: only steps are told, no limit is passed, nobody below the least current."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.charging.phases import PhaseLimit, PhaseTree
from planner.charging.pilots import (
    STEPS_1_A,
    STEPS_8_A,
    Budget,
    allowed_kw,
    levels_kw,
    serve_in_order,
    serve_in_turn,
)
from planner.charging.run import run
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.model.charger import Current
from planner.model.demand import Sessions

LINES = ("A", "B", "C", "ABC", "AB", "CA")


def parked(n: int, kwh: float, kw: float, minutes: float = 240) -> Sessions:
    one = np.ones(n)
    zero = np.zeros(n, np.int64)
    return Sessions(0 * one, minutes * one, kwh * one, kw * one, 0 * one, zero, ("g",), 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(LINES), st.floats(0, 30), st.floats(1, 25)),
        min_size=1, max_size=8,
    ),
    st.sampled_from([STEPS_1_A, STEPS_8_A]), st.floats(0, 60), st.floats(0, 80), st.booleans(),
)  # fmt: skip
def test_only_steps_within_cap_and_lines(
    cars: list[tuple[str, float, float]], pilots: tuple[float, ...], cap: float, amps: float,
    turn: bool,
) -> None:  # fmt: skip
    tree = PhaseTree([PhaseLimit("x", (amps,) * 3, frozenset({"s"}))])
    draws = [tree.draws("s", lines) for lines, _, _ in cars]
    levels = [levels_kw(pilots, lines, 230.0) for lines, _, _ in cars]
    allowed = [allowed_kw(x, kw) for x, (_, _, kw) in zip(levels, cars, strict=True)]
    need = [min(kwh, kw) for _, kwh, kw in cars]
    serve = serve_in_turn if turn else serve_in_order
    budget = Budget(cap, tree, draws, [-1] * len(cars), {})
    given_kw = serve(range(len(cars)), need, list(allowed), budget)
    for kw, steps, (_, _, limit) in zip(given_kw, levels, cars, strict=True):
        assert kw == 0 or kw in steps or kw == limit
        assert kw == 0 or kw >= min(steps[0], limit)
    tree.note()
    assert sum(given_kw) <= cap + 1e-6
    assert max(tree.highest_a[0]) <= amps + 1e-6


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@pytest.mark.parametrize("pilots", [STEPS_1_A, STEPS_8_A])
def test_every_strategy_works_in_steps(name: str, pilots: tuple[float, ...]) -> None:
    posts = [Station(f"p{n}", Current.AC, 22, 2, 22, pilots_a=pilots) for n in range(2)]
    s = parked(4, 12.0, 11.0, 600)
    for limits in ((), [PhaseLimit("site", (30.0,) * 3, frozenset({"p0", "p1"}))]):
        service = simulate(s, posts, 20.0, name, phase_limits=limits)
        assert service.load_kw.max() <= 20 + 1e-9
        assert service.energy_pct == pytest.approx(100)


def test_below_six_amperes_nobody_charges() -> None:
    post = [Station("p", Current.AC, 22, 1, 22, phases="A", pilots_a=STEPS_1_A)]
    s = parked(1, 5.0, 7.4)
    assert simulate(s, post, 1.3, "first_come").energy_pct == 0  # 5.65 A
    assert simulate(s, post, 1.4, "first_come").load_kw.max() == pytest.approx(1.38)  # 6 A
    old = [Station("p", Current.AC, 22, 1, 22, phases="A", pilots_a=STEPS_8_A)]
    assert simulate(s, old, 3.5, "first_come").load_kw.max() == pytest.approx(1.84)  # 8 A


def test_shared_post_keeps_its_power_in_steps() -> None:
    post = [Station("p", Current.AC, 22, 2, 22, pilots_a=STEPS_1_A)]
    record = run(parked(2, 40.0, 22.0), post, None, STRATEGIES["equal_share"], 15)
    assert record.highest_kw <= 22
    assert record.highest_kw == pytest.approx(31 * 0.69)  # 16 A and 15 A, three-phase


def test_one_cabinet_of_150_kw_feeds_two_outlets() -> None:
    cabinet = [Station("c", Current.DC, 150.0, 2, 150.0, 0.95)]
    one = np.ones(2)
    s = Sessions(
        np.array([0.0, 30.0]), 120 * one, np.array([150.0, 75.0]), 0 * one, 150 * one,
        np.zeros(2, np.int64), ("g",), 1,
    )  # fmt: skip
    service = simulate(s, cabinet, None, "first_come", step_min=15)
    assert service.load_kw.max() == pytest.approx(150 / 0.95)
    assert service.energy_pct == pytest.approx(100)
    assert service.load_kw[:8] * 0.95 == pytest.approx([150] * 6 + [0] * 2)
