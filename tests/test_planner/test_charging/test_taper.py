"""Cars whose DC power falls as they fill, through the event loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charging.optimise import LOWEST_PEAK, optimise
from planner.charging.phases import PhaseLimit
from planner.charging.run import Record, run
from planner.charging.station import Station
from planner.charging.storage import Bank
from planner.charging.strategies import STRATEGIES
from planner.demand.describe import describe
from planner.demand.taper import dc_mean_kw, taper
from planner.model.charger import Current
from planner.model.demand import Sessions
from planner.model.storage import Battery

Row = tuple[float, float, float, float, float, float]


def cars(rows: list[Row], *, leaves: bool = False, days: int = 1) -> Sessions:
    """Arrival and stay in min, kWh, battery kWh, state of charge, DC kW."""
    a = np.array(sorted(rows), float).reshape(-1, 6)
    n = len(a)
    return Sessions(
        a[:, 0], a[:, 0] + a[:, 1], a[:, 2], np.zeros(n), a[:, 5], np.zeros(n, np.int64), ("g",),
        days, np.full(n, leaves), a[:, 3], a[:, 4],
    )  # fmt: skip


def cabinet(power_kw: float, outlets: int = 1, efficiency: float = 1.0) -> Station:
    return Station("c", Current.DC, power_kw, outlets, power_kw, efficiency)


ALONE: Row = (0.0, 120.0, 48.0, 60.0, 0.1, 120.0)


def test_a_lone_car_leaves_when_its_curve_says() -> None:
    s = cars([ALONE], leaves=True)
    record = run(s, [cabinet(150)], None, None, 1)
    assert record.energy_kwh[0] == pytest.approx(48)
    assert record.left_min[0] == pytest.approx(60 * 48 / dc_mean_kw(s)[0], abs=1e-3)
    assert record.highest_kw == pytest.approx(120)


def test_the_load_follows_the_curve_minute_by_minute() -> None:
    record = run(cars([ALONE], leaves=True), [cabinet(150)], None, None, 1)
    load = record.load_kw[: int(record.left_min[0])]
    soc = 0.1 + np.concatenate(([0.0], np.cumsum(load)))[:-1] / 60 / 60
    curve = 120 * np.interp(soc, *taper())
    assert (np.abs(load - curve) < 0.11 * 120).all()  # parts of 10 % of the battery
    assert (np.diff(load) <= 1e-9).all()
    assert load[-1] < 0.5 * load[0]


def test_a_small_outlet_hides_the_taper() -> None:
    record = run(cars([(0, 200, 30, 60, 0.1, 120)]), [cabinet(40)], None, None, 1)
    assert record.load_kw[:44] == pytest.approx(40)


def test_two_cars_in_one_cabinet_share_what_the_first_leaves() -> None:
    late = (30.0, 120.0, 30.0, 60.0, 0.1, 120.0)
    record = run(cars([ALONE, late], leaves=True), [cabinet(150, 2)], None, None, 1)
    alone = run(cars([late], leaves=True), [cabinet(150)], None, None, 1)
    assert record.load_kw.max() <= 150 + 1e-9
    assert record.energy_kwh == pytest.approx([48, 30])
    assert record.left_min[1] > alone.left_min[0]
    # The first one takes ever less, so the second gets more than half of the cabinet.
    assert record.left_min[1] - 30 < 60 * 30 / 75


def test_an_efficiency_is_counted_at_the_supply() -> None:
    s = cars([ALONE], leaves=True)
    record = run(s, [cabinet(150, efficiency=0.9)], None, None, 1)
    assert record.load_kw.sum() / 60 == pytest.approx(48 / 0.9)
    assert record.highest_kw == pytest.approx(120 / 0.9)
    assert record.left_min[0] == pytest.approx(60 * 48 / dc_mean_kw(s)[0], abs=1e-3)


def test_spread_over_the_stay_still_gives_all() -> None:
    """0.1 to 0.95 in two hours: the end is slow, so before it the pace is above the mean."""
    s = cars([(0, 120, 51, 60, 0.1, 60.0)])
    record = run(s, [cabinet(150)], [200.0], STRATEGIES["spread"], 5)
    assert record.energy_kwh[0] == pytest.approx(51, abs=1e-3)
    assert record.highest_kw > 51 / 2


def test_the_unmanaged_load_of_a_demand_is_that_of_the_simulation() -> None:
    s = cars([ALONE, (200.0, 60.0, 25.0, 60.0, 0.5, 150.0)], leaves=True)
    record = run(s, [cabinet(400, 1), cabinet(400, 1)], None, None, 5)
    assert describe(s).unmanaged_kw == pytest.approx(record.load_kw, abs=1e-3)


def test_the_peak_of_a_fast_site_is_higher_than_mean_powers_say() -> None:
    rows = [(2.0 * n, 90.0, 45.0, 60.0, 0.15, 150.0) for n in range(4)]
    s = cars([(a, *rest) for a, *rest in rows], leaves=True)  # type: ignore[misc]
    outlets = [Station(f"c{n}", Current.DC, 150, 1, 150) for n in range(4)]
    peak = run(s, outlets, None, None, 5).load_kw.max()
    assert peak > 1.2 * 4 * dc_mean_kw(s, 150)[0]


def test_a_plan_with_hindsight_counts_the_mean_power() -> None:
    s = cars([ALONE], leaves=True)
    record = optimise(s, [cabinet(150)], None, LOWEST_PEAK, 5)
    assert record.energy_kwh[0] == pytest.approx(48)
    assert record.highest_kw == pytest.approx(dc_mean_kw(s)[0], rel=1e-3)


rows = st.tuples(
    st.floats(0, 300), st.floats(5, 300), st.floats(0.5, 60), st.floats(0, 90), st.floats(0, 1),
    st.sampled_from([30.0, 90.0, 150.0]),
)  # fmt: skip


@pytest.mark.parametrize("name", [None, *sorted(STRATEGIES)])
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    wishes=st.lists(rows, min_size=1, max_size=7),
    sites=st.lists(st.tuples(st.sampled_from([40.0, 120.0]), st.integers(1, 3)), min_size=1,
                   max_size=3),
    caps=st.lists(st.floats(0, 200), min_size=1, max_size=3),
    line_a=st.floats(20, 400),
    leaves=st.booleans(),
    extras=st.sampled_from(["", "lines", "battery"]),
)  # fmt: skip
def test_limits_energy_curve_and_repetition(  # type: ignore[no-untyped-def]
    name, wishes, sites, caps, line_a, leaves, extras
) -> None:
    s = cars(wishes, leaves=leaves)
    stations = [Station(f"c{n}", Current.DC, kw, k, kw, 0.95) for n, (kw, k) in enumerate(sites)]
    everyone = frozenset(x.id for x in stations)
    tree = [PhaseLimit("board", (line_a,) * 3, everyone)] if extras == "lines" else []

    def once() -> Record:
        bank = None
        if extras == "battery":
            bank = Bank([Battery("b", 30.0, 20.0, 20.0, 90.0, 50.0)], caps)
        top = [max(caps) + 20.0] if extras == "battery" else caps
        rule = STRATEGIES[name] if name else None
        return run(s, stations, top if name else None, rule, 15, phase_limits=tree, bank=bank)

    first, again = once(), once()
    assert first.energy_kwh.sum() / 0.95 == pytest.approx(first.load_kw.sum() / 4, abs=1e-6)
    assert (first.energy_kwh <= s.energy_kwh + 1e-9).all()
    if name:
        assert first.highest_kw <= max(caps) + 20.0 * (extras == "battery") + 1e-9
        assert first.over_kw <= 1e-9
    if name and tree:
        assert max(first.phase_a[0]) <= line_a + 1e-6
    here = ~np.isnan(first.plugged_min)
    outlet = np.array([x.outlet_kw for x in stations])[np.maximum(first.station, 0)]
    stay_h = (first.left_min - first.plugged_min)[here] / 60
    for car, hours in zip(np.flatnonzero(here), stay_h, strict=True):
        # Nobody gets more than the curve gives in the time at the plug.
        got, wish, battery = first.energy_kwh[car], s.energy_kwh[car], s.battery_kwh[car]
        start = min(s.soc[car], 1 - wish / battery) if battery >= wish else 0.0
        only = cars([(0, 1, got, battery * (battery >= wish), start, s.dc_kw[car])])
        most_kw = dc_mean_kw(only, float(outlet[car]))[0]
        part_kwh = 0.1 * battery
        assert got <= most_kw * hours + 0.06 * part_kwh + 1e-6
    assert np.array_equal(first.energy_kwh, again.energy_kwh)
    assert np.array_equal(first.load_kw, again.load_kw)
