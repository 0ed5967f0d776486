"""Price books: shipped tables by region and the user's own rows on top of them."""

from __future__ import annotations

import csv
import functools
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from data import Row, TableError, open_table, read_table
from planner.inputs.problem import InputError
from planner.model.money import Price, PriceBook

VERSION = "2026-11"
"""Edition of the shipped tables."""

BOOK_OF_REGION: Mapping[str, str] = {
    "gb": "gb",
    **dict.fromkeys(("de", "at", "fr", "be", "nl", "lu", "ie", "es", "pt", "it", "fi", "mt"), "eu"),
    "eu": "eu",
    "us": "us",
}
"""Which shipped table serves a region; only regions that use its currency."""

COLUMNS = (
    "code", "group", "description", "unit", "low", "typical", "high", "currency", "dated",
    "source", "confidence",
)  # fmt: skip
CONFIDENCE: Mapping[str, str] = {
    "A": "primary or official",
    "B": "reputable secondary",
    "C": "vendor or second-hand",
    "M": "estimate, unconfirmed",
}


@functools.cache
def load_price_book(region: str) -> PriceBook:
    """Return the shipped price book of a region; an unknown region is an `InputError`."""
    name = BOOK_OF_REGION.get(region.lower())
    if name is None:
        known = ", ".join(sorted(BOOK_OF_REGION))
        raise InputError(
            "price book", "", f"there are no prices for region '{region}'", f"choose from {known}"
        )
    return _book(name, f"{name.upper()} {VERSION}", open_table(f"prices/{name}"))


def read_price_book(path: Path) -> PriceBook:
    """Read a user's price table, which has the columns of the shipped ones."""
    try:
        return _book(path.stem, path.stem, read_table(path))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(path.name, "", reason, "choose another file") from error
    except (ValueError, csv.Error) as error:
        # Bad tables, cells and encodings are all ValueErrors and say what is wrong.
        raise InputError(
            path.name, "", str(error), "export a price book and compare the two"
        ) from error


def price_table(book: PriceBook) -> str:
    """Write a book as the table that `read_price_book` reads."""
    stream = io.StringIO(newline="")
    stream.write(f"# Price book {book.version}. Prices before tax and margin.\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for p in book.prices.values():
        writer.writerow((
            p.code, p.group, p.description, p.unit, p.low, p.typical, p.high, book.currency,
            p.dated, p.source, p.confidence,
        ))  # fmt: skip
    return stream.getvalue()


def overlay(book: PriceBook, own: PriceBook) -> PriceBook:
    """Return the book with the user's rows in place of those with the same code."""
    if own.currency != book.currency:
        raise InputError(
            own.id, "", f"prices are in {own.currency}, the project uses {book.currency}",
            "convert the prices or choose the other book",
        )  # fmt: skip
    return replace(
        book, version=f"{book.version} with {own.version}", prices={**book.prices, **own.prices}
    )


def _book(book_id: str, version: str, rows: Iterable[Row]) -> PriceBook:
    rows = tuple(rows)
    currencies = sorted({row.text("currency") for row in rows})
    if len(currencies) != 1:
        raise TableError(
            f"{book_id}: one currency per book, found {', '.join(currencies) or 'none'}"
        )
    repeated = [c for c, n in Counter(row.text("code") for row in rows).items() if n > 1]
    if repeated:
        raise TableError(f"{book_id}: code '{repeated[0]}' stands twice")
    prices = {price.code: price for price in map(_price, rows)}
    return PriceBook(book_id, version, currencies[0], prices)


def _price(row: Row) -> Price:
    low, typical, high = (_money(row, column) for column in ("low", "typical", "high"))
    if not low <= typical <= high:
        raise TableError(f"{row.table}, line {row.line}: low, typical and high are out of order")
    if row.text("confidence") not in CONFIDENCE:
        raise TableError(f"{row.table}, line {row.line}: 'confidence' is none of A, B, C and M")
    return Price(
        row.text("code"), row.text("group"), row.text("description"), row.text("unit"),
        low, typical, high, row.text("source"), row.text("dated"), row.text("confidence"),
    )  # fmt: skip


def _money(row: Row, column: str) -> Decimal:
    cell = row.text(column)
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal("NaN")
    # A price is a plain number: no sign, no exponent games, no infinity.
    if not value.is_finite() or not 0 <= value < Decimal(10) ** 9:
        raise TableError(f"{row.table}, line {row.line}: '{column}' is '{cell}', not a price")
    return value
