"""The plan as named layers of features with attributes, for every map format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from planner.model.design import Circuit, Design
from planner.model.headroom import HeadroomMap
from planner.model.ids import ChargerId
from planner.model.outcome import Outcome, known
from planner.model.project import Project
from planner.model.site import Site

Value = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Feature:
    """One object in site coordinates; units are in the attribute names."""

    layer: str
    geometry: BaseGeometry
    attributes: Mapping[str, Value]


def features(project: Project, outcome: Outcome) -> tuple[Feature, ...]:
    """List everything on the plan, ground first, equipment last."""
    site, design = project.site, outcome.design
    return (
        *_ground(site),
        *_bays(site, design),
        *_headroom(site, outcome.headroom),
        *_trenches(design),
        *_circuits(design, outcome),
        *_boards(site, design, outcome),
        *_chargers(project, design, outcome),
    )


def _ground(site: Site) -> Iterator[Feature]:
    for area in site.areas.values():
        yield Feature("areas", area.polygon, {
            "id": area.id, "kind": area.kind.value, "name": area.name, "source": area.source,
        })  # fmt: skip
    for tree in site.trees:
        yield Feature("trees", tree.point, {"id": tree.id, "root_radius_m": tree.root_radius_m})
    for duct in site.ducts:
        yield Feature("ducts", duct.line, {
            "id": duct.id, "diameter_mm": duct.diameter_mm, "source": duct.source,
        })  # fmt: skip
    for entrance in site.entrances:
        yield Feature("entrances", entrance.point, {
            "id": entrance.id, "kind": entrance.kind, "name": entrance.name,
        })  # fmt: skip
    if site.substation and site.supply:
        transformer = site.supply.transformer
        yield Feature("supply", site.substation, {
            "id": transformer.id if transformer else "intake",
            "rated_kva": transformer.rated_kva if transformer else None,
            "agreed_kva": site.supply.agreed_kva,
            "earthing": site.supply.earthing.value,
        })  # fmt: skip


def _bays(site: Site, design: Design) -> Iterator[Feature]:
    served: dict[str, ChargerId] = {
        bay: charger.id for charger in design.chargers.values() for bay in charger.bays
    }
    for bay in site.bays.values():
        yield Feature("bays", bay.polygon, {
            "id": bay.id, "row": bay.row, "number": bay.number, "accessible": bay.accessible,
            "width_m": round(bay.width_m, 3), "depth_m": round(bay.depth_m, 3),
            "charger": served.get(bay.id, ""), "source": bay.source,
        })  # fmt: skip


def _headroom(site: Site, made: HeadroomMap | None) -> Iterator[Feature]:
    """Yield every bay once more, with what it can still take at every charger size."""
    for room in () if made is None else made.bays.values():
        size = room.next_size
        lift = size.lift if size else None
        yield Feature("headroom", site.bays[room.bay].polygon, {
            "id": room.bay, "fits_kw": room.fits_kw, "max_kw": round(room.max_kw, 2),
            "board": room.board, "route_m": round(room.route_m, 2),
            "next_kw": size.size_kw if size else None,
            "next_room_kw": round(size.max_kw, 2) if size else None,
            "binds": size.place if size else "", "carries": known(size.value, 3) if size else None,
            "limit": size.limit if size else None, "unit": size.unit if size else "",
            "when_local": size.when if size else "", "lift": lift.text if lift else "",
            "lift_cost": known(lift.cost, 2) if lift else None,
            "currency": lift.currency if lift else "",
            "lead_time": lift.lead_time if lift else "",
            **{f"room_{s.size_kw:g}_kw": round(s.max_kw, 2) for s in room.sizes},
        })  # fmt: skip


def _trenches(design: Design) -> Iterator[Feature]:
    for trench in design.trenches.values():
        yield Feature("trenches", trench.line, {
            "id": trench.id, "surface": trench.surface.value,
            "length_m": round(trench.length_m, 3), "circuits": " ".join(trench.circuits),
            "existing_duct": trench.existing_duct,
        })  # fmt: skip


def _circuits(design: Design, outcome: Outcome) -> Iterator[Feature]:
    for circuit in design.circuits.values():
        yield Feature("circuits", circuit.route, circuit_attributes(circuit, outcome))


def circuit_attributes(circuit: Circuit, outcome: Outcome) -> dict[str, Value]:
    """Return the cable schedule's row of a circuit."""
    sized, demand = circuit.sized, circuit.sized.demand
    branch = outcome.grid.branches.get(circuit.id)
    return {
        "id": circuit.id, "kind": demand.kind.value, "from_id": demand.from_id,
        "to_id": demand.to_id, "route_m": round(circuit.route_m, 2),
        "cable_m": round(circuit.cable_m, 2), "cable": sized.cable.key,
        "parallel": sized.parallel, "device": sized.device.key, "rcd": sized.rcd,
        "ib_a": round(demand.ib_a, 2), "in_a": sized.device.in_a, "iz_a": round(sized.iz_a, 2),
        "drop_pct": round(sized.drop_pct, 3),
        "loading_pct": round(branch.loading_pct, 2) if branch else None,
        "binding": sized.binding,
    }  # fmt: skip


def _boards(site: Site, design: Design, outcome: Outcome) -> Iterator[Feature]:
    existing = ((b.id, b.point, b.board, "existing") for b in site.boards.values())
    new = ((b.id, b.point, b.board, "new pillar") for b in design.boards.values())
    for board_id, point, board, status in (*existing, *new):
        node = outcome.grid.nodes.get(board_id)
        yield Feature("boards", point, {
            "id": board_id, "name": board.name, "status": status, "rating_a": board.rating_a,
            "ways": board.ways, "spare_ways": board.spare_ways,
            "voltage_pu": known(node.voltage_pu, 5) if node else None,
            "ik3_max_ka": known(node.ik3_max_ka, 3) if node else None,
        })  # fmt: skip


def _chargers(project: Project, design: Design, outcome: Outcome) -> Iterator[Feature]:
    circuits = {c.sized.demand.to_id: c for c in design.circuits.values()}
    for charger in design.chargers.values():
        model = project.catalogue.get(charger.model)
        circuit = circuits.get(charger.id)
        yield Feature("chargers", charger.point, {
            "id": charger.id, "model": charger.model, "name": model.name if model else "",
            "current": model.current.value if model else "",
            "power_kw": model.power_kw if model else None,
            "outlets": model.outlets if model else None,
            "bays": " ".join(charger.bays), "circuit": circuit.id if circuit else "",
            "board": circuit.sized.demand.from_id if circuit else "",
            "pinned": charger.pinned,
            "reason": "; ".join(outcome.reasons.get(charger.id, ())),
        })  # fmt: skip
