"""The user's answers to what a meter export leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

UNITS = ("W", "kW", "MW", "Wh", "kWh", "MWh")
FILLS = ("interpolate", "week", "zero")
DUPLICATES = ("first", "last", "mean", "sum")
ZONES = {
    "gb": "Europe/London", "ie": "Europe/Dublin", "de": "Europe/Berlin", "at": "Europe/Vienna",
    "ch": "Europe/Zurich", "fr": "Europe/Paris", "nl": "Europe/Amsterdam", "es": "Europe/Madrid",
    "it": "Europe/Rome", "pl": "Europe/Warsaw", "au": "Australia/Sydney",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """Answers; None or blank means "find out, and ask where that fails".

    `stamps` is "start" or "end" of the interval, `fill` how gaps are closed,
    `duplicates` which of several values at one time counts, `negative` "keep"
    or "zero". `start` says that rows follow each other from that moment whatever
    their stamps say. `accepted` holds codes of questions answered with yes;
    `today` bounds dates in the future.
    """

    unit: str | None = None
    zone: str | None = None
    region: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    dayfirst: bool | None = None
    sheet: str | None = None
    column: str | None = None
    stamps: str | None = None
    fill: str | None = None
    duplicates: str | None = None
    negative: str | None = None
    register: bool | None = None
    resample: bool = False
    start: datetime | None = None
    peak_kw: float | None = None
    annual_kwh: float | None = None
    accepted: frozenset[str] = frozenset()
    today: date | None = None
