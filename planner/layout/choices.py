"""Choices of stand and bays for a charger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Choices that serve the same number of bays, with their properties as arrays."""

    choices: tuple[Choice, ...]
    bays: int
    nodes: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    room_m: npt.NDArray[np.float64]
    accessible: npt.NDArray[np.bool_]


Pools = Mapping[int, Pool]


def list_choices(corridors: Corridors, bays: Mapping[BayId, Bay]) -> dict[int, Pool]:
    """Choices by number of bays served (1 or 2), in the order of the head lines."""
    one: dict[tuple[int, tuple[BayId, ...]], Choice] = {}
    two: dict[tuple[int, tuple[BayId, ...]], Choice] = {}
    for position in corridors.positions:
        for group in _pairs(position):
            two.setdefault((position.node, group), _choice(position, group, bays))
        for bay in position.bays if len(position.bays) < 3 else ():
            one.setdefault((position.node, (bay,)), _choice(position, (bay,), bays))
    return {1: _pool(1, tuple(one.values())), 2: _pool(2, tuple(two.values()))}


def _pool(bays: int, choices: tuple[Choice, ...]) -> Pool:
    """Lay out the properties of choices as arrays."""
    return Pool(
        choices,
        bays,
        np.array([c.node for c in choices], dtype=np.int64),
        np.array([c.row for c in choices], dtype=np.int64),
        np.array([c.room_m for c in choices], dtype=np.float64),
        np.array([c.accessible for c in choices], dtype=np.bool_),
    )


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


class Occupied:
    """Stands and bays that are taken."""

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self._nodes: set[int] = set()
        self._bays: set[BayId] = set()
        self._rows: dict[int, list[float]] = {}
        for unit in units:
            self.take(unit.choice)

    def take(self, choice: Choice) -> None:
        """Take a stand and its bays."""
        self._nodes.add(choice.node)
        self._bays.update(choice.bays)
        self._rows.setdefault(choice.row, []).append(choice.along_m)

    def admits(self, choice: Choice) -> bool:
        """Tell whether bays are free and no other post is in the way."""
        if choice.node in self._nodes or not self._bays.isdisjoint(choice.bays):
            return False
        return all(
            abs(along - choice.along_m) >= POST_SPACING_M
            for along in self._rows.get(choice.row, ())
        )


def order_units(
    counts: Mapping[ModelId, int], catalogue: Mapping[ModelId, ChargerModel]
) -> list[ModelId]:
    """Every unit to place, large ones first."""
    models = sorted(counts, key=lambda m: (-catalogue[m].power_kw, m))
    return [m for m in models for _ in range(max(0, counts[m]))]


def bays_wanted(model: ChargerModel) -> int:
    """Bays one unit serves: one per outlet, at most two."""
    return min(2, max(1, model.outlets))
