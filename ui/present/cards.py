"""The three design cards: price, chargers, service, grid and gap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.documents.palette import kw_class
from planner.model.design import Design
from planner.model.outcome import CaseState, Outcome
from planner.model.project import Project
from ui.present.steps import DESIGN_NAMES, tally
from ui.present.text import class_kw, money, number, power, short_money


@dataclass(frozen=True, slots=True)
class Strip:
    """One figure of a card on its range, with a tick at the limit."""

    label: str
    value: float
    low: float
    high: float
    tick: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A design in a few figures."""

    title: str
    price: str
    band: str
    chargers: tuple[tuple[str, str], ...]
    strips: tuple[Strip, ...]
    findings: str


def charger_counts(project: Project, design: Design) -> tuple[tuple[str, str], ...]:
    """Return symbol and text per kind of charger: ('kw-22-2', '13 × 22')."""
    kinds: Counter[tuple[float, int]] = Counter()
    for charger in design.chargers.values():
        model = project.catalogue.get(charger.model)
        if model is not None:
            kinds[class_kw(model), model.outlets] += 1
    return tuple(
        (f"kw-{kw_class(kw):g}-{outlets}", f"{n} × {power(kw)}")
        for (kw, outlets), n in sorted(kinds.items())
    )


def designed_cases(outcome: Outcome) -> tuple[CaseState, ...]:
    """Return the hours as the design runs: without those that ignore its load management."""
    cap = outcome.design.managed_cap_kw
    if cap is None:
        return outcome.grid.cases
    return tuple(c for c in outcome.grid.cases if c.charging_kw <= cap + 0.5)


def card(project: Project, outcome: Outcome) -> Card:
    """Return the card of a design."""
    quote, service = outcome.quote, outcome.service
    wanted = project.scenario.limits.service_pct
    strips = [
        Strip("Drivers served in full", service.served_pct, 50, 100, wanted,
              f"{number(service.served_pct, 1)} %"),
    ]  # fmt: skip
    cases = designed_cases(outcome)
    transformer = [c.transformer_pct for c in cases if c.transformer_pct is not None]
    if transformer:
        worst = max(transformer)
        strips.append(Strip("Transformer, worst hour", worst, 0, 120, 100, f"{number(worst)} %"))
    agreed = max((c.agreed_pct for c in cases if c.converged), default=None)
    if agreed is not None:
        strips.append(Strip("Agreed capacity", agreed, 0, 120, 100, f"{number(agreed)} %"))
    gap = outcome.routing.gap_pct
    strips.append(Strip("Trench gap to best", gap, 0, 10, None, f"{number(gap, 1)} %"))
    low, high = (short_money(v, quote.currency) for v in (quote.low, quote.high))
    return Card(
        DESIGN_NAMES[outcome.objective],
        money(quote.net, quote.currency),
        f"Range {low} to {high}, excl. {quote.terms.tax_name}",
        charger_counts(project, outcome.design),
        tuple(strips),
        tally(outcome.findings),
    )
