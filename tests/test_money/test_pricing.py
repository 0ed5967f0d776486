"""Rounding, order of operations and the honesty of an offer."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.findings import Severity
from planner.model.money import Bom, BomLine, Price, PriceBook, Terms
from planner.money.pricing import price, totals, unit_price
from planner.money.rounding import cents

MONEY = st.decimals(0, 10**6, places=2)
RATE = st.decimals(0, 60, places=1)


def book_of(*typical: str) -> PriceBook:
    rows = [
        Price(f"X{n}", "G", f"Item {n}", "pcs", Decimal(t) / 2, Decimal(t), Decimal(t) * 2,
              "test", "2026", "A")
        for n, t in enumerate(typical)
    ]  # fmt: skip
    return PriceBook("test", "test", "GBP", {row.code: row for row in rows})


def line_of(code: str, quantity: str) -> BomLine:
    return BomLine(f"G/{code}", "G", code, code, Decimal(quantity), Decimal(quantity), "pcs",
                   ("C1",), "test")  # fmt: skip


def test_worked_example() -> None:
    bom = Bom((line_of("X0", "13"), line_of("X1", "52.6")))
    terms = Terms(margin_pct=Decimal(18), contingency_pct=Decimal(3), tax_pct=Decimal(20))
    quote = price(bom, book_of("2491.525", "100.34"), terms)
    # 2491.525 · 1.18 = 2939.9995 -> 2940.00; 100.34 · 1.18 = 118.4012 -> 118.40
    assert [line.unit_price for line in quote.lines] == [Decimal("2940.00"), Decimal("118.40")]
    assert [line.amount for line in quote.lines] == [Decimal("38220.00"), Decimal("6227.84")]
    assert quote.sum_lines == Decimal("44447.84")
    assert quote.contingency == Decimal("1333.44")  # 1333.4352
    assert quote.net == Decimal("45781.28")
    assert quote.tax == Decimal("9156.26")  # 9156.256
    assert quote.total == Decimal("54937.54")


def test_half_a_cent_goes_up() -> None:
    assert cents(Decimal("8984.625")) == Decimal("8984.63")
    assert cents(Decimal("0.005")) == Decimal("0.01")


@given(MONEY, RATE, RATE, RATE)
def test_totals_add_up_in_whole_cents(sum_lines, contingency, discount, tax) -> None:
    terms = Terms(contingency_pct=contingency, discount_pct=discount, tax_pct=tax)
    t = totals(sum_lines, terms)
    assert t.net == t.sum_lines + t.contingency - t.discount
    assert t.total == t.net + t.tax
    assert all(value == cents(value) for value in t)


@given(st.lists(st.tuples(MONEY, st.decimals(0, 500, places=1)), min_size=1, max_size=20), RATE)
def test_sum_of_rounded_lines_is_the_sum(rows, margin) -> None:
    book = book_of(*(str(cost) for cost, _ in rows))
    bom = Bom(tuple(line_of(f"X{n}", str(q)) for n, (_, q) in enumerate(rows)))
    quote = price(bom, book, Terms(margin_pct=margin))
    assert quote.sum_lines == sum(line.amount for line in quote.lines)
    for line, (cost, quantity) in zip(quote.lines, rows, strict=True):
        assert line.amount == cents(quantity * unit_price(cost, quote.terms))
    assert quote.low <= quote.net <= quote.high


def test_a_line_without_price_is_an_error_and_in_no_total() -> None:
    bom = Bom((line_of("X0", "1"), line_of("GONE", "3")))
    quote = price(bom, book_of("10"), Terms())
    assert [line.code for line in quote.unpriced] == ["GONE"]
    assert len(quote.lines) == 1
    (finding,) = (f for f in quote.findings if f.severity is Severity.ERROR)
    assert finding.code == "MONEY-UNPRICED"
    assert "GONE" in finding.message


def test_a_wrong_unit_is_an_error() -> None:
    bom = Bom((replace(line_of("X0", "1"), unit="m"),))
    codes = [f.code for f in price(bom, book_of("10"), Terms()).findings]
    assert codes == ["MONEY-UNIT"]


def test_weak_prices_make_a_budget_figure(tiny_outcome) -> None:
    (finding,) = (f for f in tiny_outcome.quote.findings if f.code == "MONEY-CLASS")
    assert finding.value is not None
    assert 50 < finding.value <= 100


def test_margin_is_in_the_unit_price(tiny_outcome, tiny_book) -> None:
    line = next(q for q in tiny_outcome.quote.lines if q.bom.code == "TRENCH-grass")
    assert line.unit_cost == tiny_book.prices["TRENCH-grass"].typical == Decimal(48)
    assert line.unit_price == pytest.approx(Decimal("56.64"))
