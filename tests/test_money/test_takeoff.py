"""Conservation: each quantity equals what is drawn, and goes when its cause goes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, unary_union

from grid.model import Earthing
from planner.model.design import Design, Trench
from planner.model.ids import ChargerId, TrenchId
from planner.model.site import SURFACES
from planner.money.sections.civils import trench_lengths_m
from planner.money.sections.electrical import rcd_code
from planner.money.takeoff import take_off


@pytest.fixture
def bom(tiny_site, tiny_design, tiny_catalogue, tiny_book):
    return take_off(tiny_site, tiny_design, tiny_catalogue, tiny_book)


def net(bom, start: str) -> Decimal:
    return sum((line.net for line in bom.lines if line.code.startswith(start)), Decimal(0))


def test_trench_metres_equal_the_union_of_the_drawing(bom, tiny_design) -> None:
    union = unary_union([t.line for t in tiny_design.trenches.values()])
    assert net(bom, "TRENCH-") == Decimal("40.5") == Decimal(str(round(union.length, 3)))


def test_cable_metres_equal_the_schedule(bom, tiny_design) -> None:
    drawn = sum(c.cable_m * c.sized.parallel for c in tiny_design.circuits.values())
    assert float(net(bom, "CABLE-")) == pytest.approx(drawn, abs=1e-9)


def test_every_line_has_a_cause_that_exists(bom, tiny_site, tiny_design) -> None:
    known = {*tiny_design.chargers, *tiny_design.boards, *tiny_design.circuits,
             *tiny_design.trenches, *tiny_site.bays, *tiny_site.boards}  # fmt: skip
    for line in bom.lines:
        assert line.basis, line.id
        assert set(line.basis) <= known, line.id
        assert line.net > 0
        assert line.quantity > 0
        assert line.rule
    assert len({line.id for line in bom.lines}) == len(bom.lines)


def test_every_line_of_the_tiny_site_is_priced(bom, tiny_book) -> None:
    assert [line.code for line in bom.lines if line.code not in tiny_book.prices] == []
    assert all(tiny_book.prices[line.code].unit == line.unit for line in bom.lines)


def test_no_design_makes_no_line(tiny_site, tiny_catalogue, tiny_book) -> None:
    assert take_off(tiny_site, Design(), tiny_catalogue, tiny_book).lines == ()


def test_a_removed_charger_takes_its_lines_along(
    tiny_site, tiny_design, tiny_catalogue, tiny_book
) -> None:
    kept = {k: c for k, c in tiny_design.chargers.items() if k != ChargerId("C3")}
    bom = take_off(tiny_site, replace(tiny_design, chargers=kept), tiny_catalogue, tiny_book)
    codes = {line.code for line in bom.lines}
    assert not codes & {"CHG-DC50", "PLINTH-DC", "COMMISSION-DC"}
    assert all("C3" not in line.basis for line in bom.lines)


def test_without_a_cap_there_is_no_load_manager(
    tiny_site, tiny_design, tiny_catalogue, tiny_book
) -> None:
    bom = take_off(tiny_site, replace(tiny_design, managed_cap_kw=None), tiny_catalogue, tiny_book)
    assert net(bom, "LOAD-MANAGER") == net(bom, "DATA-CABLE") == 0


def test_existing_duct_costs_pulling_only(
    tiny_site, tiny_design, tiny_catalogue, tiny_book, bom
) -> None:
    t2 = replace(tiny_design.trenches[TrenchId("T2")], existing_duct=True)
    design = replace(tiny_design, trenches={**tiny_design.trenches, t2.id: t2})
    reused = take_off(tiny_site, design, tiny_catalogue, tiny_book)
    assert net(reused, "TRENCH-") == Decimal("22.5")
    assert net(reused, "PULL-DUCT") == 18
    assert net(reused, "DUCT-") == net(bom, "DUCT-") - 18


@pytest.mark.parametrize(
    ("earthing", "code"), [(Earthing.TT, "EARTH-TT"), (Earthing.TN_C_S, "OPEN-DECISION")]
)
def test_earthing_decides_a_line(
    tiny_site, tiny_design, tiny_catalogue, tiny_book, bom, earthing, code
) -> None:
    site = replace(tiny_site, supply=replace(tiny_site.supply, earthing=earthing))
    assert net(bom, code) == 0
    assert net(take_off(site, tiny_design, tiny_catalogue, tiny_book), code) == 1


@pytest.mark.parametrize(
    ("pme", "code", "quantity"),
    [
        ("open", "OPEN-DECISION", "1"),
        ("tt-electrode", "EARTH-TT", "1"),
        ("open-pen-device", "EARTH-OPEN-PEN", "3"),
        # 2 × 44 / 0.99 + 50 / (0.95 · 0.98) = 142.6 kVA.
        ("isolating-transformer", "EARTH-ISOLATE", "142.6"),
        ("balanced", "", "0"),
        ("nonsense", "OPEN-DECISION", "1"),
    ],
)
def test_the_decision_on_pme_adds_its_own_line_and_no_other(
    pme, code, quantity, tiny_site, tiny_design, tiny_catalogue, tiny_book
) -> None:
    site = replace(tiny_site, supply=replace(tiny_site.supply, earthing=Earthing.TN_C_S))
    lines = take_off(site, tiny_design, tiny_catalogue, tiny_book, pme).lines
    measures = ("OPEN-DECISION", "EARTH-TT", "EARTH-OPEN-PEN", "EARTH-ISOLATE")
    found = {line.code: line.quantity for line in lines if line.code in measures}
    assert found == ({code: Decimal(quantity)} if code else {})
    assert all(code in tiny_book.prices for code in found)
    # Off a PME supply the decision changes nothing.
    assert take_off(tiny_site, tiny_design, tiny_catalogue, tiny_book, pme) == take_off(
        tiny_site, tiny_design, tiny_catalogue, tiny_book
    )


@pytest.mark.parametrize(
    ("text", "in_a", "code"),
    [
        ("rcd-30-a", 63, "RCD-A-30"),
        ("30 mA type A with 6 mA RDC-DD per outlet", 80, "RCD-A-30"),
        ("30 mA type B, or type A with RDC-DD 6 mA", 80, "RCD-A-30"),
        ("Type B 300 mA", 125, "RCD-B-300"),
        ("rcd-300-b", 160, "RCD-RELAY"),
        ("", 32, ""),
        ("by maker", 32, "RCD-by maker"),
    ],
)
def test_rcd_named_by_key_or_in_words(text, in_a, code) -> None:
    assert rcd_code(text, in_a) == code


POINT = st.tuples(st.integers(0, 40), st.integers(0, 40))
PIECE = st.tuples(POINT, POINT, st.sampled_from(SURFACES)).filter(lambda p: p[0] != p[1])


@settings(max_examples=60)
@given(st.lists(PIECE, max_size=12))
def test_each_metre_of_any_trench_counts_once(pieces) -> None:
    trenches = {
        TrenchId(f"T{n}"): Trench(TrenchId(f"T{n}"), LineString([a, b]), surface, ())
        for n, (a, b, surface) in enumerate(pieces)
    }
    union = unary_union([t.line for t in trenches.values()])
    total = sum(trench_lengths_m(Design(trenches=trenches)).values())
    # Crossings are snapped to 1 mm, so the two may differ by millimetres.
    assert float(total) == pytest.approx(union.length, abs=0.02)


def test_type_a_brings_its_dc_detector(
    tiny_site, tiny_design, tiny_catalogue, tiny_book, bom
) -> None:
    text = "30 mA type B, or type A with RDC-DD 6 mA"
    circuits = {
        k: replace(c, sized=replace(c.sized, rcd=text if c.sized.rcd else ""))
        for k, c in tiny_design.circuits.items()
    }
    both = take_off(tiny_site, replace(tiny_design, circuits=circuits), tiny_catalogue, tiny_book)
    assert net(bom, "RDC-DD") == 0
    # Two posts with two sockets each and one DC unit.
    assert net(both, "RCD-A-30") == net(both, "RDC-DD") == 5
