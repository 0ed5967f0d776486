"""The next standard step that lifts a limit, with what it costs and how long it takes."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import replace

from data import open_table
from grid.model import Network, Supply, TimedLimit
from grid.wiring.transformers import catalogue as transformers
from planner.layout.boards import RATINGS_A
from planner.model.headroom import Lift
from planner.model.money import PriceBook

KVA_STEP = 10.0
"""Agreed capacity is asked for in whole tens of kVA (assumption)."""
DAYS_PER_WEEK = 7


def round_up_kva(kva: float) -> float:
    """Return the next agreed capacity that is asked for."""
    return KVA_STEP * math.ceil(kva / KVA_STEP - 1e-9)


def more_agreed(now_kva: float, needed_kva: float, book: PriceBook) -> Lift:
    """Ask the network operator for more."""
    wanted = round_up_kva(needed_kva)
    more = wanted - now_kva
    text = f"Ask for {wanted:,.0f} kVA instead of {now_kva:,.0f} kVA"
    step = Lift("agreed capacity", "supply", text, lead_time=lead_time("agreed-capacity"))
    return priced(step, book, "AGREED-KVA", more, "kVA")


def more_timed(timed: TimedLimit, needed_kva: float) -> Lift:
    """Ask the network operator for more in the hours with less; no book prices that."""
    text = (
        f"Ask for {round_up_kva(needed_kva):,.0f} kVA instead of {timed.kva:,.0f} kVA from "
        f"{timed.from_h:02d}:00 to {timed.to_h:02d}:00"
    )
    return Lift(
        "agreed capacity", "supply", text, "AGREED-KVA-TIMED",
        round_up_kva(needed_kva) - timed.kva, "kVA", lead_time=lead_time("timed-connection"),
    )  # fmt: skip


def next_transformer_kva(needed_kva: float) -> float | None:
    """Return the smallest standard rating that carries a load, None above the range."""
    return next((k for k in sorted(transformers()) if k >= needed_kva - 1e-9), None)


def larger_transformer(supply: Supply, needed_kva: float, book: PriceBook) -> Lift | None:
    """Put the next standard transformer in the place of the present one."""
    kva = next_transformer_kva(needed_kva)
    if supply.transformer is None or kva is None or kva <= supply.transformer.rated_kva:
        return None
    unit = supply.transformer
    text = f"Transformer of {kva:,.0f} kVA instead of {unit.rated_kva:,.0f} kVA"
    step = Lift("transformer", unit.id, text, lead_time=lead_time("transformer"))
    return priced(step, book, f"TX-{kva:g}", 1.0, "pcs")


def with_transformer(supply: Supply, kva: float) -> Supply:
    """Return the supply with a standard transformer of a rating, same voltages and id."""
    unit = supply.transformer
    assert unit is not None
    new = transformers(unit.hv_kv, unit.lv_no_load_v)[kva]
    return replace(supply, transformer=replace(new, id=unit.id, clock=unit.clock))


def larger_board(network: Network, board: str, needed_a: float, book: PriceBook) -> Lift | None:
    """Put a board of the next standard rating in the place of the present one."""
    rating = next((r for r in RATINGS_A if r >= needed_a - 1e-9), None)
    now = network.boards.get(board)
    if now is None or rating is None or rating <= now.rating_a:
        return None
    text = f"{now.name}: {rating:g} A instead of {now.rating_a:g} A"
    step = Lift("board", board, text, lead_time=lead_time("cable"))
    if board == network.origin:
        # What an existing main board costs to replace, no book can say.
        return replace(step, code="MAIN-BOARD", quantity=1.0, unit="pcs")
    return priced(step, book, f"PILLAR-{rating:g}", 1.0, "pcs")


def priced(step: Lift, book: PriceBook, code: str, quantity: float, unit: str) -> Lift:
    """Put the book's price on a step; without one the cost stays unknown."""
    price = book.prices.get(code)
    step = replace(step, code=code, quantity=quantity, unit=unit, currency=book.currency)
    if price is None:
        return step
    return replace(
        step, cost=quantity * float(price.typical), cost_low=quantity * float(price.low),
        cost_high=quantity * float(price.high), source=price.source, confidence=price.confidence,
    )  # fmt: skip


def summed(step: Lift, book: PriceBook, parts: Mapping[str, float]) -> Lift:
    """Price a step made of several things; one without price leaves the whole unknown."""
    priced_parts = [priced(step, book, code, n, "") for code, n in parts.items()]
    missing = [p.code for p in priced_parts if p.cost is None]
    step = replace(
        step, code=" + ".join(missing or parts), quantity=1.0, unit="sum", currency=book.currency
    )
    if missing:
        return step
    worst = max(priced_parts, key=lambda p: p.confidence)
    return replace(
        step, cost=sum(p.cost or 0.0 for p in priced_parts),
        cost_low=sum(p.cost_low or 0.0 for p in priced_parts),
        cost_high=sum(p.cost_high or 0.0 for p in priced_parts),
        source=worst.source, confidence=worst.confidence,
    )  # fmt: skip


def lead_time(key: str) -> str:
    """Say how long something takes: "16 to 24 weeks", or that nobody knows."""
    low, high = lead_days().get(key, (None, None))
    if low is None or high is None:
        return "not known"
    weeks = sorted({round(low / DAYS_PER_WEEK), round(high / DAYS_PER_WEEK)})
    return f"{' to '.join(map(str, weeks))} weeks"


@functools.cache
def lead_days() -> Mapping[str, tuple[float | None, float | None]]:
    """Return the shipped lead times in days by key, None where no source says."""
    return {
        row.text("key"): (row.optional_number("low_days"), row.optional_number("high_days"))
        for row in open_table("prices/lead_times")
    }
