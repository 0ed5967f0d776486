"""Screening of harmonic voltages at a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data import open_table
from grid.findings import Finding, Severity
from grid.wiring.upstream import Upstream


@dataclass(frozen=True, slots=True)
class Harmonic:
    """Voltage of one order in per cent of nominal, against its limit."""

    order: int
    voltage_pct: float
    limit_pct: float


def voltages(spectra_a: Sequence[Mapping[int, float]], node: Upstream) -> tuple[Harmonic, ...]:
    """Return U_h = h·X·ΣI_h for every order with a limit, arithmetic sum of currents.

    Parameters
    ----------
    spectra_a
        One mapping per charger: harmonic current [A] by order, from the data sheet.
    node
        Node of connection; its minimum-case Z1 gives R and X [ohm].

    Notes
    -----
    Arithmetic summation and Z_h = R + j·h·X are on the safe side without
    capacitor banks; resonance is not covered.
    """
    found = []
    for row in open_table("codes/harmonics"):
        order = int(row.number("order_number"))
        current = sum(spectrum.get(order, 0.0) for spectrum in spectra_a)
        z = abs(complex(node.z1_min.real, order * node.z1_min.imag))
        found.append(Harmonic(order, 100 * current * z / node.u0_v, row.number("limit_pct")))
    return tuple(found)


def power_ratio(node: Upstream, chargers_kva: float) -> float:
    """Return S_sc/S of a node: minimum fault power over connected charger power."""
    s_sc_kva = node.nominal_v**2 / abs(node.z1_min) / 1000
    return s_sc_kva / chargers_kva


def screen(
    spectra_a: Sequence[Mapping[int, float]] | None, chargers_kva: float, node: Upstream
) -> tuple[Finding, ...]:
    """Return findings of the screening; without spectra only the power ratio is told."""
    if chargers_kva <= 0:
        return ()
    ratio = power_ratio(node, chargers_kva)
    if not spectra_a:
        return (
            Finding(
                code="HARM-RATIO",
                severity=Severity.INFO,
                subject=node.node_id,
                place=f"Node {node.node_id}",
                message=f"Fault power is {ratio:.0f} times the power of the chargers; "
                "their harmonic spectra are not known.",
                value=ratio,
                fix="Ask the makers for the harmonic currents of their chargers.",
            ),
        )
    return tuple(
        Finding(
            code="HARM-ORDER",
            severity=Severity.WARNING,
            subject=node.node_id,
            place=f"Node {node.node_id}",
            message=f"Harmonic {h.order} may reach {h.voltage_pct:.1f} % of the voltage.",
            clause="EN 50160 (unconfirmed)",
            value=h.voltage_pct,
            limit=h.limit_pct,
            unit="%",
            fix="Strengthen the supply, or choose chargers with lower distortion.",
        )
        for h in voltages(spectra_a, node)
        if h.voltage_pct > h.limit_pct
    )
