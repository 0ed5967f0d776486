"""Allocation of single-phase loads against brute force and known sums."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.wiring.phases import (
    Outlet,
    allocate,
    neutral_a,
    rotate,
    share_current,
    unbalance_pct,
)


def brute_force(kvas):
    return min(
        max(sum(k for k, p in zip(kvas, phases, strict=True) if p == i) for i in range(3))
        for phases in itertools.product(range(3), repeat=len(kvas))
    )


@given(st.lists(st.sampled_from([3.7, 4.6, 7.4, 11.0]), min_size=1, max_size=7))
def test_fullest_phase_is_close_to_the_best_possible(kvas):
    found = allocate([Outlet(f"o{i}", k) for i, k in enumerate(kvas)])
    assert sum(found.kva) == pytest.approx(sum(kvas))
    assert brute_force(kvas) - 1e-9 <= found.worst_kva <= 4 / 3 * brute_force(kvas) + 1e-9


@pytest.mark.parametrize("count", [3, 6, 9, 30])
def test_equal_outlets_balance_exactly(count):
    found = allocate([Outlet(f"o{i}", 7.4) for i in range(count)])
    assert found.unbalance_kva == pytest.approx(0)


def test_base_load_and_pins_are_respected():
    found = allocate([Outlet("a", 4.6, "L1"), Outlet("b", 4.6)], (0.0, 10.0, 0.0))
    assert found.phase == {"a": "L1", "b": "L3"}


def test_neutral_carries_the_difference():
    assert neutral_a((32, 32, 32)) == pytest.approx(0, abs=1e-9)
    assert neutral_a((32, 0, 0)) == pytest.approx(32)
    assert neutral_a((32, 32, 0)) == pytest.approx(32)
    assert neutral_a((30, 20, 10)) == pytest.approx(math.sqrt(300))


def test_unbalance_of_one_phase_is_total():
    assert unbalance_pct((32, 32, 32)) == pytest.approx(0, abs=1e-9)
    assert unbalance_pct((32, 0, 0)) == pytest.approx(100)


def test_terminals_rotate():
    assert [t[0] for t in rotate(["a", "b", "c", "d"]).values()] == ["L1", "L2", "L3", "L1"]


@pytest.mark.parametrize(
    ("cars", "switch_a", "share"),
    [(2, 15, (3, 16.0)), (3, 15, (1, 32.0)), (3, 10, (3, 32 / 3))],
)
def test_ev_14_three_to_one_balancing(cars, switch_a, share):
    found = share_current(32, cars, switch_a)
    assert (found.phases, found.current_a) == pytest.approx(share)
