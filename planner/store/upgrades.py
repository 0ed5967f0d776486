"""Older project files brought to the present schema by a chain of pure functions.

A change of the file's meaning adds one function here, raises `SCHEMA` by one
and leaves a frozen sample of the old schema in the tests for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.store.codec import Tree

SCHEMA = 1
MIN_READER = 1

Upgrade = Callable[[Tree], Tree]
UPGRADES: Mapping[int, Upgrade] = {}


def upgraded(
    tree: Tree, schema: int, chain: Mapping[int, Upgrade] = UPGRADES, target: int = SCHEMA
) -> Tree:
    """Bring a tree from its schema to the target, one step at a time."""
    for step in range(schema, target):
        tree = chain[step](tree)
    return tree
