"""What the estimate of demand takes for granted, as assumptions to confirm."""

from __future__ import annotations

from planner.model.demand import Demand
from planner.model.site import Assumption

_PREFIX = "demand-"


def with_demand(known: tuple[Assumption, ...], demand: Demand) -> tuple[Assumption, ...]:
    """Return assumptions with one per note of an estimate.

    One confirmed earlier stays confirmed as long as it says the same; what was
    confirmed of another demand is left out.
    """
    confirmed = {a.id: a for a in known if a.id.startswith(_PREFIX)}
    made = []
    for index, text in enumerate(demand.notes):
        given = Assumption(f"{_PREFIX}{index}", "Demand", text, "", "data/demand")
        old = confirmed.get(given.id)
        made.append(old if old is not None and old.text == text else given)
    return (*(a for a in known if a.id not in confirmed), *made)
