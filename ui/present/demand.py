"""What the demand step shows."""

from __future__ import annotations

from data import open_table
from planner.model.demand import Demand
from ui.present.text import number


def archetype_names() -> dict[str, str]:
    """Return ids and names of the groups that can be chosen."""
    return {row.text("id"): row.text("name") for row in open_table("demand/archetypes")}


def facts(demand: Demand) -> tuple[tuple[str, str], ...]:
    """Return labels and values of the estimate."""
    return (
        ("Cars a day, mean", number(demand.cars_per_day, 1)),
        ("Energy a day, mean", f"{number(demand.energy_kwh_per_day)} kWh"),
        ("Stay, mean", f"{number(demand.mean_dwell_h, 1)} h"),
        ("Peak, unmanaged", f"{number(demand.unmanaged_peak_kw)} kW"),
        ("Days simulated", number(demand.sessions.horizon_days)),
    )
