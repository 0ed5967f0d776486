"""Overcurrent devices and residual current protection."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from data import open_table
from grid.model import Device
from grid.trace import Trace, TraceInput

# Where several kinds of the same rating fit, the simplest kind is taken.
SMALLEST_FIRST = ("MCB", "MCCB", "ACB")


@dataclass(frozen=True, slots=True)
class Breaker:
    """A circuit breaker of the catalogue as delivered, and its lowest setting."""

    device: Device
    lowest_trip_x: float


@functools.cache
def breakers(table: str = "protection/breakers") -> Mapping[str, Breaker]:
    """Return the shipped circuit breakers by key."""
    found = {}
    for row in open_table(table):
        in_a, kind = row.number("in_a"), row.text("kind")
        device = Device(
            key=row.text("key"),
            kind=kind,
            curve=row.text("curve"),
            in_a=in_a,
            breaking_ka=row.number("breaking_ka"),
            trip_a=row.number("trip_max_x") * in_a,
            trip_min_a=row.number("trip_min_x") * in_a,
            i2_a=row.number("i2_x") * in_a,
            clearing_s=row.number("clearing_s"),
            let_through_a2s=row.optional_number("let_through_a2s"),
        )
        found[device.key] = Breaker(device, row.number("trip_lowest_x"))
    return MappingProxyType(found)


@functools.cache
def candidates(
    rating_a: float, fault_ka: float, curve: str = "C", table: str = "protection/breakers"
) -> tuple[Breaker, ...]:
    """Return breakers of the smallest rating ≥ `rating_a`, simplest first.

    Parameters
    ----------
    rating_a
        Least rated current [A].
    fault_ka
        Largest prospective fault where the device stands [kA]; the breaking
        capacity is not below it (IEC 60364-4-43:2008 434.5.1).
    curve
        Curve of miniature breakers: C for chargers.
    """
    fitting = [
        b
        for b in breakers(table).values()
        if b.device.in_a >= rating_a - 1e-9
        and b.device.breaking_ka >= fault_ka
        and b.device.curve in ("", curve)
    ]
    if not fitting:
        return ()
    smallest = min(b.device.in_a for b in fitting)
    same = [b for b in fitting if b.device.in_a == smallest]
    order = {kind: i for i, kind in enumerate(SMALLEST_FIRST)}
    return tuple(sorted(same, key=lambda b: (order[b.device.kind], b.device.breaking_ka)))


def set_magnetic(breaker: Breaker, fault_a: float) -> Device:
    """Return the device with its magnetic release set below a fault [A].

    The delivered setting stays where the fault trips it; otherwise the setting
    is lowered as far as the release allows, in steps of the rated current.
    """
    device = breaker.device
    assert device.trip_a is not None
    assert device.trip_min_a is not None
    if fault_a >= device.trip_a or breaker.lowest_trip_x * device.in_a >= device.trip_a:
        return device
    band = device.trip_a / device.trip_min_a
    upper = max(breaker.lowest_trip_x, 1.2 * int(fault_a / device.in_a / 1.2))
    upper = min(upper, device.trip_a / device.in_a)
    return replace(
        device,
        trip_a=upper * device.in_a,
        trip_min_a=upper * device.in_a / band,
        setting=f"magnetic {upper / 1.2:.3g} × In",
    )


def fault_energy_a2s(device: Device, fault_a: float) -> float:
    """Return the energy I²t [A²s] a device lets through at a fault [A].

    Clearing time of the instantaneous trip, capped by the let-through energy of
    current-limiting devices (IEC 60364-4-43:2008 434.5.2).
    """
    energy = fault_a**2 * device.clearing_s
    return energy if device.let_through_a2s is None else min(energy, device.let_through_a2s)


def trace_device(
    device: Device, ib_a: float, least_a: float, reason: str, fault_ka: float
) -> Trace:
    """Explain the choice of the overcurrent device."""
    return Trace(
        quantity="I_n",
        value=device.in_a,
        unit="A",
        rule="IEC 60364-4-43:2008 433.1 and 434.5.1",
        formula="I_n ≥ I_b, next standard rating; I_cn ≥ I_k,max",
        substituted=(
            f"{device.in_a:g} ≥ {least_a:.4g} A ({reason}); "
            f"{device.breaking_ka:g} ≥ {fault_ka:.2f} kA"
        ),
        inputs=(
            TraceInput("I_b", ib_a, "A", "design current"),
            TraceInput("I_k,max", fault_ka, "kA", "own impedance sum, IEC 60909-0:2016, c = 1.10"),
            TraceInput("device", device.key, "", "catalogue of devices", True),
        ),
        note=device.setting,
    )
