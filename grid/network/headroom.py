"""How much power fits at a place before something binds.

A charger of growing power is put at the end of an existing or new circuit, on
top of the loads of many moments, until the first limit is reached. All places
are searched together: one dense matrix product serves every place at every
moment (the fixed point of `year`), and the power is bracketed until it is
known to `TOLERANCE`.

Which moments: with constant-power loads on a radial network without
capacitance every current and every drop grows with each load and is convex in
them: a moment whose loads are all smaller than another's, or than a mixture of
others, cannot bind first. The heaviest of the moments left are searched, the
answers tried at all others, and searched again where they break a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from grid.model import Network
from grid.network.tapped import OVERLOADED, ROUGHLY_PU, Bounds, Tap, Tapped, Trial, open_network
from grid.network.year import Loads, SharedLoads

Reals = npt.NDArray[np.float64]

TOLERANCE = 1e-3
"""Bracket of the answer as a share of it; both ends are solved power flows."""
LEAST_KW = 0.05
"""Powers below this count as none."""
FIRST_MOMENTS = 3
"""Moments searched together; the answers are then tried at the others."""
MOST_DIRECTIONS = 4
"""Up to so many loads that vary on their own the corners of a year are looked for."""
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Room:
    """The most power that fits at a tap, in kW drawn from the supply.

    `kind` and `element` name what binds, `value` is what it carries at `max_kw`
    and `limit` what it may, in `unit`; `moment` is the row of the loads at which
    it binds. `max_kw` is 0 where a limit is not kept even without the load.
    """

    tap: str
    max_kw: float
    kind: str
    element: str
    value: float
    limit: float
    unit: str
    moment: int


@dataclass(frozen=True, slots=True)
class Headroom:
    """Rooms in the order of the taps, and how they were found.

    `moments` are the rows of the loads with which all answers were tried, `front`
    how many rows no other exceeds: answers at each limit were tried with all of them.
    """

    rooms: tuple[Room, ...]
    moments: tuple[int, ...] = ()
    front: int = 0
    power_flows: int = field(default=0, compare=False)


def headroom(network: Network, loads: Loads, taps: Sequence[Tap], bounds: Bounds) -> Headroom:
    """Find the largest power at every tap, one tap at a time on top of the loads.

    Parameters
    ----------
    network
        Radial network; its circuits keep the lesser of I_z and the device's
        rating, its boards their rating at the incoming side.
    loads
        kW and kvar by moment and node, such as a year.
    taps
        Places; each is searched alone, the others stay as they are.
    bounds
        Limits of the intake and of the voltage.

    Returns
    -------
    Headroom
        `max_kw` of every tap is the lower end of a bracket no wider than 0.1 %
        (or 0.05 kW): at it all limits are kept at all moments, at the upper end
        one is not. Where no voltage exists for the load that counts as a limit.

    Notes
    -----
    Balanced power flow, conductors at operating temperature, loads of constant
    power, upstream network at nominal voltage: the equations of `powerflow`.
    """
    if not taps:
        return Headroom(())
    site = open_network(network, bounds)
    front = worst_moments(loads)
    corners = _corners(loads, front)
    study = _Study(site, loads, tuple(taps))
    rooms = _search(study, range(len(taps)), corners[:FIRST_MOMENTS])
    for part in _parts(corners[FIRST_MOMENTS:]):
        _lower(study, rooms, part)
    # What the corners promise is tried out where each limit binds hardest.
    others = front[~np.isin(front, corners)]
    if any(len(_broken(study, rooms, part, _samples(rooms))) for part in _parts(others)):
        for part in _parts(others):
            _lower(study, rooms, part)
    return Headroom(tuple(rooms.values()), tuple(corners.tolist()), len(front), study.solved)


def worst_moments(loads: Loads) -> npt.NDArray[np.int64]:
    """Return the moments that no other exceeds in every load, the heaviest first.

    Loads that move in step count once, so a year in which all chargers share
    one total has few such moments.
    """
    columns = _directions(loads)
    order = np.argsort(-columns.sum(axis=1), kind="stable")
    ranked = columns[order]
    # Equal moments and most dominated ones fall against the few heaviest at once.
    alive = np.ones(len(ranked), dtype=bool)
    front: list[int] = []
    at = 0
    while at < len(ranked):
        if alive[at]:
            front.append(int(order[at]))
            alive[at + 1 :] &= ~(ranked[at + 1 :] <= ranked[at] + 1e-9).all(axis=1)
        following = np.flatnonzero(alive[at + 1 :])
        if not len(following):
            break
        at += 1 + int(following[0])
    return np.array(front or [0], dtype=np.int64)


def _directions(loads: Loads) -> Reals:
    """Return the loads that vary on their own by moment; what is no number counts as none."""
    if isinstance(loads, SharedLoads) and (loads.share >= 0).all():
        return _distinct(np.nan_to_num(loads.series_kw))
    kw, kvar = loads.part(slice(None))
    return _distinct(np.nan_to_num(np.column_stack([kw, kvar])))


def _distinct(columns: Reals) -> Reals:
    """Drop columns that are a positive multiple of another one, and empty ones."""
    peak = np.abs(columns).max(axis=0, initial=0.0)
    columns = columns[:, peak > 0] / peak[peak > 0]
    kept: list[Reals] = []
    for column in columns.T:
        if not any(np.abs(column - other).max() <= 1e-9 for other in kept):
            kept.append(column)
    return np.column_stack(kept) if kept else np.zeros((len(columns), 1))


def _corners(loads: Loads, front: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return those of the front that are no mixture of others, the heaviest first.

    Currents and drops are convex in the loads, so a mixture of moments uses no
    limit more than the worst of them.
    """
    from scipy.spatial import ConvexHull, QhullError

    points = _directions(loads)[front]
    if points.shape[1] > MOST_DIRECTIONS or len(front) <= points.shape[1] + 1:
        return front
    try:
        hull = ConvexHull(points)
    except QhullError:  # all in one plane
        return front
    # Faces that look down in every direction have nothing to say.
    upper = hull.simplices[(hull.equations[:, :-1] > 0).any(axis=1)]
    return np.asarray(front[np.unique(upper)])


