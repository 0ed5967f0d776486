"""A DC charge at a station in parts of constant power, as the event loop goes through them."""

from __future__ import annotations

from planner.charging.station import Station
from planner.demand.taper import Charge, outlet_rows
from planner.model.charger import Current

Part = tuple[float, float]
"""What is still missing in kWh when the part ends, and its kW; both at the supply side."""
LEAST_KWH = 1e-9


def parts_at(charge: Charge | None, car: int, station: Station) -> list[Part]:
    """Return the parts of a car's charge, the last first; none where its power never falls."""
    if charge is None or station.current is not Current.DC:
        return []
    energies, powers = outlet_rows(charge, station.outlet_kw)
    parts, missing = list[Part](), 0.0
    for kwh, kw in zip(reversed(energies[car]), reversed(powers[car]), strict=True):
        if kwh > LEAST_KWH:
            supply_kw = kw / station.efficiency
            if not parts or supply_kw > parts[-1][1] + LEAST_KWH:
                parts.append((missing, supply_kw))
            missing += kwh / station.efficiency
    return parts if len(parts) > 1 else []


def steady_kw(
    missing_kwh: float, hours: float, present_ends_kwh: float, parts: list[Part]
) -> float:
    """Return the lowest power that suffices within `hours` where every part may be slower.

    `parts` are those after the present one, which ends at `present_ends_kwh` missing.
    Infinite where even the highest power takes longer.
    """
    for at, (ends, kw) in enumerate(parts):
        if missing_kwh <= kw * hours:
            break
        begins = parts[at + 1][0] if at + 1 < len(parts) else present_ends_kwh
        missing_kwh -= begins - ends
        hours -= (begins - ends) / kw
    return missing_kwh / hours if hours > 0 else float("inf")
