"""Cars whose visits are known: a weekly rota, or sessions that were recorded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.demand.draw import Cars
from planner.demand.fitting import draw_days, fit
from planner.model.demand import ROTA, DemandInput, Sessions, Visit

WEEK_MIN = 7 * 1440.0


def cars_of_visits(
    item: DemandInput, growth: float, horizon_days: int, rng: np.random.Generator
) -> Cars:
    """Return the cars of a group with visits over the horizon.

    A rota repeats week by week as it is. Recorded days are drawn anew, whole days
    of the same weekday with jitter. `growth` is a factor on the number of cars:
    the whole part repeats all visits, the rest takes each with that chance.
    """
    week = sessions_of_visits(item.visits, horizon_days)
    if item.archetype != ROTA:
        drawn = draw_days(fit(week), horizon_days, int(rng.integers(2**31)))
        return _cars(drawn, _grown(len(drawn), growth, rng))
    chosen = _grown(len(week), growth, rng)
    weeks = -(-horizon_days // 7)
    shift = np.repeat(WEEK_MIN * np.arange(weeks), len(chosen))
    index = np.tile(chosen, weeks)
    here = week.arrive_min[index] + shift < 1440.0 * horizon_days
    return _cars(week, index[here], shift[here])


def sessions_of_visits(visits: tuple[Visit, ...], horizon_days: int) -> Sessions:
    """Return visits as sessions in order of arrival."""
    columns = [
        (v.arrive_min, v.depart_min, v.energy_kwh, v.ac_kw, v.dc_kw, v.battery_kwh, v.soc)
        for v in visits
    ]
    rows = np.array(columns).reshape(-1, 7)
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return Sessions(
        rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4],
        np.zeros(len(rows), np.int64), ("visits",), horizon_days,
        battery_kwh=rows[:, 5], soc=rows[:, 6],
    )  # fmt: skip


def visits_of_sessions(sessions: Sessions) -> tuple[Visit, ...]:
    """Return sessions as visits that a project keeps, to the tenth of a minute."""
    columns = (sessions.arrive_min, sessions.depart_min, sessions.energy_kwh)
    rows = zip(
        *(np.round(c, 1 if n < 2 else 3).tolist() for n, c in enumerate(columns)),
        sessions.ac_kw.tolist(), sessions.dc_kw.tolist(),
        strict=True,
    )  # fmt: skip
    return tuple(Visit(*row) for row in rows)


def notes_of_visits(item: DemandInput) -> list[str]:
    """Say where the cars of a group come from."""
    if item.archetype == ROTA:
        from planner.inputs.workbooks.rota_rows import taken_for_granted

        vehicles = len({v.vehicle for v in item.visits})
        named = "1 vehicle" if vehicles == 1 else f"{vehicles:,} vehicles"
        told = f"Fleet rota: {named} with {len(item.visits):,} stays a week."
        return [told, *taken_for_granted(item.rota)]
    return [
        f"Recorded sessions: new days are drawn from {len(item.visits)} recorded ones, whole "
        "days of the same weekday with some jitter."
    ]


def _grown(cars: int, growth: float, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return which of some cars come, each as often as growth says."""
    return np.repeat(np.arange(cars), np.floor(growth + rng.random(cars)).astype(np.int64))


def _cars(
    s: Sessions, index: npt.NDArray[np.int64], shift_min: npt.NDArray[np.float64] | float = 0.0
) -> Cars:
    """Return sessions of visits as cars."""
    assert s.battery_kwh is not None
    assert s.soc is not None
    return Cars(
        s.arrive_min[index] + shift_min, (s.depart_min - s.arrive_min)[index],
        s.energy_kwh[index], s.ac_kw[index], s.dc_kw[index], s.battery_kwh[index], s.soc[index], 0,
    )  # fmt: skip
