"""Put chargers on bays and boards on the plan.

A first design is built by marginal cost: each unit goes where it adds least
trench, cable and inconvenience to what is already there. This is repeated from
several starting rows and orders, the best designs are improved by moving single
units and boards, and every move is priced with the whole trench tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.findings import Finding
from planner.layout.attach import attach
from planner.layout.boards import board_counts, feeder_limit_a, make_board, ways_for
from planner.layout.build import Draft, build_drafts
from planner.layout.choices import Choice, Unit, list_choices, order_units
from planner.layout.evaluate import Search, evaluate, feed
from planner.layout.graph import Corridors
from planner.layout.improve import improve
from planner.layout.rates import cap_current_a, current_a
from planner.layout.reasons import give_reasons
from planner.layout.shortfalls import shortfalls
from planner.layout.steiner import Graph
from planner.model.charger import ChargerModel
from planner.model.design import Charger, DesignBoard
from planner.model.ids import BoardId, ChargerId, ModelId
from planner.model.scenario import Limits, Objective
from planner.model.site import Site

WALK_WEIGHT = {Objective.COST: 0.0, Objective.BALANCED: 5.0, Objective.FUTURE: 5.0}
"""What a metre between a post and the door is worth; a preference, not a price."""

SPARE_SHARE = {Objective.COST: 0.0, Objective.BALANCED: 0.0, Objective.FUTURE: 0.25}
"""Share of spare ways on new boards."""

STARTS = 3
"""Drafts that are improved."""

BESIDE_INTAKE_M = 6.0
"""A board this close to the intake is called a distribution board, not a pillar."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Chargers and new boards with reasons, and what could not be met."""

    chargers: Mapping[ChargerId, Charger]
    boards: Mapping[BoardId, DesignBoard]
    reasons: Mapping[ChargerId, tuple[str, ...]]
    findings: tuple[Finding, ...]


