"""Discrimination between a device and the one ahead of it, by their bands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from data import open_table
from grid.findings import Finding, Severity
from grid.model import Device
from grid.wiring.problem import NotTabulated
from grid.wiring.protection import fault_energy_a2s

# IEC 60947-2 and IEC 60898-1: current at which a breaker does not trip conventionally.
NON_TRIPPING = {"MCB": 1.13, "MCCB": 1.05, "ACB": 1.05}


@dataclass(frozen=True, slots=True)
class Discrimination:
    """Result between two devices in series.

    `overload`: the bands of the thermal releases do not overlap. `up_to_a`: largest
    fault for which only the lower device acts [A], infinite where there is none.
    """

    overload: bool
    up_to_a: float
    fault_a: float

    @property
    def total(self) -> bool:
        """Whether only the lower device acts for every fault that can occur."""
        return self.overload and self.up_to_a >= self.fault_a


def breakers(ahead: Device, behind: Device, fault_a: float) -> Discrimination:
    """Compare two circuit breakers by their bands.

    Overload: the non-tripping current of the device ahead is not below the
    conventional operating current of the one behind. Short circuit: the device
    ahead is sure to stay closed below the lower edge of its instantaneous band;
    beyond that only the makers' tables can tell (not claimed here).

    Parameters
    ----------
    ahead, behind
        Devices in series, with their settings.
    fault_a
        Largest fault behind the lower device [A].
    """
    stays = NON_TRIPPING.get(ahead.kind, 1.0) * ahead.in_a
    trips = behind.i2_a if behind.i2_a is not None else 1.45 * behind.in_a
    return Discrimination(stays >= trips, ahead.trip_min_a or math.inf, fault_a)


def fuse_ahead(fuse_in_a: float, behind: Device, fault_a: float) -> Discrimination:
    """Compare a gG fuse ahead with a breaker behind by energy.

    The fuse does not melt while the energy the breaker lets through stays below
    the least melting energy, taken as I²·t at the 0.1 s gate (unconfirmed table).
    """
    row = next((r for r in open_table("protection/fuses") if r.number("in_a") == fuse_in_a), None)
    if row is None:
        raise NotTabulated(f"no gG fuse of {fuse_in_a:g} A", "choose a standard rating")
    melting = row.number("no_melt_0_1s_a") ** 2 * 0.1
    lets = fault_energy_a2s(behind, fault_a)
    up_to = math.inf if lets <= melting else math.sqrt(melting / behind.clearing_s)
    stays = row.number("no_melt_10s_a")
    return Discrimination(stays >= (behind.i2_a or 1.45 * behind.in_a), up_to, fault_a)


def finding(
    result: Discrimination, ahead: Device, behind: Device, subject: str, place: str = ""
) -> Finding:
    """Return the result as a finding at a place in the user's words."""
    pair = f"{ahead.kind} {ahead.in_a:g} A before {behind.kind} {behind.in_a:g} A"
    place = f"{place}: {pair}" if place else pair
    if result.total:
        return Finding(
            "DISC-OK", Severity.OK, subject, place, "Only the lower device acts on any fault."
        )
    if not result.overload:
        message = "On overload both devices may act: their thermal bands overlap."
        fix = "Choose a larger rating ahead or a smaller one behind."
    else:
        message = (
            f"Beyond {result.up_to_a / 1000:.1f} kA both devices may act; "
            f"the fault reaches {result.fault_a / 1000:.1f} kA."
        )
        fix = "Check the selectivity tables of the maker, or delay the device ahead."
    return Finding(
        code="DISC-PARTIAL",
        severity=Severity.INFO if result.overload else Severity.WARNING,
        subject=subject,
        place=place,
        message=message,
        clause="IEC 60364-5-53:2019 536.4",
        value=result.fault_a,
        limit=result.up_to_a if math.isfinite(result.up_to_a) else None,
        unit="A",
        fix=fix,
    )
