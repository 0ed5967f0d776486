"""Check a finished layout from its geometry alone.

Nothing here is shared with placement, routing or cabling: the trench network is
rebuilt from the drawn lines, lengths are measured again, and obstacles are taken
from the site. A violation is a defect of the program or of a hand-made design,
so every finding is an error; a clean design gives none.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from grid.findings import Finding, Severity
from grid.model import CircuitKind
from planner.model.design import Charger, Circuit, Design
from planner.model.ids import ChargerId, TrenchId
from planner.model.site import AreaKind, Site

TOUCH_M = 0.05
"""Drawn points closer than this are the same place."""

LENGTH_TOLERANCE_M = 0.02
"""Sums of rounded coordinates may differ by this much."""


def check(
    design: Design, site: Site, pinned: Mapping[ChargerId, Charger] | None = None
) -> tuple[Finding, ...]:
    """Return every violation of the rules of a layout, none for a sound design."""
    return (
        *_connected(design, site),
        *_reached(design, site),
        *_circuits_in_trenches(design, site),
        *_lengths(design),
        *_counted_once(design),
        *_clear_of_obstacles(design, site),
        *_ways(design, site),
        *_bays(design, site),
        *_pinned(design, pinned or {}),
    )


def _error(code: str, subject: str, message: str, value: float | None = None) -> Finding:
    fix = "Derive trenches and circuits again; report the design if this stays."
    return Finding(code, Severity.ERROR, subject, subject, message, value=value, fix=fix)


def _intake(site: Site) -> Point | None:
    """Place of the intake board."""
    boards = sorted(site.boards.values(), key=lambda b: (not b.is_origin, b.id))
    return boards[0].point if boards else None


def _connected(design: Design, site: Site) -> Iterable[Finding]:
    """All trenches hang together and touch the intake."""
    lines = [t.line for t in design.trenches.values()]
    if not lines:
        return
    blob = shapely.union_all([line.buffer(TOUCH_M) for line in lines])
    parts = shapely.get_parts(blob)
    start = _intake(site)
    if len(parts) > 1:
        yield _error("CHECK-CONNECTED", "trenches", f"Trenches are in {len(parts)} parts.")
    if start is not None and blob.distance(start) > TOUCH_M:
        yield _error(
            "CHECK-CONNECTED",
            "trenches",
            "No trench starts at the intake.",
            float(blob.distance(start)),
        )


def _reached(design: Design, site: Site) -> Iterable[Finding]:
    """Every charger and new board stands on a trench and has exactly one circuit."""
    feeds = Counter(c.sized.demand.to_id for c in design.circuits.values())
    network = shapely.union_all([t.line for t in design.trenches.values()])
    start = _intake(site)
    places = {str(k): c.point for k, c in design.chargers.items()}
    places |= {str(k): b.point for k, b in design.boards.items()}
    for key, point in places.items():
        at_intake = start is not None and point.distance(start) <= TOUCH_M
        if not at_intake and (network.is_empty or network.distance(point) > TOUCH_M):
            yield _error("CHECK-REACHED", key, f"No trench reaches {key}.")
        if not feeds[key]:
            yield replace(
                _error("CHECK-REACHED", key, f"{key} has no circuit."),
                fix="See the finding that says why its circuit could not be designed.",
            )
        elif feeds[key] > 1:
            yield _error("CHECK-REACHED", key, f"{key} has {feeds[key]} circuits instead of one.")


def _circuits_in_trenches(design: Design, site: Site) -> Iterable[Finding]:
    """Circuits run from board to load inside the trenches that list them."""
    places = {str(k): b.point for k, b in design.boards.items()}
    places |= {str(k): c.point for k, c in design.chargers.items()}
    places |= {str(k): b.point for k, b in site.boards.items()}
    for key, circuit in design.circuits.items():
        unknown = [t for t in circuit.trenches if t not in design.trenches]
        if unknown:
            yield _error("CHECK-INSIDE", key, f"{key} names trenches that are not there.")
            continue
        pieces = [design.trenches[t] for t in circuit.trenches]
        if any(key not in t.circuits for t in pieces):
            yield _error("CHECK-INSIDE", key, f"A trench of {key} does not list it.")
        if circuit.route.length > LENGTH_TOLERANCE_M:
            room = shapely.union_all([t.line.buffer(TOUCH_M) for t in pieces])
            outside = float(circuit.route.difference(room).length)
            if outside > LENGTH_TOLERANCE_M:
                yield _error("CHECK-INSIDE", key, f"{key} leaves its trenches.", outside)
        demand = circuit.sized.demand
        ends = (demand.from_id, circuit.route.coords[0]), (demand.to_id, circuit.route.coords[-1])
        for name, end in ends:
            if name in places and places[name].distance(Point(end)) > TOUCH_M:
                yield _error("CHECK-INSIDE", key, f"{key} does not end at {name}.")
    for name, trench in design.trenches.items():
        strangers = [c for c in trench.circuits if c not in design.circuits]
        if strangers:
            yield _error("CHECK-INSIDE", name, f"{name} lists circuits that are not there.")


def _lengths(design: Design) -> Iterable[Finding]:
    """Stated lengths equal the drawing."""
    for key, circuit in design.circuits.items():
        drawn = _polyline_m(circuit.route)
        if abs(drawn - circuit.route_m) > LENGTH_TOLERANCE_M:
            yield _error("CHECK-LENGTH", key, f"{key} is {drawn:.2f} m long on the plan.", drawn)
        listed = sum(_polyline_m(design.trenches[t].line) for t in _known(design, circuit))
        if abs(listed - drawn) > LENGTH_TOLERANCE_M:
            yield _error("CHECK-LENGTH", key, f"The trenches of {key} are {listed:.2f} m.", listed)
        if circuit.cable_m < circuit.route_m:
            yield _error("CHECK-LENGTH", key, f"{key} orders less cable than its route.")
        if abs(circuit.sized.demand.length_m - circuit.cable_m) > LENGTH_TOLERANCE_M:
            yield _error("CHECK-LENGTH", key, f"{key} was sized for another length.")


def _known(design: Design, circuit: Circuit) -> list[TrenchId]:
    return [t for t in circuit.trenches if t in design.trenches]


def _polyline_m(line: LineString) -> float:
    """Length by summing the legs."""
    coords = list(line.coords)
    return sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(coords))


def _counted_once(design: Design) -> Iterable[Finding]:
    """Compare the metres of all trenches with the length of their union."""
    lines = [t.line for t in design.trenches.values() if not t.existing_duct]
    total = sum(_polyline_m(line) for line in lines)
    union = float(shapely.union_all(lines).length) if lines else 0.0
    if abs(total - union) > LENGTH_TOLERANCE_M:
        yield _error(
            "CHECK-ONCE", "trenches", f"{total - union:.2f} m of trench are counted twice.", total
        )


def _clear_of_obstacles(design: Design, site: Site) -> Iterable[Finding]:
    """No new trench touches a building, keep-out, root zone, or leaves the plot."""
    solid = [
        a.polygon for a in site.areas.values() if a.kind in (AreaKind.BUILDING, AreaKind.KEEP_OUT)
    ]
    roots = [t.point.buffer(t.root_radius_m) for t in site.trees if t.root_radius_m > 0]
    obstacles = shapely.union_all(solid + roots)
    plots = [a.polygon for a in site.areas.values() if a.kind is AreaKind.BOUNDARY]
    plot = shapely.union_all(plots).buffer(TOUCH_M) if plots else None
    for key, trench in design.trenches.items():
        if trench.existing_duct:
            continue
        inside = float(trench.line.intersection(obstacles).length)
        if inside > TOUCH_M:
            yield _error("CHECK-OBSTACLE", key, f"{key} runs through an obstacle.", inside)
        if plot is not None and not _covers(plot, trench.line):
            yield _error("CHECK-OBSTACLE", key, f"{key} leaves the plot.")


def _covers(plot: BaseGeometry, line: LineString) -> bool:
    return bool(plot.covers(line))


def _ways(design: Design, site: Site) -> Iterable[Finding]:
    """No board feeds more circuits than it has ways."""
    used = Counter(c.sized.demand.from_id for c in design.circuits.values())
    for key, new in design.boards.items():
        if used[key] > new.board.ways:
            text = f"{key} needs {used[key]} ways, has {new.board.ways}."
            yield _error("CHECK-WAYS", key, text, float(used[key]))
    for name, old in site.boards.items():
        if used[name] > old.board.spare_ways:
            text = f"{name} needs {used[name]} spare ways, has {old.board.spare_ways}."
            yield _error("CHECK-WAYS", name, text, float(used[name]))
    known = {*map(str, design.boards), *map(str, site.boards)}
    for source in sorted(set(used) - known):
        if site.boards:
            yield _error("CHECK-WAYS", source, f"Circuits start at {source}, which is no board.")
    upstream = {
        c.sized.demand.to_id: c.sized.demand.from_id
        for c in design.circuits.values()
        if c.sized.demand.kind is CircuitKind.FEEDER
    }
    for start in upstream:
        node, steps = start, 0
        while node in upstream and steps <= len(upstream):
            node, steps = upstream[node], steps + 1
        if steps > len(upstream):
            yield _error("CHECK-WAYS", start, f"{start} feeds itself.")


def _bays(design: Design, site: Site) -> Iterable[Finding]:
    """Every bay is on the plan and served by one charger at most."""
    uses = Counter(b for c in design.chargers.values() for b in c.bays)
    for bay, count in uses.items():
        if count > 1:
            yield _error("CHECK-BAY", bay, f"Bay {bay} is served by {count} chargers.")
        if bay not in site.bays:
            yield _error("CHECK-BAY", bay, f"Bay {bay} is not on the plan.")


def _pinned(design: Design, pinned: Mapping[ChargerId, Charger]) -> Iterable[Finding]:
    """Pinned chargers are where they were."""
    for key, before in pinned.items():
        after = design.chargers.get(key)
        if after is None or not after.point.equals_exact(before.point, 1e-6):
            yield _error("CHECK-PINNED", key, f"Pinned charger {key} was moved or removed.")
        elif (after.model, after.bays) != (before.model, before.bays):
            yield _error("CHECK-PINNED", key, f"Pinned charger {key} was changed.")
