"""What a year of charging costs under each regime, as the second table of the proof page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.charging.bill import Contract
from planner.charging.compare import Regime
from planner.charging.price import seasons
from planner.charging.strategies import LOWEST_PEAK, PRICED, UNCONTROLLED
from planner.charging.strategies.names import name_of
from planner.documents.words import figure, money
from planner.model.energy_price import EnergyPrice

MOST_WINDOWS = 3
"""Windows with a column of their own; those after are summed up beside the base price."""
BIGGER = "No management, bigger connection"


def cost_table(
    regimes: Sequence[Regime], contract: Contract, agreed_kva: float | None
) -> dict[str, Any] | None:
    """Return head, rows and notes, the bigger connection first; None without a supply."""
    if agreed_kva is None:
        return None
    priced = contract.price is not None
    shown = [w.name for w in regimes[0].windows[:-1]][:MOST_WINDOWS] if priced else []
    head = ["Regime", "Connection, kVA"]
    if priced:
        head += [f"{name}, MWh" for name in (*shown, "Other" if shown else "Energy")]
    head += ["Energy", "Capacity", "Charges a year", "Per kWh" if priced else "Less than without"]
    return {
        "head": head,
        "rows": [
            _row(r, regimes[0], len(shown), priced=priced) for r in regimes if r.name != LOWEST_PEAK
        ],
        "note": _note(regimes[0], contract, agreed_kva) + _of_price(contract, regimes, len(shown)),
    }


def _row(regime: Regime, free: Regime, shown: int, *, priced: bool) -> list[str]:
    name = BIGGER if regime.name == UNCONTROLLED else name_of(regime.name)
    cells = [name, figure(regime.connection_kva)]
    if priced:
        kwh = [w.kwh for w in regime.windows]
        cells += [figure(v / 1000, 1) for v in (*kwh[:shown], sum(kwh[shown:]))]
    cost, before = regime.cost, free.cost
    if cost is None or before is None:
        return [*cells, "–", "–", "–", "–"]
    kwh_a_year = sum(w.kwh for w in regime.windows)
    last = "–" if regime is free else money(before.total - cost.total, cost.currency, 0)
    if priced:
        last = money(cost.total / kwh_a_year, cost.currency, 3) if kwh_a_year else "–"
    return [
        *cells,
        *("–" if v is None else money(v, cost.currency, 0) for v in (cost.energy, cost.capacity)),
        money(cost.total, cost.currency, 0),
        last,
    ]


def _note(free: Regime, contract: Contract, agreed_kva: float) -> str:
    """Say what the bigger connection is and where the charges come from."""
    needed = free.connection_kva or 0.0
    bigger = (
        f"Without load management existing load and charging need {figure(needed)} kVA where "
        f"{figure(agreed_kva)} kVA are agreed; the first row is the price of that connection, "
        "without what the network operator asks once for building it."
        if needed > agreed_kva
        else f"Without load management {figure(needed)} of {figure(agreed_kva)} agreed kVA "
        "would do, so no bigger connection is needed."
    )
    network, cost = contract.network, free.cost
    if network is None or cost is None:
        return f"{bigger} No network charges are known for this region."
    said = f"{bigger} Charges are what charging adds in a year: {cost.band}, {network.year} "
    return f"{said}({network.bands[0].source})."


def _of_price(contract: Contract, regimes: Sequence[Regime], shown: int) -> str:
    """Say what a kWh costs, and which season the simulated weeks stand for."""
    price, cost = contract.price, regimes[0].cost
    if price is None:
        if cost is None or cost.energy is None:
            return " Energy is left out: its price must be entered."
        return " Energy is priced by the network's charge alone: no energy price is entered."
    per_kwh = [f"{w.name} {money(w.per_kwh, contract.currency, 3)}" for w in price.windows[:shown]]
    base = money(price.base_per_kwh, contract.currency, 3)
    said = f" A kWh costs {', '.join(per_kwh)}, otherwise {base}" if per_kwh else (
        f" A kWh costs {base} at any time"
    )  # fmt: skip
    if len(price.windows) > shown:
        said += f" or the price of {len(price.windows) - shown} more windows"
    return f"{said}, as entered.{_of_seasons(price, regimes)}"


def _of_seasons(price: EnergyPrice, regimes: Sequence[Regime]) -> str:
    found = seasons(price)
    if len(found) == 1:
        return ""
    names = "; ".join(f"{s.words} ({s.days} days)" for s in found)
    said = f" The weeks simulated stand for each season with its days: {names}."
    if any(r.name in PRICED for r in regimes):
        return f"{said} Lowest cost is simulated in each; the table above shows the first."
    return said
