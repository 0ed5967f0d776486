"""Say why each charger stands where it does."""

from __future__ import annotations

from collections.abc import Sequence

from planner.layout.build import MANY_UNITS, Draft
from planner.layout.choices import Choice, Pools, Unit
from planner.layout.evaluate import ROOM_NEEDED_M, Search, evaluate
from planner.layout.improve import promising
from planner.model.charger import Current
from planner.model.ids import ChargerId

ALTERNATIVES = 2
"""Other places priced for each charger."""


def give_reasons(
    search: Search,
    pools: Pools,
    draft: Draft,
    names: Sequence[ChargerId],
) -> dict[ChargerId, tuple[str, ...]]:
    """Reasons per charger: bays, shared trench, run to the intake, next best place."""
    edges_of = [_way(draft, u) for u in draft.units]
    out: dict[ChargerId, tuple[str, ...]] = {}
    for index, (name, unit) in enumerate(zip(names, draft.units, strict=True)):
        lines = [_bays(unit)]
        others = [
            (names[j], edges_of[index] & edges_of[j])
            for j in range(len(names))
            if j != index and edges_of[index] & edges_of[j]
        ]
        shared = set().union(*(common for _, common in others)) if others else set()
        metres = sum(search.metres[e] for e in shared)
        if metres >= 1:
            first = ", ".join(n for n, _ in others[:3])
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            lines.append(f"shares {metres:.0f} m of trench with {first}{more}")
        run = draft.cost.walk.metres.get(unit.choice.node, 0.0)
        lines.append(f"{run:.0f} m from the intake along the trench")
        model = search.catalogue[unit.model]
        if model.current is Current.DC:
            enough = unit.choice.room_m >= ROOM_NEEDED_M
            lines.append(
                "room for the cabinet behind the bay" if enough else "no room behind the bay"
            )
        if len(draft.units) <= MANY_UNITS:
            lines += _next_best(search, pools, draft, index)
        out[name] = tuple(lines)
    return out


def _way(draft: Draft, unit: Unit) -> set[int]:
    """Trench edges between a unit and the intake."""
    node, edges = unit.choice.node, set()
    while node in draft.cost.walk.parent:
        node, edge = draft.cost.walk.parent[node]
        edges.add(edge)
    return edges


def _bays(unit: Unit) -> str:
    """Bays served, in words."""
    bays = unit.choice.bays
    kind = "accessible bay" if unit.choice.accessible else "bay"
    word = kind if len(bays) == 1 else f"{kind}s"
    return f"serves {len(bays)} {word}: {', '.join(bays)}" if bays else "serves no bay yet"


def _next_best(search: Search, pools: Pools, draft: Draft, index: int) -> list[str]:
    """Price the most promising other place."""
    unit = draft.units[index]
    if unit.pinned:
        return ["pinned by you"]
    rest = [u for i, u in enumerate(draft.units) if i != index]
    best: tuple[float, Choice] | None = None
    for choice in promising(search, pools, unit, rest, draft.cost.walk)[:ALTERNATIVES]:
        trial = [*draft.units]
        trial[index] = Unit(unit.model, choice)
        extra = evaluate(search, trial, draft.boards).total - draft.cost.total
        if best is None or extra < best[0]:
            best = (extra, choice)
    if best is None:
        return ["no other free place"]
    where = " and ".join(best[1].bays)
    if best[0] < 0.5:
        return [f"next best place {where} costs about the same"]
    return [f"next best place {where} costs about {best[0]:,.0f} more in trench and cable"]
