"""Add what one site holds to another, keeping every id unique."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from planner.inputs import intake
from planner.model.ids import BoardId
from planner.model.site import Area, Assumption, Bay, Duct, Entrance, Site, SiteBoard, Tree

Item = TypeVar("Item", Bay, Area, SiteBoard, Tree, Duct, Entrance)
Key = TypeVar("Key", bound=str)


def merged(site: Site, added: Site) -> Site:
    """Return `site` with the objects of `added`; objects already there are not repeated.

    Both are in the same coordinate system, unless `site` has no plan yet: then it takes
    that of `added`. An id that is taken gets a suffix; an object with the same geometry
    as one of its kind is left out and counted in a note.
    """
    epsg = site.epsg
    if not site.bays and not site.areas:
        epsg = added.epsg
        site = replace(site, boards=_placed(site, added))
    bays = _united(site.bays, added.bays)
    areas = _united(site.areas, added.areas)
    boards = _united(site.boards, added.boards)
    new = len(bays) + len(areas) + len(boards) - len(site.bays) - len(site.areas)
    new -= len(site.boards)
    found = len(added.bays) + len(added.areas) + len(added.boards)
    notes = (*site.import_notes, *added.import_notes)
    if found > new:
        notes = (*notes, f"{found - new} objects were on the plan already and are not repeated.")
    return replace(
        site,
        epsg=epsg,
        bays=bays,
        areas=areas,
        boards=boards,
        trees=_joined(site.trees, added.trees),
        ducts=_joined(site.ducts, added.ducts),
        entrances=_joined(site.entrances, added.entrances),
        substation=site.substation or added.substation,
        assumptions=_assumed(site.assumptions, added.assumptions),
        import_notes=notes,
    )


def _placed(site: Site, added: Site) -> dict[BoardId, SiteBoard]:
    """Give boards that were entered before there was a plan a place on it."""
    drawn = next((b.point for b in added.boards.values() if b.is_origin), None)
    place = drawn or intake.assumed_place(added.areas, added.bays, added.substation)[0]
    return {k: replace(b, point=place or b.point) for k, b in site.boards.items()}


def _assumed(old: tuple[Assumption, ...], new: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """Join assumptions; one that says the same of the same is there already."""
    known = {(a.subject, a.text, a.value) for a in old}
    taken = {a.id for a in old}
    joined = list(old)
    for assumption in new:
        if (assumption.subject, assumption.text, assumption.value) in known:
            continue
        name, number = assumption.id, 2
        while name in taken:
            name, number = f"{assumption.id}-{number}", number + 1
        taken.add(name)
        joined.append(replace(assumption, id=name))
    return tuple(joined)


def _united(old: Mapping[Key, Item], new: Mapping[Key, Item]) -> dict[Key, Item]:
    joined: tuple[Any, ...] = _joined(tuple(old.values()), tuple(new.values()))
    return {item.id: item for item in joined}


def _joined(old: tuple[Item, ...], new: tuple[Item, ...]) -> tuple[Item, ...]:
    taken = {str(item.id) for item in old}
    shapes = {_shape(item) for item in old}
    joined = list(old)
    for item in new:
        if _shape(item) in shapes:
            continue
        name, number = str(item.id), 2
        while name in taken:
            name, number = f"{item.id}-{number}", number + 1
        taken.add(name)
        renamed: Any = {"id": name}
        joined.append(replace(item, **renamed))
    return tuple(joined)


def _shape(item: Bay | Area | SiteBoard | Tree | Duct | Entrance) -> bytes:
    geometry = (
        item.polygon
        if isinstance(item, Bay | Area)
        else item.line
        if isinstance(item, Duct)
        else item.point
    )
    return bytes(geometry.wkb)
