"""What the strategies are called in window and documents."""

from __future__ import annotations

NAMES = {
    "uncontrolled": "Without load management",
    "first_come": "First come, first served",
    "earliest_deadline": "Earliest departure first",
    "least_laxity": "Least time to spare first",
    "largest_remaining": "Largest remaining need first",
    "equal_share": "Equal power for all",
    "round_robin": "In turns",
    "priority_groups": "Fleet, then guests, then staff",
    "spread": "Spread over the stay",
    "fill_valleys": "Planned on arrival, lowest peak",
    "shave_peak": "Replanned at arrivals, lowest peak",
    "cheapest_hours": "Replanned at arrivals, lowest cost",
    "lowest_peak": "Lowest peak, known beforehand",
    "lowest_cost": "Lowest cost, known beforehand",
}


def name_of(strategy: str) -> str:
    """Name a strategy."""
    return NAMES.get(strategy, strategy.replace("_", " "))
