"""Civil works: trenches by surface, ducts, draw pits, foundations and bay works."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import shapely
from shapely import Point

from planner.model.charger import ChargerModel, Current
from planner.model.design import Circuit, Design
from planner.model.ids import ModelId, TrenchId
from planner.model.site import AreaKind, Site
from planner.money.sections.taken import Taken, each

GROUP = "Civil works"
GRID_M = 0.001
"""Trench lines closer than this are one trench."""
DUCTS_MM = (63, 90, 125, 160)
DUCT_TO_CABLE = 1.5
"""Planning assumption: bore at least 1.5 × the cable's diameter, unconfirmed."""
DUCT_WASTE_PCT = Decimal(5)
"""Planning assumption: 5 % is usual for duct, unconfirmed."""
AT_OBJECT_M = 1.5
"""A junction this close to a charger or board needs no draw pit of its own."""
JUNCTION_ARMS = 3


def civils(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel]
) -> Iterator[Taken]:
    """Take off everything that is dug, set or painted."""
    yield from _trenches(design)
    yield from _ducts(design)
    yield from _draw_pits(design)
    yield from _foundations(design, catalogue)
    yield from _bay_works(site, design)


def trench_lengths_m(design: Design) -> dict[AreaKind, Decimal]:
    """Measure new trench by surface, every metre once, in whole millimetres."""
    measured = _measured(design)
    return {key.surface: metres for key, (metres, _) in measured.items() if not key.existing}


class _Kind(NamedTuple):
    existing: bool
    surface: AreaKind


def _measured(design: Design) -> dict[_Kind, tuple[Decimal, tuple[TrenchId, ...]]]:
    """Measure the union of all trench lines; a shared piece goes to the first trench.

    The lines are noded together on a grid of 1 mm; each piece of the result lies
    on one or more trenches and is counted for the one that stands first.
    """
    trenches = tuple(design.trenches.values())
    if not trenches:
        return {}
    lines = [t.line for t in trenches]
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M))
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece_of, trench_of = shapely.STRtree(lines).query(middles, "dwithin", 2 * GRID_M)
    first: dict[int, int] = {}
    for piece, trench in zip(piece_of.tolist(), trench_of.tolist(), strict=True):
        first[piece] = min(trench, first.get(piece, trench))
    metres: dict[_Kind, float] = defaultdict(float)
    basis: dict[_Kind, set[int]] = defaultdict(set)
    for piece, trench in first.items():
        key = _Kind(trenches[trench].existing_duct, trenches[trench].surface)
        metres[key] += pieces[piece].length
        basis[key].add(trench)
    return {
        key: (
            Decimal(format(metres[key], ".3f")),
            tuple(trenches[t].id for t in sorted(basis[key])),
        )
        for key in sorted(metres, key=lambda k: min(basis[k]))
    }


def _trenches(design: Design) -> Iterator[Taken]:
    pull, ducts = Decimal(0), list[TrenchId]()
    for kind, (metres, basis) in _measured(design).items():
        if kind.existing:
            pull += metres
            ducts += basis
            continue
        yield Taken(
            GROUP, f"TRENCH-{kind.surface}", metres, "m", basis,
            "length on the plan by surface, every metre once", pack=Decimal("0.1"),
        )  # fmt: skip
    yield Taken(
        GROUP, "PULL-DUCT", pull, "m", tuple(ducts), "length of existing duct used",
        pack=Decimal("0.1"),
    )  # fmt: skip


def duct_mm(od_mm: float) -> int:
    """Return the smallest duct whose bore is 1.5 × the cable's outside diameter."""
    return next((d for d in DUCTS_MM if d >= DUCT_TO_CABLE * od_mm), DUCTS_MM[-1])


def _ducts(design: Design) -> Iterator[Taken]:
    by_size: dict[int, list[Circuit]] = defaultdict(list)
    for circuit in design.circuits.values():
        # D1 is "in ducts in the ground", D2 "direct in the ground" (IEC 60364-5-52, table B.52.1).
        if circuit.sized.demand.installation.method == "D1" and circuit.trenches:
            by_size[duct_mm(circuit.sized.cable.od_mm)].append(circuit)
    for size, circuits in sorted(by_size.items()):
        metres = sum((_in_new_trench(design, c) for c in circuits), Decimal(0))
        yield Taken(
            GROUP, f"DUCT-{size}", metres, "m", tuple(c.id for c in circuits),
            f"one duct per cable run in new trench, + {DUCT_WASTE_PCT} % waste",
            waste_pct=DUCT_WASTE_PCT, pack=Decimal(1),
        )  # fmt: skip


def _in_new_trench(design: Design, circuit: Circuit) -> Decimal:
    pieces = (design.trenches[t] for t in circuit.trenches if t in design.trenches)
    metres = sum(t.length_m for t in pieces if not t.existing_duct)
    return Decimal(format(metres, ".3f")) * circuit.sized.parallel


def _draw_pits(design: Design) -> Iterator[Taken]:
    lines = [t.line for t in design.trenches.values()]
    if not lines:
        return
    noded = shapely.union_all(lines, grid_size=GRID_M)
    ends = Counter(
        point for part in shapely.get_parts(noded) for point in (part.coords[0], part.coords[-1])
    )
    served = [c.point for c in design.chargers.values()]
    served += [b.point for b in design.boards.values()]
    junctions = [Point(p) for p, arms in ends.items() if arms >= JUNCTION_ARMS]
    pits = [j for j in junctions if all(j.distance(p) > AT_OBJECT_M for p in served)]
    near = [
        t.id for t in design.trenches.values() if any(t.line.distance(p) < GRID_M for p in pits)
    ]
    yield Taken(
        GROUP, "DRAW-PIT", Decimal(len(pits)), "pcs", tuple(near),
        "one where three or more trenches meet away from chargers and pillars",
    )  # fmt: skip


def _foundations(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> Iterator[Taken]:
    dc = [
        c.id for c in design.chargers.values()
        if c.model in catalogue and catalogue[c.model].current is Current.DC
    ]  # fmt: skip
    ac = [c for c in design.chargers if c not in set(dc)]
    yield each(GROUP, "PLINTH-AC", ac, "one per AC charger")
    yield each(GROUP, "PLINTH-DC", dc, "one per DC charger")
    yield each(GROUP, "PLINTH-PILLAR", design.boards, "one per new pillar")
    bollards = Decimal(len(ac) + 2 * len(dc))
    yield Taken(
        GROUP, "BOLLARD", bollards, "pcs", (*ac, *dc), "one per AC charger, two per DC charger"
    )


def _bay_works(site: Site, design: Design) -> Iterator[Taken]:
    served = dict.fromkeys(b for c in design.chargers.values() for b in c.bays if b in site.bays)
    plain = [b for b in served if not site.bays[b].accessible]
    accessible = [b for b in served if site.bays[b].accessible]
    yield each(GROUP, "BAY-MARKING", plain, "one per bay with a charger")
    yield each(GROUP, "ACCESSIBLE-MARKING", accessible, "one per accessible bay with a charger")
    yield each(GROUP, "SIGN", design.chargers, "one per charger")
