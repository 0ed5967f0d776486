"""What makers of chargers ask for: device ratings and output at temperature."""

from __future__ import annotations

from data import open_table
from grid.wiring.derating import interpolate
from grid.wiring.problem import NotTabulated


def device_rating_a(model: str, setting_a: float, phases: int = 3) -> float | None:
    """Return the device rating [A] a maker asks for at a current setting, None if none.

    Parameters
    ----------
    model
        Id of the charger model.
    setting_a
        Current the charger is set to [A]; the next higher setting of the table counts.
    phases
        1 or 3, where the maker tells them apart.
    """
    rows = [
        r
        for r in open_table("protection/maker_ratings")
        if r.text("model") == model and r.text("phases") in ("any", str(phases))
    ]
    for row in sorted(rows, key=lambda r: r.number("setting_a")):
        if row.number("setting_a") >= setting_a:
            return row.optional_number("mcb_a")
    return None


def output_pct(model: str, ambient_c: float) -> float | None:
    """Return the output of a charger at an air temperature [°C] in per cent, None if unknown.

    Linear between the maker's points; above the hottest one it is refused.
    """
    rows = [r for r in open_table("protection/charger_derating") if r.text("model") == model]
    if not rows:
        return None
    points = [(r.number("ambient_c"), r.number("output_pct")) for r in rows]
    if ambient_c > points[-1][0]:
        raise NotTabulated(
            f"{ambient_c:g} °C is above the {points[-1][0]:g} °C of the data sheet",
            "shade or cool the charger",
        )
    return interpolate(points, ambient_c)


def altitude_pct(model: str, altitude_m: float) -> float | None:
    """Return the output of a charger at a height of the site [m] in per cent, None if unknown."""
    row = next(
        (r for r in open_table("protection/charger_altitude") if r.text("model") == model), None
    )
    if row is None:
        return None
    over_m = max(altitude_m - row.number("above_m"), 0.0)
    return max(100 - row.number("loss_pct") * over_m / 100, 0.0)
