"""The layer list of the site step: what is there, and how many."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.design import Design
from planner.model.site import SURFACES, AreaKind, Site


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of the list; `key` names the layer of the canvas."""

    key: str
    title: str
    group: str
    count: int
    swatch: str


def layers(site: Site, design: Design | None) -> tuple[Layer, ...]:
    """Return the layers in order; design layers only with a design."""
    kinds = [a.kind for a in site.areas.values()]
    accessible = sum(b.accessible for b in site.bays.values())
    site_layers = (
        Layer("boundary", "Boundary", "Site", kinds.count(AreaKind.BOUNDARY), "dash"),
        Layer("building", "Buildings", "Site", kinds.count(AreaKind.BUILDING), "building"),
        Layer("surface", "Surfaces", "Site", sum(k in SURFACES for k in kinds), "surface"),
        Layer("bay", "Bays", "Site", len(site.bays) - accessible, "bay"),
        Layer("accessible", "Accessible bays", "Site", accessible, "hatch"),
        Layer("entrance", "Entrances", "Site", len(site.entrances), "surface"),
        Layer("tree", "Trees and roots", "Constraints", len(site.trees), "tree"),
        Layer(
            "keep_out", "Keep-out areas", "Constraints", kinds.count(AreaKind.KEEP_OUT), "keep_out"
        ),
        Layer("duct", "Existing ducts", "Constraints", len(site.ducts), "duct"),
        Layer("substation", "Substation", "Supply", int(site.substation is not None), "ring"),
        Layer("board", "Boards", "Supply", len(site.boards), "board"),
    )
    if design is None:
        return site_layers
    return (
        *site_layers,
        Layer("charger", "Chargers", "Design", len(design.chargers), "charger"),
        Layer("pillar", "Feeder pillars", "Design", len(design.boards), "board"),
        Layer("trench", "Trenches", "Design", len(design.trenches), "trench"),
        Layer("circuit", "Cables", "Design", len(design.circuits), "cable"),
    )


def layer_of_area(kind: AreaKind) -> str:
    """Return the layer key an area belongs to."""
    if kind in SURFACES or kind is AreaKind.PARKING:
        return "surface"
    return str(kind.value)
