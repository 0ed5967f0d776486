"""Batteries and solar generators, by the size their buyer states."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from planner.model.storage import Battery, Solar
from planner.money.sections.taken import Taken

GROUP = "Storage and solar"

Storage = tuple[tuple[Battery, ...], tuple[Solar, ...]]
"""What stands beside the chargers: batteries and solar generators."""
NO_STORAGE: Storage = ((), ())


def storage_and_solar(storage: Storage) -> Iterator[Taken]:
    """Take off capacity and power of every battery, and the modules of every generator."""
    batteries, solar = storage
    for n, battery in enumerate(batteries, 1):
        basis, key = (f"battery {battery.name}",), f"battery-{n}"
        yield Taken(
            GROUP, "BATTERY-KWH", _exact(battery.capacity_kwh), "kWh", basis,
            "energy that can be used", f"{battery.name}, store", variant=key,
        )  # fmt: skip
        yield Taken(
            GROUP, "BATTERY-KW", _exact(max(battery.charge_kw, battery.discharge_kw)), "kW", basis,
            "larger of charging and discharging power", f"{battery.name}, inverter", variant=key,
        )  # fmt: skip
    for n, item in enumerate(solar, 1):
        yield Taken(
            GROUP, "PV-KW", _exact(item.peak_kw), "kW", (f"solar {item.name}",),
            "rating of the modules", item.name, variant=f"solar-{n}",
        )  # fmt: skip


def _exact(value: float) -> Decimal:
    return Decimal(format(value, ".3f"))
