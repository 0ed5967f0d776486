"""The audit passes a sound bill and notices each kind of fault."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.findings import Severity
from planner.model.design import Design
from planner.model.money import Bom, BomLine, Price, PriceBook, Terms
from planner.money.audit import audit
from planner.money.pricing import price


def errors(design, bom, quote) -> list[str]:
    return [f.code for f in audit(design, bom, quote) if f.severity is not Severity.OK]


def test_the_tiny_bill_passes(tiny_outcome) -> None:
    o = tiny_outcome
    assert errors(o.design, o.bom, o.quote) == []
    assert len(audit(o.design, o.bom, o.quote)) == 6


@pytest.mark.parametrize(
    ("start", "code"),
    [("TRENCH-", "TRENCH"), ("CABLE-", "CABLE"), ("CHG-", "CHARGERS"), ("DEV-", "DEVICES")],
)
def test_a_quantity_that_is_not_drawn_is_noticed(tiny_outcome, start, code) -> None:
    o = tiny_outcome
    wrong = next(line for line in o.bom.lines if line.code.startswith(start))
    more = replace(wrong, net=wrong.net + 1)
    bom = Bom(tuple(more if line is wrong else line for line in o.bom.lines))
    assert errors(o.design, bom, o.quote) == [f"MONEY-{code}"]


def test_a_cent_too_much_or_a_lost_line_is_noticed(tiny_outcome) -> None:
    o = tiny_outcome
    dear = replace(o.quote, total=o.quote.total + Decimal("0.01"))
    assert errors(o.design, o.bom, dear) == ["MONEY-TOTAL"]
    short = replace(o.quote, lines=o.quote.lines[1:])
    assert errors(o.design, o.bom, short) == ["MONEY-LINES", "MONEY-TOTAL"]


COST = st.decimals(0, 10**5, places=3)
RATE = st.decimals(0, 50, places=2)


@given(st.lists(st.tuples(COST, COST), min_size=1, max_size=8), RATE, RATE, RATE, RATE)
def test_two_ways_of_adding_up_agree(rows, margin, contingency, discount, tax) -> None:
    book = {
        f"X{n}": Price(f"X{n}", "G", "x", "pcs", cost, cost, cost, "test", "2026", "A")
        for n, (cost, _) in enumerate(rows)
    }
    bom = Bom(tuple(
        BomLine(f"G/X{n}", "G", f"X{n}", "x", q, q, "pcs", ("C1",), "test")
        for n, (_, q) in enumerate(rows)
    ))  # fmt: skip
    terms = Terms(margin, discount, contingency, tax)
    quote = price(bom, PriceBook("t", "t", "GBP", book), terms)
    assert errors(Design(), bom, quote) == []
