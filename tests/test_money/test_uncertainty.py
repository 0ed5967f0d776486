"""The band of the price: against closed forms, and the same for a seed."""

from dataclasses import replace

import numpy as np
import pytest

from planner.money.uncertainty import spread, triangular


def test_triangular_quantiles_match_the_closed_form() -> None:
    low, mode, high = (np.array([v]) for v in (0.0, 2.0, 10.0))
    u = np.linspace(0, 1, 100_001)[:, None]
    x = triangular(u, low, mode, high)
    assert x.mean() == pytest.approx((0 + 2 + 10) / 3, rel=1e-4)
    assert triangular(np.array([[0.2]]), low, mode, high)[0, 0] == pytest.approx(2.0)


def test_band_lies_within_the_extremes(tiny_outcome) -> None:
    quote = tiny_outcome.quote
    band = spread(quote, seed=1)
    assert float(quote.low) < band.p10 < band.p50 < band.p90 < float(quote.high)


def test_same_seed_same_band(tiny_outcome) -> None:
    assert spread(tiny_outcome.quote, 7) == spread(tiny_outcome.quote, 7)
    assert spread(tiny_outcome.quote, 7) != spread(tiny_outcome.quote, 8)


def test_certain_prices_have_no_band(tiny_outcome) -> None:
    sure = tuple(replace(q, low=q.amount, high=q.amount) for q in tiny_outcome.quote.lines)
    band = spread(replace(tiny_outcome.quote, lines=sure), 1)
    assert band.p10 == band.p90 == pytest.approx(float(tiny_outcome.quote.net), abs=0.02)
    assert band.drivers == ()


def test_the_dearest_uncertain_line_leads(tiny_outcome) -> None:
    drivers = spread(tiny_outcome.quote, 1).drivers
    assert drivers[0].description == "50 kW DC charger"
    assert drivers[0].share_pct > drivers[1].share_pct > 0
