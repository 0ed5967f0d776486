"""Charging planned anew at every arrival: limits, energy, cost against live rules and bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.charging.replan as module
from planner.charging.optimise import LOWEST_PEAK, Tariff, optimise
from planner.charging.phases import PhaseLimit
from planner.charging.replan import replan
from planner.charging.run import Record, run
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.model.charger import Current
from planner.model.demand import Sessions

POST = Station("p", Current.AC, 11, 1, 11)
CABINET = Station("c", Current.DC, 60, 2, 60, 0.95)
LLF = STRATEGIES["least_laxity"]
LINES = ["ABC", "BCA", "CAB", "AB", "BC", "CA", "A", "B"]
stays = st.tuples(st.floats(0, 900), st.floats(5, 500), st.floats(0.1, 40))
prices = st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.5, -0.05]), min_size=1, max_size=40)
peaks = st.sampled_from([0.0, 0.3, 3.0])


def cars(*rows: tuple[float, float, float], days: int = 1) -> Sessions:
    """Rows of arrival min, stay min and kWh."""
    a = np.array(sorted(rows), float).reshape(-1, 3)
    kw, n = np.full(len(a), 11.0), len(a)
    return Sessions(
        a[:, 0], a[:, 0] + a[:, 1], a[:, 2], kw, 50 + 0 * kw, np.zeros(n, np.int64), ("g",), days
    )


def bill(record: Record, tariff: Tariff) -> float:
    """Cost by the tariff beside a constant load, the peak being that of any moment."""
    price = np.resize(tariff.per_kwh, len(record.load_kw))
    top = record.highest_kw + tariff.beside_kw[0]
    return float(record.load_kw @ price / 4 + tariff.per_kw_peak * top)


def posts(phases: list[str]) -> list[Station]:
    return [Station(f"p{n}", Current.AC, 22, 1, 22, 1.0, p) for n, p in enumerate(phases)]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    rows=st.lists(stays, min_size=1, max_size=9),
    phases=st.lists(st.sampled_from(LINES), min_size=1, max_size=6),
    levels=st.lists(
        st.tuples(st.floats(1, 60), st.booleans(), st.booleans()), max_size=3
    ),
    caps=st.lists(st.floats(0, 60), min_size=1, max_size=5),
    price=prices, peak=peaks,
)  # fmt: skip
def test_any_tree_of_limits_holds_at_every_moment(
    rows: list[tuple[float, float, float]],
    phases: list[str],
    levels: list[tuple[float, bool, bool]],
    caps: list[float],
    price: list[float],
    peak: float,
) -> None:
    s, site = cars(*rows, days=2), [*posts(phases), CABINET]
    tree = [
        PhaseLimit(f"l{n}", (a, a + 3, a), frozenset(p.id for p in site[: len(site) - n]), 230.0,
                   4.0 if delta else None, follows)
        for n, (a, delta, follows) in enumerate(levels)
    ]  # fmt: skip
    tariff = Tariff(tuple(price), peak, (3.0, 9.0))
    record = replan(s, site, caps, tariff, 15, phase_limits=tree)
    again = replan(s, site, caps, tariff, 15, phase_limits=tree)
    assert (record.load_kw <= np.resize(caps, len(record.load_kw)) + 1e-9).all()
    assert record.highest_kw <= max(caps) + 1e-9
    for limit, amps in zip(tree, record.phase_a, strict=True):
        most = np.array(limit.limit_a)
        if limit.follows_cap:
            most = np.minimum(most, max(caps) * 1000 / 690)
        assert (np.array(amps) <= most + 1e-6).all()
    supply = record.energy_kwh / np.where(record.station == len(phases), 0.95, 1.0)
    assert supply.sum() == pytest.approx(record.load_kw.sum() / 4, abs=1e-6)
    assert (record.energy_kwh <= s.energy_kwh + 1e-9).all()
    plugged = ~np.isnan(record.plugged_min)
    stay_h = (record.left_min - record.plugged_min)[plugged] / 60
    assert (record.energy_kwh[plugged] <= 50 * stay_h + 1e-9).all()
    assert np.array_equal(record.load_kw, again.load_kw)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.tuples(st.floats(5, 700), st.floats(0.1, 40)), min_size=1, max_size=6),
    price=prices, peak=peaks, cap=st.floats(5, 40),
)  # fmt: skip
def test_with_all_cars_there_the_plan_is_the_bound(
    rows: list[tuple[float, float]], price: list[float], peak: float, cap: float
) -> None:
    """Nobody comes later, so nothing is better known with hindsight, nor by least laxity."""
    s = cars(*((30.0, stay, kwh) for stay, kwh in rows))
    site = [Station(f"p{n}", Current.AC, 11, 1, 11) for n in range(len(rows))]
    tariff = Tariff(tuple(price), peak, (4.0,))
    record, bound = (f(s, site, [cap], tariff, 15) for f in (replan, optimise))
    wish = float(s.energy_kwh.sum())
    assert record.energy_kwh.sum() == pytest.approx(bound.energy_kwh.sum(), abs=1e-3)
    assert bill(record, tariff) <= bill(bound, tariff) + 1e-3 * wish * max(1.0, peak)
    for plan, kept in ((replan, record), (optimise, bound)):
        free = plan(s, site, None, tariff, 15)
        assert free.energy_kwh.sum() >= kept.energy_kwh.sum() - 1e-3
    live = run(s, site, [cap], LLF, 15)
    if min(record.energy_kwh.sum(), live.energy_kwh.sum()) > wish - 1e-6:
        assert bill(record, tariff) <= bill(live, tariff) + 1e-3 * wish


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rows=st.lists(stays, min_size=1, max_size=8), price=prices, peak=peaks, cap=st.floats(8, 60))
def test_hindsight_is_a_bound_and_a_wide_cap_makes_it_equal(
    rows: list[tuple[float, float, float]], price: list[float], peak: float, cap: float
) -> None:
    s = cars(*rows, days=2)
    site = [Station(f"p{n}", Current.AC, 11, 1, 11) for n in range(len(rows))]
    tariff = Tariff(tuple(price), peak)
    bound, live = optimise(s, site, [cap], tariff, 15), replan(s, site, [cap], tariff, 15)
    assert live.energy_kwh.sum() <= bound.energy_kwh.sum() + 1e-3
    if live.energy_kwh.sum() > s.energy_kwh.sum() - 1e-6:
        assert bill(live, tariff) >= bill(bound, tariff) - 1e-3
    only_price = Tariff(tuple(price))
    free, best = replan(s, site, None, only_price, 15), optimise(s, site, None, only_price, 15)
    assert bill(free, only_price) == pytest.approx(bill(best, only_price), abs=2e-3)
    at_once = run(s, site, None, LLF, 15)
    assert bill(free, only_price) <= bill(at_once, only_price) + 1e-6
    assert free.energy_kwh.sum() >= live.energy_kwh.sum() - 1e-3


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    rows=st.lists(stays, min_size=1, max_size=8), price=prices, peak=peaks,
    cap=st.floats(8, 40), line=st.floats(10, 60),
)  # fmt: skip
def test_laying_a_newcomer_in_is_as_good_as_the_program(
    rows: list[tuple[float, float, float]], price: list[float], peak: float, cap: float,
    line: float,
) -> None:  # fmt: skip
    """Wherever the quick way is taken, the program finds no cheaper plan for those there."""
    s = cars(*rows, days=2)
    site = posts(["ABC", "A", "B", "ABC", "C", "A", "BCA", "B"][: len(rows)])
    tree = [PhaseLimit("l", (line,) * 3, frozenset(p.id for p in site))]
    tariff = Tariff(tuple(price), peak, (2.0, 7.0))
    worth: list[tuple[float, float]] = []

    class Watched(module._Plan):
        def plug_in(self, new: module.Ints) -> None:
            super().plug_in(new)
            if len(self.cars):
                laid, quick = self.kw.copy(), self._worth()
                self._solve()
                worth.append((quick, self._worth()))
                self.kw = laid

        def _worth(self) -> float:
            hours, step = np.diff(self.edges) / 60, self._steps()
            site_kw = self.kw.sum(axis=0) + self.beside[step % len(self.beside)]
            top = max(self.top_kw, float(site_kw.max()))
            missing = float((self.left[self.cars] - self.kw @ hours).sum())
            cost = float(self.kw.sum(axis=0) * hours @ self.price[step % len(self.price)])
            return cost + self.tariff.per_kw_peak * top + 1000 * missing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_Plan", Watched)
        replan(s, site, [cap], tariff, 15, phase_limits=tree)
    assert worth
    assert all(quick <= solved + 2e-3 for quick, solved in worth)


def test_cheap_hours_are_taken_and_dear_ones_left() -> None:
    tariff = Tariff(tuple(0.30 if step < 20 else 0.10 for step in range(96)))
    record = replan(cars((0, 600, 22)), [POST], None, tariff, 15)
    assert record.load_kw[:20] == pytest.approx(0)
    assert record.load_kw[20:28] == pytest.approx(11)
    assert record.energy_kwh == pytest.approx([22])


def test_equal_prices_charge_at_once() -> None:
    record = replan(cars((0, 600, 22)), [POST], None, Tariff((0.2,)), 15)
    assert record.load_kw[:8] == pytest.approx(11)


def test_a_peak_once_drawn_costs_nothing_more() -> None:
    """The first car is spread over its stay; the second may draw as much as the first did."""
    s = cars((0, 240, 44), (300, 1000, 22), days=2)
    record = replan(s, [POST], None, LOWEST_PEAK, 15)
    assert record.load_kw[20:28] == pytest.approx(11)
    slow = replan(cars((0, 240, 22), (300, 1000, 11), days=2), [POST], None, LOWEST_PEAK, 15)
    assert slow.load_kw[:16] == pytest.approx(5.5, abs=1e-4)
    assert slow.load_kw.max() == pytest.approx(5.5, abs=1e-4)


def test_the_existing_load_counts_towards_the_peak() -> None:
    """Beside 10 kW in the first two hours and 2 kW after, 8 kW later raise no peak."""
    beside = tuple(10.0 if step < 8 else 2.0 for step in range(96))
    record = replan(cars((0, 240, 16)), [POST], None, Tariff((0.2,), 1.0, beside), 15)
    assert record.load_kw[:8] == pytest.approx(0, abs=1e-6)
    assert record.load_kw[8:16] == pytest.approx(8, abs=1e-6)


def test_later_arrivals_are_not_foreseen() -> None:
    """The first car waits for the cheap hour, which it then has to share."""
    tariff = Tariff(tuple(0.1 if step == 8 else 0.3 for step in range(96)))
    s = cars((0, 135, 2.5), (118, 20, 2.5))
    site = [Station(f"p{n}", Current.AC, 11, 1, 11) for n in range(2)]
    live, bound = replan(s, site, [11.0], tariff, 15), optimise(s, site, [11.0], tariff, 15)
    assert live.load_kw[:7] == pytest.approx(0, abs=1e-6)
    assert live.energy_kwh.sum() < bound.energy_kwh.sum() - 1


def test_names_and_tariff() -> None:
    s = cars((0, 600, 22))
    with pytest.raises(ValueError, match=r"cheapest_hours.*tariff"):
        simulate(s, [POST], None, "cheapest_hours")
    assert simulate(s, [POST], None, "shave_peak").peak_kw == pytest.approx(2.2, abs=1e-4)
