"""What the price holds and what it does not, said from the facts of the design."""

from __future__ import annotations

from collections.abc import Iterator

from grid.model import Earthing
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.site import AreaKind


def not_included(project: Project, outcome: Outcome) -> Iterator[str]:
    """Name what a reader might expect in the price and will not find."""
    site, design = project.site, outcome.design
    yield "Charges and works of the network operator."
    if site.supply and site.supply.transformer:
        yield "Work on the high-voltage side of the substation."
    if design.trenches:
        yield "Removal of contaminated ground and of obstacles that the survey does not show."
        yield "Repairs to drains and services that the drawings do not show."
    if any(t.surface is not AreaKind.GRASS for t in design.trenches.values()):
        yield "Resurfacing beyond the width of the trench."
    yield "Energy, back-office service, maintenance and payment fees in operation."
    if outcome.quote.unpriced:
        yield "The lines without a price named beside the table."


def assumptions_of_price(project: Project, outcome: Outcome) -> Iterator[str]:
    """Say on what facts the price rests."""
    site, quote, design = project.site, outcome.quote, outcome.design
    yield f"Prices are from book {quote.price_book} and hold for {quote.terms.valid_days} days."
    yield "Quantities are measured on the drawing; the final account follows what is built."
    if design.managed_cap_kw is not None:
        yield (
            f"Charging is held at {design.managed_cap_kw:,.0f} kW by load management; the service "
            "figures and the size of the feeders rest on it."
        )
    if site.supply is None:
        yield "The supply is not known; the electrical design is provisional."
    elif site.supply.earthing is Earthing.TN_C_S and site.region == "gb" and design.chargers:
        yield (
            "The supply is TN-C-S: the measure against an open PEN conductor is to be decided "
            "(BS 7671, 722.411.4.1); a provisional sum stands in the price."
        )
    if design.circuits:
        yield "Connection is subject to the network operator's written consent."
    yield "Drivers' behaviour is simulated; another pattern of use gives other figures."
