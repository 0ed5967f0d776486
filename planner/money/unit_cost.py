"""What one more charger of a model costs, before its cable and trench are known.

The mix of chargers is chosen by this figure. It is the difference between the
bills of many and of one charger, so foundation, bollards, marking, design and
commissioning are in it, and it follows every change of the take-off by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapely import Point, box

from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger, Design
from planner.model.ids import BayId, ChargerId, ModelId
from planner.model.money import PriceBook
from planner.model.site import Bay, Site
from planner.money.takeoff import take_off

MANY = 21
"""Enough to spread what is counted in whole days."""


def installed_costs(
    catalogue: Mapping[ModelId, ChargerModel], book: PriceBook
) -> dict[ModelId, float]:
    """Return the cost of one more charger for each model that the book prices."""
    return {
        key: installed_cost(model, book)
        for key, model in catalogue.items()
        if model.price_code in book.prices
    }


def installed_cost(model: ChargerModel, book: PriceBook) -> float:
    """Return the typical cost of one more charger with all that comes with it.

    Its circuit counts with test, board way and residual current devices; cable,
    device and trench depend on the place and are left out.
    """
    more = _bill(model, MANY, book) - _bill(model, 1, book)
    points = model.outlets if model.current is Current.AC else 1
    rcd = "RCD-A-30" if model.current is Current.AC else "RCD-B-300"
    circuit = _typical(book, "TEST-CIRCUIT") + _typical(book, "PILLAR-WAY")
    return more / (MANY - 1) + circuit + points * _typical(book, rcd)


def _typical(book: PriceBook, code: str) -> float:
    return float(book.prices[code].typical) if code in book.prices else 0.0


def _bill(model: ChargerModel, count: int, book: PriceBook) -> float:
    """Price a bare design of `count` chargers, each with a bay per outlet."""
    bays = {
        BayId(f"{n}-{outlet}"): Bay(BayId(f"{n}-{outlet}"), box(0, 0, 1, 1), "A", n)
        for n in range(count)
        for outlet in range(model.outlets)
    }
    chargers = {
        ChargerId(f"C{n}"): Charger(
            ChargerId(f"C{n}"), model.id, Point(0, 0),
            tuple(BayId(f"{n}-{outlet}") for outlet in range(model.outlets)),
        )
        for n in range(count)
    }  # fmt: skip
    site = Site("one more charger", epsg=3857, bays=bays)
    bom = take_off(site, Design(chargers=chargers), {model.id: model}, book)
    return sum(float(line.quantity) * _typical(book, line.code) for line in bom.lines)
