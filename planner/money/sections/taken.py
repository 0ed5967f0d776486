"""A quantity as measured, before waste, packs and prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """One measured quantity.

    `basis` names the objects it comes from; `waste_pct` and `pack` say how the
    ordered quantity follows from `net`. An empty `description` takes the book's.
    `variant` keeps lines apart that share a price.
    """

    group: str
    code: str
    net: Decimal
    unit: str
    basis: tuple[str, ...]
    rule: str
    description: str = ""
    waste_pct: Decimal = Decimal(0)
    pack: Decimal = Decimal(0)
    variant: str = ""


def each(
    group: str, code: str, basis: Iterable[str], rule: str, description: str = "", *, per: int = 1
) -> Taken:
    """Return `per` pieces for every object of the basis."""
    objects = tuple(basis)
    return Taken(group, code, Decimal(per * len(objects)), "pcs", objects, rule, description)
