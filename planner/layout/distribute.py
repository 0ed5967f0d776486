"""Which board feeds which charger, and which board feeds which board."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from grid.findings import Finding, Severity
from planner.layout.rates import CABLE_PER_A_M, PILLAR_PER_A, cable_per_m, current_a
from planner.model.charger import ChargerModel
from planner.model.design import Charger, DesignBoard
from planner.model.ids import BoardId, ChargerId, ModelId

Distance = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Feeds:
    """Board of every charger and upstream board of every new board."""

    charger: Mapping[ChargerId, BoardId] = field(default_factory=dict)
    board: Mapping[BoardId, BoardId] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def distribute(
    chargers: Mapping[ChargerId, Charger],
    boards: Mapping[BoardId, DesignBoard],
    origin: BoardId,
    origin_ways: int,
    catalogue: Mapping[ModelId, ChargerModel],
    distance: Distance,
    limit_a: float | None = None,
) -> Feeds:
    """Give every circuit a way where cable and feeder cost least.

    The spare ways of the intake feed the new boards first. Where they do not
    suffice for all of them, the board nearest to the intake feeds the others.
    No board carries more than `limit_a` [A] as long as another has room.
    """
    order = sorted(boards, key=lambda b: (distance(origin, b), b))
    via_hub = len(order) > origin_ways
    hub = order[0] if order else origin
    upstream = {b: hub if via_hub and b != hub else origin for b in order}
    places: list[BoardId] = [origin, *order]
    free = [origin_ways, *(boards[b].board.ways for b in order)]
    for board in order:
        free[places.index(upstream[board])] -= 1
    keys = sorted(chargers, key=lambda c: (len(c), c))
    runs = [[distance(b, c) for b in places] for c in keys]
    feeder = [distance(origin, b) for b in places]
    amps = [current_a(catalogue[chargers[c].model]) for c in keys]
    chosen = assign(run_costs(amps, runs, feeder, managed=limit_a is None), free, amps, limit_a)
    for index in chosen:
        free[index] -= 1
    feeds = {c: places[i] for c, i in zip(keys, chosen, strict=True)}
    return Feeds(feeds, upstream, _short(dict(zip(places, free, strict=True)), origin, origin_ways))


def run_costs(
    amps: Sequence[float],
    runs: Sequence[Sequence[float]],
    feeder: Sequence[float],
    *,
    managed: bool,
) -> list[list[float]]:
    """Cost of feeding each unit from each place; the first place is the intake.

    A unit on another board also makes that board and its feeder a little larger,
    unless a managed cap sets their size anyway.
    """
    grows = 0.0 if managed else 1.0
    return [
        [
            cable_per_m(a) * metres
            + (grows * a * (PILLAR_PER_A + CABLE_PER_A_M * ahead) if i else 0.0)
            for i, (metres, ahead) in enumerate(zip(row, feeder, strict=True))
        ]
        for a, row in zip(amps, runs, strict=True)
    ]


def assign(
    costs: Sequence[Sequence[float]],
    ways: Sequence[int],
    amps: Sequence[float],
    limit_a: float | None,
) -> list[int]:
    """Choose a place for every unit: the cheapest one, then relieve the crowded ones.

    A place is crowded with more units than ways, and a board (any place but the
    first, the intake) also with more load than `limit_a` [A]. Of the units there
    the one that loses least moves on. What fits nowhere stays where it is.
    """
    chosen = [min(range(len(row)), key=row.__getitem__) for row in costs]
    free = list(ways)
    load = [0.0] * len(free)
    for place, a in zip(chosen, amps, strict=True):
        free[place] -= 1
        load[place] += a

    def too_much(place: int, more_a: float) -> bool:
        return limit_a is not None and place > 0 and load[place] + more_a > limit_a

    while True:
        moves = [
            (row[target] - row[chosen[unit]], unit, target)
            for unit, row in enumerate(costs)
            if free[chosen[unit]] < 0 or too_much(chosen[unit], 0.0)
            for target in range(len(free))
            if target != chosen[unit] and free[target] > 0 and not too_much(target, amps[unit])
        ]
        if not moves:
            return chosen
        _, unit, target = min(moves)
        free[chosen[unit]] += 1
        load[chosen[unit]] -= amps[unit]
        free[target] -= 1
        load[target] += amps[unit]
        chosen[unit] = target


def _short(free: Mapping[BoardId, int], origin: BoardId, origin_ways: int) -> tuple[Finding, ...]:
    """Name boards with more circuits than ways."""
    out = []
    for board, left in free.items():
        if left >= 0:
            continue
        ways = origin_ways if board == origin else 0
        out.append(
            Finding(
                "LAYOUT-WAYS",
                Severity.ERROR,
                board,
                f"Board {board}",
                f"{-left} more {'way is' if left == -1 else 'ways are'} needed than "
                "this board offers.",
                value=float(ways - left),
                limit=float(ways),
                unit="ways",
                fix="Extend the board, or add a feeder pillar.",
            )
        )
    return tuple(out)
