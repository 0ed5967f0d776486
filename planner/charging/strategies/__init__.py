"""Rules that divide too little power among cars; one file each, registered here.

A strategy is asked only when the cars together want more than a limit allows.
It gives an order (or none, for equal shares); the simulation then serves the
cars within all limits, so no strategy can exceed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from planner.charging.strategies.earliest_deadline import EARLIEST_DEADLINE
from planner.charging.strategies.equal_share import EQUAL_SHARE
from planner.charging.strategies.first_come import FIRST_COME
from planner.charging.strategies.largest_remaining import LARGEST_REMAINING
from planner.charging.strategies.least_laxity import LEAST_LAXITY
from planner.charging.strategies.priority_groups import PRIORITY_GROUPS
from planner.charging.strategies.room import Room, Strategy
from planner.charging.strategies.round_robin import ROUND_ROBIN
from planner.charging.strategies.spread import SPREAD

UNCONTROLLED = "uncontrolled"
"""No load management: every car takes what it wants and no limit is looked at."""
FILL_VALLEYS = "fill_valleys"
"""Planned on arrival by ``planner.charging.valley``: peak shaving without hindsight."""
SHAVE_PEAK, CHEAPEST_HOURS = "shave_peak", "cheapest_hours"
"""Planned anew whenever a car plugs in by ``planner.charging.replan``, without hindsight."""
LOWEST_PEAK, LOWEST_COST = "lowest_peak", "lowest_cost"
"""Planned with hindsight by ``planner.charging.optimise``; bounds for live strategies."""
PLANNED = (FILL_VALLEYS, SHAVE_PEAK, CHEAPEST_HOURS, LOWEST_PEAK, LOWEST_COST)
PRICED = (CHEAPEST_HOURS, LOWEST_COST)
"""Those that follow the price of energy."""

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "first_come": FIRST_COME,
        "earliest_deadline": EARLIEST_DEADLINE,
        "least_laxity": LEAST_LAXITY,
        "largest_remaining": LARGEST_REMAINING,
        "equal_share": EQUAL_SHARE,
        "round_robin": ROUND_ROBIN,
        "priority_groups": PRIORITY_GROUPS,
        "spread": SPREAD,
    }
)

__all__ = [
    "CHEAPEST_HOURS",
    "FILL_VALLEYS",
    "LOWEST_COST",
    "LOWEST_PEAK",
    "PLANNED",
    "PRICED",
    "SHAVE_PEAK",
    "STRATEGIES",
    "UNCONTROLLED",
    "Room",
    "Strategy",
]
