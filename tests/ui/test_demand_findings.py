"""What cannot be right about a demand is said in the demand step."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from planner.model.demand import ROTA, DemandInput, Visit


def fleet(stay_min: float, kwh: float) -> DemandInput:
    """Return a van that comes at eight from Monday to Friday."""
    times = [480 + 1440 * day for day in range(5)]
    return DemandInput(ROTA, 1.0, 0.0, tuple(Visit(t, t + stay_min, kwh, 11, 50) for t in times))


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        ((DemandInput("hotel", 0.0),), "No drivers are expected"),
        ((DemandInput("hotel", 3.0), DemandInput("retail", 0.0)), "Retail customers: no cars come"),
        ((fleet(0, 10),), "leave when they arrive"),
        ((fleet(30, 60),), "want more energy than they can take"),
        ((DemandInput("workplace", 90.0),), "there are 12 bays"),
    ],
)
def test_the_demand_step_says_what_is_wrong(open_tiny, qtbot, demand, words: str) -> None:
    open_tiny.work.go_to(2)
    open_tiny.session.set_demand(demand)

    def said() -> None:
        shown = open_tiny.work.demand_panel.findChildren(QLabel)
        assert any(words in text.text() for text in shown)

    qtbot.waitUntil(said)
