"""Choices of stand and bays for a charger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.layout.graph import Corridors, Position
from planner.model.charger import ChargerModel
from planner.model.ids import BayId, ModelId
from planner.model.site import Bay

POST_SPACING_M = 0.9
"""Least distance between two posts."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One stand with the bays served from it."""

    node: int
    bays: tuple[BayId, ...]
    row: int
    along_m: float
    room_m: float
    accessible: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A charger to be placed or placed: model, choice, and id if pinned."""

    model: ModelId
    choice: Choice
    pinned: str = ""


def list_choices(corridors: Corridors, bays: Mapping[BayId, Bay]) -> dict[int, tuple[Choice, ...]]:
    """Choices by number of bays served (1 or 2), in the order of the head lines."""
    one: dict[tuple[int, tuple[BayId, ...]], Choice] = {}
    two: dict[tuple[int, tuple[BayId, ...]], Choice] = {}
    for position in corridors.positions:
        for group in _pairs(position):
            two.setdefault((position.node, group), _choice(position, group, bays))
        for bay in position.bays if len(position.bays) < 3 else ():
            one.setdefault((position.node, (bay,)), _choice(position, (bay,), bays))
    return {1: tuple(one.values()), 2: tuple(two.values())}


def _pairs(position: Position) -> Iterable[tuple[BayId, ...]]:
    """Two bays side by side or back to back that one post can serve."""
    if len(position.bays) == 2:
        yield position.bays
    elif len(position.bays) == 4:
        yield position.bays[:2]
        yield position.bays[2:]


def _choice(position: Position, group: tuple[BayId, ...], bays: Mapping[BayId, Bay]) -> Choice:
    accessible = any(bays[b].accessible for b in group)
    return Choice(position.node, group, position.row, position.along_m, position.room_m, accessible)


def fits(choice: Choice, taken: Iterable[Unit]) -> bool:
    """Tell whether bays are free and no other post is in the way."""
    for unit in taken:
        other = unit.choice
        if other.node == choice.node or not set(other.bays).isdisjoint(choice.bays):
            return False
        if other.row == choice.row and abs(other.along_m - choice.along_m) < POST_SPACING_M:
            return False
    return True


def order_units(
    counts: Mapping[ModelId, int], catalogue: Mapping[ModelId, ChargerModel]
) -> list[ModelId]:
    """Every unit to place, large ones first."""
    models = sorted(counts, key=lambda m: (-catalogue[m].power_kw, m))
    return [m for m in models for _ in range(max(0, counts[m]))]


def bays_wanted(model: ChargerModel) -> int:
    """Bays one unit serves: one per outlet, at most two."""
    return min(2, max(1, model.outlets))


def not_accessible(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices that leave accessible bays alone."""
    return tuple(c for c in choices if not c.accessible)
