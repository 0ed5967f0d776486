"""One more charger: the unit and all that the bill adds with it."""

from dataclasses import replace

import pytest

from planner.money.unit_cost import installed_cost, installed_costs


def test_a_dual_post_by_hand(tiny_catalogue, tiny_book) -> None:
    p = {code: float(row.typical) for code, row in tiny_book.prices.items()}
    by_hand = (
        p["CHG-AC22-2"] + p["PLINTH-AC"] + p["BOLLARD"] + 2 * p["BAY-MARKING"] + p["SIGN"]
        + p["DESIGN-CHARGER"] + p["COMMISSION-AC"] + 0.5 * p["SITE-DAY"]
        + p["TEST-CIRCUIT"] + p["PILLAR-WAY"] + 2 * p["RCD-A-30"]
    )  # fmt: skip
    assert installed_cost(tiny_catalogue["AC22-2"], tiny_book) == pytest.approx(by_hand)


def test_two_single_posts_cost_more_than_one_dual(tiny_catalogue, tiny_book) -> None:
    dual = tiny_catalogue["AC22-2"]
    single = replace(dual, outlets=1, power_kw=22.0, price_code="CHG-AC22-1")
    assert 2 * installed_cost(single, tiny_book) > 1.1 * installed_cost(dual, tiny_book)


def test_models_without_a_price_are_left_out(tiny_catalogue, tiny_book) -> None:
    unknown = replace(tiny_catalogue["DC50"], price_code="")
    assert installed_costs({unknown.id: unknown}, tiny_book) == {}
