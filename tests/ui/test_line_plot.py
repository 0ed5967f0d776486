"""Ticks are round, and thinning never loses a peak."""

import numpy as np
import pytest

from ui.widgets.line_plot import Curve, thinned
from ui.widgets.plot_frame import axis_marks, nice_ticks

TO_ONE = [0, 0.2, 0.4, 0.6, 0.8, 1]


@pytest.mark.parametrize(("high", "ticks"), [(100, [100 * t for t in TO_ONE]), (1.0, TO_ONE)])
def test_ticks_are_round(high: float, ticks: list[float]) -> None:
    assert nice_ticks(0, high) == pytest.approx(ticks)


def test_thinning_keeps_the_peak() -> None:
    y = np.zeros(35_040)
    y[20_001] = 7.0
    thin = thinned(Curve("load", np.arange(35_040.0), y))
    assert len(thin.x) <= 1500
    assert thin.y.max() == 7.0


@pytest.mark.parametrize(
    ("high", "unit", "last"), [(23.75, "h", 24), (23, "hour of day", 24), (18, "h", 18)]
)
def test_hours_of_a_day_are_marked_every_three_up_to_24(high, unit, last) -> None:
    marks = axis_marks(0.0, high, unit)
    assert marks[0] == 0
    assert marks[-1] <= last
    assert (np.diff(marks) == 3).all() == (last == 24)
