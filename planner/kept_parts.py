"""Keep the objects of the last outcome in the next one wherever nothing in them changed.

What the worker sends is a copy. Views and studies compare by identity, so that
an edit of the price alone then draws nothing anew and asks for no other year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from planner.model.design import Design
from planner.model.outcome import Outcome
from planner.stage_cache import same

T = TypeVar("T")
K = TypeVar("K")


def with_kept_parts(new: Outcome, old: Outcome) -> Outcome:
    """Return `new` with the parts of `old` that hold the same."""
    return replace(
        new,
        design=_design(new.design, old.design),
        demand=_kept(new.demand, old.demand),
        service=_kept(new.service, old.service),
        grid=_kept(new.grid, old.grid),
    )


def _kept(new: T, old: T) -> T:
    return old if same(old, new) else new


def _design(new: Design, old: Design) -> Design:
    made = replace(
        new,
        chargers=_items(new.chargers, old.chargers),
        boards=_items(new.boards, old.boards),
        circuits=_items(new.circuits, old.circuits),
        trenches=_items(new.trenches, old.trenches),
    )
    return _kept(made, old)


def _items(new: Mapping[K, T], old: Mapping[K, T]) -> Mapping[K, T]:
    """Keep a whole mapping where nothing in it changed, else the items that did not."""
    made = {key: _kept(item, old[key]) if key in old else item for key, item in new.items()}
    return _kept(made, old)