def place(  # noqa: PLR0913 - the options are by keyword
    site: Site,
    counts: Mapping[ModelId, int],
    corridors: Corridors,
    limits: Limits,
    objective: Objective,
    catalogue: Mapping[ModelId, ChargerModel],
    pinned: Mapping[ChargerId, Charger] | None = None,
    *,
    pinned_boards: Mapping[BoardId, DesignBoard] | None = None,
    managed_cap_kw: float | None = None,
    work: int = 7000,
    go_on: Callable[[], bool] = lambda: True,
) -> Placement:
    """Choose stands, bays and boards for a number of chargers of each model.

    Parameters
    ----------
    counts
        How many of which model, pinned ones included.
    pinned, pinned_boards
        What the user has fixed; it stays as it is.
    managed_cap_kw
        Limit that load management keeps; it bounds the rating of new boards.
    work
        Budget of the improvement: priced designs times their number of chargers.
    """
    kept = dict(pinned or {})
    kept_boards = dict(pinned_boards or {})
    points = {k: c.point for k, c in kept.items()} | {k: b.point for k, b in kept_boards.items()}
    corridors, nodes, findings = attach(corridors, points)
    search = _prepare(site, corridors, limits, objective, catalogue, managed_cap_kw, kept_boards)
    fixed_units = [_pinned_unit(site, key, charger, nodes[key]) for key, charger in kept.items()]
    models = _still_to_place(counts, kept, catalogue)
    pools = list_choices(corridors, site.bays)
    boards_tried = board_counts(
        [current_a(catalogue[m]) for m in [*(u.model for u in fixed_units), *models]],
        search.origin_ways,
        search.spare_share,
        search.limit_a,
    )
    fixed_spots = [(nodes[key], board.board.ways) for key, board in kept_boards.items()]
    drafts = build_drafts(search, pools, models, fixed_units, boards_tried, fixed_spots)
    starts = _different(drafts)[:STARTS]
    budget = max(40, work // max(1, len(starts[0].units)))
    tried = [improve(search, pools, d, budget // len(starts), go_on) for d in starts]
    best = _without_idle(search, min(tried, key=lambda d: d.rank))
    names = _names(best.units, kept)
    chargers = {
        name: kept[ChargerId(u.pinned)] if u.pinned else Charger(
            name, u.model, corridors.point(u.choice.node), u.choice.bays
        )
        for name, u in zip(names, best.units, strict=True)
    }  # fmt: skip
    boards = _design_boards(search, best, kept_boards)
    reasons = give_reasons(search, pools, best, names)
    order = sorted(chargers, key=lambda c: (len(c), c))
    return Placement(
        {k: chargers[k] for k in order},
        boards,
        {k: reasons[k] for k in order},
        findings + corridors.findings + shortfalls(best, search),
    )


def _prepare(
    site: Site,
    corridors: Corridors,
    limits: Limits,
    objective: Objective,
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None,
    kept_boards: Mapping[BoardId, DesignBoard],
) -> Search:
    """Collect what the search needs to know."""
    cap_a = None if cap_kw is None else cap_current_a(cap_kw)
    weights = [corridors.weight(e) for e in range(len(corridors.edges))]
    graph = Graph([(e.a, e.b) for e in corridors.edges], weights, corridors.adjacency)
    return Search(
        corridors,
        graph,
        corridors.lengths,
        corridors.duct_edges,
        max(corridors.trench_cost_per_m.values(), default=0.0),
        catalogue,
        spare_ways(site, corridors),
        _walks(site, corridors),
        WALK_WEIGHT[objective],
        max(0, min(limits.accessible_chargers, sum(b.accessible for b in site.bays.values()))),
        SPARE_SHARE[objective],
        cap_a,
        len(kept_boards),
        feeder_limit_a(cap_a),
    )


def spare_ways(site: Site, corridors: Corridors) -> int:
    """Spare ways of the intake board; none where no board is on the plan."""
    board = site.boards.get(corridors.origin)
    return board.board.spare_ways if board is not None else 0


def _walks(site: Site, corridors: Corridors) -> npt.NDArray[np.float64]:
    """Distance of every node from the nearest door, as the crow flies."""
    doors = [e.point for e in site.entrances if e.kind == "door"]
    nodes = corridors.nodes.reshape(-1, 2)
    if not doors:
        return np.zeros(len(nodes))
    gaps = [np.hypot(nodes[:, 0] - d.x, nodes[:, 1] - d.y) for d in doors]
    return np.asarray(np.min(gaps, axis=0), dtype=np.float64)


def _pinned_unit(site: Site, key: ChargerId, charger: Charger, node: int) -> Unit:
    """Make the unit of a charger that stays where the user put it."""
    accessible = any(site.bays[b].accessible for b in charger.bays if b in site.bays)
    choice = Choice(node, charger.bays, -1, 0.0, float("inf"), accessible)
    return Unit(charger.model, choice, key)


def _still_to_place(
    counts: Mapping[ModelId, int],
    kept: Mapping[ChargerId, Charger],
    catalogue: Mapping[ModelId, ChargerModel],
) -> list[ModelId]:
    """Units to place beside the pinned ones."""
    left = dict(counts)
    for charger in kept.values():
        if left.get(charger.model, 0) > 0:
            left[charger.model] -= 1
    return order_units(left, catalogue)


def _different(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts with different units or numbers of boards, best first."""
    seen: set[tuple[frozenset[Unit], int]] = set()
    out = []
    for draft in drafts:
        key = frozenset(draft.units), len(draft.boards)
        if key not in seen:
            seen.add(key)
            out.append(draft)
    return out


def _without_idle(search: Search, draft: Draft) -> Draft:
    """Drop boards that feed nothing."""
    while len(draft.boards) > search.fixed_boards:
        _, chosen, _ = feed(search, draft.units, draft.boards, draft.cost.walk)
        idle = [
            i for i in range(search.fixed_boards, len(draft.boards)) if i + 1 not in set(chosen)
        ]
        if not idle or len(draft.boards) > search.origin_ways:
            break
        boards = tuple(b for i, b in enumerate(draft.boards) if i != idle[0])
        cost = evaluate(search, draft.units, boards)
        draft = Draft(draft.units, boards, cost, draft.short)
    return draft


def _names(units: Sequence[Unit], kept: Mapping[ChargerId, Charger]) -> list[ChargerId]:
    """Ids C1, C2 ... along the rows; pinned chargers keep theirs."""
    free = (ChargerId(f"C{n}") for n in range(1, 10_000) if f"C{n}" not in kept)
    order = sorted(
        (i for i, u in enumerate(units) if not u.pinned),
        key=lambda i: (units[i].choice.row, units[i].choice.along_m, i),
    )
    given = dict(zip(order, free, strict=False))
    return [ChargerId(u.pinned) if u.pinned else given[i] for i, u in enumerate(units)]


def _design_boards(
    search: Search, draft: Draft, kept: Mapping[BoardId, DesignBoard]
) -> dict[BoardId, DesignBoard]:
    """Make new boards P1, P2 ... with ways and rating for the units they feed."""
    out: dict[BoardId, DesignBoard] = dict(kept)
    free = (BoardId(f"P{n}") for n in range(1, 1000) if f"P{n}" not in kept)
    walk = draft.cost.walk
    places, chosen, _ = feed(search, draft.units, draft.boards, walk)
    via_hub = len(draft.boards) > search.origin_ways
    hub = min(range(1, len(places)), key=lambda i: walk.metres[places[i]], default=0)
    for index in range(len(kept) + 1, len(places)):
        key = next(free)
        mine = [u for u, p in zip(draft.units, chosen, strict=True) if p == index]
        if via_hub and index == hub:
            others = [u for u, p in zip(draft.units, chosen, strict=True) if p not in (0, hub)]
            used, carried = len(mine) + len(places) - 2, mine + others
        else:
            used, carried = len(mine), mine
        amps = sum(current_a(search.catalogue[u.model]) for u in carried)
        ways = ways_for(used, search.spare_share)
        beside = walk.metres[places[index]] <= BESIDE_INTAKE_M
        board = make_board(key, ways, used, amps, search.cap_a, beside)
        out[key] = DesignBoard(key, search.corridors.point(places[index]), board)
    return out
