"""How many loaded cables lie beside a circuit where its trench is fullest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grid.model import CircuitKind
from grid.trace import Trace, TraceInput
from planner.layout.routing import Routes
from planner.model.ids import CircuitId


@dataclass(frozen=True, slots=True)
class Group:
    """Cables that count for derating where most do, and all that lie there.

    The circuit itself counts once: sizing adds its own parallel cables.
    """

    counted: int
    present: int
    trench: str
    cap_a: float | None


def group_circuits(
    routes: Routes,
    ib_a: Mapping[CircuitId, float],
    parallel: Mapping[CircuitId, int],
    cap_a: float | None,
) -> dict[CircuitId, Group]:
    """Count the cables that heat each circuit at the worst place of its route.

    Grouping factors hold for cables that are loaded at the same time (IEC
    60364-5-52, B.52.2.1 and 523.5). All cables in the trench count, unless load
    management keeps the sum of all charging within `cap_a` [A]. Then circuits
    that start equally far down the tree of boards cannot carry more than the cap
    together, and of each such level only as many count as can be fully loaded at
    once, the smallest ones first, so that the number is the largest possible.
    """
    level = {c: feeders_ahead(routes, c) for c in ib_a}
    out = {}
    for key in ib_a:
        worst = Group(1, parallel.get(key, 1), "", cap_a)
        for name in routes.paths[key].trenches:
            inside = [c for c in routes.trenches[name].circuits if c in ib_a]
            present = sum(parallel.get(c, 1) for c in inside)
            if present <= worst.counted:
                continue
            counted = 1
            for step in {level[c] for c in inside}:
                others = [c for c in inside if level[c] == step and c != key]
                room = cap_a
                if room is not None and step == level[key]:
                    room = max(0.0, room - ib_a[key])
                counted += _loaded(others, ib_a, parallel, room)
            if counted > worst.counted or not worst.trench:
                worst = Group(counted, present, name, cap_a)
        out[key] = worst
    return out


def feeders_ahead(routes: Routes, key: CircuitId) -> int:
    """Count the feeders between a circuit and the intake."""
    ahead = {p.to_id: p.from_id for p in routes.paths.values() if p.kind is CircuitKind.FEEDER}
    node, count = routes.paths[key].from_id, 0
    while node in ahead:
        node, count = ahead[node], count + 1
    return count


def _loaded(
    circuits: Sequence[CircuitId],
    ib_a: Mapping[CircuitId, float],
    parallel: Mapping[CircuitId, int],
    room_a: float | None,
) -> int:
    """Count cables that can be fully loaded together within a limit.

    Taking the least current per cable first gives the largest number; the first
    circuit beyond it still counts, as it may be partly loaded.
    """
    total_a, cables = 0.0, 0
    for key in sorted(circuits, key=lambda c: (ib_a[c] / parallel.get(c, 1), c)):
        if room_a is not None and total_a >= room_a:
            break
        total_a += ib_a[key]
        cables += parallel.get(key, 1)
    return cables


def group_trace(group: Group) -> Trace:
    """Explain the number of circuits that count for the grouping factor."""
    inputs = [TraceInput("n_present", float(group.present), "", f"drawing, trench {group.trench}")]
    if group.cap_a is not None and group.counted < group.present:
        inputs.append(TraceInput("I_cap", group.cap_a, "A", "managed cap", assumed=True))
        rule = (
            "Cables loaded at the same time in the fullest trench; load management keeps "
            "each level of circuits within the cap (IEC 60364-5-52, 523.5)"
        )
    else:
        rule = "All cables in the fullest trench of the route (IEC 60364-5-52, 523.5)"
    return Trace("n_grouped", float(group.counted), "", rule, "", "", tuple(inputs))
