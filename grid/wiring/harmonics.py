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


def limit(rule: str) -> tuple[float, str]:
    """Return a limit of the screening and where it comes from."""
    row = next(r for r in open_table("codes/screening") if r.text("rule") == rule)
    status = f" ({row.text('status')})" if row.text("status") else ""
    return row.number("value"), f"{row.text('source').split(':')[0]}{status}"


def screen(
    spectra_a: Sequence[Mapping[int, float]] | None,
    chargers_kva: float,
    node: Upstream,
    unknown: int = 0,
) -> tuple[Finding, ...]:
    """Return findings of the screening of harmonics.

    Parameters
    ----------
    spectra_a
        Harmonic currents [A] by order, one mapping per charger whose maker states them.
    chargers_kva
        Connected power of all chargers [kVA].
    node
        Node of connection.
    unknown
        How many chargers have no spectrum; for them the power ratio is told.
    """
    if chargers_kva <= 0:
        return ()
    found: tuple[Finding, ...] = ()
    if not spectra_a or unknown:
        found = (_by_ratio(power_ratio(node, chargers_kva), node),)
    if not spectra_a:
        return found
    return found + tuple(
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


def _by_ratio(ratio: float, node: Upstream) -> Finding:
    """Tell the ratio of fault power to charger power against the limits of the screening."""
    enough, enough_source = limit("harmonic_ratio_enough")
    least, least_source = limit("harmonic_ratio_least")
    weak = ratio < least
    text = f"Fault power is {ratio:.0f} times the power of the chargers"
    return Finding(
        code="HARM-RATIO",
        severity=Severity.WARNING if weak else Severity.INFO,
        subject=node.node_id,
        place=f"Node {node.node_id}",
        message=f"{text}; their harmonic spectra are not known."
        if ratio < enough
        else f"{text}, enough without their harmonic spectra.",
        clause=least_source if weak else enough_source,
        value=ratio,
        limit=least if weak else enough,
        fix="Ask the makers for the harmonic currents of their chargers."
        if ratio < enough
        else "Keep the ratio with the connection data.",
    )


def voltage_step(step_kva: float, node: Upstream) -> tuple[Finding, ...]:
    """Screen flicker by the connection ratio: d = 100 · S/S_sc of one load coming on.

    Parameters
    ----------
    step_kva
        Largest load that comes on at once [kVA].
    node
        Node of connection, with its weakest source.
    """
    if step_kva <= 0:
        return ()
    most, source = limit("voltage_step_pct")
    step = 100 / power_ratio(node, step_kva)
    passed = step <= most
    return (
        Finding(
            code="FLICK-STEP",
            severity=Severity.OK if passed else Severity.WARNING,
            subject=node.node_id,
            place=f"Node {node.node_id}",
            message=f"The largest charger coming on lowers the voltage by {step:.2f} %.",
            clause=source,
            value=step,
            limit=most,
            unit="%",
            fix="" if passed else "Let chargers ramp up slowly, or strengthen the supply.",
        ),
    )
