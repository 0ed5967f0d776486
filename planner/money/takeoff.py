"""From the design to the bill of materials: every quantity has a cause on the plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.money import Bom, BomLine, PriceBook
from planner.model.site import Site
from planner.money.rounding import up_to_pack
from planner.money.sections.chargers import chargers
from planner.money.sections.civils import civils
from planner.money.sections.electrical import electrical
from planner.money.sections.services import services
from planner.money.sections.storage import NO_STORAGE, Storage, storage_and_solar
from planner.money.sections.taken import Taken


def take_off(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], book: PriceBook,
    pme: str = "open", storage: Storage = NO_STORAGE,
) -> Bom:  # fmt: skip
    """Measure the design; the book only lends descriptions and units.

    Lines appear in the order of the quote. A quantity of nothing makes no line,
    and no line is without a basis. `pme` is the project's measure against loss of
    the PEN conductor, `storage` the batteries and solar generators beside the design.
    """
    taken = (
        *chargers(design, catalogue),
        *electrical(site, design, catalogue, pme),
        *civils(site, design, catalogue),
        *services(design, catalogue),
        *storage_and_solar(storage),
    )
    return Bom(tuple(_line(t, book) for t in taken if t.net > 0))


def _line(taken: Taken, book: PriceBook) -> BomLine:
    price = book.prices.get(taken.code)
    description = taken.description or (price.description if price else taken.code)
    return BomLine(
        id="/".join(filter(None, (taken.group, taken.code, taken.variant))),
        group=taken.group,
        code=taken.code,
        description=description,
        net=taken.net,
        quantity=ordered(taken),
        unit=taken.unit,
        basis=taken.basis,
        rule=taken.rule,
    )


def ordered(taken: Taken) -> Decimal:
    """Return net × (1 + waste), in whole packs where there is waste, else rounded to the pack.

    Drawn trench is charged to the nearest 0.1 m; cable and duct are bought in
    whole metres, rounded up.
    """
    gross = taken.net * (1 + taken.waste_pct / 100)
    if not taken.pack:
        return gross
    if not taken.waste_pct:
        return (gross / taken.pack).quantize(Decimal(1), ROUND_HALF_UP) * taken.pack
    return up_to_pack(gross, taken.pack)
