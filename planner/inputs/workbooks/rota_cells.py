"""Consumption of a vehicle in the units of makers."""

from __future__ import annotations

import re

_KM_PER_MILE = 1.609344
_DISTANCE = r"(100)?(km|mi|miles?)"


def kwh_per_km(amount: float, unit: str) -> float | None:
    """Return a consumption in kWh/km; `unit` as written, kWh/km where it is blank."""
    text = re.sub(r"\s*\bper\b\s*", "/", unit.casefold()).replace(" ", "")
    if not text:
        return amount
    if match := re.fullmatch(rf"(k?)wh/{_DISTANCE}", text):
        return amount * (1.0 if match[1] else 0.001) / _km(match[2], match[3])
    match = re.fullmatch(rf"{_DISTANCE}/(k?)wh", text)
    if match is None or amount <= 0:
        return None
    return (1.0 if match[3] else 0.001) / (amount * _km(match[1], match[2]))


def _km(hundred: str | None, unit: str) -> float:
    return (100.0 if hundred else 1.0) * (1.0 if unit == "km" else _KM_PER_MILE)
