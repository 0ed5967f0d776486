"""Divide branches among columns, in their order, as evenly as their heights allow."""

from __future__ import annotations

from collections.abc import Sequence


def divide(heights: Sequence[float], columns: int) -> tuple[tuple[int, ...], ...]:
    """Return indices by column so that the tallest column is as low as it can be."""
    if not heights:
        return ()
    low, high = max(heights), sum(heights)
    while high - low > 0.5:
        middle = (low + high) / 2
        if len(_fill(heights, middle)) <= columns:
            high = middle
        else:
            low = middle
    return _fill(heights, high)


def _fill(heights: Sequence[float], most: float) -> tuple[tuple[int, ...], ...]:
    filled: list[list[int]] = [[]]
    used = 0.0
    for index, height in enumerate(heights):
        if filled[-1] and used + height > most + 1e-6:
            filled.append([])
            used = 0.0
        filled[-1].append(index)
        used += height
    return tuple(map(tuple, filled))