@dataclass(slots=True)
class _Study:
    """What every step of the search needs; `solved` counts power flows."""

    site: Tapped
    loads: Loads
    taps: tuple[Tap, ...]
    solved: int = 0


def _parts(moments: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    return [moments[n : n + FIRST_MOMENTS] for n in range(0, len(moments), FIRST_MOMENTS)]


def _lower(study: _Study, rooms: dict[int, Room], moments: npt.NDArray[np.int64]) -> None:
    """Search the taps again whose answers break a limit at further moments."""
    rooms.update(_search(study, _broken(study, rooms, moments, list(rooms)), moments))


def _broken(
    study: _Study, rooms: Mapping[int, Room], moments: npt.NDArray[np.int64], tried: Sequence[int]
) -> list[int]:
    """Return the taps whose answers break a limit at some moments."""
    rows = [n for n in tried if rooms[n].max_kw > 0]
    if not rows or not len(moments):
        return []
    kw = np.array([rooms[n].max_kw for n in rows])
    trial = Trial(study.site, study.loads, [study.taps[n] for n in rows], moments)
    study.solved += len(rows) * len(moments)
    worst = trial.shares(kw, np.arange(len(rows))).max(axis=(1, 2))
    return [n for n, share in zip(rows, worst.tolist(), strict=True) if share > 1.0 + 1e-9]


def _samples(rooms: Mapping[int, Room]) -> list[int]:
    """Return the first taps of every limit that binds, and with them the tightest."""
    found: dict[tuple[str, str], list[int]] = {}
    for n, room in sorted(rooms.items(), key=lambda item: item[1].max_kw):
        own = room.element == room.tap
        found.setdefault((room.kind, "" if own else room.element), []).append(n)
    return sorted({n for rows in found.values() for n in (rows[0], rows[-1])})


def _search(study: _Study, rows: Sequence[int], moments: npt.NDArray[np.int64]) -> dict[int, Room]:
    """Bracket some taps at some moments, all together."""
    taps = [study.taps[n] for n in rows]
    if not taps:
        return {}
    trial = Trial(study.site, study.loads, taps, moments)
    every = np.arange(len(taps))
    low, high = np.zeros(len(taps)), trial.ceiling_kw()
    before_kw, before = low.copy(), trial.shares(low, every, ROUGHLY_PU)
    no_room = before.max(axis=(1, 2)) > 1.0
    high[no_room] = 0.0
    # A first small load shows how fast each limit is approached.
    guess = np.where(no_room, 0.0, np.minimum(high / 2, 10.0))
    for turn in range(MOST_ROUNDS):
        open_ = np.flatnonzero(high - low > _width(low))
        if not len(open_):
            break
        kw = guess[open_]
        now = trial.shares(kw, open_, ROUGHLY_PU)
        study.solved += now.shape[0] * now.shape[1]
        fits = now.max(axis=(1, 2)) <= 1.0
        low[open_[fits]], high[open_[~fits]] = kw[fits], kw[~fits]
        reach = _reach(before_kw[open_], before[open_], kw, now)
        solved = now.max(axis=(1, 2)) < OVERLOADED
        before_kw[open_[solved]], before[open_[solved]] = kw[solved], now[solved]
        reach[~solved] = np.nan
        guess[open_] = _next(reach, low[open_], high[open_], turn)
    trial.shares(low, every)
    study.solved += 2 * len(taps) * len(moments)
    return {
        n: _room(study.site, taps[k], float(low[k]), trial, k, moments) for k, n in enumerate(rows)
    }


def _width(low: Reals) -> Reals:
    return np.maximum(TOLERANCE * low, LEAST_KW)


def _reach(old_kw: Reals, old: Reals, kw: Reals, now: Reals) -> Reals:
    """Extrapolate every limit's use to 1 and return the nearest power at which one gets there."""
    step = (kw - old_kw)[:, None, None]
    with np.errstate(all="ignore"):
        slope = (now - old) / step
        at = kw[:, None, None] + (1.0 - now) / slope
    at = np.where(np.isfinite(at) & (slope > 0), at, np.inf)
    return np.asarray(at.min(axis=(1, 2)))


def _next(reach: Reals, low: Reals, high: Reals, turn: int) -> Reals:
    """Choose the next power: just beside the extrapolated one, within the bracket.

    Beside it, on the open side, so that two exact guesses close the bracket; every
    few rounds the middle, so that a bad extrapolation cannot hold the search up.
    """
    middle = (low + high) / 2
    if turn % 5 == 4:
        return middle
    margin = 0.4 * _width(low)
    below = reach - margin > low + margin / 4
    guess = np.where(below, reach - margin, reach + margin)
    guess = np.where(np.isfinite(guess), guess, middle)
    inside = (guess > low) & (guess < high)
    return np.where(inside, guess, np.where(guess <= low, np.minimum(low + margin, middle), middle))


def _room(
    site: Tapped, tap: Tap, kw: float, trial: Trial, row: int, moments: npt.NDArray[np.int64]
) -> Room:
    """Name what binds at the answer of one tap."""
    use = trial.use[row]
    moment, column = np.unravel_index(int(np.nanargmax(use)), use.shape)
    limit = site.limit(int(column), tap)
    element = limit.element or trial.lowest_node(row, int(moment))
    value = limit.at(float(use[moment, column]))
    return Room(
        tap.id, kw, limit.kind, element, value, limit.value, limit.unit, int(moments[moment])
    )
