"""Which board feeds which charger, and which board feeds which board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grid.findings import Finding, Severity
from planner.model.charger import ChargerModel, Current
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
) -> Feeds:
    """Give every circuit a way, large units and short cables first.

    The spare ways of the intake feed the new boards first and then the largest
    units. Where they do not suffice for all new boards, the board nearest to the
    intake feeds the others.
    """
    order = sorted(boards, key=lambda b: (distance(origin, b), b))
    upstream: dict[BoardId, BoardId] = {}
    free: dict[BoardId, int] = {b: boards[b].board.ways for b in order}
    free[origin] = origin_ways
    hub = order[0] if order else origin
    big = any(catalogue[c.model].current is Current.DC for c in chargers.values())
    via_hub = len(order) > origin_ways or (big and len(order) == origin_ways and len(order) > 1)
    for board in order:
        upstream[board] = hub if via_hub and board != hub else origin
        free[upstream[board]] -= 1
    feeds: dict[ChargerId, BoardId] = {}
    for key in sorted(chargers, key=lambda c: _rank(chargers[c], c, catalogue)):
        model = catalogue[chargers[key].model]
        open_boards = [b for b, ways in free.items() if ways > 0]
        direct = model.current is Current.DC or not order
        offers = [b for b in open_boards if direct or b != origin] or open_boards
        if direct and origin in offers:
            choice = origin
        else:
            choice = min(offers or [hub], key=lambda b: (distance(b, key), b))
        feeds[key] = choice
        free[choice] -= 1
    return Feeds(feeds, upstream, _short(free, origin, origin_ways))


def _rank(
    charger: Charger, key: ChargerId, catalogue: Mapping[ModelId, ChargerModel]
) -> tuple[float, int, str]:
    """Large units first, then in order of their ids."""
    return -catalogue[charger.model].power_kw, len(key), key


def _short(free: Mapping[BoardId, int], origin: BoardId, origin_ways: int) -> tuple[Finding, ...]:
    """Name boards with more circuits than ways."""
    out = []
    for board, left in free.items():
        if left >= 0:
            continue
        is_origin = board == origin
        out.append(
            Finding(
                "LAYOUT-WAYS",
                Severity.ERROR if not is_origin or origin_ways else Severity.WARNING,
                board,
                f"Board {board}",
                f"{-left} more ways are needed than this board offers.",
                value=float((origin_ways if is_origin else 0) - left),
                limit=float(origin_ways if is_origin else 0),
                unit="ways",
                fix="Extend the board, or add a feeder pillar.",
            )
        )
    return tuple(out)
