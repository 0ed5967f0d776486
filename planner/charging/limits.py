"""The limits per phase of a design: the supply's third of the cap, and every feeder.

A cap in kW says nothing of single-phase cars that stand on one line: each line may
carry a third of it. A feeder may carry what its protective device is rated for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from grid.model import CircuitKind
from planner.charging.phases import PhaseLimit
from planner.charging.station import Station
from planner.model.design import Design


def supply_limit(stations: Sequence[Station], neutral_v: float = 230.0) -> PhaseLimit:
    """Return the limit that gives every line a third of the moment's cap."""
    everyone = frozenset(s.id for s in stations)
    return PhaseLimit("supply", (math.inf,) * 3, everyone, neutral_v, follows_cap=True)


def design_limits(
    design: Design, stations: Sequence[Station], neutral_v: float = 230.0
) -> tuple[PhaseLimit, ...]:
    """Return the limits of supply and feeders, in A per line.

    Parameters
    ----------
    design
        Feeders run from board to board; chargers hang on final circuits.
    stations
        Those of the design's chargers; their ids are the chargers'.
    neutral_v
        Line to neutral in V.
    """
    if not stations:
        return ()
    feeds: dict[str, list[str]] = {}
    for circuit in design.circuits.values():
        demand = circuit.sized.demand
        feeds.setdefault(demand.from_id, []).append(demand.to_id)
    known = {s.id for s in stations}
    limits = [supply_limit(stations, neutral_v)]
    for key, circuit in sorted(design.circuits.items()):
        sized = circuit.sized
        if sized.demand.kind is not CircuitKind.FEEDER:
            continue
        behind = frozenset(_behind(sized.demand.to_id, feeds)) & known
        if behind:
            limits.append(PhaseLimit(key, (sized.device.in_a,) * 3, behind, neutral_v))
    return tuple(limits)


def _behind(board: str, feeds: dict[str, list[str]]) -> set[str]:
    """Return everything that hangs on a board."""
    found: set[str] = set()
    waiting = [board]
    while waiting:
        for end in feeds.get(waiting.pop(), ()):
            if end not in found:
                found.add(end)
                waiting.append(end)
    return found
