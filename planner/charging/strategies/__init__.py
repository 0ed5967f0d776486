"""Rules that divide too little power among cars; one file each.

A strategy is called only when the cars together want more than the limit. It
gets the `Room`, the kW to share and the moment in minutes, and lowers
``room.want_kw`` of the cars until their sum is at most the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from planner.charging.strategies.earliest_deadline import earliest_deadline
from planner.charging.strategies.equal_share import equal_share
from planner.charging.strategies.first_come import first_come
from planner.charging.strategies.largest_remaining import largest_remaining
from planner.charging.strategies.least_laxity import least_laxity
from planner.charging.strategies.priority_groups import priority_groups
from planner.charging.strategies.room import Room, Strategy
from planner.charging.strategies.round_robin import round_robin

UNCONTROLLED = "uncontrolled"
"""No load management: every car takes what it wants and no limit is looked at."""

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "first_come": first_come,
        "earliest_deadline": earliest_deadline,
        "least_laxity": least_laxity,
        "largest_remaining": largest_remaining,
        "equal_share": equal_share,
        "round_robin": round_robin,
        "priority_groups": priority_groups,
    }
)

__all__ = ["STRATEGIES", "UNCONTROLLED", "Room", "Strategy"]
