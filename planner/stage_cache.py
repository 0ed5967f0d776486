"""Remember what a stage returned for the same inputs."""

from __future__ import annotations

import functools
import operator
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = 6  # three designs before and after an edit
_FORGET: list[Callable[[], None]] = []
REPORT = "told"
"""The keyword by which a stage reports its progress; it changes no result."""


def cached_by_identity(stage: Callable[P, R]) -> Callable[P, R]:
    """Return `stage` with its last results kept by the identity of its arguments.

    Inputs are frozen, so the same object means the same content; plain numbers,
    texts and enums count by value. The cache holds its arguments, so an id is
    never reused while its entry lives.
    """
    kept: OrderedDict[tuple[Any, ...], tuple[Any, R]] = OrderedDict()
    _FORGET.append(kept.clear)

    @functools.wraps(stage)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        inputs = (*args, *(v for _, v in sorted(kwargs.items())))
        key = tuple(v if isinstance(v, (str, int, float)) else id(v) for v in inputs)
        if key not in kept:
            kept[key] = (inputs, stage(*args, **kwargs))
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key][1]

    return call


def cached_by_content(stage: Callable[P, R]) -> Callable[P, R]:
    """Return `stage` with its last results kept by what its arguments hold.

    For inputs that are made anew although nothing in them changed, such as a
    design that came through a pipe. The result of equal inputs is one object.
    """
    kept: list[tuple[Any, R]] = []
    _FORGET.append(kept.clear)

    @functools.wraps(stage)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        inputs = (args, tuple(sorted((k, v) for k, v in kwargs.items() if k != REPORT)))
        for at in range(len(kept) - 1, -1, -1):
            if same(kept[at][0], inputs):
                kept.append(kept.pop(at))
                return kept[-1][1]
        result = stage(*args, **kwargs)
        kept.append((inputs, result))
        del kept[:-_KEPT]
        return result

    return call


def forget_all() -> None:
    """Let go of every result, so that all stages run again."""
    for forget in _FORGET:
        forget()


def same(one: Any, other: Any) -> bool:
    """Tell whether two immutable values hold the same, in the same order and of the same types."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is tuple or kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    if kind is dict:
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if kind is np.ndarray:
        return bool(one.dtype == other.dtype and np.array_equal(one, other))
    read = _parts_of(kind)  # type: ignore[arg-type]  # types are hashable
    return bool(one == other) if read is None else all(map(same, read(one), read(other)))


@functools.cache
def _parts_of(kind: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """Return what reads all fields of a dataclass, None for other types."""
    if not is_dataclass(kind):
        return None
    names = [f.name for f in fields(kind)]
    if len(names) < 2:
        return lambda item: tuple(getattr(item, name) for name in names)
    return operator.attrgetter(*names)
