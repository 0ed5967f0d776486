"""Shipped books: complete, in range, sourced, and their cable rows follow their rule."""

from decimal import Decimal

import pytest

from data import TableError, open_table
from planner.inputs.problem import InputError
from planner.model.site import SURFACES, AreaKind
from planner.money.pricebook import (
    BOOK_OF_REGION,
    load_price_book,
    overlay,
    price_table,
    read_price_book,
)
from planner.money.sections.electrical import rcd_code

REGIONS = ("gb", "eu", "us")
HEAD = "code,group,description,unit,low,typical,high,currency,dated,source,confidence\n"


@pytest.mark.parametrize("region", REGIONS)
def test_every_row_is_sourced_and_ordered(region) -> None:
    for price in load_price_book(region).prices.values():
        assert 0 < price.low <= price.typical <= price.high, price.code
        assert price.source
        assert price.dated
        assert (price.confidence == "M") == price.source.startswith("Ampyard estimate"), price.code


def test_all_books_hold_the_same_codes() -> None:
    codes = {region: set(load_price_book(region).prices) for region in REGIONS}
    assert codes["gb"] == codes["eu"] == codes["us"]


def test_cable_price_follows_the_stated_rule() -> None:
    prices = load_price_book("gb").prices
    for cores, size in ((4, 25), (5, 16), (4, 240)):
        copper_kg = Decimal("8.9") * cores * size / 1000
        rule = (
            Decimal("1.35") * copper_kg * Decimal("8.5")
            + 2
            + Decimal("2.5")
            + size * Decimal("0.02")
        )
        found = prices[f"CABLE-Cu-{cores}x{size}"].typical
        assert abs(found - rule) <= Decimal("0.005")


def test_every_charger_of_the_catalogue_with_a_code_has_a_price() -> None:
    codes = {row.text("price_code") for row in open_table("chargers/models")} - {""}
    assert codes <= set(load_price_book("gb").prices)


def test_more_power_costs_more() -> None:
    for region in REGIONS:
        prices = load_price_book(region).prices
        chain = [prices[f"CHG-DC{kw}"].typical for kw in (50, 75, 100, 120, 150)]
        assert chain == sorted(chain)


def test_unknown_region_is_named() -> None:
    with pytest.raises(InputError, match="region 'atlantis'"):
        load_price_book("atlantis")
    assert set(BOOK_OF_REGION.values()) == set(REGIONS)


def test_own_prices_replace_those_with_the_same_code(tmp_path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEAD + "SIGN,Civil works,Sign,pcs,10,11,12,GBP,2026-11,own,A\n")
    book = overlay(load_price_book("gb"), read_price_book(path))
    assert book.prices["SIGN"].typical == 11
    assert book.prices["BOLLARD"] == load_price_book("gb").prices["BOLLARD"]


@pytest.mark.parametrize("cell", ["=1+1", "-3", "inf", "nan", "", "1e400", "12,50"])
def test_a_price_is_a_plain_number(tmp_path, cell) -> None:
    path = tmp_path / "own.csv"
    quoted = f'"{cell}"'
    path.write_text(HEAD + f"SIGN,Civil works,Sign,pcs,1,{quoted},99,GBP,2026-11,own,A\n")
    with pytest.raises(InputError, match=r"own\.csv"):
        read_price_book(path)


def test_books_in_two_currencies_do_not_mix(tmp_path) -> None:
    with pytest.raises(InputError, match="USD"):
        overlay(load_price_book("gb"), load_price_book("us"))
    assert TableError


def test_every_cable_of_the_range_has_a_price() -> None:
    codes = {
        f"CABLE-{row.text('conductor')}-{row.text('cores')}x{row.number('size_mm2'):g}"
        for row in open_table("cables/multicore")
    }
    assert codes - set(load_price_book("gb").prices) == set()


def test_every_breaker_of_the_range_has_a_price() -> None:
    codes = {
        f"DEV-{row.text('kind')}-{row.number('in_a'):g}"
        for row in open_table("protection/breakers")
    }
    assert codes - set(load_price_book("gb").prices) == set()


def test_every_rcd_of_the_range_has_a_price() -> None:
    codes = {rcd_code(row.text("key"), 32.0) for row in open_table("protection/rcds")}
    assert {c for c in codes if not c.endswith("rdc-dd-6")} <= set(load_price_book("gb").prices)


def test_every_surface_that_can_be_dug_has_a_price() -> None:
    prices = load_price_book("gb").prices
    assert all(f"TRENCH-{kind}" in prices for kind in (*SURFACES, AreaKind.PARKING))


@pytest.mark.parametrize("region", REGIONS)
def test_a_book_survives_the_round_trip(tmp_path, region) -> None:
    book = load_price_book(region)
    path = tmp_path / "own.csv"
    path.write_text(price_table(book), encoding="utf-8")
    assert read_price_book(path).prices == book.prices


@pytest.mark.parametrize(
    "content",
    [b"", b"# nothing\n", b"code,price\nA,1\n", b"\xff\xfe\x00c", HEAD.encode() + b'"a\nb",c\n',
     HEAD.encode() + b"A,B\n"],
    ids=["empty", "comment", "columns", "encoding", "torn quote", "short line"],
)  # fmt: skip
def test_a_bad_table_is_one_message(tmp_path, content) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"own\.csv"):
        read_price_book(path)


def test_a_missing_table_is_one_message(tmp_path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        read_price_book(tmp_path / "none.csv")
