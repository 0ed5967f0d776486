"""Assumptions of demand: confirmed ones stay as long as they say the same."""

from __future__ import annotations

from dataclasses import replace

from planner.demand.assumed import with_demand
from planner.demand.estimate import estimate
from planner.model.demand import DemandInput
from planner.model.site import Assumption

SITE = Assumption("soil", "Grid", "Soil at 1.5 K·m/W", "1.5", "assumed")


def test_what_was_confirmed_of_another_demand_is_asked_again() -> None:
    hotel = estimate((DemandInput("hotel", 20.0),), 1)
    depot = estimate((DemandInput("depot", 20.0),), 1)
    agreed = tuple(replace(a, confirmed=True) for a in with_demand((SITE,), hotel))
    assert all(a.confirmed for a in with_demand(agreed, hotel))
    asked = with_demand(agreed, depot)
    assert asked[0].confirmed, "the site has not changed"
    assert [a.text for a in asked[1:]] == list(depot.notes)
    assert not any(a.confirmed for a in asked[1:])
