"""Every strategy, any tree of limits, with and without a battery: limits, energy, same again."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charging.phases import PhaseLimit
from planner.charging.run import Record, run
from planner.charging.station import Station
from planner.charging.storage import Bank
from planner.charging.strategies import STRATEGIES
from planner.charging.valley import fill_valleys
from planner.model.charger import Current
from planner.model.demand import Sessions
from planner.model.storage import Battery

LINES = ["ABC", "BCA", "CAB", "AB", "BC", "CA", "A", "B", "C"]
amperes = st.tuples(*[st.floats(1, 60)] * 3)
powers = st.sampled_from([3.7, 7.4, 11.0, 22.0])
visits = st.tuples(st.floats(0, 600), st.floats(5, 500), st.floats(0.1, 40), powers)


def posts(phases: list[str]) -> list[Station]:
    return [Station(f"p{n}", Current.AC, 22, 1, 22, 1.0, p) for n, p in enumerate(phases)]


def cars(rows: list[tuple[float, float, float, float]]) -> Sessions:
    a = np.array(sorted(rows), float).reshape(-1, 4)
    n = len(a)
    return Sessions(
        a[:, 0], a[:, 0] + a[:, 1], a[:, 2], a[:, 3], np.zeros(n), np.arange(n) % 3,
        ("fleet", "guest", "staff"), 2,
    )  # fmt: skip


def held(record: Record, tree: list[PhaseLimit], cap_kw: float) -> bool:
    third = cap_kw * 1000 / 690
    return record.highest_kw <= cap_kw + 1e-9 and all(
        h <= min(a, third if limit.follows_cap else math.inf) + 1e-6
        for limit, highest in zip(tree, record.phase_a, strict=True)
        for h, a in zip(highest, limit.limit_a, strict=True)
    )


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    rows=st.lists(visits, min_size=1, max_size=9),
    phases=st.lists(st.sampled_from(LINES), min_size=1, max_size=6),
    levels=st.lists(st.tuples(amperes, st.booleans()), max_size=3),
    caps=st.lists(st.floats(0, 60), min_size=1, max_size=4),
    stored=st.sampled_from([0.0, 15.0]),
)
def test_limits_energy_and_repetition(
    name: str,
    rows: list[tuple[float, float, float, float]],
    phases: list[str],
    levels: list[tuple[tuple[float, float, float], bool]],
    caps: list[float],
    stored: float,
) -> None:
    s, site = cars(rows), posts(phases)
    # A tree: the first level holds everyone, each next one fewer.
    tree = [
        PhaseLimit(f"l{n}", amps, frozenset(p.id for p in site[: len(site) - n]), follows_cap=f)
        for n, (amps, f) in enumerate(levels)
    ]

    def once() -> Record:
        bank = Bank([Battery("b", 2 * stored, 8.0, 8.0, 90.0, 50.0)], caps) if stored else None
        top = [max(caps) + 8.0] if stored else caps
        return run(s, site, top, STRATEGIES[name], 15, phase_limits=tree, bank=bank)

    first, again = once(), once()
    assert held(first, tree, max(caps) + (8.0 if stored else 0.0))
    assert first.over_kw <= 1e-9
    assert first.energy_kwh.sum() == pytest.approx(first.load_kw.sum() / 4, abs=1e-9)
    assert (first.energy_kwh <= s.energy_kwh + 1e-9).all()
    plugged = ~np.isnan(first.plugged_min)
    stay_h = (first.left_min - first.plugged_min)[plugged] / 60
    assert (first.energy_kwh[plugged] <= np.minimum(s.ac_kw, 22)[plugged] * stay_h + 1e-9).all()
    if first.bank is not None:
        assert (first.bank.net_kw <= np.resize(caps, len(first.bank.net_kw)) + 1e-9).all()
    assert np.array_equal(first.energy_kwh, again.energy_kwh)
    assert np.array_equal(first.load_kw, again.load_kw)


@pytest.mark.parametrize("name", [*sorted(STRATEGIES), "fill_valleys"])
def test_the_limits_of_these_tests_do_bind(name: str) -> None:
    """Six single-phase cars behind 20 A a line: the line is full and much of the wish is lost."""
    site = posts(["A", "A", "A", "B", "B", "C"])
    s = cars([(10.0 * n, 240.0, 20.0, 7.4) for n in range(6)])
    tree = [PhaseLimit("board", (20.0, 20.0, 20.0), frozenset(p.id for p in site))]
    if name == "fill_valleys":
        record = fill_valleys(s, site, [11.0], 15, phase_limits=tree)
    else:
        record = run(s, site, [11.0], STRATEGIES[name], 15, phase_limits=tree)
    assert held(record, tree, 11.0)
    assert max(record.phase_a[0]) > 19.9
    assert 20 < record.energy_kwh.sum() < 0.6 * s.energy_kwh.sum()
    assert record.load_kw.sum() / 4 == pytest.approx(record.energy_kwh.sum(), abs=1e-9)
