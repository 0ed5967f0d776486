"""Numbers as readers expect them."""

from datetime import date
from decimal import Decimal

import pytest

from planner.documents.words import (
    count,
    figure,
    long_date,
    money,
    quantity,
    short_money,
    significant,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [(23100.4, "23,100"), (0.0471, "0.0471"), (258.4312, "258.4"), (-3.2, "−3.2"), (0, "0"),
     (0.00002, "0.00002"), (12.0, "12")],
)  # fmt: skip
def test_significant(value, words) -> None:
    assert significant(value) == words


def test_money_and_counts() -> None:
    assert money(Decimal("318669.06"), "GBP") == "£318,669.06"
    assert money(Decimal("-5"), "CHF") == "CHF −5.00"
    assert short_money(293_400, "EUR") == "€293k"
    assert short_money(9_400, "EUR") == "€9,400"
    assert count(1, "charger") == "1 charger"
    assert count(2, "charger") == "2 chargers"


def test_quantities_and_blanks() -> None:
    assert quantity(Decimal("14.000")) == "14"
    assert quantity(Decimal("78.70")) == "78.7"
    assert quantity(Decimal(1200)) == "1,200"
    assert figure(None) == "–"
    assert long_date(date(2026, 11, 22)) == "22 November 2026"
    assert long_date(None) == "not dated"
