"""Site archetypes as read from ``data/demand``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from data import Row, open_table
from planner.demand.mixture import Part

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Stay:
    """One component of a stay mixture; the families are told in the table."""

    weight: float
    family: str
    location: float
    spread: float
    min_h: float
    max_h: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A class of cars with battery size and the power it accepts."""

    id: str
    battery_kwh: float
    ac_kw: float
    dc_kw: float


@dataclass(frozen=True, slots=True)
class Archetype:
    """A kind of site; `hourly` is weekday and weekend, `weekdays` Monday first.

    `assumed` names the parameters nobody has measured. `energy_parts` are those of the
    energy family "mixture".
    """

    id: str
    name: str
    fixed_count: bool
    leaves_full: bool
    basis: str
    energy_family: str
    energy_location: float
    energy_spread: float
    energy_min_kwh: float
    energy_max_kwh: float
    target_soc: float
    correlation: float
    winter_factor: float
    hourly: tuple[tuple[float, ...], tuple[float, ...]]
    weekdays: tuple[float, ...]
    stays: tuple[Stay, ...]
    vehicles: tuple[tuple[Vehicle, float], ...]
    note: str
    source: str
    assumed: tuple[str, ...]
    energy_parts: tuple[Part, ...] = ()


@functools.cache
def load_archetypes() -> Mapping[str, Archetype]:
    """Read all archetypes by id, in table order."""
    tables = _Tables(
        arrivals=_group("demand/arrivals", lambda r: f"{r.text('archetype')} {r.text('day')}"),
        weekdays=_group("demand/weekdays", lambda r: r.text("archetype")),
        stays=_group("demand/dwell", lambda r: r.text("archetype")),
        energies=_group("demand/energy", lambda r: r.text("archetype")),
        mixes=_group("demand/vehicle_mix", lambda r: r.text("mix")),
        vehicles={r.text("id"): _vehicle(r) for r in open_table("demand/vehicles")},
        guessed={r.text("id") for r in open_table("demand/vehicles") if r.flag("assumed")},
    )
    return {r.text("id"): _archetype(r, tables) for r in open_table("demand/archetypes")}


@dataclass(frozen=True, slots=True)
class _Tables:
    arrivals: Mapping[str, list[Row]]
    weekdays: Mapping[str, list[Row]]
    stays: Mapping[str, list[Row]]
    energies: Mapping[str, list[Row]]
    mixes: Mapping[str, list[Row]]
    vehicles: Mapping[str, Vehicle]
    guessed: Set[str]


def _group(table: str, key: Callable[[Row], str]) -> Mapping[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in open_table(table):
        groups.setdefault(key(row), []).append(row)
    return groups


def _vehicle(row: Row) -> Vehicle:
    return Vehicle(
        row.text("id"), row.number("battery_kwh"), row.number("ac_kw"), row.number("dc_kw")
    )


def _stay(row: Row) -> Stay:
    return Stay(
        weight=row.number("weight"),
        family=row.text("family"),
        location=row.number("location"),
        spread=row.number("spread"),
        min_h=row.number("min_h"),
        max_h=row.number("max_h"),
    )


def _archetype(row: Row, tables: _Tables) -> Archetype:
    key = row.text("id")
    week = tables.weekdays[key][0]
    days = [tables.arrivals[f"{key} {day}"][0] for day in ("weekday", "weekend")]
    hourly = [tuple(day.number(f"share_{h:02}h") for h in range(24)) for day in days]
    mix = tables.mixes[row.text("vehicle_mix")]
    assumed = row.text("assumed").split()
    assumed += [
        name
        for name, rows in (("arrivals", days), ("weekdays", [week]), ("stay", tables.stays[key]))
        if any(r.flag("assumed") for r in rows)
    ]
    if tables.guessed & {r.text("vehicle") for r in mix}:
        assumed.append("vehicles")
    parts = tables.energies.get(key, [])
    return Archetype(
        id=key,
        name=row.text("name"),
        fixed_count=row.text("count") == "fixed",
        leaves_full=row.text("stay") == "until_charged",
        basis=row.text("basis"),
        energy_family=row.text("energy_family"),
        energy_location=row.optional_number("energy_location") or 0.0,
        energy_spread=row.optional_number("energy_spread") or 0.0,
        energy_min_kwh=row.number("energy_min_kwh"),
        energy_max_kwh=row.number("energy_max_kwh"),
        target_soc=row.number("target_soc"),
        correlation=row.number("correlation"),
        winter_factor=row.number("winter_factor"),
        hourly=(hourly[0], hourly[1]),
        weekdays=tuple(week.number(f"factor_{day}") for day in DAYS),
        stays=tuple(_stay(r) for r in tables.stays[key]),
        vehicles=tuple((tables.vehicles[r.text("vehicle")], r.number("share")) for r in mix),
        note=row.text("note"),
        source=row.text("source"),
        assumed=tuple(assumed),
        energy_parts=tuple(
            Part(r.number("weight"), r.number("location"), r.number("spread")) for r in parts
        ),
    )
