"""Typing errors in capacity tables are found; the shipped table has one known offender."""

from dataclasses import replace

import pytest

from data import open_table
from grid.model import Conductor, Insulation
from grid.wiring.ampacity import Row52, load
from grid.wiring.ampacity_lint import lint, lint_factors

OFFENDER = "PVC/3/Cu/A1/240"
ROW = Row52(Insulation.XLPE, 3, Conductor.CU, "D1")


def changed(size, amps):
    table = {row: dict(cells) for row, cells in load("iec60364").items()}
    table[ROW][size] = replace(table[ROW][size], it_a=amps)
    return {f.code for f in lint(table) if f.subject.startswith("XLPE/3")}


def test_shipped_table_is_clean_but_for_the_266_a_cell():
    found = lint(load("iec60364"))
    assert {(f.subject, f.code) for f in found} == {
        (OFFENDER, "AMP-LAW"),
        ("PVC/3/Al/A1/240", "AMP-RATIO"),
    }
    assert load("iec60364")[Row52(Insulation.PVC, 3, Conductor.CU, "A1")][240].flag


@pytest.mark.parametrize(
    ("size", "amps", "code"),
    [
        (95, 160.0, "AMP-RISE"),
        (95, 230.0, "AMP-LAW"),
        (25, 130.0, "AMP-RATIO"),
        (50, 160.0, "AMP-D2"),
    ],
)
def test_each_kind_of_typing_error_is_found(size, amps, code):
    assert code in changed(size, amps)


def test_a_row_copied_from_d1_to_d2_is_found():
    table = {row: dict(cells) for row, cells in load("iec60364").items()}
    d1 = Row52(Insulation.XLPE, 3, Conductor.AL, "D1")
    table[Row52(Insulation.XLPE, 3, Conductor.AL, "D2")] = table[d1]
    assert any(f.code == "AMP-RATIO" and "/D2/" in f.subject for f in lint(table))


@pytest.mark.parametrize(
    ("table", "where", "x", "reference"),
    [
        ("temperature", {"medium": "air", "insulation": "XLPE"}, "temperature_c", 30),
        ("temperature", {"medium": "air", "insulation": "PVC"}, "temperature_c", 30),
        ("temperature", {"medium": "ground", "insulation": "XLPE"}, "temperature_c", 20),
        ("temperature", {"medium": "ground", "insulation": "PVC"}, "temperature_c", 20),
        ("soil", {"method": "D1"}, "soil_k_m_w", 2.5),
        ("soil", {"method": "D2"}, "soil_k_m_w", 2.5),
        ("grouping", {"arrangement": "D1", "spacing": "touching"}, "circuits", 1),
        ("grouping", {"arrangement": "D2", "spacing": "0.25m"}, "circuits", 1),
        ("grouping", {"arrangement": "bunched"}, "circuits", 1),
    ],
)
def test_factors_are_one_at_the_reference(table, where, x, reference):
    rows = open_table(f"codes/iec60364/{table}")
    points = {
        r.number(x): r.number("factor")
        for r in rows
        if all(r.text(column) == value for column, value in where.items())
    }
    assert lint_factors(points, reference) == ()


def test_a_factor_that_is_off_is_found():
    assert {f.code for f in lint_factors({20: 0.9, 30: -1.0}, 20)} == {
        "AMP-FACTOR",
        "AMP-REFERENCE",
    }
