"""Standard distribution transformers and the choice among them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from data import open_table
from grid.model import Transformer


@functools.cache
def catalogue(hv_kv: float = 11.0, lv_no_load_v: float = 420.0) -> Mapping[float, Transformer]:
    """Return the shipped transformers by rated power [kVA] for given voltages.

    Losses are the legal ceilings for new units in the EU (see the table); an
    existing transformer's rating plate always wins.
    """
    found = {}
    for row in open_table("transformers/liquid"):
        kva = row.number("rated_kva")
        found[kva] = Transformer(
            id=row.text("key"),
            rated_kva=kva,
            hv_kv=hv_kv,
            lv_no_load_v=lv_no_load_v,
            uk_pct=row.number("uk_pct"),
            load_loss_kw=row.number("load_loss_kw"),
            no_load_loss_kw=row.number("no_load_loss_kw"),
            no_load_current_pct=row.number("no_load_current_pct"),
        )
    return MappingProxyType(found)


def required_kva(load_kw: float, efficiency: float, power_factor: float) -> float:
    """Return S = P/(η·cos φ) [kVA] of chargers with an output of P [kW]."""
    return load_kw / (efficiency * power_factor)


def smallest_kva(load_kva: float, loading: float = 1.0) -> float | None:
    """Return the smallest standard rating [kVA] that stays within a loading, or None."""
    return next((k for k in sorted(catalogue()) if k * loading >= load_kva), None)
