"""Terminal order of outlets: balanced on every board, kept where fixed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.wiring.rotation import ORDERS, Socket, first_phase, phase_sums, rotate_terminals

KVA = 7.36
BOARDS = st.lists(st.integers(0, 3), min_size=1, max_size=40)


def sockets(boards):
    return [Socket(str(i), f"P{b}", KVA) for i, b in enumerate(boards)]


@given(BOARDS)
def test_no_phase_of_board_or_site_has_two_outlets_more(boards):
    found = sockets(boards)
    labels = rotate_terminals(found)
    for board in {s.group for s in found}:
        kva = phase_sums([s for s in found if s.group == board], labels)
        assert max(kva) - min(kva) <= KVA + 1e-6
    assert sum(phase_sums(found, labels)) == pytest.approx(KVA * len(boards))


@given(st.lists(st.sampled_from([3.68, 4.6, 7.36]), min_size=1, max_size=6))
def test_one_board_is_close_to_the_best_possible(kvas):
    found = [Socket(str(i), "P", k) for i, k in enumerate(kvas)]
    best = min(
        max(sum(k for k, p in zip(kvas, phases, strict=True) if p == i) for i in range(3))
        for phases in itertools.product(range(3), repeat=len(kvas))
    )
    assert max(phase_sums(found, rotate_terminals(found))) <= 4 / 3 * best + 1e-6


def test_orders_turn_and_never_swap():
    assert ORDERS == ("L1-L2-L3", "L2-L3-L1", "L3-L1-L2")
    labels = rotate_terminals(sockets([0, 0, 0, 0]))
    assert list(labels.values()) == [*ORDERS, "L1-L2-L3"]


def test_fixed_labels_stay_and_single_lines_are_named_alone():
    found = [Socket("a", "P", 7.4, fixed="L3-L1-L2"), Socket("b", "P", 3.7, phases=1)]
    assert rotate_terminals(found) == {"a": "L3-L1-L2", "b": "L1"}
    assert first_phase("nonsense") is None
