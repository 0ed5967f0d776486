"""Turn the first bays of a row into accessible ones with a transfer strip beside each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil

import numpy as np
import numpy.typing as npt
from shapely import affinity

from planner.model.ids import BayId
from planner.model.site import Bay

TRANSFER_M = 1.2
"""Width of a transfer strip, BS 8300-1:2018 and Inclusive Mobility (DfT, 2021)."""
_NEXT_M = 0.05
Vector = npt.NDArray[np.float64]


def with_accessible(bays: Sequence[Bay], count: int) -> tuple[Bay, ...]:
    """Give the longest runs of bays `count` accessible ones in place of their first few.

    Each keeps the width of the others and has 1.2 m of free ground beside it, so
    that fewer bays remain. Runs too short for all take as many as fit.
    """
    made, rows = tuple(bays), set[str]()
    for run in sorted(_runs(bays), key=len, reverse=True):
        if count < 1 or (rows and len(run) < 2):
            break
        if run[0].row not in rows:
            rows.add(run[0].row)
            made, placed = _in_run(made, run, count)
            count -= placed
    return made


def _in_run(bays: tuple[Bay, ...], run: list[Bay], count: int) -> tuple[tuple[Bay, ...], int]:
    """Make the first bays of one run accessible; return all bays and how many were made."""
    if len(run) < 2:
        return tuple(replace(b, accessible=b in run[:count]) for b in bays), 1
    along = _between(run[0], run[1])
    step = 1 + TRANSFER_M / _side_m(run[0])  # in bays of the row, however they are turned
    fitting = min(count, int(len(run) / step + 1e-9))
    used = ceil(fitting * step - 1e-9)
    made = [_moved(run[0], along * step * i, i) for i in range(fitting)]
    first = bays.index(run[0])
    changed = [*bays[:first], *made, *bays[first + used :]]
    return tuple(_renumbered(changed, run[0].row, run[0].number)), fitting


def _runs(bays: Sequence[Bay]) -> Iterator[list[Bay]]:
    """Yield stretches of neighbouring bays of one row, in order of their numbers."""
    for _, group in groupby(bays, key=lambda bay: bay.row):
        run: list[Bay] = []
        for bay in group:
            if run and run[-1].polygon.distance(bay.polygon) > _NEXT_M:
                yield run
                run = []
            run.append(bay)
        yield run


def _between(one: Bay, two: Bay) -> Vector:
    way: Vector = np.subtract(two.polygon.centroid.coords[0], one.polygon.centroid.coords[0])
    return way


def _side_m(bay: Bay) -> float:
    """Return the side of a bay that lies along its row: its width, or its depth if parallel."""
    assert bay.head is not None
    return float(bay.head.length)


def _moved(bay: Bay, by: Vector, place: int) -> Bay:
    assert bay.head is not None
    return replace(
        bay,
        number=bay.number + place,
        accessible=True,
        polygon=affinity.translate(bay.polygon, *by),
        head=affinity.translate(bay.head, *by),
    )


def _renumbered(bays: Sequence[Bay], row: str, first: int) -> Iterator[Bay]:
    """Yield all bays, those of the changed row numbered again without gaps."""
    start = next(i for i, bay in enumerate(bays) if bay.row == row and bay.accessible)
    number = first
    for position, bay in enumerate(bays):
        if bay.row == row and position >= start:
            yield replace(bay, id=BayId(f"{row}{number}"), number=number)
            number += 1
        else:
            yield bay
