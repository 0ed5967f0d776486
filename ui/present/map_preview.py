"""What the preview of maps shows: layers with their roles, places, systems, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.inputs.maps.feature import Role
from ui.present.text import count, label_of, number

if TYPE_CHECKING:
    from planner.inputs.map_preview import FileSeen, MapPreview, Place
    from planner.inputs.site import SiteOptions

SWAP = "swap"
_PLURALS = {
    Role.BAY: ("bay", "bays"), Role.STRIP: ("kerb strip", "kerb strips"),
    Role.PARKING: ("car park", "car parks"), Role.BUILDING: ("building", "buildings"),
    Role.TREE: ("tree", "trees"), Role.DUCT: ("duct", "ducts"), Role.BOARD: ("board", "boards"),
    Role.ENTRANCE: ("entrance", "entrances"), Role.SUBSTATION: ("substation", "substations"),
    Role.OTHER: ("not used", "not used"),
}  # fmt: skip


def role_words(role: str, n: int = 2) -> str:
    """Say a role in words."""
    try:
        words = _PLURALS.get(Role(role))
    except ValueError:
        words = None
    if words is None:
        return label_of(role).lower()
    return words[0] if n == 1 else words[1]


ROLES: tuple[tuple[str, str], ...] = tuple(
    (role.value, "Not used" if role is Role.OTHER else label_of(role_words(role, 2)))
    for role in Role
)


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer: its name, what is in it, what it becomes and why."""

    layer: str
    shapes: str
    becomes: str
    why: str


def layer_rows(seen: MapPreview) -> tuple[LayerRow, ...]:
    """Return one row per layer of each file."""
    several = len({layer.file for layer in seen.layers}) > 1
    rows = []
    for layer in seen.layers:
        known = seen.epsg is not None
        becomes = ", ".join(f"{n:,} {role_words(role, n)}" for role, n in layer.roles)
        where = f" ({layer.file})" if several else ""
        rows.append(
            LayerRow(f"{layer.name or 'No name'}{where}", layer.shapes,
                     becomes if known else "Not known yet", layer.why if known else "")
        )  # fmt: skip
    return tuple(rows)


def file_words(seen: FileSeen) -> str:
    """Say the counts of a file; they add up."""
    return (
        f"{seen.file}: read {seen.read:,}, imported {seen.imported:,}, "
        f"repaired {seen.repaired:,}, skipped {seen.skipped:,}"
    )


def system_choices(seen: MapPreview) -> tuple[tuple[str, str], ...]:
    """Return answers for where a map lies: those that fit its numbers, and exchanged axes."""
    return (*((code, f"{code} {name}") for code, name in seen.systems), (SWAP, "Exchange x and y"))


def declared(seen: MapPreview) -> str:
    """Say which system was found."""
    names = dict.fromkeys(f.crs for f in seen.files if f.crs)
    if not names:
        return "Not known yet"
    if seen.problem is not None and "--crs" in seen.problem.remedy:
        return f"{', '.join(names)}, in doubt"
    return ", ".join(names)


def place_choices(places: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    """Return answers for which place of a map is the site."""
    if not places:
        return ()
    return (
        ("largest", "The largest"), ("all", f"All {len(places)} places"),
        *((p.clip, _place(n, p)) for n, p in enumerate(places, 1)),
    )  # fmt: skip


def _place(n: int, place: Place) -> str:
    east, north = ("E" if place.lon >= 0 else "W"), ("N" if place.lat >= 0 else "S")
    size = f", {number(place.area_m2)} m²" if place.area_m2 else ""
    where = f"{abs(place.lat):.4f} {north}, {abs(place.lon):.4f} {east}"
    return f"{n}: {count(place.count, 'object')}{size}, {where}"


def with_map(options: SiteOptions, **changed: Any) -> SiteOptions:
    """Return the options with answers about the map changed."""
    return replace(options, map=replace(options.map, **changed))


def with_role(options: SiteOptions, layer: str, role: str | None) -> SiteOptions:
    """Return the options with the role of a layer changed; None means as guessed."""
    roles = {name: told for name, told in options.map.roles.items() if name != layer}
    if role is not None:
        roles[layer] = Role(role)
    return with_map(options, roles=roles)


def result_words(seen: MapPreview) -> str:
    """Say what taking the maps would change."""
    if seen.project is None:
        return ""
    parts = [count(seen.bays, "bay")]
    if seen.assumed:
        parts.append(f"{count(seen.assumed, 'assumption')} to confirm")
    return f"Adds {' and '.join(parts)}. Coordinates in EPSG:{seen.epsg}, metres."


def take_words(seen: MapPreview) -> str:
    """Name the primary button by its result."""
    return f"Import {count(seen.kept, 'object')}" if seen.ready else "Import"
