"""Erlang formulas against the published table of loads and ports."""

import pytest

from planner.charging.erlang import blocking, ports_for, waiting

# ports, erlang for blocking <= 1 %, <= 5 %, and for P(wait) <= 10 %
TABLE = [
    (2, 0.15, 0.38, 0.50), (4, 0.87, 1.52, 1.65), (6, 1.91, 2.96, 3.01), (8, 3.13, 4.54, 4.46),
    (12, 5.88, 7.95, 7.55), (20, 12.0, 15.3, 14.1), (50, 37.9, 44.5, 40.4),
]  # fmt: skip


@pytest.mark.parametrize(("ports", "one", "five", "wait"), TABLE)
def test_table(ports: int, one: float, five: float, wait: float) -> None:
    assert blocking(one, ports) == pytest.approx(0.01, rel=0.06)
    assert blocking(five, ports) == pytest.approx(0.05, rel=0.06)
    assert waiting(wait, ports) == pytest.approx(0.10, rel=0.06)
    assert ports_for(0.99 * five, 0.05) == ports


def test_nobody_needs_no_port() -> None:
    assert ports_for(0, 0.05) == 0
    assert waiting(3, 2) == 1
